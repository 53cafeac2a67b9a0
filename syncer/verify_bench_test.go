//go:build unix

package syncer_test

import (
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// restart replaces the engine by one whose rules changed.
func (m *passBench) restart(b *testing.B, version int) {
	b.Helper()
	m.cfg.Flows[0].Version = strconv.Itoa(version)
	var err error
	m.engine, err = syncer.New(m.cfg)
	require.NoError(b, err)
}

// BenchmarkCompare measures what compares every pair in full: Verify, and the pass
// after the rules changed ("rescan"), over pairs on SQLite that are in step, but for
// one record in a hundred in "drifted". The figures are those of BenchmarkPass.
func BenchmarkCompare(b *testing.B) {
	for _, records := range []int{1_000, 10_000, 50_000} {
		b.Run(strconv.Itoa(records), func(b *testing.B) {
			m := newPassBench(b, records)
			m.pass(b, records)
			b.Run("verify", func(b *testing.B) { m.compare(b, m.verify) })
			b.Run("rescan", func(b *testing.B) {
				version := 0
				m.compare(b, func(b *testing.B) {
					version++
					m.restart(b, version)
					m.pass(b, 0)
				})
			})
			m.edit(true, true)
			b.Run("drifted", func(b *testing.B) { m.compare(b, m.verify) })
		})
	}
}

// compare runs full comparisons.
func (m *passBench) compare(b *testing.B, run func(*testing.B)) {
	b.Helper()
	b.ReportAllocs()
	runtime.GC()
	m.worked, m.peak = 0, 0
	for b.Loop() {
		run(b)
	}
	m.report(b)
}

// verify makes one receipt.
func (m *passBench) verify(b *testing.B) {
	b.Helper()
	began := worked(b)
	receipt, err := m.engine.Verify(b.Context())
	m.worked += worked(b) - began
	require.NoError(b, err)
	require.Equal(b, m.ghl.own, receipt.Pairs)
}
