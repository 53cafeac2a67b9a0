package ghltest

import (
	"cmp"
	"slices"
	"time"
)

const localLayout = "2006-01-02 15:04:05"

// eventWire is an appointment: start and end with the location's offset, the other dates in UTC, the status in two spellings.
func (s *Server) eventWire(a Appointment) object {
	zone := s.zone(a.LocationID)
	o := object{"id": a.ID, "calendarId": a.CalendarID, "locationId": a.LocationID, "title": a.Title, "address": a.Address,
		"startTime": a.StartTime.In(zone).Format(time.RFC3339), "endTime": a.EndTime.In(zone).Format(time.RFC3339),
		"dateAdded": stamp(a.DateAdded), "dateUpdated": stamp(a.DateUpdated), "deleted": a.Deleted,
		"isRecurring": a.IsRecurring, "assignedResources": list(a.AssignedResources),
		"createdBy": object{"source": cmp.Or(a.CreatedBySource, "calendar_page"), "userId": orNull(a.CreatedByUserID)}}
	s.status(o, a)
	set(o, "contactId", a.ContactID)
	set(o, "groupId", a.GroupID)
	set(o, "assignedUserId", a.AssignedUserID)
	set(o, "notes", a.Notes)
	set(o, "description", a.Description)
	set(o, "rrule", a.RRule)
	set(o, "masterEventId", a.MasterEventID)
	if len(a.Users) > 0 {
		o["users"] = a.Users
	}
	return o
}

func (s *Server) status(o object, a Appointment) {
	o["appointmentStatus"] = a.Status
	if s.cfg.quirks.BothSpellings {
		o["appoinmentStatus"] = a.Status
	}
}

func (s *Server) listContactAppointments(c *call) (any, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	zone := s.zone(contact.LocationID)
	out := []object{}
	for _, a := range s.childAppointments(contact.ID) {
		o := object{"id": a.ID, "calendarId": a.CalendarID, "status": "booked", "title": a.Title, "locationId": a.LocationID,
			"contactId": a.ContactID, "appointmentStatus": a.Status, "address": a.Address,
			"startTime": a.StartTime.In(zone).Format(localLayout), "endTime": a.EndTime.In(zone).Format(localLayout),
			"dateAdded": a.DateAdded.In(zone).Format(localLayout), "dateUpdated": a.DateUpdated.In(zone).Format(localLayout),
			"assignedResources": list(a.AssignedResources)}
		if s.cfg.quirks.BothSpellings {
			o["appoinmentStatus"] = a.Status
		}
		set(o, "assignedUserId", a.AssignedUserID)
		set(o, "notes", a.Notes)
		set(o, "groupId", a.GroupID)
		if len(a.Users) > 0 {
			o["users"] = a.Users
		}
		out = append(out, o)
	}
	return object{"events": out}, nil
}

// firstAppointment moves the contact's dateUpdated when it had no appointment yet.
func (s *Server) firstAppointment(a Appointment, now time.Time) {
	if s.cfg.quirks.AppointmentBumpsContact && a.ContactID != "" && len(s.childAppointments(a.ContactID)) == 0 {
		s.bumpContact(a.ContactID, now)
	}
}

// appointmentNamed finds an appointment by id, a deleted one too.
func (s *Server) appointmentNamed(c *call, id string, blocked bool) (Appointment, *failure) {
	a, ok := s.appointments.any(id)
	if !ok || a.Blocked != blocked {
		return a, fail(400, "The event id %s is not valid or does not exist", id)
	}
	return a, s.checkLocation(c, a.LocationID)
}

func (s *Server) getAppointment(c *call) (any, *failure) {
	a, f := s.appointmentNamed(c, c.path["eventId"], false)
	if f != nil {
		return nil, f
	}
	o := s.eventWire(a)
	o["appointmentMeta"] = object{}
	if s.cfg.quirks.AppointmentEnvelope && c.version != versionCalendar && c.version != versionV3 {
		return object{"appointment": o}, nil
	}
	return object{"event": o}, nil
}

// listEvents answers the events whose start lies in the window, for one calendar, user or group.
func (s *Server) listEvents(c *call) (any, *failure) { return s.eventsIn(c, false) }

func (s *Server) listBlocked(c *call) (any, *failure) { return s.eventsIn(c, true) }

func (s *Server) eventsIn(c *call, blocked bool) (any, *failure) {
	from, f := c.millis("startTime")
	if f != nil {
		return nil, f
	}
	to, f := c.millis("endTime")
	if f != nil {
		return nil, f
	}
	location, calendar := c.query.Get("locationId"), c.query.Get("calendarId")
	user, group := c.query.Get("userId"), c.query.Get("groupId")
	if calendar == "" && user == "" && group == "" {
		return nil, unprocessable("Either of userId, calendarId or groupId is required")
	}
	rows := slices.DeleteFunc(s.appointments.live(), func(a Appointment) bool {
		return a.LocationID != location || a.Blocked != blocked || a.StartTime.Before(from) || a.StartTime.After(to) ||
			calendar != "" && a.CalendarID != calendar || group != "" && a.GroupID != group ||
			user != "" && a.AssignedUserID != user && !slices.Contains(a.Users, user)
	})
	slices.SortStableFunc(rows, func(a, b Appointment) int { return a.StartTime.Compare(b.StartTime) })
	out := []object{}
	for _, a := range rows {
		out = append(out, s.eventWire(a))
	}
	return object{"events": out}, nil
}

// millis reads a required query parameter in epoch milliseconds.
func (c *call) millis(name string) (time.Time, *failure) {
	n, f := c.intQuery(name, -1, 0, 1<<53)
	if f != nil {
		return time.Time{}, f
	}
	if n < 0 {
		return time.Time{}, unprocessable(name+" should not be empty", name+" must be a number string")
	}
	return time.UnixMilli(int64(n)).UTC(), nil
}
