package ghltest

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

const appointmentBody = "title:s meetingLocationType:e=custom|zoom|gmeet|phone|address|ms_teams|google meetingLocationId:s overrideLocationConfig:b " +
	"appointmentStatus:e=new|confirmed|cancelled|showed|noshow|invalid assignedUserId:s description:s address:s ignoreDateRange:b toNotify:b " +
	"ignoreFreeSlotValidation:b rrule:s endTime:t "

func bookingOps() []operation {
	op := area("calendars", "/calendars")
	const read, write = "calendars/events.readonly", "calendars/events.write"
	return []operation{
		op("POST", "/events/appointments", "create-appointment", write, 200,
			appointmentBody+"calendarId!:s locationId!:s contactId!:s startTime!:t", (*Server).createAppointment),
		op("PUT", "/events/appointments/{eventId}", "edit-appointment", write, 200, appointmentBody+"calendarId:s startTime:t", (*Server).editAppointment),
		op("GET", "/events/appointments/{eventId}", "get-appointment", read, 200, "", (*Server).getAppointment),
		op("GET", "/events", "get-calendar-events", read, 200, "", (*Server).listEvents, "locationId", "startTime", "endTime"),
		op("GET", "/blocked-slots", "get-blocked-slots", read, 200, "", (*Server).listBlocked, "locationId", "startTime", "endTime"),
		op("POST", "/events/block-slots", "create-block-slot", write, 201,
			"title:s calendarId:s assignedUserId:s locationId!:s startTime:t endTime:t", (*Server).createBlock),
		op("PUT", "/events/block-slots/{eventId}", "edit-block-slot", write, 201,
			"title:s calendarId:s assignedUserId:s locationId!:s startTime:t endTime:t", (*Server).editBlock),
		op("DELETE", "/events/{eventId}", "delete-event", write, 201, "", (*Server).deleteEvent),
		area("contacts", "/contacts")("GET", "/{contactId}/appointments", "get-appointments-for-contact", "contacts.readonly", 200, "",
			(*Server).listContactAppointments),
	}
}

// writtenWire is the answer of create and edit: no start and end, a second status.
func (s *Server) writtenWire(a Appointment) object {
	o := object{"id": a.ID, "calendarId": a.CalendarID, "locationId": a.LocationID, "contactId": a.ContactID, "title": a.Title,
		"address": a.Address, "status": "booked", "isRecurring": a.IsRecurring, "dateAdded": stamp(a.DateAdded), "dateUpdated": stamp(a.DateUpdated)}
	s.status(o, a)
	set(o, "assignedUserId", a.AssignedUserID)
	set(o, "rrule", a.RRule)
	set(o, "meetingLocationType", a.MeetingLocationType)
	return o
}

func applyAppointment(a *Appointment, body object) {
	for key, to := range map[string]*string{"title": &a.Title, "address": &a.Address, "description": &a.Description,
		"appointmentStatus": &a.Status, "assignedUserId": &a.AssignedUserID, "rrule": &a.RRule, "calendarId": &a.CalendarID,
		"meetingLocationType": &a.MeetingLocationType} {
		if v, ok := body[key]; ok {
			*to = str(v)
		}
	}
	if a.AssignedUserID != "" && !slices.Contains(a.Users, a.AssignedUserID) {
		a.Users = append(slices.Clone(a.Users), a.AssignedUserID)
	}
	a.IsRecurring = a.RRule != ""
}

// applyTimes moves start and end; a start alone keeps the length.
func applyTimes(a *Appointment, body object, length time.Duration) *failure {
	if !a.EndTime.IsZero() {
		length = a.EndTime.Sub(a.StartTime)
	}
	if v, ok := body["startTime"]; ok {
		a.StartTime = dated(v)
		a.EndTime = a.StartTime.Add(length)
	}
	if v, ok := body["endTime"]; ok {
		a.EndTime = dated(v)
	}
	if !a.EndTime.After(a.StartTime) {
		return fail(400, "The end time must be after the start time.")
	}
	return nil
}

// slotFree is the check that ignoreFreeSlotValidation skips: with it the same slot can be booked again and again.
func (s *Server) slotFree(a Appointment) *failure {
	for _, o := range s.appointments.live() {
		if o.ID != a.ID && o.CalendarID == a.CalendarID && o.Status != "cancelled" &&
			o.StartTime.Before(a.EndTime) && a.StartTime.Before(o.EndTime) {
			return fail(http.StatusBadRequest, "The slot you have selected is no longer available.")
		}
	}
	return nil
}

