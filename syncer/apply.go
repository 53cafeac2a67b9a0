package syncer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// applier carries out the steps of one plan.
type applier struct {
	*Engine
	trigger string
	// actor is who decided; empty for the engine.
	actor string
	// strict refuses steps whose records changed since they were planned,
	// instead of planning them again.
	strict bool
	report *Report
	failed map[string]failCount

	mu sync.Mutex
	// busy holds the records to which others belong that are not safe on the other
	// side; deleting them would take those along.
	busy map[string]bool
}

// failCount is how often a step failed, and on which contents.
type failCount struct {
	Count  int    `json:"count"`
	Expect string `json:"expect"`
	// Reason is why it failed last.
	Reason string `json:"reason,omitempty"`
}

// errDrifted says that a record is no longer what the step was planned on.
var errDrifted = errors.New("syncer: the record changed since it was planned")

// errGone says that a record is not there any more.
var errGone = fmt.Errorf("%w: it is gone", errDrifted)

// apply carries out a plan: one stage after the other, the steps of a stage
// side by side. It returns an error only when going on makes no sense.
func (e *Engine) apply(ctx context.Context, plan *Plan, trigger string, strict bool, report *Report) error {
	a := &applier{Engine: e, trigger: trigger, strict: strict, report: report, failed: map[string]failCount{}, busy: map[string]bool{}}
	return a.all(ctx, plan)
}

// all carries out the steps of a plan.
func (a *applier) all(ctx context.Context, plan *Plan) error {
	report := a.report
	if err := a.start(ctx, plan); err != nil {
		return err
	}
	report.Match = plan.Match
	report.Skipped = append(report.Skipped, plan.Skipped...)
	done := 0
	for first := 0; first < len(plan.Steps); {
		end := first + 1
		for end < len(plan.Steps) && stage(plan.Steps[end]) == stage(plan.Steps[first]) {
			end++
		}
		if err := a.stage(ctx, plan.Steps[first:end], func(n int) {
			a.progress(Progress{Phase: "apply", Kind: plan.Steps[first].Kind, Done: done + n, Total: len(plan.Steps)})
		}); err != nil {
			return err
		}
		done += end - first
		first = end
	}
	return nil
}

// stage names the steps that may run side by side.
func stage(s Step) string {
	switch s.Op {
	case StepLink, StepCreate, StepUpdate, StepMove, StepRestore, StepReopen:
		return "make " + string(s.Kind)
	}
	if s.drops() {
		return "take back " + string(s.Kind)
	}
	return "end " + string(s.Kind)
}

// start binds the accounts and loads what failed before.
func (a *applier) start(ctx context.Context, plan *Plan) error {
	return a.update(ctx, func(tx Tx) error {
		for side, id := range plan.Serves {
			if err := tx.SetState(stateIdentity+string(side), []byte(id)); err != nil {
				return err
			}
		}
		keys, err := tx.States(stateFailed)
		if err != nil {
			return err
		}
		for _, key := range keys {
			data, err := tx.State(key)
			if err != nil {
				return err
			}
			var f failCount
			if err := json.Unmarshal(data, &f); err != nil {
				return fmt.Errorf("%w: %s: %w", ErrStoreDamaged, key, err)
			}
			a.failed[key] = f
		}
		return nil
	})
}

// stage runs steps on a few workers and ends early when going on makes no
// sense. Requests that are under way are not cut off by it: their outcome would
// be unknown.
func (a *applier) stage(ctx context.Context, steps []Step, progress func(int)) error {
	next, done := 0, 0
	var failed error
	var mu sync.Mutex
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		if next >= len(steps) || failed != nil || ctx.Err() != nil {
			return 0, false
		}
		next++
		return next - 1, true
	}
	var workers sync.WaitGroup
	for range min(a.cfg.Workers, len(steps)) {
		workers.Go(func() {
			for {
				i, ok := take()
				if !ok {
					return
				}
				err := a.step(ctx, &steps[i])
				if !a.strict {
					steps[i].release()
				}
				mu.Lock()
				failed = cmp.Or(failed, err)
				done++
				progress(done)
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	return cmp.Or(failed, context.Cause(ctx))
}

// release lets go of what a step was planned on once it is done, so that a long pass
// needs less and less memory.
func (s *Step) release() {
	s.ghl, s.pagico, s.heeded, s.landed, s.Fields = nil, nil, nil, nil, nil
	s.Changes, s.Agreed, s.Conflicts, s.Discarded = nil, nil, nil, nil
}

// step carries out one step and files its failure, if any.
func (a *applier) step(ctx context.Context, s *Step) error {
	key := failKey(*s)
	before := a.failed[key]
	expect := s.ExpectGHL.String() + s.ExpectPagico.String()
	if before.Count >= a.cfg.MaxAttempts && before.Expect == expect {
		a.report.fail(Failure{Op: s.Op, Kind: s.Kind, Ref: s.subject(), Label: s.Label, Dead: true,
			Reason: fmt.Sprintf("set aside after %d attempts; the last one: %s", before.Count, before.Reason)})
		a.noteBusy(s)
		return nil
	}
	s.requests = &requestLog{}
	err := a.run(s.requests.noting(ctx), s)
	if err != nil {
		a.noteBusy(s)
	}
	switch {
	case err == nil:
		if before.Count > 0 {
			return a.update(ctx, func(tx Tx) error { return tx.SetState(key, nil) })
		}
		return nil
	case isStoreError(err):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, ErrDenied), errors.Is(err, ErrOverLimit):
		return err
	case a.strict && (errors.Is(err, errDrifted) || errors.Is(err, ErrChanged) || errors.Is(err, errParent)):
		a.report.drift(Failure{Op: s.Op, Kind: s.Kind, Ref: s.subject(), Label: s.Label, Reason: err.Error()})
		return nil
	case errors.Is(err, errDrifted), errors.Is(err, ErrChanged), errors.Is(err, errParent):
		a.report.requeue(Failure{Op: s.Op, Kind: s.Kind, Ref: s.subject(), Label: s.Label, Reason: err.Error()})
		return a.distrust(ctx, s)
	}
	return a.fail(ctx, s, key, failCount{Count: before.Count + 1, Expect: expect, Reason: err.Error()}, err)
}

// noteBusy remembers which records hold one whose step did not succeed.
func (a *applier) noteBusy(s *Step) {
	if a.busy == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, side := range []Side{GHL, Pagico} {
		a.busy[Ref{Side: side, Kind: a.flows[s.Kind].Parent, ID: s.Ref(side).Parent}.String()] = true
	}
}

func (a *applier) isBusy(ref Ref) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.busy[ref.String()]
}

// distrust has the next pass read both records of a step that did not find them
// as planned.
func (a *applier) distrust(ctx context.Context, s *Step) error {
	if s.Link == 0 {
		return nil
	}
	return a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil || link.State != LinkActive {
			return err
		}
		link.SeenGHL, link.SeenPagico = merge.Hash{}, merge.Hash{}
		return errors.Join(tx.PutLink(&link), lookAgain(tx, link))
	})
}

