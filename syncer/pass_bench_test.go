//go:build unix

package syncer_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

// shelf is a service that costs next to nothing, so that a benchmark measures
// the engine and its store: it makes its records up while they are listed, and
// keeps the titles that were written only.
type shelf struct {
	side syncer.Side
	own  int // records that people made, with ids from 0

	mu     sync.Mutex
	copies []string          // ids of the other side's records that were copied here
	titles map[string]string // by id
}

func (s *shelf) Side() syncer.Side { return s.side }

func (s *shelf) Kinds() []syncer.Kind { return []syncer.Kind{syncer.KindTask} }

func (s *shelf) Identify(context.Context) (syncer.SourceID, error) {
	return syncer.SourceID(s.side) + ":shelf", nil
}

// show returns the record with an id; a copy's id is that of its twin with a
// "c" in front.
func (s *shelf) show(id string) syncer.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	number, copied := strings.CutPrefix(id, "c")
	rec := syncer.Record{Ref: syncer.Ref{Side: s.side, Kind: syncer.KindTask, ID: id}, Fields: syncer.Fields{
		"title":    merge.Text(cmp.Or(s.titles[id], "Call back about offer "+number)),
		"body":     merge.Text("They asked for a second price, with delivery before the end of the month.\nSee the notes."),
		"dueDate":  merge.Text("2026-03-04T09:00:00Z"),
		"status":   merge.Text("open"),
		"assignee": merge.Text("ann@example.com"),
	}}
	if copied {
		rec.Twin = number
	}
	return rec
}

func (s *shelf) Changes(context.Context, syncer.Kind, syncer.Cursor) *syncer.Feed {
	return &syncer.Feed{All: func(yield func(syncer.Record, error) bool) {
		for i := range s.own {
			if !yield(s.show(strconv.Itoa(i)), nil) {
				return
			}
		}
		for _, twin := range s.copies {
			if !yield(s.show("c"+twin), nil) {
				return
			}
		}
	}}
}

func (s *shelf) Get(_ context.Context, ref syncer.Ref) (syncer.Record, error) {
	return s.show(ref.ID), nil
}

func (s *shelf) Create(_ context.Context, rec syncer.Record, _ syncer.OpID) (syncer.Record, error) {
	s.mu.Lock()
	s.copies = append(s.copies, rec.Twin)
	s.mu.Unlock()
	return s.show("c" + rec.Twin), nil
}

func (s *shelf) Update(_ context.Context, current syncer.Record, set syncer.Fields, _ syncer.OpID) (syncer.Record, error) {
	s.rename(current.Ref.ID, set["title"].AsText())
	return s.show(current.Ref.ID), nil
}

func (s *shelf) Delete(context.Context, syncer.Record, syncer.OpID) error {
	return syncer.ErrUnsupported
}

func (s *shelf) Find(context.Context, syncer.Probe) ([]syncer.Record, error) {
	return nil, syncer.ErrUnsupported
}

func (s *shelf) rename(id, title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.titles[id] = title
}

// passBench is a connection on SQLite that is measured.
type passBench struct {
	ghl, pagico *shelf
	cfg         syncer.Config
	engine      *syncer.Engine
	edits       int
	peak        uint64 // of the heap
	worked      time.Duration
}

func newPassBench(b *testing.B, records int) *passBench {
	b.Helper()
	db, err := sql.Open("sqlite", sqlstore.SQLiteDSN(filepath.Join(b.TempDir(), "state.db")))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	store, err := sqlstore.New(b.Context(), db, sqlstore.SQLite)
	require.NoError(b, err)
	m := &passBench{ghl: &shelf{side: syncer.GHL, own: records, titles: map[string]string{}},
		pagico: &shelf{side: syncer.Pagico, titles: map[string]string{}}}
	m.cfg = syncer.Config{Connection: "bench", GHL: m.ghl, Pagico: m.pagico, Store: store,
		Guards: syncer.Guards{MaxFirstCreates: records},
		Flows: []syncer.Flow{{Kind: syncer.KindTask, Rules: merge.Rules{Fields: []merge.Field{
			{Name: "title"}, {Name: "body"}, {Name: "dueDate"}, {Name: "status"}, {Name: "assignee"},
		}}}},
		Progress: func(syncer.Progress) { m.peak = max(m.peak, heap()) }}
	m.engine, err = syncer.New(m.cfg)
	require.NoError(b, err)
	return m
}

// heap is the memory that objects take, those that are not collected yet
// included.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// worked is the processor time of the process so far, in all threads, in its
// own code and in the kernel's.
func worked(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// edit renames one record in a hundred, as a person would: on GHL, and others
// on Pagico.
func (m *passBench) edit(onGHL, onPagico bool) (edited int) {
	m.edits++
	for i := 0; i < m.ghl.own; i += 50 {
		switch id := strconv.Itoa(i); {
		case i%100 == 0 && onGHL:
			m.ghl.rename(id, fmt.Sprintf("%s, edit %d", id, m.edits))
			edited++
		case i%100 == 50 && onPagico:
			m.pagico.rename("c"+id, fmt.Sprintf("%s, edit %d", id, m.edits))
			edited++
		}
	}
	return edited
}

// pass runs one pass, which must make so many writes.
func (m *passBench) pass(b *testing.B, writes int) {
	b.Helper()
	began := worked(b)
	report, err := m.engine.Sync(b.Context(), syncer.SyncOptions{})
	m.worked += worked(b) - began
	require.NoError(b, err)
	require.True(b, report.Settled())
	require.Equal(b, writes, report.Writes)
}

// measure runs passes after edits.
func (m *passBench) measure(b *testing.B, onGHL, onPagico bool) {
	b.Helper()
	b.ReportAllocs()
	runtime.GC()
	m.worked, m.peak = 0, 0
	for b.Loop() {
		b.StopTimer()
		edited := m.edit(onGHL, onPagico)
		b.StartTimer()
		m.pass(b, edited)
	}
	m.report(b)
}

func (m *passBench) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(float64(m.worked.Nanoseconds())/1e3/float64(b.N)/float64(m.ghl.own), "cpu-µs/pair")
	b.ReportMetric(float64(m.peak)/(1<<20), "peak-MB")
}

// BenchmarkPass measures passes over pairs of tasks on SQLite: the first, which
// copies all of them; one with nothing to do; and one after one record in a
// hundred was renamed, on one side, or on both in different records. cpu-µs/pair
// counts all threads and hardly depends on what else the machine does; peak-MB is
// the heap with what is not collected yet.
func BenchmarkPass(b *testing.B) {
	for _, records := range []int{1_000, 10_000, 50_000} {
		b.Run(strconv.Itoa(records), func(b *testing.B) {
			b.Run("first", func(b *testing.B) {
				b.ReportAllocs()
				total := time.Duration(0)
				var m *passBench
				for b.Loop() {
					b.StopTimer()
					m = newPassBench(b, records)
					b.StartTimer()
					m.pass(b, records)
					total += m.worked
				}
				m.worked = total
				m.report(b)
			})
			m := newPassBench(b, records)
			m.pass(b, records)
			b.Run("quiet", func(b *testing.B) { m.measure(b, false, false) })
			b.Run("one-side", func(b *testing.B) { m.measure(b, true, false) })
			b.Run("both-sides", func(b *testing.B) { m.measure(b, true, true) })
		})
	}
}
