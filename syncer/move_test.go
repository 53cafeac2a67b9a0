package syncer_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// remakes lets tasks be made again on GHL when they are moved on Pagico.
func remakes(c *syncer.Config) { c.Flows[1].Remake = []syncer.Side{syncer.GHL} }

// house adds a contact on GHL and returns it with its twin.
func (b *bench) house(name string) (ghl, pagico syncer.Ref) {
	b.t.Helper()
	ghl = b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text(name), "email": text(name + "@example.com")})
	b.sync()
	return ghl, b.twin(ghl).Ref
}

// parentOf is the contact that a record belongs to now.
func (b *bench) parentOf(ref syncer.Ref) string {
	b.t.Helper()
	service := b.ghl
	if ref.Side == syncer.Pagico {
		service = b.pagico
	}
	rec, err := service.Get(b.t.Context(), ref)
	require.NoError(b.t, err)
	return rec.Ref.Parent
}

func TestTasksFollowTheirContactThatIsMadeAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Remove(b.twin(contact).Ref) // which leaves the task behind
	report := b.sync()
	require.Equal(t, 1, report.Kinds[syncer.KindTask].Moved)
	require.Equal(t, twin.ID, b.twin(task).Ref.ID, "it is the same task")
	require.Equal(t, b.twin(contact).Ref.ID, b.parentOf(twin))
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	b.quiet()
	b.pagico.Remove(twin)
	b.sync()
	require.Empty(t, b.ghl.All(syncer.KindTask), "a task that a person deletes is not taken for one that went with its contact")
}

// A service that cannot move anything keeps the task where it is, and is not asked
// again and again.
func TestTasksOfAServiceWithoutMovesStay(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes, func(c *syncer.Config) {
		c.Pagico = syncertest.NewService(syncer.Pagico, syncertest.WithClock(c.Now), syncertest.WithKeyedCreates(), syncertest.WithoutMoves())
		c.Flows[1].Remake = []syncer.Side{syncer.GHL, syncer.Pagico}
	})
	b.pagico = b.cfg.Pagico.(*syncertest.Service)
	contact, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Remove(b.twin(contact).Ref)
	for range 3 {
		report := b.sync()
		require.Len(t, report.Skipped, 1)
		require.Contains(t, report.Skipped[0].Reason, "pagico cannot move it")
		require.Equal(t, twin.ID, b.twin(task).Ref.ID, "nothing of it is wiped")
	}
	b.quiet()
}

func TestTaskMovedOnPagicoIsMadeAgainOnGHL(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	_, task := b.seed()
	b.sync()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	before := b.twin(twin)
	b.pagico.Rehome(twin, home.ID)
	report := b.sync()
	require.Equal(t, 1, report.Total().Moved)
	after := b.twin(twin)
	require.Equal(t, other.ID, after.Ref.Parent)
	require.Equal(t, before.Fields, after.Fields)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	b.quiet()
	id := b.linkOf(twin).ID
	x, err := b.engine.Explain(t.Context(), id, "contact")
	require.NoError(t, err)
	require.Contains(t, x.String(), fmt.Sprintf("moved on ghl: %q → %q: put under another contact on pagico", before.Ref.Parent, other.ID))
	x, err = b.engine.Explain(t.Context(), id, "title")
	require.NoError(t, err)
	require.Contains(t, x.String(), "to be deleted on ghl and made again there")
}

func (b *bench) linkOf(ref syncer.Ref) (link syncer.Link) {
	b.t.Helper()
	require.NoError(b.t, b.store.View(b.t.Context(), b.cfg.Connection, func(tx syncer.Tx) (err error) {
		link, err = tx.LinkOf(ref)
		return err
	}))
	return link
}

// An edit on either side, made together with the move, is carried along.
func TestMovedTaskKeepsEdits(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	_, task := b.seed()
	b.sync()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	b.pagico.Rehome(twin, home.ID)
	b.pagico.Edit(twin, syncer.Fields{"title": text("from pagico")})
	b.ghl.Edit(task, syncer.Fields{"dueDate": text("2026-05-05T00:00:00Z")})
	b.sync()
	after := b.twin(twin)
	require.Equal(t, other.ID, after.Ref.Parent)
	require.Equal(t, text("from pagico"), after.Fields["title"])
	require.Equal(t, text("2026-05-05T00:00:00Z"), after.Fields["dueDate"])
	require.Equal(t, after.Fields, b.twin(after.Ref).Fields)
	b.quiet()
}

