package pagicotest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

func TestDroppedConnections(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		g := newRig(t)
		g.srv.Inject(pagicotest.Fault{Operation: "tasks.create", Drop: true, AfterCommit: after, Times: 1})
		_, err := g.try(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", `"k"`)
		require.ErrorIs(t, err, syscall.ECONNRESET)
		stored := len(g.srv.Snapshot().Tasks)
		assert.Equal(t, after, stored == 1)
		again := g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", `"k"`)
		assert.Equal(t, http.StatusCreated, again.status)
		assert.Len(t, g.srv.Snapshot().Tasks, 1, "the key makes the retry safe")
		log := g.srv.Requests()
		require.Len(t, log, 2)
		assert.True(t, log[0].Dropped && log[0].Faulted)
		assert.False(t, log[1].Dropped || log[1].Faulted)
	}
}

func TestDroppedConnectionsOnSockets(t *testing.T) {
	t.Parallel()
	srv := pagicotest.NewServer(t)
	post := func() (*http.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.BaseURL()+"/tasks", strings.NewReader(`{"title":"x"}`))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+pagicotest.DefaultToken)
		req.Header.Set("Content-Type", "application/json")
		return http.DefaultTransport.RoundTrip(req)
	}
	srv.Inject(pagicotest.Fault{Drop: true, AfterCommit: true, Times: 1})
	_, err := post()
	require.Error(t, err)
	assert.Len(t, srv.Snapshot().Tasks, 1)

	srv.Inject(pagicotest.Fault{Drop: true, AfterCommit: true, Truncate: 20, Times: 1})
	resp, err := post()
	require.NoError(t, err)
	_, err = io.ReadAll(resp.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NoError(t, resp.Body.Close())
}

func TestAnswersOnDemand(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	require.NoError(t, g.srv.Seed(pagicotest.World{Tasks: []pagicotest.Task{{ID: "t1", Title: "x"}}}))
	get := func() answer { return g.do(http.MethodGet, "/tasks/t1", "") }

	g.srv.Inject(pagicotest.Fault{Path: "/v1/tasks/*", Method: http.MethodGet, Status: 502, Body: "<h1>Bad gateway</h1>", Nth: 2})
	assert.Equal(t, 200, get().status)
	a := get()
	assert.Equal(t, 502, a.status)
	assert.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
	assert.Equal(t, 200, get().status)
	g.srv.ClearFaults()

	limited := g.srv.Inject(pagicotest.RateLimited("tasks.get", 7*time.Second))
	a = get()
	assert.Equal(t, 429, a.status)
	assert.Equal(t, "7", a.header.Get("Retry-After"))
	assert.Equal(t, "rate-limited", a.problem())
	limited.Remove()
	assert.Equal(t, 1, limited.Hits())
	g.srv.Inject(pagicotest.RateLimited("", 0))
	assert.Empty(t, get().header.Values("Retry-After"))
	g.srv.ClearFaults()
	assert.Equal(t, 2, g.srv.StatusCount(429))

	g.srv.Inject(pagicotest.Fault{Truncate: 10, Times: 1})
	a = get()
	assert.Equal(t, `{"id":"t1"`, a.text)
	assert.Equal(t, "10", a.header.Get("Content-Length"))

	g.srv.Inject(pagicotest.Fault{Truncate: 10, Drop: true, AfterCommit: true, Times: 1})
	_, err := g.try(http.MethodGet, "/tasks/t1", "")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)

	g.srv.Inject(pagicotest.Fault{StaleETag: true, Times: 1})
	a = get()
	assert.Equal(t, `"0"`, a.header.Get("ETag"))
	assert.Equal(t, `"0"`, a.str("etag"))

	g.srv.Inject(pagicotest.Fault{Operation: "tasks.update", Status: 422, AfterCommit: true, Times: 1})
	assert.Equal(t, 422, g.do(http.MethodPatch, "/tasks/t1", `{"title":"stored all the same"}`).status)
	assert.Equal(t, "stored all the same", get().str("title"))
}

func TestProbabilityFollowsTheSeed(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		g := newRig(t, pagicotest.WithSeed(seed))
		g.srv.Inject(pagicotest.Fault{Probability: 0.3, Status: 503})
		var b strings.Builder
		for range 100 {
			a := g.do(http.MethodPost, "/tasks", `{"title":"x"}`)
			b.WriteString(a.text + a.header.Get("X-Request-Id") + "\n")
		}
		n := g.srv.StatusCount(503)
		assert.True(t, n > 10 && n < 60, n)
		return b.String()
	}
	assert.Equal(t, run(1), run(1))
	assert.NotEqual(t, run(1), run(2))
}

func TestBeforeLetsAUserInBetween(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	a := g.create("/tasks", `{"title":"x"}`)
	remove := g.srv.Before("tasks.update", func(s *pagicotest.Server) {
		assert.NoError(t, s.EditTask(a.str("id"), func(t *pagicotest.Task) { t.Notes += "!" }))
	})
	patch := func(etag string) answer {
		return g.do(http.MethodPatch, "/tasks/"+a.str("id"), `{"title":"y"}`, "If-Match", etag)
	}
	assert.Equal(t, http.StatusPreconditionFailed, patch(`"1"`).status)
	remove()
	assert.Equal(t, http.StatusOK, patch(`"2"`).status)
}

