package ghltest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

func TestSnapshotSeedsAnEqualServer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	r.AddUser(ghltest.User{FirstName: "Uma"})
	cal := r.AddCalendar(ghltest.Calendar{Name: "c", Settings: object{"eventColor": "#fff"}})
	r.AddAppointment(ghltest.Appointment{CalendarID: cal.ID, ContactID: ada, StartTime: start, EndTime: start})
	task := r.AddTask(ghltest.Task{ContactID: ada, Title: "gone"})
	require.NoError(t, r.DeleteTask(task.ID))
	r.AddNote(ghltest.Note{ContactID: bob, Body: "n"})
	r.AddObject(ghltest.Opportunities, ghltest.Object{Fields: object{"name": "d", "contactId": ada}})
	r.Seed(ghltest.World{CustomFields: []ghltest.CustomField{{Name: "f"}}})
	w := r.Snapshot()

	other := newRig(t, ghltest.WithSeed(99))
	other.Seed(w)
	assert.Equal(t, w, other.Snapshot())
	assert.Equal(t, r.get("/contacts/" + ada + "/appointments").Body["events"], other.get("/contacts/" + ada + "/appointments").Body["events"])
	assert.Len(t, dig(other.search(t, `"pageLimit":5`), "contacts", 1, "opportunities"), 1)
}

func TestWorldIsACopy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	w := r.Snapshot()
	w.Contacts[0].Tags[0] = "spoilt"
	c, _ := r.Contact(ada)
	c.Tags[0] = "spoilt"
	c, _ = r.Contact(ada)
	assert.Equal(t, []string{"vip", "new"}, c.Tags)
}

func TestScreenEditsOfMissingThings(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for name, err := range map[string]error{
		"contact": r.EditContact("x", func(*ghltest.Contact) {}), "contact ": r.DeleteContact("x"), "task": r.EditTask("x", func(*ghltest.Task) {}),
		"task ": r.DeleteTask("x"), "note": r.EditNote("x", func(*ghltest.Note) {}), "note ": r.DeleteNote("x"),
		"appointment": r.EditAppointment("x", func(*ghltest.Appointment) {}), "appointment ": r.DeleteAppointment("x"),
		"user": r.EditUser("x", func(*ghltest.User) {}), "location": r.EditLocation("x", func(*ghltest.Location) {}),
		"campaigns": r.DeleteObject(ghltest.Campaigns, "x"), "deleted contact": r.RestoreContact("x"), "deleted task": r.RestoreTask("x"),
		"webhook": r.Resend("x"),
	} {
		require.EqualError(t, err, fmt.Sprintf("ghltest: no %s %q", strings.TrimSpace(name), "x"))
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithWebhooks(ghltest.Webhooks{URL: "http://receiver.test", Client: &http.Client{Transport: &inbox{status: 200}}}))
	r.seedPeople()
	r.Inject(ghltest.Fault{Operation: "get-contact", Status: 503, Probability: 0.1})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				body := r.do("POST", "/contacts/", loc(fmt.Sprintf(`{"locationId":"LOC","email":"c%d-%d@x.ch"}`, i, j))).Body
				id, _ := dig(body, "contact", "id").(string)
				r.do("POST", "/contacts/"+id+"/tasks", `{"title":"t","dueDate":"2026-01-01","completed":false}`)
				r.do("POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":50}`))
				r.get("/contacts/" + id)
				_ = r.EditContact(ada, func(c *ghltest.Contact) { c.City = fmt.Sprint(i, j) })
				_ = r.Snapshot()
				_, _ = r.Flush(t.Context())
			}
		})
	}
	wg.Wait()
	w := r.Snapshot()
	assert.Len(t, w.Contacts, 162)
	assert.Len(t, w.Tasks, 160)
	assert.Equal(t, 640, r.Calls(""))
	assert.Len(t, r.Requests(), 640)
}

func TestRequestLogIsBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithRequestLog(3))
	for range 5 {
		r.get(loc("/locations/LOC"))
	}
	log := r.Requests()
	require.Len(t, log, 3)
	assert.Equal(t, 5, log[2].Seq)
	assert.Equal(t, 5, r.Calls("locations/get-location"))
	assert.Equal(t, map[string]int{"locations/get-location": 5}, r.CallCounts())
	r.ResetRequests()
	assert.Empty(t, r.Requests())
	assert.Zero(t, r.Calls(""))
}
