package syncer

import (
	"context"
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
