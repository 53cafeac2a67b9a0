package syncer_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// These too are worlds in which random histories found a fault; the line above
// each says what the engine did.

// The contact was deleted on GHL while the listing of its tasks lagged: an edit
// that it did not show yet went with the contact.
func TestLaggingListingHidesNoEditFromADeletionOfItsContact(t *testing.T) {
	t.Parallel()
	for _, saved := range []bool{false, true} {
		b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
		contact, task := b.seed()
		b.sync()
		b.pagico.Remove(b.twin(contact).Ref)
		b.ghl.Edit(task, syncer.Fields{"title": text("still needed")})
		b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
		if saved {
			plan, err := b.engine.Plan(t.Context())
			require.NoError(t, err)
			plan.Steps = slices.DeleteFunc(plan.Steps, func(s syncer.Step) bool { return s.Kind == syncer.KindTask })
			b.apply(through(t, plan))
			require.Len(t, b.ghl.All(syncer.KindTask), 1, "the plan does not know of the edit")
		}
		b.sync()
		b.ghl.SetFault(nil)
		b.sync()
		require.Contains(t, b.export(syncer.AuditJSONLines), "still needed")
		b.quiet()
	}
}

// The contact was deleted on GHL although one of its tasks could not be read,
// whose edit went with it.
func TestUnreadableTaskHoldsUpTheDeletionOfItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact, task := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(contact).Ref)
	b.ghl.Edit(task, syncer.Fields{"title": text("still needed")})
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "get" && c.Kind == syncer.KindTask {
			return syncertest.Fault{Before: errors.New("temporary")}
		}
		return syncertest.Fault{Stale: c.Kind == syncer.KindTask}
	})
	b.sync()
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	b.ghl.SetFault(nil)
	b.sync()
	b.sync()
	require.Contains(t, b.export(syncer.AuditJSONLines), "still needed")
	b.quiet()
}

// A write without an answer was seen to have happened, and a listing that lagged
// still showed the value before: it was taken for an edit, and undid the write.
func TestLaggingListingDoesNotUndoAnUnclearWrite(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = merge.GHLWins })
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.ghl.Edit(task, syncer.Fields{"title": text("newer")})
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "update" {
			return syncertest.Fault{After: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.sync()
	b.pagico.SetFault(nil)
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	b.sync()
	require.Equal(t, text("newer"), b.twin(task).Fields["title"])
	b.ghl.SetFault(nil)
	b.pagico.Edit(twin, syncer.Fields{"title": text("newest")})
	b.sync()
	require.Equal(t, text("newest"), b.twin(task).Fields["title"], "nobody wrote on ghl since")
	b.quiet()
}

// Where GHL lists changes only, nobody remembered the tasks without a copy: they
// went with their contact.
func TestTasksWithoutACopySpareTheirContactWhereOnlyChangesAreListed(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) {
		c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithDeltas())
		c.Flows[0].Rules.Direction, c.Flows[1].Rules.Direction = merge.TwoWay, merge.PagicoToGHL
	})
	b.ghl = b.cfg.GHL.(*syncertest.Service)
	contact, _ := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(contact).Ref)
	b.sync()
	b.sync()
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	require.NotEmpty(t, b.twin(contact).Ref.ID)
	b.quiet()
}

// Both listings lagged and showed what was before the conflict: the field waited
// no more, and the decision was forgotten.
func TestLaggingListingsDropNoDecision(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.ghl.Edit(task, syncer.Fields{"assignee": text("a@x")})
	b.pagico.Edit(twin, syncer.Fields{"assignee": text("b@x")})
	b.sync()
	waiting, err := b.engine.Waiting(t.Context())
	require.NoError(t, err)
	require.NoError(t, b.engine.Decide(t.Context(), waiting[0].ID, "assignee", text("c@x"), "Grace"))
	for _, s := range []*syncertest.Service{b.ghl, b.pagico} {
		s.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	}
	b.sync()
	b.ghl.SetFault(nil)
	b.pagico.SetFault(nil)
	b.sync()
	require.Equal(t, text("c@x"), b.twin(task).Fields["assignee"])
	require.Equal(t, text("c@x"), b.twin(twin).Fields["assignee"])
	b.quiet()
}

