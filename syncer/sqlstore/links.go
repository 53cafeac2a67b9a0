package sqlstore

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// page is the number of links or audit entries read at a time.
const page = 500

func (t *tx) Link(id syncer.LinkID) (syncer.Link, error) {
	l, err := t.link("read a link", getLink, t.conn, int64(id))
	if errors.Is(err, syncer.ErrNoLink) {
		err = fmt.Errorf("%w: link %d", err, id)
	}
	return l, err
}

func (t *tx) LinkOf(ref syncer.Ref) (syncer.Link, error) {
	l, err := t.link("read the link of a record", linkOfGHL.of(ref.Side), t.conn, pack(string(ref.Kind)), pack(ref.ID))
	if errors.Is(err, syncer.ErrNoLink) {
		err = fmt.Errorf("%w: %s", err, ref)
	}
	return l, err
}

// link returns the link that a statement finds.
func (t *tx) link(doing string, q query, args ...any) (syncer.Link, error) {
	if err := t.usable(); err != nil {
		return syncer.Link{}, err
	}
	var l syncer.Link
	found := false
	err := t.rows(doing, func(r *sql.Rows) (err error) {
		found = true
		l, err = scanLink(r)
		return err
	}, q, args...)
	if err == nil && !found {
		err = syncer.ErrNoLink
	}
	return l, err
}

// scanLink reads the linkColumns of a row.
func scanLink(r *sql.Rows) (syncer.Link, error) {
	var l syncer.Link
	var seenGHL, seenPagico, body sql.RawBytes
	var texts [6]string
	err := r.Scan(&l.ID, &texts[0], &texts[1], &texts[2], &texts[3], &seenGHL, &texts[4], &texts[5], &seenPagico, &body)
	if err != nil {
		return l, err
	}
	for i := range texts {
		if texts[i], err = unpack(texts[i]); err != nil {
			return l, err
		}
	}
	l.Kind, l.State = syncer.Kind(texts[0]), syncer.LinkState(texts[1])
	if texts[3] != "" {
		l.GHL = syncer.Ref{Side: syncer.GHL, Kind: syncer.Kind(texts[2]), ID: texts[3]}
	}
	if texts[5] != "" {
		l.Pagico = syncer.Ref{Side: syncer.Pagico, Kind: syncer.Kind(texts[4]), ID: texts[5]}
	}
	l.SeenGHL, err = hashOf(seenGHL)
	if err != nil {
		return l, err
	}
	l.SeenPagico, err = hashOf(seenPagico)
	if err != nil {
		return l, err
	}
	var doc linkDoc
	if err := json.Unmarshal(body, &doc); err != nil {
		return l, damaged(fmt.Sprintf("link %d", l.ID), err)
	}
	doc.unpackInto(&l)
	return l, nil
}

// hashOf reads a stored hash.
func hashOf(stored []byte) (merge.Hash, error) {
	var h merge.Hash
	if len(stored) != len(h) {
		return h, fmt.Errorf("%w: a content hash has %d bytes, not %d", syncer.ErrStoreDamaged, len(h), len(stored))
	}
	copy(h[:], stored)
	return h, nil
}

func (t *tx) Heads(side syncer.Side, kind syncer.Kind, ids []string) (map[string]syncer.Head, error) {
	if err := t.usable(); err != nil {
		return nil, err
	}
	heads := make(map[string]syncer.Head, len(ids))
	if len(ids) == 0 {
		return heads, nil
	}
	packed := make([]string, len(ids))
	for i, id := range ids {
		packed[i] = pack(id)
	}
	list, err := json.Marshal(packed)
	if err != nil {
		return nil, t.fail("ask for heads", err)
	}
	err = t.rows("ask for heads", func(r *sql.Rows) error {
		var id, state string
		var past int64
		var seen sql.RawBytes
		var h syncer.Head
		if err := r.Scan(&id, &h.ID, &past, &state, &seen); err != nil {
			return err
		}
		if id, err = unpack(id); err != nil {
			return err
		}
		if known, ok := heads[id]; ok && (known.State == syncer.LinkActive || past != 0 && known.ID > h.ID) {
			return nil
		}
		if state, err = unpack(state); err != nil {
			return err
		}
		h.State = syncer.LinkState(state)
		h.Seen, err = hashOf(seen)
		heads[id] = h
		return err
	}, headsGHL.of(side), string(list), t.conn, pack(string(kind)))
	if err != nil {
		return nil, err
	}
	return heads, nil
}

