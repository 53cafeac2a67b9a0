package ghltest

import (
	"cmp"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is trouble on demand. The first group of fields says which calls it hits; empty fields hit all. The second says what
// happens. Several faults may hit one call: delays add up, and the first one that refuses, drops or cuts decides the answer.
// Version, token and rate checks come first: a call refused there is not touched.
type Fault struct {
	Operation   string             // "get-contact", or "locations/create-custom-field"
	Method      string             // HTTP method
	Path        string             // exact path, or a prefix that ends in *
	Where       func(Request) bool // further condition; must not call the server
	Nth         int                // only the nth call that matches, from 1
	Times       int                // at most so many times; 0 has no limit
	Probability float64            // between 0 and 1, thrown with the server's seed; 0 means always

	Delay       time.Duration // wait before the operation runs; when the caller gives up meanwhile, it does not run
	DelayAfter  time.Duration // wait after the operation ran and before the answer
	Status      int           // answer this status instead of running the operation
	Body        string        // body of that answer; default a JSON error with the status text
	ContentType string        // default application/json, or text/html when Body starts with <
	Header      http.Header   // further headers of that answer, for example Retry-After
	AfterCommit bool          // run the operation first, then apply Status or Drop: the write happened all the same
	Drop        bool          // close the connection without an answer
	Truncate    int           // answer only the first n bytes of the body, with a matching Content-Length
	Cut         int           // announce the whole body, send n bytes of it and break the connection
	Stale       time.Duration // reads of contacts, tasks and notes show the state of so long ago
}

type activeFault struct {
	Fault
	seen, hits int
}

// Inject arms a fault and returns a function that takes it away.
func (s *Server) Inject(f Fault) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Header = f.Header.Clone()
	a := &activeFault{Fault: f}
	s.faults = append(s.faults, a)
	s.staleness = max(s.staleness, f.Stale)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = without(s.faults, a)
	}
}

// ClearFaults takes all faults away.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Refuse answers a status without running the operation.
func Refuse(operation string, status int) Fault {
	return Fault{Operation: operation, Status: status}
}

// RefuseHTML answers a status with an HTML page, as a proxy in front of the service does.
func RefuseHTML(operation string, status int) Fault {
	text := strconv.Itoa(status) + " " + http.StatusText(status)
	return Fault{Operation: operation, Status: status,
		Body: "<html>\n<head><title>" + text + "</title></head>\n<body><center><h1>" + text + "</h1></center></body>\n</html>"}
}

// RefuseAfterCommit runs the operation and answers a status as if it had failed; with 422 it is the "refused but created" of
// vendor issue 64.
func RefuseAfterCommit(operation string, status int) Fault {
	return Fault{Operation: operation, Status: status, AfterCommit: true}
}

// DropBefore closes the connection before the operation runs.
func DropBefore(operation string) Fault { return Fault{Operation: operation, Drop: true} }

// DropAfter runs the operation and closes the connection without an answer.
func DropAfter(operation string) Fault {
	return Fault{Operation: operation, Drop: true, AfterCommit: true}
}

// TooMany answers 429; with a positive retryAfter it carries Retry-After, in whole seconds.
func TooMany(operation string, retryAfter time.Duration) Fault {
	f := Refuse(operation, http.StatusTooManyRequests)
	if retryAfter > 0 {
		f.Header = http.Header{"Retry-After": {strconv.FormatInt(int64((retryAfter+time.Second-1)/time.Second), 10)}}
	}
	return f
}

// Slow delays an operation before it runs.
func Slow(operation string, d time.Duration) Fault { return Fault{Operation: operation, Delay: d} }

// Lag is how long changes stay invisible to the search index: contacts/search, GET /contacts/ and the location task search.
// A deleted entity is still listed so long. Reads by id show the truth at once.
type Lag struct {
	Contacts, Tasks time.Duration
}

