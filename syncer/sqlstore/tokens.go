package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

// TokenKey encrypts stored tokens with AES-256-GCM. It prints without its secret.
type TokenKey struct {
	// ID names the key, 1 to 64 visible ASCII characters. It is stored in the clear, so that keys can be replaced: give the
	// new key first and the old one after it, until every token was refreshed.
	ID string
	// Secret has 32 random bytes.
	Secret []byte
}

// String hides the secret.
func (k TokenKey) String() string { return "key " + k.ID }

// GoString hides the secret.
func (k TokenKey) GoString() string { return k.String() }

// Tokens keeps OAuth tokens, encrypted, in the database of a [Store]. It is a TokenStore of package ghl and one of package
// pagico, for any number of processes on any number of machines. It is safe for concurrent use. Make one with
// [Store.Tokens].
//
// The clock of leases is that of the database, so the clocks of the machines need not agree.
type Tokens struct {
	db      *sql.DB
	queries [numTokenQueries]string
	sealed  tokens.Store
}

type tokenQuery int

const (
	tokenLoad tokenQuery = iota
	tokenLease
	tokenInsert
	tokenUpdate
	tokenRelease
	numTokenQueries
)

// ErrTokenUnreadable means that a stored token cannot be read: it is damaged, was moved from another tenant, or is encrypted
// with a key that is not among the given ones. The text says which. It is the same value as that of packages ghl and
// pagico.
var ErrTokenUnreadable = tokens.ErrUnreadable

// nowMillis is the clock of the database, in milliseconds since 1970.
func nowMillis(d Dialect) string {
	if d == PostgreSQL {
		return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
	}
	return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
}

func tokenTable(d Dialect) string {
	blob := "BLOB"
	text := "TEXT"
	number := "INTEGER"
	if d == PostgreSQL {
		blob, text, number = "BYTEA", `TEXT COLLATE "C"`, "BIGINT"
	}
	return fmt.Sprintf("CREATE TABLE IF NOT EXISTS sync_tokens (name %s NOT NULL PRIMARY KEY, revision %s NOT NULL, data %s NOT NULL,"+
		" lease TEXT NOT NULL, until %s NOT NULL)", text, number, blob, number)
}

func tokenQueries(d Dialect) [numTokenQueries]string {
	now := nowMillis(d)
	out := [numTokenQueries]string{ //nolint:gosec // statements, no credentials
		tokenLoad: "SELECT revision, data FROM sync_tokens WHERE name = ?",
		tokenLease: "INSERT INTO sync_tokens (name, revision, data, lease, until) VALUES (?, 0, ?, ?, " + now + " + ?)" +
			" ON CONFLICT (name) DO UPDATE SET lease = excluded.lease, until = excluded.until" +
			" WHERE sync_tokens.lease = '' OR sync_tokens.until <= " + now,
		tokenInsert: "INSERT INTO sync_tokens (name, revision, data, lease, until) VALUES (?, 1, ?, '', 0)" +
			" ON CONFLICT (name) DO UPDATE SET revision = 1, data = excluded.data WHERE sync_tokens.revision = 0",
		tokenUpdate:  "UPDATE sync_tokens SET revision = revision + 1, data = ? WHERE name = ? AND revision = ?",
		tokenRelease: "UPDATE sync_tokens SET lease = '', until = 0 WHERE name = ? AND lease = ?",
	}
	for i := range out {
		out[i] = d.bind(out[i])
	}
	return out
}

// Tokens returns the token store of the database, and makes its table, sync_tokens, when it is missing. The first key
// encrypts, all of them read; at least one is needed. Tokens need no lock of a connection, and an engine may run on the
// same database.
func (s *Store) Tokens(ctx context.Context, keys ...TokenKey) (*Tokens, error) {
	t := &Tokens{db: s.db, queries: tokenQueries(s.dialect)}
	list := make([]tokens.Key, len(keys))
	for i, k := range keys {
		list[i] = tokens.Key(k)
	}
	sealed, err := tokens.Seal(bareTokens{t}, list...)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: tokens: %w", err)
	}
	t.sealed = sealed
	if err := makeTokenTable(ctx, s.db, s.dialect); err != nil {
		return nil, wrap("make the table of tokens", err)
	}
	return t, nil
}

