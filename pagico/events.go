package pagico

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// Event is a read-only reference to an appointment that is kept elsewhere. Users cannot
// edit it; only the client that mirrors it writes it, whole. In today's Pagico app its
// nearest form is a dated note. Null and absent members read as the zero value. Source:
// contract §3.4.
type Event struct {
	// ID is the server's opaque id.
	ID string `json:"id"`
	// ExternalID is the id that the mirroring client gave, up to 255 characters.
	ExternalID string `json:"externalId,omitempty"`
	// Title is never empty.
	Title string `json:"title"`
	// Start and End are days or instants; an event without an End has no length.
	Start Date `json:"start,omitzero"`
	End   Date `json:"end,omitzero"`
	// TimeZone is the IANA name of the zone to show the event in: "Europe/Berlin".
	TimeZone string `json:"timeZone,omitempty"`
	// Location is free text.
	Location string `json:"location,omitempty"`
	// Status is confirmed, tentative or cancelled.
	Status EventStatus `json:"status,omitempty"`
	// ContactID is the contact it belongs to, or "".
	ContactID string `json:"contactId,omitempty"`
	// URL leads to the appointment where it is kept.
	URL string `json:"url,omitempty"`
	// ReadOnly is always true.
	ReadOnly bool `json:"readOnly,omitempty"`
	// Deleted marks a tombstone: the event is gone and only its ids and times are sure.
	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deletedAt,omitzero"`
	// CreatedAt and LastUpdated are instants by the server's clock, in UTC.
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
	// ETag names this version of the event, quotes included.
	ETag string `json:"etag,omitempty"`

	raw json.RawMessage
}

// RawJSON returns the document as the server sent it, with members this package does
// not know. It is nil for a value that was not decoded. Do not change it.
func (e Event) RawJSON() json.RawMessage { return e.raw }

// UnmarshalJSON reads an event and keeps the document for RawJSON.
func (e *Event) UnmarshalJSON(data []byte) error { return decodeRecord(data, e) }

func (e *Event) plain() (any, *json.RawMessage) {
	type plain Event
	return (*plain)(e), &e.raw
}

func (e *Event) mark() mark {
	return mark{id: e.ID, etag: &e.ETag, lastUpdated: e.LastUpdated, deleted: e.Deleted}
}

// EventPut is the whole of an event: what is left at its zero value is cleared. Title
// and Start are required. Source: contract §3.4.
type EventPut struct {
	// Title is required.
	Title string `json:"title"`
	// Start is required; the zero Date is sent as null and refused with [ErrValidation].
	Start Date `json:"start"`
	// End is optional and not before Start.
	End Date `json:"end,omitzero"`
	// TimeZone is an IANA name.
	TimeZone string `json:"timeZone,omitempty"`
	Location string `json:"location,omitempty"`
	// Status defaults to confirmed.
	Status    EventStatus `json:"status,omitempty"`
	ContactID string      `json:"contactId,omitempty"`
	// URL is absolute.
	URL string `json:"url,omitempty"`
}

// EventQuery selects and pages events. Zero fields do not filter. Source: contract §3.5.
type EventQuery struct {
	// UpdatedSince keeps events with LastUpdated at or after it, and orders the answer by
	// LastUpdated, then id.
	UpdatedSince time.Time
	// IncludeDeleted adds tombstones.
	IncludeDeleted bool
	// Status keeps events in this state.
	Status EventStatus
	// ContactID keeps the events of one contact.
	ContactID string
	// ExternalID keeps the one event with this external id.
	ExternalID string
	// Limit is the page size, at most 200; 0 means the server's default of 50.
	Limit int
	// Cursor starts at a page that an earlier [Page] named. It is bound to the filters.
	Cursor string
}

func (q EventQuery) values() url.Values {
	v := values{}
	v.updatedSince(q.UpdatedSince)
	v.flag("includeDeleted", q.IncludeDeleted)
	v.text("status", string(q.Status))
	v.text("contactId", q.ContactID)
	v.text("externalId", q.ExternalID)
	v.page(q.Limit, q.Cursor)
	return url.Values(v)
}

// EventsService reads events, and writes those that this client mirrors. It is safe for
// concurrent use.
type EventsService service

// List returns the events that q selects, page after page, until there are no more, the
// loop ends, or an error comes, which is the last thing yielded. It can be ranged over
// again and then starts anew. Errors: [ErrCursorExpired], and those of every call.
//
//api:op GET /events
func (s *EventsService) List(ctx context.Context, q EventQuery, opts ...CallOption) iter.Seq2[Event, error] {
	return all[Event](ctx, s.client, OpEventsList, q.values(), opts)
}

// ListPage returns one page of the events that q selects.
//
//api:op GET /events
func (s *EventsService) ListPage(ctx context.Context, q EventQuery, opts ...CallOption) (Page[Event], error) {
	return list[Event](ctx, s.client, OpEventsList, q.values(), opts)
}

// Changes reads the events that q selects and that changed since the watermark, deletions
// included; the zero Watermark reads all that exist. The times, deletions and cursor of q
// are not used.
//
//	changes := client.Events.Changes(ctx, since, pagico.EventQuery{})
//	for item, err := range changes.All() { … }
//	if next, ok := changes.Watermark(); ok { store(next) }
//
//api:op GET /events
func (s *EventsService) Changes(ctx context.Context, since Watermark, q EventQuery, opts ...CallOption) *Changes[Event] {
	return changes[Event](ctx, s.client, OpEventsList, since, q.values(), opts)
}

// Get returns the event with the given id, or external id (see [External]). Errors:
// [ErrNotFound], and [ErrNotModified] with [IfNoneMatch].
//
//api:op GET /events/{id}
func (s *EventsService) Get(ctx context.Context, id string, opts ...CallOption) (Event, error) {
	return get[Event](ctx, s.client, OpEventsGet, id, opts)
}

// GetByExternalID is Get with [External].
//
//api:op GET /events/{id}
func (s *EventsService) GetByExternalID(ctx context.Context, externalID string, opts ...CallOption) (Event, error) {
	return s.Get(ctx, External(externalID), opts...)
}

// Put makes or replaces the event with this external id, given bare, without
// [External]. Replacing is safe because the mirror owns every field, and so is repeating.
// Whether it was made anew shows in the Status of [WithResponse]: 201, else 200. Errors:
// [ErrValidation], and [ErrPreconditionFailed] with [IfMatch].
//
//api:op PUT /events/external:{externalId}
func (s *EventsService) Put(ctx context.Context, externalID string, body EventPut, opts ...CallOption) (Event, error) {
	return one[Event](ctx, s.client, request{op: OpEventsPut, id: externalID, body: body, write: true}, opts)
}

// Delete removes the event with this external id, given bare; a tombstone stays for
// lists with IncludeDeleted. Errors: [ErrNotFound], and [ErrPreconditionFailed] with
// [IfMatch].
//
//api:op DELETE /events/external:{externalId}
func (s *EventsService) Delete(ctx context.Context, externalID string, opts ...CallOption) error {
	return remove(ctx, s.client, OpEventsDelete, externalID, opts)
}
