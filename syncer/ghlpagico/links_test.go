package ghlpagico_test

import (
	"context"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	ghlhook "github.com/ghl-pagico/sdk-go/ghl/webhook"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// mac is a Mac with the Pagico app: it takes links, and tells nothing.
type mac struct {
	titles []string
	at     []time.Time
}

func (m *mac) Open(_ context.Context, link urlscheme.Link) error {
	c, err := urlscheme.Parse(string(link))
	if err != nil {
		return err
	}
	m.titles, m.at = append(m.titles, c.Get("title")), append(m.at, time.Now())
	return nil
}

// linked is a location whose tasks and notes go to an app.
type linked struct {
	t         *testing.T
	ghl       *ghltest.Server
	app       *mac
	connector *ghlpagico.Connector
}

// onMac runs a test on virtual time with a connector that makes links.
func onMac(t *testing.T, change func(*ghlpagico.Config), test func(l *linked)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &linked{t: t, app: &mac{}, ghl: ghltest.New(ghltest.WithSeed(1), ghltest.NoLimits())}
		cfg := linksConfig(t, l.ghl, l.app)
		if change != nil {
			change(&cfg)
		}
		var err error
		l.connector, err = ghlpagico.New(cfg)
		require.NoError(t, err)
		test(l)
	})
}

func linksConfig(t *testing.T, server *ghltest.Server, opener urlscheme.Opener) ghlpagico.Config {
	t.Helper()
	client, err := ghl.New(ghl.WithToken(server.Token()), ghl.WithLimits(ghl.NoLimits()), ghl.WithHTTPClient(&http.Client{Transport: server.Transport()}))
	require.NoError(t, err)
	ledger, err := urlscheme.OpenLedger(t.Context(), filepath.Join(t.TempDir(), "ledger"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ledger.Close()) })
	return ghlpagico.Config{GHL: client, LocationID: server.LocationID(), Store: memstore.New(),
		Links: &ghlpagico.Links{Ledger: ledger, Opener: opener, Zone: time.UTC}}
}

func (l *linked) sync() *syncer.Report {
	l.t.Helper()
	report, err := l.connector.Sync(l.t.Context(), syncer.SyncOptions{})
	require.NoError(l.t, err)
	return report
}

// fill adds a contact with five open tasks, one that is done, two notes, and an
// appointment, which no link can make.
func (l *linked) fill() (contact string) {
	ada := l.ghl.AddContact(ghltest.Contact{FirstName: "Ada", Email: "ada@example.com"})
	due := time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)
	for _, title := range []string{"A", "B", "C", "D", "E"} {
		l.ghl.AddTask(ghltest.Task{ContactID: ada.ID, Title: title, DueDate: due})
	}
	l.ghl.AddTask(ghltest.Task{ContactID: ada.ID, Title: "done", DueDate: due, Completed: true})
	l.ghl.AddNote(ghltest.Note{ContactID: ada.ID, Title: "Met", Body: "at the fair"})
	l.ghl.AddNote(ghltest.Note{ContactID: ada.ID, Body: "<p></p>"})
	calendar := l.ghl.AddCalendar(ghltest.Calendar{Name: "Demo"})
	l.ghl.AddAppointment(ghltest.Appointment{ContactID: ada.ID, CalendarID: calendar.ID, Title: "Demo", StartTime: due, EndTime: due.Add(time.Hour)})
	return ada.ID
}

func TestLinksMakeTasksAndNotesOnce(t *testing.T) {
	t.Parallel()
	onMac(t, nil, func(l *linked) {
		contact := l.fill()
		report := l.sync()
		require.True(t, report.Settled())
		assert.ElementsMatch(t, []string{"A", "B", "C", "D", "E", "Met"}, l.app.titles)
		for i := range l.app.at[1:] {
			assert.GreaterOrEqual(t, l.app.at[i+1].Sub(l.app.at[i]), time.Second, "the app is given time")
		}
		for range 2 {
			assert.Zero(t, l.sync().Writes)
		}
		task := l.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "F"})
		ref, ok := l.connector.GHLHint(ghlhook.Event{LocationID: l.ghl.LocationID(), Ref: ghlhook.Ref{Kind: "task", ID: task.ID, ContactID: contact}})
		require.True(t, ok)
		report, err := l.connector.SyncRecord(l.t.Context(), ref, syncer.SyncOptions{})
		require.NoError(t, err)
		assert.Equal(t, 1, report.Total().Created)
		_, ok = l.connector.GHLHint(ghlhook.Event{LocationID: l.ghl.LocationID(), Ref: ghlhook.Ref{Kind: "contact", ID: contact}})
		assert.False(t, ok, "contacts are not synced")

		require.NoError(t, l.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Title = "F, renamed" }))
		assert.Equal(t, 1, l.sync().Parked, "a change waits for a person")
		require.NoError(t, l.ghl.DeleteTask(task.ID))
		l.sync()
		assert.Len(t, l.app.titles, 7, "nothing is opened for changes and deletions")
		receipt, err := l.connector.Verify(l.t.Context())
		require.NoError(t, err)
		assert.True(t, receipt.Clean(), "%+v", receipt)
		for _, r := range l.ghl.Requests() {
			assert.NotContains(t, []string{http.MethodPut, http.MethodDelete}, r.Method, "GHL is never written to: %s", r.Path)
		}
		doubtful, err := l.connector.Links().Doubtful(l.t.Context())
		require.NoError(t, err)
		assert.Empty(t, doubtful)
	})
}

