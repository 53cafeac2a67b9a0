package syncer

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// planLink compares the two records of a link. It returns nil when nothing is
// to be done, or nothing can be done now.
func (p *pass) planLink(ctx context.Context, k *kindScan, id LinkID, missing map[Side]map[LinkID]bool) (*Step, error) {
	link, notes, err := p.loadLink(ctx, id)
	if err != nil {
		return nil, err
	}
	if waits, unsettled := p.pendingLinks[id]; unsettled && !p.has(flawPendingLink) {
		p.skip(Skip{Ref: link.GHL, Reason: reasonUnsettled, Pending: waits})
		p.holdParent(k.flow, link)
		return nil, nil
	}
	orphaned, err := p.parentGone(ctx, k.flow, link)
	if err != nil {
		return nil, err
	}
	now := map[Side]*reading{}
	for _, side := range []Side{GHL, Pagico} {
		r, err := p.current(ctx, k.side(side), link, missing[side][id], orphaned)
		if err == nil {
			r, err = p.confirm(ctx, k.flow, r)
		}
		if err != nil {
			p.holdParent(k.flow, link)
			return nil, p.unreadable(ctx, link.Ref(side), err)
		}
		if r == nil && !orphaned && k.flow.Parent != "" && k.side(side).listed.has(id) {
			p.mayHaveMoved(k.flow, link, link.Ref(side), "")
			return nil, nil
		}
		now[side] = r
	}
	if notes.standIn, err = p.standIn(ctx, k, &link, now); err != nil {
		return nil, p.setAside(ctx, k.flow, link, err)
	}
	skipped := len(p.plan.Skipped)
	for {
		p.plan.Skipped = p.plan.Skipped[:skipped] // it is said again, if it still holds
		step, err := p.compare(ctx, k.flow, link, notes, now, orphaned)
		// A field that waits no more is as much of a change.
		if err != nil || step == nil || !step.weighs() && len(link.Parked) == 0 || p.has(flawTrustsIndex) {
			return step, p.setAside(ctx, k.flow, link, err)
		}
		confirmed := true
		for _, side := range []Side{GHL, Pagico} {
			if !k.side(side).mayLag(now[side], step) {
				continue
			}
			confirmed = false
			listed := now[side].rec
			p.known[listed.Ref.String()] = now[side]
			if now[side], err = p.read(ctx, listed.Ref); err != nil {
				p.holdParent(k.flow, link)
				return nil, p.unreadable(ctx, listed.Ref, err)
			}
			if now[side] == nil && k.flow.Parent != "" { // listed, and yet not there
				p.mayHaveMoved(k.flow, link, listed.Ref, listed.Label)
				return nil, nil
			}
		}
		if confirmed {
			return step, nil
		}
	}
}

// mayHaveMoved leaves a record to a later pass that is not where it was: it may
// have been put under another parent, which the listing does not show yet.
func (p *pass) mayHaveMoved(flow Flow, link Link, ref Ref, label string) {
	p.skip(Skip{Ref: ref, Label: label, Reason: "it was moved or deleted just now", Pending: true})
	p.holdParent(flow, link)
}

// mayLag reports whether a step rests on what a record showed in a listing that
// may lag: because the listing shows a change, because its old value is to be
// written to the other side, or because its parent is said to leave no other way.
func (s *sideScan) mayLag(r *reading, step *Step) bool {
	if r == nil || r.rec.Unconfirmed || !r.remembered || !s.lagging {
		return r != nil && r.rec.Unconfirmed
	}
	to := s.side.Other()
	return step.Op == StepUnlink || (step.Op == StepCreate || step.Op == StepMove) && step.Target == to || slices.ContainsFunc(step.Changes, func(c merge.Change) bool { return c.To == to })
}

// keepTimes takes over the times that an earlier reading of the same content
// told and this one does not: some services tell them in listings only.
func (r *reading) keepTimes(earlier *reading) {
	if r == nil || earlier == nil || r.rec.Content() != earlier.rec.Content() {
		return
	}
	if r.rec.ModifiedAt.IsZero() {
		r.rec.ModifiedAt = earlier.rec.ModifiedAt
	}
	if r.rec.CreatedAt.IsZero() {
		r.rec.CreatedAt = earlier.rec.CreatedAt
	}
}

// unreadable sets a record aside that cannot be read, or ends the pass.
func (p *pass) unreadable(ctx context.Context, ref Ref, err error) error {
	if fatal(ctx, err) {
		return err
	}
	p.skip(Skip{Ref: ref, Reason: "cannot be read: " + err.Error(), Failed: true})
	return nil
}

