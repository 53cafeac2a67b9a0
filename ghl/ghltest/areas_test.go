package ghltest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

func TestBookingAppointments(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	cal := r.AddCalendar(ghltest.Calendar{Name: "c", IsActive: true, SlotDuration: 45})
	path := "/calendars/events/appointments"
	body := loc(`{"calendarId":"` + cal.ID + `","locationId":"LOC","contactId":"` + ada + `","startTime":"2026-07-20T10:00:00Z"`)
	got := r.ok(200, "POST", path, body+`}`)
	id := got["id"].(string)
	assert.NotContains(t, got, "startTime", "write answers leave the times out")
	assert.Equal(t, "booked", got["status"])
	assert.Equal(t, "confirmed", got["appoinmentStatus"])
	assert.NotEmpty(t, got["dateAdded"])
	event := r.ok(200, "GET", path+"/"+id, "")["appointment"]
	assert.Equal(t, "2026-07-20T12:00:00+02:00", dig(event, "startTime"))
	assert.Equal(t, "2026-07-20T12:45:00+02:00", dig(event, "endTime"), "the calendar's slot length")
	assert.Equal(t, object{"source": "third_party", "userId": nil}, dig(event, "createdBy"))
	assert.NotContains(t, event, "assignedUserId")
	assert.NotContains(t, event, "users")

	assert.Equal(t, 400, r.do("POST", path, body+`}`).Status, "the slot is taken")
	r.ok(200, "POST", path, body+`,"ignoreFreeSlotValidation":true}`)
	r.ok(200, "POST", path, body+`,"ignoreFreeSlotValidation":true}`)
	assert.Len(t, r.AppointmentsOf(ada), 3, "without the check the same slot is booked again and again")
	assert.Equal(t, 422, r.do("POST", path, body+`,"appointmentStatus":"booked"}`).Status)

	r.ok(200, "PUT", path+"/"+id, `{"startTime":"2026-07-21T08:00:00+02:00","appointmentStatus":"cancelled"}`)
	event = r.ok(200, "GET", path+"/"+id, "")["appointment"]
	assert.Equal(t, "2026-07-21T08:45:00+02:00", dig(event, "endTime"), "a new start keeps the length")
	assert.Equal(t, false, dig(event, "deleted"), "cancelled is not deleted")
	r.ok(200, "POST", path, strings.Replace(body, "2026-07-20T10:00:00Z", "2026-07-21T06:00:00Z", 1)+`}`) // a cancelled one frees its slot
	body2 := r.ok(200, "DELETE", "/calendars/events/"+id, "")
	assert.Equal(t, true, body2["succeeded"])
	assert.Equal(t, 400, r.do("PUT", path+"/"+id, `{"title":"x"}`).Status)
	assert.Equal(t, 400, r.do("DELETE", "/calendars/events/"+id, "").Status)
	assert.Equal(t, 400, r.get(path+"/nowhere").Status)

	team := r.AddCalendar(ghltest.Calendar{Name: "t", TeamMembers: []string{"u1"}})
	body = strings.Replace(body, cal.ID, team.ID, 1)
	assert.Equal(t, 400, r.do("POST", path, body+`}`).Status, "team calendars need a user")
	r.ok(200, "POST", path, body+`,"assignedUserId":"u1"}`)
}

func TestFreeSlots(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	cal := r.AddCalendar(ghltest.Calendar{Name: "c", IsActive: true, SlotDuration: 60})
	monday := time.Date(2026, 7, 19, 22, 0, 0, 0, time.UTC) // midnight in Zurich
	r.AddAppointment(ghltest.Appointment{CalendarID: cal.ID, StartTime: monday.Add(9 * time.Hour), EndTime: monday.Add(10 * time.Hour)})
	path := func(days int) string {
		return fmt.Sprintf("/calendars/%s/free-slots?startDate=%d&endDate=%d", cal.ID, monday.UnixMilli(), monday.AddDate(0, 0, days).UnixMilli())
	}
	body := r.ok(200, "GET", path(7), "")
	assert.Len(t, body, 6, "five working days and the trace id")
	slots := dig(body, "2026-07-20", "slots").([]any)
	assert.Len(t, slots, 7)
	assert.Equal(t, "2026-07-20T10:00:00+02:00", slots[0], "nine o'clock is taken")
	assert.Equal(t, 400, r.get(path(32)).Status)
}

