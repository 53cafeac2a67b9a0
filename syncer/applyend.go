package syncer

import (
	"context"
	"errors"
	"fmt"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// delete removes the step's target and leaves the link in the given state.
func (a *applier) delete(ctx context.Context, s *Step, state LinkState) error {
	if s.Target == GHL && a.isBusy(s.GHL) {
		return fmt.Errorf("%w: what belongs to %s is not safe on pagico yet", errDrifted, s.GHL)
	}
	err := a.prove(ctx, s)
	if err == nil {
		err = a.noteDoomed(ctx, s)
	}
	if err == nil {
		err = a.spareChildren(ctx, s)
	}
	if err == nil {
		current := s.reading(s.Target).rec
		a.report.wrote()
		err = a.source(s.Target).Delete(ctx, current, a.opID("delete", current.Ref.String(), current.Version))
	}
	if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, errGone) {
		return err
	}
	if err := a.end(ctx, s, state); err != nil {
		return err
	}
	a.report.count(s.Kind, Counts{Deleted: 1})
	return nil
}

// noteDoomed writes down the edits that a deletion is about to take along. Should
// its answer be lost, there is nothing left to read them from.
func (a *applier) noteDoomed(ctx context.Context, s *Step) error {
	if len(s.Discarded) == 0 {
		return nil
	}
	return a.commit(ctx, func(tx Tx) error {
		entry := a.entry(s, string(s.Op), "unknown", "about to be deleted with edits that it overrides")
		entry.Fields = discardedFields(s.Discarded)
		_, err := tx.AppendAudit(entry)
		return err
	})
}

// complete sets the twin of a deleted record to completed and ends the link.
func (a *applier) complete(ctx context.Context, s *Step) error {
	if err := a.prove(ctx, s); err != nil {
		return err
	}
	set := Fields{}
	for _, c := range s.Changes {
		set[c.Field] = c.New
	}
	if len(set) > 0 {
		if err := a.noteAttempts(ctx, s); err != nil {
			return err
		}
		if _, err := a.write(ctx, s, s.Target, "complete", set); err != nil {
			return err
		}
	}
	if err := a.end(ctx, s, LinkEnded); err != nil {
		return err
	}
	a.report.count(s.Kind, Counts{Completed: 1})
	return nil
}

// end closes a link and writes down what the deletion overrode.
func (a *applier) end(ctx context.Context, s *Step, state LinkState) error {
	err := a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		entry := a.entry(s, string(s.Op), "done", s.Reason)
		entry.Fields = a.endedFields(s, link)
		entry.Fields = append(entry.Fields, discardedFields(s.Discarded)...)
		link.State, link.Reason, link.SyncedAt, link.Parked = state, s.Reason, a.now(), nil
		if !a.has(flawNoReplay) {
			entry.After = mark(link)
		}
		if err := tx.PutLink(&link); err != nil {
			return err
		}
		if s.Op == StepComplete && len(s.Changes) > 0 {
			err = tx.SetState(attemptKey(s.Link), nil) // its own, and confirmed
		} else {
			err = a.forgetAttempts(tx, s, s.Link)
		}
		if err := errors.Join(err, tx.SetState(againKey(link.Kind, link.ID), nil)); err != nil {
			return err
		}
		_, err = tx.AppendAudit(entry)
		return err
	})
	if err == nil && s.Op == StepUnlink {
		a.report.count(s.Kind, Counts{Unlinked: 1})
	}
	return err
}

// endedFields writes down all that was known of both records when their link
// ended, for it may be all that is left of them.
func (a *applier) endedFields(s *Step, link Link) []AuditField {
	var fields []AuditField
	side := s.Target
	for _, left := range []Side{GHL, Pagico} {
		if side == "" && s.reading(left) != nil {
			side = left // the record that is kept
		}
	}
	for _, rule := range a.flows[s.Kind].Rules.Fields {
		base := link.Base[rule.Name]
		f := AuditField{Field: rule.Name, Side: side, Base: base.GHL, Before: base.Pagico}
		if side != "" {
			f.Base = base.Of(side)
			f.Before = f.Base
			if r := s.reading(side); r != nil {
				f.Before = r.rec.Fields[rule.Name]
			}
		}
		if p, ok := link.Parked[rule.Name]; ok {
			f.Rule = "was parked"
			if f.Lost = p.GHL; f.Lost.Equal(f.Before) {
				f.Lost = p.Pagico
			}
		}
		if !f.Base.IsNone() || !f.Before.IsNone() || !f.Lost.IsNone() {
			fields = append(fields, f)
		}
	}
	sortFields(fields)
	return fields
}

func discardedFields(discarded []merge.Change) []AuditField {
	var fields []AuditField
	for _, d := range discarded {
		fields = append(fields, AuditField{Field: d.Field, Side: d.To, Before: d.Old, Lost: d.New, Rule: d.Rule})
	}
	return fields
}
