package killtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/examples/internal/local"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// users edit both sides on their screens and remember what must be true in the
// end, without knowing anything of the engine.
type users struct {
	t       *testing.T
	servers *local.Servers
	r       *rand.Rand
	n       int
	// titles are those of new and renamed tasks, which must end up on both
	// sides exactly once.
	titles map[string]bool
	// touched are tasks that somebody renamed or made: nobody else edits them.
	touched map[string]bool
	// log finds the audit entries that mention a text.
	log func(text string) []string
}

func newUsers(t *testing.T, servers *local.Servers, r *rand.Rand) *users {
	t.Helper()
	return &users{t: t, servers: servers, r: r, titles: map[string]bool{}, touched: map[string]bool{}}
}

func (u *users) title() string {
	u.n++
	title := fmt.Sprintf("edit %d ✎", u.n)
	u.titles[title] = true
	return title
}

// edit makes n random changes.
func (u *users) edit(n int) {
	u.t.Helper()
	for range n {
		switch u.r.IntN(4) {
		case 0:
			u.newInGHL()
		case 1:
			u.newInPagico()
		case 2:
			u.renameInGHL()
		default:
			u.renameInPagico()
		}
	}
}

func (u *users) newInGHL() {
	contacts := u.servers.GHL.Snapshot().Contacts
	task := u.servers.GHL.AddTask(ghltest.Task{ContactID: contacts[u.r.IntN(len(contacts))].ID, Title: u.title(), DueDate: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)})
	u.touched[task.ID] = true
}

// newInPagico adds a task to a contact that came from GHL.
func (u *users) newInPagico() {
	u.t.Helper()
	contacts := slices.DeleteFunc(u.servers.Pagico.Snapshot().Live().Contacts, func(c pagicotest.Contact) bool { return !strings.HasPrefix(c.ExternalID, "ghl:") })
	if len(contacts) == 0 {
		return
	}
	task, err := u.servers.Pagico.AddTask(pagicotest.Task{ContactID: contacts[u.r.IntN(len(contacts))].ID, Title: u.title(), DueDate: "2026-12-05"})
	require.NoError(u.t, err)
	u.touched[task.ID] = true
}

func (u *users) renameInGHL() {
	u.t.Helper()
	for _, task := range u.servers.GHL.Snapshot().Tasks {
		if task.ContactID != "" && !task.Deleted && !u.titles[task.Title] && !u.touched[task.ID] && !u.touched["pagico of "+task.ID] {
			u.touched[task.ID] = true
			require.NoError(u.t, u.servers.GHL.EditTask(task.ID, func(x *ghltest.Task) { x.Title = u.title() }))
			return
		}
	}
}

// renameInPagico renames a task that came from GHL and that nobody touched.
func (u *users) renameInPagico() {
	u.t.Helper()
	tasks := u.servers.Pagico.Snapshot().Live().Tasks
	for _, task := range slices.Backward(tasks) {
		_, id, _ := strings.Cut(task.ExternalID, ":task:")
		if id == "" || u.titles[task.Title] || u.touched[id] || u.touched["pagico of "+id] || task.ContactID == "" {
			continue
		}
		u.touched["pagico of "+id] = true
		require.NoError(u.t, u.servers.Pagico.EditTask(task.ID, func(x *pagicotest.Task) { x.Title = u.title() }))
		return
	}
}

// check compares the two worlds by what people see.
func (u *users) check() {
	u.t.Helper()
	ghlWorld, pagicoWorld := u.servers.GHL.Snapshot(), u.servers.Pagico.Snapshot().Live()
	inGHL, inPagico := map[string]int{}, map[string]int{}
	contacts := 0
	for _, c := range ghlWorld.Contacts {
		if !c.Deleted {
			contacts++
		}
	}
	for _, task := range ghlWorld.Tasks {
		if !task.Deleted {
			inGHL[task.Title]++
		}
	}
	linked := map[string]int{}
	for _, task := range pagicoWorld.Tasks {
		inPagico[task.Title]++
		if task.ExternalID != "" {
			linked[task.ExternalID]++
		}
	}
	for title := range u.titles {
		if inGHL[title] != 1 || inPagico[title] != 1 {
			u.explain(title, ghlWorld, pagicoWorld)
		}
		require.Equal(u.t, 1, inGHL[title], "%q in GHL", title)
		require.Equal(u.t, 1, inPagico[title], "%q in Pagico", title)
	}
	for title, n := range inGHL {
		require.GreaterOrEqual(u.t, inPagico[title], n, "%q", title)
	}
	for id, n := range linked {
		require.Equal(u.t, 1, n, "%s", id)
	}
	emails := map[string]int{}
	for _, c := range pagicoWorld.Contacts {
		if c.Email != "" {
			emails[strings.ToLower(c.Email)]++
		}
	}
	for email, n := range emails {
		require.Equal(u.t, 1, n, "contact %s", email)
	}
	require.Len(u.t, ghlWorld.Contacts, contacts)
}

// explain shows where a title is, and what its twins are called.
func (u *users) explain(title string, g ghltest.World, p pagicotest.World) {
	u.t.Helper()
	for _, task := range p.Tasks {
		if task.Title == title {
			u.t.Logf("in Pagico: %s, external id %q, contact %s, updated %s", task.ID, task.ExternalID, task.ContactID, task.LastUpdated)
			for _, twin := range g.Tasks {
				if strings.HasSuffix(task.ExternalID, twin.ID) || strings.Contains(twin.Body, task.ID+"]") {
					u.t.Logf("its twin in GHL: %s %q, deleted %t, updated %s, body %q", twin.ID, twin.Title, twin.Deleted, twin.DateUpdated, twin.Body)
				}
			}
		}
	}
	for _, entry := range u.log(title) {
		u.t.Log("audit log:", entry)
	}
	for _, task := range g.Tasks {
		if task.Title == title {
			u.t.Logf("in GHL: %s, contact %s, deleted %t, updated %s, body %q", task.ID, task.ContactID, task.Deleted, task.DateUpdated, task.Body)
		}
	}
}
