package ghltest_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

// step is one call of the tour. Words like $contact in path and body stand for values that earlier steps saved.
type step struct {
	op      string // "family/operation-id"
	call    string // "METHOD path"
	body    string
	status  int
	save    string // "name=path.to.value"
	agency  bool
	form    bool
	version string
}

// tour calls every operation once, in an order in which each succeeds.
func tour() []step {
	var all []step
	for _, part := range [][]step{tourContacts(), tourLocations(), tourCalendars(), tourOpportunities(), tourConversations(), tourRest()} {
		all = append(all, part...)
	}
	return all
}

func tourContacts() []step {
	c := "/contacts/$contact"
	return []step{
		{op: "contacts/create-contact", call: "POST /contacts/", body: `{"locationId":"LOC","firstName":"Zoë","lastName":"Müller","name":"Zoë Müller",
			"email":"z@x.ch","phone":"+41790000001","gender":"female","address1":"Weg 1","city":"Bern","state":"BE","postalCode":"3000","website":"https://x.ch",
			"timezone":"Europe/Zurich","dnd":true,"dndSettings":{"SMS":{"status":"active","message":"x","code":"y"}},"inboundDndSettings":{"all":{"status":"active","message":""}},
			"tags":["a"],"customFields":[{"id":"field000000000000001","field_value":"v"}],"source":"api","dateOfBirth":"1990-09-25","country":"CH","companyName":"X AG","assignedTo":"$user"}`,
			status: 201, save: "contact=contact.id"},
		{op: "contacts/create-contact", call: "POST /contacts/", body: `{"locationId":"LOC"}`, status: 201, save: "second=contact.id"},
		{op: "contacts/get-contact", call: "GET " + c, status: 200},
		{op: "contacts/update-contact", call: "PUT " + c, body: `{"city":"Thun","source":null}`, status: 200},
		{op: "contacts/upsert-contact", call: "POST /contacts/upsert", body: `{"locationId":"LOC","email":"up@x.ch","createNewIfDuplicateAllowed":false}`, status: 200},
		{op: "contacts/search-contacts-advanced", call: "POST /contacts/search", body: `{"locationId":"LOC","pageLimit":20}`, status: 200},
		{op: "contacts/get-duplicate-contact", call: "GET /contacts/search/duplicate?locationId=LOC&email=z%40x.ch", status: 200},
		{op: "contacts/get-contacts", call: "GET /contacts/?locationId=LOC&limit=1", status: 200},
		{op: "contacts/create-task", call: "POST " + c + "/tasks", body: `{"title":"t","body":"b","dueDate":"2026-07-21T10:00:00Z","completed":false,"assignedTo":"$user"}`, status: 201, save: "task=task.id"},
		{op: "contacts/get-all-tasks", call: "GET " + c + "/tasks", status: 200},
		{op: "contacts/get-task", call: "GET " + c + "/tasks/$task", status: 200},
		{op: "contacts/update-task", call: "PUT " + c + "/tasks/$task", body: `{"title":"t2"}`, status: 200},
		{op: "contacts/update-task-completed", call: "PUT " + c + "/tasks/$task/completed", body: `{"completed":true}`, status: 200},
		{op: "locations/task-search", call: "POST /locations/LOC/tasks/search", body: `{"limit":10}`, status: 201},
		{op: "contacts/delete-task", call: "DELETE " + c + "/tasks/$task", status: 200},
		{op: "contacts/create-note", call: "POST " + c + "/notes", body: `{"body":"n","userId":"$user","title":"T","color":"#FFAA00","pinned":true}`, status: 201, save: "note=note.id"},
		{op: "contacts/get-all-notes", call: "GET " + c + "/notes", status: 200},
		{op: "contacts/get-note", call: "GET " + c + "/notes/$note", status: 200},
		{op: "contacts/update-note", call: "PUT " + c + "/notes/$note", body: `{"body":"n2"}`, status: 200},
		{op: "contacts/delete-note", call: "DELETE " + c + "/notes/$note", status: 200},
		{op: "contacts/add-tags", call: "POST " + c + "/tags", body: `{"tags":["B"]}`, status: 201},
		{op: "contacts/remove-tags", call: "DELETE " + c + "/tags", body: `{"tags":["b"]}`, status: 200},
		{op: "contacts/create-association", call: "POST /contacts/bulk/tags/update/add", body: `{"contacts":["$contact","$second"],"tags":["x"],"locationId":"LOC","removeAllTags":false}`, status: 201},
		{op: "contacts/add-followers-contact", call: "POST " + c + "/followers", body: `{"followers":["$user"]}`, status: 201},
		{op: "contacts/remove-followers-contact", call: "DELETE " + c + "/followers", body: `{"followers":["$user"]}`, status: 200},
		{op: "contacts/add-contact-to-campaign", call: "POST " + c + "/campaigns/camp1", body: `{}`, status: 201},
		{op: "contacts/remove-contact-from-campaign", call: "DELETE " + c + "/campaigns/camp1", status: 200},
		{op: "contacts/remove-contact-from-every-campaign", call: "DELETE " + c + "/campaigns/removeAll", status: 200},
		{op: "contacts/add-contact-to-workflow", call: "POST " + c + "/workflow/wf1", body: `{"eventStartTime":"2026-06-23T03:30:00+01:00"}`, status: 200},
		{op: "contacts/delete-contact-from-workflow", call: "DELETE " + c + "/workflow/wf1", body: `{}`, status: 200},
		{op: "businesses/create-business", call: "POST /businesses/", body: `{"locationId":"LOC","name":"ACME","phone":"1","email":"a@b.c","website":"w","address":"a","city":"c","postalCode":"p","state":"s","country":"us","description":"d"}`, status: 201, save: "business=buiseness.id"},
		{op: "contacts/add-remove-contact-from-business", call: "POST /contacts/bulk/business", body: `{"locationId":"LOC","ids":["$contact"],"businessId":"$business"}`, status: 200},
		{op: "contacts/get-contacts-by-businessId", call: "GET /contacts/business/$business?locationId=LOC", status: 200},
		{op: "businesses/get-business", call: "GET /businesses/$business", status: 200},
		{op: "businesses/get-businesses-by-location", call: "GET /businesses/?locationId=LOC", status: 200},
		{op: "businesses/update-business", call: "PUT /businesses/$business", body: `{"city":"x"}`, status: 200},
		{op: "businesses/delete-Business", call: "DELETE /businesses/$business", status: 200},
		{op: "contacts/delete-contact", call: "DELETE /contacts/$second", status: 200},
	}
}

