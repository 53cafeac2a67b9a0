package syncer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// engineActor is the actor of everything that no person decided.
const engineActor = "engine"

// Counts are what a call did with the records of one kind.
type Counts struct {
	// Linked pairs existed before and were recognised as twins.
	Linked int `json:"linked"`
	// Created records were made: copies, what was made again because an edit beat
	// a deletion, and what an undo took back.
	Created int `json:"created"`
	// Updated pairs had fields written on one side or on both.
	Updated int `json:"updated"`
	// Deleted records were deleted, Completed ones set to completed, because
	// their twin was deleted or a copy was taken back. What turned out to be gone
	// already is not counted.
	Deleted   int `json:"deleted"`
	Completed int `json:"completed"`
	// Moved records were put under another parent, or made again there.
	Moved int `json:"moved"`
	// Adopted creates had an unclear answer, now or earlier, and were found to
	// have happened. They are not counted as Created.
	Adopted int `json:"adopted"`
	// Unlinked pairs were ended with a record left.
	Unlinked int `json:"unlinked"`
	// Agreed pairs needed no write: people had made the same edit on both sides.
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

// String lists what is not zero, such as "created 2, updated 1".
func (c Counts) String() string {
	var parts []string
	for _, p := range []struct {
		name string
		n    int
	}{{"linked", c.Linked}, {"created", c.Created}, {"updated", c.Updated}, {"deleted", c.Deleted}, {"completed", c.Completed},
		{"moved", c.Moved}, {"adopted", c.Adopted}, {"unlinked", c.Unlinked}, {"agreed", c.Agreed}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", p.name, p.n))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing done")
}

// Failure is a step that was not carried out: in Report.Failures because it
// failed, in Report.Drifted because its records are not what it was planned on,
// in Report.Left because the next pass looks at it again.
type Failure struct {
	// Op is what was to be done.
	Op   StepOp `json:"op"`
	Kind Kind   `json:"kind"`
	// Ref is the record that the step was about: the source of a create; of a
	// pair the GHL record.
	Ref Ref `json:"ref"`
	// Label is a short text for people, such as the title; empty if unknown.
	Label string `json:"label,omitempty"`
	// Reason says what went wrong: the service's answer in short, or what changed.
	Reason string `json:"reason"`
	// Dead says that the step failed too often (Config.MaxAttempts). It is not
	// tried any more until its record changes on either side, and is reported by
	// every pass until then.
	Dead bool `json:"dead,omitempty"`
}

// String says it in one line.
func (f Failure) String() string {
	text := fmt.Sprintf("%s %s%s: %s", f.Op, f.Ref, quoted(f.Label), f.Reason)
	if f.Dead {
		text += "; not tried again until the record changes"
	}
	return text
}

// quoted is a label behind a reference.
func quoted(label string) string {
	if label == "" {
		return ""
	}
	return fmt.Sprintf(" %q", label)
}

// Report is what one call of [Engine.Sync], [Engine.SyncRecord] or [Engine.Apply]
// did. When the call returns an error beside it, it tells what was done until
// then. A Sync that waited for creates of unclear outcome may have run several
// rounds: counts are those of all rounds, and Failures, Left, Skipped, Requeued
// and Pending say how it stands after the last one.
type Report struct {
	// Started and Ended are when the call began and returned, UTC, by Config.Now.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Kinds counts by kind; kinds with which nothing was done are missing.
	Kinds map[Kind]Counts `json:"kinds"`
	// Writes counts the requests to create, update, move or delete a record that
	// were sent, also those that failed or had no clear answer. Requests that the
	// clients repeat by themselves count once.
	Writes int `json:"writes"`
	// Conflicts counts fields that both sides had changed, or that could not be
	// written, as far as this call dealt with them; Parked those of them that wait
	// for a person from now on. Fields that wait since an earlier call are not
	// counted; [Engine.Waiting] lists all.
	Conflicts int `json:"conflicts"`
	Parked    int `json:"parked"`
	// Requeued counts steps that were left for the next pass, because their
	// records changed before they could be written, or because they wait for
	// another record. Left lists them.
	Requeued int `json:"requeued"`
	// Pending counts creates whose outcome is still unknown. Those that wait for a
	// person are not counted; [Engine.WaitingCreates] lists them.
	Pending int `json:"pending"`
	// Match counts how the records that were not linked found their twins.
	Match MatchReport `json:"match"`
	// Failures are steps that did not succeed, each listed once. The next pass
	// tries again, unless they are Dead.
	Failures []Failure `json:"failures,omitempty"`
	// Drifted are steps of a plan that Apply left out, because their records are no
	// longer what the plan was made on. Sync plans such steps again, or counts them
	// as Requeued.
	Drifted []Failure `json:"drifted,omitempty"`
	// Left are the steps that Requeued counts, and why.
	Left []Failure `json:"left,omitempty"`
	// Skipped are records left alone on purpose, and why.
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

// Settled reports whether the engine is through with all that it can do: no
// step failed or drifted, no create is pending and nothing was left to the next
// pass. Fields and creates that wait for a person do not count, nor what was
// skipped.
func (r *Report) Settled() bool {
	return len(r.Failures) == 0 && len(r.Drifted) == 0 && r.Pending == 0 && r.Requeued == 0
}

// String sums the report up for people: one line, and one more for each failure,
// each step that was left or drifted, and each skipped record.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %d writes", r.Total(), r.Writes)
	for _, n := range []struct {
		n    int
		text string
	}{{r.Conflicts, "conflicts"}, {r.Parked, "waiting for a person"}, {r.Requeued, "left to the next pass"}, {r.Pending, "creates of unknown outcome"},
		{len(r.Failures), "failed"}, {len(r.Drifted), "drifted"}, {len(r.Skipped), "skipped"}} {
		if n.n > 0 {
			fmt.Fprintf(&b, "; %d %s", n.n, n.text)
		}
	}
	b.WriteByte('\n')
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "failed: %s\n", f)
	}
	for _, f := range r.Left {
		fmt.Fprintf(&b, "left to the next pass: %s\n", f)
	}
	for _, f := range r.Drifted {
		fmt.Fprintf(&b, "drifted: %s\n", f)
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, "skipped: %s\n", s)
	}
	return b.String()
}

// round begins another round of the same call: what it finds is how it stands.
// The returned function, called in the end, keeps the failures of the round
// before when this one ended early.
func (r *Report) round() func(err error) {
	failures, match := r.Failures, r.Match
	r.Pending, r.Requeued, r.Left, r.Skipped, r.Failures, r.Match = 0, 0, nil, nil, nil, MatchReport{}
	return func(err error) {
		r.Match.Exact += match.Exact
		r.Match.Probable += match.Probable
		r.Match.New = max(r.Match.New, match.New) // creates that were refuted are planned again
		if err == nil {
			return
		}
		for _, f := range failures {
			if !slices.ContainsFunc(r.Failures, f.about) {
				r.Failures = append(r.Failures, f)
			}
		}
	}
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

// requeue leaves a step to the next pass.
func (r *Report) requeue(f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Requeued++
	r.Left = append(r.Left, f)
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

// fail lists a step that did not succeed; what was said of it before gives way.
func (r *Report) fail(f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.IndexFunc(r.Failures, f.about); i >= 0 {
		r.Failures[i] = f
		return
	}
	r.Failures = append(r.Failures, f)
}

// mend takes back what was said of a step that succeeded in the end.
func (r *Report) mend(f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Failures = slices.DeleteFunc(r.Failures, f.about)
}

// about reports whether both tell of the same step.
func (f Failure) about(o Failure) bool { return f.Op == o.Op && f.Ref.Same(o.Ref) }
