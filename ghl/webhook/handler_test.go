package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/ghl/webhook"
)

var errFull = errors.New("queue full")

func delivery(t testing.TB, n byte, body string) *http.Request {
	t.Helper()
	_, private := newKey(n)
	r, err := webhook.NewRequest(t.Context(), "https://app.test/hooks", private, []byte(body))
	require.NoError(t, err)
	return r
}

func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandlerAnswers(t *testing.T) {
	t.Parallel()
	var taken []webhook.Event
	var fail error
	var log bytes.Buffer
	h := webhook.NewHandler(newVerifier(t), func(_ context.Context, e webhook.Event) error {
		if fail == nil {
			taken = append(taken, e)
		}
		return fail
	}, webhook.WithMaxBody(int64(len(taskBody))), webhook.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))

	fail = errFull
	for range 2 {
		w := answer(h, delivery(t, 1, taskBody))
		assert.Equal(t, http.StatusTooManyRequests, w.Code)
		assert.Equal(t, "30", w.Header().Get("Retry-After"))
	}
	fail = nil
	for range 3 {
		assert.Equal(t, http.StatusNoContent, answer(h, delivery(t, 1, taskBody)).Code)
	}
	require.Len(t, taken, 1, "a refused event is taken when it comes again, and a taken one is not")
	assert.Equal(t, "w1", taken[0].ID)

	assert.Equal(t, http.StatusUnauthorized, answer(h, delivery(t, 2, taskBody)).Code)
	unsigned := delivery(t, 1, taskBody)
	unsigned.Header.Set(webhook.HeaderSignature, "N/A")
	assert.Equal(t, http.StatusUnauthorized, answer(h, unsigned).Code)
	old := strings.Replace(taskBody, `"timestamp":"2026`, `"timestamp":"2025`, 1)
	assert.Equal(t, http.StatusUnauthorized, answer(h, delivery(t, 1, old)).Code)
	assert.Equal(t, http.StatusRequestEntityTooLarge, answer(h, delivery(t, 1, taskBody+" ")).Code)
	get := delivery(t, 1, taskBody)
	get.Method = http.MethodGet
	w := answer(h, get)
	assert.Equal(t, http.StatusMethodNotAllowed, w.Code)
	assert.Equal(t, "POST", w.Header().Get("Allow"))
	cut := delivery(t, 1, taskBody)
	cut.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
	assert.Equal(t, http.StatusTooManyRequests, answer(h, cut).Code)
	require.Len(t, taken, 1)
	assert.NotContains(t, log.String(), "Ada", "bodies are not logged")
	assert.NotContains(t, log.String(), delivery(t, 1, taskBody).Header.Get(webhook.HeaderSignature))

	strange := `{"type":"KnowledgeBaseCreate","webhookId":"w2"}`
	assert.Equal(t, http.StatusNoContent, answer(h, delivery(t, 1, strange)).Code)
	assert.Equal(t, http.StatusNoContent, answer(h, delivery(t, 1, `[]`)).Code)
	require.Len(t, taken, 3, "unknown types are kept")
	assert.Equal(t, strange, string(taken[1].Raw))

	assert.Equal(t, http.StatusUnauthorized, answer(webhook.NewHandler(nil, func(context.Context, webhook.Event) error { return nil }), delivery(t, 1, taskBody)).Code)
	assert.Equal(t, http.StatusTooManyRequests, answer(webhook.NewHandler(newVerifier(t), nil, webhook.WithRetryAfter(0)), delivery(t, 1, taskBody)).Code)
}

// brokenDeduper fails on demand.
type brokenDeduper struct{ seen, remember error }

func (d brokenDeduper) Seen(context.Context, string) (bool, error) { return false, d.seen }
func (d brokenDeduper) Remember(context.Context, string) error     { return d.remember }
func count(n *atomic.Int32) webhook.Func {
	return func(context.Context, webhook.Event) error {
		n.Add(1)
		return nil
	}
}