// In a bubble, waits cost nothing and no socket is needed.
func TestDelayInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &rig{t: t, srv: pagicotest.New()}
		g.srv.Inject(pagicotest.Fault{Operation: "tasks.create", Delay: time.Minute, Times: 1})
		began := time.Now()
		done := make(chan answer)
		go func() { done <- g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", `"k"`) }()
		synctest.Wait()
		busy := g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", `"k"`)
		assert.Equal(t, http.StatusConflict, busy.status)
		assert.Equal(t, "idempotency-in-progress", busy.problem())
		first := <-done
		assert.Equal(t, http.StatusCreated, first.status)
		assert.Equal(t, time.Minute, time.Since(began))
		assert.Equal(t, first.text, g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", `"k"`).text)
	})
}

func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &rig{t: t, srv: pagicotest.New()}
		g.srv.Inject(pagicotest.Fault{Delay: time.Hour, Times: 1})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://any.test/v1/tasks", strings.NewReader(`{"title":"x"}`))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+pagicotest.DefaultToken)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", "k")
		_, err = g.srv.Transport().RoundTrip(req)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Empty(t, g.srv.Snapshot().Tasks)
		assert.Equal(t, http.StatusCreated, g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", "k").status)
	})
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	g := newRig(t, pagicotest.WithMaxBody(100))
	id := g.create("/tasks", `{"title":"x"}`).str("id")
	for _, c := range []struct {
		method, path, body, header, value string
		status                            int
		problem                           string
	}{
		{"POST", "/tasks", `{"title":`, "", "", 400, "invalid-request"},
		{"POST", "/tasks", `[]`, "", "", 400, "invalid-request"},
		{"POST", "/tasks", `null`, "", "", 400, "invalid-request"},
		{"POST", "/tasks", `{"title":"x"} {}`, "", "", 400, "invalid-request"},
		{"POST", "/tasks", ``, "", "", 400, "invalid-request"},
		{"POST", "/tasks", `{"title":"x"}`, "Content-Type", "text/plain", 415, "unsupported-media-type"},
		{"PATCH", "/tasks/" + id, `{"title":"x"}`, "Content-Type", "application/json", 415, "unsupported-media-type"},
		{"POST", "/tasks", `{"title":"` + strings.Repeat("x", 100) + `"}`, "", "", 413, "too-large"},
		{"GET", "/tasks/none", ``, "", "", 404, "not-found"},
		{"GET", "/nowhere", ``, "", "", 404, "not-found"},
		{"PUT", "/tasks/" + id, `{}`, "", "", 405, "invalid-request"},
		{"GET", "/tasks", ``, "Authorization", "Bearer wrong", 401, "invalid-token"},
		{"GET", "/tasks", ``, "Authorization", "Basic eDp5", 401, "invalid-token"},
		{"GET", "/tasks?access_token=" + pagicotest.DefaultToken, ``, "Authorization", "", 401, "invalid-token"},
	} {
		a := g.do(c.method, c.path, c.body, c.header, c.value)
		assert.Equal(t, c.status, a.status, "%+v", c)
		assert.Equal(t, c.problem, a.problem(), "%+v", c)
		assert.Equal(t, a.header.Get("X-Request-Id"), a.str("requestId"))
		path, _, _ := strings.Cut(c.path, "?")
		assert.Equal(t, "/v1"+path, a.str("instance"))
		if c.status == 401 {
			assert.Contains(t, a.header.Get("WWW-Authenticate"), `Bearer realm="pagico"`)
		}
	}
}

