package syncer_test

import (
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// rehomed is a bench with one task on both sides that somebody put under a second
// contact on Pagico, which has a twin or not.
func rehomed(t *rapid.T, sabotage func(*syncer.Engine), linked bool) (b *bench, twin syncer.Ref) {
	b = buildBench(t, remakes, func(c *syncer.Config) {
		c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithoutMarkers())
	})
	b.ghl = b.cfg.GHL.(*syncertest.Service)
	sabotage(b.engine)
	_, task := b.seed()
	fields := syncer.Fields{"name": text("bob"), "email": text("bob@example.com")}
	if linked {
		b.ghl.Add(syncer.KindContact, "", fields)
	}
	b.mustSync(t)
	if !linked {
		b.pagico.Add(syncer.KindContact, "", fields)
	}
	twin = b.twinOf(t, task).Ref
	b.pagico.Rehome(twin, b.pagico.All(syncer.KindContact)[1].Ref.ID)
	return b, twin
}

// movedTaskSurvivesACrash: the process dies at some call of the pass that makes
// the task again on GHL, and perhaps somebody puts it back before the next one.
func movedTaskSurvivesACrash(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, twin := rehomed(t, sabotage, true)
	at, calls := rapid.IntRange(0, 10).Draw(t, "at"), 0
	fault := func(syncertest.Call) syncertest.Fault {
		if calls++; calls > at {
			return syncertest.Fault{Before: syncer.ErrOverLimit}
		}
		return syncertest.Fault{}
	}
	b.ghl.SetFault(fault)
	b.pagico.SetFault(fault)
	_, _ = b.engine.Sync(t.Context(), syncer.SyncOptions{})
	b.ghl.SetFault(nil)
	b.pagico.SetFault(nil)
	home := 1
	if rapid.Bool().Draw(t, "put back") {
		home = 0
		b.pagico.Rehome(twin, b.pagico.All(syncer.KindContact)[0].Ref.ID)
	}
	b.mustSync(t)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	require.Equal(t, b.ghl.All(syncer.KindContact)[home].Ref.ID, b.twinOf(t, twin).Ref.Parent)
}

// moveIsFollowedLater: the second contact comes to GHL only after some passes.
func moveIsFollowedLater(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, twin := rehomed(t, sabotage, false)
	for range rapid.IntRange(1, 3).Draw(t, "passes") {
		b.mustSync(t)
	}
	contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("bob"), "email": text("bob@example.com")})
	b.mustSync(t)
	require.Equal(t, contact.ID, b.twinOf(t, twin).Ref.Parent)
}

// movedTaskIsNotCopied: the index still shows the task that was made again.
func movedTaskIsNotCopied(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, _ := rehomed(t, sabotage, true)
	b.mustSync(t)
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	b.mustSync(t)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
}

// childrenFollowTheirParent: what a deleted Pagico contact left behind belongs to
// the one that is made in its place.
func childrenFollowTheirParent(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage)
	b.pagico.Remove(syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindContact, ID: b.twinOf(t, task).Ref.Parent})
	b.mustSync(t)
	b.mustSync(t)
	require.Equal(t, b.pagico.All(syncer.KindContact)[0].Ref.ID, b.twinOf(t, task).Ref.Parent, twin.ID)
}

// lateEditsBeatDeletes: the pass takes long, and what it decided to delete is edited,
// or what it found deleted is restored, before the deletion has its turn.
func lateEditsBeatDeletes(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage)
	b.ghl.Edit(task, syncer.Fields{"extra": text("which has no rule")})
	b.mustSync(t)
	deleted := b.twinOf(t, task)
	b.pagico.Remove(twin)
	b.seed() // something to make, which comes first
	restore := rapid.Bool().Draw(t, "restored")
	atCall(b.pagico, "create", syncer.KindTask, func() {
		b.clock.jump(time.Hour)
		if restore {
			b.pagico.Put(deleted)
		} else {
			b.ghl.Edit(task, syncer.Fields{"title": text("still needed")})
		}
	})
	b.mustSync(t)
	b.mustSync(t)
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
}

// lateTasksKeepTheirContact: somebody makes a task in the moment before its contact
// is deleted.
func lateTasksKeepTheirContact(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact := b.ghl.All(syncer.KindContact)[0].Ref
	b.pagico.Remove(twin)
	b.pagico.Remove(b.twinOf(t, contact).Ref)
	atCall(b.ghl, "delete", syncer.KindTask, func() { b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("only on ghl")}) })
	for range 3 {
		b.mustSync(t)
	}
	require.Len(t, b.ghl.All(syncer.KindTask), 1, task.ID)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
}
