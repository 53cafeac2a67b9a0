// Package local starts the two in-process servers that the examples run on.
package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	_ "modernc.org/sqlite" // keeps the Pagico server's state, if asked to

	"github.com/ghl-pagico/sdk-go/examples/internal/world"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest/sqlitefile"
)

// The ways to limit requests.
const (
	// RateOff counts requests but never refuses one.
	RateOff = "off"
	// RateReal refuses what the real services refuse: 100 requests in 10 s on
	// GHL, 100 in 60 s on Pagico.
	RateReal = "real"
)

// requestLog is how many requests each server remembers.
const requestLog = 10_000

// Options say what to start.
type Options struct {
	// GHLAddr and PagicoAddr are host and port; port 0 takes a free one.
	GHLAddr, PagicoAddr string
	// Contacts is the size of the GHL location; 0 starts with users only.
	Contacts int
	// Seed makes the worlds; the same seed makes the same worlds.
	Seed uint64
	// Rate is RateOff or RateReal.
	Rate string
	// PagicoFile, if set, is the SQLite file that keeps the Pagico server's
	// state; a file that holds records already is not filled again.
	PagicoFile string
}

// Servers are the two running servers.
type Servers struct {
	GHL    *ghltest.Server
	Pagico *pagicotest.Server
	// GHLURL and PagicoURL are the base URLs for the clients.
	GHLURL, PagicoURL string
	// Seeded is what the GHL location began with.
	Seeded ghltest.World

	running []*http.Server
	closers []io.Closer
}

// Start starts both servers and fills them.
func Start(ctx context.Context, o Options) (*Servers, error) {
	ghlLimits, pagicoLimits := ghltest.NoLimits(), pagicotest.NoLimits()
	switch o.Rate {
	case RateOff:
	case RateReal:
		ghlLimits, pagicoLimits = ghltest.WithLimits(ghltest.RealLimits()), pagicotest.Limits{Quota: 100, Window: time.Minute}
	default:
		return nil, fmt.Errorf("-rate %q: use off or real", o.Rate)
	}
	if o.Contacts < 0 {
		return nil, fmt.Errorf("-contacts %d: use 0 or more", o.Contacts)
	}
	s := &Servers{
		GHL: ghltest.New(ghltest.WithSeed(o.Seed), ghlLimits, ghltest.WithRequestLog(requestLog)),
	}
	s.Seeded = world.GHL(o.Seed, o.Contacts)
	s.GHL.Seed(s.Seeded)
	err := s.openPagico(ctx, o, pagicotest.WithSeed(o.Seed), pagicotest.WithLimits(pagicoLimits), pagicotest.WithLogSize(requestLog))
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.GHLURL, err = s.serve(o.GHLAddr, s.GHL); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.PagicoURL, err = s.serve(o.PagicoAddr, s.Pagico); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.PagicoURL += pagicotest.BasePath
	return s, nil
}

// openPagico makes the Pagico server, in memory or on a file.
func (s *Servers) openPagico(ctx context.Context, o Options, opts ...pagicotest.Option) error {
	if o.PagicoFile == "" {
		s.Pagico = pagicotest.New(opts...)
	} else {
		db, err := sql.Open("sqlite", o.PagicoFile)
		if err != nil {
			return fmt.Errorf("open %s: %w", o.PagicoFile, err)
		}
		s.closers = append(s.closers, db)
		file, err := sqlitefile.Open(ctx, db)
		if err != nil {
			return fmt.Errorf("open %s: %w", o.PagicoFile, err)
		}
		s.closers = append(s.closers, file)
		if s.Pagico, err = pagicotest.Open(file, opts...); err != nil {
			return fmt.Errorf("open %s: %w", o.PagicoFile, err)
		}
		if w := s.Pagico.Snapshot(); len(w.Contacts)+len(w.Tasks)+len(w.Projects)+len(w.Notes) > 0 {
			return nil
		}
	}
	if err := s.Pagico.Seed(world.Pagico(o.Seed, s.Seeded)); err != nil {
		return fmt.Errorf("seed the Pagico server: %w", err)
	}
	return nil
}

// serve runs a handler on an address and returns its URL.
func (s *Servers) serve(addr string, h http.Handler) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fmt.Errorf("listen on %s: %w", addr, err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	s.running = append(s.running, server)
	go func() {
		// Serve ends with ErrServerClosed when Close is called.
		_ = server.Serve(l)
	}()
	return "http://" + l.Addr().String(), nil
}

// Close stops both servers.
func (s *Servers) Close() error {
	var errs []error
	for _, server := range s.running {
		errs = append(errs, server.Close())
	}
	for _, c := range slices.Backward(s.closers) {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
