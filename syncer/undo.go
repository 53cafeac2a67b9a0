package syncer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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
// their originals left alone. What people changed after the engine is not
// touched, nor are fields that one side owns: a pass would put them right back.
// Deletions are not undone, for a record made anew is another record; the plan
// lists them among Skipped with the values that they had.
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
	history, err := e.historySince(ctx, opts)
	if err != nil {
		return nil, err
	}
	var ends []Step
	for _, id := range slices.Sorted(maps.Keys(history)) {
		step, err := p.undoLink(ctx, id, history[id])
		switch {
		case err != nil:
			return nil, err
		case step == nil:
		case step.Op == StepRetract:
			ends = append(ends, *step)
		default:
			p.plan.Steps = append(p.plan.Steps, *step)
		}
	}
	// Children were linked after their parents, and go before them.
	slices.Reverse(ends)
	p.plan.Steps = append(p.plan.Steps, ends...)
	p.plan.At = p.now()
	return p.plan, nil
}

// undone is what the log tells of one link since the chosen point.
type undone struct {
	// created is the entry that made a copy, ended the one that ended the link.
	created, ended *AuditEntry
	// first and last are the first and the last writing of each field and side.
	first, last map[fieldSide]AuditField
}

type fieldSide struct {
	field string
	side  Side
}

// historySince collects what was done, by link.
func (e *Engine) historySince(ctx context.Context, opts UndoOptions) (map[LinkID]*undone, error) {
	history := map[LinkID]*undone{}
	err := e.view(ctx, func(tx Tx) error {
		for entry, err := range tx.Audit(opts.After) {
			if err != nil {
				return err
			}
			if opts.After == 0 && entry.Time.Before(opts.Since) || entry.Link == 0 || entry.Outcome != "done" {
				continue
			}
			u := history[entry.Link]
			if u == nil {
				u = &undone{first: map[fieldSide]AuditField{}, last: map[fieldSide]AuditField{}}
				history[entry.Link] = u
			}
			u.add(entry)
		}
		return nil
	})
	return history, err
}

func (u *undone) add(entry AuditEntry) {
	switch StepOp(entry.Action) {
	case StepCreate, "adopt":
		u.created = &entry
	case StepDelete, StepComplete, StepUnlink, StepClose, StepRetract:
		u.ended = &entry
	case StepUpdate:
		for _, f := range entry.Fields {
			at := fieldSide{f.Field, f.Side}
			if f.Side == "" || f.After.Equal(f.Before) || f.After.IsNone() && !f.Lost.IsNone() {
				continue // nothing was written
			}
			if _, known := u.first[at]; !known {
				u.first[at] = f
			}
			u.last[at] = f
		}
	}
}

// undoLink plans the way back for one link; nil when there is none.
func (p *pass) undoLink(ctx context.Context, id LinkID, u *undone) (*Step, error) {
	link, _, err := p.loadLink(ctx, id)
	if err != nil {
		return nil, err
	}
	step := &Step{Kind: link.Kind, Link: id, GHL: link.GHL, Pagico: link.Pagico}
	if u.ended != nil || link.State != LinkActive {
		reason := "its link ended since; not undone"
		if u.ended != nil {
			reason = fmt.Sprintf("%s since (entry %d), which is not undone; it showed %s", u.ended.Action, u.ended.Seq, shownBefore(u.ended.Fields))
		}
		p.skip(Skip{Ref: step.subject(), Reason: reason})
		return nil, nil
	}
	flow := p.flows[link.Kind]
	for _, side := range []Side{GHL, Pagico} {
		r, err := p.read(ctx, link.Ref(side))
		if err != nil {
			return nil, err
		}
		if r == nil {
			p.skip(Skip{Ref: link.Ref(side), Reason: "it was deleted since; not undone"})
			return nil, nil
		}
		step.setReading(side, r)
	}
	step.Label = label(step.ghl, step.pagico)
	if u.created != nil {
		return p.undoCreate(flow, link, step, u), nil
	}
	step.Op, step.Reason, step.Partial = StepUpdate, "undo", true
	for _, rule := range flow.Rules.Fields {
		p.undoField(flow, step, rule, u)
	}
	if len(step.Changes) == 0 {
		return nil, nil
	}
	return step, nil
}

func shownBefore(fields []AuditField) string {
	if len(fields) == 0 {
		return "nothing that was written down"
	}
	texts := make([]string, len(fields))
	for i, f := range fields {
		texts[i] = fmt.Sprintf("%s %q", f.Field, f.Before.String())
	}
	return strings.Join(texts, ", ")
}

// undoCreate plans to delete a copy, unless somebody edited it.
func (p *pass) undoCreate(flow Flow, link Link, step *Step, u *undone) *Step {
	step.Op, step.Target, step.Reason = StepRetract, link.Origin.Other(), fmt.Sprintf("undo of entry %d", u.created.Seq)
	if link.Origin == "" || !u.created.Ref(link.Origin.Other()).Same(link.Ref(link.Origin.Other())) {
		step.Target = u.created.Target
	}
	shown := step.reading(step.Target).rec
	for _, rule := range flow.Rules.Fields {
		if !shown.Fields[rule.Name].Equal(link.Base[rule.Name].Of(step.Target)) {
			p.skip(Skip{Ref: shown.Ref, Label: shown.Label, Reason: "its " + rule.Name + " was edited since; not undone"})
			return nil
		}
	}
	return step
}

// Ref returns the entry's record on side.
func (e AuditEntry) Ref(side Side) Ref {
	if side == GHL {
		return e.GHL
	}
	return e.Pagico
}

// undoField plans to show on both sides what a field showed before.
func (p *pass) undoField(flow Flow, step *Step, rule merge.Field, u *undone) {
	for _, side := range []Side{GHL, Pagico} {
		first, written := u.first[fieldSide{rule.Name, side}]
		if !written {
			continue
		}
		refuse := ""
		_, oneWay := flow.Rules.Direction.Source()
		switch now := step.reading(side).rec.Fields[rule.Name]; {
		case oneWay || rule.Owner != "":
			refuse = "belongs to one side; change it there"
		case !now.Equal(u.last[fieldSide{rule.Name, side}].After):
			refuse = "was edited since; not undone"
		}
		if refuse != "" {
			p.skip(Skip{Ref: step.Ref(side), Label: step.Label, Reason: "its " + rule.Name + " " + refuse})
			return
		}
		for _, to := range []Side{GHL, Pagico} {
			shown, want := step.reading(to).rec.Fields[rule.Name], first.Before
			if to != side && flow.Rules.Lens != nil {
				want = flow.Rules.Lens(to, rule.Name, first.Before, shown)
			}
			if !want.Equal(shown) {
				step.Changes = append(step.Changes, merge.Change{Field: rule.Name, To: to, Old: shown, New: want, Rule: "undo"})
			}
		}
		return
	}
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
// it made, or the zero Ref if it made none, so that the next pass makes it again.
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
