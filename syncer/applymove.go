package syncer

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// onlyMoves reports whether a step has nothing to write or to note about fields.
func (s *Step) onlyMoves() bool {
	return s.Op == StepMove && s.Match == "" && len(s.Changes)+len(s.Agreed)+len(s.Conflicts)+len(s.Discarded)+len(s.landed) == 0
}

// move puts the step's target under the twin of the other record's parent.
func (a *applier) move(ctx context.Context, s *Step) error {
	to, err := a.newParent(ctx, s)
	switch {
	case err != nil:
		return err
	case to == s.Ref(s.Target).Parent:
		return a.commitMove(ctx, s, s.reading(s.Target).rec)
	case s.Move.To != "" && s.Move.To != to:
		return fmt.Errorf("%w: its %s is another one by now", errDrifted, a.flows[s.Kind].Parent)
	case s.Move.Remake:
		return a.remake(ctx, s, to)
	}
	mover, ok := a.source(s.Target).(Mover)
	if !ok {
		return fmt.Errorf("%w: moving a %s on %s", ErrUnsupported, s.Kind, s.Target)
	}
	if err := a.ready(ctx, s, s.Target); err != nil {
		return err
	}
	current := s.reading(s.Target).rec
	if err := a.noteMove(ctx, s, to); err != nil {
		return err
	}
	a.report.wrote()
	rec, err := mover.Move(ctx, current, to, a.opID("move", current.Ref.String(), to, current.Version))
	if errors.Is(err, ErrUnsupported) {
		return a.stay(ctx, s, to, err)
	}
	if err != nil && !errors.Is(err, ErrUncertain) && ctx.Err() == nil {
		return errors.Join(err, a.noteMove(ctx, s, ""))
	}
	if err != nil {
		return err
	}
	rec.Ref = keepParent(rec.Ref, Ref{Parent: to})
	if err := a.commitMove(ctx, s, rec); err != nil {
		return err
	}
	a.report.count(s.Kind, Counts{Moved: 1})
	return nil
}

// noteMove notes a move that is about to be sent, so that a lost answer does not make
// it look like a person's; without a parent it notes that none is under way.
func (a *applier) noteMove(ctx context.Context, s *Step, to string) error {
	note := s.Move.note()
	if to != "" {
		note.Sent = &sentMove{To: s.Target, GHL: s.GHL.Parent, Pagico: to}
		if s.Target == GHL {
			note.Sent = &sentMove{To: s.Target, GHL: to, Pagico: s.Pagico.Parent}
		}
	}
	return a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		return putMoveNote(tx, link, note)
	})
}

// newParent is the id of the parent under which the step's target is to be.
func (a *applier) newParent(ctx context.Context, s *Step) (id string, err error) {
	flow, lead := a.flows[s.Kind], s.Ref(s.Target.Other())
	parent := Ref{Side: lead.Side, Kind: flow.Parent, ID: lead.Parent}
	err = a.view(ctx, func(tx Tx) error {
		link, err := tx.LinkOf(parent)
		if err != nil || link.State != LinkActive {
			return err
		}
		intents, err := tx.Intents()
		for _, in := range intents {
			if in.Link == link.ID {
				return err // what it names is about to be replaced
			}
		}
		id = link.Ref(s.Target).ID
		return err
	})
	if err != nil && !errors.Is(err, ErrNoLink) {
		return "", err
	}
	if id == "" || s.Move.To == "" && id == s.Move.From {
		return "", fmt.Errorf("%w: its %s has no twin on %s yet", errParent, flow.Parent, s.Target)
	}
	return id, nil
}

