package pagicosource_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
	"github.com/ghl-pagico/sdk-go/syncer/sourcetest"
)

const location = "loc_1"

var plurals = map[syncer.Kind]string{syncer.KindTask: "tasks", syncer.KindContact: "contacts", syncer.KindNote: "notes",
	syncer.KindAppointment: "events", syncer.KindProject: "projects"}

// fixture is a source on a server of its own.
type fixture struct {
	*pagicosource.Source
	server *pagicotest.Server
	client *pagico.Client
}

func newClient(t *testing.T, server *pagicotest.Server, retries int) *pagico.Client {
	t.Helper()
	client, err := pagico.New("https://pagico.test"+pagicotest.BasePath, pagico.WithToken(pagicotest.DefaultToken),
		pagico.WithHTTPClient(&http.Client{Transport: server.Transport()}),
		pagico.WithRetry(pagico.RetryPolicy{MaxRetries: retries, MinWait: time.Microsecond, MaxWait: time.Millisecond}))
	require.NoError(t, err)
	return client
}

func start(t *testing.T, opts ...pagicosource.Option) fixture {
	t.Helper()
	server := pagicotest.New(pagicotest.WithUsers(pagicotest.User{ID: "u_1", Name: "Mia Keller", Email: "Mia@lakeside.example"},
		pagicotest.User{ID: "u_2", Name: "Noah Brunner", Email: "noah@lakeside.example"}, pagicotest.User{ID: "u_3", Name: "Robot"}))
	client := newClient(t, server, 3)
	source, err := pagicosource.New(client, append([]pagicosource.Option{pagicosource.WithLocation(location)}, opts...)...)
	require.NoError(t, err)
	return fixture{source, server, client}
}

func (f fixture) contact(t *testing.T) string {
	t.Helper()
	c, err := f.server.AddContact(pagicotest.Contact{Name: "Ada"})
	require.NoError(t, err)
	return c.ID
}

func (f fixture) hooks(t *testing.T) sourcetest.Hooks {
	t.Helper()
	fault := func(kind syncer.Kind, after bool) {
		op := ".create"
		if kind == syncer.KindAppointment {
			op = ".put"
		}
		f.server.Inject(pagicotest.Fault{Operation: plurals[kind] + op, Drop: true, AfterCommit: after, Times: 1})
	}
	return sourcetest.Hooks{
		NewParent:  func() string { return f.contact(t) },
		Edit:       func(ref syncer.Ref, set syncer.Fields) { f.edit(t, ref, set) },
		Remove:     func(ref syncer.Ref) { f.remove(t, ref) },
		LoseCreate: func(kind syncer.Kind) { fault(kind, true) },
		DropCreate: func(kind syncer.Kind) { fault(kind, false) },
		BreakLists: func(kind syncer.Kind) func() {
			return f.server.Inject(pagicotest.Fault{Operation: plurals[kind] + ".list", Status: 500}).Remove
		},
		Deny: func() func() {
			f.server.RevokeToken(pagicotest.DefaultToken)
			return func() { f.server.AddToken(pagicotest.DefaultToken, pagicotest.Grant{}) }
		},
		Requests: func() int { return f.server.Calls() },
	}
}

// edit changes a record with plain client calls, as another program would.
func (f fixture) edit(t *testing.T, ref syncer.Ref, set syncer.Fields) {
	t.Helper()
	var err error
	switch ref.Kind {
	case syncer.KindTask:
		err = f.server.EditTask(ref.ID, func(task *pagicotest.Task) { editTask(t, task, set) })
	case syncer.KindContact:
		err = f.server.EditContact(ref.ID, func(c *pagicotest.Contact) {
			for name, v := range set {
				switch name {
				case "tags":
					c.Tags = v.Items()
				default:
					*map[string]*string{"name": &c.Name, "firstName": &c.FirstName, "lastName": &c.LastName, "email": &c.Email,
						"phone": &c.Phone, "company": &c.Company, "address": &c.Address}[name] = v.AsText()
				}
			}
		})
	case syncer.KindNote:
		err = f.server.EditNote(ref.ID, func(n *pagicotest.Note) {
			for name, v := range set {
				switch name {
				case "title":
					n.Title = v.AsText()
				case "content":
					n.Content = v.AsText()
				case "datetime":
					n.Datetime, _ = v.AsInstant()
				}
			}
		})
	case syncer.KindAppointment:
		f.editEvent(t, ref, set)
	}
	require.NoError(t, err)
}

func editTask(t *testing.T, task *pagicotest.Task, set syncer.Fields) {
	t.Helper()
	for name, v := range set {
		switch name {
		case "assignee":
			task.AssigneeID = map[string]string{"": "", "mia@lakeside.example": "u_1", "noah@lakeside.example": "u_2"}[v.AsText()]
		default:
			*map[string]*string{"title": &task.Title, "body": &task.Notes, "dueDate": &task.DueDate, "status": &task.Status}[name] = v.AsText()
		}
	}
}

