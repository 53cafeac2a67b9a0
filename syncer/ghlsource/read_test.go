package ghlsource_test

import (
	"fmt"
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

// list reads a feed to its end.
func list(t *testing.T, s syncer.Source, kind syncer.Kind) []syncer.Record {
	t.Helper()
	var out []syncer.Record
	for rec, err := range s.Changes(t.Context(), kind, "").All {
		require.NoError(t, err)
		out = append(out, rec)
	}
	return out
}

func identify(t *testing.T, f fixture) {
	t.Helper()
	_, err := f.Identify(t.Context())
	require.NoError(t, err)
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	f := start(t)
	assert.Equal(t, time.UTC, f.Location())
	id, err := f.Identify(t.Context())
	require.NoError(t, err)
	assert.Equal(t, syncer.SourceID("ghl:"+f.server.LocationID()), id)
	assert.Equal(t, "Europe/Zurich", f.Location().String())
	assert.Len(t, f.server.Requests(), 1)

	require.NoError(t, f.server.EditLocation(f.server.LocationID(), func(l *ghltest.Location) { l.Timezone = "Mars/Olympus" }))
	_, err = f.Identify(t.Context())
	require.ErrorContains(t, err, "time zone")
	assert.Equal(t, "Europe/Zurich", f.Location().String())
}

func TestContactFields(t *testing.T) {
	t.Parallel()
	f := start(t, ghlsource.WithCallingCode("41"))
	full := f.server.AddContact(ghltest.Contact{FirstName: " Zoë ", LastName: "O'Neil", Email: "Zoe@Example.com", Phone: "+41 79 123 45 67",
		CompanyName: "Café <Zürich>", Address1: "Bahnhofstrasse 12", City: "Zürich", PostalCode: "8001", Country: "CH",
		Tags: []string{"VIP", "Zürich"}})
	bare := f.server.AddContact(ghltest.Contact{CompanyName: "Smith & Sons"})
	mail := f.server.AddContact(ghltest.Contact{Email: "Info@example.com"})
	want := map[string]syncer.Fields{
		full.ID: {"name": text("Zoë O'Neil"), "firstName": text("Zoë"), "lastName": text("O'Neil"), "email": text("zoe@example.com"),
			"phone": text("+41791234567"), "company": text("Café <Zürich>"), "address": text("Bahnhofstrasse 12, Zürich, 8001, CH"),
			"tags": merge.Set("vip", "zürich")},
		bare.ID: {"name": text("Smith & Sons"), "company": text("Smith & Sons")},
		mail.ID: {"name": text("info@example.com"), "email": text("info@example.com")},
	}
	listed := list(t, f, syncer.KindContact)
	require.Len(t, listed, len(want))
	for _, rec := range listed {
		assert.True(t, want[rec.Ref.ID].Equal(rec.Fields), "%v", rec.Fields)
		assert.True(t, rec.Unconfirmed)
		assert.Empty(t, rec.Twin)
		read, err := f.Get(t.Context(), rec.Ref)
		require.NoError(t, err)
		assert.Equal(t, rec.Content(), read.Content())
		assert.False(t, read.Unconfirmed)
		assert.Equal(t, rec.ModifiedAt, read.ModifiedAt)
	}
	assert.Equal(t, "", bare.Phone)
}

// Some reads answer names in lower case, with the names as typed beside them.
func TestNamesAsTyped(t *testing.T) {
	t.Parallel()
	quirks := ghltest.DefaultQuirks()
	quirks.LowerCaseNames = true
	f := startOn(t, ghltest.New(ghltest.NoLimits(), ghltest.WithQuirks(quirks)))
	f.server.AddContact(ghltest.Contact{FirstName: "Zoë", LastName: "O'Neil"})
	listed := list(t, f, syncer.KindContact)
	require.Len(t, listed, 1)
	read, err := f.Get(t.Context(), listed[0].Ref)
	require.NoError(t, err)
	assert.Equal(t, text("Zoë O'Neil"), read.Fields["name"])
	assert.Equal(t, listed[0].Content(), read.Content())
}

// What was read of contacts and users holds for one pass only.
func TestIdentifyBeginsAPass(t *testing.T) {
	t.Parallel()
	f := start(t)
	contact := f.server.AddContact(ghltest.Contact{FirstName: "Ada"})
	task := f.server.AddTask(ghltest.Task{ContactID: contact.ID, Title: "x", DueDate: time.Now(), AssignedTo: f.users["mia@lakeside.example"]})
	identify(t, f)
	list(t, f, syncer.KindContact)
	assert.Empty(t, list(t, f, syncer.KindNote))
	assert.Equal(t, text("mia@lakeside.example"), list(t, f, syncer.KindTask)[0].Fields["assignee"])

	later := f.server.AddContact(ghltest.Contact{FirstName: "Grace"})
	f.server.AddNote(ghltest.Note{ContactID: later.ID, Body: "text"})
	require.NoError(t, f.server.EditUser(task.AssignedTo, func(u *ghltest.User) { u.Email = "Mia.Keller@lakeside.example" }))
	identify(t, f)
	assert.Len(t, list(t, f, syncer.KindNote), 1)
	assert.Equal(t, text("mia.keller@lakeside.example"), list(t, f, syncer.KindTask)[0].Fields["assignee"])
}

func TestTaskRowsAndReadsShowTheSame(t *testing.T) {
	t.Parallel()
	f := start(t)
	contact := f.server.AddContact(ghltest.Contact{FirstName: "Ada"}).ID
	due := time.Date(2026, 11, 3, 9, 30, 0, 5e6, time.UTC)
	for _, task := range []ghltest.Task{
		{Title: "HTML", Body: "<p>one</p><ul><li>two</li></ul>", AssignedTo: f.users["mia@lakeside.example"]},
		{Title: "done", Completed: true},
		{Title: "of a stranger", AssignedTo: "user0000000000000ABC"},
		{Title: "with marker", Body: "text<br><a href=\"https://p.example/t/1\">https://p.example/t/1</a> [pagico:task:t%201]"},
	} {
		task.ContactID, task.DueDate = contact, due
		f.server.AddTask(task)
	}
	seen := map[string]syncer.Record{}
	for _, rec := range list(t, f, syncer.KindTask) {
		assert.True(t, rec.Unconfirmed)
		assert.False(t, rec.ReadOnly)
		assert.False(t, rec.ModifiedAt.IsZero())
		read, err := f.Get(t.Context(), rec.Ref)
		require.NoError(t, err)
		assert.Equal(t, rec.Content(), read.Content(), rec.Label)
		assert.Equal(t, rec.Ref, read.Ref)
		assert.Equal(t, rec.Twin, read.Twin)
		assert.True(t, read.ModifiedAt.IsZero())
		seen[rec.Label] = rec
	}
	require.Len(t, seen, 4)
	assert.Equal(t, text("one\n- two"), seen["HTML"].Fields["body"])
	assert.Equal(t, text("2026-11-03T09:30:00Z"), seen["HTML"].Fields["dueDate"])
	assert.Equal(t, text("mia@lakeside.example"), seen["HTML"].Fields["assignee"])
	assert.Equal(t, text("completed"), seen["done"].Fields["status"])
	assert.Equal(t, text("user:user0000000000000ABC"), seen["of a stranger"].Fields["assignee"])
	assert.Equal(t, "t 1", seen["with marker"].Twin)
	assert.Equal(t, text("text"), seen["with marker"].Fields["body"])
}

func TestTasksWithoutContact(t *testing.T) {
	t.Parallel()
	f := start(t)
	loose := f.server.AddTask(ghltest.Task{Title: "loose", DueDate: time.Now()})
	for i := range 30 {
		f.server.AddTask(ghltest.Task{Title: fmt.Sprint(i), DueDate: time.Now()})
	}
	var rec syncer.Record
	for _, r := range list(t, f, syncer.KindTask) {
		assert.True(t, r.ReadOnly)
		assert.False(t, r.Unconfirmed)
		assert.Empty(t, r.Ref.Parent)
		if r.Ref.ID == loose.ID {
			rec = r
		}
	}
	read, err := f.Get(t.Context(), rec.Ref)
	require.NoError(t, err)
	assert.Equal(t, rec.Content(), read.Content())
	_, err = f.Update(t.Context(), rec, syncer.Fields{"title": text("x")}, "op")
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	require.ErrorIs(t, f.Delete(t.Context(), rec, "op"), syncer.ErrUnsupported)
	require.NoError(t, f.server.DeleteTask(loose.ID))
	_, err = f.Get(t.Context(), rec.Ref)
	require.ErrorIs(t, err, syncer.ErrNotFound)
}

// The index lags: what it shows is unconfirmed, and Get tells the truth.
func TestIndexLag(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	server := ghltest.New(ghltest.NoLimits(), ghltest.WithClock(func() time.Time { return now }))
	f := startOn(t, server)
	contact := f.server.AddContact(ghltest.Contact{FirstName: "Ada"})
	task := f.server.AddTask(ghltest.Task{ContactID: contact.ID, Title: "old", DueDate: now})
	now = now.Add(time.Minute)
	server.SetLag(ghltest.Lag{Contacts: time.Minute, Tasks: time.Minute})
	require.NoError(t, server.EditTask(task.ID, func(t *ghltest.Task) { t.Title = "new" }))
	fresh := f.server.AddTask(ghltest.Task{ContactID: contact.ID, Title: "fresh", DueDate: now})
	listed := list(t, f, syncer.KindTask)
	require.Len(t, listed, 1)
	assert.Equal(t, text("old"), listed[0].Fields["title"])
	read, err := f.Get(t.Context(), listed[0].Ref)
	require.NoError(t, err)
	assert.Equal(t, text("new"), read.Fields["title"])
	found, err := f.Find(t.Context(), syncer.Probe{Kind: syncer.KindTask, Parent: contact.ID, Twin: "t_1",
		Fields: syncer.Fields{"title": text("fresh"), "dueDate": merge.Instant(now)}, After: now.Add(-time.Second)})
	require.NoError(t, err)
	require.Len(t, found, 1, "what the index does not list yet is new")
	assert.Equal(t, fresh.ID, found[0].Ref.ID)

	require.NoError(t, server.DeleteContact(contact.ID))
	require.Len(t, list(t, f, syncer.KindContact), 1)
	_, err = f.Get(t.Context(), syncer.Ref{Side: syncer.GHL, Kind: syncer.KindContact, ID: contact.ID})
	require.ErrorIs(t, err, syncer.ErrNotFound)
	_, err = f.Get(t.Context(), read.Ref)
	require.ErrorIs(t, err, syncer.ErrNotFound)
}

func TestAppointments(t *testing.T) {
	t.Parallel()
	f := start(t)
	contact := f.server.AddContact(ghltest.Contact{FirstName: "Ada"}).ID
	calendars := []string{f.server.AddCalendar(ghltest.Calendar{Name: "A"}).ID, f.server.AddCalendar(ghltest.Calendar{Name: "B"}).ID}
	begin := time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)
	want := map[string]string{"new": "tentative", "confirmed": "confirmed", "showed": "confirmed", "noshow": "cancelled",
		"cancelled": "cancelled", "invalid": "cancelled"}
	i := 0
	for status := range want {
		f.server.AddAppointment(ghltest.Appointment{CalendarID: calendars[i%2], ContactID: contact, Title: status, Status: status, Address: "Zoom",
			StartTime: begin, EndTime: begin.Add(time.Hour)})
		i++
	}
	gone := f.server.AddAppointment(ghltest.Appointment{CalendarID: calendars[0], ContactID: contact, Title: "gone", StartTime: begin, EndTime: begin})
	require.NoError(t, f.server.DeleteAppointment(gone.ID))
	blank := f.server.AddAppointment(ghltest.Appointment{CalendarID: calendars[1], ContactID: contact, StartTime: time.Unix(10, 0), EndTime: time.Unix(20, 0)})
	identify(t, f)
	f.server.ResetRequests()
	live := map[string]syncer.Record{}
	for _, rec := range list(t, f, syncer.KindAppointment) {
		assert.Equal(t, contact, rec.Ref.Parent)
		if rec.Deleted {
			assert.Equal(t, gone.ID, rec.Ref.ID)
			continue
		}
		live[rec.Ref.ID] = rec
		if status, ok := want[rec.Label]; ok {
			assert.Equal(t, text(status), rec.Fields["status"], rec.Label)
			assert.Equal(t, text("2026-07-20T10:00:00Z"), rec.Fields["start"])
			assert.Equal(t, text("2026-07-20T11:00:00Z"), rec.Fields["end"])
			assert.Equal(t, text("Zoom"), rec.Fields["location"])
		}
	}
	require.Len(t, live, 7)
	assert.Equal(t, text("Appointment"), live[blank.ID].Fields["title"])
	assert.Len(t, f.server.Requests(), 3, "one for the calendars, one for each")
	for _, rec := range live {
		read, err := f.Get(t.Context(), rec.Ref)
		require.NoError(t, err)
		assert.Equal(t, rec.Content(), read.Content())
	}
	read, err := f.Get(t.Context(), syncer.Ref{Side: syncer.GHL, Kind: syncer.KindAppointment, ID: gone.ID})
	require.NoError(t, err)
	assert.True(t, read.Deleted)
}

