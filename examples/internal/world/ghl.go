package world

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

// began is the day on which the location was set up; everything in the worlds
// happened in the months after it.
var began = time.Date(2026, 2, 2, 8, 0, 0, 0, time.UTC)

// Ids look like those of the service, less the letters that are easily confused.
const (
	idLetters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
	idLength  = 20
)

// maker draws one world.
type maker struct {
	*rand.Rand
	world ghltest.World
	due   map[string]bool // contact, title and due date of the tasks so far
}

// GHL makes a location with the given number of contacts; with 0 it has users
// and calendars only. Its location is [ghltest.DefaultLocationID].
func GHL(seed uint64, contacts int) ghltest.World {
	m := maker{Rand: rand.New(rand.NewPCG(seed, 0x6768)), due: map[string]bool{}}
	m.office()
	for i := range contacts {
		m.contact(i)
	}
	if contacts > 0 {
		for range contacts * 3 {
			m.task(m.anyContact())
		}
		for range max(2, contacts/200) {
			m.task("")
		}
		for i := range contacts * 3 / 2 {
			m.note(i)
		}
		live := contacts * 2 / 5
		for i := range live + live/19 + 1 { // one in twenty is deleted
			m.appointment(i)
		}
	}
	return m.world
}

func (m *maker) id() string {
	b := make([]byte, idLength)
	for i := range b {
		b[i] = idLetters[m.IntN(len(idLetters))]
	}
	return string(b)
}

func (m *maker) pick(list []string) string { return list[m.IntN(len(list))] }

// once reports true in the given share of calls.
func (m *maker) once(share float64) bool { return m.Float64() < share }

// ago is a moment of business in the first 200 days.
func (m *maker) ago() time.Time {
	return began.AddDate(0, 0, m.IntN(200)).Add(time.Duration(m.IntN(9*3600*1000)) * time.Millisecond)
}

func (m *maker) anyContact() string { return m.world.Contacts[m.IntN(len(m.world.Contacts))].ID }

func (m *maker) anyUser() string { return m.world.Users[m.IntN(len(m.world.Users))].ID }

// office sets up the location, its people and its calendars.
func (m *maker) office() {
	m.world.Companies = []ghltest.Company{{ID: ghltest.DefaultCompanyID, Name: "Lakeside Agency", Country: "CH", Timezone: "Europe/Zurich"}}
	m.world.Locations = []ghltest.Location{{ID: ghltest.DefaultLocationID, CompanyID: ghltest.DefaultCompanyID, Name: "Lakeside Consulting",
		Email: "office@lakeside.example", Phone: "+41445550100", Timezone: "Europe/Zurich", Country: "CH", City: "Zürich", DateAdded: began}}
	for _, name := range []string{"Mia Keller", "Noah Brunner", "Léon Favre", "Anna Weiß", "Sami Haddad"} {
		first, last, _ := strings.Cut(name, " ")
		m.world.Users = append(m.world.Users, ghltest.User{ID: m.id(), FirstName: first, LastName: last,
			Email: strings.ToLower(plain(first)) + "@lakeside.example", LocationIDs: []string{ghltest.DefaultLocationID}})
	}
	for _, name := range []string{"Consultations", "Demos", "Site visits"} {
		m.world.Calendars = append(m.world.Calendars, ghltest.Calendar{ID: m.id(), Name: name, Slug: plain(strings.ToLower(name)),
			CalendarType: "round_robin", IsActive: true, SlotDuration: 30, DateAdded: began})
	}
}

