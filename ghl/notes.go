package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
)

// NotesService calls the notes of contacts, https://marketplace.gohighlevel.com/docs/ghl/contacts/notes.
type NotesService struct{ service }

// Note is a note of a contact. Notes carry no time of change; compare their content.
type Note struct {
	ID        string `json:"id"`
	ContactID string `json:"contactId"`
	// Body is HTML or text, as it was sent; BodyText is its plain form.
	Body     string `json:"body"`
	BodyText string `json:"bodyText"`
	// UserID is the author, empty when an app wrote the note without one.
	UserID string `json:"userId"`
	Title  string `json:"title"`
	// Color is for example "#FFAA00".
	Color     string `json:"color"`
	Pinned    bool   `json:"pinned"`
	DateAdded Time   `json:"dateAdded"`
	// Relations are other records that the note belongs to; their shape is not documented.
	Relations json.RawMessage `json:"relations"`

	raw raw
}

// RawJSON returns the note as it was received, with the fields that have no Go field.
func (n Note) RawJSON() json.RawMessage { return n.raw.copy() }

// UnmarshalJSON reads a note.
func (n *Note) UnmarshalJSON(data []byte) error { return n.decode(slices.Clone(data)) }

type noteFields Note

type noteWire struct {
	*noteFields
	UnderscoreID string `json:"_id"`
	CreatedAt    Time   `json:"createdAt"`
}

func (n *Note) decode(data json.RawMessage) error {
	w := noteWire{noteFields: (*noteFields)(n)}
	if err := unmarshal(data, &w); err != nil {
		return err
	}
	n.ID = cmp.Or(n.ID, w.UnderscoreID)
	n.DateAdded = n.DateAdded.or(w.CreatedAt)
	n.raw.data = data
	return nil
}

// NoteCreate is the body of [NotesService.Create]. Body is required.
type NoteCreate struct {
	Body   string    `json:"body"`
	UserID string    `json:"userId,omitempty"`
	Title  string    `json:"title,omitempty"`
	Color  string    `json:"color,omitempty"`
	Pinned Opt[bool] `json:"pinned,omitzero"`
}

// NoteUpdate is the body of [NotesService.Update]: absent fields stay as they are.
type NoteUpdate struct {
	Body   Opt[string] `json:"body,omitzero"`
	UserID Opt[string] `json:"userId,omitzero"`
	Title  Opt[string] `json:"title,omitzero"`
	Color  Opt[string] `json:"color,omitzero"`
	Pinned Opt[bool]   `json:"pinned,omitzero"`
}

// List yields all notes of a contact; the API has no pages here, and no list over a whole location.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-all-notes
//
//api:op GET /contacts/{contactId}/notes
func (s *NotesService) List(ctx context.Context, contactID string, opts ...CallOption) iter.Seq2[Note, error] {
	return listOnce[Note](ctx, s.client, opNotesList, args{params: []string{contactID}}, opts, "notes")
}

// Get reads one note. A note or contact that does not exist is ErrNotFound.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-note
//
//api:op GET /contacts/{contactId}/notes/{id}
func (s *NotesService) Get(ctx context.Context, contactID, noteID string, opts ...CallOption) (Note, error) {
	return one[Note](ctx, s.client, opNotesGet, args{params: []string{contactID, noteID}}, opts, "note")
}

// Create makes a note. It is sent once: after an unclear failure the error is ErrUncertain, and the note may exist.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/create-note
//
//api:op POST /contacts/{contactId}/notes
func (s *NotesService) Create(ctx context.Context, contactID string, body NoteCreate, opts ...CallOption) (Note, error) {
	if err := required(opNotesCreate, "body", body.Body); err != nil {
		return Note{}, err
	}
	return one[Note](ctx, s.client, opNotesCreate, args{params: []string{contactID}, body: body}, opts, "note")
}

// Update changes the fields that are set in body and answers the note.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/update-note
//
//api:op PUT /contacts/{contactId}/notes/{id}
func (s *NotesService) Update(ctx context.Context, contactID, noteID string, body NoteUpdate, opts ...CallOption) (Note, error) {
	return one[Note](ctx, s.client, opNotesUpdate, args{params: []string{contactID, noteID}, body: body}, opts, "note")
}

// Delete removes a note. A note that is already gone is ErrNotFound.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/delete-note
//
//api:op DELETE /contacts/{contactId}/notes/{id}
func (s *NotesService) Delete(ctx context.Context, contactID, noteID string, opts ...CallOption) error {
	return s.client.remove(ctx, opNotesDelete, args{params: []string{contactID, noteID}}, opts)
}
