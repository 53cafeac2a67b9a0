package merge

// Base is what each side showed for a field when both last agreed.
type Base struct {
	GHL    Value `json:"ghl"`
	Pagico Value `json:"pagico"`
}

// Of returns the half of the base that belongs to side.
func (b Base) Of(side Side) Value {
	if side == GHL {
		return b.GHL
	}
	return b.Pagico
}

// State is what one side shows of a record now.
type State struct {
	Fields Fields
	// Stamp is the time of the last change, for [LastWriterWins].
	Stamp Stamp
	// ReadOnly marks a record that its service does not let us write. Changes
	// that would be written there are parked as conflicts instead.
	ReadOnly bool
}

// Pair is everything the planner may know about two records that are twins.
type Pair struct {
	// Base by field; nil when the two were just matched and never agreed.
	Base map[string]Base
	// GHL and Pagico are the two records; nil means proven gone.
	GHL, Pagico *State
	// Settled holds decisions of a person or a resolver: the value that both
	// sides are to express. It counts only for fields that changed and differ. In
	// a field that one side owns, only that side's value counts: it ends the wait
	// for a record on the other side that cannot be written, which stays as it is.
	Settled map[string]Value
}

// of returns the state of one side.
func (p Pair) of(side Side) *State {
	if side == GHL {
		return p.GHL
	}
	return p.Pagico
}

// Change is one field to be written on one side.
type Change struct {
	Field string `json:"field"`
	To    Side   `json:"to"`
	// Old is what To shows now, New what it is to show.
	Old Value `json:"old"`
	New Value `json:"new"`
	// Rule says in a few words why, such as "changed on ghl" or "policy ghlWins".
	Rule string `json:"rule"`
}

// RuleSettled begins the reason of conflicts, and the rule of changes, that come
// of [Pair.Settled].
const RuleSettled = "settled by a decision"

// Agreement is a field on which both sides agree, so that its base moves
// without any write.
type Agreement struct {
	Field string `json:"field"`
	Base  Base   `json:"base"`
}

// Conflict is a field that was changed on both sides in different ways.
type Conflict struct {
	Field  string `json:"field"`
	Base   Base   `json:"base"`
	GHL    Value  `json:"ghl"`
	Pagico Value  `json:"pagico"`
	Policy Policy `json:"policy"`
	// Winner is the side whose value holds; empty when both were merged, or
	// when the field is parked.
	Winner Side `json:"winner,omitempty"`
	// Parked says that nothing was decided: the field waits for a person.
	Parked bool `json:"parked,omitempty"`
	// Reason explains the decision in a few words.
	Reason string `json:"reason"`
}

// Action is what is to be done with the pair as a whole.
type Action string

// The actions.
const (
	// ActionNone: both records stay; field changes may still apply.
	ActionNone Action = ""
	// ActionDelete: delete the record on [Outcome.Target].
	ActionDelete Action = "delete"
	// ActionRecreate: make the record again on [Outcome.Target].
	ActionRecreate Action = "recreate"
	// ActionComplete: set the record on [Outcome.Target] to completed and end the link.
	ActionComplete Action = "complete"
	// ActionUnlink: end the link and keep what is left.
	ActionUnlink Action = "unlink"
	// ActionClose: both records are gone; end the link.
	ActionClose Action = "close"
	// ActionKeep: the same as ActionUnlink, because a rule ignores the deletion.
	ActionKeep Action = "keep"
)

// Outcome is the immutable result of planning one pair.
type Outcome struct {
	Action Action
	// Target is the side that Action writes to, if it writes.
	Target Side
	// Reason explains Action.
	Reason string
	// Changes to write, in the order of the rules.
	Changes []Change
	// Agreed fields, whose base moves without a write.
	Agreed []Agreement
	// Conflicts, settled and parked.
	Conflicts []Conflict
	// Discarded lists edits that a deletion or a revert overrides, or that are
	// left where they are and may go under later, so that the audit log can keep
	// them. They are reported as long as they are shown.
	Discarded []Change
}

