package syncer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// atCall does something once, right before a call of a service, and reports
// whether it was done.
func atCall(s *syncertest.Service, op string, kind syncer.Kind, do func()) *bool {
	done := false
	s.SetHook(func(c syncertest.Call) {
		if c.Op == op && c.Kind == kind && !done {
			done = true
			do()
		}
	})
	return &done
}

// Somebody edits a task after the pass has decided to delete it, and before the
// delete is sent: on GHL because it is read again, on Pagico because of its version.
func TestEditAfterThePlanBeatsTheDelete(t *testing.T) {
	t.Parallel()
	for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		b := newBench(t)
		services := map[syncer.Side]*syncertest.Service{syncer.GHL: b.ghl, syncer.Pagico: b.pagico}
		contact, first := b.seed()
		// A field without a rule: what it shows cannot be put together from the base.
		second := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Write"), "extra": text("x")})
		b.sync()
		kept := map[syncer.Side]syncer.Ref{syncer.GHL: second, syncer.Pagico: b.twin(second).Ref}
		b.pagico.Edit(kept[syncer.Pagico], syncer.Fields{"extra": text("x")})
		b.sync()
		for _, task := range []syncer.Ref{first, second} {
			if side == syncer.GHL {
				b.pagico.Remove(b.twin(task).Ref)
			} else {
				b.ghl.Remove(task)
			}
		}
		// The first deletion is on its way when the second task is edited.
		edited := atCall(services[side], "delete", syncer.KindTask, func() {
			services[side].Edit(kept[side], syncer.Fields{"title": text("still needed")})
		})
		b.sync()
		services[side].SetHook(nil)
		require.True(t, *edited)
		require.Len(t, services[side].All(syncer.KindTask), 1, side)
		b.sync()
		require.Equal(t, text("still needed"), services[side.Other()].All(syncer.KindTask)[0].Fields["title"], side)
		b.quiet()
	}
}

// The same for a task that is to be completed instead of deleted.
func TestEditAfterThePlanBeatsTheCompletion(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Deletes = merge.Complete })
	_, first := b.seed()
	contact, second := b.seed()
	b.ghl.Edit(second, syncer.Fields{"extra": text("x")})
	b.sync()
	b.pagico.Remove(b.twin(first).Ref)
	b.pagico.Remove(b.twin(second).Ref)
	edited := atCall(b.ghl, "update", syncer.KindTask, func() { b.ghl.Edit(second, syncer.Fields{"title": text("still needed")}) })
	b.sync()
	require.True(t, *edited)
	b.sync()
	require.Equal(t, text("still needed"), b.twin(second).Fields["title"])
	require.Equal(t, contact.ID, b.parentOf(second))
	b.quiet()
}

// A long pass: the deleted task is restored before the deletion of its twin has its
// turn.
func TestRestoredRecordKeepsItsTwin(t *testing.T) {
	t.Parallel()
	for _, deletes := range []merge.DeletePolicy{merge.Propagate, merge.Complete} {
		b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Deletes = deletes })
		_, task := b.seed()
		b.sync()
		twin := b.twin(task)
		b.pagico.Remove(twin.Ref)
		b.seed()
		restored := atCall(b.pagico, "create", syncer.KindTask, func() {
			b.pagico.Put(twin)
			b.clock.jump(time.Hour)
		})
		report := b.sync()
		require.True(t, *restored)
		require.Positive(t, report.Requeued)
		b.sync()
		require.Equal(t, text("open"), b.twin(twin.Ref).Fields["status"], deletes)
		require.Len(t, b.ghl.All(syncer.KindTask), 2)
		b.quiet()
	}
}

// Somebody makes a task on GHL after the tasks were listed, while the engine is
// about to delete its contact there.
func TestNewTaskOfADoomedContactSparesIt(t *testing.T) {
	t.Parallel()
	for op, kind := range map[string]syncer.Kind{"get": syncer.KindContact, "children": syncer.KindTask} {
		for _, saved := range []bool{false, true} {
			b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
			contact, task := b.seed()
			b.sync()
			b.pagico.Remove(b.twin(task).Ref) // which goes with its contact
			b.pagico.Remove(b.twin(contact).Ref)
			plan, err := b.engine.Plan(t.Context())
			require.NoError(t, err)
			made := atCall(b.ghl, op, kind, func() { b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("still needed")}) })
			if saved {
				b.apply(through(t, plan))
			} else {
				report := b.sync()
				require.Equal(t, 1, report.Requeued, op)
				require.Len(t, report.Left, 1, op)
				require.Contains(t, report.Left[0].String(), "delete "+contact.String(), op)
				require.Contains(t, report.Left[0].Reason, "the record changed since it was planned: ", op)
			}
			require.True(t, *made)
			b.ghl.SetHook(nil)
			require.Len(t, b.ghl.All(syncer.KindContact), 1, op)
			b.sync()
			b.sync()
			require.Len(t, b.pagico.All(syncer.KindContact), 1, "it is made again")
			require.Equal(t, []string{"still needed"}, titles(b.pagico.All(syncer.KindTask)), op)
			b.quiet()
		}
	}
}

// The same for a task that is known, and whose edit nobody has seen.
func TestEditedTaskOfADoomedContactIsSeenFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact, task := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(contact).Ref) // which leaves the task behind
	edited := atCall(b.ghl, "children", syncer.KindTask, func() { b.ghl.Edit(task, syncer.Fields{"title": text("late edit")}) })
	b.sync()
	require.True(t, *edited)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	b.sync()
	b.sync()
	require.Contains(t, b.export(syncer.AuditJSONLines), "late edit")
	b.quiet()
}

func titles(records []syncer.Record) []string {
	var all []string
	for _, rec := range records {
		all = append(all, rec.Fields["title"].AsText())
	}
	return all
}

// The look at what belongs to a contact costs one listing for each kind, for each
// contact that is deleted on GHL, and nothing else.
func TestCallsOfADeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact, _ := b.seed()
	_, task := b.seed()
	b.sync()
	count := func() (children int) {
		for _, c := range append(b.ghl.Calls(), b.pagico.Calls()...) {
			if c.Op == "children" {
				children++
			}
		}
		return children
	}
	b.pagico.Remove(b.twin(task).Ref)
	b.sync()
	require.Zero(t, count(), "a task has no children")
	b.pagico.Remove(b.twin(contact).Ref)
	b.sync()
	require.Equal(t, 1, count())
	require.Len(t, b.ghl.All(syncer.KindContact), 1)
	b.sync()
	b.quiet()
	require.Equal(t, 1, count())
}

// A child that was unlinked keeps its GHL record, and so does its contact.
func TestKeptTaskKeepsItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) {
		c.Flows[0].Rules.Direction, c.Flows[1].Rules.Deletes = merge.TwoWay, merge.Unlink
	})
	contact, task := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(task).Ref)
	b.pagico.Remove(b.twin(contact).Ref)
	b.sync()
	b.sync()
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	require.Len(t, b.ghl.All(syncer.KindContact), 1)
	require.Len(t, b.pagico.All(syncer.KindContact), 1, "it is made again")
	b.quiet()
}
