package ghltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

func TestEverySearchFieldFinds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	require.NoError(t, r.EditContact(bob, func(c *ghltest.Contact) { c.Email = "bob@x.ch" }))
	yes := true
	r.Seed(ghltest.World{Contacts: []ghltest.Contact{{ID: "contactFULL00000003", FirstName: "Full", LastName: "House", Email: "full@x.ch", Phone: "+41790000003",
		Address1: "Weg 1", AssignedTo: "u1", City: "Bern", Country: "CH", CompanyName: "ACME", PostalCode: "3000", Source: "form", State: "BE",
		Timezone: "Asia/Tokyo", Type: "customer", Website: "https://x.ch", Followers: []string{"f1"}, Tags: []string{"only"}, DND: &yes,
		BusinessID: "business000000000001", Workflows: []string{"w1"}, DateAdded: start.Add(-36 * time.Hour), DateUpdated: start.Add(time.Hour),
		CustomFields: []ghltest.FieldValue{{ID: "list", Value: []any{"a", "b"}}, {ID: "box", Value: object{"opt": "z"}}, {ID: "size", Value: 12.0}}}},
		Objects: map[ghltest.Collection][]ghltest.Object{
			ghltest.Businesses:    {{ID: "business000000000001", Fields: object{"name": "ACME AG"}}},
			ghltest.Opportunities: {{Fields: object{"contactId": "contactFULL00000003", "pipelineId": "p1", "pipelineStageId": "s1", "status": "won"}}}}})
	r.AddAppointment(ghltest.Appointment{ContactID: "contactFULL00000003", StartTime: start, EndTime: start})
	require.NoError(t, r.EditContact(ada, func(*ghltest.Contact) {}))
	for field, value := range map[string]string{"id": `"contactFULL00000003"`, "address": `"weg 1"`, "assignedTo": `"u1"`, "businessName": `"ACME AG"`, "city": `"Bern"`,
		"country": `"CH"`, "companyName": `"ACME"`, "email": `"full@x.ch"`, "followers": `"f1"`, "firstNameLowerCase": `"full"`,
		"lastNameLowerCase": `"house"`, "phone": `"+41790000003"`, "postalCode": `"3000"`, "source": `"form"`, "state": `"BE"`, "tags": `"only"`,
		"timezone": `"Asia/Tokyo"`, "type": `"customer"`, "website": `"https://x.ch"`, "dnd": `true`, "activeWorkflows": `"w1"`,
		"opportunities.pipelineId": `"p1"`, "opportunities.pipelineStageId": `"s1"`, "opportunities.status": `"won"`, "dateAdded": `"2026-07-18T22:00:00.000Z"`,
		"lastAppointment": `"2026-07-20T10:00:00Z"`, "customFields.list": `"b"`, "customFields.box.opt": `"z"`, "customFields.size": `12`} {
		body := r.search(t, `"pageLimit":10,"filters":[{"field":"`+field+`","operator":"eq","value":`+value+`}]`)
		assert.Equal(t, []string{"contactFULL00000003"}, ids(t, body["contacts"], "id"), field)
	}
	for _, field := range []string{"validEmail", "isValidWhatsapp", "finishedWorkflows", "lastEmailOpenedDate"} {
		assert.Empty(t, r.search(t, `"pageLimit":10,"filters":[{"field":"`+field+`","operator":"exists"}]`)["contacts"], field)
	}
	body := r.search(t, `"pageLimit":10,"filters":[{"field":"customFields.size","operator":"range","value":{"gte":10,"lt":13}}]`)
	assert.Len(t, body["contacts"], 1)
	row := dig(body, "contacts", 0)
	assert.Equal(t, "ACME AG", dig(row, "businessName"))
	assert.Equal(t, "won", dig(row, "opportunities", 0, "status"))
	assert.Equal(t, "Weg 1", dig(row, "address"))
	assert.Equal(t, true, dig(row, "dnd"))
	for _, field := range []string{"email", "dnd", "source", "firstNameLowerCase", "lastNameLowerCase", "dateAdded", "dateUpdated"} {
		up := ids(t, r.search(t, `"pageLimit":10,"sort":[{"field":"`+field+`","direction":"asc"}]`)["contacts"], "id")
		down := ids(t, r.search(t, `"pageLimit":10,"sort":[{"field":"`+field+`","direction":"desc"}]`)["contacts"], "id")
		assert.Equal(t, []string{up[2], up[1], up[0]}, down, field)
		if field == "dnd" || field == "source" {
			assert.Equal(t, "contactFULL00000003", up[2], field)
		}
	}
	assert.Equal(t, 400, r.do("POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":1,"sort":[{"field":"city","direction":"asc"}]}`)).Status)
	assert.Equal(t, 400, r.do("POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":1,"searchAfter":[1]}`)).Status)
}

