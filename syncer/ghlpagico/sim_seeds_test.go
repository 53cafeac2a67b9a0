package ghlpagico_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
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
		{106, "a task that went with its Pagico contact counted as deleted there, unless deletions are carried over, and did not come back with it"},
		{392, "a saved plan carried out what a person had decided before, and the later decision was lost"},
		{6400871, "by an index that lagged a task was with a deleted contact still, so that its twin was not made again"},
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

// TestSimFoundTasksThatWentWithTheirContact: the same, as people see it: under
// every policy for deletions.
func TestSimFoundTasksThatWentWithTheirContact(t *testing.T) {
	t.Parallel()
	for _, policy := range []merge.DeletePolicy{merge.Propagate, merge.Complete, merge.Unlink, merge.KeepTwin} {
		inBubble(t, func(c *ghlpagico.Config) { c.Tasks.Deletes = policy }, func(s *services) {
			contact, twin := s.contact()
			task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "Call", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
			s.inStep()
			require.NoError(t, s.pagico.DeleteContact(twin))
			s.inStep()
			now, _ := s.ghl.Task(task.ID)
			require.False(t, now.Deleted || now.Completed, "nobody deleted the task itself, under policy %s", policy)
			require.Len(t, s.pagico.Snapshot().Live().Tasks, 1, policy)
		})
	}
}

// TestSimFoundAppointmentsOfAContactMadeAgain: an appointment outlived its Pagico
// contact; later writes of it went to the old contact and were refused.
func TestSimFoundAppointmentsOfAContactMadeAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		s.ghl.AddCalendar(ghltest.Calendar{ID: "cal1", Name: "Visits"})
		contact, twin := s.contact()
		start := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
		visit := s.ghl.AddAppointment(ghltest.Appointment{CalendarID: "cal1", ContactID: contact, Title: "Visit", Status: "confirmed", StartTime: start, EndTime: start.Add(time.Hour)})
		s.inStep()
		require.NoError(t, s.pagico.DeleteContact(twin))
		require.NoError(t, s.ghl.EditAppointment(visit.ID, func(a *ghltest.Appointment) { a.Title = "Longer visit" }))
		s.inStep()
		world := s.pagico.Snapshot().Live()
		require.Len(t, world.Contacts, 1)
		require.Len(t, world.Events, 1)
		require.Equal(t, []string{"Longer visit", world.Contacts[0].ID}, []string{world.Events[0].Title, world.Events[0].ContactID})
	})
}

// TestSimFoundCreatesThatNobodyLookedFor: a create without a clear answer was made
// twice when the next pass came before its outcome could be known.
func TestSimFoundCreatesThatNobodyLookedFor(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.WithoutMarkers = true }, func(s *services) {
		_, contact := s.contact()
		s.ghl.SetLag(ghltest.Lag{Contacts: 20 * time.Second, Tasks: 20 * time.Second})
		_, err := s.pagico.AddTask(pagicotest.Task{ContactID: contact, Title: "Call", DueDate: "2026-12-24"})
		require.NoError(t, err)
		s.ghl.Inject(ghltest.DropAfter("create-task"))
		for range 2 {
			_, err := s.connector.Sync(s.t.Context(), syncer.SyncOptions{NoWait: true})
			require.NoError(t, err)
		}
		s.ghl.ClearFaults()
		<-time.After(time.Minute)
		s.inStep()
		require.Len(t, s.ghl.Snapshot().Tasks, 1)
	})
}

