package pagico

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// Project is a container of lists, tasks and notes. Null and absent members read as the
// zero value. Source: contract §3.4.
type Project struct {
	// ID is the server's opaque id.
	ID string `json:"id"`
	// ExternalID is the caller's own id, up to 255 characters, unique per OAuth client
	// among projects; "" when none was given.
	ExternalID string `json:"externalId,omitempty"`
	// Title is never empty.
	Title string `json:"title"`
	// Notes is plain text.
	Notes string `json:"notes,omitempty"`
	// Tags are free words; upper and lower case are the same to Pagico.
	Tags []string `json:"tags,omitempty"`
	// Active is false for an archived project.
	Active bool `json:"active"`
	// ContactIDs are the contacts linked to the project.
	ContactIDs []string `json:"contactIds,omitempty"`
	// Links lead elsewhere.
	Links []Link `json:"links,omitempty"`
	// ReadOnly marks a mirrored project that users cannot edit.
	ReadOnly bool `json:"readOnly,omitempty"`
	// Deleted marks a tombstone: the project is gone and only its ids and times are sure.
	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deletedAt,omitzero"`
	// CreatedAt and LastUpdated are instants by the server's clock, in UTC.
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
	// ETag names this version of the project, quotes included, for [IfMatch].
	ETag string `json:"etag,omitempty"`

	raw json.RawMessage
}

// RawJSON returns the document as the server sent it, with members this package does
// not know. It is nil for a value that was not decoded. Do not change it.
func (p Project) RawJSON() json.RawMessage { return p.raw }

// UnmarshalJSON reads a project and keeps the document for RawJSON.
func (p *Project) UnmarshalJSON(data []byte) error { return decodeRecord(data, p) }

func (p *Project) plain() (any, *json.RawMessage) {
	type plain Project
	return (*plain)(p), &p.raw
}

func (p *Project) mark() mark {
	return mark{id: p.ID, etag: &p.ETag, lastUpdated: p.LastUpdated, deleted: p.Deleted}
}

// ProjectCreate is the body of a new project. Only Title is required; a member left at
// its zero value is not sent. Source: contract §3.4.
type ProjectCreate struct {
	// Title is required.
	Title string `json:"title"`
	// ExternalID makes the create safe to repeat for good: a second project with it is
	// refused with [ErrExternalIDConflict].
	ExternalID string `json:"externalId,omitempty"`
	// Notes is plain text.
	Notes string   `json:"notes,omitempty"`
	Tags  []string `json:"tags,omitempty"`
	// Active defaults to true; false makes an archived project.
	Active Opt[bool] `json:"active,omitzero"`
	// ContactIDs are the contacts to link.
	ContactIDs []string `json:"contactIds,omitempty"`
	Links      []Link   `json:"links,omitempty"`
	// ReadOnly marks a mirrored project.
	ReadOnly bool `json:"readOnly,omitempty"`
}

// ProjectUpdate is a merge patch of a project: an absent field is kept, null clears it, a
// value replaces it, arrays whole. Title cannot be cleared. Source: contract §3.4.
type ProjectUpdate struct {
	Title      Opt[string]   `json:"title,omitzero"`
	ExternalID Opt[string]   `json:"externalId,omitzero"`
	Notes      Opt[string]   `json:"notes,omitzero"`
	Tags       Opt[[]string] `json:"tags,omitzero"`
	Active     Opt[bool]     `json:"active,omitzero"`
	ContactIDs Opt[[]string] `json:"contactIds,omitzero"`
	Links      Opt[[]Link]   `json:"links,omitzero"`
	ReadOnly   Opt[bool]     `json:"readOnly,omitzero"`
}

// ProjectQuery selects and pages projects. Zero fields do not filter. Source: contract §3.5.
type ProjectQuery struct {
	// UpdatedSince keeps projects with LastUpdated at or after it, and orders the answer by
	// LastUpdated, then id.
	UpdatedSince time.Time
	// IncludeDeleted adds tombstones.
	IncludeDeleted bool
	// ExternalID keeps the one project with this external id.
	ExternalID string
	// Limit is the page size, at most 200; 0 means the server's default of 50.
	Limit int
	// Cursor starts at a page that an earlier [Page] named. It is bound to the filters.
	Cursor string
}

