package transport

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Defaults of a [RetryPolicy].
const (
	DefaultMaxRetries    = 4
	DefaultMinWait       = 500 * time.Millisecond
	DefaultMaxWait       = 30 * time.Second
	DefaultMaxRetryAfter = 60 * time.Second
)

// RetryPolicy bounds the repetition of a call. A zero field means its default.
type RetryPolicy struct {
	// MaxRetries is the number of repetitions after the first attempt; negative means none. Default 4.
	MaxRetries int
	// MinWait and MaxWait bound the wait between attempts, which doubles each time and is jittered between half and all of
	// it. Defaults 500 ms and 30 s.
	MinWait, MaxWait time.Duration
	// MaxRetryAfter is the longest Retry-After that is waited for; a longer one ends the call with the answer as it is.
	// Default 60 s.
	MaxRetryAfter time.Duration
}

// withDefaults fills the zero fields.
func (p RetryPolicy) withDefaults() RetryPolicy {
	p.MaxRetries = max(cmp.Or(p.MaxRetries, DefaultMaxRetries), 0)
	p.MinWait = cmp.Or(max(p.MinWait, 0), DefaultMinWait)
	p.MaxWait = max(cmp.Or(max(p.MaxWait, 0), DefaultMaxWait), p.MinWait)
	p.MaxRetryAfter = cmp.Or(max(p.MaxRetryAfter, 0), DefaultMaxRetryAfter)
	return p
}

// backoff returns the wait before repetition n (from 0): half of the doubled minimum, plus up to as much again.
func (p RetryPolicy) backoff(n int) time.Duration {
	wait := p.MaxWait
	if n < 30 && p.MinWait<<n > 0 {
		wait = min(p.MinWait<<n, p.MaxWait)
	}
	return wait/2 + rand.N(wait/2+1) //nolint:gosec // jitter needs no secrecy
}

// ParseRetryAfter reads a Retry-After header in all its forms: whole or fractional seconds, and the three HTTP dates.
//
// A date in the past and zero give 0, true. A number too large for a duration gives the longest duration. A negative
// number and anything unreadable give 0, false. now is compared with dates; a Date header, when there is one, is taken
// instead, so that the clocks of the two machines need not agree.
func ParseRetryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0, false
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		switch {
		case math.IsNaN(n) || n < 0:
			return 0, false
		case n >= math.MaxInt64/float64(time.Second):
			return math.MaxInt64, true
		}
		return time.Duration(n * float64(time.Second)), true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(at.Sub(now), 0), true
}

// Safety says whether a request may be sent a second time when the outcome of the first is not known.
type Safety int

const (
	// ByMethod decides by the method and the Idempotency-Key header.
	ByMethod Safety = iota
	// Repeatable means that sending twice has the effect of sending once.
	Repeatable
	// Once means that sending twice may do the work twice.
	Once
)

// repeatable resolves the safety of a request.
func (r *Request) repeatable() bool {
	switch r.Safety {
	case Repeatable:
		return true
	case Once:
		return false
	case ByMethod:
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return true
	}
	return r.Header.Get("Idempotency-Key") != ""
}

// transient reports whether a status says that the same request may succeed later.
func transient(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return status >= 520 && status <= 524 // the codes of the proxy in front of many services
}
