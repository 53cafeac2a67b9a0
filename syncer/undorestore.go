package syncer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// restore plans to make a record again that the engine deleted.
func (u *undoer) restore(ctx context.Context, flow Flow, link Link, entry AuditEntry, h *undone) error {
	refs := map[Side]Ref{GHL: entry.GHL, Pagico: entry.Pagico}
	for side, ref := range refs {
		if ref.IsZero() {
			refs[side] = link.Ref(side) // the twin of a record that was made again
		}
	}
	label := entry.label()
	reason, err := u.stillGone(ctx, link, refs)
	if err != nil {
		return u.unreadable(ctx, refs[entry.Target], err)
	}
	side, home, why, err := u.home(ctx, flow, refs, entry.Target)
	if err != nil {
		return u.unreadable(ctx, refs[entry.Target], err)
	}
	if reason == "" {
		reason = why
	}
	if reason != "" {
		u.leave(refs[entry.Target], label, "%s; not undone (entry %d)", reason, entry.Seq)
		return nil
	}
	step := Step{Op: StepRestore, Kind: link.Kind, Link: link.ID, Target: side, Label: label, Fields: entry.shown(side, h),
		Undoes: entry.Seq, Reason: undoOf(entry)}
	was := refs[side]
	was.Parent = home
	if u.isSource(flow, was, label) {
		return nil
	}
	step.setRef(was)
	step.setRef(refs[side.Other()])
	if len(step.Fields) == 0 {
		u.leave(was, label, "what it showed on %s is not written down; not undone (entry %d)", side, entry.Seq)
		return nil
	}
	twin, err := u.madeAgain(ctx, flow, Record{Ref: was, Fields: step.Fields}, entry)
	if err != nil {
		return err
	}
	if !twin.IsZero() {
		u.again[was.String()] = twin.ID
		u.leave(was, label, "somebody made it again since, as %s; not undone (entry %d)", twin, entry.Seq)
		return nil
	}
	u.again[was.String()] = was.ID
	u.made = append(u.made, step)
	return nil
}

// setRef names a record without a reading.
func (s *Step) setRef(ref Ref) {
	if ref.Side == GHL {
		s.GHL = ref
	} else {
		s.Pagico = ref
	}
}

// label is a short text about a record of which only the log tells.
func (e AuditEntry) label() string {
	fields := Fields{}
	for _, f := range slices.Backward(e.Fields) {
		fields[f.Field] = f.Before
	}
	return labelOf(fields)
}

// labelOf is a short text about a record that was not read.
func labelOf(fields Fields) string { return cmp.Or(fields["title"].AsText(), fields["name"].AsText()) }

// shown is what a deleted record showed on a side, with what the engine wrote to
// it since the chosen point taken back.
func (e AuditEntry) shown(side Side, h *undone) Fields {
	fields := Fields{}
	if side != e.Target {
		if e.After != nil {
			for name, base := range e.After.Base {
				fields[name] = base.Of(side)
			}
		}
	} else {
		for _, f := range slices.Backward(e.Fields) { // the record's own values come before discarded edits
			fields[f.Field] = f.Before
		}
	}
	for name, v := range fields {
		if v = h.before(name, side, v); v.IsNone() {
			delete(fields, name)
		} else {
			fields[name] = v
		}
	}
	return fields
}

// stillGone says why a deleted pair is not to be made again, or "".
func (u *undoer) stillGone(ctx context.Context, link Link, refs map[Side]Ref) (string, error) {
	for _, side := range []Side{GHL, Pagico} {
		ref := refs[side]
		if ref.IsZero() {
			return "its twin is not known", nil
		}
		r, err := u.read(ctx, ref)
		if err != nil {
			return "", err
		}
		if r != nil {
			return fmt.Sprintf("%s was restored since", ref), nil
		}
		var other Link
		err = u.view(ctx, func(tx Tx) (err error) {
			other, err = tx.LinkOf(ref)
			return err
		})
		if err != nil && !errors.Is(err, ErrNoLink) {
			return "", err
		}
		if err == nil && other.State == LinkActive && other.ID != link.ID {
			return fmt.Sprintf("%s was restored since, and deleted again", ref), nil
		}
	}
	return "", nil
}

