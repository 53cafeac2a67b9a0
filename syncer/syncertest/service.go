// Package syncertest holds doubles for tests of the sync engine and of code
// that uses it.
//
// [Service] is a whole side of a connection in memory: it keeps records, lets
// tests edit them as people would, and misbehaves on demand. It implements
// [syncer.Source] itself.
package syncertest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// Call is one call of a Source method, as a fault function sees it.
type Call struct {
	// Op is "identify", "changes", "get", "create", "update", "delete", "find", "move" or
	// "children".
	Op   string
	Kind syncer.Kind
	// Ref is the record the call is about; for a create its ID is empty.
	Ref syncer.Ref
	// N counts the calls of the service, from 1.
	N int
	// Twin is the marker of a record to be made; Set the values to be written by
	// a create or an update.
	Twin string
	Set  syncer.Fields
	// To is the parent that a move puts the record under.
	To string
}

// Fault is what goes wrong in a call.
type Fault struct {
	// Before fails the call before anything is done.
	Before error
	// After fails the call after everything was done.
	After error
	// Stale answers listings from the state before the latest change
	// of each record, as a search index that lags. Services with change feeds
	// have none.
	Stale bool
}

// Effect is what a call did to one record.
type Effect struct {
	Call Call
	// Before and After are the record as it was and as it is since. A record that
	// was made has no Before; one that was deleted is marked so in After.
	Before, After syncer.Record
}

// Service is one side in memory. It is safe for concurrent use.
type Service struct {
	side syncer.Side

	mu      sync.Mutex
	id      syncer.SourceID
	now     func() time.Time
	records map[syncer.Kind]map[string]*stored
	next    int
	version int
	calls   []Call
	writes  int
	fault   func(Call) Fault
	hook    func(Call)
	observe func(Effect)
	keyed   bool
	deltas  bool
	bare    bool
	rooted  bool
	unique  bool
	made    map[syncer.OpID]syncer.Ref
}

// stored is a record with the state before its latest change.
type stored struct {
	now    syncer.Record
	before *syncer.Record
	// changed is the service's version when the record changed last.
	changed int
	// created marks a record made through Create.
	created bool
}

// Option changes a Service.
type Option func(*Service)

// WithClock sets the clock; default time.Now.
func WithClock(now func() time.Time) Option { return func(s *Service) { s.now = now } }

// WithKeyedCreates makes the service recognise a repeated create by its OpID,
// as a service with idempotency keys does.
func WithKeyedCreates() Option { return func(s *Service) { s.keyed = true } }

// WithDeltas makes listings answer only what changed since the cursor, with
// tombstones, as a service with change feeds does.
func WithDeltas() Option { return func(s *Service) { s.deltas = true } }

// WithoutMarkers makes the service forget which record a new one was made from,
// so that unclear creates are found by their values alone.
func WithoutMarkers() Option { return func(s *Service) { s.bare = true } }

// WithoutMoves makes a service of side Pagico unable to put a record under another
// parent. One of side GHL never can.
func WithoutMoves() Option { return func(s *Service) { s.rooted = true } }

// WithUniqueTwins makes the service refuse, with a [*syncer.ExistsError], to make
// a second record from the same twin, as a service with external ids does.
func WithUniqueTwins() Option { return func(s *Service) { s.unique = true } }

// NewService returns an empty service of the given side.
func NewService(side syncer.Side, opts ...Option) *Service {
	s := &Service{side: side, id: syncer.SourceID(side + ":test"), now: time.Now, rooted: side == syncer.GHL,
		records: map[syncer.Kind]map[string]*stored{}, made: map[syncer.OpID]syncer.Ref{}}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// SetFault installs a function that decides what goes wrong in each call; nil
// ends the trouble. It runs with the service locked and must not call it.
func (s *Service) SetFault(fault func(Call) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// SetHook installs a function that runs before each call, with the service
// unlocked: it may edit records as people do in the meantime. Nil removes it.
func (s *Service) SetHook(hook func(Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// SetObserver installs a function that is told of each record that a call of a
// Source method made, changed or deleted, also of those that go with a deleted
// contact. It runs with the service locked and must not call it. Nil removes it.
func (s *Service) SetObserver(observe func(Effect)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observe = observe
}

// SetID changes the account that the service says it serves.
func (s *Service) SetID(id syncer.SourceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.id = id
}

func (s *Service) find(ref syncer.Ref) *stored {
	st := s.records[ref.Kind][ref.ID]
	if st == nil || st.now.Deleted {
		return nil
	}
	return st
}

// All returns the records of a kind that are there, by id.
func (s *Service) All(kind syncer.Kind) []syncer.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all(kind)
}

func (s *Service) all(kind syncer.Kind) []syncer.Record {
	var all []syncer.Record
	for _, st := range s.records[kind] {
		if !st.now.Deleted {
			all = append(all, st.now)
		}
	}
	slices.SortFunc(all, func(a, b syncer.Record) int {
		return cmp.Or(cmp.Compare(len(a.Ref.ID), len(b.Ref.ID)), cmp.Compare(a.Ref.ID, b.Ref.ID))
	})
	return all
}

// Calls returns all calls so far.
func (s *Service) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Writes counts the creates, updates and deletes that took effect.
func (s *Service) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// before runs the hook of a call that is about to begin.
func (s *Service) before(c Call) {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook != nil {
		hook(c)
	}
}

// begin notes a call and returns its fault.
func (s *Service) begin(ctx context.Context, c Call) (Fault, error) {
	if err := ctx.Err(); err != nil {
		return Fault{}, err
	}
	c.Kind, c.N = c.Ref.Kind, len(s.calls)+1
	s.calls = append(s.calls, c)
	if s.fault == nil {
		return Fault{}, nil
	}
	f := s.fault(c)
	return f, f.Before
}

func notFound(ref syncer.Ref) error { return fmt.Errorf("%w: %s", syncer.ErrNotFound, ref) }
