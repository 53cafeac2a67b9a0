package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
)

// runReal syncs the services that the environment names. Nothing is written,
// neither there nor on disk, before both have answered.
func runReal(ctx context.Context, o options, cfg settings, stdout, stderr io.Writer) (result *summary, err error) {
	began := time.Now()
	out := talk(o, stdout, stderr)
	g, p, err := cfg.clients()
	if err != nil {
		return nil, err
	}
	if err := cfg.check(ctx, g, p); err != nil {
		return nil, err
	}
	config := ghlpagico.Config{GHL: g, LocationID: cfg.locationID, Pagico: p, Settle: o.settle}
	dry := o.dryRun || !o.apply
	path, err := statePath(o.db, "quickstart.db")
	if err != nil {
		return nil, err
	}
	if dry && !exists(path) {
		config.Store = memstore.New()
	} else {
		store, closeState, err := openState(ctx, path)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, closeState()) }()
		config.Store = store
	}
	s, err := newSession(config, "services", stderr)
	if err != nil {
		return nil, err
	}
	s.summary.State = path
	if dry {
		err = s.plan(ctx, out)
		if err == nil && !o.apply {
			fmt.Fprintln(out, "nothing was written; run again with -apply to sync")
		}
	} else {
		err = s.once(ctx, out)
	}
	s.summary.Seconds = time.Since(began).Seconds()
	return s.summary, err
}

// once syncs one time and verifies.
func (s *session) once(ctx context.Context, out io.Writer) error {
	fmt.Fprintln(out, "sync")
	report, err := s.sync(ctx)
	if err != nil {
		return err
	}
	s.firstCalls()
	fmt.Fprintf(out, "  %s\n", told(report))
	fmt.Fprintln(out, "verify")
	receipt, err := s.connector.Verify(ctx)
	s.progress.end()
	s.summary.calls(s.config.GHL, s.config.Pagico)
	if err != nil {
		return err
	}
	s.summary.verified(receipt)
	s.summary.SecondPassWrites = new(receipt.WouldWrite)
	s.summary.counts(func(k syncer.Kind) int { return receipt.Kinds[k] })
	return nil
}
