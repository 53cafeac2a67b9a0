package syncer

import (
	"context"
	"errors"
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
