package syncer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

func TestUndoTellsWhatItCannotMakeAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		since  func(b *bench, contact, task, twin syncer.Ref)
		reason string
	}{
		"restored": {func(b *bench, _, _, twin syncer.Ref) {
			b.pagico.Put(syncer.Record{Ref: twin, Fields: syncer.Fields{"title": text("Call")}})
		},
			"pagico/task/p2 was restored since; not undone (entry"},
		"restored and copied": {func(b *bench, _, _, twin syncer.Ref) {
			b.pagico.Put(syncer.Record{Ref: twin, Fields: syncer.Fields{"title": text("Call")}})
			b.sync()
		}, "pagico/task/p2 was restored since; not undone (entry"},
		"made again": {func(b *bench, contact, _, _ syncer.Ref) {
			b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Call"), "dueDate": text("2026-03-05T10:00:00Z")})
		}, "somebody made it again since, as ghl/task/g3; not undone (entry"},
		"made again on the other side": {func(b *bench, contact, _, _ syncer.Ref) {
			b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("Call"), "dueDate": text("2026-03-05T10:00:00Z")})
			b.sync()
		}, "somebody made it again since, as ghl/task/g3; not undone (entry"},
		"parent gone": {func(b *bench, contact, _, _ syncer.Ref) { b.ghl.Remove(contact) },
			"the contact it belonged to is gone on ghl; not undone (entry"},
		"both deleted": {func(b *bench, contact, _, _ syncer.Ref) {
			other := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Other")})
			b.sync()
			b.pagico.Remove(b.twin(other).Ref)
			b.ghl.Remove(other)
			b.sync()
			b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Call"), "dueDate": text("2026-03-05T10:00:00Z")})
		}, "both records were deleted by others (entry"},
	} {
		b := newBench(t)
		contact, task := b.seed()
		b.sync()
		twin := b.twin(task).Ref
		seq := b.lastSeq()
		b.pagico.Remove(twin)
		b.sync()
		c.since(b, contact, task, twin)
		plan := b.undo(seq)
		for _, s := range plan.Steps {
			require.NotEqual(t, syncer.StepRestore, s.Op, name)
		}
		require.Contains(t, strings.Join(reasons(plan), "\n"), c.reason, name)
	}
}

// Records that merely look like the deleted one, and were there before, do not
// stand for it.
func TestUndoIsNotHeldBackByRecordsThatLookAlike(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Call"), "dueDate": text("2026-03-05T10:00:00Z")})
	b.sync()
	seq := b.lastSeq()
	b.pagico.Remove(b.twin(task).Ref)
	b.sync()
	b.takeBack(seq)
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
}

// A record that was made again because an edit beat its deletion stands for one
// that was there: it is no new copy. The undo deleted the record with the edit.
func TestUndoKeepsWhatWasMadeAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	first := b.lastSeq()
	made := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("From Pagico")})
	b.sync()
	copied := b.twin(made).Ref
	seq := b.lastSeq()
	b.pagico.Remove(made)
	b.ghl.Edit(copied, syncer.Fields{"title": text("edited")})
	b.sync()
	require.Equal(t, text("edited"), b.twin(copied).Fields["title"], "the edit wins: it is made again")
	for _, after := range []int64{seq, first} {
		plan := b.takeBack(after)
		require.Empty(t, plan.Steps)
		require.Equal(t, text("edited"), b.twin(copied).Fields["title"])
	}
	require.Contains(t, reasons(b.undo(first))[0], "it was edited since")
	b.quiet()
}

func TestUndoPlanLeavesOutWhatChangedSince(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Deletes = merge.Complete })
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	twin := b.twin(task)
	b.pagico.Remove(twin.Ref)
	b.sync()
	plan := b.undo(seq)
	b.ghl.Edit(task, syncer.Fields{"title": text("edited since")})
	report := b.apply(plan)
	require.Len(t, report.Drifted, 1)
	require.Zero(t, report.Writes)

	b = newBench(t)
	_, task = b.seed()
	b.sync()
	seq = b.lastSeq()
	rec, err := b.ghl.Get(t.Context(), task)
	require.NoError(t, err)
	b.ghl.Remove(task)
	b.sync()
	plan = b.undo(seq)
	b.ghl.Put(rec) // somebody takes it out of the bin
	report = b.apply(plan)
	require.Len(t, report.Drifted, 1)
	require.Zero(t, report.Writes)
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	b.quiet()
	require.Len(t, b.apply(plan).Drifted, 1, "nor later")
}

