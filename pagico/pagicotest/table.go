package pagicotest

import (
	"cmp"
	"slices"
	"time"
)

// table holds every record of one kind, tombstones included, with its look-ups.
type table struct {
	kind    *kind
	byID    map[string]record
	byOwner map[ownedID]string // (client, externalId) of live records to id
	created index
	updated index
}

// ownedID is an external id with the OAuth client that set it.
type ownedID struct{ client, externalID string }

func newTable(k *kind) *table {
	return &table{
		kind: k, byID: map[string]record{}, byOwner: map[ownedID]string{},
		created: index{key: func(c common) time.Time { return *c.CreatedAt }},
		updated: index{key: func(c common) time.Time { return *c.LastUpdated }},
	}
}

// put adds a record or takes the place of the one with its id.
func (t *table) put(rec record) {
	c := rec.common()
	if old, ok := t.byID[*c.ID]; ok {
		oc := old.common()
		t.created.remove(old)
		t.updated.remove(old)
		if owned := (ownedID{*oc.ExternalClient, *oc.ExternalID}); t.byOwner[owned] == *oc.ID {
			delete(t.byOwner, owned)
		}
	}
	t.byID[*c.ID] = rec
	t.created.insert(rec)
	t.updated.insert(rec)
	if *c.ExternalID != "" && !*c.Deleted {
		t.byOwner[ownedID{*c.ExternalClient, *c.ExternalID}] = *c.ID
	}
}

// live returns the record with an id unless it is deleted or missing.
func (t *table) live(id string) (record, bool) {
	rec, ok := t.byID[id]
	if !ok || *rec.common().Deleted {
		return nil, false
	}
	return rec, true
}

// index keeps records ordered by a time and then by id.
type index struct {
	key  func(common) time.Time
	recs []record
}

// place is a position in an index; records after it belong to the next page.
type place struct {
	at time.Time
	id string
}

func (x *index) compare(rec record, p place) int {
	c := rec.common()
	return cmp.Or(x.key(c).Compare(p.at), cmp.Compare(*c.ID, p.id))
}

func (x *index) placeOf(rec record) place {
	c := rec.common()
	return place{x.key(c), *c.ID}
}

func (x *index) insert(rec record) {
	at, _ := slices.BinarySearchFunc(x.recs, x.placeOf(rec), x.compare)
	x.recs = slices.Insert(x.recs, at, rec)
}

func (x *index) remove(rec record) {
	if at, ok := slices.BinarySearchFunc(x.recs, x.placeOf(rec), x.compare); ok {
		x.recs = slices.Delete(x.recs, at, at+1)
	}
}

// after returns the records behind a place, in order.
func (x *index) after(p place) []record {
	at, ok := slices.BinarySearchFunc(x.recs, p, x.compare)
	if ok {
		at++
	}
	return x.recs[at:]
}

// forget drops a record without a trace.
func (t *table) forget(rec record) {
	c := rec.common()
	t.created.remove(rec)
	t.updated.remove(rec)
	delete(t.byID, *c.ID)
	delete(t.byOwner, ownedID{*c.ExternalClient, *c.ExternalID})
}
