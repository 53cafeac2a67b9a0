package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// AppointmentCreate is the body of [AppointmentsService.Create]. CalendarID, LocationID, ContactID and StartTime are required;
// team calendars need AssignedUserID too.
type AppointmentCreate struct {
	CalendarID string    `json:"calendarId"`
	LocationID string    `json:"locationId"`
	ContactID  string    `json:"contactId"`
	StartTime  time.Time `json:"startTime"`
	// EndTime is the start plus the calendar's duration when it is absent.
	EndTime Opt[time.Time] `json:"endTime,omitzero"`
	Title   string         `json:"title,omitempty"`
	// Status is new, confirmed, cancelled, showed, noshow or invalid.
	Status         string `json:"appointmentStatus,omitempty"`
	AssignedUserID string `json:"assignedUserId,omitempty"`
	Description    string `json:"description,omitempty"`
	Address        string `json:"address,omitempty"`
	// MeetingLocationType is custom, zoom, gmeet, phone, address, ms_teams or google.
	MeetingLocationType    string    `json:"meetingLocationType,omitempty"`
	MeetingLocationID      string    `json:"meetingLocationId,omitempty"`
	OverrideLocationConfig Opt[bool] `json:"overrideLocationConfig,omitzero"`
	IgnoreDateRange        Opt[bool] `json:"ignoreDateRange,omitzero"`
	// ToNotify false keeps automations from running; a synchronisation should send it.
	ToNotify Opt[bool] `json:"toNotify,omitzero"`
	// IgnoreFreeSlotValidation books whatever is there already, also the same appointment twice. RRule needs it.
	IgnoreFreeSlotValidation Opt[bool] `json:"ignoreFreeSlotValidation,omitzero"`
	RRule                    string    `json:"rrule,omitempty"`
}

// AppointmentUpdate is the body of [AppointmentsService.Update]: absent fields stay as they are.
type AppointmentUpdate struct {
	CalendarID               Opt[string]    `json:"calendarId,omitzero"`
	StartTime                Opt[time.Time] `json:"startTime,omitzero"`
	EndTime                  Opt[time.Time] `json:"endTime,omitzero"`
	Title                    Opt[string]    `json:"title,omitzero"`
	Status                   Opt[string]    `json:"appointmentStatus,omitzero"`
	AssignedUserID           Opt[string]    `json:"assignedUserId,omitzero"`
	Description              Opt[string]    `json:"description,omitzero"`
	Address                  Opt[string]    `json:"address,omitzero"`
	MeetingLocationType      Opt[string]    `json:"meetingLocationType,omitzero"`
	MeetingLocationID        Opt[string]    `json:"meetingLocationId,omitzero"`
	OverrideLocationConfig   Opt[bool]      `json:"overrideLocationConfig,omitzero"`
	IgnoreDateRange          Opt[bool]      `json:"ignoreDateRange,omitzero"`
	ToNotify                 Opt[bool]      `json:"toNotify,omitzero"`
	IgnoreFreeSlotValidation Opt[bool]      `json:"ignoreFreeSlotValidation,omitzero"`
	RRule                    Opt[string]    `json:"rrule,omitzero"`
}

// Create books an appointment. The answer has no times; read them with Get. It is sent once; after an unclear failure
// the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/create-appointment
//
//api:op POST /calendars/events/appointments
func (s *AppointmentsService) Create(ctx context.Context, body AppointmentCreate, opts ...CallOption) (Appointment, error) {
	if err := required(opAppointmentsCreate, "calendarId", body.CalendarID, "locationId", body.LocationID, "contactId", body.ContactID); err != nil {
		return Appointment{}, err
	}
	if body.StartTime.IsZero() {
		return Appointment{}, invalid(operations[opAppointmentsCreate].ID, "startTime is empty")
	}
	body.StartTime, body.EndTime = outgoing(body.StartTime), outgoingOpt(body.EndTime)
	return one[Appointment](ctx, s.client, opAppointmentsCreate, args{body: body}, opts, "appointment", "event")
}

// Update changes the fields that are set in body. The answer has no times.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/edit-appointment
//
//api:op PUT /calendars/events/appointments/{eventId}
func (s *AppointmentsService) Update(ctx context.Context, id string, body AppointmentUpdate, opts ...CallOption) (Appointment, error) {
	body.StartTime, body.EndTime = outgoingOpt(body.StartTime), outgoingOpt(body.EndTime)
	return one[Appointment](ctx, s.client, opAppointmentsUpdate, args{params: []string{id}, body: body}, opts, "appointment", "event")
}

