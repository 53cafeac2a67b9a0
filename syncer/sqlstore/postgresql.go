package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// answerWait is how long the server may take to say what became of a commit, or
// to free a lock.
const answerWait = 5 * time.Second

// openPostgreSQL checks the server and makes the tables when they are missing.
func (s *Store) openPostgreSQL(ctx context.Context) error {
	limit(s.db, 16)
	if s.db.Stats().MaxOpenConnections < 2 {
		return errors.New("the handle needs at least two connections, because a lock keeps one: raise SetMaxOpenConns")
	}
	texts, err := migrations(PostgreSQL)
	if err != nil {
		return err
	}
	c, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	schema, err := checkServer(ctx, c)
	if err != nil {
		return err
	}
	s.lockers = advisoryLocker{db: s.db, schema: schema}
	found, err := inspectSchema(ctx, c, len(texts))
	if err == nil && found < len(texts) {
		begin := []string{"BEGIN", fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", advisoryKey(schema, "migration"))}
		err = migrate(ctx, c, PostgreSQL, texts, begin, func() (int, error) { return inspectSchema(ctx, c, len(texts)) })
	}
	if err == nil {
		err = s.checkTables(ctx, c)
	}
	if err != nil {
		return fmt.Errorf("schema %q: %w", schema, err)
	}
	return nil
}

// checkServer returns the schema that holds the tables, and refuses a server
// that would not keep the promises of a store.
func checkServer(ctx context.Context, c *sql.Conn) (string, error) {
	var schema sql.NullString
	var commit, encoding string
	var version int
	err := c.QueryRowContext(ctx, "SELECT current_schema(), current_setting('synchronous_commit'), current_setting('server_encoding'),"+
		" current_setting('server_version_num')::int").Scan(&schema, &commit, &encoding, &version)
	switch {
	case err != nil:
		return "", err
	case version < 130000:
		return "", fmt.Errorf("the server has version %d, but 13 is needed", version/10000)
	case !schema.Valid:
		return "", errors.New("no schema of the search path exists: create one, or set search_path")
	case commit == "off":
		return "", errors.New("the server does not sync its commits (synchronous_commit is off): turn it on for this role or database")
	case encoding != "UTF8":
		return "", fmt.Errorf("the database has the encoding %s, but UTF8 is needed", encoding)
	}
	return schema.String, nil
}

// inspectSchema returns the version of the tables, 0 when there are none, and
// refuses tables of our names that are not ours. It only reads.
func inspectSchema(ctx context.Context, c *sql.Conn, newest int) (int, error) {
	var tables, marks int
	err := c.QueryRowContext(ctx, "SELECT COUNT(*), COUNT(*) FILTER (WHERE relname = 'sync_schema') FROM pg_class"+
		" WHERE relnamespace = current_schema()::regnamespace AND relname IN"+
		" ('sync_schema', 'sync_connections', 'sync_links', 'sync_intents', 'sync_audit', 'sync_state')").Scan(&tables, &marks)
	switch {
	case err != nil:
		return 0, err
	case tables == 0:
		return 0, nil
	case marks == 0:
		return 0, damaged("the tables named sync_…", errors.New("they belong to another program: set search_path to another schema"))
	}
	return version(ctx, c, newest)
}

// checkTables lets the server plan every statement, which shows that every
// table and column is there.
func (s *Store) checkTables(ctx context.Context, c *sql.Conn) error {
	for _, text := range s.texts {
		if text == "" {
			continue
		}
		stmt, err := c.PrepareContext(ctx, text)
		if err != nil {
			return missing(err)
		}
		if err := stmt.Close(); err != nil { //nolint:sqlclosecheck // one after the other, not all at the end
			return err
		}
	}
	return nil
}

// advisoryKey is the number of the advisory lock for a name within a schema.
func advisoryKey(schema, name string) int64 {
	sum := sha256.Sum256([]byte(product + "\x00" + schema + "\x00" + name))
	return int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // all 64 bits are wanted
}

// advisoryLocker keeps a session for each lock; the server frees the lock when
// the session ends, however it ends.
type advisoryLocker struct {
	db     *sql.DB
	schema string
}

func (a advisoryLocker) lock(ctx context.Context, conn syncer.ConnectionID) (func() error, error) {
	c, err := a.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	key := advisoryKey(a.schema, "connection "+string(conn))
	var got bool
	if err := c.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&got); err != nil {
		return nil, errors.Join(err, discard(c))
	}
	if !got {
		return nil, errors.Join(syncer.ErrLocked, c.Close())
	}
	return func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWait)
		defer cancel()
		var freed bool
		err := c.QueryRowContext(ctx, "SELECT pg_advisory_unlock($1)", key).Scan(&freed)
		if err != nil || !freed {
			return errors.Join(err, discard(c)) // the lock ends with the session
		}
		return c.Close()
	}, nil
}

// outcome tells what became of a transaction whose commit gave the error
// failure: nil when it was committed all the same, and the answer got lost.
func (s *Store) outcome(ctx context.Context, number int64, failure error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWait)
	defer cancel()
	tick := time.NewTicker(answerWait / 50)
	defer tick.Stop()
	for {
		var status sql.NullString
		err := s.db.QueryRowContext(ctx, "SELECT txid_status($1)", number).Scan(&status)
		switch {
		case err == nil && status.String == "committed":
			return nil
		case err == nil && status.String == "aborted":
			return failure
		}
		// The server may still be at it, or not be back yet.
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("it is not known whether transaction %d was committed: %w", number, errors.Join(failure, err))
		}
	}
}

// discard closes the session instead of giving it back to the pool.
func discard(c *sql.Conn) error {
	if err := c.Raw(func(any) error { return driver.ErrBadConn }); err != nil && !errors.Is(err, driver.ErrBadConn) {
		return err
	}
	return nil
}
