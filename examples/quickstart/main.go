// Command quickstart does the main job: it keeps a GHL location and a Pagico
// account in step.
//
// With no arguments it needs nothing: it starts both services in memory, fills
// them, runs the first sync, edits both sides as people would, syncs again,
// compares everything and prints a summary.
//
//	go run ./examples/quickstart
//
// With GHL_TOKEN, GHL_LOCATION_ID, PAGICO_BASE_URL and PAGICO_TOKEN set (and
// GHL_BASE_URL, when it is not the vendor's host) it talks to those hosts. It
// edits nothing by itself and prints what a sync would do; with -apply it syncs
// once and verifies.
//
// # Exit status
//
//	0  done; with a sync: verify found both sides in step
//	1  a setting is missing or wrong, a service cannot be reached or refuses
//	   the token, a guard halted the sync; one line on standard error says which
//	2  wrong flags
//	3  verify found differences
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/ghl-pagico/sdk-go/examples/internal/local"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit statuses.
const (
	exitOK = iota
	exitFailed
	exitUsage
	exitDifferent
)

// options are the flags.
type options struct {
	db       string
	dryRun   bool
	json     bool
	apply    bool
	seed     uint64
	contacts int
	rate     string
	settle   time.Duration
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if err != nil {
		return exitUsage
	}
	summary, err := start(ctx, o, getenv, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "quickstart:", oneLine(err))
		return exitFailed
	}
	if err := summary.print(stdout, o.json); err != nil {
		fmt.Fprintln(stderr, "quickstart:", oneLine(err))
		return exitFailed
	}
	if !summary.clean() {
		return exitDifferent
	}
	return exitOK
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.db, "db", "", "SQLite `file` for the state; default: in the user's cache folder")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print the plan and write nothing")
	flags.BoolVar(&o.json, "json", false, "print one JSON object as the last line of standard output")
	flags.BoolVar(&o.apply, "apply", false, "with real services: sync once and verify; without it only the plan is printed")
	flags.Uint64Var(&o.seed, "seed", 1, "the same seed makes the same worlds in memory")
	flags.IntVar(&o.contacts, "contacts", 1000, "`number` of contacts in the location in memory")
	flags.StringVar(&o.rate, "rate", local.RateOff, "request limits of the services in memory: `off or real` (real takes minutes)")
	flags.DurationVar(&o.settle, "settle", 10*time.Second, "how long a create without a clear answer may still take effect")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q", flags.Arg(0))
		fmt.Fprintln(stderr, "quickstart:", err)
		return o, err
	}
	return o, nil
}

// start runs against the services that the environment names, or in memory.
func start(ctx context.Context, o options, getenv func(string) string, stdout, stderr io.Writer) (*summary, error) {
	settings, given, err := fromEnvironment(getenv)
	switch {
	case err != nil:
		return nil, err
	case given:
		return runReal(ctx, o, settings, stdout, stderr)
	}
	return runDemo(ctx, o, stdout, stderr)
}

// oneLine keeps an error on one line.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
