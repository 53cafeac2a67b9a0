package ghl

import (
	"context"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// Version is the version of this package, part of the default user agent.
const Version = "0.1.0"

// DefaultBaseURL is the vendor's host, for every family and every API version.
const DefaultBaseURL = "https://services.leadconnectorhq.com"

// Client calls the API for one token. Make it with [New]. It is safe for concurrent use; its fields must not be changed.
type Client struct {
	Appointments   *AppointmentsService
	Businesses     *BusinessesService
	Calendars      *CalendarsService
	Campaigns      *CampaignsService
	Companies      *CompaniesService
	Contacts       *ContactsService
	Conversations  *ConversationsService
	CustomFields   *CustomFieldsService
	CustomValues   *CustomValuesService
	Locations      *LocationsService
	Notes          *NotesService
	ObjectFields   *ObjectFieldsService
	Opportunities  *OpportunitiesService
	RecurringTasks *RecurringTasksService
	Tags           *TagsService
	Tasks          *TasksService
	Users          *UsersService
	Workflows      *WorkflowsService

	set      settings
	http     *transport.Client
	limiter  *Limiter
	versions map[string]http.Header // made once for all calls, which do not change them
	static   []string               // the Authorization header of a token that never changes
}

// service is what every area holds.
type service struct{ client *Client }

// New makes a client from options; exactly one of WithToken and WithTokenSource is required. It does no I/O. Its errors
// match ErrInvalidArgument.
func New(opts ...Option) (*Client, error) {
	set := settings{baseURL: DefaultBaseURL, userAgent: "ghl-pagico-sdk-go/" + Version, version: V2}
	if err := set.apply(opts); err != nil {
		return nil, err
	}
	if set.credentials == 0 {
		return nil, invalid("new", "a credential is required: WithToken or WithTokenSource")
	}
	if set.httpClient == nil {
		set.httpClient = &http.Client{Transport: transport.Pool()} // here, so that clones share the connections
	}
	return newClient(set)
}

// Clone makes a client that differs by opts and keeps everything else, also the pool of connections. The limiter is shared,
// unless opts bring a new credential or new limits: the vendor counts per app and location, so a client for another
// location starts with a limiter of its own. When the new credential is for the same location, pass the limiter on:
// c.Clone(WithToken(t), WithLimiter(c.Limiter())).
func (c *Client) Clone(opts ...Option) (*Client, error) {
	set := c.set
	set.credentials, set.limiter = 0, nil
	token, source, limits := set.token, set.source, set.limits
	set.token, set.source, set.limits = "", nil, nil
	if err := set.apply(opts); err != nil {
		return nil, err
	}
	fresh := set.credentials > 0 || set.limits != nil
	if set.credentials == 0 {
		set.token, set.source = token, source
	}
	if set.limiter == nil && !fresh {
		set.limiter = c.limiter
	}
	if set.limits == nil {
		set.limits = limits
	}
	return newClient(set)
}

func newClient(set settings) (*Client, error) {
	c := &Client{set: set, limiter: set.limiter, versions: map[string]http.Header{}, static: []string{bearer + set.token}}
	for _, v := range [...]string{version2021July, version2021April, version3} {
		c.versions[v] = versionHeader(nil, v)
	}
	if c.limiter == nil {
		limits := Limits{}
		if set.limits != nil {
			limits = *set.limits
		}
		l, err := NewLimiter(limits)
		if err != nil {
			return nil, err
		}
		c.limiter = l
	}
	c.set.limiter = nil
	core, err := transport.New(transport.Config{
		Name: "ghl", BaseURL: set.baseURL, HTTPClient: set.httpClient, Logger: set.logger, Retry: set.retry,
		Timeout: set.timeout, MaxBody: set.maxBody, Gate: gate{c.limiter}, Authorize: c.authorize, Reauthorize: c.reauthorize,
		Header: http.Header{"Accept": {"application/json"}, "User-Agent": {set.userAgent}},
	})
	if err != nil {
		return nil, invalid("new", "%w", err)
	}
	c.http = core
	c.services()
	return c, nil
}

func (c *Client) services() {
	s := service{c}
	c.Appointments = &AppointmentsService{s}
	c.Businesses = &BusinessesService{s}
	c.Calendars = &CalendarsService{s}
	c.Campaigns = &CampaignsService{s}
	c.Companies = &CompaniesService{s}
	c.Contacts = &ContactsService{s}
	c.Conversations = &ConversationsService{s}
	c.CustomFields = &CustomFieldsService{s}
	c.CustomValues = &CustomValuesService{s}
	c.Locations = &LocationsService{s}
	c.Notes = &NotesService{s}
	c.ObjectFields = &ObjectFieldsService{s}
	c.Opportunities = &OpportunitiesService{s}
	c.RecurringTasks = &RecurringTasksService{s}
	c.Tags = &TagsService{s}
	c.Tasks = &TasksService{s}
	c.Users = &UsersService{s}
	c.Workflows = &WorkflowsService{s}
}

// Limiter returns the client's pacing, to be shared with other clients of the same app and location and to ask for a
// forecast.
func (c *Client) Limiter() *Limiter { return c.limiter }

// BaseURL returns the address that the client calls, without a trailing slash.
func (c *Client) BaseURL() string { return c.http.BaseURL() }

// Stats counts what a client has done since it was made.
type Stats struct {
	// Calls counts the requests that were sent, repetitions included; Retries counts the repetitions among them.
	Calls, Retries int64
	// RateLimited counts the answers with status 429, which normal running never sees.
	RateLimited int64
}

// Stats returns the counters of this client; clones count on their own.
func (c *Client) Stats() Stats {
	s := c.http.Stats()
	return Stats{Calls: s.Calls, Retries: s.Retries, RateLimited: s.RateLimited}
}

// TokenRefresher is an ability that a token source may have besides [oauth2.TokenSource]: to replace a token that the
// server has refused although it had not expired.
//
// The client calls Refresh at most once per call, after a 401 that speaks of the token (not of a scope or a version), from
// any number of goroutines; stale holds the access token that was refused. An implementation returns the token that is now
// valid, and refreshes only when stale is still the newest one it knows. Its error ends the call.
//
// The client looks for the method at run time, and one of another shape goes unnoticed; let the compiler check:
//
//	var _ ghl.TokenRefresher = (*Source)(nil)
type TokenRefresher interface {
	Refresh(ctx context.Context, stale *oauth2.Token) (*oauth2.Token, error)
}

// ContextTokenSource is an ability that a token source may have: to fetch a token under the context of the call. It must
// be safe for concurrent use. As with [TokenRefresher], let the compiler check that a source has it.
type ContextTokenSource interface {
	TokenContext(ctx context.Context) (*oauth2.Token, error)
}

const bearer = "Bearer "

// authorize sets the Authorization header of one attempt.
func (c *Client) authorize(ctx context.Context, h http.Header) error {
	if c.set.source == nil {
		h["Authorization"] = c.static
		return nil
	}
	var t *oauth2.Token
	var err error
	if s, ok := c.set.source.(ContextTokenSource); ok {
		t, err = s.TokenContext(ctx)
	} else {
		t, err = c.set.source.Token()
	}
	if err != nil {
		return &Error{Err: err, kinds: tokenKinds(err)}
	}
	if t == nil || t.AccessToken == "" || strings.ContainsAny(t.AccessToken, "\r\n") {
		return &Error{Err: errNoToken, kinds: kindUnauthorized}
	}
	h.Set("Authorization", bearer+t.AccessToken)
	return nil
}

// reauthorize asks the token source for another token after a 401 that is about the token.
func (c *Client) reauthorize(ctx context.Context, used string, resp *transport.Response) (bool, error) {
	s, ok := c.set.source.(TokenRefresher)
	if !ok {
		return false, nil
	}
	e := Error{Status: resp.Status}
	if html := e.parse(resp.Body); e.classify(html) != kindUnauthorized {
		return false, nil
	}
	stale := strings.TrimPrefix(used, bearer)
	t, err := s.Refresh(ctx, &oauth2.Token{AccessToken: stale})
	if err != nil {
		return false, &Error{Err: err, kinds: tokenKinds(err)}
	}
	return t != nil && t.AccessToken != stale, nil
}
