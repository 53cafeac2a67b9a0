package syncer

import (
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// ConnectionID names one GHL location joined with one Pagico account. All
// state is kept per connection, and two connections never mix.
type ConnectionID string

// LinkID names a link within a connection. Ids are given by the store, start
// at 1 and are never used twice.
type LinkID int64

// LinkState says where a link stands.
type LinkState string

// The states of a link.
const (
	// LinkActive: both records exist and are kept in step.
	LinkActive LinkState = "active"
	// LinkEnded: the link was ended while a record was left; that record is
	// not linked, copied or made again.
	LinkEnded LinkState = "ended"
	// LinkGone: the records were deleted. The link is kept, so that a stale
	// listing of a deleted record is not taken for a new one.
	LinkGone LinkState = "gone"
)

// Link joins two records that are twins.
type Link struct {
	ID    LinkID
	Kind  Kind
	State LinkState
	// GHL and Pagico are the two records. Either may be zero in a link that
	// ended before its twin was made.
	GHL, Pagico Ref
	// Base is, per field, what each side showed when both last agreed.
	Base map[string]merge.Base
	// SeenGHL and SeenPagico are the content last looked at and acted on. A
	// record with the same content needs no second look.
	SeenGHL, SeenPagico merge.Hash
	// Parked are the fields that wait for a person's decision.
	Parked map[string]Parked
	// Origin is the side on which a person made the record; empty when both
	// existed before they were matched.
	Origin Side
	// Reason says why an ended link was ended.
	Reason string
	// SyncedAt is when base or state last moved, UTC.
	SyncedAt time.Time
}

// Ref returns the link's record on side.
func (l Link) Ref(side Side) Ref {
	if side == GHL {
		return l.GHL
	}
	return l.Pagico
}

// SetRef replaces the link's record on the side that ref names.
func (l *Link) SetRef(ref Ref) {
	if ref.Side == GHL {
		l.GHL = ref
	} else {
		l.Pagico = ref
	}
}

// Seen returns the content last acted on for side.
func (l Link) Seen(side Side) merge.Hash {
	if side == GHL {
		return l.SeenGHL
	}
	return l.SeenPagico
}

// SetSeen notes the content last acted on for side.
func (l *Link) SetSeen(side Side, h merge.Hash) {
	if side == GHL {
		l.SeenGHL = h
	} else {
		l.SeenPagico = h
	}
}

// Head is the small part of a link that a scan needs for every record.
type Head struct {
	ID    LinkID
	State LinkState
	// Seen is the content last acted on for the side that was asked for.
	Seen merge.Hash
}

// Parked is a field that waits for a person.
type Parked struct {
	Base   merge.Base `json:"base"`
	GHL    Value      `json:"ghl"`
	Pagico Value      `json:"pagico"`
	Reason string     `json:"reason"`
	Since  time.Time  `json:"since"`
	// Decision, once a person has made it, is the value that both sides are to
	// express; Decided tells it from a field that still waits.
	Decision Value  `json:"decision,omitzero"`
	Decided  bool   `json:"decided,omitempty"`
	By       string `json:"by,omitempty"`
}

// of returns what a side shows.
func (p Parked) of(side Side) Value {
	if side == GHL {
		return p.GHL
	}
	return p.Pagico
}

// IntentState says what is known of a remote create.
type IntentState string

// The states of an intent.
const (
	// IntentPending: stored before the create; its outcome is not known yet.
	IntentPending IntentState = "pending"
	// IntentUnknown: the create ended without a clear answer and waits to be
	// probed.
	IntentUnknown IntentState = "unknown"
	// IntentParked: the probe found several records that it could be; a person
	// must choose.
	IntentParked IntentState = "parked"
)

// OpID names one write of the engine. It is derived from what is written, so
// that the same step has the same id after a crash, and it serves as the
// idempotency key where a service has one.
type OpID string

// Intent is the durable mark of a create that may or may not have happened.
type Intent struct {
	// ID is the OpID of the create.
	ID    OpID
	State IntentState
	Kind  Kind
	// Source is the record that is copied, Target the side it is made on.
	Source Ref
	Target Side
	// Link is the link that loses its lost twin by this create; 0 for a record
	// that was never linked.
	Link LinkID
	// Parent is the parent's id on the target side.
	Parent string
	// Fields are the values to be shown by the new record; with the parent they
	// are its fingerprint.
	Fields Fields
	// Shown is what the source record showed when Fields were made of it.
	Shown Fields
	// FirstAt and AttemptedAt are the times of the first and the latest
	// attempt, UTC, by the engine's clock.
	FirstAt, AttemptedAt time.Time
	// Attempts counts the creates that were sent.
	Attempts int
	// Reason is the last unclear answer.
	Reason string
	// Undoes is the Seq of the audit entry of a deletion that this create takes
	// back; 0 for the copies of a pass. Then Was is the deleted record, Source
	// names the twin that it had, and what is made gets no link.
	Undoes int64
	Was    Ref
}
