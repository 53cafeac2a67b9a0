package ghltest

import (
	"encoding/json"
	"slices"
)

const (
	notificationBody = "isActive:b templateId:s body:s subject:s afterTime:a beforeTime:a additionalEmailIds:as additionalPhoneNumbers:as " +
		"selectedUsers:as fromAddress:s fromName:s fromNumber:s "
	receiverTypes     = "e=contact|guest|assignedUser|emails|phoneNumbers|business "
	channels          = "e=email|inApp|sms|whatsapp "
	notificationTypes = "e=booked|confirmation|cancellation|reminder|followup|reschedule "
)

// calendarExtraOps are resources, notifications and schedules.
func calendarExtraOps() []operation {
	op := area("calendars", "/calendars")
	const events, eventsWrite = "calendars/events.readonly", "calendars/events.write"
	const resources, resourcesWrite = "calendars/resources.readonly", "calendars/resources.write"
	const read, write = "calendars.readonly", "calendars.write"
	notify := op("POST", "/{calendarId}/notifications", "create-event-notification", eventsWrite, 200, "", (*Server).createNotifications)
	notify.form = true
	return []operation{
		op("GET", "/resources/{resourceType}/{id}", "get-calendar-resource", resources, 200, "", (*Server).getResource),
		op("PUT", "/resources/{resourceType}/{id}", "update-calendar-resource", resourcesWrite, 200,
			"locationId:s name:s description:s quantity:n outOfService:n capacity:n calendarIds:as isActive:b", (*Server).updateResource),
		op("DELETE", "/resources/{resourceType}/{id}", "delete-calendar-resource", resourcesWrite, 200, "", (*Server).deleteResource),
		op("GET", "/resources/{resourceType}", "fetch-calendar-resources", resources, 200, "", (*Server).listResources, "locationId", "limit", "skip"),
		op("POST", "/resources/{resourceType}", "create-calendar-resource", resourcesWrite, 201,
			"locationId!:s name!:s description!:s quantity!:n outOfService!:n capacity!:n calendarIds!:as", (*Server).createResource),
		op("GET", "/{calendarId}/notifications", "get-event-notification", events, 200, "", (*Server).listNotifications),
		notify,
		op("GET", "/{calendarId}/notifications/{notificationId}", "find-event-notification", events, 200, "", (*Server).getNotification),
		op("PUT", "/{calendarId}/notifications/{notificationId}", "update-event-notification", eventsWrite, 200,
			notificationBody+"deleted:b receiverType:"+receiverTypes+"channel:"+channels+"notificationType:"+notificationTypes, (*Server).updateNotification),
		op("DELETE", "/{calendarId}/notifications/{notificationId}", "delete-event-notification", eventsWrite, 200, "", (*Server).deleteNotification),
		op("GET", "/schedules/search", "getAllSchedules", read, 200, "", (*Server).listSchedules, "locationId", "userId"),
		op("GET", "/schedules/{id}", "getScheduleById", read, 200, "", (*Server).getSchedule),
		op("PUT", "/schedules/{id}", "updateSchedule", write, 200, "name:s rules:a timezone:s", (*Server).updateSchedule),
		op("DELETE", "/schedules/{id}", "deleteSchedule", write, 200, "", (*Server).deleteSchedule),
		op("POST", "/schedules", "createSchedule", write, 201, "rules:a timezone!:s locationId!:s name!:s userId!:s calendarIds:as", (*Server).createSchedule),
		op("PUT", "/schedules/{id}/associations/{calendarId}", "add-calendar-to-schedule", write, 200, "", (*Server).joinSchedule),
		op("DELETE", "/schedules/{id}/associations/{calendarId}", "remove-calendar-from-schedule", write, 200, "", (*Server).leaveSchedule),
	}
}

func (s *Server) resourceOf(c *call) (Object, *failure) {
	o, f := s.objectOf(c, Resources, "Resource", c.path["id"])
	if f == nil && o.Fields["resourceType"] != c.path["resourceType"] {
		f = s.childNotFound("Resource", c.path["id"])
	}
	return o, f
}

func checkResourceType(c *call) *failure {
	if !slices.Contains([]string{"equipments", "rooms"}, c.path["resourceType"]) {
		return unprocessable("resourceType must be one of the following values: equipments, rooms")
	}
	return nil
}

func (s *Server) createResource(c *call) (any, *failure) {
	if f := checkResourceType(c); f != nil {
		return nil, f
	}
	c.body["resourceType"], c.body["isActive"] = c.path["resourceType"], true
	return s.newObject(c, Resources, str(c.body["locationId"]), c.body).wire("", ""), nil
}

func (s *Server) getResource(c *call) (any, *failure) {
	o, f := s.resourceOf(c)
	if f != nil {
		return nil, f
	}
	return o.wire("", ""), nil
}

func (s *Server) listResources(c *call) (any, *failure) {
	rows, f := window(c, s.listObjects(Resources, c.query.Get("locationId"), func(o Object) bool {
		return o.Fields["resourceType"] == c.path["resourceType"]
	}), 20, 1000)
	if f != nil {
		return nil, f
	}
	return wires(rows, "", ""), nil
}

func (s *Server) updateResource(c *call) (any, *failure) {
	o, f := s.resourceOf(c)
	if f != nil {
		return nil, f
	}
	return s.mergeObject(c, Resources, o, c.body).wire("", ""), nil
}

func (s *Server) deleteResource(c *call) (any, *failure) {
	o, f := s.resourceOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, Resources, o)
	return object{"success": true}, nil
}

