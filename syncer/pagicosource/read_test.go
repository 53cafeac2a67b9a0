package pagicosource_test

import (
	"fmt"
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

// list reads a feed to its end, by id.
func list(t *testing.T, feed *syncer.Feed) map[string]syncer.Record {
	t.Helper()
	out := map[string]syncer.Record{}
	for rec, err := range feed.All {
		require.NoError(t, err)
		out[rec.Ref.ID] = rec
	}
	return out
}

func all(t *testing.T, s syncer.Source, kind syncer.Kind) map[string]syncer.Record {
	t.Helper()
	return list(t, s.Changes(t.Context(), kind, ""))
}

func (f fixture) addTask(t *testing.T, task pagicotest.Task) string {
	t.Helper()
	added, err := f.server.AddTask(task)
	require.NoError(t, err)
	return added.ID
}

func (f fixture) addProject(t *testing.T, title string, contacts ...string) string {
	t.Helper()
	added, err := f.server.AddProject(pagicotest.Project{Title: title, ContactIDs: contacts})
	require.NoError(t, err)
	return added.ID
}

func TestIdentifyNamesTheUser(t *testing.T) {
	t.Parallel()
	id, err := start(t).Identify(t.Context())
	require.NoError(t, err)
	assert.Equal(t, syncer.SourceID("pagico:u_1"), id)
}

func TestParents(t *testing.T) {
	t.Parallel()
	f := start(t)
	ada, grace := f.contact(t), f.contact(t)
	single, pair, none := f.addProject(t, "one", ada), f.addProject(t, "two", ada, grace), f.addProject(t, "none")
	want := map[string]string{
		f.addTask(t, pagicotest.Task{Title: "of a contact", ContactID: grace}):      grace,
		f.addTask(t, pagicotest.Task{Title: "of a project", ProjectID: single}):     ada,
		f.addTask(t, pagicotest.Task{Title: "of a shared one", ProjectID: pair}):    "",
		f.addTask(t, pagicotest.Task{Title: "of a project alone", ProjectID: none}): "",
		f.addTask(t, pagicotest.Task{Title: "inbox"}):                               "",
	}
	f.server.ResetRequests()
	listed := all(t, f, syncer.KindTask)
	require.Len(t, listed, len(want))
	for id, parent := range want {
		assert.Equal(t, parent, listed[id].Ref.Parent, listed[id].Label)
		read, err := f.Get(t.Context(), listed[id].Ref)
		require.NoError(t, err)
		assert.Equal(t, listed[id].Ref, read.Ref)
		assert.Equal(t, listed[id].Content(), read.Content())
	}
	assert.Equal(t, 1, f.server.Count("projects.list"), "projects are read once per pass")

	require.NoError(t, f.server.EditProject(single, func(p *pagicotest.Project) { p.ContactIDs = []string{grace} }))
	_, err := f.Identify(t.Context())
	require.NoError(t, err)
	parents := map[string]int{}
	for _, rec := range all(t, f, syncer.KindTask) {
		parents[rec.Ref.Parent]++
	}
	assert.Equal(t, map[string]int{grace: 2, "": 3}, parents)
	assert.Equal(t, grace, all(t, f, syncer.KindProject)[single].Ref.Parent)
}

func TestTaskFields(t *testing.T) {
	t.Parallel()
	f := start(t)
	day := f.addTask(t, pagicotest.Task{Title: " Day\t", DueDate: "2026-11-03", AssigneeID: "u_3", Notes: "a \r\n\r\n"})
	late := f.addTask(t, pagicotest.Task{Title: "Instant", DueDate: "2026-11-03T10:30:00.5+01:00", Status: "cancelled", AssigneeID: "u_1"})
	someday := f.addTask(t, pagicotest.Task{Title: "Someday", Someday: true})
	listed := all(t, f, syncer.KindTask)
	assert.True(t, listed[day].Fields.Equal(syncer.Fields{"title": at("Day"), "body": at("a"), "dueDate": merge.Day(2026, 11, 3),
		"status": at("open"), "assignee": at("user:u_3")}), "%v", listed[day].Fields)
	assert.True(t, listed[late].Fields.Equal(syncer.Fields{"title": at("Instant"), "dueDate": at("2026-11-03T09:30:00Z"),
		"status": at("cancelled"), "assignee": at("mia@lakeside.example")}), "%v", listed[late].Fields)
	assert.True(t, listed[someday].Fields["dueDate"].IsNone())

	updated, err := f.Update(t.Context(), listed[someday], syncer.Fields{"dueDate": merge.Day(2026, 12, 24)}, "op")
	require.NoError(t, err)
	assert.Equal(t, merge.Day(2026, 12, 24), updated.Fields["dueDate"])
}

func TestContactFields(t *testing.T) {
	t.Parallel()
	f := start(t, pagicosource.WithCallingCode("+41"))
	c, err := f.server.AddContact(pagicotest.Contact{Name: "Ada", Email: "Ada@Example.com", Phone: "079 123 45 67", Tags: []string{"VIP", "vip"},
		Address: "1 High Street\nLondon"})
	require.NoError(t, err)
	assert.True(t, all(t, f, syncer.KindContact)[c.ID].Fields.Equal(syncer.Fields{"name": at("Ada"), "email": at("ada@example.com"),
		"phone": at("+41791234567"), "tags": merge.Set("vip"), "address": at("1 High Street London")}))
}

func TestTwins(t *testing.T) {
	t.Parallel()
	f := start(t)
	for external, want := range map[string]string{
		"ghl:loc_1:task:t1": "t1", "ghl:loc_1:task:t2#2": "t2", "ghl:loc_1:task:a:b": "a:b", "ghl:loc_1:task:t3#x": "", "ghl:loc_1:task:t3#1": "",
		"ghl:loc_2:task:t1": "", "ghl:loc_1:note:t1": "", "other": "", "": "",
	} {
		made, err := f.client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x", ExternalID: external})
		require.NoError(t, err)
		rec, err := f.Get(t.Context(), syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: made.ID})
		require.NoError(t, err)
		assert.Equal(t, want, rec.Twin, external)
	}
	blind, err := pagicosource.New(f.client)
	require.NoError(t, err)
	for _, rec := range all(t, blind, syncer.KindTask) {
		assert.Empty(t, rec.Twin)
	}
	assert.False(t, blind.CreateIsRepeatable(syncer.KindTask))
	assert.True(t, f.CreateIsRepeatable(syncer.KindTask))
}

