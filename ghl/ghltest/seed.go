package ghltest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Seed adds entities to the world, or replaces those of the same id, as if they had always been there: no webhook, no index
// lag. Missing ids, locations and dates are filled in; dates with a moment one minute before now. Contacts of unknown tags
// add these tags to the location.
func (s *Server) Seed(w World) {
	s.mu.Lock()
	defer s.mu.Unlock()
	past := s.now().Add(-time.Minute)
	for _, c := range w.Companies {
		c.ID = cmp.Or(c.ID, s.newID())
		s.companies.put(c.ID, c, false, time.Time{}, 0)
	}
	for _, l := range w.Locations {
		s.seedLocation(l)
	}
	for _, u := range w.Users {
		s.seedUser(u)
	}
	for _, t := range w.Tags {
		t.ID, t.LocationID = cmp.Or(t.ID, s.newID()), cmp.Or(t.LocationID, s.defaultLocation)
		s.putTag(t, false)
	}
	for _, c := range w.Contacts {
		s.seedContact(c, past)
	}
	for _, c := range w.Calendars {
		c.ID, c.LocationID = cmp.Or(c.ID, s.newID()), cmp.Or(c.LocationID, s.defaultLocation)
		c.DateAdded = orTime(c.DateAdded, past)
		s.calendars.put(c.ID, c, c.Deleted, time.Time{}, 0)
	}
	for _, f := range w.CustomFields {
		s.seedCustomField(f, past)
	}
	s.seedActivities(w, past)
	for _, name := range slices.Sorted(maps.Keys(w.Objects)) {
		for _, o := range w.Objects[name] {
			s.seedObject(name, o, past)
		}
	}
}

func (s *Server) seedActivities(w World, past time.Time) {
	for _, t := range w.Tasks {
		t.ID = cmp.Or(t.ID, s.newID())
		t.LocationID = s.homeOf(t.LocationID, t.ContactID)
		t.DateAdded = orTime(t.DateAdded, past)
		t.DateUpdated = orTime(t.DateUpdated, t.DateAdded)
		t.DueDate = t.DueDate.UTC().Truncate(time.Millisecond)
		s.putTask(t, time.Time{}, true)
	}
	for _, n := range w.Notes {
		n.ID = cmp.Or(n.ID, s.newID())
		n.LocationID = s.homeOf(n.LocationID, n.ContactID)
		n.DateAdded = orTime(n.DateAdded, past)
		n.DateUpdated = orTime(n.DateUpdated, n.DateAdded)
		s.putNote(n, time.Time{}, true)
	}
	for _, a := range w.Appointments {
		a.ID = cmp.Or(a.ID, s.newID())
		a.LocationID = s.homeOf(a.LocationID, a.ContactID)
		a.DateAdded = orTime(a.DateAdded, past)
		a.DateUpdated = orTime(a.DateUpdated, a.DateAdded)
		a.Status = cmp.Or(a.Status, "confirmed")
		s.putAppointment(a, time.Time{}, true)
	}
}

func (s *Server) homeOf(locationID, contactID string) string {
	c, _ := s.contacts.any(contactID)
	return cmp.Or(locationID, c.LocationID, s.defaultLocation)
}

func (s *Server) seedLocation(l Location) {
	l.ID = cmp.Or(l.ID, s.newID())
	l.CompanyID = cmp.Or(l.CompanyID, DefaultCompanyID)
	l.Name = cmp.Or(l.Name, "Location "+l.ID)
	l.Timezone = cmp.Or(l.Timezone, "Europe/Zurich")
	l.Country = cmp.Or(l.Country, "US")
	l.DateAdded = orTime(l.DateAdded, s.now())
	if len(l.ContactUniqueIdentifiers) == 0 {
		l.ContactUniqueIdentifiers = []string{"email", "phone"}
	}
	if _, ok := s.companies.any(l.CompanyID); !ok {
		s.companies.put(l.CompanyID, Company{ID: l.CompanyID, Name: "Test Agency", Country: "US", Timezone: l.Timezone}, false, time.Time{}, 0)
	}
	s.locations.put(l.ID, l, l.Deleted, time.Time{}, 0)
}

func (s *Server) seedUser(u User) {
	u.ID = cmp.Or(u.ID, s.newID())
	if len(u.LocationIDs) == 0 {
		u.LocationIDs = []string{s.defaultLocation}
	}
	l, _ := s.locations.any(u.LocationIDs[0])
	u.CompanyID = cmp.Or(u.CompanyID, l.CompanyID)
	u.Type, u.Role = cmp.Or(u.Type, "account"), cmp.Or(u.Role, "user")
	s.users.put(u.ID, u, u.Deleted, time.Time{}, 0)
}

func (s *Server) seedContact(c Contact, past time.Time) {
	c = c.clone()
	c.ID, c.LocationID = cmp.Or(c.ID, s.newID()), cmp.Or(c.LocationID, s.defaultLocation)
	c.Type = cmp.Or(c.Type, "lead")
	c.Tags = lowerTags(c.Tags)
	l, _ := s.locations.any(c.LocationID)
	if s.cfg.quirks.CountryDefault {
		c.Country = cmp.Or(c.Country, l.Country)
	}
	c.Phone = e164(c.Phone, c.Country)
	c.DateAdded = orTime(c.DateAdded, past)
	c.DateUpdated = orTime(c.DateUpdated, c.DateAdded)
	if c.CreatedBy == nil {
		c.CreatedBy = &Actor{Source: "WEB_USER", Channel: "APP", Timestamp: c.DateAdded}
	}
	s.ensureTags(c.LocationID, c.Tags)
	s.putContact(c, time.Time{}, true)
}

