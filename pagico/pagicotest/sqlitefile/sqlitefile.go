// Package sqlitefile keeps the state of a pagicotest server in a SQLite file, so that the server can run alone, be
// stopped at any moment, and go on where it was.
//
//	file, err := sqlitefile.Open("pagico.db")
//	…
//	defer file.Close()
//	srv, err := pagicotest.Open(file, pagicotest.WithToken(token))
//
// The file belongs to one process at a time; a second one is refused. Files of other programs and of newer versions are
// refused and left as they are.
package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// applicationID marks the file as this package's; version is the layout of its one table.
const (
	applicationID = 0x50616769
	version       = 1
)

// Errors of [Open].
var (
	// ErrForeign is returned for a file that is no SQLite database or belongs to another program.
	ErrForeign = errors.New("sqlitefile: not a file of this package")
	// ErrNewer is returned for a file that a newer version of this package wrote.
	ErrNewer = errors.New("sqlitefile: written by a newer version")
	// ErrInUse is returned while another process or another File has the file open.
	ErrInUse = errors.New("sqlitefile: in use")
)

// File is an open file. It implements [pagicotest.Storage].
type File struct {
	db   *sql.DB
	conn *sql.Conn
}

var _ pagicotest.Storage = (*File)(nil)

// Open opens a file, or makes it when there is none, and locks it until [File.Close]. The errors are [ErrForeign],
// [ErrNewer] and [ErrInUse], and those of the file system.
func Open(path string) (*File, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("sqlitefile: %w", err)
	}
	// A path may hold characters that mean something in a URI.
	dsn := (&url.URL{Scheme: "file", Path: full}).String() + "?_txlock=immediate"
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("sqlitefile: %w", err)
	}
	f := &File{db: db}
	if err := f.setUp(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return f, nil
}

// setUp takes the lock first, so that nothing is read or written while another process may.
func (f *File) setUp(ctx context.Context) error {
	conn, err := f.db.Conn(ctx)
	if err != nil {
		return known(err)
	}
	f.conn = conn
	if _, err := conn.ExecContext(ctx, `PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL`); err != nil {
		return known(err)
	}
	if err := f.layOut(ctx); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return known(err)
	}
	return nil
}

// layOut makes the table in an empty file and checks any other one.
func (f *File) layOut(ctx context.Context) error {
	tx, err := f.conn.BeginTx(ctx, nil)
	if err != nil {
		return known(err)
	}
	defer func() { _ = tx.Rollback() }() // nothing to do after a commit
	var id, have, tables int
	for query, dst := range map[string]*int{
		`PRAGMA application_id`: &id, `PRAGMA user_version`: &have, `SELECT count(*) FROM sqlite_schema`: &tables,
	} {
		if err := tx.QueryRowContext(ctx, query).Scan(dst); err != nil {
			return known(err)
		}
	}
	switch {
	case id == 0 && have == 0 && tables == 0:
	case id != applicationID:
		return ErrForeign
	case have > version:
		return fmt.Errorf("%w: layout %d, this one knows %d", ErrNewer, have, version)
	default:
		// A write takes the exclusive lock that a read would leave to others.
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, have))
		return errors.Join(known(err), known(tx.Commit()))
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`
		CREATE TABLE entry (tbl TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (tbl, key)) WITHOUT ROWID;
		PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, version))
	return errors.Join(known(err), known(tx.Commit()))
}

// Load implements [pagicotest.Storage].
func (f *File) Load() ([]pagicotest.Entry, error) {
	rows, err := f.conn.QueryContext(context.Background(), `SELECT tbl, key, value FROM entry`)
	if err != nil {
		return nil, known(err)
	}
	defer func() { _ = rows.Close() }() // rows.Err has what matters
	var out []pagicotest.Entry
	for rows.Next() {
		var e pagicotest.Entry
		if err := rows.Scan(&e.Table, &e.Key, &e.Value); err != nil {
			return nil, known(err)
		}
		out = append(out, e)
	}
	return out, known(rows.Err())
}

// Save implements [pagicotest.Storage] in one transaction, which is on disk when it returns.
func (f *File) Save(entries []pagicotest.Entry) error {
	ctx := context.Background()
	tx, err := f.conn.BeginTx(ctx, nil)
	if err != nil {
		return known(err)
	}
	defer func() { _ = tx.Rollback() }() // nothing to do after a commit
	for _, e := range entries {
		if e.Value == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM entry WHERE tbl = ? AND key = ?`, e.Table, e.Key)
		} else {
			_, err = tx.ExecContext(ctx, `INSERT INTO entry VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`, e.Table, e.Key, e.Value)
		}
		if err != nil {
			return known(err)
		}
	}
	return known(tx.Commit())
}

// Close releases the file. The server that used it must not be used any more.
func (f *File) Close() error {
	var err error
	if f.conn != nil {
		err = f.conn.Close()
	}
	return errors.Join(err, f.db.Close())
}