func TestMovedTaskWaitsForADecision(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	_, task := b.seed()
	b.sync()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	b.pagico.Rehome(twin, home.ID)
	b.pagico.Edit(twin, syncer.Fields{"assignee": text("p@x")})
	b.ghl.Edit(task, syncer.Fields{"assignee": text("g@x")})
	for range 2 {
		report := b.sync()
		require.Contains(t, report.Skipped[0].Reason, "waits for a decision")
		require.Equal(t, task.ID, b.twin(twin).Ref.ID)
	}
	require.NoError(t, b.engine.Decide(t.Context(), b.linkOf(twin).ID, "assignee", text("g@x"), "Grace"))
	b.sync()
	require.Equal(t, other.ID, b.twin(twin).Ref.Parent)
	require.Equal(t, text("g@x"), b.twin(twin).Fields["assignee"])
	b.quiet()
}

// Where nothing is made again, the task stays with its contact on GHL, and every
// pass says so. It outlives that contact.
func TestTaskMovedOnPagicoStaysOnGHL(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.sync()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	b.pagico.Rehome(twin, home.ID)
	for range 3 {
		report := b.sync()
		require.Zero(t, report.Writes)
		require.Len(t, report.Skipped, 1)
		require.Contains(t, report.Skipped[0].Reason, "put under another contact on pagico; ghl cannot move it")
	}
	b.pagico.Edit(twin, syncer.Fields{"title": text("still in step")})
	b.sync()
	require.Equal(t, text("still in step"), b.twin(twin).Fields["title"])
	require.Equal(t, contact.ID, b.parentOf(task))
	b.ghl.Remove(contact)
	b.sync()
	require.Equal(t, other.ID, b.twin(twin).Ref.Parent, "made again under the contact that it was moved to")
	b.quiet()
}

// The other contact is not on GHL yet; the task follows once it is.
func TestMovedTaskWaitsForItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	contact, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	home := b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("bob"), "email": text("bob@example.com")})
	b.pagico.Rehome(twin, home.ID)
	for range 2 {
		report := b.sync()
		require.Zero(t, report.Writes)
		require.Contains(t, report.Skipped[len(report.Skipped)-1].Reason, "has no twin on ghl, where it stays")
	}
	require.Equal(t, contact.ID, b.twin(twin).Ref.Parent)
	other := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("bob"), "email": text("bob@example.com")})
	b.sync()
	require.Equal(t, other.ID, b.twin(twin).Ref.Parent)
	b.quiet()
}

// Verify tells of records whose parents are no twins: before a pass as drifted, and
// as waiting where nothing can be moved.
func TestVerifySeesMoves(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.sync()
	_, home := b.house("bob")
	twin := b.twin(task).Ref
	old := b.parentOf(twin)
	verify := func() *syncer.Receipt {
		receipt, err := b.engine.Verify(t.Context())
		require.NoError(t, err)
		return receipt
	}
	b.pagico.Rehome(twin, home.ID)
	receipt := verify()
	require.True(t, receipt.Clean(), "GHL cannot move it")
	require.Equal(t, []any{"contact", text(contact.ID), text(home.ID)},
		[]any{receipt.Waiting[0].Field, receipt.Waiting[0].GHL, receipt.Waiting[0].Pagico})
	b.sync()
	require.Len(t, verify().Waiting, 1)
	require.Contains(t, verify().Waiting[0].Reason, "ghl cannot move it")
	b.restart(remakes)
	receipt = verify()
	require.Equal(t, "contact", receipt.Drifted[0].Field)
	require.Equal(t, 1, receipt.WouldWrite)
	b.pagico.Rehome(twin, old)
	b.sync()
	require.Empty(t, verify().Waiting)
	require.True(t, verify().Clean())
	require.Zero(t, verify().WouldWrite)
}

// Pagico keeps a task in the inbox or in a project; GHL needs a contact.
func TestTaskWithoutContactOnPagicoStaysOnGHL(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	contact, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Rehome(twin, "")
	require.Zero(t, b.sync().Writes)
	require.Equal(t, contact.ID, b.parentOf(task))
	b.quiet()
	other, home := b.house("bob")
	b.pagico.Rehome(twin, home.ID)
	b.sync()
	require.Equal(t, other.ID, b.twin(twin).Ref.Parent)
	b.quiet()
}

