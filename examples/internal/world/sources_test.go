package world_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/examples/internal/world"
	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlsource"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
)

// readAll lists every kind of a source, and checks that a read by id shows the
// same as the listing for every tenth record.
func readAll(t *testing.T, s syncer.Source) map[syncer.Kind]map[string]syncer.Record {
	t.Helper()
	_, err := s.Identify(t.Context())
	require.NoError(t, err)
	out := map[syncer.Kind]map[string]syncer.Record{}
	for _, kind := range s.Kinds() {
		out[kind] = map[string]syncer.Record{}
		for rec, err := range s.Changes(t.Context(), kind, "").All {
			require.NoError(t, err)
			require.NotContains(t, out[kind], rec.Ref.ID)
			if !rec.Deleted {
				out[kind][rec.Ref.ID] = rec
			}
		}
	}
	for kind, records := range out {
		n := 0
		for _, rec := range records {
			if n++; n%10 != 0 {
				continue
			}
			read, err := s.Get(t.Context(), rec.Ref)
			require.NoError(t, err)
			assert.Equal(t, rec.Fields, read.Fields, "%s %s", kind, rec.Label)
			assert.Equal(t, rec.Content(), read.Content())
			assert.Equal(t, rec.Ref, read.Ref)
		}
	}
	return out
}

func TestSourcesReadTheWorlds(t *testing.T) {
	t.Parallel()
	const contacts = 200
	w := world.GHL(11, contacts)
	ghlServer := ghltest.New(ghltest.NoLimits())
	ghlServer.Seed(w)
	ghlClient, err := ghl.New(ghl.WithToken(ghlServer.Token()), ghl.WithBaseURL(ghlServer.URL()), ghl.WithHTTPClient(ghlServer.Client()),
		ghl.WithLimits(ghl.NoLimits()))
	require.NoError(t, err)
	left, err := ghlsource.New(ghlClient, ghlServer.LocationID())
	require.NoError(t, err)

	p := world.Pagico(11, w)
	pagicoServer := pagicotest.New()
	require.NoError(t, pagicoServer.Seed(p))
	pagicoClient, err := pagico.New("https://pagico.test"+pagicotest.BasePath, pagico.WithToken(pagicotest.DefaultToken),
		pagico.WithHTTPClient(&http.Client{Transport: pagicoServer.Transport()}))
	require.NoError(t, err)
	right, err := pagicosource.New(pagicoClient, pagicosource.WithLocation(ghlServer.LocationID()))
	require.NoError(t, err)

	ghlRecords, pagicoRecords := readAll(t, left), readAll(t, right)
	assert.Len(t, ghlRecords[syncer.KindContact], contacts)
	assert.Len(t, ghlRecords[syncer.KindTask], len(w.Tasks))
	assert.Len(t, ghlRecords[syncer.KindNote], len(w.Notes))
	assert.Less(t, len(ghlRecords[syncer.KindAppointment]), len(w.Appointments), "some are deleted")
	assert.Len(t, pagicoRecords[syncer.KindTask], len(p.Tasks))
	for _, rec := range ghlRecords[syncer.KindAppointment] {
		assert.Contains(t, ghlRecords[syncer.KindContact], rec.Ref.Parent)
	}
	for _, records := range []map[string]syncer.Record{ghlRecords[syncer.KindContact], pagicoRecords[syncer.KindContact]} {
		for _, rec := range records {
			assert.False(t, rec.Fields["name"].IsNone())
		}
	}
	matchPeople(t, ghlRecords, pagicoRecords)
}

// matchPeople checks that the shared people and their tasks can be recognised by
// what the sources show, and each in one way only.
func matchPeople(t *testing.T, ghlRecords, pagicoRecords map[syncer.Kind]map[string]syncer.Record) {
	t.Helper()
	byKey := map[string]string{}
	for id, rec := range ghlRecords[syncer.KindContact] {
		for _, field := range []string{"email", "phone"} {
			if v := rec.Fields[field]; !v.IsNone() {
				assert.Empty(t, byKey[v.AsText()])
				byKey[v.AsText()] = id
			}
		}
	}
	twins := map[string]string{}
	for id, rec := range pagicoRecords[syncer.KindContact] {
		if twin, ok := byKey[rec.Fields["email"].AsText()]; ok {
			twins[id] = twin
		} else if twin, ok := byKey[rec.Fields["phone"].AsText()]; ok {
			twins[id] = twin
		}
	}
	assert.Greater(t, len(twins), 40)
	assert.Less(t, len(twins), len(pagicoRecords[syncer.KindContact]))
	tasks := map[string]int{}
	for _, rec := range ghlRecords[syncer.KindTask] {
		tasks[rec.Ref.Parent+"|"+rec.Fields["title"].AsText()+"|"+rec.Fields["dueDate"].AsText()]++
	}
	matched, alone := 0, 0
	for _, rec := range pagicoRecords[syncer.KindTask] {
		contact, linked := twins[rec.Ref.Parent]
		switch tasks[contact+"|"+rec.Fields["title"].AsText()+"|"+rec.Fields["dueDate"].AsText()] {
		case 1:
			matched++
		case 0:
			if linked {
				alone++
			}
		default:
			t.Errorf("%s matches more than once", rec.Label)
		}
	}
	assert.Greater(t, matched, 40)
	assert.Equal(t, 20, alone)
}
