package transport

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
)

// Defaults of a [Config].
const (
	DefaultTimeout      = 30 * time.Second
	DefaultMaxBody      = 64 << 20
	DefaultMaxErrorBody = 64 << 10
)

// Config sets up a [Client]. Only Name and BaseURL are required.
type Config struct {
	// Name prefixes the texts of errors and log lines, for example "ghl".
	Name string
	// BaseURL is the absolute address that every path is appended to.
	BaseURL string
	// HTTPClient is copied, never changed. Its Transport and Jar are used; its CheckRedirect is replaced; its Timeout, when
	// shorter than Timeout below, bounds one attempt. Nil means a pooled client of its own.
	HTTPClient *http.Client
	// Header is sent with every request, under canonical names. A request's own header of the same name wins. It must not be
	// changed afterwards.
	Header http.Header
	// Logger receives one line per attempt at debug level and one per repetition at warn level. Nil means silence.
	Logger *slog.Logger
	// Retry bounds repetition.
	Retry RetryPolicy
	// Timeout bounds one attempt, from sending to the last byte of the body; waiting for the Gate does not count.
	// Default 30 s.
	Timeout time.Duration
	// MaxBody bounds a successful body in bytes, default 64 MiB; a longer one is [ErrBodyTooLarge].
	MaxBody int64
	// MaxErrorBody bounds the kept part of the body of an error answer in bytes, default 64 KiB.
	MaxErrorBody int64
	// Authorize sets the Authorization header of one attempt. It may refresh a token; its error ends the call.
	Authorize func(ctx context.Context, h http.Header) error
	// Reauthorize is called at most once per call, after a 401. used is the Authorization value that was refused. It
	// reports whether a new credential is in place, so that the request is worth sending again.
	Reauthorize func(ctx context.Context, used string, resp *Response) (bool, error)
	// Gate paces the attempts. Nil means no pacing.
	Gate Gate
}

// Gate decides when an attempt may start and learns from the answers. It must be safe for concurrent use.
type Gate interface {
	// Wait blocks until one attempt of this priority (lower is more urgent) may start, or returns an error, which ends the
	// call. Every Ticket must be done exactly once.
	Wait(ctx context.Context, priority int) (Ticket, error)
}

// Ticket is the permission for one attempt.
type Ticket interface {
	// Done reports the answer; status is 0 and header nil when there was none.
	Done(status int, header http.Header)
}

// Stats counts what a client has done since it was made.
type Stats struct {
	// Calls counts attempts that were sent, repetitions included. Retries counts the repetitions among them.
	Calls, Retries int64
	// RateLimited counts answers with status 429.
	RateLimited int64
}

// Client sends requests. It is safe for concurrent use.
type Client struct {
	cfg   Config
	base  *url.URL
	root  string
	retry *retryablehttp.Client
	calls atomic.Int64
	again atomic.Int64
	limit atomic.Int64

	scratch sync.Pool // of *[]byte, for bodies whose length is not known beforehand
}

// New checks cfg and makes a client. Its errors wrap [ErrInvalid].
func New(cfg Config) (*Client, error) {
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Name, err)
	}
	cfg.Retry = cfg.Retry.withDefaults()
	cfg.Timeout = cmp.Or(max(cfg.Timeout, 0), DefaultTimeout)
	const most = math.MaxInt64 - 1 // one byte more is read, to see that a body is too long
	cfg.MaxBody = cmp.Or(min(max(cfg.MaxBody, 0), most), DefaultMaxBody)
	cfg.MaxErrorBody = cmp.Or(min(max(cfg.MaxErrorBody, 0), most), DefaultMaxErrorBody)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Client{cfg: cfg, base: base, root: base.String()}
	httpClient := http.Client{}
	if cfg.HTTPClient != nil {
		httpClient = *cfg.HTTPClient
	}
	if httpClient.Timeout > 0 {
		c.cfg.Timeout = min(c.cfg.Timeout, httpClient.Timeout)
	}
	if httpClient.Transport == nil {
		httpClient.Transport = Pool()
	}
	httpClient.Timeout = 0 // would run while the Gate is waited for; attempt.go sets the limit
	httpClient.CheckRedirect = c.checkRedirect
	httpClient.Transport = &attempter{client: c, next: httpClient.Transport}
	c.retry = &retryablehttp.Client{
		HTTPClient:   &httpClient,
		RetryMax:     c.cfg.Retry.MaxRetries + 1, // one more for the repetition after a refreshed token
		CheckRetry:   c.checkRetry,
		Backoff:      c.backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return c, nil
}

// Pool returns a transport that keeps connections open, to be shared by clients of one host.
func Pool() *http.Transport {
	pooled := cleanhttp.DefaultPooledTransport()
	pooled.MaxIdleConnsPerHost = pooled.MaxIdleConns
	return pooled
}

// BaseURL returns the address that paths are appended to, without a trailing slash.
func (c *Client) BaseURL() string { return c.root }

// Stats returns the counters.
func (c *Client) Stats() Stats {
	return Stats{Calls: c.calls.Load(), Retries: c.again.Load(), RateLimited: c.limit.Load()}
}

