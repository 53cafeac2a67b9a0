package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// madeAgain looks for a record that somebody made since in place of a deleted
// one: what their flow recognises twins by is the same.
func (u *undoer) madeAgain(ctx context.Context, flow Flow, rec Record, entry AuditEntry) (Ref, error) {
	key, err := u.key(ctx, flow, rec)
	if err != nil || key == "" {
		return Ref{}, err
	}
	recent, err := u.recentlyMade(ctx, flow, rec.Ref.Side)
	if err != nil {
		return Ref{}, err
	}
	for i, found := range recent {
		if !found.CreatedAt.IsZero() && found.CreatedAt.Before(entry.Time.Add(-u.cfg.ClockSlack)) {
			continue
		}
		text, err := u.key(ctx, flow, found)
		if err != nil {
			return Ref{}, err
		}
		if text == key {
			u.recent[string(rec.Ref.Side)+string(flow.Kind)] = slices.Delete(recent, i, i+1) // it stands for one
			return found.Ref, nil
		}
	}
	return Ref{}, nil
}

// key is what a record is recognised by, or "" for nothing.
func (u *undoer) key(ctx context.Context, flow Flow, rec Record) (string, error) {
	if flow.Match == nil {
		parts := []string{rec.Ref.Parent}
		for _, name := range flow.fieldNames() {
			if v, named := flow.fingerprint(rec.Fields)[name]; named {
				parts = append(parts, v.String())
			}
		}
		return strings.Join(parts, "\x00"), nil
	}
	parent, err := u.ghlParent(ctx, flow, rec.Ref)
	if err != nil {
		return "", err
	}
	for _, key := range flow.Match(rec, parent) {
		if key.Text != "" {
			return key.Text, nil
		}
	}
	return "", nil
}

// recentlyMade lists the records of a side that were made since, by people or as
// copies of what people made.
func (u *undoer) recentlyMade(ctx context.Context, flow Flow, side Side) ([]Record, error) {
	at := string(side) + string(flow.Kind)
	if recent, listed := u.recent[at]; listed {
		return recent, nil
	}
	recent := []Record{}
	for rec, err := range u.source(side).Changes(ctx, flow.Kind, "").All {
		if err != nil {
			return nil, fmt.Errorf("list %ss on %s: %w", flow.Kind, side, err)
		}
		if rec.Deleted || !rec.CreatedAt.IsZero() && rec.CreatedAt.Before(u.from.Add(-u.cfg.ClockSlack)) {
			continue
		}
		counts, err := u.isNew(ctx, rec.Ref)
		if err != nil {
			return nil, err
		}
		if counts {
			recent = append(recent, rec)
		}
	}
	u.recent[at] = recent
	return recent, ctx.Err()
}

// isNew reports whether a record was linked since the chosen point, or never,
// and was not made by an undo.
func (u *undoer) isNew(ctx context.Context, ref Ref) (counts bool, err error) {
	err = u.view(ctx, func(tx Tx) error {
		mark, err := loadRestored(tx, ref)
		if err != nil || mark.Entry > 0 {
			return err
		}
		l, err := tx.LinkOf(ref)
		if errors.Is(err, ErrNoLink) {
			counts = true
			return nil
		}
		h := u.history[l.ID]
		counts = err == nil && h != nil && h.born
		return err
	})
	return counts, err
}
