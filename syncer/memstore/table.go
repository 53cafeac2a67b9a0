package memstore

import (
	"hash/maphash"
	"iter"
	"maps"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// shards is the number of parts of a table. With 50,000 entries a write copies
// about 200 of them.
const shards = 256

// table is a map whose versions share what did not change between them. The
// version that is being made owns the parts it copied and may change them; all
// other parts belong to older versions too.
type table[K comparable, V any] struct {
	seed  maphash.Seed
	parts []map[K]V
	owned []bool // nil in a committed version
}

func newTable[K comparable, V any]() table[K, V] {
	return table[K, V]{seed: maphash.MakeSeed(), parts: make([]map[K]V, shards)}
}

func (t *table[K, V]) part(key K) int {
	return int(maphash.Comparable(t.seed, key) % shards)
}

func (t *table[K, V]) get(key K) (V, bool) {
	v, ok := t.parts[t.part(key)][key]
	return v, ok
}

// own returns the part of key for writing.
func (t *table[K, V]) own(key K) map[K]V {
	if t.owned == nil {
		t.parts = slices.Clone(t.parts)
		t.owned = make([]bool, shards)
	}
	i := t.part(key)
	if !t.owned[i] {
		t.owned[i] = true
		t.parts[i] = maps.Clone(t.parts[i])
		if t.parts[i] == nil {
			t.parts[i] = make(map[K]V)
		}
	}
	return t.parts[i]
}

func (t *table[K, V]) set(key K, v V) { t.own(key)[key] = v }

func (t *table[K, V]) remove(key K) {
	if _, ok := t.get(key); ok {
		delete(t.own(key), key)
	}
}

// all lists the entries in no order.
func (t *table[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, part := range t.parts {
			for k, v := range part {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// chunk is the number of links that a write copies.
const chunk = 128

// list holds the links by id, which run from 1 without gaps, and shares chunks
// between versions as table shares parts.
type list struct {
	chunks [][]*syncer.Link
	size   int
	owned  map[int]bool // nil in a committed version
}

// get returns the link with the id, which the caller must not change, or nil.
func (l *list) get(id syncer.LinkID) *syncer.Link {
	if id < 1 || int64(id) > int64(l.size) {
		return nil
	}
	i := int(id) - 1
	return l.chunks[i/chunk][i%chunk]
}

// set stores the link at its id, which is at most one more than the size.
func (l *list) set(link *syncer.Link) {
	i := int(link.ID) - 1
	if l.owned == nil {
		l.chunks = slices.Clone(l.chunks)
		l.owned = make(map[int]bool)
	}
	at := i / chunk
	switch {
	case at == len(l.chunks):
		l.chunks = append(l.chunks, make([]*syncer.Link, chunk))
	case !l.owned[at]:
		l.chunks[at] = slices.Clone(l.chunks[at])
	}
	l.owned[at] = true
	l.chunks[at][i%chunk] = link
	l.size = max(l.size, i+1)
}
