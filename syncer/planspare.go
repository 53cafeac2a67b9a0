package syncer

import (
	"context"
	"fmt"
	"iter"
	"slices"
)

// spareParents keeps records from being deleted to which others belong that the
// other side does not know, or not as they are now: their service would take
// those along. Like an edit, they beat the deletion.
func (p *pass) spareParents(ctx context.Context) error {
	for n, steps := range p.ends {
		for i, s := range steps {
			if s.Op != StepDelete || p.has(flawCascade) {
				continue
			}
			holds, waits, err := p.holdsOthers(ctx, s)
			if err != nil {
				return err
			}
			again := &s
			if holds {
				if again, err = p.spare(ctx, s); err != nil {
					return err
				}
			}
			if waits && !holds {
				p.skip(Skip{Ref: s.Ref(s.Target), Label: s.Label, Reason: reasonUnsettled, Pending: true})
				again.Op = ""
			}
			steps[i] = *again
		}
		p.ends[n] = slices.DeleteFunc(steps, func(s Step) bool { return s.Op == "" })
	}
	return nil
}

// spare plans to make the twin of a record again instead of deleting the record,
// where the flow's direction allows it, and to keep the record alone otherwise.
func (p *pass) spare(ctx context.Context, s Step) (*Step, error) {
	kept, gone := s.Target, s.Target.Other()
	flow, step := p.flows[s.Kind], s
	step.Target = gone
	if !flow.Rules.Direction.Allows(gone) {
		step.Op, step.Target = StepUnlink, ""
		step.Reason = fmt.Sprintf("deleted on %s; kept on %s, where records without a twin belong to it", gone, kept)
		return &step, nil
	}
	again, err := p.recreateStep(ctx, flow, &step, false)
	if err != nil {
		return nil, err
	}
	if again == nil {
		again = &step
		again.Op, again.Target = StepUnlink, ""
	}
	again.Reason = fmt.Sprintf("deleted on %s, but records without a twin belong to it on %s: made again", gone, kept)
	p.skip(Skip{Ref: s.Ref(kept), Label: s.Label, Reason: "what belongs to it is copied once it has a twin again", Pending: true})
	return again, nil
}

// holdsOthers reports whether something belongs to the record that a step is to
// delete and would be lost with it, or may be the outcome of a create that is not
// settled. What a full listing of GHL has shown needs no asking; Pagico is asked in
// any case.
func (p *pass) holdsOthers(ctx context.Context, s Step) (holds, waits bool, err error) {
	target := s.Ref(s.Target)
	if p.loose[target.String()] {
		r, err := p.read(ctx, target)
		if fatal(ctx, err) {
			return false, false, err
		}
		return r != nil, false, nil // there is nothing to spare, or the deletion finds out
	}
	cleared, stays := map[LinkID]bool{}, map[LinkID]bool{}
	for _, steps := range slices.Concat(p.ends, [][]Step{p.plan.Steps}) {
		for _, other := range steps {
			if other.Link != 0 { // what has no link is not cleared by the copy of something else
				cleared[other.Link] = other.clears(s.Target)
				stays[other.Link] = other.Op == StepComplete || other.Op == StepUnlink
			}
			if stays[other.Link] && p.flows[other.Kind].Parent == s.Kind && other.reading(s.Target) != nil && other.Ref(s.Target).Parent == target.ID {
				return true, false, nil
			}
		}
	}
	for _, flow := range p.cfg.Flows {
		source := !flow.Rules.Direction.Allows(s.Target) // of what is never written there nothing may go
		if flow.Parent != s.Kind || s.Target == GHL && !p.partly[flow.Kind] && !source {
			continue
		}
		for rec, err := range p.below(ctx, target, flow.Kind) {
			if err != nil {
				return false, false, fmt.Errorf("list the %ss of %s: %w", flow.Kind, target, err)
			}
			link, err := p.linkOf(ctx, rec.Ref)
			if err != nil {
				return false, false, err
			}
			if _, open := p.pendingFor(rec); open && link.State == "" {
				waits = true
			} else if source && !rec.Deleted || stays[link.ID] || !cleared[link.ID] && !link.covers(rec) {
				return true, false, nil
			}
		}
	}
	return false, waits, nil
}

// clears reports whether the step leaves nothing of a link on side that a deleted
// parent would take along: it is deleted, moved away, or safe on the other side.
func (s Step) clears(side Side) bool {
	switch s.Op {
	case StepDelete:
		return s.Target == side
	case StepMove:
		return s.Target == side && s.Move.Waits == ""
	case StepClose, StepLink, StepUpdate, StepCreate:
		return true
	}
	return false
}

// covers reports whether a record of the link is nothing new: it shows what it
// showed when it and its twin were last looked at.
func (l Link) covers(rec Record) bool {
	return rec.Deleted || l.State == LinkActive && l.Seen(rec.Ref.Side) == rec.Content()
}

// below lists the records of a kind that belong to another. Where the source
// cannot list these alone all are listed, once in a pass.
func (p *pass) below(ctx context.Context, parent Ref, kind Kind) iter.Seq2[Record, error] {
	source := p.source(parent.Side)
	if c, ok := source.(Children); ok {
		return c.Children(ctx, parent, kind)
	}
	return func(yield func(Record, error) bool) {
		all := Ref{Side: parent.Side, Kind: kind}
		if p.children[all] == nil {
			p.children[all] = map[string][]Record{}
			for rec, err := range source.Changes(ctx, kind, "").All {
				if err != nil {
					yield(Record{}, err)
					return
				}
				p.children[all][rec.Ref.Parent] = append(p.children[all][rec.Ref.Parent], rec)
			}
		}
		for _, rec := range p.children[all][parent.ID] {
			if !yield(rec, nil) {
				return
			}
		}
	}
}
