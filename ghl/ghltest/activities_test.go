package ghltest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

func TestTaskLife(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	base := "/contacts/" + ada + "/tasks"
	task := r.ok(201, "POST", base, `{"title":"Call","dueDate":"2026-07-20T12:00:00+02:00","completed":false}`)["task"].(object)
	id := task["id"].(string)
	assert.Equal(t, object{"id": id, "title": "Call", "dueDate": "2026-07-20T10:00:00.000Z", "completed": false, "contactId": ada}, task,
		"no body, assignee or dates when never set; the due date is read back in UTC with milliseconds")

	task = r.ok(200, "PUT", base+"/"+id, `{"completed":true}`)["task"].(object)
	assert.Equal(t, "Call", task["title"], "a partial update keeps the rest")
	assert.Equal(t, true, task["completed"])
	r.ok(200, "PUT", base+"/"+id, `{"body":"<p>hi</p>","assignedTo":"u1"}`)
	task = r.ok(200, "PUT", base+"/"+id+"/completed", `{"completed":false}`)["task"].(object)
	assert.Equal(t, "<p>hi</p>", task["body"])
	assert.Equal(t, false, task["completed"])
	task = r.ok(200, "PUT", base+"/"+id, `{"body":null,"assignedTo":""}`)["task"].(object)
	assert.NotContains(t, task, "body")
	assert.NotContains(t, task, "assignedTo")

	assert.Equal(t, task, r.ok(200, "GET", base+"/"+id, "")["task"])
	assert.Equal(t, []string{id}, ids(t, r.ok(200, "GET", base, "")["tasks"], "id"))
	assert.Equal(t, 404, r.get("/contacts/"+bob+"/tasks/"+id).Status, "a task lives below its own contact")
	body := r.ok(200, "DELETE", base+"/"+id, "")
	assert.Equal(t, true, body["succeded"])
	assert.Equal(t, true, body["succeeded"])
	assert.Equal(t, 404, r.get(base+"/"+id).Status)
	assert.Equal(t, []any{}, r.ok(200, "GET", base, "")["tasks"])
	require.NoError(t, r.RestoreTask(id))
	assert.Equal(t, 200, r.get(base+"/"+id).Status)
}

func TestTaskSearchRow(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	r.Seed(ghltest.World{Users: []ghltest.User{{ID: "user0000000000000001", FirstName: "Uma"}}, Tasks: []ghltest.Task{
		{ID: "t-own", ContactID: ada, Title: "own", Body: "<b>x</b>", AssignedTo: "user0000000000000001", Completed: true, DateAdded: start},
		{ID: "t-none", Title: "no contact", DateAdded: start.Add(-time.Hour)},
	}})
	body := r.ok(201, "POST", loc("/locations/LOC/tasks/search"), `{"limit":500}`)
	assert.NotContains(t, body, "total")
	require.Equal(t, []string{"t-own", "t-none"}, ids(t, body["tasks"], "_id"))
	own, none := dig(body, "tasks", 0).(object), dig(body, "tasks", 1).(object)
	assert.NotContains(t, own, "id")
	assert.Equal(t, "completed", own["status"])
	assert.Equal(t, "completed", own["statusGroup"])
	assert.Equal(t, false, own["deleted"])
	assert.Equal(t, own["updatedAt"], own["dateUpdated"])
	assert.Equal(t, object{"_id": ada, "firstName": "Ada", "lastName": "Lovelace"}, own["contactDetails"])
	assert.Equal(t, "Uma", dig(own, "assignedToUserDetails", "firstName"))
	assert.Equal(t, []any{float64(start.UnixMilli()), "t-own"}, own["searchAfter"])
	assert.NotContains(t, none, "contactId", "tasks without a contact exist")
	assert.Contains(t, none, "contactDetails")
	assert.Nil(t, none["contactDetails"])
	assert.Equal(t, "to_do", none["status"])
}

