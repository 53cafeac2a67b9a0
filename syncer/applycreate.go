package syncer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// create makes the twin of a record: intent stored, create sent, outcome
// stored. Whatever happens in between, the intent tells the next pass.
func (a *applier) create(ctx context.Context, s *Step) error {
	from := s.Target.Other()
	if err := a.load(ctx, s, from); err != nil {
		return err
	}
	source := s.reading(from).rec
	if s.Fields == nil { // left out while planning; see pass.lean
		fields, err := a.flows[s.Kind].newFields(s.Target, source)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		s.Fields = fields
	}
	parent, err := a.targetParent(ctx, a.flows[s.Kind], source.Ref, cmp.Or(s.Ref(s.Target).Parent, s.parent), s.Target)
	if err != nil {
		return err
	}
	return a.createUnder(ctx, s, parent)
}

// createUnder makes the twin of a record that was read, under a parent.
func (a *applier) createUnder(ctx context.Context, s *Step, parent string) error {
	source := s.reading(s.Target.Other()).rec
	in, err := a.intend(ctx, s, source, parent)
	if err != nil {
		return err
	}
	return a.send(ctx, s, source, in)
}

// targetParent finds the twin of the record's parent, if it has one. A record
// that is made again goes to the parent that it had before when its twin's
// parent is not known.
func (a *applier) targetParent(ctx context.Context, flow Flow, ref Ref, was string, to Side) (string, error) {
	if flow.Parent == "" || ref.Parent == "" {
		return "", nil
	}
	for _, parent := range []Ref{{Side: ref.Side, Kind: flow.Parent, ID: ref.Parent}, {Side: to, Kind: flow.Parent, ID: was}} {
		if parent.IsZero() {
			continue
		}
		var link Link
		err := a.view(ctx, func(tx Tx) (err error) {
			link, err = tx.LinkOf(parent)
			return err
		})
		if err != nil && !errors.Is(err, ErrNoLink) {
			return "", err
		}
		if err == nil && link.State == LinkActive {
			return link.Ref(to).ID, nil
		}
	}
	return "", fmt.Errorf("%w: its %s has no twin on %s yet", errParent, flow.Parent, to)
}

// errParent says that a record's parent has to be copied first.
var errParent = errors.New("syncer: waiting for the parent")

// intend stores the intent of a create before anything is sent.
func (a *applier) intend(ctx context.Context, s *Step, source Record, parent string) (Intent, error) {
	now := a.now()
	in := Intent{State: IntentPending, Kind: s.Kind, Source: source.Ref, Target: s.Target, Link: s.Link,
		Parent: parent, Fields: s.Fields, Shown: source.Fields, FirstAt: now, AttemptedAt: now, Attempts: 1}
	err := a.commit(ctx, func(tx Tx) error {
		generation, err := nextGeneration(tx, source.Ref)
		if err != nil {
			return err
		}
		in.ID = a.opID("create", source.Ref.String(), generation)
		if a.has(flawNoIntent) {
			return nil
		}
		return tx.PutIntent(in)
	})
	return in, err
}

// stateGeneration counts the twins that were made of a record, so that each
// create has an id of its own: + ref.
const stateGeneration = "made:"

func nextGeneration(tx Tx, ref Ref) (string, error) {
	data, err := tx.State(stateGeneration + ref.String())
	if err != nil {
		return "", err
	}
	n := 0
	if data != nil {
		if n, err = strconv.Atoi(string(data)); err != nil {
			return "", fmt.Errorf("%w: %s%s: %w", ErrStoreDamaged, stateGeneration, ref, err)
		}
	}
	return strconv.Itoa(n), nil
}

func bumpGeneration(tx Tx, ref Ref) error {
	text, err := nextGeneration(tx, ref)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return err
	}
	return tx.SetState(stateGeneration+ref.String(), []byte(strconv.Itoa(n+1)))
}

// send makes the create and stores its outcome.
func (a *applier) send(ctx context.Context, s *Step, source Record, in Intent) error {
	rec := Record{Ref: Ref{Side: in.Target, Kind: in.Kind, Parent: in.Parent}, Fields: in.Fields, Twin: source.Ref.ID, Label: source.Label}
	a.report.wrote()
	made, err := a.source(in.Target).Create(ctx, rec, in.ID)
	if exists, ok := errors.AsType[*ExistsError](err); ok {
		return a.adopt(ctx, s, source, in, exists.Ref, "it was there already")
	}
	switch {
	case err == nil:
		if err := a.commitCreate(ctx, s, source, made, in, string(s.Op), s.Reason, bothShow(a.flows[s.Kind], source, made)); err != nil {
			return a.linkedElsewhere(ctx, in, err)
		}
		if s.Op == StepMove {
			a.report.count(s.Kind, Counts{Moved: 1})
		} else {
			a.report.count(s.Kind, Counts{Created: 1})
		}
		return nil
	case errors.Is(err, ErrUncertain), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return a.unclear(ctx, s, in, err)
	}
	return a.forget(ctx, in, err)
}

