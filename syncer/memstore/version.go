package memstore

import (
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// version is one committed state of a connection. Nothing reachable from it
// ever changes, except that entries may be appended to the audit log's array
// behind the end that this version knows.
type version struct {
	links   list
	refs    table[recordKey, []syncer.LinkID]
	counts  map[countKey]int
	intents table[syncer.OpID, syncer.Intent]
	states  table[string, []byte]
	audit   []syncer.AuditEntry
}

// recordKey is a ref without its parent.
type recordKey struct {
	side syncer.Side
	kind syncer.Kind
	id   string
}

func keyOf(ref syncer.Ref) recordKey { return recordKey{ref.Side, ref.Kind, ref.ID} }

// countKey selects the links that CountLinks counts.
type countKey struct {
	kind  syncer.Kind
	state syncer.LinkState
}

func newVersion() *version {
	return &version{
		refs:    newTable[recordKey, []syncer.LinkID](),
		intents: newTable[syncer.OpID, syncer.Intent](),
		states:  newTable[string, []byte](),
	}
}

// branch returns the version for a second line of history: its first appended
// audit entry moves the log to a new array, so that the two lines never write
// to the same place.
func (v *version) branch() *version {
	b := *v
	b.audit = slices.Clip(b.audit)
	return &b
}