// home finds the side and the parent with which a record is made again: where it
// was deleted, or where its parent is made again if it has none left there.
func (u *undoer) home(ctx context.Context, flow Flow, refs map[Side]Ref, target Side) (side Side, parent, reason string, err error) {
	parent, reason, err = u.homeOn(ctx, flow, refs[target], refs[target.Other()])
	if err != nil || reason == "" {
		return target, parent, reason, err
	}
	other := Ref{Side: target.Other(), Kind: flow.Parent, ID: refs[target.Other()].Parent}
	if id, again := u.again[other.String()]; again && other.ID != "" {
		return target.Other(), id, "", nil
	}
	return target, "", reason, nil
}

// homeOn finds the parent on one side.
func (u *undoer) homeOn(ctx context.Context, flow Flow, ref, twin Ref) (parent, reason string, err error) {
	switch {
	case flow.Parent == "":
		return "", "", nil
	case ref.Parent == "" && flow.needsParent(ref.Side):
		return "", fmt.Sprintf("it belongs to no %s, and %s needs one", flow.Parent, ref.Side), nil
	case ref.Parent == "":
		return "", "", nil
	}
	old := Ref{Side: ref.Side, Kind: flow.Parent, ID: ref.Parent}
	if id, again := u.again[old.String()]; again {
		return id, "", nil
	}
	now, err := u.successor(ctx, old, Ref{Side: twin.Side, Kind: flow.Parent, ID: twin.Parent})
	if err != nil {
		return "", "", err
	}
	there, known := u.parents[now.String()]
	if !known {
		_, gone, err := u.truth(ctx, now.Side, now)
		if err != nil {
			return "", "", err
		}
		there = !gone
		u.parents[now.String()] = there
	}
	if !there {
		return "", fmt.Sprintf("the %s it belonged to is gone on %s", flow.Parent, ref.Side), nil
	}
	return now.ID, "", nil
}

// recreate plans to make a copy again that an undo deleted, from its original.
func (u *undoer) recreate(ctx context.Context, flow Flow, link Link, entry AuditEntry) error {
	from := entry.Target.Other()
	if u.isSource(flow, entry.Ref(entry.Target), entry.label()) {
		return nil
	}
	step := Step{Op: StepCreate, Kind: link.Kind, Link: link.ID, Target: entry.Target, GHL: entry.GHL, Pagico: entry.Pagico,
		Undoes: entry.Seq, Reason: undoOf(entry)}
	original, err := u.read(ctx, step.Ref(from))
	if err != nil {
		return u.unreadable(ctx, step.Ref(from), err)
	}
	copied, err := u.read(ctx, step.Ref(entry.Target))
	if err != nil {
		return u.unreadable(ctx, step.Ref(entry.Target), err)
	}
	reason := ""
	switch {
	case original == nil:
		reason = "it was deleted since"
	case copied != nil:
		reason = "its copy was restored since"
	case link.State != LinkEnded:
		reason = "its link stands otherwise by now"
	case flow.Accept != nil:
		if why, ok := flow.Accept(original.rec, step.Target); !ok {
			reason = why
		}
	}
	if reason == "" {
		step.Fields, err = flow.copyAgain(step.Target, link.Base, original.rec, entry)
		if skip, ok := errors.AsType[*SkipError](err); ok {
			reason = skip.Reason
		} else if err != nil {
			reason = err.Error()
		}
	}
	if reason != "" {
		u.leave(step.Ref(from), entry.label(), "%s; not undone (entry %d)", reason, entry.Seq)
		return nil
	}
	step.setReading(from, original)
	step.Label = label(original)
	u.made = append(u.made, step)
	return nil
}

// copyAgain are the values of a copy that is made again: what it showed, or what
// its original shows by now where that was edited since.
func (f Flow) copyAgain(to Side, base map[string]merge.Base, original Record, entry AuditEntry) (Fields, error) {
	fields, err := f.newFields(to, original)
	if err != nil {
		return nil, err
	}
	shown := entry.shown(to, &undone{})
	for _, rule := range f.Rules.Fields {
		left := f.owner(rule.Name) == to && f.Rules.OneWay == merge.Ignore
		if !left && !original.Fields[rule.Name].Equal(base[rule.Name].Of(to.Other())) {
			continue
		}
		if v := shown[rule.Name]; v.IsNone() {
			delete(fields, rule.Name)
		} else {
			fields[rule.Name] = v
		}
	}
	return fields, nil
}

