package memstore

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ghl-pagico/sdk-go/syncer"
)

var _ syncer.Store = (*Store)(nil)

// Store is a [syncer.Store] in memory. It is safe for concurrent use. Make one
// with [New].
type Store struct {
	mu    sync.Mutex // guards the two maps
	conns map[syncer.ConnectionID]*connection
	locks map[syncer.ConnectionID]*lock
}

// connection is the state of one connection: the latest version, and whose turn
// it is to make the next one.
type connection struct {
	turn sync.Mutex
	now  atomic.Pointer[version]
}

// lock stands for one call of Lock; its address tells it from later ones.
type lock struct{ _ byte }

// New returns an empty store.
func New() *Store {
	return &Store{
		conns: make(map[syncer.ConnectionID]*connection),
		locks: make(map[syncer.ConnectionID]*lock),
	}
}

// connection returns the state of conn, making it when it is new.
func (s *Store) connection(conn syncer.ConnectionID) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.conns[conn]
	if c == nil {
		c = newConnection(newVersion())
		s.conns[conn] = c
	}
	return c
}

func newConnection(v *version) *connection {
	c := new(connection)
	c.now.Store(v)
	return c
}

// View runs fn on the state that the latest Update left behind. It returns what
// fn returns, or the error of ctx when that had ended before.
func (s *Store) View(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memstore: view: %w", err)
	}
	t := &tx{version: *s.connection(conn).now.Load()}
	defer t.end()
	return fn(t)
}

// Update runs fn and keeps its writes when it returns nil and ctx has not ended
// meanwhile.
func (s *Store) Update(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	c := s.connection(conn)
	c.turn.Lock()
	defer c.turn.Unlock()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memstore: update: %w", err)
	}
	t := &tx{version: *c.now.Load(), writable: true}
	defer t.end()
	if err := fn(t); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memstore: update: %w", err)
	}
	c.now.Store(t.commit())
	return nil
}

// Lock keeps others away from the connection until release is called. It
// returns [syncer.ErrLocked] when it is held already. Calling release again
// does nothing.
func (s *Store) Lock(ctx context.Context, conn syncer.ConnectionID) (release func() error, err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("memstore: lock: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.locks[conn] != nil {
		return nil, fmt.Errorf("memstore: connection %q: %w", conn, syncer.ErrLocked)
	}
	held := new(lock)
	s.locks[conn] = held
	return func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.locks[conn] == held {
			delete(s.locks, conn)
		}
		return nil
	}, nil
}

// Snapshot is the state of all connections at one moment. It never changes and
// can be restored any number of times.
type Snapshot struct {
	conns map[syncer.ConnectionID]*version
}

// Snapshot notes the state that the latest Update of each connection left
// behind. It takes time only per connection, not per link.
func (s *Store) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	snap := Snapshot{conns: make(map[syncer.ConnectionID]*version, len(s.conns))}
	for id, c := range s.conns {
		snap.conns[id] = c.now.Load()
	}
	return snap
}

// Restore replaces the state of the store by the snapshot, which may come from
// another store, and frees all locks, as if the process had ended and another
// one had found this state. A zero Snapshot empties the store. What Update
// calls that are still running write is lost; View calls finish on the state
// they started on.
func (s *Store) Restore(snap Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.locks)
	s.conns = make(map[syncer.ConnectionID]*connection, len(snap.conns))
	for id, v := range snap.conns {
		s.conns[id] = newConnection(v.branch())
	}
}
