package merge

import (
	"cmp"
	"fmt"
	"time"
)

// Side names one of the two services. It is "ghl" or "pagico".
type Side string

// The two sides.
const (
	GHL    Side = "ghl"
	Pagico Side = "pagico"
)

// Other returns the opposite side.
func (s Side) Other() Side {
	if s == GHL {
		return Pagico
	}
	return GHL
}

// Policy says who wins when a field was changed on both sides.
type Policy string

// The policies. The zero Policy means [LastWriterWins].
const (
	// GHLWins takes GHL's value.
	GHLWins Policy = "ghlWins"
	// PagicoWins takes Pagico's value.
	PagicoWins Policy = "pagicoWins"
	// LastWriterWins takes the value of the side with the later [Stamp], also
	// when the stamps are closer than their slack: the conflict's reason names
	// both, the distance and the slack. GHL wins when the stamps are the same or
	// one is unknown, and the reason says so.
	LastWriterWins Policy = "lastWriterWins"
	// Merge joins both edits: texts by lines, sets by their members. What
	// cannot be joined falls back to [Manual].
	Merge Policy = "merge"
	// Manual parks the field for a person; all other fields go on.
	Manual Policy = "manual"
)

// Validate reports an unknown policy by name.
func (p Policy) Validate() error {
	switch p {
	case "", GHLWins, PagicoWins, LastWriterWins, Merge, Manual:
		return nil
	}
	return fmt.Errorf("merge: unknown policy %q: use ghlWins, pagicoWins, lastWriterWins, merge or manual", string(p))
}

// Direction says which way a kind of record flows.
type Direction string

// The directions. The zero Direction means [TwoWay].
const (
	TwoWay      Direction = "twoWay"
	GHLToPagico Direction = "ghlToPagico"
	PagicoToGHL Direction = "pagicoToGHL"
)

// Validate reports an unknown direction by name.
func (d Direction) Validate() error {
	switch d {
	case "", TwoWay, GHLToPagico, PagicoToGHL:
		return nil
	}
	return fmt.Errorf("merge: unknown direction %q: use twoWay, ghlToPagico or pagicoToGHL", string(d))
}

// Source returns the side that one-way records come from, and false for a
// two-way direction.
func (d Direction) Source() (Side, bool) {
	switch d {
	case GHLToPagico:
		return GHL, true
	case PagicoToGHL:
		return Pagico, true
	}
	return "", false
}

// Allows reports whether records may be written on side to.
func (d Direction) Allows(to Side) bool {
	source, oneWay := d.Source()
	return !oneWay || to != source
}

// OneWay says what happens to an edit or a deletion on the receiving side of a
// one-way flow, or to an edit of a field that the other side owns.
type OneWay string

// The one-way modes. The zero OneWay means [Revert].
const (
	// Revert puts the owner's value back, or makes the record again; the audit log
	// keeps the edit.
	Revert OneWay = "revert"
	// Ignore leaves the edit where it is, until the owner changes the field. After
	// a deletion it ends the link.
	Ignore OneWay = "ignore"
)

// Validate reports an unknown mode by name.
func (o OneWay) Validate() error {
	switch o {
	case "", Revert, Ignore:
		return nil
	}
	return fmt.Errorf("merge: unknown one-way mode %q: use revert or ignore", string(o))
}

// DeletePolicy says what a proven deletion on one side means for the twin.
type DeletePolicy string

// The delete policies. The zero DeletePolicy means [Propagate].
const (
	// Propagate deletes the twin too, unless the twin was edited meanwhile.
	Propagate DeletePolicy = "propagate"
	// Complete sets the twin's status to completed and ends the link, unless the
	// twin was edited meanwhile.
	Complete DeletePolicy = "complete"
	// Unlink ends the link and leaves the twin as it is. From then on the twin is
	// left alone: it is not copied again.
	Unlink DeletePolicy = "unlink"
	// KeepTwin does what Unlink does; the audit log calls the deletion ignored.
	KeepTwin DeletePolicy = "ignore"
)

