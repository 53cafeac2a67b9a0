package syncer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// GHL's index still shows a task under the contact that it was taken from, where it
// is not to be found any more: that is no proof of a deletion.
func TestTaskThatMovedBehindALaggingListingIsNotTakenForDeleted(t *testing.T) {
	t.Parallel()
	for _, deletes := range []merge.DeletePolicy{merge.Propagate, merge.Unlink, merge.Complete} {
		b := newBench(t, remakes, func(c *syncer.Config) { c.Flows[1].Rules.Deletes = deletes })
		_, task := b.seed()
		b.sync()
		other, home := b.house("bob")
		twin := b.twin(task).Ref
		b.ghl.Rehome(task, other.ID)
		b.pagico.Edit(twin, syncer.Fields{"title": text("edited meanwhile")})
		b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
		for pass := range 3 {
			report := b.sync()
			require.Equal(t, twin.ID, b.pagico.All(syncer.KindTask)[0].Ref.ID)
			if pass > 0 { // the first one meets it while writing
				require.Len(t, report.Skipped, 1)
				require.Contains(t, report.Skipped[0].Reason, "it was moved or deleted just now")
			}
		}
		b.ghl.SetFault(nil)
		b.sync()
		require.Equal(t, home.ID, b.parentOf(twin), deletes)
		require.Equal(t, text("edited meanwhile"), b.twin(twin).Fields["title"])
		require.Equal(t, task.ID, b.twin(twin).Ref.ID)
		b.quiet()
	}
}

// A move was made, and the engine died before it could store that: when the contact
// was deleted on GHL, the move counted as a person's, and brought the task back.
func TestMoveOfItsOwnBeatsNoDeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	other, _ := b.house("bob")
	b.ghl.Rehome(task, other.ID)
	b.pagico.SetFault(fails("move", syncertest.Fault{After: syncer.ErrUncertain}))
	b.sync()
	b.pagico.SetFault(nil)
	b.ghl.Remove(other)
	b.sync()
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask))
	require.Empty(t, b.ghl.All(syncer.KindTask))
	b.quiet()
}

// The same when the task was put back on GHL instead: it was moved there too, where
// the engine itself had put it.
func TestMoveOfItsOwnIsNotFollowed(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	contact, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	other, _ := b.house("bob")
	b.ghl.Rehome(task, other.ID)
	b.pagico.SetFault(fails("move", syncertest.Fault{After: syncer.ErrUncertain}))
	b.sync()
	b.pagico.SetFault(nil)
	b.ghl.Rehome(task, contact.ID)
	b.sync()
	require.Equal(t, task.ID, b.twin(twin).Ref.ID)
	require.Equal(t, contact.ID, b.parentOf(task))
	require.Equal(t, b.twin(contact).Ref.ID, b.parentOf(twin))
	b.quiet()
}
