package ghltest

import (
	"cmp"
	"net/http"
	"strconv"
	"time"
)

// Limits are the rate windows, per app and location. A call over a limit is answered 429 and not counted.
type Limits struct {
	Burst      int           // calls per Window; default 100
	Window     time.Duration // default 10 s
	Daily      int           // calls per 24 hours from the first call; default 200,000
	Sliding    bool          // count the last Window at any moment, instead of fixed windows that start with a call
	RetryAfter time.Duration // when positive, a 429 carries Retry-After in seconds; the real service is not known to send it
}

// RealLimits are the vendor's published limits (API documentation, rate limits) in the observed form: fixed windows, no Retry-After.
func RealLimits() Limits {
	return Limits{Burst: 100, Window: 10 * time.Second, Daily: 200_000}
}

func (l Limits) withDefaults() Limits {
	l.Burst = cmp.Or(l.Burst, 100)
	l.Window = cmp.Or(l.Window, 10*time.Second)
	l.Daily = cmp.Or(l.Daily, 200_000)
	return l
}

// bucket counts the calls of one app and location.
type bucket struct {
	start, dayStart time.Time
	used, dayUsed   int
	recent          []time.Time // only for sliding windows
}

func (b *bucket) roll(l Limits, now time.Time) {
	if b.dayStart.IsZero() || now.Sub(b.dayStart) >= 24*time.Hour {
		b.dayStart, b.dayUsed = now, 0
	}
	if l.Sliding {
		for len(b.recent) > 0 && now.Sub(b.recent[0]) >= l.Window {
			b.recent = b.recent[1:]
		}
		b.used = len(b.recent)
		return
	}
	if b.start.IsZero() || now.Sub(b.start) >= l.Window {
		b.start, b.used = now, 0
	}
}

// take counts a call, or reports that it is over a limit.
func (b *bucket) take(l Limits, now time.Time) bool {
	b.roll(l, now)
	if b.used >= l.Burst || b.dayUsed >= l.Daily {
		return false
	}
	b.used++
	b.dayUsed++
	if l.Sliding {
		b.recent = append(b.recent, now)
	}
	return true
}

func (b *bucket) headers(h http.Header, l Limits, now time.Time) {
	set := func(name string, v int64) { h.Set(name, strconv.FormatInt(v, 10)) }
	set("X-RateLimit-Max", int64(l.Burst))
	set("X-RateLimit-Interval-Milliseconds", l.Window.Milliseconds())
	set("X-RateLimit-Remaining", int64(max(0, l.Burst-b.used)))
	set("X-RateLimit-Limit-Daily", int64(l.Daily))
	set("X-RateLimit-Daily-Remaining", int64(max(0, l.Daily-b.dayUsed)))
	set("X-RateLimit-Daily-Reset", max(0, b.dayStart.Add(24*time.Hour).Sub(now).Milliseconds()))
}

// SetLimits changes the rate windows and forgets what was counted.
func (s *Server) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.limits = l.withDefaults()
	s.buckets = map[string]*bucket{}
}

// admit counts the call against the windows of its token. Calls without a valid token are not counted.
func (s *Server) admit(t *Token, h http.Header, now time.Time) *failure {
	key := ""
	if t != nil {
		key = t.AppID + " " + cmp.Or(t.LocationID, t.CompanyID)
	}
	b, ok := s.buckets[key]
	if !ok {
		b = &bucket{}
		s.buckets[key] = b
	}
	allowed := true
	if t == nil {
		b.roll(s.cfg.limits, now)
	} else {
		allowed = b.take(s.cfg.limits, now)
	}
	b.headers(h, s.cfg.limits, now)
	if allowed {
		return nil
	}
	if d := s.cfg.limits.RetryAfter; d > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10))
	}
	return fail(http.StatusTooManyRequests, "Too Many Requests")
}
