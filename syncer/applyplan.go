package syncer

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Errors of Apply.
var (
	// ErrForeignPlan says that a plan was made for another connection.
	ErrForeignPlan = errors.New("syncer: the plan belongs to another connection")
	// ErrOtherRules says that the flows changed since a plan was made.
	ErrOtherRules = errors.New("syncer: the plan was made by other rules; plan again")
)

// ApplyOptions change how a plan is applied.
type ApplyOptions struct {
	// Override lifts the named guards for this plan only.
	Override []HaltCode
	// Trigger is written into the audit log; default "plan" and the beginning of
	// the plan's hash.
	Trigger string
}

// Apply carries out a plan from [Engine.Plan], [Engine.Undo] or [ReadPlan] and
// does nothing beyond it. Each record is read again first; a step whose records
// show something else than they did when it was planned is left out and reported
// as drifted. What was done already, by an earlier Apply that was interrupted or
// by a pass, is not done again, so that Apply can be repeated; applied a second
// time, a plan changes nothing.
//
// It returns [ErrForeignPlan], [ErrOtherRules] or a [*HaltError], and has
// written nothing, when the plan does not fit or a guard stands against it.
func (e *Engine) Apply(ctx context.Context, plan *Plan, opts ApplyOptions) (*Report, error) {
	if plan.Connection != e.cfg.Connection {
		return nil, fmt.Errorf("%w: %q, not %q", ErrForeignPlan, plan.Connection, e.cfg.Connection)
	}
	if plan.Rules != e.fingerprint {
		return nil, ErrOtherRules
	}
	release, err := e.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if opts.Trigger == "" {
		opts.Trigger = "plan " + plan.Hash()[:12]
	}
	report := newReport(e.cfg.Now())
	defer func() { report.Ended = e.cfg.Now().UTC() }()
	if err := e.mayApply(ctx, plan, opts); err != nil {
		return report, err
	}
	if _, err := e.settleRipe(ctx, opts.Trigger, report); err != nil {
		return report, err
	}
	// The steps are copied: applying does not change the caller's plan.
	work := *plan
	work.Steps = append([]Step(nil), plan.Steps...)
	for i := range work.Steps {
		work.Steps[i].ghl, work.Steps[i].pagico = nil, nil
	}
	busy, err := e.busyParents(ctx, plan)
	if err != nil {
		return report, err
	}
	a := &applier{Engine: e, trigger: opts.Trigger, strict: true, report: report, failed: map[string]failCount{}, busy: busy}
	if err := a.all(ctx, &work); err != nil {
		return report, err
	}
	return report, e.view(ctx, func(tx Tx) error { return report.countPending(tx) })
}

// busyParents lists what belongs to the records that a plan deletes, if it deletes
// any, and returns those to which something belongs that the plan does not know.
func (e *Engine) busyParents(ctx context.Context, plan *Plan) (map[string]bool, error) {
	p := e.newPass("plan")
	p.ends = [][]Step{plan.Steps}
	doomed, known := map[Kind]bool{}, map[string]bool{}
	for _, s := range plan.Steps {
		known[s.GHL.String()] = true
		if s.Op != StepDelete {
			continue
		}
		if s.Target == GHL {
			doomed[s.Kind] = true
			p.ending[s.GHL.String()] = true
			continue
		}
		holds, _, err := p.holdsOthers(ctx, s)
		if err != nil {
			return nil, err
		}
		p.loose[s.Pagico.String()] = holds
	}
	for _, flow := range e.cfg.Flows {
		if !doomed[flow.Parent] {
			continue
		}
		k := &kindScan{flow: flow, ghl: newSideScan(GHL), pagico: newSideScan(Pagico)}
		if err := p.scanSide(ctx, k, k.ghl, ""); err != nil {
			return nil, fmt.Errorf("list %ss on ghl: %w", flow.Kind, err)
		}
		for id, r := range k.ghl.changed {
			if r.rec.Ref.Parent == "" || known[r.rec.Ref.String()] {
				continue
			}
			same, err := p.sameAsSeen(ctx, flow, id, r)
			if err != nil {
				return nil, err
			}
			if !same {
				p.noteLoose(flow, r.rec.Ref)
			}
		}
	}
	others, err := e.parentsOfOthers(ctx, plan)
	maps.Copy(p.loose, others)
	return p.loose, err
}

// sameAsSeen reports whether a GHL record that a listing which may lag shows as
// unchanged is so in truth, or gone.
func (p *pass) sameAsSeen(ctx context.Context, flow Flow, id LinkID, r *reading) (bool, error) {
	if !r.rec.Unconfirmed {
		return false, nil
	}
	r, err := p.confirm(ctx, flow, r)
	if err != nil || r == nil {
		return r == nil && err == nil, err
	}
	link, _, err := p.loadLink(ctx, id)
	return err == nil && link.SeenGHL == r.rec.Content(), err
}