// TestSimFoundALaterDecisionLost: a plan was saved after a decision; before it was
// applied, the person thought better of it.
func TestSimFoundALaterDecisionLost(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Tasks.Policies = map[string]merge.Policy{"title": merge.Manual} }, func(s *services) {
		contact, _ := s.contact()
		task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "a", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.inStep()
		twin := s.pagico.Snapshot().Tasks[0]
		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Title = "b" }))
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Title = "c" }))
		require.Equal(t, 1, s.sync().Parked)
		waiting, err := s.connector.Waiting(s.t.Context())
		require.NoError(t, err)
		require.NoError(t, s.connector.Decide(s.t.Context(), waiting[0].ID, "title", merge.Text("b"), "Grace"))
		plan, err := s.connector.Plan(s.t.Context())
		require.NoError(t, err)
		require.NoError(t, s.connector.Decide(s.t.Context(), waiting[0].ID, "title", merge.Text("better"), "Grace"))
		report, err := s.connector.Apply(s.t.Context(), plan, syncer.ApplyOptions{})
		require.NoError(t, err)
		require.Len(t, report.Drifted, 1)
		s.inStep()
		now, _ := s.ghl.Task(task.ID)
		require.Equal(t, "better", now.Title)
	})
}

// TestSimFoundADecisionDuringAnother: a decision made while an earlier one was
// being written was accepted, and lost.
func TestSimFoundADecisionDuringAnother(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Tasks.Policies = map[string]merge.Policy{"title": merge.Manual} }, func(s *services) {
		contact, _ := s.contact()
		task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "a", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.inStep()
		twin := s.pagico.Snapshot().Tasks[0]
		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Title = "b" }))
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Title = "c" }))
		require.Equal(t, 1, s.sync().Parked)
		waiting, err := s.connector.Waiting(s.t.Context())
		require.NoError(t, err)
		decide := func(title string) error {
			return s.connector.Decide(s.t.Context(), waiting[0].ID, "title", merge.Text(title), "Grace")
		}
		require.NoError(t, decide("b"))
		s.pagico.Before("tasks.update", func(*pagicotest.Server) { require.ErrorIs(t, decide("too late"), syncer.ErrNotParked) })
		s.inStep()
		now, _ := s.pagico.Task(twin.ID)
		require.Equal(t, "b", now.Title)
	})
}

// TestSimFoundAMoveTheIndexDoesNotShow: a task was put under another contact in
// GHL, the index showed it with the old one still, and the read there found
// nothing: so it counted as deleted, and the edited twin had it made again.
func TestSimFoundAMoveTheIndexDoesNotShow(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		from, _ := s.contact()
		to, _ := s.contact()
		task := s.ghl.AddTask(ghltest.Task{ContactID: from, Title: "Call", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.inStep()
		twin := s.pagico.Snapshot().Tasks[0]
		<-time.After(time.Minute) // the index knows the task
		s.ghl.SetLag(ghltest.Lag{Contacts: 20 * time.Second, Tasks: 20 * time.Second})
		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.ContactID = to }))
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Notes = "bring the contract" }))
		s.sync()
		<-time.After(time.Minute)
		s.inStep()
		live := s.liveGHL()
		require.Len(t, live, 1)
		require.Equal(t, []string{task.ID, to}, []string{live[0].ID, live[0].ContactID})
		require.Contains(t, live[0].Body, "bring the contract")
	})
}

// TestSimFoundAMoveDuringAMove: a task that was moved in Pagico was to be made again
// in GHL, where somebody moved it away just then: it was there twice.
func TestSimFoundAMoveDuringAMove(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		_, _, home, twin := s.placed()
		third, _ := s.contact()
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.ContactID = home }))
		remove := s.ghl.Before("delete-task", func(g *ghltest.Server) {
			require.NoError(t, g.EditTask(s.liveGHL()[0].ID, func(x *ghltest.Task) { x.ContactID = third }))
		})
		s.sync()
		remove()
		s.inStep()
		live := s.liveGHL()
		require.Len(t, live, 1)
		require.Equal(t, third, live[0].ContactID, "GHL's place holds")
		require.Len(t, s.pagico.Snapshot().Live().Tasks, 1)
	})
}

