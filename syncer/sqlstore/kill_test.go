package sqlstore_test

import (
	"database/sql"
	"flag"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

var storeKills = flag.Int("store.kills", 12, "how often a writing process is killed, per store")

func TestKillSQLite(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	killTest(t, "sqlite", sqlstore.SQLiteDSN(path), func() (*sqlstore.Store, *sql.DB) { return openFile(t, path) })
}

func TestKillPostgreSQL(t *testing.T) {
	t.Parallel()
	dsn := postgresDSN(t)
	killTest(t, "pgx", dsn, func() (*sqlstore.Store, *sql.DB) {
		db := openServer(t, dsn)
		s, err := sqlstore.New(t.Context(), db, sqlstore.PostgreSQL)
		require.NoError(t, err)
		return s, db
	})
}

// killTest kills processes that write, at moments that nobody chose, and expects
// after each kill that everything they had reported is there, whole.
func killTest(t *testing.T, driver, dsn string, open func() (*sqlstore.Store, *sql.DB)) {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	seen := 0
	for range *storeKills {
		c := start(t, "write", driver, dsn)
		for range 1 + r.IntN(20) {
			seen = c.line(t)
		}
		seen = c.kill(t, seen)
		s, db := open()
		n := 0
		require.NoError(t, s.View(t.Context(), home, func(tx syncer.Tx) (err error) {
			n, err = tx.CountLinks(syncer.KindTask, syncer.LinkActive)
			require.NoError(t, err)
			state, err := tx.State("n")
			assert.Equal(t, strconv.Itoa(n), string(state))
			return err
		}))
		require.GreaterOrEqual(t, n, seen, "what was reported is lost")
		require.LessOrEqual(t, n, seen+batch, "at most one Update was not reported")
		require.Zero(t, n%batch, "half an Update is there")
		check(t, s, n)
		seen = n
		require.NoError(t, db.Close())
	}
}

func TestLockIsFreedByKill(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	s, _ := openFile(t, path)
	for range 3 {
		c := start(t, "hold", "sqlite", sqlstore.SQLiteDSN(path))
		c.line(t)
		_, err := s.Lock(t.Context(), home)
		require.ErrorIs(t, err, syncer.ErrLocked)
		require.ErrorContains(t, err, `connection "home"`)
		c.kill(t, 0)
		release, err := s.Lock(t.Context(), home)
		require.NoError(t, err, "the lock is free as soon as its holder is gone")
		require.NoError(t, release())
	}
}

func TestLockIsFreedByKillPostgreSQL(t *testing.T) {
	t.Parallel()
	dsn := postgresDSN(t)
	s, err := sqlstore.New(t.Context(), openServer(t, dsn), sqlstore.PostgreSQL)
	require.NoError(t, err)
	c := start(t, "hold", "pgx", dsn)
	c.line(t)
	_, err = s.Lock(t.Context(), home)
	require.ErrorIs(t, err, syncer.ErrLocked)
	c.kill(t, 0)
	require.NoError(t, lockSoon(t.Context(), s))
}