func (q ProjectQuery) values() url.Values {
	v := values{}
	v.updatedSince(q.UpdatedSince)
	v.flag("includeDeleted", q.IncludeDeleted)
	v.text("externalId", q.ExternalID)
	v.page(q.Limit, q.Cursor)
	return url.Values(v)
}

// ProjectsService reads and writes projects. It is safe for concurrent use.
type ProjectsService service

// List returns the projects that q selects, page after page, until there are no more, the
// loop ends, or an error comes, which is the last thing yielded. It can be ranged over
// again and then starts anew. Errors: [ErrCursorExpired], and those of every call.
//
//api:op GET /projects
func (s *ProjectsService) List(ctx context.Context, q ProjectQuery, opts ...CallOption) iter.Seq2[Project, error] {
	return all[Project](ctx, s.client, OpProjectsList, q.values(), opts)
}

// ListPage returns one page of the projects that q selects.
//
//api:op GET /projects
func (s *ProjectsService) ListPage(ctx context.Context, q ProjectQuery, opts ...CallOption) (Page[Project], error) {
	return list[Project](ctx, s.client, OpProjectsList, q.values(), opts)
}

// Changes reads the projects that q selects and that changed since the watermark, deletions
// included; the zero Watermark reads all that exist. The times, deletions and cursor of q
// are not used.
//
//	changes := client.Projects.Changes(ctx, since, pagico.ProjectQuery{})
//	for item, err := range changes.All() { … }
//	if next, ok := changes.Watermark(); ok { store(next) }
//
//api:op GET /projects
func (s *ProjectsService) Changes(ctx context.Context, since Watermark, q ProjectQuery, opts ...CallOption) *Changes[Project] {
	return changes[Project](ctx, s.client, OpProjectsList, since, q.values(), opts)
}

// Get returns the project with the given id, or external id (see [External]). Errors:
// [ErrNotFound], and [ErrNotModified] with [IfNoneMatch].
//
//api:op GET /projects/{id}
func (s *ProjectsService) Get(ctx context.Context, id string, opts ...CallOption) (Project, error) {
	return get[Project](ctx, s.client, OpProjectsGet, id, opts)
}

// GetByExternalID is Get with [External].
//
//api:op GET /projects/{id}
func (s *ProjectsService) GetByExternalID(ctx context.Context, externalID string, opts ...CallOption) (Project, error) {
	return s.Get(ctx, External(externalID), opts...)
}

// Create makes a project. It is sent with an idempotency key and repeated with the same
// key after a lost answer, so that one call makes at most one project. Errors:
// [ErrValidation], [ErrExternalIDConflict], [ErrIdempotencyKeyReused],
// [ErrIdempotencyInProgress].
//
//api:op POST /projects
func (s *ProjectsService) Create(ctx context.Context, body ProjectCreate, opts ...CallOption) (Project, error) {
	return create[Project](ctx, s.client, OpProjectsCreate, body, opts)
}

// Update changes the fields of the project that body holds. With [IfMatch] it takes effect
// only on that version and is repeated after a lost answer. Errors: [ErrNotFound],
// [ErrValidation], [ErrPreconditionFailed], [ErrPreconditionRequired], and
// [ErrUncertain] when the answer was lost and IfMatch was not given.
//
//api:op PATCH /projects/{id}
func (s *ProjectsService) Update(ctx context.Context, id string, body ProjectUpdate, opts ...CallOption) (Project, error) {
	return update[Project](ctx, s.client, OpProjectsUpdate, id, body, opts)
}

// Delete removes the project; a tombstone stays for lists with IncludeDeleted. Errors:
// [ErrNotFound], and [ErrPreconditionFailed] with [IfMatch].
//
//api:op DELETE /projects/{id}
func (s *ProjectsService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return remove(ctx, s.client, OpProjectsDelete, id, opts)
}

// Upsert creates the project, or updates the one that has its external id, which is
// required, and reports whether it created. An update sets what body holds and keeps the
// rest; it is guarded by the etag of the version it read, and read again up to three
// times when that changed under it. Errors: [ErrInvalidArgument] without an external id,
// and those of Create, Get and Update.
//
//api:op POST /projects
func (s *ProjectsService) Upsert(ctx context.Context, body ProjectCreate, opts ...CallOption) (project Project, created bool, err error) {
	return upsert[Project](ctx, s.client, upsertOps{OpProjectsCreate, OpProjectsGet, OpProjectsUpdate}, body.ExternalID, body, opts)
}
