package syncer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// attempts are values that were sent to a side without a clear answer.
type attempts map[string]attempt

// attempt is one such value, with what the other side showed for it.
type attempt struct {
	To    Side  `json:"to"`
	Value Value `json:"value"`
	// Old is what the value was written over.
	Old    Value `json:"old"`
	Source Value `json:"source"`
	// At is when the value was sent, UTC.
	At time.Time `json:"at"`
}

func attemptKey(id LinkID) string { return fmt.Sprintf("%s%d", stateAttempt, id) }

func loadAttempts(tx Tx, id LinkID) (attempts, error) {
	data, err := tx.State(attemptKey(id))
	if err != nil || data == nil {
		return nil, err
	}
	var a attempts
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStoreDamaged, attemptKey(id), err)
	}
	return a, nil
}

// landed returns the base of every field whose unclear write turns out to have
// happened, so that the engine's own write is never taken for an edit.
func (a attempts) landed(shown func(Side, string) (Value, bool)) []merge.Agreement {
	var moved []merge.Agreement
	for _, field := range slices.Sorted(maps.Keys(a)) {
		at := a[field]
		if v, ok := shown(at.To, field); !ok || !v.Equal(at.Value) {
			continue
		}
		base := merge.Base{GHL: at.Source, Pagico: at.Value}
		if at.To == GHL {
			base = merge.Base{GHL: at.Value, Pagico: at.Source}
		}
		moved = append(moved, merge.Agreement{Field: field, Base: base})
	}
	return moved
}

// forgetAttempts removes the note of writes whose outcome was never confirmed
// for the step at hand, and writes down what they may have overwritten.
func (a *applier) forgetAttempts(tx Tx, s *Step, id LinkID) error {
	tried, err := loadAttempts(tx, id)
	if err != nil || len(tried) == 0 {
		return err
	}
	entry := a.entry(s, actionWrite, "unknown", "an earlier write had no clear answer")
	entry.Link = id
	for _, field := range slices.Sorted(maps.Keys(tried)) {
		at := tried[field]
		entry.Fields = append(entry.Fields, AuditField{Field: field, Side: at.To, Before: at.Old, After: at.Value, Lost: at.Old,
			Rule: "sent at " + at.At.Format(time.RFC3339)})
	}
	if err := tx.SetState(attemptKey(id), nil); err != nil {
		return err
	}
	_, err = tx.AppendAudit(entry)
	return err
}

// over reports whether none of the writes can take effect any more.
func (a attempts) over(now time.Time, settle time.Duration) bool {
	for _, at := range a {
		if now.Before(at.At.Add(max(settle, 0))) {
			return false
		}
	}
	return true
}
