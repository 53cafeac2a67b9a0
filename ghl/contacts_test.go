package ghl_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestContactMethods(t *testing.T) {
	t.Parallel()
	for _, m := range []method{
		{op: "contacts.get", answer: `{"contact":{"id":"c1"},"traceId":"x"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Contacts.Get(ctx, id)) }},
		{op: "contacts.create", answer: `{"contact":{"id":"c1"}}`,
			wantBody: `{"locationId":"L","firstName":"Ada","dnd":false,"customFields":[{"id":"f","field_value":3}],"dndSettings":{"Call":{"status":"active"}}}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Contacts.Create(ctx, ghl.ContactCreate{LocationID: "L", FirstName: "Ada", DND: ghl.Set(false),
					CustomFields: []ghl.CustomFieldInput{{ID: "f", Value: 3}}, DNDSettings: ghl.DNDSettings{"Call": {Status: "active"}}}))
			}},
		{op: "contacts.update", answer: `{"succeded":true,"succeeded":true,"contact":{"id":"c1"}}`,
			wantBody: `{"lastName":"Byron","website":null,"tags":[]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Contacts.Update(ctx, id, ghl.ContactUpdate{LastName: ghl.Set("Byron"), Website: ghl.Null[string](),
					Tags: ghl.Set[[]string](nil)}))
			}},
		{op: "contacts.delete", answer: `{"succeded":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Contacts.Delete(ctx, id) }},
		{op: "contacts.upsert", answer: `{"new":true,"contact":{"id":"c1"}}`, wantBody: `{"locationId":"L","email":"a@b.c"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Contacts.Upsert(ctx, ghl.ContactUpsert{LocationID: "L", Email: ghl.Set("a@b.c")}))
			}},
		{op: "contacts.findDuplicate", answer: `{"contact":{"id":"c1"},"matchingField":"email"}`, wantQuery: "email=a%40b.c&locationId=L",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Contacts.FindDuplicate(ctx, ghl.DuplicateQuery{LocationID: "L", Email: "a@b.c"}))
			}},
		{op: "contacts.search", answer: `{"contacts":[],"total":0}`, wantBody: `{"locationId":"L","pageLimit":100}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Contacts.Search(ctx, ghl.ContactSearch{LocationID: "L"}))
			}},
		{op: "contacts.list", answer: `{"contacts":[],"count":0}`, wantQuery: "limit=100&locationId=L",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Contacts.List(ctx, ghl.ContactList{LocationID: "L"}))
			}},
		{op: "contacts.byBusiness", answer: `{"contacts":[],"count":0}`, wantQuery: "limit=100&locationId=L&skip=0",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.Contacts.ByBusiness(ctx, ghl.ContactsByBusiness{LocationID: "L", BusinessID: id}))
			}},
	} {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
}

// A read by id, a search row and an answer to a create have different shapes; all fields must come through.
func TestContactShapes(t *testing.T) {
	t.Parallel()
	var got, row ghl.Contact
	require.NoError(t, json.Unmarshal([]byte(`{"id":"c1","locationId":"L","firstName":"Ada","lastName":"B","name":"Ada B",
		"email":"a@b.c","phone":"+41441234567","additionalEmails":[{"email":"x@y.z"}],"additionalPhones":[{"phone":"+1"}],
		"address1":"Street 1","postalCode":"8000","country":"CH","type":"lead","assignedTo":"u1","followers":["u2"],
		"tags":["vip"],"customFields":[{"id":"f1","value":"text"},{"id":"f2","value":42},{"id":"f3","value":["a","b"]},{"id":"f4","value":{"u":1}},{"id":"f5","field_value":true}],
		"dateOfBirth":"1990-09-25","dnd":true,"dndSettings":{"Call":{"status":"active","message":"m","code":"101"},"sms":{"status":"permanent"}},
		"dateAdded":"2026-07-17T07:31:57.939Z","dateUpdated":"2026-07-17T07:31:58.000Z","lastActivity":"2026-07-17T07:31:58.000Z",
		"createdBy":{"source":"INTEGRATION","channel":"OAUTH","sourceId":"cid-1","timestamp":"2026-07-17T07:31:57.939Z"},
		"attributionSource":{"medium":"x"},"futureField":{"deep":[1]}}`), &got))
	assert.Equal(t, []string{"x@y.z"}, got.AdditionalEmails)
	assert.Equal(t, []string{"+1"}, got.AdditionalPhones)
	assert.Equal(t, "Street 1", got.Address1)
	texts := []string{}
	for _, f := range got.CustomFields {
		texts = append(texts, f.ID+"="+f.Text())
	}
	assert.Equal(t, []string{"f1=text", "f2=42", `f3=["a","b"]`, `f4={"u":1}`, "f5=true"}, texts)
	assert.Equal(t, ghl.DNDSettings{"Call": {Status: "active", Message: "m", Code: "101"}, "SMS": {Status: "permanent"}}, got.DNDSettings)
	assert.Equal(t, "cid-1", got.CreatedBy.SourceID)
	assert.Equal(t, 939_000_000, got.DateAdded.Nanosecond())
	assert.Contains(t, string(got.RawJSON()), `"futureField":{"deep":[1]}`)

	require.NoError(t, json.Unmarshal([]byte(`{"id":"c2","contactName":"ada b","firstName":"Ada","lastName":null,"email":null,
		"address":"Street 2","phoneLabel":null,"businessName":"Org","tags":null,"customFields":[],"dnd":null,"validEmail":null,
		"opportunities":[{"id":"o1","pipelineId":"p","pipelineStageId":"s","status":"open","monetaryValue":12.5}],
		"dateAdded":"2026-07-17T07:31:57.939Z","attributionSource":{},"searchAfter":[1784272317939,"c2"]}`), &row))
	assert.Equal(t, "ada b", row.Name)
	assert.Equal(t, "Street 2", row.Address1)
	assert.Equal(t, 12.5, row.Opportunities[0].MonetaryValue)
	assert.JSONEq(t, `[1784272317939,"c2"]`, string(row.SearchAfter))
}

