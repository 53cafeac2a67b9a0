package storetest

import (
	"fmt"
	"iter"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

func ghlTask(id string) syncer.Ref {
	return syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: id, Parent: "contact of " + id}
}

func pagicoTask(id string) syncer.Ref {
	return syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: id}
}

// link returns a small active link of two tasks.
func link(ghl, pagico string) syncer.Link {
	l := syncer.Link{Kind: syncer.KindTask, State: syncer.LinkActive}
	if ghl != "" {
		l.GHL = ghlTask(ghl)
	}
	if pagico != "" {
		l.Pagico = pagicoTask(pagico)
	}
	return l
}

// instant is a time with a fraction that survives only where nothing is cut.
func instant(n int) time.Time {
	return time.Date(2026, 11, 21, 9, 30, n, 123456789, time.UTC)
}

// values holds one value of every form, by field name.
func values() syncer.Fields {
	return syncer.Fields{
		"text":     merge.Text("Café \"<b>&amp;</b>\" \u2028 日本 🙂\n\ttabbed\x00nul"),
		"odd":      merge.Text("bad \xff\xc3 bytes, and a good \ufffd"),
		"hex":      merge.Text("hex:00ff"),
		"zero":     merge.Int(0),
		"largest":  merge.Int(math.MaxInt64),
		"smallest": merge.Int(math.MinInt64),
		"false":    merge.Bool(false),
		"true":     merge.Bool(true),
		"set":      merge.Set("vip", "Ärger", "a,b"),
		"odd set":  merge.Set("vip", "bad \xff"),
		"due":      merge.Instant(instant(0)),
		"day":      merge.Day(2026, time.February, 28),
		"none":     merge.None(),
	}
}

// fullLink returns a link that uses every field.
func fullLink(n int) syncer.Link {
	l := link(fmt.Sprintf("g%d", n), fmt.Sprintf("p%d", n))
	l.Base = make(map[string]merge.Base)
	l.Parked = make(map[string]syncer.Parked)
	for name, v := range values() {
		l.Base[name] = merge.Base{GHL: v, Pagico: merge.Text("twin of " + name)}
		l.Parked[name] = syncer.Parked{
			Base: merge.Base{Pagico: v}, GHL: v, Pagico: merge.Int(int64(n)), Reason: "both changed " + name,
			Since: instant(n), Decision: v, Decided: true, By: "Ann",
		}
	}
	l.SeenGHL = merge.Hash{1, 2, 0, byte(n & 0xff)}
	l.SeenPagico = merge.Hash{255, byte(n & 0xff)}
	l.Origin = syncer.Pagico
	l.Reason = "a reason, not only for ended links"
	l.SyncedAt = instant(n)
	return l
}

// requireFull fails when a sample leaves a field of its type unset: a store may
// drop such a field unseen.
func requireFull(tb testing.TB, sample any) {
	tb.Helper()
	v := reflect.ValueOf(sample)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			tb.Fatalf("storetest: the sample %T leaves %s unset", sample, v.Type().Field(i).Name)
		}
	}
}

// fullIntent returns an intent that uses every field.
func fullIntent(id syncer.OpID, first int) syncer.Intent {
	return syncer.Intent{
		ID: id, State: syncer.IntentUnknown, Kind: syncer.KindNote,
		Source: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindNote, ID: "n1", Parent: "p1"},
		Target: syncer.GHL, Link: 7, Parent: "contact-1", Fields: values(), Shown: syncer.Fields{"text": merge.Text("shown then")},
		FirstAt: instant(first), AttemptedAt: instant(first + 1), Attempts: 3, Reason: "503, then silence",
		Undoes: 41, Was: syncer.Ref{Side: syncer.GHL, Kind: syncer.KindNote, ID: "n0", Parent: "c0"},
	}
}

// fullEntry returns an audit entry that uses every field. Its texts are valid
// UTF-8, because entries are sealed as JSON.
func fullEntry(n int) syncer.AuditEntry {
	v := values()
	e := syncer.AuditEntry{
		Time: instant(n).Truncate(time.Microsecond), Action: "update", Kind: syncer.KindTask, Link: syncer.LinkID(n),
		GHL: ghlTask("g1"), Pagico: pagicoTask("p1"), Target: syncer.Pagico, Trigger: "webhook 17",
		After: &syncer.LinkMark{
			State: syncer.LinkActive, GHL: ghlTask("g1"), Pagico: pagicoTask("p1"), Origin: syncer.GHL,
			Base: map[string]merge.Base{"title": {GHL: v["text"], Pagico: v["set"]}},
		},
		Op: "op-1", RequestID: "req-1", Outcome: "done", Reason: "changed on ghl", Actor: "engine",
	}
	for _, name := range []string{"text", "zero", "largest", "smallest", "false", "true", "due", "day", "none"} {
		e.Fields = append(e.Fields, syncer.AuditField{
			Field: name, Side: syncer.Pagico, Base: v[name], Before: v["zero"], After: v[name], Rule: "policy", Lost: v["true"],
		})
	}
	return e
}

// collect returns all items of a sequence and fails on its error.
func collect[T any](t testing.TB, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var all []T
	for item, err := range seq {
		require.NoError(t, err)
		all = append(all, item)
	}
	return all
}

// firstError returns the error that a sequence ends with.
func firstError[T any](seq iter.Seq2[T, error]) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}
