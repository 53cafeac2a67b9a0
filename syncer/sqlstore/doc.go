// Package sqlstore keeps the state of the sync engine in a database: SQLite, the
// embedded default, or PostgreSQL.
//
// # Opening
//
// The package imports no driver; bring one and give [New] the handle:
//
//	import _ "modernc.org/sqlite"
//
//	db, err := sql.Open("sqlite", sqlstore.SQLiteDSN("state.db"))
//	…
//	defer db.Close()
//	store, err := sqlstore.New(ctx, db, sqlstore.SQLite)
//
// and for PostgreSQL
//
//	import _ "github.com/jackc/pgx/v5/stdlib"
//
//	db, err := sql.Open("pgx", "postgres://…/sync?search_path=sync")
//	…
//	store, err := sqlstore.New(ctx, db, sqlstore.PostgreSQL)
//
// New makes the tables in a new database and brings those of an older version
// of this module up to date, in one transaction. It refuses a database of
// another program, a damaged one ([syncer.ErrStoreDamaged]) and one of a newer
// version of this module ([syncer.ErrStoreNewer]), and leaves all of them as
// they are.
//
// # What is promised
//
// All that [syncer.Store] asks for. With SQLite every commit is synced to the
// write-ahead log before Update returns, so it outlives the process and, if the
// disk does what it says, a power cut. A full disk or a read-only file makes
// Update return an error that says so, and leaves the state as it was. With
// PostgreSQL the same holds as far as the server's settings fsync and
// synchronous_commit promise it; when the connection to the server breaks
// during a commit, Update asks the server what became of the transaction.
//
// # Files
//
// SQLite keeps three files: the database, and beside it the log (-wal) and its
// index (-shm) while it is open. Copy all three, or use "VACUUM INTO", for a
// backup. A fourth, ending in .lock, is empty and belongs to one connection; an
// engine holds a lock on it while it works. It may stay, and must not be removed
// while an engine runs. The files must be on a local disk: locks over a network
// do not work reliably.
//
// # Tables
//
// Their names begin with sync_. A link has its keys, state and content hashes in
// columns and all else in a JSON document; an intent and an audit entry are one
// document each. Texts that are not UTF-8, hold a NUL or begin with "hex:" are
// stored as "hex:" and hexadecimal digits, so that every id is kept exactly; in
// the audit log such bytes are replaced as JSON replaces them.
package sqlstore
