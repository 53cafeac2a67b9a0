package ghltest

import (
	"context"
	"maps"
	"slices"
	"time"
)

// What a server knows when no option says otherwise.
const (
	// DefaultToken is a private integration token of the default location with every scope.
	DefaultToken = "pit-11111111-2222-4333-8444-555555555555"
	// DefaultLocationID is the id of the default location.
	DefaultLocationID = "loc0000000000000TEST"
	// DefaultCompanyID is the id of the default agency.
	DefaultCompanyID = "com0000000000000TEST"
)

type config struct {
	locations []Location
	tokens    []Token
	clock     func() time.Time
	sleep     func(context.Context, time.Duration) error
	seed      uint64
	limits    Limits
	quirks    Quirks
	lag       Lag
	apps      []App
	hooks     *Webhooks
	logSize   int
}

// Option changes a server that [New] makes.
type Option func(*config)

// WithLocation adds a location. The first one is the default: its id is taken for seeded entities without a location,
// and [WithToken] makes tokens for it. Empty fields are filled in: time zone "Europe/Zurich", country "US",
// company [DefaultCompanyID], unique identifiers e-mail then phone.
func WithLocation(l Location) Option {
	return func(c *config) { c.locations = append(c.locations, l) }
}

// WithToken adds a private integration token of the default location with every scope.
func WithToken(token string) Option {
	return func(c *config) { c.tokens = append(c.tokens, Token{Value: token}) }
}

// WithTokens adds tokens of any level, location and scope.
func WithTokens(tokens ...Token) Option {
	return func(c *config) {
		for _, t := range tokens {
			t.Scopes = slices.Clone(t.Scopes)
			c.tokens = append(c.tokens, t)
		}
	}
}

// WithClock sets the clock of dates, rate windows, token expiry and index lag. Default time.Now, which is the virtual
// clock inside a testing/synctest bubble.
func WithClock(now func() time.Time) Option {
	return func(c *config) { c.clock = now }
}

// WithSleep sets how injected delays wait. It must return early with ctx.Err() when ctx ends. The default uses a timer.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(c *config) { c.sleep = sleep }
}

// WithSeed sets the seed of ids, trace ids and fault probabilities. The same seed, clock and order of requests give the
// same bytes. Default 1.
func WithSeed(seed uint64) Option {
	return func(c *config) { c.seed = seed }
}

// WithLimits sets the rate windows. Default [RealLimits].
func WithLimits(l Limits) Option {
	return func(c *config) { c.limits = l }
}

// NoLimits lifts the rate windows. The headers stay, with very large numbers.
func NoLimits() Option {
	return WithLimits(Limits{Burst: 1_000_000_000, Daily: 1_000_000_000})
}

// WithQuirks replaces the quirks; start from [DefaultQuirks].
func WithQuirks(q Quirks) Option {
	return func(c *config) { c.quirks = q }
}

// WithLag sets how late changes become visible to the search index; see [Server.SetLag].
func WithLag(l Lag) Option {
	return func(c *config) { c.lag = l }
}

// WithRequestLog sets how many requests the log keeps, oldest dropped first. Default 100,000; the counters count on.
func WithRequestLog(size int) Option {
	return func(c *config) { c.logSize = size }
}

// WithApp registers a marketplace app, so that the OAuth endpoints know its client id and secret.
func WithApp(a App) Option {
	return func(c *config) {
		a.Scopes = slices.Clone(a.Scopes)
		c.apps = append(c.apps, a)
	}
}

// WithWebhooks makes the server send signed webhooks; see [Webhooks].
func WithWebhooks(w Webhooks) Option {
	return func(c *config) {
		w.Headers = maps.Clone(w.Headers)
		c.hooks = &w
	}
}

func buildConfig(opts []Option) config {
	c := config{clock: time.Now, sleep: sleepTimer, seed: 1, limits: RealLimits(), quirks: DefaultQuirks(), logSize: 100_000}
	for _, o := range opts {
		o(&c)
	}
	if len(c.locations) == 0 {
		c.locations = []Location{{ID: DefaultLocationID, Name: "Test Location"}}
	}
	if len(c.tokens) == 0 {
		c.tokens = []Token{{Value: DefaultToken}}
	}
	return c
}

func sleepTimer(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
