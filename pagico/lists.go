package pagico

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// List is a titled list of tasks in a container: Pagico's checklist. Its items are the
// tasks with its id as ListID. Null and absent members read as the zero value. Source:
// contract §3.4.
type List struct {
	// ID is the server's opaque id.
	ID string `json:"id"`
	// ExternalID is the caller's own id, up to 255 characters, unique per OAuth client
	// among lists; "" when none was given.
	ExternalID string `json:"externalId,omitempty"`
	// Title is what users see; Pagico calls a list without one "Untitled".
	Title string `json:"title"`
	// ProjectID or ContactID is the container; at most one is set.
	ProjectID string `json:"projectId,omitempty"`
	ContactID string `json:"contactId,omitempty"`
	// Position orders the list in its container; a hint, not unique.
	Position int `json:"position,omitempty"`
	// Deleted marks a tombstone: the list is gone and only its ids and times are sure.
	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deletedAt,omitzero"`
	// CreatedAt and LastUpdated are instants by the server's clock, in UTC.
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
	// ETag names this version of the list, quotes included, for [IfMatch].
	ETag string `json:"etag,omitempty"`

	raw json.RawMessage
}

// RawJSON returns the document as the server sent it, with members this package does
// not know. It is nil for a value that was not decoded. Do not change it.
func (l List) RawJSON() json.RawMessage { return l.raw }

// UnmarshalJSON reads a list and keeps the document for RawJSON.
func (l *List) UnmarshalJSON(data []byte) error { return decodeRecord(data, l) }

func (l *List) plain() (any, *json.RawMessage) {
	type plain List
	return (*plain)(l), &l.raw
}

func (l *List) mark() mark {
	return mark{id: l.ID, etag: &l.ETag, lastUpdated: l.LastUpdated, deleted: l.Deleted}
}

// ListCreate is the body of a new list. Only Title is required; a member left at its zero
// value is not sent. Source: contract §3.4.
type ListCreate struct {
	// Title is required.
	Title string `json:"title"`
	// ExternalID makes the create safe to repeat for good: a second list with it is
	// refused with [ErrExternalIDConflict].
	ExternalID string `json:"externalId,omitempty"`
	// ProjectID and ContactID exclude each other.
	ProjectID string `json:"projectId,omitempty"`
	ContactID string `json:"contactId,omitempty"`
	// Position is where to put the list; absent means last.
	Position Opt[int] `json:"position,omitzero"`
}

// ListUpdate is a merge patch of a list: an absent field is kept, null clears it, a value
// replaces it. Title cannot be cleared. Source: contract §3.4.
type ListUpdate struct {
	Title      Opt[string] `json:"title,omitzero"`
	ExternalID Opt[string] `json:"externalId,omitzero"`
	// ProjectID and ContactID: to move to the other kind of container, set the new one and
	// null the old one in the same update.
	ProjectID Opt[string] `json:"projectId,omitzero"`
	ContactID Opt[string] `json:"contactId,omitzero"`
	Position  Opt[int]    `json:"position,omitzero"`
}

// ListQuery selects and pages lists. Zero fields do not filter. Source: contract §3.5.
type ListQuery struct {
	// UpdatedSince keeps lists with LastUpdated at or after it, and orders the answer by
	// LastUpdated, then id.
	UpdatedSince time.Time
	// IncludeDeleted adds tombstones.
	IncludeDeleted bool
	// ProjectID and ContactID keep the lists of one container.
	ProjectID string
	ContactID string
	// Inbox keeps lists without a container.
	Inbox bool
	// ExternalID keeps the one list with this external id.
	ExternalID string
	// Limit is the page size, at most 200; 0 means the server's default of 50.
	Limit int
	// Cursor starts at a page that an earlier [Page] named. It is bound to the filters.
	Cursor string
}

func (q ListQuery) values() url.Values {
	v := values{}
	v.updatedSince(q.UpdatedSince)
	v.flag("includeDeleted", q.IncludeDeleted)
	v.text("projectId", q.ProjectID)
	v.text("contactId", q.ContactID)
	v.flag("inbox", q.Inbox)
	v.text("externalId", q.ExternalID)
	v.page(q.Limit, q.Cursor)
	return url.Values(v)
}

