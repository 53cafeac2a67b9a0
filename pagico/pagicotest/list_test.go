package pagicotest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// seedTasks adds n tasks t000…, one minute apart, all updated at the same two alternating times.
func seedTasks(t *testing.T, srv *pagicotest.Server, n int) {
	t.Helper()
	var tasks []pagicotest.Task
	for i := range n {
		tasks = append(tasks, pagicotest.Task{
			ID: fmt.Sprintf("t%03d", i), Title: "x",
			CreatedAt:   start.Add(time.Duration(i) * time.Minute),
			LastUpdated: start.Add(time.Duration(i%2) * 24 * time.Hour),
		})
	}
	require.NoError(t, srv.Seed(pagicotest.World{Tasks: tasks}))
}

// walk follows the cursors of a list and returns all ids and the page sizes.
func walk(g *rig, path string) (ids []string, sizes []int) {
	g.t.Helper()
	next := path
	for range 100 {
		a := g.do(http.MethodGet, next, "")
		require.Equal(g.t, http.StatusOK, a.status, a.text)
		page := a.ids()
		ids, sizes = append(ids, page...), append(sizes, len(page))
		cursor, ok := a.json["nextCursor"].(string)
		if !ok {
			require.Nil(g.t, a.json["nextCursor"])
			return ids, sizes
		}
		u, err := url.Parse(path)
		require.NoError(g.t, err)
		q := u.Query()
		q.Set("cursor", cursor)
		next = u.Path + "?" + q.Encode()
	}
	g.t.Fatal("the list does not end")
	return nil, nil
}

func TestPages(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	seedTasks(t, g.srv, 250)
	ids, sizes := walk(g, "/tasks")
	assert.Equal(t, []int{50, 50, 50, 50, 50}, sizes)
	assert.Len(t, ids, 250)
	assert.IsIncreasing(t, ids)
	_, sizes = walk(g, "/tasks?limit=200")
	assert.Equal(t, []int{200, 50}, sizes)
	for _, limit := range []string{"0", "201", "-1", "x", ""} {
		a := g.do(http.MethodGet, "/tasks?limit="+limit, "")
		assert.Equal(t, http.StatusBadRequest, a.status, limit)
		assert.Equal(t, "invalid-request", a.problem())
	}
	assert.Equal(t, `{"results":[],"nextCursor":null}`, g.do(http.MethodGet, "/notes", "").text)
}

func TestUpdatedSinceIsInclusiveAndOrdered(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	seedTasks(t, g.srv, 6)
	require.NoError(t, g.srv.DeleteTask("t000"))
	at := func(d time.Duration) string { return url.QueryEscape(start.Add(d).Format(time.RFC3339Nano)) }

	ids, _ := walk(g, "/tasks?limit=2&updatedSince="+at(0))
	assert.Equal(t, []string{"t002", "t004", "t001", "t003", "t005"}, ids)
	ids, _ = walk(g, "/tasks?limit=2&includeDeleted=true&updatedSince="+at(time.Millisecond))
	assert.Equal(t, []string{"t000", "t001", "t003", "t005"}, ids, "the delete moved lastUpdated by one millisecond")
	ids, _ = walk(g, "/tasks?updatedSince="+at(24*time.Hour))
	assert.Equal(t, []string{"t001", "t003", "t005"}, ids)
	ids, _ = walk(g, "/tasks?updatedSince="+at(24*time.Hour+time.Nanosecond))
	assert.Empty(t, ids)
	assert.Equal(t, http.StatusBadRequest, g.do(http.MethodGet, "/tasks?updatedSince=yesterday", "").status)
}

func TestCursorIsBoundAndExpires(t *testing.T) {
	t.Parallel()
	g := newRig(t, pagicotest.WithCursorTTL(25*time.Hour))
	seedTasks(t, g.srv, 10)
	cursor := g.do(http.MethodGet, "/tasks?limit=3&status=open", "").str("nextCursor")
	require.NotEmpty(t, cursor)
	for _, path := range []string{
		"/tasks?limit=3&cursor=" + cursor, "/tasks?status=completed&cursor=" + cursor, "/notes?cursor=" + cursor,
		"/tasks?status=open&cursor=" + cursor[:len(cursor)-4], "/tasks?status=open&cursor=!",
	} {
		assert.Equal(t, http.StatusBadRequest, g.do(http.MethodGet, path, "").status, path)
	}
	g.now = g.now.Add(25*time.Hour - time.Millisecond)
	a := g.do(http.MethodGet, "/tasks?limit=5&status=open&cursor="+cursor, "")
	assert.Equal(t, []string{"t003", "t004", "t005", "t006", "t007"}, a.ids())
	g.now = g.now.Add(time.Millisecond)
	a = g.do(http.MethodGet, "/tasks?limit=3&status=open&cursor="+cursor, "")
	assert.Equal(t, http.StatusGone, a.status)
	assert.Equal(t, "cursor-expired", a.problem())
}

