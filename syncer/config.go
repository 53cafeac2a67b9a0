package syncer

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Config describes one connection and how it is kept in step.
type Config struct {
	// Connection scopes all state in the store. Required.
	Connection ConnectionID
	// GHL and Pagico are the two services. Required.
	GHL, Pagico Source
	// Store keeps links, intents and the audit log. Required.
	Store Store
	// Flows lists the kinds to sync, parents first. Required.
	Flows []Flow
	// Guards are the limits that halt a pass; zero fields take their defaults.
	Guards Guards
	// Settle is how long a create with an unclear answer may still take effect:
	// the longest time-out plus the lag of the services. Before it is over the
	// create is not probed. Default 30 s; negative means at once.
	Settle time.Duration
	// ClockSlack is how far the services' clocks may differ from this one's.
	// Default 2 min.
	ClockSlack time.Duration
	// Freshness is how old a reading may be when a change is written on top of
	// it; older ones are read again first. Default 5 s.
	Freshness time.Duration
	// Workers is the number of writes under way at once. Default 4. With 1 the
	// order of all requests is the same in every run.
	Workers int
	// MaxAttempts is how often a failing step is tried, once per pass, before
	// it is set aside as a dead letter until its record changes. Default 8.
	MaxAttempts int
	// Resolver decides what would be parked. Nil leaves all of it to people. One
	// that is set for the first time is asked about what waits already.
	Resolver Resolver
	// Logger gets a line for each pass that Sync ran, each step that failed, each
	// create of unclear outcome and each halt. Default: none.
	Logger *slog.Logger
	// Progress is told how far a pass is, from one goroutine at a time. The pass
	// waits for it, so it must not start another one. Nil means that nobody is told.
	Progress func(Progress)
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Guards are the limits beyond which a pass halts and asks before it writes.
type Guards struct {
	// MaxDeletes is the most deletions, of one kind in one pass, that run
	// without an override. Default 100; negative means none at all.
	MaxDeletes int
	// MaxDeletePercent is the same as a share of the kind's active links. It
	// applies from ten deletions on. Default 25.
	MaxDeletePercent int
	// EmptyFrom is the number of active links of a kind from which an empty
	// listing halts the pass. Default 10.
	EmptyFrom int
	// MaxFirstCreates is the most records that the first pass makes without an
	// override. Default 20,000.
	MaxFirstCreates int
}

func (g Guards) withDefaults() Guards {
	g.MaxDeletes = cmp.Or(g.MaxDeletes, 100)
	g.MaxDeletePercent = cmp.Or(g.MaxDeletePercent, 25)
	g.EmptyFrom = cmp.Or(g.EmptyFrom, 10)
	g.MaxFirstCreates = cmp.Or(g.MaxFirstCreates, 20_000)
	return g
}

// WithDefaults returns the configuration with every zero field that has a
// default set to it.
func (c Config) WithDefaults() Config {
	c.Guards = c.Guards.withDefaults()
	c.Settle = cmp.Or(c.Settle, 30*time.Second)
	c.ClockSlack = cmp.Or(c.ClockSlack, 2*time.Minute)
	c.Freshness = cmp.Or(c.Freshness, 5*time.Second)
	c.Workers = cmp.Or(c.Workers, 4)
	c.MaxAttempts = cmp.Or(c.MaxAttempts, 8)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Validate reports the first field that makes no sense, by name.
func (c Config) Validate() error {
	switch {
	case c.Connection == "":
		return errors.New("syncer: Config.Connection is empty: give the pair of accounts a name, and keep it")
	case c.GHL == nil:
		return errors.New("syncer: Config.GHL is nil: make a source, such as with ghlsource.New")
	case c.Pagico == nil:
		return errors.New("syncer: Config.Pagico is nil: make a source, such as with pagicosource.New")
	case c.Store == nil:
		return errors.New("syncer: Config.Store is nil: use memstore.New or sqlstore.New")
	case c.GHL.Side() != GHL:
		return fmt.Errorf("syncer: Config.GHL is a source of side %q: give one of side ghl", c.GHL.Side())
	case c.Pagico.Side() != Pagico:
		return fmt.Errorf("syncer: Config.Pagico is a source of side %q: give one of side pagico", c.Pagico.Side())
	}
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"Workers", int64(c.Workers)}, {"MaxAttempts", int64(c.MaxAttempts)}, {"ClockSlack", int64(c.ClockSlack)}, {"Freshness", int64(c.Freshness)},
		{"Guards.MaxDeletePercent", int64(c.Guards.MaxDeletePercent)}, {"Guards.EmptyFrom", int64(c.Guards.EmptyFrom)},
		{"Guards.MaxFirstCreates", int64(c.Guards.MaxFirstCreates)},
	} {
		if n.value < 0 {
			return fmt.Errorf("syncer: Config.%s is negative: use more than 0, or 0 for the default", n.name)
		}
	}
	return validateFlows(c.Flows)
}

// Progress says how far a pass is.
type Progress struct {
	// Phase is "settle", "scan", "plan", "apply" or "verify".
	Phase string
	Kind  Kind
	// Side is the side that is scanned; empty in other phases.
	Side Side
	// Done counts records or steps; Total is 0 while it is unknown.
	Done, Total int
}