// A record that was made again is in no link any more: a listing that lagged
// showed it as new, and a second copy was made of it.
func TestLaggingListingBringsNoReplacedRecordBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Deletes = merge.Complete })
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.ghl.Remove(task)
	b.pagico.Edit(twin, syncer.Fields{"title": text("still needed")})
	b.sync()
	require.NotEqual(t, task.ID, b.twin(twin).Ref.ID)
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	b.ghl.SetFault(nil)
	b.quiet()
	require.True(t, b.ghl.Restore(task), "a person may still bring it back")
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
	b.quiet()
}

// A task that somebody had brought back went with its contact, which was deleted
// on Pagico at the same time.
func TestRestoredTaskSparesItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact, task := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(task).Ref)
	b.sync()
	require.Empty(t, b.ghl.All(syncer.KindTask))
	require.True(t, b.ghl.Restore(task))
	b.pagico.Remove(b.twin(contact).Ref)
	b.sync()
	b.sync()
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	require.NotEmpty(t, b.twin(task).Ref.ID)
	b.quiet()
}

// The contact was deleted on both sides, and a listing that lagged still showed a
// task of it that was never copied: the contact was made again for its sake.
func TestContactThatIsGoneIsNotSpared(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact, _ := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(contact).Ref)
	b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("only on ghl")})
	b.ghl.Remove(contact)
	b.ghl.SetFault(func(syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: true} })
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindContact))
	b.ghl.SetFault(nil)
	b.sync()
	b.quiet()
}

// Where GHL lists changes only, a task whose link had ended was seen too late, and
// the deletion of its contact was put off again and again.
func TestTaskWithAnEndedLinkSparesItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) {
		c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithDeltas())
		c.Flows[0].Rules.Direction, c.Flows[1].Rules.Deletes = merge.TwoWay, merge.KeepTwin
	})
	b.ghl = b.cfg.GHL.(*syncertest.Service)
	contact, task := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(task).Ref)
	b.sync()
	b.pagico.Remove(b.twin(contact).Ref)
	b.sync()
	report := b.sync()
	require.True(t, report.Settled(), "%+v", report)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	b.quiet()
}

// Somebody edited a record while others of its fields were written, and it was to
// be moved besides: the move took the record for one that was looked at, and the
// edit, or the decision, was never seen.
func TestMoveOverlooksNothingAroundItsWrite(t *testing.T) {
	t.Parallel()
	for _, decided := range []bool{false, true} {
		b := newBench(t)
		_, task := b.seed()
		second := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Bob"), "email": text("bob@example.com")})
		b.sync()
		twin := b.twin(task).Ref
		b.ghl.Edit(task, syncer.Fields{"assignee": text("a@x")})
		b.pagico.Edit(twin, syncer.Fields{"assignee": text("b@x")})
		b.sync()
		waiting, err := b.engine.Waiting(t.Context())
		require.NoError(t, err)
		b.ghl.Rehome(task, second.ID)
		b.pagico.Edit(twin, syncer.Fields{"body": text("edited on pagico")})
		atCall(b.ghl, "update", syncer.KindTask, func() {
			if decided {
				require.NoError(t, b.engine.Decide(t.Context(), waiting[0].ID, "assignee", text("b@x"), "Grace"))
			} else {
				b.ghl.Edit(task, syncer.Fields{"title": text("meanwhile")})
			}
		})
		b.sync()
		b.sync()
		require.Equal(t, b.twin(second).Ref.ID, b.twin(task).Ref.Parent)
		if decided {
			require.Equal(t, text("b@x"), b.twin(twin).Fields["assignee"])
		} else {
			require.Equal(t, text("meanwhile"), b.twin(task).Fields["title"])
		}
	}
}

