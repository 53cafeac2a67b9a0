package syncer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// Services delete what belongs to a record with it. A copy on Pagico is deleted only
// when nothing of that is news.

// listed is a service that cannot list what belongs to one record.
type listed struct{ syncer.Source }

func (l listed) CreateIsRepeatable(syncer.Kind) bool { return true }

// spared runs a test with a Pagico of each sort.
func spared(t *testing.T, run func(t *testing.T, b *bench), change ...func(*syncer.Config)) {
	t.Helper()
	sorts := map[string]func(*syncer.Config){
		"children": func(*syncer.Config) {},
		"listings": func(c *syncer.Config) { c.Pagico = listed{c.Pagico} },
		"changes": func(c *syncer.Config) {
			c.Pagico = syncertest.NewService(syncer.Pagico, syncertest.WithClock(c.Now), syncertest.WithDeltas())
		},
	}
	for name, sort := range sorts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, append(change, sort)...)
			if s, ok := b.cfg.Pagico.(*syncertest.Service); ok {
				b.pagico = s
			}
			run(t, b)
		})
	}
}

// A task that somebody had just made below a mirrored contact went with it, and
// nothing told of it.
func TestMirrorWithNewTasksIsKept(t *testing.T) {
	t.Parallel()
	spared(t, func(t *testing.T, b *bench) {
		contact, _ := b.seed()
		b.sync()
		mirror := b.twin(contact).Ref
		task := b.pagico.Add(syncer.KindTask, mirror.ID, syncer.Fields{"title": text("New")})
		b.ghl.Remove(contact)
		report := b.sync()
		require.Equal(t, 1, report.Kinds[syncer.KindContact].Unlinked)
		_, err := b.pagico.Get(t.Context(), mirror)
		require.NoError(t, err, "the mirror is kept")
		_, err = b.pagico.Get(t.Context(), task)
		require.NoError(t, err)
		require.Len(t, b.pagico.All(syncer.KindTask), 1, "what was copied is gone on GHL")
		b.quiet()
	})
}

// A task that was edited after its contact was deleted on GHL was said to be kept,
// and then went with the contact.
func TestMirrorWithEditedTasksIsKept(t *testing.T) {
	t.Parallel()
	spared(t, func(t *testing.T, b *bench) {
		contact, task := b.seed()
		b.sync()
		mirror, twin := b.twin(contact).Ref, b.twin(task).Ref
		b.pagico.Edit(twin, syncer.Fields{"title": text("still needed")})
		b.ghl.Remove(contact)
		b.sync()
		_, err := b.pagico.Get(t.Context(), mirror)
		require.NoError(t, err, "the mirror is kept")
		rec, err := b.pagico.Get(t.Context(), twin)
		require.NoError(t, err)
		require.Equal(t, text("still needed"), rec.Fields["title"])
		b.quiet()
	})
}

// Where contacts go both ways the contact is made again, and its tasks with it.
func TestContactWithNewTasksIsMadeAgainOnGHL(t *testing.T) {
	t.Parallel()
	spared(t, func(t *testing.T, b *bench) {
		contact, task := b.seed()
		b.sync()
		mirror, twin := b.twin(contact).Ref, b.twin(task).Ref
		b.pagico.Edit(twin, syncer.Fields{"title": text("still needed")})
		added := b.pagico.Add(syncer.KindTask, mirror.ID, syncer.Fields{"title": text("New")})
		b.ghl.Remove(contact)
		b.sync()
		b.sync()
		require.Equal(t, text("Ada"), b.twin(mirror).Fields["name"])
		require.Equal(t, text("New"), b.twin(added).Fields["title"])
		require.Equal(t, text("still needed"), b.twin(twin).Fields["title"])
		b.quiet()
	}, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
}

func TestUnchangedMirrorGoesWithItsContact(t *testing.T) {
	t.Parallel()
	spared(t, func(t *testing.T, b *bench) {
		contact, _ := b.seed()
		b.sync()
		b.ghl.Remove(contact)
		require.Equal(t, 2, b.sync().Total().Deleted)
		require.Empty(t, b.pagico.All(syncer.KindContact))
		b.quiet()
	})
}

// The same for what is put below it between planning and deleting, for plans from a
// file, and for copies that are taken back.
func TestMirrorIsLookedAtRightBeforeItIsDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	mirror := b.twin(contact).Ref
	b.ghl.Remove(contact)
	plan, err := b.engine.Plan(t.Context())
	require.NoError(t, err)
	b.pagico.SetHook(func(c syncertest.Call) {
		if c.Op == "delete" && c.Kind == syncer.KindTask {
			b.pagico.Add(syncer.KindTask, mirror.ID, syncer.Fields{"title": text("New")})
		}
	})
	b.sync()
	b.pagico.SetHook(nil)
	require.Len(t, b.pagico.All(syncer.KindContact), 1)
	report, err := b.engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
	require.NoError(t, err)
	require.Zero(t, report.Writes)
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindContact), 1)
	b.quiet()
}

