package ghlpagico_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// restore brings back a contact or task that was deleted on GHL; Pagico keeps
// nothing to restore.
func (p *people) restore(c choices) {
	var dead []int
	for i, d := range p.deaths {
		kind := p.born[d.uid].kind
		if d.side == syncer.GHL && !d.cascade && !d.undone && (kind == syncer.KindContact || kind == syncer.KindTask && p.aboard(d.id)) {
			dead = append(dead, i)
		}
	}
	if len(dead) == 0 {
		return
	}
	d := &p.deaths[oneOf(c, dead...)]
	if p.born[d.uid].kind == syncer.KindContact {
		p.world.must(p.world.ghl.RestoreContact(d.id))
	} else {
		p.world.must(p.world.ghl.RestoreTask(d.id))
	}
	d.undone = true
	p.tell("restored", d.uid, "on ghl")
}

// tell writes down what is no edit.
func (p *people) tell(what, uid string, more ...any) {
	p.n++
	p.touch(uid)
	p.tales = append(p.tales, fmt.Sprintln(append([]any{p.n, what, uid}, append(more, "calls", len(p.world.edge.log))...)...))
}

// aboard reports whether the contact of a deleted GHL task is there.
func (p *people) aboard(task string) bool {
	t, _ := p.world.ghl.Task(task)
	contact, ok := p.world.ghl.Contact(t.ContactID)
	return t.ContactID == "" || ok && !contact.Deleted
}

// move is a record that a person put to another contact.
type move struct {
	seq, calls int
	at         time.Time
	side       syncer.Side
	to         string // "" for none
}

// wasMoved reports whether a person moved the record on a side, to none only if asked.
func (p *people) wasMoved(uid string, side syncer.Side, none bool) bool {
	return slices.ContainsFunc(p.moved[uid], func(m move) bool { return m.side == side && (m.to == "" || !none) })
}

// move puts a task to another contact, or to none; or all that a contact has.
func (p *people) move(c choices, side syncer.Side, during bool) {
	if c.chance(15) {
		p.merge(c, during)
		return
	}
	task, ok := p.pick(c, side, syncer.KindTask)
	if !ok {
		return
	}
	to, ok := p.pick(c, side, syncer.KindContact)
	if !ok || c.chance(20) {
		to = item{}
	}
	if to.id != task.parent && p.findable(task) {
		p.moveTo(task, to)
	}
}

// findable reports whether a task that is moved now can be told from one that was
// deleted: a pass has confirmed it where it was made, and GHL's index knows it.
func (p *people) findable(it item) bool {
	if p.world.edge.unconfirmed(it.side, it.uid) {
		return false
	}
	if it.side != syncer.GHL || it.kind != syncer.KindTask {
		return true
	}
	t, _ := p.world.ghl.Task(it.id)
	return time.Since(t.DateAdded.Add(-p.world.plan.ghlSkew)) > p.world.plan.lag
}

func (p *people) moveTo(it, to item) {
	var err error
	switch {
	case it.side == syncer.Pagico:
		err = p.world.pagico.EditTask(it.id, func(t *pagicotest.Task) { t.ContactID = to.id })
	case it.kind == syncer.KindTask:
		err = p.world.ghl.EditTask(it.id, func(t *ghltest.Task) { t.ContactID = to.id })
	case it.kind == syncer.KindNote:
		err = p.world.ghl.EditNote(it.id, func(n *ghltest.Note) { n.ContactID = to.id })
	default:
		err = p.world.ghl.EditAppointment(it.id, func(a *ghltest.Appointment) { a.ContactID = to.id })
	}
	p.world.must(err)
	p.tell("moved", it.uid, "on", it.side, "to", to.uid)
	p.moved[it.uid] = append(p.moved[it.uid], move{p.n, len(p.world.edge.log), time.Now(), it.side, to.uid})
	p.hints = append(p.hints, syncer.Ref{Side: it.side, Kind: it.kind, ID: it.id, Parent: to.id})
}

// merge makes one GHL contact of two: what belongs to the one goes to the other.
func (p *people) merge(c choices, during bool) {
	winner, ok := p.pick(c, syncer.GHL, syncer.KindContact)
	loser, too := p.pick(c, syncer.GHL, syncer.KindContact)
	if !ok || !too || winner.id == loser.id {
		return
	}
	for _, it := range p.world.look() {
		if it.parent == loser.id && !p.findable(it) {
			return
		}
	}
	for _, it := range p.world.look() {
		if it.side == syncer.GHL && it.parent == loser.id {
			p.moveTo(it, winner)
		}
	}
	p.kill(loser, during)
}

// parents are all contacts that a record ever belonged to.
func (p *people) parents(uid string) []string {
	all := []string{p.born[uid].parent}
	for _, m := range p.moved[uid] {
		all = append(all, m.to)
	}
	return slices.DeleteFunc(all, func(uid string) bool { return uid == "" })
}

// brought reports whether the record was deleted and brought back.
func (p *people) brought(uid string) bool {
	return slices.ContainsFunc(p.deaths, func(d death) bool { return d.uid == uid && d.undone })
}

// doubled reports whether the failure is about a record that people restored
// although it had been made again, so that its old twin is taken; an older copy of
// the store may have made it again too.
func (p *people) doubled(f syncer.Failure) bool {
	return (p.world.rewound || p.brought(uidOf(f.Label))) && (f.Dead || strings.Contains(f.Reason, "belongs to another record"))
}

// retried reports whether such a record will be tried again.
func (p *people) retried(r *syncer.Report) bool {
	return slices.ContainsFunc(r.Failures, func(f syncer.Failure) bool { return p.doubled(f) && !f.Dead })
}

// settled reports whether nothing is left to do, but for such records.
func (p *people) settled(r *syncer.Report) bool {
	return r.Pending == 0 && r.Requeued == 0 && !slices.ContainsFunc(r.Failures, func(f syncer.Failure) bool { return !f.Dead || !p.doubled(f) })
}
