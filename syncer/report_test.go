package syncer_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// failing lets calls of an operation fail for as long as left is positive.
func failing(op string, left int, fault syncertest.Fault) func(syncertest.Call) syncertest.Fault {
	return func(c syncertest.Call) syncertest.Fault {
		if c.Op == op && left > 0 {
			left--
			return fault
		}
		return syncertest.Fault{}
	}
}

// pendingCreate leaves a create of unclear outcome behind.
func pendingCreate(t *testing.T, fault syncertest.Fault) (*bench, syncer.Ref) {
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	task := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("New")})
	b.ghl.SetFault(failing("create", 1, fault))
	require.Equal(t, 1, b.sync(syncer.SyncOptions{NoWait: true}).Pending)
	return b, task
}

func TestFailureIsReportedOnce(t *testing.T) {
	t.Parallel()
	b, task := pendingCreate(t, syncertest.Fault{After: syncer.ErrUncertain})
	b.ghl.SetFault(failing("find", 100, syncertest.Fault{Before: errors.New("temporary")}))
	report := b.sync()
	require.Len(t, report.Failures, 1, "the create was looked for twice")
	f := report.Failures[0]
	require.Equal(t, []any{syncer.StepCreate, task.ID, "New"}, []any{f.Op, f.Ref.ID, f.Label})
	require.Contains(t, f.Reason, "temporary")
	require.Equal(t, 1, report.Pending)
	require.False(t, report.Settled())
	require.Equal(t, `create pagico/task/p3 "New": look for the outcome of a create: temporary`, f.String())

	b.ghl.SetFault(failing("find", 1, syncertest.Fault{Before: errors.New("temporary")}))
	report = b.sync()
	require.Empty(t, report.Failures, "what succeeds in the end is no failure")
	require.Equal(t, 1, report.Total().Adopted)
	require.True(t, report.Settled())
	b.sync()
	b.quiet()
}

// A second round, after a create that had not happened, does what the first one
// left.
func TestReportTellsHowItStandsInTheEnd(t *testing.T) {
	t.Parallel()
	b, _ := pendingCreate(t, syncertest.Fault{Before: syncer.ErrUncertain})
	task := b.ghl.All(syncer.KindTask)[0].Ref
	b.ghl.Edit(task, syncer.Fields{"title": text("edited")})
	b.ghl.SetFault(failing("find", 1, syncertest.Fault{Before: errors.New("temporary")}))
	b.pagico.SetFault(failing("update", 1, syncertest.Fault{Before: errors.New("temporary")}))
	report := b.sync()
	require.Empty(t, report.Failures)
	require.Empty(t, report.Skipped)
	require.Equal(t, syncer.Counts{Created: 1, Updated: 1}, report.Total())
	require.Equal(t, 3, report.Writes, "the failed request is one, too")
	require.Equal(t, "created 1, updated 1; 3 writes\n", report.String())
	b.quiet()
}

func TestReportOfAPassThatEndsEarlyKeepsItsFailures(t *testing.T) {
	t.Parallel()
	b, _ := pendingCreate(t, syncertest.Fault{Before: syncer.ErrUncertain})
	b.ghl.Edit(b.ghl.All(syncer.KindTask)[0].Ref, syncer.Fields{"title": text("edited")})
	b.ghl.SetFault(failing("find", 1, syncertest.Fault{Before: errors.New("temporary")}))
	updates := 0
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		switch {
		case c.Op == "update":
			updates++
			return syncertest.Fault{Before: errors.New("temporary")}
		case c.Op == "changes" && updates > 0:
			return syncertest.Fault{Before: syncer.ErrDenied}
		}
		return syncertest.Fault{}
	})
	report, err := b.engine.Sync(t.Context(), syncer.SyncOptions{})
	require.ErrorIs(t, err, syncer.ErrDenied)
	require.Len(t, report.Failures, 1)
	require.Equal(t, syncer.StepUpdate, report.Failures[0].Op)
}

func TestReportPrintsWhatIsLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.MaxAttempts = 1 })
	contact, bad := b.seed()
	b.sync()
	b.pagico.Add(syncer.KindTask, "", syncer.Fields{"title": text("Loose")})
	_, gone := b.seed()
	b.sync()
	b.ghl.Edit(bad, syncer.Fields{"title": text("Bad")})
	b.pagico.Edit(b.twin(gone).Ref, syncer.Fields{"assignee": text("a@x")})
	b.ghl.Edit(gone, syncer.Fields{"assignee": text("b@x")})
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "update" && c.Set["title"].Equal(text("Bad")) {
			return syncertest.Fault{Before: syncer.ErrRefused}
		}
		return syncertest.Fault{}
	})
	b.sync()
	report := b.sync()
	require.Equal(t, "nothing done; 0 writes; 1 failed; 1 skipped\n"+
		"failed: update ghl/task/"+bad.ID+` "Bad": set aside after 1 attempts; the last one: syncer: the service refuses the write; not tried again until the record changes`+"\n"+
		`skipped: pagico/task/p3 "Loose": it belongs to no contact, and ghl needs one`+"\n", report.String())
	require.Equal(t, syncer.Counts{}, report.Total())
	require.True(t, report.Ended.After(report.Started))
	b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("One more")})
	plan := b.plan()
	b.ghl.Edit(b.ghl.All(syncer.KindTask)[2].Ref, syncer.Fields{"title": text("and changed")})
	b.clock.jump(time.Minute)
	report = b.apply(plan)
	require.Len(t, report.Drifted, 1)
	require.False(t, report.Settled(), "something is left to do")
	require.Contains(t, report.String(), "1 drifted")
	require.Contains(t, report.String(), `drifted: create ghl/task/g5 "One more": syncer: the record changed since it was planned: ghl/task/g5`)
}