// Delete removes an appointment, a blocked slot or another event. A deleted appointment stays readable with Deleted set.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/delete-event
//
//api:op DELETE /calendars/events/{eventId}
func (s *AppointmentsService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opAppointmentsDelete, args{params: []string{id}, body: struct{}{}}, opts)
}

// AppointmentNote is a note of an appointment.
type AppointmentNote struct {
	ID        string `json:"id"`
	ContactID string `json:"contactId"`
	Body      string `json:"body"`
	UserID    string `json:"userId"`
	DateAdded Time   `json:"dateAdded"`
	CreatedBy Actor  `json:"createdBy"`

	raw raw
}

// RawJSON returns the note as it was received.
func (n AppointmentNote) RawJSON() json.RawMessage { return n.raw.copy() }

// UnmarshalJSON reads a note.
func (n *AppointmentNote) UnmarshalJSON(data []byte) error { return n.decode(slices.Clone(data)) }

type appointmentNoteFields AppointmentNote

func (n *AppointmentNote) decode(data json.RawMessage) error {
	w := struct {
		*appointmentNoteFields
		UnderscoreID string `json:"_id"`
	}{appointmentNoteFields: (*appointmentNoteFields)(n)}
	err := unmarshal(data, &w)
	n.ID, n.raw.data = cmp.Or(n.ID, w.UnderscoreID), data
	return err
}

// AppointmentNoteInput is the body of creating and changing a note of an appointment. Body is required, at most 5000
// characters.
type AppointmentNoteInput struct {
	Body   string `json:"body"`
	UserID string `json:"userId,omitempty"`
}

func (n AppointmentNoteInput) check(id opID) error {
	if len([]rune(n.Body)) > 5000 {
		return invalid(operations[id].ID, "body is longer than 5000 characters")
	}
	return required(id, "body", n.Body)
}

// ListNotes walks the notes of an appointment, 20 to a page.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-appointment-notes
//
//api:op GET /calendars/appointments/{appointmentId}/notes
func (s *AppointmentsService) ListNotes(ctx context.Context, appointmentID string, opts ...CallOption) iter.Seq2[AppointmentNote, error] {
	return func(yield func(AppointmentNote, error) bool) {
		for offset := 0; ; {
			query := url.Values{"limit": {"20"}, "offset": {strconv.Itoa(offset)}}
			resp, err := s.client.send(ctx, opAppointmentsListNotes, args{params: []string{appointmentID}, query: query}, opts)
			var rows []AppointmentNote
			if err == nil {
				rows, err = decodeList[AppointmentNote](opAppointmentsListNotes, resp, "notes")
			}
			if !yieldAll(yield, rows, err) || len(rows) == 0 {
				return
			}
			if more, _ := pick(resp.Body, "hasMore"); string(more) != "true" {
				return
			}
			offset += len(rows)
		}
	}
}

// CreateNote writes a note on an appointment. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/create-appointment-note
//
//api:op POST /calendars/appointments/{appointmentId}/notes
func (s *AppointmentsService) CreateNote(ctx context.Context, appointmentID string, body AppointmentNoteInput, opts ...CallOption) (AppointmentNote, error) {
	if err := body.check(opAppointmentsCreateNote); err != nil {
		return AppointmentNote{}, err
	}
	return one[AppointmentNote](ctx, s.client, opAppointmentsCreateNote, args{params: []string{appointmentID}, body: body}, opts, "note")
}

// UpdateNote changes a note of an appointment.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/update-appointment-note
//
//api:op PUT /calendars/appointments/{appointmentId}/notes/{noteId}
func (s *AppointmentsService) UpdateNote(ctx context.Context, appointmentID, noteID string, body AppointmentNoteInput, opts ...CallOption) (AppointmentNote, error) {
	if err := body.check(opAppointmentsUpdateNote); err != nil {
		return AppointmentNote{}, err
	}
	return one[AppointmentNote](ctx, s.client, opAppointmentsUpdateNote, args{params: []string{appointmentID, noteID}, body: body}, opts, "note")
}

// DeleteNote removes a note of an appointment.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/delete-appointment-note
//
//api:op DELETE /calendars/appointments/{appointmentId}/notes/{noteId}
func (s *AppointmentsService) DeleteNote(ctx context.Context, appointmentID, noteID string, opts ...CallOption) error {
	return s.client.remove(ctx, opAppointmentsDeleteNote, args{params: []string{appointmentID, noteID}}, opts)
}
