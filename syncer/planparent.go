package syncer

import (
	"context"
	"errors"
	"slices"
	"strings"
)

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
	active := false
	err := p.view(ctx, func(tx Tx) error {
		l, err := tx.LinkOf(parent)
		if errors.Is(err, ErrNoLink) {
			return nil
		}
		active = err == nil && l.State == LinkActive
		return err
	})
	if err != nil || !active {
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