func TestNotesComePerContactInOrder(t *testing.T) {
	t.Parallel()
	f := start(t)
	for i := range 25 {
		c := f.server.AddContact(ghltest.Contact{FirstName: fmt.Sprint(i)})
		for j := range i % 3 {
			f.server.AddNote(ghltest.Note{ContactID: c.ID, Title: fmt.Sprintf("%d.%d", i, j), Body: "<p>Hello &amp; <b>goodbye</b></p><p>you</p>"})
		}
	}
	identify(t, f)
	contacts := list(t, f, syncer.KindContact)
	f.server.ResetRequests()
	notes := list(t, f, syncer.KindNote)
	assert.Len(t, f.server.Requests(), 25, "one per contact, and no second listing of contacts")
	place := 0
	for _, rec := range notes {
		for contacts[place].Ref.ID != rec.Ref.Parent {
			place++
		}
		assert.Equal(t, text("Hello & goodbye\nyou"), rec.Fields["content"])
		assert.Equal(t, merge.Instant(rec.CreatedAt), rec.Fields["datetime"])
		read, err := f.Get(t.Context(), rec.Ref)
		require.NoError(t, err)
		assert.Equal(t, rec.Content(), read.Content())
	}
	assert.Len(t, notes, 24)

	f.server.ResetRequests()
	for range f.Changes(t.Context(), syncer.KindNote, "").All {
		break
	}
	assert.LessOrEqual(t, len(f.server.Requests()), 2+8, "an early break asks no further")

	identify(t, f) // a new pass knows nothing of the contacts before
	require.NoError(t, f.server.DeleteContact(notes[0].Ref.Parent))
	assert.Less(t, len(list(t, f, syncer.KindNote)), len(notes))
}

