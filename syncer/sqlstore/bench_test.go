package sqlstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// realistic returns the link of two tasks that are in step.
func realistic(n int) syncer.Link {
	same := func(v merge.Value) merge.Base { return merge.Base{GHL: v, Pagico: v} }
	return syncer.Link{
		Kind: syncer.KindTask, State: syncer.LinkActive, Origin: syncer.GHL,
		GHL:    syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: fmt.Sprintf("g%d", n), Parent: "0Hb4kFqk2n3mZ9sYtQ1x"},
		Pagico: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: fmt.Sprintf("p%d", n)},
		Base: map[string]merge.Base{
			"title":    same(merge.Text("Call back about the renewal of the contract")),
			"body":     {GHL: merge.Text("<p>Ask for <b>Ann</b>; she has the papers.</p>"), Pagico: merge.Text("Ask for Ann; she has the papers.")},
			"due":      same(merge.Instant(time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC))),
			"status":   {GHL: merge.Bool(false), Pagico: merge.Text("inProgress")},
			"assignee": same(merge.Text("ann@example.com")),
			"tags":     same(merge.Set("vip", "renewal")),
		},
		SeenGHL: merge.Hash{1, byte(n & 0xff)}, SeenPagico: merge.Hash{2, byte(n & 0xff)},
		SyncedAt: time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC),
	}
}

// BenchmarkHeads asks for the heads of 50,000 records, 500 at a time.
func BenchmarkHeads(b *testing.B) {
	const links = 50_000
	s, _ := openFile(b, newFile(b))
	put(b, s, links)
	b.ReportAllocs()
	for b.Loop() {
		for at := 0; at < links; at += 500 {
			ids := make([]string, 0, 500)
			for i := at; i < at+500; i++ {
				ids = append(ids, fmt.Sprintf("g%d", (i*7919)%links))
			}
			require.NoError(b, s.View(b.Context(), home, func(tx syncer.Tx) error {
				heads, err := tx.Heads(syncer.GHL, syncer.KindTask, ids)
				require.Len(b, heads, 500)
				return err
			}))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*links), "ns/id")
}

// BenchmarkLinks reads 10,000 links in full.
func BenchmarkLinks(b *testing.B) {
	const links = 10_000
	s, _ := openFile(b, newFile(b))
	put(b, s, links)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, s.View(b.Context(), home, func(tx syncer.Tx) error {
			n := 0
			for _, err := range tx.Links(syncer.KindTask, 0) {
				if err != nil {
					return err
				}
				n++
			}
			require.Equal(b, links, n)
			return nil
		}))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*links), "ns/link")
}

// BenchmarkUpdate stores one link and one audit entry per transaction, as the
// engine does after each write.
func BenchmarkUpdate(b *testing.B) {
	s, _ := openFile(b, newFile(b))
	put(b, s, 1000)
	n := 1000
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, s.Update(b.Context(), home, func(tx syncer.Tx) error { return putOne(tx, n) }))
		n++
	}
}

// BenchmarkOpen opens a file of 50,000 links, which includes reading it whole.
func BenchmarkOpen(b *testing.B) {
	path := newFile(b)
	s, _ := openFile(b, path)
	put(b, s, 50_000)
	for b.Loop() {
		openFile(b, path)
	}
}
