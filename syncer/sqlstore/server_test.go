package sqlstore_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

func TestPostgreSQLRefusesUnfitServers(t *testing.T) {
	t.Parallel()
	dsn := postgresDSN(t)
	for _, c := range []struct{ dsn, words string }{
		{withSetting(dsn, "synchronous_commit", "off"), "synchronous_commit is off"},
		{withSetting(dsn, "search_path", "no_such_schema"), "search path"},
	} {
		_, err := sqlstore.New(t.Context(), openServer(t, c.dsn), sqlstore.PostgreSQL)
		require.ErrorContains(t, err, c.words)
	}
	one := openServer(t, dsn)
	one.SetMaxOpenConns(1)
	_, err := sqlstore.New(t.Context(), one, sqlstore.PostgreSQL)
	require.ErrorContains(t, err, "two connections")
	closed := openServer(t, dsn)
	require.NoError(t, closed.Close())
	_, err = sqlstore.New(t.Context(), closed, sqlstore.PostgreSQL)
	require.ErrorContains(t, err, "closed")
}

func TestPostgreSQLRefusesForeignTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		statements string
		target     error
	}{
		{"DROP TABLE sync_schema", syncer.ErrStoreDamaged},
		{"DROP TABLE sync_audit", syncer.ErrStoreDamaged},
		{"ALTER TABLE sync_links DROP COLUMN body", syncer.ErrStoreDamaged},
		{"DELETE FROM sync_schema", syncer.ErrStoreDamaged},
		{"UPDATE sync_schema SET product = 'x'", syncer.ErrStoreDamaged},
		{"ALTER TABLE sync_schema RENAME COLUMN product TO owner", syncer.ErrStoreDamaged},
		{"UPDATE sync_schema SET version = 2", syncer.ErrStoreNewer},
	} {
		t.Run(c.statements, func(t *testing.T) {
			t.Parallel()
			db := openServer(t, postgresDSN(t))
			s, err := sqlstore.New(t.Context(), db, sqlstore.PostgreSQL)
			require.NoError(t, err)
			put(t, s, 2)
			_, err = db.ExecContext(t.Context(), c.statements)
			require.NoError(t, err)
			before := tables(t, db)
			_, err = sqlstore.New(t.Context(), db, sqlstore.PostgreSQL)
			require.ErrorIs(t, err, c.target)
			assert.Equal(t, before, tables(t, db), "the tables were touched")
		})
	}
}

// tables describes the tables of the schema.
func tables(t testing.TB, db *sql.DB) string {
	t.Helper()
	var all sql.NullString
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, column_name)"+
		" FROM information_schema.columns WHERE table_schema = current_schema()").Scan(&all))
	return all.String
}

// TestPostgreSQLBesideOtherTables shares a schema with another program.
func TestPostgreSQLBesideOtherTables(t *testing.T) {
	t.Parallel()
	db := openServer(t, postgresDSN(t))
	_, err := db.ExecContext(t.Context(), "CREATE TABLE invoices (id int); INSERT INTO invoices VALUES (1)")
	require.NoError(t, err)
	s, err := sqlstore.New(t.Context(), db, sqlstore.PostgreSQL)
	require.NoError(t, err)
	put(t, s, 3)
	check(t, s, 3)
}

// TestPostgreSQLLostLock ends the session that holds a lock, as a server that
// restarts or an idle timeout does.
func TestPostgreSQLLostLock(t *testing.T) {
	t.Parallel()
	dsn := postgresDSN(t)
	open := func() (*sqlstore.Store, *sql.DB) {
		db := openServer(t, withSetting(dsn, "application_name", rand.Text()))
		s, err := sqlstore.New(t.Context(), db, sqlstore.PostgreSQL)
		require.NoError(t, err)
		return s, db
	}
	first, db := open()
	second, _ := open()
	work := func(tx syncer.Tx) error { return tx.SetState("k", []byte("v")) }
	release, err := first.Lock(t.Context(), home)
	require.NoError(t, err)
	require.NoError(t, first.Update(t.Context(), home, work))

	ended := 0
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT COUNT(pg_terminate_backend(pid, 10000)) FROM pg_locks JOIN pg_stat_activity USING (pid)"+
		" WHERE locktype = 'advisory' AND application_name = current_setting('application_name')").Scan(&ended))
	require.Equal(t, 1, ended)

	releaseSecond, err := second.Lock(t.Context(), home)
	require.NoError(t, err)
	err = first.Update(t.Context(), home, work)
	require.ErrorIs(t, err, syncer.ErrLocked)
	require.ErrorContains(t, err, "was lost")
	_ = release() // its session is gone
	require.NoError(t, second.Update(t.Context(), home, work))
	_, err = first.Lock(t.Context(), home)
	require.ErrorIs(t, err, syncer.ErrLocked)
	require.NoError(t, releaseSecond())
	release, err = first.Lock(t.Context(), home)
	require.NoError(t, err)
	require.NoError(t, release())
}

// wire is a connection to the server that breaks at the next commit: before the
// server hears of it, or after it has answered.
type wire struct {
	net.Conn
	breaks *atomic.Int32
}

const (
	whole int32 = iota
	beforeCommit
	afterCommit
)

func (w wire) Write(data []byte) (int, error) {
	how := whole
	if strings.Contains(string(data), "commit") {
		how = w.breaks.Swap(whole)
	}
	switch how {
	case beforeCommit:
		return 0, errors.Join(errors.New("the wire broke"), w.Close())
	case afterCommit:
		n, err := w.Conn.Write(data)
		if err != nil {
			return n, err
		}
		if _, err := w.Read(make([]byte, 1)); err != nil { // wait for the answer, then lose it
			return n, err
		}
		return n, w.Close()
	default:
		return w.Conn.Write(data)
	}
}

func TestPostgreSQLAnswerToCommitIsLost(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig(postgresDSN(t))
	require.NoError(t, err)
	var breaks atomic.Int32
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		return wire{c, &breaks}, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(3)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, err := sqlstore.New(t.Context(), db, sqlstore.PostgreSQL)
	require.NoError(t, err)
	put(t, s, 2)

	n := 2
	for _, c := range []struct {
		how    int32
		stored bool
	}{{afterCommit, true}, {beforeCommit, false}, {afterCommit, true}, {whole, true}} {
		err := s.Update(t.Context(), home, func(tx syncer.Tx) error {
			if err := putOne(tx, n); err != nil {
				return err
			}
			breaks.Store(c.how)
			return tx.SetState("n", []byte(strconv.Itoa(n)))
		})
		require.Zero(t, breaks.Load(), "the wire did not break")
		if c.stored {
			require.NoError(t, err)
			n++
		} else {
			require.ErrorContains(t, err, "sqlstore: commit update")
		}
		check(t, s, n)
	}
}
