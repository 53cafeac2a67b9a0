package ghlpagico_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/ghl/webhook"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
)

// serving lets a handler answer requests without a socket.
type serving struct{ http.Handler }

func (s serving) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result(), nil
}

// hooked has GHL's signed webhooks hand every record that they name to the engine.
func (s *services) hooked() {
	s.t.Helper()
	key, err := webhook.ParseKey(ghltest.WebhookPublicKeyPEM(ghltest.WebhookKey()))
	require.NoError(s.t, err)
	verifier, err := webhook.NewVerifier(webhook.WithKeys(key), webhook.WithReplayWindow(0))
	require.NoError(s.t, err)
	handler := webhook.NewHandler(verifier, func(ctx context.Context, e webhook.Event) error {
		ref, ok := s.connector.GHLHint(e)
		require.True(s.t, ok)
		report, err := s.connector.SyncRecord(ctx, ref, syncer.SyncOptions{Trigger: "webhook " + e.ID})
		if err == nil && (report.Requeued > 0 || len(report.Skipped) > 0) {
			s.t.Errorf("%s left %s to the next pass: %+v", e.Type, ref, report.Skipped)
		}
		return err
	})
	s.ghl.SetWebhooks(&ghltest.Webhooks{URL: "https://app.test/hooks", Client: &http.Client{Transport: serving{handler}}})
}

// deliver sends the webhooks that wait, each twice, and returns the requests that both
// services got meanwhile, without the deliveries.
func (s *services) deliver() (ghl, pagico int) {
	s.t.Helper()
	s.ghl.ResetRequests()
	before := s.pagico.Calls()
	_, err := s.ghl.Flush(s.t.Context())
	require.NoError(s.t, err)
	ghl, pagico = len(s.ghl.Requests()), s.pagico.Calls()-before
	for _, w := range s.ghl.WebhookLog() {
		require.NoError(s.t, s.ghl.Resend(w.ID))
	}
	_, err = s.ghl.Flush(s.t.Context())
	require.NoError(s.t, err)
	require.Len(s.t, s.ghl.Requests(), ghl, "a webhook that comes again costs nothing")
	return ghl, pagico
}

// crowd makes linked contacts with a task each, more than are ever listed for the
// sake of one record.
func (s *services) crowd(n int) {
	s.t.Helper()
	for i := range n {
		c := s.ghl.AddContact(ghltest.Contact{FirstName: "C", LastName: fmt.Sprint(i), Email: fmt.Sprintf("c%d@example.com", i)})
		s.ghl.AddTask(ghltest.Task{ContactID: c.ID, Title: fmt.Sprint("Task ", i), DueDate: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)})
	}
	require.True(s.t, s.sync().Settled())
	require.Len(s.t, s.pagico.Snapshot().Tasks, n)
}

// titled returns the Pagico tasks with a title.
func (s *services) titled(title string) (found []pagicotest.Task) {
	for _, task := range s.pagico.Snapshot().Tasks {
		if task.Title == title {
			found = append(found, task)
		}
	}
	return found
}

func (s *services) pagicoContacts(email string) (found []pagicotest.Contact) {
	for _, c := range s.pagico.Snapshot().Contacts {
		if c.Email == email {
			found = append(found, c)
		}
	}
	return found
}

