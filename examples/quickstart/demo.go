package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ghl-pagico/sdk-go/examples/internal/local"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
)

// runDemo runs the whole story on two services in memory.
func runDemo(ctx context.Context, o options, stdout, stderr io.Writer) (result *summary, err error) {
	began := time.Now()
	out := talk(o, stdout, stderr)
	fmt.Fprintf(out, "starting a GHL and a Pagico service in memory (-contacts %d, -seed %d, -rate %s)\n", o.contacts, o.seed, o.rate)
	servers, err := local.Start(ctx, local.Options{GHLAddr: "127.0.0.1:0", PagicoAddr: "127.0.0.1:0", Contacts: o.contacts, Seed: o.seed, Rate: o.rate})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, servers.Close()) }()
	cfg := settings{ghlURL: servers.GHLURL, ghlToken: servers.GHL.Token(), locationID: servers.GHL.LocationID(),
		pagicoURL: servers.PagicoURL, pagicoToken: pagicotest.DefaultToken, unlimited: o.rate == local.RateOff}
	s, closeState, err := demoSession(ctx, o, cfg, stderr)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeState()) }()
	if o.dryRun {
		err = s.plan(ctx, out)
	} else {
		err = s.story(ctx, servers, out)
	}
	s.summary.Seconds = time.Since(began).Seconds()
	return s.summary, err
}

// talk is where a run tells what it does: with -json standard output is kept
// for the result.
func talk(o options, stdout, stderr io.Writer) io.Writer {
	if o.json {
		return stderr
	}
	return stdout
}

// demoSession prepares the state. The services in memory are new in every run,
// so their state starts anew too: in a file of its own that each run replaces,
// or, in a file that was asked for, under a connection of its own.
func demoSession(ctx context.Context, o options, cfg settings, stderr io.Writer) (*session, func() error, error) {
	g, p, err := cfg.clients()
	if err != nil {
		return nil, nil, err
	}
	config := ghlpagico.Config{GHL: g, LocationID: cfg.locationID, Pagico: p, Settle: o.settle,
		Connection: syncer.ConnectionID("memory " + time.Now().UTC().Format(time.RFC3339Nano))}
	closeState := func() error { return nil }
	path := ""
	if o.dryRun {
		config.Store = memstore.New()
	} else {
		if path, err = statePath(o.db, "quickstart-memory.db"); err != nil {
			return nil, nil, err
		}
		if o.db == "" {
			if err := removeState(path); err != nil {
				return nil, nil, err
			}
		}
		if config.Store, closeState, err = openState(ctx, path); err != nil {
			return nil, nil, err
		}
	}
	s, err := newSession(config, "memory", stderr)
	if err != nil {
		return nil, nil, errors.Join(err, closeState())
	}
	s.summary.State = path
	return s, closeState, nil
}

// removeState removes the file of an earlier run, with SQLite's side files.
func removeState(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove the state of the last run: %w", err)
		}
	}
	return nil
}

// story is what a newcomer sees: first sync, a day's edits, second sync.
func (s *session) story(ctx context.Context, servers *local.Servers, out io.Writer) error {
	fmt.Fprintln(out, "first sync")
	first, err := s.sync(ctx)
	if err != nil {
		return err
	}
	s.firstCalls()
	s.summary.counts(func(k syncer.Kind) int {
		c := first.Kinds[k]
		return c.Linked + c.Created + c.Adopted
	})
	fmt.Fprintf(out, "  %s\n", told(first))
	quiet, err := s.quietPass(ctx)
	if err != nil {
		return err
	}
	edits, err := editBothSides(servers)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "a day of edits by the people on both sides")
	for _, e := range edits {
		fmt.Fprintf(out, "  %s\n", e)
	}
	fmt.Fprintln(out, "second sync")
	second, err := s.sync(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "  %s\n", told(second))
	again, err := s.quietPass(ctx)
	if err != nil {
		return err
	}
	s.summary.SecondPassWrites = new(quiet + again)
	fmt.Fprintln(out, "verify")
	return s.verify(ctx)
}