func TestFilters(t *testing.T) {
	t.Parallel()
	g := newRig(t, pagicotest.WithUsers(pagicotest.User{ID: "u1", Name: "A", Email: "a@x.test"}, pagicotest.User{ID: "u2", Email: "B@x.test"}))
	require.NoError(t, g.srv.Seed(pagicotest.World{
		Projects: []pagicotest.Project{{ID: "p1", Title: "P"}},
		Contacts: []pagicotest.Contact{{ID: "c1", Name: "Ada", Email: "Ada@X.test", Phone: "+1 (555) 010-9999"}, {ID: "c2", Name: "Bob"}},
		Lists:    []pagicotest.List{{ID: "l1", Title: "L", ProjectID: "p1"}, {ID: "l2", Title: "inbox"}},
		Notes:    []pagicotest.Note{{ID: "n1", Content: "x", ContactID: "c1"}, {ID: "n2", Content: "x"}},
		Tasks: []pagicotest.Task{
			{ID: "t1", Title: "x", ProjectID: "p1", ListID: "l1", DueDate: "2026-03-04"},
			{ID: "t2", Title: "x", ContactID: "c1", AssigneeID: "u1", DueDate: "2026-03-04T10:00:00Z"},
			{ID: "t3", Title: "x", Status: "completed", ExternalID: "e:1", DueDate: "2026-03-05"}, {ID: "t4", Title: "x"},
		},
	}))
	require.Equal(t, http.StatusCreated, g.do(http.MethodPut, "/events/external:a1", `{"title":"x","start":"2026-03-04","contactId":"c1"}`).status)
	for path, want := range map[string][]string{
		"/tasks?projectId=p1":                                       {"t1"},
		"/tasks?contactId=c1":                                       {"t2"},
		"/tasks?listId=l1":                                          {"t1"},
		"/tasks?inbox=true":                                         {"t3", "t4"},
		"/tasks?inbox=false":                                        {"t1", "t2"},
		"/tasks?assigneeId=u1":                                      {"t2"},
		"/tasks?status=completed":                                   {"t3"},
		"/tasks?externalId=e%3A1":                                   {"t3"},
		"/tasks?dueAfter=2026-03-04":                                {"t1", "t2", "t3"},
		"/tasks?dueAfter=2026-03-04T10:00:00Z":                      {"t2", "t3"},
		"/tasks?dueBefore=2026-03-05":                               {"t1", "t2"},
		"/tasks?dueAfter=2026-03-04T01:00:00Z&dueBefore=2026-03-05": {"t2"},
		"/contacts?email=ada%40x.TEST":                              {"c1"},
		"/contacts?phone=%2B15550109999":                            {"c1"},
		"/lists?projectId=p1":                                       {"l1"},
		"/lists?inbox=true":                                         {"l2"},
		"/notes?contactId=c1":                                       {"n1"},
		"/users?email=b%40x.test":                                   {"u2"},
		"/users":                                                    {"u1", "u2"},
	} {
		a := g.do(http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, a.status, a.text)
		assert.Equal(t, want, a.ids(), path)
	}
	assert.Len(t, g.do(http.MethodGet, "/events?contactId=c1", "").ids(), 1)
	for _, path := range []string{"/tasks?updated_since=x", "/tasks?email=x", "/notes?status=open", "/tasks?inbox=1x", "/users?name=x", "/tasks/t1?x=1"} {
		assert.Equal(t, http.StatusBadRequest, g.do(http.MethodGet, path, "").status, path)
	}
}

func TestUserPages(t *testing.T) {
	t.Parallel()
	var users []pagicotest.User
	for i := range 120 {
		users = append(users, pagicotest.User{ID: fmt.Sprintf("u%03d", i), Email: "same@x.test"})
	}
	g := newRig(t, pagicotest.WithUsers(users...))
	ids, sizes := walk(g, "/users?email=same@x.test")
	assert.Equal(t, []int{50, 50, 20}, sizes)
	assert.IsIncreasing(t, ids)
	assert.Equal(t, `{"id":"u000","name":"","email":"same@x.test","active":true}`, g.do(http.MethodGet, "/me", "").text)
}
