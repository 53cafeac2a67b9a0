package syncer_test

import (
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// users are the people on both sides. They write down all that they do, which
// is what the checks go by. A record and its twin have the same uid, which
// nobody edits.
type users struct {
	sim *sim
	seq int
	// edits are the values they wrote, deaths the records they deleted.
	edits     []edit
	deaths    []death
	decisions []decision
	moves     []move
	// doomed is the contact that the engine deletes in this very moment.
	doomed string
	// odd are the records that were restored or moved, by uid, with the time of
	// the last such event.
	odd map[string]int
	// wrote are all the values that anybody ever wrote.
	wrote map[string]bool
	// born is where a record was made, by uid; both sides for twins.
	born map[string]birth
	// refs are all records that ever were there, in order, uids their uids.
	refs []syncer.Ref
	uids map[string]string
	// last is the record that was touched last, lastField its field.
	last, lastField string
}

type birth struct {
	seq   int
	kind  syncer.Kind
	sides map[syncer.Side]bool
	// parents are the uids of the contacts that it had.
	parents []string
	shut    bool // read-only on ghl
	doomed  bool // in the moment in which its contact was deleted
}

// edit is one value that a person wrote.
type edit struct {
	seq   int
	ref   syncer.Ref
	uid   string
	field string
	// value is what the field shows since; part is the text, line or tag of it
	// that is new, empty where it is nothing that could be recognised.
	value syncer.Value
	part  string
	// during says that a pass ran; dropped that a person who saw the part wrote
	// something else, or deleted the record; doomed that its contact was deleted in
	// that moment.
	during, dropped, doomed bool
}

// death is a record that a person deleted.
type death struct {
	seq    int
	ref    syncer.Ref
	uid    string
	during bool
}

// decision is what a person decided about a parked field.
type decision struct {
	seq   int
	uid   string
	field string
	value syncer.Value
	// sure says that it was stored, and made about what both sides showed then.
	sure bool
}

func newUsers(s *sim) *users {
	return &users{sim: s, odd: map[string]int{}, wrote: map[string]bool{}, born: map[string]birth{}, uids: map[string]string{}}
}

// action is one thing a person does, as numbers that fit any world.
type action struct {
	what      string
	side      int
	pick, who int
	field     int
}

// actions are what people do, as often as it is to be drawn.
var actions = []string{"edit", "edit", "edit", "edit", "clash", "clash", "race", "race", "add", "add", "remove", "decide", "decide",
	"edit contact", "add contact", "remove contact", "restore", "move"}

// actionsDuring are what people do while a pass runs.
var actionsDuring = []string{"edit", "edit", "edit", "edit", "edit", "edit", "decide", "decide", "decide", "clash", "add", "remove",
	"edit contact", "remove contact"}

// Whom an action is about.
const (
	whoAny  = iota // one of the records, by pick
	whoLast        // the record that somebody touched last, or its twin
	whoCall        // the record that a pass is about to read or write, or its twin
)

func drawAction(t *rapid.T) action {
	return drawActionOf(t, actions, []int{whoAny, whoAny, whoLast})
}

func drawActionDuring(t *rapid.T) action {
	return drawActionOf(t, actionsDuring, []int{whoCall, whoCall, whoLast, whoAny})
}

// drawPlain draws what needs no more than editing, making and deleting.
func drawPlain(t *rapid.T) action {
	return drawActionOf(t, []string{"edit", "edit", "edit", "edit", "edit", "add", "add", "remove", "add contact", "edit contact", "remove contact"}, []int{whoAny})
}

func drawActionOf(t *rapid.T, what []string, who []int) action {
	return action{what: rapid.SampledFrom(what).Draw(t, "action"), side: rapid.IntRange(0, 1).Draw(t, "side"), who: rapid.SampledFrom(who).Draw(t, "who"),
		pick: rapid.IntRange(0, 7).Draw(t, "pick"), field: rapid.IntRange(0, len(simFields)).Draw(t, "field")}
}

func (u *users) unique(prefix string) string {
	u.seq++
	v := fmt.Sprintf("%s%d", prefix, u.seq)
	u.wrote[v] = true
	return v
}

// act does something; during is the call that a pass is about to make.
func (u *users) act(a action, during *syncertest.Call) {
	side := bothSides[a.side]
	u.doomed = ""
	if during != nil && during.Op == "delete" && during.Kind == syncer.KindContact {
		u.doomed = during.Ref.ID
	}
	switch a.what {
	case "add":
		u.add(side, a, during)
	case "add contact":
		u.addContact(side, during != nil)
	case "remove":
		u.remove(side, syncer.KindTask, a, during)
	case "remove contact":
		u.remove(side, syncer.KindContact, a, during)
	case "restore":
		u.restore(a.pick)
	case "move":
		u.rehome(side, a, during)
	case "decide":
		u.decide(a, during)
	case "clash":
		u.clash(side, a, during)
	case "race":
		u.race(side, a)
	case "edit contact":
		u.edit(side, syncer.KindContact, a, during)
	default:
		u.edit(side, syncer.KindTask, a, during)
	}
}

// find picks one of the records of a side.
func (u *users) find(side syncer.Side, kind syncer.Kind, a action, during *syncertest.Call) (syncer.Record, bool) {
	all := u.sim.service(side).All(kind)
	if len(all) == 0 {
		return syncer.Record{}, false
	}
	want := ""
	switch {
	case a.who == whoLast:
		want = u.last
	case a.who == whoCall && during != nil:
		want = u.uidOf(*during)
	}
	if kind == syncer.KindContact && u.born[want].parent() != "" {
		want = u.born[want].parent()
	}
	if i := slices.IndexFunc(all, func(rec syncer.Record) bool { return uidOf(rec) == want }); want != "" && i >= 0 {
		return all[i], true
	}
	return all[a.pick%len(all)], true
}

func uidOf(rec syncer.Record) string { return rec.Fields["uid"].AsText() }

// uidOf returns the uid of the record that a call is about, if any.
func (u *users) uidOf(c syncertest.Call) string {
	if c.Ref.ID == "" {
		return c.Set["uid"].AsText()
	}
	return u.uids[c.Ref.String()]
}

// know notes a record that is there.
func (u *users) know(rec syncer.Record) {
	if _, known := u.uids[rec.Ref.String()]; !known {
		u.refs = append(u.refs, rec.Ref)
		u.uids[rec.Ref.String()] = uidOf(rec)
	}
	u.sim.watch.show(rec)
}

// populate makes the world that both sides start from: contacts and tasks that
// are on one side, or on both with some fields that differ.
func (u *users) populate() {
	t := u.sim.t
	for range rapid.IntRange(u.sim.least, 2).Draw(t, "contacts") {
		uid := u.addContact(syncer.GHL, false)
		if rapid.Bool().Draw(t, "twin contact") {
			u.put(syncer.Pagico, syncer.KindContact, uid, "", nil, false)
		}
	}
	for range rapid.IntRange(u.sim.least, 3).Draw(t, "tasks") {
		side := rapid.SampledFrom(bothSides).Draw(t, "side")
		uid := u.add(side, action{pick: rapid.IntRange(0, 3).Draw(t, "contact")}, nil)
		if uid != "" && rapid.Bool().Draw(t, "twin task") && !u.sim.matchless {
			u.twin(uid, side.Other())
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "task without contact") == 4 {
		uid := u.unique("u")
		u.born[uid] = birth{seq: u.seq, kind: syncer.KindTask, sides: map[syncer.Side]bool{syncer.GHL: true}, shut: true}
		u.know(u.sim.ghl.Put(syncer.Record{Ref: syncer.Ref{Kind: syncer.KindTask}, ReadOnly: true,
			Fields: syncer.Fields{"uid": merge.Text(uid), "title": merge.Text(u.unique("v"))}}))
	}
}

func (u *users) addContact(side syncer.Side, during bool) string {
	uid := u.unique("u")
	u.put(side, syncer.KindContact, uid, "", nil, during)
	return uid
}

// add makes a task with a contact, on Pagico perhaps without one.
func (u *users) add(side syncer.Side, a action, during *syncertest.Call) string {
	contact, ok := u.find(side, syncer.KindContact, a, during)
	if !ok && side == syncer.GHL {
		return ""
	}
	if side == syncer.Pagico && a.pick == 7 {
		contact = syncer.Record{}
	}
	uid := u.unique("u")
	u.put(side, syncer.KindTask, uid, contact.Ref.ID, syncer.Fields{"status": merge.Text("open"),
		"body": merge.Text("one\ntwo\nthree\nfour\n" + u.unique("l")), "tags": merge.Set("a", "b", "c")}, during != nil)
	return uid
}

// twin makes the same task on the other side, with another title.
func (u *users) twin(uid string, side syncer.Side) {
	parent := ""
	for _, c := range u.sim.service(side).All(syncer.KindContact) {
		if slices.Contains(u.born[uid].parents, uidOf(c)) {
			parent = c.Ref.ID
		}
	}
	if parent != "" {
		u.put(side, syncer.KindTask, uid, parent, syncer.Fields{"status": merge.Text("open"), "tags": merge.Set("a", "d")}, false)
	}
}

func (u *users) put(side syncer.Side, kind syncer.Kind, uid, parent string, fields syncer.Fields, during bool) {
	b, known := u.born[uid]
	if !known {
		b = birth{seq: u.seq, kind: kind, sides: map[syncer.Side]bool{}, doomed: parent != "" && parent == u.doomed}
		for _, c := range u.sim.service(side).All(syncer.KindContact) {
			if c.Ref.ID == parent && parent != "" {
				b.parents = []string{uidOf(c)}
			}
		}
	}
	b.sides[side] = true
	u.born[uid] = b
	title := u.unique("v")
	all := syncer.Fields{"uid": merge.Text(uid), "title": merge.Text(title)}
	maps.Copy(all, fields)
	rec := u.sim.service(side).Put(syncer.Record{Ref: syncer.Ref{Kind: kind, Parent: parent}, Fields: all})
	u.know(rec)
	u.wroteEdit(edit{ref: rec.Ref, uid: uid, field: "title", value: merge.Text(title), part: title, during: during})
}

// wroteEdit notes an edit.
func (u *users) wroteEdit(e edit) {
	u.seq++
	e.seq, e.doomed = u.seq, u.doomed != "" && u.doomed == e.ref.Parent
	u.edits = append(u.edits, e)
	u.last, u.lastField = e.uid, e.field
	u.sim.note("%d edit %s (%s) %s=%s during=%v", e.seq, e.ref, e.uid, e.field, e.value, e.during)
}

// parent is the contact with which the record was made, "" for none.
func (b birth) parent() string {
	if len(b.parents) == 0 {
		return ""
	}
	return b.parents[0]
}
