package pagicotest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

func TestEntityTags(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	id := g.create("/tasks", `{"title":"x"}`).str("id")
	path := "/tasks/" + id
	for _, tag := range []string{`"1"`, `W/"1"`, `*`, `"0", "1"`} {
		a := g.do(http.MethodGet, path, "", "If-None-Match", tag)
		assert.Equal(t, http.StatusNotModified, a.status, tag)
		assert.Empty(t, a.text)
		assert.Equal(t, `"1"`, a.header.Get("ETag"))
	}
	assert.Equal(t, http.StatusOK, g.do(http.MethodGet, path, "", "If-None-Match", `"2"`).status)

	for _, tag := range []string{`"2"`, `W/"1"`, `1`, `""`} {
		a := g.do(http.MethodPatch, path, `{"title":"y"}`, "If-Match", tag)
		assert.Equal(t, http.StatusPreconditionFailed, a.status, tag)
		assert.Equal(t, "precondition-failed", a.problem())
		assert.Equal(t, http.StatusPreconditionFailed, g.do(http.MethodDelete, path, "", "If-Match", tag).status)
	}
	first := g.do(http.MethodPatch, path, `{"title":"y"}`, "If-Match", `"1"`)
	assert.Equal(t, http.StatusOK, first.status)
	assert.Equal(t, `"2"`, first.header.Get("ETag"))
	assert.Equal(t, http.StatusPreconditionFailed, g.do(http.MethodPatch, path, `{"title":"z"}`, "If-Match", `"1"`).status, "the second writer loses")
	assert.Equal(t, http.StatusNoContent, g.do(http.MethodDelete, path, "", "If-Match", `"2"`).status)

	strict := newRig(t, pagicotest.WithRequireIfMatch())
	id = strict.create("/tasks", `{"title":"x"}`).str("id")
	for method, body := range map[string]string{http.MethodPatch: `{"title":"y"}`, http.MethodDelete: ""} {
		a := strict.do(method, "/tasks/"+id, body)
		assert.Equal(t, http.StatusPreconditionRequired, a.status)
		assert.Equal(t, "precondition-required", a.problem())
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	first := g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", `"k-1"`)
	require.Equal(t, http.StatusCreated, first.status)
	for _, form := range []string{`"k-1"`, `k-1`} {
		again := g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", form)
		assert.Equal(t, first.text, again.text)
		assert.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
		assert.Equal(t, http.StatusCreated, again.status)
	}
	for path, body := range map[string]string{"/tasks": `{"title":"y"}`, "/projects": `{"title":"x"}`} {
		other := g.do(http.MethodPost, path, body, "Idempotency-Key", `"k-1"`)
		assert.Equal(t, http.StatusUnprocessableEntity, other.status)
		assert.Equal(t, "idempotency-key-reused", other.problem())
	}
	refused := g.do(http.MethodPost, "/tasks", `{}`, "Idempotency-Key", `"k-2"`)
	assert.Equal(t, http.StatusUnprocessableEntity, refused.status)
	assert.Equal(t, refused.text, g.do(http.MethodPost, "/tasks", `{}`, "Idempotency-Key", `"k-2"`).text, "refusals repeat too")
	for _, bad := range []string{`""`, `"a`, `"a\"`, `a b`} {
		assert.Equal(t, http.StatusBadRequest, g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", bad).status, bad)
	}
	assert.Len(t, g.srv.Snapshot().Tasks, 1)

	g.now = g.now.Add(24 * time.Hour)
	assert.NotEqual(t, first.text, g.do(http.MethodPost, "/tasks", `{"title":"x"}`, "Idempotency-Key", `"k-1"`).text, "forgotten after 24 h")

	strict := newRig(t, pagicotest.WithRequireIdempotencyKey())
	assert.Equal(t, http.StatusBadRequest, strict.do(http.MethodPost, "/tasks", `{"title":"x"}`).status)
}

func TestKeysAndExternalIDsBelongToOneClient(t *testing.T) {
	t.Parallel()
	g := newRig(t, pagicotest.WithToken(pagicotest.DefaultToken), pagicotest.WithGrant("other", pagicotest.Grant{ClientID: "other-app"}))
	body := `{"title":"x","externalId":"e1"}`
	mine := g.do(http.MethodPost, "/tasks", body, "Idempotency-Key", `"k"`)
	theirs := g.do(http.MethodPost, "/tasks", body, "Idempotency-Key", `"k"`, "Authorization", "Bearer other")
	assert.Equal(t, http.StatusCreated, theirs.status)
	assert.NotEqual(t, mine.str("id"), theirs.str("id"))
	assert.Equal(t, mine.str("id"), g.do(http.MethodGet, "/tasks/external:e1", "").str("id"))
	assert.Equal(t, theirs.str("id"), g.do(http.MethodGet, "/tasks/external:e1", "", "Authorization", "Bearer other").str("id"))
}

func TestExternalIDConflict(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	first := g.create("/tasks", `{"title":"x","externalId":"e1"}`).str("id")
	second := g.create("/tasks", `{"title":"y"}`).str("id")
	g.create("/projects", `{"title":"other resources have their own","externalId":"e1"}`)
	for _, a := range []answer{
		g.do(http.MethodPost, "/tasks", `{"title":"x","externalId":"e1"}`),
		g.do(http.MethodPatch, "/tasks/"+second, `{"externalId":"e1"}`),
	} {
		assert.Equal(t, http.StatusConflict, a.status)
		assert.Equal(t, "external-id-conflict", a.problem())
		assert.Equal(t, first, a.str("existingId"))
	}
	require.Equal(t, http.StatusOK, g.do(http.MethodPatch, "/tasks/"+first, `{"externalId":"e2"}`).status)
	require.Equal(t, http.StatusOK, g.do(http.MethodPatch, "/tasks/external:e2", `{"externalId":null}`).status)
	g.create("/tasks", `{"title":"x","externalId":"e1"}`)
	g.create("/tasks", `{"title":"x","externalId":"e2"}`)
}

func TestEventsArePutWhole(t *testing.T) {
	t.Parallel()
	g := newRig(t, pagicotest.WithToken(pagicotest.DefaultToken), pagicotest.WithGrant("other", pagicotest.Grant{ClientID: "other-app"}))
	path := "/events/external:ghl%3A1%2F2"
	a := g.do(http.MethodPut, path, `{"title":"Visit","start":"2026-03-04T10:00:00-05:00","end":"2026-03-04T11:00:00-05:00","timeZone":"America/New_York","location":"here"}`)
	require.Equal(t, http.StatusCreated, a.status, a.text)
	assert.Equal(t, "ghl:1/2", a.str("externalId"))
	assert.Equal(t, true, a.json["readOnly"])
	assert.Equal(t, "confirmed", a.str("status"))
	assert.Equal(t, "2026-03-04T15:00:00Z", a.str("start"))
	id := a.str("id")

	a = g.do(http.MethodPut, path, `{"title":"Visit","start":"2026-03-04","status":"cancelled"}`)
	require.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, id, a.str("id"))
	assert.Empty(t, a.str("location"))
	assert.Nil(t, a.json["end"])
	for _, body := range []string{`{"title":"x"}`, `{"start":"2026-03-04"}`, `{"title":"x","start":"2026-03-04","timeZone":"Mars"}`,
		`{"title":"x","start":"2026-03-04","end":"2026-03-03"}`} {
		assert.Equal(t, http.StatusUnprocessableEntity, g.do(http.MethodPut, path, body).status, body)
	}
	assert.Equal(t, http.StatusBadRequest, g.do(http.MethodPut, "/events/"+id, `{"title":"x","start":"2026-03-04"}`).status)
	assert.Equal(t, http.StatusMethodNotAllowed, g.do(http.MethodPatch, "/events/"+id, `{}`).status)
	assert.Equal(t, "GET, DELETE, PUT", g.do(http.MethodPost, "/events/"+id, `{}`).header.Get("Allow"))
	assert.Equal(t, http.StatusForbidden, g.do(http.MethodDelete, "/events/"+id, "", "Authorization", "Bearer other").status)
	assert.Equal(t, http.StatusNoContent, g.do(http.MethodDelete, path, "").status)
	assert.Equal(t, http.StatusCreated, g.do(http.MethodPut, path, `{"title":"Visit","start":"2026-03-04"}`).status)
}

func TestOtherResources(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	project := g.create("/projects", `{"title":"P","tags":["a"],"notes":"n"}`)
	assert.Equal(t, true, project.json["active"])
	assert.Equal(t, false, g.do(http.MethodPatch, "/projects/"+project.str("id"), `{"active":false}`).json["active"])
	contact := g.create("/contacts", `{"name":"Ada","email":"a@x.test","customFields":[{"name":"Tel","value":"1"}],"projectIds":["`+project.str("id")+`"]}`)
	assert.Equal(t, []any{map[string]any{"name": "Tel", "value": "1"}}, contact.json["customFields"])
	note := g.create("/notes", `{"content":"x","datetime":"2026-03-04T10:00:00.1234+01:00","contactId":"`+contact.str("id")+`","readOnly":true}`)
	assert.Equal(t, "2026-03-04T09:00:00.123Z", note.str("datetime"))
	assert.Equal(t, true, note.json["readOnly"])
	g.create("/lists", `{"title":"L","projectId":"`+project.str("id")+`","position":2}`)
	for path, body := range map[string]string{
		"/projects": `{"title":"x","contactIds":["nope"]}`, "/contacts": `{"email":"x"}`, "/notes": `{}`, "/lists": `{}`,
		"/webhooks": `{"url":"https://a.test","events":["task.exploded"]}`,
	} {
		assert.Equal(t, http.StatusUnprocessableEntity, g.do(http.MethodPost, path, body).status, path)
	}
	require.NoError(t, g.srv.DeleteProject(project.str("id")))
	assert.Equal(t, http.StatusOK, g.do(http.MethodPatch, "/contacts/"+contact.str("id"), `{"phone":"1"}`).status, "an old link to a deleted project stays")
}
