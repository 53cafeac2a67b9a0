package syncer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

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
