package pagicosource_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
)

func (f fixture) draft(t *testing.T) syncer.Record {
	t.Helper()
	return syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, Parent: f.contact(t)}, Twin: "t1",
		Fields: syncer.Fields{"title": at("Call"), "status": at("open")}}
}

func TestCreateOnTheWire(t *testing.T) {
	t.Parallel()
	f := start(t, pagicosource.WithTimeZone("Europe/Zurich"), pagicosource.WithTwinURL(func(kind syncer.Kind, id string) string {
		return "https://ghl.example/" + string(kind) + "/" + id
	}))
	made, err := f.Create(t.Context(), f.draft(t), "op-1")
	require.NoError(t, err)
	stored, _ := f.server.Task(made.Ref.ID)
	assert.Equal(t, "ghl:loc_1:task:t1", stored.ExternalID)
	assert.Equal(t, []pagicotest.Link{{URL: "https://ghl.example/task/t1", Title: "GoHighLevel", Rel: "source"}}, stored.Links)
	requests := f.server.Requests()
	assert.Equal(t, `"op-1"`, requests[len(requests)-1].Header.Get("Idempotency-Key"))

	event, err := f.Create(t.Context(), syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindAppointment, Parent: made.Ref.Parent}, Twin: "a1",
		Fields: syncer.Fields{"title": at("Demo"), "start": at("2026-07-01T08:00:00Z")}}, "op-2")
	require.NoError(t, err)
	shown, _ := f.server.Event(event.Ref.ID)
	assert.Equal(t, "https://ghl.example/appointment/a1", shown.URL)
	assert.Equal(t, "Europe/Zurich", shown.TimeZone)
	assert.Equal(t, "ghl:loc_1:appointment:a1", shown.ExternalID)
}

func TestUpdateSendsOnlyWhatChanges(t *testing.T) {
	t.Parallel()
	f := start(t)
	id := f.addTask(t, pagicotest.Task{Title: "Mine", Progress: 40, Color: 3, Priority: "high", Tags: []string{"Blue"}, Status: "inProgress",
		Links: []pagicotest.Link{{URL: "https://x.example"}}})
	before, _ := f.server.Task(id)
	rec := all(t, f, syncer.KindTask)[id]
	_, err := f.Update(t.Context(), rec, syncer.Fields{"title": at("Ours"), "body": at("text")}, "op")
	require.NoError(t, err)
	requests := f.server.Requests()
	last := requests[len(requests)-1]
	assert.JSONEq(t, `{"title":"Ours","notes":"text"}`, string(last.Body))
	assert.Equal(t, before.ETag, last.Header.Get("If-Match"))
	after, _ := f.server.Task(id)
	before.Title, before.Notes, before.ETag, before.LastUpdated = "Ours", "text", after.ETag, after.LastUpdated
	assert.Equal(t, before, after)
	_, err = f.Update(t.Context(), rec, syncer.Fields{"progress": merge.Int(50)}, "op")
	require.ErrorIs(t, err, syncer.ErrUnsupported)
}

func TestContactKeepsItsOwnFields(t *testing.T) {
	t.Parallel()
	f := start(t)
	added, err := f.server.AddContact(pagicotest.Contact{Name: "Ada", CustomFields: []pagicotest.CustomField{{Name: "Tea", Value: "Earl Grey"}}})
	require.NoError(t, err)
	project := f.addProject(t, "one", added.ID)
	require.NoError(t, f.server.EditContact(added.ID, func(c *pagicotest.Contact) { c.ProjectIDs = []string{project} }))
	_, err = f.Update(t.Context(), all(t, f, syncer.KindContact)[added.ID], syncer.Fields{"name": at("Ada King"), "tags": merge.Set("a", "b")}, "op")
	require.NoError(t, err)
	stored, _ := f.server.Contact(added.ID)
	assert.Equal(t, added.CustomFields, stored.CustomFields)
	assert.Equal(t, []string{project}, stored.ProjectIDs)
	assert.Equal(t, "Ada King", stored.Name)
}

func TestSecondCreateExists(t *testing.T) {
	t.Parallel()
	f := start(t)
	draft := f.draft(t)
	made, err := f.Create(t.Context(), draft, "op-1")
	require.NoError(t, err)
	again, err := f.Create(t.Context(), draft, "op-1")
	require.NoError(t, err, "the same operation has the same outcome")
	assert.Equal(t, made, again)
	draft.Fields["title"] = at("Call again")
	for _, op := range []syncer.OpID{"op-2", "op-1", ""} {
		_, err = f.Create(t.Context(), draft, op)
		exists := &syncer.ExistsError{}
		require.ErrorAs(t, err, &exists)
		assert.Equal(t, made.Ref, exists.Ref)
	}
	assert.Len(t, all(t, f, syncer.KindTask), 1)
}

