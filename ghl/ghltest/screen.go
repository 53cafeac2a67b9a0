package ghltest

import (
	"cmp"
	"time"
)

// The methods of this file are what a user does in the GHL screen. They move dateUpdated the way the service does, follow the
// index lag and send webhooks, and they ask for no token and count against no limit.

// AddContact creates a contact and returns it as stored.
func (s *Server) AddContact(c Contact) Contact {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	c = c.clone()
	c.ID, c.LocationID = cmp.Or(c.ID, s.newID()), cmp.Or(c.LocationID, s.defaultLocation)
	c.Type, c.Tags = cmp.Or(c.Type, "lead"), lowerTags(c.Tags)
	l, _ := s.locations.any(c.LocationID)
	if s.cfg.quirks.CountryDefault {
		c.Country = cmp.Or(c.Country, l.Country)
	}
	c.Phone = e164(c.Phone, c.Country)
	c.DateAdded, c.DateUpdated = orTime(c.DateAdded, now), now
	if c.CreatedBy == nil {
		c.CreatedBy = &Actor{Source: "WEB_USER", Channel: "APP", Timestamp: now}
	}
	s.ensureTags(c.LocationID, c.Tags)
	s.putContact(c, now, false)
	return c.clone()
}

// EditContact changes a contact: what edit makes of the copy that it gets is stored. The server is locked meanwhile, so
// edit must not call it, not even through a client: both would wait for each other forever. Unknown and deleted ids give an
// error.
func (s *Server) EditContact(id string, edit func(*Contact)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.contacts.get(id)
	if !ok {
		return missing("contact", id)
	}
	now := s.now()
	c = c.clone()
	edit(&c)
	c.ID, c.Tags, c.DateUpdated = id, lowerTags(c.Tags), now
	c.Phone = e164(c.Phone, c.Country)
	s.ensureTags(c.LocationID, c.Tags)
	s.putContact(c, now, false)
	return nil
}

// DeleteContact deletes a contact together with its tasks and notes.
func (s *Server) DeleteContact(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.contacts.get(id)
	if !ok {
		return missing("contact", id)
	}
	s.removeContact(c, s.now())
	return nil
}

// RestoreContact brings a deleted contact back, without its tasks and notes, and sends no webhook: none is known for it.
func (s *Server) RestoreContact(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.contacts.any(id)
	if !ok || !c.Deleted {
		return missing("deleted contact", id)
	}
	now := s.now()
	c = c.clone()
	c.Deleted, c.DateUpdated = false, now
	s.putContact(c, now, true)
	return nil
}

// AddTask creates a task; without ContactID it belongs to no contact, which only the screen can do.
func (s *Server) AddTask(t Task) Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	t.ID, t.LocationID = cmp.Or(t.ID, s.newID()), s.homeOf(t.LocationID, t.ContactID)
	t.DateAdded, t.DateUpdated = orTime(t.DateAdded, now), now
	t.DueDate = t.DueDate.UTC().Truncate(time.Millisecond)
	s.putTask(t, now, false)
	return t
}

// EditTask changes a task; see [Server.EditContact].
func (s *Server) EditTask(id string, edit func(*Task)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tasks.get(id)
	if !ok {
		return missing("task", id)
	}
	now := s.now()
	edit(&t)
	t.ID, t.DateUpdated = id, now
	t.DueDate = t.DueDate.UTC().Truncate(time.Millisecond)
	s.putTask(t, now, false)
	return nil
}

// DeleteTask deletes a task.
func (s *Server) DeleteTask(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tasks.get(id)
	if !ok {
		return missing("task", id)
	}
	now := s.now()
	t.Deleted, t.DateUpdated = true, now
	s.putTask(t, now, false)
	return nil
}

// RestoreTask brings a deleted task back; no webhook is known for it.
func (s *Server) RestoreTask(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tasks.any(id)
	if !ok || !t.Deleted {
		return missing("deleted task", id)
	}
	now := s.now()
	t.Deleted, t.DateUpdated = false, now
	s.putTask(t, now, true)
	return nil
}

// AddNote creates a note on a contact.
func (s *Server) AddNote(n Note) Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	n.ID, n.LocationID = cmp.Or(n.ID, s.newID()), s.homeOf(n.LocationID, n.ContactID)
	n.DateAdded, n.DateUpdated = orTime(n.DateAdded, now), now
	s.putNote(n, now, false)
	return n
}

