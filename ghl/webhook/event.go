package webhook

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// Event is one delivery.
type Event struct {
	// ID is the webhookId, the same on every retry. A payload without one gets "sha256:" and the hash of its bytes.
	ID string
	// Type is what happened, one of the constants in whatever spelling it came, or the text of an unknown type, or "" when
	// the payload names none.
	Type Type
	// LocationID and CompanyID say where; events of an agency may have no LocationID.
	LocationID, CompanyID string
	// AppID and VersionID name the app that is subscribed.
	AppID, VersionID string
	// Timestamp is the time of the event or of sending, which the vendor does not say; zero when there is none.
	Timestamp time.Time
	// Ref names the record that the event is about.
	Ref Ref
	// Payload is a pointer to the struct of the type, such as *Task; nil for an unknown type. A member of an unexpected
	// JSON type is left out of it.
	Payload any
	// Raw is the body as it came.
	Raw json.RawMessage
}

// Ref names a record.
type Ref struct {
	// Kind is contact, task, note, appointment, opportunity, message, conversation, campaign, call, location, user, schema,
	// record, association, relation, invoice, order, price or product; empty when the event is about no record.
	Kind string
	// ID is the record's id. It may be missing in a thin payload.
	ID string
	// ContactID is the contact that the record belongs to, when the payload says so: a TaskCreate often does not.
	ContactID string
}

// text takes a string, and a number or flag as text.
type text string

// UnmarshalJSON never returns an error.
func (t *text) UnmarshalJSON(data []byte) error {
	*t = ""
	switch {
	case data[0] == '"':
		var s string
		if json.Unmarshal(data, &s) == nil {
			*t = text(s)
		}
	case data[0] != '{' && data[0] != '[' && string(data) != "null":
		*t = text(data)
	}
	return nil
}

// envelope is what the payloads have in common, and what names the record.
type envelope struct {
	Type         text `json:"type"`
	WebhookID    text `json:"webhookId"`
	LocationID   text `json:"locationId"`
	CompanyID    text `json:"companyId"`
	AppID        text `json:"appId"`
	VersionID    text `json:"versionId"`
	Timestamp    Time `json:"timestamp"`
	ID           text `json:"id"`
	UnderscoreID text `json:"_id"`
	MessageID    text `json:"messageId"`
	ContactID    text `json:"contactId"`
	AltID        text `json:"altId"`
	AltType      text `json:"altType"`
	Appointment  struct {
		ID        text `json:"id"`
		ContactID text `json:"contactId"`
	} `json:"appointment"`
	Contact struct {
		ID text `json:"id"`
	} `json:"contactDetails"`
}

// Decode reads a body without checking it: use [Verifier.Parse] for what comes from the network. It never fails; a body that
// is no event has no Type and no Payload. Raw is a copy.
func Decode(body []byte) Event {
	e := Event{Raw: slices.Clone(body)}
	object := bytes.TrimSpace(e.Raw)
	if len(object) > 0 && object[0] == '[' { // a plan may come in a list
		var list []json.RawMessage
		if json.Unmarshal(object, &list) == nil && len(list) == 1 {
			object = list[0]
		}
	}
	var w envelope
	if len(object) > 0 && object[0] == '{' && usable(json.Unmarshal(object, &w)) {
		e.fill(&w, object)
	}
	if e.ID == "" {
		sum := sha256.Sum256(body)
		e.ID = "sha256:" + hex.EncodeToString(sum[:])
	}
	return e
}

// usable reports whether decoding went to the end: a member of another type is skipped by encoding/json and told afterwards.
func usable(err error) bool {
	_, skipped := err.(*json.UnmarshalTypeError) //nolint:errorlint // encoding/json returns exactly this type
	return err == nil || skipped
}

func (e *Event) fill(w *envelope, object []byte) {
	e.ID, e.Type, e.Timestamp = string(w.WebhookID), Type(w.Type), w.Timestamp.Time
	e.LocationID, e.CompanyID = string(w.LocationID), string(w.CompanyID)
	e.AppID, e.VersionID = string(w.AppID), string(w.VersionID)
	if w.AltType == "location" {
		e.LocationID = cmp.Or(e.LocationID, string(w.AltID))
	}
	name := string(w.Type)
	if (name == "SMS" || name == "Email") && w.MessageID != "" {
		name = string(ProviderOutboundMessage)
	}
	r, known := lookup(name)
	if !known {
		return
	}
	e.Type = r.typ
	e.Ref = Ref{Kind: r.named, ID: string(cmp.Or(w.ID, w.UnderscoreID)), ContactID: string(w.ContactID)}
	switch r.named {
	case "contact":
		e.Ref.ContactID = e.Ref.ID
	case "appointment":
		e.Ref.ID = cmp.Or(string(w.Appointment.ID), e.Ref.ID)
		e.Ref.ContactID = cmp.Or(string(w.Appointment.ContactID), e.Ref.ContactID)
	case "message":
		e.Ref.ID = cmp.Or(string(w.MessageID), e.Ref.ID)
	case "invoice":
		e.Ref.ContactID = cmp.Or(e.Ref.ContactID, string(w.Contact.ID))
	case "":
		e.Ref = Ref{}
	}
	e.decode(r, object)
}

// decode makes the payload.
func (e *Event) decode(r row, object []byte) {
	if r.under != "" {
		var members map[string]json.RawMessage
		if json.Unmarshal(object, &members) == nil && len(members[r.under]) > 0 && members[r.under][0] == '{' {
			object = members[r.under]
		}
	}
	payload := r.alloc()
	if usable(json.Unmarshal(object, payload)) {
		e.Payload = payload
	}
}
