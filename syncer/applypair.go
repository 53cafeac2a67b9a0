package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// maxReplans bounds how often a pair that keeps changing is planned again
// within one pass.
const maxReplans = 3

// pair links two records if they are not linked yet, writes the planned
// changes, moves the base to what was confirmed, and puts one of the records
// under another parent if that is planned.
func (a *applier) pair(ctx context.Context, s *Step) error {
	if s.Op == StepLink {
		if err := a.link(ctx, s); err != nil {
			return err
		}
	}
	var err error
	for range maxReplans {
		err = a.writePair(ctx, s)
		switch {
		case err != nil || s.Op != StepMove:
		case s.unsettled:
			err = fmt.Errorf("%w: %s", errDrifted, s.subject())
		default:
			err = a.move(ctx, s)
		}
		if a.strict || !errors.Is(err, errDrifted) && !errors.Is(err, ErrChanged) {
			return err
		}
		again, planErr := a.replan(ctx, s)
		if planErr != nil || again == nil {
			return planErr
		}
		s = again
	}
	return err
}

// link stores a new link with the fields on which both records agree. Should
// the engine stop right after, the next pass looks at the rest.
func (a *applier) link(ctx context.Context, s *Step) error {
	for _, side := range []Side{GHL, Pagico} {
		if err := a.load(ctx, s, side); err != nil {
			return err
		}
	}
	link := Link{Kind: s.Kind, State: LinkActive, GHL: s.GHL, Pagico: s.Pagico, Base: map[string]merge.Base{}, SyncedAt: a.now()}
	maps.Copy(link.Base, s.met)
	for _, agreed := range s.Agreed {
		link.Base[agreed.Field] = agreed.Base
	}
	err := a.commit(ctx, func(tx Tx) error {
		if err := tx.PutLink(&link); err != nil {
			return err
		}
		s.Link = link.ID
		entry := a.entry(s, "link", "done", "recognised by "+s.Match)
		entry.Fields = agreedFields(s.Agreed)
		entry.After = mark(link)
		_, err := tx.AppendAudit(entry)
		return errors.Join(err, lookAgain(tx, link), a.wakeChildren(tx, s.Kind))
	})
	if err == nil {
		a.report.count(s.Kind, Counts{Linked: 1})
	}
	return err
}

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

// replan compares the two records of a link once more.
func (a *applier) replan(ctx context.Context, s *Step) (*Step, error) {
	p := a.newPass(a.trigger)
	p.distrust = true
	p.wanted[s.Link] = s.Move != nil
	for _, side := range []Side{GHL, Pagico} {
		p.known[s.Ref(side).String()] = s.reading(side)
	}
	k := &kindScan{flow: a.flows[s.Kind], ghl: newSideScan(GHL), pagico: newSideScan(Pagico)}
	again, err := p.planLink(ctx, k, s.Link, map[Side]map[LinkID]bool{})
	if err == nil && (len(p.plan.Skipped) > 0 || again != nil && again.Op != StepUpdate && (again.Op != StepMove || s.Op != StepMove)) {
		// More than the writing of fields is left to the next pass.
		err = fmt.Errorf("%w: %s", errDrifted, s.subject())
	}
	return again, err
}

// writePair writes the changes of a step, each side once, and commits.
func (a *applier) writePair(ctx context.Context, s *Step) error {
	for _, side := range []Side{GHL, Pagico} {
		if err := a.load(ctx, s, side); err != nil {
			return err
		}
	}
	if s.onlyMoves() {
		return nil
	}
	after := map[Side]Record{GHL: s.ghl.rec, Pagico: s.pagico.rec}
	clean := map[Side]bool{GHL: true, Pagico: true}
	for _, side := range []Side{GHL, Pagico} { // before the note of earlier writes is replaced
		if slices.ContainsFunc(s.Changes, func(c merge.Change) bool { return c.To == side }) {
			if err := a.ready(ctx, s, side); err != nil {
				return err
			}
		}
	}
	if len(s.Changes) > 0 {
		if err := a.noteAttempts(ctx, s); err != nil {
			return err
		}
	}
	if a.has(flawBaseFirst) {
		if err := a.commitPair(ctx, s, after, clean); err != nil {
			return err
		}
	}
	var done []Side
	for _, side := range []Side{GHL, Pagico} {
		set := Fields{}
		for _, c := range s.Changes {
			if c.To == side {
				set[c.Field] = c.New
			}
		}
		if len(set) == 0 {
			continue
		}
		rec, err := a.write(ctx, s, side, "update", set)
		if err != nil {
			return errors.Join(err, a.commitHalf(ctx, s, done, after))
		}
		rec.Ref = keepParent(rec.Ref, s.Ref(side))
		before := s.reading(side).rec
		clean[side] = a.has(flawCleanAlways) || onlyChanged(a.flows[s.Kind], before, rec, set)
		if rec.Ref.Parent != before.Ref.Parent {
			// Somebody moved it just now: the next look decides about the parent that
			// both sides last agreed on.
			clean[side], rec.Ref.Parent = false, before.Ref.Parent
		}
		after[side] = rec
		done = append(done, side)
	}
	if err := a.commitPair(ctx, s, after, clean); err != nil {
		return err
	}
	for _, side := range done {
		s.setReading(side, &reading{rec: after[side], at: a.now()})
	}
	return nil
}