// TestLinksThatAreCutOff: the pass ends while most links wait for their turn.
func TestLinksThatAreCutOff(t *testing.T) {
	t.Parallel()
	onMac(t, func(c *ghlpagico.Config) { c.Links.MinGap = time.Minute }, func(l *linked) {
		l.fill()
		ctx, cancel := context.WithTimeout(l.t.Context(), 90*time.Second)
		defer cancel()
		_, err := l.connector.Sync(ctx, syncer.SyncOptions{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, l.app.titles, 2)
		report := l.sync()
		assert.True(t, report.Settled(), "%+v", report)
		assert.ElementsMatch(t, []string{"A", "B", "C", "D", "E", "Met"}, l.app.titles)
	})
}

func TestLinksOfOneKind(t *testing.T) {
	t.Parallel()
	onMac(t, func(c *ghlpagico.Config) { c.Tasks.Off = true }, func(l *linked) {
		l.fill()
		l.sync()
		assert.Equal(t, []string{"Met"}, l.app.titles)
	})
	onMac(t, func(c *ghlpagico.Config) {
		c.Notes.Off, c.Contacts.Off, c.Appointments.Off = true, true, true
		c.Links.Task = func(_ syncer.Record, task *urlscheme.AddTask) { task.Title += "!" }
	}, func(l *linked) {
		l.fill()
		l.sync()
		assert.ElementsMatch(t, []string{"A!", "B!", "C!", "D!", "E!"}, l.app.titles)
	})
}

// TestWhatDoesNotGoWithLinks is refused by the name of the setting.
func TestWhatDoesNotGoWithLinks(t *testing.T) {
	t.Parallel()
	url := func(syncer.Kind, string) string { return "" }
	client, err := pagico.New("https://pagico.test/v1", pagico.WithToken(pagicotest.DefaultToken))
	require.NoError(t, err)
	server := ghltest.New()
	for name, change := range map[string]func(*ghlpagico.Config){
		"Links.Ledger":    func(c *ghlpagico.Config) { c.Links.Ledger = nil },
		"Links.Zone":      func(c *ghlpagico.Config) { c.Links.Zone = nil },
		"Pagico":          func(c *ghlpagico.Config) { c.Pagico = client },
		"PagicoURL":       func(c *ghlpagico.Config) { c.PagicoURL = url },
		"Delta":           func(c *ghlpagico.Config) { c.Delta = true },
		"CallingCode":     func(c *ghlpagico.Config) { c.CallingCode = "41" },
		"People":          func(c *ghlpagico.Config) { c.People = map[string]string{"a@x": "b@x"} },
		"WithoutMarkers":  func(c *ghlpagico.Config) { c.WithoutMarkers = true },
		"Resolver":        func(c *ghlpagico.Config) { c.Resolver = never{} },
		"Contacts":        func(c *ghlpagico.Config) { c.Contacts.Deletes = merge.Unlink },
		"Appointments":    func(c *ghlpagico.Config) { c.Appointments.OneWay = merge.Ignore },
		"Notes":           func(c *ghlpagico.Config) { c.Notes.OneWay = merge.Revert },
		"Tasks.Direction": func(c *ghlpagico.Config) { c.Tasks.Direction = merge.TwoWay },
		"Tasks.OneWay":    func(c *ghlpagico.Config) { c.Tasks.OneWay = merge.Revert },
		"Tasks.Deletes":   func(c *ghlpagico.Config) { c.Tasks.Deletes = merge.Complete },
		"Tasks.Policy":    func(c *ghlpagico.Config) { c.Tasks.Policy = merge.GHLWins },
		"Tasks.Policies":  func(c *ghlpagico.Config) { c.Tasks.Policies = map[string]merge.Policy{"title": merge.Manual} },
		"Tasks.DueHour":   func(c *ghlpagico.Config) { c.Tasks.DueHour = 8 },
		"Tasks.Midnight":  func(c *ghlpagico.Config) { c.Tasks.Midnight = true },
		"Tasks.MovedStay": func(c *ghlpagico.Config) { c.Tasks.MovedStay = true },
		"Tasks.Undated":   func(c *ghlpagico.Config) { c.Tasks.Undated = ghlpagico.UndatedIsSkipped },
		"Tasks and Config.Notes": func(c *ghlpagico.Config) {
			c.Tasks.Off, c.Notes.Off = true, true
		},
	} {
		cfg := linksConfig(t, server, &mac{})
		change(&cfg)
		_, err := ghlpagico.New(cfg)
		require.ErrorContains(t, err, "ghlpagico: Config."+name, name)
	}
	fitting := linksConfig(t, server, &mac{})
	fitting.Tasks.Direction, fitting.Tasks.OneWay, fitting.Tasks.Deletes = merge.GHLToPagico, merge.Ignore, merge.KeepTwin
	fitting.Notes.OneWay, fitting.Notes.Deletes, fitting.GHLURL = merge.Ignore, merge.KeepTwin, url
	_, err = ghlpagico.New(fitting)
	require.NoError(t, err)
	neither := linksConfig(t, server, &mac{})
	neither.Links = nil
	_, err = ghlpagico.New(neither)
	require.ErrorContains(t, err, "Config.Pagico and Config.Links are nil")
}

// never is a resolver that decides nothing.
type never struct{}

func (never) Resolve(context.Context, syncer.Link, merge.Conflict) (syncer.Value, bool, error) {
	return merge.None(), false, nil
}
