package ghltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

func TestContactCreateNormalisesAndAnswers201(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	body := r.ok(201, "POST", "/contacts/", loc(`{"locationId":"LOC","firstName":"Zoë","lastName":"Müller","email":"Zoe@X.ch",
		"phone":"(415) 555-0100","tags":["Hot Lead","hot lead"],"dateOfBirth":"09/25/1990"}`))
	c := body["contact"]
	assert.Equal(t, "Zoe@X.ch", dig(c, "email"))
	assert.Equal(t, "zoe@x.ch", dig(c, "emailLowerCase"))
	assert.Equal(t, "+14155550100", dig(c, "phone"), "phone becomes E.164 by the contact's country")
	assert.Equal(t, "US", dig(c, "country"), "country defaults to the location's")
	assert.Equal(t, []any{"hot lead"}, dig(c, "tags"), "tags are lower case and unique")
	assert.Equal(t, "1990-09-25T00:00:00.000Z", dig(c, "dateOfBirth"), "create answers a full instant")
	assert.Equal(t, "2026-07-20T10:00:00.000Z", dig(c, "dateAdded"))
	assert.Equal(t, false, dig(c, "deleted"))
	assert.Equal(t, "INTEGRATION", dig(c, "createdBy", "source"))

	got := r.ok(200, "GET", "/contacts/"+dig(c, "id").(string), "")["contact"]
	assert.Equal(t, "1990-09-25", dig(got, "dateOfBirth"), "GET answers the date alone")
	assert.Equal(t, "lead", dig(got, "type"))
	assert.NotContains(t, got, "city", "GET leaves out what has no value")
	assert.NotContains(t, got, "dnd", "GET leaves out dnd that was never set")
	assert.NotContains(t, got, "deleted")
	assert.NotContains(t, r.Requests()[0].Path, "pit-")
}

func TestContactNotFoundIs400(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.get("/contacts/nobody00000000000000")
	assert.Equal(t, 400, a.Status)
	assert.Equal(t, "Contact not found for id:nobody00000000000000", a.Body["message"])
	assert.Equal(t, "Bad Request", a.Body["error"])
	a = r.get("/contacts/tasks")
	assert.Equal(t, 400, a.Status)
	assert.Equal(t, "Contact with id tasks not found", a.Body["message"])
}

func TestContactDuplicateIs400WithMeta(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	a := r.do("POST", "/contacts/", loc(`{"locationId":"LOC","email":"ADA@example.com"}`))
	assert.Equal(t, 400, a.Status)
	assert.Equal(t, "This location does not allow duplicated contacts.", a.Body["message"])
	assert.Equal(t, object{"contactId": ada, "contactName": "Ada Lovelace", "matchingField": "email"}, a.Body["meta"])
	a = r.do("POST", "/contacts/", loc(`{"locationId":"LOC","phone":"+41 79 123 45 67"}`))
	assert.Equal(t, "phone", dig(a.Body, "meta", "matchingField"))

	require.NoError(t, r.EditLocation(ghltest.DefaultLocationID, func(l *ghltest.Location) { l.AllowDuplicateContact = true }))
	r.ok(201, "POST", "/contacts/", loc(`{"locationId":"LOC","email":"ada@example.com"}`))
}

func TestContactUpdateMergesAndReplacesTags(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	r.now = start.Add(time.Hour)
	body := r.ok(200, "PUT", "/contacts/"+ada, `{"city":"Bern","tags":["One"],"dnd":true,"lastName":null}`)
	assert.Equal(t, true, body["succeded"])
	assert.Equal(t, true, body["succeeded"])
	c := body["contact"]
	assert.Equal(t, "Bern", dig(c, "city"))
	assert.Equal(t, []any{"one"}, dig(c, "tags"), "tags replace the whole list")
	assert.Equal(t, "Ada", dig(c, "firstName"), "what was not sent stays")
	assert.NotContains(t, c, "lastName", "null clears")
	assert.Equal(t, true, dig(c, "dnd"))
	assert.Equal(t, "2026-07-20T11:00:00.000Z", dig(c, "dateUpdated"))
	stored, ok := r.Contact(ada)
	require.True(t, ok)
	assert.Equal(t, "Bern", stored.City)
}

