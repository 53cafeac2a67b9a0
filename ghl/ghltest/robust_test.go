package ghltest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

// values are odd things to find in a request body.
func values() *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		return rapid.SampledFrom([]any{nil, "", "x", ada, ghltest.DefaultLocationID, "2026-07-20T10:00:00Z", "open", "add", true, false, 0.0, -1.0, 1.5, 1e18,
			[]any{}, []any{"x"}, []any{nil}, []any{object{}}, []any{object{"id": "x", "field_value": nil}}, []any{object{"field": "email", "operator": "eq"}},
			[]any{object{"group": "OR", "filters": []any{object{"field": "tags", "operator": "range", "value": 3.0}}}},
			[]any{object{"field": "dateAdded", "direction": "asc"}}, []any{1.0, "x"}, object{}, object{"a": nil}, object{"SMS": object{"status": "active"}},
			object{"SMS": nil}, strings.Repeat("é", 3000)}).Draw(t, "value")
	})
}

// TestOddRequestsNeverBreakTheServer sends every operation odd ids, odd queries and odd bodies made of the right property names.
func TestOddRequestsNeverBreakTheServer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	r.AddTask(ghltest.Task{ID: "task1", ContactID: ada, Title: "t"})
	r.AddCalendar(ghltest.Calendar{ID: "cal1", Name: "c"})
	r.AddAppointment(ghltest.Appointment{ID: "appt1", CalendarID: "cal1", ContactID: ada, StartTime: start, EndTime: start})
	r.AddToken(ghltest.Token{Value: "agency", CompanyID: ghltest.DefaultCompanyID})
	ops := ghltest.Operations()
	tokens := []string{r.Token(), "agency"}
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.SampledFrom(ops).Draw(t, "operation")
		path := op.Path
		for strings.Contains(path, "{") {
			id := rapid.SampledFrom([]string{ada, "task1", "cal1", "appt1", ghltest.DefaultLocationID, ghltest.DefaultCompanyID, "add", "..", "%2F", "é"}).Draw(t, "id")
			path = path[:strings.Index(path, "{")] + url.PathEscape(id) + path[strings.Index(path, "}")+1:]
		}
		query := url.Values{}
		for _, name := range append([]string{"limit", "skip", "startAfter", "page"}, ghltest.QueryOf(op.Family, op.ID)...) {
			if rapid.Bool().Draw(t, name) {
				query.Set(name, rapid.SampledFrom([]string{"", "0", "-1", "1", "99999999999999999999", "x", ghltest.DefaultLocationID}).Draw(t, "query"))
			}
		}
		body := object{}
		all, _, _ := ghltest.BodyOf(op.Family, op.ID)
		for _, name := range all {
			if rapid.Bool().Draw(t, name) {
				body[name] = values().Draw(t, "value of "+name)
			}
		}
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(op.Method, r.URL()+path+"?"+query.Encode(), strings.NewReader(string(raw))) //nolint:noctx // a rapid check has none
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+rapid.SampledFrom(tokens).Draw(t, "token"))
		req.Header.Set("Version", rapid.SampledFrom([]string{"v3", "2021-07-28", "2021-04-15"}).Draw(t, "version"))
		res, err := r.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var answer any
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode >= 500 {
			t.Fatalf("%s %s: %d %v", op.Method, path, res.StatusCode, err)
		}
	})
}