// TestSimFoundASourceThatWentWithItsMirror: a task of Pagico, from which tasks flow
// one way, was put under another contact in GHL, where its own was deleted: that one's
// mirror was deleted with the task in it, and then the task in GHL. The log told that
// it had been put back.
func TestSimFoundASourceThatWentWithItsMirror(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Tasks.Direction = merge.PagicoToGHL }, func(s *services) {
		from, mirror := s.contact()
		to, _ := s.contact()
		_, err := s.pagico.AddTask(pagicotest.Task{ContactID: mirror, Title: "Call", DueDate: "2026-12-24"})
		require.NoError(t, err)
		s.inStep()
		require.NoError(t, s.ghl.EditTask(s.liveGHL()[0].ID, func(x *ghltest.Task) { x.ContactID = to }))
		require.NoError(t, s.ghl.DeleteContact(from))
		s.inStep()
		require.Len(t, s.pagico.Snapshot().Live().Tasks, 1)
		require.Len(t, s.liveGHL(), 1)
		skipped := s.sync().Skipped
		require.NotEmpty(t, skipped)
		require.Contains(t, skipped[0].Reason, "that contact has no twin on ghl, where it stays")
		var log strings.Builder
		require.NoError(t, s.connector.ExportAudit(t.Context(), &log, syncer.AuditCSV))
		require.NotContains(t, log.String(), "moved on ghl, put back")
	})
}

// TestSimFoundAMoveThatFailed: a task was to leave a Pagico contact whose twin was
// deleted; that failed, and the contact was deleted with the task in it.
func TestSimFoundAMoveThatFailed(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		from, to, home, twin := s.placed()
		require.NoError(t, s.ghl.EditTask(s.liveGHL()[0].ID, func(x *ghltest.Task) { x.ContactID = to }))
		require.NoError(t, s.ghl.DeleteContact(from))
		s.pagico.Inject(pagicotest.Fault{Operation: "tasks.update", Status: 422, Times: 1})
		require.Len(t, s.sync().Failures, 1)
		s.inStep()
		now, _ := s.pagico.Task(twin.ID)
		require.Equal(t, home, now.ContactID)
		require.Len(t, s.pagico.Snapshot().Live().Contacts, 1)
	})
}

// TestSimFoundATaskMadeAgainElsewhere: a task was deleted in Pagico and put under
// another contact in GHL, which had no twin yet: it was made again under the old one
// and stayed there.
func TestSimFoundATaskMadeAgainElsewhere(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		_, _, _, twin := s.placed()
		to := s.ghl.AddContact(ghltest.Contact{FirstName: "Grace", Email: "grace@example.com"})
		require.NoError(t, s.pagico.DeleteTask(twin.ID))
		require.NoError(t, s.ghl.EditTask(s.liveGHL()[0].ID, func(x *ghltest.Task) { x.ContactID = to.ID }))
		s.pagico.Inject(pagicotest.Fault{Operation: "contacts.create", Status: 422, Times: 1})
		require.Len(t, s.sync().Failures, 1)
		s.inStep()
		again, _ := s.pagico.Task(s.pagico.Snapshot().Live().Tasks[0].ID)
		home, _ := s.pagico.Contact(again.ContactID)
		require.Equal(t, to.Email, home.Email)
	})
}

// TestSimFoundCreatesLookedForElsewhere: a create without a clear answer was looked
// for with the token of another location, before anybody saw whose it was, and so
// counted as not having happened.
func TestSimFoundCreatesLookedForElsewhere(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Connection = "one" }, func(s *services) {
		s.ghl.Seed(ghltest.World{Locations: []ghltest.Location{{ID: elsewhere}}})
		s.ghl.AddToken(ghltest.Token{Value: foreign, LocationID: elsewhere})
		s.sync()
		contact := s.ghl.AddContact(ghltest.Contact{FirstName: "Ada", Email: "ada@example.com"})
		s.pagico.Inject(pagicotest.Fault{Operation: "contacts.create", AfterCommit: true, Drop: true, Times: 20})
		_, err := s.connector.Sync(s.t.Context(), syncer.SyncOptions{NoWait: true})
		require.NoError(t, err)
		s.pagico.ClearFaults()
		require.ErrorContains(t, s.impostor(), "the connection belongs to ghl:"+s.ghl.LocationID())
		require.NoError(t, s.ghl.DeleteContact(contact.ID))
		s.inStep()
		require.Empty(t, s.pagico.Snapshot().Live().Contacts, "it is known whose copy it is")
	})
}

