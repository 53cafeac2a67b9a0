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

// TestSyncRecordLooksForTheTwinFirst: two people make the same task, one on each
// side, and the hint about one of them is faster than the next pass.
func TestSyncRecordLooksForTheTwinFirst(t *testing.T) {
	t.Parallel()
	for _, first := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		b := newBench(t)
		contact, _ := b.seed()
		b.sync()
		fields := syncer.Fields{"title": text("same"), "dueDate": text("2026-05-05T00:00:00Z")}
		refs := map[syncer.Side]syncer.Ref{syncer.GHL: b.ghl.Add(syncer.KindTask, contact.ID, fields),
			syncer.Pagico: b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, fields)}
		bystander := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("other")})
		require.Zero(t, b.record(refs[first]).Writes, "nothing is copied, and the bystander %s is left alone", bystander)
		require.Equal(t, refs[syncer.Pagico].ID, b.twin(refs[syncer.GHL]).Ref.ID)
		b.sync()
		require.Len(t, b.ghl.All(syncer.KindTask), 3)
		require.Len(t, b.pagico.All(syncer.KindTask), 3)
		b.quiet()
	}
}

// TestSyncRecordBeforeTheFirstPass: a webhook that comes before the first pass
// doubles nothing either.
func TestSyncRecordBeforeTheFirstPass(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	b.record(task)
	b.record(contact)
	b.record(task)
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindContact), 1)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
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
	require.Len(t, report.Left, 1)
	require.Equal(t, "left to a pass: deleted on ghl", report.Left[0].Reason)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask))
	require.Zero(t, b.record(task).Writes, "a late hint about a deleted record does nothing")
	require.Zero(t, b.record(syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: "never was"}).Writes)
	_, err := b.engine.SyncRecord(t.Context(), syncer.Ref{Side: syncer.GHL, Kind: "invoice", ID: "1"}, syncer.SyncOptions{})
	require.ErrorIs(t, err, syncer.ErrUnsupported)
}
