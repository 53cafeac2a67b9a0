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
	links *pagicosource.Links
	// location and kinds are what webhooks are asked for.
	location string
	kinds    map[syncer.Kind]bool
}

// New returns a connector, or an error that names the first setting that makes no
// sense. It makes no request and writes nothing.
func New(cfg Config) (*Connector, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	c := &Connector{location: cfg.LocationID, kinds: map[syncer.Kind]bool{}}
	engine := syncer.Config{
		Connection:  cmp.Or(cfg.Connection, syncer.ConnectionID("ghl:"+cfg.LocationID)),
		Store:       cfg.Store,
		Guards:      cfg.Guards,
		Settle:      cfg.Settle,
		ClockSlack:  cfg.ClockSlack,
		Freshness:   cfg.Freshness,
		Workers:     cfg.Workers,
		MaxAttempts: cfg.MaxAttempts,
		Resolver:    cfg.Resolver,
		Logger:      cfg.Logger,
		Progress:    cfg.Progress,
		Now:         cfg.Now,
	}
	if err := c.connect(cfg, &engine); err != nil {
		return nil, err
	}
	for _, f := range engine.Flows {
		c.kinds[f.Kind] = true
	}
	var err error
	if c.Engine, err = syncer.New(engine); err != nil {
		return nil, err
	}
	return c, nil
}

// connect sets up the two sides and the flows between them.
func (c *Connector) connect(cfg Config, engine *syncer.Config) error {
	ghl, err := ghlsource.New(cfg.GHL, cfg.LocationID, ghlOptions(cfg)...)
	if err != nil {
		return err
	}
	if cfg.Links != nil {
		if c.links, engine.Flows, err = cfg.Links.source(cfg); err != nil {
			return err
		}
		engine.GHL, engine.Pagico = ghl, c.links
		return nil
	}
	pagico, err := pagicosource.New(cfg.Pagico, pagicoOptions(cfg)...)
	if err != nil {
		return err
	}
	known := &facts{people: newPeople(cfg.People)}
	engine.GHL, engine.Pagico = &ghlSide{Source: ghl, facts: known}, &pagicoSide{Source: pagico, facts: known}
	engine.Flows = flows(cfg, known)
	return nil
}

// Links returns the source of the app that [Config.Links] set up, to list what is in
// doubt, to confirm it, or to send it again; nil when there is a Pagico server instead.
func (c *Connector) Links() *pagicosource.Links { return c.links }

func ghlOptions(cfg Config) []ghlsource.Option {
	var opts []ghlsource.Option
	if cfg.PagicoURL != nil {
		opts = append(opts, ghlsource.WithTwinURL(cfg.PagicoURL))
	}
	if cfg.Users != nil {
		opts = append(opts, ghlsource.WithUsers(cfg.Users))
	}
	if cfg.CallingCode != "" {
		opts = append(opts, ghlsource.WithCallingCode(cfg.CallingCode))
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
	if cfg.GHLURL != nil {
		opts = append(opts, pagicosource.WithTwinURL(cfg.GHLURL))
	}
	if cfg.CallingCode != "" {
		opts = append(opts, pagicosource.WithCallingCode(cfg.CallingCode))
	}
	if cfg.Delta {
		opts = append(opts, pagicosource.WithDelta())
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

var (
	_ syncer.Children   = (*ghlSide)(nil)
	_ syncer.Candidates = (*ghlSide)(nil)
)

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

var (
	_ syncer.RepeatableCreates = (*pagicoSide)(nil)
	_ syncer.Candidates        = (*pagicoSide)(nil)
	_ syncer.Mover             = (*pagicoSide)(nil)
	_ syncer.Children          = (*pagicoSide)(nil)
)

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
