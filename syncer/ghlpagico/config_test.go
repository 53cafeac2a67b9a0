package ghlpagico_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// TestCallingCodeMatchesNationalNumbers: a person typed the number without the country.
func TestCallingCodeMatchesNationalNumbers(t *testing.T) {
	t.Parallel()
	for code, contacts := range map[string]int{"41": 1, "": 2} {
		inBubble(t, func(c *ghlpagico.Config) { c.CallingCode = code }, func(s *services) {
			_, err := s.pagico.AddContact(pagicotest.Contact{Name: "Ada", Phone: "079 123 45 67"})
			require.NoError(t, err)
			s.ghl.AddContact(ghltest.Contact{FirstName: "Ada", Phone: "+41791234567"})
			s.sync()
			require.Len(t, s.pagico.Snapshot().Contacts, contacts, "code %q", code)
		})
	}
}

// neededScopes are those that the package comment names.
var neededScopes = []string{"contacts.readonly", "contacts.write", "locations.readonly", "locations/tasks.readonly", "users.readonly",
	"calendars.readonly", "calendars/events.readonly"}

// withScopes runs a test on a location whose token has the given scopes, with something
// of every kind to sync.
func withScopes(t *testing.T, scopes []string, change func(*ghlpagico.Config), test func(s *services)) {
	t.Helper()
	inBubble(t, change, func(s *services) {
		s.ghl.AddToken(ghltest.Token{Value: s.ghl.Token(), Scopes: scopes})
		s.ghl.AddUser(ghltest.User{FirstName: "Ann", Email: "ann@example.com"})
		c := s.ghl.AddContact(ghltest.Contact{FirstName: "Ada", Email: "ada@example.com"})
		s.ghl.AddNote(ghltest.Note{ContactID: c.ID, Body: "note"})
		calendar := s.ghl.AddCalendar(ghltest.Calendar{Name: "Demo"})
		at := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
		s.ghl.AddAppointment(ghltest.Appointment{ContactID: c.ID, CalendarID: calendar.ID, Title: "Demo", StartTime: at, EndTime: at.Add(time.Hour)})
		twin, err := s.pagico.AddContact(pagicotest.Contact{Name: "Ada", Email: "ada@example.com"})
		require.NoError(t, err)
		_, err = s.pagico.AddTask(pagicotest.Task{ContactID: twin.ID, Title: "Call", DueDate: "2026-12-24", AssigneeID: "u1"})
		require.NoError(t, err)
		test(s)
	})
}

func TestScopesOfTheToken(t *testing.T) {
	t.Parallel()
	withScopes(t, neededScopes, nil, func(s *services) {
		s.inStep()
		require.Len(t, s.ghl.Snapshot().Tasks, 1)
	})
	for i, missing := range neededScopes {
		withScopes(t, slices.Delete(slices.Clone(neededScopes), i, i+1), nil, func(s *services) {
			before := len(s.pagico.Snapshot().Contacts)
			_, err := s.connector.Sync(s.t.Context(), syncer.SyncOptions{})
			require.ErrorIs(t, err, syncer.ErrDenied, "without %s", missing)
			if missing != "contacts.write" {
				require.Empty(t, s.pagico.Snapshot().Notes, "nothing is written without %s", missing)
				require.Len(t, s.pagico.Snapshot().Contacts, before)
			}
		})
	}
	without := slices.DeleteFunc(slices.Clone(neededScopes), func(s string) bool { return s == "users.readonly" })
	withScopes(t, without, func(c *ghlpagico.Config) { c.Users = map[string]string{"user1": "ann@example.com"} }, func(s *services) {
		s.inStep()
		require.Equal(t, "user1", s.ghl.Snapshot().Tasks[0].AssignedTo)
	})
}

