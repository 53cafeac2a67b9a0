package transport

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// attempter is the RoundTripper under the retry loop: one call of RoundTrip is one attempt.
type attempter struct {
	client *Client
	next   http.RoundTripper
}

// RoundTrip waits for the gate, authorizes, sends, and reads the whole body into the state of the call.
func (a *attempter) RoundTrip(hr *http.Request) (*http.Response, error) {
	ctx := hr.Context()
	st, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return nil, errors.New("transport: request without a call")
	}
	cfg := &a.client.cfg
	st.doubt, st.unknown, st.last = st.doubt || st.unknown, false, nil
	if !a.client.sameHost(hr.URL) {
		return nil, fmt.Errorf("%w: request for another host", ErrRedirect)
	}
	ticket := Ticket(noTicket{})
	if cfg.Gate != nil {
		t, err := cfg.Gate.Wait(ctx, st.req.Priority)
		if err != nil {
			return nil, &hookError{err}
		}
		ticket = t
	}
	header := a.client.header(hr, st.req)
	if cfg.Authorize != nil {
		if err := cfg.Authorize(ctx, header); err != nil {
			ticket.Done(0, nil)
			return nil, &hookError{err}
		}
		st.used = header.Get("Authorization")
	}
	if err := ctx.Err(); err != nil {
		ticket.Done(0, nil)
		return nil, err
	}
	return a.send(hr, header, st, ticket)
}

// header puts the headers of one attempt together. hr has none but those that net/http adds, for cookies and redirects.
func (c *Client) header(hr *http.Request, req *Request) http.Header {
	h := make(http.Header, len(hr.Header)+len(c.cfg.Header)+len(req.Header)+2) // and room for Authorization
	maps.Copy(h, hr.Header)
	maps.Copy(h, c.cfg.Header)
	if req.Body != nil {
		h["Content-Type"] = []string{cmp.Or(req.ContentType, "application/json")}
	}
	for name, values := range req.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return h
}

// send performs the exchange within the time limit of one attempt.
func (a *attempter) send(hr *http.Request, header http.Header, st *call, ticket Ticket) (*http.Response, error) {
	limit := a.client.cfg.Timeout
	if st.req.Timeout > 0 {
		limit = st.req.Timeout
	}
	ctx, cancel := context.WithTimeout(hr.Context(), limit)
	defer cancel()
	st.attempts++
	a.client.calls.Add(1)
	if st.attempts > 1 {
		a.client.again.Add(1)
	}
	start := time.Now()
	var seen *connection
	traced := ctx
	if st.req.Method != http.MethodGet { // whether a read was sent makes no difference, and looking costs time
		seen = newConnection()
		traced = httptrace.WithClientTrace(ctx, &seen.trace)
	}
	out := hr.WithContext(traced)
	out.Header = header
	resp, err := a.next.RoundTrip(out)
	if err != nil {
		ticket.Done(0, nil)
		st.unknown = seen.maybeSent()
		return nil, a.lost(hr, st, start, timedOut(ctx, hr, err))
	}
	ticket.Done(resp.StatusCode, resp.Header)
	if resp.StatusCode == http.StatusTooManyRequests {
		a.client.limit.Add(1)
	}
	last, err := a.read(resp)
	if err != nil {
		st.unknown = true
		return nil, a.lost(hr, st, start, timedOut(ctx, hr, err))
	}
	st.last = last
	st.unknown = resp.StatusCode >= 500 || resp.StatusCode == http.StatusRequestTimeout
	a.client.logAnswer(hr.Context(), st, start)
	resp.Body = http.NoBody // already in st.last
	return resp, nil
}

func (a *attempter) lost(hr *http.Request, st *call, start time.Time, err error) error {
	a.client.logLost(hr.Context(), st, start, err)
	return err
}

// timedOut marks an error that comes from the time limit of the attempt and not from the caller's context.
func timedOut(ctx context.Context, hr *http.Request, err error) error {
	if hr.Context().Err() != nil {
		if errors.Is(err, hr.Context().Err()) {
			return err
		}
		return fmt.Errorf("%w: %w", hr.Context().Err(), err)
	}
	if ctx.Err() != nil {
		return &timeoutError{cause: context.DeadlineExceeded}
	}
	return err
}

// connection follows how far an attempt came; nil means that nobody looks.
type connection struct {
	wanted, got atomic.Bool
	trace       httptrace.ClientTrace
}

func newConnection() *connection {
	c := &connection{}
	c.trace.GetConn = func(string) { c.wanted.Store(true) }
	c.trace.GotConn = func(httptrace.GotConnInfo) { c.got.Store(true) }
	return c
}

// maybeSent is false only when it is certain that no byte of the request left: a connection was asked for and never
// obtained. Transports that report nothing are assumed to have sent; so is a connection that broke before the first byte was
// written, because the writing goes on beside the code that asks.
func (c *connection) maybeSent() bool { return c == nil || c.got.Load() || !c.wanted.Load() }

type noTicket struct{}

func (noTicket) Done(int, http.Header) {}
