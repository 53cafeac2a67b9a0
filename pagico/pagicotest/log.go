package pagicotest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Request is one request that the server has seen.
type Request struct {
	// Time is the server's clock at arrival.
	Time time.Time
	// Operation is the name of contract §3.2, or empty when the request fits none.
	Operation string
	Method    string
	// Path is escaped and includes the base path; Query is the raw query.
	Path, Query string
	// Header is the request's header without the Authorization value.
	Header http.Header
	Body   []byte
	// ClientID is the OAuth client of the token, empty when it was not accepted.
	ClientID  string
	RequestID string
	// Status is what was answered, or what would have been when Dropped is set.
	Status int
	// Faulted says that an injected fault hit the request; Dropped that the caller got no whole answer.
	Faulted, Dropped bool
}

// requestLog keeps the newest requests in order of arrival, and counts over all of them.
type requestLog struct {
	mu      sync.Mutex
	limit   int
	total   int
	entries []*Request
	counts  map[string]int
	status  map[int]int
}

func (l *requestLog) start(c *call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	c.entry.RequestID = fmt.Sprintf("req_%08d", l.total)
	if l.counts == nil {
		l.counts, l.status = map[string]int{}, map[int]int{}
	}
	l.counts[c.entry.Operation]++
	if l.limit <= 0 {
		return
	}
	if len(l.entries) >= 2*l.limit {
		l.entries = slices.Clone(l.entries[l.limit:])
	}
	stored := c.entry
	c.logged = &stored
	l.entries = append(l.entries, c.logged)
}

func (l *requestLog) finish(c *call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status[c.entry.Status]++
	if c.logged != nil {
		*c.logged = c.entry
	}
}

// Requests returns the newest requests in order of arrival, at most as many as [WithLogSize] says.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	kept := s.log.entries[max(0, len(s.log.entries)-s.log.limit):]
	out := make([]Request, 0, len(kept))
	for _, r := range kept {
		out = append(out, *r)
	}
	return out
}

// ResetRequests empties the log and its counts. Request ids go on.
func (s *Server) ResetRequests() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.entries = nil
	s.log.counts, s.log.status = map[string]int{}, map[int]int{}
}

// Counts returns how many requests each operation got since the start or the last reset. Requests that fit no
// operation count under the empty name.
func (s *Server) Counts() map[string]int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return maps.Clone(s.log.counts)
}

// Count returns how many requests one operation got.
func (s *Server) Count(operation string) int { return s.Counts()[operation] }

// Calls returns how many requests there were in all.
func (s *Server) Calls() int {
	n := 0
	for _, count := range s.Counts() {
		n += count
	}
	return n
}

// StatusCount returns how many requests were answered with a status; 429 tells whether a client kept to the limits.
func (s *Server) StatusCount(status int) int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.status[status]
}

func redact(h http.Header) http.Header {
	h = h.Clone()
	if h.Get("Authorization") != "" {
		h.Set("Authorization", "Bearer ***")
	}
	return h
}