func TestDeduper(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	h := webhook.NewHandler(newVerifier(t), count(&n), webhook.WithDeduper(brokenDeduper{seen: errFull}))
	assert.Equal(t, http.StatusTooManyRequests, answer(h, delivery(t, 1, taskBody)).Code)
	assert.Zero(t, n.Load())
	h = webhook.NewHandler(newVerifier(t), count(&n), webhook.WithDeduper(brokenDeduper{remember: errFull}))
	assert.Equal(t, http.StatusNoContent, answer(h, delivery(t, 1, taskBody)).Code, "the event is taken")
	h = webhook.NewHandler(newVerifier(t), count(&n), webhook.WithDeduper(nil))
	for range 2 {
		assert.Equal(t, http.StatusNoContent, answer(h, delivery(t, 1, taskBody)).Code)
	}
	assert.EqualValues(t, 3, n.Load())

	d := webhook.NewMemoryDeduper(2)
	for i, id := range []string{"a", "b", "b", "c"} {
		require.NoError(t, d.Remember(t.Context(), id), i)
	}
	for id, want := range map[string]bool{"a": false, "b": true, "c": true} {
		seen, err := d.Seen(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, want, seen, id)
	}
}

func TestRepeatsAtTheSameTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		gate := make(chan struct{})
		h := webhook.NewHandler(newVerifier(t), func(context.Context, webhook.Event) error {
			<-gate
			if n.Add(1) == 1 {
				return errFull
			}
			return nil
		})
		var wg sync.WaitGroup
		codes := make([]int, 21)
		send := func(ctx context.Context, i int) {
			r := delivery(t, 1, taskBody).WithContext(ctx) //nolint:contextcheck // replaced at once
			wg.Go(func() { codes[i] = answer(h, r).Code })
		}
		send(t.Context(), 0)
		synctest.Wait() // it is in the function
		for i := 1; i < 20; i++ {
			send(t.Context(), i)
		}
		ctx, cancel := context.WithCancel(t.Context())
		send(ctx, 20)
		synctest.Wait()
		cancel()
		synctest.Wait()
		assert.Equal(t, http.StatusTooManyRequests, codes[20], "who hangs up is not told that the event is taken")
		close(gate)
		wg.Wait()
		assert.Equal(t, http.StatusTooManyRequests, codes[0])
		for _, code := range codes[1:20] {
			assert.Equal(t, http.StatusNoContent, code)
		}
		assert.EqualValues(t, 2, n.Load(), "the one that failed, and one of the others")
	})
}

func TestPanicOfTheFunctionBlocksNothing(t *testing.T) {
	t.Parallel()
	first := true
	h := webhook.NewHandler(newVerifier(t), func(context.Context, webhook.Event) error {
		if first {
			first = false
			panic("bug")
		}
		return nil
	})
	assert.Panics(t, func() { answer(h, delivery(t, 1, taskBody)) })
	assert.Equal(t, http.StatusNoContent, answer(h, delivery(t, 1, taskBody)).Code)
}

// The fake server signs, repeats, delays and thins its webhooks; none is lost and none is taken twice.
func TestDeliveriesOfTheFakeServer(t *testing.T) {
	t.Parallel()
	public, err := webhook.ParseKey(ghltest.WebhookPublicKeyPEM(ghltest.WebhookKey()))
	require.NoError(t, err)
	v, err := webhook.NewVerifier(webhook.WithKeys(public))
	require.NoError(t, err)
	ids, kinds := map[string]int{}, map[webhook.Type]int{}
	failing := 2
	h := webhook.NewHandler(v, func(_ context.Context, e webhook.Event) error {
		if failing--; failing >= 0 {
			return errFull
		}
		ids[e.ID]++
		kinds[e.Type]++
		assert.NotNil(t, e.Payload, e.Type)
		return nil
	})
	srv := ghltest.New(ghltest.WithWebhooks(ghltest.Webhooks{URL: "https://app.test/hooks", Client: &http.Client{Transport: handlerTransport{h}},
		Trouble: ghltest.WebhookTrouble{Duplicate: 0.5, Reorder: true}}))
	contact := srv.AddContact(ghltest.Contact{FirstName: "Ada", Email: "ada@example.com"})
	task := srv.AddTask(ghltest.Task{ContactID: contact.ID, Title: "Call"})
	srv.AddNote(ghltest.Note{ContactID: contact.ID, Body: "hello"})
	require.NoError(t, srv.EditTask(task.ID, func(t *ghltest.Task) { t.Completed = true }))
	require.NoError(t, srv.DeleteContact(contact.ID))
	_, err = srv.Flush(t.Context())
	require.NoError(t, err)
	for _, w := range srv.WebhookLog() {
		if ids[w.ID] == 0 { // refused at first: sent again
			require.NoError(t, srv.Resend(w.ID))
		}
	}
	_, err = srv.Flush(t.Context())
	require.NoError(t, err)
	for _, w := range srv.WebhookLog() {
		assert.Equal(t, 1, ids[w.ID], w.Type)
	}
	for _, want := range []webhook.Type{webhook.ContactCreate, webhook.TaskCreate, webhook.NoteCreate, webhook.TaskComplete, webhook.ContactDelete} {
		assert.Equal(t, 1, kinds[want], want)
	}
	srv.SetWebhooks(&ghltest.Webhooks{URL: "https://app.test/hooks", Client: &http.Client{Transport: handlerTransport{h}}, Unsigned: true})
	srv.AddContact(ghltest.Contact{FirstName: "Eve"})
	delivered, err := srv.Flush(t.Context())
	require.NoError(t, err)
	assert.Zero(t, delivered, "an unsigned delivery is refused")
}

