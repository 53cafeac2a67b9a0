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

// search runs contacts/search with further body properties.
func (r *rig) search(t *testing.T, extra string) object {
	t.Helper()
	return r.ok(200, "POST", "/contacts/search", loc(`{"locationId":"LOC",`)+extra+`}`)
}

func TestSearchRowShape(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	body := r.search(t, `"pageLimit":100`)
	assert.InDelta(t, 2, body["total"], 0)
	require.Equal(t, []string{bob, ada}, ids(t, body["contacts"], "id"), "newest first without sort")
	row := dig(body, "contacts", 0).(object)
	for _, key := range []string{"email", "phone", "address", "city", "companyName", "dateOfBirth", "assignedTo", "lastName"} {
		assert.Contains(t, row, key)
		assert.Nil(t, row[key], "search answers null for what is empty: %s", key)
	}
	assert.NotContains(t, row, "address1")
	assert.Equal(t, "bob", row["contactName"])
	assert.Equal(t, []any{float64(start.Add(-24 * time.Hour).UnixMilli()), bob}, row["searchAfter"])
}

func TestSearchCursorWalksAllOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for i := range 25 {
		at := start.Add(time.Duration(i/4) * time.Second)
		r.Seed(ghltest.World{Contacts: []ghltest.Contact{{FirstName: fmt.Sprint(i), DateAdded: at, DateUpdated: at}}})
	}
	for _, sort := range []string{``, `"sort":[{"field":"dateUpdated","direction":"asc"}],`,
		`"sort":[{"field":"firstNameLowerCase","direction":"desc"},{"field":"dateAdded","direction":"asc"}],`} {
		seen, cursor := map[string]bool{}, ""
		for range 10 {
			body := r.search(t, sort+cursor+`"pageLimit":7`)
			rows := body["contacts"].([]any)
			if len(rows) == 0 {
				break
			}
			for _, id := range ids(t, rows, "id") {
				assert.False(t, seen[id])
				seen[id] = true
			}
			after, err := json.Marshal(dig(rows, len(rows)-1, "searchAfter"))
			require.NoError(t, err)
			cursor = `"searchAfter":` + string(after) + `,`
		}
		assert.Len(t, seen, 25, sort)
	}
}

func TestSearchChangedRowMovesToTheEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	sort := `"sort":[{"field":"dateUpdated","direction":"asc"}],`
	body := r.search(t, sort+`"pageLimit":1`)
	require.Equal(t, []string{ada}, ids(t, body["contacts"], "id"))
	after, _ := json.Marshal(dig(body, "contacts", 0, "searchAfter"))
	require.NoError(t, r.EditContact(ada, func(c *ghltest.Contact) { c.City = "x" }))
	body = r.search(t, sort+`"pageLimit":5,"searchAfter":`+string(after))
	assert.Equal(t, []string{bob, ada}, ids(t, body["contacts"], "id"), "seen again at the end")
}

func TestSearchPageMode(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	assert.Equal(t, []string{ada}, ids(t, r.search(t, `"pageLimit":1,"page":2`)["contacts"], "id"))
	assert.Empty(t, r.search(t, `"pageLimit":1,"page":3`)["contacts"])
	a := r.do("POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":500,"page":21}`))
	assert.Equal(t, 400, a.Status, "page mode ends at 10,000 records")
	assert.Equal(t, 422, r.do("POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":501}`)).Status)
}

func TestSeededPhonesAreNormalised(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Seed(ghltest.World{Contacts: []ghltest.Contact{{ID: ada, Phone: "079 123 45 67", Country: "CH"}}})
	assert.Equal(t, "+41791234567", dig(r.get("/contacts/"+ada).Body, "contact", "phone"))
}

