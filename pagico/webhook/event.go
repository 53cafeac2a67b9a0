package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Type is the name of an event, a resource and what happened to it. Values that this package does not know are kept.
type Type string

// The events of contract §3.10. A completion sends TaskCompleted and no TaskUpdated, a reopening TaskReopened and no
// TaskUpdated.
const (
	TaskCreated    Type = "task.created"
	TaskUpdated    Type = "task.updated"
	TaskCompleted  Type = "task.completed"
	TaskReopened   Type = "task.reopened"
	TaskDeleted    Type = "task.deleted"
	ProjectCreated Type = "project.created"
	ProjectUpdated Type = "project.updated"
	ProjectDeleted Type = "project.deleted"
	ContactCreated Type = "contact.created"
	ContactUpdated Type = "contact.updated"
	ContactDeleted Type = "contact.deleted"
	NoteCreated    Type = "note.created"
	NoteUpdated    Type = "note.updated"
	NoteDeleted    Type = "note.deleted"
	ListCreated    Type = "list.created"
	ListUpdated    Type = "list.updated"
	ListDeleted    Type = "list.deleted"
)

// Known reports whether t is one of the constants of this package.
func (t Type) Known() bool {
	kind, action, _ := strings.Cut(string(t), ".")
	switch kind {
	case "task":
		return action == "created" || action == "updated" || action == "deleted" || action == "completed" || action == "reopened"
	case "project", "contact", "note", "list":
		return action == "created" || action == "updated" || action == "deleted"
	}
	return false
}

// Event is one delivery, verified and read.
type Event struct {
	// ID is the webhook-id header: the same on every retry, so the key for dropping repeats.
	ID string
	// Type says what happened.
	Type Type
	// Timestamp is when it happened, by the sender's clock.
	Timestamp time.Time
	// Ref is the part of data that every event has.
	Ref Ref
	// Changed names the members that an update touched; nil when the sender does not say.
	Changed []string
	// Actor is who made the change.
	Actor Actor
	// Data is the whole resource as sent; of a deleted one only id, externalId and deletedAt. [Event.Decode] reads it.
	Data json.RawMessage
}

// Ref names the version of a record that an event is about.
type Ref struct {
	// ID is the record's id, ExternalID the receiver's own id of it or empty.
	ID         string `json:"id"`
	ExternalID string `json:"externalId"`
	// LastUpdated orders events of one record; zero for a deleted one.
	LastUpdated time.Time `json:"lastUpdated"`
	// DeletedAt is set for a deleted record only.
	DeletedAt time.Time `json:"deletedAt"`
	// ETag is the entity tag with its quotes; empty for a deleted record.
	ETag string `json:"etag"`
}

// Actor is who made a change.
type Actor struct {
	// Type is user or integration; others are kept.
	Type string `json:"type"`
	// UserID is the user, or the one on whose behalf a program acted.
	UserID string `json:"userId"`
	// ClientID is the OAuth client of a program; empty for a person.
	ClientID string `json:"clientId"`
}

// ErrEvent is returned for a body that is signed but is not an event: no JSON object, no type, or no record id.
var ErrEvent = errors.New("webhook: not an event")

// Kind is the resource of the event: task, project, contact, note or list.
func (e Event) Kind() string {
	kind, _, _ := strings.Cut(string(e.Type), ".")
	return kind
}

// Deleted reports whether the event says that the record is gone.
func (e Event) Deleted() bool { return strings.HasSuffix(string(e.Type), ".deleted") }

// Decode reads the event's data into a value such as *pagico.Task.
func (e Event) Decode(dst any) error {
	if err := json.Unmarshal(e.Data, dst); err != nil {
		return fmt.Errorf("webhook: decode %s: %w", e.Type, err)
	}
	return nil
}

// Parse verifies a delivery and reads it. The errors are those of [Verifier.Verify], and [ErrEvent]. Unknown members and
// unknown types are no errors.
func (v *Verifier) Parse(h http.Header, body []byte) (Event, error) {
	if err := v.Verify(h, body); err != nil {
		return Event{}, err
	}
	var wire struct {
		Type      Type            `json:"type"`
		Timestamp time.Time       `json:"timestamp"`
		Data      json.RawMessage `json:"data"`
		Changed   []string        `json:"changed"`
		Actor     Actor           `json:"actor"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	e := Event{
		ID: h.Get(HeaderID), Type: wire.Type, Timestamp: wire.Timestamp,
		Changed: wire.Changed, Actor: wire.Actor, Data: wire.Data,
	}
	if err := json.Unmarshal(wire.Data, &e.Ref); err != nil {
		return Event{}, fmt.Errorf("%w: data: %w", ErrEvent, err)
	}
	if e.Type == "" || e.Ref.ID == "" {
		return Event{}, fmt.Errorf("%w: no type or no data.id", ErrEvent)
	}
	return e, nil
}
