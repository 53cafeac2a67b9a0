package sqlstore_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

// run runs statements on the file of a SQLite database, through a handle of its
// own that is closed at once.
func run(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	for _, s := range statements {
		_, err := db.ExecContext(t.Context(), s)
		require.NoError(t, err, s)
	}
	require.NoError(t, db.Close())
}

// sound makes a file with a store of n links and closes it.
func sound(t testing.TB, n int) string {
	t.Helper()
	path := newFile(t)
	db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(path))
	require.NoError(t, err)
	s, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
	require.NoError(t, err)
	put(t, s, n)
	require.NoError(t, db.Close())
	return path
}

// folder returns what is in the folder of a file, by name.
func folder(t testing.TB, path string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	all := make(map[string]string)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(path), e.Name()))
		require.NoError(t, err)
		all[e.Name()] = string(data)
	}
	return all
}

// requireRefused expects that New refuses the file and leaves every byte in its
// folder as it was.
func requireRefused(t testing.TB, path string, target error, words ...string) {
	t.Helper()
	before := folder(t, path)
	for range 2 {
		db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(path))
		require.NoError(t, err)
		_, err = sqlstore.New(t.Context(), db, sqlstore.SQLite)
		require.ErrorIs(t, err, target)
		for _, w := range append(words, "sqlstore: open: ") {
			require.ErrorContains(t, err, w)
		}
		require.NoError(t, db.Close())
		assert.Equal(t, before, folder(t, path), "the file was touched")
	}
}

func TestRefusesFilesOfOthers(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"a text":            "Dear diary,\n" + strings.Repeat("nothing happened.\n", 500),
		"a short text":      "xy",
		"zeros":             strings.Repeat("\x00", 8192),
		"a picture":         "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\x01\xfe", 4000),
		"half a magic word": "SQLite format",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newFile(t)
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			requireRefused(t, path, syncer.ErrStoreDamaged, "not a database")
		})
	}
	for name, statements := range map[string][]string{
		"a database":               {"CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('mine')"},
		"a database with a log":    {"PRAGMA journal_mode = WAL", "CREATE TABLE notes (text TEXT)"},
		"a marked database":        {"PRAGMA application_id = 252006674", "CREATE TABLE notes (text TEXT)"},
		"an empty marked database": {"PRAGMA application_id = 252006674"},
		"a numbered database":      {"PRAGMA user_version = 7"},
		"tables of our names":      {"CREATE TABLE sync_schema (product TEXT, version INTEGER)", "CREATE TABLE sync_links (id)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newFile(t)
			run(t, path, statements...)
			requireRefused(t, path, syncer.ErrStoreDamaged, "another program")
		})
	}
}

func TestRefusesNewerVersion(t *testing.T) {
	t.Parallel()
	path := sound(t, 3)
	run(t, path, "UPDATE sync_schema SET version = 2", "ALTER TABLE sync_links ADD COLUMN news TEXT")
	requireRefused(t, path, syncer.ErrStoreNewer, "version 2", "up to 1")
}

func TestRefusesChangedTables(t *testing.T) {
	t.Parallel()
	for _, statement := range []string{
		"DROP TABLE sync_audit",
		"DROP INDEX sync_heads_ghl",
		"ALTER TABLE sync_links DROP COLUMN body",
		"DELETE FROM sync_schema",
		"INSERT INTO sync_schema VALUES ('x', 1)",
		"UPDATE sync_schema SET product = 'another.example/store'",
		"UPDATE sync_schema SET version = 0",
		"UPDATE sync_schema SET version = 'one'",
		"DROP TABLE sync_schema",
	} {
		t.Run(statement, func(t *testing.T) {
			t.Parallel()
			path := sound(t, 3)
			run(t, path, statement)
			requireRefused(t, path, syncer.ErrStoreDamaged)
		})
	}
}

func TestRefusesDamagedFile(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(sound(t, 400))
	require.NoError(t, err)
	const pageSize = 4096
	require.Greater(t, len(whole), 60*pageSize)
	overwrite := func(page int) []byte {
		data := []byte(string(whole))
		copy(data[page*pageSize:], strings.Repeat("\xa5torn\x00", pageSize/6))
		return data
	}
	for name, data := range map[string][]byte{
		"cut in half":           whole[:len(whole)/2/pageSize*pageSize],
		"cut within a page":     whole[:len(whole)-pageSize/2],
		"cut to its first page": whole[:pageSize],
		"a page in the middle":  overwrite(len(whole) / pageSize / 2),
		"a page near the start": overwrite(4),
		"the schema":            append([]byte(string(whole[:100])), overwrite(0)[100:]...),
		"the last page":         overwrite(len(whole)/pageSize - 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newFile(t)
			require.NoError(t, os.WriteFile(path, data, 0o600))
			requireRefused(t, path, syncer.ErrStoreDamaged)
		})
	}
}