// commitMove stores that both parents are twins again.
func (a *applier) commitMove(ctx context.Context, s *Step, moved Record) error {
	return a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		tried, err := loadAttempts(tx, link.ID)
		if err != nil {
			return err
		}
		before, lead := s.reading(s.Target).rec, s.reading(s.Target.Other()).rec
		again := len(tried) > 0 || !onlyChanged(a.flows[s.Kind], before, moved, nil)
		link.SetRef(moved.Ref)
		link.SetRef(lead.Ref)
		link.SetSeen(lead.Ref.Side, lead.Content())
		link.SetSeen(s.Target, moved.Content())
		if again {
			link.SetSeen(s.Target, merge.Hash{})
		}
		link.SyncedAt = a.now()
		if err := errors.Join(tx.PutLink(&link), putMoveNote(tx, link, nil), tx.SetState(deletionKey(link.ID), nil)); err != nil {
			return err
		}
		if again {
			err = lookAgain(tx, link)
		} else {
			err = tx.SetState(againKey(link.Kind, link.ID), nil)
		}
		if err != nil {
			return err
		}
		entry := a.entry(s, string(StepMove), "done", s.Reason)
		entry.GHL, entry.Pagico, entry.After = link.GHL, link.Pagico, mark(link)
		entry.Fields = []AuditField{a.parentField(s, moved.Ref.Parent)}
		_, err = tx.AppendAudit(entry)
		return err
	})
}

// parentField tells the audit log of a move.
func (a *applier) parentField(s *Step, to string) AuditField {
	return AuditField{Field: string(a.flows[s.Kind].Parent), Side: s.Target, Before: merge.Text(s.Move.From), After: merge.Text(to), Rule: s.Reason}
}

// stay remembers that the service does not put this very record under its new
// parent, so that it is not tried again until something changes.
func (a *applier) stay(ctx context.Context, s *Step, to string, cause error) error {
	m := *s.Move
	m.refused, m.why = to, cause.Error()
	err := a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		entry := a.entry(s, string(StepMove), "skipped", s.Reason+"; "+m.why)
		_, auditErr := tx.AppendAudit(entry)
		return errors.Join(putMoveNote(tx, link, m.note()), auditErr)
	})
	if err == nil {
		a.report.skip(Skip{Ref: s.Ref(s.Target.Other()), Label: s.Label, Reason: s.Reason + "; " + m.why})
	}
	return err
}

// remake deletes the step's target and makes it again under another parent, where
// the service cannot move it. The note that is stored before tells the next pass
// that nobody else deleted it.
func (a *applier) remake(ctx context.Context, s *Step, to string) error {
	if lead := s.Target.Other(); a.now().Sub(s.reading(lead).at) > a.cfg.Freshness {
		if err := a.reread(ctx, s, lead); err != nil {
			return err
		}
	}
	if err := a.reread(ctx, s, s.Target); err != nil {
		return err
	}
	parent := Ref{Side: s.Target, Kind: a.flows[s.Kind].Parent, ID: to}
	if _, gone, err := a.truth(ctx, s.Target, parent); err != nil || gone { // an index may list it still
		return cmp.Or(err, fmt.Errorf("%w: %s was deleted", errDrifted, parent))
	}
	note := s.Move.note()
	if !a.has(flawMoveNote) {
		note.Remaking = s.Target
	}
	var base map[string]merge.Base
	err := a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		base = link.Base
		// Written before, for afterwards it may be all that is left of the record.
		entry := a.entry(s, string(StepMove), "done", fmt.Sprintf("%s; to be deleted on %s and made again there", s.Reason, s.Target))
		entry.Fields = append(a.endedFields(s, link, s.Target, nil, nil), a.parentField(s, to))
		sortFields(entry.Fields)
		_, auditErr := tx.AppendAudit(entry)
		return errors.Join(auditErr, putMoveNote(tx, link, note))
	})
	if err != nil {
		return err
	}
	fields, err := a.flows[s.Kind].sameFields(s.Target, base, s.reading(s.Target.Other()).rec)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	current := s.reading(s.Target).rec
	a.report.wrote()
	err = a.source(s.Target).Delete(ctx, current, a.opID("remake", current.Ref.String(), current.Version))
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w: %s was moved or deleted just now", errDrifted, current.Ref)
	}
	if err != nil {
		return err
	}
	again := *s
	again.Fields = fields
	return a.createUnder(ctx, &again, to)
}

