package pagico_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

func conflict(existing string) answer {
	return answer{status: 409, body: `{"type":"urn:pagico-contract:problem:external-id-conflict","existingId":"` + existing + `"}`}
}

func TestUpsertCreates(t *testing.T) {
	t.Parallel()
	client, b := setup(t, answer{status: 201, body: fullTask})

	task, created, err := client.Tasks.Upsert(t.Context(), pagico.TaskCreate{Title: "x", ExternalID: "e"})

	require.NoError(t, err)
	assert.True(t, created)
	assert.Equal(t, "t_1", task.ID)
	assert.Equal(t, 1, b.count())
}

func TestUpsertUpdatesWhatIsGiven(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body pagico.TaskCreate
		want string
	}{
		"title":   {pagico.TaskCreate{Title: "x"}, `{"title":"x"}`},
		"project": {pagico.TaskCreate{Title: "x", ProjectID: "p"}, `{"title":"x","projectId":"p","contactId":null}`},
		"contact": {pagico.TaskCreate{Title: "x", ContactID: "c"}, `{"title":"x","projectId":null,"contactId":"c"}`},
		"due":     {pagico.TaskCreate{Title: "x", DueDate: pagico.AllDay(2026, 3, 4)}, `{"title":"x","dueDate":"2026-03-04","someday":false}`},
		"someday": {pagico.TaskCreate{Title: "x", Someday: true}, `{"title":"x","someday":true,"dueDate":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, b := setup(t, conflict("t_1"), ok(fullTask), ok(fullTask))
			tc.body.ExternalID = "ghl:1"

			_, created, err := client.Tasks.Upsert(t.Context(), tc.body)

			require.NoError(t, err)
			assert.False(t, created)
			assert.Equal(t, "/base/v1/tasks/t_1", b.request(t, 1).Path)
			got := b.request(t, 2)
			assert.Equal(t, "PATCH", got.Method)
			assert.Equal(t, `"7"`, got.Header.Get("If-Match"), "guarded by the version that was read")
			assertJSON(t, tc.want, got.Body)
		})
	}
}

func TestUpsertWithoutExistingIDUsesTheExternalOne(t *testing.T) {
	t.Parallel()
	client, b := setup(t, conflict(""), ok(`{"id":"p_1","title":"x"}`), ok(`{"id":"p_1","title":"x"}`))

	_, created, err := client.Projects.Upsert(t.Context(), pagico.ProjectCreate{Title: "x", ExternalID: "a/b"})

	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, "/base/v1/projects/external:a%2Fb", b.request(t, 1).Path)
	assert.Empty(t, b.request(t, 2).Header.Get("If-Match"), "the server gave no etag")
}

func TestUpsertReadsAgainWhenTheRecordChanged(t *testing.T) {
	t.Parallel()
	stale := problem(412, "precondition-failed", "changed")
	newer := ok(`{"id":"t_1","title":"x","etag":"\"8\""}`)

	client, b := setup(t, conflict("t_1"), ok(fullTask), stale, newer, newer)
	_, _, err := client.Tasks.Upsert(t.Context(), pagico.TaskCreate{Title: "x", ExternalID: "e"})
	require.NoError(t, err)
	assert.Equal(t, `"8"`, b.request(t, 4).Header.Get("If-Match"))

	client, b = setup(t, conflict("t_1"), ok(fullTask), stale, ok(fullTask), stale, ok(fullTask), stale)
	_, _, err = client.Tasks.Upsert(t.Context(), pagico.TaskCreate{Title: "x", ExternalID: "e"})
	require.ErrorIs(t, err, pagico.ErrPreconditionFailed)
	assert.Equal(t, 7, b.count(), "three tries and no more")
}

func TestUpsertReportsOtherErrors(t *testing.T) {
	t.Parallel()
	client, b := setup(t, problem(422, "validation-error", "no"))
	_, _, err := client.Tasks.Upsert(t.Context(), pagico.TaskCreate{ExternalID: "e"})
	require.ErrorIs(t, err, pagico.ErrValidation)
	assert.Equal(t, 1, b.count())

	client, _ = setup(t, conflict("t_1"), problem(404, "not-found", "deleted meanwhile"))
	_, _, err = client.Tasks.Upsert(t.Context(), pagico.TaskCreate{Title: "x", ExternalID: "e"})
	require.ErrorIs(t, err, pagico.ErrNotFound)
}

func TestEveryUpsert(t *testing.T) {
	t.Parallel()
	for path, call := range map[string]func(context.Context, *pagico.Client) (bool, error){
		"lists": func(ctx context.Context, c *pagico.Client) (bool, error) {
			_, created, err := c.Lists.Upsert(ctx, pagico.ListCreate{Title: "x", ExternalID: "e"})
			return created, err
		},
		"contacts": func(ctx context.Context, c *pagico.Client) (bool, error) {
			_, created, err := c.Contacts.Upsert(ctx, pagico.ContactCreate{Name: "x", ExternalID: "e"})
			return created, err
		},
		"notes": func(ctx context.Context, c *pagico.Client) (bool, error) {
			_, created, err := c.Notes.Upsert(ctx, pagico.NoteCreate{Title: "x", ExternalID: "e"})
			return created, err
		},
	} {
		client, b := setup(t, conflict("x_1"), ok(`{"id":"x_1"}`), ok(`{"id":"x_1"}`))
		created, err := call(t.Context(), client)
		require.NoError(t, err)
		assert.False(t, created)
		for i, want := range []string{"POST /base/v1/" + path, "GET /base/v1/" + path + "/x_1", "PATCH /base/v1/" + path + "/x_1"} {
			assert.Equal(t, want, b.request(t, i).Method+" "+b.request(t, i).Path)
		}
	}
}
