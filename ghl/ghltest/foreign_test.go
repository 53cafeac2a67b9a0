package ghltest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

// TestForeignEntitiesAreRefused reads and writes entities of one location with the token of another.
func TestForeignEntitiesAreRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLocation(ghltest.Location{ID: "locONE"}), ghltest.WithLocation(ghltest.Location{ID: "locTWO"}),
		ghltest.WithTokens(ghltest.Token{Value: "pit-one", LocationID: "locONE"}, ghltest.Token{Value: "pit-two", LocationID: "locTWO"}))
	c := r.AddContact(ghltest.Contact{LocationID: "locONE", FirstName: "x"}).ID
	task := r.AddTask(ghltest.Task{ContactID: c, Title: "t"}).ID
	note := r.AddNote(ghltest.Note{ContactID: c, Body: "n"}).ID
	cal := r.AddCalendar(ghltest.Calendar{LocationID: "locONE", Name: "c"}).ID
	appt := r.AddAppointment(ghltest.Appointment{LocationID: "locONE", ContactID: c, CalendarID: cal, StartTime: start, EndTime: start}).ID
	objects := map[ghltest.Collection]string{}
	for _, name := range []ghltest.Collection{ghltest.Opportunities, ghltest.Businesses, ghltest.Conversations, ghltest.Messages, ghltest.CustomValues,
		ghltest.CalendarGroups, ghltest.ObjectFields, ghltest.Schedules} {
		objects[name] = r.AddObject(name, ghltest.Object{LocationID: "locONE", Fields: object{"name": "x"}}).ID
	}
	before := r.Snapshot()
	r.token = "pit-two"
	for _, call := range []string{"GET /contacts/" + c, "PUT /contacts/" + c, "DELETE /contacts/" + c, "GET /contacts/" + c + "/tasks",
		"PUT /contacts/" + c + "/tasks/" + task, "DELETE /contacts/" + c + "/notes/" + note, "GET /contacts/" + c + "/appointments",
		"DELETE /contacts/" + c + "/campaigns/x", "GET /calendars/" + cal, "PUT /calendars/" + cal, "DELETE /calendars/" + cal,
		"GET /calendars/events/appointments/" + appt, "PUT /calendars/events/appointments/" + appt, "DELETE /calendars/events/" + appt,
		"GET /calendars/" + cal + "/free-slots?startDate=0&endDate=1", "GET /calendars/appointments/" + appt + "/notes?limit=1&offset=0",
		"GET /opportunities/" + objects[ghltest.Opportunities], "PUT /opportunities/" + objects[ghltest.Opportunities],
		"DELETE /businesses/" + objects[ghltest.Businesses], "GET /conversations/" + objects[ghltest.Conversations],
		"GET /conversations/messages/" + objects[ghltest.Messages], "GET /locations/locONE/customValues/" + objects[ghltest.CustomValues],
		"DELETE /calendars/groups/" + objects[ghltest.CalendarGroups], "GET /custom-fields/" + objects[ghltest.ObjectFields],
		"GET /calendars/schedules/" + objects[ghltest.Schedules], "GET /locations/locONE/tags", "POST /locations/locONE/tasks/search",
		"GET /opportunities/search?location_id=locONE", "GET /calendars/?locationId=locONE"} {
		method, path, _ := strings.Cut(call, " ")
		a := r.do(method, path, `{}`)
		assert.Equal(t, 403, a.Status, "%s: %s", call, a.Raw)
		assert.Equal(t, "The token does not have access to this location.", a.Body["message"], call)
	}
	assert.Equal(t, before, r.Snapshot(), "nothing changed")
	assert.Equal(t, []string{"locTWO"}, ids(t, r.get("/locations/search").Body["locations"], "id"))
}

// TestLocationsDoNotMix lists the entities of one location only.
func TestLocationsDoNotMix(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLocation(ghltest.Location{ID: "locONE"}), ghltest.WithLocation(ghltest.Location{ID: "locTWO"}),
		ghltest.WithTokens(ghltest.Token{Value: "pit-one", LocationID: "locONE"}, ghltest.Token{Value: "pit-two", LocationID: "locTWO"}))
	for _, id := range []string{"locONE", "locTWO"} {
		c := r.AddContact(ghltest.Contact{LocationID: id, FirstName: id, Email: "same@x.ch", Tags: []string{"same"}})
		r.AddTask(ghltest.Task{ContactID: c.ID, Title: id})
		r.AddCalendar(ghltest.Calendar{LocationID: id, Name: id})
		r.AddObject(ghltest.Businesses, ghltest.Object{LocationID: id, Fields: object{"name": id}})
		r.AddUser(ghltest.User{FirstName: id, LocationIDs: []string{id}})
	}
	r.token = "pit-two"
	for name, a := range map[string]any{
		"title":     r.do("POST", "/locations/locTWO/tasks/search", `{}`).Body["tasks"],
		"firstName": r.do("POST", "/contacts/search", `{"locationId":"locTWO","pageLimit":10}`).Body["contacts"],
	} {
		assert.Equal(t, []string{"locTWO"}, ids(t, a, name))
	}
	assert.Equal(t, []string{"locTWO"}, ids(t, r.get("/calendars/?locationId=locTWO").Body["calendars"], "name"))
	assert.Equal(t, []string{"locTWO"}, ids(t, r.get("/businesses/?locationId=locTWO").Body["businesses"], "name"))
	assert.Equal(t, []string{"locTWO"}, ids(t, r.get("/users/?locationId=locTWO").Body["users"], "firstName"))
	assert.Len(t, r.get("/locations/locTWO/tags").Body["tags"], 1)
	a := r.do("POST", "/contacts/", `{"locationId":"locTWO","email":"same@x.ch"}`)
	found, _ := r.Contact(dig(a.Body, "meta", "contactId").(string))
	assert.Equal(t, "locTWO", found.LocationID, "duplicates are looked for in one's own location")
}

// TestWindowsAreCountedPerAppAndLocation spends one window and finds the others full.
func TestWindowsAreCountedPerAppAndLocation(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLocation(ghltest.Location{ID: "locONE"}), ghltest.WithLocation(ghltest.Location{ID: "locTWO"}),
		ghltest.WithLimits(ghltest.Limits{Burst: 1}), ghltest.WithTokens(ghltest.Token{Value: "a", LocationID: "locONE", AppID: "app"},
			ghltest.Token{Value: "b", LocationID: "locONE", AppID: "app"}, ghltest.Token{Value: "c", LocationID: "locTWO", AppID: "app"},
			ghltest.Token{Value: "d", LocationID: "locONE", AppID: "other"}))
	status := func(token, location string) int { r.token = token; return r.get("/locations/" + location).Status }
	assert.Equal(t, 200, status("a", "locONE"))
	assert.Equal(t, 429, status("b", "locONE"), "two tokens of one app and location share the window")
	assert.Equal(t, 200, status("c", "locTWO"), "another location has its own")
	assert.Equal(t, 200, status("d", "locONE"), "another app has its own")
}
