package world

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// ownTasks is how many tasks of shared people only Pagico has.
const ownTasks = 20

// pagicoMaker draws the account that goes with a location.
type pagicoMaker struct {
	*rand.Rand
	from   ghltest.World
	world  pagicotest.World
	people map[string]string // id of a contact in the location to its id here
	users  map[string]string // the same for users
	shared []string          // the ids here of people known to both, in order
}

// Pagico makes the account that goes with a location made by [GHL]. Of every ten
// people of the location it knows two by e-mail and one by phone only, with about
// half of their tasks. It has [ownTasks] tasks of these people that the location
// lacks (fewer with fewer people), and people, projects, tasks and notes of its
// own. An empty location gives an account with users only.
func Pagico(seed uint64, location ghltest.World) pagicotest.World {
	m := pagicoMaker{Rand: rand.New(rand.NewPCG(seed, 0x7061)), from: location,
		people: map[string]string{}, users: map[string]string{}}
	for i, u := range location.Users {
		id := fmt.Sprintf("u_%d", i+1)
		m.users[u.ID] = id
		m.world.Users = append(m.world.Users, pagicotest.User{ID: id, Name: u.FirstName + " " + u.LastName, Email: u.Email})
	}
	m.world.Users = append(m.world.Users, pagicotest.User{ID: "u_only_here", Name: "Noa Lindqvist", Email: "noa@lakeside.example"})
	if len(location.Contacts) == 0 {
		return m.world
	}
	for i, c := range location.Contacts {
		m.sharedContact(i, c)
	}
	for i := range max(3, len(location.Contacts)/20) {
		m.ownContact(i)
	}
	for _, t := range location.Tasks {
		m.sharedTask(t)
	}
	for i := range min(ownTasks, 2*len(m.shared)) {
		m.ownTask(i)
	}
	m.rest()
	return m.world
}

// stamps gives a record times like those of the location.
func (m *pagicoMaker) stamps() (created, updated time.Time) {
	created = began.AddDate(0, 0, 1+m.IntN(180)).Add(time.Duration(m.IntN(8*3600*1000)) * time.Millisecond)
	return created, created.Add(time.Duration(m.IntN(30*24)) * time.Hour)
}

func (m *pagicoMaker) sharedContact(i int, c ghltest.Contact) {
	byMail, byPhone := i%5 == 0 && c.Email != "", i%10 == 3 && c.Phone != ""
	if !byMail && !byPhone {
		return
	}
	n := pagicotest.Contact{ID: fmt.Sprintf("c_%d", i+1), Name: strings.TrimSpace(c.FirstName + " " + c.LastName),
		FirstName: c.FirstName, LastName: c.LastName, Tags: []string{"From the fair"},
		CustomFields: []pagicotest.CustomField{{Name: "Birthday gift", Value: "Tea 🍵"}}}
	if byMail {
		n.Email = strings.ToUpper(c.Email[:1]) + c.Email[1:]
	} else {
		n.Phone = c.Phone[:3] + " " + c.Phone[3:5] + " " + c.Phone[5:8] + " " + c.Phone[8:]
	}
	n.CreatedAt, n.LastUpdated = m.stamps()
	m.people[c.ID] = n.ID
	m.shared = append(m.shared, n.ID)
	m.world.Contacts = append(m.world.Contacts, n)
}

func (m *pagicoMaker) ownContact(i int) {
	n := pagicotest.Contact{ID: fmt.Sprintf("c_own_%d", i+1), Name: fmt.Sprintf("Neighbour %d", i+1),
		Email: fmt.Sprintf("neighbour.%d@pagico.example", i), Phone: fmt.Sprintf("+41 77 %07d", i)}
	n.CreatedAt, n.LastUpdated = m.stamps()
	m.world.Contacts = append(m.world.Contacts, n)
}

// sharedTask copies about half of the tasks of shared people: same contact,
// title and due date. Where the location has markup, the notes are left empty.
func (m *pagicoMaker) sharedTask(t ghltest.Task) {
	contact, ok := m.people[t.ContactID]
	if !ok || m.IntN(2) == 0 {
		return
	}
	n := pagicotest.Task{ID: fmt.Sprintf("t_%d", len(m.world.Tasks)+1), Title: t.Title, DueDate: t.DueDate.Format(time.RFC3339),
		ContactID: contact, AssigneeID: m.users[t.AssignedTo], Status: "open", Color: m.IntN(5), Tags: []string{"Follow-up"}}
	if !strings.ContainsAny(t.Body, "<&\r") {
		n.Notes = t.Body
	}
	if t.Completed {
		n.Status = "completed"
	} else {
		n.Progress = 10 * m.IntN(5)
	}
	n.CreatedAt, n.LastUpdated = m.stamps()
	m.world.Tasks = append(m.world.Tasks, n)
}

// ownTask adds a task of shared people that the location does not have: one of
// them undated, every fourth for a whole day, every third inside a project.
func (m *pagicoMaker) ownTask(i int) {
	due := began.AddDate(0, 0, 200+i)
	n := pagicotest.Task{ID: fmt.Sprintf("t_own_%d", i+1), Title: fmt.Sprintf("Draft chapter %d ✏️", i+1), Notes: "Only in Pagico so far.",
		DueDate: due.Add(30 * time.Minute).Format(time.RFC3339), Status: "open", Priority: "medium",
		AssigneeID: m.world.Users[i%len(m.from.Users)].ID, ContactID: m.shared[i%len(m.shared)]}
	switch {
	case i == 1:
		n.DueDate = ""
	case i%4 == 0:
		n.DueDate = due.Format(time.DateOnly)
	}
	if i%5 == 3 {
		n.Status, n.Progress = "inProgress", 40
	}
	if i%3 == 2 {
		p := pagicotest.Project{ID: fmt.Sprintf("p_%d", i+1), Title: fmt.Sprintf("Handbook %d", i+1), ContactIDs: []string{n.ContactID}}
		p.CreatedAt, p.LastUpdated = m.stamps()
		m.world.Projects = append(m.world.Projects, p)
		n.ProjectID, n.ContactID = p.ID, ""
	}
	n.CreatedAt, n.LastUpdated = m.stamps()
	m.world.Tasks = append(m.world.Tasks, n)
}

// rest adds what has nothing to do with the location.
func (m *pagicoMaker) rest() {
	created, updated := m.stamps()
	team := pagicotest.Project{ID: "p_team", Title: "Team matters", ContactIDs: m.shared[:min(2, len(m.shared))], CreatedAt: created, LastUpdated: updated}
	m.world.Projects = append(m.world.Projects, team)
	for i := range 10 {
		n := pagicotest.Task{ID: fmt.Sprintf("t_inbox_%d", i+1), Title: fmt.Sprintf("Inbox thought %d", i+1), Status: "open",
			AssigneeID: "u_only_here"}
		if i%3 == 0 {
			n.ProjectID = team.ID
		}
		n.CreatedAt, n.LastUpdated = m.stamps()
		m.world.Tasks = append(m.world.Tasks, n)
	}
	for i := range 8 {
		n := pagicotest.Note{ID: fmt.Sprintf("n_own_%d", i+1), Title: fmt.Sprintf("Notebook %d", i+1), Content: "Grüße aus Zürich.\nMore tomorrow."}
		if i%2 == 0 && len(m.shared) > 0 {
			n.ContactID = m.shared[i%len(m.shared)]
		}
		n.CreatedAt, n.LastUpdated = m.stamps()
		m.world.Notes = append(m.world.Notes, n)
	}
}
