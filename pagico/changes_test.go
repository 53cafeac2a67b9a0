package pagico_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// version is a task as it stands in a list: id, etag and minutes after noon.
func version(id, etag string, minute int) string {
	at := time.Date(2026, 3, 4, 12, minute, 0, 0, time.UTC).Format(time.RFC3339)
	return fmt.Sprintf(`{"id":%q,"title":"x","etag":%q,"lastUpdated":%q}`, id, etag, at)
}

func page(next string, items ...string) answer {
	cursor, _ := json.Marshal(next)
	if next == "" {
		cursor = []byte("null")
	}
	return ok(`{"results":[` + strings.Join(items, ",") + `],"nextCursor":` + string(cursor) + `}`)
}

func collect(t *testing.T, c *pagico.Changes[pagico.Task]) []string {
	t.Helper()
	var got []string
	for task, err := range c.All() {
		require.NoError(t, err)
		got = append(got, task.ID+task.ETag)
	}
	return got
}

func TestChangesFromTheBeginning(t *testing.T) {
	t.Parallel()
	client, b := setup(t, page("2", version("a", "1", 0), version("b", "1", 9)), page("", version("c", "1", 10)))
	changes := client.Tasks.Changes(t.Context(), pagico.Watermark{}, pagico.TaskQuery{Limit: 2, Cursor: "stale"})

	_, ready := changes.Watermark()
	assert.False(t, ready, "nothing was read yet")
	assert.Equal(t, []string{"a1", "b1", "c1"}, collect(t, changes))

	next, ready := changes.Watermark()
	require.True(t, ready)
	assert.Equal(t, time.Date(2026, 3, 4, 12, 10, 0, 0, time.UTC), next.LastUpdated)
	assert.Equal(t, map[string]string{"b": "1", "c": "1"}, next.Seen, "only the last five minutes are kept")
	assert.Equal(t, "limit=2", b.request(t, 0).Query)
	assert.Equal(t, "cursor=2&limit=2", b.request(t, 1).Query)
}

func TestChangesOverlapAndDropRepeats(t *testing.T) {
	t.Parallel()
	since := pagico.Watermark{
		LastUpdated: time.Date(2026, 3, 4, 12, 10, 0, 0, time.UTC), Seen: map[string]string{"b": "1", "c": "1"},
	}
	client, b := setup(t,
		page("2", version("late", "1", 6), version("b", "1", 9), version("c", "1", 10)),
		page("", version("late", "1", 6), version("b", "2", 11), version("late", "2", 12)))
	changes := client.Tasks.Changes(t.Context(), since, pagico.TaskQuery{ProjectID: "p"})

	got := collect(t, changes)

	assert.Equal(t, []string{"late1", "b2", "late2"}, got)
	query, err := url.ParseQuery(b.request(t, 0).Query)
	require.NoError(t, err)
	assert.Equal(t, url.Values{"projectId": {"p"}, "includeDeleted": {"true"}, "updatedSince": {"2026-03-04T12:05:00Z"}}, query)
	next, _ := changes.Watermark()
	assert.Equal(t, map[string]string{"b": "2", "late": "2", "c": "1"}, next.Seen)
}

func TestChangesWatermarkOnlyAfterTheWholeRun(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, page("2", version("a", "1", 0), version("b", "1", 1)), problem(400, "invalid-request", "no"))
	changes := client.Tasks.Changes(t.Context(), pagico.Watermark{}, pagico.TaskQuery{})

	var last error
	for _, err := range changes.All() {
		last = err
	}
	require.ErrorIs(t, last, pagico.ErrInvalidRequest)
	_, ready := changes.Watermark()
	assert.False(t, ready, "the run failed")

	client, _ = setup(t, page("", version("a", "1", 0), version("b", "1", 1)))
	changes = client.Tasks.Changes(t.Context(), pagico.Watermark{}, pagico.TaskQuery{})
	glance(t, changes)
	_, ready = changes.Watermark()
	assert.False(t, ready, "the loop was left early")
	assert.Len(t, collect(t, changes), 2)
	_, ready = changes.Watermark()
	assert.True(t, ready)
	glance(t, changes)
	_, ready = changes.Watermark()
	assert.False(t, ready, "only the last run counts")
}

// glance looks at the first record only.
func glance(t *testing.T, changes *pagico.Changes[pagico.Task]) {
	t.Helper()
	for _, err := range changes.All() {
		require.NoError(t, err)
		return
	}
}

func TestChangesNothingNewKeepsTheWatermark(t *testing.T) {
	t.Parallel()
	since := pagico.Watermark{LastUpdated: time.Date(2026, 3, 4, 12, 10, 0, 0, time.UTC)}
	client, _ := setup(t, page(""))
	changes := client.Tasks.Changes(t.Context(), since, pagico.TaskQuery{})

	assert.Empty(t, collect(t, changes))

	next, ready := changes.Watermark()
	require.True(t, ready)
	assert.Equal(t, since.LastUpdated, next.LastUpdated)
}

func TestWatermarkSurvivesJSON(t *testing.T) {
	t.Parallel()
	w := pagico.Watermark{LastUpdated: time.Date(2026, 3, 4, 12, 10, 0, 1e6, time.UTC), Seen: map[string]string{"a": `"7"`}}

	data, err := json.Marshal(w)
	require.NoError(t, err)
	var back pagico.Watermark
	require.NoError(t, json.Unmarshal(data, &back))

	assert.Equal(t, w, back)
	assert.True(t, pagico.Watermark{}.IsZero())
}
