package syncer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// UndoOptions say what to undo.
type UndoOptions struct {
	// After is the Seq of the last audit entry that stays; everything later is
	// undone. Zero with a zero Since means everything.
	After int64
	// Since is the time from which on everything is undone; it counts when After
	// is 0.
	Since time.Time
}

// Undo makes a plan that takes back what the engine wrote since a point of the
// audit log, and writes nothing itself: review the plan, then hand it to
// [Engine.Apply].
//
// Fields that were written get the value back that they had before, on both
// sides, so that the pair stays in step. Copies that were made are deleted, and
// their originals left alone.
//
// Records that the engine deleted are made again where it deleted them, with all
// that they showed, parents before what belonged to them. They are new records,
// under new ids and without a twin, for the twin was deleted by a person and
// stays so. The next pass treats them like any new record: it copies them to the
// other side where the flow's direction allows, and leaves them alone where it
// does not. Delete them by hand if that is not what is wanted. A completion is
// taken back by writing the status that was there before; the record then
// counts as new, too.
//
// What cannot be taken back is listed among the plan's Skipped with the reason:
// what people edited, deleted, restored or made again since; what belonged to a
// record that is gone; fields that one side owns, for a pass would put them
// right back; links that ended without a write. Telling what was made again since
// takes a listing of each kind of which records are to be made again.
//
// An undo can be undone in turn, but for reopened completions, which are listed
// as skipped. What several entries did and undid is taken together: only the
// difference between then and now is planned.
func (e *Engine) Undo(ctx context.Context, opts UndoOptions) (*Plan, error) {
	release, err := e.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	p := e.newPass("undo")
	if err := p.prepare(ctx); err != nil {
		return nil, err
	}
	u := &undoer{pass: p, again: map[string]string{}, parents: map[string]bool{}, retracted: map[LinkID]bool{}, recent: map[string][]Record{}}
	if err := u.collect(ctx, opts); err != nil {
		return nil, err
	}
	if err := u.links(ctx); err != nil {
		return nil, err
	}
	// Children were linked after their parents, and go before them.
	slices.Reverse(u.ends)
	p.plan.Steps = slices.Concat(u.made, u.written, u.ends)
	if err := u.spareHolders(ctx); err != nil {
		return nil, err
	}
	p.plan.At = p.now()
	return p.plan, nil
}

// spareHolders leaves records to which others belong that stay: their service
// would take those along.
func (u *undoer) spareHolders(ctx context.Context) error {
	spared, err := u.parentsOfOthers(ctx, u.plan)
	u.plan.Steps = slices.DeleteFunc(u.plan.Steps, func(s Step) bool {
		if s.Op != StepRetract || !spared[s.Ref(s.Target).String()] {
			return false
		}
		u.leave(s.Ref(s.Target), s.Label, "records that stay belong to it; not undone")
		return true
	})
	return err
}

// undoer plans an undo.
type undoer struct {
	*pass
	history map[LinkID]*undone
	// from is the time of the first entry that is undone.
	from time.Time
	// made, written and ends are the steps: records made again, fields written
	// back, records deleted.
	made, written, ends []Step
	// again maps parents that this plan makes again, by ref, to the id by which
	// their children name them: the old one until they are made.
	again map[string]string
	// parents says of other parents, by ref, whether they are there.
	parents map[string]bool
	// retracted are the links whose copy this plan deletes.
	retracted map[LinkID]bool
	// recent are the records made since, by side and kind.
	recent map[string][]Record
}

// links plans the way back for all links of the history, parents first.
func (u *undoer) links(ctx context.Context) error {
	byKind := map[Kind][]Link{}
	for _, id := range slices.Sorted(maps.Keys(u.history)) {
		link, _, err := u.loadLink(ctx, id)
		if err != nil {
			return err
		}
		if _, known := u.flows[link.Kind]; !known {
			u.skip(Skip{Ref: link.GHL, Reason: fmt.Sprintf("no flow syncs a %s any more; not undone", link.Kind)})
			continue
		}
		byKind[link.Kind] = append(byKind[link.Kind], link)
	}
	for _, flow := range u.cfg.Flows {
		earlier := u.ends
		u.ends = nil
		var drops []Link
		for _, link := range byKind[flow.Kind] {
			h := u.history[link.ID]
			if entry, ok := h.final(); ok && StepOp(entry.Action) == StepRestore {
				drops = append(drops, link)
				continue
			}
			if err := u.link(ctx, flow, link, h); err != nil {
				return err
			}
		}
		copies := u.ends
		u.ends = nil
		for _, link := range drops {
			if err := u.drop(ctx, flow, link, u.history[link.ID]); err != nil {
				return err
			}
		}
		// In the end they are reversed: what was copied since goes first.
		u.ends = slices.Concat(earlier, u.ends, copies)
	}
	return nil
}

