package ghlpagico_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// regression is a history that shows a fault when the fault is there.
type regression struct {
	seed   uint64
	showed string
}

// simRegressions names seeds that showed a fault, and the fault.
func simRegressions() []regression {
	return []regression{
		{50, "an appointment outlived its Pagico contact, and every later write of it was refused"},
		{53, "an appointment of a contact that was made again was written to the old one"},
		{65, "a pass never settled for an appointment without its contact"},
		{23, "a create without a clear answer was made twice when nobody looked for its outcome"},
	}
}

// TestSimFoundEditsBetweenReadAndWrite: an edit that shows in the answer to the
// write of another field was taken for agreed, and never carried over.
func TestSimFoundEditsBetweenReadAndWrite(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		contact, _ := s.contact()
		task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "one", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.inStep()
		twin := s.pagico.Snapshot().Tasks[0]
		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Title = "two" }))
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.DueDate = "2026-12-24" }))
		remove := s.ghl.Before("update-task", func(g *ghltest.Server) {
			require.NoError(t, g.EditTask(task.ID, func(x *ghltest.Task) { x.Title = "three" }))
		})
		s.sync()
		remove()
		s.inStep()
		twin, _ = s.pagico.Task(twin.ID)
		require.Equal(t, "three", twin.Title)
	})
}

// TestSimFoundWritesToAOneWaySource: tasks that went with their Pagico contact
// were made again there, although only Pagico may edit tasks.
func TestSimFoundWritesToAOneWaySource(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Tasks.Direction = merge.PagicoToGHL }, func(s *services) {
		_, contact := s.contact()
		_, err := s.pagico.AddTask(pagicotest.Task{ContactID: contact, Title: "Call", DueDate: "2026-12-24"})
		require.NoError(t, err)
		s.inStep()
		require.NoError(t, s.pagico.DeleteContact(contact))
		s.inStep()
		require.Zero(t, s.pagico.Count("tasks.create"))
	})
}