func TestPlansOfMirrorsAreLookedAtAgain(t *testing.T) {
	t.Parallel()
	spared(t, func(t *testing.T, b *bench) {
		contact, _ := b.seed()
		b.sync()
		mirror := b.twin(contact).Ref
		undo, err := b.engine.Undo(t.Context(), syncer.UndoOptions{})
		require.NoError(t, err)
		require.Equal(t, 2, undo.Writes())
		b.pagico.Add(syncer.KindTask, mirror.ID, syncer.Fields{"title": text("New")})
		again, err := b.engine.Undo(t.Context(), syncer.UndoOptions{})
		require.NoError(t, err)
		require.Equal(t, 1, again.Writes(), "the contact is left: %+v", again.Skipped)
		_, err = b.engine.Apply(t.Context(), undo, syncer.ApplyOptions{})
		require.NoError(t, err)
		require.Len(t, b.pagico.All(syncer.KindContact), 1)
	})
}

// GHL listed only changes, and so nothing of a task that was kept when its twin was
// deleted: every pass planned to delete its contact, and put it off again.
func TestKeptTaskKeepsItsContactForGood(t *testing.T) {
	t.Parallel()
	for _, policy := range []merge.DeletePolicy{merge.KeepTwin, merge.Unlink, merge.Complete} {
		b := newBench(t, func(c *syncer.Config) {
			c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithDeltas())
			c.Flows[0].Rules.Direction, c.Flows[1].Rules.Deletes = merge.PagicoToGHL, policy
		})
		b.ghl = b.cfg.GHL.(*syncertest.Service)
		mirror := b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
		task := b.pagico.Add(syncer.KindTask, mirror.ID, syncer.Fields{"title": text("Call"), "dueDate": text("2026-03-05T10:00:00Z")})
		b.sync()
		kept := b.twin(task).Ref
		b.pagico.Remove(task)
		b.sync()
		b.sync()
		b.pagico.Remove(mirror)
		b.sync()
		report := b.sync()
		require.True(t, report.Settled(), "%s: %+v", policy, report)
		_, err := b.ghl.Get(t.Context(), kept)
		require.NoError(t, err, "%s", policy)
		b.quiet()
	}
}

// A contact and its task were deleted on GHL at once, and the task stays on Pagico by
// its policy: the plan had the mirror deleted, which the pass then refused to do.
func TestMirrorStaysWithTasksThatStay(t *testing.T) {
	t.Parallel()
	for _, policy := range []merge.DeletePolicy{merge.KeepTwin, merge.Unlink, merge.Complete} {
		spared(t, func(t *testing.T, b *bench) {
			contact, _ := b.seed()
			b.sync()
			mirror := b.twin(contact).Ref
			b.ghl.Remove(contact)
			for _, s := range b.plan().Steps {
				require.NotEqual(t, syncer.StepDelete, s.Op, "%s: %+v", policy, s)
			}
			report := b.sync()
			require.Empty(t, report.Failures, "%s", policy)
			require.True(t, report.Settled(), "%s: %+v", policy, report)
			_, err := b.pagico.Get(t.Context(), mirror)
			require.NoError(t, err, "%s", policy)
			require.Len(t, b.pagico.All(syncer.KindTask), 1, "%s", policy)
			b.quiet()
		}, func(c *syncer.Config) { c.Flows[1].Rules.Deletes = policy })
	}
}

// While another record was copied, a task without a twin counted as safe: the plan
// had its contact's mirror deleted, which the pass then refused to do.
func TestMirrorWithANewTaskStaysWhileAnotherRecordIsCopied(t *testing.T) {
	t.Parallel()
	spared(t, func(t *testing.T, b *bench) {
		contact, _ := b.seed()
		b.sync()
		mirror := b.twin(contact).Ref
		b.ghl.Remove(contact)
		b.pagico.Add(syncer.KindTask, mirror.ID, syncer.Fields{"title": text("New")})
		b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Bob"), "email": text("bob@example.com")})
		for _, s := range b.plan().Steps {
			require.False(t, s.Op == syncer.StepDelete && s.Kind == syncer.KindContact, "%+v", s)
		}
		require.Zero(t, b.sync().Requeued)
		_, err := b.pagico.Get(t.Context(), mirror)
		require.NoError(t, err)
		b.quiet()
	})
}

// The same the other way round: GHL would have taken the task along.
func TestContactStaysWithTasksThatStay(t *testing.T) {
	t.Parallel()
	for _, policy := range []merge.DeletePolicy{merge.KeepTwin, merge.Unlink, merge.Complete} {
		b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction, c.Flows[1].Rules.Deletes = merge.TwoWay, policy })
		contact, task := b.seed()
		b.sync()
		b.pagico.Remove(b.twin(task).Ref)
		b.pagico.Remove(b.twin(contact).Ref)
		for _, s := range b.plan().Steps {
			require.NotEqual(t, syncer.StepDelete, s.Op, "%s: %+v", policy, s)
		}
		require.Zero(t, b.sync().Requeued, "%s", policy)
		b.sync()
		_, err := b.ghl.Get(t.Context(), task)
		require.NoError(t, err, "%s", policy)
		b.quiet()
	}
}
