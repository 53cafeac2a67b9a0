package syncer_test

import (
	"context"
	"errors"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// bare is a bench whose GHL keeps no markers and whose tasks have no keys, so
// that nothing but the engine's own care keeps it from doubling them.
func bare(t *rapid.T, sabotage func(*syncer.Engine), settle time.Duration) (b *bench, contact syncer.Ref) {
	b = buildBench(t)
	b.ghl = syncertest.NewService(syncer.GHL, syncertest.WithClock(b.clock.now), syncertest.WithoutMarkers())
	b.cfg.GHL, b.cfg.Settle, b.cfg.ClockSlack = b.ghl, settle, time.Nanosecond
	b.cfg.Flows[1].Match = nil
	engine, err := syncer.New(b.cfg)
	require.NoError(t, err)
	sabotage(engine)
	b.engine = engine
	contact, _ = b.seed()
	b.mustSync(t)
	return b, contact
}

// unclearCreates lets every create take effect without a clear answer, or fail.
func unclearCreates(t *rapid.T, s *syncertest.Service) {
	fault := syncertest.Fault{After: syncer.ErrUncertain}
	if rapid.Bool().Draw(t, "nothing happened") {
		fault = syncertest.Fault{Before: syncer.ErrUncertain}
	}
	s.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" {
			return fault
		}
		return syncertest.Fault{}
	})
}

// unsettledStaysAlone: while nobody knows whether a create happened, it is not
// repeated, and its likely outcome is not copied back; afterwards there is one.
func unsettledStaysAlone(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, contact := bare(t, sabotage, time.Minute)
	b.pagico.Add(syncer.KindTask, b.twinOf(t, contact).Ref.ID, syncer.Fields{"title": text("new")})
	unclearCreates(t, b.ghl)
	for range 2 {
		_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{NoWait: true})
		require.NoError(t, err)
	}
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
	b.ghl.SetFault(nil)
	b.clock.jump(time.Hour)
	b.mustSync(t)
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
}

// unsettledRecreateStaysAlone is the same for a record that is made again.
func unsettledRecreateStaysAlone(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, _ := bare(t, sabotage, time.Minute)
	task := b.ghl.All(syncer.KindTask)[0].Ref
	twin := b.twinOf(t, task).Ref
	b.ghl.Remove(task)
	b.pagico.Edit(twin, syncer.Fields{"title": text("still needed")})
	unclearCreates(t, b.ghl)
	for range 2 {
		_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{NoWait: true})
		require.NoError(t, err)
	}
	b.ghl.SetFault(nil)
	b.clock.jump(time.Hour)
	b.mustSync(t)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
}

// killedCreateIsFound: the process dies in the moment after a create.
func killedCreateIsFound(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, contact := bare(t, sabotage, -1)
	b.pagico.Add(syncer.KindTask, b.twinOf(t, contact).Ref.ID, syncer.Fields{"title": text("new")})
	ctx, kill := context.WithCancel(t.Context())
	proc := &process{}
	b.cfg.Store = mortalStore{b.store, proc}
	engine, err := syncer.New(b.cfg)
	require.NoError(t, err)
	sabotage(engine)
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" {
			kill()
			proc.dead.Store(true)
		}
		return syncertest.Fault{}
	})
	_, err = engine.Sync(ctx, syncer.SyncOptions{})
	require.Error(t, err)
	b.ghl.SetFault(nil)
	b.mustSync(t)
	b.mustSync(t)
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
}

// staleListingsChangeNothing: a search index shows each task as it was, or not
// yet, and nothing comes of it.
func staleListingsChangeNothing(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage)
	want := "Call"
	if rapid.Bool().Draw(t, "edited") {
		want = "newer"
		b.pagico.Edit(twin, syncer.Fields{"title": text(want)})
	}
	b.pagico.Add(syncer.KindTask, b.pagico.All(syncer.KindContact)[0].Ref.ID, syncer.Fields{"title": text("made on ghl, not in the index yet")})
	b.mustSync(t)
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	b.mustSync(t)
	b.ghl.SetFault(nil)
	require.Equal(t, text(want), b.twinOf(t, task).Fields["title"], "not even for a while")
	b.mustSync(t)
	require.Equal(t, text(want), b.twinOf(t, task).Fields["title"])
	require.Equal(t, text(want), b.twinOf(t, twin).Fields["title"])
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
}

// editsAroundAWriteSurvive: somebody edits the GHL task at any call of the pass
// that writes to it. Another field must come through; the same field must at
// least be told of, except in the one moment before the write.
func editsAroundAWriteSurvive(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage, func(c *syncer.Config) { c.Freshness = time.Nanosecond })
	field := rapid.SampledFrom([]string{"title", "dueDate"}).Draw(t, "field")
	at := rapid.IntRange(0, 8).Draw(t, "at")
	b.pagico.Edit(twin, syncer.Fields{"title": text("from pagico")})
	calls, edited := 0, false
	hook := func(c syncertest.Call) {
		if calls == at && (c.Op != "update" || field != "title") {
			edited = b.ghl.Edit(task, syncer.Fields{field: text("from ghl")})
		}
		calls++
	}
	b.ghl.SetHook(hook)
	b.pagico.SetHook(hook)
	b.mustSync(t)
	b.ghl.SetHook(nil)
	b.pagico.SetHook(nil)
	b.mustSync(t)
	if field == "dueDate" && edited {
		require.Equal(t, text("from ghl"), b.twinOf(t, task).Fields[field])
	}
	require.Equal(t, b.twinOf(t, task).Fields, b.twinOf(t, twin).Fields)
	if edited && field == "title" && b.twinOf(t, task).Fields[field].Equal(text("from pagico")) {
		told := false
		require.NoError(t, b.store.View(t.Context(), b.cfg.Connection, func(tx syncer.Tx) error {
			for e, err := range tx.Audit(0) {
				for _, f := range e.Fields {
					told = told || f.Lost.Equal(text("from ghl")) || f.Before.Equal(text("from ghl")) || f.After.Equal(text("from ghl"))
				}
				if err != nil {
					return err
				}
			}
			return nil
		}))
		require.True(t, told, "the overwritten edit is not in the log")
	}
}

// contactsWithLooseTasksStay: deleting a contact on Pagico does not take tasks
// along that only GHL has.
func contactsWithLooseTasksStay(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, _, _ := sabotaged(t, sabotage, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact := b.ghl.All(syncer.KindContact)[0].Ref
	b.pagico.Remove(b.twinOf(t, contact).Ref)
	b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("only on ghl")})
	b.mustSync(t)
	b.mustSync(t)
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
}

// failedCopiesAreListedAgain: where only changes are listed, a record whose copy
// failed is not forgotten.
func failedCopiesAreListedAgain(t *rapid.T, sabotage func(*syncer.Engine)) {
	b := buildBench(t)
	b.pagico = syncertest.NewService(syncer.Pagico, syncertest.WithClock(b.clock.now), syncertest.WithKeyedCreates(), syncertest.WithDeltas())
	b.cfg.Pagico = b.pagico
	engine, err := syncer.New(b.cfg)
	require.NoError(t, err)
	sabotage(engine)
	b.engine = engine
	contact, _ := b.seed()
	b.mustSync(t)
	b.pagico.Add(syncer.KindTask, b.twinOf(t, contact).Ref.ID, syncer.Fields{"title": text("new")})
	left := rapid.IntRange(1, 3).Draw(t, "failures")
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" && left > 0 {
			left--
			return syncertest.Fault{Before: errors.New("temporary")}
		}
		return syncertest.Fault{}
	})
	for range 4 {
		b.mustSync(t)
	}
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
}
