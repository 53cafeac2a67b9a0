package syncer

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// planFresh finds twins for the records that have no link, and plans a copy
// for those that have no twin.
func (p *pass) planFresh(ctx context.Context, k *kindScan) error {
	p.dropPending(k)
	if err := p.matchFormer(ctx, k); err != nil {
		return err
	}
	if err := p.matchMarkers(ctx, k); err != nil {
		return err
	}
	if err := p.matchKeys(ctx, k); err != nil {
		return err
	}
	for _, side := range []Side{GHL, Pagico} {
		if err := p.planCopies(ctx, k, side); err != nil {
			return err
		}
	}
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		p.plan.left = append(p.plan.left, leftMark{side: side, kind: k.flow.Kind, any: s.left || len(s.fresh) > 0, full: !s.delta})
	}
	return nil
}

// reasonUnsettled says why a record waits for a create.
const reasonUnsettled = "a create is not settled yet"

// dropPending sets records aside that an unsettled create is about: its source,
// and everything that could be its outcome.
func (p *pass) dropPending(k *kindScan) {
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		for _, id := range s.order {
			r := s.fresh[id]
			if r == nil {
				continue
			}
			in, found := p.pendingFor(r.rec)
			if !found {
				continue
			}
			waits := in.State != IntentParked
			p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Reason: reasonUnsettled, Pending: waits})
			s.held = append(s.held, heldRecord{r, waits})
			s.leave(id)
		}
	}
}

// pendingFor returns the unsettled create that a record is the source, or may
// be the outcome, of.
func (p *pass) pendingFor(rec Record) (Intent, bool) {
	if p.has(flawPending) {
		return Intent{}, false
	}
	if in, ok := p.pending[rec.Ref.String()]; ok || p.has(flawOutcome) {
		return in, ok
	}
	if rec.Twin != "" {
		in, ok := p.pending[Ref{Side: rec.Ref.Side.Other(), Kind: rec.Ref.Kind, ID: rec.Twin}.String()]
		return in, ok
	}
	for _, in := range p.pending {
		if in.Target == rec.Ref.Side && in.Kind == rec.Ref.Kind && in.Parent == rec.Ref.Parent &&
			(rec.CreatedAt.IsZero() || !rec.CreatedAt.Before(in.FirstAt.Add(-p.cfg.ClockSlack))) {
			return in, true
		}
	}
	return Intent{}, false
}

// drop takes a record out of the fresh ones.
func (s *sideScan) drop(id string) { delete(s.fresh, id) }

// leave takes a record out of the fresh ones that stays without a twin.
func (s *sideScan) leave(id string) {
	s.left = true
	s.drop(id)
}

// The ways in which records are recognised without keys.
const (
	matchMarker  = "marker"
	matchOldLink = "the link that they had"
)

// matchFormer pairs records that were twins, were both deleted, and that people
// brought back.
func (p *pass) matchFormer(ctx context.Context, k *kindScan) error {
	for _, id := range k.ghl.order {
		r := k.ghl.fresh[id]
		if r == nil || r.was == 0 {
			continue
		}
		link, _, err := p.loadLink(ctx, r.was)
		if err != nil {
			return err
		}
		twin := k.pagico.fresh[link.Pagico.ID]
		if twin == nil || twin.was != r.was {
			continue
		}
		k.ghl.drop(id)
		k.pagico.drop(link.Pagico.ID)
		p.plan.Match.Exact++
		if err := p.planMatch(ctx, k.flow, r, twin, matchOldLink, link); err != nil {
			return err
		}
	}
	return nil
}

// matchMarkers pairs records that name their twin themselves.
func (p *pass) matchMarkers(ctx context.Context, k *kindScan) error {
	for _, side := range []Side{GHL, Pagico} {
		s, other := k.side(side), k.side(side.Other())
		for _, id := range s.order {
			r := s.fresh[id]
			if r == nil || r.rec.Twin == "" {
				continue
			}
			twin := other.fresh[r.rec.Twin]
			if twin == nil {
				continue
			}
			s.drop(id)
			other.drop(r.rec.Twin)
			p.plan.Match.Exact++
			if err := p.planMatch(ctx, k.flow, r, twin, matchMarker, Link{}); err != nil {
				return err
			}
		}
	}
	return p.leaveStrays(ctx, k)
}

