package pagicotest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/pagico/webhook"
)

// inProcess delivers to a handler without a socket.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

// receiver is a verified webhook endpoint that keeps what it got.
type receiver struct {
	verifier *webhook.Verifier
	status   int
	retry    string
	got      []webhook.Event
}

func (h *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	webhook.NewHandler(h.verifier, func(_ context.Context, e webhook.Event) error {
		h.got = append(h.got, e)
		return nil
	}, webhook.WithDeduper(nil)).ServeHTTP(httptest.NewRecorder(), r)
	if h.retry != "" {
		w.Header().Set("Retry-After", h.retry)
	}
	w.WriteHeader(h.status)
}

// subscribe makes a rig whose deliveries go to a receiver.
func subscribe(t *testing.T, events string) (*rig, *receiver, string) {
	t.Helper()
	h := &receiver{status: http.StatusNoContent}
	g := newRig(t, pagicotest.WithWebhookClient(&http.Client{Transport: inProcess{h}}))
	a := g.create("/webhooks", `{"url":"https://hooks.test/in","events":`+events+`}`)
	secret := a.str("secret")
	var err error
	h.verifier, err = webhook.NewVerifier([]string{secret}, webhook.WithClock(func() time.Time { return g.now }))
	require.NoError(t, err)
	assert.NotContains(t, g.do(http.MethodGet, "/webhooks/"+a.str("id"), "").text, "whsec_", "the secret is shown once")
	return g, h, a.str("id")
}

func (g *rig) flush() int {
	g.t.Helper()
	n, err := g.srv.Flush(g.t.Context())
	require.NoError(g.t, err)
	return n
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	g, h, _ := subscribe(t, `["task.*","note.deleted"]`)
	id := g.create("/tasks", `{"title":"x","externalId":"e1"}`).str("id")
	for _, patch := range []string{`{"status":"inProgress","progress":40}`, `{"status":"completed"}`, `{"status":"open","title":"y"}`, `{"title":"y"}`} {
		require.Equal(t, 200, g.do(http.MethodPatch, "/tasks/"+id, patch).status)
	}
	require.NoError(t, g.srv.EditTask(id, func(t *pagicotest.Task) { t.Color = 1 }))
	require.Equal(t, 204, g.do(http.MethodDelete, "/tasks/"+id, "").status)
	note := g.create("/notes", `{"content":"n"}`).str("id")
	require.NoError(t, g.srv.DeleteNote(note))

	assert.Equal(t, 7, g.flush())
	require.Len(t, h.got, 7, "every signature fits")
	assert.Zero(t, g.flush())
	var types []webhook.Type
	for _, e := range h.got {
		types = append(types, e.Type)
	}
	assert.Equal(t, []webhook.Type{"task.created", "task.updated", "task.completed", "task.reopened", "task.updated", "task.deleted", "note.deleted"}, types)
	update := h.got[1]
	assert.Equal(t, []string{"status", "progress"}, update.Changed)
	assert.Equal(t, webhook.Actor{Type: "integration", UserID: "u_owner", ClientID: pagicotest.DefaultClientID}, update.Actor)
	var full map[string]any
	require.NoError(t, json.Unmarshal(update.Data, &full))
	assert.Equal(t, "x", full["title"])
	assert.Equal(t, `"2"`, update.Ref.ETag)
	assert.Equal(t, webhook.Actor{Type: "user", UserID: "u_owner"}, h.got[4].Actor)
	assert.JSONEq(t, `{"id":"`+id+`","externalId":"e1","deletedAt":"2026-03-04T15:30:00.005Z"}`, string(h.got[5].Data))
}

func TestDeliveryRetries(t *testing.T) {
	t.Parallel()
	g, h, _ := subscribe(t, `["task.created"]`)
	h.status = http.StatusInternalServerError
	g.create("/tasks", `{"title":"x"}`)
	began := g.now
	attempts := 0
	for !g.srv.Deliveries()[0].Done {
		attempts += g.flush()
		assert.Zero(t, g.flush(), "not before it is due")
		g.now = g.srv.Deliveries()[0].Next
		require.Less(t, attempts, 20)
	}
	assert.Equal(t, 10, attempts)
	assert.Equal(t, began.Add(75*time.Hour+35*time.Minute+5*time.Second), g.now)
	require.Len(t, h.got, 10)
	for _, e := range h.got {
		assert.Equal(t, h.got[0].ID, e.ID, "the id is the same on every retry")
	}

	h.status, h.retry = http.StatusTooManyRequests, "90"
	g.create("/tasks", `{"title":"y"}`)
	g.flush()
	assert.Equal(t, g.now.Add(90*time.Second), g.srv.Deliveries()[1].Next)
	h.status = http.StatusOK
	g.now = g.now.Add(90 * time.Second)
	g.flush()
	assert.True(t, g.srv.Deliveries()[1].Delivered)
}

func TestGoneDisablesTheWebhook(t *testing.T) {
	t.Parallel()
	g, h, id := subscribe(t, `["task.*"]`)
	h.status = http.StatusGone
	g.create("/tasks", `{"title":"x"}`)
	g.create("/tasks", `{"title":"y"}`)
	g.flush()
	assert.Len(t, h.got, 1)
	assert.Equal(t, false, g.do(http.MethodGet, "/webhooks/"+id, "").json["enabled"])
	g.create("/tasks", `{"title":"z"}`)
	assert.Zero(t, g.flush())
	require.Equal(t, 200, g.do(http.MethodPatch, "/webhooks/"+id, `{"enabled":true,"events":["note.created"]}`).status)
	g.create("/tasks", `{"title":"z"}`)
	g.create("/notes", `{"title":"z"}`)
	h.status = 200
	assert.Equal(t, 1, g.flush())
}

func TestWebhookTestMessage(t *testing.T) {
	t.Parallel()
	g, h, id := subscribe(t, `["task.*"]`)
	a := g.do(http.MethodPost, "/webhooks/"+id+"/test", "")
	assert.Equal(t, http.StatusAccepted, a.status)
	g.flush()
	require.Len(t, h.got, 1)
	assert.Equal(t, webhook.Type("webhook.test"), h.got[0].Type)
	assert.Equal(t, a.str("messageId"), h.got[0].ID)
	assert.Equal(t, http.StatusNotFound, g.do(http.MethodPost, "/webhooks/none/test", "").status)
}

func TestRunDeliveries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &receiver{status: http.StatusInternalServerError}
		g := &rig{t: t, srv: pagicotest.New(pagicotest.WithWebhookClient(&http.Client{Transport: inProcess{h}}))}
		var err error
		h.verifier, err = webhook.NewVerifier([]string{g.create("/webhooks", `{"url":"https://hooks.test/in","events":["task.*"]}`).str("secret")})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- g.srv.RunDeliveries(ctx) }()
		synctest.Wait()
		g.create("/tasks", `{"title":"x"}`)
		synctest.Wait()
		assert.Len(t, h.got, 1)
		h.status = http.StatusOK
		began := time.Now()
		for !g.srv.Deliveries()[0].Done {
			wait := time.NewTimer(time.Second)
			<-wait.C
			synctest.Wait()
		}
		assert.InDelta(t, 5, time.Since(began).Seconds(), 1)
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	})
}
