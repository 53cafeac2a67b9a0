package syncer_test

import (
	"fmt"
	"maps"
	"strings"

	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// users are the people on both sides. They write down all that they do, which
// is what the checks go by.
type users struct {
	sim *sim
	seq int
	// during is set while a pass runs; doomed is the contact that it deletes in this
	// very moment.
	during bool
	doomed string
	// edits are the values they wrote, deaths the records they deleted.
	edits  []edit
	deaths []death
	moves  []move
	// wrote are all the values that anybody ever wrote.
	wrote map[string]bool
	// born is where a record was made, by uid; both sides for twins.
	born map[string]birth
}

type birth struct {
	kind   syncer.Kind
	sides  map[syncer.Side]bool
	parent string // uid of the contact
	shut   bool   // read-only on ghl
}

// edit is one value that a person wrote.
type edit struct {
	seq    int
	ref    syncer.Ref
	uid    string
	field  string
	value  string // the text, line or tag
	during bool   // while a pass ran
	doomed bool   // in the moment in which its contact was deleted
}

// death is a record that a person deleted.
type death struct {
	seq    int
	ref    syncer.Ref
	uid    string
	during bool
}

func newUsers(s *sim) *users {
	return &users{sim: s, wrote: map[string]bool{}, born: map[string]birth{}}
}

// action is one thing a person does, as numbers that fit any world.
type action struct {
	what, side, pick, field int
}

func drawAction(t *rapid.T) action {
	return action{what: rapid.IntRange(0, 9).Draw(t, "action"), side: rapid.IntRange(0, 1).Draw(t, "side"),
		pick: rapid.IntRange(0, 7).Draw(t, "pick"), field: rapid.IntRange(0, 4).Draw(t, "field")}
}

func (u *users) service(side syncer.Side) *syncertest.Service {
	if side == syncer.GHL {
		return u.sim.ghl
	}
	return u.sim.pagico
}

func (u *users) unique(prefix string) string {
	u.seq++
	v := fmt.Sprintf("%s%d", prefix, u.seq)
	u.wrote[v] = true
	return v
}

// act does something; during is the call that a pass is about to make.
func (u *users) act(a action, during *syncertest.Call) {
	side := []syncer.Side{syncer.GHL, syncer.Pagico}[a.side]
	u.during, u.doomed = during != nil, ""
	if during != nil && during.Op == "delete" && during.Kind == syncer.KindContact {
		u.doomed = during.Ref.ID
	}
	if u.sim.focus {
		a.pick %= 2
	}
	defer func() { u.during = false }()
	switch a.what {
	case 0, 1:
		u.add(side, a.pick, "")
	case 2:
		u.remove(side, syncer.KindTask, a.pick, during)
	case 3:
		if a.field == 0 {
			u.remove(side, syncer.KindContact, a.pick, during)
		}
	case 4:
		u.addContact(side)
	case moving:
		u.rehome(side, a)
	default:
		u.edit(side, a, during)
	}
}

// pickOne returns one of the records of a side.
func (u *users) pickOne(side syncer.Side, kind syncer.Kind, n int) (syncer.Record, bool) {
	all := u.service(side).All(kind)
	if len(all) == 0 {
		return syncer.Record{}, false
	}
	return all[n%len(all)], true
}

// populate makes the world that both sides start from: contacts and tasks that
// are on one side, or on both with some fields that differ.
func (u *users) populate() {
	for range rapid.IntRange(0, 2).Draw(u.sim.t, "contacts") {
		uid := u.addContact(syncer.GHL)
		if rapid.Bool().Draw(u.sim.t, "twin contact") {
			u.put(syncer.Pagico, syncer.KindContact, uid, "", nil)
		}
	}
	for range rapid.IntRange(0, 3).Draw(u.sim.t, "tasks") {
		side := rapid.SampledFrom([]syncer.Side{syncer.GHL, syncer.Pagico}).Draw(u.sim.t, "side")
		uid := u.add(side, rapid.IntRange(0, 3).Draw(u.sim.t, "contact"), "")
		if uid != "" && rapid.Bool().Draw(u.sim.t, "twin task") && !u.sim.matchless {
			u.twin(uid, side.Other())
		}
	}
	if rapid.IntRange(0, 3).Draw(u.sim.t, "task without contact") == 0 {
		uid := u.unique("u")
		u.born[uid] = birth{kind: syncer.KindTask, sides: map[syncer.Side]bool{syncer.GHL: true}, shut: true}
		u.sim.ghl.Put(syncer.Record{Ref: syncer.Ref{Kind: syncer.KindTask}, ReadOnly: true,
			Fields: syncer.Fields{"uid": merge.Text(uid), "title": merge.Text(u.unique("v"))}})
	}
}

func (u *users) addContact(side syncer.Side) string {
	uid := u.unique("u")
	u.put(side, syncer.KindContact, uid, "", nil)
	return uid
}

// add makes a task with a contact, on Pagico perhaps without one.
func (u *users) add(side syncer.Side, pick int, uid string) string {
	contact, ok := u.pickOne(side, syncer.KindContact, pick)
	if !ok && side == syncer.GHL {
		return ""
	}
	if side == syncer.Pagico && pick == 7 {
		contact = syncer.Record{}
	}
	if uid == "" {
		uid = u.unique("u")
	}
	u.put(side, syncer.KindTask, uid, contact.Ref.ID, syncer.Fields{"status": merge.Text("open"),
		"body": merge.Text("one\ntwo\nthree\nfour\n" + u.unique("l")), "tags": merge.Set("a", "b", "c")})
	return uid
}

// twin makes the same task on the other side, with another title.
func (u *users) twin(uid string, side syncer.Side) {
	parent := ""
	for _, c := range u.service(side).All(syncer.KindContact) {
		if c.Fields["uid"].AsText() == u.born[uid].parent {
			parent = c.Ref.ID
		}
	}
	if parent != "" {
		u.put(side, syncer.KindTask, uid, parent, syncer.Fields{"status": merge.Text("open"), "tags": merge.Set("a", "d")})
	}
}

func (u *users) put(side syncer.Side, kind syncer.Kind, uid, parent string, fields syncer.Fields) {
	b, known := u.born[uid]
	if !known {
		b = birth{kind: kind, sides: map[syncer.Side]bool{}}
		for _, c := range u.service(side).All(syncer.KindContact) {
			if c.Ref.ID == parent && parent != "" {
				b.parent = c.Fields["uid"].AsText()
			}
		}
	}
	b.sides[side] = true
	u.born[uid] = b
	all := syncer.Fields{"uid": merge.Text(uid), "title": merge.Text(u.unique("v"))}
	maps.Copy(all, fields)
	ref := u.service(side).Add(kind, parent, all)
	u.note(ref, uid, "title", all["title"].AsText(), u.during)
}

func (u *users) note(ref syncer.Ref, uid, field, value string, during bool) {
	u.seq++
	u.edits = append(u.edits, edit{seq: u.seq, ref: ref, uid: uid, field: field, value: value, during: during, doomed: u.doomed != "" && u.doomed == ref.Parent})
}

func (u *users) remove(side syncer.Side, kind syncer.Kind, pick int, during *syncertest.Call) {
	rec, ok := u.pickOne(side, kind, pick)
	if !ok {
		return
	}
	u.seq++
	dead := []syncer.Record{rec}
	if side == syncer.GHL && kind == syncer.KindContact {
		for _, task := range u.sim.ghl.All(syncer.KindTask) {
			if task.Ref.Parent == rec.Ref.ID {
				dead = append(dead, task)
			}
		}
	}
	u.service(side).Remove(rec.Ref)
	for _, d := range dead {
		u.deaths = append(u.deaths, death{seq: u.seq, ref: d.Ref, uid: d.Fields["uid"].AsText(), during: during != nil})
	}
}

// edit changes one field of one record.
func (u *users) edit(side syncer.Side, a action, during *syncertest.Call) {
	kind := syncer.KindTask
	if a.what == 9 && a.field == 0 {
		kind = syncer.KindContact
	}
	rec, ok := u.pickOne(side, kind, a.pick)
	if !ok {
		return
	}
	field := [...]string{"title", "status", "body", "tags", "own"}[a.field]
	if kind == syncer.KindContact || u.sim.focus && field != "own" {
		field = "title"
	}
	if during != nil && unguarded(*during, rec, field) {
		return
	}
	text, value := u.unique("v"), syncer.Value{}
	switch field {
	case "status":
		text, value = "", merge.Text([]string{"open", "completed", "started"}[a.pick%3])
	case "body":
		lines := strings.Split(rec.Fields["body"].AsText(), "\n")
		lines[a.pick%len(lines)] = text
		value = merge.Text(strings.Join(lines, "\n"))
	case "tags":
		value = merge.Set(append(rec.Fields["tags"].Items(), text)...)
	default:
		value = merge.Text(text)
	}
	u.service(side).Edit(rec.Ref, syncer.Fields{field: value})
	u.note(rec.Ref, rec.Fields["uid"].AsText(), field, text, during != nil)
}

// unguarded tells the one moment for which nothing can be promised: GHL knows
// no preconditions, so an edit between our last reading and our write of the
// very same field goes under. Deleting a contact takes its children along.
func unguarded(c syncertest.Call, rec syncer.Record, field string) bool {
	if c.Ref.Side != syncer.GHL || rec.Ref.Side != syncer.GHL {
		return false
	}
	_, written := c.Set[field]
	return c.Op == "delete" && (c.Ref.Same(rec.Ref) || c.Ref.ID == rec.Ref.Parent) || c.Op == "update" && c.Ref.Same(rec.Ref) && written
}
