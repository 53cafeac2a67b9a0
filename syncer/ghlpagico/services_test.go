package ghlpagico_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// services are both services in memory, without sockets, and a connector.
type services struct {
	t         *testing.T
	ghl       *ghltest.Server
	pagico    *pagicotest.Server
	client    *ghl.Client
	store     *memstore.Store
	connector *ghlpagico.Connector
}

// inBubble runs a test on virtual time.
func inBubble(t *testing.T, change func(*ghlpagico.Config), test func(s *services)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &services{t: t, store: memstore.New(),
			ghl: ghltest.New(ghltest.WithSeed(1), ghltest.NoLimits()),
			pagico: pagicotest.New(pagicotest.WithSeed(1), pagicotest.WithLimits(pagicotest.NoLimits()),
				pagicotest.WithUsers(pagicotest.User{ID: "u1", Name: "Ann", Email: "ann@example.com"}))}
		var err error
		s.client, err = ghl.New(ghl.WithToken(s.ghl.Token()), ghl.WithLimits(ghl.NoLimits()), ghl.WithHTTPClient(&http.Client{Transport: s.ghl.Transport()}))
		require.NoError(t, err)
		p, err := pagico.New("https://pagico.test/v1", pagico.WithToken(pagicotest.DefaultToken), pagico.WithHTTPClient(&http.Client{Transport: s.pagico.Transport()}))
		require.NoError(t, err)
		cfg := ghlpagico.Config{GHL: s.client, LocationID: s.ghl.LocationID(), Pagico: p, Store: s.store, Workers: 1}
		if change != nil {
			change(&cfg)
		}
		s.connector, err = ghlpagico.New(cfg)
		require.NoError(t, err)
		test(s)
	})
}

func (s *services) sync() *syncer.Report {
	s.t.Helper()
	report, err := s.connector.Sync(s.t.Context(), syncer.SyncOptions{})
	require.NoError(s.t, err)
	return report
}

// inStep syncs until nothing is left to do, then checks that a pass is quiet
// and that verify finds nothing.
func (s *services) inStep() {
	s.t.Helper()
	for range 3 {
		if r := s.sync(); r.Settled() && r.Writes == 0 {
			break
		}
	}
	require.Zero(s.t, s.sync().Writes, "a pass with nothing to do writes nothing")
	receipt, err := s.connector.Verify(s.t.Context())
	require.NoError(s.t, err)
	require.True(s.t, receipt.Clean(), "%+v", receipt)
}

// contact adds a contact in GHL and returns its id there and, after a sync, in
// Pagico.
func (s *services) contact() (ghlID, pagicoID string) {
	s.t.Helper()
	c := s.ghl.AddContact(ghltest.Contact{FirstName: "Ada", LastName: "Lovelace", Email: fmt.Sprintf("ada%d@example.com", len(s.ghl.Snapshot().Contacts))})
	s.sync()
	for _, p := range s.pagico.Snapshot().Contacts {
		if p.Email == c.Email {
			return c.ID, p.ID
		}
	}
	s.t.Fatal("the contact was not copied")
	return "", ""
}

func TestAThousandCreatesUnderFaults(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		const creates = 1000
		_, contact := s.contact()
		for i := range creates {
			_, err := s.pagico.AddTask(pagicotest.Task{ContactID: contact, Title: fmt.Sprintf("Task %d", i), DueDate: "2026-12-01"})
			require.NoError(t, err)
		}
		s.ghl.SetLag(ghltest.Lag{Contacts: 3 * time.Second, Tasks: 3 * time.Second})
		s.ghl.Inject(ghltest.Fault{Operation: "create-task", Probability: 0.05, Status: http.StatusServiceUnavailable})
		s.ghl.Inject(ghltest.Fault{Operation: "create-task", Probability: 0.02, Drop: true, AfterCommit: true})
		s.ghl.Inject(ghltest.Fault{Operation: "create-task", Probability: 0.01, Status: http.StatusUnprocessableEntity, AfterCommit: true})
		s.ghl.ResetRequests()
		passes := 0
		for s.sync().Writes > 0 {
			passes++
			require.LessOrEqual(t, passes, 3, "it settles within three passes")
		}
		calls := s.ghl.Calls("create-task")
		t.Logf("%d creates took %d create calls and %d requests in all", creates, calls, len(s.ghl.Requests()))
		require.LessOrEqual(t, float64(calls), 1.2*creates)
		titles := map[string]int{}
		for _, task := range s.ghl.Snapshot().Tasks {
			titles[task.Title]++
		}
		require.Len(t, titles, creates)
		for title, n := range titles {
			require.Equal(t, 1, n, title)
		}
		s.ghl.ClearFaults()
		s.inStep()
	})
}

func TestAllDayDatesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		_, contact := s.contact()
		task, err := s.pagico.AddTask(pagicotest.Task{ContactID: contact, Title: "All day", DueDate: "2026-12-24"})
		require.NoError(t, err)
		s.inStep()
		got := s.ghl.Snapshot().Tasks[0]
		zone, err := time.LoadLocation(s.zone())
		require.NoError(t, err)
		require.Equal(t, "2026-12-24 09:00", got.DueDate.In(zone).Format("2006-01-02 15:04"))
		now, _ := s.pagico.Task(task.ID)
		require.Equal(t, "2026-12-24", now.DueDate)

		require.NoError(t, s.ghl.EditTask(got.ID, func(x *ghltest.Task) { x.DueDate = x.DueDate.AddDate(0, 0, 1) }))
		s.inStep()
		now, _ = s.pagico.Task(task.ID)
		require.Equal(t, "2026-12-25", now.DueDate, "another day at the same hour stays a day")

		require.NoError(t, s.ghl.EditTask(got.ID, func(x *ghltest.Task) { x.DueDate = x.DueDate.Add(3 * time.Hour) }))
		s.inStep()
		now, _ = s.pagico.Task(task.ID)
		require.Contains(t, now.DueDate, "T", "another hour makes it an instant")
	})
}

func (s *services) zone() string {
	location, _ := s.ghl.Location(s.ghl.LocationID())
	return location.Timezone
}

func TestProgressAndColourSurvive(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		contact, _ := s.contact()
		task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "Paint", Body: "<p>one</p><p>two</p>", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.inStep()
		twin := s.pagico.Snapshot().Tasks[0]
		require.Equal(t, "one\ntwo", twin.Notes)
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Status, x.Progress, x.Color = "inProgress", 40, 3 }))
		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Title = "Paint it" }))
		s.inStep()
		twin, _ = s.pagico.Task(twin.ID)
		require.Equal(t, []any{"Paint it", "inProgress", 40, 3}, []any{twin.Title, twin.Status, twin.Progress, twin.Color})
		now, _ := s.ghl.Task(task.ID)
		require.Equal(t, "<p>one</p><p>two</p>", now.Body, "a body nobody edited keeps its markup")
		require.False(t, now.Completed)
	})
}

func TestOneCallPerChangeFromGHL(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		contact, _ := s.contact()
		for i := range 20 {
			s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: fmt.Sprint("T", i), DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		}
		s.inStep()
		s.ghl.ResetRequests()
		require.Zero(t, s.sync().Writes)
		quiet := len(s.ghl.Requests())
		require.NoError(t, s.ghl.EditTask(s.ghl.Snapshot().Tasks[3].ID, func(x *ghltest.Task) { x.Title = "changed" }))
		s.ghl.ResetRequests()
		require.Equal(t, 1, s.sync().Writes)
		require.LessOrEqual(t, len(s.ghl.Requests())-quiet, 2)
	})
}

func TestMirroredRecordsArePutBack(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		contact, twin := s.contact()
		s.ghl.AddNote(ghltest.Note{ContactID: contact, Body: "<b>Met</b> at the fair"})
		s.inStep()
		require.NoError(t, s.pagico.EditContact(twin, func(c *pagicotest.Contact) { c.Company = "Somebody's guess"; c.Name = "Wrong" }))
		s.inStep()
		c, _ := s.pagico.Contact(twin)
		require.Equal(t, []string{"", "Ada Lovelace"}, []string{c.Company, c.Name})
		g, _ := s.ghl.Contact(contact)
		require.Empty(t, g.CompanyName, "nothing is written to GHL")
	})
}

func TestPolicyManualParksOnlyThatField(t *testing.T) {
	t.Parallel()
	inBubble(t, func(c *ghlpagico.Config) { c.Tasks.Policies = map[string]merge.Policy{"title": merge.Manual} }, func(s *services) {
		contact, _ := s.contact()
		task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "a", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.inStep()
		twin := s.pagico.Snapshot().Tasks[0]
		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Title, x.Completed = "b", true }))
		require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Title, x.Notes = "c", "more" }))
		report := s.sync()
		require.Equal(t, 1, report.Parked)
		twin, _ = s.pagico.Task(twin.ID)
		now, _ := s.ghl.Task(task.ID)
		require.Equal(t, []string{"c", "completed", "b", "more"}, []string{twin.Title, twin.Status, now.Title, now.Body})
		waiting, err := s.connector.Waiting(t.Context())
		require.NoError(t, err)
		require.Len(t, waiting, 1)
		require.NoError(t, s.connector.Decide(t.Context(), waiting[0].ID, "title", merge.Text("c"), "Grace"))
		s.inStep()
		now, _ = s.ghl.Task(task.ID)
		require.Equal(t, "c", now.Title)
	})
}

func TestTheLastWriterWinsOnBothSides(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		contact, _ := s.contact()
		task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "a", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)})
		s.inStep()
		twin := s.pagico.Snapshot().Tasks[0]
		inGHL := func(title string) {
			<-time.After(time.Minute)
			require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Title = title }))
		}
		inPagico := func(title string) {
			<-time.After(time.Minute)
			require.NoError(t, s.pagico.EditTask(twin.ID, func(x *pagicotest.Task) { x.Title = title }))
		}
		both := func() []string {
			<-time.After(time.Minute)
			s.inStep()
			g, _ := s.ghl.Task(task.ID)
			p, _ := s.pagico.Task(twin.ID)
			return []string{g.Title, p.Title}
		}
		inGHL("ghl first")
		inPagico("pagico last")
		require.Equal(t, []string{"pagico last", "pagico last"}, both())
		inPagico("pagico first")
		inGHL("ghl last")
		require.Equal(t, []string{"ghl last", "ghl last"}, both())
	})
}
