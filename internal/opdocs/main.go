// Command opdocs writes docs/operations.md, the catalogue of actions and triggers, from the operation table of package ghl.
//
//	go run ./internal/opdocs          # write
//	go run ./internal/opdocs -check   # fail when the file is not what would be written
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func main() {
	out := flag.String("out", "docs/operations.md", "the file to write or to check")
	check := flag.Bool("check", false, "write nothing; fail when the file is out of date")
	flag.Parse()
	if err := run(*out, *check); err != nil {
		fmt.Fprintln(os.Stderr, "opdocs:", err)
		os.Exit(1)
	}
}

var errStale = errors.New("the file is out of date: go run ./internal/opdocs")

// run writes the catalogue to path, or compares it with what is there.
func run(path string, check bool) error {
	want := catalogue(ghl.Operations(), triggers())
	if !check {
		return os.WriteFile(path, want, 0o644) //nolint:gosec // a document for everybody
	}
	got, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s: %w", path, errStale)
	}
	return nil
}

// catalogue renders the document.
func catalogue(ops []ghl.Operation, events []trigger) []byte {
	var b bytes.Buffer
	count := 0
	for _, t := range events {
		count += len(t.events)
	}
	fmt.Fprintf(&b, "# GoHighLevel: actions and triggers\n\n")
	fmt.Fprintf(&b, "Written by `go run ./internal/opdocs` from the operation table in package `ghl`; do not edit it.\n\n")
	fmt.Fprintf(&b, "%d actions and %d triggers, %d in all.\n\n", len(ops), count, len(ops)+count)
	fmt.Fprintf(&b, "## Actions\n\n")
	fmt.Fprintf(&b, "Each is a method of a service of `ghl.Client`. *Version* is the header under the default; *v3* says what version 3 changes. *Token* is the level of the\ntoken. *Repeated* says whether the client may send the request again after an unclear failure; where it may not,\nthe error is `ghl.ErrUncertain`.\n")
	family := ""
	for _, op := range ops {
		if f := op.Family(); f != family {
			family = f
			fmt.Fprintf(&b, "\n### %s\n\n| Method | Request | Version | v3 | Scopes | Token | Repeated |\n|---|---|---|---|---|---|---|\n", family)
		}
		row(&b, op)
	}
	fmt.Fprintf(&b, "\n## Triggers\n\nEvents that a marketplace app receives as webhooks. There is none for a changed task, a reopened task, a renamed tag or a\nchanged business: those are found by polling.\n\n| Area | Events |\n|---|---|\n")
	for _, t := range events {
		fmt.Fprintf(&b, "| %s | %s |\n", t.area, strings.Join(t.events, ", "))
	}
	return b.Bytes()
}

// row renders one operation.
func row(b *bytes.Buffer, op ghl.Operation) {
	v3 := "same"
	switch {
	case op.V3Path == "":
		v3 = "none"
	case op.V3Path != op.Path:
		v3 = "`" + op.V3Path + "`"
	}
	name := "`" + op.Method + "`"
	if op.Deprecated {
		name += " (deprecated)"
	}
	repeated := "no"
	if op.Repeatable {
		repeated = "yes"
	}
	scopes := strings.Join(op.Scopes, ", ")
	if scopes == "" {
		scopes = "not stated"
	}
	version := op.Version
	if version == "" {
		version = "none"
	}
	fmt.Fprintf(b, "| %s | `%s %s` | %s | %s | %s | %s | %s |\n", name, op.HTTPMethod, op.Path, version, v3, scopes, op.Token, repeated)
}