func TestUndoKeepsOwnedFields(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Owner = merge.GHL })
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	b.ghl.Edit(task, syncer.Fields{"title": text("owned")})
	b.sync()
	plan := b.undo(seq)
	require.Empty(t, plan.Steps)
	require.Equal(t, []string{"its title belongs to one side; change it there"}, reasons(plan))
}

// GHL would take the task along that somebody put below the copy.
func TestUndoSparesCopiesThatHoldOthers(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	mirror := b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	b.sync()
	task := b.ghl.Add(syncer.KindTask, b.twin(mirror).Ref.ID, syncer.Fields{"title": text("By hand")})
	b.sync()
	plan := b.undo(0)
	require.Contains(t, reasons(plan), "records that stay belong to it; not undone")
	b.takeBack(0)
	_, err := b.ghl.Get(t.Context(), task)
	require.NoError(t, err)

	b = newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	mirror = b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	b.sync()
	plan = b.undo(0)
	task = b.ghl.Add(syncer.KindTask, b.twin(mirror).Ref.ID, syncer.Fields{"title": text("made after the plan")})
	b.sync()
	require.Len(t, b.apply(plan).Drifted, 1)
	_, err = b.ghl.Get(t.Context(), task)
	require.NoError(t, err)
}

// Of a task that a person made below a copy, and whose twin was deleted, the engine
// deleted the original: it comes back, and the copy it belongs to has to stay.
func TestUndoSparesCopiesThatHoldWhatItMakesAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	task := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("By hand")})
	b.sync()
	b.ghl.Remove(b.twin(task).Ref)
	b.sync()
	_, err := b.pagico.Get(t.Context(), task)
	require.ErrorIs(t, err, syncer.ErrNotFound)
	plan := b.undo(0)
	require.Contains(t, reasons(plan), "records that stay belong to it; not undone")
	b.takeBack(0)
	require.Equal(t, []string{"By hand"}, titles(b.pagico.All(syncer.KindTask)))
}

// A record that somebody deleted, while the engine was about to, was not deleted
// by the engine.
func TestUndoLeavesDeletionsOfOthersAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	b.pagico.Remove(b.twin(task).Ref)
	plan := b.plan()
	b.ghl.Remove(task)
	report := b.apply(plan)
	require.Zero(t, report.Writes)
	require.Zero(t, report.Total().Deleted)
	require.Len(t, report.Drifted, 1, "it may also have been put under another contact")
	report = b.sync()
	require.Zero(t, report.Writes)
	require.Zero(t, report.Total().Deleted)
	undo := b.undo(seq)
	require.Empty(t, undo.Steps)
	require.Contains(t, reasons(undo)[0], "both records were deleted by others")
	require.Contains(t, reasons(undo)[0], `title "Call"`, "its values are told")
}

// The record was taken out of the bin, copied, and both were deleted again before
// the plan was applied.
func TestUndoPlanLeavesOutWhatWasLinkedMeanwhile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	rec, err := b.ghl.Get(t.Context(), task)
	require.NoError(t, err)
	b.ghl.Remove(task)
	b.sync()
	plan := b.undo(seq)
	b.ghl.Put(rec)
	b.sync()
	b.pagico.Remove(b.twin(task).Ref)
	b.ghl.Remove(task)
	require.Len(t, b.apply(plan).Drifted, 1)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask))
	b.quiet()
}

