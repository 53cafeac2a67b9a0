package sqlstore_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

// TestPathsThatAreNoFiles gives the store what no database can be in. Nothing is touched,
// and the text names the place.
func TestPathsThatAreNoFiles(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(path string) error{
		"a folder":            func(path string) error { return os.Mkdir(path, 0o700) },
		"a link to a folder":  func(path string) error { return os.Symlink(filepath.Dir(path), path) },
		"a link to itself":    func(path string) error { return os.Symlink(path, path) },
		"a link to nowhere":   func(path string) error { return os.Symlink(path+"/no/such/file", path) },
		"a folder of the log": func(path string) error { return os.Mkdir(path+"-wal", 0o700) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newFile(t)
			require.NoError(t, make(path))
			db := openDB(t, sqlstore.SQLiteDSN(path))
			_, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
			require.Error(t, err)
			require.ErrorContains(t, err, "sqlstore: open: ")
			require.ErrorContains(t, err, "the path must name a file")
		})
	}
}

// TestEmptyFileIsANewOne takes a file of no length, which is what a touch leaves, for a new
// database.
func TestEmptyFileIsANewOne(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	s, _ := openFile(t, path)
	p := newPlant()
	p.grow(0, 3)
	p.requireSettled(t, s, 3)
}

// TestEngineOnAReadOnlyFile can store nothing, so it writes nothing to the services. When
// the file can be written again, it goes on.
func TestEngineOnAReadOnlyFile(t *testing.T) {
	t.Parallel()
	p, path := newPlant(), newFile(t)
	s, _ := openFile(t, path)
	p.grow(0, 5)
	p.requireSettled(t, s, 5)
	p.grow(5, 8)
	for _, rec := range p.pagico.All(syncer.KindTask)[:2] {
		p.pagico.Edit(rec.Ref, syncer.Fields{"title": merge.Text("edited " + rec.Ref.ID)})
	}
	locked, err := sqlstore.New(t.Context(), openDB(t, sqlstore.SQLiteDSN(path)+"&mode=ro"), sqlstore.SQLite)
	require.NoError(t, err)
	writes := p.ghl.Writes() + p.pagico.Writes()
	for range 2 {
		err := p.pass(t, locked)
		require.ErrorContains(t, err, "readonly database")
		require.ErrorContains(t, err, "must be writable")
	}
	assert.Equal(t, writes, p.ghl.Writes()+p.pagico.Writes())
	p.requireSettled(t, s, 8)
}

// TestEngineOnAFullDisk lets the file grow no further at any point of its work, by the
// limit of SQLite, which works like a disk without room. What it did on the services
// by then is not lost: with room, the next passes know of it.
func TestEngineOnAFullDisk(t *testing.T) {
	t.Parallel()
	p, path := newPlant(), newFile(t)
	s, _ := openFile(t, path)
	p.grow(0, 2)
	p.requireSettled(t, s, 2)
	pages, contacts, full := 0, 2, 0
	require.NoError(t, openDB(t, "file:"+path).QueryRow("PRAGMA page_count").Scan(&pages))
	for room := range 12 {
		p.grow(contacts, contacts+6)
		contacts += 6
		for i, rec := range p.pagico.All(syncer.KindTask) {
			if i%3 == 0 {
				p.pagico.Edit(rec.Ref, syncer.Fields{"title": merge.Text(fmt.Sprint("edited ", room, " ", rec.Ref.ID))})
			}
		}
		db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(path)+fmt.Sprintf("&_pragma=max_page_count(%d)", pages+room))
		require.NoError(t, err)
		tight, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
		require.NoError(t, err)
		for range 2 {
			if err := p.pass(t, tight); err != nil {
				require.ErrorContains(t, err, "database or disk is full")
				require.ErrorContains(t, err, "the next pass goes on")
				full++
			}
		}
		require.NoError(t, db.Close())
		if room%3 == 2 {
			p.requireSettled(t, s, contacts)
			require.NoError(t, openDB(t, "file:"+path).QueryRow("PRAGMA page_count").Scan(&pages))
		}
	}
	t.Log(full)
	require.Greater(t, full, 8)
}

// TestTwoEnginesOnOneStore lets engines of two handles work at the same time. One of them is told that
// the other one is at work; what they do together is what one would have done.
func TestTwoEnginesOnOneStore(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, driver, dsn string) {
		t.Helper()
		open := func() syncer.Store {
			db := openDB
			if driver == "pgx" {
				db = openServer
			}
			s, err := sqlstore.New(t.Context(), db(t, dsn), dialectOf(driver))
			require.NoError(t, err)
			return s
		}
		p, stores := newPlant(), []syncer.Store{open(), open(), open()}
		contacts := 0
		var done, locked atomic.Int32
		for range 5 {
			p.grow(contacts, contacts+5)
			contacts += 5
			var all sync.WaitGroup
			for _, s := range stores {
				e, err := p.engine(s)
				require.NoError(t, err)
				for range 4 {
					all.Go(func() {
						switch _, err := e.Sync(t.Context(), syncer.SyncOptions{}); {
						case err == nil:
							done.Add(1)
						case assert.ErrorIs(t, err, syncer.ErrLocked):
							assert.ErrorContains(t, err, `"home"`)
							locked.Add(1)
						}
					})
				}
			}
			all.Wait()
		}
		t.Log(done.Load(), "passes,", locked.Load(), "refused")
		assert.Positive(t, done.Load())
		assert.Positive(t, locked.Load())
		p.requireSettled(t, stores[0], contacts)
	})
}

// TestEngineComesInWhenTheOtherIsKilled lets a process hold the lock and kills
// it while engines try to come in.
func TestEngineComesInWhenTheOtherIsKilled(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, driver, dsn string) {
		t.Helper()
		open := func() syncer.Store {
			db := openDB
			if driver == "pgx" {
				db = openServer
			}
			s, err := sqlstore.New(t.Context(), db(t, dsn), dialectOf(driver))
			require.NoError(t, err)
			return s
		}
		p := newPlant()
		contacts := 0
		for range 3 {
			p.grow(contacts, contacts+4)
			contacts += 4
			holder := start(t, "hold", driver, dsn)
			holder.line(t)
			writes := p.ghl.Writes() + p.pagico.Writes()
			require.ErrorIs(t, p.pass(t, open()), syncer.ErrLocked)
			assert.Equal(t, writes, p.ghl.Writes()+p.pagico.Writes())
			var all sync.WaitGroup
			all.Go(func() { holder.kill(t, 0) })
			first, second := open(), open()
			for _, s := range []syncer.Store{first, second} {
				all.Go(func() {
					for err := p.pass(t, s); err != nil; err = p.pass(t, s) {
						if !assert.ErrorIs(t, err, syncer.ErrLocked) {
							return
						}
					}
				})
			}
			all.Wait()
			p.requireSettled(t, first, contacts)
		}
	})
}
