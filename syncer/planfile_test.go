package syncer_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// plan makes a plan and sends it through a file.
func (b *bench) plan() *syncer.Plan {
	b.t.Helper()
	plan, err := b.engine.Plan(b.t.Context())
	require.NoError(b.t, err)
	return through(b.t, plan)
}

func through(t require.TestingT, plan *syncer.Plan) *syncer.Plan {
	var file bytes.Buffer
	require.NoError(t, syncer.WritePlan(&file, plan))
	back, err := syncer.ReadPlan(&file)
	require.NoError(t, err)
	require.Equal(t, plan.Hash(), back.Hash())
	return back
}

func (b *bench) apply(plan *syncer.Plan) *syncer.Report {
	b.t.Helper()
	report, err := b.engine.Apply(b.t.Context(), plan, syncer.ApplyOptions{})
	require.NoError(b.t, err)
	return report
}

func TestPlanFileIsRefusedWhenOneByteIsAnother(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.seed()
	plan, err := b.engine.Plan(t.Context())
	require.NoError(t, err)
	var file bytes.Buffer
	require.NoError(t, syncer.WritePlan(&file, plan))
	for i := range file.Len() {
		data := bytes.Clone(file.Bytes())
		data[i] ^= 0x01
		_, err := syncer.ReadPlan(bytes.NewReader(data))
		require.ErrorIs(t, err, syncer.ErrPlanFile, "byte %d", i)
	}
	for _, data := range [][]byte{nil, []byte("{}\n"), file.Bytes()[:file.Len()-1], append(bytes.Clone(file.Bytes()), ' ')} {
		_, err := syncer.ReadPlan(bytes.NewReader(data))
		require.ErrorIs(t, err, syncer.ErrPlanFile)
	}
}

func TestApplyDoesWhatThePlanSaysAndOnlyOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	plan := b.plan()
	extra := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("made after the plan")})
	report := b.apply(plan)
	require.Equal(t, plan.Writes(), report.Writes)
	require.Empty(t, report.Drifted)
	require.Equal(t, text("Call"), b.twin(task).Fields["title"])
	require.Len(t, b.pagico.All(syncer.KindTask), 1, "nothing beyond the plan is done: %v", extra)

	writes := b.ghl.Writes() + b.pagico.Writes()
	report = b.apply(plan)
	require.Zero(t, report.Writes)
	require.Empty(t, report.Drifted)
	require.Equal(t, writes, b.ghl.Writes()+b.pagico.Writes(), "applied twice, it changes nothing")
	b.sync()
	b.quiet()
}

func TestApplyLeavesDriftedStepsOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, first := b.seed()
	_, second := b.seed()
	_, third := b.seed()
	b.sync()
	b.ghl.Edit(first, syncer.Fields{"title": text("one")})
	b.ghl.Edit(second, syncer.Fields{"title": text("two")})
	b.pagico.Remove(b.twin(third).Ref)
	plan := b.plan()
	require.Len(t, plan.Steps, 3)
	b.ghl.Edit(second, syncer.Fields{"title": text("two and a half")})
	b.ghl.Edit(third, syncer.Fields{"title": text("edited after the plan")})
	report := b.apply(plan)
	require.Len(t, report.Drifted, 2)
	require.Equal(t, text("one"), b.twin(first).Fields["title"])
	require.Equal(t, text("Call"), b.twin(second).Fields["title"])
	require.Len(t, b.ghl.All(syncer.KindTask), 3, "the edited record is not deleted")
	b.sync()
	require.Equal(t, text("two and a half"), b.twin(second).Fields["title"])
	b.quiet()
}

func TestApplyRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.seed()
	plan := b.plan()
	other := newBench(t, func(c *syncer.Config) { c.Connection = "other" })
	_, err := other.engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
	require.ErrorIs(t, err, syncer.ErrForeignPlan)
	ruled := newBench(t, func(c *syncer.Config) { c.Flows[1].Version = "2" })
	_, err = ruled.engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
	require.ErrorIs(t, err, syncer.ErrOtherRules)
	b.ghl.SetID("ghl:somebody-else")
	_, err = b.engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
	var halt *syncer.HaltError
	require.ErrorAs(t, err, &halt)
	require.True(t, halt.Has(syncer.HaltIdentity))
	require.Zero(t, b.pagico.Writes()+ruled.pagico.Writes()+other.pagico.Writes())
}