// notificationWire shows the id as _id.
func notificationWire(o Object) object {
	out := o.wire("", "")
	out["_id"], out["deleted"] = o.ID, o.Deleted
	delete(out, "id")
	delete(out, "locationId")
	delete(out, "calendarId")
	return out
}

// createNotifications takes a list, other than all other operations.
func (s *Server) createNotifications(c *call) (any, *failure) {
	cal, f := s.calendarNamed(c, c.path["calendarId"])
	if f != nil {
		return nil, f
	}
	var items []object
	if json.Unmarshal(c.raw, &items) != nil {
		return nil, unprocessable("the body must be an array")
	}
	sc := parseSchema(notificationBody + "receiverType!:" + receiverTypes + "channel!:" + channels + "notificationType!:" + notificationTypes)
	for _, item := range items {
		if msgs := sc.check(item, c.version, &s.cfg.quirks); len(msgs) > 0 {
			return nil, unprocessable(msgs...)
		}
	}
	out := []object{}
	for _, item := range items {
		item["calendarId"] = cal.ID
		if item["isActive"] == nil {
			item["isActive"] = true
		}
		out = append(out, notificationWire(s.newObject(c, Notifications, cal.LocationID, item)))
	}
	return out, nil
}

func (s *Server) notificationOf(c *call) (Object, *failure) {
	o, f := s.objectOf(c, Notifications, "Notification", c.path["notificationId"])
	if f == nil && o.Fields["calendarId"] != c.path["calendarId"] {
		f = s.childNotFound("Notification", c.path["notificationId"])
	}
	return o, f
}

func (s *Server) listNotifications(c *call) (any, *failure) {
	cal, f := s.calendarNamed(c, c.path["calendarId"])
	if f != nil {
		return nil, f
	}
	rows, f := window(c, s.listObjects(Notifications, cal.LocationID, func(o Object) bool { return o.Fields["calendarId"] == cal.ID }), 100, 1000)
	if f != nil {
		return nil, f
	}
	out := []object{}
	for _, o := range rows {
		out = append(out, notificationWire(o))
	}
	return out, nil
}

func (s *Server) getNotification(c *call) (any, *failure) {
	o, f := s.notificationOf(c)
	if f != nil {
		return nil, f
	}
	return notificationWire(o), nil
}

func (s *Server) updateNotification(c *call) (any, *failure) {
	o, f := s.notificationOf(c)
	if f != nil {
		return nil, f
	}
	s.mergeObject(c, Notifications, o, c.body)
	return object{"message": "Notification updated"}, nil
}

func (s *Server) deleteNotification(c *call) (any, *failure) {
	o, f := s.notificationOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, Notifications, o)
	return object{"message": "Notification deleted"}, nil
}

func scheduleWire(o Object) object {
	out := o.wire("dateAdded", "dateUpdated")
	out["deleted"], out["calendarIds"] = o.Deleted, strs(o.Fields["calendarIds"])
	if out["rules"] == nil {
		out["rules"] = []any{}
	}
	return out
}

func (s *Server) scheduleOf(c *call) (Object, *failure) {
	return s.objectOf(c, Schedules, "Schedule", c.path["id"])
}

func (s *Server) listSchedules(c *call) (any, *failure) {
	calendar := c.query.Get("calendarId")
	rows, f := window(c, s.listObjects(Schedules, c.query.Get("locationId"), func(o Object) bool {
		return o.Fields["userId"] == c.query.Get("userId") && (calendar == "" || slices.Contains(strs(o.Fields["calendarIds"]), calendar))
	}), 20, 500)
	if f != nil {
		return nil, f
	}
	out := []object{}
	for _, o := range rows {
		out = append(out, scheduleWire(o))
	}
	return object{"schedules": out}, nil
}

func (s *Server) getSchedule(c *call) (any, *failure) {
	o, f := s.scheduleOf(c)
	if f != nil {
		return nil, f
	}
	return object{"schedule": scheduleWire(o)}, nil
}

func (s *Server) createSchedule(c *call) (any, *failure) {
	return object{"schedule": scheduleWire(s.newObject(c, Schedules, str(c.body["locationId"]), c.body))}, nil
}

func (s *Server) updateSchedule(c *call) (any, *failure) {
	o, f := s.scheduleOf(c)
	if f != nil {
		return nil, f
	}
	return object{"schedule": scheduleWire(s.mergeObject(c, Schedules, o, c.body))}, nil
}

func (s *Server) deleteSchedule(c *call) (any, *failure) {
	o, f := s.scheduleOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, Schedules, o)
	return object{"success": true}, nil
}

func (s *Server) joinSchedule(c *call) (any, *failure) {
	if _, f := s.calendarNamed(c, c.path["calendarId"]); f != nil {
		return nil, f
	}
	return s.associate(c, func(have []string) []string { all, _ := plus(have, []string{c.path["calendarId"]}); return all })
}

func (s *Server) leaveSchedule(c *call) (any, *failure) {
	return s.associate(c, func(have []string) []string { rest, _ := minus(have, []string{c.path["calendarId"]}); return rest })
}

func (s *Server) associate(c *call, edit func([]string) []string) (any, *failure) {
	o, f := s.scheduleOf(c)
	if f != nil {
		return nil, f
	}
	s.mergeObject(c, Schedules, o, object{"calendarIds": anys(edit(strs(o.Fields["calendarIds"])))})
	return object{"success": true}, nil
}