// An operation that is repeated after its record was deleted makes a new one,
// although the service remembers the answer to its key.
func TestReplayOfDeletedRecord(t *testing.T) {
	t.Parallel()
	f := start(t)
	draft := f.draft(t)
	made, err := f.Create(t.Context(), draft, "op-1")
	require.NoError(t, err)
	require.NoError(t, f.server.DeleteTask(made.Ref.ID))
	again, err := f.Create(t.Context(), draft, "op-1")
	require.NoError(t, err)
	assert.NotEqual(t, made.Ref.ID, again.Ref.ID)
	assert.Len(t, all(t, f, syncer.KindTask), 1)
}

// So does one that was refused for a reason that is gone.
func TestReplayOfRefusal(t *testing.T) {
	t.Parallel()
	f := start(t)
	draft := f.draft(t)
	draft.Fields["assignee"] = at("user:u_9")
	_, err := f.Create(t.Context(), draft, "op-1")
	require.ErrorIs(t, err, syncer.ErrRefused)
	f.server.SetUsers(pagicotest.User{ID: "u_9", Name: "New", Email: "new@lakeside.example"})
	made, err := f.Create(t.Context(), draft, "op-1")
	require.NoError(t, err)
	assert.Equal(t, at("new@lakeside.example"), made.Fields["assignee"])
}

// hoarder is a service that never frees an external id.
type hoarder struct {
	http.RoundTripper
	taken map[string]string // external id to the id of the deleted record
}

