package ghl_test

import (
	"context"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func realContacts() []realAnswer {
	return []realAnswer{
		{name: "contact by id", answer: `{"contact":{"id":"c1","locationId":"L","firstName":"Ada","lastName":"Lovelace","firstNameRaw":"Ada","lastNameRaw":"Lovelace",
			"name":"Ada Lovelace","email":"ada@example.com","phone":"+15550100001","additionalEmails":[{"email":"a2@example.com","validEmail":null}],
			"additionalPhones":[{"phone":"+15550100002"}],"address1":"1 Main St","city":"Zurich","state":"ZH","postalCode":"8000","country":"CH",
			"website":"https://example.com","timezone":"Europe/Zurich","companyName":"Engines","businessId":"b1","type":"lead","source":"api",
			"assignedTo":"u1","followers":["u2"],"tags":["vip"],"customFields":[{"id":"f1","value":"x"},{"id":"f2","value":7},{"id":"f3","value":true},
			{"id":"f4","value":["a","b"]},{"id":"f5","value":{"uuid-1":{"url":"https://x","documentId":"d1","meta":{"size":3}}}}],
			"dateOfBirth":"1990-09-25T00:00:00.000Z","dnd":true,"dndSettings":{"SMS":{"status":"active","message":"m","code":"9"},"RCS":{"status":"inactive"}},
			"inboundDndSettings":{"all":{"status":"active","message":"n"}},"dateAdded":"2026-07-17T07:11:57.939Z","dateUpdated":"2026-07-18T07:11:57.939Z",
			"lastActivity":"2026-07-19T07:11:57.939Z","firstNameLowerCase":"ada","lastNameLowerCase":"lovelace","fullNameLowerCase":"ada lovelace",
			"emailLowerCase":"ada@example.com","ssn":"s","keyword":"k","visitorId":"v","attachments":"at",
			"attributionSource":{"sessionSource":"Direct"},"lastAttributionSource":{"sessionSource":"Paid"},
			"createdBy":{"source":"INTEGRATION","channel":"OAUTH","sourceId":"app-1","timestamp":"2026-07-17T07:11:57.939Z"}},"traceId":"t1"}`,
			raw: []string{"/contact/additionalEmails/N/validEmail"}, call: func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.Contacts.Get(ctx, "c1")) }},
		{name: "contact created", answer: `{"contact":{"id":"c1","locationId":"L","dateOfBirth":"1990-09-25T00:00:00.000Z","deleted":true,"bounceEmail":true,
			"unsubscribeEmail":true,"birthDay":25,"birthMonth":9,"lastSessionActivityAt":"2026-07-17T07:11:57.939Z","offers":["o"],"products":["p"],
			"validEmail":true,"validEmailDate":"2026-07-17T07:11:57.939Z","createdBy":{"source":"INTEGRATION","channel":"OAUTH","sourceId":"app-1",
			"timestamp":"2026-07-17T07:11:57.939Z"},"lastUpdatedBy":{"source":"INTEGRATION","channel":"OAUTH","sourceId":"app-1","timestamp":"2026-07-17T07:11:57.939Z"}},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Contacts.Create(ctx, ghl.ContactCreate{LocationID: "L"}))
			}},
		{name: "contact updated", answer: `{"succeded":true,"succeeded":true,"contact":{"id":"c1","lastName":"L"},"traceId":"t"}`, beside: []string{"/succe*"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Contacts.Update(ctx, "c1", ghl.ContactUpdate{}))
			}},
		{name: "contact upserted", answer: `{"new":true,"succeded":true,"succeeded":true,"contact":{"id":"c1","lastName":"L"},"traceId":"t"}`, beside: []string{"/succe*"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Contacts.Upsert(ctx, ghl.ContactUpsert{LocationID: "L", Email: ghl.Set("a@example.com")}))
			}},
		{name: "contact search row", answer: `{"contacts":[{"id":"c1","locationId":"L","firstName":"Ada","lastName":"Lovelace","contactName":"ada lovelace",
			"firstNameLowerCase":"ada","lastNameLowerCase":"lovelace","email":"ada@example.com","phone":"+15550100001","phoneLabel":"Mobile","additionalEmails":[{"email":"b@example.com"}],
			"additionalPhones":[{"phone":"+15550100002"}],"address":"1 Main St","city":"Zurich","state":"ZH","postalCode":"8000","country":"CH","website":"https://x",
			"timezone":"Europe/Zurich","companyName":"E","businessId":"b","businessName":"B","type":"lead","source":"s","assignedTo":"u","followers":["u2"],"tags":["vip"],
			"customFields":[{"id":"f","value":"x"}],"dateOfBirth":"1990-09-25","dnd":true,"dndSettings":{"Email":{"status":"active"}},"inboundDndSettings":{"all":{"status":"active"}},
			"dateAdded":"2026-07-17T07:11:57.939Z","dateUpdated":"2026-07-18T07:11:57.939Z","validEmail":true,
			"opportunities":[{"id":"o","pipelineId":"p","pipelineStageId":"s","status":"open","monetaryValue":12.5}],"searchAfter":[1784272317939,"c1"]}],"total":1,"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Contacts.SearchPage(ctx, ghl.ContactSearch{LocationID: "L"}))
			}},
		{name: "contact list row", answer: `{"contacts":[{"id":"c1","locationId":"L","email":"a@example.com","timezone":"UTC","country":"US","source":"s","dateAdded":"2026-07-17T07:11:57.939Z",
			"followers":["u"],"tags":["t"],"customFields":[{"id":"f","value":"x"}],"businessId":"b","attributions":[{"utmSource":"x"}]}],"meta":{"total":1},"traceId":"t"}`,
			beside: []string{"/meta*"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Contacts.List(ctx, ghl.ContactList{LocationID: "L"}))
			}},
		{name: "duplicate", answer: `{"contact":{"id":"c1","email":"a@example.com"},"matchingField":"contactId","traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Contacts.FindDuplicate(ctx, ghl.DuplicateQuery{LocationID: "L", Email: "a@example.com"}))
			}},
		{name: "tags added", answer: `{"tags":["a","b"],"tagsAdded":["b"],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Tags.Add(ctx, "c1", "b"))
			}},
		{name: "tags removed", answer: `{"tags":["a"],"tagsRemoved":["b"],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Tags.Remove(ctx, "c1", "b"))
			}},
	}
}

func realTasks() []realAnswer {
	return []realAnswer{
		{name: "task of a contact", answer: `{"tasks":[{"id":"t1","title":"Call","body":"b","dueDate":"2026-07-20T10:00:00.000Z","completed":true,"assignedTo":"u1","contactId":"c1"}],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return rows(c.Tasks.List(ctx, "c1")) }},
		{name: "task written", answer: `{"task":{"id":"t1","title":"Call","dueDate":"2026-07-20T10:00:00.000Z","completed":false,"contactId":"c1"},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Tasks.Create(ctx, "c1", ghl.TaskCreate{Title: "Call", DueDate: time.Unix(1, 0)}))
			}},
		{name: "task search row", answer: `{"tasks":[{"_id":"t1","title":"Call","body":"<p>b</p>","dueDate":"2026-07-20T10:00:00.000Z","completed":true,"status":"completed","statusGroup":"completed",
			"assignedTo":"u1","contactId":"c1","locationId":"L","dateAdded":"2026-07-17T07:11:57.939Z","dateUpdated":"2026-07-18T07:11:57.939Z","updatedAt":"2026-07-18T07:11:57.939Z","deleted":true,
			"contactDetails":{"_id":"c1","firstName":"Ada","lastName":"L"},"assignedToUserDetails":{"id":"u1","firstName":"U","lastName":"V","profilePhoto":"https://x"},
			"searchAfter":[1784272317939,"t1"]}],"traceId":"t"}`,
			raw: []string{"/tasks/N/updatedAt"}, call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Tasks.Search(ctx, "L", ghl.TaskSearch{}))
			}},
		{name: "task search row with updatedAt alone", answer: `{"tasks":[{"_id":"t1","title":"Call","updatedAt":"2026-07-18T07:11:57.939Z","contactDetails":null}]}`,
			raw: []string{"/tasks/N/contactDetails"}, call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Tasks.Search(ctx, "L", ghl.TaskSearch{}))
			}},
		{name: "recurring task", answer: `{"recurringTask":{"id":"r1","title":"Call","description":"d","locationId":"L","createdAt":"2026-07-17T07:11:57.939Z","updatedAt":"2026-07-18T07:11:57.939Z",
			"deleted":true,"totalOccurrence":3,"assignedTo":"u","contactId":"c","rruleOptions":{"intervalType":"weekly","interval":1,"startDate":"2026-07-20T10:00:00.000Z","endDate":"2026-08-20T10:00:00.000Z",
			"dayOfMonth":2,"dayOfWeek":"MO","monthOfYear":4,"count":5,"createTaskIfOverDue":true,"dueAfterSeconds":60}},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.RecurringTasks.Get(ctx, "L", "r1"))
			}},
	}
}