// TestWebhooksInALargeAccount: with more than a thousand links, records that webhooks
// tell of are synced at once, and what a person made on the other side meanwhile is
// recognised.
func TestWebhooksInALargeAccount(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Notes.Off, c.Appointments.Off = true, true }, func(s *services) {
		s.crowd(1010)
		s.hooked()
		due := time.Date(2026, 12, 24, 8, 0, 0, 0, time.UTC)

		ada := s.ghl.AddContact(ghltest.Contact{FirstName: "Ada", Email: "ada@example.com", Phone: "+41791234567"})
		ghl, pagico := s.deliver()
		require.Len(t, s.pagicoContacts("ada@example.com"), 1, "a new contact")
		require.Equal(t, 1, ghl, "it is read")
		require.LessOrEqual(t, pagico, 7)

		s.ghl.AddTask(ghltest.Task{ContactID: ada.ID, Title: "Call Ada", DueDate: due})
		ghl, pagico = s.deliver()
		require.Len(t, s.titled("Call Ada"), 1, "a new task")
		require.LessOrEqual(t, ghl, 4, "its webhook does not name the contact, so it is searched for, then read")
		require.LessOrEqual(t, pagico, 6)

		grace, err := s.pagico.AddContact(pagicotest.Contact{Name: "Grace", Email: "grace@example.com"})
		require.NoError(t, err)
		phoned, err := s.pagico.AddContact(pagicotest.Contact{Name: "Joan", Phone: "+44 (0)20 7946 0000"})
		require.NoError(t, err)
		graceGHL := s.ghl.AddContact(ghltest.Contact{FirstName: "Grace", Email: "Grace@Example.com"})
		s.ghl.AddContact(ghltest.Contact{FirstName: "Joan", Phone: "+442079460000"})
		s.deliver()
		require.Len(t, s.pagicoContacts("grace@example.com"), 1, "made by a person on both sides")
		require.Len(t, s.pagico.Snapshot().Contacts, 1013, "so was the one with the phone number")
		_, ok := s.pagico.Contact(phoned.ID)
		require.True(t, ok)

		project, err := s.pagico.AddProject(pagicotest.Project{Title: "Grace's move", ContactIDs: []string{grace.ID}})
		require.NoError(t, err)
		_, err = s.pagico.AddTask(pagicotest.Task{ContactID: grace.ID, Title: "Call Grace", DueDate: "2026-12-24T08:00:00Z"})
		require.NoError(t, err)
		_, err = s.pagico.AddTask(pagicotest.Task{ProjectID: project.ID, Title: "Visit Grace", DueDate: "2026-12-24T08:00:00Z"})
		require.NoError(t, err)
		s.ghl.AddTask(ghltest.Task{ContactID: graceGHL.ID, Title: "Call Grace", DueDate: due})
		s.ghl.AddTask(ghltest.Task{ContactID: graceGHL.ID, Title: "Visit Grace", DueDate: due})
		s.deliver()
		require.Len(t, s.titled("Call Grace"), 1, "made by a person on both sides")
		require.Len(t, s.titled("Visit Grace"), 1, "also in a project")

		s.hintsFromPagico(graceGHL.ID, grace.ID)
		s.inStep()
		require.Len(t, s.pagico.Snapshot().Contacts, 1013)
	})
}

// hintsFromPagico hints at Pagico tasks: a new one, and one that a person made on both
// sides.
func (s *services) hintsFromPagico(ghlContact, pagicoContact string) {
	t := s.t
	t.Helper()
	hint := func(task pagicotest.Task) (report *syncer.Report, calls map[string]int) {
		added, err := s.pagico.AddTask(task)
		require.NoError(t, err)
		s.ghl.ResetRequests()
		report, err = s.connector.SyncRecord(t.Context(), syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: added.ID}, syncer.SyncOptions{})
		require.NoError(t, err)
		calls = maps.Clone(s.ghl.CallCounts())
		return report, calls
	}
	report, calls := hint(pagicotest.Task{ContactID: pagicoContact, Title: "Write Grace", DueDate: "2026-12-24"})
	require.Equal(t, 1, report.Total().Created)
	require.Equal(t, map[string]int{"contacts/get-all-tasks": 1, "contacts/create-task": 1}, calls)

	s.ghl.AddTask(ghltest.Task{ContactID: ghlContact, Title: "Thank Grace", DueDate: time.Date(2026, 12, 24, 8, 0, 0, 0, time.UTC)})
	report, calls = hint(pagicotest.Task{ContactID: pagicoContact, Title: "Thank Grace", DueDate: "2026-12-24T08:00:00Z"})
	require.Equal(t, 1, report.Total().Linked)
	require.Equal(t, map[string]int{"contacts/get-all-tasks": 1}, calls)
	require.Len(t, s.ghl.TasksOf(ghlContact), 4)
}
