package syncer

import (
	"context"
	"errors"
	"slices"
)

// Candidates is implemented by sources that can look for the twin of a single
// record without listing everything. It must be safe for concurrent use.
//
// The engine looks for its methods at run time, and one of another shape goes
// unnoticed; let the compiler check:
//
//	var _ syncer.Candidates = (*Source)(nil)
type Candidates interface {
	// Candidates lists at least all records on this side that could be the twin
	// of rec, a record of the other side: those of its kind that name rec as
	// their twin, and those that belong to parent, the id on this side of the
	// record that rec belongs to. For a record without a parent it lists, in place
	// of the latter, those that share a value of one of the fields in by; they are
	// those that rec shows, and by is nil for a record with a parent.
	//
	// The feed makes few requests, whatever the number of records, and none
	// before it is ranged over; its Covers, Delta and Next are not asked. It ends
	// with [ErrUnsupported] where that is not possible. Records from a search index
	// are Unconfirmed, as in a listing; what the index does not know yet may be
	// missing.
	Candidates(ctx context.Context, rec Record, parent string) (feed *Feed, by []string)
}

// maxSearched is up to how many linked records a kind is listed in full to find
// the twin of a single new one.
const maxSearched = 1000

// lookForTwin fills the scan with the new record r, with the records of the other
// side that could be its twin, and with the records of its own side that could be
// the twin of those. It returns false when that would cost too much.
func (p *pass) lookForTwin(ctx context.Context, k *kindScan, r *reading) (searched bool, err error) {
	own := r.rec.Ref.Side
	defer func() { k.side(own).addFresh(r) }() // read just now; a listing may lag
	if k.flow.Match == nil && !p.copyMayDouble(k.flow, own.Other()) {
		return true, nil
	}
	parent, err := p.parentOn(ctx, k.flow, r.rec.Ref, own.Other())
	if err != nil || parent == "" && r.rec.Ref.Parent != "" && k.flow.Parent != "" {
		return err == nil, err // without its parent it is not copied anyway
	}
	if searched, _, err = p.look(ctx, k, own.Other(), r.rec, parent); err != nil || !searched {
		return false, err
	}
	if err := p.planRevived(ctx, k); err != nil {
		return false, err
	}
	if searched, err = p.lookForRivals(ctx, k, r.rec, parent); err != nil || !searched {
		return false, err
	}
	return true, p.planRevived(ctx, k)
}

// maxRivals is up to how many records that could be the twin of a single new one
// are looked at closely.
const maxRivals = 10

// lookForRivals fills the own side of the scan with the records that could be the
// twin of what was found on the other side, so that the new record takes no twin
// that a pass would give to another one, or to nobody.
func (p *pass) lookForRivals(ctx context.Context, k *kindScan, rec Record, parent string) (searched bool, err error) {
	found := k.shareKey(rec, parent)
	if len(found) > maxRivals {
		return false, nil
	}
	for _, twin := range found {
		searched, whole, err := p.look(ctx, k, rec.Ref.Side, twin, rec.Ref.Parent)
		if err != nil || !searched {
			return false, err
		}
		if whole || rec.Ref.Parent != "" {
			break // the others have no other rivals
		}
	}
	return true, nil
}

// copyMayDouble reports whether a copy that is made on side to without a look at
// what is there may be a second one.
func (p *pass) copyMayDouble(flow Flow, to Side) bool {
	if source, ok := p.source(to).(RepeatableCreates); ok && source.CreateIsRepeatable(flow.Kind) {
		return false
	}
	return flow.Rules.Direction.Allows(to)
}

// parentOn returns the id on side to of the record that ref belongs to; empty if
// there is none, or none is linked.
func (p *pass) parentOn(ctx context.Context, flow Flow, ref Ref, to Side) (parent string, err error) {
	if ref.Parent == "" || flow.Parent == "" {
		return "", nil
	}
	err = p.view(ctx, func(tx Tx) error {
		l, err := tx.LinkOf(Ref{Side: ref.Side, Kind: flow.Parent, ID: ref.Parent})
		if errors.Is(err, ErrNoLink) {
			return nil
		}
		parent = l.Ref(to).ID
		return err
	})
	return parent, err
}

// look fills one side of the scan with the records that could be the twin of rec,
// or with the whole of it. It returns false when that would cost too much.
func (p *pass) look(ctx context.Context, k *kindScan, side Side, rec Record, parent string) (searched, whole bool, err error) {
	if source, ok := p.source(side).(Candidates); ok {
		feed, by := source.Candidates(ctx, rec, parent)
		if by == nil || restsOn(k.flow, rec, by) {
			if err = p.readFeed(ctx, k, k.side(side), feed); err == nil || !errors.Is(err, ErrUnsupported) {
				return err == nil, false, err
			}
		}
	}
	active, err := p.countActive(ctx, k.flow.Kind)
	if err != nil || active > maxSearched {
		return false, false, err
	}
	return true, true, p.scanSide(ctx, k, k.side(side), "")
}

// restsOn reports whether the keys by which rec looks for its twin rest on the
// given fields alone.
func restsOn(flow Flow, rec Record, by []string) bool {
	if flow.Match == nil {
		return true
	}
	whole := flow.Match(rec, "")
	fields := Fields{}
	for _, name := range by {
		fields[name] = rec.Fields[name]
	}
	rec.Fields = fields
	return slices.Equal(whole, flow.Match(rec, ""))
}

// shareKey returns the unlinked records of the other side that share a key with
// rec. parent is the id on the other side of the record that rec belongs to.
func (k *kindScan) shareKey(rec Record, parent string) []Record {
	if k.flow.Match == nil {
		return nil
	}
	ghlParent := rec.Ref.Parent
	if rec.Ref.Side == Pagico {
		ghlParent = parent
	}
	keys := map[string]bool{}
	for _, key := range k.flow.Match(rec, ghlParent) {
		keys[key.Text] = key.Text != ""
	}
	var found []Record
	other := k.side(rec.Ref.Side.Other())
	for _, id := range other.order {
		r := other.fresh[id]
		if k.flow.Parent != "" && r.rec.Ref.Parent != parent {
			continue
		}
		if slices.ContainsFunc(k.flow.Match(r.rec, ghlParent), func(key MatchKey) bool { return keys[key.Text] }) {
			found = append(found, r.rec)
		}
	}
	return found
}