// TestAnotherDueHourLeavesWhatIsInStep: the hour counts for tasks that are made or whose
// date is edited from now on; Verify lists the others and says why.
func TestAnotherDueHourLeavesWhatIsInStep(t *testing.T) {
	t.Parallel()
	var cfg ghlpagico.Config
	inBubble(t, func(c *ghlpagico.Config) { cfg = *c }, func(s *services) {
		_, contact := s.contact()
		task, err := s.pagico.AddTask(pagicotest.Task{ContactID: contact, Title: "All day", DueDate: "2026-12-24"})
		require.NoError(t, err)
		s.inStep()

		plan, err := s.connector.Plan(s.t.Context())
		require.NoError(t, err)
		cfg.Tasks.DueHour = 14
		s.connector, err = ghlpagico.New(cfg)
		require.NoError(t, err)
		_, err = s.connector.Apply(s.t.Context(), plan, syncer.ApplyOptions{})
		require.ErrorIs(t, err, syncer.ErrOtherRules)
		require.Zero(t, s.sync().Writes)
		receipt, err := s.connector.Verify(s.t.Context())
		require.NoError(t, err)
		require.Zero(t, receipt.WouldWrite)
		require.Len(t, receipt.Drifted, 1)
		require.Contains(t, receipt.Drifted[0].Reason, "has the mapping changed since?")

		require.NoError(t, s.pagico.EditTask(task.ID, func(x *pagicotest.Task) { x.DueDate = "2026-12-25" }))
		s.inStep()
		zone, err := time.LoadLocation(s.zone())
		require.NoError(t, err)
		require.Equal(t, "2026-12-25 14:00", s.ghl.Snapshot().Tasks[0].DueDate.In(zone).Format("2006-01-02 15:04"))
	})
}

// TestPersonWhoIsAddedLater: the task is unassigned until somebody edits its assignee.
func TestPersonWhoIsAddedLater(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		contact, _ := s.contact()
		bob := s.ghl.AddUser(ghltest.User{FirstName: "Bob", Email: "bob@example.com"})
		task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "Call", DueDate: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), AssignedTo: bob.ID})
		s.inStep()
		require.Empty(t, s.pagico.Snapshot().Tasks[0].AssigneeID)

		s.pagico.SetUsers(pagicotest.User{ID: "u1", Name: "Ann", Email: "ann@example.com"}, pagicotest.User{ID: "u2", Name: "Bob", Email: "bob@example.com"})
		require.Zero(t, s.sync().Writes)
		receipt, err := s.connector.Verify(s.t.Context())
		require.NoError(t, err)
		require.Len(t, receipt.Drifted, 1)
		require.Contains(t, receipt.Drifted[0].Reason, "has the mapping changed since?")

		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.AssignedTo = "" }))
		s.inStep()
		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.AssignedTo = bob.ID }))
		s.inStep()
		require.Equal(t, "u2", s.pagico.Snapshot().Tasks[0].AssigneeID)
	})
}

// TestDeltaAsksForChangesOnly: a pass with nothing to do reads one page of each kind,
// however many records there are.
func TestDeltaAsksForChangesOnly(t *testing.T) {
	t.Parallel()
	pages := map[bool]int{}
	for delta := range map[bool]bool{true: true, false: true} {
		inBubble(t, func(c *ghlpagico.Config) { c.Delta = delta }, func(s *services) {
			s.crowd(450)
			<-time.After(time.Hour) // what was young then is read once more
			_, contact := s.contact()
			_, err := s.pagico.AddTask(pagicotest.Task{ContactID: contact, Title: "new", DueDate: "2026-12-01"})
			require.NoError(t, err)
			s.sync()
			s.pagico.ResetRequests()
			require.Zero(t, s.sync().Writes)
			pages[delta] = s.pagico.Count("contacts.list") + s.pagico.Count("tasks.list")
			s.inStep()
		})
	}
	require.Equal(t, map[bool]int{true: 2, false: 6}, pages)
}