func (t *tx) Links(kind syncer.Kind, after syncer.LinkID, states ...syncer.LinkState) iter.Seq2[syncer.Link, error] {
	return func(yield func(syncer.Link, error) bool) {
		last, err := t.lastLink() // links made while ranging are left out, so that it ends
		for next := after; err == nil && int64(next) < last; {
			var links []syncer.Link
			links, next, err = t.linksPage(kind, next, last, states)
			for _, l := range links {
				if !yield(l, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(syncer.Link{}, err)
		}
	}
}

// linksPage reads the links of a page that have one of the states, and returns
// the id after which the next page starts.
func (t *tx) linksPage(
	kind syncer.Kind, after syncer.LinkID, last int64, states []syncer.LinkState,
) (links []syncer.Link, next syncer.LinkID, err error) {
	if err := t.usable(); err != nil {
		return nil, 0, err
	}
	q, args := listLinks, []any{t.conn, pack(string(kind))}
	if len(states) == 1 {
		q, args = listLinksOfState, append(args, pack(string(states[0])))
	}
	read := 0
	err = t.rows("list links", func(r *sql.Rows) error {
		l, err := scanLink(r)
		if err != nil {
			return err
		}
		read++
		next = l.ID
		if len(states) == 0 || slices.Contains(states, l.State) {
			links = append(links, l)
		}
		return nil
	}, q, append(args, int64(after), last, page)...)
	if read < page {
		next = syncer.LinkID(last)
	}
	return links, next, err
}

// lastLink returns the highest id of a link.
func (t *tx) lastLink() (int64, error) {
	if err := t.usable(); err != nil {
		return 0, err
	}
	if t.numbers.linkKnown {
		return t.numbers.link, nil
	}
	_, err := t.row("read the last link", []any{&t.numbers.link}, lastLink, t.conn)
	t.numbers.linkKnown = err == nil
	return t.numbers.link, err
}

func (t *tx) CountLinks(kind syncer.Kind, state syncer.LinkState) (int, error) {
	if err := t.usable(); err != nil {
		return 0, err
	}
	var n int
	_, err := t.row("count links", []any{&n}, countLinks, t.conn, pack(string(kind)), pack(string(state)))
	return n, err
}

func (t *tx) PutLink(l *syncer.Link) error {
	if err := t.mayWrite(); err != nil {
		return err
	}
	if err := checkLink(l); err != nil {
		return err
	}
	last, err := t.lastLink()
	if err != nil {
		return err
	}
	if l.ID < 0 || int64(l.ID) > last {
		return fmt.Errorf("%w: link %d", syncer.ErrNoLink, l.ID)
	}
	if l.State == syncer.LinkActive {
		if err := t.checkFree(l); err != nil {
			return err
		}
	}
	q, id := updateLink, int64(l.ID)
	if id == 0 {
		q, id = insertLink, last+1
	}
	body, err := json.Marshal(packLink(*l))
	if err != nil {
		return fmt.Errorf("sqlstore: store a link: %w", err)
	}
	past := id
	if l.State == syncer.LinkActive {
		past = 0
	}
	err = t.exec("store a link", q, past, pack(string(l.Kind)), pack(string(l.State)),
		pack(string(l.GHL.Kind)), pack(l.GHL.ID), l.SeenGHL[:], pack(string(l.Pagico.Kind)), pack(l.Pagico.ID), l.SeenPagico[:],
		string(body), t.conn, id)
	if err != nil {
		return err
	}
	l.ID = syncer.LinkID(id)
	t.numbers.link = max(last, id)
	return nil
}

// checkLink refuses what no engine would store.
func checkLink(l *syncer.Link) error {
	switch {
	case l == nil:
		return errors.New("sqlstore: no link to store")
	case !l.GHL.IsZero() && l.GHL.Side != syncer.GHL:
		return fmt.Errorf("sqlstore: the link's ghl record %s is of the other side", l.GHL)
	case !l.Pagico.IsZero() && l.Pagico.Side != syncer.Pagico:
		return fmt.Errorf("sqlstore: the link's pagico record %s is of the other side", l.Pagico)
	}
	return nil
}

// checkFree returns ErrLinked when another active link has one of the records.
func (t *tx) checkFree(l *syncer.Link) error {
	for _, ref := range []syncer.Ref{l.GHL, l.Pagico} {
		if ref.IsZero() {
			continue
		}
		var id syncer.LinkID
		found, err := t.row("look for a link", []any{&id}, activeGHL.of(ref.Side), t.conn, pack(string(ref.Kind)), pack(ref.ID))
		if err != nil {
			return err
		}
		if found && id != l.ID {
			return fmt.Errorf("%w: %s by link %d", syncer.ErrLinked, ref, id)
		}
	}
	return nil
}