func TestContactStrictBody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	for name, c := range map[string]struct {
		method, path, body string
		want               []any
	}{
		"unknown":        {"POST", "/contacts/", loc(`{"locationId":"LOC","nickname":"x","foo":1}`), []any{"property foo should not exist", "property nickname should not exist"}},
		"location":       {"POST", "/contacts/", `{"firstName":"x"}`, []any{"locationId should not be empty", "locationId must be a string"}},
		"put location":   {"PUT", "/contacts/" + ada, loc(`{"locationId":"LOC"}`), []any{"property locationId should not exist"}},
		"put company":    {"PUT", "/contacts/" + ada, `{"companyName":"x"}`, []any{"property companyName should not exist"}},
		"type":           {"PUT", "/contacts/" + ada, `{"firstName":5}`, []any{"firstName must be a string"}},
		"email":          {"PUT", "/contacts/" + ada, `{"email":"nobody"}`, []any{"email must be an email"}},
		"task required":  {"POST", "/contacts/" + ada + "/tasks", `{"title":"x"}`, []any{"dueDate must be a valid ISO 8601 date string", "completed must be a boolean value"}},
		"note required":  {"POST", "/contacts/" + ada + "/notes", `{}`, []any{"body should not be empty", "body must be a string"}},
		"search":         {"POST", "/contacts/search", `{}`, []any{"locationId should not be empty", "locationId must be a string", "pageLimit must be a number conforming to the specified constraints"}},
		"upsert address": {"POST", "/contacts/upsert", loc(`{"locationId":"LOC","firstName":"x"}`), []any{"email or phone should not be empty"}},
	} {
		a := r.do(c.method, c.path, c.body)
		assert.Equal(t, 422, a.Status, name)
		assert.Equal(t, c.want, a.Body["message"], name)
	}
	assert.Equal(t, 400, r.do("PUT", "/contacts/"+ada, `{"firstName":`).Status, "broken JSON")
	assert.Len(t, r.Snapshot().Contacts, 2, "a refused body changes nothing")
}

func TestContactDeleteCascades(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	task := r.AddTask(ghltest.Task{ContactID: ada, Title: "x"})
	note := r.AddNote(ghltest.Note{ContactID: ada, Body: "x"})
	body := r.ok(200, "DELETE", "/contacts/"+ada, "")
	assert.Equal(t, true, body["succeded"])
	assert.Equal(t, 400, r.get("/contacts/"+ada).Status)
	gone, _ := r.Task(task.ID)
	assert.True(t, gone.Deleted)
	goneNote, _ := r.Note(note.ID)
	assert.True(t, goneNote.Deleted)
	r.now = start.Add(time.Hour)
	require.NoError(t, r.RestoreContact(ada))
	restored, _ := r.Contact(ada)
	assert.Equal(t, r.now, restored.DateUpdated)
	assert.Equal(t, 200, r.get("/contacts/"+ada).Status)
	assert.Empty(t, r.TasksOf(ada), "a restored contact does not get its tasks back")
}

func TestUpsertMatchesInOrder(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	require.NoError(t, r.EditContact(bob, func(c *ghltest.Contact) { c.Phone, c.AdditionalEmails = "+41790000002", []string{"bob@old.ch"} }))

	body := r.ok(200, "POST", "/contacts/upsert", loc(`{"locationId":"LOC","email":"new@x.ch"}`))
	assert.Equal(t, true, body["new"])
	body = r.ok(200, "POST", "/contacts/upsert", loc(`{"locationId":"LOC","email":"ada@example.com","phone":"+41790000002","city":"Genf"}`))
	assert.Equal(t, false, body["new"])
	assert.Equal(t, ada, dig(body, "contact", "id"), "the e-mail comes first")
	assert.Equal(t, "+41791234567", dig(body, "contact", "phone"), "the phone of another contact is silently ignored")
	assert.Equal(t, "Genf", dig(body, "contact", "city"))

	body = r.ok(200, "POST", "/contacts/upsert", loc(`{"locationId":"LOC","email":"bob@old.ch"}`))
	assert.Equal(t, bob, dig(body, "contact", "id"))
	assert.Equal(t, "bob@old.ch", dig(body, "contact", "email"), "an additional e-mail overwrites the primary one")
}

func TestFindDuplicate(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	body := r.ok(200, "GET", loc("/contacts/search/duplicate?locationId=LOC&email=ada%40example.com"), "")
	assert.Equal(t, ada, dig(body, "contact", "id"))
	assert.Equal(t, "contactId", body["matchingField"])
	body = r.ok(200, "GET", loc("/contacts/search/duplicate?locationId=LOC&number=%2B41791234567"), "")
	assert.Equal(t, ada, dig(body, "contact", "id"))
	body = r.ok(200, "GET", loc("/contacts/search/duplicate?locationId=LOC&email=no%40x.ch"), "")
	assert.Contains(t, body, "contact")
	assert.Nil(t, body["contact"])
}

func TestOldContactListPagesByStartAfter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for i := range 7 {
		r.Seed(ghltest.World{Contacts: []ghltest.Contact{{FirstName: "N", DateAdded: start.Add(time.Duration(i/2) * time.Minute)}}})
	}
	seen := map[string]bool{}
	path := loc("/contacts/?locationId=LOC&limit=3")
	for range 3 {
		body := r.ok(200, "GET", path, "")
		for _, id := range ids(t, body["contacts"], "id") {
			assert.False(t, seen[id], "no row twice")
			seen[id] = true
		}
		assert.InDelta(t, 7, body["count"], 0)
		next, ok := dig(body, "meta", "startAfterId").(string)
		if !ok {
			break
		}
		u := dig(body, "meta", "nextPageUrl").(string)
		path = u[len("https://services.leadconnectorhq.com"):]
		assert.Contains(t, path, next)
	}
	assert.Len(t, seen, 7)
	assert.NotContains(t, r.get(loc("/contacts/?locationId=LOC&limit=7")).Body["meta"], "startAfterId", "a full last page is the last")
	assert.Equal(t, 403, r.get("/contacts/?startAfterId=x&startAfter=1").Status, "a follow-up page without location")
	assert.Equal(t, 422, r.get(loc("/contacts/?locationId=LOC&limit=101")).Status)
}

