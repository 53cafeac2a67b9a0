package ghlpagico_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// has reports whether a side shows the record.
func (o *oracle) has(uid string, side syncer.Side) bool { return len(o.live[uid][side]) > 0 }

// killed reports whether a person deleted the record on a side.
func (o *oracle) killed(uid string, side syncer.Side, cascade bool) bool {
	return o.died(uid, func(d death) bool { return d.side == side && d.cascade == cascade })
}

// died reports whether the record died in the given way.
func (o *oracle) died(uid string, how func(death) bool) bool {
	return slices.ContainsFunc(o.people.deaths, func(d death) bool { return d.uid == uid && !d.undone && how(d) })
}

// presence is where a record is in the end.
type presence struct {
	*oracle
	uid string
	birth
	g, q              bool // it is on GHL, on Pagico
	onGHL, onPagico   bool // a person deleted it there
	lostTwinless      bool // it went with its contact before it had a twin
	cascade, anywhere bool // it went with its Pagico contact; it died in any way
}

func (o *oracle) presence(uid string) *presence {
	p := &presence{oracle: o, uid: uid, birth: o.people.born[uid], g: o.has(uid, syncer.GHL), q: o.has(uid, syncer.Pagico),
		onGHL: o.killed(uid, syncer.GHL, false), onPagico: o.killed(uid, syncer.Pagico, false), cascade: o.killed(uid, syncer.Pagico, true)}
	p.lostTwinless = o.died(uid, func(d death) bool { return d.cascade && !d.twin })
	p.anywhere = o.died(uid, func(death) bool { return true })
	// A contact that is deleted between the listing of contacts and that of tasks takes tasks along that then look
	// as if people had deleted them one by one.
	p.onPagico = p.onPagico || o.died(uid, func(d death) bool { return d.side == syncer.Pagico && d.cascade && d.during })
	// So does one that was moved there before.
	p.onPagico = p.onPagico || p.cascade && o.people.wasMoved(uid, syncer.Pagico, false)
	return p
}

// want checks where the record is.
func (p *presence) want(g, q bool) {
	require.Equal(p.t, []bool{g, q}, []bool{p.g, p.q}, "%s (%+v): on GHL, on Pagico\n%s", p.uid, p.birth, p.story())
}

// judgePresence: what nobody deleted is on all sides that it belongs to.
func (o *oracle) judgePresence(uid string) {
	p := o.presence(uid)
	if o.orphaned(uid) && (p.side == syncer.GHL || p.both || p.kind == syncer.KindTask) {
		return // what belongs to a contact goes with it, but for what only Pagico knows
	}
	moved, mirrored := p.movedInPagico()
	switch {
	case p.leftBehind():
		require.True(o.t, p.g || !p.looseNow(), "%s\n%s", uid, o.story()) // with a contact again it can be deleted
	case o.rewound && p.anywhere: // what the store has forgotten may come back
	case o.people.brought(uid):
		p.judgeRestored()
	case moved && !mirrored: // if it is on GHL, then because it once was with another contact
	case moved && !p.anywhere && !p.undated():
		p.want(p.plan.direction.Allows(syncer.GHL), true)
	case p.kind == syncer.KindTask && o.mirrored(uid):
		p.judgeTask()
	case p.side == syncer.GHL || p.both:
		p.judgeReference()
	case p.onPagico || p.cascade:
		p.want(false, false)
	default:
		p.want(false, true)
	}
}

// orphaned reports whether a GHL contact that the record belonged to was deleted.
// If it was restored, what belonged to it was not.
func (o *oracle) orphaned(uid string) bool {
	parents := o.people.parents(uid)
	if o.people.wasMoved(uid, syncer.GHL, false) {
		parents = nil // it may have been moved away in time
	}
	return slices.ContainsFunc(o.people.deaths, func(d death) bool {
		return d.side == syncer.GHL && (d.cascade && d.uid == uid || slices.Contains(parents, d.uid))
	})
}