func TestApplyMindsTheGuards(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Guards.EmptyFrom = 100 })
	for range 12 {
		b.seed()
	}
	b.sync()
	for _, task := range b.pagico.All(syncer.KindTask) {
		b.pagico.Remove(task.Ref)
	}
	plan := b.plan()
	plan.Halts = nil // as if somebody had cut them out and hashed anew
	_, err := b.engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
	var halt *syncer.HaltError
	require.ErrorAs(t, err, &halt)
	require.True(t, halt.Has(syncer.HaltMassDelete))
	require.Len(t, b.ghl.All(syncer.KindTask), 12)
	report, err := b.engine.Apply(t.Context(), plan, syncer.ApplyOptions{Override: []syncer.HaltCode{syncer.HaltMassDelete}})
	require.NoError(t, err)
	require.Equal(t, 12, report.Total().Deleted)
	b.quiet()
}

// TestApplyResumesAfterAnInterruption kills the process at any call or
// transaction of Apply and applies the plan again.
func TestApplyResumesAfterAnInterruption(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{faults: true})
		s.run()
		plan, err := s.engine.Plan(t.Context())
		require.NoError(t, err)
		plan = through(t, plan)
		before := s.ghl.Writes() + s.pagico.Writes()
		ops := []int{troubleCrashBefore, troubleCrashAfter, troubleStoreBefore, troubleStoreAfter, troubleCancel, troubleUncertainAfter}
		s.amid("apply without guards", []trouble{{at: rapid.IntRange(0, 15).Draw(t, "at"), what: rapid.SampledFrom(ops).Draw(t, "what")}}, func(ctx context.Context) error {
			_, err := s.engine.Apply(ctx, plan, syncer.ApplyOptions{Override: overrides})
			return err
		})
		for range 2 {
			s.amid("apply without guards", nil, func(ctx context.Context) error {
				_, err := s.engine.Apply(ctx, plan, syncer.ApplyOptions{Override: overrides})
				return err
			})
		}
		budget := len(plan.Steps)
		for _, step := range plan.Steps {
			budget += len(step.Changes)
			if step.Move != nil {
				budget++ // to be deleted, and made again
			}
		}
		s.must(s.ghl.Writes()+s.pagico.Writes()-before <= budget, "more writes than the plan has")
		s.settle()
		s.checkAll()
	})
}

func TestP14DryRunWritesNothingAndPlansWhatTheRunDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{})
		s.run()
		writes, log, links := s.ghl.Writes()+s.pagico.Writes(), s.audit(), s.links()
		plan, err := s.engine.Plan(t.Context())
		require.NoError(t, err)
		again, err := s.engine.Plan(t.Context())
		require.NoError(t, err)
		again.At = plan.At
		require.Equal(t, plan.Hash(), again.Hash(), "the same world gives the same plan")
		require.Equal(t, writes, s.ghl.Writes()+s.pagico.Writes())
		require.Equal(t, log, s.audit())
		require.Equal(t, links, s.links())
		s.pass(nil)
		require.Equal(t, planned(plan), written(s), plan.Hash())
	})
}

// planned are the writes that a plan announces, and written those that the
// services saw since their calls were marked.
func planned(plan *syncer.Plan) map[string]int {
	want := map[string]int{}
	for _, s := range plan.Steps {
		switch s.Op {
		case syncer.StepCreate:
			want["create "+string(s.Target)]++
		case syncer.StepDelete:
			want["delete "+s.Ref(s.Target).String()]++
		default:
			switch {
			case s.Op == syncer.StepMove && s.Move.Remake:
				want["delete "+s.Ref(s.Target).String()]++
				want["create "+string(s.Target)]++
			case s.Op == syncer.StepMove:
				want["move "+s.Ref(s.Target).String()]++
			}
			for _, c := range s.Changes {
				want["update "+s.Ref(c.To).String()+" "+c.Field]++
			}
		}
	}
	return want
}

func written(s *sim) map[string]int {
	got := map[string]int{}
	for _, service := range []*syncertest.Service{s.ghl, s.pagico} {
		calls := service.Calls()
		for _, c := range calls[s.mark[service.Side()]:] {
			switch c.Op {
			case "create":
				got["create "+string(service.Side())]++
			case "delete", "move":
				got[c.Op+" "+c.Ref.String()]++
			case "update":
				for field := range c.Set {
					got["update "+c.Ref.String()+" "+field]++
				}
			}
		}
	}
	return got
}

func TestP15ApplyStaysWithinThePlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{})
		s.run()
		plan, err := s.engine.Plan(t.Context())
		require.NoError(t, err)
		for range rapid.IntRange(0, 4).Draw(t, "edits after the plan") {
			s.users.act(drawAction(t), nil)
		}
		s.markCalls()
		_, err = s.engine.Apply(t.Context(), through(t, plan), syncer.ApplyOptions{Override: overrides})
		require.NoError(t, err)
		allowed := planned(plan)
		for write, n := range written(s) {
			s.must(n <= allowed[write], "%s is not in the plan", write)
		}
		s.settle()
		s.checkAll()
	})
}
