package ghltest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// calendarProps are the properties of a calendar that are kept as sent.
const calendarProps = "isActive:b notifications:a groupId:s teamMembers:a eventType:s description:s slug:s widgetSlug:s widgetType:s eventTitle:s " +
	"eventColor:s meetingLocation:s locationConfigurations:a slotDuration:n slotDurationUnit:s slotInterval:n slotIntervalUnit:s slotBuffer:n " +
	"slotBufferUnit:s preBuffer:n preBufferUnit:s appoinmentPerSlot:n appoinmentPerDay:n allowBookingAfter:n allowBookingAfterUnit:s " +
	"allowBookingFor:n allowBookingForUnit:s openHours:a enableRecurring:b recurring:o formId:s stickyContact:b isLivePaymentMode:b " +
	"autoConfirm:b shouldSendAlertEmailsToAssignedMember:b alertEmail:s googleInvitationEmails:b allowReschedule:b allowCancellation:b " +
	"shouldAssignContactToTeamMember:b shouldSkipAssigningContactForExisting:b notes:s pixelId:s formSubmitType:s formSubmitRedirectURL:s " +
	"formSubmitThanksMessage:s availabilityType:n availabilities:a guestType:s consentLabel:s calendarCoverImage:s lookBusyConfig:o "

func calendarOps() []operation {
	op := area("calendars", "/calendars")
	const read, write = "calendars.readonly", "calendars.write"
	return []operation{
		op("GET", "/", "get-calendars", read, 200, "", (*Server).listCalendars, "locationId"),
		op("GET", "/{calendarId}", "get-calendar", read, 200, "", (*Server).getCalendar),
		op("POST", "/", "create-calendar", write, 200, calendarProps+"locationId!:s name!:s calendarType:s", (*Server).createCalendar),
		op("PUT", "/{calendarId}", "update-calendar", write, 200, strings.Replace(calendarProps, "slotBufferUnit:s ", "", 1)+"name:s",
			(*Server).updateCalendar),
		op("DELETE", "/{calendarId}", "delete-calendar", write, 200, "", (*Server).deleteCalendar),
		op("GET", "/{calendarId}/free-slots", "get-slots", read, 200, "", (*Server).freeSlots, "startDate", "endDate"),
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
	if _, sent := o["teamMembers"]; !sent && len(cal.TeamMembers) > 0 {
		o["teamMembers"] = wrapEach("userId", cal.TeamMembers)
	}
	return o
}

// listCalendars leaves drafts out unless showDrafted is true, which is the default of the reference.
func (s *Server) listCalendars(c *call) (any, *failure) {
	out := []object{}
	group := c.query.Get("groupId")
	for _, cal := range s.calendars.live() {
		if cal.LocationID == c.query.Get("locationId") && (group == "" || cal.GroupID == group) &&
			(cal.IsActive || c.query.Get("showDrafted") != "false") {
			out = append(out, calendarWire(cal))
		}
	}
	return object{"calendars": out}, nil
}

func (s *Server) calendarNamed(c *call, id string) (Calendar, *failure) {
	cal, ok := s.calendars.get(id)
	if !ok {
		return cal, fail(400, "The calendar id %s is not valid or does not exist", id)
	}
	return cal, s.checkLocation(c, cal.LocationID)
}

func (s *Server) getCalendar(c *call) (any, *failure) {
	cal, f := s.calendarNamed(c, c.path["calendarId"])
	if f != nil {
		return nil, f
	}
	return object{"calendar": calendarWire(cal)}, nil
}

func applyCalendar(cal *Calendar, body object) {
	cal.Settings = maps.Clone(cal.Settings)
	if cal.Settings == nil {
		cal.Settings = object{}
	}
	maps.Copy(cal.Settings, kept(body, []string{"name", "isActive", "groupId", "description", "slug", "calendarType"}))
	for key, to := range map[string]*string{"name": &cal.Name, "groupId": &cal.GroupID, "description": &cal.Description,
		"slug": &cal.Slug, "calendarType": &cal.CalendarType} {
		if v, ok := body[key]; ok {
			*to = str(v)
		}
	}
	if v, ok := body["isActive"].(bool); ok {
		cal.IsActive = v
	}
	if v, ok := body["slotDuration"].(float64); ok {
		cal.SlotDuration = int(v)
		if str(body["slotDurationUnit"]) == "hours" {
			cal.SlotDuration *= 60
		}
		delete(cal.Settings, "slotDuration")
		delete(cal.Settings, "slotDurationUnit")
	}
	if members, ok := body["teamMembers"].([]any); ok {
		cal.TeamMembers = nil
		for _, m := range members {
			cal.TeamMembers = append(cal.TeamMembers, str(asObject(m)["userId"]))
		}
	}
}

func (s *Server) createCalendar(c *call) (any, *failure) {
	cal := Calendar{ID: s.newID(), LocationID: str(c.body["locationId"]), IsActive: true, DateAdded: c.now}
	applyCalendar(&cal, c.body)
	cal.Slug = cmp.Or(cal.Slug, slug(cal.Name))
	if slices.ContainsFunc(s.calendars.live(), func(o Calendar) bool { return o.LocationID == cal.LocationID && o.Slug == cal.Slug }) {
		cal.Slug += "-" + cal.ID[:6]
	}
	s.calendars.put(cal.ID, cal, false, c.now, 0)
	return object{"calendar": calendarWire(cal)}, nil
}

func (s *Server) updateCalendar(c *call) (any, *failure) {
	cal, f := s.calendarNamed(c, c.path["calendarId"])
	if f != nil {
		return nil, f
	}
	cal = cal.clone()
	applyCalendar(&cal, c.body)
	s.calendars.put(cal.ID, cal, false, c.now, 0)
	return object{"calendar": calendarWire(cal)}, nil
}

func (s *Server) deleteCalendar(c *call) (any, *failure) {
	cal, f := s.calendarNamed(c, c.path["calendarId"])
	if f != nil {
		return nil, f
	}
	cal = cal.clone()
	cal.Deleted = true
	s.calendars.put(cal.ID, cal, true, c.now, 0)
	if s.cfg.quirks.DeleteCalendarMessage {
		return object{"message": "Calendar deleted successfully", "calendar": calendarWire(cal)}, nil
	}
	return object{"success": true}, nil
}