func TestBlockedSlots(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.do("POST", "/calendars/events/block-slots", loc(`{"locationId":"LOC","title":"x"}`))
	assert.Equal(t, 422, a.Status, "a calendar or a user")
	body := r.ok(201, "POST", "/calendars/events/block-slots", loc(`{"locationId":"LOC","assignedUserId":"u1","title":"Lunch","startTime":"2026-07-20T10:00:00Z","endTime":"2026-07-20T11:00:00Z"}`))
	assert.Equal(t, "2026-07-20T12:00:00+02:00", body["startTime"])
	list := loc("?locationId=LOC&userId=u1&startTime=0&endTime=4102444800000")
	assert.Len(t, r.ok(200, "GET", "/calendars/blocked-slots"+list, "")["events"], 1)
	assert.Empty(t, r.ok(200, "GET", "/calendars/events"+list, "")["events"], "a blocked slot is no event")
	r.ok(200, "DELETE", "/calendars/events/"+body["id"].(string), "")
	assert.Empty(t, r.ok(200, "GET", "/calendars/blocked-slots"+list, "")["events"])
}

func TestLocationTagsRenameOnContacts(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	tags := r.ok(200, "GET", loc("/locations/LOC/tags"), "")["tags"]
	var id string
	for i := range tags.([]any) {
		if dig(tags, i, "name") == "vip" {
			id = dig(tags, i, "id").(string)
		}
	}
	assert.Equal(t, 400, r.do("POST", loc("/locations/LOC/tags"), `{"name":"VIP"}`).Status, "it exists")
	r.ok(200, "PUT", loc("/locations/LOC/tags/")+id, `{"name":"Gold"}`)
	c, _ := r.Contact(ada)
	assert.Equal(t, []string{"new", "gold"}, c.Tags)
	assert.Equal(t, true, r.ok(200, "DELETE", loc("/locations/LOC/tags/")+id, "")["succeded"])
	c, _ = r.Contact(ada)
	assert.Equal(t, []string{"new"}, c.Tags)
	assert.Equal(t, 404, r.get(loc("/locations/LOC/tags/")+id).Status)
	r.ok(201, "POST", "/contacts/"+ada+"/tags", `{"tags":["gold"]}`)
	assert.Len(t, r.ok(200, "GET", loc("/locations/LOC/tags"), "")["tags"], 2, "used again, known again")
}

func TestCustomFieldModels(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	base := loc("/locations/LOC/customFields")
	f := r.ok(201, "POST", base, `{"name":"First Pet","dataType":"TEXT"}`)["customField"]
	assert.Equal(t, "contact.first_pet", dig(f, "fieldKey"))
	assert.Equal(t, "contact", dig(f, "model"))
	r.ok(201, "POST", base, `{"name":"Size","dataType":"NUMERICAL","model":"opportunity"}`)
	assert.Len(t, r.ok(200, "GET", base, "")["customFields"], 1, "contact fields unless model says otherwise")
	assert.Len(t, r.ok(200, "GET", base+"?model=opportunity", "")["customFields"], 1)
	assert.Len(t, r.ok(200, "GET", base+"?model=all", "")["customFields"], 2)
	v := r.ok(201, "POST", loc("/locations/LOC/customValues"), `{"name":"Site Name","value":"x"}`)["customValue"]
	assert.Equal(t, "{{ custom_values.site_name }}", dig(v, "fieldKey"))
	gone := r.ok(200, "DELETE", loc("/locations/LOC/customValues/")+dig(v, "id").(string), "")
	assert.Equal(t, true, gone["succeeded"])
	assert.NotContains(t, gone, "succeded")
	assert.Equal(t, true, r.ok(200, "DELETE", base+"/"+dig(f, "id").(string), "")["succeded"])
	assert.Equal(t, []any{"customFields must be an object"}, r.do("POST", "/businesses/", loc(`{"locationId":"LOC","name":"x","customFields":[]}`)).Body["message"])
}

