// Command opdocs writes docs/operations.md, the catalogue of actions and triggers, from the operation table of package ghl and
// the events of package ghl/webhook.
//
//	go run ./internal/opdocs          # write
//	go run ./internal/opdocs -check   # fail when the file is not what would be written
package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/webhook"
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
	want := catalogue(ghl.Operations(), webhook.Events())
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
func catalogue(ops []ghl.Operation, events []webhook.EventInfo) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# GoHighLevel: actions and triggers\n\n")
	fmt.Fprintf(&b, "Written by `go run ./internal/opdocs` from the operation table in package `ghl` and the events of package `ghl/webhook`; do\nnot edit it.\n\n")
	fmt.Fprintf(&b, "%d actions and %d triggers, %d in all.\n\n", len(ops), len(events), len(ops)+len(events))
	fmt.Fprintf(&b, "## Actions\n\n")
	fmt.Fprintf(&b, "Each is a method of a service of `ghl.Client`, or of `ghl.OAuth`. *Version* is the header under the default; *v3* says what version 3 changes. *Token* is the level of the\ntoken. *Repeated* says whether the client may send the request again after an unclear failure; where it may not,\nthe error is `ghl.ErrUncertain`.\n")
	family := ""
	for _, op := range ops {
		if f := op.Family(); f != family {
			family = f
			fmt.Fprintf(&b, "\n### %s\n\n| Method | Request | Version | v3 | Scopes | Token | Repeated |\n|---|---|---|---|---|---|---|\n", family)
		}
		row(&b, op)
	}
	fmt.Fprintf(&b, "\n## Triggers\n\nEvents that a marketplace app receives as webhooks; package `ghl/webhook` checks and decodes them. *Type* is what the payload\nsays. There is none for a changed task, a reopened task, a renamed tag or a changed business: those are found by polling.\n")
	group := ""
	for _, e := range events {
		if e.Group != group {
			group = e.Group
			fmt.Fprintf(&b, "\n### Events: %s\n\n| Event | Type | Scopes |\n|---|---|---|\n", group)
		}
		fmt.Fprintf(&b, "| [%s](%s) | `%s` | %s |\n", e.Name, e.Page, e.Type, cmp.Or(e.Scope, "not stated"))
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
	scopes := cmp.Or(strings.Join(op.Scopes, ", "), "not stated")
	version := cmp.Or(op.Version, "none")
	fmt.Fprintf(b, "| %s | `%s %s` | %s | %s | %s | %s | %s |\n", name, op.HTTPMethod, op.Path, version, v3, scopes, op.Token, repeated)
}
