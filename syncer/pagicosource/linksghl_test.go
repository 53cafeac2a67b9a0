package pagicosource_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlsource"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// TestLinksFromARealLocation goes from GHL's API, with its search index and its
// HTML, to links.
func TestLinksFromARealLocation(t *testing.T) {
	t.Parallel()
	server := ghltest.New(ghltest.NoLimits())
	client, err := ghl.New(ghl.WithToken(server.Token()), ghl.WithBaseURL(server.URL()), ghl.WithHTTPClient(server.Client()),
		ghl.WithLimits(ghl.NoLimits()))
	require.NoError(t, err)
	source, err := ghlsource.New(client, server.LocationID())
	require.NoError(t, err)
	contact := server.AddContact(ghltest.Contact{FirstName: "Ada"})
	task := server.AddTask(ghltest.Task{ContactID: contact.ID, Title: "Call & confirm", Body: "<p>Ask for <b>Müller</b></p>",
		DueDate: time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)})
	server.AddTask(ghltest.Task{ContactID: contact.ID, Title: "Done", DueDate: time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC), Completed: true})
	note := server.AddNote(ghltest.Note{ContactID: contact.ID, Body: "Met Ada"})

	o := newOneWay(t, source, memstore.New(), filepath.Join(t.TempDir(), "ledger"), &app{})
	require.True(t, o.sync(t).Settled())
	require.Len(t, o.app.links, 2)
	assert.Equal(t, "pagico://addTask?title=Call%20%26%20confirm&notes=Ask%20for%20M%C3%BCller%0A%0A%5Bghl%3A"+task.ID+
		"%5D&due=2026-07-01%2010%3A00", string(o.app.links[0]))
	command, err := urlscheme.Parse(string(o.app.links[1]))
	require.NoError(t, err)
	id, ok := urlscheme.FindMarker(command.Get("body"))
	assert.True(t, ok)
	assert.Equal(t, note.ID, id)

	writes := func() int {
		n := 0
		for _, r := range server.Requests() {
			if r.Method == "PUT" || r.Method == "DELETE" {
				n++
			}
		}
		return n
	}
	require.True(t, o.sync(t).Settled())
	require.NoError(t, server.EditTask(task.ID, func(x *ghltest.Task) { x.Completed, x.Status = true, "completed" }))
	report := o.sync(t)
	assert.Equal(t, 1, report.Parked)
	require.NoError(t, server.DeleteTask(task.ID))
	report = o.sync(t)
	assert.Equal(t, 1, report.Total().Unlinked)
	assert.True(t, report.Settled())
	assert.Len(t, o.app.links, 2)
	assert.Zero(t, writes(), "GHL is never written to")
}

func TestDoubtIsKnownWithoutTheStoreToo(t *testing.T) {
	t.Parallel()
	service := syncertest.NewService(syncer.GHL)
	addTasks(service, 1)
	ledger := filepath.Join(t.TempDir(), "ledger")
	a := &app{err: errors.New("exit status 1")}
	newOneWay(t, service, memstore.New(), ledger, a).sync(t)
	a.err = nil
	o := newOneWay(t, service, memstore.New(), ledger, a)
	for range 2 {
		report := o.sync(t)
		assert.False(t, report.Settled())
		assert.NotEmpty(t, report.Failures)
	}
	assert.Len(t, a.links, 1)
	doubtful, err := o.links.Doubtful(t.Context())
	require.NoError(t, err)
	require.Len(t, doubtful, 1)
	require.NoError(t, o.links.Confirm(t.Context(), doubtful[0].Ref))
	assert.Equal(t, 1, o.sync(t).Total().Adopted)
	assert.True(t, o.sync(t).Settled())
	assert.Len(t, a.links, 1)
}

func TestResendInDoubtKeepsTheLink(t *testing.T) {
	t.Parallel()
	service := syncertest.NewService(syncer.GHL)
	ref := addTasks(service, 1)[0]
	o := newOneWay(t, service, memstore.New(), filepath.Join(t.TempDir(), "ledger"), &app{})
	o.sync(t)
	require.True(t, service.Edit(ref, syncer.Fields{"title": merge.Text("Renamed")}))
	assert.Equal(t, 1, o.sync(t).Parked)
	o.app.err = errors.New("exit status 1")
	rec, err := service.Get(t.Context(), ref)
	require.NoError(t, err)
	_, err = o.links.Resend(t.Context(), newTask(ref.ID, rec.Fields))
	require.ErrorIs(t, err, syncer.ErrUncertain)
	for range 2 {
		report := o.sync(t)
		assert.Zero(t, report.Total().Unlinked, "a record that is not listed is not taken for deleted")
		assert.Zero(t, report.Writes)
		assert.Len(t, o.parked(t, ref), 1)
	}
	require.NoError(t, o.links.Confirm(t.Context(), syncer.Ref{ID: "ghl:loc_1:task:" + ref.ID}))
	assert.True(t, o.sync(t).Settled())
	assert.Empty(t, o.parked(t, ref))
}
