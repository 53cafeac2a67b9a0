// Command sandbox runs the two in-process servers alone, filled with a
// realistic world, until it is stopped:
//
//	go run ./examples/sandbox -ghl 127.0.0.1:8701 -pagico 127.0.0.1:8702 -contacts 100 -seed 1
//
// It prints one line of JSON with the base URLs, the tokens and the location
// id, which are just what the quickstart takes from its environment. State is
// kept in memory until the program ends; with -pagico-state the Pagico server
// keeps its own in a file, and sends its webhooks, so that it can serve as a
// gateway.
//
// Exit status: 0 when it was stopped by a signal, 1 when it could not start, 2
// for wrong flags.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ghl-pagico/sdk-go/examples/internal/local"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// ready is the line that tells where the servers are.
type ready struct {
	GHL         string `json:"ghl"`
	GHLToken    string `json:"ghlToken"`
	LocationID  string `json:"locationId"`
	Pagico      string `json:"pagico"`
	PagicoToken string `json:"pagicoToken"`
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o local.Options
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.GHLAddr, "ghl", "127.0.0.1:8701", "`address` of the GHL server; port 0 takes a free one")
	flags.StringVar(&o.PagicoAddr, "pagico", "127.0.0.1:8702", "`address` of the Pagico server; port 0 takes a free one")
	flags.IntVar(&o.Contacts, "contacts", 100, "`number` of contacts in the GHL location; 0 starts empty")
	flags.Uint64Var(&o.Seed, "seed", 1, "the same seed makes the same worlds")
	flags.StringVar(&o.Rate, "rate", local.RateOff, "request limits: `off or real`")
	flags.StringVar(&o.PagicoFile, "pagico-state", "", "SQLite `file` that keeps the Pagico server's state over restarts; default: memory")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "sandbox: unexpected argument %q\n", flags.Arg(0))
		return 2
	}
	servers, err := local.Start(ctx, o)
	if err != nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return 1
	}
	defer func() { _ = servers.Close() }()
	line := ready{GHL: servers.GHLURL, GHLToken: servers.GHL.Token(), LocationID: servers.GHL.LocationID(),
		Pagico: servers.PagicoURL, PagicoToken: pagicotest.DefaultToken}
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return 1
	}
	if err := servers.Pagico.RunDeliveries(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return 1
	}
	<-ctx.Done()
	return 0
}
