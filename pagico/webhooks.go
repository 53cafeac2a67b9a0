package pagico

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"time"
)

// Webhook is a subscription: the server posts the named events to URL, signed by
// Standard Webhooks. Package pagico/webhook receives them. Source: contract §3.4, §3.10.
type Webhook struct {
	// ID is the server's opaque id.
	ID string `json:"id"`
	// ExternalID is the caller's own id, up to 255 characters; "" when none was given.
	ExternalID string `json:"externalId,omitempty"`
	// URL is where deliveries go; absolute, https.
	URL string `json:"url"`
	// Events are names such as "task.updated", or patterns such as "task.*".
	Events []string `json:"events"`
	// Description is free text.
	Description string `json:"description,omitempty"`
	// Enabled is false while nothing is delivered; a server sets it after an answer 410.
	Enabled bool `json:"enabled"`
	// Secret is the signing key ("whsec_" and base64). Only the answer to Create holds it:
	// store it then.
	Secret string `json:"secret,omitempty"`
	// Deleted marks a tombstone.
	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deletedAt,omitzero"`
	// CreatedAt and LastUpdated are instants by the server's clock, in UTC.
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
	// ETag names this version of the subscription, quotes included, for [IfMatch].
	ETag string `json:"etag,omitempty"`

	raw json.RawMessage
}

// RawJSON returns the document as the server sent it, with members this package does
// not know, and with the secret in the answer to Create. It is nil for a value that was
// not decoded. Do not change it.
func (w Webhook) RawJSON() json.RawMessage { return w.raw }

// UnmarshalJSON reads a subscription and keeps the document for RawJSON.
func (w *Webhook) UnmarshalJSON(data []byte) error { return decodeRecord(data, w) }

func (w *Webhook) plain() (any, *json.RawMessage) {
	type plain Webhook
	return (*plain)(w), &w.raw
}

func (w *Webhook) mark() mark {
	return mark{id: w.ID, etag: &w.ETag, lastUpdated: w.LastUpdated, deleted: w.Deleted}
}

// WebhookCreate is the body of a new subscription. URL and Events are required. Source:
// contract §3.4.
type WebhookCreate struct {
	// URL is absolute, https. Required.
	URL string `json:"url"`
	// Events is not empty. Required.
	Events []string `json:"events"`
	// ExternalID makes the create safe to repeat for good.
	ExternalID string `json:"externalId,omitempty"`
	// Description is free text.
	Description string `json:"description,omitempty"`
	// Enabled defaults to true.
	Enabled Opt[bool] `json:"enabled,omitzero"`
}

// WebhookUpdate is a merge patch of a subscription: an absent field is kept, null clears
// it, a value replaces it. URL and Events cannot be cleared. Source: contract §3.4.
type WebhookUpdate struct {
	URL         Opt[string]   `json:"url,omitzero"`
	ExternalID  Opt[string]   `json:"externalId,omitzero"`
	Events      Opt[[]string] `json:"events,omitzero"`
	Description Opt[string]   `json:"description,omitzero"`
	Enabled     Opt[bool]     `json:"enabled,omitzero"`
}

// WebhookQuery pages subscriptions. Source: contract §3.5.
type WebhookQuery struct {
	// UpdatedSince keeps subscriptions with LastUpdated at or after it.
	UpdatedSince time.Time
	// IncludeDeleted adds tombstones.
	IncludeDeleted bool
	// ExternalID keeps the one subscription with this external id.
	ExternalID string
	// Limit is the page size, at most 200; 0 means the server's default of 50.
	Limit int
	// Cursor starts at a page that an earlier [Page] named.
	Cursor string
}

func (q WebhookQuery) values() url.Values {
	v := values{}
	v.updatedSince(q.UpdatedSince)
	v.flag("includeDeleted", q.IncludeDeleted)
	v.text("externalId", q.ExternalID)
	v.page(q.Limit, q.Cursor)
	return url.Values(v)
}

// WebhooksService manages subscriptions. It is safe for concurrent use.
type WebhooksService service

// List returns the subscriptions, page after page, until there are no more, the loop
// ends, or an error comes, which is the last thing yielded. It can be ranged over again.
//
//api:op GET /webhooks
func (s *WebhooksService) List(ctx context.Context, q WebhookQuery, opts ...CallOption) iter.Seq2[Webhook, error] {
	return all[Webhook](ctx, s.client, OpWebhooksList, q.values(), opts)
}

// ListPage returns one page of the subscriptions.
//
//api:op GET /webhooks
func (s *WebhooksService) ListPage(ctx context.Context, q WebhookQuery, opts ...CallOption) (Page[Webhook], error) {
	return list[Webhook](ctx, s.client, OpWebhooksList, q.values(), opts)
}

// Get returns the subscription with the given id, without its secret. Errors:
// [ErrNotFound], and [ErrNotModified] with [IfNoneMatch].
//
//api:op GET /webhooks/{id}
func (s *WebhooksService) Get(ctx context.Context, id string, opts ...CallOption) (Webhook, error) {
	return get[Webhook](ctx, s.client, OpWebhooksGet, id, opts)
}

// Create subscribes. The answer holds the signing secret, this once. It is sent with an
// idempotency key and repeated with the same key after a lost answer. Errors:
// [ErrValidation].
//
//api:op POST /webhooks
func (s *WebhooksService) Create(ctx context.Context, body WebhookCreate, opts ...CallOption) (Webhook, error) {
	return create[Webhook](ctx, s.client, OpWebhooksCreate, body, opts)
}

// Update changes the fields that body holds. Errors: [ErrNotFound], [ErrValidation],
// [ErrPreconditionFailed] with [IfMatch], and [ErrUncertain] when the answer was lost and
// IfMatch was not given.
//
//api:op PATCH /webhooks/{id}
func (s *WebhooksService) Update(ctx context.Context, id string, body WebhookUpdate, opts ...CallOption) (Webhook, error) {
	return update[Webhook](ctx, s.client, OpWebhooksUpdate, id, body, opts)
}

// Delete ends the subscription. Errors: [ErrNotFound].
//
//api:op DELETE /webhooks/{id}
func (s *WebhooksService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return remove(ctx, s.client, OpWebhooksDelete, id, opts)
}

// Test asks the server to deliver a test message to the subscription now. The server
// answers before it is delivered. Errors: [ErrNotFound].
//
//api:op POST /webhooks/{id}/test
func (s *WebhooksService) Test(ctx context.Context, id string, opts ...CallOption) error {
	return act(ctx, s.client, request{op: OpWebhooksTest, id: id, write: true, keyed: true}, opts)
}
