package memstore

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer"
)

func (t *tx) Link(id syncer.LinkID) (syncer.Link, error) {
	if err := t.readable(); err != nil {
		return syncer.Link{}, err
	}
	l := t.links.get(id)
	if l == nil {
		return syncer.Link{}, fmt.Errorf("%w: link %d", syncer.ErrNoLink, id)
	}
	return copyLink(*l), nil
}

func (t *tx) LinkOf(ref syncer.Ref) (syncer.Link, error) {
	if err := t.readable(); err != nil {
		return syncer.Link{}, err
	}
	l := t.preferred(keyOf(ref))
	if l == nil {
		return syncer.Link{}, fmt.Errorf("%w: %s", syncer.ErrNoLink, ref)
	}
	return copyLink(*l), nil
}

// preferred returns the active link of a record, else its newest one, else nil.
func (t *tx) preferred(key recordKey) *syncer.Link {
	var best *syncer.Link
	ids, _ := t.refs.get(key)
	for _, id := range ids { // ascending
		best = t.links.get(id)
		if best.State == syncer.LinkActive {
			return best
		}
	}
	return best
}

func (t *tx) Heads(side syncer.Side, kind syncer.Kind, ids []string) (map[string]syncer.Head, error) {
	if err := t.readable(); err != nil {
		return nil, err
	}
	heads := make(map[string]syncer.Head, len(ids))
	for _, id := range ids {
		if l := t.preferred(recordKey{side, kind, id}); l != nil {
			heads[id] = syncer.Head{ID: l.ID, State: l.State, Seen: l.Seen(side)}
		}
	}
	return heads, nil
}

func (t *tx) Links(kind syncer.Kind, after syncer.LinkID, states ...syncer.LinkState) iter.Seq2[syncer.Link, error] {
	return func(yield func(syncer.Link, error) bool) {
		if err := t.readable(); err != nil {
			yield(syncer.Link{}, err)
			return
		}
		last := syncer.LinkID(t.links.size) // links made while ranging are left out, so that it ends
		for id := max(after, 0) + 1; id <= last; id++ {
			l := t.links.get(id)
			if l.Kind != kind || len(states) > 0 && !slices.Contains(states, l.State) {
				continue
			}
			if !yield(copyLink(*l), nil) {
				return
			}
		}
	}
}

func (t *tx) CountLinks(kind syncer.Kind, state syncer.LinkState) (int, error) {
	if err := t.readable(); err != nil {
		return 0, err
	}
	return t.counts[countKey{kind, state}], nil
}

func (t *tx) PutLink(l *syncer.Link) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	if err := checkLink(l); err != nil {
		return err
	}
	var old *syncer.Link
	if l.ID != 0 {
		if old = t.links.get(l.ID); old == nil {
			return fmt.Errorf("%w: link %d", syncer.ErrNoLink, l.ID)
		}
	}
	if l.State == syncer.LinkActive {
		if err := t.checkFree(l); err != nil {
			return err
		}
	}
	if old == nil {
		l.ID = syncer.LinkID(t.links.size) + 1
		old = &syncer.Link{}
	} else {
		t.count(countKey{old.Kind, old.State}, -1)
	}
	stored := copyLink(*l)
	t.links.set(&stored)
	t.count(countKey{stored.Kind, stored.State}, 1)
	t.reindex(stored.ID, old.GHL, stored.GHL)
	t.reindex(stored.ID, old.Pagico, stored.Pagico)
	return nil
}

// checkLink refuses what no engine would store.
func checkLink(l *syncer.Link) error {
	switch {
	case l == nil:
		return errors.New("memstore: no link to store")
	case !l.GHL.IsZero() && l.GHL.Side != syncer.GHL:
		return fmt.Errorf("memstore: the link's ghl record %s is of the other side", l.GHL)
	case !l.Pagico.IsZero() && l.Pagico.Side != syncer.Pagico:
		return fmt.Errorf("memstore: the link's pagico record %s is of the other side", l.Pagico)
	}
	return nil
}

// checkFree returns ErrLinked when another active link has one of the records.
func (t *tx) checkFree(l *syncer.Link) error {
	for _, ref := range []syncer.Ref{l.GHL, l.Pagico} {
		if ref.IsZero() {
			continue
		}
		other := t.preferred(keyOf(ref))
		if other != nil && other.ID != l.ID && other.State == syncer.LinkActive {
			return fmt.Errorf("%w: %s by link %d", syncer.ErrLinked, ref, other.ID)
		}
	}
	return nil
}

// reindex notes that the link has the record next instead of old.
func (t *tx) reindex(id syncer.LinkID, old, next syncer.Ref) {
	if old.Same(next) {
		return // the usual case, which then copies no part of the index
	}
	if !old.IsZero() {
		key := keyOf(old)
		ids, _ := t.refs.get(key)
		// Older versions keep their slices, hence the clones.
		ids = slices.DeleteFunc(slices.Clone(ids), func(other syncer.LinkID) bool { return other == id })
		if len(ids) == 0 {
			t.refs.remove(key)
		} else {
			t.refs.set(key, ids)
		}
	}
	if !next.IsZero() {
		key := keyOf(next)
		ids, _ := t.refs.get(key)
		at, _ := slices.BinarySearch(ids, id)
		t.refs.set(key, slices.Insert(slices.Clone(ids), at, id))
	}
}
