package syncer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// Whoever asks a service's support about a write has to name the request.
func TestAuditNamesTheRequestsOfWrites(t *testing.T) {
	t.Parallel()
	b := busy(t)
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" {
			return syncertest.Fault{After: fmt.Errorf("%w: the answer is lost", syncer.ErrUncertain)}
		}
		return syncertest.Fault{}
	})
	b.pagico.Add(syncer.KindTask, b.pagico.All(syncer.KindContact)[0].Ref.ID, syncer.Fields{"title": text("New")})
	_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{NoWait: true})
	require.NoError(t, err)
	named, silent := map[string]bool{}, 0
	for e, err := range syncer.ReadAudit(strings.NewReader(b.export(syncer.AuditJSONLines))) {
		require.NoError(t, err)
		wrote := e.Outcome == "done" && (e.Action == "create" || e.Action == "update" || e.Action == "delete")
		require.Equal(t, wrote, e.RequestID != "", "%+v", e)
		if e.Outcome == "unknown" {
			silent++
		}
		for id := range strings.FieldsSeq(e.RequestID) {
			require.False(t, named[id], "each request belongs to one entry")
			named[id] = true
			require.Contains(t, b.export(syncer.AuditCSV), id)
		}
	}
	require.Equal(t, 1, silent, "without an answer there is nothing to name")
	require.Len(t, named, b.ghl.Writes()+b.pagico.Writes()-silent, "every answered write is named")
}

// What became of an earlier write is no news of the request that is made now.
func TestAuditNamesNoRequestOfAnEarlierWrite(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	b.pagico.SetFault(fails("update", syncertest.Fault{Before: syncer.ErrUncertain}))
	b.ghl.Edit(task, syncer.Fields{"title": text("second")})
	b.sync()
	b.pagico.SetFault(nil)
	b.pagico.Edit(b.twin(task).Ref, syncer.Fields{"body": text("edited")})
	b.ghl.Remove(task) // the task is made again, and the note of the earlier write is dropped along
	b.sync()
	earlier := 0
	for e, err := range syncer.ReadAudit(strings.NewReader(b.export(syncer.AuditJSONLines))) {
		require.NoError(t, err)
		if e.Action == "write" || e.Action == "agree" {
			earlier++
			require.Empty(t, e.RequestID, "%+v", e)
		}
	}
	require.Positive(t, earlier)
}

func TestNoteRequestNeedsNoEngine(t *testing.T) {
	t.Parallel()
	require.NotPanics(t, func() { syncer.NoteRequest(t.Context(), "x") })
}