func tourLocations() []step {
	l := "/locations/LOC"
	return []step{
		{op: "locations/search-locations", call: "GET /locations/search?limit=5", status: 200},
		{op: "locations/get-location", call: "GET " + l, status: 200},
		{op: "locations/create-location", call: "POST /locations/", body: `{"name":"New","companyId":"$company","country":"CH","timezone":"Europe/Zurich",
			"settings":{"allowDuplicateContact":true},"social":{},"prospectInfo":{"firstName":"a","lastName":"b","email":"c@d.ch"}}`, status: 200, agency: true, save: "location=id"},
		{op: "locations/put-location", call: "PUT /locations/$location", body: `{"companyId":"$company","city":"Biel"}`, status: 200, agency: true},
		{op: "locations/delete-location", call: "DELETE /locations/$location?deleteTwilioAccount=false", status: 200, agency: true},
		{op: "locations/get-location-tags", call: "GET " + l + "/tags", status: 200},
		{op: "locations/create-tag", call: "POST " + l + "/tags", body: `{"name":"Fresh"}`, status: 200, save: "tag=tag.id"},
		{op: "locations/get-tag-by-id", call: "GET " + l + "/tags/$tag", status: 200},
		{op: "locations/update-tag", call: "PUT " + l + "/tags/$tag", body: `{"name":"fresher"}`, status: 200},
		{op: "locations/delete-tag", call: "DELETE " + l + "/tags/$tag", status: 200},
		{op: "locations/create-recurring-task", call: "POST " + l + "/recurring-tasks", body: `{"title":"r","description":"d","contactIds":["$contact"],"owners":["$user"],"ignoreTaskCreation":true,
			"rruleOptions":{"intervalType":"daily","interval":1,"startDate":"2026-07-23T10:00:00.000Z","dueAfterSeconds":3600,"createTaskIfOverDue":true}}`, status: 201, save: "recurring=recurringTask.id"},
		{op: "locations/get-recurring-task-by-id", call: "GET " + l + "/recurring-tasks/$recurring", status: 200},
		{op: "locations/update-recurring-task", call: "PUT " + l + "/recurring-tasks/$recurring", body: `{"title":"r2"}`, status: 200},
		{op: "locations/delete-recurring-task", call: "DELETE " + l + "/recurring-tasks/$recurring", status: 200},
		{op: "locations/create-custom-field", call: "POST " + l + "/customFields", body: `{"name":"Pet","dataType":"TEXT","placeholder":"p","position":1,"model":"contact"}`, status: 201, save: "field=customField.id"},
		{op: "locations/get-custom-fields", call: "GET " + l + "/customFields?model=all", status: 200},
		{op: "locations/get-custom-field", call: "GET " + l + "/customFields/$field", status: 200},
		{op: "locations/update-custom-field", call: "PUT " + l + "/customFields/$field", body: `{"name":"Dog"}`, status: 200},
		{op: "locations/delete-custom-field", call: "DELETE " + l + "/customFields/$field", status: 200},
		{op: "locations/upload-file-customFields", call: "POST " + l + "/customFields/upload", body: "multipart", status: 200},
		{op: "locations/create-custom-value", call: "POST " + l + "/customValues", body: `{"name":"Site Name","value":"x"}`, status: 201, save: "value=customValue.id"},
		{op: "locations/get-custom-values", call: "GET " + l + "/customValues", status: 200},
		{op: "locations/get-custom-value", call: "GET " + l + "/customValues/$value", status: 200},
		{op: "locations/update-custom-value", call: "PUT " + l + "/customValues/$value", body: `{"name":"Site Name","value":"y"}`, status: 200},
		{op: "locations/delete-custom-value", call: "DELETE " + l + "/customValues/$value", status: 200},
		{op: "locations/get-timezones", call: "GET " + l + "/timezones", status: 200},
		{op: "locations/GET-all-or-email-sms-templates", call: "GET " + l + "/templates?originId=o", status: 200},
		{op: "locations/DELETE-an-email-sms-template", call: "DELETE " + l + "/templates/template000000000001", status: 200},
	}
}

