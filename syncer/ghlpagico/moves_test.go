package ghlpagico_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
)

// liveGHL are the tasks in GHL that are not deleted.
func (s *services) liveGHL() []ghltest.Task {
	var live []ghltest.Task
	for _, task := range s.ghl.Snapshot().Tasks {
		if !task.Deleted {
			live = append(live, task)
		}
	}
	return live
}

// placed is a task of one of two contacts, in step.
func (s *services) placed() (ghlFrom, ghlTo, pagicoTo string, twin pagicotest.Task) {
	s.t.Helper()
	ghlFrom, _ = s.contact()
	ghlTo, pagicoTo = s.contact()
	s.ghl.AddTask(ghltest.Task{ContactID: ghlFrom, Title: strings.Repeat("long", 150), Body: "one", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
	s.inStep()
	return ghlFrom, ghlTo, pagicoTo, s.pagico.Snapshot().Live().Tasks[0]
}

func TestTaskMovedInPagicoIsMadeAgainInGHL(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		_, to, home, twin := s.placed()
		before := s.liveGHL()[0]
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.ContactID, x.Progress, x.Color = home, 30, 2 }))
		s.inStep()
		live := s.liveGHL()
		require.Len(t, live, 1)
		require.Equal(t, to, live[0].ContactID)
		require.Equal(t, before.Title, live[0].Title, "what Pagico cut is not lost")
		require.True(t, before.DueDate.Equal(live[0].DueDate))
		require.Contains(t, live[0].Body, "[pagico:task:"+twin.ID+"]")
		now, _ := s.pagico.Task(twin.ID)
		require.Equal(t, []any{home, 30, 2}, []any{now.ContactID, now.Progress, now.Color})
		require.Len(t, s.pagico.Snapshot().Live().Tasks, 1)
	})
}

func TestMovedTaskStaysInGHLWhenAsked(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Tasks.MovedStay = true }, func(s *services) {
		from, _, home, twin := s.placed()
		id := s.liveGHL()[0].ID
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.ContactID = home }))
		for range 2 {
			report := s.sync()
			require.Zero(t, report.Writes)
			require.Contains(t, report.Skipped[0].Reason, "ghl cannot move it")
		}
		require.Equal(t, []string{id, from}, []string{s.liveGHL()[0].ID, s.liveGHL()[0].ContactID})
	})
}

// A task that is put into a project, or into the inbox, stays where it is in GHL;
// nor does it leave its project when its contact is made again.
func TestTasksInProjectsStayThere(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		from, _, _, twin := s.placed()
		old := twin.ContactID
		project, err := s.pagico.AddProject(pagicotest.Project{Title: "Move", ContactIDs: []string{old}})
		require.NoError(t, err)
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.ContactID, x.ProjectID = "", project.ID }))
		require.Zero(t, s.sync().Writes)
		require.NoError(t, s.pagico.DeleteContact(old)) // the task lies in the project and stays
		s.inStep()
		now, _ := s.pagico.Task(twin.ID)
		require.Equal(t, []string{project.ID, ""}, []string{now.ProjectID, now.ContactID})
		require.Equal(t, from, s.liveGHL()[0].ContactID)
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Title = "still in step" }))
		s.inStep()
		require.Equal(t, "still in step", s.liveGHL()[0].Title)
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.ProjectID = "" }))
		s.inStep()
		require.Len(t, s.liveGHL(), 1)
	})
}

// The appointment belongs to another contact by now, and so does its reference.
func TestAppointmentOfAnotherContactIsMoved(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		from, _ := s.contact()
		to, home := s.contact()
		calendar := s.ghl.AddCalendar(ghltest.Calendar{Name: "Visits"})
		a := s.ghl.AddAppointment(ghltest.Appointment{ContactID: from, CalendarID: calendar.ID, Title: "Visit", StartTime: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC),
			EndTime: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)})
		s.inStep()
		event := s.pagico.Snapshot().Live().Events[0]
		require.NotEqual(t, home, event.ContactID)
		require.NoError(t, s.ghl.EditAppointment(a.ID, func(x *ghltest.Appointment) { x.ContactID = to }))
		s.inStep()
		event, _ = s.pagico.Event(event.ID)
		require.Equal(t, home, event.ContactID)
		require.Len(t, s.pagico.Snapshot().Live().Events, 1)
	})
}

// Two contacts are merged in GHL: their tasks lie under one of them, and the other
// one is deleted. In Pagico the tasks move, and stay the same tasks.
func TestTasksOfMergedContactsMoveInPagico(t *testing.T) {
	t.Parallel()
	t.Run("pass", func(t *testing.T) {
		t.Parallel()
		mergeContacts(t, false)
	})
	t.Run("hint", func(t *testing.T) {
		t.Parallel()
		mergeContacts(t, true)
	})
}

func mergeContacts(t *testing.T, hinted bool) {
	t.Helper()
	inBubble(t, nil, func(s *services) {
		from, to, home, twin := s.placed()
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Progress, x.Color = 30, 2 }))
		s.inStep()
		require.NoError(t, s.ghl.EditTask(s.liveGHL()[0].ID, func(x *ghltest.Task) { x.ContactID = to }))
		receipt, err := s.connector.Verify(s.t.Context())
		require.NoError(t, err)
		require.Equal(t, "contact", receipt.Drifted[0].Field)
		require.NoError(t, s.ghl.DeleteContact(from))
		var report *syncer.Report
		if hinted {
			report, err = s.connector.SyncRecord(s.t.Context(), syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: s.liveGHL()[0].ID, Parent: to}, syncer.SyncOptions{})
			require.NoError(t, err)
		} else {
			report = s.sync()
		}
		require.Equal(t, 1, report.Total().Moved)
		s.inStep()
		now, _ := s.pagico.Task(twin.ID)
		require.Equal(t, []any{false, home, 30, 2}, []any{now.Deleted, now.ContactID, now.Progress, now.Color})
		require.Len(t, s.pagico.Snapshot().Live().Tasks, 1)
		require.Len(t, s.pagico.Snapshot().Live().Contacts, 1)
	})
}
