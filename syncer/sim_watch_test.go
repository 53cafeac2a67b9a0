package syncer_test

import (
	"slices"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// watch looks at every write of the engine in the moment in which it takes
// effect, and compares it with what people did and saw until then.
type watch struct {
	sim *sim
	// undoing says that a plan leads back, so that nothing comes from the other
	// side; undone that one did, so that not all that goes was deleted by people.
	undoing, undone bool
	// since is when what is under way began.
	since int
	// seen and ever are the values, and their lines and tags, that each side
	// showed since then, and since the beginning.
	seen, ever map[spot]map[string]bool
	// lagging says that a listing may show what was before, linked are the pairs
	// that the engine knows.
	lagging bool
	linked  map[string]bool
	// absent are the records that a side lacked at some time since then.
	absent map[spot]bool
	// gone are the records that people deleted, by ref, and when; known are those
	// that ever were linked. A listing that lags may show one that is gone, and that
	// the engine never knew, as new: ghosts are the uids of those.
	gone   map[string]int
	known  map[string]bool
	ghosts map[string]bool
	// deletes counts the deletions that people brought about, by kind.
	deletes map[syncer.Kind]int
	// plan is the world that a saved plan was made for, nil when something else
	// than people moved it since; stale are the records that people changed since,
	// while the plan is applied.
	plan  map[string]map[syncer.Side][]syncer.Record
	stale map[string]bool
}

// spot is one field of a record on one side, or the record.
type spot struct {
	uid   string
	side  syncer.Side
	field string
}

func newWatch(s *sim) *watch {
	return &watch{sim: s, linked: map[string]bool{}, seen: map[spot]map[string]bool{}, ever: map[spot]map[string]bool{}, absent: map[spot]bool{}, gone: map[string]int{}, known: map[string]bool{}, ghosts: map[string]bool{}, deletes: map[syncer.Kind]int{}}
}

// show notes what a record shows.
func (w *watch) show(rec syncer.Record) {
	for _, f := range w.sim.flow(rec.Ref.Kind).Rules.Fields {
		v := rec.Fields[f.Name]
		at := spot{uidOf(rec), rec.Ref.Side, f.Name}
		for _, table := range []map[spot]map[string]bool{w.seen, w.ever} {
			if table[at] == nil {
				table[at] = map[string]bool{}
			}
			table[at][v.String()] = true
			for _, part := range slices.Concat(v.Items(), strings.Split(v.AsText(), "\n")) {
				table[at][part] = true
			}
		}
	}
}

// lacks notes that a record is gone from a side.
func (w *watch) lacks(uid string, side syncer.Side) { w.absent[spot{uid: uid, side: side}] = true }

// begin forgets what was seen before.
func (w *watch) begin(what string, troubles []trouble) {
	w.undoing = what == undoing
	if w.undoing {
		w.undone, w.sim.rested.void = true, true
	}
	w.lagging = slices.ContainsFunc(troubles, func(tr trouble) bool { return tr.what == troubleStale })
	w.since = w.sim.users.seq
	if w.stale == nil {
		w.plan = nil
	}
	clear(w.linked)
	for _, l := range w.sim.links() {
		if l.State == syncer.LinkActive {
			w.linked[w.sim.users.uids[l.GHL.String()]] = true
		}
		w.known[l.GHL.String()], w.known[l.Pagico.String()] = true, true
	}
	clear(w.seen)
	clear(w.absent)
	clear(w.deletes)
	found := w.sim.found()
	for uid := range w.sim.users.born {
		for _, side := range bothSides {
			if len(found[uid][side]) == 0 {
				w.lacks(uid, side)
			}
			for _, rec := range found[uid][side] {
				w.show(rec)
			}
		}
	}
}

// end checks what can be said once a pass is over.
func (w *watch) end(what string) {
	limit := w.sim.cfg.Guards.MaxDeletes
	if w.undoing || strings.Contains(what, "without guards") {
		return
	}
	for kind, n := range w.deletes {
		if n > max(limit, 0) {
			w.sim.blame("%d deletions of %ss pass a guard of %d", n, kind, limit)
		}
	}
}

// effect looks at one write.
func (w *watch) effect(e syncertest.Effect) {
	rec := e.After
	uid, side := uidOf(rec), rec.Ref.Side
	w.sim.note("  %s %s (%s) %v", e.Call.Op, rec.Ref, uid, e.Call.Set)
	if w.stale[uid] && e.Call.Ref.ID == rec.Ref.ID || w.stale[uid] && e.Call.Op == "create" {
		w.sim.blame("%s of %s does more than its plan", e.Call.Op, rec.Ref)
	}
	if source, oneWay := w.sim.flow(rec.Ref.Kind).Rules.Direction.Source(); oneWay && source == side && !w.goesWithContact(e) && !w.undoing {
		w.sim.blame("%s writes %s, where records of its kind only come from", e.Call.Op, rec.Ref)
	}
	switch e.Call.Op {
	case "create":
		source := syncer.Ref{Side: side.Other(), Kind: rec.Ref.Kind, ID: e.Call.Twin}.String()
		if died := w.gone[source]; died > 0 && died <= w.since && !w.undone {
			w.ghosts[uid] = true
			if !w.lagging || w.known[source] {
				w.sim.blame("%s is a copy of %s, which is gone", rec.Ref, source)
			}
		}
		delete(w.absent, spot{uid: uid, side: side})
		w.sim.users.know(rec)
	case "update":
		w.updated(e)
		w.sim.users.know(rec)
	case "delete":
		w.deleted(e)
		w.lacks(uid, side)
	}
}

// goesWithContact reports whether a record went with its contact.
func (w *watch) goesWithContact(e syncertest.Effect) bool {
	return e.Call.Op == "delete" && e.Call.Ref.ID != e.After.Ref.ID
}

// updated checks that every value comes from the other side, as it is now: not
// from an older reading, and not from one that the field's owner did not make.
func (w *watch) updated(e syncertest.Effect) {
	uid, side := uidOf(e.After), e.After.Ref.Side
	rules := w.sim.flow(e.After.Ref.Kind).Rules
	if w.ghosts[uid] || w.undoing {
		return
	}
	for _, f := range rules.Fields {
		v, set := e.Call.Set[f.Name]
		if !set {
			continue
		}
		if ownerOf(rules, f) == side {
			w.sim.blame("%s of %s is written, which %s owns", f.Name, e.After.Ref, side)
		}
		completed := f.Name == "status" && v.AsText() == "completed" && rules.Deletes == merge.Complete && w.absent[spot{uid: uid, side: side.Other()}]
		decided := slices.ContainsFunc(w.sim.users.decisions, func(d decision) bool { return d.uid == uid && d.field == f.Name && d.value.Equal(v) })
		shown := w.seen[spot{uid, side.Other(), f.Name}]
		if completed && !shown[v.String()] && (w.killed(uid, side.Other()) || w.orphaned(uid)) {
			w.count(e)
			continue
		}
		if w.lagging && !w.linked[uid] {
			// What is taken over when two records meet may be what the other side showed
			// before; what it shows now follows once it is listed.
			shown = w.ever[spot{uid, side.Other(), f.Name}]
		}
		if f.Policy != merge.Merge && !decided && !shown[v.String()] {
			w.sim.blame("%s of %s becomes %s, which %s does not show", f.Name, e.After.Ref, v, side.Other())
		}
	}
}

// deleted checks that a person wants it, and that nothing goes with it that is
// known nowhere else.
func (w *watch) deleted(e syncertest.Effect) {
	uid, side := uidOf(e.Before), e.Before.Ref.Side
	if w.undone {
		return
	}
	b := w.sim.users.born[uid]
	if w.goesWithContact(e) {
		_, copied := w.ever[spot{uid, side.Other(), "uid"}]
		if !copied && !b.doomed {
			w.sim.blame("%s goes with its contact, and has no copy", e.Before.Ref)
		}
		w.keepsEdits(e)
		return
	}
	if w.sim.remakes && side == syncer.GHL && !w.absent[spot{uid: uid, side: syncer.Pagico}] && w.sim.users.moved(uid) {
		return // to be made again under another contact
	}
	if w.ghosts[uid] {
		return
	}
	if !w.absent[spot{uid: uid, side: side.Other()}] || !w.killed(uid, side.Other()) && !w.orphaned(uid) {
		w.sim.blame("%s is deleted, though nobody deleted its twin", e.Before.Ref)
	}
	w.keepsEdits(e)
	w.count(e)
}

// count counts deletions that the guard counts: not those of records whose
// contact is gone.
func (w *watch) count(e syncertest.Effect) {
	if !w.orphaned(uidOf(e.After)) {
		w.deletes[e.After.Ref.Kind]++
	}
}

// orphaned reports whether a person deleted a contact that the record had.
func (w *watch) orphaned(uid string) bool {
	return slices.ContainsFunc(w.sim.users.born[uid].parents, func(parent string) bool { return w.killed(parent, "") })
}

// killed reports whether a person deleted the record on the side, or on any.
func (w *watch) killed(uid string, side syncer.Side) bool {
	return uid != "" && slices.ContainsFunc(w.sim.users.deaths, func(d death) bool { return d.uid == uid && (side == "" || d.ref.Side == side) })
}

// keepsEdits checks that a record that goes shows no edit that the other side
// never saw and that was its people's to make.
func (w *watch) keepsEdits(e syncertest.Effect) {
	rules := w.sim.flow(e.Before.Ref.Kind).Rules
	if _, oneWay := rules.Direction.Source(); oneWay || rules.Deletes != merge.Propagate && e.Before.Ref.Kind == syncer.KindTask {
		return
	}
	other := e.Before.Ref.Side.Other()
	for _, f := range rules.Fields {
		for _, edit := range w.sim.users.edits {
			if edit.doomed || edit.field != f.Name || f.Owner == other || !edit.ref.Same(e.Before.Ref) || !holds(e.Before.Fields[f.Name], edit.part) {
				continue
			}
			if w.goesWithContact(e) && w.sim.waits(edit.uid, f.Name) {
				continue // both values are in the queue of conflicts
			}
			if !w.ever[spot{edit.uid, other, f.Name}][edit.part] {
				w.sim.blame("%s is deleted with the edit %s=%s, which beats a deletion", e.Before.Ref, f.Name, edit.part)
			}
		}
	}
}

// planned remembers the world for which a plan is made.
func (w *watch) planned(found map[string]map[syncer.Side][]syncer.Record) {
	w.plan = found
}

// applying finds out which records show something else than they were planned on.
func (w *watch) applying(found map[string]map[syncer.Side][]syncer.Record) {
	w.stale = map[string]bool{}
	for uid, sides := range w.plan {
		for side, records := range sides {
			now := found[uid][side]
			if len(records) != 1 || len(now) != 1 {
				continue
			}
			for _, f := range w.sim.flow(now[0].Ref.Kind).Rules.Fields {
				// A status that somebody set in the meantime may be just what the plan wants.
				if f.Name != "status" && !now[0].Fields[f.Name].Equal(records[0].Fields[f.Name]) {
					w.stale[uid] = true
				}
			}
		}
	}
}

func (w *watch) applied() { w.plan, w.stale = nil, nil }
