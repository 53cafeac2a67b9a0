package syncer

import (
	"context"
	"errors"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// delete removes the twin of a deleted record and ends the link.
func (a *applier) delete(ctx context.Context, s *Step) error {
	if err := a.load(ctx, s, s.Target); err != nil {
		return err
	}
	if err := a.ready(ctx, s, s.Target); err != nil {
		return err
	}
	current := s.reading(s.Target).rec
	a.report.wrote()
	err := a.source(s.Target).Delete(ctx, current, a.opID("delete", current.Ref.String(), current.Version))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := a.end(ctx, s, LinkGone); err != nil {
		return err
	}
	a.report.count(s.Kind, Counts{Deleted: 1})
	return nil
}

// complete sets the twin of a deleted record to completed and ends the link.
func (a *applier) complete(ctx context.Context, s *Step) error {
	if err := a.load(ctx, s, s.Target); err != nil {
		return err
	}
	set := Fields{}
	for _, c := range s.Changes {
		set[c.Field] = c.New
	}
	if len(set) > 0 {
		if err := a.ready(ctx, s, s.Target); err != nil {
			return err
		}
		current := s.reading(s.Target).rec
		a.report.wrote()
		if _, err := a.source(s.Target).Update(ctx, current, set, a.opID("complete", current.Ref.String(), current.Version)); err != nil {
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
		for field, b := range link.Base {
			f := AuditField{Field: field, Side: s.Target, Base: b.GHL}
			if s.Target != "" {
				f.Base = b.Of(s.Target)
				f.Before = f.Base
				if r := s.reading(s.Target); r != nil {
					f.Before = r.rec.Fields[field]
				}
			}
			entry.Fields = append(entry.Fields, f)
		}
		sortFields(entry.Fields)
		entry.Fields = append(entry.Fields, discardedFields(s.Discarded)...)
		link.State, link.Reason, link.SyncedAt, link.Parked = state, s.Reason, a.now(), nil
		entry.After = mark(link)
		if err := tx.PutLink(&link); err != nil {
			return err
		}
		if err := tx.SetState(attemptKey(s.Link), nil); err != nil {
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

func discardedFields(discarded []merge.Change) []AuditField {
	var fields []AuditField
	for _, d := range discarded {
		fields = append(fields, AuditField{Field: d.Field, Side: d.To, Before: d.Old, Lost: d.New, Rule: d.Rule + ", overridden"})
	}
	return fields
}