// forget drops the intent of a create that did not happen.
func (a *applier) forget(ctx context.Context, in Intent, cause error) error {
	return cmp.Or(a.commit(ctx, func(tx Tx) error { return tx.DeleteIntent(in.ID) }), cause)
}

// unclear keeps the intent of a create whose answer says nothing.
func (a *applier) unclear(ctx context.Context, s *Step, in Intent, cause error) error {
	in.State, in.Reason = IntentUnknown, cause.Error()
	// The answer may have taken long: what counts is when the request can
	// have been at work last.
	in.AttemptedAt = a.now()
	a.cfg.Logger.Info("create of unknown outcome", "kind", in.Kind, "source", in.Source.String(), "error", in.Reason)
	return a.commit(ctx, func(tx Tx) error {
		if err := tx.PutIntent(in); err != nil {
			return err
		}
		entry := a.entry(s, string(s.Op), "unknown", in.Reason)
		entry.Op = in.ID
		_, err := tx.AppendAudit(entry)
		return err
	})
}

// linkedElsewhere drops the intent of a create that brought back a record which
// is another one's twin.
func (a *applier) linkedElsewhere(ctx context.Context, in Intent, err error) error {
	if !errors.Is(err, ErrLinked) {
		return err
	}
	return a.forget(ctx, in, fmt.Errorf("%w: %w", ErrRefused, err))
}

// commitCreate links a record with the twin that was made for it.
func (a *applier) commitCreate(ctx context.Context, s *Step, source, made Record, in Intent, action, reason string, base map[string]merge.Base) error {
	if in.Undoes > 0 {
		if action == actionAdopt {
			reason = s.Reason + "; " + reason
		}
		return a.commitRestored(ctx, s, made, in, reason)
	}
	return a.commit(ctx, func(tx Tx) error {
		link := Link{Kind: s.Kind, Origin: source.Ref.Side}
		if in.Link != 0 {
			known, err := tx.Link(in.Link)
			if err != nil {
				return err
			}
			link = known
		}
		was, adopted := link.Ref(made.Ref.Side), action == actionAdopt
		made.Ref = keepParent(made.Ref, Ref{Parent: in.Parent})
		link.State, link.Reason, link.Parked, link.SyncedAt = LinkActive, "", nil, a.now()
		link.SetRef(source.Ref)
		link.SetRef(made.Ref)
		link.SetSeen(source.Ref.Side, source.Content())
		link.SetSeen(made.Ref.Side, made.Content())
		link.Base = base
		if err := tx.PutLink(&link); err != nil {
			return err
		}
		if err := errors.Join(tx.DeleteIntent(in.ID), tx.SetState(missedKey(in.ID), nil), bumpGeneration(tx, source.Ref), a.forgetAttempts(tx, s, link.ID),
			a.markMade(tx, link, adopted), a.markPlaced(tx, s, link, was, in)); err != nil {
			return err
		}
		entry := a.entry(s, action, "done", reason)
		entry.Link, entry.GHL, entry.Pagico, entry.Op, entry.After = link.ID, link.GHL, link.Pagico, in.ID, mark(link)
		for name, b := range link.Base {
			entry.Fields = append(entry.Fields, AuditField{Field: name, Side: made.Ref.Side, Before: merge.None(), After: b.Of(made.Ref.Side), Rule: ruleNew})
		}
		sortFields(entry.Fields)
		_, err := tx.AppendAudit(entry)
		return err
	})
}

// markMade notes what a new link means for the next pass. An adopted record may
// have changed since.
func (a *applier) markMade(tx Tx, link Link, adopted bool) error {
	err := errors.Join(a.wakeChildren(tx, link.Kind), tx.SetState(deletionKey(link.ID), nil))
	if !adopted {
		return errors.Join(err, tx.SetState(againKey(link.Kind, link.ID), nil))
	}
	return errors.Join(err, lookAgain(tx, link))
}

