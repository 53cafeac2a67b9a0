package syncer

import (
	"context"
	"fmt"
)

// load makes sure that the step holds a reading of the side's record, the one
// it was planned on.
func (a *applier) load(ctx context.Context, s *Step, side Side) error {
	if s.reading(side) != nil || s.Ref(side).IsZero() {
		return nil
	}
	return a.reread(ctx, s, side)
}

// reread reads a record again and refuses it when it shows something else
// than planned.
func (a *applier) reread(ctx context.Context, s *Step, side Side) error {
	expect := s.expect(side)
	rec, gone, err := a.truth(ctx, side, s.Ref(side))
	if err != nil {
		return err
	}
	if gone {
		return fmt.Errorf("%w: %s", errGone, s.Ref(side))
	}
	if rec.Content() != expect {
		return fmt.Errorf("%w: %s", errDrifted, s.Ref(side))
	}
	r := &reading{rec: rec, at: a.now(), own: true}
	r.keepTimes(s.reading(side))
	s.setReading(side, r)
	return nil
}

// ready makes sure that the record about to be written was read just now, or
// is protected by its version.
func (a *applier) ready(ctx context.Context, s *Step, side Side) error {
	r := s.reading(side)
	if r != nil && a.has(flawStaleWrite) {
		return nil
	}
	if r == nil || r.remembered || r.rec.Unconfirmed || !r.guarded() && a.now().Sub(r.at) > a.cfg.Freshness {
		return a.reread(ctx, s, side)
	}
	return nil
}

// guarded reports whether its service refuses a write on top of a newer version.
func (r *reading) guarded() bool { return r.rec.Ref.Side == Pagico && r.rec.Version != "" }
