package ghltest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

const maxBody = 10 << 20

// Server is a GHL service in memory: an [http.Handler] with state. Make one with [New]. All methods are safe for concurrent use.
type Server struct {
	mu              sync.Mutex
	cfg             config
	defaultLocation string
	ids, traces     *rand.Rand
	dice, chance    *rand.Rand
	secrets         *rand.Rand
	oauth           oauthState
	hooks           webhookState
	tokens          map[string]*Token
	buckets         map[string]*bucket
	log             requestLog
	faults          []*activeFault
	before          []*hook
	lag             Lag
	lagSince        time.Time // what was done before is visible
	staleness       time.Duration
	store
	listener *httptest.Server
}

// New makes a server without a listening socket. Drive it through [Server.Transport], as an [http.Handler], or after [Server.Start].
func New(opts ...Option) *Server {
	cfg := buildConfig(opts)
	s := &Server{
		cfg: cfg, lag: cfg.lag, tokens: map[string]*Token{}, buckets: map[string]*bucket{},
		ids: rand.New(rand.NewPCG(cfg.seed, 1)), traces: rand.New(rand.NewPCG(cfg.seed, 2)),
		dice: rand.New(rand.NewPCG(cfg.seed, 3)), chance: rand.New(rand.NewPCG(cfg.seed, 4)),
		secrets: rand.New(rand.NewPCG(cfg.seed, 5)), hooks: webhookState{wake: make(chan struct{}, 1)},
		oauth: oauthState{codes: map[string]Grant{}, refresh: map[string]session{}}, log: requestLog{calls: map[string]int{}}, store: newStore(),
	}
	s.cfg.limits = s.cfg.limits.withDefaults()
	s.defaultLocation = cmp.Or(cfg.locations[0].ID, DefaultLocationID)
	for i, l := range cfg.locations {
		if i == 0 {
			l.ID = s.defaultLocation
		}
		s.seedLocation(l)
	}
	for i, t := range cfg.tokens {
		s.cfg.tokens[i].Value = cmp.Or(t.Value, DefaultToken)
		s.addToken(s.cfg.tokens[i])
	}
	return s
}

// NewServer makes a server, starts it on a loopback port and closes it when the test ends.
func NewServer(tb interface {
	Helper()
	Cleanup(func())
}, opts ...Option) *Server {
	tb.Helper()
	s := New(opts...)
	s.Start()
	tb.Cleanup(s.Close)
	return s
}

// Start listens on a loopback port and returns the base URL. A second call returns the same URL.
func (s *Server) Start() (url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		s.listener = httptest.NewServer(s)
	}
	return s.listener.URL
}

// URL returns the base URL after [Server.Start]; before, it returns a made-up one that only [Server.Transport] serves.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return "http://ghl.test"
	}
	return s.listener.URL
}

// Close stops listening. The world stays readable.
func (s *Server) Close() {
	s.mu.Lock()
	l := s.listener
	s.listener = nil
	s.mu.Unlock()
	if l != nil {
		l.CloseClientConnections()
		l.Close()
	}
}

// ServeHTTP implements [http.Handler]. A dropped connection is a panic with [http.ErrAbortHandler], as net/http wants it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	res := s.serve(r)
	if res.drop {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), res.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(res.body)))
	w.WriteHeader(res.status)
	if res.cut > 0 {
		_, _ = w.Write(res.body[:res.cut])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(res.body)
}

// serve runs one request: route, log, hooks, checks, faults, operation.
func (s *Server) serve(r *http.Request) result {
	res := result{header: jsonHeader()}
	res.header.Set("Date", s.now().Format(http.TimeFormat))
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		res.drop = true
		return res
	}
	version := r.Header.Get("Version")
	op, params, refused := route(r.Method, r.URL.EscapedPath(), version)
	s.mu.Lock()
	entry := s.logRequest(r, op, raw)
	c := &call{r: r, op: op, path: params, query: r.URL.Query(), raw: raw, version: version, trace: s.traceID()}
	hooks := s.hooksFor(op)
	s.mu.Unlock()
	for _, fn := range hooks {
		fn(s)
	}
	if len(raw) > maxBody {
		refused = fail(http.StatusRequestEntityTooLarge, "request entity too large")
	}
	s.run(r.Context(), c, entry, refused, &res)
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Dropped = res.drop || res.cut > 0
	if !res.drop {
		entry.Status = res.status
	}
	if res.status == http.StatusTooManyRequests && !res.drop {
		s.log.limited++
	}
	return res
}

