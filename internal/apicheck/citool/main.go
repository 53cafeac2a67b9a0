// Command citool does two small jobs for .ci/run that would need other programs than Go otherwise.
//
//	citool skips -allow FILE JSON    fail when a test was skipped that FILE does not allow
//	citool receipt [-run RUN] JSON   fail when the last line of quickstart -json reports anything unclean
//
// RUN says what the quickstart was to do: "memory" (default) the whole demonstration, "first" a first sync of
// real services, "again" a sync of services that are in step.
//
// JSON is a file, or - for standard input.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "citool:", err)
		os.Exit(1)
	}
}

func run(args []string, stdin io.Reader, stdout io.Writer) error {
	if len(args) == 0 {
		return errors.New("usage: citool skips -allow FILE JSON | citool receipt [-run RUN] JSON")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	allow := flags.String("allow", "", "file with the tests that may be skipped")
	kind := flags.String("run", "memory", "what the quickstart was to do: memory, first or again")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("name one file, or - for standard input")
	}
	in, err := open(flags.Arg(0), stdin)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read from
	switch args[0] {
	case "skips":
		return skips(in, *allow, stdout)
	case "receipt":
		return receipt(in, *kind, stdout)
	}
	return fmt.Errorf("unknown job %q", args[0])
}

func open(name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(stdin), nil
	}
	return os.Open(name)
}