// A reopened record that flows nowhere costs a pass no more than any other.
func TestReopenedRecordsAreLeftInPeace(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) {
		c.Flows[1].Rules.Direction, c.Flows[1].Rules.Deletes = merge.PagicoToGHL, merge.Complete
	})
	contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	b.sync()
	task := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("Call"), "status": text("open")})
	b.sync()
	seq := b.lastSeq()
	b.pagico.Remove(task)
	b.sync()
	b.takeBack(seq)
	require.Equal(t, text("open"), b.ghl.All(syncer.KindTask)[0].Fields["status"])
	b.quiet()
	before := len(b.ghl.Calls())
	b.sync()
	require.Len(t, b.ghl.Calls()[before:], 3, "who it serves, contacts, tasks")
}

// P9 holds for an undo, too.
func TestUndoDoesNotWriteToASideThatIsASourceByNow(t *testing.T) {
	t.Parallel()
	for _, deletes := range []merge.DeletePolicy{merge.Propagate, merge.Complete} {
		b := newBench(t, deletions(deletes))
		contact, task := b.seed()
		b.sync()
		seq := b.lastSeq()
		b.pagico.Remove(b.twin(task).Ref)
		b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, titled("Copied"))
		b.sync()
		second := b.lastSeq()
		plan := b.undo(seq)
		require.Len(t, plan.Steps, 2)
		b.apply(plan)
		source := func(c *syncer.Config) { c.Flows[1].Rules.Direction = merge.GHLToPagico }
		b.restart(source)
		for _, after := range []int64{seq, second} {
			for _, s := range b.undo(after).Steps {
				require.NotEqual(t, syncer.GHL, s.Target, "%v", s)
			}
		}
		_, err := b.engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
		require.ErrorIs(t, err, syncer.ErrOtherRules)
	}
}

// Somebody put a copy under another contact while it was to be deleted: it was not
// found where it had been, and the link ended with both records left.
func TestUndoTakesNoMovedCopyForADeletedOne(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Freshness = time.Nanosecond })
	contact, _ := b.seed()
	b.sync()
	other, home := b.house("bob")
	seq := b.lastSeq()
	task := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("By hand")})
	b.sync()
	plan, calls := b.undo(seq), 0
	b.ghl.SetHook(func(c syncertest.Call) {
		if c.Op == "get" && c.Kind == syncer.KindTask {
			if calls++; calls == 2 {
				b.ghl.Rehome(c.Ref, other.ID)
			}
		}
	})
	require.Len(t, b.apply(plan).Drifted, 1)
	b.ghl.SetHook(nil)
	require.Equal(t, 2, calls)
	b.sync()
	require.Equal(t, other.ID, b.twin(task).Ref.Parent)
	require.Equal(t, home.ID, b.parentOf(task), "the move is followed")
	b.quiet()
}

// A write that was never carried out was said to have been edited since.
func TestUndoSaysNothingOfWhatShowsWhatItShowed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	b.ghl.Edit(task, syncer.Fields{"title": text("edited")})
	b.pagico.SetFault(fails("update", syncertest.Fault{Before: syncer.ErrUncertain}))
	b.sync()
	b.pagico.SetFault(nil)
	b.ghl.Edit(task, syncer.Fields{"title": text("Call")})
	b.clock.jump(time.Hour)
	b.sync()
	require.Contains(t, b.export(syncer.AuditJSONLines), "an earlier write had no clear answer")
	plan := b.undo(seq)
	require.Empty(t, plan.Steps)
	require.Empty(t, plan.Skipped)
}

// An undo wrote a field of a task that waited to follow its twin to another contact:
// it was not followed there any more.
func TestUndoForgetsNoMove(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	seq := b.lastSeq()
	b.ghl.Edit(task, syncer.Fields{"title": text("edited")})
	b.ghl.Rehome(task, other.ID)
	b.pagico.SetFault(fails("move", syncertest.Fault{Before: syncer.ErrUncertain}))
	b.sync()
	b.pagico.SetFault(nil)
	b.takeBack(seq)
	b.sync()
	require.Equal(t, text("Call"), b.twin(task).Fields["title"])
	require.Equal(t, home.ID, b.parentOf(twin))
	b.quiet()
}
