package syncer_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// newQuietBench is a bench for a property test.
func newQuietBench(t *rapid.T, change ...func(*syncer.Config)) *bench {
	return buildBench(t, change...)
}

func (b *bench) mustSync(t *rapid.T) *syncer.Report {
	report, err := b.engine.Sync(t.Context(), syncer.SyncOptions{})
	require.NoError(t, err)
	return report
}

func (b *bench) twinOf(t *rapid.T, ref syncer.Ref) syncer.Record {
	rec, err := b.findTwin(ref)
	require.NoError(t, err)
	return rec
}

func TestP7EditBeatsDelete(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := newQuietBench(t, func(c *syncer.Config) { c.Guards.MaxDeletePercent, c.Guards.EmptyFrom = 100, 100 })
		type fate struct{ editGHL, editPagico, killGHL, killPagico bool }
		fates := map[string]fate{}
		type pair struct{ ghl, pagico syncer.Ref }
		pairs := map[string]pair{}
		for i := range rapid.IntRange(1, 5).Draw(t, "tasks") {
			_, task := b.seed()
			uid := "task " + strconv.Itoa(i)
			b.ghl.Edit(task, syncer.Fields{"title": text(uid)})
			pairs[uid] = pair{ghl: task}
		}
		b.mustSync(t)
		for uid, p := range pairs {
			p.pagico = b.twinOf(t, p.ghl).Ref
			pairs[uid] = p
		}
		for i := range len(pairs) {
			uid := "task " + strconv.Itoa(i)
			f := fate{rapid.Bool().Draw(t, "edit ghl"), rapid.Bool().Draw(t, "edit pagico"), rapid.Bool().Draw(t, "delete ghl"), rapid.Bool().Draw(t, "delete pagico")}
			fates[uid] = f
			if f.editGHL {
				b.ghl.Edit(pairs[uid].ghl, syncer.Fields{"dueDate": text("2026-12-01T00:00:00Z")})
			}
			if f.editPagico {
				b.pagico.Edit(pairs[uid].pagico, syncer.Fields{"dueDate": text("2026-12-02T00:00:00Z")})
			}
			if f.killGHL {
				b.ghl.Remove(pairs[uid].ghl)
			}
			if f.killPagico {
				b.pagico.Remove(pairs[uid].pagico)
			}
		}
		b.mustSync(t)
		b.mustSync(t)
		there := func(all []syncer.Record, uid string) (n int) {
			for _, rec := range all {
				if rec.Fields["title"].AsText() == uid {
					n++
				}
			}
			return n
		}
		for uid, f := range fates {
			lives := 1
			if f.killGHL && f.killPagico || f.killGHL && !f.editPagico || f.killPagico && !f.editGHL {
				lives = 0
			}
			require.Equal(t, lives, there(b.ghl.All(syncer.KindTask), uid), "%s on ghl: %+v", uid, f)
			require.Equal(t, lives, there(b.pagico.All(syncer.KindTask), uid), "%s on pagico: %+v", uid, f)
		}
	})
}

func TestP8DeletesNeverPassTheGuard(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(-1, 12).Draw(t, "most")
		percent := rapid.IntRange(1, 100).Draw(t, "percent")
		b := newQuietBench(t, func(c *syncer.Config) {
			c.Guards = syncer.Guards{MaxDeletes: most, MaxDeletePercent: percent, EmptyFrom: 1000}
		})
		total := rapid.IntRange(1, 30).Draw(t, "tasks")
		var tasks []syncer.Ref
		for range total {
			_, task := b.seed()
			tasks = append(tasks, task)
		}
		b.mustSync(t)
		gone := rapid.IntRange(0, total).Draw(t, "deleted")
		for _, task := range tasks[:gone] {
			if rapid.Bool().Draw(t, "side") {
				b.ghl.Remove(task)
			} else {
				b.pagico.Remove(b.twinOf(t, task).Ref)
			}
		}
		writes := b.ghl.Writes() + b.pagico.Writes()
		_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{})
		limit := most
		switch { // as Guards documents it
		case most == 0:
			limit = 100
		case most < 0:
			limit = 0
		}
		tooMany := gone > limit || gone >= 10 && gone*100 > total*percent
		if !tooMany {
			require.NoError(t, err, "%d of %d, at most %d or %d %%", gone, total, most, percent)
			return
		}
		var halt *syncer.HaltError
		require.ErrorAs(t, err, &halt)
		require.True(t, halt.Has(syncer.HaltMassDelete))
		require.Equal(t, writes, b.ghl.Writes()+b.pagico.Writes(), "a halted pass writes nothing")
		_, err = b.engine.Sync(t.Context(), syncer.SyncOptions{Override: []syncer.HaltCode{syncer.HaltMassDelete}})
		require.NoError(t, err)
		require.Len(t, b.ghl.All(syncer.KindTask), total-gone)
	})
}

