package syncer_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// A deletion whose answer was lost looked as if people had deleted both records.
func TestUndoKnowsDeletionsWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	b.pagico.Remove(b.twin(task).Ref)
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "delete" {
			return syncertest.Fault{After: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.sync()
	b.ghl.SetFault(nil)
	b.sync()
	require.Contains(t, b.export(syncer.AuditJSONLines), "is seen to have happened")
	b.takeBack(seq)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
}

func TestUndoWithoutAnAnswerIsSettledByAPass(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]syncertest.Fault{"made": {After: syncer.ErrUncertain}, "not made": {Before: syncer.ErrUncertain}} {
		b := newBench(t)
		_, task := b.seed()
		b.sync()
		seq := b.lastSeq()
		b.pagico.Remove(b.twin(task).Ref)
		b.sync()
		plan := b.undo(seq)
		b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
			if c.Op == "create" {
				return fault
			}
			return syncertest.Fault{}
		})
		require.Equal(t, 1, b.apply(plan).Pending, name)
		b.ghl.SetFault(nil)
		b.sync()
		b.apply(plan)
		b.sync()
		require.Len(t, b.ghl.All(syncer.KindTask), 1, name)
		require.Len(t, b.pagico.All(syncer.KindTask), 1, name)
		b.quiet()
	}
}

func TestUndoneDeletionWaitsForAPersonWhenSeveralRecordsFit(t *testing.T) {
	t.Parallel()
	for _, choose := range []bool{true, false} {
		b := newBench(t, func(c *syncer.Config) {
			c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithoutMarkers())
		})
		b.ghl = b.cfg.GHL.(*syncertest.Service)
		contact, task := b.seed()
		b.sync()
		seq := b.lastSeq()
		b.pagico.Remove(b.twin(task).Ref)
		b.sync()
		plan := b.undo(seq)
		b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
			if c.Op == "create" {
				return syncertest.Fault{After: syncer.ErrUncertain}
			}
			return syncertest.Fault{}
		})
		b.apply(plan)
		b.ghl.SetFault(nil)
		made := b.ghl.All(syncer.KindTask)[0]
		b.ghl.Add(syncer.KindTask, contact.ID, made.Fields)
		require.Len(t, b.apply(plan).Drifted, 1)
		waiting, err := b.engine.WaitingCreates(t.Context())
		require.NoError(t, err)
		require.Len(t, waiting, 1)
		require.Equal(t, plan.Steps[0].Undoes, waiting[0].Undoes)
		choice := syncer.Ref{}
		if choose {
			choice = made.Ref
		}
		require.NoError(t, b.engine.DecideCreate(t.Context(), waiting[0].ID, choice, "Grace"))
		want := map[bool]int{true: 2, false: 3}[choose]
		b.apply(plan)
		require.Len(t, b.ghl.All(syncer.KindTask), want)
		b.apply(plan)
		require.Len(t, b.ghl.All(syncer.KindTask), want)
	}
}

func TestUndoTakesWritesWithoutAnAnswerBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	b.ghl.Edit(task, titled("typo"))
	b.pagico.SetFault(failing("update", 1, syncertest.Fault{After: syncer.ErrUncertain}))
	b.sync()
	b.sync()
	require.Equal(t, text("typo"), b.twin(task).Fields["title"])
	b.takeBack(seq)
	require.Equal(t, text("Call"), b.twin(task).Fields["title"])
	b.sync()
	b.quiet()
}

// TestUndoSurvivesACrashAnywhere lets the process die at every call, and before
// and after every transaction, of the same undo: once, and at each point in turn.
func TestUndoSurvivesACrashAnywhere(t *testing.T) {
	t.Parallel()
	for _, what := range []int{troubleCrashBefore, troubleCrashAfter, troubleStoreBefore, troubleStoreAfter, troubleUncertainBefore, troubleUncertainAfter} {
		for _, again := range []bool{false, true} {
			for at := 0; ; at++ {
				if !undoWithTrouble(t, what, at, again) {
					require.True(t, again || at > 8, "the undo takes more than %d", at)
					break
				}
			}
		}
	}
}

