package syncer_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

// stores are where the engine keeps its state in benchmarks.
var stores = map[string]func(*testing.B) syncer.Store{
	"memstore": func(*testing.B) syncer.Store { return memstore.New() },
	"sqlite": func(b *testing.B) syncer.Store {
		b.Helper()
		db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(filepath.Join(b.TempDir(), "sync.db")))
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, db.Close()) })
		s, err := sqlstore.New(b.Context(), db, sqlstore.SQLite)
		require.NoError(b, err)
		return s
	},
}

// crowd is a bench with n pairs of realistic tasks under one contact per ten.
func crowd(b *testing.B, store syncer.Store, n int) *bench {
	b.Helper()
	w := buildBench(b, func(c *syncer.Config) {
		c.Store, c.Workers, c.Guards.MaxFirstCreates = store, 4, 200_000
		now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		c.Now = func() time.Time { return now }
	})
	w.store = store
	contact := syncer.Ref{}
	for i := range n {
		if i%10 == 0 {
			contact = w.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text(fmt.Sprint("Ada ", i)), "email": text(fmt.Sprintf("ada%d@example.com", i))})
		}
		w.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text(fmt.Sprint("Call back about the renewal of contract ", i)),
			"dueDate": text("2026-03-05T10:00:00Z"), "status": text("open"), "assignee": text("ann@example.com"),
			"body": text("Ask for Ann; she has the papers.\nThen send the offer."), "tags": merge.Set("vip", "renewal")})
	}
	return w
}

func (b *bench) benchSync(t *testing.B) {
	t.Helper()
	_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{Override: []syncer.HaltCode{syncer.HaltMassDelete}})
	require.NoError(t, err)
}

// eachCrowd runs a benchmark for every store and size; the reported time per
// record counts both records of each pair.
func eachCrowd(b *testing.B, run func(b *testing.B, w *bench, n int)) {
	for name, open := range stores {
		for _, n := range []int{1000, 10_000, 50_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				w := crowd(b, open(b), n)
				b.ReportAllocs()
				run(b, w, n)
				records := float64(2 * (n + n/10))
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
			})
		}
	}
}

// BenchmarkNoop is a pass over pairs that are in step.
func BenchmarkNoop(b *testing.B) {
	eachCrowd(b, func(b *testing.B, w *bench, _ int) {
		w.benchSync(b)
		runtime.GC()
		for b.Loop() {
			w.benchSync(b)
		}
	})
}

// BenchmarkOnePercent changes one record in a hundred on one side, or one field
// of each on both.
func BenchmarkOnePercent(b *testing.B) {
	for _, both := range []bool{false, true} {
		b.Run(map[bool]string{false: "one side", true: "both sides"}[both], func(b *testing.B) {
			eachCrowd(b, func(b *testing.B, w *bench, n int) {
				w.benchSync(b)
				ghl, pagico := w.ghl.All(syncer.KindTask), w.pagico.All(syncer.KindTask)
				round := 0
				for b.Loop() {
					b.StopTimer()
					round++
					for i := 0; i < n; i += 100 {
						w.ghl.Edit(ghl[i].Ref, syncer.Fields{"title": text(fmt.Sprint("title ", round))})
						if both {
							w.pagico.Edit(pagico[i].Ref, syncer.Fields{"status": text(fmt.Sprint("status ", round))})
						}
					}
					b.StartTimer()
					w.benchSync(b)
				}
			})
		})
	}
}

// BenchmarkFirst copies everything to an empty side.
func BenchmarkFirst(b *testing.B) {
	for name, open := range stores {
		for _, n := range []int{1000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					w := crowd(b, open(b), n)
					b.StartTimer()
					w.benchSync(b)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n+n/10), "ns/create")
			})
		}
	}
}
