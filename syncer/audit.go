package syncer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// AuditEntry is one decision of the engine or of a person. Entries are
// append-only and chained: each carries the hash of the one before, so that a
// changed, removed or inserted entry shows.
type AuditEntry struct {
	// Seq counts from 1 without gaps. Time is UTC, by Config.Now.
	Seq  int64     `json:"seq"`
	Time time.Time `json:"time"`
	// Action is what was decided: a [StepOp]; or "adopt" for a create that was
	// found to have happened, "agree" and "write" for what became of writes
	// without a clear answer, "park" for a create that waits for a person,
	// "settle" for a person's decision about a field, "halt" and "verify".
	Action string `json:"action"`
	Kind   Kind   `json:"kind,omitempty"`
	Link   LinkID `json:"link,omitempty"`
	GHL    Ref    `json:"ghl,omitzero"`
	Pagico Ref    `json:"pagico,omitzero"`
	// Target is the side that was written, if any.
	Target Side `json:"target,omitempty"`
	// Trigger is what led to the decision, such as "pass" or a webhook's id.
	Trigger string `json:"trigger,omitempty"`
	// Fields tells, per field, what was there, what was put and why.
	Fields []AuditField `json:"fields,omitempty"`
	// After is the link as it stood after the decision, for rebuilding.
	After *LinkMark `json:"after,omitempty"`
	// Op is the id of a create. RequestID is the mark by which the service knows the
	// write in its own logs, to be quoted when asking its support; the marks of
	// several requests are separated by spaces. Both are empty where they are not known.
	Op        OpID   `json:"op,omitempty"`
	RequestID string `json:"requestId,omitempty"`
	// Outcome is "done", "failed", "unknown" or "skipped".
	Outcome string `json:"outcome"`
	// Reason explains the decision or the failure.
	Reason string `json:"reason,omitempty"`
	// Actor is "engine" or the name of a person.
	Actor string `json:"actor"`
	// Prev is the hash of the entry before, empty for the first; Hash the entry's
	// own: SHA-256 in hexadecimal.
	Prev string `json:"prev,omitempty"`
	Hash string `json:"hash,omitempty"`
}

// Actions that are no steps.
const (
	actionAdopt  = "adopt"
	actionAgree  = "agree"
	actionPark   = "park"
	actionSettle = "settle"
	actionWrite  = "write"
)

// Rules in audit entries by which fields are told apart.
const (
	// ruleEdited and ruleMoved begin the rules of what the engine did not write:
	// edits, and moves, that it overrode or left. Package merge begins the rules of
	// discarded edits so.
	ruleEdited = "edited on "
	ruleMoved  = "moved on "
	// ruleNew is the rule of all fields of a record that was made.
	ruleNew = "new"
	// ruleParked begins the rules of fields that wait for a person, ruleWasParked
	// is that of a field that did when its record went.
	ruleParked    = "parked: "
	ruleWasParked = "was parked"
	// aboutToDelete is the reason of entries that are written before a deletion.
	aboutToDelete = "about to be deleted with edits that it overrides"
)

// LinkMark is the part of a link that the audit log keeps, enough to rebuild
// the link table from the log alone.
type LinkMark struct {
	State LinkState `json:"state"`
	GHL   Ref       `json:"ghl,omitzero"`
	// Pagico is the link's record there.
	Pagico Ref                   `json:"pagico,omitzero"`
	Base   map[string]merge.Base `json:"base,omitempty"`
	Origin Side                  `json:"origin,omitempty"`
}

// AuditField is one field in an audit entry. With a Side, Base, Before and After
// are what that side showed when both last agreed, what it showed then, and what
// it shows since. Without one the entry is about both: Before is GHL's value and
// After Pagico's, and in a decision After is what was decided and Lost Pagico's.
type AuditField struct {
	Field string `json:"field"`
	// Side was written, or edited when the entry reports a discarded edit.
	Side   Side  `json:"side,omitempty"`
	Base   Value `json:"base,omitzero"`
	Before Value `json:"before,omitzero"`
	After  Value `json:"after,omitzero"`
	// Rule is the rule or policy that decided.
	Rule string `json:"rule,omitempty"`
	// Lost is a value that a conflict or a revert overrode.
	Lost Value `json:"lost,omitzero"`
}

// Seal sets Prev and computes Hash over everything else in the entry. Stores
// call it with the entry's final Seq.
func (e AuditEntry) Seal(prev string) (AuditEntry, error) {
	e.Prev, e.Hash = prev, ""
	e.Time = e.Time.UTC().Truncate(time.Microsecond)
	data, err := json.Marshal(e)
	if err != nil {
		return e, fmt.Errorf("syncer: seal audit entry: %w", err)
	}
	sum := sha256.Sum256(data)
	e.Hash = hex.EncodeToString(sum[:])
	return e, nil
}

// VerifyAudit walks entries from the first one and reports the first place at
// which the chain is broken: a gap, a changed entry or a foreign one. Entries that
// were cut off at the end do not show: compare the last Hash with one that was
// kept elsewhere.
func VerifyAudit(entries iter.Seq2[AuditEntry, error]) error {
	prev, seq := "", int64(0)
	for e, err := range entries {
		if err != nil {
			return err
		}
		if e.Seq != seq+1 {
			return fmt.Errorf("syncer: audit log: entry %d follows entry %d", e.Seq, seq)
		}
		sealed, err := e.Seal(prev)
		if err != nil {
			return err
		}
		if sealed.Hash != e.Hash || e.Prev != prev {
			return fmt.Errorf("syncer: audit log: entry %d was changed after it was written", e.Seq)
		}
		prev, seq = e.Hash, e.Seq
	}
	return nil
}
