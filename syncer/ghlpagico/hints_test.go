package ghlpagico_test

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	ghlhook "github.com/ghl-pagico/sdk-go/ghl/webhook"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	pagicohook "github.com/ghl-pagico/sdk-go/pagico/webhook"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
)

// receiver is a program that keeps the hints of both services in a queue.
type receiver struct {
	*services
	handlers map[string]http.Handler // by host
	queue    []syncer.Ref
}

// RoundTrip delivers to the receiver without a socket.
func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	r.handlers[req.URL.Host].ServeHTTP(w, req)
	return w.Result(), nil
}

// withWebhooks runs a test on virtual time with both services' webhooks going
// to a receiver.
func withWebhooks(t *testing.T, trouble ghltest.WebhookTrouble, test func(r *receiver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{handlers: map[string]http.Handler{}, services: &services{t: t, store: memstore.New()}}
		hooks := &http.Client{Transport: r}
		r.ghl = ghltest.New(ghltest.WithSeed(1), ghltest.NoLimits(),
			ghltest.WithWebhooks(ghltest.Webhooks{URL: "https://ghl.hooks.test/", Client: hooks, Trouble: trouble}))
		r.pagico = pagicotest.New(pagicotest.WithSeed(1), pagicotest.WithLimits(pagicotest.NoLimits()), pagicotest.WithWebhookClient(hooks))
		var err error
		r.client, err = ghl.New(ghl.WithToken(r.ghl.Token()), ghl.WithLimits(ghl.NoLimits()), ghl.WithHTTPClient(&http.Client{Transport: r.ghl.Transport()}))
		require.NoError(t, err)
		p, err := pagico.New("https://pagico.test/v1", pagico.WithToken(pagicotest.DefaultToken), pagico.WithHTTPClient(&http.Client{Transport: r.pagico.Transport()}))
		require.NoError(t, err)
		r.connector, err = ghlpagico.New(ghlpagico.Config{GHL: r.client, LocationID: r.ghl.LocationID(), Pagico: p, Store: r.store, Workers: 1})
		require.NoError(t, err)
		r.listen(p)
		test(r)
	})
}

// listen sets up both endpoints.
func (r *receiver) listen(p *pagico.Client) {
	r.t.Helper()
	fromGHL, err := ghlhook.NewVerifier(ghlhook.WithKeys(ghltest.WebhookKey().Public().(ed25519.PublicKey)))
	require.NoError(r.t, err)
	r.handlers["ghl.hooks.test"] = ghlhook.NewHandler(fromGHL, func(_ context.Context, e ghlhook.Event) error {
		if ref, ok := r.connector.GHLHint(e); ok {
			r.queue = append(r.queue, ref)
		}
		return nil
	})
	sub, err := p.Webhooks.Create(r.t.Context(), pagico.WebhookCreate{URL: "https://pagico.hooks.test/", Events: []string{"task.*", "contact.*", "note.*"}})
	require.NoError(r.t, err)
	fromPagico, err := pagicohook.NewVerifier([]string{sub.Secret})
	require.NoError(r.t, err)
	r.handlers["pagico.hooks.test"] = pagicohook.NewHandler(fromPagico, func(_ context.Context, e pagicohook.Event) error {
		if ref, ok := r.connector.PagicoHint(e); ok {
			r.queue = append(r.queue, ref)
		}
		return nil
	})
}

// work delivers what is due and follows all hints, also those that its own
// writes lead to. It returns how many records were written.
func (r *receiver) work() (writes int) {
	r.t.Helper()
	for range 20 {
		_, err := r.ghl.Flush(r.t.Context())
		require.NoError(r.t, err)
		_, err = r.pagico.Flush(r.t.Context())
		require.NoError(r.t, err)
		if len(r.queue) == 0 {
			return writes
		}
		refs := r.queue
		r.queue = nil
		for _, ref := range refs {
			report, err := r.connector.SyncRecord(r.t.Context(), ref, syncer.SyncOptions{Trigger: "webhook"})
			require.NoError(r.t, err, "%s", ref)
			writes += report.Writes
		}
	}
	r.t.Fatal("the hints of our own writes never end")
	return 0
}

