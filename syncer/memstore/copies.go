package memstore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// Everything is copied on its way in and out, so that nobody can reach into a
// committed version. Values are immutable and are shared.

func copyLink(l syncer.Link) syncer.Link {
	l.GHL, l.Pagico = cleanRef(l.GHL), cleanRef(l.Pagico)
	l.Base = maps.Clone(l.Base)
	l.Parked = maps.Clone(l.Parked)
	for field, p := range l.Parked {
		p.Since = cleanTime(p.Since)
		l.Parked[field] = p
	}
	l.SyncedAt = cleanTime(l.SyncedAt)
	return l
}

func copyIntent(in syncer.Intent) syncer.Intent {
	in.Fields = maps.Clone(in.Fields)
	in.Shown = maps.Clone(in.Shown)
	in.FirstAt, in.AttemptedAt = cleanTime(in.FirstAt), cleanTime(in.AttemptedAt)
	return in
}

func copyEntry(e syncer.AuditEntry) syncer.AuditEntry {
	e.Fields = slices.Clone(e.Fields)
	if e.After != nil {
		after := *e.After
		after.Base = maps.Clone(after.Base)
		e.After = &after
	}
	return e
}

// cleanRef makes a ref that names nothing the zero ref.
func cleanRef(ref syncer.Ref) syncer.Ref {
	if ref.IsZero() {
		return syncer.Ref{}
	}
	return ref
}

// cleanTime keeps the instant alone, as a store on disk would.
func cleanTime(t time.Time) time.Time { return t.Round(0).UTC() }

// cleanEntry replaces bytes that are not UTF-8 as JSON does. Without that, an
// entry that was exported as JSON and read again would no longer match its hash.
func cleanEntry(e syncer.AuditEntry) (syncer.AuditEntry, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return e, fmt.Errorf("memstore: audit entry: %w", err)
	}
	if !bytes.Contains(data, []byte(`\ufffd`)) {
		return e, nil
	}
	var clean syncer.AuditEntry
	if err := json.Unmarshal(data, &clean); err != nil {
		return e, fmt.Errorf("memstore: audit entry: %w", err)
	}
	return clean, nil
}
