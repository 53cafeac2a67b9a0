package sqlstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

// TestFullDisk lets the file grow no further. The limit is SQLite's own, which
// fails like a disk without room does.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	path := sound(t, 50)
	pages := 0
	require.NoError(t, openDB(t, "file:"+path).QueryRow("PRAGMA page_count").Scan(&pages))
	s, err := sqlstore.New(t.Context(),
		openDB(t, sqlstore.SQLiteDSN(path)+"&_pragma=max_page_count("+strconv.Itoa(pages)+")"), sqlstore.SQLite)
	require.NoError(t, err)
	grow := func(swallow bool) error {
		return s.Update(t.Context(), home, func(tx syncer.Tx) error {
			require.NoError(t, tx.SetState("small", []byte("x")))
			for n := 50; n < 5000; n++ {
				if err := putOne(tx, n); err != nil {
					require.ErrorContains(t, err, "database or disk is full")
					if !swallow {
						return err
					}
					// SQLite has rolled the transaction back by itself: what comes now would
					// be stored for good, were it not refused.
					require.Error(t, tx.SetState("after", []byte("x")))
					return nil
				}
			}
			return errors.New("the disk is not full")
		})
	}
	for _, swallow := range []bool{false, true} {
		require.ErrorContains(t, grow(swallow), "database or disk is full")
		check(t, s, 50)
		require.NoError(t, s.View(t.Context(), home, func(tx syncer.Tx) error {
			keys, err := tx.States("")
			assert.Empty(t, keys)
			return err
		}))
	}
	roomy, _ := openFile(t, path)
	put2 := func(tx syncer.Tx) error { return putOne(tx, 50) }
	require.NoError(t, roomy.Update(t.Context(), home, put2), "with room again, work goes on")
	check(t, s, 51)
}

func TestReadOnlyFile(t *testing.T) {
	t.Parallel()
	path := sound(t, 5)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	s, err := sqlstore.New(t.Context(), openDB(t, sqlstore.SQLiteDSN(path)+"&mode=ro"), sqlstore.SQLite)
	require.NoError(t, err)
	check(t, s, 5) // it can still be read, for a report
	err = s.Update(t.Context(), home, func(tx syncer.Tx) error { return putOne(tx, 5) })
	require.ErrorContains(t, err, "attempt to write a readonly database")
	require.ErrorContains(t, err, "sqlstore: ")
	_, err = s.Lock(t.Context(), home)
	require.ErrorContains(t, err, "attempt to write a readonly database")
	check(t, s, 5)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before, after)

	fresh := newFile(t)
	require.NoError(t, os.WriteFile(fresh, nil, 0o600))
	_, err = sqlstore.New(t.Context(), openDB(t, sqlstore.SQLiteDSN(fresh)+"&mode=ro"), sqlstore.SQLite)
	require.ErrorContains(t, err, "readonly")
}

// TestLockFileCannotBeMade puts a link to nowhere where the lock file would be,
// which fails as a folder without the right to write does, for everybody.
func TestLockFileCannotBeMade(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	s, _ := openFile(t, path)
	release, err := s.Lock(t.Context(), home)
	require.NoError(t, err)
	require.NoError(t, release())
	locks, err := filepath.Glob(path + ".*.lock")
	require.NoError(t, err)
	require.Len(t, locks, 1)
	require.NoError(t, os.Remove(locks[0]))
	require.NoError(t, os.Symlink(filepath.Join(path, "nowhere"), locks[0]))
	_, err = s.Lock(t.Context(), home)
	require.ErrorContains(t, err, locks[0])
	require.NotErrorIs(t, err, syncer.ErrLocked)
}

// TestLostLock removes the lock file of an engine at work, so that a second one
// can lock a new file of the same name. The first one must notice.
func TestLostLock(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	first, _ := openFile(t, path)
	second, _ := openFile(t, path)
	work := func(tx syncer.Tx) error { return tx.SetState("k", []byte("v")) }

	release, err := first.Lock(t.Context(), home)
	require.NoError(t, err)
	require.NoError(t, first.Update(t.Context(), home, work))
	locks, err := filepath.Glob(path + ".*.lock")
	require.NoError(t, err)
	require.NoError(t, os.Remove(locks[0]))
	require.NoError(t, first.Update(t.Context(), home, work), "nobody else has it yet")
	releaseSecond, err := second.Lock(t.Context(), home)
	require.NoError(t, err)

	err = first.Update(t.Context(), home, work)
	require.ErrorIs(t, err, syncer.ErrLocked)
	require.ErrorContains(t, err, "was lost")
	require.NoError(t, first.Update(t.Context(), "another connection", work))
	require.NoError(t, second.Update(t.Context(), home, work))
	require.NoError(t, release())
	require.NoError(t, second.Update(t.Context(), home, work))
	_, err = first.Lock(t.Context(), home)
	require.ErrorIs(t, err, syncer.ErrLocked)
	require.NoError(t, releaseSecond())
	release, err = first.Lock(t.Context(), home)
	require.NoError(t, err)
	require.NoError(t, first.Update(t.Context(), home, work))
	require.NoError(t, release())
}

