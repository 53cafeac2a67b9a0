package syncer

import (
	"context"
	"fmt"
)

// standIn looks, when one record of a link is gone, for the one that has taken its
// place: a record without a link whose marker names what is left. The engine made it
// again, and the store is an older copy that does not know; or somebody copied the
// record that is gone. The link leads to it from then on.
func (p *pass) standIn(ctx context.Context, k *kindScan, link *Link, now map[Side]*reading) (why string, err error) {
	gone := GHL
	if now[GHL] != nil {
		gone = Pagico
	}
	if now[gone] != nil || now[gone.Other()] == nil {
		return "", nil
	}
	s, was, left := k.side(gone), link.Ref(gone), link.Ref(gone.Other())
	for _, id := range s.order {
		r := s.fresh[id]
		if r == nil || !p.standsFor(r.rec, left) {
			continue
		}
		if _, unsettled := p.pendingFor(r.rec); unsettled {
			continue
		}
		marked, err := p.namesTwin(ctx, r.rec)
		if err == nil && marked && r.rec.Unconfirmed {
			if r, err = p.read(ctx, r.rec.Ref); err != nil {
				err = &unreadError{s.fresh[id].rec.Ref, err}
			}
		}
		if err != nil {
			return "", err
		}
		if !marked || r == nil {
			continue
		}
		s.drop(id)
		now[gone] = r
		link.SetRef(Ref{Side: gone, Kind: was.Kind, ID: id, Parent: was.Parent}) // the parent on which both sides last agreed
		p.remade[was.String()] = true
		if p.isParent(was.Kind) {
			p.twins[r.rec.Ref.String()], p.twins[left.String()] = left.ID, id
		}
		return fmt.Sprintf("%s is gone, and the marker of %s names %s", was, r.rec.Ref, left), nil
	}
	return "", nil
}

// standsFor reports whether a record without a link names another one as its twin.
func (p *pass) standsFor(rec Record, left Ref) bool { return rec.Twin == left.ID }
