package syncer

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// findNoted reads which links have a note on their parents.
func (v *verifier) findNoted(ctx context.Context) error {
	v.noted = map[LinkID]bool{}
	return v.view(ctx, func(tx Tx) error {
		keys, err := tx.States(stateMove)
		for _, key := range keys {
			id, parseErr := strconv.ParseInt(strings.TrimPrefix(key, stateMove), 10, 64)
			if parseErr != nil {
				return fmt.Errorf("%w: %s: %w", ErrStoreDamaged, key, parseErr)
			}
			v.noted[LinkID(id)] = true
		}
		return err
	})
}

// differing lists the fields in which two records differ, and their parents if
// these are no twins. It reports whether a pass would move one of them.
func (v *verifier) differing(ctx context.Context, flow Flow, link Link, records map[Side]Record) ([]Drift, bool, error) {
	drifts := v.compare(flow, link, records[GHL], records[Pagico])
	unmoved := records[GHL].Ref.Parent == link.GHL.Parent && records[Pagico].Ref.Parent == link.Pagico.Parent
	if flow.Parent == "" || unmoved && !v.noted[link.ID] {
		return drifts, false, nil
	}
	_, notes, err := v.loadLink(ctx, link.ID)
	if err != nil {
		return nil, false, err
	}
	step := &Step{Kind: link.Kind, Link: link.ID, GHL: link.GHL, Pagico: link.Pagico}
	for side, rec := range records {
		step.setReading(side, &reading{rec: rec, at: v.now()})
	}
	if err := v.planMove(ctx, flow, link, notes, step); err != nil || step.Move == nil {
		return drifts, false, err
	}
	d := Drift{Link: link.ID, Kind: link.Kind, Field: string(flow.Parent), Label: label(step.ghl, step.pagico),
		GHL: merge.Text(step.GHL.Parent), Pagico: merge.Text(step.Pagico.Parent)}
	if step.Move.Waits != "" {
		d.Reason = step.Reason
	}
	return append(drifts, d), step.Move.Waits == "", nil
}
