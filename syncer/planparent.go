package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// reconsider looks at a record whose twin is gone with regard to what both
// belong to, and may turn the deletion into a new copy. It returns a text when
// that cannot be told yet.
func (p *pass) reconsider(ctx context.Context, flow Flow, link Link, notes linkNotes, step *Step, out *merge.Outcome) (wait string, err error) {
	gone := GHL
	if step.ghl != nil {
		gone = Pagico
	}
	if flow.Parent == "" || !flow.Rules.Direction.Allows(gone) {
		return "", nil
	}
	again := func(format string, args ...any) {
		*out = merge.Outcome{Action: merge.ActionRecreate, Target: gone, Reason: fmt.Sprintf(format, args...)}
	}
	if notes.move != nil && notes.move.Remaking == gone {
		again("it was deleted on %s to be made again under another %s", gone, flow.Parent)
		return "", nil
	}
	if !ends(out.Action) {
		return "", nil
	}
	kept := out.Action == merge.ActionUnlink || out.Action == merge.ActionKeep
	if left := step.reading(gone.Other()); !kept && notes.movedOn(link, left) {
		again("deleted on %s, put under another %s on %s meanwhile: that wins", gone, flow.Parent, gone.Other())
		return "", nil
	}
	remade, err := p.parentRemade(ctx, flow, link, gone)
	if err != nil {
		return "", err
	}
	if remade {
		again("it went with its %s, which is made again", flow.Parent)
		return "", nil
	}
	if gone == GHL {
		return "", nil
	}
	left, err := p.parentLeft(ctx, flow, link)
	if err == nil && left {
		wait = fmt.Sprintf("its twin went with a %s that was deleted just now", flow.Parent)
	}
	return wait, err
}

// heedRestored looks once more at a record whose deletion had no clear answer. If it
// is another version by now, the deletion took effect and a person brought the record
// back, or somebody has worked on it since: both beat the deletion of its twin. If it
// is gone and its twin is there, that is no person's deletion: the twin was brought back.
func (p *pass) heedRestored(ctx context.Context, flow Flow, notes linkNotes, step *Step, out *merge.Outcome) (wait string, err error) {
	sent := notes.deletion
	if sent == nil || out.Action != merge.ActionDelete {
		return "", nil
	}
	if out.Target != sent.Side {
		reason := fmt.Sprintf("deleted on %s by the engine, without a clear answer, and brought back on %s since: that wins", sent.Side, out.Target)
		*out = remadeOn(flow, sent.Side, reason)
		return "", nil
	}
	if sent.Version == "" {
		return "", nil
	}
	r, err := p.read(ctx, step.Ref(sent.Side))
	switch {
	case fatal(ctx, err):
		return "", err
	case err != nil:
		return "cannot be read: " + err.Error(), nil //nolint:nilerr // it is reported as skipped
	case r == nil || r.rec.Version == sent.Version:
		return "", nil
	}
	step.setReading(sent.Side, r)
	gone := sent.Side.Other()
	reason := fmt.Sprintf("deleted on %s; its deletion on %s had no clear answer, and it was restored or edited there since: that wins", gone, sent.Side)
	*out = remadeOn(flow, gone, reason)
	return "", nil
}

// remadeOn has a record made again on the side, or its twin kept alone where the flow
// does not write there.
func remadeOn(flow Flow, side Side, reason string) merge.Outcome {
	if !flow.Rules.Direction.Allows(side) {
		return merge.Outcome{Action: merge.ActionUnlink, Reason: reason}
	}
	return merge.Outcome{Action: merge.ActionRecreate, Target: side, Reason: reason}
}

// parentLeft reports whether the link's Pagico record belonged to one that this
// pass takes to be there, but that was deleted since it was listed. What
// becomes of both is for the next pass to say: perhaps they are made again. It
// costs one reading for each such parent, and only before a deletion.
func (p *pass) parentLeft(ctx context.Context, flow Flow, link Link) (bool, error) {
	parent := Ref{Side: Pagico, Kind: flow.Parent, ID: link.Pagico.Parent}
	if flow.Parent == "" || parent.ID == "" || p.ending[parent.String()] {
		return false, nil
	}
	if left, known := p.left[parent.String()]; known {
		return left, nil
	}
	known, err := p.linkOf(ctx, parent)
	if err != nil || known.State != LinkActive {
		return false, err
	}
	_, gone, err := p.truth(ctx, Pagico, parent)
	if fatal(ctx, err) {
		return false, err
	}
	left := gone || err != nil
	p.left[parent.String()] = left
	return left, nil
}

