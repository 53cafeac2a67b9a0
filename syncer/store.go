package syncer

import (
	"context"
	"errors"
	"iter"
)

// Errors that stores return.
var (
	// ErrNoLink says that no link has the given id or record.
	ErrNoLink = errors.New("syncer: no such link")
	// ErrLinked says that one of the link's records belongs to another link.
	ErrLinked = errors.New("syncer: the record is linked already")
	// ErrNoIntent says that no intent has the given id.
	ErrNoIntent = errors.New("syncer: no such intent")
	// ErrLocked says that another engine works on the connection.
	ErrLocked = errors.New("syncer: another engine holds this connection")
	// ErrStoreDamaged says that the store holds something that no engine wrote.
	ErrStoreDamaged = errors.New("syncer: the store is damaged")
	// ErrStoreNewer says that a newer version of this module wrote the store.
	ErrStoreNewer = errors.New("syncer: the store was written by a newer version")
)

// Store keeps links, intents, the audit log and small state of any number of
// connections.
//
// A Store is safe for concurrent use. Update calls of one connection run one
// after the other; View calls may run beside them and see a state that some
// Update left behind, whole. What fn did in Update is durable when Update
// returns nil, also if the process is killed right after; when fn returns an
// error, panics, or Update itself fails, nothing of it remains.
//
// Neither View nor Update may be called from within fn, and fn must not keep
// its Tx. fn must not call remote services.
type Store interface {
	// View runs fn on a consistent state. Writing through its Tx is an error.
	View(ctx context.Context, conn ConnectionID, fn func(Tx) error) error
	// Update runs fn and makes its writes durable, all or none.
	Update(ctx context.Context, conn ConnectionID, fn func(Tx) error) error
	// Lock keeps other engines away from the connection until release is
	// called or the process ends, however it ends. It returns [ErrLocked] at
	// once when another engine, in this process or another one, holds it.
	Lock(ctx context.Context, conn ConnectionID) (release func() error, err error)
}

// Tx is one transaction on one connection. It is not safe for concurrent use
// and ends with the call that gave it.
type Tx interface {
	// Link returns a link by id, or ErrNoLink.
	Link(id LinkID) (Link, error)
	// LinkOf returns the link of a record, or ErrNoLink. An active link is
	// preferred; among the others the newest is returned.
	LinkOf(ref Ref) (Link, error)
	// Heads returns the heads of the links of up to some hundreds of records of
	// one kind on one side, by record id. Records without a link are missing
	// from the answer. The preference is that of LinkOf.
	Heads(side Side, kind Kind, ids []string) (map[string]Head, error)
	// Links lists the links of a kind with one of the given states, by
	// ascending id, starting after the given id; no states means all. The
	// sequence stops after its first error. Writing while ranging is allowed;
	// whether a link changed meanwhile is seen in its old or new form is open.
	Links(kind Kind, after LinkID, states ...LinkState) iter.Seq2[Link, error]
	// CountLinks counts the links of a kind with a state.
	CountLinks(kind Kind, state LinkState) (int, error)
	// PutLink stores the link. With ID 0 it is new and its ID is set. It
	// returns ErrLinked, and changes nothing, when the link is active and
	// another active link has one of its records.
	PutLink(l *Link) error

	// Intent returns an intent by id, or ErrNoIntent.
	Intent(id OpID) (Intent, error)
	// Intents lists all intents by first attempt, then id.
	Intents() ([]Intent, error)
	// PutIntent stores the intent, replacing one of the same id.
	PutIntent(in Intent) error
	// DeleteIntent removes an intent; removing a missing one is no error.
	DeleteIntent(id OpID) error

	// AppendAudit adds an entry to the end of the log. The store sets Seq
	// (from 1, without gaps), Prev (the Hash of the entry before, empty for the
	// first) and Hash (by AuditEntry.Seal), and returns the entry as stored.
	AppendAudit(e AuditEntry) (AuditEntry, error)
	// Audit lists entries in order, those after the given Seq. Entries never
	// change and are never removed.
	Audit(after int64) iter.Seq2[AuditEntry, error]
	// AuditOf lists the entries of one link in order.
	AuditOf(link LinkID) iter.Seq2[AuditEntry, error]

	// State returns the small value stored under key, nil if there is none.
	State(key string) ([]byte, error)
	// SetState stores a small value; nil removes it.
	SetState(key string, value []byte) error
	// States lists the stored keys with the given prefix in order.
	States(prefix string) ([]string, error)
}