func tourCalendars() []step {
	return []step{
		{op: "calendars/create-calendar-group", call: "POST /calendars/groups", body: `{"locationId":"LOC","name":"g","description":"d","slug":"s","isActive":true}`, status: 201, save: "group=group.id"},
		{op: "calendars/get-groups", call: "GET /calendars/groups?locationId=LOC", status: 200},
		{op: "calendars/validate-groups-slug", call: "POST /calendars/groups/validate-slug", body: `{"locationId":"LOC","slug":"s"}`, status: 200},
		{op: "calendars/edit-group", call: "PUT /calendars/groups/$group", body: `{"name":"g","description":"d","slug":"s2"}`, status: 200},
		{op: "calendars/disable-group", call: "PUT /calendars/groups/$group/status", body: `{"isActive":false}`, status: 200},
		{op: "calendars/create-calendar", call: "POST /calendars/", body: `{"locationId":"LOC","name":"Sales","groupId":"$group","slotDuration":30,"slotDurationUnit":"mins","calendarType":"event","description":"d"}`, status: 200, save: "calendar=calendar.id"},
		{op: "calendars/get-calendars", call: "GET /calendars/?locationId=LOC", status: 200, version: "2021-04-15"},
		{op: "calendars/get-calendar", call: "GET /calendars/$calendar", status: 200},
		{op: "calendars/update-calendar", call: "PUT /calendars/$calendar", body: `{"name":"Sales 2"}`, status: 200},
		{op: "calendars/get-slots", call: "GET /calendars/$calendar/free-slots?startDate=1784500000000&endDate=1784800000000&timezone=Europe/Zurich", status: 200},
		{op: "calendars/create-appointment", call: "POST /calendars/events/appointments", body: `{"calendarId":"$calendar","locationId":"LOC","contactId":"$contact","startTime":"2026-07-20T10:00:00Z","toNotify":false,"ignoreFreeSlotValidation":true,"assignedUserId":"$user"}`, status: 200, save: "event=id"},
		{op: "calendars/edit-appointment", call: "PUT /calendars/events/appointments/$event", body: `{"title":"Demo","startTime":"2026-07-20T11:00:00Z"}`, status: 200},
		{op: "calendars/get-appointment", call: "GET /calendars/events/appointments/$event", status: 200},
		{op: "calendars/get-calendar-events", call: "GET /calendars/events?locationId=LOC&calendarId=$calendar&startTime=0&endTime=4102444800000", status: 200},
		{op: "contacts/get-appointments-for-contact", call: "GET /contacts/$contact/appointments", status: 200},
		{op: "calendars/create-block-slot", call: "POST /calendars/events/block-slots", body: `{"title":"Lunch","calendarId":"$calendar","locationId":"LOC","startTime":"2026-07-20T12:00:00Z","endTime":"2026-07-20T13:00:00Z"}`, status: 201, save: "block=id"},
		{op: "calendars/edit-block-slot", call: "PUT /calendars/events/block-slots/$block", body: `{"title":"Long lunch","calendarId":"$calendar","locationId":"LOC"}`, status: 201},
		{op: "calendars/get-blocked-slots", call: "GET /calendars/blocked-slots?locationId=LOC&calendarId=$calendar&startTime=0&endTime=4102444800000", status: 200},
		{op: "calendars/create-appointment-note", call: "POST /calendars/appointments/$event/notes", body: `{"body":"n","userId":"$user"}`, status: 201, save: "anote=note.id"},
		{op: "calendars/get-appointment-notes", call: "GET /calendars/appointments/$event/notes?limit=10&offset=0", status: 200},
		{op: "calendars/update-appointment-note", call: "PUT /calendars/appointments/$event/notes/$anote", body: `{"body":"n2"}`, status: 200},
		{op: "calendars/delete-appointment-note", call: "DELETE /calendars/appointments/$event/notes/$anote", status: 200},
		{op: "calendars/create-calendar-resource", call: "POST /calendars/resources/rooms", body: `{"locationId":"LOC","name":"Room","description":"d","quantity":1,"outOfService":0,"capacity":4,"calendarIds":["$calendar"]}`, status: 201, save: "room=id"},
		{op: "calendars/get-calendar-resource", call: "GET /calendars/resources/rooms/$room", status: 200},
		{op: "calendars/fetch-calendar-resources", call: "GET /calendars/resources/rooms?locationId=LOC&limit=5&skip=0", status: 200},
		{op: "calendars/update-calendar-resource", call: "PUT /calendars/resources/rooms/$room", body: `{"capacity":5}`, status: 200},
		{op: "calendars/delete-calendar-resource", call: "DELETE /calendars/resources/rooms/$room", status: 200},
		{op: "calendars/create-event-notification", call: "POST /calendars/$calendar/notifications", body: `[{"receiverType":"contact","channel":"email","notificationType":"booked"}]`, status: 200, save: "notice=0._id"},
		{op: "calendars/get-event-notification", call: "GET /calendars/$calendar/notifications", status: 200},
		{op: "calendars/find-event-notification", call: "GET /calendars/$calendar/notifications/$notice", status: 200},
		{op: "calendars/update-event-notification", call: "PUT /calendars/$calendar/notifications/$notice", body: `{"isActive":false}`, status: 200},
		{op: "calendars/delete-event-notification", call: "DELETE /calendars/$calendar/notifications/$notice", status: 200},
		{op: "calendars/createSchedule", call: "POST /calendars/schedules", body: `{"locationId":"LOC","name":"Hours","timezone":"Europe/Zurich","userId":"$user","rules":[{"type":"wday","day":"monday","intervals":[{"from":"09:00","to":"17:00"}]}]}`, status: 201, save: "schedule=schedule.id"},
		{op: "calendars/getAllSchedules", call: "GET /calendars/schedules/search?locationId=LOC&userId=$user", status: 200},
		{op: "calendars/getScheduleById", call: "GET /calendars/schedules/$schedule", status: 200},
		{op: "calendars/updateSchedule", call: "PUT /calendars/schedules/$schedule", body: `{"name":"H"}`, status: 200},
		{op: "calendars/add-calendar-to-schedule", call: "PUT /calendars/schedules/$schedule/associations/$calendar", status: 200},
		{op: "calendars/remove-calendar-from-schedule", call: "DELETE /calendars/schedules/$schedule/associations/$calendar", status: 200},
		{op: "calendars/deleteSchedule", call: "DELETE /calendars/schedules/$schedule", status: 200},
		{op: "calendars/delete-event", call: "DELETE /calendars/events/$event", body: `{}`, status: 200},
		{op: "calendars/delete-group", call: "DELETE /calendars/groups/$group", status: 200},
		{op: "calendars/delete-calendar", call: "DELETE /calendars/$calendar", status: 200},
	}
}

