package syncer

import (
	"context"
	"fmt"
)

// prove makes sure, right before a record is deleted or completed, that what was
// found while planning still holds: it shows what it showed, and its twin is gone.
// A pass may take hours, and deletions come last.
func (a *applier) prove(ctx context.Context, s *Step) error {
	if a.has(flawOldProof) {
		return a.load(ctx, s, s.Target)
	}
	twin := s.Ref(s.Target.Other())
	if s.Op != StepRetract && !twin.IsZero() && a.now().Sub(s.provenAt) > a.cfg.Freshness {
		_, gone, err := a.truth(ctx, twin.Side, twin)
		if err != nil {
			return err
		}
		if !gone {
			return fmt.Errorf("%w: %s is there again", errDrifted, twin)
		}
	}
	r := s.reading(s.Target)
	if r == nil || !r.guarded() && !r.own || r.remembered {
		return a.reread(ctx, s, s.Target)
	}
	return a.ready(ctx, s, s.Target)
}

// spareChildren looks, right before a record is deleted, for records that belong
// to it and that nobody has seen yet, or not as they are now: their service would
// take those along. The next pass then compares them, and keeps what they belong to
// if need be. It costs one listing for each kind of child, and none for other
// deletions.
func (a *applier) spareChildren(ctx context.Context, s *Step) error {
	source, ok := a.source(s.Target).(Children)
	if !ok || a.has(flawNoLastLook) {
		return nil
	}
	target := s.Ref(s.Target)
	for _, flow := range a.cfg.Flows {
		if flow.Parent != s.Kind {
			continue
		}
		for rec, err := range source.Children(ctx, target, flow.Kind) {
			if err != nil {
				return fmt.Errorf("list the %ss of %s: %w", flow.Kind, target, err)
			}
			link, err := a.linkOf(ctx, rec.Ref)
			if err != nil {
				return err
			}
			if !link.covers(rec) {
				return fmt.Errorf("%w: %s belongs to it and is not safe on %s", errDrifted, rec.Ref, s.Target.Other())
			}
		}
	}
	return nil
}