func TestTaskSearchPagingAndFilters(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	for i := range 60 {
		r.Seed(ghltest.World{Tasks: []ghltest.Task{{ContactID: []string{ada, bob}[i%2], Title: fmt.Sprintf("Task %d", i), Completed: i%3 == 0,
			DateAdded: start.Add(time.Duration(i/5) * time.Second)}}})
	}
	path := loc("/locations/LOC/tasks/search")
	assert.Len(t, r.ok(201, "POST", path, `{}`)["tasks"], 25, "25 by default")
	assert.Len(t, r.ok(201, "POST", path, `{"limit":50,"skip":50}`)["tasks"], 10)
	assert.Len(t, r.ok(201, "POST", path, `{"limit":500,"contactId":["`+ada+`"],"completed":true}`)["tasks"], 10)
	assert.Len(t, r.ok(201, "POST", path, `{"limit":500,"query":"task 5"}`)["tasks"], 11)
	assert.Equal(t, 422, r.do("POST", path, `{"limit":501}`).Status)
	assert.Equal(t, 422, r.do("POST", path, `{"page":1}`).Status)
	seen, cursor := map[string]bool{}, ""
	for {
		rows := r.ok(201, "POST", path, `{"limit":7`+cursor+`}`)["tasks"].([]any)
		for _, id := range ids(t, rows, "_id") {
			assert.False(t, seen[id])
			seen[id] = true
		}
		if len(rows) < 7 {
			break
		}
		after, _ := json.Marshal(dig(rows, 6, "searchAfter"))
		cursor = `,"searchAfter":` + string(after)
	}
	assert.Len(t, seen, 60)
}

func TestNoteLife(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	base := "/contacts/" + ada + "/notes"
	note := r.ok(201, "POST", base, `{"body":"<p>Tea &amp; cake</p><p>at 4</p>"}`)["note"].(object)
	id := note["id"].(string)
	assert.Equal(t, "<p>Tea &amp; cake</p><p>at 4</p>", note["body"], "the body stays as sent")
	assert.Equal(t, "Tea & cake\nat 4", note["bodyText"])
	assert.Contains(t, note, "userId")
	assert.Nil(t, note["userId"])
	assert.Equal(t, []any{}, note["relations"])
	assert.Equal(t, false, note["pinned"])
	for _, key := range []string{"title", "color", "dateUpdated"} {
		assert.NotContains(t, note, key)
	}
	note = r.ok(200, "PUT", base+"/"+id, `{"title":"Plan","pinned":true}`)["note"].(object)
	assert.Equal(t, "Plan", note["title"])
	assert.Equal(t, "<p>Tea &amp; cake</p><p>at 4</p>", note["body"])
	assert.Equal(t, note, r.ok(200, "GET", base+"/"+id, "")["note"])
	assert.Equal(t, []string{id}, ids(t, r.ok(200, "GET", base, "")["notes"], "id"))
	assert.Equal(t, true, r.ok(200, "DELETE", base+"/"+id, "")["succeded"])
	assert.Equal(t, 404, r.get(base+"/"+id).Status)
}

func TestNoteTextOfManyBodies(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	for body, want := range map[string]string{
		"plain":                             "plain",
		"a <b>bold</b> word":                "a bold word",
		"<ul><li>one</li><li>two</li></ul>": "one\ntwo",
		"one<br>two<br/>three":              "one\ntwo\nthree",
		"https://x.example/?a=1&copy=2":     "https://x.example/?a=1&copy=2",
		"5 &lt; 6 &amp;&amp; 7 &#62; 6":     "5 < 6 && 7 > 6",
		"1 < 2 and that is all":             "1 < 2 and that is all",
		"Zoë &amp; 🎉":                       "Zoë & 🎉",
	} {
		n := r.AddNote(ghltest.Note{ContactID: ada, Body: body})
		assert.Equal(t, want, dig(r.get("/contacts/"+ada+"/notes/"+n.ID).Body, "note", "bodyText"), body)
	}
}

