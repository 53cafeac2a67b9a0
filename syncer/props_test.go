package syncer_test

import (
	"testing"

	"pgregory.net/rapid"
)

func TestP1ConvergesInABoundedNumberOfPasses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		s.settle()
		s.checkInStep()
	})
}

func TestP2SecondPassWritesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		s.settle()
		s.checkQuiet()
	})
}

func TestP3NoEditIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		s.settle()
		s.checkNoEditIsLost()
	})
}

func TestP4NothingAppearsThatNobodyWrote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		s.settle()
		s.checkNoGhosts()
	})
}

func TestP5AtMostOneCreatePerRecord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		s.settle()
		s.checkNoDoubles()
	})
}

func TestP6EveryLiveIntentTakesEffect(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		s.settle()
		s.checkComplete()
	})
}