func TestBulkChanges(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	path := "/contacts/bulk/tags/update/"
	body := r.ok(201, "POST", path+"add", loc(`{"locationId":"LOC","contacts":["`+ada+`","`+bob+`","nobody00000000000000"],"tags":["Bulk"]}`))
	assert.InDelta(t, 1, body["errorCount"], 0)
	assert.Len(t, body["responses"], 3)
	c, _ := r.Contact(bob)
	assert.Equal(t, []string{"bulk"}, c.Tags)
	r.ok(201, "POST", path+"remove", loc(`{"locationId":"LOC","contacts":["`+ada+`","`+bob+`"],"tags":[],"removeAllTags":true}`))
	c, _ = r.Contact(ada)
	assert.Empty(t, c.Tags)
	assert.Equal(t, 400, r.do("POST", path+"swap", loc(`{"locationId":"LOC","contacts":[],"tags":[]}`)).Status)
	r.ok(200, "POST", "/contacts/bulk/business", loc(`{"locationId":"LOC","ids":["`+ada+`"],"businessId":"b1"}`))
	list := r.ok(200, "GET", loc("/contacts/business/b1?locationId=LOC"), "")
	assert.Equal(t, []string{ada}, ids(t, list["contacts"], "id"))
	r.ok(200, "POST", "/contacts/bulk/business", loc(`{"locationId":"LOC","ids":["`+ada+`"],"businessId":null}`))
	assert.Empty(t, r.ok(200, "GET", loc("/contacts/business/b1?locationId=LOC"), "")["contacts"])
}

func TestOpportunityUpsertAndStages(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	r.Seed(ghltest.World{Objects: map[ghltest.Collection][]ghltest.Object{ghltest.Pipelines: {{ID: "p1", Fields: object{"name": "P",
		"stages": []any{object{"id": "s1"}, object{"id": "s2"}}}}}}})
	body := r.ok(200, "POST", "/opportunities/upsert", loc(`{"locationId":"LOC","pipelineId":"p1","contactId":"`+ada+`","name":"one"}`))
	assert.Equal(t, true, body["new"])
	assert.Equal(t, "s1", dig(body, "opportunity", "pipelineStageId"), "the first stage")
	assert.Equal(t, "open", dig(body, "opportunity", "status"))
	id := dig(body, "opportunity", "id").(string)
	body = r.ok(200, "POST", "/opportunities/upsert", loc(`{"locationId":"LOC","pipelineId":"p1","contactId":"`+ada+`","name":"two"}`))
	assert.Equal(t, false, body["new"])
	assert.Equal(t, id, dig(body, "opportunity", "id"))
	assert.Equal(t, 400, r.do("PUT", "/opportunities/"+id, `{"pipelineStageId":"s9"}`).Status)
	assert.Equal(t, 400, r.do("POST", "/opportunities/", loc(`{"locationId":"LOC","pipelineId":"p9","contactId":"`+bob+`","name":"x","status":"open"}`)).Status)
	r.ok(200, "PUT", "/opportunities/"+id+"/status", `{"status":"lost","lostReasonId":"r"}`)
	o, ok := r.Object(ghltest.Opportunities, id)
	require.True(t, ok)
	assert.Equal(t, "lost", o.Fields["status"])
	assert.Len(t, r.ok(200, "GET", loc("/opportunities/search?location_id=LOC&status=lost"), "")["opportunities"], 1)
	assert.Empty(t, r.ok(200, "GET", loc("/opportunities/search?location_id=LOC&status=open"), "")["opportunities"])
	assert.Len(t, r.ok(200, "GET", loc("/opportunities/search?location_id=LOC&status=all"), "")["opportunities"], 1)
	followed := r.ok(201, "POST", "/opportunities/"+id+"/followers", `{"followers":["u1","u2"]}`)
	assert.Equal(t, []any{"u1", "u2"}, followed["followersAdded"])
	left := r.ok(200, "DELETE", "/opportunities/"+id+"/followers?isRemoveAllFollowers=true", `{}`)
	assert.Equal(t, []any{}, left["followers"])
}