// Other types than documented must not make a contact unreadable.
func TestContactOddTypes(t *testing.T) {
	t.Parallel()
	var c ghl.Contact
	require.NoError(t, json.Unmarshal([]byte(`{"_id":"c1","firstName":7,"postalCode":8000,"dnd":"true","tags":"one","followers":{"a":1},
		"dateAdded":1784272317939,"createdBy":"someone","customFields":{"id":"f","value":1},"opportunities":null,"ssn":{"x":1},"dndSettings":[]}`), &c))
	assert.Equal(t, "c1", c.ID)
	assert.Equal(t, "7", c.FirstName)
	assert.Equal(t, "8000", c.PostalCode)
	assert.True(t, c.DND)
	assert.Equal(t, []string{"one"}, c.Tags)
	assert.Equal(t, int64(1784272317939), c.DateAdded.UnixMilli())
	assert.Len(t, c.CustomFields, 1)
	require.Error(t, json.Unmarshal([]byte(`{"id":"c1"`), &c))
}

func TestContactSpellingOfV3(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"contact":{"id":"c1"}}`), ghl.WithAPIVersion(ghl.V3))
	_, err := c.Contacts.Update(t.Context(), "c1", ghl.ContactUpdate{
		CustomFields: ghl.Set([]ghl.CustomFieldInput{{Key: "k", Value: "v"}}),
		DNDSettings:  ghl.Set(ghl.DNDSettings{"WhatsApp": {Status: "active"}, "SMS": {Status: "active"}})})
	require.NoError(t, err)
	assert.JSONEq(t, `{"customFields":[{"key":"k","fieldValue":"v"}],"dndSettings":{"whatsApp":{"status":"active"},"sms":{"status":"active"}}}`,
		x.requests()[0].body)
	assert.Equal(t, "v3", x.requests()[0].Header.Get("Version"))
	require.NoError(t, drained(c.Contacts.List(t.Context(), ghl.ContactList{LocationID: "L"})))
	assert.Equal(t, "2021-07-28", x.requests()[1].Header.Get("Version"), "version 3 has no such list")
}

func TestRequiredContactFields(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{}`))
	ctx := t.Context()
	for _, err := range []error{
		errorOf(c.Contacts.Create(ctx, ghl.ContactCreate{})),
		errorOf(c.Contacts.Upsert(ctx, ghl.ContactUpsert{LocationID: "L"})),
		errorOf(c.Contacts.Upsert(ctx, ghl.ContactUpsert{Email: ghl.Set("a@b.c")})),
		errorOf(c.Contacts.FindDuplicate(ctx, ghl.DuplicateQuery{LocationID: "L"})),
		errorOf(c.Contacts.SearchPage(ctx, ghl.ContactSearch{})),
		errorOf(c.Contacts.SearchPage(ctx, ghl.ContactSearch{LocationID: "L", PageLimit: 501})),
		errorOf(c.Contacts.SearchPage(ctx, ghl.ContactSearch{LocationID: "L", PageLimit: 500, Page: 21})),
		errorOf(c.Contacts.SearchPage(ctx, ghl.ContactSearch{LocationID: "L", Page: 1, SearchAfter: json.RawMessage(`[1]`)})),
		drained(c.Contacts.Search(ctx, ghl.ContactSearch{LocationID: "L", Page: 1})),
		drained(c.Contacts.List(ctx, ghl.ContactList{})),
		drained(c.Contacts.ByBusiness(ctx, ghl.ContactsByBusiness{BusinessID: "b"})),
	} {
		require.ErrorIs(t, err, ghl.ErrInvalidArgument)
	}
	assert.Empty(t, x.requests())
}

func TestFindDuplicateNone(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, replies(200, `{"contact":null,"traceId":"x"}`))
	got, err := c.Contacts.FindDuplicate(t.Context(), ghl.DuplicateQuery{LocationID: "L", Number: "+1"})
	require.NoError(t, err)
	assert.False(t, got.Found)
}

