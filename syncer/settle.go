package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// RepeatableCreates is implemented by sources whose service recognises a
// repeated create by its OpID or by the marker, so that an unclear create can
// simply be made again. It must be safe for concurrent use.
//
// The engine looks for its methods at run time, and one of another shape goes
// unnoticed; let the compiler check:
//
//	var _ syncer.RepeatableCreates = (*Source)(nil)
type RepeatableCreates interface {
	// CreateIsRepeatable reports whether that holds for a kind.
	CreateIsRepeatable(kind Kind) bool
}

// settleRipe settles every create of unclear outcome that is old enough to be
// probed. It returns how many turned out not to have happened.
func (e *Engine) settleRipe(ctx context.Context, trigger string, report *Report) (refuted int, err error) {
	var intents []Intent
	err = e.view(ctx, func(tx Tx) (err error) {
		intents, err = tx.Intents()
		return err
	})
	if err != nil {
		return 0, err
	}
	intents = slices.DeleteFunc(intents, func(in Intent) bool { return in.State == IntentParked || e.now().Before(e.ripeAt(in)) })
	if len(intents) == 0 {
		return 0, nil
	}
	// In another account they would all seem not to have happened.
	if err := e.newPass(trigger).identifyBoth(ctx); err != nil {
		return 0, err
	}
	a := &applier{Engine: e, trigger: trigger, report: report, failed: map[string]failCount{}}
	for i, in := range intents {
		e.progress(Progress{Phase: "settle", Kind: in.Kind, Done: i, Total: len(intents)})
		gone, err := a.settle(ctx, in)
		failure := settleFailure(in, err)
		switch {
		case err == nil:
			report.mend(failure)
			if gone {
				refuted++
			}
		case errors.Is(err, ErrDenied), errors.Is(err, ErrOverLimit), isStoreError(err), ctx.Err() != nil:
			return refuted, err
		default:
			report.fail(failure)
		}
	}
	return refuted, nil
}

// settleFailure says that the outcome of a create could not be found out.
func settleFailure(in Intent, err error) Failure {
	s := settleStep(in)
	f := Failure{Op: s.Op, Kind: in.Kind, Ref: s.subject(), Label: labelOf(s.Fields)}
	if err != nil {
		f.Reason = err.Error()
	}
	return f
}

// ripeAt is when the outcome of a create can be known.
func (e *Engine) ripeAt(in Intent) time.Time {
	if r, ok := e.source(in.Target).(RepeatableCreates); ok && r.CreateIsRepeatable(in.Kind) {
		return in.AttemptedAt
	}
	return in.AttemptedAt.Add(max(e.cfg.Settle, 0))
}

// settleAll waits until every unclear create can be probed, and probes it.
func (e *Engine) settleAll(ctx context.Context, trigger string, report *Report) (refuted int, err error) {
	var last time.Time
	open := 0
	err = e.view(ctx, func(tx Tx) error {
		intents, err := tx.Intents()
		for _, in := range intents {
			if in.State == IntentParked {
				continue
			}
			open++
			if ripe := e.ripeAt(in); ripe.After(last) {
				last = ripe
			}
		}
		return err
	})
	if err != nil || open == 0 {
		return 0, err
	}
	wait := last.Sub(e.now())
	e.cfg.Logger.Info("waiting for creates of unknown outcome", "count", open, "wait", wait)
	e.progress(Progress{Phase: "settle", Total: open})
	if err := sleep(ctx, wait); err != nil {
		return 0, err
	}
	report.Pending = 0
	refuted, err = e.settleRipe(ctx, trigger, report)
	if err != nil {
		return refuted, err
	}
	return refuted, e.view(ctx, func(tx Tx) error {
		intents, err := tx.Intents()
		for _, in := range intents {
			if in.State != IntentParked {
				report.Pending++
			}
		}
		return err
	})
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// settle finds out what became of one create. It returns true when nothing
// did, so that the record can be copied anew.
func (a *applier) settle(ctx context.Context, in Intent) (refuted bool, err error) {
	s := settleStep(in)
	found, err := a.source(in.Target).Find(ctx, Probe{Kind: in.Kind, Parent: in.Parent, Twin: in.Source.ID,
		Fields: a.flows[in.Kind].fingerprint(in.Fields), After: in.FirstAt.Add(-a.cfg.ClockSlack)})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("look for the outcome of a create: %w", err)
	}
	found, err = a.unlinked(ctx, found, in)
	if err != nil {
		return false, err
	}
	switch len(found) {
	case 0:
		return true, a.refute(ctx, s, in)
	case 1:
		return false, a.adoptFound(ctx, s, in, found[0])
	}
	return false, a.parkIntent(ctx, s, in, found)
}