// TestP20ConnectionsNeverMix runs two connections with the same record ids on
// one store: each ends just as it does alone.
func TestP20ConnectionsNeverMix(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		script := rapid.SliceOfN(rapid.Custom(drawAction), 1, 10).Draw(t, "script")
		run := func(s *sim, between func()) []string {
			for _, a := range script {
				s.users.act(a, nil)
				s.pass(nil)
				between()
			}
			var shown []string
			for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
				for _, rec := range s.service(side).All(syncer.KindTask) {
					shown = append(shown, rec.Ref.String()+" "+rec.Ref.Parent+" "+rec.Fields["title"].String())
				}
			}
			return shown
		}
		alone := run(newPlainSim(t, memstore.New(), "one"), func() {})
		shared := memstore.New()
		other := newPlainSim(t, shared, "two")
		among := run(newPlainSim(t, shared, "one"), func() {
			other.users.act(action{what: "add"}, nil)
			other.users.act(action{what: "edit", side: 1, pick: 1}, nil)
			other.pass(nil)
		})
		require.Equal(t, alone, among)
		other.settle()
	})
}

// newPlainSim is a simulation in which nothing is drawn.
func newPlainSim(t *rapid.T, store *memstore.Store, conn syncer.ConnectionID) *sim {
	s := &sim{t: t, clock: &ticker{}, store: store}
	b := buildBench(t)
	s.ghl, s.pagico = b.ghl, b.pagico
	s.cfg = b.cfg
	s.cfg.Connection, s.cfg.Flows = conn, slices.Clone(b.cfg.Flows)
	for i := range s.cfg.Flows {
		s.cfg.Flows[i].Rules.Fields = append(slices.Clone(s.cfg.Flows[i].Rules.Fields), merge.Field{Name: "uid"})
	}
	s.cfg.Guards = syncer.Guards{MaxDeletes: 1000, MaxDeletePercent: 100, EmptyFrom: 1000}
	s.begin()
	s.users.addContact(syncer.GHL, false)
	return s
}

// TestP22BoundedCallsPerChange counts what one change costs beyond the listings.
func TestP22BoundedCallsPerChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change      func(b *bench, task, twin syncer.Ref)
		ghl, pagico int // calls beyond identify and the listings
	}{
		"nothing":        {func(*bench, syncer.Ref, syncer.Ref) {}, 0, 0},
		"edit on ghl":    {func(b *bench, task, _ syncer.Ref) { b.ghl.Edit(task, syncer.Fields{"title": text("new")}) }, 0, 1},
		"edit on pagico": {func(b *bench, _, twin syncer.Ref) { b.pagico.Edit(twin, syncer.Fields{"title": text("new")}) }, 2, 0},
		"both": {func(b *bench, task, twin syncer.Ref) {
			b.ghl.Edit(task, syncer.Fields{"title": text("new")})
			b.pagico.Edit(twin, syncer.Fields{"status": text("started")})
		}, 1, 1},
		"new on ghl":     {func(b *bench, _, _ syncer.Ref) { b.seed() }, 0, 2},
		"deleted on ghl": {func(b *bench, task, _ syncer.Ref) { b.ghl.Remove(task) }, 1, 2},
		// On Pagico: the proof, and a look at the contact it belonged to.
		"deleted on pagico": {func(b *bench, _, twin syncer.Ref) { b.pagico.Remove(twin) }, 2, 2},
		"other rules":       {func(b *bench, _, _ syncer.Ref) { b.restart(func(c *syncer.Config) { c.Flows[1].Version = "2" }) }, 0, 0},
	} {
		b := newBench(t)
		_, task := b.seed()
		b.sync()
		b.sync()
		twin := b.twin(task).Ref
		ghl, pagico := len(b.ghl.Calls()), len(b.pagico.Calls())
		c.change(b, task, twin)
		b.sync()
		require.Equal(t, c.ghl, len(b.ghl.Calls())-ghl-3, "%s: ghl %v", name, b.ghl.Calls()[ghl:])
		require.Equal(t, c.pagico, len(b.pagico.Calls())-pagico-3, "%s: pagico %v", name, b.pagico.Calls()[pagico:])
	}
}
