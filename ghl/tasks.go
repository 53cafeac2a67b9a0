package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"time"
)

// TasksService calls the tasks of contacts and the task search of a location,
// https://marketplace.gohighlevel.com/docs/ghl/contacts/tasks and https://marketplace.gohighlevel.com/docs/ghl/locations/task-search.
type TasksService struct{ service }

// Task is a task. Reads per contact and the search of a location fill different fields: only the search has the times of
// change, the flags and the details.
type Task struct {
	ID string `json:"id"`
	// ContactID may be empty: the product knows tasks without a contact, which the API cannot write.
	ContactID  string `json:"contactId"`
	LocationID string `json:"locationId"`
	Title      string `json:"title"`
	// Body may be HTML.
	Body string `json:"body"`
	// DueDate is an instant in UTC; there is no all-day task.
	DueDate   Time `json:"dueDate"`
	Completed bool `json:"completed"`
	// AssignedTo is a user id, empty when nobody is assigned.
	AssignedTo string `json:"assignedTo"`

	// DateAdded and DateUpdated come from the search only.
	DateAdded   Time `json:"dateAdded"`
	DateUpdated Time `json:"dateUpdated"`
	// Status and StatusGroup are for example "to_do" and "completed".
	Status      string `json:"status"`
	StatusGroup string `json:"statusGroup"`
	Deleted     bool   `json:"deleted"`
	// Contact and Assignee are the names beside the ids.
	Contact  TaskPerson `json:"contactDetails"`
	Assignee TaskPerson `json:"assignedToUserDetails"`
	// SearchAfter is the cursor of a search row.
	SearchAfter json.RawMessage `json:"searchAfter"`

	raw raw
}

// TaskPerson is a contact or a user in a row of the task search.
type TaskPerson struct {
	ID           string `json:"id"`
	FirstName    string `json:"firstName"`
	LastName     string `json:"lastName"`
	ProfilePhoto string `json:"profilePhoto"`
}

// UnmarshalJSON reads both spellings of the id.
func (p *TaskPerson) UnmarshalJSON(data []byte) error {
	type fields TaskPerson
	*p = TaskPerson{}
	if len(data) == 0 || data[0] != '{' {
		return nil
	}
	w := struct {
		*fields
		UnderscoreID string `json:"_id"`
	}{fields: (*fields)(p)}
	err := unmarshal(data, &w)
	p.ID = cmp.Or(p.ID, w.UnderscoreID)
	return err
}

// RawJSON returns the task as it was received, with the fields that have no Go field.
func (t Task) RawJSON() json.RawMessage { return t.raw.copy() }

// UnmarshalJSON reads a task in any of the shapes of the API.
func (t *Task) UnmarshalJSON(data []byte) error { return t.decode(slices.Clone(data)) }

type taskFields Task

type taskWire struct {
	*taskFields
	UnderscoreID string `json:"_id"`
	CreatedAt    Time   `json:"createdAt"`
	UpdatedAt    Time   `json:"updatedAt"`
}

func (t *Task) decode(data json.RawMessage) error {
	w := taskWire{taskFields: (*taskFields)(t)}
	if err := unmarshal(data, &w); err != nil {
		return err
	}
	t.ID = cmp.Or(t.ID, w.UnderscoreID)
	t.DateAdded = t.DateAdded.or(w.CreatedAt)
	t.DateUpdated = t.DateUpdated.or(w.UpdatedAt)
	t.raw.data = data
	return nil
}

// TaskCreate is the body of [TasksService.Create]. Title and DueDate are required.
type TaskCreate struct {
	Title string `json:"title"`
	// DueDate is sent in UTC, cut to milliseconds.
	DueDate    time.Time `json:"dueDate"`
	Completed  bool      `json:"completed"`
	Body       string    `json:"body,omitempty"`
	AssignedTo string    `json:"assignedTo,omitempty"`
}

// TaskUpdate is the body of [TasksService.Update]: absent fields stay as they are. Whether null clears a body or an
// assignee is not documented; a due date cannot be cleared.
type TaskUpdate struct {
	Title      Opt[string]    `json:"title,omitzero"`
	Body       Opt[string]    `json:"body,omitzero"`
	DueDate    Opt[time.Time] `json:"dueDate,omitzero"`
	Completed  Opt[bool]      `json:"completed,omitzero"`
	AssignedTo Opt[string]    `json:"assignedTo,omitzero"`
}

// List yields all tasks of a contact; the API has no pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-all-tasks
//
//api:op GET /contacts/{contactId}/tasks
func (s *TasksService) List(ctx context.Context, contactID string, opts ...CallOption) iter.Seq2[Task, error] {
	return listOnce[Task](ctx, s.client, opTasksList, args{params: []string{contactID}}, opts, "tasks")
}

// Get reads one task of a contact. A task or contact that does not exist is ErrNotFound.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-task
//
//api:op GET /contacts/{contactId}/tasks/{taskId}
func (s *TasksService) Get(ctx context.Context, contactID, taskID string, opts ...CallOption) (Task, error) {
	return one[Task](ctx, s.client, opTasksGet, args{params: []string{contactID, taskID}}, opts, "task")
}

// Create makes a task. It is sent once: after an unclear failure the error is ErrUncertain, and the task may exist; tasks
// carry no key of the caller, so look for it by title, due date and text. The server takes about two seconds.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/create-task
//
//api:op POST /contacts/{contactId}/tasks
func (s *TasksService) Create(ctx context.Context, contactID string, body TaskCreate, opts ...CallOption) (Task, error) {
	if err := required(opTasksCreate, "title", body.Title); err != nil {
		return Task{}, err
	}
	if body.DueDate.IsZero() {
		return Task{}, invalid(operations[opTasksCreate].ID, "dueDate is empty")
	}
	body.DueDate = outgoing(body.DueDate)
	return one[Task](ctx, s.client, opTasksCreate, args{params: []string{contactID}, body: body}, opts, "task")
}

// Update changes the fields that are set in body and answers the task.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/update-task
//
//api:op PUT /contacts/{contactId}/tasks/{taskId}
func (s *TasksService) Update(ctx context.Context, contactID, taskID string, body TaskUpdate, opts ...CallOption) (Task, error) {
	body.DueDate = outgoingOpt(body.DueDate)
	return one[Task](ctx, s.client, opTasksUpdate, args{params: []string{contactID, taskID}, body: body}, opts, "task")
}

// Complete marks a task as done or opens it again, and answers the task.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/update-task-completed
//
//api:op PUT /contacts/{contactId}/tasks/{taskId}/completed
func (s *TasksService) Complete(ctx context.Context, contactID, taskID string, completed bool, opts ...CallOption) (Task, error) {
	body := struct {
		Completed bool `json:"completed"`
	}{completed}
	return one[Task](ctx, s.client, opTasksComplete, args{params: []string{contactID, taskID}, body: body}, opts, "task")
}

// Delete removes a task; for two months a person can restore it. A task that is already gone is ErrNotFound.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/delete-task
//
//api:op DELETE /contacts/{contactId}/tasks/{taskId}
func (s *TasksService) Delete(ctx context.Context, contactID, taskID string, opts ...CallOption) error {
	return s.client.remove(ctx, opTasksDelete, args{params: []string{contactID, taskID}}, opts)
}
