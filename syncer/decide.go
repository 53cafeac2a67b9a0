package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrNotParked says that a field does not wait for a decision.
var ErrNotParked = errors.New("syncer: the field does not wait for a decision")

// ErrOwned says that a decision is against the side that owns the field, or from
// which its kind flows one way.
var ErrOwned = errors.New("syncer: the field belongs to the other side")

// Decide settles a parked field: the next pass makes both sides express the
// value. by names the person, for the audit log.
//
// A field that one side owns, or that flows one way, waits only when the record on
// the other side cannot be written. There value must be the one that the owning
// side shows (Parked.GHL or Parked.Pagico): the field waits no more, the other
// record stays as it is, and the next edit on the owning side is carried over, or
// waits, like any other. Every other value gives [ErrOwned]: edit the field on the
// owning side instead.
//
// It returns [ErrNotParked] when the field does not wait, or when an earlier
// decision is being carried out already, and [ErrNoLink] for an unknown link.
func (e *Engine) Decide(ctx context.Context, id LinkID, field string, value Value, by string) error {
	if by == "" {
		return errors.New("syncer: Decide: by is empty: name the person who decides")
	}
	return e.update(ctx, func(tx Tx) error {
		link, err := tx.Link(id)
		if err != nil {
			return err
		}
		parked, ok := link.Parked[field]
		if !ok {
			return fmt.Errorf("%w: link %d, field %q", ErrNotParked, id, field)
		}
		if owner := e.flows[link.Kind].owner(field); owner != "" && !value.Equal(parked.of(owner)) {
			return fmt.Errorf("%w: link %d, field %q flows from %s, which shows %q: decide for that, or edit it there", ErrOwned, id, field, owner, parked.of(owner).String())
		}
		tried, err := loadAttempts(tx, id)
		if err != nil {
			return err
		}
		if _, underWay := tried[field]; underWay && parked.Decided {
			return fmt.Errorf("%w: link %d, field %q: what %s decided is being carried out", ErrNotParked, id, field, parked.By)
		}
		parked.Decision, parked.Decided, parked.By = value, true, by
		link.Parked[field] = parked
		link.SeenGHL, link.SeenPagico = [16]byte{}, [16]byte{}
		if err := errors.Join(tx.PutLink(&link), lookAgain(tx, link)); err != nil {
			return err
		}
		_, err = tx.AppendAudit(AuditEntry{Time: e.now(), Action: actionSettle, Kind: link.Kind, Link: id, GHL: link.GHL, Pagico: link.Pagico,
			Trigger: "person", Outcome: "done", Actor: by,
			Fields: []AuditField{{Field: field, Base: parked.Base.GHL, Before: parked.GHL, After: value, Lost: parked.Pagico, Rule: "decided by " + by}}})
		return err
	})
}

// Waiting lists the links with fields that wait for a person, in order.
func (e *Engine) Waiting(ctx context.Context) ([]Link, error) {
	var waiting []Link
	err := e.view(ctx, func(tx Tx) error {
		for _, flow := range e.cfg.Flows {
			for l, err := range tx.Links(flow.Kind, 0, LinkActive) {
				if err != nil {
					return err
				}
				if len(l.Parked) > 0 {
					waiting = append(waiting, l)
				}
			}
		}
		return nil
	})
	return waiting, err
}

// ErrNotWaiting says that no create waits for a decision under the given id.
var ErrNotWaiting = errors.New("syncer: no create waits for a decision under this id")

// WaitingCreates lists the creates of unclear outcome for which several records
// were found, so that a person must choose.
func (e *Engine) WaitingCreates(ctx context.Context) ([]Intent, error) {
	var waiting []Intent
	err := e.view(ctx, func(tx Tx) error {
		intents, err := tx.Intents()
		for _, in := range intents {
			if in.State == IntentParked {
				waiting = append(waiting, in)
			}
		}
		return err
	})
	return waiting, err
}

// DecideCreate settles a create that waits for a person: ref is the record that
// it made, or the zero Ref if it made none, so that the next pass makes it again,
// or the plan of [Engine.Undo] that it belonged to, when it is applied once more.
// by names the person, for the audit log. It returns [ErrNotWaiting] for any
// other id, and [ErrNotFound] when the chosen record is gone.
func (e *Engine) DecideCreate(ctx context.Context, id OpID, ref Ref, by string) error {
	if by == "" {
		return errors.New("syncer: DecideCreate: by is empty: name the person who decides")
	}
	release, err := e.begin(ctx)
	if err != nil {
		return err
	}
	defer release()
	waiting, err := e.WaitingCreates(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(waiting, func(in Intent) bool { return in.ID == id })
	if i < 0 {
		return fmt.Errorf("%w: %s", ErrNotWaiting, id)
	}
	in := waiting[i]
	a := &applier{Engine: e, trigger: "person", actor: by, report: newReport(e.now()), failed: map[string]failCount{}}
	s := settleStep(in)
	if ref.IsZero() {
		return errors.Join(a.refute(ctx, s, in), e.update(ctx, func(tx Tx) error {
			return errors.Join(tx.SetState(cursorKey(GHL, in.Kind), nil), tx.SetState(cursorKey(Pagico, in.Kind), nil))
		}))
	}
	found, gone, err := e.truth(ctx, in.Target, ref)
	if err != nil {
		return err
	}
	if gone {
		return fmt.Errorf("%w: %s", ErrNotFound, ref)
	}
	return a.adoptFound(ctx, s, in, found)
}
