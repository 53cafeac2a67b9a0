package pagicotest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

func TestDeletingAContactDeletesWhatItHolds(t *testing.T) {
	t.Parallel()
	srv := pagicotest.New()
	contact, err := srv.AddContact(pagicotest.Contact{Name: "Ada"})
	require.NoError(t, err)
	require.NoError(t, srv.Seed(pagicotest.World{Events: []pagicotest.Event{{ExternalID: "x:1", Title: "Visit", Start: "2027-01-04", ContactID: contact.ID}}}))
	_, err = srv.AddTask(pagicotest.Task{Title: "Call", ContactID: contact.ID})
	require.NoError(t, err)
	_, err = srv.AddNote(pagicotest.Note{Title: "Met", ContactID: contact.ID})
	require.NoError(t, err)
	require.NoError(t, srv.DeleteContact(contact.ID))
	live := srv.Snapshot().Live()
	require.Empty(t, live.Events)
	require.Empty(t, live.Tasks)
	require.Empty(t, live.Notes)
}
