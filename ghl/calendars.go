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

// CalendarsService calls calendars, their groups, events and slots,
// https://marketplace.gohighlevel.com/docs/ghl/calendars/calendars.
type CalendarsService struct{ service }

// Calendar is a calendar of a location.
type Calendar struct {
	ID          string `json:"id"`
	LocationID  string `json:"locationId"`
	GroupID     string `json:"groupId"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Slug        string `json:"slug"`
	WidgetSlug  string `json:"widgetSlug"`
	WidgetType  string `json:"widgetType"`
	// CalendarType is round_robin, event, class_booking, collective, service_booking or personal.
	CalendarType string `json:"calendarType"`
	EventType    string `json:"eventType"`
	EventTitle   string `json:"eventTitle"`
	EventColor   string `json:"eventColor"`
	IsActive     bool   `json:"isActive"`
	// TeamMembers are the users that can be booked.
	TeamMembers []TeamMember `json:"teamMembers"`
	// Durations are in the unit of the field beside them, "mins" or "hours".
	SlotDuration     float64 `json:"slotDuration"`
	SlotDurationUnit string  `json:"slotDurationUnit"`
	SlotInterval     float64 `json:"slotInterval"`
	SlotIntervalUnit string  `json:"slotIntervalUnit"`
	SlotBuffer       float64 `json:"slotBuffer"`
	SlotBufferUnit   string  `json:"slotBufferUnit"`
	PreBuffer        float64 `json:"preBuffer"`
	PreBufferUnit    string  `json:"preBufferUnit"`
	// AppointmentsPerSlot and AppointmentsPerDay bound bookings; 0 means no bound.
	AppointmentsPerSlot   float64         `json:"appoinmentPerSlot"`
	AppointmentsPerDay    float64         `json:"appoinmentPerDay"`
	AllowBookingAfter     float64         `json:"allowBookingAfter"`
	AllowBookingAfterUnit string          `json:"allowBookingAfterUnit"`
	AllowBookingFor       float64         `json:"allowBookingFor"`
	AllowBookingForUnit   string          `json:"allowBookingForUnit"`
	OpenHours             []OpenHours     `json:"openHours"`
	EnableRecurring       bool            `json:"enableRecurring"`
	Recurring             json.RawMessage `json:"recurring"`
	FormID                string          `json:"formId"`
	AutoConfirm           bool            `json:"autoConfirm"`
	AllowReschedule       bool            `json:"allowReschedule"`
	AllowCancellation     bool            `json:"allowCancellation"`
	Notes                 string          `json:"notes"`
	Availabilities        []Availability  `json:"availabilities"`
	GuestType             string          `json:"guestType"`
	MeetingLocation       string          `json:"meetingLocation"`
	StickyContact         bool            `json:"stickyContact"`
	LivePayments          bool            `json:"isLivePaymentMode"`
	AlertAssignedMember   bool            `json:"shouldSendAlertEmailsToAssignedMember"`
	AlertEmail            string          `json:"alertEmail"`
	GoogleInvitations     bool            `json:"googleInvitationEmails"`
	AssignContact         bool            `json:"shouldAssignContactToTeamMember"`
	SkipAssignExisting    bool            `json:"shouldSkipAssigningContactForExisting"`
	PixelID               string          `json:"pixelId"`
	AvailabilityType      int             `json:"availabilityType"`
	ConsentLabel          string          `json:"consentLabel"`
	// FormSubmitType is RedirectURL or ThankYouMessage.
	FormSubmitType          string `json:"formSubmitType"`
	FormSubmitRedirectURL   string `json:"formSubmitRedirectURL"`
	FormSubmitThanksMessage string `json:"formSubmitThanksMessage"`
	CoverImage              string `json:"calendarCoverImage"`
	// Notifications, LocationConfigurations and LookBusy are as the vendor sends them.
	Notifications          json.RawMessage `json:"notifications"`
	LocationConfigurations json.RawMessage `json:"locationConfigurations"`
	LookBusy               json.RawMessage `json:"lookBusyConfig"`

	raw raw
}

// TeamMember is a user of a calendar.
type TeamMember struct {
	UserID                 string            `json:"userId"`
	Priority               float64           `json:"priority"`
	IsPrimary              bool              `json:"isPrimary"`
	MeetingLocationType    string            `json:"meetingLocationType"`
	MeetingLocation        string            `json:"meetingLocation"`
	LocationConfigurations []MeetingLocation `json:"locationConfigurations"`
}

// RawJSON returns the calendar as it was received, with the settings that have no Go field.
func (c Calendar) RawJSON() json.RawMessage { return c.raw.copy() }

// UnmarshalJSON reads a calendar.
func (c *Calendar) UnmarshalJSON(data []byte) error { return c.decode(slices.Clone(data)) }

type calendarFields Calendar

func (c *Calendar) decode(data json.RawMessage) error {
	w := struct {
		*calendarFields
		UnderscoreID string `json:"_id"`
	}{calendarFields: (*calendarFields)(c)}
	if err := unmarshal(data, &w); err != nil {
		return err
	}
	c.ID = cmp.Or(c.ID, w.UnderscoreID)
	c.raw.data = data
	return nil
}

// List yields all calendars of a location; the API has no pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-calendars
//
//api:op GET /calendars/
func (s *CalendarsService) List(ctx context.Context, locationID string, opts ...CallOption) iter.Seq2[Calendar, error] {
	return s.ListBy(ctx, CalendarQuery{LocationID: locationID}, opts...)
}

// CalendarQuery narrows [CalendarsService.ListBy]; LocationID is required.
type CalendarQuery struct {
	LocationID string
	// GroupID keeps the calendars of a group.
	GroupID string
	// Drafted says whether calendars that are still drafts are listed; absent leaves it to the vendor, who lists them.
	Drafted Opt[bool]
}

// ListBy yields the calendars of a location that match; see [CalendarsService.List].
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-calendars
//
//api:op GET /calendars/
func (s *CalendarsService) ListBy(ctx context.Context, q CalendarQuery, opts ...CallOption) iter.Seq2[Calendar, error] {
	if err := required(opCalendarsList, "locationId", q.LocationID); err != nil {
		return listError[Calendar](err)
	}
	query := url.Values{"locationId": {q.LocationID}}
	setQuery(query, "groupId", q.GroupID)
	setBool(query, "showDrafted", q.Drafted)
	return listOnce[Calendar](ctx, s.client, opCalendarsList, args{query: query}, opts, "calendars")
}

// EventQuery asks for the events of a calendar, a user or a calendar group; exactly one of the three is required, besides the
// location and the period.
type EventQuery struct {
	LocationID string
	CalendarID string
	UserID     string
	GroupID    string
	// Start and End bound the start times, to the millisecond. There is no limit to the length of the period.
	Start, End time.Time
}

func (q EventQuery) values(id opID) (url.Values, error) {
	op := operations[id].ID
	if err := required(id, "locationId", q.LocationID); err != nil {
		return nil, err
	}
	count := 0
	for _, v := range []string{q.CalendarID, q.UserID, q.GroupID} {
		if v != "" {
			count++
		}
	}
	switch {
	case count != 1:
		return nil, invalid(op, "exactly one of CalendarID, UserID and GroupID is required")
	case q.End.IsZero() || q.End.Before(q.Start):
		return nil, invalid(op, "End is empty or before Start")
	}
	v := url.Values{"locationId": {q.LocationID}, "startTime": {strconv.FormatInt(max(q.Start.UnixMilli(), 0), 10)},
		"endTime": {strconv.FormatInt(q.End.UnixMilli(), 10)}}
	setQuery(v, "calendarId", q.CalendarID)
	setQuery(v, "userId", q.UserID)
	setQuery(v, "groupId", q.GroupID)
	return v, nil
}

// Events yields all appointments that start within a period; the API has no pages here and answers the whole period at
// once. There is no list over a whole location: ask calendar by calendar.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-calendar-events
//
//api:op GET /calendars/events
func (s *CalendarsService) Events(ctx context.Context, q EventQuery, opts ...CallOption) iter.Seq2[Appointment, error] {
	query, err := q.values(opCalendarsEvents)
	if err != nil {
		return listError[Appointment](err)
	}
	return listOnce[Appointment](ctx, s.client, opCalendarsEvents, args{query: query}, opts, "events")
}
