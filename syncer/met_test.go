package syncer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// A create takes effect after it was looked for in vain, and its source is edited
// before it is repeated: the copy shows values of then, and nobody remembers which.

// late makes the copy of a task appear on Pagico just before it is created again.
func (b *bench) late(copied syncer.Fields, task syncer.Ref) {
	b.t.Helper()
	contact := b.pagico.All(syncer.KindContact)[0].Ref
	appeared := false
	var ref syncer.Ref
	b.pagico.SetHook(func(c syncertest.Call) {
		if c.Op == "create" && !appeared {
			appeared = true
			ref = b.pagico.Add(syncer.KindTask, contact.ID, copied)
			rec, err := b.pagico.Get(b.t.Context(), ref)
			require.NoError(b.t, err)
			rec.Twin = task.ID
			b.pagico.Put(rec)
		}
	})
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" {
			return syncertest.Fault{Before: &syncer.ExistsError{Ref: ref, Err: syncer.ErrRefused}}
		}
		return syncertest.Fault{}
	})
	b.sync()
	require.True(b.t, appeared)
	b.pagico.SetHook(nil)
	b.pagico.SetFault(nil)
}

func TestStaleCopyIsNoEdit(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = merge.PagicoWins })
	contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	b.sync()
	task := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("edited meanwhile"), "status": text("open")})
	b.late(syncer.Fields{"title": text("as it was"), "status": text("open"), "body": text("cleared meanwhile")}, task)
	b.sync()
	got := b.twin(task).Fields
	require.Equal(t, text("edited meanwhile"), got["title"])
	require.Equal(t, merge.None(), got["body"])
	b.quiet()
}

// The same when people have worked on the copy: then both values count, and what
// the policy overrides is written down.
func TestEditedCopyMeetsItsSourceAsAConflict(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = merge.GHLWins })
	contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	b.sync()
	task := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("on ghl"), "status": text("open")})
	b.late(syncer.Fields{"title": text("on pagico"), "status": text("open")}, task)
	b.pagico.Edit(b.twin(task).Ref, syncer.Fields{"title": text("edited on pagico")})
	b.sync()
	require.Equal(t, text("on ghl"), b.twin(task).Fields["title"])
	require.Contains(t, b.export(syncer.AuditJSONLines), `"lost":"edited on pagico"`)
	b.quiet()
}

// A value that its owner cleared before the copy was linked stayed on the copy for
// good: it was taken for one that only the other side had known.
func TestClearedValueOfAnOwnerHoldsOnAMarkedCopy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"email": text("ada@example.com")})
	rec := syncer.Record{Ref: syncer.Ref{Kind: syncer.KindContact}, Twin: contact.ID,
		Fields: syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")}}
	b.pagico.Put(rec)
	b.sync()
	require.Equal(t, merge.None(), b.twin(contact).Fields["name"])
	b.quiet()

	same := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"email": text("grace@example.com")})
	own := b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Grace"), "email": text("grace@example.com")})
	b.sync()
	require.Equal(t, own.ID, b.twin(same).Ref.ID)
	require.Equal(t, text("Grace"), b.twin(same).Fields["name"], "what a person knew before the two met is kept")
	b.quiet()
}

// A create took effect long after it was looked for in vain and sent again, with what
// its source showed by then. The copy's old value was taken for an edit of it.
func TestCopyOfAnEarlierAttemptIsNoEdit(t *testing.T) {
	t.Parallel()
	for _, policy := range []merge.Policy{merge.GHLWins, merge.LastWriterWins} {
		b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = policy })
		contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
		b.sync()
		task := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("first")})
		b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
			if c.Op == "create" {
				return syncertest.Fault{Before: syncer.ErrUncertain}
			}
			return syncertest.Fault{}
		})
		for _, title := range []string{"first", "second"} {
			b.ghl.Edit(task, syncer.Fields{"title": text(title)})
			_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{NoWait: true})
			require.NoError(t, err)
			b.clock.jump(time.Hour)
		}
		copied := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("first")})
		rec, err := b.pagico.Get(t.Context(), copied)
		require.NoError(t, err)
		rec.Twin = task.ID
		b.pagico.Put(rec)
		b.pagico.SetFault(nil)
		b.sync()
		got, err := b.ghl.Get(t.Context(), task)
		require.NoError(t, err)
		require.Equal(t, text("second"), got.Fields["title"], "%s", policy)
		require.Equal(t, text("second"), b.twin(task).Fields["title"], "%s", policy)
		b.quiet()
	}
}