// An edited task, deleted on Pagico under another contact than its own on GHL, was
// to be made again there while its contact on GHL was being deleted: neither ever
// happened.
func TestEditedTaskThatStayedBehindSparesItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact, task := b.seed()
	second := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Bob"), "email": text("bob@example.com")})
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Rehome(twin, b.twin(second).Ref.ID)
	b.sync() // GHL cannot move it
	b.pagico.Remove(b.twin(contact).Ref)
	b.pagico.Remove(twin)
	b.ghl.Edit(task, syncer.Fields{"title": text("still needed")})
	b.sync()
	require.Empty(t, b.sync().Failures)
	require.Equal(t, text("still needed"), b.twin(task).Fields["title"])
	require.NotEmpty(t, b.twin(contact).Ref.ID)
	b.quiet()
}

// A decision that could be carried out on one side only was dropped, and the field
// waited for another one.
func TestHalfCarriedOutDecisionIsCarriedOut(t *testing.T) {
	t.Parallel()
	for _, fault := range []syncertest.Fault{{Before: errors.New("temporary")}, {After: syncer.ErrUncertain}} {
		b := newBench(t)
		_, task := b.seed()
		b.sync()
		twin := b.twin(task).Ref
		b.ghl.Edit(task, syncer.Fields{"assignee": text("a@x")})
		b.pagico.Edit(twin, syncer.Fields{"assignee": text("b@x")})
		b.sync()
		waiting, err := b.engine.Waiting(t.Context())
		require.NoError(t, err)
		require.NoError(t, b.engine.Decide(t.Context(), waiting[0].ID, "assignee", text("c@x"), "Grace"))
		for _, s := range []*syncertest.Service{b.pagico, b.ghl} {
			s.SetFault(func(c syncertest.Call) syncertest.Fault {
				if c.Op == "update" {
					return fault
				}
				return syncertest.Fault{}
			})
			b.sync()
			s.SetFault(nil)
		}
		b.sync()
		require.Equal(t, text("c@x"), b.twin(task).Fields["assignee"])
		require.Equal(t, text("c@x"), b.twin(twin).Fields["assignee"])
		b.quiet()
	}
}

// A hint came while a task waited to follow its contact, which had been made again:
// the wish was forgotten, and the task stayed behind.
func TestHintDoesNotLeaveATaskBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Remove(b.twin(contact).Ref)
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "move" {
			return syncertest.Fault{Before: errors.New("temporary")}
		}
		return syncertest.Fault{}
	})
	b.sync()
	b.pagico.SetFault(nil)
	b.pagico.Edit(twin, syncer.Fields{"body": text("edited")})
	_, err := b.engine.SyncRecord(t.Context(), twin, syncer.SyncOptions{})
	require.NoError(t, err)
	b.sync()
	require.Equal(t, b.twin(contact).Ref.ID, b.twin(task).Ref.Parent)
	b.quiet()
}

// A saved plan moved a task to the contact that it made again, though somebody had
// put the task elsewhere since.
func TestSavedPlanLeavesATaskWhereItWasPutSince(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	second := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Bob"), "email": text("bob@example.com")})
	b.sync()
	b.pagico.Remove(b.twin(contact).Ref)
	plan, err := b.engine.Plan(t.Context())
	require.NoError(t, err)
	b.pagico.Rehome(b.twin(task).Ref, b.twin(second).Ref.ID)
	report := b.apply(through(t, plan))
	require.Len(t, report.Drifted, 1)
	require.Equal(t, b.twin(second).Ref.ID, b.twin(task).Ref.Parent)
	require.Empty(t, b.apply(through(t, plan)).Failures)
}

// Somebody put a task under another contact right before one of its fields was
// written: the answer to the write was taken for what both sides agreed on.
func TestMoveRightBeforeAWriteIsFollowed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	second := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Bob"), "email": text("bob@example.com")})
	b.sync()
	b.pagico.Edit(b.twin(task).Ref, syncer.Fields{"title": text("edited")})
	atCall(b.ghl, "update", syncer.KindTask, func() { b.ghl.Rehome(task, second.ID) })
	b.sync()
	b.ghl.SetHook(nil)
	b.sync()
	require.Equal(t, b.twin(second).Ref.ID, b.twin(task).Ref.Parent)
	b.quiet()
}
