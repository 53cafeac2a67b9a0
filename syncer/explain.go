package syncer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Explanation tells a person what happened to one field of a pair.
type Explanation struct {
	Link  Link
	Field string
	// Events are the decisions about the field, oldest first.
	Events []ExplainedEvent
}

// ExplainedEvent is one decision about a field.
type ExplainedEvent struct {
	Seq     int64
	Time    time.Time
	Action  string
	Outcome string
	Trigger string
	Actor   string
	Reason  string
	Detail  AuditField
}

// Explain tells, from the audit log, how a field came to be what it is: which
// rule set it, when, from which event, and what was refused. It returns
// [ErrNoLink] for an unknown link.
func (e *Engine) Explain(ctx context.Context, id LinkID, field string) (*Explanation, error) {
	x := &Explanation{Field: field}
	err := e.view(ctx, func(tx Tx) (err error) {
		if x.Link, err = tx.Link(id); err != nil {
			return err
		}
		for entry, err := range tx.AuditOf(id) {
			if err != nil {
				return err
			}
			event := ExplainedEvent{Seq: entry.Seq, Time: entry.Time, Action: entry.Action, Outcome: entry.Outcome,
				Trigger: entry.Trigger, Actor: entry.Actor, Reason: entry.Reason}
			named := false
			for _, f := range entry.Fields {
				if f.Field == field {
					event.Detail, named = f, true
					x.Events = append(x.Events, event)
				}
			}
			if !named && (entry.Outcome != "done" || len(entry.Fields) == 0) {
				x.Events = append(x.Events, event)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("explain link %d: %w", id, err)
	}
	return x, nil
}

// String writes the explanation as a few lines of plain text.
func (x *Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s %s ⇄ %s (link %d, %s)\n", x.Field, x.Link.Kind, x.Link.GHL.ID, x.Link.Pagico.ID, x.Link.ID, x.Link.State)
	base := x.Link.Base[x.Field]
	fmt.Fprintf(&b, "  both agreed last on: ghl %q, pagico %q\n", base.GHL.String(), base.Pagico.String())
	if p, ok := x.Link.Parked[x.Field]; ok {
		fmt.Fprintf(&b, "  waits for a decision since %s: ghl %q, pagico %q (%s)\n", p.Since.Format(time.RFC3339), p.GHL.String(), p.Pagico.String(), p.Reason)
	}
	for _, ev := range x.Events {
		fmt.Fprintf(&b, "  %s  #%d %s %s by %s (%s)", ev.Time.Format(time.RFC3339), ev.Seq, ev.Action, ev.Outcome, ev.Actor, ev.Trigger)
		if d := ev.Detail; d.Field != "" {
			fmt.Fprintf(&b, ": %q → %q", d.Before.String(), d.After.String())
			if d.Side != "" {
				fmt.Fprintf(&b, " on %s", d.Side)
			}
			if d.Rule != "" {
				fmt.Fprintf(&b, ", rule: %s", d.Rule)
			}
			if !d.Lost.IsNone() {
				fmt.Fprintf(&b, ", overridden: %q", d.Lost.String())
			}
		}
		if ev.Reason != "" {
			fmt.Fprintf(&b, "; %s", ev.Reason)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// ErrNotParked says that a field does not wait for a decision.
var ErrNotParked = errors.New("syncer: the field does not wait for a decision")

// Decide settles a parked field: the next pass makes both sides express the
// value. by names the person, for the audit log. It returns [ErrNotParked]
// when the field does not wait, or when an earlier decision is being carried out
// already, and [ErrNoLink] for an unknown link.
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
		_, err = tx.AppendAudit(AuditEntry{Time: e.now(), Action: "settle", Kind: link.Kind, Link: id, GHL: link.GHL, Pagico: link.Pagico,
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
