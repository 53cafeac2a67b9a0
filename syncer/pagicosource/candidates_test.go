package pagicosource_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
)

// candidates looks for the twin of the GHL record g1 and returns the ids found, and
// how many requests that took.
func (f fixture) candidates(t *testing.T, kind syncer.Kind, parent string, fields syncer.Fields) (ids []string, requests int, err error) {
	t.Helper()
	before := f.server.Calls()
	feed, _ := f.Candidates(t.Context(), syncer.Record{Ref: syncer.Ref{Side: syncer.GHL, Kind: kind, ID: "g1", Parent: "gc1"}, Fields: fields}, parent)
	for rec, e := range feed.All {
		if e != nil {
			err = errors.Join(err, e)
			continue
		}
		ids = append(ids, rec.Ref.ID)
	}
	return ids, f.server.Calls() - before, err
}

func (f fixture) addContact(t *testing.T, c pagicotest.Contact) string {
	t.Helper()
	added, err := f.server.AddContact(c)
	require.NoError(t, err)
	return added.ID
}

func TestContactCandidates(t *testing.T) {
	t.Parallel()
	f := start(t, pagicosource.WithCallingCode("41"))
	mail := f.addContact(t, pagicotest.Contact{Name: "Ada", Email: "Ada@Example.com"})
	var typed []string
	for _, phone := range []string{"+41 79 123 45 67", "0041 79 123 45 67", "+41 (0)79 123 45 67", "079/123 45 67"} {
		typed = append(typed, f.addContact(t, pagicotest.Contact{Name: "Ann", Phone: phone}))
	}
	f.addContact(t, pagicotest.Contact{Name: "Bob", Email: "bob@example.com", Phone: "+41 79 000 00 00"})
	made, err := f.Create(t.Context(), syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindContact},
		Fields: syncer.Fields{"name": at("Made"), "email": at("ada@example.com")}, Twin: "g1"}, "op1")
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		fields   syncer.Fields
		want     []string
		requests int
	}{
		"by e-mail":        {syncer.Fields{"email": at("ada@example.com")}, []string{made.Ref.ID, mail}, 2},
		"by phone":         {syncer.Fields{"phone": at("+41791234567")}, append([]string{made.Ref.ID}, typed...), 6},
		"nothing to go by": {syncer.Fields{"name": at("Ada")}, []string{made.Ref.ID}, 1},
	} {
		ids, requests, err := f.candidates(t, syncer.KindContact, "", tc.fields)
		require.NoError(t, err, name)
		assert.ElementsMatch(t, tc.want, ids, name)
		assert.Equal(t, tc.requests, requests, name)
	}
}

func TestTooManyContactCandidates(t *testing.T) {
	t.Parallel()
	f := start(t)
	for i := range 201 {
		f.addContact(t, pagicotest.Contact{Name: fmt.Sprint("C", i), Phone: "+10000000000"})
	}
	_, _, err := f.candidates(t, syncer.KindContact, "", syncer.Fields{"phone": at("+10000000000")})
	require.ErrorIs(t, err, syncer.ErrUnsupported)
}

// TestCandidatesInProjects: tasks in a project belong to its only contact, also when
// the project was linked after the pass had begun.
func TestCandidatesInProjects(t *testing.T) {
	t.Parallel()
	f := start(t)
	ada, bob := f.contact(t), f.contact(t)
	single, pair := f.addProject(t, "single", ada), f.addProject(t, "pair", ada, bob)
	all(t, f, syncer.KindTask) // a pass reads the projects
	late := f.addProject(t, "late")
	direct := f.addTask(t, pagicotest.Task{Title: "Call", ContactID: ada})
	inSingle, inLate := f.addTask(t, pagicotest.Task{Title: "Call", ProjectID: single}), f.addTask(t, pagicotest.Task{Title: "Call", ProjectID: late})
	f.addTask(t, pagicotest.Task{Title: "Call", ContactID: bob})
	f.addTask(t, pagicotest.Task{Title: "Call", ProjectID: pair})
	f.addTask(t, pagicotest.Task{Title: "Call"})

	ids, _, err := f.candidates(t, syncer.KindTask, ada, nil)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{direct, inSingle}, ids)

	require.NoError(t, f.server.EditProject(late, func(p *pagicotest.Project) { p.ContactIDs = []string{ada} }))
	ids, requests, err := f.candidates(t, syncer.KindTask, ada, nil)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{direct, inSingle, inLate}, ids)
	assert.Equal(t, 6, requests, "two by external id, the contact, the projects that changed, two projects")

	require.NoError(t, f.server.DeleteProject(single))
	require.NoError(t, f.server.EditProject(late, func(p *pagicotest.Project) { p.ContactIDs = []string{ada, bob} }))
	ids, _, err = f.candidates(t, syncer.KindTask, ada, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{direct}, ids)

	for range 21 {
		f.addProject(t, "another", ada)
	}
	_, requests, err = f.candidates(t, syncer.KindTask, ada, nil)
	require.ErrorIs(t, err, syncer.ErrUnsupported)
	assert.LessOrEqual(t, requests, 4)
}

func TestCandidatesWithoutAContact(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, kind := range []syncer.Kind{syncer.KindTask, syncer.KindNote, syncer.KindAppointment, syncer.KindProject} {
		_, requests, err := f.candidates(t, kind, "", nil)
		require.ErrorIs(t, err, syncer.ErrUnsupported, kind)
		assert.Zero(t, requests)
	}
}

// TestCandidateThatWasMoved: the copy of a task was moved to another contact, and the
// engine lost its store.
func TestCandidateThatWasMoved(t *testing.T) {
	t.Parallel()
	f := start(t)
	ada, bob := f.contact(t), f.contact(t)
	made, err := f.Create(t.Context(), syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, Parent: ada},
		Fields: syncer.Fields{"title": at("Call")}, Twin: "g1"}, "op1")
	require.NoError(t, err)
	require.NoError(t, f.server.EditTask(made.Ref.ID, func(task *pagicotest.Task) { task.ContactID = bob }))
	ids, _, err := f.candidates(t, syncer.KindTask, ada, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{made.Ref.ID}, ids)
}
