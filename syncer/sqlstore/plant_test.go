package sqlstore_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// plant is two services in memory; engines on databases are put between them.
type plant struct{ ghl, pagico *syncertest.Service }

func newPlant() plant {
	return plant{syncertest.NewService(syncer.GHL), syncertest.NewService(syncer.Pagico, syncertest.WithKeyedCreates())}
}

// grow makes contacts with a task each on GHL.
func (p plant) grow(from, to int) {
	for n := from; n < to; n++ {
		c := p.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": merge.Text(fmt.Sprint("Contact ", n))})
		p.ghl.Add(syncer.KindTask, c.ID, syncer.Fields{"title": merge.Text(fmt.Sprint("Task ", n)), "status": merge.Text("open")})
	}
}

// engine puts an engine between the services.
func (p plant) engine(store syncer.Store) (*syncer.Engine, error) {
	by := func(field string) func(syncer.Record, string) []syncer.MatchKey {
		return func(rec syncer.Record, parent string) []syncer.MatchKey {
			return []syncer.MatchKey{{Text: parent + "|" + rec.Fields[field].AsText()}}
		}
	}
	return syncer.New(syncer.Config{Connection: home, GHL: p.ghl, Pagico: p.pagico, Store: store, Workers: 1, Settle: -1,
		Flows: []syncer.Flow{
			{Kind: syncer.KindContact, Rules: merge.Rules{Direction: merge.GHLToPagico, Fields: []merge.Field{{Name: "name"}}}, Match: by("name")},
			{Kind: syncer.KindTask, Parent: syncer.KindContact, NeedsParent: []syncer.Side{syncer.GHL}, Match: by("title"),
				Rules: merge.Rules{Fields: []merge.Field{{Name: "title"}, {Name: "status", Policy: merge.PagicoWins}}}},
		}})
}

// pass runs one pass on the store.
func (p plant) pass(t testing.TB, store syncer.Store) error {
	t.Helper()
	e, err := p.engine(store)
	require.NoError(t, err)
	_, err = e.Sync(t.Context(), syncer.SyncOptions{})
	return err
}

// shown is what people see on a side.
func (p plant) shown(side syncer.Side) (all []string) {
	service := p.ghl
	if side == syncer.Pagico {
		service = p.pagico
	}
	for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask} {
		for _, rec := range service.All(kind) {
			line := string(kind)
			for _, name := range slices.Sorted(maps.Keys(rec.Fields)) {
				line += " " + name + "=" + rec.Fields[name].AsText()
			}
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}

// requireSettled expects that both sides show the same number of records and the same
// content, and that another pass has nothing to do.
func (p plant) requireSettled(t testing.TB, store syncer.Store, contacts int) {
	t.Helper()
	for range 3 {
		require.NoError(t, p.pass(t, store))
	}
	writes := p.ghl.Writes() + p.pagico.Writes()
	e, err := p.engine(store)
	require.NoError(t, err)
	report, err := e.Sync(t.Context(), syncer.SyncOptions{})
	require.NoError(t, err)
	require.True(t, report.Settled(), "%v", report)
	require.Equal(t, writes, p.ghl.Writes()+p.pagico.Writes())
	require.Equal(t, p.shown(syncer.GHL), p.shown(syncer.Pagico), "nothing lost, nothing doubled")
	require.Len(t, p.ghl.All(syncer.KindContact), contacts)
	require.Len(t, p.ghl.All(syncer.KindTask), contacts)
}
