package syncer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// delete removes the step's target and leaves the link in the given state.
func (a *applier) delete(ctx context.Context, s *Step, state LinkState) error {
	if target := s.Ref(s.Target); a.isBusy(target) {
		return fmt.Errorf("%w: what belongs to %s is not safe on %s yet", errDrifted, target, target.Side.Other())
	}
	err := a.prove(ctx, s)
	if errors.Is(err, errGone) && s.Target == GHL && s.GHL.Parent != "" {
		// There it may also have been put under another parent.
		_, notes, noteErr := a.loadLink(ctx, s.Link)
		if noteErr != nil || !a.strict || notes.deletion == nil {
			return cmp.Or(noteErr, err)
		}
	}
	s.vanished = errors.Is(err, errGone)
	if err == nil {
		err = a.noteDoomed(ctx, s)
	}
	if err == nil {
		err = a.spareChildren(ctx, s)
	}
	if err == nil {
		err = a.sendDelete(ctx, s)
	}
	if err != nil && !s.vanished {
		return err
	}
	deleted, err := a.end(ctx, s, state)
	if err == nil && deleted {
		a.report.count(s.Kind, Counts{Deleted: 1})
	}
	return err
}

// deletion is the note of a delete that is sent, so that a lost answer does not
// make it look like a person's.
type deletion struct {
	Side Side `json:"side"`
	// Fields are what the record showed, Version is the one that was deleted.
	Fields  Fields `json:"fields"`
	Version string `json:"version,omitempty"`
}

// stateDeletion keeps the note of a delete: + link.
const stateDeletion = "deleting:"

func deletionKey(id LinkID) string { return fmt.Sprintf("%s%d", stateDeletion, id) }

func loadDeletion(tx Tx, id LinkID) (*deletion, error) {
	data, err := tx.State(deletionKey(id))
	if err != nil || data == nil {
		return nil, err
	}
	d := new(deletion)
	if err := json.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStoreDamaged, deletionKey(id), err)
	}
	return d, nil
}

// sendDelete deletes the step's target as it was read last. A record that is
// gone by now counts as deleted: the first of several attempts may have done it.
func (a *applier) sendDelete(ctx context.Context, s *Step) error {
	current := s.reading(s.Target).rec
	data, err := json.Marshal(deletion{Side: s.Target, Fields: current.Fields, Version: current.Version})
	if err != nil {
		return fmt.Errorf("syncer: note deletion: %w", err)
	}
	note := func(data []byte) error {
		return a.commit(ctx, func(tx Tx) error {
			link, err := tx.Link(s.Link)
			if err != nil && !errors.Is(err, ErrNoLink) {
				return err
			}
			if link.State == LinkActive && data != nil {
				err = lookAgain(tx, link) // should both records be there, the note is forgotten
			}
			return errors.Join(err, tx.SetState(deletionKey(s.Link), data))
		})
	}
	if a.has(flawDeleteNote) {
		data = nil
	}
	if err := note(data); err != nil {
		return err
	}
	a.report.wrote()
	err = a.source(s.Target).Delete(ctx, current, a.opID("delete", current.Ref.String(), current.Version))
	switch {
	case err == nil, errors.Is(err, ErrNotFound):
		return nil
	case errors.Is(err, ErrUncertain), ctx.Err() != nil:
		return err
	}
	return errors.Join(err, note(nil))
}

// noteDoomed writes down the edits that a deletion is about to take along. Should
// its answer be lost, there is nothing left to read them from.
func (a *applier) noteDoomed(ctx context.Context, s *Step) error {
	if len(s.Discarded) == 0 {
		return nil
	}
	return a.commit(ctx, func(tx Tx) error {
		entry := a.entry(s, string(s.Op), "unknown", aboutToDelete)
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
	_, err := a.end(ctx, s, LinkEnded)
	if err == nil {
		a.report.count(s.Kind, Counts{Completed: 1})
	}
	return err
}

// end closes a link and writes down what the deletion overrode. It reports
// whether the engine deleted a record by it, now or by an earlier attempt.
func (a *applier) end(ctx context.Context, s *Step, state LinkState) (deleted bool, err error) {
	err = a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		sent, err := loadDeletion(tx, s.Link)
		if err != nil {
			return err
		}
		tried, err := loadAttempts(tx, s.Link)
		if err != nil {
			return err
		}
		entry := a.endEntry(s, sent)
		deleted = entry.Target != "" && s.Op != StepComplete
		entry.Fields = append(a.endedFields(s, link, entry.Target, sent, tried), discardedFields(s.Discarded)...)
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
		if err := errors.Join(err, tx.SetState(againKey(link.Kind, link.ID), nil), tx.SetState(deletionKey(s.Link), nil)); err != nil {
			return err
		}
		_, err = tx.AppendAudit(entry)
		return err
	})
	if err == nil && s.Op == StepUnlink {
		a.report.count(s.Kind, Counts{Unlinked: 1})
	}
	return deleted, err
}

