package ghlpagico_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
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
