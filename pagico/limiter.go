package pagico

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// Limits is what a client assumes about the server's rate limit.
type Limits struct {
	// Requests per Window are allowed until the server's headers say otherwise. Both zero
	// means that nothing is known and calls start at once.
	Requests int
	// Window is the length of the window that Requests counts in.
	Window time.Duration
	// MaxWait is the longest that a request waits for its turn. A call that would wait
	// longer fails with [ErrRateLimited] and sends nothing; its RetryAfter says how long.
	// Default 60 s.
	MaxWait time.Duration
}

const defaultMaxWait = 60 * time.Second

// Limiter holds requests back while a quota is used up, so that the server never has to
// answer 429. It learns the quotas from the headers of the answers and counts requests that
// are on their way as used. It is safe for concurrent use, and clients of the same account
// in one process should share one; see [WithLimiter].
type Limiter struct {
	maxWait time.Duration

	mu       sync.Mutex
	quotas   map[string]*quota
	inFlight int
	closed   time.Time     // a Retry-After: nothing starts before it
	slack    time.Duration // added to every reset once a server has turned out to round it down
}

// quota is one window. It restarts by itself when its limit and length are known.
type quota struct {
	limit     int
	window    time.Duration
	remaining int
	resetAt   time.Time
	guessed   bool // resetAt is this side's own reckoning
}

// NewLimiter returns a limiter that assumes l until an answer says otherwise.
func NewLimiter(l Limits) (*Limiter, error) {
	if l.Requests < 0 || l.Window < 0 || l.MaxWait < 0 || (l.Requests > 0) != (l.Window > 0) {
		return nil, invalid("limits", "limits need a positive number of requests and a window, or neither")
	}
	return newLimiter(l), nil
}

func newLimiter(l Limits) *Limiter {
	lim := &Limiter{maxWait: cmp.Or(l.MaxWait, defaultMaxWait), quotas: make(map[string]*quota)}
	if l.Requests > 0 {
		lim.quotas[""] = &quota{limit: l.Requests, window: l.Window, remaining: l.Requests}
	}
	return lim
}

// gate is the limiter as the transport sees it.
type gate struct{ *Limiter }

// Wait blocks until no quota forbids a request, and counts one.
func (g gate) Wait(ctx context.Context, _ int) (transport.Ticket, error) {
	l := g.Limiter
	for {
		wait := l.take(time.Now())
		if wait <= 0 {
			return &ticket{l}, nil
		}
		if wait > l.maxWait {
			return nil, &Error{Status: http.StatusTooManyRequests, RetryAfter: wait,
				Detail: "the quota is used up for longer than this client waits; nothing was sent"}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		case <-timer.C:
		}
	}
}

// take counts one request, or says how long none may start.
func (l *Limiter) take(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := l.closed.Sub(now)
	for name, q := range l.quotas {
		if open := q.resetAt.Add(l.slack); now.Before(open) {
			if q.remaining <= 0 {
				wait = max(wait, open.Sub(now))
			}
			continue
		}
		if q.limit <= 0 || q.window <= 0 {
			delete(l.quotas, name) // its window is over and the next one is unknown
			continue
		}
		// Requests sent in the old window may still be counted in the new one.
		q.remaining, q.resetAt, q.guessed = max(q.limit-l.inFlight, 1), now.Add(q.window), true
	}
	if wait > 0 {
		return wait
	}
	for _, q := range l.quotas {
		q.remaining--
	}
	l.inFlight++
	return 0
}

// learn takes over what an answer says.
func (l *Limiter) learn(status int, h http.Header, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	if h == nil {
		return
	}
	for _, seen := range ParseRateLimit(h, now) {
		l.update(seen, now)
	}
	if status == http.StatusTooManyRequests {
		l.slack = time.Second
		// A server that rounds down says 0 in the last second of its window.
		if at := now.Add(min(max(retryAfter(h, now), time.Second), 24*time.Hour)); at.After(l.closed) {
			l.closed = at
		}
	}
}

// update merges one stated quota. Answers overtake each other, so within one window the
// lower count stands.
func (l *Limiter) update(seen RateLimit, now time.Time) {
	q := l.quotas[seen.Policy]
	if q == nil {
		// What was assumed before the first answer gives way to what the server says.
		delete(l.quotas, "")
		q = &quota{remaining: seen.Limit}
		l.quotas[seen.Policy] = q
	}
	q.limit, q.window = cmp.Or(seen.Limit, q.limit), cmp.Or(seen.Window, q.window)
	if !seen.Known {
		return
	}
	resetAt := now.Add(seen.Reset)
	near := max(q.window/2, time.Second) // two answers of one window differ by less
	switch ahead := resetAt.Sub(q.resetAt); {
	case ahead < -near && seen.Reset <= time.Second: // a late answer from the window before
	case ahead > near || !q.resetAt.After(now): // a window that was not known yet
		q.remaining, q.resetAt, q.guessed = seen.Remaining-l.inFlight, resetAt, false
	case q.guessed: // the server's window began when the first request arrived there
		q.remaining, q.resetAt, q.guessed = min(q.remaining, seen.Remaining), resetAt, false
	default:
		// Every answer rounds the reset up to whole seconds, so the earliest is the closest.
		q.remaining = min(q.remaining, seen.Remaining)
		if ahead < 0 {
			q.resetAt = resetAt
		}
	}
}

// ticket is the permission for one attempt.
type ticket struct{ limiter *Limiter }

// Done reports the answer of the attempt.
func (t *ticket) Done(status int, h http.Header) { t.limiter.learn(status, h, time.Now()) }

func retryAfter(h http.Header, now time.Time) time.Duration {
	d, _ := transport.ParseRetryAfter(h, now)
	return d
}
