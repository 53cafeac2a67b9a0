package pagicotest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"sync"
	"time"
)

// Fault makes matching requests fail. The first group of fields says which requests, the second what happens; a fault
// with several effects does all of them. When several faults match, the one injected first is used.
type Fault struct {
	// Operation is a name of contract §3.2 such as "tasks.create"; empty matches every operation.
	Operation string
	// Method and Path narrow by request line; Path is a path.Match pattern over the whole path, such as "/v1/tasks/*".
	Method, Path string
	// Nth hits only the n-th request that the fields above match, counted from 1 at injection; 0 means every one.
	Nth int
	// Probability hits at random, from the server's seed; 0 means always.
	Probability float64
	// Times ends the fault after that many hits; 0 means no end.
	Times int

	// Delay waits before the operation runs, after its idempotency key was opened. Time is that of the process (or of the
	// synctest bubble), not of WithClock. A caller that gives up meanwhile has changed nothing.
	Delay time.Duration
	// Status, Header and Body are the answer instead of the server's own. A Body that starts with { is labelled
	// application/problem+json, any other text/html, unless Header says otherwise.
	Status int
	Header http.Header
	Body   string
	// Drop closes the connection without an answer.
	Drop bool
	// AfterCommit makes Status and Drop take effect after the operation was done, so that the change is stored although
	// the caller sees a failure.
	AfterCommit bool
	// Truncate cuts the answer's body after that many bytes. With Drop and AfterCommit the connection breaks there;
	// alone, the body ends there and Content-Length agrees.
	Truncate int
	// StaleETag shows an old entity tag in the header and the body of the answer.
	StaleETag bool
}

// RateLimited is a fault that answers 429, with Retry-After when after is 1 second or more.
func RateLimited(operation string, after time.Duration) Fault {
	f := Fault{
		Operation: operation, Status: http.StatusTooManyRequests, Header: http.Header{},
		Body: `{"type":"` + problemPrefix + `rate-limited","title":"Rate limited","status":429}`,
	}
	if after >= time.Second {
		f.Header.Set("Retry-After", fmt.Sprint(wholeSeconds(after)))
	}
	return f
}

// Injected is a fault at work.
type Injected struct {
	faults *faults
	fault  Fault
	seen   int
	hits   int
}

// Hits returns how many requests the fault has hit.
func (i *Injected) Hits() int {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	return i.hits
}

// Remove ends the fault.
func (i *Injected) Remove() {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	i.faults.active = slices.DeleteFunc(i.faults.active, func(o *Injected) bool { return o == i })
}

// Inject adds a fault. It works until its Times are used up or it is removed.
func (s *Server) Inject(f Fault) *Injected {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	i := &Injected{faults: &s.faults, fault: f}
	s.faults.active = append(s.faults.active, i)
	return i
}

// ClearFaults removes every fault and every hook of [Server.Before].
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.active, s.faults.hooks = nil, nil
}

// Before calls fn each time an operation is about to run, after all checks and before the state is touched. fn may use
// the server's methods, for example to let a user change the record that the request is about. The result removes it.
func (s *Server) Before(operation string, fn func(*Server)) (remove func()) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	h := &hook{operation, fn}
	s.faults.hooks = append(s.faults.hooks, h)
	return func() {
		s.faults.mu.Lock()
		defer s.faults.mu.Unlock()
		s.faults.hooks = slices.DeleteFunc(s.faults.hooks, func(o *hook) bool { return o == h })
	}
}

type hook struct {
	operation string
	fn        func(*Server)
}

type faults struct {
	mu     sync.Mutex
	rng    *rand.Rand
	active []*Injected
	hooks  []*hook
}

// take finds the fault for a request and counts it.
func (fs *faults) take(c *call) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var hit *Injected
	for _, i := range fs.active {
		if !i.fault.matches(c) {
			continue
		}
		i.seen++
		if hit == nil && (i.fault.Nth == 0 || i.fault.Nth == i.seen) &&
			(i.fault.Times == 0 || i.hits < i.fault.Times) &&
			(i.fault.Probability == 0 || fs.rng.Float64() < i.fault.Probability) {
			hit = i
		}
	}
	if hit == nil {
		return nil
	}
	hit.hits++
	c.entry.Faulted = true
	return &hit.fault
}

func (f *Fault) matches(c *call) bool {
	if f.Operation != "" && f.Operation != c.entry.Operation || f.Method != "" && f.Method != c.r.Method {
		return false
	}
	if f.Path == "" {
		return true
	}
	ok, err := path.Match(f.Path, c.r.URL.EscapedPath())
	return ok && err == nil
}

// before waits out a delay and runs the hooks. It returns false when the caller has gone.
func (fs *faults) before(s *Server, c *call) bool {
	if c.fault != nil && !c.wait(c.fault.Delay) {
		return false
	}
	fs.mu.Lock()
	hooks := slices.Clone(fs.hooks)
	fs.mu.Unlock()
	for _, h := range hooks {
		if h.operation == c.entry.Operation {
			h.fn(s)
		}
	}
	return true
}

func (c *call) wait(d time.Duration) bool {
	if d <= 0 {
		return c.r.Context().Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.r.Context().Done():
		return false
	}
}
