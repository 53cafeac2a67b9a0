package ghlpagico_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// The flags of long runs:
//
//	go test ./syncer/ghlpagico -run Sim -sim.seeds 10000 -sim.start 1
var (
	simSeeds = flag.Int("sim.seeds", 240, "number of simulated histories")
	simStart = flag.Uint64("sim.start", 1, "seed of the first one")
)

// TestSim lives through random histories: people edit both services while
// passes run, the services fail, the process dies. Whatever happened, in the end
// nothing may be lost, doubled or unexplained.
func TestSim(t *testing.T) {
	t.Parallel()
	for i := range *simSeeds {
		runSeed(t, *simStart+uint64(i))
	}
}

// TestSimRegressions lives through the histories that once went wrong.
func TestSimRegressions(t *testing.T) {
	t.Parallel()
	for _, r := range simRegressions() {
		t.Run(r.showed, func(t *testing.T) {
			t.Parallel()
			runSeed(t, r.seed)
		})
	}
}

func runSeed(t *testing.T, seed uint64) {
	t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
		t.Parallel()
		defer func() {
			if t.Failed() {
				t.Logf("again: go test ./syncer/ghlpagico -run 'TestSim$' -sim.seeds 1 -sim.start %d", seed)
			}
		}()
		live(t, seed)
	})
}

// live lives through one history and returns its trace.
func live(t *testing.T, seed uint64) (trace string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, seed, flaw{})
		w.history()
		trace = w.trace() + w.story().String()
	})
	return trace
}

// history is all that happens in a world, and its judgement.
func (w *world) history() {
	w.begin()
	for w.round = range w.plan.rounds {
		w.idle()
		w.troubled()
	}
	w.calmDown()
	w.settle()
	newOracle(w).judge()
	w.quiet()
}

// judge is told what is wrong; a [testing.T] is one.
type judge interface {
	require.TestingT
	Helper()
	Context() context.Context
	Fatalf(format string, args ...any)
}

// TestP19SameSeedSameTrace: a seed lived through twice gives the same trace, byte
// for byte: all requests and their answers' status, what people did and saw, how
// each pass ended, both worlds, and the audit log.
func TestP19SameSeedSameTrace(t *testing.T) {
	t.Parallel()
	for i := range uint64(24) {
		seed := 7001 + i
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			first := live(t, seed)
			require.NotEmpty(t, first)
			require.Equal(t, first, live(t, seed))
		})
	}
}

// choices draws from a seed.
type choices struct{ *rand.Rand }

func newChoices(seed, salt uint64) choices { return choices{rand.New(rand.NewPCG(seed, salt))} }

// chance is true with the given probability in percent.
func (c choices) chance(percent int) bool { return c.IntN(100) < percent }

// between draws a number between both, inclusive.
func (c choices) between(lo, hi int) int { return lo + c.IntN(hi-lo+1) }

func oneOf[T any](c choices, of ...T) T { return of[c.IntN(len(of))] }