// weighs reports whether the step rests on what the records show, so that a
// listing that may lag is not enough to go by.
func (s *Step) weighs() bool {
	return s.Op != StepUpdate || s.Move != nil || len(s.Changes)+len(s.Agreed)+len(s.Conflicts)+len(s.Discarded) > 0
}

// compare plans one link from two readings; nil means proven gone.
func (p *pass) compare(ctx context.Context, flow Flow, link Link, notes linkNotes, now map[Side]*reading, orphaned bool) (*Step, error) {
	step := &Step{Kind: flow.Kind, Link: link.ID, GHL: link.GHL, Pagico: link.Pagico, noted: notes.move != nil, provenAt: p.now()}
	step.setReading(GHL, now[GHL])
	step.setReading(Pagico, now[Pagico])
	step.Label = label(now[GHL], now[Pagico])
	if notes.standIn != "" {
		step.Match = matchMarker
	}
	out := p.decide(ctx, flow, link, notes.tried, step)
	if (now[GHL] == nil) != (now[Pagico] == nil) {
		wait, err := p.heedRestored(ctx, flow, notes, step, &out)
		if err == nil && wait == "" {
			wait, err = p.reconsider(ctx, flow, link, notes, step, &out)
		}
		if err != nil {
			return nil, err
		}
		if wait != "" {
			p.skip(Skip{Ref: link.GHL, Label: step.Label, Pending: true, Reason: wait})
			return nil, nil
		}
	}
	return p.linkStep(ctx, flow, link, step, out, notes, orphaned)
}

// ends reports whether an action follows from a deletion and ends the link.
func ends(a merge.Action) bool {
	return a == merge.ActionDelete || a == merge.ActionComplete || a == merge.ActionUnlink || a == merge.ActionKeep
}

// current returns what a side shows of a link's record, nil when it is proven
// gone. It asks the service only when the listing cannot tell.
func (p *pass) current(ctx context.Context, s *sideScan, link Link, missing, orphaned bool) (*reading, error) {
	if missing && orphaned && s.side == GHL {
		return nil, nil
	}
	if !missing {
		if r := s.changed[link.ID]; r != nil {
			return r, nil
		}
		if r := s.kept[link.ID]; r != nil {
			return r, nil
		}
		if r := s.recall(link); r != nil {
			return r, nil
		}
		if r := remember(link, s.side); r != nil && !p.distrust {
			return r, nil
		}
	}
	if missing && p.has(flawNoProof) {
		return nil, nil
	}
	return p.read(ctx, link.Ref(s.side))
}

// read asks the service for a record; nil means that it is gone.
func (p *pass) read(ctx context.Context, ref Ref) (*reading, error) {
	rec, gone, err := p.truth(ctx, ref.Side, ref)
	if err != nil || gone {
		return nil, err
	}
	r := &reading{rec: rec, at: p.now()}
	r.keepTimes(p.known[ref.String()])
	return r, nil
}

// remember puts together what a record that did not change shows, from the base
// of its link; nil when the base does not hold all of it.
func remember(link Link, side Side) *reading {
	rec := Record{Ref: link.Ref(side), Fields: make(Fields, len(link.Base))}
	for field, base := range link.Base {
		if v := base.Of(side); !v.IsNone() {
			rec.Fields[field] = v
		}
	}
	for _, readOnly := range []bool{false, true} {
		rec.ReadOnly = readOnly
		if seen := link.Seen(side); !seen.IsZero() && rec.Content() == seen {
			return &reading{rec: rec, remembered: true}
		}
	}
	return nil
}

// decide runs the pure planner on a step's readings, with what people decided
// so far.
func (p *pass) decide(ctx context.Context, flow Flow, link Link, tried attempts, step *Step) merge.Outcome {
	ghl, pagico := step.ghl, step.pagico
	pair := merge.Pair{Base: link.Base, GHL: p.state(ghl), Pagico: p.state(pagico), Settled: map[string]Value{}}
	step.landed = tried.landed(func(side Side, field string) (Value, bool) {
		r := step.reading(side)
		if r == nil {
			return Value{}, false
		}
		return r.rec.Fields[field], true
	})
	if len(step.landed) > 0 {
		pair.Base = maps.Clone(link.Base)
		for _, x := range step.landed {
			pair.Base[x.Field] = x.Base
		}
	}
	step.heeded = map[string]bool{}
	for field, parked := range link.Parked {
		if !parked.Decided {
			continue
		}
		step.heeded[field] = true
		// A decision is about two values; an edit made since is not overruled. One side
		// may show it already, when only half of it could be carried out.
		if ghl != nil && pagico != nil && flow.decides(parked, GHL, field, ghl.rec) && flow.decides(parked, Pagico, field, pagico.rec) {
			pair.Settled[field] = parked.Decision
		}
	}
	if p.has(flawPolicy) {
		flow.Rules.Fields = slices.Clone(flow.Rules.Fields)
		for i := range flow.Rules.Fields {
			flow.Rules.Fields[i].Policy = merge.GHLWins
		}
	}
	out := merge.Plan(pair, flow.Rules)
	if out.Action == merge.ActionRecreate && p.has(flawDeleteWins) {
		out.Action, out.Target = merge.ActionDelete, out.Target.Other()
	}
	if p.cfg.Resolver != nil && p.resolve(ctx, link, out, pair.Settled) {
		out = merge.Plan(pair, flow.Rules)
	}
	if out.Action == merge.ActionNone {
		out.Agreed = append(out.Agreed, unnamed(step.landed, out)...)
	}
	return out
}