func TestOpportunitiesPageAndRefuseDuplicates(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	for i := range 5 {
		r.AddObject(ghltest.Opportunities, ghltest.Object{DateAdded: start.Add(time.Duration(i) * time.Second),
			Fields: object{"name": fmt.Sprint("deal ", i), "pipelineId": "p1", "status": "open", "contactId": ada}})
	}
	a := r.do("POST", "/opportunities/", loc(`{"locationId":"LOC","pipelineId":"p1","name":"n","status":"open","contactId":"`)+ada+`"}`)
	assert.Equal(t, 400, a.Status)
	assert.Equal(t, "Can not create duplicate opportunity for the contact.", a.Body["message"])
	created := r.ok(201, "POST", "/opportunities/", loc(`{"locationId":"LOC","pipelineId":"p1","name":"n","status":"open","contactId":"`)+bob+`"}`)["opportunity"]
	assert.Equal(t, bob, dig(created, "contact", "id"))
	r.now = start.Add(time.Hour)
	changed := r.ok(200, "PUT", "/opportunities/"+dig(created, "id").(string), `{"status":"won","name":"n2"}`)["opportunity"]
	assert.Equal(t, "2026-07-20T11:00:00.000Z", dig(changed, "lastStatusChangeAt"))
	assert.Equal(t, "2026-07-20T10:00:00.000Z", dig(changed, "lastStageChangeAt"))
	assert.Equal(t, "2026-07-20T11:00:00.000Z", dig(changed, "updatedAt"))

	assert.Equal(t, 422, r.get(loc("/opportunities/search?locationId=LOC")).Status, "v2 spells it location_id")
	page := r.ok(200, "GET", loc("/opportunities/search?location_id=LOC&limit=4"), "")
	assert.Len(t, page["opportunities"], 4)
	assert.InDelta(t, 6, dig(page, "meta", "total"), 0)
	next := r.ok(200, "GET", loc("/opportunities/search?location_id=LOC&limit=4&startAfterId=")+dig(page, "meta", "startAfterId").(string)+"&startAfter=1", "")
	assert.Len(t, next["opportunities"], 2)
	assert.Nil(t, dig(next, "meta", "nextPage"))
	r.version = "v3"
	assert.Len(t, r.ok(200, "GET", loc("/opportunities/search?locationId=LOC&contactId=")+bob, "")["opportunities"], 1)
	r.version = "2021-07-28"

	seen, after := map[string]bool{}, `[]`
	for range 4 {
		body := r.ok(201, "POST", "/opportunities/search", loc(`{"locationId":"LOC","limit":2,"searchAfter":`)+after+`}`)
		for _, id := range ids(t, body["opportunities"], "id") {
			seen[id] = true
			after = fmt.Sprintf(`[%.0f,%q]`, dig(body, "opportunities", len(body["opportunities"].([]any))-1, "sort", 0), id)
		}
	}
	assert.Len(t, seen, 6)
	done := r.ok(200, "DELETE", "/opportunities/"+dig(created, "id").(string), "")
	assert.Equal(t, true, done["success"])
	assert.NotContains(t, done, "succeded")
	assert.Equal(t, 422, r.do("PUT", "/opportunities/x", `{"forecastProbability":1}`).Status, "v3 only")
}

