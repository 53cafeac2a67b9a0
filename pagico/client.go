package pagico

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/go-cleanhttp"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// Version is the version of this package as it appears in the User-Agent header.
const Version = "0.1.0"

const defaultUserAgent = "ghl-pagico-sdk-go/" + Version

// Client calls one backend that speaks the contract. It is safe for concurrent use and
// meant to be kept: it holds the connections and what is known of the rate limit.
type Client struct {
	set       settings
	transport *transport.Client
	common    service

	// Contacts reads and writes contacts.
	Contacts *ContactsService
	// Events reads and mirrors appointments.
	Events *EventsService
	// Lists reads and writes lists (checklists).
	Lists *ListsService
	// Notes reads and writes notes.
	Notes *NotesService
	// Projects reads and writes projects.
	Projects *ProjectsService
	// Tasks reads and writes tasks.
	Tasks *TasksService
	// Users reads the users that tasks can be assigned to.
	Users *UsersService
	// Webhooks manages webhook subscriptions.
	Webhooks *WebhooksService
}

// service is what all services share.
type service struct{ client *Client }

// New returns a client for the backend at baseURL, such as "https://HOST/v1". There is
// no default, because Pagico runs no such host. The scheme is https; http is allowed for
// loopback addresses only, because a bearer token travels with every request.
//
// A faulty base URL or option gives an error that wraps [ErrInvalidArgument]. Nothing
// is sent.
func New(baseURL string, opts ...Option) (*Client, error) {
	set := settings{baseURL: baseURL, routes: DefaultRoutes(), userAgent: defaultUserAgent}
	return build(set, opts)
}

// Clone returns a client with the same settings, changed by opts. It shares connections
// with the original, and the limiter too unless opts hold a token, a token source, limits
// or a limiter. Counters start at zero.
func (c *Client) Clone(opts ...Option) (*Client, error) {
	return build(c.set, opts)
}

func build(set settings, opts []Option) (*Client, error) {
	limiter, credentials := set.limiter, set.credentials
	set.limiter = nil
	for _, opt := range opts {
		if opt == nil {
			return nil, invalid(opNew, "an option is nil")
		}
		if err := opt(&set); err != nil {
			return nil, err
		}
	}
	if err := checkBaseURL(set.baseURL); err != nil {
		return nil, err
	}
	if set.httpClient == nil {
		set.httpClient = &http.Client{}
	}
	if set.httpClient.Transport == nil { // made here, so that clones share its connections
		hc := *set.httpClient
		pooled := cleanhttp.DefaultPooledTransport()
		pooled.MaxIdleConnsPerHost = pooled.MaxIdleConns
		hc.Transport = pooled
		set.httpClient = &hc
	}
	switch {
	case set.limiter != nil:
	case limiter != nil && set.credentials == credentials:
		set.limiter = limiter
	default:
		set.limiter = newLimiter(Limits{})
	}
	c := &Client{set: set}
	var err error
	c.transport, err = transport.New(set.config())
	if err != nil {
		return nil, invalid(opNew, "%w", err)
	}
	c.common.client = c
	c.Contacts = (*ContactsService)(&c.common)
	c.Events = (*EventsService)(&c.common)
	c.Lists = (*ListsService)(&c.common)
	c.Notes = (*NotesService)(&c.common)
	c.Projects = (*ProjectsService)(&c.common)
	c.Tasks = (*TasksService)(&c.common)
	c.Users = (*UsersService)(&c.common)
	c.Webhooks = (*WebhooksService)(&c.common)
	return c, nil
}

// BaseURL returns the address that paths are appended to, without a trailing slash.
func (c *Client) BaseURL() string { return c.transport.BaseURL() }

// Limiter returns what paces the client, to be shared with other clients of the same
// account.
func (c *Client) Limiter() *Limiter { return c.set.limiter }

// Routes returns a copy of the routes in use.
func (c *Client) Routes() Routes { return c.set.routes.clone() }

// Scopes returns the OAuth scopes to ask for: those given with [WithScopes], or those
// that the routes name and "offline_access".
func (c *Client) Scopes() []string {
	if c.set.scopes != nil {
		return slices.Clone(c.set.scopes)
	}
	return defaultScopes(c.set.routes)
}

// Stats counts what a client has done since it was made.
type Stats struct {
	// Calls counts requests that were sent, repetitions included.
	Calls int64
	// Retries counts the repetitions among them.
	Retries int64
	// RateLimited counts answers with status 429.
	RateLimited int64
}

// Stats returns the counters.
func (c *Client) Stats() Stats {
	s := c.transport.Stats()
	return Stats{Calls: s.Calls, Retries: s.Retries, RateLimited: s.RateLimited}
}

func checkBaseURL(raw string) error {
	if strings.TrimSpace(raw) == "" {
		return invalid(opNew, "a base URL is required; Pagico publishes no host")
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		// The error of url.Parse repeats the text, which may hold a password.
		return invalid(opNew, "base URL cannot be parsed")
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" {
		return invalid(opNew, "base URL must be absolute and start with https://")
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return invalid(opNew, "base URL must be https; http is for loopback addresses only")
	}
	return nil
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