// putParents remembers, beside a link whose fields are stored, for which parents
// both sides last agreed, until the records' parents are twins again.
func (a *applier) putParents(tx Tx, s *Step, link, was Link) error {
	if s.Partial && s.Move == nil { // it did not look at the parents, so somebody's move is still to be followed
		note, err := loadMoveNote(tx, link.ID)
		if err == nil && note == nil && (was.GHL.Parent != link.GHL.Parent || was.Pagico.Parent != link.Pagico.Parent) {
			note = &moveNote{GHL: was.GHL.Parent, Pagico: was.Pagico.Parent}
		}
		if err != nil || note == nil {
			return err
		}
		return putMoveNote(tx, link, note)
	}
	if s.Move == nil && !s.noted && !a.strict || a.flows[link.Kind].Parent == "" {
		return nil
	}
	if a.has(flawMoveBase) {
		return putMoveNote(tx, link, nil)
	}
	return putMoveNote(tx, link, s.Move.note())
}

// markPlaced notes of a record that was just made, or found, that a parent is not
// the one that was meant, and that it took the place of another record.
func (a *applier) markPlaced(tx Tx, s *Step, link Link, was Ref, in Intent) error {
	var note *moveNote
	meant := moveNote{GHL: in.Parent, Pagico: in.Source.Parent}
	if in.Source.Side == GHL {
		meant = moveNote{GHL: in.Source.Parent, Pagico: in.Parent}
	}
	if in.Parent != "" && in.Source.Parent != "" { // it may be another than the twin of the source's
		parent, err := tx.LinkOf(Ref{Side: in.Target, Kind: a.flows[link.Kind].Parent, ID: in.Parent})
		if err != nil && !errors.Is(err, ErrNoLink) {
			return err
		}
		if err == nil {
			meant = moveNote{GHL: parent.GHL.ID, Pagico: parent.Pagico.ID}
		}
	}
	if meant.GHL != link.GHL.Parent || meant.Pagico != link.Pagico.Parent {
		note = &meant
	}
	var err error
	if a.flows[link.Kind].Parent != "" && (note != nil || in.Link != 0) {
		err = putMoveNote(tx, link, note)
	}
	return errors.Join(err, a.markReplaced(tx, s, link, was))
}

// markReplaced notes that a link has another record in the place of one that is gone.
func (a *applier) markReplaced(tx Tx, s *Step, link Link, was Ref) (err error) {
	if was.IsZero() || was.Same(link.Ref(was.Side)) {
		return nil
	}
	for _, f := range a.cfg.Flows {
		if f.Parent == link.Kind {
			err = tx.SetState(stateReplaced+was.String(), []byte("1"))
		}
	}
	if err != nil || was.Side != GHL || a.has(flawNoTomb) {
		return err
	}
	return a.bury(tx, s, was)
}

// bury keeps a link of its own for a GHL record that another one took the place of,
// so that a listing that lags is not taken to show a new record.
func (a *applier) bury(tx Tx, s *Step, was Ref) error {
	tomb := Link{Kind: s.Kind, State: LinkGone, GHL: was, Reason: "made again as another record", SyncedAt: a.now()}
	if err := tx.PutLink(&tomb); err != nil {
		return err
	}
	entry := a.entry(s, string(StepClose), "done", tomb.Reason)
	entry.Link, entry.GHL, entry.Pagico, entry.Target, entry.After = tomb.ID, was, Ref{}, "", mark(tomb)
	_, err := tx.AppendAudit(entry)
	return err
}

// isTomb reports whether the link is that of a record which was made again.
func (l Link) isTomb() bool { return l.State == LinkGone && l.Pagico.IsZero() && len(l.Base) == 0 }
