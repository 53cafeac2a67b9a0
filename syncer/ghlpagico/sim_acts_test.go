package ghlpagico_test

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// act does one thing.
func (p *people) act(c choices, during bool) {
	side := oneOf(c, syncer.GHL, syncer.Pagico)
	switch c.IntN(30) {
	case 0:
		p.addContact(side)
	case 1, 2, 3:
		p.addTask(c, oneOf(c, side, syncer.Pagico, syncer.Pagico))
	case 4:
		p.addNote(c, side)
	case 5:
		p.addAppointment(c)
	case 6, 7:
		p.remove(c, side, syncer.KindTask, during)
	case 8:
		p.remove(c, side, oneOf(c, syncer.KindNote, syncer.KindAppointment, syncer.KindContact), during)
	case 9, 10:
		p.edit(c, side, oneOf(c, syncer.KindContact, syncer.KindNote, syncer.KindAppointment), during)
	case 11, 12, 13, 14, 15:
		p.clash(c, during)
	case 16, 17:
		p.decide(c)
	case 18, 19:
		p.restore(c)
	case 20, 21, 22:
		if p.world.plan.moves {
			p.move(c, side, during)
		}
	case 23:
		if p.world.plan.guard > 0 {
			p.purge(c, side, during)
		}
	default:
		p.edit(c, side, syncer.KindTask, during)
	}
}

// purge deletes most tasks of a side.
func (p *people) purge(c choices, side syncer.Side, during bool) {
	for _, it := range p.world.look() {
		if it.side == side && it.kind == syncer.KindTask && c.chance(80) {
			p.kill(it, during)
		}
	}
}

// pick chooses a record, most often one that people are busy with.
func (p *people) pick(c choices, side syncer.Side, kind syncer.Kind) (item, bool) {
	var all, busy []item
	for _, it := range p.world.look() {
		if it.side != side || it.kind != kind {
			continue
		}
		all = append(all, it)
		if slices.Contains(p.recent, it.uid) {
			busy = append(busy, it)
		}
	}
	if len(busy) > 0 && c.chance(60) {
		all = busy
	}
	if len(all) == 0 {
		return item{}, false
	}
	return oneOf(c, all...), true
}

// clash is one field that people changed on both sides between two passes.
type clash struct {
	seq        int
	uid, field string
	values     map[syncer.Side]string
	last       syncer.Side // where it was changed last; "" if that cannot be told
	calls      int         // requests made by then
	at         time.Time
}

// clash is two people at the same record of both sides.
func (p *people) clash(c choices, during bool) {
	mine, ok := p.pick(c, syncer.GHL, syncer.KindTask)
	if !ok {
		return
	}
	for _, its := range p.world.look() {
		if its.uid != mine.uid || its.side != syncer.Pagico {
			continue
		}
		field := p.field(c, syncer.KindTask)
		switch c.IntN(6) {
		case 0:
			p.kill(mine, during)
			p.change(c, its, field, during)
		case 1:
			p.change(c, mine, field, during)
			p.kill(its, during)
		case 2:
			p.change(c, mine, field, during)
			p.change(c, its, p.field(c, syncer.KindTask), during)
		default:
			p.both(c, mine, its, field, during)
		}
		return
	}
}

// both changes the same field of twins, in either order.
func (p *people) both(c choices, a, b item, field string, during bool) {
	if c.chance(50) {
		a, b = b, a
	}
	first, ok := p.change(c, a, field, during)
	last := syncer.Side("")
	if c.chance(70) {
		p.world.sleep(time.Duration(c.between(1, 5000)) * time.Millisecond)
		last = b.side
	}
	second, too := p.change(c, b, field, during)
	if ok && too && !during && first != second {
		p.clashes = append(p.clashes, clash{seq: p.n, uid: a.uid, field: field, last: last, calls: len(p.world.edge.log), at: time.Now(),
			values: map[syncer.Side]string{a.side: first, b.side: second}})
	}
}

// decision is a value that a person chose for a field that waited.
type decision struct {
	seq               int
	uid, field, value string
	seen              bool // both records showed just what waited
}

// decide settles a field that waits for a person.
func (p *people) decide(c choices) {
	w := p.world
	if w.proc.dead {
		return
	}
	waiting, err := w.connector.Waiting(w.t.Context())
	w.must(err)
	if len(waiting) == 0 {
		return
	}
	link := oneOf(c, waiting...)
	field := oneOf(c, slices.Sorted(maps.Keys(link.Parked))...)
	parked := link.Parked[field]
	values := map[syncer.Side]string{syncer.GHL: plain(field, parked.GHL), syncer.Pagico: plain(field, parked.Pagico)}
	d := decision{field: field}
	shown := map[syncer.Side]string{}
	for _, it := range w.look() {
		if it.id == link.Ref(it.side).ID {
			d.uid, shown[it.side] = it.uid, it.fields[field]
		}
	}
	d.seen = maps.Equal(values, shown)
	chosen := oneOf(c, parked.GHL, parked.Pagico)
	if (field == "title" || field == "body") && c.chance(40) {
		d.value = p.value("b")
		if field == "title" {
			d.value = d.uid + " " + d.value
		}
		chosen = merge.Text(d.value)
		p.wrote[d.uid] = mark(p.wrote[d.uid], field+"="+d.value)
	}
	d.value = plain(field, chosen)
	p.n++
	d.seq = p.n
	err = w.connector.Decide(w.t.Context(), link.ID, field, chosen, "Grace")
	source, oneWay := w.plan.direction.Source()
	if oneWay && link.Kind == syncer.KindTask && !chosen.Equal(map[syncer.Side]merge.Value{syncer.GHL: parked.GHL, syncer.Pagico: parked.Pagico}[source]) {
		if err == nil {
			w.t.Errorf("a decision against the source is taken\n%s", w.story())
		}
		return
	}
	if errors.Is(err, syncer.ErrNotParked) || errors.Is(err, syncer.ErrNoLink) || w.proc.dead {
		return
	}
	w.must(err)
	p.touch(d.uid)
	p.decisions = append(p.decisions, d)
}

// plain writes a value of the engine as people see it.
func plain(field string, v merge.Value) string {
	if at, ok := v.AsInstant(); ok {
		return at.UTC().Format(time.RFC3339)
	}
	if day, ok := v.AsDay(); ok {
		return day.Format(time.DateOnly)
	}
	if field == "body" {
		return words(v.AsText())
	}
	return v.AsText()
}

// choose tells of every create that waits for a person what became of it.
func (p *people) choose() {
	w := p.world
	waiting, err := w.connector.WaitingCreates(w.t.Context())
	w.must(err)
	for _, in := range waiting {
		ref, source := syncer.Ref{}, ""
		for _, it := range w.look() {
			if it.side == in.Source.Side && it.id == in.Source.ID {
				source = it.uid
			}
		}
		for _, it := range w.look() {
			if it.side == in.Target && it.kind == in.Kind && it.uid == source {
				ref = syncer.Ref{Side: it.side, Kind: it.kind, ID: it.id, Parent: it.parent}
			}
		}
		err := w.connector.DecideCreate(w.t.Context(), in.ID, ref, "Grace")
		if !errors.Is(err, syncer.ErrLinked) {
			w.must(err)
		}
	}
}
