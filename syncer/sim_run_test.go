package syncer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// overrides are the halts that a person may lift.
var overrides = []syncer.HaltCode{syncer.HaltMassDelete, syncer.HaltSideEmptied, syncer.HaltFirstSync}

// The turns of a history, as often as they are to be drawn.
var turns = []string{"act", "act", "act", "act", "act", "act", "pass", "pass", "pass", "pass", "calm", "calm", "calm", "hint", "plan", "apply", "restart"}

// run lets users and engine act in turns.
func (s *sim) run() {
	for range rapid.IntRange(1, s.turnsMost).Draw(s.t, "turns") {
		switch rapid.SampledFrom(s.turns).Draw(s.t, "turn") {
		case "act":
			s.users.act(s.draw(s.t), nil)
		case "pass":
			troubles := s.drawTroubles()
			for range rapid.IntRange(1, 2).Draw(s.t, "passes") {
				s.pass(troubles)
			}
		case "calm":
			s.settle()
		case "hint":
			s.hint(rapid.IntRange(0, 15).Draw(s.t, "hinted"), s.drawTroubles())
		case "plan":
			s.makePlan()
		case "apply":
			s.applyPlan(s.drawTroubles())
		case "restart":
			s.restart(rapid.Bool().Draw(s.t, "other rules"))
		}
	}
}

// settle runs passes without trouble until one finds nothing to do, and then
// compares the world with what people did since the last time.
func (s *sim) settle() {
	clean := s.rested.clean
	for range 6 {
		s.clock.n.Add(time.Hour.Milliseconds()) // no create is under way any more
		report := s.pass(nil)
		waits := slices.ContainsFunc(report.Skipped, func(skip syncer.Skip) bool { return skip.Pending })
		if !report.Settled() || report.Writes > 0 || waits {
			continue
		}
		s.note("at rest")
		s.rested.clean = clean
		s.checkNoDoubles()
		s.checkInStep()
		s.checkHomes()
		s.checkSinceRest()
		s.takeRest()
		return
	}
	s.fail("not settled after 6 passes without trouble: %+v", s.pass(nil))
}

// pass runs one pass amid the given troubles. Errors are fine only then. When a
// guard stands against it, somebody lifts it.
func (s *sim) pass(troubles []trouble) (report *syncer.Report) {
	sync := func(opts syncer.SyncOptions) func(context.Context) error {
		return func(ctx context.Context) (err error) {
			opts.NoWait = true
			report, err = s.engine.Sync(ctx, opts)
			return err
		}
	}
	if s.amid("pass", troubles, sync(syncer.SyncOptions{})) {
		s.amid("pass without guards", troubles, sync(syncer.SyncOptions{Override: overrides}))
	}
	return report
}

// hint has the engine look at one record that ever was there, as a webhook does.
func (s *sim) hint(pick int, troubles []trouble) {
	refs := s.users.refs
	if len(refs) == 0 {
		return
	}
	ref := refs[len(refs)-1-pick%len(refs)]
	s.amid("hint of "+ref.String(), troubles, func(ctx context.Context) error {
		_, err := s.engine.SyncRecord(ctx, ref, syncer.SyncOptions{})
		return err
	})
}

// makePlan saves a plan for later.
func (s *sim) makePlan() {
	writes, updates := s.ghl.Writes()+s.pagico.Writes(), s.proc.updates
	plan, err := s.engine.Plan(s.t.Context())
	require.NoError(s.t, err)
	s.must(writes == s.ghl.Writes()+s.pagico.Writes() && updates == s.proc.updates, "planning writes")
	s.plan = through(s.t, plan)
	s.watch.planned(s.found())
	s.note("plan of %d steps", len(plan.Steps))
}

// applyPlan applies the saved plan, if there is one.
func (s *sim) applyPlan(troubles []trouble) {
	if s.plan == nil {
		return
	}
	s.watch.applying(s.found())
	apply := func(override ...syncer.HaltCode) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := s.engine.Apply(ctx, s.plan, syncer.ApplyOptions{Override: override})
			if errors.Is(err, syncer.ErrOtherRules) {
				return nil
			}
			return err
		}
	}
	if s.amid("apply", troubles, apply()) {
		s.amid("apply without guards", troubles, apply(overrides...))
	}
	s.watch.applied()
}

// restart starts a new process, perhaps with other rules, which has it compare
// every pair anew.
func (s *sim) restart(otherRules bool) {
	s.note("restart")
	if otherRules {
		s.cfg.Flows[1].Version += "."
	}
	s.start()
}

// undoing is what amid is told of plans that lead back.
const undoing = "undo"

// amid does something amid the given troubles, and starts a new process if the
// old one died of them. It reports whether a guard stood against it.
func (s *sim) amid(what string, troubles []trouble, do func(context.Context) error) (halted bool) {
	s.note("%s amid %v", what, troubles)
	s.markCalls()
	s.rested.clean = false
	s.watch.begin(what, troubles)
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	p := &passTroubles{sim: s, troubles: slices.Clone(troubles), cancel: cancel, byOp: map[string]int{}}
	for _, service := range []*syncertest.Service{s.ghl, s.pagico} {
		service.SetHook(p.before)
		service.SetFault(p.fault)
	}
	s.proc.updates, s.proc.storeAt = 0, 0
	for _, tr := range troubles {
		if tr.what == troubleStoreBefore || tr.what == troubleStoreAfter {
			s.proc.storeAt, s.proc.storeAfter = tr.at+1, tr.what == troubleStoreAfter
		}
	}
	writes := s.ghl.Writes() + s.pagico.Writes()
	err := do(ctx)
	s.proc.storeAt = 0
	for _, service := range []*syncertest.Service{s.ghl, s.pagico} {
		service.SetHook(nil)
		service.SetFault(nil)
	}
	halt, halted := errors.AsType[*syncer.HaltError](err)
	switch {
	case halted:
		s.note("%v", halt)
		s.must(writes == s.ghl.Writes()+s.pagico.Writes(), "a halted pass writes")
	case err != nil:
		s.note("ended with %v", err)
		s.must(len(troubles) > 0, "%s fails: %v", what, err)
	}
	s.watch.end(what)
	if s.proc.dead.Load() {
		s.start()
	}
	for _, blame := range s.blames {
		s.fail("%s", blame)
	}
	return halted
}

// markCalls notes how many calls the services have seen.
func (s *sim) markCalls() {
	s.mark = map[syncer.Side]int{syncer.GHL: len(s.ghl.Calls()), syncer.Pagico: len(s.pagico.Calls())}
}

// note adds a line to the story.
func (s *sim) note(format string, args ...any) {
	s.log = append(s.log, strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", "/"))
}

// blame notes a violation that is found while the engine is at work.
func (s *sim) blame(format string, args ...any) {
	s.blames = append(s.blames, fmt.Sprintf(format, args...))
}

// must fails the test with the whole story unless ok.
func (s *sim) must(ok bool, format string, args ...any) {
	if !ok {
		s.fail(format, args...)
	}
}

func (s *sim) fail(format string, args ...any) {
	s.t.Fatalf("%s\n%s", fmt.Sprintf(format, args...), s.story())
}
