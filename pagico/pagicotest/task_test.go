package pagicotest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

func TestTaskShapeOnTheWire(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	project := g.create("/projects", `{"title":"Move"}`).str("id")
	a := g.create("/tasks", `{"title":"Call Ada","notes":"a < b & c","dueDate":"2026-03-05T18:00:00+02:00","startDate":"2026-03-04",
		"assigneeId":"u_owner","projectId":"`+project+`","tags":["x"],"links":[{"url":"https://a.test/1","rel":"source"}],
		"externalId":"ghl:loc:task:1","color":2,"position":3,"priority":"high","unknown":{"a":1},"readOnly":true,"id":"mine"}`)
	id := a.str("id")
	assert.Equal(t, "/v1/tasks/"+id, a.header.Get("Location"))
	assert.Equal(t, `"1"`, a.header.Get("ETag"))
	want := `{"id":"` + id + `","externalId":"ghl:loc:task:1","title":"Call Ada","notes":"a < b & c","status":"open","progress":0,` +
		`"startDate":"2026-03-04","dueDate":"2026-03-05T16:00:00Z","someday":false,"priority":"high","color":2,"assigneeId":"u_owner",` +
		`"assignee":{"id":"u_owner","name":"Pat Owner","email":"owner@example.com"},"projectId":"` + project + `","contactId":null,"listId":null,` +
		`"tags":["x"],"links":[{"url":"https://a.test/1","rel":"source"}],"position":3,"readOnly":false,"deleted":false,"deletedAt":null,` +
		`"createdAt":"2026-03-04T15:30:00.000Z","lastUpdated":"2026-03-04T15:30:00.000Z","completedAt":null,"etag":"\"1\""}`
	assert.Equal(t, want, a.text)
	assert.Equal(t, want, g.do(http.MethodGet, "/tasks/"+id, "").text)
	assert.Equal(t, want, g.do(http.MethodGet, "/tasks/external:ghl%3Aloc%3Atask%3A1", "").text)
}

func TestTaskStatusIsAuthoritative(t *testing.T) {
	t.Parallel()
	steps := []struct {
		name, patch string
		progress    float64
		status      string
		completed   bool
	}{
		{"progress alone changes no status", `{"progress":100}`, 100, "open", false},
		{"completed means 100 and a time", `{"status":"completed","progress":10}`, 100, "completed", true},
		{"completed keeps 100", `{"progress":30}`, 100, "completed", true},
		{"leaving turns 100 into 0", `{"status":"inProgress"}`, 0, "inProgress", false},
		{"completed again", `{"status":"completed"}`, 100, "completed", true},
		{"leaving takes the given value", `{"status":"open","progress":40}`, 40, "open", false},
		{"null status is the default", `{"status":null}`, 40, "open", false},
		{"cancelled", `{"status":"cancelled"}`, 40, "cancelled", false},
	}
	g := newRig(t)
	id := g.create("/tasks", `{"title":"x"}`).str("id")
	for _, step := range steps {
		g.now = g.now.Add(time.Minute)
		a := g.do(http.MethodPatch, "/tasks/"+id, step.patch)
		require.Equal(t, http.StatusOK, a.status, step.name)
		assert.InDelta(t, step.progress, a.json["progress"], 0, step.name)
		assert.Equal(t, step.status, a.str("status"), step.name)
		assert.Equal(t, step.completed, a.json["completedAt"] != nil, step.name)
	}
	done := g.create("/tasks", `{"title":"born done","status":"completed"}`)
	assert.InDelta(t, 100, done.json["progress"], 0)
	assert.NotEmpty(t, done.str("completedAt"))
}

func TestTaskValidation(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	require.NoError(t, g.srv.Seed(pagicotest.World{
		Projects: []pagicotest.Project{{ID: "p1", Title: "P"}, {ID: "p2", Title: "Q"}},
		Contacts: []pagicotest.Contact{{ID: "c1", Name: "Ada"}},
		Lists:    []pagicotest.List{{ID: "l1", Title: "L", ProjectID: "p1"}},
	}))
	for body, pointer := range map[string]string{
		`{}`:                                                             "#/title",
		`{"title":null}`:                                                 "#/title",
		`{"title":"  "}`:                                                 "#/title",
		`{"title":5}`:                                                    "#/title",
		`{"title":"x","status":"done"}`:                                  "#/status",
		`{"title":"x","priority":"high!"}`:                               "#/priority",
		`{"title":"x","progress":101}`:                                   "#/progress",
		`{"title":"x","progress":-1}`:                                    "#/progress",
		`{"title":"x","progress":1.5}`:                                   "#/progress",
		`{"title":"x","color":-1}`:                                       "#/color",
		`{"title":"x","dueDate":"tomorrow"}`:                             "#/dueDate",
		`{"title":"x","dueDate":"2026-02-30"}`:                           "#/dueDate",
		`{"title":"x","dueDate":"2026-03-04","someday":true}`:            "#/someday",
		`{"title":"x","projectId":"p1","contactId":"c1"}`:                "#/contactId",
		`{"title":"x","projectId":"nope"}`:                               "#/projectId",
		`{"title":"x","contactId":"nope"}`:                               "#/contactId",
		`{"title":"x","listId":"l1"}`:                                    "#/listId",
		`{"title":"x","projectId":"p2","listId":"l1"}`:                   "#/listId",
		`{"title":"x","assigneeId":"nobody"}`:                            "#/assigneeId",
		`{"title":"x","tags":"a"}`:                                       "#/tags",
		`{"title":"x","links":[{"url":"javascript:alert(1)"}]}`:          "#/links/0/url",
		`{"title":"x","links":[{"url":"https://a.test","rel":"owner"}]}`: "#/links/0/rel",
		`{"title":"x","externalId":"` + strings.Repeat("é", 256) + `"}`:  "#/externalId",
	} {
		a := g.do(http.MethodPost, "/tasks", body)
		assert.Equal(t, http.StatusUnprocessableEntity, a.status, body)
		assert.Equal(t, "validation-error", a.problem(), body)
		assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
		errs, _ := a.json["errors"].([]any)
		require.Len(t, errs, 1, body)
		assert.Equal(t, pointer, errs[0].(map[string]any)["pointer"], body)
	}
	assert.Empty(t, g.srv.Snapshot().Tasks)
	g.create("/tasks", `{"title":"x","projectId":"p1","listId":"l1","externalId":"`+strings.Repeat("é", 255)+`"}`)
}

