package syncer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// standIn looks, when one record of a link is gone, for the one that has taken its
// place: a record without a link whose marker names what is left, or of which that is
// known to be the copy. The engine made it again, and the store is an older copy that
// does not know; or people copied the record that is gone, or brought an earlier one
// back. The link leads to it from then on.
func (p *pass) standIn(ctx context.Context, k *kindScan, link *Link, now map[Side]*reading) (why string, err error) {
	gone := GHL
	if now[GHL] != nil {
		gone = Pagico
	}
	if now[gone] != nil || now[gone.Other()] == nil {
		return "", nil
	}
	s, was, left := k.side(gone), link.Ref(gone), link.Ref(gone.Other())
	for _, id := range p.standIns(s, now[gone.Other()].rec) {
		r := s.fresh[id]
		if r == nil {
			continue
		}
		if _, unsettled := p.pendingFor(r.rec); unsettled {
			continue
		}
		known, err := p.namesTwin(ctx, r.rec)
		known = known || r.rec.Twin != left.ID
		if err == nil && known && r.rec.Unconfirmed {
			if r, err = p.read(ctx, r.rec.Ref); err != nil {
				err = &unreadError{s.fresh[id].rec.Ref, err}
			}
		}
		if err != nil {
			return "", err
		}
		if !known || r == nil {
			continue
		}
		s.drop(id)
		now[gone] = r
		link.SetRef(Ref{Side: gone, Kind: was.Kind, ID: id, Parent: was.Parent}) // the parent on which both sides last agreed
		p.remade[was.String()] = true
		if p.isParent(was.Kind) {
			p.twins[r.rec.Ref.String()], p.twins[left.String()] = left.ID, id
		}
		return fmt.Sprintf("%s is gone, and %s is known to be a twin of %s", was, r.rec.Ref, left), nil
	}
	return "", nil
}

// standIns are the ids of the records of a side that may have taken the place of the
// twin of the given one.
func (p *pass) standIns(s *sideScan, left Record) []string {
	if s.marked == nil {
		s.marked = map[string][]string{}
		for _, id := range s.order {
			if r := s.fresh[id]; r != nil && r.rec.Twin != "" {
				s.marked[r.rec.Twin] = append(s.marked[r.rec.Twin], id)
			}
		}
	}
	ids := slices.Clone(s.marked[left.Ref.ID])
	for _, ref := range slices.Sorted(maps.Keys(p.taken)) {
		if id, here := strings.CutPrefix(ref, Ref{Side: s.side, Kind: left.Ref.Kind}.String()); here && p.taken[ref] == left.Ref.ID {
			ids = append(ids, id)
		}
	}
	return append(ids, left.Twin)
}

// stateTaken keeps, for a record of which the service has a copy that is the twin of
// another one by now, the id of that copy: + ref.
const stateTaken = "taken:"

func loadTaken(tx Tx) (map[string]string, error) {
	keys, err := tx.States(stateTaken)
	if err != nil {
		return nil, err
	}
	taken := map[string]string{}
	for _, key := range keys {
		data, err := tx.State(key)
		if err != nil {
			return nil, err
		}
		taken[strings.TrimPrefix(key, stateTaken)] = string(data)
	}
	return taken, nil
}

// takenTwin says that a record has a copy which is the twin of another one by now, "" if
// it has none.
func (p *pass) takenTwin(ctx context.Context, ref Ref) (twin Ref, reason string, err error) {
	twin = Ref{Side: ref.Side.Other(), Kind: ref.Kind, ID: p.taken[ref.String()]}
	if twin.ID == "" {
		return twin, "", nil
	}
	link, err := p.linkOf(ctx, twin)
	if holder := link.Ref(ref.Side); err == nil && link.State == LinkActive && !holder.Same(ref) {
		reason = fmt.Sprintf("its copy %s is the twin of %s by now: one of these two is to be deleted", twin, holder)
	}
	return twin, reason, err
}

// leaveTaken drops a create, for the service has its outcome already, as another
// record's twin: the source had been made again, and was brought back. It is noted, so
// that passes say so and ask no more.
func (a *applier) leaveTaken(ctx context.Context, s *Step, in Intent, found Ref, holder Link) error {
	reason := fmt.Sprintf("%s exists and is the twin of %s by now", found, holder.Ref(in.Source.Side))
	if in.Undoes != 0 {
		return a.forget(ctx, in, fmt.Errorf("%w: %s", ErrRefused, reason))
	}
	err := a.commit(ctx, func(tx Tx) error {
		_, err := tx.AppendAudit(a.entry(s, string(s.Op), "skipped", reason))
		return errors.Join(err, tx.DeleteIntent(in.ID), tx.SetState(stateTaken+in.Source.String(), []byte(found.ID)))
	})
	return cmp.Or(err, fmt.Errorf("%w: %s", errDrifted, reason))
}
