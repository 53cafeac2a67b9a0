package syncer

import "time"

// Receipt says how far both sides are in step, by a full comparison.
type Receipt struct {
	Connection ConnectionID `json:"connection"`
	// At is when the comparison ended, UTC.
	At time.Time `json:"at"`
	// Pairs were compared, Matched of them show the same.
	Pairs   int `json:"pairs"`
	Matched int `json:"matched"`
	// Kinds counts the compared pairs by kind.
	Kinds map[Kind]int `json:"kinds"`
	// Drifted fields differ although they wait for nobody.
	Drifted []Drift `json:"drifted,omitempty"`
	// Waiting fields differ and wait for a person, or are left so by a rule.
	Waiting []Drift `json:"waiting,omitempty"`
	// Missing records have no twin though they should, or lost it.
	Missing []Finding `json:"missing,omitempty"`
	// Orphaned records were made from a record that is not there any more.
	Orphaned []Finding `json:"orphaned,omitempty"`
	// Doubled records are second copies of the same record.
	Doubled []Finding `json:"doubled,omitempty"`
	// LeftAlone records have no twin on purpose.
	LeftAlone []Finding `json:"leftAlone,omitempty"`
	// WouldWrite counts the pairs and records that a pass begun now would write
	// to, as its planner sees them.
	WouldWrite int `json:"wouldWrite"`
	// Hash is the SHA-256 of the compared pairs and the findings, in hexadecimal. It
	// is in the audit log, too.
	Hash string `json:"hash"`
}

// Drift is a field in which twins differ.
type Drift struct {
	Link   LinkID `json:"link"`
	Kind   Kind   `json:"kind"`
	Field  string `json:"field"`
	GHL    Value  `json:"ghl"`
	Pagico Value  `json:"pagico"`
	Label  string `json:"label,omitempty"`
	// Reason says why passes leave it; empty when the next one is to see to it.
	Reason string `json:"reason,omitempty"`
}

// Finding is a record that Verify has something to say about.
type Finding struct {
	Ref    Ref    `json:"ref"`
	Label  string `json:"label,omitempty"`
	Reason string `json:"reason"`
}

// Clean reports whether nothing drifted and nothing is missing, orphaned or
// doubled. What waits or is left alone on purpose does not count.
func (r *Receipt) Clean() bool {
	return len(r.Drifted)+len(r.Missing)+len(r.Orphaned)+len(r.Doubled) == 0
}
