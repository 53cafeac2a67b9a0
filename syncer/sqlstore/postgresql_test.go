package sqlstore_test

import (
	"crypto/rand"
	"database/sql"
	"os"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
	"github.com/ghl-pagico/sdk-go/syncer/storetest"
)

// postgresDSN returns a data source name with a schema of its own as the only
// one in the search path; the schema is dropped with the test.
func postgresDSN(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("TEST_POSTGRES_DSN")
	if dsn == "" {
		t.Skip("set TEST_POSTGRES_DSN to a PostgreSQL database in which schemas may be made, for example \"host=/tmp user=postgres\"")
	}
	schema := "sync_test_" + strings.ToLower(rand.Text())
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := db.Exec("DROP SCHEMA " + schema + " CASCADE")
		require.NoError(t, err)
	})
	return withSetting(dsn, "search_path", schema)
}

// withSetting adds a setting of the session to a data source name.
func withSetting(dsn, name, value string) string {
	switch {
	case !strings.Contains(dsn, "://"):
		return dsn + " " + name + "=" + value
	case strings.Contains(dsn, "?"):
		return dsn + "&" + name + "=" + value
	default:
		return dsn + "?" + name + "=" + value
	}
}

// openServer opens a handle with few connections, so that many tests fit on a
// server with its usual limit.
func openServer(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	db.SetMaxOpenConns(3)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	postgresDSN(t) // without a server, this test is skipped as a whole
	var mu sync.Mutex
	dsns := make(map[syncer.Store]string)
	open := func(t *testing.T, dsn string) syncer.Store {
		s, err := sqlstore.New(t.Context(), openServer(t, dsn), sqlstore.PostgreSQL)
		require.NoError(t, err)
		mu.Lock()
		defer mu.Unlock()
		dsns[s] = dsn
		return s
	}
	again := func(t *testing.T, s syncer.Store) syncer.Store {
		mu.Lock()
		dsn := dsns[s]
		mu.Unlock()
		return open(t, dsn)
	}
	storetest.Run(t, func(t *testing.T) syncer.Store { return open(t, postgresDSN(t)) },
		storetest.Features{Reopen: again, Beside: again})
}
