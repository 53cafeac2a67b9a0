package sqlstore_test

import (
	"database/sql"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/storetest"
)

// files remembers the file and the handle of each store of a test.
type files struct {
	mu    sync.Mutex
	paths map[syncer.Store]string
	dbs   map[syncer.Store]*sql.DB
}

func (f *files) open(t *testing.T, path string) syncer.Store {
	s, db := openFile(t, path)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.paths[s], f.dbs[s] = path, db
	return s
}

func (f *files) of(s syncer.Store) (string, *sql.DB) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.paths[s], f.dbs[s]
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	f := &files{paths: make(map[syncer.Store]string), dbs: make(map[syncer.Store]*sql.DB)}
	storetest.Run(t,
		func(t *testing.T) syncer.Store { return f.open(t, newFile(t)) },
		storetest.Features{
			Reopen: func(t *testing.T, s syncer.Store) syncer.Store {
				path, db := f.of(s)
				require.NoError(t, db.Close())
				return f.open(t, path)
			},
			Beside: func(t *testing.T, s syncer.Store) syncer.Store {
				path, _ := f.of(s)
				return f.open(t, path)
			},
		})
}