// endEntry says how a link ended: a record that was gone before the engine asked
// for its deletion was deleted by somebody else, unless an earlier request had
// no clear answer.
func (a *applier) endEntry(s *Step, sent *deletion) AuditEntry {
	entry := a.entry(s, string(s.Op), "done", s.Reason)
	switch {
	case s.Op == StepClose && sent != nil:
		entry.Action, entry.Target = string(StepDelete), sent.Side
		entry.Reason = fmt.Sprintf("deleted on %s; the deletion on %s had no clear answer and is seen to have happened", sent.Side.Other(), sent.Side)
	case s.vanished && sent == nil:
		entry.Target = ""
		entry.Reason += fmt.Sprintf("; it was gone on %s already", s.Target)
		if s.Op == StepDelete {
			entry.Action = string(StepClose)
		}
	}
	return entry
}

// endedFields writes down all that was known of both records when their link
// ended, for it may be all that is left of them. Of a record that the engine
// deletes that is every field, also those that are not synced.
func (a *applier) endedFields(s *Step, link Link, target Side, sent *deletion, tried attempts) []AuditField {
	side := describedSide(target, s)
	var shown Fields
	if r := s.reading(side); r != nil {
		shown = r.rec.Fields
	} else if sent != nil && sent.Side == side {
		shown = sent.Fields
	}
	names := a.flows[s.Kind].fieldNames()
	if target != "" {
		for _, name := range slices.Sorted(maps.Keys(shown)) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	var fields []AuditField
	for _, name := range names {
		base := link.Base[name]
		f := AuditField{Field: name, Side: side, Base: base.GHL, Before: base.Pagico}
		if side != "" {
			f.Base = base.Of(side)
			f.Before = f.Base
			if shown != nil {
				f.Before = shown[name]
			}
		}
		f.completed(s, tried)
		if p, ok := link.Parked[name]; ok {
			f.Rule = ruleWasParked
			if f.Lost = p.GHL; f.Lost.Equal(f.Before) {
				f.Lost = p.Pagico
			}
		}
		if !f.Base.IsNone() || !f.Before.IsNone() || !f.After.IsNone() || !f.Lost.IsNone() {
			fields = append(fields, f)
		}
	}
	sortFields(fields)
	return fields
}

// describedSide is the side whose record an ended link is described by: the one that
// was written, or else the one that is kept.
func describedSide(target Side, s *Step) Side {
	for _, left := range []Side{GHL, Pagico} {
		if target == "" && s.reading(left) != nil {
			return left
		}
	}
	return target
}

// completed adds what a completion wrote, also when an earlier attempt did.
func (f *AuditField) completed(s *Step, tried attempts) {
	if s.Op != StepComplete || f.Side != s.Target {
		return
	}
	if at, ok := tried[f.Field]; ok && at.To == f.Side && at.Value.Equal(f.Before) {
		f.Before, f.After, f.Rule = at.Old, at.Value, "the twin was deleted"
	}
	for _, c := range s.Changes {
		if c.Field == f.Field {
			f.Before, f.After, f.Rule = c.Old, c.New, c.Rule
		}
	}
}

func discardedFields(discarded []merge.Change) []AuditField {
	var fields []AuditField
	for _, d := range discarded {
		fields = append(fields, AuditField{Field: d.Field, Side: d.To, Before: d.Old, Lost: d.New, Rule: d.Rule})
	}
	return fields
}
