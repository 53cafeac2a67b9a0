package world_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/examples/internal/world"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	one, two, other := world.GHL(7, 50), world.GHL(7, 50), world.GHL(8, 50)
	assert.Equal(t, one, two)
	assert.NotEqual(t, one, other)
	assert.Equal(t, world.Pagico(7, one), world.Pagico(7, two))
}

func TestSizes(t *testing.T) {
	t.Parallel()
	w := world.GHL(1, 1000)
	assert.Len(t, w.Contacts, 1000)
	assert.GreaterOrEqual(t, len(w.Tasks), 3000)
	assert.Len(t, w.Notes, 1500)
	live := 0
	for _, a := range w.Appointments {
		if !a.Deleted {
			live++
		}
	}
	assert.GreaterOrEqual(t, live, 400)
	assert.Greater(t, len(w.Appointments), live, "some are deleted")
	assert.Len(t, w.Calendars, 3)
	for _, n := range []int{0, 1, 2, 3, 10, 100} {
		w := world.GHL(1, n)
		assert.Len(t, w.Contacts, n)
		p := world.Pagico(1, w)
		assert.Len(t, p.Users, len(w.Users)+1)
		if n == 0 {
			assert.Empty(t, w.Tasks)
			assert.Empty(t, p.Contacts)
			assert.Empty(t, p.Tasks)
		}
	}
}

func TestNoAccidentalMatches(t *testing.T) {
	t.Parallel()
	w := world.GHL(3, 1000)
	p := world.Pagico(3, w)
	mails, phones, tasks := map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range w.Contacts {
		mails[strings.ToLower(c.Email)]++
		phones[c.Phone]++
	}
	for _, task := range w.Tasks {
		tasks[task.ContactID+"|"+task.Title+"|"+task.DueDate.String()]++
	}
	delete(mails, "")
	delete(phones, "")
	for _, seen := range []map[string]int{mails, phones, tasks} {
		for what, n := range seen {
			assert.Equal(t, 1, n, what)
		}
	}
	byMail, byPhone, neither := 0, 0, 0
	seen := map[string]bool{}
	for _, c := range p.Contacts {
		mail, phone := strings.ToLower(c.Email), strings.ReplaceAll(c.Phone, " ", "")
		for _, key := range []string{mail, phone} {
			assert.False(t, key != "" && seen[key], key)
			seen[key] = true
		}
		switch {
		case mails[mail] == 1:
			byMail++
		case phones[phone] == 1:
			byPhone++
		default:
			neither++
		}
	}
	assert.Positive(t, byMail)
	assert.Positive(t, byPhone)
	assert.Positive(t, neither)
}

func TestVariety(t *testing.T) {
	t.Parallel()
	w := world.GHL(1, 1000)
	p := world.Pagico(1, w)
	count := map[string]int{}
	note := func(what string, is bool) {
		if is {
			count[what]++
		}
	}
	for _, c := range w.Contacts {
		note("contact without mail", c.Email == "")
		note("contact without phone", c.Phone == "")
		note("upper case tag", strings.ContainsFunc(strings.Join(c.Tags, ""), func(r rune) bool { return r >= 'A' && r <= 'Z' }))
		note("non-ASCII name", strings.ContainsFunc(c.FirstName, func(r rune) bool { return r > 127 }))
	}
	for _, task := range w.Tasks {
		note("html body", strings.Contains(task.Body, "<p>"))
		note("task without contact", task.ContactID == "")
		note("emoji", strings.Contains(task.Title, "🚀"))
		note("task of nobody", task.AssignedTo == "")
	}
	for _, a := range w.Appointments {
		note("deleted appointment", a.Deleted)
		note("cancelled appointment", a.Status == "cancelled")
		note("untitled appointment", a.Title == "")
	}
	own := 0
	for _, task := range p.Tasks {
		if strings.HasPrefix(task.ID, "t_own_") {
			own++
		}
		note("all-day task", len(task.DueDate) == len(time.DateOnly))
		note("task in a project", task.ProjectID != "")
		note("inbox task", task.ProjectID == "" && task.ContactID == "")
	}
	assert.Equal(t, 20, own)
	for _, what := range []string{"contact without mail", "contact without phone", "upper case tag", "non-ASCII name", "html body",
		"task without contact", "emoji", "task of nobody", "deleted appointment", "cancelled appointment", "untitled appointment",
		"all-day task", "task in a project", "inbox task"} {
		assert.Positive(t, count[what], what)
	}
}

func TestServersTakeTheWorlds(t *testing.T) {
	t.Parallel()
	w := world.GHL(5, 120)
	ghlServer := ghltest.New()
	ghlServer.Seed(w)
	assert.Len(t, ghlServer.Snapshot().Contacts, 120)
	pagicoServer := pagicotest.New()
	p := world.Pagico(5, w)
	require.NoError(t, pagicoServer.Seed(p))
	assert.Len(t, pagicoServer.Snapshot().Tasks, len(p.Tasks))
}