func (s *Server) seedCustomField(f CustomField, past time.Time) {
	f.ID, f.LocationID = cmp.Or(f.ID, s.newID()), cmp.Or(f.LocationID, s.defaultLocation)
	f.Model, f.DataType = cmp.Or(f.Model, "contact"), cmp.Or(f.DataType, "TEXT")
	f.FieldKey = cmp.Or(f.FieldKey, f.Model+"."+slug(f.Name))
	f.DateAdded = orTime(f.DateAdded, past)
	s.customFields.put(f.ID, f, false, time.Time{}, 0)
}

func (s *Server) seedObject(name Collection, o Object, past time.Time) {
	o = o.clone()
	o.ID, o.LocationID = cmp.Or(o.ID, s.newID()), cmp.Or(o.LocationID, s.defaultLocation)
	o.DateAdded = orTime(o.DateAdded, past)
	o.DateUpdated = orTime(o.DateUpdated, o.DateAdded)
	s.putObject(name, o, time.Time{}, true)
}

// ensureTags adds names that the location does not know yet.
func (s *Server) ensureTags(locationID string, names []string) {
	for _, name := range names {
		if !s.tagNames[locationID+" "+name] {
			s.putTag(Tag{ID: s.newID(), LocationID: locationID, Name: name}, false)
		}
	}
}

func (s *Server) putTag(t Tag, gone bool) {
	if old, ok := s.tags.get(t.ID); ok {
		delete(s.tagNames, old.LocationID+" "+strings.ToLower(old.Name))
	}
	s.tags.put(t.ID, t, gone, s.now(), 0)
	if !gone {
		s.tagNames[t.LocationID+" "+strings.ToLower(t.Name)] = true
	}
}

func orTime(t, fallback time.Time) time.Time {
	if t.IsZero() {
		t = fallback
	}
	return t.UTC().Truncate(time.Millisecond)
}

// slug makes the key part of a name, as in contact.first_pet.
func slug(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r == ' ' || r == '-' || r == '_':
			return '_'
		}
		return -1
	}, strings.ToLower(name))
}

// Snapshot returns a copy of the whole world, deleted entities included with their Deleted mark, in order of creation.
func (s *Server) Snapshot() World {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := World{
		Companies: s.companies.all(), Locations: s.locations.all(), Users: s.users.all(), Contacts: s.contacts.all(),
		Tasks: s.tasks.all(), Notes: s.notes.all(), Calendars: s.calendars.all(), Appointments: s.appointments.all(),
		Tags: live(s.tags), CustomFields: live(s.customFields), Objects: map[Collection][]Object{},
	}
	for name, t := range s.objects {
		w.Objects[name] = t.all()
	}
	return w
}

func live[T cloner[T]](t *table[T]) []T { return cloned(t.live()) }

func cloned[T cloner[T]](in []T) []T {
	for i := range in {
		in[i] = in[i].clone()
	}
	return in
}

func find[T cloner[T]](s *Server, t *table[T], id string) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := t.any(id)
	return v.clone(), ok
}

// Contact returns a contact, also a deleted one.
func (s *Server) Contact(id string) (Contact, bool) { return find(s, s.contacts, id) }

// Task returns a task, also a deleted one.
func (s *Server) Task(id string) (Task, bool) { return find(s, s.tasks, id) }

// Note returns a note, also a deleted one.
func (s *Server) Note(id string) (Note, bool) { return find(s, s.notes, id) }

// Appointment returns an appointment or blocked slot, also a deleted one.
func (s *Server) Appointment(id string) (Appointment, bool) { return find(s, s.appointments, id) }

// Calendar returns a calendar.
func (s *Server) Calendar(id string) (Calendar, bool) { return find(s, s.calendars, id) }

// User returns a user.
func (s *Server) User(id string) (User, bool) { return find(s, s.users, id) }

// Location returns a location.
func (s *Server) Location(id string) (Location, bool) { return find(s, s.locations, id) }

// Object returns an entity of a collection, also a deleted one.
func (s *Server) Object(name Collection, id string) (Object, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.collection(name).any(id)
	return v.clone(), ok
}

// TasksOf lists the live tasks of a contact, oldest first; of the empty id, those without a contact.
func (s *Server) TasksOf(contactID string) []Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	if contactID != "" {
		return s.childTasks(contactID)
	}
	return slices.DeleteFunc(s.tasks.live(), func(t Task) bool { return t.ContactID != "" })
}

// NotesOf lists the live notes of a contact, oldest first.
func (s *Server) NotesOf(contactID string) []Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cloned(s.childNotes(contactID))
}

// AppointmentsOf lists the live appointments of a contact, oldest first.
func (s *Server) AppointmentsOf(contactID string) []Appointment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cloned(s.childAppointments(contactID))
}

func missing(kind, id string) error { return fmt.Errorf("ghltest: no %s %q", kind, id) }
