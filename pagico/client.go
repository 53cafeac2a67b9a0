package pagico

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/go-cleanhttp"
	"golang.org/x/oauth2"

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
// with the original, and the rate limiter too unless opts hold a token, a token source
// or limits. Counters start at zero.
func (c *Client) Clone(opts ...Option) (*Client, error) {
	set := c.set
	set.headers = c.set.headers.Clone()
	return build(set, opts)
}

func build(set settings, opts []Option) (*Client, error) {
	for _, opt := range opts {
		if opt == nil {
			continue
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
	if set.limiter == nil {
		set.limiter = newLimiter(set.limits)
	}
	c := &Client{set: set}
	var err error
	c.transport, err = transport.New(set.config())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidArgument, err)
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

// Routes returns a copy of the routes in use.
func (c *Client) Routes() Routes { return maps.Clone(c.set.routes) }

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
		return fmt.Errorf("%w: a base URL is required; Pagico publishes no host", ErrInvalidArgument)
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		// The error of url.Parse repeats the text, which may hold a password.
		return fmt.Errorf("%w: base URL cannot be parsed", ErrInvalidArgument)
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return fmt.Errorf("%w: base URL must be https; http is for loopback addresses only", ErrInvalidArgument)
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

// bearer sets the Authorization header of one attempt.
func bearer(src oauth2.TokenSource) func(context.Context, http.Header) error {
	return func(_ context.Context, h http.Header) error {
		tok, err := src.Token()
		if err != nil {
			return fmt.Errorf("no access token: %w", err)
		}
		if tok == nil || tok.AccessToken == "" {
			return errors.New("the token source gave an empty access token")
		}
		h.Set("Authorization", "Bearer "+tok.AccessToken)
		return nil
	}
}

// TokenRefresher is an optional method of a token source given to [WithTokenSource]:
// after a 401 it is asked once per call for a token newer than the rejected one. When it
// returns nil, the request is sent again with what Token then returns. It must be safe for
// concurrent use, and should refresh once for any number of callers that were rejected
// with the same token.
type TokenRefresher interface {
	Refresh(ctx context.Context, rejectedAccessToken string) error
}

// reauthorize makes the hook for a 401: refresh when the source can, and send again
// when the token is then another one.
func reauthorize(src oauth2.TokenSource) func(context.Context, string, *transport.Response) (bool, error) {
	return func(ctx context.Context, used string, _ *transport.Response) (bool, error) {
		rejected := strings.TrimPrefix(used, "Bearer ")
		if r, ok := src.(TokenRefresher); ok {
			if err := r.Refresh(ctx, rejected); err != nil {
				return false, fmt.Errorf("refreshing the access token: %w", err)
			}
		}
		tok, err := src.Token()
		if err != nil {
			return false, fmt.Errorf("no access token: %w", err)
		}
		return tok != nil && tok.AccessToken != rejected, nil
	}
}
