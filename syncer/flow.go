package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Flow says how one kind of record is kept in step. Its functions must be pure and
// safe for concurrent use.
type Flow struct {
	// Kind of the records.
	Kind Kind
	// Parent is the kind that a record of this kind belongs to; empty for none.
	// Flows of parents come before flows of their children. Services are taken to
	// delete what belongs to a record with it.
	Parent Kind
	// Version names the state of Lens, Match, Accept and Complete. When it or the
	// rest of a flow changes, every pair is compared anew, and plans that were made
	// before are refused. What nobody edited since both sides agreed stays as it is,
	// also when another lens would show it otherwise now.
	Version string
	// NeedsParent lists the sides on which a record cannot be made without a
	// parent, such as tasks in GHL.
	NeedsParent []Side
	// Remake lists the sides on which a record whose twin was put under another
	// parent is deleted and made again under that one, because the service cannot
	// move it and keeps nothing with it that the fields do not show. Where a
	// service cannot move a record and is not listed, the record stays with its
	// parent, and every pass says so.
	Remake []Side
	// Rules for fields, direction and deletions.
	Rules merge.Rules
	// Match returns the keys under which a record that was never linked looks
	// for its twin, strongest first. parent is the id of the record's parent on
	// the GHL side, empty if it has none. Two unlinked records with the same
	// key match. Nil means that only markers match. For a single new record that
	// a hint tells of, sources with [Candidates] are asked; where the keys rest on
	// fields by which they cannot look, it waits for the next pass if there are
	// many records.
	Match func(rec Record, parent string) []MatchKey
	// Fingerprint names the fields by which the outcome of an unclear create is
	// recognised where the service keeps no marker; people should hardly ever
	// change them within minutes. None means all fields: then a copy that
	// somebody edits before it is found is not recognised, and made twice.
	Fingerprint []string
	// Accept says whether a record without a twin is to be copied to side to,
	// and if not, why. Nil accepts everything.
	Accept func(rec Record, to Side) (reason string, ok bool)
	// Complete may fill in fields of a record that is about to be made on side
	// to from rec, such as a date that the side demands. A [SkipError] leaves
	// the record uncopied for the reason it gives. Nil changes nothing.
	Complete func(to Side, rec Record, fields Fields) (Fields, error)
}

// MatchKey is one way to recognise a twin.
type MatchKey struct {
	// Text is compared for equality.
	Text string
	// Probable marks a key that may be wrong, such as a phone number shared by
	// a family; the match report lists such pairs apart.
	Probable bool
}

// SkipError says that a record is left uncopied on purpose.
type SkipError struct{ Reason string }

// Error implements error.
func (e *SkipError) Error() string { return "syncer: skipped: " + e.Reason }

// Resolver decides, in place of a person, what would be parked: conflicts under
// the policy manual, joined edits that overlap, and fields of records that cannot
// be written. It is called while planning, must be safe for concurrent use, and
// must give the same answer for the same conflict, because it may be asked again.
type Resolver interface {
	// Resolve returns the value that both sides are to express, or ok false to
	// leave the field parked. An error leaves the field parked too, and goes to
	// [Config.Logger].
	Resolve(ctx context.Context, link Link, c merge.Conflict) (value Value, ok bool, err error)
}

// needsParent reports whether records cannot be made on side without a parent.
func (f Flow) needsParent(side Side) bool { return slices.Contains(f.NeedsParent, side) }

// owner returns the side whose value of a field always holds, if any.
func (f Flow) owner(field string) Side {
	if source, oneWay := f.Rules.Direction.Source(); oneWay {
		return source
	}
	for _, rule := range f.Rules.Fields {
		if rule.Name == field {
			return rule.Owner
		}
	}
	return ""
}

// put is the value that a side is to show to express one of the other side.
func (f Flow) put(to Side, field string, value, shown Value) Value {
	if f.Rules.Lens == nil {
		return value
	}
	return f.Rules.Lens(to, field, value, shown)
}

// decides reports whether a record shows what a decision was made about, or what
// it wants.
func (f Flow) decides(parked Parked, side Side, field string, rec Record) bool {
	shown, about, want := rec.Fields[field], parked.GHL, parked.Decision
	if side == Pagico {
		about = parked.Pagico
	}
	if f.Rules.Lens != nil {
		want = f.Rules.Lens(side, field, want, shown)
	}
	return shown.Equal(about) || shown.Equal(want)
}

// fingerprint picks the fields by which an unmarked record is recognised.
func (f Flow) fingerprint(fields Fields) Fields {
	if len(f.Fingerprint) == 0 {
		return fields
	}
	picked := Fields{}
	for _, name := range f.Fingerprint {
		picked[name] = fields[name]
	}
	return picked
}

// fieldNames lists the compared fields.
func (f Flow) fieldNames() []string {
	names := make([]string, len(f.Rules.Fields))
	for i, field := range f.Rules.Fields {
		names[i] = field.Name
	}
	return names
}

// newFields are the values that a copy of rec shows when it is made on side to.
func (f Flow) newFields(to Side, rec Record) (Fields, error) {
	fields := make(Fields, len(f.Rules.Fields))
	for _, field := range f.Rules.Fields {
		v := rec.Fields[field.Name]
		if f.Rules.Lens != nil {
			v = f.Rules.Lens(to, field.Name, v, merge.None())
		}
		if !v.IsNone() {
			fields[field.Name] = v
		}
	}
	if f.Complete == nil {
		return fields, nil
	}
	return f.Complete(to, rec, fields)
}

// sameFields are the values that a record shows when it is made again on side to
// just as it was: what it showed when both sides last agreed, where its twin shows
// the same as then.
func (f Flow) sameFields(to Side, base map[string]merge.Base, twin Record) (Fields, error) {
	fields, err := f.newFields(to, twin)
	if err != nil {
		return nil, err
	}
	for _, field := range f.Rules.Fields {
		agreed, known := base[field.Name]
		if v := agreed.Of(to); known && !v.IsNone() && twin.Fields[field.Name].Equal(agreed.Of(to.Other())) {
			fields[field.Name] = v
		}
	}
	return fields, nil
}

// validateFlows checks that every flow makes sense and that parents come first.
func validateFlows(flows []Flow) error {
	if len(flows) == 0 {
		return errors.New("syncer: Config.Flows is empty: name at least one kind to sync")
	}
	seen := map[Kind]bool{}
	for _, f := range flows {
		if f.Kind == "" {
			return errors.New("syncer: Config.Flows: a flow has no Kind: name the records that it syncs")
		}
		if seen[f.Kind] {
			return fmt.Errorf("syncer: Config.Flows: kind %q has two flows: leave one out", f.Kind)
		}
		if f.Parent != "" && !seen[f.Parent] {
			return fmt.Errorf("syncer: Config.Flows: the flow of %q must come after the one of its parent %q", f.Kind, f.Parent)
		}
		if len(f.Rules.Fields) == 0 {
			return fmt.Errorf("syncer: Config.Flows: kind %q has no fields: name at least one in Rules.Fields", f.Kind)
		}
		for _, name := range f.Fingerprint {
			if !slices.Contains(f.fieldNames(), name) {
				return fmt.Errorf("syncer: Config.Flows: kind %q: Fingerprint names %q, which is not among Rules.Fields: add it there, or leave it out", f.Kind, name)
			}
		}
		if err := f.Rules.Validate(); err != nil {
			return fmt.Errorf("syncer: Config.Flows: kind %q: %w", f.Kind, err)
		}
		seen[f.Kind] = true
	}
	return nil
}
