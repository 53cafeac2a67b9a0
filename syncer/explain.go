package syncer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Explanation tells a person what happened to one field of a pair. Its String is
// plain text that needs no knowledge of the engine.
type Explanation struct {
	// Link is the pair as it stands.
	Link  Link
	Field string
	// Events are the decisions about the field, and about the records as a whole,
	// oldest first.
	Events []ExplainedEvent

	// parent says that the field is the parent of both records.
	parent bool
}

// ExplainedEvent is one decision, taken from the audit log.
type ExplainedEvent struct {
	// Seq is the number of the audit entry, Time when it was written, UTC.
	Seq  int64
	Time time.Time
	// Action, Outcome, Trigger, Actor and Reason are those of the [AuditEntry].
	Action  string
	Outcome string
	Trigger string
	Actor   string
	Reason  string
	// Target is the side that was written, if any.
	Target Side
	// Detail is what the entry says of the field; its Field is empty when the
	// decision was about the records as a whole.
	Detail AuditField
}

// Explain tells, from the audit log, how a field came to be what it is: which
// rule set it, when, from which event, and what was refused or gave way. The
// name of a kind of parent, such as "contact", tells of moves. It returns
// [ErrNoLink] for an unknown link.
func (e *Engine) Explain(ctx context.Context, id LinkID, field string) (*Explanation, error) {
	x := &Explanation{Field: field}
	err := e.view(ctx, func(tx Tx) (err error) {
		if x.Link, err = tx.Link(id); err != nil {
			return err
		}
		parent := e.flows[x.Link.Kind].Parent
		x.parent = parent != "" && string(parent) == field
		for entry, err := range tx.AuditOf(id) {
			if err != nil {
				return err
			}
			x.add(entry)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("explain link %d: %w", id, err)
	}
	return x, nil
}

// add lists what an entry says of the field, or of the records as a whole.
func (x *Explanation) add(entry AuditEntry) {
	if n := len(x.Events); n > 0 && entry.Action == string(StepDelete) && x.Events[n-1].Reason == aboutToDelete {
		x.Events = x.Events[:n-1] // it is said again, as done
	}
	event := ExplainedEvent{Seq: entry.Seq, Time: entry.Time, Action: entry.Action, Outcome: entry.Outcome,
		Trigger: entry.Trigger, Actor: entry.Actor, Reason: entry.Reason, Target: entry.Target}
	var told []AuditField
	for _, f := range entry.Fields {
		if f.Field != x.Field {
			continue
		}
		// An edit that was put back, or went with its record, is told with that.
		i := slices.IndexFunc(told, func(t AuditField) bool { return f.discarded() && t.Side == f.Side && !t.discarded() })
		if i >= 0 {
			told[i].Lost = f.Lost
			continue
		}
		told = append(told, f)
	}
	if len(told) == 0 && (entry.Outcome != "done" || len(entry.Fields) == 0 || wholeRecord(entry)) {
		told = append(told, AuditField{})
	}
	for _, event.Detail = range told {
		x.Events = append(x.Events, event)
	}
}

// wholeRecord reports whether an entry concerns every field, named or not.
func wholeRecord(entry AuditEntry) bool {
	switch op := StepOp(entry.Action); op {
	case StepUpdate, actionSettle, actionAgree, actionWrite:
		return false
	case StepMove:
		return len(entry.Fields) > 1 // it was made again elsewhere
	}
	return true
}

// discarded reports whether the field tells of an edit that was not heeded.
func (f AuditField) discarded() bool {
	return strings.HasPrefix(f.Rule, ruleEdited) || strings.HasPrefix(f.Rule, ruleMoved)
}

// String writes the explanation as a few lines of plain text: the field, what
// both sides agreed on last, what waits, and the events with their numbers in the
// audit log.
func (x *Explanation) String() string {
	var b strings.Builder
	state := string(x.Link.State)
	if x.Link.State != LinkActive && x.Link.Reason != "" {
		state += ": " + x.Link.Reason
	}
	fmt.Fprintf(&b, "%s of %s %s ⇄ %s (link %d, %s)\n", x.Field, x.Link.Kind, named(x.Link, GHL), named(x.Link, Pagico), x.Link.ID, state)
	if base, known := x.Link.Base[x.Field]; known {
		fmt.Fprintf(&b, "  agreed last: %s\n", bothShown(base.GHL, base.Pagico))
	}
	if x.parent {
		fmt.Fprintf(&b, "  belongs to: ghl %s, pagico %s\n", cmp.Or(x.Link.GHL.Parent, "none"), cmp.Or(x.Link.Pagico.Parent, "none"))
	}
	if p, ok := x.Link.Parked[x.Field]; ok {
		fmt.Fprintf(&b, "  waits for a decision since %s: %s; %s\n", p.Since.Format(time.RFC3339), bothShown(p.GHL, p.Pagico), p.Reason)
		if p.Decided {
			fmt.Fprintf(&b, "  %s decided for %s; the next pass carries it out\n", p.By, said(p.Decision))
		}
	}
	for _, ev := range x.Events {
		fmt.Fprintf(&b, "  %s\n", ev)
	}
	return b.String()
}

// named is a record of a link for people.
func named(l Link, side Side) string { return string(side) + " " + cmp.Or(l.Ref(side).ID, "(none)") }

// said quotes a value.
func said(v Value) string {
	if v.IsNone() {
		return "nothing"
	}
	if v.IsSet() {
		return v.String()
	}
	return fmt.Sprintf("%q", v.String())
}

// bothShown tells what both sides show.
func bothShown(ghl, pagico Value) string {
	if ghl.Equal(pagico) {
		return said(ghl)
	}
	return fmt.Sprintf("ghl %s, pagico %s", said(ghl), said(pagico))
}

// String says it in one line: when, the number in the audit log, what, why, and
// by whom.
func (ev ExplainedEvent) String() string {
	by := ev.Actor // a person
	if ev.Actor == engineActor && ev.Trigger != "" {
		by = ev.Trigger
	}
	return fmt.Sprintf("%s #%d %s (%s)", ev.Time.Format(time.RFC3339), ev.Seq, ev.what(), by)
}