func realNotes() []realAnswer {
	return []realAnswer{
		{name: "note", answer: `{"notes":[{"id":"n1","body":"<p>b</p>","bodyText":"b","userId":"u","dateAdded":"2026-07-17T07:11:57.939Z","contactId":"c1","title":"T","color":"#FFAA00",
			"pinned":true,"relations":[{"objectKey":"opportunity","recordId":"o1"}]}],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) { return rows(c.Notes.List(ctx, "c1")) }},
		{name: "note of an app", answer: `{"note":{"id":"n1","body":"b","userId":null,"contactId":"c1","pinned":false,"relations":[]},"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Notes.Create(ctx, "c1", ghl.NoteCreate{Body: "b"}))
			}},
		{name: "note of an appointment", answer: `{"notes":[{"id":"n1","body":"b","userId":"u","dateAdded":"2026-07-17T07:11:57.939Z","contactId":"c1","createdBy":{"id":"u","name":"U"}}],"hasMore":false,"traceId":"t"}`,
			beside: []string{"/hasMore"}, call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Appointments.ListNotes(ctx, "a1"))
			}},
	}
}

func realAppointments() []realAnswer {
	const event = `{"id":"a1","calendarId":"k","locationId":"L","contactId":"c","groupId":"g","title":"T","address":"","appointmentStatus":"confirmed","assignedUserId":"u","users":["u"],
		"notes":"n","description":"d","startTime":"2026-07-20T12:00:00+02:00","endTime":"2026-07-20T12:30:00+02:00","dateAdded":"2026-07-17T07:11:57.939Z","dateUpdated":"2026-07-18T07:11:57.939Z",
		"isRecurring":true,"rrule":"R","masterEventId":"m","assignedResources":["r"],"createdBy":{"source":"third_party","userId":"u9"},"deleted":true,"appointmentMeta":{"a":1}}`
	get := func(ctx context.Context, c *ghl.Client) (any, error) { return got(c.Appointments.Get(ctx, "a1")) }
	return []realAnswer{
		{name: "appointment", answer: `{"appointment":` + event + `,"traceId":"t"}`, call: get},
		{name: "appointment as documented", answer: `{"event":` + event + `}`, call: get},
		{name: "appointment with the old spelling", answer: `{"appointment":{"id":"a1","appoinmentStatus":"noshow"}}`, call: get},
		{name: "event", answer: `{"events":[` + event + `],"traceId":"t"}`, call: func(ctx context.Context, c *ghl.Client) (any, error) {
			return rows(c.Calendars.Events(ctx, ghl.EventQuery{LocationID: "L", CalendarID: "k", End: time.Unix(1, 0)}))
		}},
		{name: "appointment written", answer: `{"id":"a1","calendarId":"k","locationId":"L","contactId":"c","title":"T","appointmentStatus":"confirmed","appoinmentStatus":"confirmed","status":"booked",
			"address":"A","isRecurring":true,"dateAdded":"2026-07-17T07:11:57.939Z","dateUpdated":"2026-07-18T07:11:57.939Z","traceId":"t"}`, raw: []string{"/appoinmentStatus"},
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Appointments.Create(ctx, ghl.AppointmentCreate{CalendarID: "k", LocationID: "L", ContactID: "c", StartTime: time.Unix(1, 0)}))
			}},
		{name: "appointment of a contact", answer: `{"events":[{"id":"a1","calendarId":"k","status":"booked","title":"T","assignedUserId":"u","notes":"n","startTime":"2026-07-16 11:00:00",
			"endTime":"2026-07-16 11:30:00","address":"A","locationId":"L","contactId":"c","groupId":"g","appointmentStatus":"confirmed","users":["u"],"dateAdded":"2026-07-10 11:00:00",
			"dateUpdated":"2026-07-11 11:00:00","assignedResources":["r"]}],"traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return rows(c.Appointments.ListByContact(ctx, "c"))
			}},
		{name: "blocked slot", answer: `{"id":"b1","locationId":"L","title":"T","startTime":"2026-07-20T12:00:00+02:00","endTime":"2026-07-20T12:30:00+02:00","calendarId":"k","assignedUserId":"u","traceId":"t"}`,
			call: func(ctx context.Context, c *ghl.Client) (any, error) {
				return got(c.Calendars.CreateBlockSlot(ctx, ghl.BlockSlotInput{LocationID: "L", CalendarID: "k",
					StartTime: ghl.Set(time.Unix(1, 0)), EndTime: ghl.Set(time.Unix(2, 0))}))
			}},
	}
}