func TestTokensAndLimitsCanChange(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLag(ghltest.Lag{Contacts: time.Minute}))
	assert.Equal(t, ghltest.DefaultLocationID, r.LocationID())
	assert.Equal(t, ghltest.DefaultCompanyID, r.CompanyID())
	r.AddContact(ghltest.Contact{FirstName: "late"})
	assert.Empty(t, r.search(t, `"pageLimit":5`)["contacts"])
	r.now = start.Add(time.Minute)
	assert.Len(t, r.search(t, `"pageLimit":5`)["contacts"], 1)
	r.SetLimits(ghltest.Limits{Burst: 1})
	assert.Equal(t, 200, r.get(loc("/locations/LOC")).Status)
	assert.Equal(t, 429, r.get(loc("/locations/LOC")).Status)
	r.SetLimits(ghltest.RealLimits())
	r.RevokeToken(r.Token())
	assert.Equal(t, 401, r.get(loc("/locations/LOC")).Status)
	r.AddToken(ghltest.Token{Value: r.Token()})
	assert.Equal(t, 200, r.get(loc("/locations/LOC")).Status)
}

func TestScreenEditsAppointmentsUsersNotes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	a := r.AddAppointment(ghltest.Appointment{ContactID: ada, StartTime: start, EndTime: start.Add(time.Hour)})
	r.now = start.Add(time.Hour)
	require.NoError(t, r.EditAppointment(a.ID, func(a *ghltest.Appointment) { a.Status = "showed" }))
	a, _ = r.Appointment(a.ID)
	assert.Equal(t, "showed", a.Status)
	assert.Equal(t, r.now, a.DateUpdated)
	assert.Equal(t, start, a.DateAdded)
	u := r.AddUser(ghltest.User{FirstName: "U"})
	require.NoError(t, r.EditUser(u.ID, func(u *ghltest.User) { u.Deleted = true }))
	u, ok := r.User(u.ID)
	assert.True(t, ok && u.Deleted)
	assert.Equal(t, 404, r.get("/users/"+u.ID).Status)
	n := r.AddNote(ghltest.Note{ContactID: ada, Body: "n"})
	assert.Len(t, r.NotesOf(ada), 1)
	require.NoError(t, r.DeleteNote(n.ID))
	assert.Empty(t, r.NotesOf(ada))
	free := r.AddTask(ghltest.Task{Title: "free"})
	assert.Equal(t, []ghltest.Task{free}, r.TasksOf(""), "tasks without a contact")
	cal := r.AddCalendar(ghltest.Calendar{Name: "c"})
	got, ok := r.Calendar(cal.ID)
	assert.True(t, ok)
	assert.Equal(t, "c", got.Name)
	l, ok := r.Location(ghltest.DefaultLocationID)
	assert.True(t, ok)
	assert.Equal(t, "Europe/Zurich", l.Timezone)
}

func TestTaskMovedOnTheScreenChangesItsContact(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	task := r.AddTask(ghltest.Task{ContactID: ada, Title: "t"})
	require.NoError(t, r.EditTask(task.ID, func(t *ghltest.Task) { t.ContactID = bob }))
	assert.Empty(t, r.ok(200, "GET", "/contacts/"+ada+"/tasks", "")["tasks"])
	assert.Len(t, r.ok(200, "GET", "/contacts/"+bob+"/tasks", "")["tasks"], 1)
	r.ok(200, "DELETE", "/contacts/"+ada, "")
	gone, _ := r.Task(task.ID)
	assert.False(t, gone.Deleted)
}
