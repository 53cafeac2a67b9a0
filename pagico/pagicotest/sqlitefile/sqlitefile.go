// Package sqlitefile keeps the state of a pagicotest server in a SQLite file, so that the server can run alone, be
// stopped at any moment, and go on where it was.
//
//	db, err := sql.Open("sqlite", "pagico.db")
//	…
//	file, err := sqlitefile.Open(ctx, db)
//	…
//	defer file.Close()
//	srv, err := pagicotest.Open(file, pagicotest.WithToken(token))
//
// The caller brings the driver, such as modernc.org/sqlite. The file belongs to one process at a time; a second one is
// refused. Files of other programs and of newer versions are refused and left as they are.
package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

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

// Open takes a SQLite database over, lays it out when it is empty, and locks it until [File.Close], which also closes
// db; after an error db is closed too. The context bounds the opening only. The errors are [ErrForeign], [ErrNewer] and
// [ErrInUse], and those of the driver.
func Open(ctx context.Context, db *sql.DB) (*File, error) {
	f := &File{db: db}
	if err := f.setUp(ctx); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// setUp takes the lock first, so that nothing is read or written while another process may. One connection does
// everything: the lock belongs to it.
func (f *File) setUp(ctx context.Context) error {
	conn, err := f.db.Conn(ctx)
	if err != nil {
		return known(err)
	}
	f.conn = conn
	if err := f.exec(ctx, `PRAGMA locking_mode = EXCLUSIVE`, `PRAGMA synchronous = FULL`); err != nil {
		return err
	}
	if err := f.transact(ctx, f.layOut); err != nil {
		return err
	}
	return f.exec(ctx, `PRAGMA journal_mode = WAL`)
}

func (f *File) exec(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := f.conn.ExecContext(ctx, statement); err != nil {
			return known(err)
		}
	}
	return nil
}

// transact runs fn in a transaction that takes the write lock at once; a driver's own transactions would take it at the
// first write, when it is too late to wait.
func (f *File) transact(ctx context.Context, fn func(context.Context) error) error {
	if err := f.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	err := fn(ctx)
	if err == nil {
		err = f.exec(ctx, `COMMIT`)
	}
	if err != nil {
		// A failed commit may or may not have ended the transaction; the first error is the one that matters.
		_ = f.exec(context.WithoutCancel(ctx), `ROLLBACK`)
	}
	return err
}

// layOut makes the table in an empty file and checks any other one.
func (f *File) layOut(ctx context.Context) error {
	var id, have, tables int
	for query, dst := range map[string]*int{
		`PRAGMA application_id`: &id, `PRAGMA user_version`: &have, `SELECT count(*) FROM sqlite_schema`: &tables,
	} {
		if err := f.conn.QueryRowContext(ctx, query).Scan(dst); err != nil {
			return known(err)
		}
	}
	switch {
	case id == 0 && have == 0 && tables == 0:
		return f.exec(ctx,
			`CREATE TABLE entry (tbl TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (tbl, key)) WITHOUT ROWID`,
			fmt.Sprintf(`PRAGMA application_id = %d`, applicationID), fmt.Sprintf(`PRAGMA user_version = %d`, version))
	case id != applicationID:
		return ErrForeign
	case have > version:
		return fmt.Errorf("%w: layout %d, this one knows %d", ErrNewer, have, version)
	}
	// A write takes the exclusive lock that reading would leave to others.
	return f.exec(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, have))
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
	return f.transact(context.Background(), func(ctx context.Context) error {
		for _, e := range entries {
			var err error
			if e.Value == nil {
				_, err = f.conn.ExecContext(ctx, `DELETE FROM entry WHERE tbl = ? AND key = ?`, e.Table, e.Key)
			} else {
				_, err = f.conn.ExecContext(ctx, `INSERT INTO entry VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`, e.Table, e.Key, e.Value)
			}
			if err != nil {
				return known(err)
			}
		}
		return nil
	})
}

// Close releases and closes the file. The server that used it must not be used any more.
func (f *File) Close() error {
	var err error
	if f.conn != nil {
		err = f.conn.Close()
	}
	return errors.Join(err, f.db.Close())
}

// known names the errors that callers can act on. SQLite's own texts tell them apart with every driver.
func known(err error) error {
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "database is locked"):
		return ErrInUse
	case strings.Contains(err.Error(), "file is not a database"):
		return ErrForeign
	}
	return fmt.Errorf("sqlitefile: %w", err)
}
