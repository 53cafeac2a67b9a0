package ghltest_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

// quirkRig is a server with one quirk changed.
func quirkRig(t *testing.T, change func(*ghltest.Quirks)) *rig {
	t.Helper()
	q := ghltest.DefaultQuirks()
	if change != nil {
		change(&q)
	}
	var r *rig
	r = newRig(t, ghltest.WithSleep(func(_ context.Context, d time.Duration) error { r.slept += d; return nil }), ghltest.WithQuirks(q), ghltest.WithWebhooks(ghltest.Webhooks{URL: "http://receiver.test"}))
	r.seedPeople()
	return r
}

// quirkEffect shows one quirk: what a call answers with the default and with the quirk turned over.
type quirkEffect struct {
	name           string // the field of Quirks
	see            func(*rig) any
	normal, turned any
}

func sees(method, path, body string, at ...any) func(*rig) any {
	return func(r *rig) any { return dig(r.do(method, loc(path), loc(body)).Body, at...) }
}

func seesStatus(method, path, body string) func(*rig) any {
	return func(r *rig) any { return r.do(method, loc(path), loc(body)).Status }
}

func contactEffects() []quirkEffect {
	has := func(key string) func(*rig) any {
		return func(r *rig) any {
			_, ok := r.get("/contacts/" + ada).Body["contact"].(object)[key]
			return ok
		}
	}
	moved := func(act func(*rig)) func(*rig) any {
		return func(r *rig) any {
			before, _ := r.Contact(ada)
			r.now = start.Add(time.Minute)
			act(r)
			after, _ := r.Contact(ada)
			return after.DateUpdated.After(before.DateUpdated)
		}
	}
	return []quirkEffect{
		{"StrictProperties", seesStatus("PUT", "/contacts/"+ada, `{"foo":1}`), 422, 200},
		{"BothSpellings", sees("DELETE", "/contacts/"+ada, "", "succeeded"), true, nil},
		{"TraceIDs", func(r *rig) any { return r.get("/contacts/" + ada).Body["traceId"] != nil }, true, false},
		{"ContactNotFound400", seesStatus("GET", "/contacts/nobody", ""), 400, 404},
		{"ChildNotFound400", seesStatus("GET", "/contacts/"+ada+"/tasks/nothing", ""), 404, 400},
		{"CountryDefault", sees("POST", "/contacts/", `{"locationId":"LOC"}`, "contact", "country"), "US", nil},
		{"LowerCaseNames", sees("GET", "/contacts/"+ada, "", "contact", "firstName"), "Ada", "ada"},
		{"OmitContactName", has("name"), true, false},
		{"AppointmentBumpsContact", moved(func(r *rig) { r.AddAppointment(ghltest.Appointment{ContactID: ada}) }), true, false},
		{"NoteBumpsContact", moved(func(r *rig) { r.ok2("POST", "/contacts/"+ada+"/notes", `{"body":"n"}`) }), false, true},
		{"TaskBumpsContact", moved(func(r *rig) {
			r.ok2("POST", "/contacts/"+ada+"/tasks", `{"title":"t","dueDate":"2026-01-01","completed":false}`)
		}), false, true},
		{"UpsertOverwritesPrimary", func(r *rig) any {
			_ = r.EditContact(ada, func(c *ghltest.Contact) { c.AdditionalEmails = []string{"old@x.ch"} })
			return dig(r.do("POST", "/contacts/upsert", loc(`{"locationId":"LOC","email":"old@x.ch"}`)).Body, "contact", "email")
		}, "old@x.ch", "Ada@Example.com"},
		{"PhoneSearchMisses", func(r *rig) any {
			_ = r.EditContact(ada, func(c *ghltest.Contact) { c.AdditionalEmails = []string{"old@x.ch"} })
			return dig(r.do("POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":5,"filters":[{"field":"phone","operator":"eq","value":"+41791234567"}]}`)).Body, "total")
		}, 0.0, 1.0},
		{"UpdateAcceptsCompanyName", seesStatus("PUT", "/contacts/"+ada, `{"companyName":"x"}`), 422, 200},
		{"StrictNulls", seesStatus("PUT", "/contacts/"+ada, `{"postalCode":null}`), 200, 422},
		{"ListsUnderV3", func(r *rig) any { r.version = "v3"; return r.get(loc("/contacts/?locationId=LOC")).Status }, 200, 400},
		{"UsersByLocationEmpty", func(r *rig) any {
			r.AddUser(ghltest.User{FirstName: "u"})
			return len(r.get(loc("/users/?locationId=LOC")).Body["users"].([]any))
		}, 1, 0},
		{"DuplicateTagNames", seesStatus("POST", "/locations/LOC/tags", `{"name":"vip"}`), 400, 200},
	}
}

func (r *rig) ok2(method, path, body string) {
	r.t.Helper()
	require.Less(r.t, r.do(method, path, body).Status, 300)
}

func otherEffects() []quirkEffect {
	appointment := func(r *rig) string {
		return r.AddAppointment(ghltest.Appointment{ContactID: ada, StartTime: start, EndTime: start}).ID
	}
	object1 := func(name ghltest.Collection, r *rig) string {
		return r.AddObject(name, ghltest.Object{Fields: object{"name": "x", "contactId": ada, "conversationId": "c"}}).ID
	}
	return []quirkEffect{
		{"TaskSearch201", seesStatus("POST", "/locations/LOC/tasks/search", `{}`), 201, 200},
		{"TaskSearchListsDeleted", func(r *rig) any {
			_ = r.DeleteTask(r.AddTask(ghltest.Task{Title: "t"}).ID)
			return len(r.do("POST", loc("/locations/LOC/tasks/search"), `{}`).Body["tasks"].([]any))
		}, 0, 1},
		{"AppointmentEnvelope", func(r *rig) any {
			return r.get("/calendars/events/appointments/" + appointment(r)).Body["appointment"] != nil
		}, true, false},
		{"DeleteEvent200", func(r *rig) any { return r.do("DELETE", "/calendars/events/"+appointment(r), "").Status }, 200, 201},
		{"OpportunitySearch201", seesStatus("POST", "/opportunities/search", `{"locationId":"LOC"}`), 201, 200},
		{"DeleteOpportunitySuccess", func(r *rig) any {
			return r.do("DELETE", "/opportunities/"+object1(ghltest.Opportunities, r), "").Body["success"]
		}, true, nil},
		{"CustomValueSucceeded", func(r *rig) any {
			return r.do("DELETE", loc("/locations/LOC/customValues/")+object1(ghltest.CustomValues, r), "").Body["succeeded"]
		}, true, nil},
		{"DeleteCalendarMessage", func(r *rig) any {
			return r.do("DELETE", "/calendars/"+r.AddCalendar(ghltest.Calendar{Name: "c"}).ID, "").Body["success"]
		}, nil, true},
		{"NestedMessages", func(r *rig) any {
			return r.get("/conversations/messages/" + object1(ghltest.Messages, r)).Body["message"] != nil
		}, true, false},
		{"SlowTaskWrites", func(r *rig) any {
			task := r.AddTask(ghltest.Task{ContactID: ada, Title: "t"})
			r.ok2("PUT", "/contacts/"+ada+"/tasks/"+task.ID, `{"title":"x"}`)
			return r.slept
		}, time.Duration(0), 2 * time.Second},
		{"LocationTokenRefresh", func(r *rig) any {
			r.AddToken(ghltest.Token{Value: "agency", CompanyID: ghltest.DefaultCompanyID, AppID: "app1-x"})
			r.Authorize(ghltest.Grant{ClientID: "app1-x", CompanyID: ghltest.DefaultCompanyID})
			r.token = "agency"
			return r.do("POST", "/oauth/locationToken", loc("companyId="+ghltest.DefaultCompanyID+"&locationId=LOC"), "Content-Type", formType).Body["refresh_token"] != nil
		}, false, true},
		{"ThinTaskCreate", func(r *rig) any {
			r.AddTask(ghltest.Task{ContactID: ada, Title: "t"})
			log := r.WebhookLog()
			return !strings.Contains(string(log[len(log)-1].Body), `"contactId"`)
		}, true, false},
	}
}

func TestEveryQuirkIsASwitch(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, e := range append(contactEffects(), otherEffects()...) {
		tested[e.name] = true
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, e.normal, e.see(quirkRig(t, nil)), "as the real service")
			assert.Equal(t, e.turned, e.see(quirkRig(t, func(q *ghltest.Quirks) {
				f := reflect.ValueOf(q).Elem().FieldByName(e.name)
				f.SetBool(!f.Bool())
			})), "turned over")
		})
	}
	for f := range reflect.TypeFor[ghltest.Quirks]().Fields() {
		assert.True(t, tested[f.Name], "no test shows %s", f.Name)
	}
}
