package syncer

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Errors that sources return, wrapped around their client's own errors, so that
// the engine can tell what to do without knowing any service.
var (
	// ErrNotFound: the record is gone, or never was there.
	ErrNotFound = errors.New("syncer: record not found")
	// ErrUncertain: a write may or may not have taken effect.
	ErrUncertain = errors.New("syncer: the outcome of the write is unknown")
	// ErrChanged: the record was changed since it was read, and nothing was
	// written.
	ErrChanged = errors.New("syncer: the record changed meanwhile")
	// ErrRefused: the service refuses this write and will refuse it again, such
	// as a value that it finds invalid. Nothing was written.
	ErrRefused = errors.New("syncer: the service refuses the write")
	// ErrDenied: the token is refused, expired or lacks a scope. The pass halts.
	ErrDenied = errors.New("syncer: access denied")
	// ErrOverLimit: the request budget is spent; try later.
	ErrOverLimit = errors.New("syncer: the request budget is spent")
	// ErrUnsupported: the source cannot do this at all.
	ErrUnsupported = errors.New("syncer: not supported by this source")
)

// ExistsError says that a create found the record there already, made earlier
// from the same twin. Nothing was written.
type ExistsError struct {
	// Ref is the record that exists.
	Ref Ref
	// Err is the service's own error.
	Err error
}

// Error implements error.
func (e *ExistsError) Error() string {
	return "syncer: the record exists already as " + e.Ref.String()
}

// Unwrap returns the service's own error.
func (e *ExistsError) Unwrap() error { return e.Err }

// SourceID names a system and the tenant in it, such as "ghl:loc_123". It is
// bound to the connection at the first pass: a source that later reports
// another id halts every pass.
type SourceID string

// Cursor is a source's own mark of how far a feed got; empty means from the
// beginning.
type Cursor string

// Source is one service as the engine sees it. The engine never sees more.
//
// A Source is safe for concurrent use. Its methods return the errors of this
// package, wrapped, where they fit; any other error counts as passing, and the
// engine tries again in the next pass. After an error a source can be used
// further.
//
// While it writes, a source names its requests with [NoteRequest]. It may also be
// [RepeatableCreates], [Candidates], [Mover] and [Children].
// Whoever wraps one embeds its own type: a wrapper that embeds a Source loses them.
type Source interface {
	// Side says which side of the connection this is.
	Side() Side
	// Identify asks the service who it serves. It is called once per pass,
	// before anything else, and must make at least one request.
	Identify(ctx context.Context) (SourceID, error)
	// Kinds lists the kinds that Changes and Get can read.
	Kinds() []Kind
	// Changes reads the records of a kind: all of them, or those changed since
	// the cursor. No request is made before the feed is ranged over.
	Changes(ctx context.Context, kind Kind, since Cursor) *Feed
	// Get reads one record from the truth, never from an index. It returns
	// ErrNotFound, or a record with Deleted set, when the record is gone.
	Get(ctx context.Context, ref Ref) (Record, error)
	// Create makes a record and returns it as the service shows it. rec.Ref has
	// Side, Kind and Parent, but no ID; rec.Twin is the id of the other side's
	// record, to be kept with the new one as its marker. rec.Fields may hold
	// fields that the service sets itself, from a record that is made again; they
	// are ignored. op is the same for every attempt at the same create, whatever
	// rec shows by then. It returns ErrUncertain when the record may exist now, and
	// an *ExistsError when it was there before: also when the service answers a
	// repeated op with a record that does not show rec.Fields. It never repeats a
	// create blindly.
	Create(ctx context.Context, rec Record, op OpID) (Record, error)
	// Update writes the given fields, and no others, to the record that was
	// read as current, and returns the record as the service shows it after.
	// It returns ErrChanged when the service can tell, and says, that current
	// is no longer what is there. Fields with None are cleared. It must be
	// idempotent.
	Update(ctx context.Context, current Record, set Fields, op OpID) (Record, error)
	// Delete removes the record that was read as current. It returns
	// ErrNotFound when it is gone already. It must be idempotent.
	Delete(ctx context.Context, current Record, op OpID) error
	// Find looks for records that a create with an unclear outcome may have
	// made. It returns every record under probe.Parent that carries the marker,
	// and, where the source cannot mark, every record that shows the same
	// fields and was created no earlier than probe.After.
	Find(ctx context.Context, probe Probe) ([]Record, error)
}

// Mover is implemented by sources whose service can put a record under another
// parent. Where it cannot, a record stays with its parent, or is made again; see
// [Flow].Remake.
//
// Its methods are safe for concurrent use and return the errors of [Source].
//
// The engine looks for its methods at run time, and one of another shape goes
// unnoticed; let the compiler check:
//
//	var _ syncer.Mover = (*Source)(nil)
type Mover interface {
	// CanMove reports whether records of a kind can be moved at all.
	CanMove(kind Kind) bool
	// Move puts the record that was read as current under another parent, by the
	// parent's id on this side, changes nothing else, and returns the record as
	// the service shows it after. It returns ErrChanged as Update does, and
	// ErrUnsupported when this very record cannot be moved without taking it out
	// of something that the engine does not know, such as a project. It must be
	// idempotent: a record that is there already is left as it is.
	Move(ctx context.Context, current Record, parent string, op OpID) (Record, error)
}

// Children is implemented by sources that can list what belongs to one record
// without listing everything. The engine asks before it deletes a record to which
// others may belong, because services take those along.
//
// The engine looks for its methods at run time, and one of another shape goes
// unnoticed; let the compiler check:
//
//	var _ syncer.Children = (*Source)(nil)
type Children interface {
	// Children yields the records of a kind that belong to parent now, read from
	// the truth and never from an index; none when the parent is gone. It stops
	// after its first error, makes no request before it is ranged over, and is
	// safe for concurrent use.
	Children(ctx context.Context, parent Ref, kind Kind) iter.Seq2[Record, error]
}

// Probe describes the record that an unclear create may have made.
type Probe struct {
	Kind Kind
	// Parent is the parent's id on the probed side.
	Parent string
	// Twin is the id that the marker would carry.
	Twin string
	// Fields are what the record would show, or its fingerprint alone; fields
	// that are not named may show anything.
	Fields Fields
	// After is the time of the first attempt, less the slack for clocks that
	// differ.
	After time.Time
}

// Feed is one reading of a kind. It can be ranged over once.
type Feed struct {
	// All yields the records. It stops after its first error.
	All iter.Seq2[Record, error]
	// Covers, asked after All ended without error and without an early break,
	// says whether a record that was not among the results would have been, if
	// it existed. A full listing covers everything; a listing of changes covers
	// nothing. Nil means that everything is covered.
	Covers func(Ref) bool
	// Delta marks a listing of changes: a record that is not among the results
	// did not change, and only tombstones tell of deletions. Covers is not asked.
	Delta bool
	// Next, asked after All ended without error and without an early break, is
	// the cursor from which the following reading may go on. Nil means that
	// every reading starts from the beginning.
	Next func() Cursor
}
