package pagicotest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// Storage keeps a server's state outside the process; package pagicotest/sqlitefile is one. It is used by one server at
// a time, which calls it from one goroutine at a time.
type Storage interface {
	// Load returns every entry that was saved and not removed, in any order.
	Load() ([]Entry, error)
	// Save stores all entries or none, and returns when they would survive a crash. An entry without a value is removed.
	Save(entries []Entry) error
}

// Entry is one stored value. Table and Key name it; Value is JSON, or nil to remove it.
type Entry struct {
	Table, Key string
	Value      []byte
}

// Open returns a server like [New] that reads its state from a storage and saves every change there before it answers,
// so that it can be stopped at any moment. Users, tokens and OAuth clients given as options are added to what was
// stored. When saving fails the server answers 500 to everything from then on, because what it knows is no longer what
// it stored.
func Open(storage Storage, opts ...Option) (*Server, error) {
	s := New(opts...)
	entries, err := storage.Load()
	if err != nil {
		return nil, fmt.Errorf("pagicotest: load: %w", err)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Key, b.Key)) })
	for _, e := range entries {
		if err := s.restore(e); err != nil {
			return nil, fmt.Errorf("pagicotest: stored %s %q: %w", e.Table, e.Key, err)
		}
	}
	s.storage = storage
	s.dirty = map[stored]bool{}
	return s, nil
}

// stored names an entry.
type stored struct{ table, key string }

// Tables of entries besides those of the kinds.
const (
	tableKeys       = "idempotency"
	tableDeliveries = "delivery"
	tableTokens     = "token"
	tableRefresh    = "refresh"
	tableUsers      = "users"
	tableRandom     = "random"
)

// touch marks an entry as changed. The caller holds mu.
func (s *Server) touch(table, key string) {
	if s.storage != nil {
		s.dirty[stored{table, key}] = true
	}
}

// unlock saves what was touched and releases mu.
func (s *Server) unlock() {
	defer s.mu.Unlock()
	if len(s.dirty) == 0 || s.failed != nil {
		return
	}
	s.touch(tableRandom, "")
	entries := make([]Entry, 0, len(s.dirty))
	for name := range s.dirty {
		value, err := s.value(name)
		if err != nil {
			s.failed = err
			return
		}
		entries = append(entries, Entry{name.table, name.key, value})
	}
	clear(s.dirty)
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Key, b.Key)) })
	s.failed = s.storage.Save(entries)
}

// storageProblem is the answer of a server that cannot save.
func (s *Server) storageProblem() *problem {
	if s.storage == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		return nil
	}
	return newProblem(http.StatusInternalServerError, "server-error", "Server error", "the state could not be saved")
}

// storedRecord adds what the wire form of a record leaves out.
type storedRecord struct {
	Record json.RawMessage
	Client string
}

type storedKey struct {
	Client, Key string
	Request     []byte
	Started     time.Time
	Status      int
	Header      http.Header
	Body        []byte
}

type storedGrant struct {
	Grant
	Family string
}

// value encodes the present state of an entry; nil when it is gone.
func (s *Server) value(name stored) ([]byte, error) {
	switch name.table {
	case tableUsers:
		return json.Marshal(s.users)
	case tableRandom:
		return s.source.MarshalBinary()
	case tableDeliveries:
		for _, d := range slices.Backward(s.deliveries) {
			if d.key() == name.key {
				return json.Marshal(d)
			}
		}
		return nil, nil
	case tableTokens:
		if g, ok := s.tokens[name.key]; ok {
			return json.Marshal(storedGrant{g, g.family})
		}
		return nil, nil
	case tableRefresh:
		if t, ok := s.oauth.refresh[name.key]; ok {
			return json.Marshal(t)
		}
		return nil, nil
	case tableKeys:
		e, ok := s.keys[parseStoredKey(name.key)]
		if !ok || !e.done {
			return nil, nil
		}
		return json.Marshal(storedKey{e.id.client, e.id.key, e.request[:], e.started, e.answer.status, e.answer.header, e.answer.body})
	}
	rec, ok := s.tables[name.table].byID[name.key]
	if !ok {
		return nil, nil
	}
	raw, err := json.Marshal(rec)
	if err != nil {
		return nil, err
	}
	return json.Marshal(storedRecord{raw, *rec.common().ExternalClient})
}

// restore puts a loaded entry back.
func (s *Server) restore(e Entry) error {
	switch e.Table {
	case tableUsers:
		s.users = nil
		return json.Unmarshal(e.Value, &s.users)
	case tableRandom:
		return s.source.UnmarshalBinary(e.Value)
	case tableDeliveries:
		d := &Delivery{}
		if _, err := fmt.Sscanf(e.Key, "%d", &d.seq); err != nil {
			return err
		}
		s.deliveries, s.queued = append(s.deliveries, d), d.seq
		return json.Unmarshal(e.Value, d)
	case tableTokens:
		var g storedGrant
		if err := json.Unmarshal(e.Value, &g); err != nil {
			return err
		}
		g.family = g.Family
		s.tokens[e.Key] = g.Grant
		return nil
	case tableRefresh:
		t := &refreshToken{}
		s.oauth.refresh[e.Key] = t
		return json.Unmarshal(e.Value, t)
	case tableKeys:
		return s.restoreKey(e.Value)
	}
	t, ok := s.tables[e.Table]
	if !ok {
		return fmt.Errorf("unknown table")
	}
	var w storedRecord
	if err := json.Unmarshal(e.Value, &w); err != nil {
		return err
	}
	rec := t.kind.make()
	if err := json.Unmarshal(w.Record, rec); err != nil {
		return err
	}
	*rec.common().ExternalClient = w.Client
	t.put(rec)
	return nil
}

func (s *Server) restoreKey(value []byte) error {
	var k storedKey
	if err := json.Unmarshal(value, &k); err != nil {
		return err
	}
	e := &keyEntry{id: keyID{k.Client, k.Key}, started: k.Started, done: true, answer: reply{k.Status, k.Header, k.Body}}
	copy(e.request[:], k.Request)
	s.keys[e.id] = e
	return nil
}

// storedKeyName joins the two parts of an idempotency key; JSON keeps them apart.
func storedKeyName(id keyID) string { return string(encodeJSON([]string{id.client, id.key})) }

func parseStoredKey(name string) keyID {
	var parts []string
	if json.Unmarshal([]byte(name), &parts) != nil || len(parts) != 2 {
		return keyID{}
	}
	return keyID{parts[0], parts[1]}
}

// seedRandom makes the generator of ids and secrets, whose place is stored with the state so that a restarted server
// draws none twice.
func (s *Server) seedRandom() {
	s.source = rand.NewPCG(s.cfg.seed, 0x9a61c0)
	s.rng = rand.New(s.source)
}
