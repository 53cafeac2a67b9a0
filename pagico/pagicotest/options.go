package pagicotest

import (
	"net/http"
	"slices"
	"time"
)

// DefaultToken and DefaultClientID are what a server accepts when no token option is given: every scope, no expiry.
const (
	DefaultToken    = "pagicotest-token"
	DefaultClientID = "pagicotest-client"
)

// Scopes returns every scope of the contract (§3.9).
func Scopes() []string {
	return []string{
		"tasks:read", "tasks:write", "projects:read", "projects:write", "contacts:read", "contacts:write",
		"notes:read", "notes:write", "events:read", "events:write", "users:read",
		"webhooks:read", "webhooks:write", "offline_access",
	}
}

// Grant is what one access token allows.
type Grant struct {
	// ClientID is the OAuth client the token was issued to; empty means [DefaultClientID]. External ids, idempotency
	// keys and rate limits are kept per client.
	ClientID string
	// UserID is the user that GET /me answers with; empty means the first user.
	UserID string
	// Scopes are the granted scopes; nil means all of [Scopes].
	Scopes []string
	// Expires is when the token stops working by the server's clock; zero means never.
	Expires time.Time
	// Limits, when its Quota is not zero, replaces the server's limits for this token's client.
	Limits Limits
	// RequireIfMatch demands If-Match on this token's PATCH and DELETE requests, as [WithRequireIfMatch] does on all.
	RequireIfMatch bool

	family string // the authorization an issued token came from
}

// Limits is a request quota per OAuth client in fixed windows (contract §3.8). A zero Quota means no limit and no
// RateLimit headers.
type Limits struct {
	Quota  int
	Window time.Duration
}

// NoLimits is the default: no quota and no RateLimit headers.
func NoLimits() Limits { return Limits{} }

type config struct {
	clock        func() time.Time
	seed         uint64
	limits       Limits
	users        []User
	tokens       map[string]Grant
	firstClient  string
	cursorTTL    time.Duration
	keyTTL       time.Duration
	maxBody      int64
	logSize      int
	needMatch    bool
	needKey      bool
	routes       map[string]Route
	webhooks     *http.Client
	clients      []OAuthClient
	accessTTL    time.Duration
	refreshGrace time.Duration
}

// Option sets up a server in [New].
type Option func(*config)

// WithToken lets a bearer token in with every scope, for [DefaultClientID]. Give it again for more tokens.
func WithToken(token string) Option { return WithGrant(token, Grant{}) }

// WithGrant lets a bearer token in with its own client id, user, scopes and expiry.
func WithGrant(token string, g Grant) Option {
	return func(c *config) {
		g = g.withDefaults()
		if c.firstClient == "" {
			c.firstClient = g.ClientID
		}
		c.tokens[token] = g
	}
}

func (g Grant) withDefaults() Grant {
	if g.ClientID == "" {
		g.ClientID = DefaultClientID
	}
	if g.Scopes == nil {
		g.Scopes = Scopes()
	}
	g.Scopes = slices.Clone(g.Scopes)
	return g
}

// WithClock sets where the server's time comes from; the default is time.Now, which is virtual inside a
// testing/synctest bubble. The clock must not run backwards.
func WithClock(now func() time.Time) Option { return func(c *config) { c.clock = now } }

// WithSeed sets the seed of ids, secrets and random faults; the default is 1.
func WithSeed(seed uint64) Option { return func(c *config) { c.seed = seed } }

// WithLimits sets the rate limit; the default is [NoLimits].
func WithLimits(l Limits) Option { return func(c *config) { c.limits = l } }

// WithUsers replaces the single default user. The first one answers GET /me.
func WithUsers(users ...User) Option {
	return func(c *config) { c.users = slices.Clone(users) }
}

// WithCursorTTL sets how long a cursor lives; the default, and what the contract promises at least, is 24 hours.
func WithCursorTTL(d time.Duration) Option { return func(c *config) { c.cursorTTL = d } }

// WithMaxBody sets the largest request body in bytes, above which the answer is 413; the default is 1 MiB.
func WithMaxBody(n int64) Option { return func(c *config) { c.maxBody = n } }

// WithLogSize sets how many requests the log keeps, the newest ones; the default is 10,000.
func WithLogSize(n int) Option { return func(c *config) { c.logSize = n } }

// WithRequireIfMatch makes the server demand If-Match on PATCH and DELETE: without it they answer 428.
func WithRequireIfMatch() Option { return func(c *config) { c.needMatch = true } }

// WithRequireIdempotencyKey makes the server demand Idempotency-Key on POST: without it POST answers 400.
func WithRequireIdempotencyKey() Option { return func(c *config) { c.needKey = true } }

// Route is the method and the path template of one operation, for [WithRoute].
type Route struct {
	Method string
	// Path starts with a slash, is relative to the base path /v1, and holds the operation's parameters in braces:
	// /tasks/{id}.
	Path string
}

// WithRoute serves an operation, named as in contract §3.2 ("tasks.create"), at another method and path, to test a
// client that was given other routes. Unknown operations are ignored.
func WithRoute(operation string, r Route) Option {
	return func(c *config) { c.routes[operation] = r }
}
