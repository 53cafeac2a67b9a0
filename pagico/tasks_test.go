package pagico_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

const fullTask = `{
	"id": "t_1", "externalId": "ghl:loc1:task:9", "title": "Call Ada", "notes": "über 🚗", "status": "inProgress",
	"progress": 40, "startDate": "2026-03-01", "dueDate": "2026-03-04T17:30:00+02:00", "someday": false,
	"priority": "high", "color": 3, "assigneeId": "u_3",
	"assignee": {"id": "u_3", "name": "Grace", "email": "grace@example.com"},
	"projectId": "p_1", "contactId": null, "listId": "l_1", "tags": ["a", "B"],
	"links": [{"url": "https://example.com/9", "title": "In the CRM", "rel": "source"}],
	"position": 7, "readOnly": false, "deleted": false, "deletedAt": null,
	"createdAt": "2026-03-01T08:00:00Z", "lastUpdated": "2026-03-04T15:29:59.412Z", "completedAt": null,
	"etag": "\"7\"", "somethingNew": {"x": [1, 2]}
}`

func TestTaskGetReadsEveryField(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(fullTask))

	task, err := client.Tasks.Get(t.Context(), "t_1")

	require.NoError(t, err)
	assert.Equal(t, "/base/v1/tasks/t_1", b.request(t, 0).Path)
	assert.Equal(t, http.MethodGet, b.request(t, 0).Method)
	assert.Equal(t, "Bearer "+testToken, b.request(t, 0).Header.Get("Authorization"))
	assert.Equal(t, "ghl:loc1:task:9", task.ExternalID)
	assert.Equal(t, "über 🚗", task.Notes)
	assert.Equal(t, pagico.StatusInProgress, task.Status)
	assert.Equal(t, 40, task.Progress)
	assert.Equal(t, pagico.AllDay(2026, time.March, 1), task.StartDate)
	assert.Equal(t, pagico.At(time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)), task.DueDate)
	assert.Equal(t, pagico.PriorityHigh, task.Priority)
	assert.Equal(t, pagico.UserRef{ID: "u_3", Name: "Grace", Email: "grace@example.com"}, task.Assignee)
	assert.Equal(t, "p_1", task.ProjectID)
	assert.Empty(t, task.ContactID)
	assert.Equal(t, []string{"a", "B"}, task.Tags)
	assert.Equal(t, []pagico.Link{{URL: "https://example.com/9", Title: "In the CRM", Rel: pagico.RelSource}}, task.Links)
	assert.Equal(t, time.Date(2026, 3, 4, 15, 29, 59, 412e6, time.UTC), task.LastUpdated)
	assert.True(t, task.CompletedAt.IsZero())
	assert.Equal(t, `"7"`, task.ETag)
	assertJSON(t, fullTask, string(task.RawJSON()))
}

func TestTaskUnknownEnumValuesAreKept(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, ok(`{"id":"t_1","title":"x","status":"waiting","priority":"asap"}`))

	task, err := client.Tasks.Get(t.Context(), "t_1")

	require.NoError(t, err)
	assert.Equal(t, pagico.Status("waiting"), task.Status)
	assert.False(t, task.Status.Known())
	assert.Equal(t, pagico.Priority("asap"), task.Priority)
	assert.False(t, task.Priority.Known())
}

func TestTaskETagComesFromTheHeaderWhenTheBodyHasNone(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, answer{status: 200, header: map[string]string{"ETag": `"9"`}, body: `{"id":"t_1","title":"x"}`})

	task, err := client.Tasks.Get(t.Context(), "t_1")

	require.NoError(t, err)
	assert.Equal(t, `"9"`, task.ETag)
}

func TestTaskCreateSendsEveryField(t *testing.T) {
	t.Parallel()
	client, b := setup(t, answer{status: 201, body: fullTask})

	_, err := client.Tasks.Create(t.Context(), fullTaskCreate())

	require.NoError(t, err)
	got := b.request(t, 0)
	assert.Equal(t, "POST", got.Method)
	assert.Equal(t, "/base/v1/tasks", got.Path)
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	assertJSON(t, `{"title":"Call Ada","externalId":"ghl:loc1:task:9","notes":"n","status":"inProgress","progress":40,
		"startDate":"2026-03-01","dueDate":"2026-03-04T15:30:00Z","priority":"high","color":3,
		"assigneeId":"u_3","projectId":"p_1","listId":"l_1","tags":["a"],
		"links":[{"url":"https://example.com/9","rel":"source"}],"position":0}`, got.Body)
}