func TestTagsAddAndRemove(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	body := r.ok(201, "POST", "/contacts/"+ada+"/tags", `{"tags":["Vip","Gold"]}`)
	assert.Equal(t, []any{"vip", "new", "gold"}, body["tags"])
	assert.Equal(t, []any{"gold"}, body["tagsAdded"])
	body = r.ok(201, "POST", "/contacts/"+ada+"/tags", `{"tags":["gold"]}`)
	assert.Equal(t, []any{}, body["tagsAdded"], "adding a present tag is a no-op")
	before, _ := r.Contact(ada)
	r.now = start.Add(time.Hour)
	r.ok(201, "POST", "/contacts/"+ada+"/tags", `{"tags":["gold"]}`)
	r.ok(200, "DELETE", "/contacts/"+ada+"/tags", `{"tags":["none"]}`)
	after, _ := r.Contact(ada)
	assert.Equal(t, before.DateUpdated, after.DateUpdated, "and moves nothing")
	body = r.ok(200, "DELETE", "/contacts/"+ada+"/tags", `{"tags":["GOLD","none"]}`)
	assert.Equal(t, []any{"gold"}, body["tagsRemoved"])
	body = r.ok(200, "DELETE", "/contacts/"+ada+"/tags", `{"tags":["none"]}`)
	assert.Equal(t, []any{}, body["tagsRemoved"])
	var names []string
	for _, tag := range r.Snapshot().Tags {
		names = append(names, tag.Name)
	}
	assert.ElementsMatch(t, []string{"vip", "new", "gold"}, names, "the location learns new tags and keeps them")
}

func TestCustomFieldsBySpelling(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Seed(ghltest.World{CustomFields: []ghltest.CustomField{{ID: "field000000000000001", Name: "Pagico ID"}}})
	body := r.ok(201, "POST", "/contacts/", loc(`{"locationId":"LOC","firstName":"a","customFields":[
		{"key":"pagico_id","field_value":"p1"},{"id":"field000000000000002","fieldValue":12.5},{"key":"unknown","field_value":"x"}]}`))
	id := dig(body, "contact", "id").(string)
	assert.Equal(t, []any{object{"id": "field000000000000001", "value": "p1"}, object{"id": "field000000000000002", "value": 12.5}},
		dig(body, "contact", "customFields"))
	body = r.ok(200, "PUT", "/contacts/"+id, `{"customFields":[{"id":"field000000000000001","value":""}]}`)
	assert.Equal(t, []any{object{"id": "field000000000000002", "value": 12.5}}, dig(body, "contact", "customFields"), "fields not sent stay, empty clears")
	body = r.ok(200, "POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":10,"filters":[{"field":"customFields.field000000000000002","operator":"eq","value":12.5}]}`))
	assert.Equal(t, []string{id}, ids(t, body["contacts"], "id"))
}

func TestPhoneForms(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, c := range []struct{ phone, country, want string }{
		{"079 123 45 67", "CH", "+41791234567"}, {"0041 79 123 45 67", "CH", "+41791234567"}, {"+41 79 123 45 67", "US", "+41791234567"},
		{"1 (415) 555-0100", "US", "+14155550100"}, {"+178655689546", "US", "+178655689546"}, {"030 1234", "DE", "+49301234"},
	} {
		body := r.ok(201, "POST", "/contacts/", loc(`{"locationId":"LOC","phone":"`+c.phone+`","country":"`+c.country+`"}`))
		assert.Equal(t, c.want, dig(body, "contact", "phone"), "%s in %s", c.phone, c.country)
		require.NoError(t, r.DeleteContact(dig(body, "contact", "id").(string)))
	}
	assert.Equal(t, 422, r.do("POST", "/contacts/", loc(`{"locationId":"LOC","country":"Switzerland"}`)).Status)
	assert.Equal(t, 422, r.do("POST", loc("/locations/LOC/tags"), `{"name":""}`).Status, "a required text is not empty")
}

func TestEmailOfADeletedContactIsFree(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	require.NoError(t, r.DeleteContact(ada))
	r.ok(201, "POST", "/contacts/", loc(`{"locationId":"LOC","email":"ada@example.com"}`))
	require.NoError(t, r.EditContact(bob, func(c *ghltest.Contact) { c.Email = "bob@x.ch" }))
	a := r.do("PUT", "/contacts/"+bob, `{"email":"ada@example.com"}`)
	assert.Equal(t, 400, a.Status, "an update may not take another's e-mail")
	assert.Equal(t, "email", dig(a.Body, "meta", "matchingField"))
	r.ok(200, "PUT", "/contacts/"+bob, `{"email":"BOB@x.ch"}`)
}
