package ghlsource_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlsource"
)

// candidates looks for the twin of a Pagico record and returns the ids found, and
// how many requests that took.
func (f fixture) candidates(t *testing.T, kind syncer.Kind, parent string, fields syncer.Fields) (ids []string, requests int, err error) {
	t.Helper()
	before := len(f.server.Requests())
	feed, _ := f.Candidates(t.Context(), syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: kind, ID: "p1", Parent: "pc1"}, Fields: fields}, parent)
	for rec, e := range feed.All {
		if e != nil {
			err = errors.Join(err, e)
			continue
		}
		ids = append(ids, rec.Ref.ID)
		assert.Equal(t, parent, rec.Ref.Parent)
		assert.Equal(t, kind == syncer.KindContact, rec.Unconfirmed, "only what comes from the index is unconfirmed")
	}
	return ids, len(f.server.Requests()) - before, err
}

func TestContactCandidates(t *testing.T) {
	t.Parallel()
	f := start(t, ghlsource.WithCallingCode("41"))
	byMail := f.server.AddContact(ghltest.Contact{FirstName: "Ada", Email: "Ada@Example.com"})
	byPhone := f.server.AddContact(ghltest.Contact{FirstName: "Ann", Phone: "+41791234567"})
	both := f.server.AddContact(ghltest.Contact{FirstName: "Amy", Email: "amy@example.com", Phone: "+41797654321"})
	f.server.AddContact(ghltest.Contact{FirstName: "Bob", Email: "bob@example.com", Phone: "+41790000000"})
	for name, tc := range map[string]struct {
		fields   syncer.Fields
		want     []string
		requests int
	}{
		"by e-mail":        {syncer.Fields{"email": text("ada@example.com")}, []string{byMail.ID}, 1},
		"by phone":         {syncer.Fields{"phone": text("+41791234567")}, []string{byPhone.ID}, 1},
		"one of each":      {syncer.Fields{"email": text("ada@example.com"), "phone": text("+41791234567")}, []string{byMail.ID, byPhone.ID}, 1},
		"one by both":      {syncer.Fields{"email": text("amy@example.com"), "phone": text("+41797654321")}, []string{both.ID}, 1},
		"nobody":           {syncer.Fields{"email": text("grace@example.com")}, nil, 1},
		"nothing to go by": {syncer.Fields{"name": text("Ada")}, nil, 0},
	} {
		ids, requests, err := f.candidates(t, syncer.KindContact, "", tc.fields)
		require.NoError(t, err, name)
		assert.ElementsMatch(t, tc.want, ids, name)
		assert.Equal(t, tc.requests, requests, name)
	}
	_, requests, err := f.candidates(t, syncer.KindContact, "", syncer.Fields{"email": text(strings.Repeat("a", 70) + "@example.com")})
	require.ErrorIs(t, err, syncer.ErrUnsupported, "the search takes no longer values")
	assert.Zero(t, requests)
}

func TestTooManyContactCandidates(t *testing.T) {
	t.Parallel()
	f := start(t)
	for i := range 201 {
		f.server.AddContact(ghltest.Contact{FirstName: fmt.Sprint("C", i), Phone: "+10000000000"})
	}
	_, requests, err := f.candidates(t, syncer.KindContact, "", syncer.Fields{"phone": text("+10000000000")})
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	assert.LessOrEqual(t, requests, 3)
}

func TestCandidatesOfAContact(t *testing.T) {
	t.Parallel()
	f := start(t)
	identify(t, f)
	f.server.SetLag(ghltest.Lag{Contacts: time.Hour, Tasks: time.Hour})
	ada, bob := f.server.AddContact(ghltest.Contact{FirstName: "Ada"}), f.server.AddContact(ghltest.Contact{FirstName: "Bob"})
	due := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	task := f.server.AddTask(ghltest.Task{ContactID: ada.ID, Title: "Call", DueDate: due})
	note := f.server.AddNote(ghltest.Note{ContactID: ada.ID, Body: "Met"})
	calendar := f.server.AddCalendar(ghltest.Calendar{Name: "Demo"})
	event := f.server.AddAppointment(ghltest.Appointment{ContactID: ada.ID, CalendarID: calendar.ID, Title: "Demo", StartTime: due, EndTime: due.Add(time.Hour)})
	f.server.AddTask(ghltest.Task{ContactID: bob.ID, Title: "Call", DueDate: due})
	f.server.AddNote(ghltest.Note{ContactID: bob.ID, Body: "Met"})
	for kind, id := range map[syncer.Kind]string{syncer.KindTask: task.ID, syncer.KindNote: note.ID, syncer.KindAppointment: event.ID} {
		ids, requests, err := f.candidates(t, kind, ada.ID, nil)
		require.NoError(t, err, kind)
		assert.Equal(t, []string{id}, ids, kind)
		assert.Equal(t, 1, requests, "%s: one request, and not to the index", kind)
		_, requests, err = f.candidates(t, kind, "", nil)
		require.ErrorIs(t, err, syncer.ErrUnsupported, kind)
		assert.Zero(t, requests)
	}
	require.NoError(t, f.server.DeleteContact(ada.ID))
	ids, _, err := f.candidates(t, syncer.KindTask, ada.ID, nil)
	require.NoError(t, err, "a contact that is gone has no tasks")
	assert.Empty(t, ids)
}

// TestTaskOfUnknownContactIsReadFromTheTruth: a webhook does not say whose task it is
// about, and the index, which does, shows it as it was.
func TestTaskOfUnknownContactIsReadFromTheTruth(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	f := startOn(t, ghltest.New(ghltest.NoLimits(), ghltest.WithClock(func() time.Time { return now })))
	ada := f.server.AddContact(ghltest.Contact{FirstName: "Ada"})
	task := f.server.AddTask(ghltest.Task{ContactID: ada.ID, Title: "Call", DueDate: now})
	now = now.Add(time.Minute)
	f.server.SetLag(ghltest.Lag{Tasks: 10 * time.Second})
	require.NoError(t, f.server.EditTask(task.ID, func(x *ghltest.Task) { x.Title = "Call back" }))
	rec, err := f.Get(t.Context(), syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: task.ID})
	require.NoError(t, err)
	assert.Equal(t, ada.ID, rec.Ref.Parent)
	assert.Equal(t, text("Call back"), rec.Fields["title"])
}
