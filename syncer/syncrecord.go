package syncer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// SyncRecord looks at one record and its twin, and does for them what a pass
// would do: it reads both sides anew, compares, and writes. It is meant for
// webhooks, which are only hints: a lost, late, doubled or foreign one does no
// harm.
//
// Three things are left to the next pass, for they need complete listings:
// deletions, twins that are recognised by what they show, and records whose
// parent has no twin yet. The report's Skipped and Requeued tell of them.
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
		return p.planRecordLink(ctx, k, link.ID, report)
	case err == nil && link.State == LinkEnded:
		return nil
	case err != nil && !errors.Is(err, ErrNoLink):
		return err
	}
	r, err := p.read(ctx, ref)
	if err != nil || r == nil {
		return err
	}
	k.side(ref.Side).addFresh(r)
	return p.planFresh(ctx, k)
}

// planRecordLink plans a linked record; what ends a link is left to a pass.
func (p *pass) planRecordLink(ctx context.Context, k *kindScan, id LinkID, report *Report) error {
	step, err := p.planLink(ctx, k, id, map[Side]map[LinkID]bool{})
	if err != nil || step == nil {
		return err
	}
	if step.Op != StepUpdate {
		report.requeue()
		return nil
	}
	p.plan.Steps = append(p.plan.Steps, *step)
	return nil
}