func TestManyOpenANewFileAtOnce(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	var all sync.WaitGroup
	for n := range 8 {
		db := openDB(t, sqlstore.SQLiteDSN(path))
		all.Go(func() {
			s, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
			if !assert.NoError(t, err) {
				return
			}
			assert.NoError(t, s.Update(t.Context(), home, func(tx syncer.Tx) error {
				return tx.SetState(strconv.Itoa(n), []byte("x"))
			}))
		})
	}
	all.Wait()
	s, _ := openFile(t, path)
	require.NoError(t, s.View(t.Context(), home, func(tx syncer.Tx) error {
		keys, err := tx.States("")
		assert.Len(t, keys, 8)
		return err
	}))
}

// TestDeferredHandle opens the file without _txlock: two stores that read and
// then write must still wait for each other instead of failing.
func TestDeferredHandle(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	dsn := "file:" + path + "?_pragma=busy_timeout(10000)"
	const each = 40
	var all sync.WaitGroup
	for range 2 {
		s, err := sqlstore.New(t.Context(), openDB(t, dsn), sqlstore.SQLite)
		require.NoError(t, err)
		all.Go(func() {
			for range each {
				assert.NoError(t, s.Update(t.Context(), home, func(tx syncer.Tx) error {
					value, err := tx.State("n")
					if err != nil {
						return err
					}
					n, _ := strconv.Atoi(string(value)) // 0 at first
					return tx.SetState("n", []byte(strconv.Itoa(n+1)))
				}))
			}
		})
	}
	all.Wait()
	s, _ := openFile(t, path)
	require.NoError(t, s.View(t.Context(), home, func(tx syncer.Tx) error {
		value, err := tx.State("n")
		assert.Equal(t, strconv.Itoa(2*each), string(value))
		return err
	}))
}

// TestOneConnection gives the store a handle with a single connection, as many
// programs open SQLite.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	db := openDB(t, sqlstore.SQLiteDSN(newFile(t)))
	db.SetMaxOpenConns(1)
	s, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
	require.NoError(t, err)
	release, err := s.Lock(t.Context(), home)
	require.NoError(t, err)
	put(t, s, 250)
	check(t, s, 250)
	require.NoError(t, release())
	assert.Equal(t, 1, db.Stats().MaxOpenConnections)
}

func TestOddPaths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"with space", "100%41", "what?mode=ro", "number#1", "été 日本", "a&b=c", "plus+", "semi;colon"} {
		path := filepath.Join(dir, name, name+".db")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		s, _ := openFile(t, path)
		put(t, s, 3)
		info, err := os.Stat(path)
		require.NoError(t, err, "the file is where it was asked for")
		require.Positive(t, info.Size())
		release, err := s.Lock(t.Context(), home)
		require.NoError(t, err)
		require.NoError(t, release())
	}
	assert.True(t, strings.HasPrefix(sqlstore.SQLiteDSN("state.db"), "file:state.db?"))
}

func TestTwoNamesOfOneFile(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	alias := filepath.Join(t.TempDir(), "alias.db")
	s, _ := openFile(t, path)
	require.NoError(t, os.Symlink(path, alias))
	other, _ := openFile(t, alias)
	release, err := s.Lock(t.Context(), home)
	require.NoError(t, err)
	_, err = other.Lock(t.Context(), home)
	require.ErrorIs(t, err, syncer.ErrLocked)
	require.NoError(t, release())
}

func TestClosedHandle(t *testing.T) {
	t.Parallel()
	s, db := openFile(t, newFile(t))
	require.NoError(t, db.Close())
	require.ErrorContains(t, s.View(t.Context(), home, func(syncer.Tx) error { return nil }), "closed")
	require.ErrorContains(t, s.Update(t.Context(), home, func(syncer.Tx) error { return nil }), "closed")
	_, err := s.Lock(t.Context(), home)
	require.ErrorContains(t, err, "closed")
	require.NotErrorIs(t, err, syncer.ErrLocked)
}