// What others mirror cannot be written; what this client mirrors can.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	f := start(t)
	mine := syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindNote, Parent: f.contact(t)}, Twin: "n1",
		Fields: syncer.Fields{"content": at("text")}}
	made, err := f.Create(t.Context(), mine, "op")
	require.NoError(t, err)
	assert.False(t, made.ReadOnly)
	stored, _ := f.server.Note(made.Ref.ID)
	assert.True(t, stored.ReadOnly, "people see a reference")
	_, err = f.Update(t.Context(), made, syncer.Fields{"content": at("other")}, "op")
	require.NoError(t, err)

	theirs, err := f.client.Events.Put(t.Context(), "calendar:1", pagico.EventPut{Title: "x", Start: pagico.AllDay(2026, 7, 1)})
	require.NoError(t, err)
	rec := all(t, f, syncer.KindAppointment)[theirs.ID]
	assert.True(t, rec.ReadOnly)
	_, err = f.Update(t.Context(), rec, syncer.Fields{"title": at("y")}, "op")
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	require.ErrorIs(t, f.Delete(t.Context(), rec, "op"), syncer.ErrUnsupported)
}

func TestDelta(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	server := pagicotest.New(pagicotest.WithClock(func() time.Time { return now }))
	source, err := pagicosource.New(newClient(t, server, 0), pagicosource.WithLocation(location), pagicosource.WithDelta())
	require.NoError(t, err)
	f := fixture{Source: source, server: server}
	var ids []string
	for i := range 3 {
		ids = append(ids, f.addTask(t, pagicotest.Task{Title: fmt.Sprint(i)}))
		now = now.Add(time.Hour)
	}
	first := f.Changes(t.Context(), syncer.KindTask, "")
	assert.Empty(t, first.Next(), "nothing was read yet")
	require.Len(t, list(t, first), 3)
	require.Nil(t, first.Covers)
	cursor := first.Next()
	require.NotEmpty(t, cursor)

	quiet := f.Changes(t.Context(), syncer.KindTask, cursor)
	assert.Len(t, list(t, quiet), 1, "only what lies in the overlap")
	assert.Equal(t, cursor, quiet.Next())
	assert.False(t, quiet.Covers(syncer.Ref{ID: ids[0]}))

	require.NoError(t, server.EditTask(ids[0], func(t *pagicotest.Task) { t.Title = "edited" }))
	require.NoError(t, server.DeleteTask(ids[1]))
	now = now.Add(4 * time.Minute)
	changed := f.Changes(t.Context(), syncer.KindTask, cursor)
	told := list(t, changed)
	assert.Equal(t, at("edited"), told[ids[0]].Fields["title"])
	assert.True(t, told[ids[1]].Deleted)
	assert.NotEqual(t, cursor, changed.Next())

	broken := f.Changes(t.Context(), syncer.KindTask, cursor)
	for range broken.All {
		break
	}
	assert.Equal(t, cursor, broken.Next(), "a reading that was left moves nothing")
	foreign := f.Changes(t.Context(), syncer.KindTask, "somebody else's")
	assert.Len(t, list(t, foreign), 2, "an unknown cursor reads everything")
	assert.Nil(t, foreign.Covers)
}

func TestPagesAreLarge(t *testing.T) {
	t.Parallel()
	f := start(t)
	for i := range 401 {
		f.addTask(t, pagicotest.Task{Title: fmt.Sprint(i)})
	}
	assert.Len(t, all(t, f, syncer.KindTask), 401)
	assert.Equal(t, 3, f.server.Count("tasks.list"))
	assert.Zero(t, f.server.Count("users.list"), "nobody needs the directory")
}
