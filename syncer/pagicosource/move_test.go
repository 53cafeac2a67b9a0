package pagicosource_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

func TestMoveLeavesTheListAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	f := start(t)
	home, other := f.contact(t), f.contact(t)
	list, err := f.server.AddList(pagicotest.List{Title: "Steps", ContactID: home})
	require.NoError(t, err)
	id := f.addTask(t, pagicotest.Task{Title: "Mine", ContactID: home, ListID: list.ID, Progress: 40, Color: 3, Tags: []string{"Blue"}})
	moved, err := f.Move(t.Context(), all(t, f, syncer.KindTask)[id], other, "op")
	require.NoError(t, err)
	assert.Equal(t, other, moved.Ref.Parent)
	task, _ := f.server.Task(id)
	assert.Equal(t, []any{other, "", 40, 3, []string{"Blue"}}, []any{task.ContactID, task.ListID, task.Progress, task.Color, task.Tags})
}

func TestMoveKeepsARecordInItsProject(t *testing.T) {
	t.Parallel()
	f := start(t)
	home, other := f.contact(t), f.contact(t)
	project, err := f.server.AddProject(pagicotest.Project{Title: "P", ContactIDs: []string{home}})
	require.NoError(t, err)
	id := f.addTask(t, pagicotest.Task{Title: "Mine", ProjectID: project.ID})
	rec := all(t, f, syncer.KindTask)[id]
	require.Equal(t, home, rec.Ref.Parent)
	_, err = f.Move(t.Context(), rec, other, "op")
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	task, _ := f.server.Task(id)
	assert.Equal(t, project.ID, task.ProjectID)
	_, err = f.Move(t.Context(), syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindContact, ID: home}}, other, "op")
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	assert.False(t, f.CanMove(syncer.KindContact))
}

// A move whose answer was lost is made again and finds nothing left to do.
func TestMoveWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	f := start(t)
	home, other := f.contact(t), f.contact(t)
	id := f.addTask(t, pagicotest.Task{Title: "Mine", ContactID: home})
	rec := all(t, f, syncer.KindTask)[id]
	f.server.Inject(pagicotest.Fault{Operation: "tasks.update", Drop: true, AfterCommit: true, Times: 9})
	_, err := f.Move(t.Context(), rec, other, "op")
	require.Error(t, err)
	require.NotErrorIs(t, err, syncer.ErrRefused)
	again, err := f.Move(t.Context(), all(t, f, syncer.KindTask)[id], other, "op")
	require.NoError(t, err)
	assert.Equal(t, other, again.Ref.Parent)
}
