package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// drainLimit is how much of an unwanted rest of a body is read so that the connection can be used again.
const drainLimit = 256 << 10

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
	header := hr.Header.Clone()
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
	var seen connection
	out := hr.WithContext(httptrace.WithClientTrace(ctx, seen.trace()))
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
	a.client.cfg.Logger.LogAttrs(hr.Context(), logDebug, a.client.cfg.Name+": answer", a.client.attrs(ctx, st, start)...)
	resp.Body = http.NoBody // already in st.last
	return resp, nil
}

func (a *attempter) lost(hr *http.Request, st *call, start time.Time, err error) error {
	a.client.logLost(hr.Context(), st, start, err)
	return err
}

// read takes the body, all of it on success and its beginning otherwise.
func (a *attempter) read(resp *http.Response) (*Response, error) {
	defer func() { _ = resp.Body.Close() }() // everything wanted is read; the error says nothing more
	out := &Response{Status: resp.StatusCode, Header: resp.Header}
	out.RetryAfter, _ = ParseRetryAfter(resp.Header, time.Now())
	limit := a.client.cfg.MaxBody
	if resp.StatusCode >= 300 {
		limit = a.client.cfg.MaxErrorBody
	}
	var buf bytes.Buffer
	if n := resp.ContentLength; n > 0 {
		buf.Grow(int(min(n, limit, 1<<20)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(io.LimitReader(resp.Body, limit+1))
	body := buf.Bytes()
	if over := int64(len(body)) > limit; over && resp.StatusCode < 300 {
		return nil, fmt.Errorf("%w of %d bytes", ErrBodyTooLarge, limit)
	} else if over {
		body, out.Truncated = body[:limit], true
		_, _ = io.CopyN(io.Discard, resp.Body, drainLimit) // only to keep the connection
	}
	if err != nil && resp.StatusCode < 300 {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	// The status alone tells what an error answer means, so a body that broke off is kept as far as it came.
	out.Body, out.Truncated = body, out.Truncated || err != nil
	return out, nil
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

// connection follows how far an attempt came.
type connection struct{ wanted, got atomic.Bool }

func (c *connection) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { c.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.got.Store(true) },
	}
}

// maybeSent is false only when it is certain that no byte of the request left: a connection was asked for and never
// obtained. Transports that report nothing are assumed to have sent; so is a connection that broke before the first byte was
// written, because the writing goes on beside the code that asks.
func (c *connection) maybeSent() bool { return c.got.Load() || !c.wanted.Load() }

type noTicket struct{}

func (noTicket) Done(int, http.Header) {}