// undoWithTrouble undoes deletions, a completion, an edit and a copy, with trouble
// at one point, or at all up to one. It reports whether the point was reached.
func undoWithTrouble(t *testing.T, what, at int, again bool) (reached bool) {
	b := newBench(t, func(c *syncer.Config) {
		c.Flows[0].Rules.Direction = merge.TwoWay
		c.Guards = syncer.Guards{MaxDeletePercent: 100}
	})
	contact, _ := b.seed()
	b.ghl.Add(syncer.KindTask, contact.ID, titled("Write"))
	other := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Bob"), "email": text("bob@example.com")})
	edited := b.ghl.Add(syncer.KindTask, other.ID, titled("Edit"))
	gone := b.ghl.Add(syncer.KindTask, other.ID, titled("Gone"))
	b.sync()
	seq := b.lastSeq()
	b.ghl.Remove(contact)
	b.pagico.Remove(b.twin(gone).Ref)
	b.ghl.Edit(edited, titled("typo"))
	b.ghl.Add(syncer.KindTask, other.ID, titled("Copied"))
	b.sync()
	plan := b.undo(seq)
	require.Len(t, plan.Steps, 6)

	from := at
	if again {
		from = 0
	}
	for ; from <= at; from++ {
		reached = b.applyAmid(plan, what, from)
		b.clock.jump(time.Hour)
	}
	report := b.apply(plan)
	require.Empty(t, report.Failures)
	require.Empty(t, report.Drifted)
	titles := func(all []syncer.Record) (titles []string) {
		for _, rec := range all {
			titles = append(titles, rec.Fields["title"].AsText()+rec.Fields["name"].AsText())
		}
		slices.Sort(titles)
		return titles
	}
	require.Equal(t, []string{"Ada", "Bob"}, titles(b.pagico.All(syncer.KindContact)))
	require.Equal(t, []string{"Call", "Edit", "Write"}, titles(b.pagico.All(syncer.KindTask)), "trouble %d at %d", what, at)
	require.Equal(t, []string{"Copied", "Edit", "Gone"}, titles(b.ghl.All(syncer.KindTask)))
	b.sync()
	require.Equal(t, []string{"Call", "Edit", "Gone", "Write"}, titles(b.pagico.All(syncer.KindTask)))
	require.Equal(t, []string{"Call", "Copied", "Edit", "Gone", "Write"}, titles(b.ghl.All(syncer.KindTask)))
	b.quiet()
	return reached
}

// applyAmid applies a plan with trouble at one call or transaction, as a process of
// its own, and reports whether that was reached.
func (b *bench) applyAmid(plan *syncer.Plan, what, at int) (reached bool) {
	proc := &process{}
	if what == troubleStoreBefore || what == troubleStoreAfter {
		proc.storeAt, proc.storeAfter = at+1, what == troubleStoreAfter
	}
	calls := 0
	fault := func(syncertest.Call) (f syncertest.Fault) {
		calls++
		switch {
		case proc.dead.Load():
			f.Before = errCrash
		case calls != at+1:
		case what == troubleCrashBefore, what == troubleCrashAfter:
			proc.dead.Store(true)
			f = map[int]syncertest.Fault{troubleCrashBefore: {Before: errCrash}, troubleCrashAfter: {After: errCrash}}[what]
		case what == troubleUncertainBefore:
			f.Before = syncer.ErrUncertain
		case what == troubleUncertainAfter:
			f.After = syncer.ErrUncertain
		}
		return f
	}
	b.ghl.SetFault(fault)
	b.pagico.SetFault(fault)
	cfg := b.cfg
	memory, ok := b.store.(*memstore.Store)
	require.True(b.t, ok)
	cfg.Store = mortalStore{memory, proc}
	engine, err := syncer.New(cfg)
	require.NoError(b.t, err)
	_, err = engine.Apply(b.t.Context(), plan, syncer.ApplyOptions{})
	b.ghl.SetFault(nil)
	b.pagico.SetFault(nil)
	memory.Restore(memory.Snapshot()) // frees the locks of the dead
	if what == troubleStoreBefore || what == troubleStoreAfter {
		return proc.updates > at
	}
	_ = err // with a trouble at all, it may be of any kind
	return calls > at
}
