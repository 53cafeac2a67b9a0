package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/gofrs/flock"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// applicationID marks a SQLite file as ours, in its head: "GPsy".
const applicationID = 0x47507379

// openSQLite checks the handle and the file, and writes only after that.
func (s *Store) openSQLite(ctx context.Context) error {
	limit(s.db, max(4, runtime.GOMAXPROCS(0))+1)
	texts, err := migrations(SQLite)
	if err != nil {
		return err
	}
	c, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	path, err := checkHandle(ctx, c)
	if err != nil {
		return err
	}
	s.lockers = fileLocker{path}
	found, err := inspectFile(ctx, c, len(texts))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if found > 0 {
		if err := checkFile(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if err := useWAL(ctx, c); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if found < len(texts) {
		err := migrate(ctx, c, SQLite, texts, []string{"BEGIN IMMEDIATE", fmt.Sprintf("PRAGMA application_id = %d", applicationID)},
			func() (int, error) { return inspectFile(ctx, c, len(texts)) })
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if err := c.Close(); err != nil {
		return err
	}
	return s.prepare(ctx, path)
}

// prepare prepares all statements, which also shows that every table and column
// is there.
func (s *Store) prepare(ctx context.Context, path string) error {
	for q, text := range s.texts {
		stmt, err := s.db.PrepareContext(ctx, text) //nolint:sqlclosecheck // kept as long as the handle
		if err != nil {
			return fmt.Errorf("%s: %w", path, missing(err))
		}
		s.stmts[q] = stmt
	}
	return nil
}

// pragma reads a setting of the connection or of the file.
func pragma[T any](ctx context.Context, c *sql.Conn, name string) (T, error) {
	var v T
	err := c.QueryRowContext(ctx, "PRAGMA "+name).Scan(&v)
	if err != nil {
		err = fmt.Errorf("read %s: %w", name, err)
	}
	return v, err
}

// checkHandle returns the path of the file, and refuses a handle that was not
// opened as the promises of a store need it. Every connection of a handle is
// opened alike, so one tells for all.
func checkHandle(ctx context.Context, c *sql.Conn) (string, error) {
	var seq int
	var name, path string
	if err := c.QueryRowContext(ctx, "PRAGMA database_list").Scan(&seq, &name, &path); err != nil {
		return "", err
	}
	if path == "" {
		return "", errors.New("each connection would have an in-memory database of its own: use a file, or package memstore")
	}
	wait, err := pragma[int](ctx, c, "busy_timeout")
	if err != nil {
		return "", err
	}
	if wait <= 0 {
		return "", errors.New("the handle does not wait for locks of other processes (busy_timeout is 0): open it with SQLiteDSN")
	}
	sync, err := pragma[int](ctx, c, "synchronous")
	if err != nil {
		return "", err
	}
	if sync < 2 { // FULL
		return "", errors.New("the handle does not sync its commits (synchronous is below FULL): open it with SQLiteDSN")
	}
	return path, nil
}

// inspectFile returns the version of the tables in a file of ours, and 0 for an
// empty file. Every other file is refused. It only reads.
func inspectFile(ctx context.Context, c *sql.Conn, newest int) (int, error) {
	objects := 0
	if err := c.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master").Scan(&objects); err != nil {
		return 0, err
	}
	id, err := pragma[int64](ctx, c, "application_id")
	if err != nil {
		return 0, err
	}
	user, err := pragma[int64](ctx, c, "user_version")
	if err != nil {
		return 0, err
	}
	switch {
	case objects == 0 && user == 0 && (id == 0 || id == applicationID):
		return 0, nil
	case id != applicationID:
		return 0, damaged("the file", errors.New("it is a database of another program: give the path of another file"))
	}
	return version(ctx, c, newest)
}

// checkFile reads the whole file.
func checkFile(ctx context.Context, c *sql.Conn) error {
	rows, err := c.QueryContext(ctx, "PRAGMA integrity_check(3)")
	if err != nil {
		return damaged("the file", err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return damaged("the file", err)
		}
		if line != "ok" {
			found = append(found, line)
		}
	}
	if err := rows.Err(); err != nil {
		return damaged("the file", err)
	}
	if len(found) > 0 {
		return damaged("the file", errors.New(strings.Join(found, "; ")))
	}
	return nil
}

// useWAL turns on the write-ahead log, without which a reader would hold up
// writers. The mode is kept in the file.
func useWAL(ctx context.Context, c *sql.Conn) error {
	mode, err := pragma[string](ctx, c, "journal_mode")
	if err != nil || mode == "wal" {
		return err
	}
	mode, err = pragma[string](ctx, c, "journal_mode = WAL")
	if err != nil {
		return fmt.Errorf("turn on the write-ahead log: %w", err)
	}
	if mode != "wal" {
		return fmt.Errorf("the write-ahead log cannot be turned on here: the journal mode stays %q; put the file on a local disk", mode)
	}
	return nil
}

// fileLocker locks a file beside the database for each connection. The
// operating system frees the lock when the process ends, however it ends. The
// file stays, because removing it would let two engines lock two files of the
// same name.
type fileLocker struct{ database string }

func (f fileLocker) lock(_ context.Context, conn syncer.ConnectionID) (func() error, error) {
	sum := sha256.Sum256([]byte(conn))
	file := flock.New(f.database + "." + hex.EncodeToString(sum[:6]) + ".lock")
	got, err := file.TryLock()
	if err != nil {
		return nil, err
	}
	if !got {
		return nil, fmt.Errorf("%w (%s)", syncer.ErrLocked, file.Path())
	}
	return file.Unlock, nil
}
