package ghltest

import (
	"maps"
	"net/http"
	"time"
)

// Request is one entry of the request log. It holds no credentials.
type Request struct {
	Seq         int // from 1
	Time        time.Time
	Method      string
	Path        string
	Query       string
	Version     string
	Operation   string // the vendor's operation id, for example "get-contact"; empty when no route matched
	Family      string // "contacts", "locations" …: operation ids repeat between families
	LocationID  string // of the token
	ContentType string
	Body        []byte
	Status      int  // 0 while running or when the connection was dropped
	Dropped     bool // the answer was dropped or cut by a fault
	Committed   bool // the operation ran: what it did is done, whatever was answered
}

type requestLog struct {
	entries []*Request
	seq     int
	calls   map[string]int
	limited int
}

func (s *Server) logRequest(r *http.Request, op *operation, body []byte) *Request {
	s.log.seq++
	e := &Request{Seq: s.log.seq, Time: s.now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Version: r.Header.Get("Version"), ContentType: r.Header.Get("Content-Type"), Body: body}
	if op != nil {
		e.Operation, e.Family = op.id, op.family
		s.log.calls[op.key()]++
	}
	s.log.entries = append(s.log.entries, e)
	if over := len(s.log.entries) - s.cfg.logSize; over > 0 {
		clear(s.log.entries[:over])
		s.log.entries = s.log.entries[over:]
	}
	return e
}

// Requests returns the request log, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, 0, len(s.log.entries))
	for _, e := range s.log.entries {
		out = append(out, *e)
	}
	return out
}

// ResetRequests empties the request log and its counters.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = requestLog{calls: map[string]int{}}
}

// Calls returns how many requests an operation got, refused ones too. The name is "get-contact" or, where families share an id,
// "locations/create-custom-field". An empty name counts all requests.
func (s *Server) Calls(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if operation == "" {
		return s.log.seq
	}
	n := 0
	for key, calls := range s.log.calls {
		if matchOperation(operation, key) {
			n += calls
		}
	}
	return n
}

// CallCounts returns the number of requests per operation, by "family/operation-id".
func (s *Server) CallCounts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.log.calls)
}

// RateLimited returns how many requests were answered 429.
func (s *Server) RateLimited() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.limited
}
