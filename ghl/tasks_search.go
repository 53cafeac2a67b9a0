package ghl

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
)

// TaskSearch narrows a search over the tasks of a location; the zero value finds all, also those without a contact. There is
// no filter by time.
type TaskSearch struct {
	ContactIDs []string
	Completed  Opt[bool]
	AssignedTo []string
	// Query looks in the names of tasks.
	Query      string
	BusinessID string
	// Limit is the page size, default and maximum 500.
	Limit int
}

// taskSearchBody is the body of one page.
type taskSearchBody struct {
	ContactIDs  []string        `json:"contactId,omitempty"`
	Completed   Opt[bool]       `json:"completed,omitzero"`
	AssignedTo  []string        `json:"assignedTo,omitempty"`
	Query       string          `json:"query,omitempty"`
	BusinessID  string          `json:"businessId,omitempty"`
	Limit       int             `json:"limit"`
	Skip        int             `json:"skip,omitempty"`
	SearchAfter json.RawMessage `json:"searchAfter,omitempty"`
}

// Search walks the tasks of a location in pages of 500, following the cursor of the last row. The cursor is not in the
// vendor's specification: when the server refuses or ignores it, the walk goes on by offset. The rows come from an index that
// may lag a few seconds behind writes; a row that is deleted may still come, with Deleted set.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/task-search
//
//api:op POST /locations/{locationId}/tasks/search
func (s *TasksService) Search(ctx context.Context, locationID string, q TaskSearch, opts ...CallOption) iter.Seq2[Task, error] {
	return func(yield func(Task, error) bool) {
		w := taskWalk{service: s, location: locationID, opts: opts}
		w.body = taskSearchBody{ContactIDs: q.ContactIDs, Completed: q.Completed, AssignedTo: q.AssignedTo, Query: q.Query,
			BusinessID: q.BusinessID}
		bySkip(yield, skipper[Task]{limit: pageSize(q.Limit, 500, 500), id: func(t Task) string { return t.ID },
			page: func(limit, skip int) ([]Task, error) { return w.page(ctx, limit, skip) }})
	}
}

// taskWalk is the state of one walk: by cursor as long as that works, by offset afterwards.
type taskWalk struct {
	service  *TasksService
	location string
	opts     []CallOption
	body     taskSearchBody
	last     []Task // the page before
	byOffset bool
}

func (w *taskWalk) page(ctx context.Context, limit, skip int) ([]Task, error) {
	w.body.Limit, w.body.Skip, w.body.SearchAfter = limit, 0, nil
	if skip > 0 && !w.byOffset {
		if w.body.SearchAfter = cursor(w.last); w.body.SearchAfter != nil {
			rows, err := w.fetch(ctx)
			if err == nil && !sameStart(rows, w.last) {
				w.last = rows
				return rows, nil
			}
			if err != nil && !errors.Is(err, ErrValidation) {
				return nil, err
			}
			w.body.SearchAfter = nil
		}
		w.byOffset = true
	}
	w.body.Skip = skip
	rows, err := w.fetch(ctx)
	w.last = rows
	return rows, err
}

func (w *taskWalk) fetch(ctx context.Context) ([]Task, error) {
	resp, err := w.service.client.send(ctx, opTasksSearch, args{params: []string{w.location}, body: w.body}, w.opts)
	if err != nil {
		return nil, err
	}
	return decodeList[Task](opTasksSearch, resp, "tasks")
}

// cursor returns the cursor of the last row, nil when it has none.
func cursor(rows []Task) json.RawMessage {
	if len(rows) == 0 {
		return nil
	}
	after := rows[len(rows)-1].SearchAfter
	if len(after) == 0 || string(after) == "null" || string(after) == "[]" {
		return nil
	}
	return after
}

// sameStart reports that a page begins like another one, which means that the cursor was ignored.
func sameStart(a, b []Task) bool {
	return len(a) > 0 && len(b) > 0 && a[0].ID != "" && a[0].ID == b[0].ID
}
