package pagico_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

func TestListWalksThePages(t *testing.T) {
	t.Parallel()
	client, b := setup(t, page("a=&b", version("1", "1", 0), version("2", "1", 0)), page("end", version("3", "1", 0)), page(""))
	var meta pagico.ResponseMeta
	tasks := client.Tasks.List(t.Context(), pagico.TaskQuery{ProjectID: "p", Limit: 2}, pagico.WithHeader("X-Tenant", "t1"),
		pagico.WithResponse(&meta))

	var ids []string
	for task, err := range tasks {
		require.NoError(t, err)
		ids = append(ids, task.ID)
	}

	assert.Equal(t, []string{"1", "2", "3"}, ids)
	require.Equal(t, 3, b.count())
	for i, cursor := range []string{"", "a=&b", "end"} {
		got := b.request(t, i)
		query, err := url.ParseQuery(got.Query)
		require.NoError(t, err)
		assert.Equal(t, cursor, query.Get("cursor"))
		assert.Equal(t, "p", query.Get("projectId"), "the filters are kept")
		assert.Equal(t, "2", query.Get("limit"))
		assert.Equal(t, "t1", got.Header.Get("X-Tenant"), "the options are kept")
	}
	assert.Equal(t, 200, meta.Status)
}

func TestListCanBeRangedTwiceAndLeftEarly(t *testing.T) {
	t.Parallel()
	client, b := setup(t, page("2", version("1", "1", 0), version("2", "1", 0)),
		page("2", version("1", "1", 0), version("2", "1", 0)), page("", version("3", "1", 0)))
	tasks := client.Tasks.List(t.Context(), pagico.TaskQuery{})
	assert.Zero(t, b.count(), "nothing is sent before the loop")

	for range tasks {
		break
	}
	assert.Equal(t, 1, b.count(), "no page is read ahead")

	n := 0
	for _, err := range tasks {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 3, n)
	assert.NotContains(t, b.request(t, 1).Query, "cursor", "the second loop starts anew")
}

func TestListStopsAfterTheFirstError(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, page("2", version("1", "1", 0)), problem(410, "cursor-expired", "start again"))

	var errs []error
	n := 0
	for task, err := range client.Tasks.List(t.Context(), pagico.TaskQuery{}) {
		n++
		if err != nil {
			errs = append(errs, err)
			assert.Empty(t, task.ID)
		}
	}

	assert.Equal(t, 2, n)
	require.Len(t, errs, 1)
	assert.ErrorIs(t, errs[0], pagico.ErrCursorExpired)
}

func TestListDoesNotRunInCircles(t *testing.T) {
	t.Parallel()
	client, b := setup(t, page("same", version("1", "1", 0)))

	var last error
	for _, err := range client.Tasks.List(t.Context(), pagico.TaskQuery{}) {
		last = err
	}

	require.ErrorIs(t, last, pagico.ErrAnswer)
	assert.Equal(t, 2, b.count())
}

func TestPageNamesTheNextOne(t *testing.T) {
	t.Parallel()
	client, b := setup(t, page("n1", version("1", "1", 0)))

	got, err := client.Tasks.ListPage(t.Context(), pagico.TaskQuery{Cursor: "c0"})

	require.NoError(t, err)
	assert.Len(t, got.Items, 1)
	assert.Equal(t, "n1", got.NextCursor)
	assert.Equal(t, "cursor=c0", b.request(t, 0).Query)
}

func TestEveryListWalks(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(`{"results":[{"id":"x"}],"nextCursor":null}`))
	ctx := t.Context()
	count := func(err error) { require.NoError(t, err) }
	for _, err := range client.Projects.List(ctx, pagico.ProjectQuery{}) {
		count(err)
	}
	for _, err := range client.Lists.List(ctx, pagico.ListQuery{}) {
		count(err)
	}
	for _, err := range client.Contacts.List(ctx, pagico.ContactQuery{}) {
		count(err)
	}
	for _, err := range client.Notes.List(ctx, pagico.NoteQuery{}) {
		count(err)
	}
	for _, err := range client.Events.List(ctx, pagico.EventQuery{}) {
		count(err)
	}
	for _, err := range client.Users.List(ctx, pagico.UserQuery{}) {
		count(err)
	}
	for _, err := range client.Webhooks.List(ctx, pagico.WebhookQuery{}) {
		count(err)
	}
	for i, path := range []string{"projects", "lists", "contacts", "notes", "events", "users", "webhooks"} {
		assert.Equal(t, "/base/v1/"+path, b.request(t, i).Path)
	}
}

func FuzzCursor(f *testing.F) {
	for _, s := range []string{"", "abc", "a=&b", "a b+c", "%2F", "\x00", "ü", "\"", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		b := &backend{answers: []answer{page(cursor, version("1", "1", 0)), page("", version("2", "1", 0))}}
		client := fuzzClient(t, b)
		n := 0
		for _, err := range client.Tasks.List(t.Context(), pagico.TaskQuery{Limit: 1}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if cursor == "" {
			if n != 1 {
				t.Fatalf("%d tasks of one page", n)
			}
			return
		}
		query, err := url.ParseQuery(b.request(t, 1).Query)
		// JSON replaces bytes that are not UTF-8, so the server only ever sees what it sent.
		want, _ := url.QueryUnescape(url.QueryEscape(jsonText(t, cursor)))
		if err != nil || n != 2 || query.Get("cursor") != want || len(query) != 2 {
			t.Fatalf("the cursor %q became %v (%v)", cursor, query, errors.Join(err))
		}
	})
}