func TestSearchFilters(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	require.NoError(t, r.EditContact(bob, func(c *ghltest.Contact) {
		c.Tags, c.AdditionalEmails, c.Phone = []string{"new"}, []string{"b@x.ch"}, "+41790000002"
	}))
	for filters, want := range map[string][]string{
		`{"field":"email","operator":"eq","value":"ada@EXAMPLE.com"}`:                                                                                 {ada},
		`{"field":"email","operator":"not_eq","value":"ada@example.com"}`:                                                                             {bob},
		`{"field":"email","operator":"exists"}`:                                                                                                       {ada},
		`{"field":"email","operator":"not_exists"}`:                                                                                                   {bob},
		`{"field":"firstNameLowerCase","operator":"contains","value":"b"}`:                                                                            {bob},
		`{"field":"firstNameLowerCase","operator":"not_contains","value":"b"}`:                                                                        {ada},
		`{"field":"tags","operator":"eq","value":"vip"}`:                                                                                              {ada},
		`{"field":"phone","operator":"eq","value":"+41791234567"}`:                                                                                    {ada},
		`{"field":"phone","operator":"eq","value":"+41790000002"}`:                                                                                    {},
		`{"field":"dateAdded","operator":"range","value":{"gt":"2026-07-19T00:00:00.000Z"}}`:                                                          {bob},
		`{"field":"dateAdded","operator":"range","value":{"gte":"2026-07-18T10:00:00Z","lt":"2026-07-18T10:00:00.001Z"}}`:                             {ada},
		`{"field":"tags","operator":"eq","value":"new"},{"field":"email","operator":"exists"}`:                                                        {ada},
		`{"group":"OR","filters":[{"field":"id","operator":"eq","value":"` + ada + `"},{"field":"id","operator":"eq","value":"` + bob + `"}]}`:        {bob, ada},
		`{"group":"AND","filters":[{"field":"tags","operator":"eq","value":"new"},{"group":"OR","filters":[{"field":"email","operator":"exists"}]}]}`: {ada},
	} {
		body := r.search(t, `"pageLimit":10,"filters":[`+filters+`]`)
		assert.Equal(t, want, ids(t, body["contacts"], "id"), filters)
	}
	a := r.do("POST", "/contacts/search", loc(`{"locationId":"LOC","pageLimit":1,"filters":[{"field":"updatedAt","operator":"eq","value":"x"}]}`))
	assert.Equal(t, 400, a.Status)
	assert.Equal(t, "Invalid field updatedAt", a.Body["message"])
	assert.Equal(t, []string{ada}, ids(t, r.search(t, `"pageLimit":10,"query":"lovel"`)["contacts"], "id"))
}

func TestIndexLag(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	r.SetLag(ghltest.Lag{Contacts: 3 * time.Second, Tasks: 3 * time.Second})
	task := r.AddTask(ghltest.Task{ContactID: ada, Title: "old"})
	r.ok(200, "PUT", "/contacts/"+ada, `{"city":"Bern"}`)
	r.ok(200, "DELETE", "/contacts/"+bob, "")
	tasks := func() []any {
		return r.ok(201, "POST", loc("/locations/LOC/tasks/search"), `{}`)["tasks"].([]any)
	}
	r.now = start.Add(2900 * time.Millisecond)
	body := r.search(t, `"pageLimit":10`)
	assert.Equal(t, []string{bob, ada}, ids(t, body["contacts"], "id"), "the deleted contact is still listed")
	assert.Nil(t, dig(body, "contacts", 1, "city"), "the change is not visible yet")
	assert.Empty(t, tasks(), "the new task is not visible yet")
	assert.Equal(t, 400, r.get("/contacts/"+bob).Status, "GET by id is the truth")
	assert.Equal(t, "Bern", dig(r.get("/contacts/"+ada).Body, "contact", "city"))

	r.now = start.Add(3 * time.Second)
	body = r.search(t, `"pageLimit":10`)
	assert.Equal(t, []string{ada}, ids(t, body["contacts"], "id"))
	assert.Equal(t, "Bern", dig(body, "contacts", 0, "city"))
	assert.Len(t, tasks(), 1)

	require.NoError(t, r.EditTask(task.ID, func(t *ghltest.Task) { t.Title = "one" }))
	r.now = r.now.Add(2 * time.Second)
	require.NoError(t, r.EditTask(task.ID, func(t *ghltest.Task) { t.Title = "two" }))
	assert.Equal(t, "old", dig(tasks(), 0, "title"))
	r.now = r.now.Add(time.Second)
	assert.Equal(t, "one", dig(tasks(), 0, "title"), "each change has its own lag")
	r.now = r.now.Add(2 * time.Second)
	assert.Equal(t, "two", dig(tasks(), 0, "title"))
}

func TestLagDoesNotHideWhatWasListedBefore(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	task := r.AddTask(ghltest.Task{ContactID: ada, Title: "one"})
	require.NoError(t, r.EditTask(task.ID, func(t *ghltest.Task) { t.Title = "two" }))
	r.AddTask(ghltest.Task{ContactID: ada, Title: "three"})
	r.now = r.now.Add(time.Second)
	r.SetLag(ghltest.Lag{Tasks: 20 * time.Second})
	tasks := r.ok(201, "POST", loc("/locations/LOC/tasks/search"), `{}`)["tasks"].([]any)
	require.Len(t, tasks, 2, "the changes came before the lag")
	assert.ElementsMatch(t, []any{"two", "three"}, []any{dig(tasks, 0, "title"), dig(tasks, 1, "title")})
}