// impostor syncs with another location.
func (s *services) impostor() error {
	client, err := ghl.New(ghl.WithToken(foreign), ghl.WithLimits(ghl.NoLimits()), ghl.WithHTTPClient(&http.Client{Transport: s.ghl.Transport()}))
	require.NoError(s.t, err)
	p, err := pagico.New("https://pagico.test/v1", pagico.WithToken(pagicotest.DefaultToken), pagico.WithHTTPClient(&http.Client{Transport: s.pagico.Transport()}))
	require.NoError(s.t, err)
	connector, err := ghlpagico.New(ghlpagico.Config{Connection: "one", GHL: client, LocationID: elsewhere, Pagico: p, Store: s.store})
	require.NoError(s.t, err)
	_, err = connector.Sync(s.t.Context(), syncer.SyncOptions{})
	return err
}

// TestSimFoundAnOwnedFieldAfterTwoEdits: an older copy of the store came back, and a
// contact's copy with an edit was known by its marker. While the edit was being put
// back there was another one, which then counted as known to Pagico alone, and stayed.
func TestSimFoundAnOwnedFieldAfterTwoEdits(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		older := s.store.Snapshot()
		_, id := s.contact()
		address := func(text string) {
			require.NoError(s.t, s.pagico.EditContact(id, func(x *pagicotest.Contact) { x.Address = text }))
		}
		address("Main Street 1")
		s.store.Restore(older)
		remove := s.pagico.Before("contacts.update", func(*pagicotest.Server) { address("Main Street 2") })
		s.sync()
		remove()
		s.inStep()
		now, _ := s.pagico.Contact(id)
		require.Empty(s.t, now.Address)
	})
}

// TestSimFoundAnEchoBehindTheIndex: a write of unclear outcome had happened, and the
// index did not show it yet. The note of it was replaced by that of the next write
// before the record was read, which then looked as if a person had edited it.
func TestSimFoundAnEchoBehindTheIndex(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Tasks.Policies = map[string]merge.Policy{"body": merge.GHLWins} }, func(s *services) {
		_, _, _, twin := s.placed()
		write := func(text string) {
			require.NoError(s.t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Notes = text }))
		}
		<-time.After(time.Minute)
		s.ghl.SetLag(ghltest.Lag{Contacts: 20 * time.Second, Tasks: 20 * time.Second})
		write("two")
		s.ghl.Inject(ghltest.Fault{Operation: "update-task", AfterCommit: true, Drop: true, Times: 20})
		require.Len(s.t, s.sync().Failures, 1)
		s.ghl.ClearFaults()
		write("three")
		s.sync()
		<-time.After(time.Minute)
		s.inStep()
		now, _ := s.pagico.Task(twin.ID)
		require.Equal(s.t, "three", now.Notes)
		require.Contains(s.t, s.liveGHL()[0].Body, "three")
	})
}

// TestSimFoundARemakeUnderADeletedContact: a task was moved in Pagico to a contact that
// had just been deleted in GHL, which the index did not show yet: the task was deleted
// in GHL and could not be made again there.
func TestSimFoundARemakeUnderADeletedContact(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		_, to, home, twin := s.placed()
		<-time.After(time.Minute)
		s.ghl.SetLag(ghltest.Lag{Contacts: 20 * time.Second, Tasks: 20 * time.Second})
		require.NoError(s.t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.ContactID = home }))
		require.NoError(s.t, s.ghl.DeleteContact(to))
		task := s.liveGHL()[0].ID
		s.sync()
		<-time.After(time.Minute)
		s.inStep()
		live := s.liveGHL()
		require.Len(s.t, live, 1)
		require.Equal(s.t, task, live[0].ID)
		require.Len(s.t, s.pagico.Snapshot().Live().Tasks, 1)
	})
}
