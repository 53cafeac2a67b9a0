package syncer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// record hands a hint about one record to the engine.
func (b *bench) record(ref syncer.Ref) *syncer.Report {
	b.t.Helper()
	report, err := b.engine.SyncRecord(b.t.Context(), ref, syncer.SyncOptions{Trigger: "webhook wh_1"})
	require.NoError(b.t, err)
	return report
}

func TestSyncRecordCarriesOneChange(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	_, other := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.ghl.Edit(task, syncer.Fields{"title": text("by webhook")})
	b.ghl.Edit(other, syncer.Fields{"title": text("not yet")})
	calls := len(b.ghl.Calls())
	require.Equal(t, 1, b.record(task).Writes)
	require.Equal(t, 1, len(b.ghl.Calls())-calls, "one read on GHL per change")
	require.Equal(t, text("by webhook"), b.twin(task).Fields["title"])
	require.Equal(t, text("Call"), b.twin(other).Fields["title"], "nothing else is touched")
	b.pagico.Edit(twin, syncer.Fields{"status": text("inProgress")})
	require.Equal(t, 1, b.record(twin).Writes)
	require.Zero(t, b.record(twin).Writes, "a doubled hint does nothing")
	b.sync()
	b.quiet()
}

func TestSyncRecordCopiesANewRecordOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	task := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("new"), "status": text("open")})
	require.Equal(t, 1, b.record(task).Writes)
	require.Zero(t, b.record(task).Writes)
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
	b.quiet()
}

func TestSyncRecordLeavesDeletionsToAPass(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	b.ghl.Remove(task)
	report := b.record(task)
	require.Zero(t, report.Writes)
	require.Equal(t, 1, report.Requeued)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask))
	require.Zero(t, b.record(task).Writes, "a late hint about a deleted record does nothing")
	require.Zero(t, b.record(syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: "never was"}).Writes)
	_, err := b.engine.SyncRecord(t.Context(), syncer.Ref{Side: syncer.GHL, Kind: "invoice", ID: "1"}, syncer.SyncOptions{})
	require.ErrorIs(t, err, syncer.ErrUnsupported)
}