// run dispatches a step.
func (a *applier) run(ctx context.Context, s *Step) error {
	if a.strict {
		done, err := a.check(ctx, s)
		if err != nil || done {
			return err
		}
	}
	switch s.Op {
	case StepLink, StepUpdate, StepMove:
		return a.pair(ctx, s)
	case StepCreate:
		return a.create(ctx, s)
	case StepDelete:
		return a.delete(ctx, s, LinkGone)
	case StepRestore:
		return a.restore(ctx, s)
	case StepReopen:
		return a.reopen(ctx, s)
	case StepRetract:
		if s.drops() {
			return a.drop(ctx, s)
		}
		return a.delete(ctx, s, LinkEnded)
	case StepComplete:
		return a.complete(ctx, s)
	case StepUnlink:
		_, err := a.end(ctx, s, LinkEnded)
		return err
	case StepClose:
		_, err := a.end(ctx, s, LinkGone)
		return err
	}
	return fmt.Errorf("%w: unknown step %q", ErrRefused, s.Op)
}

// fail notes a failed step in the report, the audit log and the counter.
func (a *applier) fail(ctx context.Context, s *Step, key string, count failCount, cause error) error {
	reason := cause.Error()
	dead := count.Count >= a.cfg.MaxAttempts
	a.report.fail(Failure{Op: s.Op, Kind: s.Kind, Ref: s.subject(), Label: s.Label, Reason: reason, Dead: dead})
	a.cfg.Logger.Warn("step failed", "op", s.Op, "kind", s.Kind, "ref", s.subject().String(), "attempt", count.Count, "error", reason)
	data, err := json.Marshal(count)
	if err != nil {
		return fmt.Errorf("syncer: note failure: %w", err)
	}
	outcome := "failed"
	if errors.Is(cause, ErrUncertain) {
		outcome = "unknown"
	}
	return a.update(ctx, func(tx Tx) error {
		if err := tx.SetState(key, data); err != nil {
			return err
		}
		_, err := tx.AppendAudit(a.entry(s, string(s.Op), outcome, reason))
		return err
	})
}

// entry is the audit entry of a step.
func (a *applier) entry(s *Step, action, outcome, reason string) AuditEntry {
	entry := AuditEntry{Time: a.now(), Action: action, Kind: s.Kind, Link: s.Link, GHL: s.GHL, Pagico: s.Pagico,
		Target: s.Target, Trigger: a.trigger, Outcome: outcome, Reason: reason, Actor: cmp.Or(a.actor, engineActor)}
	if action != actionAgree && action != actionWrite { // these tell of earlier requests
		entry.RequestID = s.requests.String()
	}
	return entry
}

// subject names the record that a step is about.
func (s Step) subject() Ref {
	if s.Op == StepRestore {
		return s.Ref(s.Target)
	}
	if s.GHL.IsZero() || s.Op == StepCreate && s.Target == GHL {
		return s.Pagico
	}
	return s.GHL
}

func failKey(s Step) string { return stateFailed + string(s.Op) + ":" + s.subject().String() }

// storeError marks an error of the store, which ends the pass.
type storeError struct{ err error }

func (e *storeError) Error() string { return e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

func isStoreError(err error) bool {
	_, ok := errors.AsType[*storeError](err)
	return ok
}

// commit stores the outcome of a step; its failure ends the pass, for nothing
// that is done after it could be remembered.
func (a *applier) commit(ctx context.Context, fn func(Tx) error) error {
	// What a service has confirmed is stored even when the pass is cancelled.
	err := a.update(context.WithoutCancel(ctx), fn)
	if errors.Is(err, ErrLinked) {
		return err // this step's trouble alone
	}
	if err != nil {
		return &storeError{fmt.Errorf("store the outcome: %w", err)}
	}
	return nil
}

// opID derives the id of a write from what is written.
func (e *Engine) opID(parts ...string) OpID {
	sum := sha256.Sum256([]byte(string(e.cfg.Connection) + "\x00" + strings.Join(parts, "\x00")))
	return OpID(hex.EncodeToString(sum[:16]))
}