// mayApply checks the accounts and the guards.
func (e *Engine) mayApply(ctx context.Context, plan *Plan, opts ApplyOptions) error {
	p := e.newPass(opts.Trigger)
	if err := p.prepare(ctx); err != nil {
		return err
	}
	for side, id := range plan.Serves {
		if now := p.plan.Serves[side]; now != id {
			return &HaltError{Halts: []Halt{{Code: HaltIdentity, Side: side,
				Detail: fmt.Sprintf("the plan was made for %s, but the token now serves %s", id, now)}}}
		}
	}
	ends := map[Kind][]Step{}
	for _, s := range plan.Steps {
		if _, known := e.flows[s.Kind]; !known {
			return fmt.Errorf("%w: no flow for kind %q", ErrOtherRules, s.Kind)
		}
		ends[s.Kind] = append(ends[s.Kind], s)
	}
	p.plan.Halts = append(p.plan.Halts, plan.Halts...)
	for kind, steps := range ends {
		active, err := p.countActive(ctx, kind)
		if err != nil {
			return err
		}
		p.guardDeletes(kind, active, steps...)
	}
	if standing := against(p.plan.Halts, opts.Override); len(standing) > 0 {
		return errors.Join(&HaltError{Halts: standing}, e.noteHalts(ctx, standing, opts.Trigger))
	}
	return nil
}

// countPending counts the creates whose outcome is open.
func (r *Report) countPending(tx Tx) error {
	intents, err := tx.Intents()
	for _, in := range intents {
		if in.State != IntentParked {
			r.Pending++
		}
	}
	return err
}

// check compares the world with what a step of a saved plan expects. It returns
// true when the step was done before, and errDrifted when it no longer fits.
func (a *applier) check(ctx context.Context, s *Step) (done bool, err error) {
	if done, err = a.checkLink(ctx, s); done || err != nil {
		return done, err
	}
	to := a.movedTo(ctx, s)
	for _, side := range []Side{GHL, Pagico} {
		ref := s.Ref(side)
		if ref.IsZero() {
			continue
		}
		rec, gone, err := a.truth(ctx, side, ref)
		switch {
		case err != nil:
			return false, err
		case gone && s.expect(side).IsZero():
			continue // planned as gone
		case gone && s.Target == side && (s.Op == StepDelete || s.Op == StepRetract):
			continue // deleted before, though not noted
		case gone && s.Target == side && s.Op == StepMove && s.Move.Remake:
			continue // perhaps deleted to be made again
		case gone || s.expect(side).IsZero():
			return false, fmt.Errorf("%w: %s", errDrifted, ref)
		}
		if rec.Content() != s.expect(side) && !a.doneOn(s, rec, to) && !a.has(flawPlanWrites) {
			return false, fmt.Errorf("%w: %s", errDrifted, ref)
		}
		s.setReading(side, &reading{rec: rec, at: a.now(), own: true})
	}
	s.provenAt = a.now()
	if s.Op == StepMove && s.reading(s.Target) == nil {
		return false, a.resumeRemake(ctx, s)
	}
	if s.Op == StepUpdate || s.Op == StepLink || s.Op == StepMove {
		return a.dropDone(ctx, s)
	}
	return false, nil
}

// resumeRemake turns a move into the create that it lacks, when the record was
// deleted for it and not made again.
func (a *applier) resumeRemake(ctx context.Context, s *Step) error {
	link, notes, err := a.loadLink(ctx, s.Link)
	if err != nil {
		return err
	}
	if notes.move == nil || notes.move.Remaking != s.Target || s.reading(s.Target.Other()) == nil {
		return fmt.Errorf("%w: %s", errGone, s.Ref(s.Target))
	}
	s.Op = StepCreate
	s.Fields, err = a.flows[s.Kind].sameFields(s.Target, link.Base, s.reading(s.Target.Other()).rec)
	return err
}

// checkLink compares the link table with what the step expects.
func (a *applier) checkLink(ctx context.Context, s *Step) (done bool, err error) {
	err = a.view(ctx, func(tx Tx) error {
		if s.undoes() {
			done, err = a.checkUndo(tx, s)
			return err
		}
		if s.Link == 0 {
			done, err = a.checkUnlinked(tx, s)
			return err
		}
		link, err := tx.Link(s.Link)
		if errors.Is(err, ErrNoLink) {
			return fmt.Errorf("%w: there is no link %d", errDrifted, s.Link)
		}
		if err != nil {
			return err
		}
		made := (s.Op == StepCreate || s.Op == StepMove) && link.State == LinkActive && !link.Ref(s.Target).Same(s.Ref(s.Target)) &&
			link.Ref(s.Target.Other()).Same(s.Ref(s.Target.Other()))
		ended := link.State != LinkActive && stage(*s) != stage(Step{Op: StepUpdate, Kind: s.Kind})
		if made || ended {
			done = true
			return nil
		}
		ready := LinkActive
		if s.Op == StepCreate && s.Undoes > 0 {
			ready = LinkEnded // a copy that an undo deleted
		}
		same := link.GHL.Same(s.GHL) && link.Pagico.Same(s.Pagico)
		if s.Match != "" { // one of the two takes the place of a record that is gone
			same = link.GHL.Same(s.GHL) || link.Pagico.Same(s.Pagico)
		}
		if link.State != ready || !same {
			return fmt.Errorf("%w: link %d stands otherwise", errDrifted, s.Link)
		}
		return a.checkIntents(tx, s)
	})
	return done, err
}

