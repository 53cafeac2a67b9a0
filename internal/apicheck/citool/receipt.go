package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// expectation says which counters of a run must be 0 and which must not.
type expectation struct{ zero, some []string }

// expected returns what a run of the quickstart is to report.
func expected(run string) (expectation, error) {
	e := expectation{
		zero: []string{"drifted", "missing", "doubled", "rateLimited", "secondPassWrites"},
		some: []string{"contacts", "tasks", "notes", "appointments", "pairs", "ghlCalls", "pagicoCalls"},
	}
	switch run {
	case "memory":
		e.some = append(e.some, "created", "updated", "deleted")
	case "first":
		e.some = append(e.some, "created", "linked")
		e.zero = append(e.zero, "deleted", "failures")
	case "again":
		e.zero = append(e.zero, "created", "linked", "updated", "deleted", "failures")
	default:
		return e, fmt.Errorf("unknown run %q: use memory, first or again", run)
	}
	return e, nil
}

// receipt reads the output of the quickstart and checks its last line, one JSON object: everything that says
// "unclean" must be there and be 0, everything that says "did something" must be there and be more than 0.
func receipt(r io.Reader, run string, w io.Writer) error {
	want, err := expected(run)
	if err != nil {
		return err
	}
	last, err := lastLine(r)
	if err != nil {
		return err
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(last), &got); err != nil {
		return fmt.Errorf("last line is not one JSON object: %w: %.200q", err, last)
	}
	var bad []string
	number := func(key string) (float64, bool) {
		n, ok := got[key].(float64)
		if !ok {
			bad = append(bad, fmt.Sprintf("%s: want a number, got %v", key, got[key]))
		}
		return n, ok
	}
	for _, key := range want.zero {
		if n, ok := number(key); ok && n != 0 {
			bad = append(bad, fmt.Sprintf("%s: want 0, got %v", key, n))
		}
	}
	for _, key := range want.some {
		if n, ok := number(key); ok && n <= 0 {
			bad = append(bad, fmt.Sprintf("%s: want more than 0, got %v", key, n))
		}
	}
	number("conflicts")
	if len(bad) > 0 {
		return errors.New("quickstart receipt:\n  " + strings.Join(bad, "\n  "))
	}
	fmt.Fprintln(w, "receipt is clean:", last)
	return nil
}

func lastLine(r io.Reader) (string, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	if err := lines.Err(); err != nil {
		return "", err
	}
	if last == "" {
		return "", errors.New("no output")
	}
	return last, nil
}
