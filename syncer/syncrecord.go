package syncer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// SyncRecord looks at one record and its twin, and does for them what a pass
// would do: it reads both sides anew, compares, and writes. It is meant for
// webhooks, which are only hints: a lost, late, doubled or foreign one does no
// harm.
//
// A record that is new looks for its twin before it is copied, and for others that
// could be the twin of the same record, as a pass would find them: among the
// [Candidates] of the sources, or in a full listing where there are few records.
// Left to the next pass are deletions, records whose parent has no twin yet, and
// new records where looking would cost too much. The report's Skipped and Left tell
// of them.
//
// Unknown kinds give [ErrUnsupported]; other errors are those of [Engine.Sync].
func (e *Engine) SyncRecord(ctx context.Context, ref Ref, opts SyncOptions) (*Report, error) {
	flow, ok := e.flows[ref.Kind]
	if !ok {
		return nil, fmt.Errorf("%w: no flow syncs records of kind %q", ErrUnsupported, ref.Kind)
	}
	release, err := e.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	report := newReport(e.cfg.Now())
	defer func() { report.Ended = e.cfg.Now().UTC() }()
	p := e.newPass(cmp.Or(opts.Trigger, "record"))
	p.distrust = true
	if err := p.prepareRecord(ctx); err != nil {
		return nil, err
	}
	if err := p.planRecord(ctx, flow, ref, report); err != nil {
		return nil, err
	}
	return report, e.apply(ctx, p.plan, p.trigger, false, report)
}

// prepareRecord asks who the sources serve only if no pass has done so.
func (p *pass) prepareRecord(ctx context.Context) error {
	if !p.identified {
		return p.prepare(ctx)
	}
	return p.load(ctx)
}

// planRecord plans the steps for one record.
func (p *pass) planRecord(ctx context.Context, flow Flow, ref Ref, report *Report) error {
	k := &kindScan{flow: flow, ghl: newSideScan(GHL), pagico: newSideScan(Pagico)}
	var link Link
	err := p.view(ctx, func(tx Tx) (err error) {
		link, err = tx.LinkOf(ref)
		return err
	})
	switch {
	case err == nil && link.State == LinkActive:
		if err := p.readMoved(ctx, k, link, ref); err != nil {
			return err
		}
		return p.planRecordLink(ctx, k, link.ID, report)
	case err == nil && link.State == LinkEnded:
		return nil
	case err != nil && !errors.Is(err, ErrNoLink):
		return err
	}
	r, err := p.read(ctx, ref)
	if err != nil {
		return err
	}
	if r == nil {
		p.skip(Skip{Ref: ref, Reason: "it has no twin, and it is not there, or not to be found yet"})
		return nil
	}
	if link.State == LinkGone {
		r.was = link.ID
		if err := p.reviveTwin(ctx, k, link.ID, ref.Side.Other()); err != nil {
			return err
		}
	}
	searched, err := p.lookForTwin(ctx, k, r)
	if err != nil {
		return err
	}
	if !searched {
		report.requeue(Failure{Op: StepCreate, Kind: ref.Kind, Ref: ref, Label: r.rec.Label, Reason: "looking for its twin is cheaper in a pass"})
		return nil
	}
	if err := p.planFresh(ctx, k); err != nil {
		return err
	}
	p.keepOnly(k.flow, r.rec)
	return nil
}

// keepOnly drops what was planned for other records than rec.
func (p *pass) keepOnly(flow Flow, rec Record) {
	other := func(o Ref) bool { return !o.Same(rec.Ref) }
	p.plan.Steps = slices.DeleteFunc(p.plan.Steps, func(s Step) bool { return other(s.Ref(rec.Ref.Side)) })
	p.plan.Skipped = slices.DeleteFunc(p.plan.Skipped, func(s Skip) bool { return other(s.Ref) })
	p.plan.Match = MatchReport{}
	for _, s := range p.plan.Skipped {
		if s.Ambiguous {
			p.plan.Match.Ambiguous++
		}
	}
	for _, s := range p.plan.Steps {
		switch {
		case s.Op == StepCreate:
			p.plan.Match.New++
		case s.probable(flow, rec):
			p.plan.Match.Probable++
		default:
			p.plan.Match.Exact++
		}
	}
}

// probable reports whether the twin of rec was recognised by a key that may be
// wrong.
func (s *Step) probable(flow Flow, rec Record) bool {
	if flow.Match == nil {
		return false
	}
	return slices.ContainsFunc(flow.Match(rec, s.GHL.Parent), func(key MatchKey) bool { return key.Probable && key.Text == s.Match })
}

// readMoved reads a linked record where a hint says that it belongs to another one
// by now; where it belonged to it would not be found.
func (p *pass) readMoved(ctx context.Context, k *kindScan, link Link, ref Ref) error {
	if ref.Parent == "" || ref.Parent == link.Ref(ref.Side).Parent {
		return nil
	}
	r, err := p.read(ctx, ref)
	if err == nil && r != nil {
		k.side(ref.Side).changed[link.ID] = r
	}
	return err
}

// planRecordLink plans a linked record; what ends a link is left to a pass.
func (p *pass) planRecordLink(ctx context.Context, k *kindScan, id LinkID, report *Report) error {
	err := p.view(ctx, func(tx Tx) error {
		again, err := tx.State(againKey(k.flow.Kind, id))
		p.wanted[id] = again != nil
		return err
	})
	if err != nil {
		return err
	}
	step, err := p.planLink(ctx, k, id, map[Side]map[LinkID]bool{})
	if err != nil || step == nil {
		return err
	}
	if step.Op != StepUpdate && step.Op != StepMove {
		report.requeue(Failure{Op: step.Op, Kind: step.Kind, Ref: step.subject(), Label: step.Label, Reason: "left to a pass: " + step.Reason})
		return nil
	}
	p.plan.Steps = append(p.plan.Steps, *step)
	return nil
}
