package syncer_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// A task waited for its contact; the pass that listed it again failed to copy the
// contact, and forgot that it had left the task: later listings of changes never
// showed it.
func TestChildIsCopiedAfterItsParentFailedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) {
		c.Pagico = syncertest.NewService(syncer.Pagico, syncertest.WithClock(c.Now), syncertest.WithDeltas())
		c.Flows[0].Rules.Direction = merge.TwoWay
		c.Flows[0].Accept = func(rec syncer.Record, _ syncer.Side) (string, bool) {
			return "it has no e-mail", !rec.Fields["email"].IsNone()
		}
	})
	b.pagico = b.cfg.Pagico.(*syncertest.Service)
	ada := b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada")})
	task := b.pagico.Add(syncer.KindTask, ada.ID, syncer.Fields{"title": text("Call"), "status": text("open")})
	b.sync()
	require.Empty(t, b.ghl.All(syncer.KindTask))
	b.pagico.Edit(ada, syncer.Fields{"email": text("ada@example.com")})
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" {
			return syncertest.Fault{Before: errors.New("temporary")}
		}
		return syncertest.Fault{}
	})
	require.NotEmpty(t, b.sync().Failures)
	b.ghl.SetFault(nil)
	b.sync()
	require.Equal(t, text("Call"), b.twin(task).Fields["title"])
	b.quiet()
}

// A deletion whose answer was lost took an edit along that no log entry named.
func TestUnclearDeletionIsWrittenDownWithWhatItOverrides(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	b.pagico.Edit(b.twin(contact).Ref, syncer.Fields{"name": text("Countess")})
	b.ghl.Remove(contact)
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "delete" {
			return syncertest.Fault{After: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.sync()
	b.pagico.SetFault(nil)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindContact))
	require.Contains(t, b.export(syncer.AuditJSONLines), `"lost":"Countess"`)
	b.quiet()
}

// The contact of a task was made again, and it could not be read whether the old one
// was gone: the task stayed behind, for nobody looked again.
func TestTaskFollowsItsContactAfterAReadingFailed(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact, task := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(contact).Ref)
	b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("only on ghl")})
	b.sync() // spared, and made again for the new task's sake
	b.pagico.SetFault(fails("get", syncertest.Fault{Before: errors.New("temporary")}))
	require.NotEmpty(t, b.sync().Skipped)
	b.pagico.SetFault(nil)
	b.sync()
	require.Equal(t, b.twin(contact).Ref.ID, b.twin(task).Ref.Parent)
	b.quiet()
}

// People of both sides put a task back under the contact that it came from, and that
// one was deleted on GHL: the task was to be made again there, pass after pass.
func TestTaskMovedUnderADeletedContactIsKeptWithIt(t *testing.T) {
	t.Parallel()
	for _, direction := range []merge.Direction{merge.GHLToPagico, merge.TwoWay} {
		b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = direction })
		contact, task := b.seed()
		b.sync()
		other, home := b.house("bob")
		mirror, twin := b.twin(contact).Ref, b.twin(task).Ref
		b.ghl.Rehome(task, other.ID)
		b.sync()
		require.Equal(t, home.ID, b.parentOf(twin))
		b.ghl.Rehome(task, contact.ID)
		b.pagico.Rehome(twin, mirror.ID)
		b.ghl.Remove(contact)
		require.Empty(t, b.sync().Failures)
		report := b.sync()
		require.True(t, report.Settled(), "%s: %+v", direction, report)
		require.Equal(t, mirror.ID, b.parentOf(twin))
		if direction == merge.TwoWay {
			require.Equal(t, b.twin(mirror).Ref.ID, b.twin(twin).Ref.Parent)
		}
		b.quiet()
	}
}

// The contact of a task was made again where the task's own kind only comes from: after
// a pass that ended early, a quiet one asked whether the old contact was gone.
func TestNobodyAsksForTheContactOfATaskThatStaysAnyway(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Direction = merge.PagicoToGHL })
	contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	b.sync()
	task := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("Call")})
	b.sync()
	b.pagico.Remove(b.twin(contact).Ref)
	b.pagico.Edit(task, syncer.Fields{"title": text("Call back")})
	b.ghl.SetFault(fails("update", syncertest.Fault{After: syncer.ErrOverLimit}))
	_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{})
	require.ErrorIs(t, err, syncer.ErrOverLimit)
	b.ghl.SetFault(nil)
	b.sync()
	asked := len(b.pagico.Calls())
	b.quiet()
	for _, c := range b.pagico.Calls()[asked:] {
		require.NotEqual(t, "get", c.Op)
	}
}