func TestMergePatch(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	a := g.create("/tasks", `{"title":"x","notes":"keep","dueDate":"2026-03-04","color":3,"tags":["a","b"],"links":[{"url":"pagico://x"}]}`)
	id := a.str("id")
	a = g.do(http.MethodPatch, "/tasks/"+id, `{"dueDate":null,"tags":["c"],"color":null,"links":null}`)
	require.Equal(t, http.StatusOK, a.status, a.text)
	assert.Nil(t, a.json["dueDate"])
	assert.Equal(t, []any{"c"}, a.json["tags"])
	assert.Equal(t, []any{}, a.json["links"])
	assert.InDelta(t, 0, a.json["color"], 0)
	assert.Equal(t, "keep", a.str("notes"))
	assert.Equal(t, `"2"`, a.str("etag"))
	assert.Equal(t, "2026-03-04T15:30:00.001Z", a.str("lastUpdated"), "rises although the clock stood still")

	again := g.do(http.MethodPatch, "/tasks/"+id, `{"tags":["c"]}`)
	assert.Equal(t, a.text, again.text, "a change that changes nothing moves nothing")
}

func TestDeleteLeavesTombstone(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	id := g.create("/tasks", `{"title":"x","externalId":"e1"}`).str("id")
	g.now = g.now.Add(time.Hour)
	a := g.do(http.MethodDelete, "/tasks/"+id, "")
	assert.Equal(t, http.StatusNoContent, a.status)
	assert.Empty(t, a.text)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		assert.Equal(t, http.StatusNotFound, g.do(method, "/tasks/"+id, "").status)
	}
	assert.Equal(t, http.StatusNotFound, g.do(http.MethodPatch, "/tasks/"+id, `{"title":"y"}`).status)
	assert.Empty(t, g.do(http.MethodGet, "/tasks", "").ids())
	tomb := g.do(http.MethodGet, "/tasks/"+id+"?includeDeleted=true", "")
	assert.Equal(t, true, tomb.json["deleted"])
	assert.Equal(t, "2026-03-04T16:30:00.000Z", tomb.str("deletedAt"))
	assert.Equal(t, tomb.str("deletedAt"), tomb.str("lastUpdated"))
	assert.Equal(t, []string{id}, g.do(http.MethodGet, "/tasks?includeDeleted=true", "").ids())
	g.create("/tasks", `{"title":"x","externalId":"e1"}`)
}

func TestContainersHoldTheirThings(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	require.NoError(t, g.srv.Seed(pagicotest.World{
		Projects: []pagicotest.Project{{ID: "p1", Title: "P"}, {ID: "p2", Title: "Q"}},
		Lists:    []pagicotest.List{{ID: "l1", Title: "L", ProjectID: "p1"}},
		Tasks: []pagicotest.Task{
			{ID: "t1", Title: "in list", ProjectID: "p1", ListID: "l1"}, {ID: "t2", Title: "in p2", ProjectID: "p2"}, {ID: "t3", Title: "inbox"},
		},
		Notes: []pagicotest.Note{{ID: "n1", Content: "c", ProjectID: "p2"}},
	}))
	moved := g.do(http.MethodPatch, "/lists/l1", `{"projectId":"p2"}`)
	require.Equal(t, http.StatusOK, moved.status, moved.text)
	task, _ := g.srv.Task("t1")
	assert.Equal(t, "p2", task.ProjectID)
	assert.Equal(t, `"2"`, task.ETag)
	require.Equal(t, http.StatusNoContent, g.do(http.MethodDelete, "/projects/p2", "").status)
	live := g.srv.Snapshot().Live()
	require.Len(t, live.Tasks, 1)
	assert.Equal(t, "t3", live.Tasks[0].ID)
	assert.Empty(t, live.Notes)
	assert.Empty(t, live.Lists)
}