// settleStep is the step that a create belonged to.
func settleStep(in Intent) *Step {
	s := &Step{Op: StepCreate, Kind: in.Kind, Link: in.Link, Target: in.Target, Fields: in.Fields, Reason: "settled"}
	s.setRef(in.Source)
	if in.Undoes > 0 {
		s.Op, s.Undoes, s.Reason = StepRestore, in.Undoes, fmt.Sprintf("undo of entry %d", in.Undoes)
		s.setRef(in.Was)
	}
	return s
}

// unlinked drops what is gone, or belongs to another record for certain.
func (a *applier) unlinked(ctx context.Context, found []Record, in Intent) ([]Record, error) {
	var free []Record
	err := a.view(ctx, func(tx Tx) error {
		for _, rec := range found {
			if rec.Deleted || rec.Twin != "" && rec.Twin != in.Source.ID {
				continue
			}
			l, err := tx.LinkOf(rec.Ref)
			switch {
			case errors.Is(err, ErrNoLink):
				free = append(free, rec)
			case err != nil:
				return err
			case l.State != LinkActive && l.ID == in.Link:
				free = append(free, rec)
			}
		}
		return nil
	})
	return free, err
}

// adoptFound links the record that a create is found to have made. When its
// source is gone by now, the link is stored all the same, so that the next
// pass sees the deletion and carries it over.
func (a *applier) adoptFound(ctx context.Context, s *Step, in Intent, found Record) error {
	source, gone, err := Record{}, in.Undoes > 0, error(nil)
	if !gone {
		source, gone, err = a.truth(ctx, in.Source.Side, in.Source)
	}
	if err != nil {
		return err
	}
	if gone {
		source = Record{Ref: in.Source, Fields: in.Shown}
	}
	var missed []byte
	err = a.view(ctx, func(tx Tx) (err error) {
		missed, err = tx.State(missedKey(in.ID))
		return err
	})
	if err != nil {
		return err
	}
	const reason = "its create had an unclear answer and is found to have happened"
	if missed != nil && in.Undoes == 0 {
		err = a.commitCreate(ctx, s, source, found, in, actionAdopt, reason, metBase(a.flows[s.Kind], source, found))
	} else {
		err = a.commitAdopted(ctx, s, source, found, in, reason)
	}
	if err != nil {
		return err
	}
	a.report.count(s.Kind, Counts{Adopted: 1})
	return nil
}

// missedKey notes a create that was looked for in vain and is sent again under its id.
// Should it take effect late, nobody remembers of which values: those of then, or the
// later ones.
func missedKey(id OpID) string { return "missed:" + string(id) }

// refute forgets a create that did not happen.
func (a *applier) refute(ctx context.Context, s *Step, in Intent) error {
	return a.commit(ctx, func(tx Tx) error {
		if err := errors.Join(tx.DeleteIntent(in.ID), tx.SetState(missedKey(in.ID), []byte("1"))); err != nil {
			return err
		}
		entry := a.entry(s, string(s.Op), "failed", "its create had an unclear answer and is found not to have happened")
		entry.Op = in.ID
		_, err := tx.AppendAudit(entry)
		return err
	})
}

// parkIntent leaves the choice among several candidates to a person.
func (a *applier) parkIntent(ctx context.Context, s *Step, in Intent, found []Record) error {
	in.State = IntentParked
	in.Reason = fmt.Sprintf("%d records could be the outcome of the create", len(found))
	for _, rec := range found {
		in.Reason += ", " + rec.Ref.ID
	}
	return a.commit(ctx, func(tx Tx) error {
		if err := tx.PutIntent(in); err != nil {
			return err
		}
		entry := a.entry(s, actionPark, "unknown", in.Reason)
		entry.Op = in.ID
		_, err := tx.AppendAudit(entry)
		return err
	})
}
