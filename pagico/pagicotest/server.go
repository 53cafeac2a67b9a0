package pagicotest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// BasePath is the path under which every operation lies.
const BasePath = "/v1"

// Server is the reference server. It is an [http.Handler] and safe for concurrent use.
type Server struct {
	cfg    config
	kinds  []*kind
	routes []*route
	breaks breaks
	faults faults
	log    requestLog

	mu     sync.Mutex // guards everything below
	rng    *rand.Rand
	source *rand.PCG // behind rng
	users  []User
	tables map[string]*table
	tokens map[string]Grant
	keys   map[keyID]*keyEntry
	quotas map[string]*quota
	oauth  oauthState

	storage Storage
	dirty   map[stored]bool
	failed  error // of the storage; nothing works after it

	deliveries []*Delivery
	queued     int           // deliveries so far
	wake       chan struct{} // tells RunDeliveries of a new message
	flushing   sync.Mutex    // held by Flush, never together with work under mu

	http *httptest.Server
}

// New returns a server without a socket. Reach it through [Server.Transport], or serve it as an [http.Handler].
func New(opts ...Option) *Server {
	cfg := config{
		clock: time.Now, seed: 1, tokens: map[string]Grant{}, routes: map[string]Route{},
		cursorTTL: 24 * time.Hour, keyTTL: 24 * time.Hour, maxBody: 1 << 20, logSize: 10_000,
		webhooks: defaultWebhookClient(), accessTTL: time.Hour,
		users: []User{{ID: "u_owner", Name: "Pat Owner", Email: "owner@example.com"}},
	}
	for _, opt := range opts {
		opt(&cfg)
	}
	if len(cfg.tokens) == 0 {
		WithToken(DefaultToken)(&cfg)
	}
	s := &Server{
		cfg: cfg, kinds: newKinds(), users: cfg.users, tokens: cfg.tokens,
		tables: map[string]*table{}, keys: map[keyID]*keyEntry{}, quotas: map[string]*quota{},
		wake:  make(chan struct{}, 1),
		oauth: oauthState{codes: map[string]*authCode{}, refresh: map[string]*refreshToken{}},
	}
	s.seedRandom()
	for _, k := range s.kinds {
		s.tables[k.name] = newTable(k)
	}
	s.routes = newRoutes(s.kinds, cfg.routes)
	s.log.limit = cfg.logSize
	s.faults.rng = rand.New(rand.NewPCG(cfg.seed, 0xfa017))
	return s
}

// NewServer starts a server on a loopback port and closes it when the test ends.
func NewServer(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	s := New(opts...)
	s.http = httptest.NewServer(s)
	tb.Cleanup(s.Close)
	return s
}

// BaseURL is what a client is given: scheme, host and base path, without a slash at the end. A server without a socket
// answers to any host; for it the result is https://pagico.test/v1, to be used with [Server.Transport].
func (s *Server) BaseURL() string {
	if s.http == nil {
		return "https://pagico.test" + BasePath
	}
	return s.http.URL + BasePath
}

// Close stops the loopback listener, if there is one. The state stays readable.
func (s *Server) Close() {
	if s.http != nil {
		s.http.Close()
	}
}

func (s *Server) now() time.Time { return s.cfg.clock().UTC().Truncate(time.Millisecond) }

// idAlphabet has no letters or digits that are easily confused.
const idAlphabet = "23456789abcdefghjkmnpqrstuvwxyz"

// newID draws an id that its table does not hold. The caller holds mu.
func (s *Server) newID(prefix string, taken func(string) bool) string {
	for {
		b := []byte(prefix)
		for range 12 {
			b = append(b, idAlphabet[s.rng.IntN(len(idAlphabet))])
		}
		if id := string(b); !taken(id) {
			return id
		}
	}
}

// user finds a user by id. The caller holds mu.
func (s *Server) user(id string) (User, bool) {
	for _, u := range s.users {
		if u.ID == id {
			return u, true
		}
	}
	return User{}, false
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := s.newCall(r)
	defer s.log.finish(c)
	s.answer(w, c)
}

// actor is who made a change, as deliveries show it.
type actor struct {
	Type     string `json:"type"`
	UserID   string `json:"userId,omitempty"`
	ClientID string `json:"clientId,omitempty"`
}

// commit stores a changed or new record: it moves lastUpdated and the etag. The caller holds mu.
func (s *Server) commit(k *kind, old, rec record, by actor) {
	c := rec.common()
	now := s.now()
	version := 1
	if old != nil {
		o := old.common()
		if last := *o.LastUpdated; !now.After(last) && !s.broken(ClauseLastUpdatedRises) {
			now = last.Add(time.Millisecond)
		}
		version = etagVersion(*o.ETag) + 1
	} else if c.CreatedAt.IsZero() {
		*c.CreatedAt = now
	}
	if s.brokenFor(k, ClauseLastUpdatedMoves) && old != nil {
		now = *old.common().LastUpdated
	}
	*c.LastUpdated = now
	if *c.Deleted {
		*c.DeletedAt = now
	}
	*c.ETag = fmt.Sprintf(`"%d"`, version)
	if s.brokenFor(k, ClauseETagMoves) && old != nil {
		*c.ETag = *old.common().ETag
	}
	s.tables[k.name].put(rec)
	s.touch(k.name, *c.ID)
	s.emit(k, old, rec, by)
}

func etagVersion(etag string) int {
	var n int
	if _, err := fmt.Sscanf(etag, `"%d"`, &n); err != nil {
		return 1
	}
	return n
}

// remove leaves a tombstone and removes what the record holds. The caller holds mu.
func (s *Server) remove(k *kind, old record, by actor) {
	for _, child := range s.held(k, old) {
		if _, ok := s.tables[child.kind.name].live(*child.rec.common().ID); ok {
			s.remove(child.kind, child.rec, by)
		}
	}
	rec := old.clone()
	*rec.common().Deleted = true
	if s.brokenFor(k, ClauseTombstoneKept) {
		s.tables[k.name].forget(old)
		s.touch(k.name, *old.common().ID)
		return
	}
	s.commit(k, old, rec, by)
}