// goesWithParent reports whether a GHL record belongs to one that this very plan
// ends though it is there: deleting that one on GHL takes this one along. Then a
// listing that may lag is not enough to say that nobody edited it.
func (p *pass) goesWithParent(flow Flow, ref Ref) bool {
	if ref.Side != GHL || ref.Parent == "" {
		return false
	}
	parent := Ref{Side: GHL, Kind: flow.Parent, ID: ref.Parent}.String()
	return p.ending[parent] && !p.dying[parent]
}

// endsParents reports whether this plan ends records, there on GHL, to which
// records of a flow may belong.
func (p *pass) endsParents(flow Flow) bool {
	prefix := Ref{Side: GHL, Kind: flow.Parent}.String()
	for ref := range p.ending {
		if flow.Parent != "" && strings.HasPrefix(ref, prefix) && !p.dying[ref] {
			return true
		}
	}
	return false
}

// confirm reads such a record again. When it cannot be read, or a create of it
// is not settled yet, its parent is kept for now.
func (p *pass) confirm(ctx context.Context, flow Flow, r *reading) (*reading, error) {
	if r == nil || !r.rec.Unconfirmed || !p.goesWithParent(flow, r.rec.Ref) {
		return r, nil
	}
	p.known[r.rec.Ref.String()] = r
	return p.read(ctx, r.rec.Ref)
}

// holdParent has the deletion of a GHL record wait, because nobody knows what
// belongs to it.
func (p *pass) holdParent(flow Flow, link Link) {
	if p.goesWithParent(flow, link.GHL) {
		p.unsure[Ref{Side: GHL, Kind: flow.Parent, ID: link.GHL.Parent}.String()] = true
	}
}

// dropUnsure takes the deletions of such records out of the plan; a later pass
// makes them.
func (p *pass) dropUnsure() {
	for i, steps := range p.ends {
		p.ends[i] = slices.DeleteFunc(steps, func(s Step) bool {
			waits := p.unsure[s.GHL.String()] && s.Op == StepDelete && s.Target == GHL
			if waits {
				p.skip(Skip{Ref: s.GHL, Label: s.Label, Pending: true, Reason: "it is deleted once it is known what belongs to it"})
			}
			return waits
		})
	}
}

// parentRemade reports whether the link's record on a side, which is gone,
// belonged to one that was deleted there and is, or was, made again from its
// twin.
func (p *pass) parentRemade(ctx context.Context, flow Flow, link Link, side Side) (bool, error) {
	was := Ref{Side: side, Kind: flow.Parent, ID: link.Ref(side).Parent}
	twin := Ref{Side: side.Other(), Kind: flow.Parent, ID: link.Ref(side.Other()).Parent}
	if was.ID == "" || twin.ID == "" {
		return false, nil
	}
	if p.remade[was.String()] {
		return true, nil
	}
	known, err := p.linkOf(ctx, was)
	if err != nil || known.ID != 0 && !known.isTomb() {
		return false, err
	}
	parent, err := p.linkOf(ctx, twin)
	if err != nil || parent.State != LinkActive {
		return false, err
	}
	return p.isGone(ctx, was)
}

// linkOf returns the link of a record, the zero link if it has none.
func (e *Engine) linkOf(ctx context.Context, ref Ref) (link Link, err error) {
	err = e.view(ctx, func(tx Tx) (err error) {
		link, err = tx.LinkOf(ref)
		if errors.Is(err, ErrNoLink) {
			return nil
		}
		return err
	})
	return link, err
}

// unreadError says that nobody knows whether a record is there, on which the plan for
// another one rests.
type unreadError struct {
	ref Ref
	err error
}

func (e *unreadError) Error() string { return e.err.Error() }
func (e *unreadError) Unwrap() error { return e.err }

// setAside leaves a link to the next pass for which something could not be read.
func (p *pass) setAside(ctx context.Context, flow Flow, link Link, err error) error {
	unread, ok := errors.AsType[*unreadError](err)
	if !ok {
		return err
	}
	p.holdParent(flow, link)
	return p.unreadable(ctx, unread.ref, unread.err)
}

// isGone asks once per pass whether a record is gone.
func (p *pass) isGone(ctx context.Context, ref Ref) (bool, error) {
	if gone, known := p.left[ref.String()]; known {
		return gone, nil
	}
	_, gone, err := p.truth(ctx, ref.Side, ref)
	if err != nil {
		return false, &unreadError{ref, err}
	}
	p.left[ref.String()] = gone
	return gone, nil
}

// parentGone reports whether the record that the link's GHL record belongs to
// is known to be deleted, which takes its children along.
func (p *pass) parentGone(ctx context.Context, flow Flow, link Link) (bool, error) {
	if flow.Parent == "" || link.GHL.Parent == "" {
		return false, nil
	}
	parent := Ref{Side: GHL, Kind: flow.Parent, ID: link.GHL.Parent}
	if p.dying[parent.String()] {
		return true, nil
	}
	known, err := p.linkOf(ctx, parent)
	return known.State == LinkGone, err
}