// contact adds the contact with number i, which makes its address and its
// number unique.
func (m *maker) contact(i int) {
	first, last := m.pick(firstNames), m.pick(lastNames)
	c := ghltest.Contact{ID: m.id(), FirstName: first, LastName: last, CompanyName: m.pick(companies), Type: "lead",
		Source: m.pick([]string{"", "website", "fair 2026", "referral"}), DateAdded: m.ago()}
	c.DateUpdated = c.DateAdded.Add(time.Duration(m.IntN(20*24)) * time.Hour)
	c.Email = fmt.Sprintf("%s.%d@%s", cmp.Or(plain(strings.ToLower(first)), "contact"), i, m.pick([]string{"example.com", "example.org", "mail.example"}))
	c.Phone = fmt.Sprintf("+4179%07d", i*7919%10_000_000)
	switch {
	case m.once(0.08):
		c.Email = ""
	case m.once(0.15):
		c.Phone = ""
	case m.once(0.02):
		c.Email, c.Phone = "", ""
	case m.once(0.1):
		c.Email = strings.ToUpper(c.Email[:1]) + c.Email[1:]
	}
	if m.once(0.05) {
		c.LastName = ""
	}
	if m.once(0.4) {
		c.Address1, c.City, c.Country = m.pick(streets), m.pick(cities), m.pick(countries)
		if c.City != "" && m.once(0.7) {
			c.PostalCode = fmt.Sprintf("%04d", 1000+m.IntN(9000))
		}
	}
	for range m.IntN(4) {
		c.Tags = append(c.Tags, m.pick(tagNames))
	}
	if m.once(0.1) {
		c.DND = new(m.once(0.5))
	}
	if m.once(0.3) {
		c.AssignedTo = m.anyUser()
	}
	m.world.Contacts = append(m.world.Contacts, c)
}

func (m *maker) task(contactID string) {
	t := ghltest.Task{ID: m.id(), ContactID: contactID, Body: m.pick(taskBodies), Completed: m.once(0.35), DateAdded: m.ago()}
	for t.Title == "" || m.due[contactID+t.Title+t.DueDate.String()] {
		t.Title = m.pick(taskTitles)
		t.DueDate = began.AddDate(0, 0, 150+m.IntN(300)).Add(time.Duration(m.IntN(20)*30) * time.Minute)
	}
	m.due[contactID+t.Title+t.DueDate.String()] = true
	t.DateUpdated = t.DateAdded.Add(time.Duration(m.IntN(10*24)) * time.Hour)
	if m.once(0.7) {
		t.AssignedTo = m.anyUser()
	}
	m.world.Tasks = append(m.world.Tasks, t)
}

func (m *maker) note(i int) {
	n := ghltest.Note{ID: m.id(), ContactID: m.anyContact(), Body: m.pick(noteBodies), DateAdded: m.ago(), Pinned: m.once(0.05)}
	if m.once(0.3) {
		n.Body += fmt.Sprintf(" #%d", i)
	}
	if m.once(0.25) {
		n.Title = m.pick([]string{"Call", "Meeting notes", "Gespräch", "Idea 💡"})
	}
	if m.once(0.6) {
		n.UserID = m.anyUser()
	}
	m.world.Notes = append(m.world.Notes, n)
}

func (m *maker) appointment(i int) {
	start := began.AddDate(0, 0, m.IntN(450)).Add(time.Duration(m.IntN(18)*30) * time.Minute)
	a := ghltest.Appointment{ID: m.id(), CalendarID: m.world.Calendars[i%len(m.world.Calendars)].ID, ContactID: m.anyContact(),
		Title: m.pick(meetings), Address: m.pick(places), Status: statuses[i%len(statuses)], StartTime: start,
		EndTime: start.Add(time.Duration(30+30*m.IntN(3)) * time.Minute), Deleted: i%20 == 7, DateAdded: m.ago()}
	a.DateUpdated = a.DateAdded.Add(time.Hour)
	if m.once(0.5) {
		a.AssignedUserID = m.anyUser()
	}
	m.world.Appointments = append(m.world.Appointments, a)
}

// plain keeps the ASCII letters of a name, for addresses.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, strings.NewReplacer("é", "e", "ü", "ue", "ö", "oe", "ß", "ss", "É", "e").Replace(s))
}