// wentWithContact reports whether a GHL contact that the record belonged to at any
// time was deleted.
func (p *presence) wentWithContact() bool {
	return slices.ContainsFunc(p.people.parents(p.uid), func(uid string) bool { return p.killed(uid, syncer.GHL, false) })
}

// leftBehind reports whether the record was taken away from a GHL contact that
// was deleted then, restored or not, and put under none: its twin stays where it
// was, and goes.
func (p *presence) leftBehind() bool {
	return p.people.wasMoved(p.uid, syncer.GHL, true) && !p.onGHL && slices.ContainsFunc(p.people.deaths, func(d death) bool {
		return d.side == syncer.GHL && !d.cascade && slices.Contains(p.people.parents(p.uid), d.uid)
	})
}

// movedInPagico tells of a task that was made in Pagico and moved there whether it
// can be on GHL: that goes by the contact that it belongs to in the end.
func (p *presence) movedInPagico() (moved, mirrored bool) {
	if p.side == syncer.GHL || p.both || !p.people.wasMoved(p.uid, syncer.Pagico, false) || !p.q {
		return false, false
	}
	return true, p.has(p.home(syncer.Pagico), syncer.GHL)
}

// home is the contact that the record belongs to on a side in the end, "" for none.
func (p *presence) home(side syncer.Side) string {
	for _, it := range p.all {
		if p.has(p.uid, side) && it.id == p.live[p.uid][side][0].parent {
			return it.uid
		}
	}
	return ""
}

// stranded reports whether the record is with a contact that has no twin, so that it
// cannot be made on the other side.
func (p *presence) stranded(side syncer.Side) bool {
	home := p.home(side)
	return home != "" && !p.twinned(home)
}

// judgeRestored: a restored record stays, and is copied again if it is not marked
// as a copy itself.
func (p *presence) judgeRestored() {
	if p.anywhere || p.rewound {
		return
	}
	require.True(p.t, p.g, "%s was restored\n%s", p.uid, p.story())
	deletes, direction := p.plan.deletes, p.plan.direction
	if p.kind == syncer.KindContact {
		deletes, direction = p.plan.references.Deletes, merge.GHLToPagico
	}
	kept := deletes != merge.Propagate && deletes != ""
	if !kept && direction.Allows(syncer.Pagico) && !p.marked(p.uid) && !p.stranded(syncer.GHL) {
		p.want(true, true)
	}
}

// marked reports whether a GHL task says that it is a copy.
func (o *oracle) marked(uid string) bool {
	return slices.ContainsFunc(o.live[uid][syncer.GHL], func(it item) bool {
		t, _ := o.ghl.Task(it.id)
		return markers.MatchString(t.Body)
	})
}

// judgeReference: a reference follows GHL; the side that is not its own is put
// back, or left.
func (p *presence) judgeReference() {
	how := p.plan.references
	switch {
	case p.onGHL && (how.Deletes == merge.Unlink || how.Deletes == merge.KeepTwin):
		require.False(p.t, p.g, "%s\n%s", p.uid, p.story())
		if p.died(p.uid, func(d death) bool { return d.side == syncer.GHL && d.twin }) && !p.onPagico && !p.cascade {
			p.want(false, true)
		}
	case p.kind == syncer.KindContact && p.onGHL && p.holds():
		p.want(false, true)
	case p.onGHL && (p.kind == syncer.KindContact && p.heldOnce() || p.overtaken(syncer.Pagico)):
		p.want(false, p.q)
	case how.OneWay == merge.Ignore && (p.onPagico || p.cascade || p.strandedOnPagico()):
		p.want(!p.onGHL, p.q)
	default:
		p.want(!p.onGHL, !p.onGHL)
	}
}

// holds reports whether something on Pagico belongs to the record there, so that
// it is kept.
func (p *presence) holds() bool {
	for _, own := range p.live[p.uid][syncer.Pagico] {
		for _, sides := range p.live {
			if slices.ContainsFunc(sides[syncer.Pagico], func(it item) bool { return it.parent == own.id }) {
				return true
			}
		}
	}
	return false
}