func TestTaskMovedOnGHLIsMovedOnPagico(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	b.ghl.Rehome(task, other.ID)
	b.sync()
	require.Equal(t, home.ID, b.parentOf(twin))
	require.Equal(t, twin.ID, b.twin(task).Ref.ID)
	b.quiet()

	third, _ := b.house("cid")
	_, fourth := b.house("dan")
	b.ghl.Rehome(task, third.ID)
	b.pagico.Rehome(twin, fourth.ID)
	b.sync()
	require.Equal(t, b.twin(third).Ref.ID, b.parentOf(twin), "both were moved: GHL holds")
	require.Contains(t, b.export(syncer.AuditJSONLines), `"lost":"`+fourth.ID+`"`)
	b.quiet()
}

func TestTaskMovedOnAReceivingSideIsPutBack(t *testing.T) {
	t.Parallel()
	for _, way := range []merge.OneWay{merge.Revert, merge.Ignore} {
		b := newBench(t, remakes, func(c *syncer.Config) {
			c.Flows[1].Rules.Direction, c.Flows[1].Rules.OneWay = merge.GHLToPagico, way
		})
		contact, task := b.seed()
		b.sync()
		_, home := b.house("bob")
		twin := b.twin(task).Ref
		b.pagico.Rehome(twin, home.ID)
		b.sync()
		want := b.twin(contact).Ref.ID
		if way == merge.Ignore {
			want = home.ID
		}
		require.Equal(t, want, b.parentOf(twin), way)
		require.Contains(t, b.export(syncer.AuditJSONLines), `"lost":"`+home.ID+`"`)
		b.quiet()
	}
}

// A record that was put elsewhere is not deleted along with its twin: that is an
// edit, and it beats the deletion.
func TestMoveBeatsDelete(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	b.pagico.Rehome(twin, home.ID)
	b.ghl.Remove(task)
	b.sync()
	require.Equal(t, other.ID, b.twin(twin).Ref.Parent)
	b.quiet()
}

// A project keeps its tasks; the service says so once, and is left in peace.
func TestRefusedMoveIsToldAndNotRepeated(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Remove(b.twin(contact).Ref)
	tries := 0
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "move" {
			tries++
			return syncertest.Fault{Before: fmt.Errorf("%w: it lies in a project", syncer.ErrUnsupported)}
		}
		return syncertest.Fault{}
	})
	for range 3 {
		report := b.sync()
		require.Empty(t, report.Failures)
		require.Contains(t, report.Skipped[0].Reason, "it lies in a project")
	}
	require.Equal(t, 1, tries)
	require.Equal(t, twin.ID, b.twin(task).Ref.ID)
	b.pagico.SetFault(nil)
	b.pagico.Rehome(twin, b.twin(contact).Ref.ID)
	require.Empty(t, b.sync().Skipped)
	b.quiet()
}

func TestMassMovesHalt(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	for range 12 {
		b.seed()
	}
	b.sync()
	_, home := b.house("bob")
	for _, task := range b.pagico.All(syncer.KindTask) {
		b.pagico.Rehome(task.Ref, home.ID)
	}
	_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{})
	var halt *syncer.HaltError
	require.ErrorAs(t, err, &halt)
	require.True(t, halt.Has(syncer.HaltMassDelete))
	b.sync(syncer.SyncOptions{Override: []syncer.HaltCode{syncer.HaltMassDelete}})
	b.quiet()
}

// The search index still lists the task that was deleted to be made again.
func TestStaleIndexAfterAMoveMakesNoCopy(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]syncertest.Option{nil, {syncertest.WithoutMarkers()}} {
		b := newBench(t, remakes, func(c *syncer.Config) {
			c.GHL = syncertest.NewService(syncer.GHL, append(opts, syncertest.WithClock(c.Now))...)
		})
		b.ghl = b.cfg.GHL.(*syncertest.Service)
		_, task := b.seed()
		b.sync()
		other, home := b.house("bob")
		twin := b.twin(task).Ref
		b.pagico.Rehome(twin, home.ID)
		b.sync()
		b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
		require.Zero(t, b.sync().Writes)
		b.ghl.SetFault(nil)
		require.Equal(t, other.ID, b.twin(twin).Ref.Parent)
		require.Len(t, b.pagico.All(syncer.KindTask), 1)
		b.quiet()
	}
}

