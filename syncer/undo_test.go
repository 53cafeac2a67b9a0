package syncer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

func TestUndoTakesTheEnginesWritesBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	seq := b.lastSeq()
	b.ghl.Edit(task, syncer.Fields{"title": text("typo"), "dueDate": text("2027-01-01T00:00:00Z")})
	_, other := b.seed()
	b.sync()
	b.ghl.Edit(task, titled("worse"))
	b.sync()
	b.pagico.Edit(twin, syncer.Fields{"dueDate": text("2028-01-01T00:00:00Z")})
	plan, err := b.engine.Undo(t.Context(), syncer.UndoOptions{After: seq})
	require.NoError(t, err)
	report := b.apply(through(t, plan))
	require.Empty(t, report.Drifted)
	require.Equal(t, text("Call"), b.twin(task).Fields["title"])
	require.Equal(t, text("Call"), b.twin(twin).Fields["title"], "both sides show the old value")
	require.Equal(t, text("2028-01-01T00:00:00Z"), b.twin(task).Fields["dueDate"], "what people edited since stays")
	require.NotEmpty(t, plan.Skipped)
	require.Len(t, b.pagico.All(syncer.KindTask), 1, "the copy of %s is gone", other)
	require.Zero(t, b.apply(plan).Writes)
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindTask), 1, "and is not made again")
	require.Len(t, b.ghl.All(syncer.KindTask), 2)
	b.quiet()
}

func (b *bench) lastSeq() (seq int64) {
	require.NoError(b.t, b.store.View(b.t.Context(), "test", func(tx syncer.Tx) error {
		for e, err := range tx.Audit(0) {
			if err != nil {
				return err
			}
			seq = e.Seq
		}
		return nil
	}))
	return seq
}

// undo plans the undo of everything after seq and sends it through a file.
func (b *bench) undo(seq int64) *syncer.Plan {
	b.t.Helper()
	plan, err := b.engine.Undo(b.t.Context(), syncer.UndoOptions{After: seq})
	require.NoError(b.t, err)
	return through(b.t, plan)
}

// takeBack undoes everything after seq, twice, and checks that the second time
// does nothing.
func (b *bench) takeBack(seq int64) *syncer.Plan {
	b.t.Helper()
	plan := b.undo(seq)
	report := b.apply(plan)
	require.Empty(b.t, report.Drifted)
	require.Empty(b.t, report.Failures)
	report = b.apply(plan)
	require.Zero(b.t, report.Writes, "applied twice, it changes nothing")
	require.Empty(b.t, report.Drifted)
	return plan
}

// reasons joins what a plan says of the records that it leaves alone.
func reasons(plan *syncer.Plan) (all []string) {
	for _, s := range plan.Skipped {
		all = append(all, s.Reason)
	}
	return all
}

func TestUndoMakesDeletedRecordsAgain(t *testing.T) {
	t.Parallel()
	for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		b := newBench(t)
		_, task := b.seed()
		b.sync()
		twin := b.twin(task).Ref
		dead, left, services := task, twin, b.services()
		if side == syncer.Pagico {
			dead, left = twin, task
		}
		services[left.Side].Edit(left, syncer.Fields{"colour": text("red")}) // no flow syncs it
		seq := b.lastSeq()
		services[dead.Side].Remove(dead)
		b.sync()
		require.Empty(t, services[left.Side].All(syncer.KindTask))

		plan := b.takeBack(seq)
		require.Len(t, plan.Steps, 1)
		require.Equal(t, syncer.StepRestore, plan.Steps[0].Op)
		require.Contains(t, plan.Steps[0].Reason, "undo of entry")
		require.Empty(t, services[dead.Side].All(syncer.KindTask), "the side of the person is left to the next pass")
		again := services[left.Side].All(syncer.KindTask)
		require.Len(t, again, 1)
		require.NotEqual(t, left.ID, again[0].Ref.ID)
		require.Equal(t, syncer.Fields{"title": text("Call"), "dueDate": text("2026-03-05T10:00:00Z"), "status": text("open"),
			"body": text("one\ntwo\nthree"), "colour": text("red")}, again[0].Fields)
		require.Empty(t, b.undo(seq).Steps, "there is nothing more to undo")

		report := b.sync()
		require.Equal(t, 1, report.Total().Created, "a new record is copied")
		require.Equal(t, text("Call"), b.twin(again[0].Ref).Fields["title"])
		require.Empty(t, report.Skipped)
		b.quiet()
	}
}

