package syncer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// planLink compares the two records of a link. It returns nil when nothing is
// to be done, or nothing can be done now.
func (p *pass) planLink(ctx context.Context, k *kindScan, id LinkID, missing map[Side]map[LinkID]bool) (*Step, error) {
	var link Link
	var tried attempts
	err := p.view(ctx, func(tx Tx) (err error) {
		if link, err = tx.Link(id); err != nil {
			return err
		}
		tried, err = loadAttempts(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	orphaned, err := p.parentGone(ctx, k.flow, link)
	if err != nil {
		return nil, err
	}
	now := map[Side]*reading{}
	for _, side := range []Side{GHL, Pagico} {
		r, err := p.current(ctx, k.side(side), link, missing[side][id], orphaned)
		switch {
		case errors.Is(err, ErrDenied), errors.Is(err, context.Canceled):
			return nil, err
		case err != nil:
			p.skip(Skip{Ref: link.Ref(side), Reason: "cannot be read: " + err.Error(), Failed: true})
			return nil, nil
		}
		now[side] = r
	}
	step := &Step{Kind: k.flow.Kind, Link: id, GHL: link.GHL, Pagico: link.Pagico}
	step.setReading(GHL, now[GHL])
	step.setReading(Pagico, now[Pagico])
	step.Label = label(now[GHL], now[Pagico])
	out, err := p.decide(ctx, k.flow, link, tried, now[GHL], now[Pagico])
	if err != nil {
		return nil, err
	}
	return p.linkStep(k.flow, link, step, out, orphaned), nil
}

// current returns what a side shows of a link's record now, nil when it is
// proven gone. It asks the service only when the listing cannot tell.
func (p *pass) current(ctx context.Context, s *sideScan, link Link, missing, orphaned bool) (*reading, error) {
	ref := link.Ref(s.side)
	if missing && orphaned && s.side == GHL {
		return nil, nil
	}
	r := s.changed[link.ID]
	if r == nil {
		r = s.kept[link.ID]
	}
	if r != nil && !missing && !r.rec.Unconfirmed {
		return r, nil
	}
	rec, gone, err := p.truth(ctx, s.side, ref)
	if err != nil || gone {
		return nil, err
	}
	return &reading{rec: rec, at: p.now()}, nil
}

// parentGone reports whether the record that the link's GHL record belongs to
// is known to be deleted, which takes its children along.
func (p *pass) parentGone(ctx context.Context, flow Flow, link Link) (bool, error) {
	if flow.Parent == "" || link.GHL.Parent == "" {
		return false, nil
	}
	parent := Ref{Side: GHL, Kind: flow.Parent, ID: link.GHL.Parent}
	if p.dying[parent.String()] {
		return true, nil
	}
	gone := false
	err := p.view(ctx, func(tx Tx) error {
		l, err := tx.LinkOf(parent)
		if errors.Is(err, ErrNoLink) {
			return nil
		}
		gone = err == nil && l.State == LinkGone
		return err
	})
	return gone, err
}

// decide runs the pure planner on a link, with what people decided so far.
func (p *pass) decide(ctx context.Context, flow Flow, link Link, tried attempts, ghl, pagico *reading) (merge.Outcome, error) {
	pair := merge.Pair{GHL: p.state(ghl), Pagico: p.state(pagico), Settled: map[string]Value{}}
	pair.Base = tried.landed(link.Base, func(side Side, field string) (Value, bool) {
		r := ghl
		if side == Pagico {
			r = pagico
		}
		if r == nil {
			return Value{}, false
		}
		return r.rec.Fields[field], true
	})
	for field, parked := range link.Parked {
		if parked.Decided {
			pair.Settled[field] = parked.Decision
		}
	}
	out := merge.Plan(pair, flow.Rules)
	if p.cfg.Resolver == nil {
		return out, nil
	}
	asked := false
	for _, c := range out.Conflicts {
		if !c.Parked {
			continue
		}
		v, ok, err := p.cfg.Resolver.Resolve(ctx, link, c)
		if err != nil {
			p.cfg.Logger.Warn("resolver failed", "link", link.ID, "field", c.Field, "error", err)
			continue
		}
		if ok {
			pair.Settled[c.Field], asked = v, true
		}
	}
	if asked {
		out = merge.Plan(pair, flow.Rules)
	}
	return out, nil
}

// state is what the planner is told of a reading.
func (p *pass) state(r *reading) *merge.State {
	if r == nil {
		return nil
	}
	stamp := merge.Stamp{At: r.rec.ModifiedAt}
	if stamp.At.IsZero() {
		stamp.At = r.at
		if !p.last.IsZero() {
			stamp.Slack = r.at.Sub(p.last).Truncate(time.Second)
		}
	}
	return &merge.State{Fields: r.rec.Fields, Stamp: stamp, ReadOnly: r.rec.ReadOnly}
}

// linkStep turns an outcome into a step, or nil when nothing is to be done.
func (p *pass) linkStep(flow Flow, link Link, step *Step, out merge.Outcome, orphaned bool) *Step {
	step.Reason, step.Target = out.Reason, out.Target
	step.Changes, step.Agreed = out.Changes, out.Agreed
	step.Conflicts, step.Discarded = out.Conflicts, out.Discarded
	switch out.Action {
	case merge.ActionNone:
		return p.updateStep(link, step)
	case merge.ActionDelete:
		step.Op, step.ByParent = StepDelete, orphaned
	case merge.ActionComplete:
		step.Op = StepComplete
	case merge.ActionClose:
		step.Op, step.ByParent = StepClose, orphaned
	case merge.ActionRecreate:
		return p.recreateStep(flow, step, orphaned)
	default:
		step.Op = StepUnlink
	}
	p.noteDying(link)
	return step
}

// noteDying remembers that a GHL record is gone, for its children.
func (p *pass) noteDying(link Link) {
	if !link.GHL.IsZero() {
		p.dying[link.GHL.String()] = true
	}
}

// updateStep drops the step when both sides show what was last acted on.
func (p *pass) updateStep(link Link, step *Step) *Step {
	step.Op = StepUpdate
	settled := len(step.Changes) == 0 && len(step.Agreed) == 0 && sameParked(link.Parked, step.Conflicts)
	if settled && step.ExpectGHL == link.SeenGHL && step.ExpectPagico == link.SeenPagico {
		return nil
	}
	return step
}

// sameParked reports whether the conflicts are just those that wait already.
func sameParked(parked map[string]Parked, conflicts []merge.Conflict) bool {
	if len(parked) != len(conflicts) {
		return false
	}
	for _, c := range conflicts {
		was, ok := parked[c.Field]
		if !ok || !c.Parked || was.Decided || !was.GHL.Equal(c.GHL) || !was.Pagico.Equal(c.Pagico) {
			return false
		}
	}
	return true
}

// recreateStep plans to make a deleted record again from its twin.
func (p *pass) recreateStep(flow Flow, step *Step, orphaned bool) *Step {
	from := step.reading(step.Target.Other())
	if orphaned && step.Target == GHL {
		step.Op, step.Target = StepUnlink, ""
		step.Reason = fmt.Sprintf("the %s it belonged to was deleted; the edited twin is kept", flow.Parent)
		return step
	}
	fields, err := flow.newFields(step.Target, from.rec)
	if err != nil {
		p.skip(Skip{Ref: from.rec.Ref, Label: from.rec.Label, Reason: err.Error()})
		return nil
	}
	step.Op, step.Fields, step.Changes = StepCreate, fields, nil
	return step
}

func label(readings ...*reading) string {
	for _, r := range readings {
		if r != nil && r.rec.Label != "" {
			return r.rec.Label
		}
	}
	return ""
}
