package syncer

import (
	"context"
	"fmt"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// sparesParent has the edited record's parent made again too, when this very
// plan is about to delete it on GHL, which would take the edit along.
func (p *pass) sparesParent(flow Flow, step *Step) bool {
	parent := Ref{Side: GHL, Kind: flow.Parent, ID: step.GHL.Parent}
	if step.ghl == nil || !p.ending[parent.String()] || p.dying[parent.String()] {
		return false
	}
	p.loose[parent.String()] = true
	return true
}

// sparedWith reports whether the edited record's parent on Pagico, which this very
// plan is about to delete, will be made again on GHL because of it.
func (p *pass) sparedWith(flow Flow, step *Step) bool {
	parent := Ref{Side: Pagico, Kind: flow.Parent, ID: step.Pagico.Parent}
	rules := p.flows[flow.Parent].Rules
	return p.ending[parent.String()] && rules.Direction.Allows(GHL) && (rules.Deletes == "" || rules.Deletes == merge.Propagate)
}

// keepsParent reports whether a record that is to be made again will have the
// parent that its twin has, or the one that it had itself, or whether it has to
// wait for the former to be made again too. lost says that the former was deleted on
// GHL.
func (p *pass) keepsParent(ctx context.Context, flow Flow, step *Step, lost bool) (kept, wait bool, err error) {
	left := step.reading(step.Target.Other()).rec.Ref
	if flow.Parent == "" || left.Parent == "" {
		return true, false, nil
	}
	kept, err = p.hasTwin(ctx, Ref{Side: left.Side, Kind: flow.Parent, ID: left.Parent})
	if err != nil || kept {
		return kept, false, err
	}
	if p.sparesParent(flow, step) {
		return false, true, nil
	}
	was := step.Ref(step.Target)
	if was.Parent == "" || lost {
		return false, false, nil
	}
	kept, err = p.hasTwin(ctx, Ref{Side: was.Side, Kind: flow.Parent, ID: was.Parent})
	return kept, false, err
}

// losesParent reports whether a Pagico record belongs by now to one that was deleted
// on GHL, as this very plan finds out.
func (p *pass) losesParent(ctx context.Context, flow Flow, left Ref) (bool, error) {
	parent := Ref{Side: Pagico, Kind: flow.Parent, ID: left.Parent}
	if left.Side == GHL || !p.ending[parent.String()] {
		return false, nil
	}
	link, err := p.linkOf(ctx, parent)
	return p.dying[link.GHL.String()], err
}

// recreateStep plans to make a deleted record again from its twin.
func (p *pass) recreateStep(ctx context.Context, flow Flow, step *Step, orphaned bool) (*Step, error) {
	from := step.reading(step.Target.Other())
	_, reason, err := p.takenTwin(ctx, from.rec.Ref)
	if err != nil {
		return nil, err
	}
	if reason != "" {
		p.skip(Skip{Ref: from.rec.Ref, Label: from.rec.Label, Reason: reason})
		return nil, nil
	}
	if flow.Accept != nil {
		if why, ok := flow.Accept(from.rec, step.Target); !ok {
			reason = why
		}
	}
	switch {
	case flow.Parent != "" && from.rec.Ref.Parent == "" && flow.needsParent(step.Target):
		reason = fmt.Sprintf("%s needs a %s to make it again; the twin is kept", step.Target, flow.Parent)
	case reason == "":
		lost, err := p.losesParent(ctx, flow, from.rec.Ref)
		if err != nil {
			return nil, err
		}
		orphaned = orphaned || lost
		kept, wait, err := p.keepsParent(ctx, flow, step, lost)
		switch {
		case err != nil:
			return nil, err
		case wait, !kept && orphaned && step.Target == GHL && p.sparedWith(flow, step):
			p.skip(Skip{Ref: from.rec.Ref, Label: from.rec.Label, Pending: true, Reason: fmt.Sprintf("waits until its %s is made again", flow.Parent)})
			return nil, nil
		case !kept && orphaned && step.Target == GHL:
			reason = fmt.Sprintf("the %s it belonged to was deleted; the twin is kept", flow.Parent)
		case !kept:
			reason = fmt.Sprintf("its %s is linked no more; the twin is kept", flow.Parent)
		}
	}
	if reason != "" {
		step.Op, step.Target, step.Reason = StepUnlink, "", reason
		return step, nil
	}
	fields, err := flow.newFields(step.Target, from.rec)
	if err != nil {
		p.skip(Skip{Ref: from.rec.Ref, Label: from.rec.Label, Reason: err.Error(), Failed: true})
		return nil, nil //nolint:nilerr // it is reported as skipped
	}
	p.remade[step.Ref(step.Target).String()] = true
	p.linked[flow.Kind] = true
	step.Op, step.Fields, step.Changes = StepCreate, fields, nil
	return step, nil
}
