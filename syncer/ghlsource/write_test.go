package ghlsource_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlsource"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// draft is a task that can be created.
func draft(f fixture) syncer.Record {
	contact := f.server.AddContact(ghltest.Contact{FirstName: "Ada"}).ID
	return syncer.Record{Ref: syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, Parent: contact}, Twin: "t_1",
		Fields: syncer.Fields{"title": text("Call"), "body": text("a & b"), "dueDate": text("2026-11-03T09:30:00Z")}}
}

func TestMarkerOnTheWire(t *testing.T) {
	t.Parallel()
	f := start(t, ghlsource.WithTwinURL(address))
	rec, err := f.Create(t.Context(), draft(f), "op")
	require.NoError(t, err)
	stored, _ := f.server.Task(rec.Ref.ID)
	assert.Equal(t, "a & b\n\nhttps://pagico.example/task?id=t_1&from=ghl [pagico:task:t_1]", stored.Body)

	rec, err = f.Update(t.Context(), rec, syncer.Fields{"body": text("x <i>y</i>\nz")}, "op")
	require.NoError(t, err)
	stored, _ = f.server.Task(rec.Ref.ID)
	assert.Equal(t, "x &lt;i&gt;y&lt;/i&gt;\nz\n\nhttps://pagico.example/task?id=t_1&amp;from=ghl [pagico:task:t_1]", stored.Body)

	rec, err = f.Update(t.Context(), rec, syncer.Fields{"body": merge.None()}, "op")
	require.NoError(t, err)
	stored, _ = f.server.Task(rec.Ref.ID)
	assert.Equal(t, "https://pagico.example/task?id=t_1&from=ghl [pagico:task:t_1]", stored.Body)
	assert.True(t, rec.Fields["body"].IsNone())
}

// A record that a person made never gets a marker.
func TestHumanRecordsStayUnmarked(t *testing.T) {
	t.Parallel()
	f := start(t)
	contact := f.server.AddContact(ghltest.Contact{FirstName: "Ada"}).ID
	task := f.server.AddTask(ghltest.Task{ContactID: contact, Title: "Mine", Body: "<b>bold</b>", DueDate: time.Now()})
	rec, err := f.Get(t.Context(), syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: task.ID, Parent: contact})
	require.NoError(t, err)
	_, err = f.Update(t.Context(), rec, syncer.Fields{"title": text("Ours")}, "op")
	require.NoError(t, err)
	stored, _ := f.server.Task(task.ID)
	assert.Equal(t, "<b>bold</b>", stored.Body)
	_, err = f.Update(t.Context(), rec, syncer.Fields{"body": text("plain")}, "op")
	require.NoError(t, err)
	stored, _ = f.server.Task(task.ID)
	assert.Equal(t, "plain", stored.Body)
}

func TestUpdateSendsOnlyWhatChanges(t *testing.T) {
	t.Parallel()
	f := start(t)
	rec, err := f.Create(t.Context(), draft(f), "op")
	require.NoError(t, err)
	for field, want := range map[string]string{"title": "title", "body": "body", "dueDate": "dueDate", "status": "completed", "assignee": "assignedTo"} {
		value := map[string]syncer.Value{"dueDate": text("2026-12-01T00:00:00Z"), "status": text("completed"), "assignee": text("mia@lakeside.example")}[field]
		if value.IsNone() {
			value = text("other")
		}
		f.server.ResetRequests()
		_, err := f.Update(t.Context(), rec, syncer.Fields{field: value}, "op")
		require.NoError(t, err)
		requests := f.server.Requests()
		last := requests[len(requests)-1]
		assert.Equal(t, http.MethodPut, last.Method)
		body := map[string]any{}
		require.NoError(t, json.Unmarshal(last.Body, &body))
		require.Len(t, body, 1)
		assert.Contains(t, body, want)
	}
	_, err = f.Update(t.Context(), rec, syncer.Fields{"progress": text("50")}, "op")
	require.ErrorIs(t, err, syncer.ErrUnsupported)
}