// wakeChildren has the records that were left alone for want of a linked parent
// listed again, should nobody but a later pass be there to copy them: a pass
// that goes on to its end sets the cursors anew.
func (a *applier) wakeChildren(tx Tx, parent Kind) error {
	for _, f := range a.cfg.Flows {
		if f.Parent != parent {
			continue
		}
		for _, side := range []Side{GHL, Pagico} {
			left, err := tx.State(leftKey(side, f.Kind))
			if err == nil && left != nil {
				err = tx.SetState(cursorKey(side, f.Kind), nil)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func sortFields(fields []AuditField) {
	slices.SortFunc(fields, func(x, y AuditField) int { return cmp.Compare(x.Field, y.Field) })
}

// adopt links a record with a twin that turned out to exist.
func (a *applier) adopt(ctx context.Context, s *Step, source Record, in Intent, ref Ref, reason string) error {
	found, gone, err := a.truth(ctx, in.Target, ref)
	if err != nil {
		return err
	}
	if gone {
		err := a.commit(ctx, func(tx Tx) error {
			return errors.Join(tx.DeleteIntent(in.ID), bumpGeneration(tx, source.Ref))
		})
		return cmp.Or(err, fmt.Errorf("%w: %s was deleted meanwhile", errDrifted, ref))
	}
	holder, err := a.linkOf(ctx, found.Ref)
	if err != nil {
		return err
	}
	if holder.State == LinkActive && holder.ID != in.Link {
		return a.leaveTaken(ctx, s, in, found.Ref, holder)
	}
	// An earlier attempt made it, perhaps of what the source showed then.
	base := metBase(a.flows[s.Kind], source, found)
	if err := a.commitCreate(ctx, s, source, found, in, actionAdopt, reason, base); err != nil {
		return err
	}
	a.report.count(s.Kind, Counts{Adopted: 1})
	return nil
}

// metBase is what is known of a copy when nobody remembers of which values it was
// made. Fields in which the two differ get no base, as when records meet for the
// first time, so that neither value is taken for an edit of the other. But a copy
// that nobody changed since it was made is no edit, and where one side owns a
// field its value is to hold, also when it was cleared since.
func metBase(flow Flow, source, made Record) map[string]merge.Base {
	untouched := !made.CreatedAt.IsZero() && !made.ModifiedAt.IsZero() && made.ModifiedAt.Sub(made.CreatedAt).Abs() < time.Second
	shown := map[Side]Fields{source.Ref.Side: source.Fields, made.Ref.Side: made.Fields}
	base := map[string]merge.Base{}
	for _, f := range flow.Rules.Fields {
		ghl, pagico := shown[GHL][f.Name], shown[Pagico][f.Name]
		var stale Value
		owner := flow.owner(f.Name)
		switch {
		case flow.put(Pagico, f.Name, ghl, pagico).Equal(pagico) && flow.put(GHL, f.Name, pagico, ghl).Equal(ghl):
			base[f.Name] = merge.Base{GHL: ghl, Pagico: pagico}
			continue
		case owner != "":
			stale = shown[owner.Other()][f.Name]
		case untouched:
			stale = made.Fields[f.Name]
		default:
			continue
		}
		if !ghl.Equal(pagico) {
			base[f.Name] = merge.Base{GHL: stale, Pagico: stale}
		}
	}
	return base
}

// bothShow is the base of a record and the twin that was just made of it.
func bothShow(flow Flow, source, made Record) map[string]merge.Base {
	base := map[string]merge.Base{}
	for _, f := range flow.Rules.Fields {
		base[f.Name] = merge.Base{GHL: source.Fields[f.Name], Pagico: made.Fields[f.Name]}
		if source.Ref.Side == Pagico {
			base[f.Name] = merge.Base{GHL: made.Fields[f.Name], Pagico: source.Fields[f.Name]}
		}
	}
	return base
}

// commitAdopted links both records with the base that the create meant: what
// either shows otherwise by now counts as edited since, and is looked at by the
// next pass.
func (a *applier) commitAdopted(ctx context.Context, s *Step, source, found Record, in Intent, reason string) error {
	if in.Undoes > 0 {
		found.Fields = in.Fields
		return a.commitRestored(ctx, s, found, in, s.Reason+"; "+reason)
	}
	lens := a.flows[s.Kind].Rules.Lens
	meant := Fields{}
	for _, f := range a.flows[s.Kind].Rules.Fields {
		v := in.Fields[f.Name]
		// The service's own form of a value is no edit.
		if shown := found.Fields[f.Name]; lens != nil && lens(in.Target, f.Name, in.Shown[f.Name], shown).Equal(shown) {
			v = shown
		}
		meant[f.Name] = v
	}
	source.Fields, found.Fields = in.Shown, meant
	return a.commitCreate(ctx, s, source, found, in, actionAdopt, reason, bothShow(a.flows[s.Kind], source, found))
}