// resolve asks the resolver about the parked fields and reports whether it
// settled any.
func (p *pass) resolve(ctx context.Context, link Link, out merge.Outcome, settled map[string]Value) bool {
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
			settled[c.Field], asked = v, true
		}
	}
	return asked
}

// unnamed are the landed values whose field the outcome does not move.
func unnamed(landed []merge.Agreement, out merge.Outcome) []merge.Agreement {
	return slices.DeleteFunc(slices.Clone(landed), func(x merge.Agreement) bool {
		return slices.ContainsFunc(out.Agreed, func(a merge.Agreement) bool { return a.Field == x.Field }) ||
			slices.ContainsFunc(out.Changes, func(c merge.Change) bool { return c.Field == x.Field })
	})
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
func (p *pass) linkStep(ctx context.Context, flow Flow, link Link, step *Step, out merge.Outcome, notes linkNotes, orphaned bool) (*Step, error) {
	step.Reason, step.Target = out.Reason, out.Target
	step.Changes, step.Agreed = out.Changes, out.Agreed
	step.Conflicts, step.Discarded = out.Conflicts, out.Discarded
	switch out.Action {
	case merge.ActionNone:
		if err := p.planMove(ctx, flow, link, notes, step); err != nil {
			return nil, err
		}
		return p.updateStep(link, step, notes), nil
	case merge.ActionDelete:
		step.Op, step.ByParent = StepDelete, orphaned
	case merge.ActionComplete:
		step.Op = StepComplete
	case merge.ActionClose:
		step.Op, step.ByParent = StepClose, orphaned
	case merge.ActionRecreate:
		again, err := p.recreateStep(ctx, flow, step, orphaned)
		if again != nil && again.Op == StepCreate && notes.move != nil && notes.move.Remaking == again.Target {
			again.Fields, err = flow.sameFields(again.Target, link.Base, again.reading(again.Target.Other()).rec)
		}
		return again, err
	default:
		step.Op = StepUnlink
	}
	p.noteEnd(link, step)
	return step, nil
}

// noteEnd remembers, for the children, that a link is about to end, and that
// the GHL record is gone if it is.
func (p *pass) noteEnd(link Link, step *Step) {
	p.ending[link.GHL.String()], p.ending[link.Pagico.String()] = true, true
	if step.ghl == nil && !link.GHL.IsZero() {
		p.dying[link.GHL.String()] = true
	}
}

// updateStep drops the step when both sides show what was last acted on.
func (p *pass) updateStep(link Link, step *Step, notes linkNotes) *Step {
	step.Op = StepUpdate
	waits := step.Move != nil && step.Move.Waits != ""
	if step.Move != nil && !waits {
		step.Op = StepMove
		return step
	}
	if waits {
		p.skip(Skip{Ref: step.Ref(step.Target.Other()), Label: step.Label, Reason: step.Reason, Pending: step.Move.unsettled})
	}
	if notes.standIn != "" {
		step.Reason = notes.standIn
		return step
	}
	settled := len(step.Changes) == 0 && len(step.Agreed) == 0 && sameParked(link.Parked, step.Conflicts)
	if !settled || notes.deletion != nil || step.ExpectGHL != link.SeenGHL || step.ExpectPagico != link.SeenPagico || waits != (notes.move != nil) {
		return step
	}
	if len(notes.tried) == 0 {
		if p.wanted[link.ID] && !waits {
			p.plan.quiet = append(p.plan.quiet, quietLink{link.Kind, link.ID})
		}
		return nil
	}
	if notes.tried.over(p.now(), p.cfg.Settle+p.cfg.ClockSlack) {
		return step // to forget them
	}
	return nil
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

func label(readings ...*reading) string {
	for _, r := range readings {
		if r != nil && r.rec.Label != "" {
			return r.rec.Label
		}
	}
	return ""
}
