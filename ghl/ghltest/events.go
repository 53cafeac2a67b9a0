package ghltest

import (
	"maps"
	"reflect"
	"time"
)

// contactPayload is the contact of a webhook: no dateUpdated, no actor, no list of what changed.
func contactPayload(c Contact) object {
	o := object{"id": c.ID, "tags": list(c.Tags), "dateAdded": stamp(c.DateAdded), "dnd": c.DND != nil && *c.DND,
		"customFields": fieldValues(c.CustomFields), "attachments": []any{}}
	set(o, "address1", c.Address1)
	set(o, "city", c.City)
	set(o, "state", c.State)
	set(o, "country", c.Country)
	set(o, "postalCode", c.PostalCode)
	set(o, "companyName", c.CompanyName)
	set(o, "source", c.Source)
	set(o, "dateOfBirth", c.DateOfBirth)
	set(o, "email", c.Email)
	set(o, "name", fullName(c))
	set(o, "firstName", c.FirstName)
	set(o, "lastName", c.LastName)
	set(o, "phone", c.Phone)
	set(o, "website", c.Website)
	set(o, "assignedTo", c.AssignedTo)
	return o
}

// contactChanged sends ContactUpdate when something that the payload shows has changed, and beside it the special events of tags and DND.
func (s *Server) contactChanged(old, c Contact, existed bool, now time.Time) {
	if s.cfg.hooks == nil {
		return
	}
	payload := contactPayload(c)
	switch {
	case !existed:
		s.emit("ContactCreate", c.LocationID, payload, now)
		return
	case c.Deleted:
		s.emit("ContactDelete", c.LocationID, payload, now)
		return
	}
	if !reflect.DeepEqual(contactPayload(old), payload) || old.Timezone != c.Timezone {
		s.emit("ContactUpdate", c.LocationID, payload, now)
	}
	if !reflect.DeepEqual(list(old.Tags), list(c.Tags)) {
		s.emit("ContactTagUpdate", c.LocationID, payload, now)
	}
	if !reflect.DeepEqual(old.DND, c.DND) || !reflect.DeepEqual(old.DNDSettings, c.DNDSettings) {
		dnd := maps.Clone(payload)
		dnd["dndSettings"] = orEmpty(c.DNDSettings)
		s.emit("ContactDndUpdate", c.LocationID, dnd, now)
	}
}

// taskChanged sends TaskCreate, TaskComplete and TaskDelete: there is no TaskUpdate and nothing when a task is opened again.
func (s *Server) taskChanged(old, t Task, existed bool, now time.Time) {
	if s.cfg.hooks == nil {
		return
	}
	payload := object{"id": t.ID, "title": t.Title, "dueDate": stamp(t.DueDate), "dateAdded": stamp(t.DateAdded)}
	set(payload, "body", t.Body)
	set(payload, "assignedTo", t.AssignedTo)
	set(payload, "contactId", t.ContactID)
	s.thin(payload)
	switch {
	case !existed:
		if s.cfg.quirks.ThinTaskCreate {
			delete(payload, "contactId")
			delete(payload, "body")
		}
		s.emit("TaskCreate", t.LocationID, payload, now)
	case t.Deleted:
		s.emit("TaskDelete", t.LocationID, payload, now)
	case t.Completed && !old.Completed:
		s.emit("TaskComplete", t.LocationID, payload, now)
	}
}

func (s *Server) thin(payload object) {
	if s.cfg.hooks != nil && s.cfg.hooks.Trouble.Thin {
		for _, key := range []string{"contactId", "body", "title"} {
			delete(payload, key)
		}
	}
}

// kindOf is the ending of an event's name.
func kindOf(existed, deleted bool) string {
	switch {
	case !existed:
		return "Create"
	case deleted:
		return "Delete"
	}
	return "Update"
}

func (s *Server) noteChanged(_, n Note, existed bool, now time.Time) {
	if s.cfg.hooks == nil {
		return
	}
	payload := object{"id": n.ID, "body": n.Body, "contactId": n.ContactID, "dateAdded": stamp(n.DateAdded)}
	s.thin(payload)
	s.emit("Note"+kindOf(existed, n.Deleted), n.LocationID, payload, now)
}