// EditNote changes a note; see [Server.EditContact].
func (s *Server) EditNote(id string, edit func(*Note)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.notes.get(id)
	if !ok {
		return missing("note", id)
	}
	now := s.now()
	n = n.clone()
	edit(&n)
	n.ID, n.DateUpdated = id, now
	s.putNote(n, now, false)
	return nil
}

// DeleteNote deletes a note.
func (s *Server) DeleteNote(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.notes.get(id)
	if !ok {
		return missing("note", id)
	}
	now := s.now()
	n.Deleted, n.DateUpdated = true, now
	s.putNote(n, now, false)
	return nil
}

// AddAppointment books an appointment, or a blocked slot when Blocked is set.
func (s *Server) AddAppointment(a Appointment) Appointment {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	a = a.clone()
	a.ID, a.LocationID = cmp.Or(a.ID, s.newID()), s.homeOf(a.LocationID, a.ContactID)
	a.Status = cmp.Or(a.Status, "confirmed")
	a.DateAdded, a.DateUpdated = orTime(a.DateAdded, now), now
	s.firstAppointment(a, now)
	s.putAppointment(a, now, false)
	return a.clone()
}

// EditAppointment changes an appointment or blocked slot; see [Server.EditContact].
func (s *Server) EditAppointment(id string, edit func(*Appointment)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.appointments.get(id)
	if !ok {
		return missing("appointment", id)
	}
	now := s.now()
	a = a.clone()
	edit(&a)
	a.ID, a.DateUpdated = id, now
	s.putAppointment(a, now, false)
	return nil
}

// DeleteAppointment deletes an appointment; it stays readable by id.
func (s *Server) DeleteAppointment(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.appointments.get(id)
	if !ok {
		return missing("appointment", id)
	}
	now := s.now()
	a = a.clone()
	a.Deleted, a.DateUpdated = true, now
	s.putAppointment(a, now, false)
	return nil
}

// AddCalendar creates a calendar.
func (s *Server) AddCalendar(c Calendar) Calendar {
	s.mu.Lock()
	defer s.mu.Unlock()
	c = c.clone()
	c.ID, c.LocationID = cmp.Or(c.ID, s.newID()), cmp.Or(c.LocationID, s.defaultLocation)
	c.DateAdded = orTime(c.DateAdded, s.now())
	s.calendars.put(c.ID, c, false, s.now(), 0)
	return c.clone()
}

// AddUser creates a user of the default location, or of those it lists.
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	u.ID = cmp.Or(u.ID, s.newID())
	s.seedUser(u)
	u, _ = s.users.any(u.ID)
	return u.clone()
}

// EditUser changes a user; see [Server.EditContact].
func (s *Server) EditUser(id string, edit func(*User)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.users.get(id)
	if !ok {
		return missing("user", id)
	}
	u = u.clone()
	edit(&u)
	u.ID = id
	s.users.put(id, u, u.Deleted, s.now(), 0)
	return nil
}

// EditLocation changes the settings of a location; see [Server.EditContact].
func (s *Server) EditLocation(id string, edit func(*Location)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.locations.get(id)
	if !ok {
		return missing("location", id)
	}
	l = l.clone()
	edit(&l)
	l.ID = id
	s.locations.put(id, l, l.Deleted, s.now(), 0)
	return nil
}

// AddObject creates an entity of a collection.
func (s *Server) AddObject(name Collection, o Object) Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, now := o.clone(), s.now()
	o.ID, o.LocationID = cmp.Or(o.ID, s.newID()), cmp.Or(o.LocationID, s.defaultLocation)
	o.DateAdded, o.DateUpdated = orTime(o.DateAdded, now), now
	s.putObject(name, o, now, false)
	return o
}

// EditObject changes an entity of a collection; see [Server.EditContact].
func (s *Server) EditObject(name Collection, id string, edit func(*Object)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.collection(name).get(id)
	if !ok {
		return missing(string(name), id)
	}
	o = o.clone()
	edit(&o)
	o.ID, o.DateUpdated = id, s.now()
	s.putObject(name, o, s.now(), false)
	return nil
}

// DeleteObject deletes an entity of a collection.
func (s *Server) DeleteObject(name Collection, id string) error {
	return s.EditObject(name, id, func(o *Object) { o.Deleted = true })
}