// SyncRecord follows a move as a pass does.
func TestHintOfAMoveIsFollowed(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	_, task := b.seed()
	b.sync()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	b.pagico.Rehome(twin, home.ID)
	report, err := b.engine.SyncRecord(t.Context(), twin, syncer.SyncOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, report.Total().Moved)
	require.Equal(t, other.ID, b.twin(twin).Ref.Parent)
	b.quiet()
}

// A plan file moves what it says, goes on where it was interrupted, and does
// nothing the second time.
func TestPlanFileMoves(t *testing.T) {
	t.Parallel()
	for at := range 24 {
		trouble := []syncertest.Fault{{Before: syncer.ErrOverLimit}, {After: syncer.ErrUncertain}}[at%2]
		at /= 2
		b := newBench(t, remakes)
		contact, task := b.seed()
		second := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Write"), "dueDate": text("2026-03-06T10:00:00Z")})
		b.sync()
		other, home := b.house("bob")
		moved := b.twin(task).Ref
		b.pagico.Rehome(moved, home.ID)
		b.pagico.Remove(b.twin(contact).Ref)
		plan, err := b.engine.Plan(t.Context())
		require.NoError(t, err)
		saved := through(t, plan)
		calls := 0
		fault := func(syncertest.Call) syncertest.Fault {
			if calls++; calls == at {
				return trouble
			}
			return syncertest.Fault{}
		}
		b.ghl.SetFault(fault)
		b.pagico.SetFault(fault)
		_, _ = b.engine.Apply(t.Context(), saved, syncer.ApplyOptions{})
		b.ghl.SetFault(nil)
		b.pagico.SetFault(nil)
		report, err := b.engine.Apply(t.Context(), saved, syncer.ApplyOptions{})
		require.NoError(t, err)
		require.Empty(t, report.Drifted, "interrupted at call %d", at)
		require.Equal(t, other.ID, b.twin(moved).Ref.Parent, "interrupted at call %d", at)
		require.Equal(t, b.twin(contact).Ref.ID, b.parentOf(b.twin(second).Ref))
		report, err = b.engine.Apply(t.Context(), saved, syncer.ApplyOptions{})
		require.NoError(t, err)
		require.Zero(t, report.Writes)
		require.Len(t, b.ghl.All(syncer.KindTask), 2)
		require.Len(t, b.pagico.All(syncer.KindTask), 2)
		b.sync()
		b.quiet()
	}
}

// The contact that a task was put under is being deleted because its twin was: the
// task is not deleted along with it.
func TestTaskPutUnderADoomedContactSurvives(t *testing.T) {
	t.Parallel()
	for _, cascade := range []bool{false, true} {
		b := newBench(t, remakes)
		contact, task := b.seed()
		b.sync()
		other, home := b.house("bob")
		twin := b.twin(task).Ref
		b.pagico.Rehome(twin, home.ID)
		b.ghl.Remove(other)
		if cascade { // as a service does that deletes what a contact holds
			atCall(b.pagico, "delete", syncer.KindContact, func() {
				for _, rec := range b.pagico.All(syncer.KindTask) {
					if rec.Ref.Parent == home.ID {
						b.pagico.Remove(rec.Ref)
					}
				}
			})
		}
		b.sync()
		b.pagico.SetHook(nil)
		b.sync()
		require.Equal(t, b.twin(contact).Ref.ID, b.parentOf(twin))
		require.Equal(t, task.ID, b.twin(twin).Ref.ID)
		require.Len(t, b.pagico.All(syncer.KindContact), 1)
		require.Contains(t, b.export(syncer.AuditJSONLines), `"lost":"`+home.ID+`"`)
		b.quiet()
	}
}

// The same on GHL, with contacts in both directions: the contact is made again.
func TestTaskPutUnderADoomedContactOnGHLSparesIt(t *testing.T) {
	t.Parallel()
	for _, gone := range []bool{false, true} {
		b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
		_, task := b.seed()
		b.sync()
		other, home := b.house("bob")
		twin := b.twin(task).Ref
		b.ghl.Rehome(task, other.ID)
		b.pagico.Remove(home)
		if gone {
			b.pagico.Remove(twin)
		}
		for range 3 {
			b.sync()
		}
		require.Len(t, b.ghl.All(syncer.KindContact), 2)
		require.Equal(t, b.twin(other).Ref.ID, b.twin(task).Ref.Parent, "gone=%v", gone)
		b.quiet()
	}
}
