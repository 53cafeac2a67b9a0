package ghltest

import (
	"slices"
	"time"
)

type cloner[T any] interface{ clone() T }

// version is one past state of a row.
type version[T any] struct {
	at   time.Time
	val  T
	gone bool
}

// row holds the current state and, while an index lag is set, the older ones that a lagging read may still show.
// Values are never changed in place, so an answer may refer to them after the lock is released.
type row[T any] struct {
	version[T]
	past []version[T] // oldest first
	cut  bool         // older states were dropped, so the oldest that is left stands for them
}

// asOf returns the state that was current at t.
func (r *row[T]) asOf(t time.Time) (version[T], bool) {
	if !r.at.After(t) {
		return r.version, true
	}
	for _, v := range slices.Backward(r.past) {
		if !v.at.After(t) {
			return v, true
		}
	}
	switch {
	case !r.cut:
		return version[T]{}, false
	case len(r.past) > 0:
		return r.past[0], true
	}
	return r.version, true
}

// table is one kind of entity. gen counts writes, so that derived lists can be cached.
type table[T cloner[T]] struct {
	rows map[string]*row[T]
	ids  []string // in order of creation
	gen  uint64
}

func newTable[T cloner[T]]() *table[T] { return &table[T]{rows: map[string]*row[T]{}} }

// get returns the current state of a row that is not deleted.
func (t *table[T]) get(id string) (T, bool) {
	r, ok := t.rows[id]
	if !ok || r.gone {
		var zero T
		return zero, false
	}
	return r.val, true
}

// any returns the current state also of a deleted row.
func (t *table[T]) any(id string) (T, bool) {
	r, ok := t.rows[id]
	if !ok {
		var zero T
		return zero, false
	}
	return r.val, true
}

// put stores a state. keep is how long older states must stay visible to lagging reads.
func (t *table[T]) put(id string, v T, gone bool, now time.Time, keep time.Duration) {
	t.gen++
	next := version[T]{at: now, val: v.clone(), gone: gone}
	r, ok := t.rows[id]
	if !ok {
		t.rows[id] = &row[T]{version: next}
		t.ids = append(t.ids, id)
		return
	}
	if keep <= 0 {
		r.past, r.cut = nil, true
	} else {
		r.past = append(r.past, r.version)
		horizon := now.Add(-keep)
		for len(r.past) > 1 && !r.past[1].at.After(horizon) {
			r.past, r.cut = r.past[1:], true
		}
	}
	r.version = next
}

// live lists the rows that are not deleted, in order of creation.
func (t *table[T]) live() []T {
	out := make([]T, 0, len(t.ids))
	for _, id := range t.ids {
		if r := t.rows[id]; !r.gone {
			out = append(out, r.val)
		}
	}
	return out
}

// visible lists the rows as they were at the given time.
func (t *table[T]) visible(at time.Time) []T {
	out := make([]T, 0, len(t.ids))
	for _, id := range t.ids {
		if v, ok := t.rows[id].asOf(at); ok && !v.gone {
			out = append(out, v.val)
		}
	}
	return out
}

// all lists clones of all rows, deleted ones too.
func (t *table[T]) all() []T {
	out := make([]T, 0, len(t.ids))
	for _, id := range t.ids {
		out = append(out, t.rows[id].val.clone())
	}
	return out
}

// visibleOrGone lists the rows as they were at the given time, deleted ones too.
func (t *table[T]) visibleOrGone(at time.Time) []T {
	out := make([]T, 0, len(t.ids))
	for _, id := range t.ids {
		if v, ok := t.rows[id].asOf(at); ok {
			out = append(out, v.val)
		}
	}
	return out
}
