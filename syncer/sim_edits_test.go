package syncer_test

import (
	"slices"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// edit changes one field of one record.
func (u *users) edit(side syncer.Side, kind syncer.Kind, a action, during *syncertest.Call) {
	rec, ok := u.find(side, kind, a, during)
	if !ok {
		return
	}
	field := u.lastField
	switch {
	case kind == syncer.KindContact:
		field = "title"
	case u.sim.focus != "" && a.field != 1:
		field = u.sim.focus
	case a.field < len(simFields):
		field = simFields[a.field]
	case field == "":
		field = "title"
	}
	for i := 0; during != nil && unguarded(*during, rec, field); i++ {
		if i == len(simFields) || kind == syncer.KindContact {
			return
		}
		field = simFields[i] // people do other things too
	}
	value, part := u.value(rec, field, a.pick)
	u.sim.service(side).Edit(rec.Ref, syncer.Fields{field: value})
	for i, e := range u.edits {
		if e.uid == uidOf(rec) && e.field == field && holds(rec.Fields[field], e.part) && !holds(value, e.part) {
			u.edits[i].dropped = true
		}
	}
	rec.Fields = syncer.Fields{"uid": rec.Fields["uid"], field: value}
	u.sim.watch.show(rec)
	u.wroteEdit(edit{ref: rec.Ref, uid: uidOf(rec), field: field, value: value, part: part, during: during != nil})
}

// clash has people of both sides edit the same field of the same record.
func (u *users) clash(first syncer.Side, a action, during *syncertest.Call) {
	u.edit(first, syncer.KindTask, a, during)
	a.who, a.field, a.pick = whoLast, len(simFields), a.pick+1
	u.edit(first.Other(), syncer.KindTask, a, during)
}

// race has people delete a record on one side while others work with it on the
// other: they edit it, or give a contact one more task.
func (u *users) race(first syncer.Side, a action) {
	if a.field > 0 {
		u.remove(first, syncer.KindTask, a, nil)
		a.who = whoLast
		u.edit(first.Other(), syncer.KindTask, a, nil)
		return
	}
	u.remove(first, syncer.KindContact, a, nil)
	u.add(first.Other(), action{who: whoLast, pick: a.pick}, nil)
}

// value thinks of a new value for a field, and says what is new in it.
func (u *users) value(rec syncer.Record, field string, pick int) (value syncer.Value, part string) {
	part = u.unique("v")
	switch field {
	case "status":
		return merge.Text([]string{"open", "completed", "started"}[pick%3]), ""
	case "body":
		lines := strings.Split(rec.Fields["body"].AsText(), "\n")
		if pick == 7 && lines[0] != "" {
			lines = append(lines, part)
		} else {
			lines[pick%len(lines)] = part
		}
		return merge.Text(strings.Join(lines, "\n")), part
	case "tags":
		tags := rec.Fields["tags"].Items()
		if pick > 5 && len(tags) > 1 {
			return merge.Set(slices.Delete(tags, pick%len(tags), pick%len(tags)+1)...), ""
		}
		return merge.Set(append(tags, part)...), part
	}
	return merge.Text(part), part
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

// remove deletes a record; on GHL a contact takes its tasks along.
func (u *users) remove(side syncer.Side, kind syncer.Kind, a action, during *syncertest.Call) {
	rec, ok := u.find(side, kind, a, during)
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
	u.sim.service(side).Remove(rec.Ref)
	for _, d := range dead {
		u.deaths = append(u.deaths, death{seq: u.seq, ref: d.Ref, uid: uidOf(d), during: during != nil})
		u.sim.watch.lacks(uidOf(d), side)
		u.sim.watch.gone[d.Ref.String()] = u.seq
		for i, e := range u.edits {
			if e.uid == uidOf(d) && holds(d.Fields[e.field], e.part) {
				u.edits[i].dropped = true
			}
		}
		u.sim.note("%d delete %s (%s) during=%v", u.seq, d.Ref, uidOf(d), during != nil)
	}
	u.last = uidOf(rec)
}

// restore brings a record back that is gone on both sides or, by whatever policy, on
// one; perhaps its twin too.
func (u *users) restore(pick int) {
	bin := slices.DeleteFunc(slices.Clone(u.refs), func(ref syncer.Ref) bool { return !u.mayComeBack(ref) })
	if len(bin) == 0 {
		return
	}
	ref := bin[len(bin)-1-pick%len(bin)]
	twin := u.sim.formerTwin(ref)
	if !u.sim.service(ref.Side).Restore(ref) {
		return // its contact is gone
	}
	u.seq++
	u.odd[u.uids[ref.String()]] = u.seq
	u.cameBack(ref)
	if pick%2 == 0 && !twin.IsZero() && u.sim.service(twin.Side).Restore(twin) {
		u.cameBack(twin)
	}
	u.last = u.uids[ref.String()]
}

// mayComeBack reports whether a record is gone that people can bring back without
// showing one thing twice on purpose.
func (u *users) mayComeBack(ref syncer.Ref) bool {
	uid := u.uids[ref.String()]
	isThere := func(side syncer.Side) bool {
		return slices.ContainsFunc(u.sim.service(side).All(ref.Kind), func(rec syncer.Record) bool { return uidOf(rec) == uid })
	}
	// What comes back after the engine made it again is another record to anybody,
	// also when that one was deleted, as long as its twin is there.
	return u.odd[uid] == 0 && u.sim.isLinked(ref) && !isThere(ref.Side) && (!u.sim.isReplaced(ref) || !isThere(ref.Side.Other()))
}

// cameBack notes a record that was restored.
func (u *users) cameBack(ref syncer.Ref) {
	delete(u.sim.watch.gone, ref.String())
	rec, _ := u.sim.look(ref)
	u.sim.watch.show(rec)
	u.sim.note("%d restore %s (%s)", u.seq, ref, uidOf(rec))
}

// decide settles a field that waits for a person.
func (u *users) decide(a action, during *syncertest.Call) {
	type field struct {
		link syncer.Link
		name string
	}
	var waiting, aimed []field
	for _, l := range u.sim.links(syncer.LinkActive) {
		for _, f := range u.sim.flow(l.Kind).Rules.Fields {
			if _, parked := l.Parked[f.Name]; !parked {
				continue
			}
			waiting = append(waiting, field{l, f.Name})
			if during != nil && (during.Ref.Same(l.GHL) || during.Ref.Same(l.Pagico)) {
				aimed = append(aimed, field{l, f.Name})
			}
		}
	}
	if len(aimed) > 0 && a.who != whoAny {
		waiting = aimed
	}
	if len(waiting) == 0 {
		return
	}
	w := waiting[a.pick%len(waiting)]
	if during == nil && a.field > 3 { // first something else about the record
		u.last = u.uids[w.link.GHL.String()]
		a.who, a.field = whoLast, a.pick%len(simFields)
		u.edit(bothSides[a.side], w.link.Kind, a, nil)
		return
	}
	parked := w.link.Parked[w.name]
	value := parked.GHL
	switch {
	case a.side == 1:
		value = parked.Pagico
	case a.field == 0 && w.name != "tags":
		value = merge.Text(u.unique("v"))
	}
	err := u.sim.engine.Decide(u.sim.t.Context(), w.link.ID, w.name, value, "Grace")
	u.seq++
	d := decision{seq: u.seq, uid: u.uids[w.link.GHL.String()], field: w.name, value: value, sure: err == nil}
	for _, side := range bothSides {
		shown := parked.GHL
		if side == syncer.Pagico {
			shown = parked.Pagico
		}
		now, there := u.sim.look(w.link.Ref(side))
		d.sure = d.sure && there && now.Fields[w.name].Equal(shown)
	}
	u.decisions = append(u.decisions, d)
	u.sim.note("%d decide %s of %s: %s, sure=%v, during=%v", d.seq, d.field, d.uid, d.value, d.sure, during != nil)
}

// holds reports whether a value is a text, line or tag, or has it.
func holds(v syncer.Value, part string) bool {
	return part != "" && (slices.Contains(v.Items(), part) || slices.Contains(strings.Split(v.AsText(), "\n"), part))
}
