package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// stateRestored tells what undoing did to a record: + ref.
const stateRestored = "restored:"

// restored is the note of a record that an undo was about.
type restored struct {
	// Entry is the Seq of the audit entry that was taken back last.
	Entry int64 `json:"entry"`
	// As is the id of the record that was made in its place, if any.
	As string `json:"as,omitempty"`
}

func loadRestored(tx Tx, ref Ref) (mark restored, err error) {
	data, err := tx.State(stateRestored + ref.String())
	if err != nil || data == nil {
		return mark, err
	}
	if err := json.Unmarshal(data, &mark); err != nil {
		return mark, fmt.Errorf("%w: %s%s: %w", ErrStoreDamaged, stateRestored, ref, err)
	}
	return mark, nil
}

func putRestored(tx Tx, ref Ref, mark restored) error {
	data, err := json.Marshal(mark)
	if err != nil {
		return fmt.Errorf("syncer: note undo: %w", err)
	}
	return tx.SetState(stateRestored+ref.String(), data)
}

// namesTwin reports whether the record carries a marker that is to be heeded. The
// marker of a record that an undo made, or reopened, names a twin that is known
// to be deleted.
func (e *Engine) namesTwin(ctx context.Context, rec Record) (marked bool, err error) {
	if rec.Twin == "" {
		return false, nil
	}
	err = e.view(ctx, func(tx Tx) error {
		mark, err := loadRestored(tx, rec.Ref)
		marked = mark.Entry == 0
		return err
	})
	return marked, err
}

// successor names the record that has taken the place of one that may be gone:
// made again by an undo, or by a pass as the twin of the given one.
func (e *Engine) successor(ctx context.Context, ref, twin Ref) (Ref, error) {
	err := e.view(ctx, func(tx Tx) error {
		for {
			mark, err := loadRestored(tx, ref)
			if err != nil {
				return err
			}
			if mark.As == "" {
				break
			}
			ref.ID = mark.As
		}
		for _, known := range []Ref{ref, twin} {
			if known.IsZero() {
				continue
			}
			l, err := tx.LinkOf(known)
			if errors.Is(err, ErrNoLink) {
				continue
			}
			if err != nil {
				return err
			}
			if l.State == LinkActive {
				ref = l.Ref(ref.Side)
				return nil
			}
		}
		return nil
	})
	return ref, err
}

// undoes reports whether the step is one of those that only Undo plans and that
// are about a record without an active link.
func (s Step) undoes() bool {
	return s.Op == StepRestore || s.Op == StepReopen || s.drops()
}

// drops reports whether the step deletes a record that an undo made.
func (s Step) drops() bool { return s.Op == StepRetract && s.Ref(s.Target.Other()).IsZero() }

// parentsOfOthers returns the records that an undo's plan deletes, by ref, though
// others belong to them that it does not delete, or makes again.
func (e *Engine) parentsOfOthers(ctx context.Context, plan *Plan) (map[string]bool, error) {
	doomed, deleted, others := map[Side]map[Kind]bool{GHL: {}, Pagico: {}}, map[string]bool{}, map[string]bool{}
	for _, s := range plan.Steps {
		if s.Op == StepRetract {
			doomed[s.Target][s.Kind], deleted[s.Ref(s.Target).String()] = true, true
		}
	}
	for _, s := range plan.Steps {
		parent := Ref{Side: s.Target, Kind: e.flows[s.Kind].Parent, ID: s.Ref(s.Target).Parent}
		if (s.Op == StepRestore || s.Op == StepCreate) && deleted[parent.String()] {
			others[parent.String()] = true
		}
	}
	for _, side := range []Side{GHL, Pagico} {
		for _, flow := range e.cfg.Flows {
			if !doomed[side][flow.Parent] {
				continue
			}
			for rec, err := range e.source(side).Changes(ctx, flow.Kind, "").All {
				if err != nil {
					return nil, fmt.Errorf("list %ss on %s: %w", flow.Kind, side, err)
				}
				if parent := (Ref{Side: side, Kind: flow.Parent, ID: rec.Ref.Parent}); !rec.Deleted && !deleted[rec.Ref.String()] && deleted[parent.String()] {
					others[parent.String()] = true
				}
			}
		}
	}
	return others, ctx.Err()
}

// checkUndo compares the store with what a step of an undo expects.
func (a *applier) checkUndo(tx Tx, s *Step) (done bool, err error) {
	mark, err := loadRestored(tx, s.Ref(s.Target))
	if err != nil || mark.Entry >= s.Undoes {
		return err == nil, err
	}
	link, err := tx.Link(s.Link)
	if errors.Is(err, ErrNoLink) {
		return false, fmt.Errorf("%w: there is no link %d", errDrifted, s.Link)
	}
	if err != nil {
		return false, err
	}
	if s.Op == StepReopen && (link.State != LinkEnded || !link.Ref(s.Target).Same(s.Ref(s.Target))) {
		return false, fmt.Errorf("%w: link %d stands otherwise", errDrifted, s.Link)
	}
	for _, side := range []Side{GHL, Pagico} {
		if s.Ref(side).IsZero() {
			continue
		}
		l, err := tx.LinkOf(s.Ref(side))
		if errors.Is(err, ErrNoLink) || err == nil && l.State != LinkActive {
			continue
		}
		if err != nil {
			return false, err
		}
		return false, fmt.Errorf("%w: %s is linked by now", errDrifted, s.Ref(side))
	}
	return false, a.checkIntents(tx, s)
}