// TestWrongSettingsAreRefusedByName says which setting it is, and what would do.
func TestWrongSettingsAreRefusedByName(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*ghlpagico.Config){
		"Config.GHL is nil: make a client with ghl.New": func(c *ghlpagico.Config) { c.GHL = nil },
		"Config.LocationID is empty":                    func(c *ghlpagico.Config) { c.LocationID = "" },
		"Config.Store is nil: use memstore.New":         func(c *ghlpagico.Config) { c.Store = nil },
		"Config.Pagico and Config.Links are nil":        func(c *ghlpagico.Config) { c.Pagico = nil },
		"Config.Contacts is off, but tasks":             func(c *ghlpagico.Config) { c.Contacts.Off = true },
		"leave something to sync": func(c *ghlpagico.Config) {
			c.Contacts.Off, c.Tasks.Off, c.Notes.Off, c.Appointments.Off = true, true, true, true
		},
		`Config.Notes: merge: unknown one-way mode "keep": use`:     func(c *ghlpagico.Config) { c.Notes.OneWay = "keep" },
		`Config.Contacts: merge: unknown delete policy "keep": use`: func(c *ghlpagico.Config) { c.Contacts.Deletes = "keep" },
		`Config.Contacts.Deletes is complete, but only tasks can be completed: use propagate, unlink or ignore`: func(c *ghlpagico.Config) {
			c.Contacts.Deletes = merge.Complete
		},
		"Config.Notes.Deletes is complete":                             func(c *ghlpagico.Config) { c.Notes.Deletes = merge.Complete },
		"Config.Appointments.Deletes is complete":                      func(c *ghlpagico.Config) { c.Appointments.Deletes = merge.Complete },
		`Config.Tasks: merge: unknown direction "both": use twoWay`:    func(c *ghlpagico.Config) { c.Tasks.Direction = "both" },
		`Config.Tasks: merge: unknown policy "last": use ghlWins`:      func(c *ghlpagico.Config) { c.Tasks.Policy = "last" },
		`Config.Tasks.Policies names "due": tasks have title`:          func(c *ghlpagico.Config) { c.Tasks.Policies = map[string]merge.Policy{"due": merge.Manual} },
		`Config.Tasks.Policies, field "title": merge: unknown policy`:  func(c *ghlpagico.Config) { c.Tasks.Policies = map[string]merge.Policy{"title": "me"} },
		"syncer: Config.MaxAttempts is negative":                       func(c *ghlpagico.Config) { c.MaxAttempts = -1 },
		"syncer: Config.Freshness is negative":                         func(c *ghlpagico.Config) { c.Freshness = -1 },
		"syncer: Config.ClockSlack is negative":                        func(c *ghlpagico.Config) { c.ClockSlack = -1 },
		"Config.Tasks.DueHour is 24: use 0 to 23":                      func(c *ghlpagico.Config) { c.Tasks.DueHour = 24 },
		"Config.Tasks sets both Midnight and DueHour":                  func(c *ghlpagico.Config) { c.Tasks.DueHour, c.Tasks.Midnight = 8, true },
		`Config.Tasks.Undated is "never": use creationDay or skip`:     func(c *ghlpagico.Config) { c.Tasks.Undated = "never" },
		`"Swiss" is not a country calling code: it has 1 to 3 digits`:  func(c *ghlpagico.Config) { c.CallingCode = "Swiss" },
		`"loc:1" is not a GHL location id: it is part of external ids`: func(c *ghlpagico.Config) { c.LocationID = "loc:1" },
	} {
		crm, tasks := ghltest.New(), pagicotest.New()
		ghlClient, pagicoClient, err := clients(crm, tasks)
		require.NoError(t, err)
		cfg := ghlpagico.Config{GHL: ghlClient, LocationID: crm.LocationID(), Pagico: pagicoClient, Store: memstore.New()}
		change(&cfg)
		_, err = ghlpagico.New(cfg)
		require.ErrorContains(t, err, want)
	}
}