// write updates one record of a step, as it was read last.
func (a *applier) write(ctx context.Context, s *Step, side Side, what string, set Fields) (Record, error) {
	if err := a.ready(ctx, s, side); err != nil {
		return Record{}, err
	}
	current := s.reading(side).rec
	a.report.wrote()
	return a.source(side).Update(ctx, current, set, a.opID(what, s.Ref(side).String(), current.Content().String(), current.Version))
}

// commitHalf keeps what was confirmed when the other side's write failed.
func (a *applier) commitHalf(ctx context.Context, s *Step, done []Side, after map[Side]Record) error {
	if len(done) == 0 {
		return nil
	}
	half := *s
	half.Agreed, half.Conflicts = nil, nil
	half.Changes = slices.DeleteFunc(slices.Clone(s.Changes), func(c merge.Change) bool {
		return slices.ContainsFunc(s.Changes, func(x merge.Change) bool { return x.Field == c.Field && !slices.Contains(done, x.To) })
	})
	for _, c := range s.Conflicts {
		if slices.ContainsFunc(half.Changes, func(x merge.Change) bool { return x.Field == c.Field }) {
			half.Conflicts = append(half.Conflicts, c)
		}
	}
	half.Discarded = slices.DeleteFunc(slices.Clone(s.Discarded), func(d merge.Change) bool { return !slices.Contains(done, d.To) })
	half.Partial, half.half = true, true
	return a.commitPair(ctx, &half, after, map[Side]bool{})
}

// onlyChanged reports whether nothing but the written fields moved between
// our reading and the answer to our write.
func onlyChanged(flow Flow, before, after Record, set Fields) bool {
	for _, f := range flow.Rules.Fields {
		if _, written := set[f.Name]; !written && !before.Fields[f.Name].Equal(after.Fields[f.Name]) {
			return false
		}
	}
	return true
}

// noteAttempts stores which values are about to be written, so that they are
// recognised later even if the answer gets lost. Earlier writes that are seen
// to have happened become the base first, for their note is replaced.
func (a *applier) noteAttempts(ctx context.Context, s *Step) error {
	if a.has(flawNoAttempts) {
		return nil
	}
	tried := attempts{}
	for _, c := range s.Changes {
		var source Value
		if r := s.reading(c.To.Other()); r != nil {
			source = r.rec.Fields[c.Field]
		}
		tried[c.Field] = attempt{To: c.To, Value: c.New, Old: c.Old, Source: source, At: a.now()}
	}
	data, err := json.Marshal(tried)
	if err != nil {
		return fmt.Errorf("syncer: note attempt: %w", err)
	}
	late := ""
	err = a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		if late = a.decidedOtherwise(s, link); late != "" {
			return nil
		}
		if err := a.commitLanded(tx, s, &link); err != nil {
			return err
		}
		if err := a.forgetAttempts(tx, s, s.Link); err != nil {
			return err
		}
		return errors.Join(lookAgain(tx, link), tx.SetState(attemptKey(s.Link), data))
	})
	if err == nil && late != "" {
		err = fmt.Errorf("%w: a person decided %s otherwise", errDrifted, late)
	}
	return err
}

