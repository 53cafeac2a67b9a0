package syncer

import (
	"context"
	"fmt"
	"math/bits"
)

// scanBatch is how many records are looked up in the store at once.
const scanBatch = 500

// kindScan is what the two listings of one kind showed, less everything that
// needs no second look. Its size follows the changes, not the records.
type kindScan struct {
	flow   Flow
	ghl    *sideScan
	pagico *sideScan
}

func (k *kindScan) side(s Side) *sideScan {
	if s == GHL {
		return k.ghl
	}
	return k.pagico
}

// sideScan is one side's share of a kindScan.
type sideScan struct {
	side Side
	// listed marks the links whose record was listed.
	listed bitset
	// changed are records of active links that show something new.
	changed map[LinkID]*reading
	// kept are unchanged records whose twin changed.
	kept map[LinkID]*reading
	// same marks, when every pair is compared anew, the links whose record shows
	// what was last acted on and can be told from the link's base, so that it is
	// not kept; lags marks those of them that came from a listing that may lag.
	same, lags bitset
	// lagging says that the listing may lag.
	lagging bool
	// fresh are records without a link, by id.
	fresh map[string]*reading
	// order keeps the listing order of fresh.
	order []string
	// marked lists the fresh records that name a twin by that twin's id, once it was asked for.
	marked map[string][]string
	// held are records that wait for an unsettled create.
	held []heldRecord
	// revived are records that are listed although their link is gone.
	revived []*reading
	// tombs are records of active links that are listed as deleted.
	tombs map[LinkID]bool
	// covers and delta are the feed's.
	covers func(Ref) bool
	delta  bool
	total  int
	// left says that some record stays without a twin.
	left bool
}

// heldRecord is set aside until a create is settled: by itself when waits is
// set, by a person otherwise.
type heldRecord struct {
	*reading
	waits bool
}

func newSideScan(side Side) *sideScan {
	return &sideScan{side: side, changed: map[LinkID]*reading{}, kept: map[LinkID]*reading{},
		fresh: map[string]*reading{}, tombs: map[LinkID]bool{}}
}

// scanKind lists both sides of a kind. Nothing of it is written anywhere.
func (p *pass) scanKind(ctx context.Context, flow Flow) (*kindScan, error) {
	k := &kindScan{flow: flow, ghl: newSideScan(GHL), pagico: newSideScan(Pagico)}
	for _, side := range []Side{GHL, Pagico} {
		since, err := p.cursor(ctx, side, flow.Kind)
		if err != nil {
			return nil, err
		}
		if err := p.scanSide(ctx, k, k.side(side), since); err != nil {
			return nil, fmt.Errorf("list %ss on %s: %w", flow.Kind, side, err)
		}
	}
	return k, p.rescanLeft(ctx, k)
}

// stateLeft marks a kind on a side of which records were left without a twin:
// + side:kind.
const stateLeft = "left:"

func leftKey(side Side, kind Kind) string { return stateLeft + string(side) + ":" + string(kind) }

// rescanLeft lists a side in full although only its changes were asked for,
// when a record that was left alone there may be needed now: because new
// records of the other side look for their twins, or because its parent is
// being linked, or deleted.
func (p *pass) rescanLeft(ctx context.Context, k *kindScan) error {
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		left := side == GHL && p.endsParents(k.flow)
		if !s.delta || len(k.side(side.Other()).fresh) == 0 && !p.linked[k.flow.Parent] && !left {
			continue
		}
		err := p.view(ctx, func(tx Tx) error {
			data, err := tx.State(leftKey(side, k.flow.Kind))
			left = left || data != nil
			return err
		})
		if err != nil {
			return err
		}
		if !left {
			continue
		}
		full := newSideScan(side)
		if side == GHL {
			k.ghl = full
		} else {
			k.pagico = full
		}
		if err := p.scanSide(ctx, k, full, ""); err != nil {
			return fmt.Errorf("list all %ss on %s: %w", k.flow.Kind, side, err)
		}
	}
	return nil
}

// scanSide lists one side to its end.
func (p *pass) scanSide(ctx context.Context, k *kindScan, s *sideScan, since Cursor) error {
	feed := p.source(s.side).Changes(ctx, k.flow.Kind, since)
	if err := p.readFeed(ctx, k, s, feed); err != nil {
		return err
	}
	s.covers, s.delta = feed.Covers, feed.Delta
	if s.side == GHL {
		p.partly[k.flow.Kind] = feed.Delta
	}
	if feed.Next != nil {
		p.plan.cursors = append(p.plan.cursors, cursorMove{side: s.side, kind: k.flow.Kind, next: feed.Next()})
	}
	return nil
}