// ListsService reads and writes lists. It is safe for concurrent use.
type ListsService service

// List returns the lists that q selects, page after page, until there are no more, the
// loop ends, or an error comes, which is the last thing yielded. It can be ranged over
// again and then starts anew. Errors: [ErrCursorExpired], and those of every call.
//
//api:op GET /lists
func (s *ListsService) List(ctx context.Context, q ListQuery, opts ...CallOption) iter.Seq2[List, error] {
	return all[List](ctx, s.client, OpListsList, q.values(), opts)
}

// ListPage returns one page of the lists that q selects.
//
//api:op GET /lists
func (s *ListsService) ListPage(ctx context.Context, q ListQuery, opts ...CallOption) (Page[List], error) {
	return list[List](ctx, s.client, OpListsList, q.values(), opts)
}

// Changes reads the lists that q selects and that changed since the watermark, deletions
// included; the zero Watermark reads all that exist. The times, deletions and cursor of q
// are not used.
//
//	changes := client.Lists.Changes(ctx, since, pagico.ListQuery{})
//	for item, err := range changes.All() { … }
//	if next, ok := changes.Watermark(); ok { store(next) }
//
//api:op GET /lists
func (s *ListsService) Changes(ctx context.Context, since Watermark, q ListQuery, opts ...CallOption) *Changes[List] {
	return changes[List](ctx, s.client, OpListsList, since, q.values(), opts)
}

// Get returns the list with the given id, or external id (see [External]). Errors:
// [ErrNotFound], and [ErrNotModified] with [IfNoneMatch].
//
//api:op GET /lists/{id}
func (s *ListsService) Get(ctx context.Context, id string, opts ...CallOption) (List, error) {
	return get[List](ctx, s.client, OpListsGet, id, opts)
}

// GetByExternalID is Get with [External].
//
//api:op GET /lists/{id}
func (s *ListsService) GetByExternalID(ctx context.Context, externalID string, opts ...CallOption) (List, error) {
	return s.Get(ctx, External(externalID), opts...)
}

// Create makes a list. It is sent with an idempotency key and repeated with the same
// key after a lost answer, so that one call makes at most one list. Errors:
// [ErrValidation], [ErrExternalIDConflict], [ErrIdempotencyKeyReused],
// [ErrIdempotencyInProgress].
//
//api:op POST /lists
func (s *ListsService) Create(ctx context.Context, body ListCreate, opts ...CallOption) (List, error) {
	return create[List](ctx, s.client, OpListsCreate, body, opts)
}

// Update changes the fields of the list that body holds. With [IfMatch] it takes effect
// only on that version and is repeated after a lost answer. Errors: [ErrNotFound],
// [ErrValidation], [ErrPreconditionFailed], [ErrPreconditionRequired], and
// [ErrUncertain] when the answer was lost and IfMatch was not given.
//
//api:op PATCH /lists/{id}
func (s *ListsService) Update(ctx context.Context, id string, body ListUpdate, opts ...CallOption) (List, error) {
	return update[List](ctx, s.client, OpListsUpdate, id, body, opts)
}

// Delete removes the list; a tombstone stays for lists with IncludeDeleted. Errors:
// [ErrNotFound], and [ErrPreconditionFailed] with [IfMatch].
//
//api:op DELETE /lists/{id}
func (s *ListsService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return remove(ctx, s.client, OpListsDelete, id, opts)
}

// Upsert creates the list, or updates the one that has its external id, which is
// required, and reports whether it created. An update sets what body holds and keeps the
// rest; it is guarded by the etag of the version it read, and read again up to three
// times when that changed under it. Errors: [ErrInvalidArgument] without an external id,
// and those of Create, Get and Update.
//
//api:op POST /lists
func (s *ListsService) Upsert(ctx context.Context, body ListCreate, opts ...CallOption) (list List, created bool, err error) {
	return upsert[List](ctx, s.client, upsertOps{OpListsCreate, OpListsGet, OpListsUpdate}, body.ExternalID, body, opts)
}