func TestHintsCarryChangesOver(t *testing.T) {
	t.Parallel()
	withWebhooks(t, ghltest.WebhookTrouble{}, func(r *receiver) {
		r.sync()
		ada := r.ghl.AddContact(ghltest.Contact{FirstName: "Ada", Email: "ada@example.com"})
		assert.Equal(t, 1, r.work(), "a new contact")
		task := r.ghl.AddTask(ghltest.Task{ContactID: ada.ID, Title: "Call Ada", Body: "soon"})
		assert.Equal(t, 1, r.work(), "a new task of it")
		r.ghl.AddNote(ghltest.Note{ContactID: ada.ID, Body: "likes engines"})
		assert.Equal(t, 1, r.work(), "a new note of it")

		twin := r.pagico.Snapshot().Tasks[0]
		require.NoError(t, r.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Title = "Call Ada today" }))
		assert.Equal(t, 1, r.work(), "an edit in Pagico")
		require.NoError(t, r.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Completed = true }))
		assert.Equal(t, 1, r.work(), "a task completed in GHL")
		onPagico, err := r.pagico.AddTask(pagicotest.Task{ContactID: twin.ContactID, Title: "Write to Ada", DueDate: "2026-12-01"})
		require.NoError(t, err)
		assert.Equal(t, 1, r.work(), "a task made in Pagico")

		assert.Equal(t, "Call Ada today", r.ghl.TasksOf(ada.ID)[0].Title)
		assert.Len(t, r.ghl.TasksOf(ada.ID), 2)
		for _, x := range r.pagico.Snapshot().Tasks {
			if x.ID != onPagico.ID {
				assert.Equal(t, "completed", x.Status)
			}
		}
		assert.Zero(t, r.sync().Writes, "a pass finds nothing that the hints left")
		r.inStep()
	})
}

func TestHintsDoNoHarm(t *testing.T) {
	t.Parallel()
	trouble := ghltest.WebhookTrouble{Lose: 0.3, Duplicate: 0.5, Late: 0.3, Reorder: true, Thin: true}
	withWebhooks(t, trouble, func(r *receiver) {
		r.sync()
		for i := range 8 {
			c := r.ghl.AddContact(ghltest.Contact{FirstName: "Ada", Email: string(rune('a'+i)) + "@example.com"})
			a := r.ghl.AddTask(ghltest.Task{ContactID: c.ID, Title: "Call"})
			r.ghl.AddNote(ghltest.Note{ContactID: c.ID, Body: "note"})
			r.work()
			require.NoError(t, r.ghl.EditTask(a.ID, func(x *ghltest.Task) { x.Completed = true }))
			r.work()
			if i%3 == 0 {
				require.NoError(t, r.ghl.DeleteTask(a.ID))
				r.work()
			}
		}
		r.inStep()
		snap := r.pagico.Snapshot()
		contacts, notes := 0, 0
		for _, c := range snap.Contacts {
			if !c.Deleted {
				contacts++
			}
		}
		for _, n := range snap.Notes {
			if !n.Deleted {
				notes++
			}
		}
		assert.Equal(t, 8, contacts)
		assert.Equal(t, 8, notes)
	})
}

func TestHintsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	withWebhooks(t, ghltest.WebhookTrouble{}, func(r *receiver) {
		home := r.ghl.LocationID()
		for name, e := range map[string]ghlhook.Event{
			"another location": {LocationID: "elsewhere", Ref: ghlhook.Ref{Kind: "contact", ID: "c1"}},
			"no id":            {LocationID: home, Ref: ghlhook.Ref{Kind: "task", ContactID: "c1"}},
			"another kind":     {LocationID: home, Ref: ghlhook.Ref{Kind: "opportunity", ID: "o1"}},
			"no record":        {LocationID: home},
			"a note of nobody": {LocationID: home, Ref: ghlhook.Ref{Kind: "note", ID: "n1"}},
		} {
			_, ok := r.connector.GHLHint(e)
			assert.False(t, ok, name)
		}
		ref, ok := r.connector.GHLHint(ghlhook.Event{LocationID: home, Ref: ghlhook.Ref{Kind: "task", ID: "t1"}})
		assert.True(t, ok)
		report, err := r.connector.SyncRecord(r.t.Context(), ref, syncer.SyncOptions{})
		require.NoError(t, err, "a task that is nowhere")
		assert.Zero(t, report.Writes)
		_, ok = r.connector.PagicoHint(pagicohook.Event{Type: "project.updated", Ref: pagicohook.Ref{ID: "p1"}})
		assert.False(t, ok)
		ref, ok = r.connector.PagicoHint(pagicohook.Event{Type: "event.updated", Ref: pagicohook.Ref{ID: "e1"}})
		assert.True(t, ok)
		assert.Equal(t, syncer.KindAppointment, ref.Kind)
	})
}