func TestWhatGHLCannotHold(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*syncer.Record){
		"no due date":       func(r *syncer.Record) { r.Fields["dueDate"] = merge.None() },
		"all-day due date":  func(r *syncer.Record) { r.Fields["dueDate"] = merge.Day(2026, 11, 3) },
		"no title":          func(r *syncer.Record) { r.Fields["title"] = merge.None() },
		"status inProgress": func(r *syncer.Record) { r.Fields["status"] = text("inProgress") },
		"unknown person":    func(r *syncer.Record) { r.Fields["assignee"] = text("nobody@lakeside.example") },
		"no contact":        func(r *syncer.Record) { r.Ref.Parent = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			rec := draft(f)
			change(&rec)
			_, err := f.Create(t.Context(), rec, "op")
			require.ErrorIs(t, err, syncer.ErrRefused)
			assert.Zero(t, f.server.Calls("create-task"))
		})
	}
}

func TestOutcomesOfCreates(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault ghltest.Fault
		want  error
		made  int
	}{
		"422 and created":     {ghltest.RefuseAfterCommit("create-task", 422), syncer.ErrUncertain, 1},
		"422":                 {ghltest.Refuse("create-task", 422), syncer.ErrUncertain, 0},
		"502 and created":     {ghltest.Fault{Operation: "create-task", Status: 502, AfterCommit: true, Body: "<html>"}, syncer.ErrUncertain, 1},
		"lost answer":         {ghltest.DropAfter("create-task"), syncer.ErrUncertain, 1},
		"half an answer":      {ghltest.Fault{Operation: "create-task", Cut: 10}, syncer.ErrUncertain, 1},
		"truncated JSON":      {ghltest.Fault{Operation: "create-task", Truncate: 10}, syncer.ErrUncertain, 1},
		"429":                 {ghltest.TooMany("create-task", 0), syncer.ErrOverLimit, 0},
		"scope":               {ghltest.Fault{Operation: "create-task", Status: 401, Body: `{"message":"not authorized for this scope"}`}, syncer.ErrDenied, 0},
		"400":                 {ghltest.Refuse("create-task", 400), syncer.ErrRefused, 0},
		"the contact is gone": {ghltest.Fault{Operation: "create-task", Status: 400, Body: `{"message":"Contact not found for id:x"}`}, syncer.ErrNotFound, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			rec := draft(f)
			f.server.Inject(tc.fault)
			_, err := f.Create(t.Context(), rec, "op")
			require.ErrorIs(t, err, tc.want)
			for _, other := range []error{syncer.ErrUncertain, syncer.ErrRefused, syncer.ErrDenied, syncer.ErrOverLimit, syncer.ErrNotFound} {
				if other != tc.want { //nolint:errorlint // the sentinels themselves are compared
					require.NotErrorIs(t, err, other)
				}
			}
			f.server.ClearFaults()
			found, err := f.Find(t.Context(), syncer.Probe{Kind: syncer.KindTask, Parent: rec.Ref.Parent, Twin: rec.Twin, Fields: rec.Fields,
				After: time.Now().Add(-time.Minute)})
			require.NoError(t, err)
			assert.Len(t, found, tc.made)
			assert.LessOrEqual(t, len(f.server.TasksOf(rec.Ref.Parent)), tc.made)
		})
	}
}

// An answer that is not the whole record is followed by a read.
func TestThinAnswers(t *testing.T) {
	t.Parallel()
	f := start(t)
	rec, err := f.Create(t.Context(), draft(f), "op")
	require.NoError(t, err)
	f.server.Inject(ghltest.Fault{Operation: "update-task", Status: 200, AfterCommit: true, Body: `{"task":{"id":"` + rec.Ref.ID + `","completed":true}}`})
	updated, err := f.Update(t.Context(), rec, syncer.Fields{"title": text("other")}, "op")
	require.NoError(t, err)
	assert.Equal(t, text("other"), updated.Fields["title"])
	assert.Equal(t, rec.Fields["dueDate"], updated.Fields["dueDate"])
	assert.Equal(t, rec.Twin, updated.Twin)
}

func TestOutcomesOfUpdates(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault ghltest.Fault
		want  error
	}{
		"422":            {ghltest.Refuse("update-task", 422), syncer.ErrRefused},
		"400":            {ghltest.Refuse("update-task", 400), syncer.ErrRefused},
		"404":            {ghltest.Refuse("update-task", 404), syncer.ErrNotFound},
		"503":            {ghltest.Refuse("update-task", 503), syncer.ErrUncertain},
		"lost answer":    {ghltest.DropAfter("update-task"), syncer.ErrUncertain},
		"truncated JSON": {ghltest.Fault{Operation: "update-task", Truncate: 10}, syncer.ErrUncertain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			rec, err := f.Create(t.Context(), draft(f), "op")
			require.NoError(t, err)
			f.server.Inject(tc.fault)
			_, err = f.Update(t.Context(), rec, syncer.Fields{"title": text("other")}, "op")
			require.ErrorIs(t, err, tc.want)
		})
	}
}

