package pagico

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// Note is a text in a container. With a Datetime it is how Pagico records meetings. Null
// and absent members read as the zero value. Source: contract §3.4.
type Note struct {
	// ID is the server's opaque id.
	ID string `json:"id"`
	// ExternalID is the caller's own id, up to 255 characters, unique per OAuth client
	// among notes; "" when none was given.
	ExternalID string `json:"externalId,omitempty"`
	// Title or Content is not empty.
	Title string `json:"title,omitempty"`
	// Content is plain text.
	Content string `json:"content,omitempty"`
	// Datetime is the note's Timestamp in Pagico, which puts it on the calendar; zero when
	// it has none.
	Datetime time.Time `json:"datetime,omitzero"`
	// ProjectID or ContactID is the container; at most one is set.
	ProjectID string `json:"projectId,omitempty"`
	ContactID string `json:"contactId,omitempty"`
	// ReadOnly marks a mirrored note that users cannot edit.
	ReadOnly bool `json:"readOnly,omitempty"`
	// Deleted marks a tombstone: the note is gone and only its ids and times are sure.
	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deletedAt,omitzero"`
	// CreatedAt and LastUpdated are instants by the server's clock, in UTC.
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
	// ETag names this version of the note, quotes included, for [IfMatch].
	ETag string `json:"etag,omitempty"`

	raw json.RawMessage
}

// RawJSON returns the document as the server sent it, with members this package does
// not know. It is nil for a value that was not decoded. Do not change it.
func (n Note) RawJSON() json.RawMessage { return n.raw }

// UnmarshalJSON reads a note and keeps the document for RawJSON.
func (n *Note) UnmarshalJSON(data []byte) error { return decodeRecord(data, n) }

func (n *Note) plain() (any, *json.RawMessage) {
	type plain Note
	return (*plain)(n), &n.raw
}

func (n *Note) mark() mark {
	return mark{id: n.ID, etag: &n.ETag, lastUpdated: n.LastUpdated, deleted: n.Deleted}
}

// NoteCreate is the body of a new note. Title or Content is required; a member left at
// its zero value is not sent. Source: contract §3.4.
type NoteCreate struct {
	// Title or Content is required.
	Title string `json:"title,omitempty"`
	// Content is plain text.
	Content string `json:"content,omitempty"`
	// ExternalID makes the create safe to repeat for good: a second note with it is
	// refused with [ErrExternalIDConflict].
	ExternalID string `json:"externalId,omitempty"`
	// Datetime is the note's Timestamp; zero means none.
	Datetime time.Time `json:"datetime,omitzero"`
	// ProjectID and ContactID exclude each other.
	ProjectID string `json:"projectId,omitempty"`
	ContactID string `json:"contactId,omitempty"`
	// ReadOnly marks a mirrored note.
	ReadOnly bool `json:"readOnly,omitempty"`
}

// NoteUpdate is a merge patch of a note: an absent field is kept, null clears it, a value
// replaces it. Title and Content cannot both end up empty. Source: contract §3.4.
type NoteUpdate struct {
	Title      Opt[string]    `json:"title,omitzero"`
	Content    Opt[string]    `json:"content,omitzero"`
	ExternalID Opt[string]    `json:"externalId,omitzero"`
	Datetime   Opt[time.Time] `json:"datetime,omitzero"`
	// ProjectID and ContactID: to move to the other kind of container, set the new one and
	// null the old one in the same update.
	ProjectID Opt[string] `json:"projectId,omitzero"`
	ContactID Opt[string] `json:"contactId,omitzero"`
	ReadOnly  Opt[bool]   `json:"readOnly,omitzero"`
}

// NoteQuery selects and pages notes. Zero fields do not filter. Source: contract §3.5.
type NoteQuery struct {
	// UpdatedSince keeps notes with LastUpdated at or after it, and orders the answer by
	// LastUpdated, then id.
	UpdatedSince time.Time
	// IncludeDeleted adds tombstones.
	IncludeDeleted bool
	// ProjectID and ContactID keep the notes of one container.
	ProjectID string
	ContactID string
	// Inbox keeps notes without a container.
	Inbox bool
	// ExternalID keeps the one note with this external id.
	ExternalID string
	// Limit is the page size, at most 200; 0 means the server's default of 50.
	Limit int
	// Cursor starts at a page that an earlier [Page] named. It is bound to the filters.
	Cursor string
}

