package pagico

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// Contact is a contact profile: a person or company, and a container of lists, tasks and
// notes. Null and absent members read as the zero value. Source: contract §3.4.
type Contact struct {
	// ID is the server's opaque id.
	ID string `json:"id"`
	// ExternalID is the caller's own id, up to 255 characters, unique per OAuth client
	// among contacts; "" when none was given.
	ExternalID string `json:"externalId,omitempty"`
	// Name is the full name as shown, never empty.
	Name      string `json:"name"`
	FirstName string `json:"firstName,omitempty"`
	LastName  string `json:"lastName,omitempty"`
	Email     string `json:"email,omitempty"`
	// Phone is in E.164 form when that is possible: "+4930123456".
	Phone   string `json:"phone,omitempty"`
	Company string `json:"company,omitempty"`
	// Address is free text, possibly of several lines.
	Address string `json:"address,omitempty"`
	// Tags are free words; upper and lower case are the same to Pagico.
	Tags []string `json:"tags,omitempty"`
	// CustomFields are Pagico's free-form labelled lines, in order.
	CustomFields []CustomField `json:"customFields,omitempty"`
	// ProjectIDs are the projects linked to the contact.
	ProjectIDs []string `json:"projectIds,omitempty"`
	// Links lead elsewhere.
	Links []Link `json:"links,omitempty"`
	// Deleted marks a tombstone: the contact is gone and only its ids and times are sure.
	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deletedAt,omitzero"`
	// CreatedAt and LastUpdated are instants by the server's clock, in UTC.
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
	// ETag names this version of the contact, quotes included, for [IfMatch].
	ETag string `json:"etag,omitempty"`

	raw json.RawMessage
}

// RawJSON returns the document as the server sent it, with members this package does
// not know. It is nil for a value that was not decoded. Do not change it.
func (c Contact) RawJSON() json.RawMessage { return c.raw }

// UnmarshalJSON reads a contact and keeps the document for RawJSON.
func (c *Contact) UnmarshalJSON(data []byte) error { return decodeRecord(data, c) }

func (c *Contact) plain() (any, *json.RawMessage) {
	type plain Contact
	return (*plain)(c), &c.raw
}

func (c *Contact) mark() mark {
	return mark{id: c.ID, etag: &c.ETag, lastUpdated: c.LastUpdated, deleted: c.Deleted}
}

// ContactCreate is the body of a new contact. Only Name is required; a member left at its
// zero value is not sent. Source: contract §3.4.
type ContactCreate struct {
	// Name is the full name as shown. Required.
	Name string `json:"name"`
	// ExternalID makes the create safe to repeat for good: a second contact with it is
	// refused with [ErrExternalIDConflict].
	ExternalID string `json:"externalId,omitempty"`
	FirstName  string `json:"firstName,omitempty"`
	LastName   string `json:"lastName,omitempty"`
	Email      string `json:"email,omitempty"`
	// Phone should be in E.164 form.
	Phone        string        `json:"phone,omitempty"`
	Company      string        `json:"company,omitempty"`
	Address      string        `json:"address,omitempty"`
	Tags         []string      `json:"tags,omitempty"`
	CustomFields []CustomField `json:"customFields,omitempty"`
	// ProjectIDs are the projects to link.
	ProjectIDs []string `json:"projectIds,omitempty"`
	Links      []Link   `json:"links,omitempty"`
}

// ContactUpdate is a merge patch of a contact: an absent field is kept, null clears it, a
// value replaces it, arrays whole. Name cannot be cleared. Source: contract §3.4.
type ContactUpdate struct {
	Name         Opt[string]        `json:"name,omitzero"`
	ExternalID   Opt[string]        `json:"externalId,omitzero"`
	FirstName    Opt[string]        `json:"firstName,omitzero"`
	LastName     Opt[string]        `json:"lastName,omitzero"`
	Email        Opt[string]        `json:"email,omitzero"`
	Phone        Opt[string]        `json:"phone,omitzero"`
	Company      Opt[string]        `json:"company,omitzero"`
	Address      Opt[string]        `json:"address,omitzero"`
	Tags         Opt[[]string]      `json:"tags,omitzero"`
	CustomFields Opt[[]CustomField] `json:"customFields,omitzero"`
	ProjectIDs   Opt[[]string]      `json:"projectIds,omitzero"`
	Links        Opt[[]Link]        `json:"links,omitzero"`
}

// ContactQuery selects and pages contacts. Zero fields do not filter. Source: contract §3.5.
type ContactQuery struct {
	// UpdatedSince keeps contacts with LastUpdated at or after it, and orders the answer by
	// LastUpdated, then id.
	UpdatedSince time.Time
	// IncludeDeleted adds tombstones.
	IncludeDeleted bool
	// Email and Phone keep contacts with this address or number.
	Email string
	Phone string
	// ExternalID keeps the one contact with this external id.
	ExternalID string
	// Limit is the page size, at most 200; 0 means the server's default of 50.
	Limit int
	// Cursor starts at a page that an earlier [Page] named. It is bound to the filters.
	Cursor string
}

