package pagico

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
}

// do sends r and returns the answer when it is a success, else an *Error.
func (c *Client) do(ctx context.Context, r request, opts []CallOption) (*transport.Response, error) {
	cl := call{header: make(http.Header)}
	if err := cl.apply(opts); err != nil {
		return nil, opError(r.op, err)
	}
	tr, err := c.prepare(r, &cl)
	if err != nil {
		return nil, opError(r.op, err)
	}
	resp, err := c.send(ctx, r, tr)
	if err != nil {
		return nil, c.lost(r, &cl, err)
	}
	if cl.response != nil {
		*cl.response = c.describe(resp)
	}
	if resp.OK() {
		return resp, nil
	}
	e := decodeError(r.op, resp.Status, resp.Header, resp.Body, time.Now())
	e.RequestID = cmp.Or(e.RequestID, c.requestID(resp.Header))
	e.IdempotencyKey = cl.key
	e.Uncertain, e.doubt = r.write && inDoubt(resp), resp.Doubt
	return nil, e
}

// prepare turns r into a request of the transport.
func (c *Client) prepare(r request, cl *call) (*transport.Request, error) {
	route, ok := c.set.routes[r.op]
	if !ok {
		return nil, fmt.Errorf("%w by the routes of this client", ErrNotSupported)
	}
	tr := &transport.Request{Method: route.Method, Template: route.Path, Query: r.query, Header: cl.header,
		ContentType: contentJSON, Safety: transport.Repeatable}
	if strings.Contains(route.Path, "{") {
		if err := checkID(r.id); err != nil {
			return nil, err
		}
		tr.Params = []string{r.id}
	}
	if r.body != nil {
		body, err := json.Marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInvalidArgument, err)
		}
		tr.Body = body
	}
	if r.patch {
		tr.ContentType = contentPatch
		if !cl.guarded {
			tr.Safety = transport.Once
		}
	}
	if r.keyed {
		cl.key = cmp.Or(cl.key, newKey())
		name := cmp.Or(c.set.names.IdempotencyKey, "Idempotency-Key")
		cl.header.Set(name, c.set.keyStyle.format(cl.key))
	} else {
		cl.key = ""
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
	case status == http.StatusConflict, status == http.StatusTooManyRequests,
		status == http.StatusUnauthorized, status == http.StatusForbidden:
		return resp.Doubt // says nothing about the attempt whose answer was lost
	}
	return false
}

// lost turns a call without an answer into an *Error with status 0.
func (c *Client) lost(r request, cl *call, err error) error {
	if errors.Is(err, transport.ErrInvalid) {
		return opError(r.op, fmt.Errorf("%w: %w", ErrInvalidArgument, err))
	}
	te, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return opError(r.op, err)
	}
	if refused, ok := errors.AsType[*Error](err); ok && te.Hook { // by the limiter
		refused.Operation = r.op
		refused.IdempotencyKey, refused.Uncertain = cl.key, r.write && te.Sent
		return refused
	}
	return &Error{Operation: r.op, IdempotencyKey: cl.key, Uncertain: r.write && te.Sent, cause: te}
}

func (c *Client) describe(resp *transport.Response) Response {
	return Response{Status: resp.Status, Header: resp.Header, RequestID: c.requestID(resp.Header),
		ETag: resp.Header.Get("ETag"), Attempts: resp.Attempts}
}

func (c *Client) requestID(h http.Header) string {
	if name := c.set.names.RequestID; name != "" && h.Get(name) != "" {
		return h.Get(name)
	}
	return requestID(h)
}

// opError names the operation in an error of this package.
func opError(op Operation, err error) error { return &argError{op: op, err: err} }

// argError keeps the text of the error it wraps free of a second package prefix.
type argError struct {
	op  Operation
	err error
}

func (e *argError) Error() string {
	return fmt.Sprintf("pagico: %s: %s", e.op, strings.TrimPrefix(e.err.Error(), "pagico: "))
}

func (e *argError) Unwrap() error { return e.err }

// checkID refuses ids that name nothing, before anything is sent.
func checkID(id string) error {
	if strings.TrimSpace(strings.TrimPrefix(id, externalPrefix)) == "" {
		return fmt.Errorf("%w: the id is empty", ErrInvalidArgument)
	}
	return nil
}

// decodeRecord reads a document into dst and keeps a copy of it in raw.
func decodeRecord(data []byte, dst any, raw *json.RawMessage) error {
	if err := json.Unmarshal(data, dst); err != nil {
		return err
	}
	*raw = bytes.Clone(data)
	return nil
}

// badAnswer is a success whose body is not what the contract says.
func badAnswer(op Operation, resp *transport.Response, err error) *Error {
	body := resp.Body
	if len(body) > maxErrorBody {
		body = body[:maxErrorBody]
	}
	return &Error{Operation: op, Status: resp.Status, RequestID: requestID(resp.Header), body: bytes.Clone(body),
		cause: fmt.Errorf("the answer cannot be read: %w", err)}
}