// heldOnce reports whether something that belonged to the record was taken away on
// Pagico after the record was deleted on GHL: until then it was a reason to keep it.
func (p *presence) heldOnce() bool {
	return p.died(p.uid, func(own death) bool {
		return own.side == syncer.GHL && slices.ContainsFunc(slices.Collect(maps.Keys(p.people.born)), func(uid string) bool {
			return slices.Contains(p.people.parents(uid), p.uid) &&
				(p.died(uid, func(d death) bool { return d.side == syncer.Pagico && d.seq > own.seq }) ||
					slices.ContainsFunc(p.people.moved[uid], func(m move) bool { return m.side == syncer.Pagico && m.seq > own.seq }))
		})
	})
}

// overtaken reports whether a deletion of the record had no clear answer and somebody
// edited the record since: it may have been brought back just as well, and is kept.
func (p *presence) overtaken(side syncer.Side) bool {
	return slices.ContainsFunc(p.people.edits, func(e edit) bool {
		return e.uid == p.uid && e.side == side && slices.ContainsFunc(p.edge.log[:e.calls], func(c call) bool {
			return c.side == side && c.method == http.MethodDelete && strings.HasSuffix(c.path, "/"+e.id) && (c.status == 0 || c.status >= 500 || c.by.dead)
		})
	})
}

// strandedOnPagico reports whether a Pagico contact that the record belonged to
// was deleted.
func (p *presence) strandedOnPagico() bool {
	return slices.ContainsFunc(p.people.parents(p.uid), func(parent string) bool { return p.killed(parent, syncer.Pagico, false) })
}

// mirrored reports whether a task can be, or could be once, on both sides.
func (o *oracle) mirrored(uid string) bool {
	return o.people.born[uid].side == syncer.GHL || slices.ContainsFunc(o.people.parents(uid), func(parent string) bool {
		contact := o.people.born[parent]
		return contact.side == syncer.GHL || contact.both
	})
}

// loose reports whether the task is, or was once, with no contact on GHL.
func (p *presence) loose() bool {
	return p.side == syncer.GHL && p.parent == "" || p.people.wasMoved(p.uid, syncer.GHL, true)
}

// looseNow reports whether it is so in the end.
func (p *presence) looseNow() bool {
	home := p.parent
	for _, m := range p.people.moved[p.uid] {
		if m.side == syncer.GHL {
			home = m.to
		}
	}
	return p.loose() && home == ""
}

// undated reports whether the task waits for a due date to be on GHL.
func (p *presence) undated() bool {
	return p.plan.undated == ghlpagico.UndatedIsSkipped && !p.g && p.q && p.live[p.uid][syncer.Pagico][0].fields["dueDate"] == ""
}

func (p *presence) judgeTask() {
	source, oneWay := p.plan.direction.Source()
	switch {
	case p.undated():
	case p.plan.references.OneWay == merge.Ignore && p.strandedOnPagico(): // its contact is gone for good on Pagico
	case oneWay:
		p.judgeOneWayTask(source)
	case p.loose() && (p.onPagico || p.cascade) && !p.onGHL: // GHL lets nobody write it
		p.want(p.g || p.looseNow(), p.q)
	case (p.loose() || p.people.wasMoved(p.uid, syncer.Pagico, true)) && p.onGHL: // nor make it again, unless it knows of a contact
		p.want(p.g, p.q || p.g)
	case !p.onGHL && !p.onPagico && !p.lostTwinless:
		p.want(true, true)
	case p.plan.deletes == merge.Propagate && p.onGHL && p.stranded(syncer.Pagico): // nothing to make it again with
		p.want(p.g, true)
	case p.plan.deletes == merge.Propagate:
		p.want(p.q, p.q)
	default:
		p.judgeKept()
	}
}