func tourOpportunities() []step {
	o := "/opportunities/$opportunity"
	return []step{
		{op: "opportunities/get-pipelines", call: "GET /opportunities/pipelines?locationId=LOC", status: 200},
		{op: "opportunities/create-opportunity", call: "POST /opportunities/", body: `{"locationId":"LOC","pipelineId":"pipeline000000000001","name":"Deal","status":"open","contactId":"$contact","monetaryValue":220,
			"customFields":[{"id":"cf1","field_value":"v"}]}`, status: 201, save: "opportunity=opportunity.id"},
		{op: "opportunities/get-opportunity", call: "GET " + o, status: 200},
		{op: "opportunities/update-opportunity", call: "PUT " + o, body: `{"name":"Deal 2","pipelineStageId":"stage2"}`, status: 200},
		{op: "opportunities/update-opportunity-status", call: "PUT " + o + "/status", body: `{"status":"won"}`, status: 200},
		{op: "opportunities/Upsert-opportunity", call: "POST /opportunities/upsert", body: `{"locationId":"LOC","pipelineId":"pipeline000000000001","contactId":"$contact","name":"Deal 3"}`, status: 200},
		{op: "opportunities/search-opportunity", call: "GET /opportunities/search?location_id=LOC&limit=1", status: 200},
		{op: "opportunities/search-opportunities-advanced", call: "POST /opportunities/search", body: `{"locationId":"LOC","query":"","limit":10,"page":1,"searchAfter":[],"additionalDetails":{"notes":true,"tasks":true,"calendarEvents":true,"unReadConversations":true}}`, status: 201},
		{op: "opportunities/add-followers-opportunity", call: "POST " + o + "/followers", body: `{"followers":["$user"]}`, status: 201},
		{op: "opportunities/remove-followers-opportunity", call: "DELETE " + o + "/followers", body: `{"followers":["$user"]}`, status: 200},
		{op: "opportunities/get-lost-reason", call: "GET /opportunities/lost-reason?locationId=LOC", status: 200},
		{op: "opportunities/delete-opportunity", call: "DELETE " + o, status: 200},
	}
}

