package pagico

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

const (
	contentJSON  = "application/json"
	contentPatch = "application/merge-patch+json"
)

// request is one call of an operation, before options.
type request struct {
	op    Operation
	id    string // fills the path parameter, when the operation has one
	query url.Values
	body  any
	// write says that the operation changes state, so that a lost answer matters.
	write bool
	// keyed sends an idempotency key, which makes a repetition safe.
	keyed bool
	// patch says that a repetition is safe only behind an If-Match, and that the body is
	// a merge patch.
	patch bool
	// raw is a request that is not of the routes.
	raw *transport.Request
}

// do sends r and returns the answer when it is a success, else an *Error.
func (c *Client) do(ctx context.Context, r request, opts []CallOption) (*transport.Response, error) {
	cl := call{header: make(http.Header)}
	if err := cl.apply(opts); err != nil {
		return nil, named(r.op, err)
	}
	tr, err := c.prepare(r, &cl)
	if err != nil {
		return nil, named(r.op, err)
	}
	resp, err := c.send(ctx, r, tr)
	if err != nil {
		return nil, c.lost(r, &cl, err)
	}
	if cl.meta != nil {
		*cl.meta = c.describe(resp)
	}
	if resp.OK() {
		return resp, nil
	}
	e := decodeError(r.op, resp.Status, resp.Header, resp.Body, time.Now())
	e.RequestID = cmp.Or(e.RequestID, c.requestID(resp.Header))
	e.IdempotencyKey = cl.key
	e.uncertain, e.doubt = r.write && inDoubt(resp), resp.Doubt
	return nil, e
}

// prepare turns r into a request of the transport.
func (c *Client) prepare(r request, cl *call) (*transport.Request, error) {
	tr, err := c.route(r)
	if err != nil {
		return nil, err
	}
	tr.Query, tr.Header, tr.Timeout, tr.ContentType = r.query, cl.header, cl.timeout, contentJSON
	if r.body != nil {
		body, err := json.Marshal(r.body)
		if err != nil {
			return nil, invalid(r.op, "the body cannot be written as JSON: %w", err)
		}
		tr.Body = body
	}
	if r.patch {
		tr.ContentType = contentPatch
		if !cl.guarded && tr.Safety == transport.ByMethod {
			tr.Safety = transport.Once
		}
	}
	if r.keyed {
		cl.key = cmp.Or(cl.key, newKey())
		name := cmp.Or(c.set.routes.HeaderNames.IdempotencyKey, "Idempotency-Key")
		cl.header.Set(name, c.set.keyStyle.format(cl.key))
	} else {
		cl.key = ""
	}
	if tr.Safety == transport.ByMethod {
		tr.Safety = transport.Repeatable // whatever method the routes give the operation
	}
	return tr, nil
}

// route finds method and path of r.
func (c *Client) route(r request) (*transport.Request, error) {
	if r.raw != nil {
		out := *r.raw
		return &out, nil
	}
	route, ok := c.set.routes.Operations[r.op]
	if !ok {
		return nil, &Error{Err: errNotOffered, is: ErrNotSupported}
	}
	tr := &transport.Request{Method: route.Method, Template: route.Path}
	if strings.Contains(route.Path, "{") {
		if err := checkID(r.id); err != nil {
			return nil, err
		}
		tr.Params = []string{r.id}
	}
	return tr, nil
}

// send sends tr. When an attempt of this call may still be running on the server, which
// then answers the repetition with 409, it waits for that attempt to end.
func (c *Client) send(ctx context.Context, r request, tr *transport.Request) (*transport.Response, error) {
	attempts, doubt := 0, false
	for n := 0; ; n++ {
		resp, err := c.transport.Do(ctx, tr)
		if err != nil {
			return nil, err
		}
		attempts, doubt = attempts+resp.Attempts, doubt || resp.Doubt
		resp.Attempts, resp.Doubt = attempts, doubt
		if !r.keyed || !doubt || resp.Status != http.StatusConflict || n >= 5 {
			return resp, nil
		}
		e := decodeError(r.op, resp.Status, resp.Header, resp.Body, time.Now())
		if !errors.Is(e, ErrIdempotencyInProgress) || !c.pause(ctx, n, resp.RetryAfter) {
			return resp, nil
		}
	}
}

// pause waits before asking again for the answer of a running request, and reports
// whether it is worth asking.
func (c *Client) pause(ctx context.Context, n int, retryAfter time.Duration) bool {
	wait := cmp.Or(retryAfter, time.Second<<n)
	if wait > cmp.Or(c.set.retry.MaxRetryAfter, transport.DefaultMaxRetryAfter) || c.set.retry.MaxRetries < 0 {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// inDoubt reports whether an error answer leaves open if the request took effect.
func inDoubt(resp *transport.Response) bool {
	switch status := resp.Status; {
	case status == http.StatusNotImplemented:
		return false
	case status >= 500, status == http.StatusRequestTimeout:
		return true
	case status == http.StatusConflict, status == http.StatusPreconditionFailed,
		status == http.StatusTooManyRequests, status == http.StatusUnauthorized, status == http.StatusForbidden:
		// Says nothing about the attempt whose answer was lost, or is its consequence.
		return resp.Doubt
	}
	return false
}

// lost turns a call without an answer into an *Error with status 0.
func (c *Client) lost(r request, cl *call, err error) error {
	e := &Error{Err: err}
	if inner, ok := errors.AsType[*Error](err); ok { // a refusal of the limiter or of a token source
		e = inner
	}
	e.Operation, e.IdempotencyKey = r.op, cl.key
	if errors.Is(err, transport.ErrInvalid) {
		e.is = ErrInvalidArgument
	}
	if te, ok := errors.AsType[*transport.Error](err); ok {
		e.uncertain = r.write && te.Sent
		if e.Err == err { //nolint:errorlint // the very same value
			e.Err = &cause{te}
		}
	}
	return e
}

// cause keeps the chain of a transport error and drops its prefix, which the *Error
// repeats.
type cause struct{ inner *transport.Error }

func (c *cause) Error() string { return transport.Redact(c.inner.Err.Error()) }
func (c *cause) Unwrap() error { return c.inner }

func (c *Client) describe(resp *transport.Response) ResponseMeta {
	return ResponseMeta{Status: resp.Status, Header: resp.Header, RequestID: c.requestID(resp.Header),
		ETag: resp.Header.Get("ETag"), Attempts: resp.Attempts}
}

func (c *Client) requestID(h http.Header) string {
	if name := c.set.routes.HeaderNames.RequestID; name != "" && h.Get(name) != "" {
		return h.Get(name)
	}
	return requestID(h)
}

var (
	errNotOffered = errors.New("the routes of this client do not offer the operation")
	errEmptyID    = errors.New("the id is empty")
)

// named gives an error that has no operation yet its operation.
func named(op Operation, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.Operation = op
		return e
	}
	return invalid(op, "%w", err)
}

// checkID refuses ids that name nothing, before anything is sent.
func checkID(id string) error {
	if strings.TrimSpace(strings.TrimPrefix(id, externalPrefix)) == "" {
		return errEmptyID
	}
	return nil
}

// badAnswer is a success whose body is not what the contract says. Whoever sent it, a
// login page for example, it leaves open what became of a write.
func badAnswer(r request, resp *transport.Response, err error) *Error {
	return &Error{Operation: r.op, Status: resp.Status, RequestID: requestID(resp.Header), Err: err, is: ErrAnswer,
		body: slices.Clone(resp.Body[:min(len(resp.Body), maxErrorBody)]), uncertain: r.write}
}