// services are both services by side.
func (b *bench) services() map[syncer.Side]*syncertest.Service {
	return map[syncer.Side]*syncertest.Service{syncer.GHL: b.ghl, syncer.Pagico: b.pagico}
}

func TestUndoMakesParentsAgainBeforeTheirChildren(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Write")})
	b.sync()
	seq := b.lastSeq()
	b.ghl.Remove(contact)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask))

	plan := b.takeBack(seq)
	require.Len(t, plan.Steps, 3)
	require.Equal(t, syncer.KindContact, plan.Steps[0].Kind)
	contacts, tasks := b.pagico.All(syncer.KindContact), b.pagico.All(syncer.KindTask)
	require.Len(t, contacts, 1)
	require.Len(t, tasks, 2)
	for _, rec := range tasks {
		require.Equal(t, contacts[0].Ref.ID, rec.Ref.Parent, "they are below the new parent")
	}
	require.Zero(t, b.sync().Writes, "contacts flow one way, so they are left alone")
	b.quiet()
}

// The engine deleted the contact on GHL, which took its tasks along, and then
// their twins on Pagico: the tasks come back with their contact.
func TestUndoBringsChildrenBackWhereTheirParentIs(t *testing.T) {
	t.Parallel()
	for _, both := range []bool{true, false} {
		b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
		contact, task := b.seed()
		b.sync()
		seq := b.lastSeq()
		if both {
			b.pagico.Remove(b.twin(task).Ref)
		}
		b.pagico.Remove(b.twin(contact).Ref)
		b.sync()
		b.sync()
		require.Empty(t, b.ghl.All(syncer.KindTask))
		require.Empty(t, b.pagico.All(syncer.KindTask))

		b.takeBack(seq)
		contacts, tasks := b.ghl.All(syncer.KindContact), b.ghl.All(syncer.KindTask)
		require.Len(t, contacts, 1)
		require.Len(t, tasks, 1)
		require.Equal(t, contacts[0].Ref.ID, tasks[0].Ref.Parent)
		b.sync()
		require.Equal(t, text("Call"), b.twin(tasks[0].Ref).Fields["title"])
		require.Equal(t, b.twin(contacts[0].Ref).Ref.ID, b.twin(tasks[0].Ref).Ref.Parent)
		b.quiet()
	}
}

func TestUndoReopensCompletions(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} { // the answer to the completion
		b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Deletes = merge.Complete })
		_, task := b.seed()
		b.sync()
		twin := b.twin(task).Ref
		b.ghl.Edit(task, syncer.Fields{"title": text("Call back")})
		b.sync()
		b.pagico.Edit(twin, syncer.Fields{"status": text("inProgress")})
		b.sync()
		seq := b.lastSeq()
		b.pagico.Edit(twin, syncer.Fields{"dueDate": text("2027-01-01T00:00:00Z")})
		b.sync()
		b.pagico.Remove(twin)
		if lost {
			b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
				if c.Op == "update" {
					return syncertest.Fault{After: syncer.ErrUncertain}
				}
				return syncertest.Fault{}
			})
			b.sync()
			b.ghl.SetFault(nil)
		}
		b.sync()
		require.Equal(t, text("completed"), b.ghl.All(syncer.KindTask)[0].Fields["status"])

		plan := b.takeBack(seq)
		require.Len(t, plan.Steps, 1)
		require.Equal(t, syncer.StepReopen, plan.Steps[0].Op)
		rec, err := b.ghl.Get(t.Context(), task)
		require.NoError(t, err)
		require.Equal(t, text("inProgress"), rec.Fields["status"])
		require.Equal(t, text("2026-03-05T10:00:00Z"), rec.Fields["dueDate"], "earlier writes are taken back with it")
		b.sync()
		require.Equal(t, text("Call back"), b.twin(task).Fields["title"], "it is copied like a new one")
		b.quiet()
	}
}

func TestUndoTakesEarlierWritesBackWithTheDeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	seq := b.lastSeq()
	b.pagico.Edit(twin, syncer.Fields{"title": text("typo"), "dueDate": text("2027-01-01T00:00:00Z")})
	b.sync()
	b.ghl.Edit(task, syncer.Fields{"dueDate": text("2028-01-01T00:00:00Z")})
	b.sync()
	b.pagico.Remove(twin)
	b.sync()
	b.takeBack(seq)
	again := b.ghl.All(syncer.KindTask)[0].Fields
	require.Equal(t, text("Call"), again["title"], "the engine wrote the other one")
	require.Equal(t, text("2028-01-01T00:00:00Z"), again["dueDate"], "a person wrote that")
}

