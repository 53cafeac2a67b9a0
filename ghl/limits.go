package ghl

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The published limits of the API, per app and location:
// https://marketplace.gohighlevel.com/docs/oauth/Authorization (100 requests per 10 seconds, 200,000 per day).
const (
	DefaultBurst  = 100
	DefaultWindow = 10 * time.Second
	DefaultDaily  = 200_000
)

// Limits are the two windows that the vendor counts in, per app and location. The zero value means the published ones.
//
// A field that is zero takes its default and follows the X-RateLimit headers of the answers, up and down. A field that is
// set is an upper bound: the headers can only make it stricter.
type Limits struct {
	// Burst is the number of calls in any period of length Window, default 100 in 10 seconds. "Any" includes periods that
	// begin anywhere, so that both ways of counting, fixed windows and sliding ones, are satisfied. More than 10,000, set or
	// named by a server, counts as 10,000; where nothing is to be paced take [NoLimits].
	Burst  int
	Window time.Duration
	// Daily is the number of calls in 24 hours, default 200,000. The day starts with the first call after the last day
	// ended, as the vendor counts.
	Daily int
	// Share is the part of Burst and Daily that this limiter may use, above 0 and up to 1; 0 means 1. Leave room when
	// other programs use the same token.
	Share float64
	// Reserve is the part of the day, from 0 up to but not including 1, that calls of PriorityBackfill leave for
	// the others.
	Reserve float64
	// Even spreads the calls over the window instead of letting a burst go at once.
	Even bool

	off bool
}

// NoLimits paces nothing. It is meant for test servers without limits; a 429 is still repeated.
func NoLimits() Limits { return Limits{off: true} }

func (l Limits) validate() error {
	switch {
	case l.Burst < 0 || l.Daily < 0 || l.Window < 0:
		return invalid("limits", "a limit is negative")
	case l.Share < 0 || l.Share > 1 || l.Share != l.Share:
		return invalid("limits", "Share is not between 0 and 1")
	case l.Reserve < 0 || l.Reserve >= 1 || l.Reserve != l.Reserve:
		return invalid("limits", "Reserve is not between 0 and 1")
	}
	return nil
}

// Priority is the class of a call. When calls wait for the rate limit, a more urgent class goes first; within a class the
// order is kept.
type Priority int

// The classes, most urgent first. The zero value is PriorityNormal.
const (
	PriorityUrgent   Priority = iota - 2 // work that someone waits for, such as a webhook
	PriorityWrite                        // writes of a running synchronisation
	PriorityNormal                       // everything else
	PriorityVerify                       // checks
	PriorityBackfill                     // bulk reading
)

// rate is what the X-RateLimit headers of one answer say. A value that is absent or unreadable is not known.
type rate struct {
	burst, remaining       int
	window                 time.Duration
	burstKnown, remKnown   bool
	daily, dayRemaining    int
	dayReset               time.Duration
	dailyKnown, dayKnown   bool
	windowKnown, resetKnow bool
}

// readRate reads the headers; see the vendor's page on limits. X-RateLimit-Daily-Reset is not in its list and was
// observed to be milliseconds until the day ends.
func readRate(h http.Header) rate {
	r := rate{}
	r.burst, r.burstKnown = headerInt(h, "X-Ratelimit-Max", 1)
	r.remaining, r.remKnown = headerInt(h, "X-Ratelimit-Remaining", 0)
	r.daily, r.dailyKnown = headerInt(h, "X-Ratelimit-Limit-Daily", 1)
	r.dayRemaining, r.dayKnown = headerInt(h, "X-Ratelimit-Daily-Remaining", 0)
	if ms, ok := headerInt(h, "X-Ratelimit-Interval-Milliseconds", 1); ok && ms < int(24*time.Hour/time.Millisecond) {
		r.window, r.windowKnown = time.Duration(ms)*time.Millisecond, true
	}
	if ms, ok := headerInt(h, "X-Ratelimit-Daily-Reset", 0); ok {
		r.dayReset, r.resetKnow = min(time.Duration(ms)*time.Millisecond, day), true
	}
	return r
}

func headerInt(h http.Header, name string, least int) (int, bool) {
	values := h[name]
	if len(values) == 0 {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(values[0]))
	if err != nil || n < least || n > 1<<31 {
		return 0, false
	}
	return n, true
}

// share returns the usable part of a limit, at least 1.
func (l Limits) share(n int) int {
	return max(int(float64(n)*cmp.Or(l.Share, 1)+1e-9), 1)
}

// adopt returns the limit in force: a set one only made stricter, an unset one as the server says.
func adopt(set, fallback, said int, known bool) int {
	switch {
	case !known:
		return cmp.Or(set, fallback)
	case set == 0:
		return said
	}
	return min(set, said)
}
