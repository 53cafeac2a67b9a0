package ghlsource_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlsource"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/sourcetest"
)

// fixture is a source on a server of its own.
type fixture struct {
	*ghlsource.Source
	server *ghltest.Server
	client *ghl.Client
	users  map[string]string // ids by e-mail
}

func newClient(t *testing.T, server *ghltest.Server) *ghl.Client {
	t.Helper()
	client, err := ghl.New(ghl.WithToken(server.Token()), ghl.WithBaseURL(server.URL()), ghl.WithHTTPClient(server.Client()),
		ghl.WithLimits(ghl.NoLimits()), ghl.WithRetry(ghl.RetryPolicy{MaxRetries: 2, MinWait: time.Microsecond, MaxWait: time.Millisecond}))
	require.NoError(t, err)
	return client
}

func start(t *testing.T, opts ...ghlsource.Option) fixture {
	t.Helper()
	return startOn(t, ghltest.New(ghltest.NoLimits()), opts...)
}

func startOn(t *testing.T, server *ghltest.Server, opts ...ghlsource.Option) fixture {
	t.Helper()
	f := fixture{server: server, client: newClient(t, server), users: map[string]string{}}
	for _, email := range []string{"Mia@lakeside.example", "noah@lakeside.example"} {
		u := server.AddUser(ghltest.User{FirstName: "U", Email: email})
		f.users[strings.ToLower(email)] = u.ID
	}
	var err error
	f.Source, err = ghlsource.New(f.client, server.LocationID(), opts...)
	require.NoError(t, err)
	return f
}

func (f fixture) hooks(t *testing.T) sourcetest.Hooks {
	t.Helper()
	lists := map[syncer.Kind]string{syncer.KindContact: "search-contacts-advanced", syncer.KindTask: "task-search",
		syncer.KindNote: "get-all-notes", syncer.KindAppointment: "get-calendar-events"}
	return sourcetest.Hooks{
		NewParent:  func() string { return f.server.AddContact(ghltest.Contact{FirstName: "Ada"}).ID },
		Edit:       func(ref syncer.Ref, set syncer.Fields) { f.edit(t, ref, set) },
		Remove:     func(ref syncer.Ref) { f.remove(t, ref) },
		LoseCreate: func(kind syncer.Kind) { f.fault(ghltest.DropAfter("create-" + string(kind))) },
		DropCreate: func(kind syncer.Kind) { f.fault(ghltest.DropBefore("create-" + string(kind))) },
		BreakLists: func(kind syncer.Kind) func() {
			return f.server.Inject(ghltest.RefuseHTML(lists[kind], http.StatusBadGateway))
		},
		Deny: func() func() {
			return f.server.Inject(ghltest.Fault{Status: http.StatusUnauthorized, Body: `{"message":"Invalid JWT"}`})
		},
		Stranger: func() syncer.Source {
			s, err := ghlsource.New(f.client, "loc_of_somebody_else")
			require.NoError(t, err)
			return s
		},
		Requests: func() int { return len(f.server.Requests()) },
	}
}

func (f fixture) fault(fault ghltest.Fault) {
	fault.Times = 1
	f.server.Inject(fault)
}

// edit changes a record on the screen, keeping the last line of a body.
func (f fixture) edit(t *testing.T, ref syncer.Ref, set syncer.Fields) {
	t.Helper()
	retype := func(body *string, text string) {
		marker := (*body)[strings.LastIndexByte(*body, '\n')+1:]
		if *body = "<p>" + text + "</p>"; strings.Contains(marker, "[pagico:") {
			*body += "<p><br></p><p>" + marker + "</p>"
		}
	}
	var err error
	switch ref.Kind {
	case syncer.KindTask:
		err = f.server.EditTask(ref.ID, func(task *ghltest.Task) {
			for name, v := range set {
				switch name {
				case "title":
					task.Title = v.AsText()
				case "body":
					retype(&task.Body, v.AsText())
				case "dueDate":
					task.DueDate, _ = v.AsInstant()
				case "status":
					task.Completed = v.AsText() == "completed"
				case "assignee":
					task.AssignedTo = f.users[v.AsText()]
				}
			}
		})
	case syncer.KindNote:
		err = f.server.EditNote(ref.ID, func(note *ghltest.Note) {
			for name, v := range set {
				switch name {
				case "title":
					note.Title = v.AsText()
				case "content":
					retype(&note.Body, v.AsText())
				}
			}
		})
	}
	require.NoError(t, err)
}

func (f fixture) remove(t *testing.T, ref syncer.Ref) {
	t.Helper()
	remove := map[syncer.Kind]func(string) error{syncer.KindTask: f.server.DeleteTask, syncer.KindNote: f.server.DeleteNote,
		syncer.KindContact: f.server.DeleteContact, syncer.KindAppointment: f.server.DeleteAppointment}
	require.NoError(t, remove[ref.Kind](ref.ID))
}

func text(s string) syncer.Value { return merge.Text(s) }

func features() sourcetest.Features {
	return sourcetest.Features{Markers: true, Kinds: []sourcetest.Kind{
		{
			Kind: syncer.KindTask,
			Fields: syncer.Fields{"title": text("Call Ada 📞"), "body": text("First line.\n\nSecond <b>line</b> & more."),
				"dueDate": text("2026-11-03T09:30:00Z"), "status": text("open"), "assignee": text("mia@lakeside.example")},
			Changed: syncer.Fields{"title": text("Call Grace"), "body": text("Something else"), "dueDate": text("2026-12-24T08:00:00Z"),
				"status": text("completed"), "assignee": text("noah@lakeside.example")},
			Clearable: []string{"body", "assignee"},
		},
		{
			Kind:      syncer.KindNote,
			Fields:    syncer.Fields{"title": text("Met at the fair"), "content": text("Wants a quote.\n\nSoon & <b>bold</b>.")},
			Changed:   syncer.Fields{"title": text("Met again"), "content": text("Bought.")},
			Clearable: []string{"title", "content"},
		},
	}}
}

func address(kind syncer.Kind, id string) string {
	return "https://pagico.example/" + string(kind) + "?id=" + id + "&from=ghl"
}

func TestConformance(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T) (syncer.Source, sourcetest.Hooks) {
		f := start(t)
		return f, f.hooks(t)
	}, features())
}

func TestConformanceWithTwinURL(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T) (syncer.Source, sourcetest.Hooks) {
		f := start(t, ghlsource.WithTwinURL(address))
		return f, f.hooks(t)
	}, features())
}

// Not-found is 400 for everything, null is refused where the schema does not allow
// it, and the tasks of deleted records stay in the search.
func TestConformanceWithOtherQuirks(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T) (syncer.Source, sourcetest.Hooks) {
		quirks := ghltest.DefaultQuirks()
		quirks.ChildNotFound400, quirks.StrictNulls, quirks.TaskSearchListsDeleted = true, true, true
		quirks.LowerCaseNames, quirks.OmitContactName = true, true
		f := startOn(t, ghltest.New(ghltest.NoLimits(), ghltest.WithQuirks(quirks)))
		return f, f.hooks(t)
	}, features())
}

func TestConformanceWithoutMarkers(t *testing.T) {
	t.Parallel()
	f := features()
	f.Markers = false
	f.Kinds[1].Clearable = []string{"title"} // the service takes no note without a body
	sourcetest.Run(t, func(t *testing.T) (syncer.Source, sourcetest.Hooks) {
		f := start(t, ghlsource.WithoutMarkers())
		return f, f.hooks(t)
	}, f)
}