// judgeKept: the twin of a deleted task is kept, and completed where the policy
// says so. An edit may have brought the deleted one back.
func (p *presence) judgeKept() {
	for _, gone := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		left := gone.Other()
		if !p.killed(p.uid, gone, false) || p.died(p.uid, func(d death) bool { return d.side == left }) ||
			!p.died(p.uid, func(d death) bool { return d.side == gone && d.twin }) || p.wentWithContact() {
			continue
		}
		require.True(p.t, p.has(p.uid, left), "%s was deleted on %s, and its twin is to be kept\n%s", p.uid, gone, p.story())
		if p.plan.deletes != merge.Complete && !p.unsettled(gone) && !p.strandedOnPagico() {
			require.False(p.t, p.has(p.uid, gone), "%s was deleted on %s, and is there again\n%s", p.uid, gone, p.story())
		}
		if p.plan.deletes != merge.Complete {
			continue
		}
		edited := slices.ContainsFunc(p.people.edits, func(e edit) bool { return e.uid == p.uid && e.side == left })
		if status := p.live[p.uid][left][0].fields["status"]; !p.has(p.uid, gone) && !edited {
			require.Contains(p.t, []string{"completed", "cancelled"}, status, "%s was deleted on %s, and its twin is to be completed\n%s", p.uid, gone, p.story())
		}
	}
}

// unsettled reports whether the record was deleted before its create was settled,
// so that it may count as not made.
func (p *presence) unsettled(side syncer.Side) bool {
	return p.died(p.uid, func(d death) bool { return d.side == side && d.unsettled })
}

// judgeOneWayTask: a task follows its source.
func (p *presence) judgeOneWayTask(source syncer.Side) {
	has := map[syncer.Side]bool{syncer.GHL: p.g, syncer.Pagico: p.q}
	target := source.Other()
	if p.side == target && !p.both { // it is not copied
		gone := map[syncer.Side]bool{syncer.GHL: p.onGHL, syncer.Pagico: p.onPagico || p.lostTwinless}
		require.Equal(p.t, []bool{!gone[target], false}, []bool{has[target], has[source]}, "%s (%+v)\n%s", p.uid, p.birth, p.story())
		return
	}
	gone := p.killed(p.uid, source, false)
	if source == syncer.Pagico && (p.lostTwinless || p.cascade || p.onPagico) {
		gone = !has[source]
	}
	require.Equal(p.t, !gone, has[source], "%s (%+v) on %s\n%s", p.uid, p.birth, source, p.story())
	touched := p.died(p.uid, func(d death) bool { return d.side == target })
	kept := p.plan.deletes != merge.Propagate
	switch {
	case touched && p.plan.oneWay == merge.Ignore:
	case (touched || p.people.wasMoved(p.uid, target, false)) && !gone && source == syncer.Pagico && p.stranded(source): // it cannot be made again
	case gone && source == syncer.Pagico && p.loose(): // GHL may let nobody delete it
	case gone && p.overtaken(target):
	case !gone:
		require.True(p.t, has[target], "%s (%+v) on %s\n%s", p.uid, p.birth, target, p.story())
	case !kept:
		require.False(p.t, has[target], "%s (%+v) on %s\n%s", p.uid, p.birth, target, p.story())
	case !touched && !p.wentWithContact() && p.died(p.uid, func(d death) bool { return d.side == source && d.twin && !d.cascade }):
		require.True(p.t, has[target], "%s (%+v) on %s is to be kept\n%s", p.uid, p.birth, target, p.story())
	}
}

// leftAsIs reports whether twins may differ in a field: on the receiving side of
// a one-way flow that leaves edits alone somebody wrote what is shown, or the
// two are twins no more.
func (o *oracle) leftAsIs(uid, field string) bool {
	b, target, mode := o.people.born[uid], syncer.Pagico, o.plan.references.OneWay
	if b.kind == syncer.KindTask {
		source, oneWay := o.plan.direction.Source()
		if !oneWay {
			return false
		}
		target, mode = source.Other(), o.plan.oneWay
	}
	if mode != merge.Ignore {
		return false
	}
	shown := o.live[uid][target][0].fields[field]
	return slices.ContainsFunc(o.people.edits, func(e edit) bool {
		value := e.value[strings.LastIndexByte(e.value, '\n')+1:]
		return e.uid == uid && e.side == target && e.field == field && (contains(field, shown, value) || same(field, shown, e.value))
	})
}