func TestRefusesUnfitHandles(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	for _, c := range []struct{ dsn, words string }{
		{":memory:", "memstore"},
		{"file::memory:?cache=shared&_pragma=busy_timeout(1000)", "memstore"},
		{sqlstore.SQLiteDSN(":memory:"), "memstore"},
		{"", "memstore"},
		{"file:" + path + "?_pragma=busy_timeout(0)", "SQLiteDSN"},
		{"file:" + path + "?_pragma=busy_timeout(1000)&_pragma=synchronous(NORMAL)", "SQLiteDSN"},
		{"file:" + path + "?_pragma=busy_timeout(1000)&_pragma=synchronous(OFF)", "SQLiteDSN"},
		{sqlstore.SQLiteDSN(filepath.Join(path, "no", "such", "folder.db")), "unable to open database file"},
	} {
		_, err := sqlstore.New(t.Context(), openDB(t, c.dsn), sqlstore.SQLite)
		require.ErrorContains(t, err, c.words, c.dsn)
		require.NotErrorIs(t, err, syncer.ErrStoreDamaged, c.dsn)
	}
	_, err := sqlstore.New(t.Context(), openDB(t, sqlstore.SQLiteDSN(path)), sqlstore.Dialect(7))
	require.ErrorContains(t, err, "unknown dialect")
	_, err = sqlstore.New(t.Context(), openDB(t, sqlstore.SQLiteDSN(path)), sqlstore.PostgreSQL)
	require.Error(t, err)
}

// TestRefusesDamagedRows changes rows in ways that the file's own check does not
// see.
func TestRefusesDamagedRows(t *testing.T) {
	t.Parallel()
	read := func(tx syncer.Tx) error {
		for _, err := range tx.Links(syncer.KindTask, 0) {
			if err != nil {
				return err
			}
		}
		if _, err := tx.Heads(syncer.GHL, syncer.KindTask, []string{"g0", "g1", "g2"}); err != nil {
			return err
		}
		if _, err := tx.Intents(); err != nil {
			return err
		}
		for _, err := range tx.Audit(0) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	for _, statement := range []string{
		"UPDATE sync_links SET body = '{' WHERE id = 2",
		"UPDATE sync_links SET body = 'null and void' WHERE id = 2",
		`UPDATE sync_links SET body = '{"base":{"title":["hex:zz",null]}}' WHERE id = 2`,
		"UPDATE sync_links SET ghl_seen = x'00' WHERE id = 2",
		"UPDATE sync_links SET state = 'hex:xyz' WHERE id = 2",
		"UPDATE sync_links SET id = 'two' WHERE id = 2",
		"UPDATE sync_audit SET body = '' WHERE seq = 2",
		"UPDATE sync_audit SET body = (SELECT body FROM sync_audit WHERE seq = 1) WHERE seq = 2",
		"INSERT INTO sync_intents (conn, id, body) VALUES (1, 'x', '[]')",
	} {
		t.Run(statement, func(t *testing.T) {
			t.Parallel()
			path := sound(t, 3)
			run(t, path, statement)
			s, _ := openFile(t, path)
			require.ErrorIs(t, s.View(t.Context(), home, read), syncer.ErrStoreDamaged)
			require.ErrorIs(t, s.Update(t.Context(), home, func(tx syncer.Tx) error {
				_ = read(tx) // a function that passes over an error does not get its writes stored
				return nil
			}), syncer.ErrStoreDamaged)
		})
	}
}

func TestVerifyAuditSeesTampering(t *testing.T) {
	t.Parallel()
	for i, statement := range []string{
		`UPDATE sync_audit SET body = replace(body, '"actor":"engine"', '"actor":"Ann"') WHERE seq = 2`,
		"DELETE FROM sync_audit WHERE seq = 2",
		`UPDATE sync_audit SET body = replace(body, '"prev":"', '"prev":"0') WHERE seq = 3`,
	} {
		path := sound(t, 4)
		run(t, path, statement)
		s, _ := openFile(t, path)
		err := s.View(t.Context(), home, func(tx syncer.Tx) error { return syncer.VerifyAudit(tx.Audit(0)) })
		require.ErrorContains(t, err, "audit log", fmt.Sprint(i))
	}
}
