// Package merge is the pure heart of the sync engine: a three-way merge, field
// by field, of two records that are twins.
//
// It imports nothing but plain parts of the standard library and touches no
// clock, no context and no I/O, so every decision of the engine can be
// replayed from its inputs alone.
//
// # Values
//
// A [Value] is what one side shows for one field, in canonical form: text, a
// whole number, a truth value, or a set of strings. The empty text, the empty
// set, null and an absent field are one and the same: [None]. Instants are text
// in RFC 3339, UTC, whole seconds ([Instant]); all-day dates are text of the
// form 2006-01-02 ([Day]).
//
// # Base
//
// A [Base] keeps, per field, what each side showed when both last agreed. The
// two may differ: one service keeps HTML where the other keeps text, one knows
// four states where the other knows two. A field has changed on a side when the
// side shows something else than its half of the base, so a lossy mapping never
// looks like an edit.
//
// # Lens
//
// A [Lens] answers one question: which value should a side show, given what it
// shows now, in order to express a value of the other side? An answer equal to
// what the side shows already means that nothing needs to be written.
//
// # Decisions
//
// [Plan] compares base, GHL and Pagico and returns an [Outcome]: the fields to
// write and where, the fields on which both sides agree, the conflicts and how
// each was settled, and what follows from a deletion. Fields changed on one
// side only are taken from there; fields changed on both are settled by the
// field's [Policy]; everything else stays untouched. Planning an applied
// outcome again yields nothing.
package merge
