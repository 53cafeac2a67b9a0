package memstore_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/storetest"
)

const home syncer.ConnectionID = "home"

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) syncer.Store { return memstore.New() }, storetest.Features{})
}

// note appends an entry, stores a link and sets a value, all numbered.
func note(t testing.TB, s syncer.Store, n int) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), home, func(tx syncer.Tx) error {
		id := fmt.Sprint(n)
		l := syncer.Link{
			Kind: syncer.KindTask, State: syncer.LinkActive,
			GHL:    syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: "g" + id},
			Pagico: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: "p" + id},
		}
		_, err := tx.AppendAudit(syncer.AuditEntry{Action: "link", Reason: id, Outcome: "done", Actor: "engine"})
		return errors.Join(err, tx.PutLink(&l), tx.SetState("n", []byte(id)))
	}))
}

// notes reads back the reasons of the log, and checks that all else fits them.
func notes(t testing.TB, s syncer.Store) []string {
	t.Helper()
	var reasons []string
	require.NoError(t, s.View(t.Context(), home, func(tx syncer.Tx) error {
		require.NoError(t, syncer.VerifyAudit(tx.Audit(0)))
		for e, err := range tx.Audit(0) {
			require.NoError(t, err)
			reasons = append(reasons, e.Reason)
		}
		var linked []string
		for l, err := range tx.Links(syncer.KindTask, 0) {
			require.NoError(t, err)
			linked = append(linked, l.GHL.ID[1:])
		}
		assert.Equal(t, reasons, linked)
		if len(reasons) > 0 {
			value, err := tx.State("n")
			require.NoError(t, err)
			assert.Equal(t, reasons[len(reasons)-1], string(value))
		}
		return nil
	}))
	return reasons
}

func TestSnapshotsNeverChange(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	empty := s.Snapshot()
	first := []string{"1", "2", "3", "4", "5"} // enough for the log's array to have room behind its end
	for n := range first {
		note(t, s, n+1)
	}
	five := s.Snapshot()
	note(t, s, 6)
	note(t, s, 7)
	seven := s.Snapshot()

	s.Restore(five)
	assert.Equal(t, first, notes(t, s))
	note(t, s, 8) // takes the place that entry 6 had
	six := s.Snapshot()
	copied := memstore.New()
	copied.Restore(five)
	note(t, copied, 9)

	all := append(slices.Clone(first), "6", "7")
	for _, c := range []struct {
		snap memstore.Snapshot
		want []string
	}{
		{seven, all}, {six, append(slices.Clone(first), "8")}, {five, first}, {empty, nil}, {memstore.Snapshot{}, nil}, {seven, all},
	} {
		s.Restore(c.snap)
		assert.Equal(t, c.want, notes(t, s))
	}
	assert.Equal(t, append(slices.Clone(first), "9"), notes(t, copied))
}

func TestRestoreFreesLocks(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	dead, err := s.Lock(t.Context(), home)
	require.NoError(t, err)
	s.Restore(s.Snapshot())
	release, err := s.Lock(t.Context(), home)
	require.NoError(t, err)
	require.NoError(t, dead(), "the engine that died releases late")
	_, err = s.Lock(t.Context(), home)
	require.ErrorIs(t, err, syncer.ErrLocked)
	require.NoError(t, release())
}

func TestViewDoesNotHoldUpUpdates(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	for n := range 300 {
		note(t, s, n)
	}
	require.NoError(t, s.View(t.Context(), home, func(tx syncer.Tx) error {
		seen := 0
		for _, err := range tx.Links(syncer.KindTask, 0) {
			require.NoError(t, err)
			done := make(chan struct{})
			go func() {
				defer close(done)
				note(t, s, 1000+seen)
			}()
			<-done
			seen++
		}
		assert.Equal(t, 300, seen)
		n, err := tx.CountLinks(syncer.KindTask, syncer.LinkActive)
		assert.Equal(t, 300, n)
		return err
	}))
	assert.Len(t, notes(t, s), 600)
}

// fill stores n links.
func fill(b *testing.B, s syncer.Store, n int) {
	b.Helper()
	for at := 0; at < n; at += 500 {
		require.NoError(b, s.Update(b.Context(), home, func(tx syncer.Tx) error {
			for i := at; i < at+500; i++ {
				l := syncer.Link{
					Kind: syncer.KindTask, State: syncer.LinkActive,
					GHL:    syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: fmt.Sprintf("g%d", i)},
					Pagico: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: fmt.Sprintf("p%d", i)},
				}
				if err := tx.PutLink(&l); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// BenchmarkHeads asks for the heads of 500 of 50,000 records.
func BenchmarkHeads(b *testing.B) {
	s := memstore.New()
	fill(b, s, 50_000)
	ids := make([]string, 500)
	for i := range ids {
		ids[i] = fmt.Sprintf("g%d", i*97)
	}
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, s.View(b.Context(), home, func(tx syncer.Tx) error {
			_, err := tx.Heads(syncer.GHL, syncer.KindTask, ids)
			return err
		}))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(ids)), "ns/id")
}

// BenchmarkUpdate changes one of 50,000 links and appends to the log.
func BenchmarkUpdate(b *testing.B) {
	s := memstore.New()
	fill(b, s, 50_000)
	runtime.GC()
	b.ReportAllocs()
	n := syncer.LinkID(0)
	for b.Loop() {
		n = n%50_000 + 1
		require.NoError(b, s.Update(b.Context(), home, func(tx syncer.Tx) error {
			l, err := tx.Link(n)
			if err != nil {
				return err
			}
			l.SeenGHL[0]++
			_, err = tx.AppendAudit(syncer.AuditEntry{Action: "update", Link: n, Outcome: "done", Actor: "engine"})
			return errors.Join(err, tx.PutLink(&l))
		}))
	}
}
