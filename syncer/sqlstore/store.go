package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/ghl-pagico/sdk-go/syncer"
)

var _ syncer.Store = (*Store)(nil)

// Store is a [syncer.Store] in a database. It is safe for concurrent use, also
// beside other Stores on the same database, in this process or in others. Make
// one with [New].
type Store struct {
	db      *sql.DB
	dialect Dialect
	texts   [numQueries]string
	stmts   [numQueries]*sql.Stmt // nil where statements are not kept prepared
	lockers locker

	mu    sync.Mutex // guards the maps
	turns map[syncer.ConnectionID]chan struct{}
	held  map[syncer.ConnectionID]held
}

// held is a connection's lock that this Store holds. Keeping free here keeps
// what it holds from being collected as garbage, which would end the lock.
type held struct {
	free  func() error
	epoch int64 // what the connection's row said when the lock was taken
}

// locker keeps other engines away from a connection.
type locker interface {
	// lock returns what frees the lock, or ErrLocked.
	lock(ctx context.Context, conn syncer.ConnectionID) (free func() error, err error)
}

// New returns a store on db and makes its tables when the database is new. The
// caller chooses the driver and closes db; the Store has nothing of its own to
// close. Locks should be released before.
//
// For SQLite, db must be opened on a file with [SQLiteDSN], or in a way that has
// the same effect; New refuses an in-memory database, a handle that does not
// wait for locks and one that does not sync its commits. It reads the whole
// file once to see that it is sound, and turns on the write-ahead log. For
// PostgreSQL, the tables live in the first schema of the search path, beside
// which other tables may be; db needs at least two connections, one more for
// each lock that is held, and synchronous_commit must not be off.
//
// New limits a handle without a limit to a sensible number of connections.
//
// A database that holds something else, or that is damaged, gives
// [syncer.ErrStoreDamaged], and one that was written by a newer version of this
// module [syncer.ErrStoreNewer]; both are left as they are.
func New(ctx context.Context, db *sql.DB, dialect Dialect) (*Store, error) {
	s := &Store{
		db: db, dialect: dialect, texts: queries(dialect),
		turns: make(map[syncer.ConnectionID]chan struct{}), held: make(map[syncer.ConnectionID]held),
	}
	var err error
	switch dialect {
	case SQLite:
		err = s.openSQLite(ctx)
	case PostgreSQL:
		err = s.openPostgreSQL(ctx)
	default:
		err = fmt.Errorf("unknown dialect %d: use SQLite or PostgreSQL", int(dialect))
	}
	if err != nil {
		return nil, wrap("open", err)
	}
	return s, nil
}

// View runs fn on the state that the latest Update left behind, whatever others
// write meanwhile. It returns what fn returns, or an error of the database.
func (s *Store) View(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return wrap("view", err)
	}
	return s.run(ctx, conn, false, func(t *tx) error { return fn(t) })
}

// Update runs fn in one transaction and returns nil when its writes are on disk.
// It waits for its turn; with SQLite that is the turn among all connections,
// also those of other processes, for which it waits as long as the handle's
// busy timeout says. An error of the database within fn makes Update fail even
// when fn returns nil. When this Store took the connection's lock and lost it,
// because the database ended its session or the lock file was removed, Update
// returns [syncer.ErrLocked].
func (s *Store) Update(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	return s.update(ctx, conn, func(t *tx) error { return fn(t) })
}

func (s *Store) update(ctx context.Context, conn syncer.ConnectionID, fn func(*tx) error) error {
	turn := s.turn(conn)
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return wrap("update", err)
	}
	return s.run(ctx, conn, true, fn)
}

// turn returns the channel that holds one element while an Update runs.
func (s *Store) turn(conn syncer.ConnectionID) chan struct{} {
	if s.dialect == SQLite {
		conn = "" // the file has one writer
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	turn := s.turns[conn]
	if turn == nil {
		turn = make(chan struct{}, 1)
		s.turns[conn] = turn
	}
	return turn
}

// run runs fn in a transaction.
func (s *Store) run(ctx context.Context, conn syncer.ConnectionID, writable bool, fn func(*tx) error) error {
	t := &tx{store: s, ctx: ctx, caller: ctx, writable: writable}
	opts := &sql.TxOptions{ReadOnly: !writable}
	doing := "update"
	if !writable {
		doing = "view"
	}
	switch {
	case s.dialect == SQLite:
		// Statements on a file are short. Not to watch the context for each of them
		// saves half of their time, and spares them from being cut off halfway.
		t.ctx = context.WithoutCancel(ctx)
	case !writable:
		opts.Isolation = sql.LevelRepeatableRead
	}
	var err error
	if t.sql, err = s.db.BeginTx(t.ctx, opts); err != nil { //nolint:contextcheck // it comes from ctx
		return wrap("begin "+doing, err)
	}
	defer t.sql.Rollback() // also when fn panics; nothing happens after a commit
	defer func() { t.ended = true }()
	if err := t.begin(conn); err != nil {
		return err
	}
	if err := fn(t); err != nil {
		return err
	}
	if err := t.usable(); err != nil { // fn may have passed over it
		return err
	}
	err = t.sql.Commit()
	if err != nil && t.number != 0 {
		err = s.outcome(ctx, t.number, err)
	}
	if err != nil {
		return wrap("commit "+doing, err)
	}
	return nil
}

// Lock keeps other engines away from the connection until release is called or
// the process ends. It returns [syncer.ErrLocked] at once when another one holds
// it. With SQLite it is a lock of the operating system on a file beside the
// database, which stays there; with PostgreSQL it is an advisory lock, which
// occupies one connection of the handle. Every Update of this Store makes sure
// that the lock was not lost. Calling release again does nothing.
func (s *Store) Lock(ctx context.Context, conn syncer.ConnectionID) (release func() error, err error) {
	if err := ctx.Err(); err != nil {
		return nil, wrap("lock", err)
	}
	free, err := s.lockers.lock(ctx, conn)
	if err != nil {
		return nil, wrap(fmt.Sprintf("lock connection %q", conn), err)
	}
	s.mu.Lock()
	delete(s.held, conn) // one that was lost
	s.mu.Unlock()
	var epoch int64
	err = s.update(ctx, conn, func(t *tx) error {
		_, err := t.row("note the lock", []any{&epoch}, raiseEpoch, t.conn)
		return err
	})
	if err != nil {
		_ = free() // the first error tells more
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[conn] = held{free: free, epoch: epoch}
	return sync.OnceValue(func() error {
		s.mu.Lock()
		if s.held[conn].epoch == epoch {
			delete(s.held, conn)
		}
		s.mu.Unlock()
		return wrap(fmt.Sprintf("release connection %q", conn), free())
	}), nil
}

// checkHeld reports that the lock which this Store took was taken by another
// engine since.
func (s *Store) checkHeld(conn syncer.ConnectionID, epoch int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.held[conn]; ok && h.epoch != epoch {
		return fmt.Errorf("sqlstore: the lock of connection %q was lost: %w", conn, syncer.ErrLocked)
	}
	return nil
}
