package syncer

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Side names one of the two services; see [GHL] and [Pagico].
type Side = merge.Side

// The two sides.
const (
	GHL    = merge.GHL
	Pagico = merge.Pagico
)

// Value is one canonical field value; see package merge.
type Value = merge.Value

// Fields are the canonical values of a record by field name.
type Fields = merge.Fields

// Kind names a kind of record.
type Kind string

// The kinds that the two services share.
const (
	KindContact     Kind = "contact"
	KindTask        Kind = "task"
	KindNote        Kind = "note"
	KindAppointment Kind = "appointment"
	KindProject     Kind = "project"
	KindList        Kind = "list"
)

// Ref names one record on one side.
type Ref struct {
	Side Side   `json:"side"`
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
	// Parent is the id, on the same side, of the record that this one belongs
	// to: the contact of a task or a note. It is empty where there is none.
	Parent string `json:"parent,omitempty"`
}

// IsZero reports whether the ref names nothing.
func (r Ref) IsZero() bool { return r.ID == "" }

// Same reports whether both name the same record, whatever its parent.
func (r Ref) Same(other Ref) bool {
	return r.Side == other.Side && r.Kind == other.Kind && r.ID == other.ID
}

// String writes the ref as side/kind/id.
func (r Ref) String() string { return string(r.Side) + "/" + string(r.Kind) + "/" + r.ID }

// Record is what one side shows of one thing, in canonical form. Records are
// values; the engine never changes the Fields of a record it was given.
type Record struct {
	Ref    Ref
	Fields Fields
	// Version is the side's own mark of this state, such as an ETag or an
	// update time. It is opaque, and empty where the side has none. On Pagico's
	// side the engine relies on it: Update and Delete of a record that has
	// another version by now must return [ErrChanged]. A source there that
	// cannot tell leaves it empty, and is read again before it is written, as
	// GHL is (Config.Freshness).
	Version string
	// ModifiedAt is the side's own time of the last change, UTC; zero if the
	// side does not tell.
	ModifiedAt time.Time
	// CreatedAt is the side's own creation time, UTC; zero if unknown.
	CreatedAt time.Time
	// Deleted marks a tombstone. Its Fields may be empty.
	Deleted bool
	// Twin is the id, on the other side, of the record that this one was made
	// from, read from its marker or external id; empty for records that people
	// made.
	Twin string
	// ReadOnly marks a record that its service does not let anybody write.
	ReadOnly bool
	// Unconfirmed marks a record that came from a listing which may lag behind
	// the truth, such as a search index. The engine reads such a record again
	// before it acts on a change.
	Unconfirmed bool
	// Label is a short text for people, such as the title; it is never compared.
	Label string
}

// Content is the digest of what the record shows. Two records with the same
// fields and the same parent have the same content, whatever their versions.
func (r Record) Content() merge.Hash {
	var room [16]string // most records have fewer fields, and need no allocation
	names := room[:0]
	for name, v := range r.Fields {
		if !v.IsNone() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	buf := make([]byte, 0, 512)
	for _, name := range names {
		buf = appendPart(buf, name)
		buf = r.Fields[name].AppendKey(buf)
	}
	if r.ReadOnly {
		buf = append(buf, 'R')
	}
	if r.Ref.Parent != "" {
		buf = appendPart(append(buf, 'P'), r.Ref.Parent)
	}
	sum := sha256.Sum256(buf)
	var h merge.Hash
	copy(h[:], sum[:])
	return h
}

func appendPart(buf []byte, s string) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(s)))
	return append(buf, s...)
}