func (s *Server) hooksFor(op *operation) []func(*Server) {
	if op == nil {
		return nil
	}
	var out []func(*Server)
	for _, h := range s.before {
		if h.operation == "" || matchOperation(h.operation, op.key()) {
			out = append(out, h.fn)
		}
	}
	return out
}

// run fills the result, waiting outside the lock where a fault wants it.
func (s *Server) run(ctx context.Context, c *call, entry *Request, refused *failure, res *result) {
	s.mu.Lock()
	f := s.gate(c, entry, refused, res)
	var st strike
	if f == nil {
		st = s.strikes(c.op, entry)
	}
	s.mu.Unlock()
	if f != nil {
		s.write(c, res, f.status, f.body(c.trace))
		return
	}
	if st.delay > 0 && s.cfg.sleep(ctx, st.delay) != nil {
		res.drop = true
		return
	}
	if st.instead() {
		st.outcome.apply(res, c.trace)
		return
	}
	s.operate(c, entry, st, res)
	if st.delayAfter > 0 && s.cfg.sleep(ctx, st.delayAfter) != nil {
		res.drop = true
		return
	}
	if st.outcome != nil {
		st.outcome.apply(res, c.trace)
	}
}

// gate does what the vendor's gateway does: version, token, rate windows.
func (s *Server) gate(c *call, entry *Request, refused *failure, res *result) *failure {
	if c.op != nil {
		if f := checkVersion(c.op, c.version); f != nil {
			_ = s.admit(nil, res.header, s.now())
			return f
		}
	}
	if refused == nil && c.op.level == levelNone {
		return s.admit(nil, res.header, s.now())
	}
	t, f := s.authenticate(c.r)
	if f != nil && c.op != nil {
		_ = s.admit(nil, res.header, s.now())
		return f
	}
	if t != nil {
		c.token, entry.LocationID = t, t.LocationID
	}
	if f := s.admit(t, res.header, s.now()); f != nil {
		return f
	}
	return refused
}

// operate runs the handler under the lock and encodes its answer outside.
func (s *Server) operate(c *call, entry *Request, st strike, res *result) {
	v, f := s.locked(c, entry, st)
	status := c.op.status
	if f != nil {
		status, v = f.status, f.body(c.trace)
	}
	if r, ok := v.(*reply); ok {
		status, v = r.status, r.body
	}
	s.write(c, res, status, v)
}

func (s *Server) locked(c *call, entry *Request, st strike) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = s.now()
	c.asOf = c.now.Add(-st.stale)
	v, f := s.handle(c)
	entry.Committed = f == nil
	return v, f
}

func (s *Server) handle(c *call) (any, *failure) {
	if !c.op.form && len(c.raw) > 0 {
		_ = json.Unmarshal(c.raw, &c.peek) // a broken body is reported by the schema
	}
	if c.op.level != levelNone {
		if f := s.authorize(c); f != nil {
			return nil, f
		}
	}
	if f := c.requireQuery(); f != nil {
		return nil, f
	}
	if c.op.body != nil {
		body, f := c.op.body.decodeBody(c.raw, c.version, &s.cfg.quirks)
		if f != nil {
			return nil, f
		}
		c.body = body
	}
	return c.op.handle(s, c)
}

func (s *Server) write(c *call, res *result, status int, v any) {
	res.status = status
	if o, ok := v.(object); ok && s.cfg.quirks.TraceIDs {
		if _, has := o["traceId"]; !has {
			o["traceId"] = c.trace
		}
	}
	res.encode(v)
}

func (s *Server) now() time.Time { return s.cfg.clock().UTC().Truncate(time.Millisecond) }

const idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// newID makes an id of the vendor's form: 20 letters and digits.
func (s *Server) newID() string {
	var b strings.Builder
	for range 20 {
		b.WriteByte(idLetters[s.ids.IntN(len(idLetters))])
	}
	return b.String()
}

func (s *Server) traceID() string { return s.traceFrom(s.traces) }

// traceFrom makes a UUID of version 4.
func (s *Server) traceFrom(source *rand.Rand) string {
	a, b := source.Uint64(), source.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}