// A contact that disappears while notes are listed takes its notes along.
func TestNotesOfVanishingContact(t *testing.T) {
	t.Parallel()
	f := start(t)
	for range 3 {
		c := f.server.AddContact(ghltest.Contact{FirstName: "Ada"})
		f.server.AddNote(ghltest.Note{ContactID: c.ID, Body: "text"})
	}
	identify(t, f)
	contacts := list(t, f, syncer.KindContact)
	require.NoError(t, f.server.DeleteContact(contacts[1].Ref.ID))
	assert.Len(t, list(t, f, syncer.KindNote), 2)
}

// The service's own plain text of a note is used for HTML only: it decodes what is
// no entity in a plain body.
func TestPlainNotes(t *testing.T) {
	t.Parallel()
	f := start(t)
	c := f.server.AddContact(ghltest.Contact{FirstName: "Ada"})
	f.server.AddNote(ghltest.Note{ContactID: c.ID, Body: "https://x.example/?a=1&copy=2"})
	assert.Equal(t, text("https://x.example/?a=1&copy=2"), list(t, f, syncer.KindNote)[0].Fields["content"])
}

func TestErrorsOfReads(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault ghltest.Fault
		want  error
	}{
		"scope missing":  {ghltest.Fault{Status: 401, Body: `{"message":"The token is not authorized for this scope."}`}, syncer.ErrDenied},
		"other location": {ghltest.Fault{Status: 403, Body: `{"message":"The token does not have access to this location."}`}, syncer.ErrDenied},
		"rate limit":     {ghltest.TooMany("", 0), syncer.ErrOverLimit},
		"gone":           {ghltest.Fault{Status: 400, Body: `{"message":"Contact not found for id:x"}`}, syncer.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			c := f.server.AddContact(ghltest.Contact{FirstName: "Ada"})
			f.server.Inject(tc.fault)
			_, err := f.Get(t.Context(), syncer.Ref{Side: syncer.GHL, Kind: syncer.KindContact, ID: c.ID})
			require.ErrorIs(t, err, tc.want)
		})
	}
	t.Run("a page for people is no proof", func(t *testing.T) {
		t.Parallel()
		f := start(t)
		for _, status := range []int{http.StatusNotFound, http.StatusBadRequest, http.StatusBadGateway} {
			remove := f.server.Inject(ghltest.RefuseHTML("", status))
			_, err := f.Get(t.Context(), syncer.Ref{Side: syncer.GHL, Kind: syncer.KindContact, ID: "x"})
			require.Error(t, err)
			require.NotErrorIs(t, err, syncer.ErrNotFound)
			remove()
		}
	})
}

// The first reading of a location costs little more than one request per contact.
func TestRequestBudget(t *testing.T) {
	t.Parallel()
	const contacts = 450
	f := start(t)
	calendar := f.server.AddCalendar(ghltest.Calendar{Name: "A"}).ID
	for i := range contacts {
		c := f.server.AddContact(ghltest.Contact{FirstName: fmt.Sprint(i)})
		for j := range 3 {
			f.server.AddTask(ghltest.Task{ContactID: c.ID, Title: fmt.Sprint(j), DueDate: time.Now(), AssignedTo: f.users["mia@lakeside.example"]})
		}
		f.server.AddNote(ghltest.Note{ContactID: c.ID, Body: "text"})
		f.server.AddAppointment(ghltest.Appointment{CalendarID: calendar, ContactID: c.ID, Title: "x", StartTime: time.Now(), EndTime: time.Now()})
	}
	f.server.ResetRequests()
	identify(t, f)
	for _, kind := range f.Kinds() {
		assert.NotEmpty(t, list(t, f, kind))
	}
	assert.LessOrEqual(t, len(f.server.Requests()), contacts+contacts*2/100+10)
}