func (q NoteQuery) values() url.Values {
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

// NotesService reads and writes notes. It is safe for concurrent use.
type NotesService service

// List returns the notes that q selects, page after page, until there are no more, the
// loop ends, or an error comes, which is the last thing yielded. It can be ranged over
// again and then starts anew. Errors: [ErrCursorExpired], and those of every call.
//
//api:op GET /notes
func (s *NotesService) List(ctx context.Context, q NoteQuery, opts ...CallOption) iter.Seq2[Note, error] {
	return all[Note](ctx, s.client, OpNotesList, q.values(), opts)
}

// ListPage returns one page of the notes that q selects.
//
//api:op GET /notes
func (s *NotesService) ListPage(ctx context.Context, q NoteQuery, opts ...CallOption) (Page[Note], error) {
	return list[Note](ctx, s.client, OpNotesList, q.values(), opts)
}

// Changes reads the notes that q selects and that changed since the watermark, deletions
// included; the zero Watermark reads all that exist. The times, deletions and cursor of q
// are not used.
//
//	changes := client.Notes.Changes(ctx, since, pagico.NoteQuery{})
//	for item, err := range changes.All() { … }
//	if next, ok := changes.Watermark(); ok { store(next) }
//
//api:op GET /notes
func (s *NotesService) Changes(ctx context.Context, since Watermark, q NoteQuery, opts ...CallOption) *Changes[Note] {
	return changes[Note](ctx, s.client, OpNotesList, since, q.values(), opts)
}

// Get returns the note with the given id, or external id (see [External]). Errors:
// [ErrNotFound], and [ErrNotModified] with [IfNoneMatch].
//
//api:op GET /notes/{id}
func (s *NotesService) Get(ctx context.Context, id string, opts ...CallOption) (Note, error) {
	return get[Note](ctx, s.client, OpNotesGet, id, opts)
}

// GetByExternalID is Get with [External].
//
//api:op GET /notes/{id}
func (s *NotesService) GetByExternalID(ctx context.Context, externalID string, opts ...CallOption) (Note, error) {
	return s.Get(ctx, External(externalID), opts...)
}

// Create makes a note. It is sent with an idempotency key and repeated with the same
// key after a lost answer, so that one call makes at most one note. Errors:
// [ErrValidation], [ErrExternalIDConflict], [ErrIdempotencyKeyReused],
// [ErrIdempotencyInProgress].
//
//api:op POST /notes
func (s *NotesService) Create(ctx context.Context, body NoteCreate, opts ...CallOption) (Note, error) {
	return create[Note](ctx, s.client, OpNotesCreate, body, opts)
}

// Update changes the fields of the note that body holds. With [IfMatch] it takes effect
// only on that version and is repeated after a lost answer. Errors: [ErrNotFound],
// [ErrValidation], [ErrPreconditionFailed], [ErrPreconditionRequired], and
// [ErrUncertain] when the answer was lost and IfMatch was not given.
//
//api:op PATCH /notes/{id}
func (s *NotesService) Update(ctx context.Context, id string, body NoteUpdate, opts ...CallOption) (Note, error) {
	return update[Note](ctx, s.client, OpNotesUpdate, id, body, opts)
}

// Delete removes the note; a tombstone stays for lists with IncludeDeleted. Errors:
// [ErrNotFound], and [ErrPreconditionFailed] with [IfMatch].
//
//api:op DELETE /notes/{id}
func (s *NotesService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return remove(ctx, s.client, OpNotesDelete, id, opts)
}

// Upsert creates the note, or updates the one that has its external id, which is
// required, and reports whether it created. An update sets what body holds and keeps the
// rest; it is guarded by the etag of the version it read, and read again up to three
// times when that changed under it. Errors: [ErrInvalidArgument] without an external id,
// and those of Create, Get and Update.
//
//api:op POST /notes
func (s *NotesService) Upsert(ctx context.Context, body NoteCreate, opts ...CallOption) (note Note, created bool, err error) {
	return upsert[Note](ctx, s.client, upsertOps{OpNotesCreate, OpNotesGet, OpNotesUpdate}, body.ExternalID, body, opts)
}
