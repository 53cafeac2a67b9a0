package ghltest

func appointmentNoteOps() []operation {
	op := area("calendars", "/calendars/appointments/{appointmentId}/notes")
	const read, write = "calendars/events.readonly", "calendars/events.write"
	return []operation{
		op("GET", "", "get-appointment-notes", read, 200, "", (*Server).listAppointmentNotes, "limit", "offset"),
		op("POST", "", "create-appointment-note", write, 201, "body!:s userId:s", (*Server).createAppointmentNote),
		op("PUT", "/{noteId}", "update-appointment-note", write, 200, "body!:s userId:s", (*Server).updateAppointmentNote),
		op("DELETE", "/{noteId}", "delete-appointment-note", write, 200, "", (*Server).deleteAppointmentNote),
	}
}

func (s *Server) appointmentNoteWire(o Object) object {
	out := object{"id": o.ID, "body": o.Fields["body"], "userId": o.Fields["userId"], "contactId": o.Fields["contactId"],
		"dateAdded": stamp(o.DateAdded)}
	if u, ok := s.users.any(str(o.Fields["userId"])); ok {
		out["createdBy"] = object{"id": u.ID, "name": u.FirstName + " " + u.LastName}
	}
	return out
}

func (s *Server) appointmentNoteOf(c *call) (Object, *failure) {
	o, f := s.objectOf(c, AppointmentNotes, "Note", c.path["noteId"])
	if f == nil && o.Fields["appointmentId"] != c.path["appointmentId"] {
		f = s.childNotFound("Note", c.path["noteId"])
	}
	return o, f
}

func (s *Server) listAppointmentNotes(c *call) (any, *failure) {
	a, f := s.appointmentNamed(c, c.path["appointmentId"], false)
	if f != nil {
		return nil, f
	}
	limit, f := c.intQuery("limit", 20, 1, 20)
	if f != nil {
		return nil, f
	}
	offset, f := c.intQuery("offset", 0, 0, 1<<30)
	if f != nil {
		return nil, f
	}
	rows := s.listObjects(AppointmentNotes, a.LocationID, func(o Object) bool { return o.Fields["appointmentId"] == a.ID })
	out := []object{}
	for _, o := range rows[min(offset, len(rows)):min(offset+limit, len(rows))] {
		out = append(out, s.appointmentNoteWire(o))
	}
	return object{"notes": out, "hasMore": offset+limit < len(rows)}, nil
}

func checkNoteLength(c *call) *failure {
	if len([]rune(str(c.body["body"]))) > 5000 {
		return unprocessable("body must be shorter than or equal to 5000 characters")
	}
	return nil
}

func (s *Server) createAppointmentNote(c *call) (any, *failure) {
	a, f := s.appointmentNamed(c, c.path["appointmentId"], false)
	if f != nil {
		return nil, f
	}
	if f := checkNoteLength(c); f != nil {
		return nil, f
	}
	o := s.newObject(c, AppointmentNotes, a.LocationID, object{"body": c.body["body"], "userId": c.body["userId"],
		"contactId": a.ContactID, "appointmentId": a.ID})
	return object{"note": s.appointmentNoteWire(o)}, nil
}

func (s *Server) updateAppointmentNote(c *call) (any, *failure) {
	o, f := s.appointmentNoteOf(c)
	if f != nil {
		return nil, f
	}
	if f := checkNoteLength(c); f != nil {
		return nil, f
	}
	return object{"note": s.appointmentNoteWire(s.mergeObject(c, AppointmentNotes, o, c.body))}, nil
}

func (s *Server) deleteAppointmentNote(c *call) (any, *failure) {
	o, f := s.appointmentNoteOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, AppointmentNotes, o)
	return object{"success": true}, nil
}
