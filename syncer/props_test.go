package syncer_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
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

func TestP13CrashAnywhereIsNoWorse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{})
		s.run()
		// The process dies at every call of a pass in turn, until a pass survives.
		after := rapid.Bool().Draw(t, "after the call took effect")
		for at := 0; ; at++ {
			what := troubleCrashBefore
			if after {
				what = troubleCrashAfter
			}
			if rapid.Bool().Draw(t, "in the store") {
				what += troubleStoreBefore - troubleCrashBefore
			}
			old := s.proc
			s.pass([]trouble{{at: at, what: what}})
			if s.proc == old {
				break
			}
		}
		s.settle()
		s.checkAll()
	})
}

func TestP17AuditReplayRebuildsTheLinks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		s.checkReplay() // also in the midst of it
		s.settle()
		s.checkReplay()
	})
}

func TestP9OneWaySourcesAreNeverWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		direction := rapid.SampledFrom([]merge.Direction{merge.GHLToPagico, merge.PagicoToGHL}).Draw(t, "way")
		s := newSim(t, simOptions{faults: true, rules: func(t *rapid.T) merge.Rules {
			r := simRules(t)
			r.Direction = direction
			return r
		}})
		s.run()
		s.settle()
		source, _ := direction.Source()
		for _, c := range s.service(source).Calls() {
			if c.Kind == syncer.KindTask {
				s.must(c.Op != "create" && c.Op != "update" && c.Op != "delete", "%s of %s", c.Op, c.Ref)
			}
		}
		s.checkAll()
	})
}

func TestP10AFieldsOwnerAlwaysWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rules merge.Rules
		s := newSim(t, simOptions{faults: true, rules: func(t *rapid.T) merge.Rules {
			rules = simRules(t)
			rules.Direction = merge.TwoWay
			return rules
		}})
		owner := rules.Fields[len(rules.Fields)-1].Owner
		s.run()
		s.settle()
		for _, c := range s.service(owner).Calls() {
			if c.Op == "update" {
				_, written := c.Set["own"]
				s.must(!written, "the owner is written")
			}
		}
		s.checkInStep()
	})
}

// TestP11OrderAndRepetitionDoNotMatter lets people make edits of different
// fields, and passes run between them at random: the end is always the same.
func TestP11OrderAndRepetitionDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type change struct {
			side  syncer.Side
			task  int
			field string
		}
		var changes []change
		for task := range 3 {
			for _, field := range []string{"title", "dueDate", "status"} {
				if rapid.Bool().Draw(t, "edited") {
					changes = append(changes, change{rapid.SampledFrom([]syncer.Side{syncer.GHL, syncer.Pagico}).Draw(t, "side"), task, field})
				}
			}
		}
		world := func(order []change, passes []int) []string {
			b := newQuietBench(t)
			var tasks []syncer.Ref
			for range 3 {
				_, task := b.seed()
				tasks = append(tasks, task)
			}
			b.mustSync(t)
			var twins []syncer.Ref
			for _, task := range tasks {
				twins = append(twins, b.twinOf(t, task).Ref)
			}
			for i, c := range order {
				for range passes[i] {
					b.mustSync(t)
				}
				ref, service := tasks[c.task], b.ghl
				if c.side == syncer.Pagico {
					ref, service = twins[c.task], b.pagico
				}
				service.Edit(ref, syncer.Fields{c.field: text(fmt.Sprint(c.field, " of ", c.task))})
			}
			b.mustSync(t)
			b.mustSync(t)
			var shown []string
			for i := range tasks {
				for _, ref := range []syncer.Ref{tasks[i], twins[i]} {
					shown = append(shown, fmt.Sprint(b.twinOf(t, ref).Fields))
				}
			}
			return shown
		}
		draw := func() []int {
			return rapid.SliceOfN(rapid.IntRange(0, 2), len(changes), len(changes)).Draw(t, "passes")
		}
		want := world(changes, make([]int, len(changes)))
		require.Equal(t, want, world(rapid.Permutation(changes).Draw(t, "order"), draw()))
	})
}

// TestP12DroppedEventsCostOnlyTime skips any number of passes: the next one
// brings everything.
func TestP12DroppedEventsCostOnlyTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{})
		s.pass(nil)
		for range rapid.IntRange(0, 15).Draw(t, "unseen actions") {
			s.users.act(drawAction(t), nil)
		}
		s.settle()
		s.checkAll()
	})
}