func (q ContactQuery) values() url.Values {
	v := values{}
	v.updatedSince(q.UpdatedSince)
	v.flag("includeDeleted", q.IncludeDeleted)
	v.text("email", q.Email)
	v.text("phone", q.Phone)
	v.text("externalId", q.ExternalID)
	v.page(q.Limit, q.Cursor)
	return url.Values(v)
}

// ContactsService reads and writes contacts. It is safe for concurrent use.
type ContactsService service

// List returns the contacts that q selects, page after page, until there are no more, the
// loop ends, or an error comes, which is the last thing yielded. It can be ranged over
// again and then starts anew. Errors: [ErrCursorExpired], and those of every call.
//
//api:op GET /contacts
func (s *ContactsService) List(ctx context.Context, q ContactQuery, opts ...CallOption) iter.Seq2[Contact, error] {
	return all[Contact](ctx, s.client, OpContactsList, q.values(), opts)
}

// ListPage returns one page of the contacts that q selects.
//
//api:op GET /contacts
func (s *ContactsService) ListPage(ctx context.Context, q ContactQuery, opts ...CallOption) (Page[Contact], error) {
	return list[Contact](ctx, s.client, OpContactsList, q.values(), opts)
}

// Changes reads the contacts that q selects and that changed since the watermark, deletions
// included; the zero Watermark reads all that exist. The times, deletions and cursor of q
// are not used.
//
//	changes := client.Contacts.Changes(ctx, since, pagico.ContactQuery{})
//	for item, err := range changes.All() { … }
//	if next, ok := changes.Watermark(); ok { store(next) }
//
//api:op GET /contacts
func (s *ContactsService) Changes(ctx context.Context, since Watermark, q ContactQuery, opts ...CallOption) *Changes[Contact] {
	return changes[Contact](ctx, s.client, OpContactsList, since, q.values(), opts)
}

// Get returns the contact with the given id, or external id (see [External]). Errors:
// [ErrNotFound], and [ErrNotModified] with [IfNoneMatch].
//
//api:op GET /contacts/{id}
func (s *ContactsService) Get(ctx context.Context, id string, opts ...CallOption) (Contact, error) {
	return get[Contact](ctx, s.client, OpContactsGet, id, opts)
}

// GetByExternalID is Get with [External].
//
//api:op GET /contacts/{id}
func (s *ContactsService) GetByExternalID(ctx context.Context, externalID string, opts ...CallOption) (Contact, error) {
	return s.Get(ctx, External(externalID), opts...)
}

// Create makes a contact. It is sent with an idempotency key and repeated with the same
// key after a lost answer, so that one call makes at most one contact. Errors:
// [ErrValidation], [ErrExternalIDConflict], [ErrIdempotencyKeyReused],
// [ErrIdempotencyInProgress].
//
//api:op POST /contacts
func (s *ContactsService) Create(ctx context.Context, body ContactCreate, opts ...CallOption) (Contact, error) {
	return create[Contact](ctx, s.client, OpContactsCreate, body, opts)
}

// Update changes the fields of the contact that body holds. With [IfMatch] it takes effect
// only on that version and is repeated after a lost answer. Errors: [ErrNotFound],
// [ErrValidation], [ErrPreconditionFailed], [ErrPreconditionRequired], and
// [ErrUncertain] when the answer was lost and IfMatch was not given.
//
//api:op PATCH /contacts/{id}
func (s *ContactsService) Update(ctx context.Context, id string, body ContactUpdate, opts ...CallOption) (Contact, error) {
	return update[Contact](ctx, s.client, OpContactsUpdate, id, body, opts)
}

// Delete removes the contact; a tombstone stays for lists with IncludeDeleted. Errors:
// [ErrNotFound], and [ErrPreconditionFailed] with [IfMatch].
//
//api:op DELETE /contacts/{id}
func (s *ContactsService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return remove(ctx, s.client, OpContactsDelete, id, opts)
}

// Upsert creates the contact, or updates the one that has its external id, which is
// required, and reports whether it created. An update sets what body holds and keeps the
// rest; it is guarded by the etag of the version it read, and read again up to three
// times when that changed under it. Errors: [ErrInvalidArgument] without an external id,
// and those of Create, Get and Update.
//
//api:op POST /contacts
func (s *ContactsService) Upsert(ctx context.Context, body ContactCreate, opts ...CallOption) (contact Contact, created bool, err error) {
	return upsert[Contact](ctx, s.client, upsertOps{OpContactsCreate, OpContactsGet, OpContactsUpdate}, body.ExternalID, body, opts)
}