type handlerTransport struct{ http.Handler }

func (h handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return answer(h.Handler, r).Result(), nil
}

func TestWorkflowHandler(t *testing.T) {
	t.Parallel()
	const secret, newer = "a-long-enough-secret", "another-long-enough-one"
	const body = `{"contact_id":"c1","first_name":"Ada","tags":"a,b","location":{"id":"L1","name":"Main"},"workflow":{"id":"wf1"},
		"customData":{"k":"v"},"calendar":{"appointmentId":"p1"}}`
	var got []webhook.WorkflowEvent
	var fail error
	var log bytes.Buffer
	h, err := webhook.NewWorkflowHandler("", []string{secret, newer}, func(_ context.Context, e webhook.WorkflowEvent) error {
		got = append(got, e)
		return fail
	}, webhook.WithMaxBody(1000), webhook.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	require.NoError(t, err)
	post := func(text string, secrets ...string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(text))
		r.Header = header(webhook.DefaultSecretHeader, secrets...)
		return answer(h, r).Code
	}
	assert.Equal(t, http.StatusNoContent, post(body, secret))
	assert.Equal(t, http.StatusNoContent, post(body, newer))
	assert.Equal(t, http.StatusNoContent, post(`[1]`, newer))
	require.Len(t, got, 3)
	assert.Equal(t, "c1", got[0].ContactID)
	assert.Equal(t, "L1", got[0].Location.ID)
	assert.Equal(t, "v", got[0].CustomData["k"])
	assert.JSONEq(t, `{"appointmentId":"p1"}`, string(got[0].Calendar))
	assert.Equal(t, `[1]`, string(got[2].Raw))
	for _, bad := range [][]string{nil, {""}, {"wrong"}, {secret + "x"}, {secret[:len(secret)-1]}, {secret, secret}, {secret + "," + newer}} {
		assert.Equal(t, http.StatusUnauthorized, post(body, bad...), bad)
	}
	assert.Equal(t, http.StatusRequestEntityTooLarge, post(body+strings.Repeat(" ", 1000), secret))
	fail = errFull
	assert.Equal(t, http.StatusTooManyRequests, post(body, secret))
	assert.NotContains(t, log.String(), secret)
	assert.NotContains(t, log.String(), "Ada")

	nop := func(context.Context, webhook.WorkflowEvent) error { return nil }
	for _, bad := range [][]string{nil, {}, {"short"}, {secret, ""}} {
		_, err := webhook.NewWorkflowHandler("", bad, nop)
		require.ErrorIs(t, err, webhook.ErrSecret)
	}
	_, err = webhook.NewWorkflowHandler("", []string{secret}, nil)
	require.Error(t, err)
	assert.Equal(t, http.StatusUnauthorized, answer(&webhook.WorkflowHandler{}, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))).Code)
}