func tourConversations() []step {
	return []step{
		{op: "conversations/create-conversation", call: "POST /conversations/", body: `{"locationId":"LOC","contactId":"$contact"}`, status: 201, save: "conversation=conversation.id"},
		{op: "conversations/get-conversation", call: "GET /conversations/$conversation", status: 200},
		{op: "conversations/update-conversation", call: "PUT /conversations/$conversation", body: `{"locationId":"LOC","starred":true}`, status: 200},
		{op: "conversations/send-a-new-message", call: "POST /conversations/messages", body: `{"type":"Email","subType":{},"contactId":"$contact","html":"<p>x</p>","subject":"s","status":"pending","scheduledTimestamp":1800000000}`, status: 200, save: "message=messageId"},
		{op: "conversations/add-an-inbound-message", call: "POST /conversations/messages/inbound", body: `{"type":"SMS","conversationId":"$conversation","message":"hi","conversationProviderId":"p","contactId":"$contact"}`, status: 200},
		{op: "conversations/add-an-outbound-message", call: "POST /conversations/messages/outbound", body: `{"type":"Call","conversationId":"$conversation","conversationProviderId":"p"}`, status: 200},
		{op: "conversations/get-message", call: "GET /conversations/messages/$message", status: 200},
		{op: "conversations/get-messages", call: "GET /conversations/$conversation/messages?limit=2", status: 200},
		{op: "conversations/export-messages-by-location", call: "GET /conversations/messages/export?locationId=LOC", status: 200},
		{op: "conversations/search-conversation", call: "GET /conversations/search?locationId=LOC", status: 200},
		{op: "conversations/update-message-status", call: "PUT /conversations/messages/$message/status", body: `{"status":"delivered"}`, status: 200},
		{op: "conversations/cancel-scheduled-message", call: "DELETE /conversations/messages/$message/schedule", status: 200},
		{op: "conversations/upload-file-attachments", call: "POST /conversations/messages/upload", body: "multipart", status: 200},
		{op: "conversations/live-chat-agent-typing", call: "POST /conversations/providers/live-chat/typing", body: `{"locationId":"LOC","isTyping":true,"visitorId":"v","conversationId":"$conversation"}`, status: 201},
		{op: "conversations/delete-conversation", call: "DELETE /conversations/$conversation", status: 200},
	}
}

