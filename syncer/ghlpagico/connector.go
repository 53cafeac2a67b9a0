package ghlpagico

import (
	"cmp"
	"context"
	"sync/atomic"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlsource"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
)

// Connector keeps one location and one account in step. It is safe for
// concurrent use, as [syncer.Engine] is.
type Connector struct {
	*syncer.Engine
	ghl    *ghlsource.Source
	pagico *pagicosource.Source
	facts  *facts
	// location and kinds are what webhooks are asked for.
	location string
	kinds    map[syncer.Kind]bool
}

// New returns a connector. It makes no request and writes nothing.
func New(cfg Config) (*Connector, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	c := &Connector{facts: &facts{people: newPeople(cfg.People)}, location: cfg.LocationID, kinds: map[syncer.Kind]bool{}}
	var err error
	if c.ghl, err = ghlsource.New(cfg.GHL, cfg.LocationID, ghlOptions(cfg)...); err != nil {
		return nil, err
	}
	if c.pagico, err = pagicosource.New(cfg.Pagico, pagicoOptions(cfg)...); err != nil {
		return nil, err
	}
	all := flows(cfg, c.facts)
	for _, f := range all {
		c.kinds[f.Kind] = true
	}
	c.Engine, err = syncer.New(syncer.Config{
		Connection: cmp.Or(cfg.Connection, syncer.ConnectionID("ghl:"+cfg.LocationID)),
		GHL:        &ghlSide{Source: c.ghl, facts: c.facts},
		Pagico:     &pagicoSide{Source: c.pagico, facts: c.facts},
		Store:      cfg.Store,
		Flows:      all,
		Guards:     cfg.Guards,
		Settle:     cfg.Settle,
		Workers:    cfg.Workers,
		Resolver:   cfg.Resolver,
		Logger:     cfg.Logger,
		Progress:   cfg.Progress,
		Now:        cfg.Now,
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func ghlOptions(cfg Config) []ghlsource.Option {
	var opts []ghlsource.Option
	if cfg.PagicoTaskURL != nil {
		opts = append(opts, ghlsource.WithTwinURL(cfg.PagicoTaskURL))
	}
	if cfg.WithoutMarkers {
		opts = append(opts, ghlsource.WithoutMarkers())
	}
	if cfg.Workers == 1 { // then the order of all requests is the same in every run
		opts = append(opts, ghlsource.WithConcurrency(1))
	}
	return opts
}

func pagicoOptions(cfg Config) []pagicosource.Option {
	opts := []pagicosource.Option{pagicosource.WithLocation(cfg.LocationID)}
	if cfg.GHLTaskURL != nil {
		opts = append(opts, pagicosource.WithTwinURL(cfg.GHLTaskURL))
	}
	return opts
}

// facts are what the mapping has to know of both sides. They are read at the
// beginning of a pass and stay the same throughout.
type facts struct {
	zone   atomic.Pointer[time.Location]
	people *people
}

// location returns the location's time zone, UTC while it is unknown.
func (f *facts) location() *time.Location {
	if zone := f.zone.Load(); zone != nil {
		return zone
	}
	return time.UTC
}

// ghlSide learns the facts of the GHL side when a pass begins.
type ghlSide struct {
	*ghlsource.Source
	facts *facts
}

// Identify implements [syncer.Source].
func (s *ghlSide) Identify(ctx context.Context) (syncer.SourceID, error) {
	id, err := s.Source.Identify(ctx)
	if err != nil {
		return "", err
	}
	s.facts.zone.Store(s.Location())
	emails, err := s.People(ctx)
	if err != nil {
		return "", err
	}
	s.facts.people.setGHL(emails)
	return id, nil
}

// pagicoSide learns the facts of the Pagico side when a pass begins.
type pagicoSide struct {
	*pagicosource.Source
	facts *facts
}

// Identify implements [syncer.Source].
func (s *pagicoSide) Identify(ctx context.Context) (syncer.SourceID, error) {
	id, err := s.Source.Identify(ctx)
	if err != nil {
		return "", err
	}
	emails, err := s.People(ctx)
	if err != nil {
		return "", err
	}
	s.facts.people.setPagico(emails)
	return id, nil
}
