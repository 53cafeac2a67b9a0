package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
)

// AppointmentsService calls the appointments of contacts and calendars,
// https://marketplace.gohighlevel.com/docs/ghl/calendars/calendar-events.
type AppointmentsService struct{ service }

// Appointment is a booked time, also called a calendar event.
//
// StartTime and EndTime carry the location's offset, except in the list of a contact, where they are local times without
// zone (Time.ZoneUnknown). A deleted appointment stays readable, with Deleted set; a cancelled one is not deleted.
type Appointment struct {
	ID         string `json:"id"`
	CalendarID string `json:"calendarId"`
	LocationID string `json:"locationId"`
	ContactID  string `json:"contactId"`
	GroupID    string `json:"groupId"`
	Title      string `json:"title"`
	Address    string `json:"address"`
	// Status is new, confirmed, cancelled, showed, noshow or invalid; also active, completed and booked were seen.
	Status string `json:"appointmentStatus"`
	// BookingStatus is the field "status", for example "booked".
	BookingStatus  string   `json:"status"`
	AssignedUserID string   `json:"assignedUserId"`
	Users          []string `json:"users"`
	Notes          string   `json:"notes"`
	Description    string   `json:"description"`
	StartTime      Time     `json:"startTime"`
	EndTime        Time     `json:"endTime"`
	DateAdded      Time     `json:"dateAdded"`
	DateUpdated    Time     `json:"dateUpdated"`
	// IsRecurring, RRule and MasterEventID belong to a series; each instance has an id of its own.
	IsRecurring       bool            `json:"isRecurring"`
	RRule             string          `json:"rrule"`
	MasterEventID     string          `json:"masterEventId"`
	AssignedResources []string        `json:"assignedResources"`
	CreatedBy         Actor           `json:"createdBy"`
	Source            string          `json:"source"`
	Deleted           bool            `json:"deleted"`
	Meta              json.RawMessage `json:"appointmentMeta"`

	raw raw
}

// RawJSON returns the appointment as it was received, with the fields that have no Go field.
func (a Appointment) RawJSON() json.RawMessage { return a.raw.copy() }

// UnmarshalJSON reads an appointment in any of the shapes of the API.
func (a *Appointment) UnmarshalJSON(data []byte) error { return a.decode(slices.Clone(data)) }

type appointmentFields Appointment

type appointmentWire struct {
	*appointmentFields
	UnderscoreID string `json:"_id"`
	OldStatus    string `json:"appoinmentStatus"`
	CreatedAt    Time   `json:"createdAt"`
	UpdatedAt    Time   `json:"updatedAt"`
}

func (a *Appointment) decode(data json.RawMessage) error {
	w := appointmentWire{appointmentFields: (*appointmentFields)(a)}
	if err := unmarshal(data, &w); err != nil {
		return err
	}
	a.ID = cmp.Or(a.ID, w.UnderscoreID)
	a.Status = cmp.Or(a.Status, w.OldStatus)
	a.DateAdded = a.DateAdded.or(w.CreatedAt)
	a.DateUpdated = a.DateUpdated.or(w.UpdatedAt)
	a.raw.data = data
	return nil
}

// ListByContact yields all appointments of a contact; the API has no pages here. Their times are local without zone: place
// them with Time.At and the location's zone.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-appointments-for-contact
//
//api:op GET /contacts/{contactId}/appointments
func (s *AppointmentsService) ListByContact(ctx context.Context, contactID string, opts ...CallOption) iter.Seq2[Appointment, error] {
	return listOnce[Appointment](ctx, s.client, opAppointmentsListByContact, args{params: []string{contactID}}, opts, "events", "appointments")
}

// Get reads one appointment. A deleted one is answered too, with Deleted set; an unknown id is ErrNotFound.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-appointment
//
//api:op GET /calendars/events/appointments/{eventId}
func (s *AppointmentsService) Get(ctx context.Context, id string, opts ...CallOption) (Appointment, error) {
	return one[Appointment](ctx, s.client, opAppointmentsGet, args{params: []string{id}}, opts, "appointment", "event")
}
