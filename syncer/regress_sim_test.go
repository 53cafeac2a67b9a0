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