func tourRest() []step {
	return []step{
		{op: "users/search-users", call: "GET /users/search?companyId=$company", status: 200},
		{op: "users/get-user-by-location", call: "GET /users/?locationId=LOC", status: 200},
		{op: "users/create-user", call: "POST /users/", body: `{"companyId":"$company","firstName":"N","lastName":"U","email":"n@u.ch","password":"secret","type":"account","role":"user","locationIds":["LOC"]}`, status: 201, save: "newuser=id"},
		{op: "users/get-user", call: "GET /users/$newuser", status: 200},
		{op: "users/update-user", call: "PUT /users/$newuser", body: `{"lastName":"V"}`, status: 200},
		{op: "users/filter-users-by-email", call: "POST /users/search/filter-by-email", body: `{"companyId":"$company","emails":"n@u.ch"}`, status: 200, agency: true},
		{op: "users/delete-user", call: "DELETE /users/$newuser", status: 200},
		{op: "custom-fields/create-custom-field-folder", call: "POST /custom-fields/folder", body: `{"objectKey":"custom_object.pet","name":"F","locationId":"LOC"}`, status: 201, save: "folder=id"},
		{op: "custom-fields/create-custom-field", call: "POST /custom-fields/", body: `{"locationId":"LOC","name":"Age","showInForms":true,"dataType":"NUMERICAL","fieldKey":"custom_object.pet.age","objectKey":"custom_object.pet","parentId":"$folder"}`, status: 201, save: "ofield=field.id"},
		{op: "custom-fields/get-custom-field-by-id", call: "GET /custom-fields/$ofield", status: 200},
		{op: "custom-fields/update-custom-field", call: "PUT /custom-fields/$ofield", body: `{"locationId":"LOC","showInForms":false}`, status: 200},
		{op: "custom-fields/get-custom-fields-by-object-key", call: "GET /custom-fields/object-key/custom_object.pet?locationId=LOC", status: 200},
		{op: "custom-fields/delete-custom-field", call: "DELETE /custom-fields/$ofield", status: 200},
		{op: "custom-fields/update-custom-field-folder", call: "PUT /custom-fields/folder/$folder", body: `{"name":"G","locationId":"LOC"}`, status: 200},
		{op: "custom-fields/delete-custom-field-folder", call: "DELETE /custom-fields/folder/$folder?locationId=LOC", status: 200},
		{op: "campaigns/get-campaigns", call: "GET /campaigns/?locationId=LOC", status: 200},
		{op: "workflows/get-workflow", call: "GET /workflows/?locationId=LOC", status: 200},
		{op: "companies/get-company", call: "GET /companies/$company", status: 200, agency: true},
		{op: "oauth/get-access-token", call: "POST /oauth/token", body: "client_id=app1-x&client_secret=s3cret&grant_type=authorization_code&code=$code", status: 200, form: true, save: "companytoken=access_token"},
		{op: "oauth/get-location-access-token", call: "POST /oauth/locationToken", body: "companyId=$company&locationId=LOC", status: 200, form: true, agency: true},
		{op: "oauth/get-installed-location", call: "GET /oauth/installedLocations?companyId=$company&appId=app1", status: 200, agency: true},
	}
}

const agencyToken = "pit-agency"

// underV3 rewrites a step for version v3; ok is false when the operation was removed there.
func (st step) underV3() (step, bool) {
	if st.op == "contacts/get-contacts" || st.op == "users/get-user-by-location" {
		return st, false
	}
	st.version = "v3"
	st.call = strings.NewReplacer("removeAll", "remove-all", "locationToken", "location-token", "installedLocations", "installed-locations",
		"location_id", "locationId").Replace(st.call)
	if st.op == "oauth/get-access-token" {
		st.body = strings.NewReplacer("client_id", "clientId", "client_secret", "clientSecret", "grant_type", "grantType").Replace(st.body)
		st.save = "companytoken=accessToken"
	}
	return st, true
}