// commitLanded moves the base of earlier writes that are seen to have happened.
func (a *applier) commitLanded(tx Tx, s *Step, link *Link) error {
	if len(s.landed) == 0 {
		return nil
	}
	link.Base = maps.Clone(link.Base)
	if link.Base == nil {
		link.Base = map[string]merge.Base{}
	}
	for _, x := range s.landed {
		link.Base[x.Field] = x.Base
	}
	if err := tx.PutLink(link); err != nil {
		return err
	}
	entry := a.entry(s, actionAgree, "done", "an earlier write of unknown outcome is seen to have happened")
	entry.Fields, entry.After = agreedFields(s.landed), mark(*link)
	_, err := tx.AppendAudit(entry)
	return err
}

// commitPair moves the base of every field that was written or agreed on.
func (a *applier) commitPair(ctx context.Context, s *Step, after map[Side]Record, clean map[Side]bool) error {
	err := a.commit(ctx, func(tx Tx) error { return a.putPair(tx, s, after, clean) })
	if err != nil {
		return err
	}
	a.report.conflicts(*s)
	switch {
	case len(s.Changes) > 0:
		a.report.count(s.Kind, Counts{Updated: 1})
	case len(s.Agreed) > 0 && s.Op == StepUpdate:
		a.report.count(s.Kind, Counts{Agreed: 1})
	}
	return nil
}

// putPair stores the outcome of a step on two records.
func (a *applier) putPair(tx Tx, s *Step, after map[Side]Record, clean map[Side]bool) error {
	link, err := tx.Link(s.Link)
	if err != nil {
		return err
	}
	was := link
	link.Base = maps.Clone(link.Base)
	a.moveBase(&link, s, after)
	again := s.Partial
	if !s.Partial {
		again = a.park(&link, s)
	}
	s.unsettled = !clean[GHL] || !clean[Pagico] || again && !s.Partial
	for side, rec := range after {
		if side == GHL { // where the parent is part of the record's address
			rec.Ref = keepParent(rec.Ref, link.GHL)
		}
		link.SetSeen(side, merge.Hash{})
		if clean[side] && !again {
			link.SetSeen(side, rec.Content())
		}
		link.SetRef(rec.Ref)
	}
	link.SyncedAt = a.now()
	if err := tx.PutLink(&link); err != nil {
		return err
	}
	err = errors.Join(a.putParents(tx, s, link, was), tx.SetState(deletionKey(link.ID), nil), a.markReplaced(tx, s, link, was.GHL), a.markReplaced(tx, s, link, was.Pagico))
	if err != nil {
		return err
	}
	if err := a.putMarks(tx, s, link, !clean[GHL] || !clean[Pagico] || again || s.Move != nil); err != nil {
		return err
	}
	fields := changedFields(s, was.Base, after)
	if a.has(flawSilentLoss) {
		for i := range fields {
			fields[i].Before, fields[i].Lost, fields[i].Base = Value{}, Value{}, Value{}
		}
	}
	if len(fields) == 0 && was.GHL == link.GHL && was.Pagico == link.Pagico {
		return nil
	}
	entry := a.entry(s, "update", "done", s.Reason)
	entry.Fields, entry.After = fields, mark(link)
	_, err = tx.AppendAudit(entry)
	return err
}

// putMarks forgets the values that were tried and the wish for another look,
// unless they are needed still.
func (a *applier) putMarks(tx Tx, s *Step, link Link, again bool) error {
	tried, err := loadAttempts(tx, link.ID)
	if err != nil {
		return err
	}
	switch {
	case s.half:
		again = true
	case len(s.Changes) > 0:
		err = tx.SetState(attemptKey(link.ID), nil) // they are this step's own, and confirmed
	case len(tried) > 0 && len(s.landed) == 0 && !tried.over(a.now(), a.cfg.Settle+a.cfg.ClockSlack):
		again = true
	default:
		err = a.forgetAttempts(tx, s, link.ID)
	}
	if again {
		return errors.Join(err, lookAgain(tx, link))
	}
	return errors.Join(err, tx.SetState(againKey(link.Kind, link.ID), nil))
}

// keepParent keeps the known parent when an answer does not name one.
func keepParent(ref, known Ref) Ref {
	if ref.Parent == "" {
		ref.Parent = known.Parent
	}
	if ref.ID == "" {
		return known
	}
	return ref
}