// readFeed files what a feed yields, in batches.
func (p *pass) readFeed(ctx context.Context, k *kindScan, s *sideScan, feed *Feed) error {
	batch := make([]*reading, 0, scanBatch)
	flush := func() error {
		err := p.classify(ctx, k, s, batch)
		batch = batch[:0]
		p.progress(Progress{Phase: "scan", Kind: k.flow.Kind, Side: s.side, Done: s.total})
		return err
	}
	for rec, err := range feed.All {
		if err != nil {
			return err
		}
		if rec.Ref.ID == "" || rec.Ref.Side != s.side || rec.Ref.Kind != k.flow.Kind {
			return fmt.Errorf("syncer: the source listed %q among the %ss of %s", rec.Ref, k.flow.Kind, s.side)
		}
		batch = append(batch, &reading{rec: rec, at: p.now()})
		if len(batch) == scanBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return flush()
}

// classify sorts a batch by what the store knows of each record.
func (p *pass) classify(ctx context.Context, k *kindScan, s *sideScan, batch []*reading) error {
	if len(batch) == 0 {
		return nil
	}
	ids := make([]string, len(batch))
	for i, r := range batch {
		ids[i] = r.rec.Ref.ID
	}
	var heads map[string]Head
	told := map[*reading]bool{}
	err := p.view(ctx, func(tx Tx) (err error) {
		if heads, err = tx.Heads(s.side, k.flow.Kind, ids); err != nil || !p.rescan {
			return err
		}
		return s.findTold(tx, heads, batch, told)
	})
	if err != nil {
		return err
	}
	s.total += len(batch)
	for _, r := range batch {
		s.lagging = s.lagging || r.rec.Unconfirmed
		s.sort(k, r, heads, told, p.rescan || r.rec.Unconfirmed && p.goesWithParent(k.flow, r.rec.Ref))
		if head, linked := heads[r.rec.Ref.ID]; s.side == GHL && r.rec.Ref.Parent != "" && !r.rec.Deleted && (!linked || head.State == LinkEnded) {
			p.noteLoose(k.flow, r.rec.Ref)
		}
	}
	return nil
}

// findTold finds the records of a batch that need not be kept to be compared
// later: they show now what was last acted on, and the base of their link tells
// all of that, which its hash proves.
func (s *sideScan) findTold(tx Tx, heads map[string]Head, batch []*reading, told map[*reading]bool) error {
	for _, r := range batch {
		head, linked := heads[r.rec.Ref.ID]
		if !linked || head.State != LinkActive || r.rec.Deleted || head.Seen.IsZero() || r.rec.Content() != head.Seen {
			continue
		}
		link, err := tx.Link(head.ID)
		if err != nil {
			return err
		}
		told[r] = link.Ref(s.side) == r.rec.Ref && link.Seen(s.side) == head.Seen && remember(link, s.side) != nil
	}
	return nil
}

// recall returns what the listing showed of a record that was not kept; nil if
// the base of its link does not tell it any more. Times, version and label are
// missing: no conflict can come of a record that shows its base, and before it is
// written it is read.
func (s *sideScan) recall(link Link) *reading {
	if !s.same.has(link.ID) {
		return nil
	}
	r := remember(link, s.side)
	if r != nil {
		r.rec.Unconfirmed = s.lags.has(link.ID)
	}
	return r
}

// sort files one record. told says of which ones the base of their link tells
// what they show.
func (s *sideScan) sort(k *kindScan, r *reading, heads map[string]Head, told map[*reading]bool, rescan bool) {
	head, linked := heads[r.rec.Ref.ID]
	switch {
	case !linked:
		s.addFresh(r)
	case head.State == LinkGone:
		if !r.rec.Deleted {
			r.was = head.ID
			s.revived = append(s.revived, r)
		}
	case head.State == LinkEnded:
		// A person's decision: the record is left alone.
	case r.rec.Deleted:
		s.tombs[head.ID] = true
	default:
		s.listed.set(head.ID)
		other := k.side(s.side.Other())
		twinChanged := other.changed[head.ID] != nil || other.tombs[head.ID]
		switch {
		case told[r]:
			s.same.set(head.ID)
			s.lags.put(head.ID, r.rec.Unconfirmed)
			delete(s.changed, head.ID) // listed twice: the later listing counts
		case rescan || head.Seen.IsZero() || r.rec.Content() != head.Seen:
			s.changed[head.ID] = r
		case twinChanged:
			s.kept[head.ID] = r
		}
	}
}

// addFresh files a record that no link knows.
func (s *sideScan) addFresh(r *reading) {
	if r.rec.Deleted {
		return
	}
	if s.fresh[r.rec.Ref.ID] == nil {
		s.order = append(s.order, r.rec.Ref.ID)
	}
	s.fresh[r.rec.Ref.ID] = r
}

// missing lists the active links whose record on s.side was not listed though
// the listing would have had to show it.
func (p *pass) missing(ctx context.Context, k *kindScan, s *sideScan) ([]LinkID, error) {
	if s.delta {
		return nil, nil
	}
	var ids []LinkID
	err := p.view(ctx, func(tx Tx) error {
		active, err := tx.CountLinks(k.flow.Kind, LinkActive)
		if err != nil || active <= s.listed.count {
			return err
		}
		for l, err := range tx.Links(k.flow.Kind, 0, LinkActive) {
			if err != nil {
				return err
			}
			ref := l.Ref(s.side)
			if s.listed.has(l.ID) || ref.IsZero() {
				continue
			}
			if s.covers == nil || s.covers(ref) {
				ids = append(ids, l.ID)
			}
		}
		return nil
	})
	return ids, err
}

// bitset is a set of link ids, one bit each.
type bitset struct {
	words []uint64
	count int
}

func (b *bitset) set(id LinkID) { b.put(id, true) }

// put adds an id, or removes it.
func (b *bitset) put(id LinkID, in bool) {
	if b.has(id) == in {
		return
	}
	word := int(id / 64)
	for len(b.words) <= word {
		b.words = append(b.words, 0)
	}
	b.words[word] ^= 1 << (id % 64)
	if in {
		b.count++
	} else {
		b.count--
	}
}

func (b *bitset) has(id LinkID) bool {
	word := int(id / 64)
	return word < len(b.words) && b.words[word]&(1<<(id%64)) != 0
}

// all yields the ids in ascending order.
func (b *bitset) all(yield func(LinkID) bool) {
	for i, word := range b.words {
		for ; word != 0; word &= word - 1 {
			if !yield(LinkID(i*64 + bits.TrailingZeros64(word))) {
				return
			}
		}
	}
}

// add adds the ids of another set.
func (b *bitset) add(other *bitset) {
	for id := range other.all {
		b.set(id)
	}
}
