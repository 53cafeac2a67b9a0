package ghltest

import "time"

func noteOps() []operation {
	const read, write = "contacts.readonly", "contacts.write"
	op := func(method, path, id, scope string, status int, body string, h handler) operation {
		return operation{family: "contacts", method: method, path: "/contacts/{contactId}/notes" + path, id: id, scope: scope,
			status: status, body: parseSchema(body), handle: h}
	}
	return []operation{
		op("GET", "", "get-all-notes", read, 200, "", (*Server).listNotes),
		op("POST", "", "create-note", write, 201, "body!:s userId?:s title:s color:s pinned:b", (*Server).createNote),
		op("GET", "/{id}", "get-note", read, 200, "", (*Server).getNote),
		op("PUT", "/{id}", "update-note", write, 200, "body:s userId?:s title:s color:s pinned:b", (*Server).updateNote),
		op("DELETE", "/{id}", "delete-note", write, 200, "", (*Server).deleteNote),
	}
}

// noteWire is a note: the body as sent, bodyText as plain text, userId null when unknown, and no change date.
func noteWire(n Note) object {
	o := object{"id": n.ID, "body": n.Body, "bodyText": plainText(n.Body), "userId": orNull(n.UserID), "contactId": n.ContactID,
		"dateAdded": stamp(n.DateAdded), "pinned": n.Pinned, "relations": list(n.Relations)}
	set(o, "title", n.Title)
	set(o, "color", n.Color)
	return o
}

func (s *Server) noteOf(c *call) (Note, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return Note{}, f
	}
	id := c.path["id"]
	if r, ok := s.notes.rows[id]; ok {
		if v, ok := r.asOf(c.asOf); ok && !v.gone && v.val.ContactID == contact.ID {
			return v.val, nil
		}
	}
	return Note{}, s.childNotFound("Note", id)
}

func (s *Server) listNotes(c *call) (any, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	out := []object{}
	for _, id := range s.children["note "+contact.ID] {
		if v, ok := s.notes.rows[id].asOf(c.asOf); ok && !v.gone && v.val.ContactID == contact.ID {
			out = append(out, noteWire(v.val))
		}
	}
	return object{"notes": out}, nil
}

func (s *Server) getNote(c *call) (any, *failure) {
	n, f := s.noteOf(c)
	if f != nil {
		return nil, f
	}
	return object{"note": noteWire(n)}, nil
}

func applyNote(n *Note, body object) *failure {
	if v, ok := body["body"]; ok {
		if str(v) == "" {
			return unprocessable("body should not be empty")
		}
		n.Body = str(v)
	}
	for key, to := range map[string]*string{"userId": &n.UserID, "title": &n.Title, "color": &n.Color} {
		if v, ok := body[key]; ok {
			*to = str(v)
		}
	}
	if v, ok := body["pinned"].(bool); ok {
		n.Pinned = v
	}
	return nil
}

func (s *Server) createNote(c *call) (any, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	n := Note{LocationID: contact.LocationID, ContactID: contact.ID, DateAdded: c.now, DateUpdated: c.now}
	if f := applyNote(&n, c.body); f != nil {
		return nil, f
	}
	n.ID = s.newID()
	s.putNote(n, c.now, false)
	s.noteWritten(n, c.now)
	return object{"note": noteWire(n)}, nil
}

func (s *Server) updateNote(c *call) (any, *failure) {
	n, f := s.noteOf(c)
	if f != nil {
		return nil, f
	}
	if f := applyNote(&n, c.body); f != nil {
		return nil, f
	}
	n.DateUpdated = c.now
	s.putNote(n, c.now, false)
	s.noteWritten(n, c.now)
	return object{"note": noteWire(n)}, nil
}

func (s *Server) deleteNote(c *call) (any, *failure) {
	n, f := s.noteOf(c)
	if f != nil {
		return nil, f
	}
	n.Deleted, n.DateUpdated = true, c.now
	s.putNote(n, c.now, false)
	s.noteWritten(n, c.now)
	return s.succeeded(c, object{}), nil
}

func (s *Server) noteWritten(n Note, now time.Time) {
	if s.cfg.quirks.NoteBumpsContact {
		s.bumpContact(n.ContactID, now)
	}
}