// Request describes one call.
type Request struct {
	// Method is the HTTP method.
	Method string
	// Template and Params are the path; see [ExpandPath]. The template, without identifiers, names the call in errors and
	// log lines.
	Template string
	Params   []string
	// Query is appended to the path.
	Query url.Values
	// Header is added to the client's own.
	Header http.Header
	// Body is sent with ContentType, default application/json. Nil means no body.
	Body        []byte
	ContentType string
	// Safety says whether the request may be repeated.
	Safety Safety
	// Priority is passed to the Gate.
	Priority int
	// Timeout replaces [Config.Timeout] when it is not zero.
	Timeout time.Duration
}

// Response is a complete answer, whatever its status; redirects are never among them.
type Response struct {
	Status int
	Header http.Header
	// Body is the whole body; for a status of 300 and more only its first [Config.MaxErrorBody] bytes, and Truncated tells.
	Body      []byte
	Truncated bool
	// Attempts counts the requests that were sent for this call.
	Attempts int
	// Doubt reports that an earlier attempt may have been carried out although its answer never arrived or was an error of
	// the server. A DELETE that then finds nothing, for example, did its work the first time.
	Doubt bool
	// RetryAfter is the wait that the answer asks for, 0 when it asks for none.
	RetryAfter time.Duration
}

// OK reports a status of 2xx.
func (r *Response) OK() bool { return r.Status >= 200 && r.Status < 300 }

// call is the state of one Do, shared by the hooks of the retry loop through the context. The loop runs in one goroutine.
type call struct {
	req      *Request
	attempts int
	retries  int
	refused  bool // a 401 was already passed to Reauthorize
	doubt    bool // an attempt before the last one may have been carried out
	unknown  bool // the last attempt may have been carried out
	used     string
	last     *Response
}

type callKey struct{}

// Do sends req and returns the final answer, or an [*Error] when there is none. req is not changed.
func (c *Client) Do(ctx context.Context, req *Request) (*Response, error) {
	st := &call{req: req}
	hr, err := c.build(context.WithValue(ctx, callKey{}, st), req)
	if err != nil {
		return nil, c.fail(st, err)
	}
	_, err = c.retry.Do(hr) //nolint:bodyclose // the attempter has read and closed it
	if st.last != nil && isRedirect(st.last.Status) {
		st.unknown = st.unknown || st.last.Status == http.StatusSeeOther // the usual answer to a finished POST
		err = fmt.Errorf("%w: status %d to %s", ErrRedirect, st.last.Status, c.target(st.last.Header))
	}
	if err != nil {
		return nil, c.fail(st, err)
	}
	st.last.Attempts, st.last.Doubt = st.attempts, st.doubt
	return st.last, nil
}

// build makes the request of the retry library, without headers; nothing is sent yet.
func (c *Client) build(ctx context.Context, req *Request) (*retryablehttp.Request, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path, err := ExpandPath(req.Template, req.Params...)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("%w: path must start with a slash", ErrInvalid)
	}
	plain, err := http.NewRequestWithContext(ctx, req.Method, "", nil)
	if err == nil {
		err = c.address(plain.URL, path, req.Query)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, peel(err))
	}
	plain.Host = plain.URL.Host
	hr, err := retryablehttp.FromRequest(plain)
	if err == nil && req.Body != nil {
		err = hr.SetBody(req.Body)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return hr, nil
}

// address sets u to the base with a path, escaped as [ExpandPath] does, and a query.
func (c *Client) address(u *url.URL, path string, query url.Values) error {
	if plainPath(path) { // which saves writing and parsing the whole address for each call
		*u = *c.base
		u.Path += path
		if u.RawPath != "" {
			u.RawPath += path
		}
	} else {
		parsed, err := url.Parse(c.root + path)
		if err != nil {
			return err
		}
		*u = *parsed
	}
	if len(query) > 0 {
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+query.Encode(), "&")
	}
	return nil
}

// fail turns what the loop returned into an *Error.
func (c *Client) fail(st *call, err error) error {
	e := &Error{Name: c.cfg.Name, Method: st.req.Method, Template: st.req.Template, Attempts: st.attempts,
		Sent: st.doubt || st.unknown}
	if hook, ok := errors.AsType[*hookError](err); ok {
		e.Hook, e.Err = true, hook.err
		return e
	}
	e.Err = peel(err)
	return e
}

// checkRedirect follows reads on the same scheme and host, and nothing else.
func (c *Client) checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0].Method
	if (first != http.MethodGet && first != http.MethodHead) || !c.sameHost(next.URL) || len(via) > 5 {
		return http.ErrUseLastResponse
	}
	return nil
}

func (c *Client) sameHost(u *url.URL) bool {
	return u.Scheme == c.base.Scheme && strings.EqualFold(u.Host, c.base.Host)
}

// target names where a refused redirect leads, without path and query.
func (c *Client) target(h http.Header) string {
	u, err := url.Parse(h.Get("Location"))
	if err != nil || h.Get("Location") == "" {
		return "an unreadable address"
	}
	if u = c.base.ResolveReference(u); c.sameHost(u) {
		return "the same host"
	}
	return u.Scheme + "://" + u.Host
}
