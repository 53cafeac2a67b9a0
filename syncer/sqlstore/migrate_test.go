package sqlstore

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// TestMigrate takes a database through made-up versions: there is only one real
// version yet.
func TestMigrate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	db, err := sql.Open("sqlite", SQLiteDSN(path))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, err := New(t.Context(), db, SQLite)
	require.NoError(t, err)
	require.NoError(t, s.Update(t.Context(), "home", func(tx syncer.Tx) error { return tx.SetState("kept", []byte("x")) }))
	texts, err := migrations(SQLite)
	require.NoError(t, err)
	require.Len(t, texts, 1)

	ctx := t.Context()
	c, err := db.Conn(ctx)
	require.NoError(t, err)
	defer c.Close()
	to := func(texts []string) error {
		return migrate(ctx, c, SQLite, texts, []string{"BEGIN IMMEDIATE"}, func() (int, error) { return inspectFile(ctx, c, len(texts)) })
	}
	second := "CREATE TABLE sync_more (id INTEGER);\nALTER TABLE sync_state ADD COLUMN note TEXT;\n"
	broken := "CREATE TABLE sync_broken (id INTEGER);\nINSERT INTO no_such_table VALUES (1);\n"

	err = to(append(texts, second, broken))
	require.ErrorContains(t, err, "migration 3")
	assert.Equal(t, 1, versionOf(ctx, t, c), "one migration that fails undoes them all")
	assert.Zero(t, count(ctx, t, c, "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('sync_more', 'sync_broken')"))

	require.NoError(t, to(append(texts, second)))
	assert.Equal(t, 2, versionOf(ctx, t, c))
	assert.Equal(t, 1, count(ctx, t, c, "SELECT COUNT(*) FROM sync_state WHERE note IS NULL"))
	require.NoError(t, to(append(texts, second)), "nothing is left to do")

	_, err = inspectFile(ctx, c, len(texts))
	require.ErrorIs(t, err, syncer.ErrStoreNewer)
}

func versionOf(ctx context.Context, t *testing.T, c *sql.Conn) int {
	t.Helper()
	return count(ctx, t, c, "SELECT version FROM sync_schema")
}

func count(ctx context.Context, t *testing.T, c *sql.Conn, query string) int {
	t.Helper()
	n := 0
	require.NoError(t, c.QueryRowContext(ctx, query).Scan(&n))
	return n
}

func TestFollowing(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]string{
		"a": "b", "ab": "ac", "a\u007f": "a\u0080", "\ud7ff": "\ue000", "a\U0010ffff": "b", "q/": "q0",
	} {
		got, ok := following(prefix)
		assert.True(t, ok)
		assert.Equal(t, want, got, "%q", prefix)
	}
	for _, prefix := range []string{"", "\U0010ffff", "\U0010ffff\U0010ffff"} {
		_, ok := following(prefix)
		assert.False(t, ok, "%q", prefix)
	}
}

// FuzzPack checks that packing is exact and keeps all texts apart.
func FuzzPack(f *testing.F) {
	f.Add("plain", "hex:00")
	f.Add("\xff", "hex:ff")
	f.Add("hex:", "hex:6865783a")
	f.Add("a\x00", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		packed := pack(a)
		got, err := unpack(packed)
		require.NoError(t, err)
		require.Equal(t, a, got)
		require.Equal(t, a == b, packed == pack(b))
		require.Equal(t, a == "", packed == "")
	})
}