func TestUndoOfAnUndo(t *testing.T) {
	t.Parallel()
	for _, synced := range []bool{false, true} {
		b := newBench(t)
		_, task := b.seed()
		b.sync()
		first := b.lastSeq()
		b.pagico.Remove(b.twin(task).Ref)
		b.sync()
		second := b.lastSeq()
		b.takeBack(first)
		if synced {
			b.sync()
			require.Len(t, b.pagico.All(syncer.KindTask), 1)
		}
		third := b.lastSeq()
		b.takeBack(second) // the undo, and the copy that followed it
		require.Empty(t, b.ghl.All(syncer.KindTask))
		require.Empty(t, b.pagico.All(syncer.KindTask))
		b.quiet()
		b.takeBack(third) // and that, too
		require.Len(t, b.ghl.All(syncer.KindTask), 1)
		require.Equal(t, text("Call"), b.ghl.All(syncer.KindTask)[0].Fields["title"])
		b.sync()
		require.Len(t, b.pagico.All(syncer.KindTask), 1)
		b.quiet()
	}
}

func TestUndoOfATakenBackCopyMakesItAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	b.takeBack(0)
	require.Empty(t, b.pagico.All(syncer.KindContact))
	require.Zero(t, b.sync().Writes, "the originals are left alone")
	b.ghl.Edit(task, syncer.Fields{"title": text("Call back")})
	plan := b.takeBack(seq)
	require.Len(t, plan.Steps, 2)
	require.Equal(t, text("Call back"), b.twin(task).Fields["title"], "it is copied as it is now")
	b.sync()
	b.quiet()
	b.takeBack(0)
	require.Empty(t, b.pagico.All(syncer.KindTask))
}

// Without a store, restored records and their new copies are recognised all the
// same, though the marker of one names a record that is no more.
func TestRelinkRecognisesRestoredRecords(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	b.pagico.Remove(b.twin(task).Ref)
	b.sync()
	b.takeBack(seq)
	b.sync()
	again := b.ghl.All(syncer.KindTask)[0].Ref
	want := b.twin(again).Ref
	b.ghl.Edit(again, syncer.Fields{"title": text("no key matches any more")})
	b.store = memstore.New()
	b.restart(func(c *syncer.Config) { c.Store = b.store })
	r, err := b.engine.Relink(t.Context())
	require.NoError(t, err)
	require.Empty(t, r.Ambiguous)
	require.Equal(t, want.ID, b.twin(again).Ref.ID)
}

// What people edited stays, also where a deletion overrode it; what the engine put
// in its place goes.
func TestUndoMakesRecordsAgainWithPeoplesEdits(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Owner = merge.Pagico })
	_, task := b.seed()
	b.sync()
	seq := b.lastSeq()
	b.pagico.Remove(b.twin(task).Ref)
	b.ghl.Edit(task, titled("Mine"))
	b.sync()
	b.takeBack(seq)
	require.Equal(t, text("Mine"), b.ghl.All(syncer.KindTask)[0].Fields["title"])

	b = newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Direction = merge.GHLToPagico })
	_, task = b.seed()
	b.sync()
	seq = b.lastSeq()
	b.pagico.Edit(b.twin(task).Ref, titled("Mine"))
	b.sync()
	require.Equal(t, text("Call"), b.twin(task).Fields["title"], "it is put back")
	b.ghl.Remove(task)
	b.sync()
	b.takeBack(seq)
	require.Equal(t, text("Mine"), b.pagico.All(syncer.KindTask)[0].Fields["title"])
	require.Zero(t, b.sync().Writes)
	b.quiet()
}

func TestUndoSinceATime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	b.ghl.Edit(task, titled("first"))
	b.sync()
	b.clock.jump(time.Hour)
	since := b.clock.now()
	b.ghl.Edit(task, titled("second"))
	b.sync()
	plan, err := b.engine.Undo(t.Context(), syncer.UndoOptions{Since: since})
	require.NoError(t, err)
	b.apply(through(t, plan))
	require.Equal(t, text("first"), b.twin(task).Fields["title"])
}
