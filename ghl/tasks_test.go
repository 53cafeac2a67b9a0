package ghl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestTaskMethods(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 7, 20, 12, 0, 0, 123456789, time.FixedZone("", 7200))
	for _, m := range []method{
		{op: "tasks.list", answer: `{"tasks":[{"id":"t1"}],"traceId":"x"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return drained(c.Tasks.List(ctx, id)) }},
		{op: "tasks.get", answer: `{"task":{"id":"t1"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Tasks.Get(ctx, id, id)) }},
		{op: "tasks.create", answer: `{"task":{"id":"t1"}}`,
			wantBody: `{"title":"Call","dueDate":"2026-07-20T10:00:00.123Z","completed":false}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Tasks.Create(ctx, id, ghl.TaskCreate{Title: "Call", DueDate: due}))
			}},
		{op: "tasks.update", answer: `{"task":{"id":"t1"}}`,
			wantBody: `{"body":null,"dueDate":"2026-07-20T10:00:00.123Z","completed":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Tasks.Update(ctx, id, id, ghl.TaskUpdate{Body: ghl.Null[string](), DueDate: ghl.Set(due), Completed: ghl.Set(true)}))
			}},
		{op: "tasks.complete", answer: `{"task":{"id":"t1"}}`, wantBody: `{"completed":false}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Tasks.Complete(ctx, id, id, false))
			}},
		{op: "tasks.delete", answer: `{"succeded":true,"succeeded":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Tasks.Delete(ctx, id, id) }},
		{op: "tasks.search", answer: `{"tasks":[]}`, wantBody: `{"limit":500,"contactId":["c1"],"completed":false}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.Tasks.Search(ctx, id, ghl.TaskSearch{ContactIDs: []string{"c1"}, Completed: ghl.Set(false)}))
			}},
	} {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
}

func TestTaskShapes(t *testing.T) {
	t.Parallel()
	var per, row ghl.Task
	require.NoError(t, json.Unmarshal([]byte(`{"id":"t1","title":"Call","dueDate":"2026-07-20T10:00:00.000Z","completed":true,"contactId":"c1"}`), &per))
	assert.Equal(t, time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC), per.DueDate.Time)
	require.NoError(t, json.Unmarshal([]byte(`{"_id":"t2","title":"Mail","body":"<p>x</p>","dueDate":"2026-07-20T10:00:00.000Z","completed":false,
		"status":"to_do","statusGroup":"to_do","locationId":"L","dateAdded":"2026-07-01T00:00:00.000Z","updatedAt":"2026-07-02T00:00:00.000Z",
		"deleted":false,"contactDetails":null,"assignedToUserDetails":{"id":"u1","firstName":"A"},"searchAfter":[1,"t2"],"new":1}`), &row))
	assert.Equal(t, "t2", row.ID)
	assert.Equal(t, 2, row.DateUpdated.Day())
	assert.Equal(t, "u1", row.Assignee.ID)
	assert.Empty(t, row.ContactID)
	assert.Contains(t, string(row.RawJSON()), `"new":1`)
	require.NoError(t, json.Unmarshal([]byte(`{"_id":"t3","contactDetails":{"_id":"c9"},"completed":"false","title":null}`), &row))
	assert.Equal(t, "c9", row.Contact.ID)
}

func TestRequiredTaskFields(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{}`))
	require.ErrorIs(t, errorOf(c.Tasks.Create(t.Context(), "c", ghl.TaskCreate{DueDate: time.Now()})), ghl.ErrInvalidArgument)
	require.ErrorIs(t, errorOf(c.Tasks.Create(t.Context(), "c", ghl.TaskCreate{Title: "x"})), ghl.ErrInvalidArgument)
	assert.Empty(t, x.requests())
}

// taskServer holds n tasks and pages them like the vendor: status 201, no total; most bounds the page size.
type taskServer struct {
	n, most   int
	cursors   bool // rows carry a cursor, and it is honoured
	ignored   bool // rows carry a cursor, and it is ignored
	forbidden bool // rows carry a cursor, and it is refused
}

func (s taskServer) handle(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Limit, Skip int
		SearchAfter []any
	}
	_ = json.NewDecoder(r.Body).Decode(&q)
	from := q.Skip
	if len(q.SearchAfter) == 2 {
		switch id, _ := q.SearchAfter[1].(string); {
		case s.forbidden:
			w.WriteHeader(422)
			_, _ = w.Write([]byte(`{"message":["property searchAfter should not exist"]}`))
			return
		case s.cursors:
			_, _ = fmt.Sscanf(id, "t%d", &from)
			from++
		}
	}
	rows := []string{}
	for i := from; i < min(s.n, from+min(q.Limit, s.most)); i++ {
		row := fmt.Sprintf(`{"_id":"t%d"`, i)
		if s.cursors || s.ignored || s.forbidden {
			row += fmt.Sprintf(`,"searchAfter":[%d,"t%d"]`, i, i)
		}
		rows = append(rows, row+"}")
	}
	w.WriteHeader(201)
	_, _ = w.Write([]byte(`{"tasks":[` + strings.Join(rows, ",") + `]}`))
}

func TestTaskSearchFindsAll(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		server taskServer
		calls  int
	}{
		"cursor":            {taskServer{n: 1203, most: 500, cursors: true}, 3},
		"cursor, full end":  {taskServer{n: 1000, most: 500, cursors: true}, 3},
		"offset":            {taskServer{n: 1203, most: 500}, 3},
		"cursor ignored":    {taskServer{n: 1203, most: 500, ignored: true}, 4},
		"cursor refused":    {taskServer{n: 1203, most: 500, forbidden: true}, 4},
		"server caps pages": {taskServer{n: 260, most: 100, cursors: true}, 3},
		"one page":          {taskServer{n: 7, most: 500, cursors: true}, 1},
		"none":              {taskServer{most: 500}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, x := serve(t, tc.server.handle)
			seq := c.Tasks.Search(t.Context(), "L", ghl.TaskSearch{})
			for range 2 { // every walk begins anew
				rows, err := drain(seq)
				require.NoError(t, err)
				ids := map[string]bool{}
				for _, row := range rows {
					ids[row.ID] = true
				}
				assert.Len(t, rows, tc.server.n)
				assert.Len(t, ids, tc.server.n)
			}
			assert.Len(t, x.requests(), 2*tc.calls)
		})
	}
}
