package pagicotest

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// quota counts one client's requests in the current window.
type quota struct {
	start time.Time
	used  int
}

func (s *Server) limitsOf(c *call) Limits {
	if c.grant.Limits.Quota > 0 {
		return c.grant.Limits
	}
	return s.cfg.limits
}

// spend takes one request from the client's quota (contract §3.8).
func (s *Server) spend(c *call) *problem {
	limits := s.limitsOf(c)
	if limits.Quota <= 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.quotas[c.grant.ClientID]
	now := s.now()
	if q == nil || now.Sub(q.start) >= limits.Window {
		q = &quota{start: now}
		s.quotas[c.grant.ClientID] = q
	}
	if q.used >= limits.Quota && !s.broken(ClauseRateLimited) {
		bad := newProblem(http.StatusTooManyRequests, "rate-limited", "Rate limited", "the quota is used up")
		if !s.broken(ClauseRetryAfter) {
			bad.header = http.Header{"Retry-After": {strconv.Itoa(wholeSeconds(q.start.Add(limits.Window).Sub(now)))}}
		}
		return bad
	}
	q.used++
	return nil
}

// addQuota writes the RateLimit fields of draft-ietf-httpapi-ratelimit-headers-11.
func (s *Server) addQuota(c *call, h http.Header) {
	limits := s.limitsOf(c)
	if limits.Quota <= 0 || c.grant.ClientID == "" || s.broken(ClauseRateLimitFields) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.quotas[c.grant.ClientID]
	if q == nil {
		return
	}
	left := max(0, limits.Quota-q.used)
	reset := wholeSeconds(q.start.Add(limits.Window).Sub(s.now()))
	h.Set("RateLimit-Policy", fmt.Sprintf(`"default";q=%d;w=%d`, limits.Quota, wholeSeconds(limits.Window)))
	h.Set("RateLimit", fmt.Sprintf(`"default";r=%d;t=%d`, left, reset))
}

// wholeSeconds rounds up, so that a client that waits this long is never too early.
func wholeSeconds(d time.Duration) int { return int(math.Ceil(max(0, d.Seconds()))) }