func TestContactListFollowsMeta(t *testing.T) {
	t.Parallel()
	c, x := serve(t, inTurn(`{"contacts":[{"id":"1"},{"id":"2"}],"meta":{"startAfter":1784272317939,"startAfterId":"2"}}`,
		`{"contacts":[{"id":"3"}],"meta":{"startAfterId":null}}`))
	rows, err := drain(c.Contacts.List(t.Context(), ghl.ContactList{LocationID: "L", Limit: 2}))
	require.NoError(t, err)
	assert.Len(t, rows, 3)
	assert.Equal(t, "limit=2&locationId=L&startAfter=1784272317939&startAfterId=2", x.requests()[1].URL.RawQuery)
}

// After an unclear first attempt, "not found" on the second means that the first one worked.
func TestDeleteTwice(t *testing.T) {
	t.Parallel()
	n := 0
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.WriteHeader([]int{502, 400}[min(n-1, 1)])
		_, _ = w.Write([]byte(`{"message":"Contact not found for id:c1"}`))
	}, ghl.WithRetry(ghl.RetryPolicy{MinWait: 1, MaxWait: 1}))
	require.NoError(t, c.Contacts.Delete(t.Context(), "c1"))
	require.ErrorIs(t, c.Contacts.Delete(t.Context(), "c1"), ghl.ErrNotFound, "a clear first answer stands")
}

func searchPage(from, n, total int, cursor bool) string {
	rows := []map[string]any{}
	for i := from; i < from+n; i++ {
		row := map[string]any{"id": strconv.Itoa(i)}
		if cursor {
			row["searchAfter"] = []any{i, strconv.Itoa(i)}
		}
		rows = append(rows, row)
	}
	out, _ := json.Marshal(map[string]any{"contacts": rows, "total": total})
	return string(out)
}

func TestContactSearchWalk(t *testing.T) {
	t.Parallel()
	c, x := serve(t, inTurn(searchPage(0, 2, 5, true), searchPage(2, 2, 5, true), searchPage(4, 1, 5, true)))
	q := ghl.ContactSearch{LocationID: "L", PageLimit: 2, Query: "ada",
		Filters: []ghl.Filter{ghl.Where("dateUpdated", ghl.Between, ghl.Range{GT: "2026-11-01T00:00:00.000Z"}),
			ghl.Or(ghl.Where("email", ghl.Exists, nil), ghl.Where("tags", ghl.Equals, "vip"))},
		Sort: []ghl.Sort{{Field: "dateUpdated", Direction: "asc"}}}
	seq := c.Contacts.Search(t.Context(), q)
	rows, err := drain(seq)
	require.NoError(t, err)
	assert.Len(t, rows, 5)
	require.Len(t, x.requests(), 3, "the short last page with the announced total ends the walk")
	common := `"locationId":"L","pageLimit":2,"query":"ada","filters":[
		{"field":"dateUpdated","operator":"range","value":{"gt":"2026-11-01T00:00:00.000Z"}},
		{"group":"OR","filters":[{"field":"email","operator":"exists"},{"field":"tags","operator":"eq","value":"vip"}]}],
		"sort":[{"field":"dateUpdated","direction":"asc"}]`
	assert.JSONEq(t, `{`+common+`}`, x.requests()[0].body)
	assert.JSONEq(t, `{`+common+`,"searchAfter":[3,"3"]}`, x.requests()[2].body)
	for range seq {
		break // an early break is no error, and a second walk begins again
	}
	assert.JSONEq(t, `{`+common+`}`, x.requests()[3].body)
}

func TestContactSearchEnds(t *testing.T) {
	t.Parallel()
	c, x := serve(t, inTurn(searchPage(0, 2, 4, true), searchPage(2, 1, 4, true), searchPage(3, 0, 4, true)))
	rows, err := drain(c.Contacts.Search(t.Context(), ghl.ContactSearch{LocationID: "L", PageLimit: 2}))
	require.NoError(t, err)
	assert.Len(t, rows, 3, "a short page before the total is not the end")
	assert.Len(t, x.requests(), 3)

	c, _ = serve(t, inTurn(searchPage(0, 2, 9, true)))
	_, err = drain(c.Contacts.Search(t.Context(), ghl.ContactSearch{LocationID: "L", PageLimit: 2}))
	require.ErrorIs(t, err, ghl.ErrAnswer, "a cursor that does not move is an error, not an endless walk")

	c, x = serve(t, inTurn(searchPage(0, 2, 3, false), searchPage(2, 1, 3, false)))
	rows, err = drain(c.Contacts.Search(t.Context(), ghl.ContactSearch{LocationID: "L", PageLimit: 2}))
	require.NoError(t, err)
	assert.Len(t, rows, 3, "without cursors the walk goes by page number")
	assert.JSONEq(t, `{"locationId":"L","pageLimit":2,"page":2}`, x.requests()[1].body)
}