// reopen plans to write back what a completion set.
func (u *undoer) reopen(ctx context.Context, flow Flow, link Link, entry AuditEntry, h *undone) error {
	side := entry.Target
	step := Step{Op: StepReopen, Kind: link.Kind, Link: link.ID, Target: side, Undoes: entry.Seq, Reason: undoOf(entry)}
	if link.State != LinkEnded {
		return nil // it was taken back already
	}
	if u.isSource(flow, link.Ref(side), entry.label()) {
		return nil
	}
	r, err := u.read(ctx, link.Ref(side))
	if err != nil {
		return u.unreadable(ctx, link.Ref(side), err)
	}
	if r == nil {
		u.leave(link.Ref(side), entry.label(), "it was deleted since; not undone (entry %d)", entry.Seq)
		return nil
	}
	step.setReading(side, r)
	step.setRef(link.Ref(side.Other()))
	step.Label = label(r)
	twin, err := u.read(ctx, link.Ref(side.Other()))
	if err != nil {
		return u.unreadable(ctx, link.Ref(side.Other()), err)
	}
	if twin != nil {
		u.leave(r.rec.Ref, step.Label, "%s was restored since; not undone (entry %d)", twin.rec.Ref, entry.Seq)
		return nil
	}
	for _, rule := range flow.Rules.Fields {
		last, written := h.last[fieldSide{rule.Name, side}]
		shown := r.rec.Fields[rule.Name]
		switch want := h.before(rule.Name, side, shown); {
		case !written:
		case !last.After.Equal(shown):
			u.leave(r.rec.Ref, step.Label, "its %s was edited since; not undone", rule.Name)
		case !want.Equal(shown):
			step.Changes = append(step.Changes, merge.Change{Field: rule.Name, To: side, Old: shown, New: want, Rule: "undo"})
		}
	}
	if len(step.Changes) > 0 {
		u.written = append(u.written, step)
	}
	gone := link.Ref(side.Other())
	if _, again := u.again[Ref{Side: gone.Side, Kind: flow.Parent, ID: gone.Parent}.String()]; again {
		u.leave(gone, step.Label, "it went with its %s, and its twin is left; not undone (entry %d)", flow.Parent, entry.Seq)
	}
	return nil
}

// drop plans to delete a record again that an undo made again.
func (u *undoer) drop(ctx context.Context, flow Flow, link Link, h *undone) error {
	entry, _ := h.final()
	if h.was(entry.Target) {
		return nil // deleted and made again: as it was
	}
	ref := entry.Ref(entry.Target)
	if u.isSource(flow, ref, entry.label()) {
		return nil
	}
	r, err := u.read(ctx, ref)
	if err != nil {
		return u.unreadable(ctx, ref, err)
	}
	if r == nil {
		u.leave(ref, entry.label(), "it was deleted since; not undone")
		return nil
	}
	for _, rule := range flow.Rules.Fields {
		made := slices.IndexFunc(entry.Fields, func(f AuditField) bool { return f.Field == rule.Name })
		shown := r.rec.Fields[rule.Name]
		if made < 0 && !shown.IsNone() || made >= 0 && !entry.Fields[made].After.Equal(shown) {
			u.leave(ref, label(r), "its %s was edited since; not undone", rule.Name)
			return nil
		}
	}
	var now Link
	err = u.view(ctx, func(tx Tx) (err error) {
		now, err = tx.LinkOf(ref)
		return err
	})
	switch {
	case err != nil && !errors.Is(err, ErrNoLink):
		return err
	case err == nil && now.State == LinkActive && !u.retracted[now.ID]:
		u.leave(ref, label(r), "it has a twin by now, %s; not undone", now.Ref(ref.Side.Other()))
		return nil
	}
	step := Step{Op: StepRetract, Kind: link.Kind, Link: link.ID, Target: ref.Side, Undoes: entry.Seq, Reason: undoOf(entry), Label: label(r)}
	step.setReading(ref.Side, r)
	u.ends = append(u.ends, step)
	return nil
}
