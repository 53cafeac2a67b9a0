package syncer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// TestContactDeletedInTheMiddleOfAPassCostsNoTasks: somebody deletes a mirrored
// contact on Pagico after the pass has listed the contacts and before it lists
// the tasks there, which went with the contact.
func TestContactDeletedInTheMiddleOfAPassCostsNoTasks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task)
	contact := syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindContact, ID: twin.Ref.Parent}
	done := false
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "changes" && c.Kind == syncer.KindTask && !done {
			done = b.pagico.Remove(contact) && b.pagico.Remove(twin.Ref)
		}
		return syncertest.Fault{}
	})
	b.sync()
	require.True(t, done)
	require.Len(t, b.ghl.All(syncer.KindTask), 1, "the task on GHL stays")
	b.sync()
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindContact), 1)
	require.Equal(t, text("Call"), b.twin(task).Fields["title"], "both are made again")
	b.quiet()
}
