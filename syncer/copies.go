package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// planCopies plans a twin for every record of a side that has none.
func (p *pass) planCopies(ctx context.Context, k *kindScan, from Side) error {
	to := from.Other()
	if !k.flow.Rules.Direction.Allows(to) {
		return nil
	}
	s := k.side(from)
	p.plan.Steps = slices.Grow(p.plan.Steps, len(s.fresh))
	for _, id := range s.order {
		r := s.fresh[id]
		if r == nil {
			continue
		}
		reason, err := p.cannotCopy(ctx, k.flow, r.rec, to)
		if err != nil {
			return err
		}
		if reason != "" {
			p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Reason: reason})
			continue
		}
		fields, err := k.flow.newFields(to, r.rec)
		if skip, ok := errors.AsType[*SkipError](err); ok {
			p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Reason: skip.Reason})
			continue
		}
		if err != nil {
			p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Reason: err.Error(), Failed: true})
			continue
		}
		step := Step{Op: StepCreate, Kind: k.flow.Kind, Target: to, Label: r.rec.Label, Reason: "new on " + string(from)}
		if !p.lean {
			step.Fields = fields
		}
		step.setReading(from, r)
		if to == GHL {
			if step.parent, err = p.ghlParent(ctx, k.flow, r.rec.Ref); err != nil {
				return err
			}
		}
		p.plan.Match.New++
		p.plan.Steps = append(p.plan.Steps, step)
		if p.isParent(k.flow.Kind) {
			p.twins[r.rec.Ref.String()] = ""
		}
		p.linked[k.flow.Kind] = true
		s.drop(id)
	}
	return nil
}

// isParent reports whether records of other kinds belong to those of a kind.
func (e *Engine) isParent(kind Kind) bool {
	return slices.ContainsFunc(e.cfg.Flows, func(f Flow) bool { return f.Parent == kind })
}

// cannotCopy says why a record gets no twin, or "".
func (p *pass) cannotCopy(ctx context.Context, flow Flow, rec Record, to Side) (string, error) {
	if flow.Accept != nil {
		if reason, ok := flow.Accept(rec, to); !ok {
			return reason, nil
		}
	}
	if flow.Parent == "" {
		return "", nil
	}
	if rec.Ref.Parent == "" {
		if flow.needsParent(to) {
			return fmt.Sprintf("it belongs to no %s, and %s needs one", flow.Parent, to), nil
		}
		return "", nil
	}
	parent := Ref{Side: rec.Ref.Side, Kind: flow.Parent, ID: rec.Ref.Parent}
	linked, err := p.hasTwin(ctx, parent)
	if err != nil || linked {
		return "", err
	}
	return fmt.Sprintf("its %s has no twin on %s", flow.Parent, to), nil
}

// hasTwin reports whether a record is linked, or will be by this plan.
func (p *pass) hasTwin(ctx context.Context, ref Ref) (bool, error) {
	if _, planned := p.twins[ref.String()]; planned {
		return true, nil
	}
	if p.ending[ref.String()] {
		return false, nil
	}
	linked := false
	err := p.view(ctx, func(tx Tx) error {
		l, err := tx.LinkOf(ref)
		if errors.Is(err, ErrNoLink) {
			return nil
		}
		linked = err == nil && l.State == LinkActive
		return err
	})
	return linked, err
}

// ghlParent names the record's parent on the GHL side, as far as it is known.
func (p *pass) ghlParent(ctx context.Context, flow Flow, ref Ref) (string, error) {
	if flow.Parent == "" || ref.Parent == "" || ref.Side == GHL {
		return ref.Parent, nil
	}
	parent := Ref{Side: Pagico, Kind: flow.Parent, ID: ref.Parent}
	if id, planned := p.twins[parent.String()]; planned {
		return id, nil
	}
	id := ""
	err := p.view(ctx, func(tx Tx) error {
		l, err := tx.LinkOf(parent)
		if errors.Is(err, ErrNoLink) {
			return nil
		}
		id = l.GHL.ID
		return err
	})
	return id, err
}
