package syncer

import (
	"fmt"
	"strings"
)

// what says what was decided, and why.
func (ev ExplainedEvent) what() string {
	switch ev.Outcome {
	case "done":
		return ev.done()
	case "failed":
		return because(fmt.Sprintf("%s failed", ev.doing()), ev.Reason)
	case "skipped":
		return because("left as it was", ev.Reason)
	}
	d := ev.Detail
	switch {
	case ev.Action == actionWrite && d.Field != "":
		return fmt.Sprintf("a write on %s of %s over %s was not confirmed, %s; it counts if that is what is shown", d.Side, said(d.After), said(d.Before), d.Rule)
	case ev.Action == actionWrite:
		return "a write of other fields was not confirmed"
	case ev.Action == actionPark:
		return because("its copy waits for a person", ev.Reason)
	case ev.Action == string(StepDelete) && d.Field != "":
		return fmt.Sprintf("%s it was edited to %s, which a deletion is about to override", onSide(d.Side), said(d.Lost))
	case ev.Action == string(StepDelete) && ev.Reason == aboutToDelete:
		return "it is about to be deleted with edits of other fields"
	}
	return because(fmt.Sprintf("%s had no clear answer", ev.doing()), ev.Reason)
}

// doing names an action that did not come to its end.
func (ev ExplainedEvent) doing() string {
	switch StepOp(ev.Action) {
	case StepCreate:
		return "making the copy" + onSide(ev.Target)
	case StepRestore:
		return "making it again" + onSide(ev.Target)
	case StepDelete, StepRetract:
		return "deleting it" + onSide(ev.Target)
	case StepComplete:
		return "completing it" + onSide(ev.Target)
	case StepMove:
		return "moving it" + onSide(ev.Target)
	}
	return "writing to it" + onSide(ev.Target)
}

// done says what was done with the records as a whole, or with the field.
func (ev ExplainedEvent) done() string {
	d := ev.Detail
	switch StepOp(ev.Action) {
	case StepLink:
		return because("the two records were taken for the same one"+ev.value(", both showing %s", d.After), ev.Reason)
	case StepCreate:
		return because("made"+onSide(ev.Target)+ev.value(" with %s", d.After), ev.Reason)
	case actionAdopt:
		return because("the copy"+onSide(ev.Target)+" was found"+ev.value(", made with %s", d.After), ev.Reason)
	case StepDelete, StepRetract:
		return because("deleted"+onSide(ev.Target)+ev.value(", where it showed %s", d.Before)+ev.gone(), ev.Reason)
	case StepClose:
		last := ev.value("; last known: %s", d.Before)
		if d.Side == "" && d.Field != "" {
			last = "; last known: " + bothShown(d.Base, d.Before)
		}
		return because("both records are gone"+last+ev.gone(), ev.Reason)
	case StepUnlink:
		return because("no longer kept in step"+ev.value(";"+onSide(d.Side)+" it shows %s", d.Before)+ev.gone(), ev.Reason)
	case StepComplete:
		if d.After.IsNone() {
			return because("completed"+onSide(ev.Target)+" and no longer kept in step"+ev.value("; it shows %s", d.Before)+ev.gone(), ev.Reason)
		}
		return because(fmt.Sprintf("completed%s, %s → %s, and no longer kept in step", onSide(ev.Target), said(d.Before), said(d.After))+ev.gone(), ev.Reason)
	case StepRestore:
		return because("made again"+onSide(ev.Target)+ev.value(" with %s", d.After)+", as a new record", ev.Reason)
	case StepReopen:
		if d.Field == "" {
			return because("completion taken back"+onSide(ev.Target)+", it counts as a new record", ev.Reason)
		}
		return because(fmt.Sprintf("completion taken back%s: %s → %s; it counts as a new record", onSide(ev.Target), said(d.Before), said(d.After)), ev.Reason)
	case StepMove:
		return ev.moved()
	case actionSettle:
		return fmt.Sprintf("decided for %s; %s had been waiting", said(d.After), bothShown(d.Before, d.Lost))
	case actionAgree:
		return because("agreed on "+said(d.After), ev.Reason)
	}
	return ev.written()
}

// moved says what a move did.
func (ev ExplainedEvent) moved() string {
	d := ev.Detail
	switch {
	case d.Rule == ruleNew:
		return because("made again"+onSide(ev.Target)+ev.value(" with %s", d.After), ev.Reason)
	case d.Field == "":
		return because("deleted and made again"+onSide(ev.Target), ev.Reason)
	case d.After.IsNone():
		return because(fmt.Sprintf("%s shows %s", ev.Target, said(d.Before)), ev.Reason)
	}
	return because(fmt.Sprintf("moved%s: %s → %s", onSide(ev.Target), said(d.Before), said(d.After)), ev.Reason)
}

// written says what a pass made of the field.
func (ev ExplainedEvent) written() string {
	d := ev.Detail
	switch {
	case d.Field == "":
		return because("looked at", ev.Reason)
	case strings.HasPrefix(d.Rule, ruleParked):
		text := "waits for a person: " + bothShown(d.Before, d.After)
		if !d.Base.IsNone() {
			text += fmt.Sprintf(" (before: %s)", said(d.Base))
		}
		return because(text, strings.TrimPrefix(d.Rule, ruleParked))
	case d.discarded():
		return because(fmt.Sprintf("%s → %s not carried over", said(d.Before), said(d.Lost)), d.Rule)
	case d.Side == "" && d.Rule == ruleAgreed:
		return "both sides show " + said(d.After) + ": agreed"
	case d.Side == "":
		return because("left as it is: "+bothShown(d.Before, d.After), d.Rule)
	}
	text := fmt.Sprintf("written%s: %s → %s", onSide(d.Side), said(d.Before), said(d.After))
	if !d.Lost.IsNone() && !strings.HasPrefix(d.Rule, "policy merge") {
		text += fmt.Sprintf("; the edit to %s gave way", said(d.Lost))
	}
	return because(text, d.Rule)
}

// gone tells of a value that went under with its record.
func (ev ExplainedEvent) gone() string {
	switch d := ev.Detail; {
	case d.Lost.IsNone():
		return ""
	case d.Rule == ruleWasParked:
		return fmt.Sprintf(", and %s waited for a decision", said(d.Lost))
	default:
		return fmt.Sprintf("; the edit to %s went with it", said(d.Lost))
	}
}

// because adds a reason.
func because(text, reason string) string {
	if reason == "" {
		return text
	}
	return text + ": " + reason
}

// onSide names a side, if any.
func onSide(side Side) string {
	if side == "" {
		return ""
	}
	return " on " + string(side)
}

// value tells of the field's value, if the entry names the field.
func (ev ExplainedEvent) value(format string, v Value) string {
	if ev.Detail.Field == "" {
		return ""
	}
	return fmt.Sprintf(format, said(v))
}