// makeTokenTable makes the table once, whoever comes first.
func makeTokenTable(ctx context.Context, db *sql.DB, d Dialect) error {
	if d == PostgreSQL {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // after a commit it does nothing, after an error that one tells more
		// Two sessions that make one table at the same time disturb each other.
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext('sync_tokens'))"); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, tokenTable(d)); err != nil {
			return err
		}
		return tx.Commit()
	}
	_, err := db.ExecContext(ctx, tokenTable(d))
	return err
}

// Load returns the data of key as the latest Save left it, and its revision, 0 when it never had any. Errors match
// [ErrTokenUnreadable] when it cannot be decrypted.
func (t *Tokens) Load(ctx context.Context, key string) (data []byte, revision int64, err error) {
	return t.sealed.Load(ctx, key)
}

// Lease gives the right to refresh the token of key to one caller at a time, for ttl at most; "" means that another one has it.
func (t *Tokens) Lease(ctx context.Context, key string, ttl time.Duration) (lease string, err error) {
	return t.sealed.Lease(ctx, key, ttl)
}

// Save replaces the data of key if its revision is still the given one, and returns the next one, or 0 when it is not. Empty
// data removes what was there.
func (t *Tokens) Save(ctx context.Context, key string, data []byte, revision int64) (next int64, err error) {
	return t.sealed.Save(ctx, key, data, revision)
}

// Release gives a lease back.
func (t *Tokens) Release(ctx context.Context, key, lease string) error {
	return t.sealed.Release(ctx, key, lease)
}

// bareTokens stores what was encrypted.
type bareTokens struct{ t *Tokens }

func (b bareTokens) Load(ctx context.Context, key string) ([]byte, int64, error) {
	var data []byte
	var rev int64
	err := b.t.db.QueryRowContext(ctx, b.t.queries[tokenLoad], clean(key)).Scan(&rev, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	return data, rev, wrap("load a token", err)
}

// exec runs a statement and reports whether it changed a row.
func (b bareTokens) exec(ctx context.Context, doing string, q tokenQuery, args ...any) (bool, error) {
	result, err := b.t.db.ExecContext(ctx, b.t.queries[q], args...)
	if err != nil {
		return false, wrap(doing, err)
	}
	n, err := result.RowsAffected()
	return n > 0, wrap(doing, err)
}

func (b bareTokens) Lease(ctx context.Context, key string, ttl time.Duration) (string, error) {
	lease := rand.Text()
	got, err := b.exec(ctx, "lease a token", tokenLease, clean(key), []byte{}, lease, ttl.Milliseconds())
	if err != nil || !got {
		return "", err
	}
	return lease, nil
}

func (b bareTokens) Save(ctx context.Context, key string, data []byte, rev int64) (int64, error) {
	if data == nil {
		data = []byte{} // the column holds no NULL
	}
	var done bool
	var err error
	if rev == 0 {
		done, err = b.exec(ctx, "save a token", tokenInsert, clean(key), data)
	} else {
		done, err = b.exec(ctx, "save a token", tokenUpdate, data, clean(key), rev)
	}
	if err != nil || !done {
		return 0, err
	}
	return rev + 1, nil
}

func (b bareTokens) Release(ctx context.Context, key, lease string) error {
	if lease == "" {
		return nil
	}
	_, err := b.exec(ctx, "release a token", tokenRelease, clean(key), lease)
	return err
}

// clean keeps PostgreSQL from refusing a key; such keys do not come from packages ghl and pagico.
func clean(key string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(key, "\uFFFD"), "\x00", "\uFFFD")
}