// With no marker to go by, a record counts only when it shows the same and is not
// older than the attempt.
func TestFindWithoutMarkers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	f := startOn(t, ghltest.New(ghltest.NoLimits(), ghltest.WithClock(func() time.Time { return now })), ghlsource.WithoutMarkers())
	rec := draft(f)
	old, err := f.Create(t.Context(), rec, "op")
	require.NoError(t, err)
	assert.Empty(t, old.Twin)
	now = now.Add(time.Hour)
	probe := syncer.Probe{Kind: syncer.KindTask, Parent: rec.Ref.Parent, Twin: rec.Twin, Fields: rec.Fields, After: now}
	found, err := f.Find(t.Context(), probe)
	require.NoError(t, err)
	assert.Empty(t, found)
	made, err := f.Create(t.Context(), rec, "op")
	require.NoError(t, err)
	found, err = f.Find(t.Context(), probe)
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, made.Ref, found[0].Ref)
	again, err := f.Create(t.Context(), rec, "op")
	require.NoError(t, err)
	found, err = f.Find(t.Context(), probe)
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Contains(t, []string{found[0].Ref.ID, found[1].Ref.ID}, again.Ref.ID)
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	f := start(t)
	left := f.server.AddUser(ghltest.User{FirstName: "Former", Email: "noah@lakeside.example", Deleted: true})
	identify(t, f)
	emails, err := f.People(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "mia@lakeside.example", emails[f.users["mia@lakeside.example"]])
	_, err = f.People(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, f.server.Calls("search-users"))
	rec := draft(f)
	rec.Fields["assignee"] = text("user:" + f.users["noah@lakeside.example"])
	made, err := f.Create(t.Context(), rec, "op")
	require.NoError(t, err)
	assert.Equal(t, text("noah@lakeside.example"), made.Fields["assignee"])
	made, err = f.Update(t.Context(), made, syncer.Fields{"assignee": text("noah@lakeside.example")}, "op")
	require.NoError(t, err)
	stored, _ := f.server.Task(made.Ref.ID)
	assert.NotEqual(t, left.ID, stored.AssignedTo)

	given, err := ghlsource.New(f.client, f.server.LocationID(), ghlsource.WithUsers(map[string]string{"u1": "Ada@Example.com"}))
	require.NoError(t, err)
	emails, err = given.People(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"u1": "ada@example.com"}, emails)
	assert.Equal(t, 1, f.server.Calls("search-users"))
}

// A location that names no agency has no directory, but it can be read.
func TestNoDirectory(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.server.Inject(ghltest.Fault{Operation: "get-location", Status: 200,
		Body: `{"location":{"id":"` + f.server.LocationID() + `","timezone":"Europe/Zurich"}}`})
	contact := f.server.AddContact(ghltest.Contact{FirstName: "Ada"})
	mia := f.users["mia@lakeside.example"]
	f.server.AddTask(ghltest.Task{ContactID: contact.ID, Title: "x", DueDate: time.Now(), AssignedTo: mia})
	identify(t, f)
	assert.Equal(t, text("user:"+mia), list(t, f, syncer.KindTask)[0].Fields["assignee"])
}

func TestReadOnlyKinds(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindAppointment} {
		rec := syncer.Record{Ref: syncer.Ref{Side: syncer.GHL, Kind: kind, ID: "x", Parent: "y"}}
		_, err := f.Create(t.Context(), rec, "op")
		require.ErrorIs(t, err, syncer.ErrUnsupported)
		_, err = f.Update(t.Context(), rec, syncer.Fields{"name": text("x")}, "op")
		require.ErrorIs(t, err, syncer.ErrUnsupported)
		require.ErrorIs(t, f.Delete(t.Context(), rec, "op"), syncer.ErrUnsupported)
	}
	assert.Empty(t, f.server.Requests())
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	f := start(t)
	_, err := ghlsource.New(nil, "loc")
	require.Error(t, err)
	_, err = ghlsource.New(f.client, "")
	require.Error(t, err)
	for _, opt := range []ghlsource.Option{ghlsource.WithCallingCode("x"), ghlsource.WithCallingCode(""), ghlsource.WithConcurrency(0), ghlsource.WithConcurrency(65)} {
		_, err = ghlsource.New(f.client, "loc", opt)
		require.Error(t, err)
	}
}