func TestScopesAndExpiry(t *testing.T) {
	t.Parallel()
	g := newRig(t, pagicotest.WithGrant(pagicotest.DefaultToken, pagicotest.Grant{Scopes: []string{"tasks:read"}, Expires: start.Add(time.Hour)}))
	assert.Equal(t, 200, g.do(http.MethodGet, "/lists", "").status, "lists go by the scopes of tasks")
	a := g.do(http.MethodPost, "/tasks", `{"title":"x"}`)
	assert.Equal(t, 403, a.status)
	assert.Equal(t, "insufficient-scope", a.problem())
	assert.Contains(t, a.header.Get("WWW-Authenticate"), `scope="tasks:write"`)
	g.now = g.now.Add(time.Hour)
	a = g.do(http.MethodGet, "/tasks", "")
	assert.Equal(t, 401, a.status)
	assert.Contains(t, a.header.Get("WWW-Authenticate"), `error="invalid_token"`)
	g.srv.AddToken("new", pagicotest.Grant{})
	assert.Equal(t, 200, g.do(http.MethodGet, "/tasks", "", "Authorization", "bearer new").status)
	g.srv.RevokeToken("new")
	assert.Equal(t, 401, g.do(http.MethodGet, "/tasks", "", "Authorization", "bearer new").status)
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	g := newRig(t, pagicotest.WithLimits(pagicotest.Limits{Quota: 2, Window: time.Minute}))
	get := func() answer { return g.do(http.MethodGet, "/tasks", "") }
	a := get()
	assert.Equal(t, `"default";q=2;w=60`, a.header.Get("RateLimit-Policy"))
	assert.Equal(t, `"default";r=1;t=60`, a.header.Get("RateLimit"))
	g.now = g.now.Add(12500 * time.Millisecond)
	assert.Equal(t, `"default";r=0;t=48`, get().header.Get("RateLimit"))
	a = get()
	assert.Equal(t, 429, a.status)
	assert.Equal(t, "rate-limited", a.problem())
	assert.Equal(t, "48", a.header.Get("Retry-After"))
	g.now = g.now.Add(48 * time.Second)
	assert.Equal(t, 200, get().status)
	assert.Empty(t, newRig(t).do(http.MethodGet, "/tasks", "").header.Get("RateLimit"))
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	g := newRig(t, pagicotest.WithLogSize(3))
	for range 10 {
		g.create("/tasks", `{"title":"x"}`)
	}
	g.do(http.MethodGet, "/tasks?limit=1", "")
	assert.Equal(t, map[string]int{"tasks.create": 10, "tasks.list": 1}, g.srv.Counts())
	assert.Equal(t, 11, g.srv.Calls())
	log := g.srv.Requests()
	require.Len(t, log, 3)
	last := log[2]
	assert.Equal(t, "tasks.list", last.Operation)
	assert.Equal(t, "limit=1", last.Query)
	assert.Equal(t, 200, last.Status)
	assert.Equal(t, pagicotest.DefaultClientID, last.ClientID)
	assert.Equal(t, `{"title":"x"}`, string(log[1].Body))
	assert.NotContains(t, last.Header.Get("Authorization"), pagicotest.DefaultToken)
	g.srv.ResetRequests()
	assert.Zero(t, g.srv.Calls())
	assert.Empty(t, g.srv.Requests())
}

func TestUsersOfTheApp(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	task, err := g.srv.AddTask(pagicotest.Task{Title: "x", Notes: "n"})
	require.NoError(t, err)
	g.now = g.now.Add(time.Second)
	require.NoError(t, g.srv.EditTask(task.ID, func(t *pagicotest.Task) { t.Status = "completed" }))
	after, _ := g.srv.Task(task.ID)
	assert.Equal(t, 100, after.Progress)
	assert.Equal(t, `"2"`, after.ETag)
	assert.Equal(t, start.Add(time.Second), after.LastUpdated)
	assert.Equal(t, after.LastUpdated, after.CompletedAt)
	require.Error(t, g.srv.EditTask(task.ID, func(t *pagicotest.Task) { t.Title = "" }))
	kept, _ := g.srv.Task(task.ID)
	assert.Equal(t, after, kept)
	require.NoError(t, g.srv.DeleteTask(task.ID))
	require.ErrorIs(t, g.srv.DeleteTask(task.ID), pagicotest.ErrNotFound)
	require.ErrorIs(t, g.srv.EditTask(task.ID, func(*pagicotest.Task) {}), pagicotest.ErrNotFound)
	require.NoError(t, g.srv.Seed(pagicotest.World{Notes: []pagicotest.Note{{ID: "n1", Content: "x", ReadOnly: true}}}))
	require.ErrorIs(t, g.srv.DeleteNote("n1"), pagicotest.ErrReadOnly)

	bad := g.srv.Seed(pagicotest.World{Notes: []pagicotest.Note{{ID: "n1", Content: "again"}}})
	require.ErrorContains(t, bad, `note "n1"`)
	bad = g.srv.Seed(pagicotest.World{Tasks: []pagicotest.Task{{Title: "x", ProjectID: "nope"}}})
	require.ErrorContains(t, bad, "#/projectId")
	assert.True(t, errors.Is(g.srv.EditNote("nope", func(*pagicotest.Note) {}), pagicotest.ErrNotFound))
}

func TestRenamedRoutes(t *testing.T) {
	t.Parallel()
	g := newRig(t,
		pagicotest.WithRoute("tasks.create", pagicotest.Route{Method: http.MethodPut, Path: "/todo/new"}),
		pagicotest.WithRoute("tasks.get", pagicotest.Route{Method: http.MethodGet, Path: "/todo/item/{id}"}),
		pagicotest.WithRoute("events.put", pagicotest.Route{Method: http.MethodPost, Path: "/meet/{externalId}"}))
	a := g.do(http.MethodPut, "/todo/new", `{"title":"x"}`)
	require.Equal(t, http.StatusCreated, a.status, a.text)
	assert.Equal(t, "/v1/todo/item/"+a.str("id"), a.header.Get("Location"))
	assert.Equal(t, http.StatusOK, g.do(http.MethodGet, "/todo/item/"+a.str("id"), "").status)
	assert.Equal(t, http.StatusMethodNotAllowed, g.do(http.MethodPost, "/tasks", `{"title":"x"}`).status)
	assert.Equal(t, http.StatusCreated, g.do(http.MethodPost, "/meet/e%2F1", `{"title":"x","start":"2026-03-04"}`).status)
}
