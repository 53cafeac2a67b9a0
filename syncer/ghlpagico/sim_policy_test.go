package ghlpagico_test

import (
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// left reports whether nothing happened to a field, and to its record, since
// the given moment.
func (o *oracle) left(uid, field string, since int) bool {
	parents := o.people.parents(uid)
	if o.rewound || o.people.born[uid].parent == "" || !o.has(uid, syncer.GHL) || !o.has(uid, syncer.Pagico) || o.people.wasMoved(uid, syncer.GHL, true) {
		return false // or there is nothing to judge by
	}
	return !slices.ContainsFunc(o.people.edits, func(e edit) bool { return e.seq > since && e.uid == uid && e.field == field }) &&
		!slices.ContainsFunc(o.people.deaths, func(d death) bool { return d.uid == uid || slices.Contains(parents, d.uid) })
}

// judgeUncontested: a value holds when nobody wrote another one since, and nobody
// on the other side had written one that its writer could not know of.
func (o *oracle) judgeUncontested() {
	for _, e := range o.people.edits {
		if o.people.born[e.uid].kind != syncer.KindTask || !slices.Contains(taskFields(), e.field) || e.value == "" || !o.left(e.uid, e.field, e.seq) ||
			o.decided(e.uid, e.field, 0) || o.unguarded(e) || !o.plan.direction.Allows(e.side.Other()) || o.contested(e) ||
			o.people.born[e.uid].both && e.agreed == 0 {
			continue
		}
		shown := o.live[e.uid][e.side][0].fields[e.field]
		require.True(o.t, same(e.field, shown, e.value), "nobody contested %+v, yet %q is shown\n%s", e, shown, o.story())
	}
}

// contested reports whether the other side wrote the field after both sides had
// last agreed for certain.
func (o *oracle) contested(e edit) bool {
	return slices.ContainsFunc(o.people.edits, func(x edit) bool {
		return x.uid == e.uid && x.field == e.field && x.side != e.side && x.seq > e.agreed
	})
}

// judgePolicies: when both sides changed a field before anybody looked, the
// field's policy says which value holds.
func (o *oracle) judgePolicies() {
	for _, c := range o.people.clashes {
		if c.field == "status" || c.field == "assignee" || !o.left(c.uid, c.field, c.seq) || same(c.field, c.values[syncer.GHL], c.values[syncer.Pagico]) ||
			c.values[syncer.Pagico] == "" || o.decided(c.uid, c.field, c.seq) {
			continue
		}
		if o.plan.policies[c.field] == merge.Manual && o.plan.direction == merge.TwoWay {
			require.Contains(o.t, o.waiting, o.live[c.uid][syncer.GHL][0].id+" "+c.field, "%+v: nobody decided it\n%s", c, o.story())
			continue
		}
		winner := o.winner(c)
		if winner == "" {
			continue
		}
		shown := o.live[c.uid][winner][0]
		require.True(o.t, same(c.field, shown.fields[c.field], c.values[winner]), "%+v of %s: by policy %s of %s holds, not %q\n%s",
			c, c.uid, o.plan.policies[c.field], winner, shown.fields[c.field], o.story())
	}
}

// winner is the side whose value holds; "" if that depends.
func (o *oracle) winner(c clash) syncer.Side {
	if source, oneWay := o.plan.direction.Source(); oneWay {
		return source
	}
	switch o.plan.policies[c.field] {
	case merge.GHLWins:
		return syncer.GHL
	case merge.PagicoWins:
		return syncer.Pagico
	case merge.LastWriterWins:
		if o.plan.calm && o.plan.ghlSkew == 0 && o.plan.lag == 0 {
			return o.lastWriter(c)
		}
	}
	return ""
}

// lastWriter is the side whose record was changed last when somebody looked: a
// service tells when that was of the record, not of each field.
func (o *oracle) lastWriter(c clash) syncer.Side {
	for _, items := range o.live[c.uid] {
		if n, hinted := o.people.hinted[items[0].id]; hinted && n >= c.seq {
			return "" // read alone, a GHL task does not tell its time
		}
	}
	last := c.last
	touched := func(seq, calls int, at time.Time, side syncer.Side, during bool) {
		switch {
		case seq <= c.seq || side == last:
		case during || calls != c.calls || at.Equal(c.at): // the pass may have looked before, or finds the same instant
			last = ""
		case last != "":
			last = side
		}
	}
	for _, e := range o.people.edits {
		if e.uid == c.uid {
			touched(e.seq, e.calls, e.at, e.side, e.during)
		}
	}
	for _, m := range o.people.moved[c.uid] {
		touched(m.seq, m.calls, m.at, m.side, true)
	}
	return last
}

func (o *oracle) decided(uid, field string, since int) bool {
	return slices.ContainsFunc(o.people.decisions, func(d decision) bool { return d.seq > since && d.uid == uid && d.field == field })
}

// judgeDecisions: what a person decided holds, unless somebody changed the
// field since.
func (o *oracle) judgeDecisions() {
	for _, d := range o.people.decisions {
		if !d.seen || d.value == "" || !strings.Contains("title body dueDate", d.field) || !o.left(d.uid, d.field, d.seq) || o.decided(d.uid, d.field, d.seq) {
			continue
		}
		held := false
		for _, items := range o.live[d.uid] {
			shown := items[0].fields[d.field]
			held = held || shown == d.value || d.field == "dueDate" && dayOf(shown) == dayOf(d.value)
		}
		require.True(o.t, held, "%+v was decided, and does not hold\n%s", d, o.story())
	}
}

// judgeMoves: a record that was moved on one side only is where it was put last,
// as long as that contact is on both sides. (judgeHome sees to its twin.)
func (o *oracle) judgeMoves(uid string) {
	moves := o.people.moved[uid]
	if len(moves) == 0 || o.rewound || o.plan.direction != merge.TwoWay || o.people.born[uid].kind != syncer.KindTask {
		return
	}
	last := moves[len(moves)-1]
	parents := o.people.parents(uid)
	contested := slices.ContainsFunc(moves, func(m move) bool { return m.side != last.side || m.to == "" })
	died := slices.ContainsFunc(o.people.deaths, func(d death) bool { return d.uid == uid || slices.Contains(parents, d.uid) })
	if contested || died || !o.twinned(last.to) || !o.has(uid, last.side) {
		return
	}
	require.Equal(o.t, last.to, o.presence(uid).home(last.side), "%s was moved on %s\n%s", uid, last.side, o.story())
}