// link plans the way back for one link.
func (u *undoer) link(ctx context.Context, flow Flow, link Link, h *undone) error {
	entry, ok := h.final()
	if !ok {
		return u.fields(ctx, flow, link, h)
	}
	there := h.was(entry.Target)
	switch StepOp(entry.Action) {
	case StepDelete:
		if there {
			return u.restore(ctx, flow, link, entry, h)
		}
	case StepRetract:
		switch {
		case entry.Target == "":
			u.leave(link.GHL, "", "its link was ended, and nothing was written (entry %d)", entry.Seq)
		case there && entry.Ref(entry.Target.Other()).IsZero():
			return u.restore(ctx, flow, link, entry, h)
		case there:
			return u.recreate(ctx, flow, link, entry)
		}
	case StepComplete:
		if there {
			return u.reopen(ctx, flow, link, entry, h)
		}
		u.leave(entry.Ref(entry.Target), "", "its original is gone, and this copy is all that is left; not undone")
	case StepReopen:
		if StepOp(h.whole[0].Action) != StepComplete {
			u.leave(entry.Ref(entry.Target), "", "an undo put its status back (entry %d); write it by hand to take that back", entry.Seq)
		}
	case StepUnlink:
		u.leave(link.Ref(entry.side()), "", "its link was ended since, and nothing was written (entry %d)", entry.Seq)
	case StepClose:
		u.leave(link.GHL, "", "both records were deleted by others (entry %d), which is not undone; it showed %s", entry.Seq, shownBefore(entry.Fields))
	default:
		return u.created(ctx, flow, link, entry, h)
	}
	return nil
}

// created plans the way back for a link whose latest news is a record that was
// made. One that was made in place of another that was there stays.
func (u *undoer) created(ctx context.Context, flow Flow, link Link, entry AuditEntry, h *undone) error {
	first := h.whole[0]
	switch {
	case h.linked || !h.born:
		return u.fields(ctx, flow, link, h)
	case first.Target != entry.Target:
		u.leave(link.Ref(first.Target), "", "it was edited since, so that its original was made again (entry %d); not undone", entry.Seq)
		return nil
	}
	return u.retract(ctx, flow, link, entry, h)
}

// isSource reports whether the flow takes a side for its source by now, which is
// never written, and lists the record if so.
func (u *undoer) isSource(flow Flow, ref Ref, label string) bool {
	if flow.Rules.Direction.Allows(ref.Side) {
		return false
	}
	u.leave(ref, label, "its flow does not write on %s; not undone", ref.Side)
	return true
}

// leave lists a record that is not undone.
func (u *undoer) leave(ref Ref, label, reason string, args ...any) {
	u.skip(Skip{Ref: ref, Label: label, Reason: fmt.Sprintf(reason, args...)})
}

// pair reads both records of an active link; ok is false when one is not there.
func (u *undoer) pair(ctx context.Context, link Link, step *Step) (ok bool, err error) {
	for _, side := range []Side{GHL, Pagico} {
		r, err := u.read(ctx, link.Ref(side))
		if err != nil {
			return false, u.unreadable(ctx, link.Ref(side), err)
		}
		if r == nil {
			u.leave(link.Ref(side), "", "it was deleted since; not undone")
			return false, nil
		}
		step.setReading(side, r)
	}
	step.Label = label(step.ghl, step.pagico)
	return true, nil
}