func TestConversationShapes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	sent := r.ok(200, "POST", "/conversations/messages", `{"type":"SMS","contactId":"`+ada+`","message":"one"}`)
	for _, text := range []string{"two", "three"} {
		r.ok(200, "POST", "/conversations/messages", `{"type":"SMS","contactId":"`+ada+`","message":"`+text+`"}`)
	}
	id := sent["conversationId"].(string)
	page := r.ok(200, "GET", "/conversations/"+id+"/messages?limit=2", "")["messages"]
	assert.Equal(t, "three", dig(page, "messages", 0, "body"), "newest first, nested")
	assert.Equal(t, true, dig(page, "nextPage"))
	page = r.ok(200, "GET", "/conversations/"+id+"/messages?limit=2&lastMessageId="+dig(page, "lastMessageId").(string), "")["messages"]
	assert.Equal(t, "one", dig(page, "messages", 0, "body"))
	assert.Equal(t, false, dig(r.get("/conversations/"+id+"/messages?limit=3").Body, "messages", "nextPage"), "a full page may be the last")
	assert.Equal(t, false, dig(page, "nextPage"))
	row := r.ok(200, "GET", loc("/conversations/search?locationId=LOC&contactId=")+ada, "")["conversations"]
	assert.InDelta(t, float64(start.UnixMilli()), dig(row, 0, "dateUpdated"), 0, "epoch milliseconds")
	assert.Equal(t, "TYPE_SMS", dig(row, 0, "lastMessageType"))
	one := r.ok(200, "GET", "/conversations/"+id, "")
	assert.Equal(t, "2026-07-20T10:00:00.000Z", one["dateUpdated"], "ISO here")
	assert.InDelta(t, 2, one["lastMessageType"], 0, "a number here")
	r.now = start.Add(time.Minute)
	r.ok(200, "POST", "/conversations/messages", `{"type":"SMS","contactId":"`+bob+`","message":"later"}`)
	all := r.ok(200, "GET", loc("/conversations/search?locationId=LOC"), "")["conversations"]
	assert.Equal(t, []string{bob, ada}, ids(t, all, "contactId"), "last change first")
	all = r.ok(200, "GET", loc(fmt.Sprintf("/conversations/search?locationId=LOC&startAfterDate=%.0f", dig(all, 0, "sort", 0))), "")["conversations"]
	assert.Equal(t, []string{ada}, ids(t, all, "contactId"))
	assert.Equal(t, 400, r.do("POST", "/conversations/", loc(`{"locationId":"LOC","contactId":"`)+ada+`"}`).Status, "one per contact")
	for feedback, want := range map[string][2]int{`{"a":1}`: {200, 422}, `"positive"`: {422, 200}, `"good"`: {422, 422}} {
		body := loc(`{"locationId":"LOC","feedback":` + feedback + `}`)
		assert.Equal(t, want[0], r.do("PUT", "/conversations/"+id, body).Status, feedback)
		assert.Equal(t, want[1], r.do("PUT", "/conversations/"+id, body, "Version", "v3").Status, feedback)
	}
}

func TestUsersByTokenLevel(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLocation(ghltest.Location{ID: "locONE"}), ghltest.WithLocation(ghltest.Location{ID: "locTWO"}))
	one := r.AddUser(ghltest.User{FirstName: "One", Email: "one@x.ch"})
	two := r.AddUser(ghltest.User{FirstName: "Two", LocationIDs: []string{"locTWO"}})
	assert.Equal(t, 200, r.get("/users/"+one.ID).Status)
	assert.Equal(t, "One", r.get("/users/" + one.ID).Body["firstName"], "no envelope")
	assert.Equal(t, 403, r.get("/users/"+two.ID).Status)
	assert.Equal(t, []string{one.ID}, ids(t, r.get("/users/?locationId=locONE").Body["users"], "id"))
	body := r.ok(200, "PUT", "/users/"+one.ID, `{"email":"new@x.ch","lastName":"L"}`)
	assert.Equal(t, "one@x.ch", body["email"], "a new e-mail is not honoured")
	assert.Equal(t, "L", body["lastName"])
	assert.Equal(t, 403, r.do("POST", "/users/", `{"companyId":"other","firstName":"a","lastName":"b","email":"c@d","password":"x","type":"account","role":"user","locationIds":[]}`).Status)
}