// SetLag changes the index lag for changes made from now on.
func (s *Server) SetLag(l Lag) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lag == (Lag{}) {
		s.lagSince = s.now().Add(-1)
	}
	s.lag = l
}

// indexed is the moment whose state the search index shows.
func (s *Server) indexed(now time.Time, lag time.Duration) time.Time {
	at := now.Add(-lag)
	if at.Before(s.lagSince) {
		return s.lagSince
	}
	return at
}

// Before registers a function that runs before each call of an operation is handled, outside the server's lock, so it may edit
// the world: the write of somebody else between the client's read and its write. The function returned takes it away.
func (s *Server) Before(operation string, fn func(*Server)) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &hook{operation: operation, fn: fn}
	s.before = append(s.before, h)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.before = without(s.before, h)
	}
}

type hook struct {
	operation string
	fn        func(*Server)
}

// hit says whether a fault strikes this request, and counts it.
func (s *Server) hit(a *activeFault, op *operation, e *Request) bool {
	switch {
	case a.Operation != "" && !matchOperation(a.Operation, op.key()),
		a.Method != "" && !strings.EqualFold(a.Method, e.Method),
		a.Path != "" && !matchPath(a.Path, e.Path),
		a.Where != nil && !a.Where(*e):
		return false
	}
	a.seen++
	if a.Nth > 0 && a.seen != a.Nth || a.Times > 0 && a.hits >= a.Times {
		return false
	}
	if a.Probability > 0 && s.dice.Float64() >= a.Probability {
		return false
	}
	a.hits++
	return true
}

// strike is the sum of all faults that hit one call.
type strike struct {
	delay, delayAfter, stale time.Duration
	outcome                  *Fault // the first fault that changes the answer
}

func (s *Server) strikes(op *operation, e *Request) strike {
	var st strike
	for _, a := range s.faults {
		if !s.hit(a, op, e) {
			continue
		}
		st.delay += a.Delay
		st.delayAfter += a.DelayAfter
		st.stale = max(st.stale, a.Stale)
		if st.outcome == nil && (a.Status != 0 || a.Drop || a.Truncate > 0 || a.Cut > 0) {
			st.outcome = &a.Fault
		}
	}
	if s.cfg.quirks.SlowTaskWrites && (op.id == "update-task" || op.id == "delete-task" || op.id == "update-task-completed") {
		st.delay += 2 * time.Second
	}
	return st
}

// instead reports whether the operation must not run at all.
func (st strike) instead() bool {
	f := st.outcome
	return f != nil && !f.AfterCommit && (f.Status != 0 || f.Drop)
}

// apply turns the result into what the fault wants.
func (f *Fault) apply(res *result, trace string) {
	switch {
	case f.Drop:
		res.drop = true
	case f.Status != 0:
		res.status = f.Status
		if f.Body == "" {
			res.encode(fail(f.Status, "%s", http.StatusText(f.Status)).body(trace))
		} else {
			res.body = []byte(f.Body)
		}
		kind := "application/json; charset=utf-8"
		if strings.HasPrefix(f.Body, "<") {
			kind = "text/html"
		}
		res.header.Set("Content-Type", cmp.Or(f.ContentType, kind))
		maps.Copy(res.header, f.Header)
	case f.Truncate > 0 && f.Truncate < len(res.body):
		res.body = res.body[:f.Truncate]
	case f.Cut > 0 && f.Cut < len(res.body):
		res.cut = f.Cut
	}
}

// matchOperation compares "get-contact" or "contacts/get-contact" with an operation's key.
func matchOperation(want, key string) bool {
	return want == key || strings.HasSuffix(key, "/"+want)
}

func matchPath(pattern, path string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(path, prefix)
	}
	return pattern == path
}

func without[T comparable](in []T, gone T) []T {
	out := make([]T, 0, len(in))
	for _, v := range in {
		if v != gone {
			out = append(out, v)
		}
	}
	return out
}
