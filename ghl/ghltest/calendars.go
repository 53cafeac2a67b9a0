package ghltest

import "maps"

func calendarOps() []operation {
	const events, eventsWrite = "calendars/events.readonly", "calendars/events.write"
	op := func(method, path, id, scope string, status int, body string, h handler, query ...string) operation {
		return operation{family: "calendars", method: method, path: "/calendars" + path, id: id, scope: scope, status: status,
			body: parseSchema(body), handle: h, query: query}
	}
	return []operation{
		op("GET", "/", "get-calendars", "calendars.readonly", 200, "", (*Server).listCalendars, "locationId"),
		op("GET", "/{calendarId}", "get-calendar", "calendars.readonly", 200, "", (*Server).getCalendar),
		op("GET", "/events", "get-calendar-events", events, 200, "", (*Server).listEvents, "locationId", "startTime", "endTime"),
		op("GET", "/blocked-slots", "get-blocked-slots", events, 200, "", (*Server).listBlocked, "locationId", "startTime", "endTime"),
		op("GET", "/events/appointments/{eventId}", "get-appointment", events, 200, "", (*Server).getAppointment),
		{family: "contacts", method: "GET", path: "/contacts/{contactId}/appointments", id: "get-appointments-for-contact",
			scope: "contacts.readonly", handle: (*Server).listContactAppointments},
	}
}

func calendarWire(cal Calendar) object {
	o := object{}
	maps.Copy(o, cal.Settings)
	o["id"], o["locationId"], o["name"], o["isActive"] = cal.ID, cal.LocationID, cal.Name, cal.IsActive
	set(o, "groupId", cal.GroupID)
	set(o, "description", cal.Description)
	set(o, "slug", cal.Slug)
	set(o, "calendarType", cal.CalendarType)
	if cal.SlotDuration > 0 {
		o["slotDuration"], o["slotDurationUnit"] = cal.SlotDuration, "mins"
	}
	if len(cal.TeamMembers) > 0 {
		o["teamMembers"] = wrapEach("userId", cal.TeamMembers)
	}
	return o
}

func (s *Server) listCalendars(c *call) (any, *failure) {
	out := []object{}
	group := c.query.Get("groupId")
	for _, cal := range s.calendars.live() {
		if cal.LocationID == c.query.Get("locationId") && (group == "" || cal.GroupID == group) {
			out = append(out, calendarWire(cal))
		}
	}
	return object{"calendars": out}, nil
}

func (s *Server) calendarOf(c *call) (Calendar, *failure) {
	cal, ok := s.calendars.get(c.path["calendarId"])
	if !ok {
		return cal, fail(400, "The calendar id %s is not valid or does not exist", c.path["calendarId"])
	}
	return cal, s.checkLocation(c, cal.LocationID)
}

func (s *Server) getCalendar(c *call) (any, *failure) {
	cal, f := s.calendarOf(c)
	if f != nil {
		return nil, f
	}
	return object{"calendar": calendarWire(cal)}, nil
}