func (h hoarder) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return h.RoundTripper.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var doc struct {
		ExternalID string `json:"externalId"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, err
	}
	if id, ok := h.taken[doc.ExternalID]; ok {
		problem := `{"type":"urn:pagico-contract:problem:external-id-conflict","status":409,"existingId":"` + id + `"}`
		return &http.Response{StatusCode: http.StatusConflict, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(problem)), Request: r}, nil
	}
	return h.RoundTripper.RoundTrip(r)
}

func TestRecreateBesideATombstone(t *testing.T) {
	t.Parallel()
	f := start(t)
	taken := map[string]string{}
	client, err := pagico.New("https://pagico.test"+pagicotest.BasePath, pagico.WithToken(pagicotest.DefaultToken),
		pagico.WithHTTPClient(&http.Client{Transport: hoarder{f.server.Transport(), taken}}))
	require.NoError(t, err)
	source, err := pagicosource.New(client, pagicosource.WithLocation(location))
	require.NoError(t, err)
	draft := f.draft(t)
	for i, want := range []string{"ghl:loc_1:task:t1", "ghl:loc_1:task:t1#2", "ghl:loc_1:task:t1#3"} {
		made, err := source.Create(t.Context(), draft, syncer.OpID("op-"+want))
		require.NoError(t, err)
		stored, _ := f.server.Task(made.Ref.ID)
		assert.Equal(t, want, stored.ExternalID)
		assert.Equal(t, "t1", made.Twin)
		if i < 2 {
			found, err := source.Find(t.Context(), syncer.Probe{Kind: syncer.KindTask, Parent: draft.Ref.Parent, Twin: "t1"})
			require.NoError(t, err)
			require.Len(t, found, 1)
			assert.Equal(t, made.Ref, found[0].Ref)
		}
		taken[want] = made.Ref.ID
		require.NoError(t, f.server.DeleteTask(made.Ref.ID))
	}
	for _, suffix := range []string{"#4", "#5", "#6", "#7", "#8", "#9"} {
		taken["ghl:loc_1:task:t1"+suffix] = "t_gone"
	}
	_, err = source.Create(t.Context(), draft, "op-last")
	require.ErrorIs(t, err, syncer.ErrRefused)
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	problem := func(kind string) string { return `{"type":"urn:pagico-contract:problem:` + kind + `"}` }
	for name, tc := range map[string]struct {
		fault pagicotest.Fault
		want  error
		made  int
	}{
		"503 and created": {pagicotest.Fault{Status: 503, AfterCommit: true}, syncer.ErrUncertain, 1},
		"503":             {pagicotest.Fault{Status: 503}, syncer.ErrUncertain, 0},
		"lost answer":     {pagicotest.Fault{Drop: true, AfterCommit: true}, syncer.ErrUncertain, 1},
		"half an answer":  {pagicotest.Fault{Truncate: 20}, syncer.ErrUncertain, 1},
		"in progress":     {pagicotest.Fault{Status: 409, Body: problem("idempotency-in-progress")}, syncer.ErrUncertain, 0},
		"422":             {pagicotest.Fault{Status: 422, Body: problem("validation-error")}, syncer.ErrRefused, 0},
		"400":             {pagicotest.Fault{Status: 400, Body: problem("invalid-request")}, syncer.ErrRefused, 0},
		"403":             {pagicotest.Fault{Status: 403, Body: problem("insufficient-scope")}, syncer.ErrDenied, 0},
		"429":             {pagicotest.RateLimited("", 0), syncer.ErrOverLimit, 0},
		"501":             {pagicotest.Fault{Status: 501, Body: problem("not-supported")}, syncer.ErrUnsupported, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			source, err := pagicosource.New(newClient(t, f.server, -1), pagicosource.WithLocation(location))
			require.NoError(t, err)
			draft := f.draft(t)
			tc.fault.Operation = "tasks.create"
			f.server.Inject(tc.fault)
			_, err = source.Create(t.Context(), draft, "op-1")
			require.ErrorIs(t, err, tc.want)
			for _, other := range []error{syncer.ErrUncertain, syncer.ErrRefused, syncer.ErrDenied, syncer.ErrOverLimit, syncer.ErrUnsupported} {
				if other != tc.want { //nolint:errorlint // the sentinels themselves are compared
					require.NotErrorIs(t, err, other)
				}
			}
			f.server.ClearFaults()
			found, err := source.Find(t.Context(), syncer.Probe{Kind: syncer.KindTask, Parent: draft.Ref.Parent, Twin: draft.Twin})
			require.NoError(t, err)
			assert.Len(t, found, tc.made)
			if tc.made == 1 {
				again, err := source.Create(t.Context(), draft, "op-1")
				require.NoError(t, err)
				assert.Equal(t, found[0].Ref, again.Ref)
			}
		})
	}
}

func TestWhatPagicoCannotHold(t *testing.T) {
	t.Parallel()
	f := start(t)
	for name, change := range map[string]func(*syncer.Record){
		"no title":         func(r *syncer.Record) { r.Fields["title"] = merge.None() },
		"unknown person":   func(r *syncer.Record) { r.Fields["assignee"] = at("nobody@lakeside.example") },
		"odd date":         func(r *syncer.Record) { r.Fields["dueDate"] = at("tomorrow") },
		"no such contact":  func(r *syncer.Record) { r.Ref.Parent = "c_gone" },
		"title of a novel": func(r *syncer.Record) { r.Fields["title"] = at(strings.Repeat("x", 501)) },
	} {
		draft := f.draft(t)
		change(&draft)
		_, err := f.Create(t.Context(), draft, syncer.OpID("op-"+name))
		require.ErrorIs(t, err, syncer.ErrRefused, name)
	}
	assert.Empty(t, all(t, f, syncer.KindTask))
}

// Without a location there is no external id, and records are found by what they show.
func TestFindByFingerprint(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	server := pagicotest.New(pagicotest.WithClock(func() time.Time { return now }))
	source, err := pagicosource.New(newClient(t, server, 0))
	require.NoError(t, err)
	f := fixture{Source: source, server: server}
	draft := f.draft(t)
	_, err = f.Create(t.Context(), draft, "old")
	require.NoError(t, err)
	now = now.Add(time.Hour)
	probe := syncer.Probe{Kind: syncer.KindTask, Parent: draft.Ref.Parent, Twin: draft.Twin, Fields: draft.Fields, After: now}
	found, err := f.Find(t.Context(), probe)
	require.NoError(t, err)
	assert.Empty(t, found)
	made, err := f.Create(t.Context(), draft, "new")
	require.NoError(t, err)
	found, err = f.Find(t.Context(), probe)
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, made.Ref, found[0].Ref)
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	f := start(t)
	emails, err := f.People(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"u_1": "mia@lakeside.example", "u_2": "noah@lakeside.example", "u_3": ""}, emails)
	_, err = f.People(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, f.server.Count("users.list"))
	_, err = f.Identify(t.Context())
	require.NoError(t, err)
	_, err = f.People(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, f.server.Count("users.list"))
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	f := start(t)
	_, err := pagicosource.New(nil)
	require.Error(t, err)
	for _, opt := range []pagicosource.Option{pagicosource.WithLocation(""), pagicosource.WithLocation("a:b"), pagicosource.WithLocation("a#2"),
		pagicosource.WithCallingCode("x"), pagicosource.WithTimeZone("Mars/Olympus")} {
		_, err = pagicosource.New(f.client, opt)
		require.Error(t, err)
	}
}