// checkUnlinked looks at the links of records that had none.
func (a *applier) checkUnlinked(tx Tx, s *Step) (done bool, err error) {
	for _, side := range []Side{GHL, Pagico} {
		if s.Ref(side).IsZero() {
			continue
		}
		link, err := tx.LinkOf(s.Ref(side))
		if errors.Is(err, ErrNoLink) || err == nil && link.State == LinkGone {
			continue
		}
		if err != nil {
			return false, err
		}
		switch other := s.Ref(side.Other()); {
		case s.Op == StepCreate && link.State == LinkActive:
			return true, nil
		case s.Op == StepLink && link.State == LinkActive && link.Ref(side.Other()).Same(other):
			s.Op, s.Link = StepUpdate, link.ID
			return false, nil
		}
		return false, fmt.Errorf("%w: %s is linked by now", errDrifted, s.Ref(side))
	}
	return false, a.checkIntents(tx, s)
}

// checkIntents holds back a create while an earlier one is not settled.
func (a *applier) checkIntents(tx Tx, s *Step) error {
	if s.Op != StepCreate && s.Op != StepRestore {
		return nil
	}
	intents, err := tx.Intents()
	for _, in := range intents {
		if in.Source.Same(s.Ref(s.Target.Other())) {
			return fmt.Errorf("%w: an earlier create of %s is not settled yet", errDrifted, in.Source)
		}
	}
	return err
}

// movedTo is the parent under which a step puts its target, "" while that is not
// known.
func (a *applier) movedTo(ctx context.Context, s *Step) string {
	if s.Op != StepMove {
		return ""
	}
	if s.Move.To != "" {
		return s.Move.To
	}
	to, err := a.newParent(ctx, s)
	if err != nil {
		return "" // it is looked for once more, and missed then
	}
	return to
}

// doneOn reports whether a record is what the step was planned on but for what
// the step itself does.
func (a *applier) doneOn(s *Step, rec Record, to string) bool {
	rec.Fields = maps.Clone(rec.Fields)
	if s.Op == StepMove && rec.Ref.Side == s.Target && to != "" && rec.Ref.Parent == to {
		rec.Ref.Parent = s.Move.From
	}
	for _, c := range s.Changes {
		if c.To != rec.Ref.Side {
			continue
		}
		if !rec.Fields[c.Field].Equal(c.New) {
			return false
		}
		rec.Fields[c.Field] = c.Old
	}
	return rec.Content() == s.expect(rec.Ref.Side)
}

// dropDone leaves those changes out that the records show already, and reports
// whether nothing is left.
func (a *applier) dropDone(ctx context.Context, s *Step) (done bool, err error) {
	var left []merge.Change
	dropped := map[string]bool{}
	for _, c := range s.Changes {
		if s.reading(c.To).rec.Fields[c.Field].Equal(c.New) {
			dropped[c.Field] = true
		} else {
			left = append(left, c)
		}
	}
	if len(dropped) == 0 && s.Op == StepLink {
		return false, nil
	}
	for _, c := range left {
		delete(dropped, c.Field) // the other half moves its base
	}
	for field := range dropped {
		s.Agreed = append(s.Agreed, merge.Agreement{Field: field,
			Base: merge.Base{GHL: s.ghl.rec.Fields[field], Pagico: s.pagico.rec.Fields[field]}})
	}
	s.Changes = left
	if len(left) > 0 || s.Link == 0 {
		return false, nil
	}
	link, _, err := a.loadLink(ctx, s.Link)
	if err != nil {
		return false, err
	}
	for _, x := range s.Agreed {
		if base, known := link.Base[x.Field]; !known || !base.GHL.Equal(x.Base.GHL) || !base.Pagico.Equal(x.Base.Pagico) {
			return false, nil
		}
	}
	if s.Op == StepMove && s.Ref(s.Target).Parent == s.Move.From {
		return false, nil
	}
	if s.Partial {
		return true, nil
	}
	return link.SeenGHL == s.ghl.rec.Content() && link.SeenPagico == s.pagico.rec.Content() && sameParked(link.Parked, parkedOf(s.Conflicts)), nil
}

// parkedOf are the conflicts that wait for a person.
func parkedOf(conflicts []merge.Conflict) []merge.Conflict {
	var parked []merge.Conflict
	for _, c := range conflicts {
		if c.Parked {
			parked = append(parked, c)
		}
	}
	return parked
}
