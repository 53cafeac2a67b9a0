// Command ghldrift says what a newer copy of the vendor's OpenAPI files adds, drops and changes, compared with an older copy
// and with the operation table of package ghl.
//
//	go run ./internal/ghldrift -old DIR -new DIR [-json] [-families contacts,users]
//
// A DIR is a checkout of https://github.com/GoHighLevel/highlevel-api-docs or a folder of the same layout. Without -new the
// files of the contract tests are taken (GHL_OPENAPI_DIR, or shared/ghl-openapi beside the repository); without -old only
// the table is compared.
//
// # Exit codes
//
//	0   the copies describe the same, and every row of the table is in the newer one
//	1   something was added, dropped or changed, or a row of the table is not in the newer copy
//	2   wrong arguments, or files that cannot be read
//
// (go run itself ends with 1 whenever the code is not 0, and prints the code.)
//
// Operations that the files have and the table does not are listed too; they alone do not make the code 1, because the SDK
// covers a part of the vendor's operations on purpose.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/internal/ghlspec"
)

func main() { os.Exit(run(os.Args[1:], ghl.Operations(), os.Stdout, os.Stderr)) }

const (
	same      = 0
	different = 1
	trouble   = 2
)

func run(args []string, table []ghl.Operation, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("ghldrift", flag.ContinueOnError)
	flags.SetOutput(stderr)
	older := flags.String("old", "", "folder with the older files; empty compares with the table only")
	newer := flags.String("new", "", "folder with the newer files; empty takes those of the contract tests")
	asJSON := flags.Bool("json", false, "write JSON instead of text")
	families := flags.String("families", strings.Join(ghlspec.Families(), ","), "families to compare")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		if flags.NArg() > 0 {
			_, _ = fmt.Fprintf(stderr, "ghldrift: unknown argument %q\n", flags.Arg(0))
		}
		return trouble
	}
	r, err := load(*older, *newer, strings.Split(*families, ","), table)
	if err == nil && *asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		err = enc.Encode(r)
	} else if err == nil {
		err = r.text(stdout)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "ghldrift:", err)
		return trouble
	}
	if r.drifted() {
		return different
	}
	return same
}

func load(older, newer string, families []string, table []ghl.Operation) (*report, error) {
	if newer == "" {
		dir, err := ghlspec.Folder()
		if err != nil {
			return nil, err
		}
		newer = dir
	}
	now, missing, err := ghlspec.Available(newer, families...)
	if err != nil {
		return nil, err
	}
	r := &report{}
	if older != "" {
		before, missingBefore, err := ghlspec.Available(older, families...)
		if err != nil {
			return nil, err
		}
		r.Files.Added, r.Files.Dropped = minus(missingBefore, missing), minus(missing, missingBefore)
		r.compare(before, now)
	}
	r.compareTable(now, table, families)
	r.tidy()
	return r, nil
}
