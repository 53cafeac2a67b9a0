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
// A record that is new looks for its twin before it is copied: among the
// [Candidates] of the other source, or in a full listing where there are few
// records. Left to the next pass are deletions, records whose parent has no twin
// yet, and new records where looking would cost too much. The report's Skipped
// and Requeued tell of them.
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
	searched, err := p.lookForTwin(ctx, k, r.rec)
	if err != nil {
		return err
	}
	if !searched {
		report.requeue()
		return nil
	}
	if err := p.planFresh(ctx, k); err != nil {
		return err
	}
	other := func(o Ref) bool { return !o.Same(ref) }
	p.plan.Steps = slices.DeleteFunc(p.plan.Steps, func(s Step) bool { return other(s.Ref(ref.Side)) })
	p.plan.Skipped = slices.DeleteFunc(p.plan.Skipped, func(s Skip) bool { return other(s.Ref) })
	return nil
}

// Candidates is implemented by sources that can look for the twin of a single
// record without listing everything.
type Candidates interface {
	// Candidates lists at least all records on this side that could be the twin
	// of rec, a record of the other side: those of its kind that belong to
	// parent, the id on this side of the record that rec belongs to; or, for a
	// record without a parent, those that share what its kind is recognised by,
	// such as an e-mail address. The feed's Covers and Next are not asked.
	Candidates(ctx context.Context, rec Record, parent string) *Feed
}

// maxSearched is up to how many linked records a kind is listed in full to find
// the twin of a single new one.
const maxSearched = 1000

// lookForTwin fills the other side of the scan with the records that could be
// the twin of rec. It returns false when that would cost too much.
func (p *pass) lookForTwin(ctx context.Context, k *kindScan, rec Record) (searched bool, err error) {
	if k.flow.Match == nil {
		return true, nil
	}
	other := k.side(rec.Ref.Side.Other())
	source, ok := p.source(other.side).(Candidates)
	if !ok {
		active, err := p.countActive(ctx, k.flow.Kind)
		if err != nil || active > maxSearched {
			return false, err
		}
		return true, p.scanSide(ctx, k, other, "")
	}
	parent := ""
	if rec.Ref.Parent != "" && k.flow.Parent != "" {
		err := p.view(ctx, func(tx Tx) error {
			l, err := tx.LinkOf(Ref{Side: rec.Ref.Side, Kind: k.flow.Parent, ID: rec.Ref.Parent})
			if errors.Is(err, ErrNoLink) {
				return nil
			}
			parent = l.Ref(other.side).ID
			return err
		})
		if err != nil || parent == "" {
			return err == nil, err // without its parent it is not copied anyway
		}
	}
	return true, p.readFeed(ctx, k, other, source.Candidates(ctx, rec, parent))
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