func (s *Server) appointmentChanged(_, a Appointment, existed bool, now time.Time) {
	if s.cfg.hooks == nil || a.Blocked {
		return
	}
	zone := s.zone(a.LocationID)
	o := object{"id": a.ID, "address": a.Address, "title": a.Title, "calendarId": a.CalendarID, "contactId": a.ContactID,
		"groupId": a.GroupID, "appointmentStatus": a.Status, "assignedUserId": a.AssignedUserID, "users": list(a.Users), "notes": a.Notes,
		"source": a.CreatedBySource, "startTime": a.StartTime.In(zone).Format(time.RFC3339), "endTime": a.EndTime.In(zone).Format(time.RFC3339),
		"dateAdded": a.DateAdded.In(zone).Format(time.RFC3339), "dateUpdated": a.DateUpdated.In(zone).Format(time.RFC3339)}
	s.thin(o)
	s.emit("Appointment"+kindOf(existed, a.Deleted), a.LocationID, object{"appointment": o}, now)
}

func (s *Server) objectChanged(name Collection, old, o Object, existed bool, now time.Time) {
	if s.cfg.hooks == nil {
		return
	}
	switch name {
	case Opportunities:
		s.opportunityChanged(old, o, existed, now)
	case Messages:
		if !existed {
			s.messageAdded(o, now)
		}
	}
}

// opportunityChanged doubles up as the service does: a stage change sends Update and StageUpdate, a delete also sends Update.
func (s *Server) opportunityChanged(old, o Object, existed bool, now time.Time) {
	payload := object{"id": o.ID, "dateAdded": stamp(o.DateAdded)}
	for _, key := range []string{"assignedTo", "contactId", "monetaryValue", "name", "pipelineId", "pipelineStageId", "source", "status"} {
		if v, ok := o.Fields[key]; ok {
			payload[key] = v
		}
	}
	if !existed {
		s.emit("OpportunityCreate", o.LocationID, payload, now)
		return
	}
	s.emit("OpportunityUpdate", o.LocationID, payload, now)
	if o.Deleted {
		s.emit("OpportunityDelete", o.LocationID, payload, now)
		return
	}
	for _, special := range []struct{ key, event string }{{"assignedTo", "OpportunityAssignedToUpdate"},
		{"monetaryValue", "OpportunityMonetaryValueUpdate"}, {"pipelineStageId", "OpportunityStageUpdate"}, {"status", "OpportunityStatusUpdate"}} {
		if !reflect.DeepEqual(old.Fields[special.key], o.Fields[special.key]) {
			s.emit(special.event, o.LocationID, payload, now)
		}
	}
}

func (s *Server) messageAdded(o Object, now time.Time) {
	kind := "OutboundMessage"
	if o.Fields["direction"] == "inbound" {
		kind = "InboundMessage"
	}
	s.emit(kind, o.LocationID, object{"messageId": o.ID, "conversationId": o.Fields["conversationId"], "contactId": o.Fields["contactId"],
		"body": o.Fields["body"], "direction": o.Fields["direction"], "messageType": o.Fields["messageType"], "status": o.Fields["status"],
		"contentType": o.Fields["contentType"], "attachments": o.Fields["attachments"], "dateAdded": stamp(o.DateAdded)}, now)
}

func (s *Server) locationChanged(kind string, l Location, now time.Time) {
	s.emit(kind, l.ID, object{"id": l.ID, "name": l.Name, "email": l.Email, "companyId": l.CompanyID}, now)
}

func (s *Server) userChanged(kind string, u User, now time.Time) {
	location := ""
	if len(u.LocationIDs) > 0 {
		location = u.LocationIDs[0]
	}
	s.emit(kind, location, object{"id": u.ID, "companyId": u.CompanyID, "firstName": u.FirstName, "lastName": u.LastName, "email": u.Email,
		"phone": u.Phone, "extension": u.Extension, "role": u.Role, "permissions": orEmpty(u.Permissions), "locations": list(u.LocationIDs)}, now)
}

// installed sends INSTALL or UNINSTALL; a bulk installation sends one INSTALL per location.
func (s *Server) installed(kind string, g Grant) {
	app := App{ClientID: g.ClientID}
	locations := []string{g.LocationID}
	if g.agency() && kind == "INSTALL" {
		locations = s.approved(g)
	}
	for _, id := range locations {
		payload := object{"appId": app.id(), "companyId": g.CompanyID, "locationId": id}
		if kind == "INSTALL" {
			l, _ := s.locations.any(id)
			company, _ := s.companies.any(g.CompanyID)
			payload["installType"], payload["companyName"], payload["userId"] = "Location", company.Name, g.UserID
			payload["isWhitelabelCompany"], payload["planId"], payload["trial"] = false, "", object{}
			payload["locationId"] = l.ID
		} else if g.agency() {
			delete(payload, "locationId")
		}
		s.emit(kind, id, payload, s.now())
	}
}