// restore makes a deleted record again, without a twin.
func (a *applier) restore(ctx context.Context, s *Step) error {
	parent, err := a.parentAgain(ctx, s)
	if err != nil {
		return err
	}
	now := a.now()
	in := Intent{State: IntentPending, Kind: s.Kind, Source: s.Ref(s.Target.Other()), Target: s.Target, Link: s.Link, Parent: parent,
		Fields: s.Fields, FirstAt: now, AttemptedAt: now, Attempts: 1, Undoes: s.Undoes, Was: s.Ref(s.Target)}
	in.ID = a.opID("restore", in.Was.String(), strconv.FormatInt(in.Undoes, 10))
	err = a.commit(ctx, func(tx Tx) error {
		if a.has(flawUndoIntent) {
			return nil
		}
		return tx.PutIntent(in)
	})
	if err != nil {
		return err
	}
	return a.send(ctx, s, Record{Ref: in.Source, Label: s.Label}, in)
}

// parentAgain finds the parent of a record that is made again.
func (a *applier) parentAgain(ctx context.Context, s *Step) (string, error) {
	flow, was := a.flows[s.Kind], s.Ref(s.Target)
	if flow.Parent == "" || was.Parent == "" {
		return "", nil
	}
	parent, err := a.successor(ctx, Ref{Side: was.Side, Kind: flow.Parent, ID: was.Parent}, Ref{})
	if err != nil {
		return "", err
	}
	_, gone, err := a.truth(ctx, parent.Side, parent)
	if err != nil {
		return "", err
	}
	if gone {
		return "", fmt.Errorf("%w: its %s is not there yet on %s", errParent, flow.Parent, was.Side)
	}
	return parent.ID, nil
}

// commitRestored writes down that a deleted record was made again.
func (a *applier) commitRestored(ctx context.Context, s *Step, made Record, in Intent, reason string) error {
	made.Ref = keepParent(made.Ref, Ref{Parent: in.Parent})
	return a.commit(ctx, func(tx Tx) error {
		err := errors.Join(tx.DeleteIntent(in.ID), putRestored(tx, made.Ref, restored{Entry: in.Undoes}))
		if !a.has(flawUndoMark) {
			err = errors.Join(err, putRestored(tx, in.Was, restored{Entry: in.Undoes, As: made.Ref.ID}))
		}
		if err != nil {
			return err
		}
		step := *s
		step.setRef(made.Ref)
		entry := a.entry(&step, string(StepRestore), "done", reason)
		entry.Op = in.ID
		for _, name := range slices.Sorted(maps.Keys(made.Fields)) {
			entry.Fields = append(entry.Fields, AuditField{Field: name, Side: made.Ref.Side, After: made.Fields[name], Rule: "undo"})
		}
		_, err = tx.AppendAudit(entry)
		return err
	})
}

// reopen writes back what a completion set, and lets the next pass see a new
// record.
func (a *applier) reopen(ctx context.Context, s *Step) error {
	if err := a.load(ctx, s, s.Target); err != nil {
		return err
	}
	set := Fields{}
	for _, c := range s.Changes {
		if !s.reading(s.Target).rec.Fields[c.Field].Equal(c.New) {
			set[c.Field] = c.New
		}
	}
	after := s.reading(s.Target).rec
	if len(set) > 0 {
		var err error
		if after, err = a.write(ctx, s, s.Target, string(StepReopen), set); err != nil {
			return err
		}
	}
	err := a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		// The link lets go of the record, which is a new one from now on.
		link.State, link.Reason, link.SyncedAt = LinkGone, s.Reason, a.now()
		if s.Target == GHL {
			link.GHL = Ref{}
		} else {
			link.Pagico = Ref{}
		}
		if err := errors.Join(tx.PutLink(&link), putRestored(tx, s.Ref(s.Target), restored{Entry: s.Undoes})); err != nil {
			return err
		}
		entry := a.entry(s, string(StepReopen), "done", s.Reason)
		entry.After = mark(link)
		for _, c := range s.Changes {
			entry.Fields = append(entry.Fields, AuditField{Field: c.Field, Side: c.To, Before: c.Old, After: after.Fields[c.Field], Rule: c.Rule})
		}
		_, err = tx.AppendAudit(entry)
		return err
	})
	if err == nil {
		a.report.count(s.Kind, Counts{Updated: 1})
	}
	return err
}

// drop deletes a record that an undo made.
func (a *applier) drop(ctx context.Context, s *Step) error {
	if a.isBusy(s.Ref(s.Target)) {
		return fmt.Errorf("%w: records that stay belong to %s", errDrifted, s.Ref(s.Target))
	}
	err := a.prove(ctx, s)
	s.vanished = errors.Is(err, errGone)
	if err == nil {
		err = a.spareChildren(ctx, s)
	}
	if err == nil {
		err = a.sendDelete(ctx, s)
	}
	if err != nil && !s.vanished {
		return err
	}
	err = a.commit(ctx, func(tx Tx) error {
		sent, err := loadDeletion(tx, s.Link)
		if err != nil {
			return err
		}
		entry := a.endEntry(s, sent)
		entry.Fields = a.endedFields(s, Link{}, s.Target, sent, nil)
		if err := errors.Join(tx.SetState(deletionKey(s.Link), nil), putRestored(tx, s.Ref(s.Target), restored{Entry: s.Undoes})); err != nil {
			return err
		}
		_, err = tx.AppendAudit(entry)
		return err
	})
	if err == nil && !s.vanished {
		a.report.count(s.Kind, Counts{Deleted: 1})
	}
	return err
}
