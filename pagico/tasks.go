package pagico

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// Task is a to-do item as the server sends it. In Pagico's own words it is a list item,
// and a task in the narrow sense once it has a due date.
//
// A task lies in at most one container: a project or a contact. With neither it is in
// the Inbox. Null and absent members read as the zero value. Source: contract §3.3.
type Task struct {
	// ID is the server's opaque id.
	ID string `json:"id"`
	// ExternalID is the caller's own id, up to 255 characters, unique per OAuth client
	// among tasks; "" when none was given.
	ExternalID string `json:"externalId,omitempty"`
	// Title has 1 to 500 characters.
	Title string `json:"title"`
	// Notes is plain text.
	Notes string `json:"notes,omitempty"`
	// Status is authoritative; see [Status].
	Status Status `json:"status,omitempty"`
	// Progress is a percentage from 0 to 100.
	Progress int `json:"progress,omitempty"`
	// StartDate and DueDate are days or instants.
	StartDate Date `json:"startDate,omitzero"`
	DueDate   Date `json:"dueDate,omitzero"`
	// Someday marks a task without a date that is still wanted; never true with a DueDate.
	Someday bool `json:"someday,omitempty"`
	// Priority is how urgent the task is; see [Priority].
	Priority Priority `json:"priority,omitempty"`
	// Color is an index into the palette of the user's database, from 0 (none).
	Color int `json:"color,omitempty"`
	// AssigneeID is the id of a [User], or "".
	AssigneeID string `json:"assigneeId,omitempty"`
	// Assignee is the same user in full, read-only.
	Assignee UserRef `json:"assignee,omitzero"`
	// ProjectID or ContactID is the container; at most one is set.
	ProjectID string `json:"projectId,omitempty"`
	ContactID string `json:"contactId,omitempty"`
	// ListID is a list (checklist) in that container, or "".
	ListID string `json:"listId,omitempty"`
	// Tags are free words; upper and lower case are the same to Pagico.
	Tags []string `json:"tags,omitempty"`
	// Links lead elsewhere, for instance to the record this task mirrors.
	Links []Link `json:"links,omitempty"`
	// Position orders the task in its list; a hint, not unique.
	Position int `json:"position,omitempty"`
	// ReadOnly marks a mirrored item that users cannot edit.
	ReadOnly bool `json:"readOnly,omitempty"`
	// Deleted marks a tombstone: the task is gone and only its ids and times are sure.
	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deletedAt,omitzero"`
	// CreatedAt, LastUpdated and CompletedAt are instants by the server's clock, in UTC.
	// CompletedAt is zero unless the status is completed.
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
	CompletedAt time.Time `json:"completedAt,omitzero"`
	// ETag names this version of the task, quotes included, for [IfMatch].
	ETag string `json:"etag,omitempty"`

	raw json.RawMessage
}

// RawJSON returns the document as the server sent it, with members this package does
// not know. It is nil for a value that was not decoded. Do not change it.
func (t Task) RawJSON() json.RawMessage { return t.raw }

// UnmarshalJSON reads a task and keeps the document for RawJSON.
func (t *Task) UnmarshalJSON(data []byte) error { return decodeRecord(data, t) }

func (t *Task) plain() (any, *json.RawMessage) {
	type plain Task
	return (*plain)(t), &t.raw
}

func (t *Task) mark() mark {
	return mark{id: t.ID, etag: &t.ETag, lastUpdated: t.LastUpdated, deleted: t.Deleted}
}

// TaskCreate is the body of a new task. Only Title is required; a member left at its
// zero value is not sent and gets the server's default. Source: contract §3.3.
type TaskCreate struct {
	// Title has 1 to 500 characters. Required.
	Title string `json:"title"`
	// ExternalID makes the create safe to repeat for good: a second task with it is
	// refused with [ErrExternalIDConflict].
	ExternalID string `json:"externalId,omitempty"`
	// Notes is plain text.
	Notes string `json:"notes,omitempty"`
	// Status defaults to open.
	Status Status `json:"status,omitempty"`
	// Progress is a percentage from 0 to 100; default 0.
	Progress int `json:"progress,omitempty"`
	// StartDate and DueDate are days or instants.
	StartDate Date `json:"startDate,omitzero"`
	DueDate   Date `json:"dueDate,omitzero"`
	// Someday excludes DueDate.
	Someday bool `json:"someday,omitempty"`
	// Priority defaults to none.
	Priority Priority `json:"priority,omitempty"`
	// Color is an index into the palette of the user's database; default 0 (none).
	Color int `json:"color,omitempty"`
	// AssigneeID is the id of a [User].
	AssigneeID string `json:"assigneeId,omitempty"`
	// ProjectID and ContactID exclude each other; neither means the Inbox.
	ProjectID string `json:"projectId,omitempty"`
	ContactID string `json:"contactId,omitempty"`
	// ListID must be a list in that container.
	ListID string `json:"listId,omitempty"`
	// Tags and Links are as in [Task].
	Tags  []string `json:"tags,omitempty"`
	Links []Link   `json:"links,omitempty"`
	// Position is where to put the task; absent means last.
	Position Opt[int] `json:"position,omitzero"`
}