func TestTaskCreateSendsOnlyTheTitleWhenNothingElseIsSet(t *testing.T) {
	t.Parallel()
	client, b := setup(t, answer{status: 201, body: fullTask})

	_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{})

	require.NoError(t, err)
	assertJSON(t, `{"title":""}`, b.request(t, 0).Body)
}

func TestTaskUpdateTellsAbsentNullAndValueApart(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(fullTask))

	_, err := client.Tasks.Update(t.Context(), "t_1", pagico.TaskUpdate{
		Title:      pagico.Set("New"),
		Notes:      pagico.Set(""),
		DueDate:    pagico.Null[pagico.Date](),
		AssigneeID: pagico.Null[string](),
		Someday:    pagico.Set(false),
		Tags:       pagico.Set([]string{}),
		Progress:   pagico.Set(0),
	}, pagico.IfMatch(`"7"`))

	require.NoError(t, err)
	got := b.request(t, 0)
	assert.Equal(t, "PATCH", got.Method)
	assert.Equal(t, "application/merge-patch+json", got.Header.Get("Content-Type"))
	assert.Equal(t, `"7"`, got.Header.Get("If-Match"))
	assert.Empty(t, got.Header.Get("Idempotency-Key"))
	assertJSON(t, `{"title":"New","notes":"","dueDate":null,"assigneeId":null,"someday":false,"tags":[],"progress":0}`,
		got.Body)
}

func TestTaskCompleteAndReopenPatchTheStatus(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(fullTask))

	_, err := client.Tasks.Complete(t.Context(), "t_1")
	require.NoError(t, err)
	_, err = client.Tasks.Reopen(t.Context(), "t_1")
	require.NoError(t, err)

	assertJSON(t, `{"status":"completed"}`, b.request(t, 0).Body)
	assertJSON(t, `{"status":"open"}`, b.request(t, 1).Body)
}

func TestTaskDelete(t *testing.T) {
	t.Parallel()
	client, b := setup(t, answer{status: 204})

	require.NoError(t, client.Tasks.Delete(t.Context(), "t_1", pagico.IfMatch("7")))

	got := b.request(t, 0)
	assert.Equal(t, "DELETE", got.Method)
	assert.Equal(t, `"7"`, got.Header.Get("If-Match"), "missing quotes are added")
	assert.Empty(t, got.Body)
}

func TestTaskQuerySendsEveryFilter(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(`{"results":[],"nextCursor":null}`))

	_, err := client.Tasks.ListPage(t.Context(), pagico.TaskQuery{
		UpdatedSince:   time.Date(2026, 3, 4, 17, 0, 0, 5e8, time.FixedZone("", 7200)),
		IncludeDeleted: true, Status: pagico.StatusOpen, ProjectID: "p 1", ContactID: "c_1", ListID: "l_1", Inbox: true,
		AssigneeID: "u_1", DueAfter: pagico.AllDay(2026, 3, 1),
		DueBefore:  pagico.At(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)),
		ExternalID: "ghl:a&b", Limit: 200, Cursor: "c=1",
	})

	require.NoError(t, err)
	assert.Equal(t, "assigneeId=u_1&contactId=c_1&cursor=c%3D1&dueAfter=2026-03-01&dueBefore=2026-04-01T00%3A00%3A00Z"+
		"&externalId=ghl%3Aa%26b&inbox=true&includeDeleted=true&limit=200&listId=l_1&projectId=p+1&status=open"+
		"&updatedSince=2026-03-04T15%3A00%3A00.5Z", b.request(t, 0).Query)
}

func TestEmptyTaskQuerySendsNothing(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(`{"results":[],"nextCursor":null}`))

	_, err := client.Tasks.ListPage(t.Context(), pagico.TaskQuery{})

	require.NoError(t, err)
	assert.Empty(t, b.request(t, 0).Query)
}

// fullTaskCreate sets every field that can be set together.
func fullTaskCreate() pagico.TaskCreate {
	return pagico.TaskCreate{
		Title: "Call Ada", ExternalID: "ghl:loc1:task:9", Notes: "n", Status: pagico.StatusInProgress, Progress: 40,
		StartDate: pagico.AllDay(2026, 3, 1), DueDate: pagico.At(time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)),
		Priority: pagico.PriorityHigh, Color: 3, AssigneeID: "u_3", ProjectID: "p_1", ListID: "l_1",
		Tags: []string{"a"}, Links: []pagico.Link{{URL: "https://example.com/9", Rel: pagico.RelSource}},
		Position: pagico.Set(0),
	}
}
