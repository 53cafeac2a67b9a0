package syncer

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// undone is what the log tells of one link since the chosen point.
type undone struct {
	// seq is its first entry.
	seq int64
	// whole are the entries about whole records, in order.
	whole []AuditEntry
	// born says that the link was made since, linked that it was made by joining
	// two records that were there.
	born, linked bool
	// moved is the last entry that put a record under another parent.
	moved *AuditEntry
	// first and last are the first and the last writing of each field and side.
	first, last map[fieldSide]writing
}

// writing is a field that an entry says was written.
type writing struct {
	AuditField
	seq int64
}

type fieldSide struct {
	field string
	side  Side
}

// collect reads what was done, by link.
func (u *undoer) collect(ctx context.Context, opts UndoOptions) error {
	u.history = map[LinkID]*undone{}
	return u.view(ctx, func(tx Tx) error {
		for entry, err := range tx.Audit(opts.After) {
			if err != nil {
				return err
			}
			if opts.After == 0 && entry.Time.Before(opts.Since) || entry.Link == 0 {
				continue
			}
			if u.from.IsZero() {
				u.from = entry.Time
			}
			h := u.history[entry.Link]
			if h == nil {
				h = &undone{seq: entry.Seq, first: map[fieldSide]writing{}, last: map[fieldSide]writing{}}
				u.history[entry.Link] = h
			}
			h.add(entry)
		}
		return u.findBorn(tx)
	})
}

// findBorn marks the links of which the log tells nothing before the chosen
// point.
func (u *undoer) findBorn(tx Tx) error {
	for id, h := range u.history {
		for entry, err := range tx.AuditOf(id) {
			if err != nil {
				return err
			}
			h.born = entry.Seq >= h.seq
			break
		}
	}
	return nil
}

func (h *undone) add(entry AuditEntry) {
	switch op := StepOp(entry.Action); {
	case op == actionWrite && entry.Outcome == "unknown":
		// It counts as written when its value is what is shown.
		h.write(entry.Seq, entry.Fields)
	case entry.Outcome != "done":
	case op == StepLink:
		h.linked = true
	case op == StepMove:
		h.moved = &entry
	case op == StepClose && entry.Pagico.IsZero():
		// It only keeps the id of a record that was made again.
	case op == StepUpdate:
		h.write(entry.Seq, entry.Fields)
	case op == StepReopen:
		h.write(entry.Seq, entry.Fields)
		h.whole = append(h.whole, entry)
	case op == StepComplete:
		h.write(entry.Seq, slices.DeleteFunc(slices.Clone(entry.Fields), func(f AuditField) bool { return f.After.IsNone() }))
		h.whole = append(h.whole, entry)
	case op == StepCreate, op == actionAdopt, op == StepDelete, op == StepRetract, op == StepRestore, op == StepUnlink, op == StepClose:
		h.whole = append(h.whole, entry)
	}
}

// write notes the fields that an entry says were written.
func (h *undone) write(seq int64, fields []AuditField) {
	for _, f := range fields {
		at := fieldSide{f.Field, f.Side}
		if f.Side == "" || f.After.Equal(f.Before) || f.discarded() {
			continue // nothing was written
		}
		if _, known := h.first[at]; !known {
			h.first[at] = writing{f, seq}
		}
		h.last[at] = writing{f, seq}
	}
}

// final is the last entry about a whole record.
func (h *undone) final() (AuditEntry, bool) {
	if len(h.whole) == 0 {
		return AuditEntry{}, false
	}
	return h.whole[len(h.whole)-1], true
}

// was reports whether the side had a record at the chosen point.
func (h *undone) was(side Side) bool {
	first := h.whole[0]
	switch StepOp(first.Action) {
	case StepCreate, actionAdopt:
		return !h.born || first.Target != side // made again, or the original
	case StepRestore:
		return first.Target != side
	}
	return true
}

// before is what a field showed on a side at the chosen point, given what it
// shows, or showed last: people's edits stay.
func (h *undone) before(field string, side Side, shown Value) Value {
	at := fieldSide{field, side}
	if last, written := h.last[at]; written && last.After.Equal(shown) {
		return h.first[at].Before
	}
	return shown
}

// side is the side whose record an entry describes.
func (e AuditEntry) side() Side {
	for _, f := range e.Fields {
		if f.Side != "" {
			return f.Side
		}
	}
	return GHL
}

// Ref returns the entry's record on side.
func (e AuditEntry) Ref(side Side) Ref {
	if side == GHL {
		return e.GHL
	}
	return e.Pagico
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