// IsNothing reports whether the pair is in step: nothing to write and no base
// to move.
func (o Outcome) IsNothing() bool {
	return o.Action == ActionNone && len(o.Changes) == 0 && len(o.Agreed) == 0 && len(o.Conflicts) == 0
}

// Plan compares base, GHL and Pagico under the rules. It is pure: the same
// input gives the same outcome, and nothing of the input is changed or kept.
func Plan(p Pair, r Rules) Outcome {
	switch {
	case p.GHL == nil && p.Pagico == nil:
		return Outcome{Action: ActionClose, Reason: "gone on both sides"}
	case p.GHL == nil:
		return planGone(p, r, GHL)
	case p.Pagico == nil:
		return planGone(p, r, Pagico)
	}
	var out Outcome
	for _, f := range r.Fields {
		planField(p, r, f, &out)
	}
	return out
}

// planGone decides what follows when the record on side gone was deleted.
func planGone(p Pair, r Rules, gone Side) Outcome {
	left := gone.Other()
	edits := editsSince(p, r, left)
	source, oneWay := r.Direction.Source()
	if oneWay && gone != source {
		if r.OneWay == Ignore {
			return Outcome{Action: ActionKeep, Reason: "deleted on the receiving side; left so"}
		}
		return Outcome{Action: ActionRecreate, Target: gone, Reason: "deleted on the receiving side; put back"}
	}
	if !oneWay && r.heeded(edits, left) && r.Deletes != KeepTwin && r.Deletes != Unlink {
		return Outcome{Action: ActionRecreate, Target: gone,
			Reason: "deleted on " + string(gone) + ", edited on " + string(left) + " meanwhile: the edit wins"}
	}
	reason := "deleted on " + string(gone)
	if shut(p, left) && (r.Deletes == Complete || r.Deletes == Propagate || r.Deletes == "") {
		return Outcome{Action: ActionUnlink, Reason: reason + "; the twin cannot be written and is kept"}
	}
	switch r.Deletes {
	case Unlink:
		return Outcome{Action: ActionUnlink, Reason: reason + "; the twin is kept"}
	case KeepTwin:
		return Outcome{Action: ActionKeep, Reason: reason + "; ignored"}
	case Complete:
		return Outcome{Action: ActionComplete, Target: left, Reason: reason, Changes: completion(p, r, left), Discarded: edits}
	}
	return Outcome{Action: ActionDelete, Target: left, Reason: reason, Discarded: edits}
}

// heeded reports whether one of the edits on side is of a field that the other
// side does not own; edits of owned fields would be put back anyway.
func (r Rules) heeded(edits []Change, side Side) bool {
	for _, f := range r.Fields {
		for _, e := range edits {
			if e.Field == f.Name && r.owner(f) != side.Other() {
				return true
			}
		}
	}
	return false
}

// completion returns the change that completes the record on side.
func completion(p Pair, r Rules, side Side) []Change {
	field := r.statusField()
	want := r.CompletedValue
	if want.IsNone() {
		want = Text("completed")
	}
	shown := p.of(side).Fields[field]
	want = r.put(side, field, want, shown)
	if want.Equal(shown) {
		return nil
	}
	return []Change{{Field: field, To: side, Old: shown, New: want, Rule: "the twin was deleted"}}
}

// editsSince lists the fields that side shows otherwise than the base. A value
// on which the sides never agreed is known on this side only, and counts too.
func editsSince(p Pair, r Rules, side Side) []Change {
	var edits []Change
	for _, f := range r.Fields {
		base := p.Base[f.Name]
		shown := p.of(side).Fields[f.Name]
		if !shown.Equal(base.Of(side)) {
			edits = append(edits, Change{Field: f.Name, To: side, Old: base.Of(side), New: shown, Rule: "edited on " + string(side) + ", overridden"})
		}
	}
	return edits
}
