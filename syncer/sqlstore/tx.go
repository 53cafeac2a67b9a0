package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// tx is one transaction on one connection.
type tx struct {
	store    *Store
	ctx      context.Context // ends the statements, where the database can be remote
	caller   context.Context // of View or Update
	sql      *sql.Tx
	conn     int64 // the connection's number; 0 while it holds nothing
	number   int64 // the transaction's own number, where the database gives one
	writable bool
	ended    bool
	// failed is the first error of the database. The transaction may be gone
	// since, and later statements would then stand on their own, so there are
	// none, and Update fails whatever its function returns.
	failed   error
	prepared [numQueries]*sql.Stmt
	numbers  numbers
}

// numbers are the ends of the two counted tables, read once per Update.
type numbers struct {
	link       int64
	linkKnown  bool
	audit      int64
	hash       string
	auditKnown bool
}

// fail notes an error of the database and says what was being done.
func (t *tx) fail(doing string, err error) error {
	err = wrap(doing, err)
	if t.failed == nil {
		t.failed = err
	}
	return err
}

// usable returns why no statement may be run, if there is a reason.
func (t *tx) usable() error {
	switch {
	case t.ended:
		return errEnded
	case t.failed != nil:
		return t.failed
	}
	if err := t.caller.Err(); err != nil {
		return t.fail("transaction", err)
	}
	return nil
}

func (t *tx) mayWrite() error {
	if err := t.usable(); err != nil {
		return err
	}
	if !t.writable {
		return errReadOnly
	}
	return nil
}

// stmt returns the prepared statement within this transaction, or nil when
// statements are not kept prepared.
func (t *tx) stmt(q query) *sql.Stmt {
	if t.prepared[q] == nil && t.store.stmts[q] != nil {
		t.prepared[q] = t.sql.StmtContext(t.ctx, t.store.stmts[q])
	}
	return t.prepared[q]
}

// exec runs a statement that returns nothing.
func (t *tx) exec(doing string, q query, args ...any) error {
	var err error
	if s := t.stmt(q); s != nil { //nolint:sqlclosecheck // the transaction closes it
		_, err = s.ExecContext(t.ctx, args...)
	} else {
		_, err = t.sql.ExecContext(t.ctx, t.store.texts[q], args...)
	}
	if err != nil {
		return t.fail(doing, err)
	}
	return nil
}

// rows runs a statement and gives each row to scan. All rows are read before
// rows returns, so that the caller may go on writing.
func (t *tx) rows(doing string, scan func(*sql.Rows) error, q query, args ...any) error {
	var rows *sql.Rows
	var err error
	if s := t.stmt(q); s != nil { //nolint:sqlclosecheck // the transaction closes it
		rows, err = s.QueryContext(t.ctx, args...)
	} else {
		rows, err = t.sql.QueryContext(t.ctx, t.store.texts[q], args...)
	}
	if err != nil {
		return t.fail(doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			if t.caller.Err() == nil {
				err = damaged("a row", err) // also one that holds a text for a number
			}
			return t.fail(doing, err)
		}
	}
	if err := rows.Err(); err != nil {
		return t.fail(doing, err)
	}
	return nil
}

// row reads the one row of a statement into dest and reports whether there was
// one.
func (t *tx) row(doing string, dest []any, q query, args ...any) (bool, error) {
	found := false
	err := t.rows(doing, func(r *sql.Rows) error {
		found = true
		return r.Scan(dest...)
	}, q, args...)
	return found, err
}

// begin finds the connection's number; it takes the write lock when the
// transaction may write, and refuses when the engine's lock was lost.
func (t *tx) begin(name syncer.ConnectionID) error {
	find := findConnection
	if t.writable {
		find = findConnectionToWrite
		if t.store.texts[takeWrite] != "" {
			if err := t.exec("take the write lock", takeWrite); err != nil {
				return err
			}
		}
	}
	var epoch int64
	dest := []any{&t.conn, &epoch, &t.number}
	packed := pack(string(name))
	found, err := t.row("find the connection", dest, find, packed)
	if err == nil && !found && t.writable {
		if err = t.exec("add the connection", addConnection, packed); err == nil {
			found, err = t.row("find the connection", dest, find, packed)
		}
		if err == nil && !found {
			err = t.fail("add the connection", errors.New("it is not there afterwards"))
		}
	}
	if err == nil && t.writable {
		err = t.store.checkHeld(name, epoch)
	}
	return err
}