// leaveStrays sets the records aside that name a twin, or have a copy, to which they
// cannot be linked.
func (p *pass) leaveStrays(ctx context.Context, k *kindScan) error {
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		for _, id := range s.order {
			r := s.fresh[id]
			if r == nil {
				continue
			}
			_, reason, err := p.strayOf(ctx, r.rec)
			if err != nil {
				return err
			}
			if reason == "" {
				continue
			}
			p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Reason: reason, stray: true})
			s.leave(id)
		}
	}
	return nil
}

// strayOf says why a record cannot be linked to the twin that it names, or to the
// copy that was made of it; "" if there is none, or nothing is in the way.
func (p *pass) strayOf(ctx context.Context, rec Record) (twin Ref, reason string, err error) {
	twin = Ref{Side: rec.Ref.Side.Other(), Kind: rec.Ref.Kind, ID: rec.Twin}
	marked, err := p.namesTwin(ctx, rec)
	if err != nil {
		return twin, "", err
	}
	if marked {
		reason, err = p.strayMarker(ctx, twin)
		return twin, reason, err
	}
	return p.takenTwin(ctx, rec.Ref)
}

// strayMarker says why a record that names a twin cannot be linked to it.
func (p *pass) strayMarker(ctx context.Context, twin Ref) (reason string, err error) {
	reason = fmt.Sprintf("it was made from %s, which is not there", twin)
	err = p.view(ctx, func(tx Tx) error {
		l, err := tx.LinkOf(twin)
		if errors.Is(err, ErrNoLink) {
			return nil
		}
		if err == nil && l.State == LinkActive {
			reason = fmt.Sprintf("it is a second copy of %s, whose twin is %s", twin, l.Ref(twin.Side.Other()))
		}
		return err
	})
	return reason, err
}

// planMatch plans to link two records that were recognised as twins. former is the
// link that they had, if any.
func (p *pass) planMatch(ctx context.Context, flow Flow, a, b *reading, how string, former Link) error {
	if a.rec.Ref.Side == Pagico {
		a, b = b, a
	}
	step := Step{Op: StepLink, Kind: flow.Kind, Match: how, Label: label(a, b)}
	step.setReading(GHL, a)
	step.setReading(Pagico, b)
	link := Link{Kind: flow.Kind, GHL: a.rec.Ref, Pagico: b.rec.Ref, Base: maps.Clone(former.Base)}
	if how == matchMarker {
		source, made := a.rec, b.rec
		if source.Twin == made.Ref.ID {
			source, made = made, source
		}
		link.Base = metBase(flow, source, made)
	}
	maps.DeleteFunc(link.Base, func(field string, base merge.Base) bool { // what they agree on, the planner says itself
		return base.GHL.Equal(a.rec.Fields[field]) && base.Pagico.Equal(b.rec.Fields[field])
	})
	step.met = link.Base
	if former.ID != 0 && (former.GHL.Parent != a.rec.Ref.Parent || former.Pagico.Parent != b.rec.Ref.Parent) {
		step.Move = &Move{GHL: former.GHL.Parent, Pagico: former.Pagico.Parent} // the next pass follows it
	}
	out := p.decide(ctx, flow, link, nil, &step)
	step.Changes, step.Agreed, step.Conflicts = out.Changes, out.Agreed, out.Conflicts
	p.plan.Steps = append(p.plan.Steps, step)
	p.linked[flow.Kind] = true
	if p.isParent(flow.Kind) {
		p.twins[a.rec.Ref.String()] = b.rec.Ref.ID
		p.twins[b.rec.Ref.String()] = a.rec.Ref.ID
	}
	return nil
}