// moveBase notes what both sides show now for the fields that were decided.
func (a *applier) moveBase(link *Link, s *Step, after map[Side]Record) {
	if link.Base == nil {
		link.Base = map[string]merge.Base{}
	}
	for _, agreed := range s.Agreed {
		link.Base[agreed.Field] = agreed.Base
	}
	for _, c := range s.Changes {
		if a.has(flawEcho) {
			break
		}
		link.Base[c.Field] = confirmed(s, c.Field, after)
	}
}

// confirmed is what both sides are known to agree on once a field was written:
// what was read back where it was written, and elsewhere what the change was made
// from. The answer to the write of other fields may show an edit made since.
func confirmed(s *Step, field string, after map[Side]Record) merge.Base {
	shown := func(side Side) Value {
		written := slices.ContainsFunc(s.Changes, func(c merge.Change) bool { return c.Field == field && c.To == side })
		if r := s.reading(side); r != nil && !written {
			return r.rec.Fields[field]
		}
		return after[side].Fields[field]
	}
	return merge.Base{GHL: shown(GHL), Pagico: shown(Pagico)}
}

// park keeps the fields that wait for a person, and forgets those that do not.
// It reports whether a decision was made since the step was planned, which the
// next pass is to heed.
func (a *applier) park(link *Link, s *Step) (undecided bool) {
	parked := map[string]Parked{}
	for _, c := range s.Conflicts {
		if !c.Parked {
			continue
		}
		entry := Parked{Base: c.Base, GHL: c.GHL, Pagico: c.Pagico, Reason: c.Reason, Since: a.now()}
		if was, ok := link.Parked[c.Field]; ok {
			entry.Since = was.Since
			switch {
			case a.has(flawForgetsDecision):
			case was.Decided && !s.heeded[c.Field]:
				entry.Decision, entry.Decided, entry.By = was.Decision, true, was.By
				undecided = true
			case was.Decided:
				entry.Reason += "; the decision of " + was.By + " could not be carried out"
			}
		}
		parked[c.Field] = entry
	}
	link.Parked = parked
	if len(parked) == 0 {
		link.Parked = nil
	}
	return undecided
}

// mark is the part of a link that the audit log keeps.
func mark(l Link) *LinkMark {
	return &LinkMark{State: l.State, GHL: l.GHL, Pagico: l.Pagico, Base: maps.Clone(l.Base), Origin: l.Origin}
}

// ruleAgreed is the rule of fields that both records showed alike, or that were
// left as they were when the two met.
const ruleAgreed = "both sides agree"

// agreedFields tells of fields that need no write: both sides show the same, or
// somebody decided that they may differ.
func agreedFields(agreed []merge.Agreement, settled ...merge.Conflict) []AuditField {
	var fields []AuditField
	for _, x := range agreed {
		f := AuditField{Field: x.Field, After: x.Base.GHL, Rule: ruleAgreed}
		for _, c := range settled {
			if c.Field == x.Field {
				f.Before, f.After, f.Rule = c.GHL, c.Pagico, c.Reason
			}
		}
		fields = append(fields, f)
	}
	return fields
}

// changedFields tells the audit log what happened to each field.
func changedFields(s *Step, before map[string]merge.Base, after map[Side]Record) []AuditField {
	var fields []AuditField
	if s.Op != StepLink {
		fields = agreedFields(s.Agreed, s.Conflicts...)
	}
	for _, c := range s.Changes {
		f := AuditField{Field: c.Field, Side: c.To, Base: before[c.Field].Of(c.To), Before: c.Old, After: after[c.To].Fields[c.Field], Rule: c.Rule}
		if !f.After.Equal(c.New) {
			f.Rule += fmt.Sprintf("; %s kept its own form of %q", c.To, c.New.String())
		}
		for _, conflict := range s.Conflicts {
			if conflict.Field == c.Field {
				f.Lost = c.Old
			}
		}
		fields = append(fields, f)
	}
	for _, c := range s.Conflicts {
		if c.Parked {
			fields = append(fields, AuditField{Field: c.Field, Base: c.Base.GHL, Before: c.GHL, After: c.Pagico, Rule: ruleParked + c.Reason})
		}
	}
	for _, d := range s.Discarded {
		fields = append(fields, AuditField{Field: d.Field, Side: d.To, Before: d.Old, Lost: d.New, Rule: d.Rule})
	}
	return fields
}
