package memstore

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// What a Tx refuses.
var (
	errReadOnly = errors.New("memstore: a view does not write")
	errEnded    = errors.New("memstore: the transaction has ended")
)

// tx is one transaction: a version that is still being made, or one that is
// only looked at.
type tx struct {
	version
	writable bool
	counted  bool // counts belong to this transaction
	ended    bool
}

// end makes a Tx that was kept useless.
func (t *tx) end() { t.ended = true }

// commit returns the finished version.
func (t *tx) commit() *version {
	v := t.version
	v.links.owned, v.refs.owned, v.intents.owned, v.states.owned = nil, nil, nil, nil
	return &v
}

func (t *tx) readable() error {
	if t.ended {
		return errEnded
	}
	return nil
}

func (t *tx) mayWrite() error {
	if t.ended {
		return errEnded
	}
	if !t.writable {
		return errReadOnly
	}
	return nil
}

func (t *tx) Intent(id syncer.OpID) (syncer.Intent, error) {
	if err := t.readable(); err != nil {
		return syncer.Intent{}, err
	}
	in, ok := t.intents.get(id)
	if !ok {
		return syncer.Intent{}, syncer.ErrNoIntent
	}
	return copyIntent(in), nil
}

func (t *tx) Intents() ([]syncer.Intent, error) {
	if err := t.readable(); err != nil {
		return nil, err
	}
	var all []syncer.Intent
	for _, in := range t.intents.all() {
		all = append(all, copyIntent(in))
	}
	slices.SortFunc(all, func(a, b syncer.Intent) int {
		return cmp.Or(a.FirstAt.Compare(b.FirstAt), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

func (t *tx) PutIntent(in syncer.Intent) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	t.intents.set(in.ID, copyIntent(in))
	return nil
}

func (t *tx) DeleteIntent(id syncer.OpID) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	t.intents.remove(id)
	return nil
}

func (t *tx) AppendAudit(e syncer.AuditEntry) (syncer.AuditEntry, error) {
	if err := t.mayWrite(); err != nil {
		return syncer.AuditEntry{}, err
	}
	prev := ""
	if n := len(t.audit); n > 0 {
		prev = t.audit[n-1].Hash
	}
	e, err := cleanEntry(e)
	if err != nil {
		return syncer.AuditEntry{}, err
	}
	e.Seq = int64(len(t.audit)) + 1
	e, err = e.Seal(prev)
	if err != nil {
		return syncer.AuditEntry{}, err
	}
	t.audit = append(t.audit, copyEntry(e))
	return e, nil
}

func (t *tx) Audit(after int64) iter.Seq2[syncer.AuditEntry, error] {
	return t.entries(after, func(syncer.AuditEntry) bool { return true })
}

func (t *tx) AuditOf(link syncer.LinkID) iter.Seq2[syncer.AuditEntry, error] {
	return t.entries(0, func(e syncer.AuditEntry) bool { return e.Link == link })
}

// entries lists the chosen entries that were there when the ranging began.
func (t *tx) entries(after int64, chosen func(syncer.AuditEntry) bool) iter.Seq2[syncer.AuditEntry, error] {
	return func(yield func(syncer.AuditEntry, error) bool) {
		if err := t.readable(); err != nil {
			yield(syncer.AuditEntry{}, err)
			return
		}
		log := t.audit
		for _, e := range log[min(max(after, 0), int64(len(log))):] {
			if chosen(e) && !yield(copyEntry(e), nil) {
				return
			}
		}
	}
}

func (t *tx) State(key string) ([]byte, error) {
	if err := t.readable(); err != nil {
		return nil, err
	}
	v, _ := t.states.get(key)
	return slices.Clone(v), nil
}

func (t *tx) SetState(key string, value []byte) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	if value == nil {
		t.states.remove(key)
		return nil
	}
	t.states.set(key, append([]byte{}, value...))
	return nil
}

func (t *tx) States(prefix string) ([]string, error) {
	if err := t.readable(); err != nil {
		return nil, err
	}
	var keys []string
	for key := range t.states.all() {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// count changes the number of links of a kind and state.
func (t *tx) count(key countKey, by int) {
	if !t.counted {
		t.counts = maps.Clone(t.counts)
		if t.counts == nil {
			t.counts = make(map[countKey]int)
		}
		t.counted = true
	}
	t.counts[key] += by
}
