package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is one line of go test -json; the fields that are not needed are left out.
type event struct {
	Action  string
	Package string
	Test    string
}

// tally is what happened to the tests of one run.
type tally struct {
	passed, failed int
	skipped        []string // "package test", sorted
}

func count(r io.Reader) (tally, error) {
	var t tally
	dec := json.NewDecoder(r)
	for {
		var e event
		if err := dec.Decode(&e); errors.Is(err, io.EOF) {
			slices.Sort(t.skipped)
			return t, nil
		} else if err != nil {
			return t, fmt.Errorf("read test events: %w", err)
		}
		if e.Test == "" { // about the whole package
			continue
		}
		switch e.Action {
		case "pass":
			t.passed++
		case "fail":
			t.failed++
		case "skip":
			t.skipped = append(t.skipped, e.Package+" "+e.Test)
		}
	}
}

// skips fails when no test ran, or when a test was skipped that the file does not name. Each line of the file holds a
// package, a test and, after #, the reason.
func skips(r io.Reader, allowFile string, w io.Writer) error {
	t, err := count(r)
	if err != nil {
		return err
	}
	allowed, err := readAllowed(allowFile)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d tests and subtests passed, %d failed, %d skipped\n", t.passed, t.failed, len(t.skipped))
	if t.passed == 0 {
		return errors.New("no test ran")
	}
	var bad []string
	for _, name := range t.skipped {
		if !slices.Contains(allowed, name) {
			bad = append(bad, name)
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("skipped, but should have run:\n  %s", strings.Join(bad, "\n  "))
	}
	return nil
}

func readAllowed(name string) ([]string, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	var allowed []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line, reason, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case len(fields) != 2 || strings.TrimSpace(reason) == "":
			return nil, fmt.Errorf("%s: %q: want PACKAGE TEST # REASON", name, lines.Text())
		default:
			allowed = append(allowed, strings.Join(fields, " "))
		}
	}
	return allowed, lines.Err()
}
