package syncer

import (
	"fmt"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// StepOp is what a step does.
type StepOp string

// The steps of a plan.
const (
	// StepLink joins two existing records, and writes the fields in which they
	// differ.
	StepLink StepOp = "link"
	// StepCreate makes a record's twin.
	StepCreate StepOp = "create"
	// StepUpdate writes changed fields, or only notes that both sides agree.
	StepUpdate StepOp = "update"
	// StepMove does what StepUpdate does, and then puts the record on Target under
	// another parent.
	StepMove StepOp = "move"
	// StepDelete deletes the twin of a deleted record.
	StepDelete StepOp = "delete"
	// StepComplete completes the twin of a deleted record and ends the link.
	StepComplete StepOp = "complete"
	// StepUnlink ends a link and keeps what is left.
	StepUnlink StepOp = "unlink"
	// StepClose ends the link of two records that are both gone.
	StepClose StepOp = "close"
	// StepRetract deletes a record that the engine made: a copy, whose original
	// is left alone from then on, or one that an earlier undo made again. Only
	// [Engine.Undo] plans it.
	StepRetract StepOp = "retract"
	// StepRestore makes a record again that the engine deleted, without a twin.
	// Only [Engine.Undo] plans it.
	StepRestore StepOp = "restore"
	// StepReopen writes back what a completion set, and lets the record be
	// copied again like a new one. Only [Engine.Undo] plans it.
	StepReopen StepOp = "reopen"
)

// Writes reports whether the step, as planned, writes to a service.
func (s Step) Writes() bool {
	switch s.Op {
	case StepCreate, StepMove, StepDelete, StepRetract, StepRestore:
		return true
	}
	return len(s.Changes) > 0
}

// Step is one entry of a plan: what is to be done with one pair, and why.
type Step struct {
	Op   StepOp `json:"op"`
	Kind Kind   `json:"kind"`
	// Link is 0 for records that are not linked yet.
	Link LinkID `json:"link,omitempty"`
	// GHL and Pagico are the two records. The one to be made is zero; a record
	// that is made again is named as it was, with the parent that it gets.
	GHL    Ref `json:"ghl,omitzero"`
	Pagico Ref `json:"pagico,omitzero"`
	// Target is the side that a step about a whole record writes to: all but
	// link, update, unlink and close.
	Target Side `json:"target,omitempty"`
	// Label is a short text for people.
	Label string `json:"label,omitempty"`
	// Match tells how two records were recognised as twins.
	Match string `json:"match,omitempty"`
	// Fields are the values of a record to be made.
	Fields Fields `json:"fields,omitempty"`
	// Changes, Agreed, Conflicts and Discarded are the planner's findings.
	Changes   []merge.Change    `json:"changes,omitempty"`
	Agreed    []merge.Agreement `json:"agreed,omitempty"`
	Conflicts []merge.Conflict  `json:"conflicts,omitempty"`
	Discarded []merge.Change    `json:"discarded,omitempty"`
	// Reason explains the step.
	Reason string `json:"reason,omitempty"`
	// Undoes is the Seq of the audit entry that the step takes back. Only
	// [Engine.Undo] sets it, and not for fields, of which several entries tell.
	Undoes int64 `json:"undoes,omitempty"`
	// ByParent marks the end of a record whose parent was deleted.
	ByParent bool `json:"byParent,omitempty"`
	// Partial says that the step does not look at all fields, so that the next
	// pass compares the records once more.
	Partial bool `json:"partial,omitempty"`
	// Move tells of records whose parents are no twins, nil where they are.
	Move *Move `json:"move,omitempty"`
	// ExpectGHL and ExpectPagico are the contents that the step was planned
	// on; the step is refused when the records show something else by then.
	ExpectGHL    merge.Hash `json:"expectGhl,omitzero"`
	ExpectPagico merge.Hash `json:"expectPagico,omitzero"`

	// The readings the step was planned on; absent in a plan from a file.
	ghl, pagico *reading
	// heeded are the parked fields for which a person's decision was at hand.
	heeded map[string]bool
	// landed are earlier writes of unclear outcome that are seen to have
	// happened.
	landed []merge.Agreement
	// met is what both records of a new link are known to have agreed on before.
	met map[string]merge.Base
	// parent is the id on the target side of the parent of a record to be made,
	// where it is known already. The parent's own twin may be made again before.
	parent string
	// requests are the marks of the requests that carried the step out.
	requests *requestLog
	// provenAt is when a record that the step takes to be gone was asked for.
	provenAt time.Time
	// noted says that a note on the parents of both records is stored.
	noted bool
	// vanished says that the record to be deleted was gone before.
	vanished bool
	// half marks what is kept of a step of which only one side was written.
	half bool
	// unsettled says that something happened around the writing of the fields, so
	// that they have to be looked at again before anything else is done.
	unsettled bool
}

// Move is how one of two records follows the other to another parent.
type Move struct {
	// From and To are ids of parents on the step's target side. To is empty while
	// that parent is yet to be made by the same plan.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Remake says that the record is deleted and made again, because its service
	// cannot move it.
	Remake bool `json:"remake,omitempty"`
	// Waits says why nothing can be moved for now; the parents stay as they are.
	Waits string `json:"waits,omitempty"`
	// GHL and Pagico are the parents for which both sides last agreed.
	GHL    string `json:"ghl,omitempty"`
	Pagico string `json:"pagico,omitempty"`

	// unsettled says that it waits for a create of unclear outcome.
	unsettled bool
	// refused and why are what the service said of an earlier attempt.
	refused, why string
}

// reading is a record and when it was read.
type reading struct {
	rec Record
	at  time.Time
	// remembered marks a record that was put together from the link's base,
	// because its listing shows that nothing changed.
	remembered bool
	// own marks a reading that the step made itself, just before it writes.
	own bool
	// was is the link that the record had before it was deleted, and brought back.
	was LinkID
}

// Ref returns the step's record on side.
func (s Step) Ref(side Side) Ref {
	if side == GHL {
		return s.GHL
	}
	return s.Pagico
}

func (s *Step) setReading(side Side, r *reading) {
	if r == nil {
		return
	}
	if side == GHL {
		s.ghl, s.GHL, s.ExpectGHL = r, r.rec.Ref, r.rec.Content()
	} else {
		s.pagico, s.Pagico, s.ExpectPagico = r, r.rec.Ref, r.rec.Content()
	}
}

func (s Step) reading(side Side) *reading {
	if side == GHL {
		return s.ghl
	}
	return s.pagico
}

func (s Step) expect(side Side) merge.Hash {
	if side == GHL {
		return s.ExpectGHL
	}
	return s.ExpectPagico
}

// Plan is everything that one pass is about to do. A plan is a value: it can
// be printed, saved, reviewed and applied later.
type Plan struct {
	Connection ConnectionID `json:"connection"`
	// At is when planning ended, UTC.
	At time.Time `json:"at"`
	// Serves are the accounts that the plan was made for.
	Serves map[Side]SourceID `json:"serves"`
	// Rules is the fingerprint of the flows that the plan was made by.
	Rules string `json:"rules"`
	// First says that the connection had no links before.
	First bool `json:"first,omitempty"`
	// Steps in the order in which they are applied.
	Steps []Step `json:"steps"`
	// Skipped are the records that are left alone, and why.
	Skipped []Skip `json:"skipped,omitempty"`
	// Match counts how unlinked records found their twins.
	Match MatchReport `json:"match"`
	// Halts are the guards that stand against applying the plan.
	Halts []Halt `json:"halts,omitempty"`

	// cursors to store.
	cursors []cursorMove
	// quiet are the links that asked for another look and are in step.
	quiet []quietLink
	// left are the kinds of which a full listing (true) or a listing of changes
	// showed records that stay without a twin (any).
	left []leftMark
	// replaced are records, by ref, that another one took the place of, and
	// orphans the links of what belonged to them.
	replaced map[string]bool
	orphans  []orphan
}

// orphan is a link of which one record belongs to a parent that was replaced.
type orphan struct {
	link   LinkID
	parent Ref
}

// quietLink is a link that was looked at in vain.
type quietLink struct {
	kind Kind
	id   LinkID
}

// leftMark says whether records of a kind stay without a twin.
type leftMark struct {
	side Side
	kind Kind
	any  bool
	full bool
}

// cursorMove is a feed position to be stored once the plan is applied.
type cursorMove struct {
	side Side
	kind Kind
	next Cursor
}

// Skip is a record that a pass, or an undo, leaves alone. It is no failure: most
// are left on purpose. The next pass looks at them again.
type Skip struct {
	// Ref is the record; of a pair one of the two.
	Ref Ref `json:"ref"`
	// Label is a short text for people, such as the title; empty if unknown.
	Label string `json:"label,omitempty"`
	// Reason says why, in words for people.
	Reason string `json:"reason"`
	// Ambiguous says that several records could be the twin, so that a person has
	// to tell them apart.
	Ambiguous bool `json:"ambiguous,omitempty"`
	// Pending says that it waits for something that is under way, such as a create
	// of unclear outcome; nobody has to do anything.
	Pending bool `json:"pending,omitempty"`
	// Failed says that the record could not be read, or not be mapped.
	Failed bool `json:"failed,omitempty"`

	// stray says that the record names a twin that it cannot be linked to.
	stray bool
}

// String says it in one line.
func (s Skip) String() string { return fmt.Sprintf("%s%s: %s", s.Ref, quoted(s.Label), s.Reason) }

// MatchReport counts how the records that were not linked found their twins.
type MatchReport struct {
	// Exact pairs were recognised by marker or by a sure key.
	Exact int `json:"exact"`
	// Probable pairs were recognised by a key that may be wrong.
	Probable int `json:"probable"`
	// Ambiguous records have several possible twins; they wait for a person.
	Ambiguous int `json:"ambiguous"`
	// New records have no twin and get one, where their flow allows.
	New int `json:"new"`
}

// Writes counts the steps that write to a service.
func (p Plan) Writes() int {
	n := 0
	for _, s := range p.Steps {
		if s.Writes() {
			n++
		}
	}
	return n
}
