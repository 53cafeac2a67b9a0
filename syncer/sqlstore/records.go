package sqlstore

import (
	"bytes"
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ghl-pagico/sdk-go/syncer"
)

func (t *tx) Intent(id syncer.OpID) (syncer.Intent, error) {
	all, err := t.intents("read an intent", getIntent, t.conn, pack(string(id)))
	if err != nil {
		return syncer.Intent{}, err
	}
	if len(all) == 0 {
		return syncer.Intent{}, syncer.ErrNoIntent
	}
	return all[0], nil
}

func (t *tx) Intents() ([]syncer.Intent, error) {
	all, err := t.intents("list intents", listIntents, t.conn)
	slices.SortFunc(all, func(a, b syncer.Intent) int {
		return cmp.Or(a.FirstAt.Compare(b.FirstAt), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// intents returns the intents that a statement finds.
func (t *tx) intents(doing string, q query, args ...any) ([]syncer.Intent, error) {
	if err := t.usable(); err != nil {
		return nil, err
	}
	var all []syncer.Intent
	err := t.rows(doing, func(r *sql.Rows) error {
		var body sql.RawBytes
		if err := r.Scan(&body); err != nil {
			return err
		}
		var doc intentDoc
		if err := json.Unmarshal(body, &doc); err != nil {
			return damaged("intent", err)
		}
		all = append(all, doc.unpack())
		return nil
	}, q, args...)
	return all, err
}

func (t *tx) PutIntent(in syncer.Intent) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	body, err := json.Marshal(packIntent(in))
	if err != nil {
		return fmt.Errorf("sqlstore: store an intent: %w", err)
	}
	return t.exec("store an intent", putIntent, t.conn, pack(string(in.ID)), string(body))
}

func (t *tx) DeleteIntent(id syncer.OpID) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	return t.exec("delete an intent", deleteIntent, t.conn, pack(string(id)))
}

func (t *tx) AppendAudit(e syncer.AuditEntry) (syncer.AuditEntry, error) {
	if err := t.mayWrite(); err != nil {
		return syncer.AuditEntry{}, err
	}
	n := &t.numbers
	if !n.auditKnown {
		if _, err := t.row("read the last audit entry", []any{&n.audit, &n.hash}, lastAudit, t.conn); err != nil {
			return syncer.AuditEntry{}, err
		}
		n.auditKnown = true
	}
	e, body, err := sealed(e, n.audit+1, n.hash)
	if err != nil {
		return syncer.AuditEntry{}, err
	}
	if err := t.exec("append to the audit log", insertAudit, t.conn, e.Seq, int64(e.Link), e.Hash, string(body)); err != nil {
		return syncer.AuditEntry{}, err
	}
	n.audit, n.hash = e.Seq, e.Hash
	return e, nil
}

// sealed returns the entry as it is stored, with its JSON. JSON replaces bytes
// that are not UTF-8, and the hash must be of what can be read again, so an
// entry with such bytes is sealed a second time as it was read.
func sealed(e syncer.AuditEntry, seq int64, prev string) (syncer.AuditEntry, []byte, error) {
	var body []byte
	for range 2 {
		e.Seq = seq
		var err error
		if e, err = e.Seal(prev); err != nil {
			return e, nil, err
		}
		if body, err = json.Marshal(e); err != nil {
			return e, nil, fmt.Errorf("sqlstore: audit entry: %w", err)
		}
		if !bytes.Contains(body, []byte(`\ufffd`)) {
			break
		}
		e = syncer.AuditEntry{}
		if err := json.Unmarshal(body, &e); err != nil {
			return e, nil, fmt.Errorf("sqlstore: audit entry: %w", err)
		}
	}
	return e, body, nil
}

func (t *tx) Audit(after int64) iter.Seq2[syncer.AuditEntry, error] {
	return t.entries(after, listAudit, t.conn)
}

func (t *tx) AuditOf(link syncer.LinkID) iter.Seq2[syncer.AuditEntry, error] {
	return t.entries(0, listAuditOf, t.conn, int64(link))
}

// entries pages through the entries that a statement finds.
func (t *tx) entries(after int64, q query, args ...any) iter.Seq2[syncer.AuditEntry, error] {
	return func(yield func(syncer.AuditEntry, error) bool) {
		for next := after; ; {
			entries, err := t.entriesPage(q, append(slices.Clone(args), next, page)...)
			for _, e := range entries {
				next = e.Seq
				if !yield(e, nil) {
					return
				}
			}
			if err != nil {
				yield(syncer.AuditEntry{}, err)
				return
			}
			if len(entries) < page {
				return
			}
		}
	}
}

func (t *tx) entriesPage(q query, args ...any) ([]syncer.AuditEntry, error) {
	if err := t.usable(); err != nil {
		return nil, err
	}
	var entries []syncer.AuditEntry
	err := t.rows("read the audit log", func(r *sql.Rows) error {
		var seq int64
		var body sql.RawBytes
		if err := r.Scan(&seq, &body); err != nil {
			return err
		}
		var e syncer.AuditEntry
		if err := json.Unmarshal(body, &e); err != nil {
			return damaged(fmt.Sprintf("audit entry %d", seq), err)
		}
		if e.Seq != seq {
			return damaged(fmt.Sprintf("audit entry %d", seq), fmt.Errorf("it says it is entry %d", e.Seq))
		}
		entries = append(entries, e)
		return nil
	}, q, args...)
	return entries, err
}

func (t *tx) State(key string) ([]byte, error) {
	if err := t.usable(); err != nil {
		return nil, err
	}
	var value []byte
	found, err := t.row("read a state", []any{&value}, getState, t.conn, pack(key))
	if found && value == nil {
		value = []byte{}
	}
	return value, err
}

func (t *tx) SetState(key string, value []byte) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	if value == nil {
		return t.exec("remove a state", deleteState, t.conn, pack(key))
	}
	return t.exec("store a state", putState, t.conn, pack(key), value)
}

func (t *tx) States(prefix string) ([]string, error) {
	if err := t.usable(); err != nil {
		return nil, err
	}
	var keys []string
	list := func(q query, args ...any) error {
		return t.rows("list states", func(r *sql.Rows) error {
			var stored string
			if err := r.Scan(&stored); err != nil {
				return err
			}
			key, err := unpack(stored)
			if err == nil && strings.HasPrefix(key, prefix) {
				keys = append(keys, key)
			}
			return err
		}, q, append([]any{t.conn}, args...)...)
	}
	// Keys that had to be packed may have any prefix. All packed keys begin with
	// hexMark, and no other key does.
	from, all := storedPrefix(prefix), false
	var err error
	if to, bounded := following(from); !bounded {
		all, err = true, list(listStates)
	} else if !strings.HasPrefix(from, hexMark) {
		all, err = strings.HasPrefix(hexMark, from), list(listStatesFrom, from, to)
	}
	if to, _ := following(hexMark); err == nil && !all {
		err = list(listStatesFrom, hexMark, to)
	}
	slices.Sort(keys)
	return keys, err
}

// storedPrefix returns the part of prefix with which keys that are stored as
// they are begin: up to the first byte that makes a key be packed.
func storedPrefix(prefix string) string {
	for i, r := range prefix {
		if _, size := utf8.DecodeRuneInString(prefix[i:]); r == 0 || r == utf8.RuneError && size == 1 {
			return prefix[:i]
		}
	}
	return prefix
}

// following returns the smallest text after all texts that begin with prefix,
// and false when there is none.
func following(prefix string) (string, bool) {
	runes := []rune(prefix)
	for i, last := range slices.Backward(runes) {
		next := last + 1
		if next == 0xD800 {
			next = 0xE000 // the code points between are not text
		}
		if next <= utf8.MaxRune {
			return string(runes[:i]) + string(next), true
		}
	}
	return "", false
}
