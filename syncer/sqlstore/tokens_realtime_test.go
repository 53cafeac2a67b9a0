package sqlstore_test

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

// realTime runs the calls of a database outside of the bubble that they come
// from, because sockets do not work in there. Leases run out by the clock of the
// bubble.
type realTime struct {
	tokens *sqlstore.Tokens
	db     *sql.DB

	mu     sync.Mutex
	calls  chan func()
	done   chan struct{}
	leases map[string]virtualLease // by key
}

type virtualLease struct {
	name  string
	until time.Time
}

func newRealTime(t *testing.T, driver, dsn string) *realTime {
	t.Helper()
	db := openDB
	if driver == "pgx" {
		db = openServer
	}
	s := &realTime{tokens: openTokens(t, driver, dsn), db: db(t, dsn),
		calls: make(chan func()), done: make(chan struct{}), leases: map[string]virtualLease{}}
	var worker sync.WaitGroup
	worker.Go(func() {
		for call := range s.calls {
			call()
			s.done <- struct{}{}
		}
	})
	t.Cleanup(func() {
		close(s.calls)
		worker.Wait()
	})
	return s
}

// do runs a call, unless the time of ctx is over. Its deadline stays here: it belongs
// to the other clock.
func (s *realTime) do(ctx context.Context, call func(ctx context.Context) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls <- func() { err = call(context.WithoutCancel(ctx)) }
	<-s.done
	return err
}

func (s *realTime) Load(ctx context.Context, key string) (data []byte, rev int64, err error) {
	err = s.do(ctx, func(ctx context.Context) (err error) {
		data, rev, err = s.tokens.Load(ctx, key)
		return err
	})
	return data, rev, err
}

func (s *realTime) Save(ctx context.Context, key string, data []byte, rev int64) (next int64, err error) {
	err = s.do(ctx, func(ctx context.Context) (err error) {
		next, err = s.tokens.Save(ctx, key, data, rev)
		return err
	})
	return next, err
}

func (s *realTime) Lease(ctx context.Context, key string, ttl time.Duration) (lease string, err error) {
	now := time.Now()
	err = s.do(ctx, func(ctx context.Context) (err error) {
		if old := s.leases[key]; old.name != "" && !now.Before(old.until) {
			if _, err := s.db.ExecContext(ctx, "UPDATE sync_tokens SET until = 0"); err != nil {
				return err
			}
		}
		if lease, err = s.tokens.Lease(ctx, key, 1000*time.Hour); lease != "" {
			s.leases[key] = virtualLease{lease, now.Add(ttl)}
		}
		return err
	})
	return lease, err
}

func (s *realTime) Release(ctx context.Context, key, lease string) error {
	return s.do(ctx, func(ctx context.Context) error { return s.tokens.Release(ctx, key, lease) })
}

// TestRealTimeKeepsTheLease shows that the databases' own lease is at work behind it.
func TestRealTimeKeepsTheLease(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, driver, dsn string) {
		t.Helper()
		s := newRealTime(t, driver, dsn)
		lease, err := s.Lease(t.Context(), "a", time.Hour)
		require.NoError(t, err)
		require.NotEmpty(t, lease)
		taken, err := s.tokens.Lease(t.Context(), "a", time.Hour)
		require.NoError(t, err)
		require.Empty(t, taken)
		s.leases["a"] = virtualLease{lease, time.Now()}
		next, err := s.Lease(t.Context(), "a", time.Hour)
		require.NoError(t, err)
		require.NotEmpty(t, next)
	})
}
