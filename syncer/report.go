package syncer

import (
	"sync"
	"time"
)

// engineActor is the actor of everything that no person decided.
const engineActor = "engine"

// Counts are what a pass did with the records of one kind.
type Counts struct {
	// Linked pairs existed before and were recognised as twins.
	Linked int `json:"linked"`
	// Created, Updated, Deleted and Completed count records that were written.
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Deleted   int `json:"deleted"`
	Completed int `json:"completed"`
	// Moved records were put under another parent, or made again there.
	Moved int `json:"moved"`
	// Adopted creates had an unclear answer and were found to have happened.
	Adopted int `json:"adopted"`
	// Unlinked pairs were ended with a record left.
	Unlinked int `json:"unlinked"`
	// Agreed pairs needed no write.
	Agreed int `json:"agreed"`
}

// add sums up.
func (c *Counts) add(o Counts) {
	c.Linked += o.Linked
	c.Created += o.Created
	c.Updated += o.Updated
	c.Deleted += o.Deleted
	c.Completed += o.Completed
	c.Moved += o.Moved
	c.Adopted += o.Adopted
	c.Unlinked += o.Unlinked
	c.Agreed += o.Agreed
}

// Failure is a step that did not succeed.
type Failure struct {
	Op    StepOp `json:"op"`
	Kind  Kind   `json:"kind"`
	Ref   Ref    `json:"ref"`
	Label string `json:"label,omitempty"`
	// Reason is the service's answer in short.
	Reason string `json:"reason"`
	// Dead says that the step failed too often and is set aside until its
	// record changes.
	Dead bool `json:"dead,omitempty"`
}

// Report is what one pass did.
type Report struct {
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Kinds counts by kind.
	Kinds map[Kind]Counts `json:"kinds"`
	// Writes counts the create, update and delete requests that were made.
	Writes int `json:"writes"`
	// Conflicts counts fields changed on both sides, Parked those of them that
	// wait for a person.
	Conflicts int `json:"conflicts"`
	Parked    int `json:"parked"`
	// Requeued counts steps whose records changed before they could be
	// written; the next pass looks at them again.
	Requeued int `json:"requeued"`
	// Pending counts creates whose outcome is still unknown.
	Pending int `json:"pending"`
	// Match counts how unlinked records found their twins.
	Match MatchReport `json:"match"`
	// Failures are steps that did not succeed; the next pass tries again.
	Failures []Failure `json:"failures,omitempty"`
	// Drifted are steps of a saved plan that were not applied, because their
	// records are no longer what the plan was made on.
	Drifted []Failure `json:"drifted,omitempty"`
	// Skipped are records left alone, and why.
	Skipped []Skip `json:"skipped,omitempty"`

	mu sync.Mutex
}

func newReport(now time.Time) *Report {
	return &Report{Started: now.UTC(), Kinds: map[Kind]Counts{}}
}

// Total sums the counts of all kinds.
func (r *Report) Total() Counts {
	var total Counts
	for _, c := range r.Kinds {
		total.add(c)
	}
	return total
}

// Settled reports whether nothing is left to do: no failures, nothing pending
// and nothing requeued.
func (r *Report) Settled() bool {
	return len(r.Failures) == 0 && r.Pending == 0 && r.Requeued == 0
}

func (r *Report) count(kind Kind, c Counts) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := r.Kinds[kind]
	sum.add(c)
	r.Kinds[kind] = sum
}

func (r *Report) wrote() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Writes++
}

func (r *Report) conflicts(s Step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range s.Conflicts {
		r.Conflicts++
		if c.Parked {
			r.Parked++
		}
	}
}

func (r *Report) requeue() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Requeued++
}

func (r *Report) drift(f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Drifted = append(r.Drifted, f)
}

func (r *Report) skip(s Skip) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Skipped = append(r.Skipped, s)
}

func (r *Report) fail(f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Failures = append(r.Failures, f)
}