// fields plans to show on both sides what the fields showed before.
func (u *undoer) fields(ctx context.Context, flow Flow, link Link, h *undone) error {
	if h.moved != nil {
		u.leave(link.Ref(h.moved.Target), "", "it was put under another %s (entry %d), which is not undone", flow.Parent, h.moved.Seq)
	}
	if len(h.last) == 0 {
		return nil
	}
	if link.State != LinkActive {
		u.leave(link.GHL, "", "its link ended since; not undone")
		return nil
	}
	step := Step{Op: StepUpdate, Kind: link.Kind, Link: link.ID, Reason: "undo", Partial: true}
	ok, err := u.pair(ctx, link, &step)
	if err != nil || !ok {
		return err
	}
	for _, rule := range flow.Rules.Fields {
		u.field(flow, &step, rule, h)
	}
	if len(step.Changes) > 0 {
		u.written = append(u.written, step)
	}
	return nil
}

// field plans to show on both sides what one field showed before.
func (u *undoer) field(flow Flow, step *Step, rule merge.Field, h *undone) {
	for _, side := range []Side{GHL, Pagico} {
		first, written := h.first[fieldSide{rule.Name, side}]
		if !written {
			continue
		}
		refuse := ""
		switch now, last := step.reading(side).rec.Fields[rule.Name], h.last[fieldSide{rule.Name, side}]; {
		case now.Equal(first.Before) && !now.Equal(last.After):
			return // written back, or never written: an unclear write may not have happened
		case flow.owner(rule.Name) != "":
			refuse = "belongs to one side; change it there"
		case !now.Equal(last.After):
			refuse = "was edited since; not undone"
		}
		if refuse != "" {
			u.leave(step.Ref(side), step.Label, "its %s %s", rule.Name, refuse)
			return
		}
		var changes []merge.Change
		for _, to := range []Side{GHL, Pagico} {
			shown, want := step.reading(to).rec.Fields[rule.Name], first.Before
			if to != side && flow.Rules.Lens != nil {
				want = flow.Rules.Lens(to, rule.Name, first.Before, shown)
			}
			if want.Equal(shown) {
				continue
			}
			if step.reading(to).rec.ReadOnly {
				u.leave(step.Ref(to), step.Label, "its %s cannot be written; not undone", rule.Name)
				return
			}
			changes = append(changes, merge.Change{Field: rule.Name, To: to, Old: shown, New: want, Rule: "undo"})
		}
		step.Changes = append(step.Changes, changes...)
		return
	}
}

// retract plans to delete a copy, unless somebody edited it.
func (u *undoer) retract(ctx context.Context, flow Flow, link Link, entry AuditEntry, h *undone) error {
	if link.State != LinkActive {
		u.leave(link.Ref(entry.Target), "", "its link ended since; not undone")
		return nil
	}
	if u.isSource(flow, link.Ref(entry.Target), "") {
		return nil
	}
	step := Step{Op: StepRetract, Kind: link.Kind, Link: link.ID, Target: entry.Target, Undoes: entry.Seq, Reason: undoOf(entry)}
	ok, err := u.pair(ctx, link, &step)
	if err != nil || !ok {
		return err
	}
	shown := step.reading(step.Target).rec
	if shown.Ref.Parent != link.Ref(step.Target).Parent || h.moved != nil && h.moved.Target != step.Target && h.moved.Seq > entry.Seq {
		u.leave(shown.Ref, step.Label, "it was put under another %s since; not undone", flow.Parent)
		return nil
	}
	for _, rule := range flow.Rules.Fields {
		if !shown.Fields[rule.Name].Equal(link.Base[rule.Name].Of(step.Target)) {
			u.leave(shown.Ref, step.Label, "its %s was edited since; not undone", rule.Name)
			return nil
		}
		if h.last[fieldSide{rule.Name, step.Target.Other()}].seq > entry.Seq {
			u.leave(shown.Ref, step.Label, "its %s was edited since, and carried over; not undone", rule.Name)
			return nil
		}
	}
	for _, rule := range flow.Rules.Fields {
		if _, written := h.last[fieldSide{rule.Name, step.Target.Other()}]; written {
			u.leave(step.Ref(step.Target.Other()), step.Label, "its %s was written before its copy was made again; not undone", rule.Name)
		}
	}
	u.retracted[link.ID] = true
	u.ends = append(u.ends, step)
	return nil
}

func undoOf(entry AuditEntry) string { return fmt.Sprintf("undo of entry %d", entry.Seq) }
