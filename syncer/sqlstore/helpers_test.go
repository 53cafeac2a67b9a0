package sqlstore_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

const home syncer.ConnectionID = "home"

// openDB opens a SQLite handle that is closed with the test.
func openDB(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// openFile opens a store on a SQLite file and returns its handle too.
func openFile(t testing.TB, path string) (*sqlstore.Store, *sql.DB) {
	t.Helper()
	db := openDB(t, sqlstore.SQLiteDSN(path))
	s, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
	require.NoError(t, err)
	return s, db
}

// newFile returns a path at which there is no file yet.
func newFile(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "state.db")
}

// put stores n links, each with an audit entry, in one Update per hundred.
func put(t testing.TB, s syncer.Store, n int) {
	t.Helper()
	for at := 0; at < n; at += 100 {
		require.NoError(t, s.Update(t.Context(), home, func(tx syncer.Tx) error {
			for i := at; i < min(at+100, n); i++ {
				if err := putOne(tx, i); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// putOne stores a link of realistic size and its audit entry.
func putOne(tx syncer.Tx, n int) error {
	l := realistic(n)
	if err := tx.PutLink(&l); err != nil {
		return err
	}
	_, err := tx.AppendAudit(syncer.AuditEntry{
		Action: "link", Kind: l.Kind, Link: l.ID, GHL: l.GHL, Pagico: l.Pagico, Outcome: "done", Actor: "engine", Trigger: "pass",
	})
	return err
}

// check expects n links and a sound log of n entries.
func check(t testing.TB, s syncer.Store, n int) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), home, func(tx syncer.Tx) error {
		links := 0
		for l, err := range tx.Links(syncer.KindTask, 0) {
			if err != nil {
				return err
			}
			require.Equal(t, fmt.Sprintf("g%d", links), l.GHL.ID)
			links++
		}
		require.Equal(t, n, links)
		return syncer.VerifyAudit(tx.Audit(0))
	}))
}