func (s *Server) createAppointment(c *call) (any, *failure) {
	cal, f := s.calendarNamed(c, str(c.body["calendarId"]))
	if f != nil {
		return nil, f
	}
	contact, f := s.contactNamed(c, str(c.body["contactId"]))
	if f != nil {
		return nil, f
	}
	a := Appointment{LocationID: cal.LocationID, ContactID: contact.ID, GroupID: cal.GroupID, Status: "confirmed", DateAdded: c.now,
		DateUpdated: c.now, CreatedBySource: "third_party"}
	applyAppointment(&a, c.body)
	a.Title = cmp.Or(a.Title, fullName(contact))
	if len(cal.TeamMembers) > 0 && a.AssignedUserID == "" {
		return nil, fail(400, "A team member needs to be selected. assignedUserId is missing")
	}
	if f := applyTimes(&a, c.body, time.Duration(cmp.Or(cal.SlotDuration, 30))*time.Minute); f != nil {
		return nil, f
	}
	free, _ := c.body["ignoreFreeSlotValidation"].(bool)
	if a.RRule != "" && !free {
		return nil, fail(400, "rrule is allowed only with ignoreFreeSlotValidation")
	}
	if !free {
		if f := s.slotFree(a); f != nil {
			return nil, f
		}
	}
	a.ID = s.newID()
	s.firstAppointment(a, c.now)
	s.putAppointment(a, c.now, false)
	return s.writtenWire(a), nil
}

func (s *Server) editAppointment(c *call) (any, *failure) {
	a, f := s.appointmentNamed(c, c.path["eventId"], false)
	if f != nil {
		return nil, f
	}
	if a.Deleted {
		return nil, fail(400, "The event id %s is not valid or does not exist", a.ID)
	}
	if id := str(c.body["calendarId"]); id != "" {
		if _, f := s.calendarNamed(c, id); f != nil {
			return nil, f
		}
	}
	a = a.clone()
	applyAppointment(&a, c.body)
	if f := applyTimes(&a, c.body, 30*time.Minute); f != nil {
		return nil, f
	}
	free, _ := c.body["ignoreFreeSlotValidation"].(bool)
	if _, moved := c.body["startTime"]; moved && !free {
		if f := s.slotFree(a); f != nil {
			return nil, f
		}
	}
	a.DateUpdated = c.now
	s.putAppointment(a, c.now, false)
	return s.writtenWire(a), nil
}

func (s *Server) deleteEvent(c *call) (any, *failure) {
	a, ok := s.appointments.get(c.path["eventId"])
	if !ok {
		return nil, fail(400, "The event id %s is not valid or does not exist", c.path["eventId"])
	}
	if f := s.checkLocation(c, a.LocationID); f != nil {
		return nil, f
	}
	a = a.clone()
	a.Deleted, a.DateUpdated = true, c.now
	s.putAppointment(a, c.now, false)
	status := http.StatusCreated
	if s.cfg.quirks.DeleteEvent200 {
		status = http.StatusOK
	}
	return &reply{status, object{"succeeded": true, "traceId": c.trace}}, nil
}

func (s *Server) blockWire(a Appointment) object {
	zone := s.zone(a.LocationID)
	o := object{"id": a.ID, "locationId": a.LocationID, "title": a.Title, "startTime": a.StartTime.In(zone).Format(time.RFC3339),
		"endTime": a.EndTime.In(zone).Format(time.RFC3339)}
	set(o, "calendarId", a.CalendarID)
	set(o, "assignedUserId", a.AssignedUserID)
	return o
}

func (s *Server) createBlock(c *call) (any, *failure) {
	if str(c.body["calendarId"]) == "" && str(c.body["assignedUserId"]) == "" {
		return nil, unprocessable("Either calendarId or assignedUserId is required")
	}
	a := Appointment{LocationID: str(c.body["locationId"]), Blocked: true, Status: "new", DateAdded: c.now, DateUpdated: c.now,
		CreatedBySource: "third_party"}
	return s.writeBlock(c, a)
}

func (s *Server) editBlock(c *call) (any, *failure) {
	a, f := s.appointmentNamed(c, c.path["eventId"], true)
	if f != nil {
		return nil, f
	}
	return s.writeBlock(c, a.clone())
}

func (s *Server) writeBlock(c *call, a Appointment) (any, *failure) {
	if id := str(c.body["calendarId"]); id != "" {
		if _, f := s.calendarNamed(c, id); f != nil {
			return nil, f
		}
	}
	applyAppointment(&a, c.body)
	if f := applyTimes(&a, c.body, 30*time.Minute); f != nil {
		return nil, f
	}
	if a.ID == "" {
		a.ID = s.newID()
	}
	a.DateUpdated = c.now
	s.putAppointment(a, c.now, true)
	return s.blockWire(a), nil
}