// guideRig is a server with what the tour needs, and the first values that its steps name.
func guideRig(t *testing.T) (*rig, map[string]string) {
	t.Helper()
	r := newRig(t, ghltest.WithToken(ghltest.DefaultToken), ghltest.WithApp(ghltest.App{ClientID: "app1-x", ClientSecret: "s3cret", Scopes: nil}))
	user := r.AddUser(ghltest.User{FirstName: "Uma", Email: "uma@x.ch"})
	r.Seed(ghltest.World{Objects: map[ghltest.Collection][]ghltest.Object{
		ghltest.Pipelines:   {{ID: "pipeline000000000001", Fields: object{"name": "P", "stages": []any{object{"id": "stage1"}, object{"id": "stage2"}}}}},
		ghltest.Templates:   {{ID: "template000000000001", Fields: object{"name": "T", "type": "sms", "template": object{"body": "x"}}}},
		ghltest.Campaigns:   {{Fields: object{"name": "C", "status": "published"}}},
		ghltest.Workflows:   {{Fields: object{"name": "W", "status": "draft", "version": 2}}},
		ghltest.LostReasons: {{Fields: object{"name": "price"}}}}})
	r.AddToken(ghltest.Token{Value: agencyToken, CompanyID: ghltest.DefaultCompanyID})
	return r, map[string]string{"user": user.ID, "company": ghltest.DefaultCompanyID, "companytoken": agencyToken,
		"code": r.Authorize(ghltest.Grant{ClientID: "app1-x", CompanyID: ghltest.DefaultCompanyID})}
}

// take makes the call of a step.
func (r *rig) take(st step, fill func(string) string) answer {
	r.t.Helper()
	method, path, _ := strings.Cut(st.call, " ")
	body, kind := fill(st.body), "application/json"
	if st.form {
		kind = formType
		if v, err := url.ParseQuery(body); err == nil {
			body = v.Encode()
		}
	}
	if body == "multipart" {
		kind = "multipart/form-data; boundary=XX"
		body = "--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.pdf\"\r\n\r\nDATA\r\n--XX--\r\n"
	}
	a := r.do(method, fill(path), body, "Content-Type", kind)
	require.Equal(r.t, st.status, a.Status, "%s: %s", st.op, a.Raw)
	log := r.Requests()
	assert.Equal(r.t, st.op, log[len(log)-1].Family+"/"+log[len(log)-1].Operation)
	return a
}

// guide walks the tour and shows every answer.
func guide(t *testing.T, v3 bool, each func(step, answer)) {
	t.Helper()
	r, vars := guideRig(t)
	fill := func(text string) string {
		for name, v := range vars {
			if name == "companytoken" {
				continue
			}
			text = strings.ReplaceAll(text, "$"+name, v)
		}
		return loc(text)
	}
	for _, st := range tour() {
		if v3 {
			next, ok := st.underV3()
			if !ok {
				continue
			}
			st = next
		}
		r.token, r.version = r.Token(), cmp.Or(st.version, "2021-07-28")
		if st.agency {
			r.token = vars["companytoken"]
		}
		a := r.take(st, fill)
		if name, where, ok := strings.Cut(st.save, "="); ok {
			var v any
			require.NoError(t, json.Unmarshal([]byte(a.Raw), &v))
			for key := range strings.SplitSeq(where, ".") {
				if i, err := strconv.Atoi(key); err == nil {
					v = dig(v, i)
				} else {
					v = dig(v, key)
				}
			}
			require.NotEmpty(t, v, "%s: %s", st.op, a.Raw)
			vars[name] = fmt.Sprint(v)
		}
		each(st, a)
	}
}

func TestEveryOperationAnswers(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	guide(t, false, func(st step, a answer) {
		seen[st.op] = true
		assert.True(t, a.Raw[0] == '[' || a.Body["traceId"] != nil, "%s: every object carries a trace id", st.op)
	})
	families := map[string]int{}
	for _, op := range ghltest.Operations() {
		assert.True(t, seen[op.Family+"/"+op.ID], "%s/%s is not on the tour", op.Family, op.ID)
		families[op.Family]++
	}
	assert.Equal(t, map[string]int{"contacts": 32, "locations": 29, "calendars": 41, "users": 7, "businesses": 5, "oauth": 3, "opportunities": 12,
		"conversations": 15, "custom-fields": 8, "campaigns": 1, "workflows": 1, "companies": 1}, families)
}
