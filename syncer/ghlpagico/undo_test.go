package ghlpagico_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// lastSeq is the number of the last audit entry.
func (s *services) lastSeq() (seq int64) {
	s.t.Helper()
	var log bytes.Buffer
	require.NoError(s.t, s.connector.ExportAudit(s.t.Context(), &log, syncer.AuditJSONLines))
	for e, err := range syncer.ReadAudit(&log) {
		require.NoError(s.t, err)
		seq = e.Seq
	}
	return seq
}

// takeBack undoes what the engine did since, by way of a plan file, twice.
func (s *services) takeBack(seq int64) *syncer.Plan {
	s.t.Helper()
	plan, err := s.connector.Undo(s.t.Context(), syncer.UndoOptions{After: seq})
	require.NoError(s.t, err)
	var file bytes.Buffer
	require.NoError(s.t, syncer.WritePlan(&file, plan))
	plan, err = syncer.ReadPlan(&file)
	require.NoError(s.t, err)
	for range 2 {
		report, err := s.connector.Apply(s.t.Context(), plan, syncer.ApplyOptions{})
		require.NoError(s.t, err)
		require.Empty(s.t, report.Failures)
		require.Empty(s.t, report.Drifted)
		<-time.After(time.Minute)
	}
	return plan
}

func TestUndoBringsADeletedTaskBack(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} { // the answer to the create
		inBubble(t, nil, func(s *services) {
			contact, home := s.contact()
			due := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
			s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "Call", Body: "<p>Ask for <b>Ada</b></p>", DueDate: due})
			s.inStep()
			seq := s.lastSeq()
			require.NoError(s.t, s.pagico.DeleteTask(s.pagico.Snapshot().Tasks[0].ID))
			s.sync()
			require.Empty(s.t, ghlTasks(s))
			if lost {
				s.ghl.Inject(ghltest.Fault{Operation: "create-task", Times: 1, Drop: true, AfterCommit: true})
				plan, err := s.connector.Undo(s.t.Context(), syncer.UndoOptions{After: seq})
				require.NoError(s.t, err)
				report, err := s.connector.Apply(s.t.Context(), plan, syncer.ApplyOptions{})
				require.NoError(s.t, err)
				require.Equal(s.t, 1, report.Pending)
				<-time.After(time.Minute)
				s.sync()
			} else {
				require.Len(s.t, s.takeBack(seq).Steps, 1)
			}
			again := ghlTasks(s)
			require.Len(s.t, again, 1)
			require.Equal(s.t, []any{"Call", due, contact, false}, []any{again[0].Title, again[0].DueDate.UTC(), again[0].ContactID, again[0].Completed})
			require.Contains(s.t, again[0].Body, "Ask for Ada")
			s.inStep()
			tasks := living(s)
			require.Len(s.t, tasks, 1)
			require.Equal(s.t, []string{"Call", "Ask for Ada", home}, []string{tasks[0].Title, tasks[0].Notes, tasks[0].ContactID})
			require.Len(s.t, ghlTasks(s), 1)
		})
	}
}

// ghlTasks are the tasks in GHL that are not deleted.
func ghlTasks(s *services) (tasks []ghltest.Task) {
	for _, x := range s.ghl.Snapshot().Tasks {
		if !x.Deleted {
			tasks = append(tasks, x)
		}
	}
	return tasks
}

// living are the tasks in Pagico that are not deleted.
func living(s *services) (tasks []pagicotest.Task) {
	for _, x := range s.pagico.Snapshot().Tasks {
		if !x.Deleted {
			tasks = append(tasks, x)
		}
	}
	return tasks
}

func TestUndoBringsADeletedContactBackWithAllThatBelongsToIt(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		contact, _ := s.contact()
		s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "Call", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.ghl.AddNote(ghltest.Note{ContactID: contact, Body: "Likes tea"})
		s.inStep()
		seq := s.lastSeq()
		require.NoError(s.t, s.ghl.DeleteContact(contact))
		s.sync()
		require.Empty(s.t, living(s))
		plan := s.takeBack(seq)
		require.Len(s.t, plan.Steps, 3, "%v", plan.Skipped)
		var home string
		for _, c := range s.pagico.Snapshot().Contacts {
			if !c.Deleted {
				require.Equal(s.t, "Ada Lovelace", c.Name)
				home = c.ID
			}
		}
		require.Len(s.t, living(s), 1)
		require.Equal(s.t, home, living(s)[0].ContactID)
		for _, n := range s.pagico.Snapshot().Notes {
			if !n.Deleted {
				require.Equal(s.t, []string{"Likes tea", home}, []string{n.Content, n.ContactID})
			}
		}
		s.inStep()
		require.Empty(s.t, ghlTasks(s), "what flows one way stays where it is, and its tasks with it")
	})
}

func TestUndoPutsTheStatusBack(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Tasks.Deletes = merge.Complete }, func(s *services) {
		contact, _ := s.contact()
		s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "Call", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.inStep()
		seq := s.lastSeq()
		require.NoError(s.t, s.pagico.DeleteTask(living(s)[0].ID))
		s.sync()
		require.True(s.t, ghlTasks(s)[0].Completed)
		s.takeBack(seq)
		require.False(s.t, ghlTasks(s)[0].Completed)
		s.inStep()
		require.Len(s.t, living(s), 1)
		require.Equal(s.t, "open", living(s)[0].Status)
		require.Len(s.t, ghlTasks(s), 1)
		require.False(s.t, strings.Contains(ghlTasks(s)[0].Body, "[pagico:"), "a record that a person made gets no marker")
	})
}