func (f fixture) editEvent(t *testing.T, ref syncer.Ref, set syncer.Fields) {
	t.Helper()
	e, err := f.client.Events.Get(t.Context(), ref.ID)
	require.NoError(t, err)
	put := pagico.EventPut{Title: e.Title, Start: e.Start, End: e.End, Location: e.Location, Status: e.Status, ContactID: e.ContactID, URL: e.URL}
	for name, v := range set {
		switch name {
		case "title":
			put.Title = v.AsText()
		case "location":
			put.Location = v.AsText()
		case "status":
			put.Status = pagico.EventStatus(v.AsText())
		case "url":
			put.URL = v.AsText()
		case "start":
			put.Start, err = pagico.ParseDate(v.AsText())
		case "end":
			put.End, err = pagico.ParseDate(v.AsText())
		}
		require.NoError(t, err)
	}
	_, err = f.client.Events.Put(t.Context(), e.ExternalID, put)
	require.NoError(t, err)
}

func (f fixture) remove(t *testing.T, ref syncer.Ref) {
	t.Helper()
	var err error
	switch ref.Kind {
	case syncer.KindTask:
		err = f.server.DeleteTask(ref.ID)
	case syncer.KindContact:
		err = f.server.DeleteContact(ref.ID)
	case syncer.KindNote:
		err = f.server.DeleteNote(ref.ID)
	case syncer.KindAppointment:
		var e pagico.Event
		e, err = f.client.Events.Get(t.Context(), ref.ID)
		require.NoError(t, err)
		err = f.client.Events.Delete(t.Context(), e.ExternalID)
	}
	require.NoError(t, err)
}

func at(text string) syncer.Value { return merge.Text(text) }

func features() sourcetest.Features {
	return sourcetest.Features{Markers: true, Guarded: true, Kinds: []sourcetest.Kind{
		{
			Kind: syncer.KindTask,
			Fields: syncer.Fields{"title": at("Call Ada 📞"), "body": at("First line.\n\nSecond <b>line</b> & more."),
				"dueDate": at("2026-11-03T09:30:00Z"), "status": at("open"), "assignee": at("mia@lakeside.example")},
			Changed: syncer.Fields{"title": at("Call Grace"), "body": at("Something else"), "dueDate": at("2026-12-24"),
				"status": at("inProgress"), "assignee": at("noah@lakeside.example")},
			Clearable: []string{"body", "dueDate", "assignee"},
		},
		{
			Kind: syncer.KindContact, Orphan: true,
			Fields: syncer.Fields{"name": at("Ada Lovelace"), "firstName": at("Ada"), "lastName": at("Lovelace"), "email": at("ada@example.com"),
				"phone": at("+41791234567"), "company": at("Engines"), "address": at("1 High Street, London"), "tags": merge.Set("vip", "zürich")},
			Changed: syncer.Fields{"name": at("Ada King"), "firstName": at("A."), "lastName": at("King"), "email": at("king@example.com"),
				"phone": at("+41797654321"), "company": at("Looms"), "address": at("2 High Street"), "tags": merge.Set("vip")},
			Clearable: []string{"firstName", "lastName", "email", "phone", "company", "address", "tags"},
		},
		{
			Kind: syncer.KindNote,
			Fields: syncer.Fields{"title": at("Met at the fair"), "content": at("Wants a quote.\nSoon."),
				"datetime": at("2026-06-01T12:00:00Z")},
			Changed:   syncer.Fields{"title": at("Met again"), "content": at("Bought."), "datetime": at("2026-06-02T12:00:00Z")},
			Clearable: []string{"title", "datetime"},
		},
		{
			Kind: syncer.KindAppointment, Outlives: true, // the mirror owns it, not the contact
			Fields: syncer.Fields{"title": at("Demo"), "start": at("2026-07-01T08:00:00Z"), "end": at("2026-07-01T09:00:00Z"),
				"location": at("Zoom"), "status": at("confirmed"), "url": at("https://ghl.example/a/1")},
			Changed: syncer.Fields{"title": at("Second demo"), "end": at("2026-07-01T10:00:00Z"), "location": at("Office"),
				"status": at("cancelled"), "url": at("https://ghl.example/a/2")},
			Clearable: []string{"end", "location"},
		},
	}}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T) (syncer.Source, sourcetest.Hooks) {
		f := start(t, pagicosource.WithEditableNotes())
		return f, f.hooks(t)
	}, features())
}

func TestConformanceWithDelta(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T) (syncer.Source, sourcetest.Hooks) {
		f := start(t, pagicosource.WithEditableNotes(), pagicosource.WithDelta())
		return f, f.hooks(t)
	}, features())
}

// A client that never repeats leaves every lost answer to the engine.
func TestConformanceWithoutRetries(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T) (syncer.Source, sourcetest.Hooks) {
		f := start(t, pagicosource.WithEditableNotes())
		source, err := pagicosource.New(newClient(t, f.server, -1), pagicosource.WithLocation(location), pagicosource.WithEditableNotes())
		require.NoError(t, err)
		f.Source = source
		return f, f.hooks(t)
	}, features())
}