// Validate reports an unknown policy by name.
func (d DeletePolicy) Validate() error {
	switch d {
	case "", Propagate, Complete, Unlink, KeepTwin:
		return nil
	}
	return fmt.Errorf("merge: unknown delete policy %q: use propagate, complete, unlink or ignore", string(d))
}

// Field is the rule for one field of a kind.
type Field struct {
	// Name is the canonical field name, such as "title".
	Name string
	// Policy settles conflicts; zero means [LastWriterWins]. Fields with an owner,
	// and those of one-way kinds, have none.
	Policy Policy
	// Owner, when set, is the side whose value always holds; the other side's
	// edits are treated as [Rules.OneWay] says. In a one-way kind the side that
	// records come from owns every field, and the other one can own none.
	Owner Side
}

// Lens returns the value that side to should show for a field, given that it
// shows shown now, in order to express value of the other side.
//
// It must be pure, safe for concurrent use, and stable: asked again with its own
// answer as shown, it answers the same. It must also take a value as side to itself
// shows it, such as a day where the other side knows instants: what was decided
// for a conflict, a joined edit and [Rules.CompletedValue] are expressed on both
// sides by it, and may come from either. Either of value and shown may be None;
// shown is for a record that is to be made. A nil Lens copies values unchanged.
type Lens func(to Side, field string, value, shown Value) Value

// Rules say how the fields of one kind are merged.
type Rules struct {
	// Fields in the order in which changes are reported. Fields without a rule
	// are never compared and never written.
	Fields []Field
	// Direction of the whole kind.
	Direction Direction
	// OneWay says what becomes of edits and deletions on a receiving side.
	OneWay OneWay
	// Deletes says what a proven deletion means for the twin; in one-way kinds, a
	// deletion on the side that records come from.
	Deletes DeletePolicy
	// Lens maps values between the sides.
	Lens Lens
	// StatusField is the field that [Complete] sets; empty means "status". It needs
	// a rule in Fields.
	StatusField string
	// CompletedValue is what [Complete] writes there; None means "completed".
	CompletedValue Value
}

// Validate reports the first rule that makes no sense, naming the field.
func (r Rules) Validate() error {
	if err := r.Direction.Validate(); err != nil {
		return err
	}
	seen := make(map[string]bool, len(r.Fields))
	for _, f := range r.Fields {
		if f.Name == "" {
			return fmt.Errorf("merge: a field rule has no name: say which field it is for")
		}
		if seen[f.Name] {
			return fmt.Errorf("merge: field %q has two rules: leave one out", f.Name)
		}
		seen[f.Name] = true
		if err := f.Policy.Validate(); err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
		if f.Owner != "" && f.Owner != GHL && f.Owner != Pagico {
			return fmt.Errorf("merge: field %q: unknown owner %q: use ghl or pagico", f.Name, string(f.Owner))
		}
		if source, oneWay := r.Direction.Source(); oneWay && f.Owner == source.Other() {
			return fmt.Errorf("merge: field %q is owned by %s, but direction %s takes everything from %s: leave the owner out, or use twoWay",
				f.Name, f.Owner, r.Direction, source)
		}
	}
	if err := r.OneWay.Validate(); err != nil {
		return err
	}
	if field := r.statusField(); r.Deletes == Complete && !seen[field] {
		return fmt.Errorf("merge: Deletes is complete, but there is no field %q to complete by: name it in StatusField, or use propagate, unlink or ignore", field)
	}
	return r.Deletes.Validate()
}

// statusField names the field that [Complete] sets.
func (r Rules) statusField() string { return cmp.Or(r.StatusField, "status") }

// owner returns the side whose value always holds for the field, if any.
func (r Rules) owner(f Field) Side {
	if source, oneWay := r.Direction.Source(); oneWay {
		return source
	}
	return f.Owner
}

// put asks the lens.
func (r Rules) put(to Side, field string, value, shown Value) Value {
	if r.Lens == nil {
		return value
	}
	return r.Lens(to, field, value, shown)
}

// Stamp says when a side's record was last changed, as far as anyone knows.
type Stamp struct {
	// At is the instant; zero means unknown.
	At time.Time
	// Slack is how far At may be off: zero for a time that the service itself
	// wrote, the distance between two observations otherwise.
	Slack time.Duration
}
