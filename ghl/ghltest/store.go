package ghltest

import (
	"slices"
	"strings"
	"time"
)

// store is the state of the service.
type store struct {
	companies    *table[Company]
	locations    *table[Location]
	users        *table[User]
	contacts     *table[Contact]
	tasks        *table[Task]
	notes        *table[Note]
	calendars    *table[Calendar]
	appointments *table[Appointment]
	tags         *table[Tag]
	customFields *table[CustomField]
	objects      map[Collection]*table[Object]

	children  map[string][]string // "task contactID" → ids, also notes and appointments
	byAddress map[string][]string // lower-case e-mail or phone → contact ids, checked again when used
	tagNames  map[string]bool     // "locationID name"
	sorted    map[string]sortedRows
}

func newStore() store {
	return store{
		companies: newTable[Company](), locations: newTable[Location](), users: newTable[User](),
		contacts: newTable[Contact](), tasks: newTable[Task](), notes: newTable[Note](), calendars: newTable[Calendar](),
		appointments: newTable[Appointment](), tags: newTable[Tag](), customFields: newTable[CustomField](),
		objects: map[Collection]*table[Object]{}, children: map[string][]string{}, byAddress: map[string][]string{},
		tagNames: map[string]bool{}, sorted: map[string]sortedRows{},
	}
}

func (st *store) collection(name Collection) *table[Object] {
	t, ok := st.objects[name]
	if !ok {
		t = newTable[Object]()
		st.objects[name] = t
	}
	return t
}

func (st *store) adopt(kind, contactID, id string) {
	key := kind + " " + contactID
	if contactID != "" && !slices.Contains(st.children[key], id) {
		st.children[key] = append(st.children[key], id)
	}
}

// keep is how long past states may still be asked for.
func (s *Server) keep() time.Duration {
	return max(s.lag.Contacts, s.lag.Tasks, s.cfg.lag.Contacts, s.cfg.lag.Tasks, s.staleness)
}

// putContact stores a contact and tells the webhooks. A seeded state passes silent.
func (s *Server) putContact(c Contact, now time.Time, silent bool) {
	old, existed := s.contacts.any(c.ID)
	s.contacts.put(c.ID, c, c.Deleted, now, s.keep())
	addresses := append([]string{strings.ToLower(c.Email), c.Phone}, c.AdditionalPhones...)
	for _, e := range c.AdditionalEmails {
		addresses = append(addresses, strings.ToLower(e))
	}
	for _, a := range addresses {
		if a != "" && !slices.Contains(s.byAddress[a], c.ID) {
			s.byAddress[a] = append(s.byAddress[a], c.ID)
		}
	}
	if !silent {
		s.contactChanged(old, c, existed, now)
	}
}

func (s *Server) putTask(t Task, now time.Time, silent bool) {
	old, existed := s.tasks.any(t.ID)
	s.tasks.put(t.ID, t, t.Deleted, now, s.keep())
	s.adopt("task", t.ContactID, t.ID)
	if !silent {
		s.taskChanged(old, t, existed, now)
	}
}

func (s *Server) putNote(n Note, now time.Time, silent bool) {
	old, existed := s.notes.any(n.ID)
	s.notes.put(n.ID, n, n.Deleted, now, s.keep())
	s.adopt("note", n.ContactID, n.ID)
	if !silent {
		s.noteChanged(old, n, existed, now)
	}
}

func (s *Server) putAppointment(a Appointment, now time.Time, silent bool) {
	old, existed := s.appointments.any(a.ID)
	s.appointments.put(a.ID, a, a.Deleted, now, s.keep())
	s.adopt("appointment", a.ContactID, a.ID)
	if !silent {
		s.appointmentChanged(old, a, existed, now)
	}
}

// childTasks lists the contact's tasks that are not deleted, oldest first.
func (s *Server) childTasks(contactID string) []Task {
	return children(s.tasks, s.children["task "+contactID], func(t Task) bool { return t.ContactID == contactID })
}

func (s *Server) childNotes(contactID string) []Note {
	return children(s.notes, s.children["note "+contactID], func(n Note) bool { return n.ContactID == contactID })
}

func (s *Server) childAppointments(contactID string) []Appointment {
	return children(s.appointments, s.children["appointment "+contactID],
		func(a Appointment) bool { return a.ContactID == contactID && !a.Blocked })
}

func children[T cloner[T]](t *table[T], ids []string, mine func(T) bool) []T {
	var out []T
	for _, id := range ids {
		if v, ok := t.get(id); ok && mine(v) {
			out = append(out, v)
		}
	}
	return out
}

// removeContact deletes a contact with its tasks and notes, as the service does; the children send no webhooks of their own.
func (s *Server) removeContact(c Contact, now time.Time) {
	c = c.clone()
	c.Deleted, c.DateUpdated = true, now
	for _, t := range s.childTasks(c.ID) {
		t.Deleted, t.DateUpdated = true, now
		s.putTask(t, now, true)
	}
	for _, n := range s.childNotes(c.ID) {
		n.Deleted, n.DateUpdated = true, now
		s.putNote(n, now, true)
	}
	s.putContact(c, now, false)
}

// bumpContact moves a contact's dateUpdated because of something related to it.
func (s *Server) bumpContact(id string, now time.Time) {
	if c, ok := s.contacts.get(id); ok {
		c = c.clone()
		c.DateUpdated = now
		s.putContact(c, now, true)
	}
}

// location returns the default location.
func (s *Server) location() Location {
	l, _ := s.locations.any(s.defaultLocation)
	return l
}

// zone is the time zone of a location, UTC when it is unknown.
func (s *Server) zone(locationID string) *time.Location {
	l, _ := s.locations.any(locationID)
	if z, err := time.LoadLocation(l.Timezone); err == nil {
		return z
	}
	return time.UTC
}

func (s *Server) putObject(name Collection, o Object, now time.Time, silent bool) {
	old, existed := s.collection(name).any(o.ID)
	s.collection(name).put(o.ID, o, o.Deleted, now, 0)
	if name == Opportunities {
		s.adopt("opportunity", str(o.Fields["contactId"]), o.ID)
	}
	if !silent {
		s.objectChanged(name, old, o, existed, now)
	}
}