// TaskUpdate is a merge patch of a task: an absent field is kept, null clears it, a
// value replaces it, arrays whole. Null for Title, Status, Progress, Priority, Color,
// Someday or Position means the server's default where it has one, and
// [ErrValidation] for Title. Source: contract §3.1 and §3.3.
type TaskUpdate struct {
	Title      Opt[string]   `json:"title,omitzero"`
	ExternalID Opt[string]   `json:"externalId,omitzero"`
	Notes      Opt[string]   `json:"notes,omitzero"`
	Status     Opt[Status]   `json:"status,omitzero"`
	Progress   Opt[int]      `json:"progress,omitzero"`
	StartDate  Opt[Date]     `json:"startDate,omitzero"`
	DueDate    Opt[Date]     `json:"dueDate,omitzero"`
	Someday    Opt[bool]     `json:"someday,omitzero"`
	Priority   Opt[Priority] `json:"priority,omitzero"`
	Color      Opt[int]      `json:"color,omitzero"`
	AssigneeID Opt[string]   `json:"assigneeId,omitzero"`
	// ProjectID and ContactID: to move a task from one kind of container to the other,
	// set the new one and null the old one in the same update.
	ProjectID Opt[string]   `json:"projectId,omitzero"`
	ContactID Opt[string]   `json:"contactId,omitzero"`
	ListID    Opt[string]   `json:"listId,omitzero"`
	Tags      Opt[[]string] `json:"tags,omitzero"`
	Links     Opt[[]Link]   `json:"links,omitzero"`
	Position  Opt[int]      `json:"position,omitzero"`
}

// TaskQuery selects and pages tasks. Zero fields do not filter. Source: contract §3.5.
type TaskQuery struct {
	// UpdatedSince keeps tasks with LastUpdated at or after it, and orders the answer by
	// LastUpdated, then id.
	UpdatedSince time.Time
	// IncludeDeleted adds tombstones.
	IncludeDeleted bool
	// Status keeps tasks in this state.
	Status Status
	// ProjectID, ContactID and ListID keep tasks of one container or list.
	ProjectID string
	ContactID string
	ListID    string
	// Inbox keeps tasks without a container.
	Inbox bool
	// AssigneeID keeps tasks of one user.
	AssigneeID string
	// DueAfter and DueBefore bound the due date.
	DueAfter  Date
	DueBefore Date
	// ExternalID keeps the one task with this external id.
	ExternalID string
	// Limit is the page size, at most 200; 0 means the server's default of 50.
	Limit int
	// Cursor starts at a page that an earlier [Page] named. It is bound to the filters.
	Cursor string
}

func (q TaskQuery) values() url.Values {
	v := values{}
	v.updatedSince(q.UpdatedSince)
	v.flag("includeDeleted", q.IncludeDeleted)
	v.text("status", string(q.Status))
	v.text("projectId", q.ProjectID)
	v.text("contactId", q.ContactID)
	v.text("listId", q.ListID)
	v.flag("inbox", q.Inbox)
	v.text("assigneeId", q.AssigneeID)
	v.text("dueAfter", q.DueAfter.String())
	v.text("dueBefore", q.DueBefore.String())
	v.text("externalId", q.ExternalID)
	v.page(q.Limit, q.Cursor)
	return url.Values(v)
}

// TasksService reads and writes tasks. It is safe for concurrent use.
type TasksService service

// List returns the tasks that q selects, page after page, until there are no more, the
// loop ends, or an error comes, which is the last thing yielded. It can be ranged over
// again and then starts anew. Errors: [ErrCursorExpired] when the loop took longer than
// the server keeps a cursor (at least 24 hours), and those of every call.
//
//api:op GET /tasks
func (s *TasksService) List(ctx context.Context, q TaskQuery, opts ...CallOption) iter.Seq2[Task, error] {
	return all[Task](ctx, s.client, OpTasksList, q.values(), opts)
}