func TestAppointmentsReadInLocationTime(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLocation(ghltest.Location{ID: ghltest.DefaultLocationID, Timezone: "Europe/Zurich"}))
	r.seedPeople()
	before, _ := r.Contact(ada)
	cal := r.AddCalendar(ghltest.Calendar{Name: "Sales", IsActive: true})
	a := r.AddAppointment(ghltest.Appointment{CalendarID: cal.ID, ContactID: ada, Title: "Demo", StartTime: start, EndTime: start.Add(time.Hour)})
	bumped, _ := r.Contact(ada)
	assert.True(t, bumped.DateUpdated.After(before.DateUpdated), "the first appointment moves the contact's dateUpdated")
	r.now = start.Add(time.Minute)
	r.AddAppointment(ghltest.Appointment{CalendarID: cal.ID, ContactID: ada, StartTime: start.Add(24 * time.Hour)})
	again, _ := r.Contact(ada)
	assert.Equal(t, bumped.DateUpdated, again.DateUpdated, "later ones do not")

	got := r.ok(200, "GET", "/calendars/events/appointments/"+a.ID, "")["appointment"]
	assert.Equal(t, "2026-07-20T12:00:00+02:00", dig(got, "startTime"))
	assert.Equal(t, "2026-07-20T10:00:00.000Z", dig(got, "dateAdded"))
	assert.Equal(t, "confirmed", dig(got, "appointmentStatus"))
	assert.Equal(t, "confirmed", dig(got, "appoinmentStatus"))
	assert.Equal(t, false, dig(got, "deleted"))

	events := r.ok(200, "GET", "/contacts/"+ada+"/appointments", "")["events"]
	assert.Equal(t, "2026-07-20 12:00:00", dig(events, 0, "startTime"), "local without zone")

	list := loc("/calendars/events?locationId=LOC&calendarId=" + cal.ID)
	assert.Len(t, r.ok(200, "GET", list+"&startTime=0&endTime=4102444800000", "")["events"], 2)
	window := fmt.Sprintf("&startTime=%d&endTime=%d", start.UnixMilli(), start.Add(time.Hour).UnixMilli())
	assert.Equal(t, []string{a.ID}, ids(t, r.ok(200, "GET", list+window, "")["events"], "id"))

	require.NoError(t, r.DeleteAppointment(a.ID))
	got = r.ok(200, "GET", "/calendars/events/appointments/"+a.ID, "")["appointment"]
	assert.Equal(t, true, dig(got, "deleted"), "a deleted appointment stays readable")
	assert.Len(t, r.ok(200, "GET", list+"&startTime=0&endTime=4102444800000", "")["events"], 1)
	assert.Equal(t, 422, r.get(loc("/calendars/events?locationId=LOC&startTime=0&endTime=1")).Status)

	r.version = "2021-04-15"
	assert.NotNil(t, r.ok(200, "GET", "/calendars/events/appointments/"+a.ID, "")["event"])
	assert.Equal(t, []string{cal.ID}, ids(t, r.ok(200, "GET", loc("/calendars/?locationId=LOC"), "")["calendars"], "id"))
}

func TestLocationAndUsers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	u := r.AddUser(ghltest.User{FirstName: "Uma", LastName: "Berg", Email: "uma@x.ch"})
	l := r.ok(200, "GET", loc("/locations/LOC"), "")["location"]
	assert.Equal(t, "Europe/Zurich", dig(l, "timezone"))
	assert.Equal(t, []any{"email", "phone"}, dig(l, "settings", "contactUniqueIdentifiers"))
	company := dig(l, "companyId").(string)
	body := r.ok(200, "GET", "/users/search?companyId="+company, "")
	assert.Equal(t, []string{u.ID}, ids(t, body["users"], "id"))
	assert.InDelta(t, 1, body["count"], 0)
	assert.Equal(t, "Uma Berg", dig(body, "users", 0, "name"))
	assert.Equal(t, 422, r.get("/users/search").Status, "companyId is required")
}

func TestTaskSearchSeesEveryWrite(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	titles := func() (out []string) {
		for _, row := range r.ok(201, "POST", loc("/locations/LOC/tasks/search"), `{}`)["tasks"].([]any) {
			out = append(out, dig(row, "title").(string))
		}
		return out
	}
	assert.Empty(t, titles())
	a := r.AddTask(ghltest.Task{Title: "a", DateAdded: start})
	assert.Equal(t, []string{"a"}, titles())
	r.AddTask(ghltest.Task{Title: "b", ContactID: ada, DateAdded: start.Add(time.Second)})
	require.NoError(t, r.EditTask(a.ID, func(t *ghltest.Task) { t.Title = "A" }))
	assert.Equal(t, []string{"b", "A"}, titles())
	require.NoError(t, r.DeleteTask(a.ID))
	assert.Equal(t, []string{"b"}, titles())
	r.ok(200, "DELETE", "/contacts/"+ada, "")
	assert.Empty(t, titles(), "the contact took its task along")
}

func TestDueDateForms(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	for in, want := range map[string]string{
		"2026-07-20T10:00:00Z":        "2026-07-20T10:00:00.000Z",
		"2026-07-20T10:00:00.123Z":    "2026-07-20T10:00:00.123Z",
		"2026-07-20T10:00:00.123456Z": "2026-07-20T10:00:00.123Z",
		"2026-07-20T12:30:00+02:30":   "2026-07-20T10:00:00.000Z",
		"2026-07-20T10:00:00+0000":    "2026-07-20T10:00:00.000Z",
		"2026-07-20":                  "2026-07-20T00:00:00.000Z",
	} {
		task := r.ok(201, "POST", "/contacts/"+ada+"/tasks", `{"title":"t","completed":false,"dueDate":"`+in+`"}`)["task"]
		assert.Equal(t, want, dig(task, "dueDate"), in)
	}
	for _, bad := range []string{"", "tomorrow", "20.7.2026"} {
		assert.Equal(t, 422, r.do("POST", "/contacts/"+ada+"/tasks", `{"title":"t","completed":false,"dueDate":"`+bad+`"}`).Status, bad)
	}
}