// ListPage returns one page of the tasks that q selects.
//
//api:op GET /tasks
func (s *TasksService) ListPage(ctx context.Context, q TaskQuery, opts ...CallOption) (Page[Task], error) {
	return list[Task](ctx, s.client, OpTasksList, q.values(), opts)
}

// Changes reads the tasks that q selects and that changed since the watermark, deletions
// included; the zero Watermark reads all that exist. The times, deletions and cursor of q
// are not used.
//
//	changes := client.Tasks.Changes(ctx, since, pagico.TaskQuery{})
//	for item, err := range changes.All() { … }
//	if next, ok := changes.Watermark(); ok { store(next) }
//
//api:op GET /tasks
func (s *TasksService) Changes(ctx context.Context, since Watermark, q TaskQuery, opts ...CallOption) *Changes[Task] {
	return changes[Task](ctx, s.client, OpTasksList, since, q.values(), opts)
}

// Get returns the task with the given id, or external id (see [External]). Errors:
// [ErrNotFound], and [ErrNotModified] with [IfNoneMatch].
//
//api:op GET /tasks/{id}
func (s *TasksService) Get(ctx context.Context, id string, opts ...CallOption) (Task, error) {
	return get[Task](ctx, s.client, OpTasksGet, id, opts)
}

// GetByExternalID is Get with [External].
//
//api:op GET /tasks/{id}
func (s *TasksService) GetByExternalID(ctx context.Context, externalID string, opts ...CallOption) (Task, error) {
	return s.Get(ctx, External(externalID), opts...)
}

// Create makes a task. It is sent with an idempotency key and repeated with the same
// key after a lost answer, so that one call makes at most one task. Errors:
// [ErrValidation], [ErrExternalIDConflict], [ErrIdempotencyKeyReused],
// [ErrIdempotencyInProgress].
//
//api:op POST /tasks
func (s *TasksService) Create(ctx context.Context, body TaskCreate, opts ...CallOption) (Task, error) {
	return create[Task](ctx, s.client, OpTasksCreate, body, opts)
}

// Update changes the fields of the task that body holds. With [IfMatch] it takes effect
// only on that version and is repeated after a lost answer. Errors: [ErrNotFound],
// [ErrValidation], [ErrPreconditionFailed], [ErrPreconditionRequired], and
// [ErrUncertain] when the answer was lost and IfMatch was not given. ErrPreconditionFailed
// and ErrUncertain together mean that a repetition met a change which its own first attempt
// may have made.
//
//api:op PATCH /tasks/{id}
func (s *TasksService) Update(ctx context.Context, id string, body TaskUpdate, opts ...CallOption) (Task, error) {
	return update[Task](ctx, s.client, OpTasksUpdate, id, body, opts)
}

// Delete removes the task; a tombstone stays for lists with IncludeDeleted. Errors:
// [ErrNotFound], and [ErrPreconditionFailed] with [IfMatch].
//
//api:op DELETE /tasks/{id}
func (s *TasksService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return remove(ctx, s.client, OpTasksDelete, id, opts)
}

// Complete sets the status to completed; the server then sets the progress to 100 and
// the completion time. Errors as for Update.
//
//api:op PATCH /tasks/{id}
func (s *TasksService) Complete(ctx context.Context, id string, opts ...CallOption) (Task, error) {
	return s.Update(ctx, id, TaskUpdate{Status: Set(StatusCompleted)}, opts...)
}

// Reopen sets the status to open; the server then clears the completion time and turns
// a progress of 100 into 0. Errors as for Update.
//
//api:op PATCH /tasks/{id}
func (s *TasksService) Reopen(ctx context.Context, id string, opts ...CallOption) (Task, error) {
	return s.Update(ctx, id, TaskUpdate{Status: Set(StatusOpen)}, opts...)
}

// Upsert creates the task, or updates the one that has its external id, which is
// required, and reports whether it created. An update sets what body holds and keeps
// the rest; a container or date given in body replaces the one it excludes. It is
// guarded by the etag of the version it read, and read again up to three times when that
// changed under it. Errors: [ErrInvalidArgument] without an external id, and those of
// Create, Get and Update.
//
//api:op POST /tasks
func (s *TasksService) Upsert(ctx context.Context, body TaskCreate, opts ...CallOption) (task Task, created bool, err error) {
	return upsert[Task](ctx, s.client, upsertOps{OpTasksCreate, OpTasksGet, OpTasksUpdate}, body.ExternalID, body, opts)
}
