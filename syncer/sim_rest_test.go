package syncer_test

import (
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// restMark is a moment in which both sides were in step and nothing was under way.
// What people do from then to the next such moment says, by the rules alone,
// what the world has to look like.
type restMark struct {
	seq int
	// shown is the world, linked the pairs in it, parked the fields that waited.
	shown  map[string]map[syncer.Side][]syncer.Record
	linked map[string]bool
	parked map[spot]bool
	// clean says that the engine has not been at work since.
	clean bool
	// void says that something else than people moved the world since.
	void bool
}

// takeRest notes that this is such a moment.
func (s *sim) takeRest() {
	s.rested = &restMark{seq: s.users.seq, shown: s.found(), linked: s.linked(), parked: s.parked(), clean: true}
}

// linked are the pairs that the engine knows.
func (s *sim) linked() map[string]bool {
	linked := map[string]bool{}
	for _, l := range s.links(syncer.LinkActive) {
		linked[s.users.uids[l.GHL.String()]] = true
	}
	return linked
}

// parked are the fields that wait for a person.
func (s *sim) parked() map[spot]bool {
	parked := map[spot]bool{}
	for _, l := range s.links(syncer.LinkActive) {
		for field := range l.Parked {
			parked[spot{uid: s.users.uids[l.GHL.String()], field: field}] = true
		}
	}
	return parked
}

func (s *sim) waits(uid, field string) bool { return s.parked()[spot{uid: uid, field: field}] }

// since is what people did to one record since the last rest.
type since struct {
	sim    *sim
	uid    string
	was    map[syncer.Side][]syncer.Record // at rest
	now    map[syncer.Side][]syncer.Record
	edits  map[spot][]edit // by side and field
	died   map[syncer.Side]bool
	last   map[syncer.Side]int // when a side was changed last
	rules  merge.Rules
	parked map[spot]bool
}

// checkSinceRest compares the world with what people did since the last rest.
func (s *sim) checkSinceRest() {
	if s.rested.void {
		return
	}
	found, parked := s.found(), s.parked()
	for uid, b := range s.users.born {
		if b.shut || s.users.odd[uid] > s.rested.seq || s.parentDied(b) || s.watch.ghosts[uid] {
			continue
		}
		c := &since{sim: s, uid: uid, was: s.rested.shown[uid], now: found[uid], edits: map[spot][]edit{}, died: map[syncer.Side]bool{},
			last: map[syncer.Side]int{}, rules: s.flow(b.kind).Rules, parked: parked}
		c.collect()
		pair := s.rested.linked[uid] && c.both(c.was)
		switch {
		case len(c.died) > 0 && pair && s.rested.clean && s.users.odd[uid] == 0 && !s.watch.orphaned(uid):
			c.checkDeath(b)
		case len(c.died) == 0 && c.both(c.now) && (pair || c.was == nil && len(b.sides) == 1):
			for _, f := range c.rules.Fields {
				c.checkField(f, pair)
			}
		}
	}
	s.checkDecisions(found, parked)
}

// parentDied reports whether a person deleted a record's contact since the last
// rest.
func (s *sim) parentDied(b birth) bool {
	return slices.ContainsFunc(s.users.deaths, func(d death) bool { return d.seq > s.rested.seq && slices.Contains(b.parents, d.uid) })
}

func (c *since) both(sides map[syncer.Side][]syncer.Record) bool {
	return len(sides[syncer.GHL]) == 1 && len(sides[syncer.Pagico]) == 1
}

// collect sorts what people did.
func (c *since) collect() {
	for _, e := range c.sim.users.edits {
		if e.uid == c.uid && e.seq > c.sim.rested.seq {
			at := spot{side: e.ref.Side, field: e.field}
			c.edits[at] = append(c.edits[at], e)
			c.last[e.ref.Side] = max(c.last[e.ref.Side], e.seq)
		}
	}
	for _, d := range c.sim.users.deaths {
		if d.uid == c.uid && d.seq > c.sim.rested.seq {
			c.died[d.ref.Side] = true
		}
	}
}

func (c *since) fail(format string, args ...any) {
	c.sim.fail(format+" of %s, since %d, clean=%v", append(args, c.uid, c.sim.rested.seq, c.sim.rested.clean)...)
}

// before is what a side showed at rest.
func (c *since) before(side syncer.Side, field string) syncer.Value {
	if len(c.was[side]) == 0 {
		return merge.None()
	}
	return c.was[side][0].Fields[field]
}

// wanted is what people of a side left a field at.
func (c *since) wanted(side syncer.Side, field string) syncer.Value {
	if edits := c.edits[spot{side: side, field: field}]; len(edits) > 0 {
		return edits[len(edits)-1].value
	}
	return c.before(side, field)
}

// shows checks what a side shows.
func (c *since) shows(side syncer.Side, field string, want syncer.Value, why string) {
	if got := c.now[side][0].Fields[field]; !got.Equal(want) {
		c.fail("%s shows %s=%s, not %s: %s;", side, field, got, want, why)
	}
}

// checkField checks one field of a pair of which neither half was deleted.
func (c *since) checkField(f merge.Field, pair bool) {
	at := spot{uid: c.uid, field: f.Name}
	ghl, pagico := len(c.edits[spot{side: syncer.GHL, field: f.Name}]) > 0, len(c.edits[spot{side: syncer.Pagico, field: f.Name}]) > 0
	decided := slices.ContainsFunc(c.sim.users.decisions, func(d decision) bool { return d.seq > c.sim.rested.seq && d.uid == c.uid && d.field == f.Name })
	switch owner := ownerOf(c.rules, f); {
	case c.sim.rested.parked[at] || decided:
	case owner != "" && pair:
		c.checkOwned(f, owner)
	case owner != "":
	case !ghl && !pagico && pair:
		for _, side := range bothSides {
			c.shows(side, f.Name, c.before(side, f.Name), "nobody touched it")
		}
	case ghl != pagico:
		from := syncer.GHL
		if pagico {
			from = syncer.Pagico
		}
		for _, side := range bothSides {
			c.shows(side, f.Name, c.wanted(from, f.Name), "only "+string(from)+" wrote it")
		}
	case ghl && pagico && pair && c.sim.rested.clean:
		c.checkConflict(f)
	}
}

// checkOwned: the owner's value holds; edits on the other side are put back, or
// left until the owner changes the field.
func (c *since) checkOwned(f merge.Field, owner syncer.Side) {
	want, other := c.wanted(owner, f.Name), owner.Other()
	c.shows(owner, f.Name, want, "it owns the field")
	owned, edited := len(c.edits[spot{side: owner, field: f.Name}]) > 0, len(c.edits[spot{side: other, field: f.Name}]) > 0
	switch {
	case !owned && !edited: // what only the other side knew when the two met stays
		c.shows(other, f.Name, c.before(other, f.Name), "nobody touched it")
	case c.rules.OneWay != merge.Ignore, !edited && !want.Equal(c.before(owner, f.Name)):
		c.shows(other, f.Name, want, string(owner)+" owns the field")
	case !owned:
		c.shows(other, f.Name, c.wanted(other, f.Name), "edits are left alone")
	}
}

// checkConflict: what both sides changed is settled by the field's policy.
func (c *since) checkConflict(f merge.Field) {
	ghl, pagico := c.wanted(syncer.GHL, f.Name), c.wanted(syncer.Pagico, f.Name)
	base := c.before(syncer.GHL, f.Name)
	want := map[syncer.Side]syncer.Value{syncer.GHL: ghl, syncer.Pagico: pagico}
	take := func(v syncer.Value) { want[syncer.GHL], want[syncer.Pagico] = v, v }
	switch {
	case ghl.Equal(base):
		take(pagico)
	case pagico.Equal(base) || ghl.Equal(pagico):
		take(ghl)
	case f.Name == "tags":
		take(joinedTags(base, ghl, pagico))
	case f.Name == "body" && !c.parked[spot{uid: c.uid, field: f.Name}]:
		c.checkJoined(f.Name, base)
		return
	case f.Policy == merge.GHLWins:
		take(ghl)
	case f.Policy == merge.PagicoWins:
		take(pagico)
	case f.Policy == merge.LastWriterWins || f.Policy == "":
		take(ghl)
		if c.last[syncer.Pagico] > c.last[syncer.GHL] {
			take(pagico)
		}
	default:
		if !c.parked[spot{uid: c.uid, field: f.Name}] {
			c.fail("%s is not parked: it was changed on both sides;", f.Name)
		}
	}
	for _, side := range bothSides {
		c.shows(side, f.Name, want[side], "both sides wrote it, policy "+string(f.Policy))
	}
}

// checkJoined: both sides show the lines that are new on either.
func (c *since) checkJoined(field string, base syncer.Value) {
	for _, from := range bothSides {
		for _, e := range c.edits[spot{side: from, field: field}] {
			if e.part == "" || !holds(c.wanted(from, field), e.part) {
				continue
			}
			for _, side := range bothSides {
				if !holds(c.now[side][0].Fields[field], e.part) {
					c.fail("%s lacks the line %s of %s, base %s;", side, e.part, from, base)
				}
			}
		}
	}
}

// joinedTags are all tags of both sides but those that either took away.
func joinedTags(base, ghl, pagico syncer.Value) syncer.Value {
	all := slices.DeleteFunc(slices.Concat(ghl.Items(), pagico.Items()), func(tag string) bool {
		return holds(base, tag) && (!holds(ghl, tag) || !holds(pagico, tag))
	})
	return merge.Set(all...)
}

// checkDeath: what becomes of a pair of which one half, or both, was deleted
// while the engine was idle.
func (c *since) checkDeath(b birth) {
	if len(c.died) == 2 {
		if len(c.now[syncer.GHL])+len(c.now[syncer.Pagico]) > 0 {
			c.fail("something is left")
		}
		return
	}
	gone := syncer.GHL
	if c.died[syncer.Pagico] {
		gone = syncer.Pagico
	}
	left := gone.Other()
	if c.unknowable(left) {
		return
	}
	kept, back := c.fate(gone)
	if b.kind == syncer.KindContact && !kept {
		return // tasks that only the other side has may keep it
	}
	if kept != (len(c.now[left]) == 1) || back != (len(c.now[gone]) == 1) {
		c.fail("it was deleted on %s: kept=%v, made again=%v expected;", gone, kept, back)
	}
	if !kept {
		return
	}
	for _, f := range c.rules.Fields {
		source, oneWay := c.rules.Direction.Source()
		if c.rules.Deletes == merge.Complete && !back && f.Name == "status" && (!oneWay || source == gone) {
			c.shows(left, f.Name, merge.Text("completed"), "its twin was deleted")
			continue
		}
		if ownerOf(c.rules, f) != gone {
			c.shows(left, f.Name, c.wanted(left, f.Name), "its twin was deleted")
		}
	}
}

// unknowable reports whether people edited a field that waited. They may have set it to
// what both sides agreed on before, and then it counts as not edited at all.
func (c *since) unknowable(left syncer.Side) bool {
	return slices.ContainsFunc(c.rules.Fields, func(f merge.Field) bool {
		return c.sim.rested.parked[spot{uid: c.uid, field: f.Name}] && len(c.edits[spot{side: left, field: f.Name}]) > 0
	})
}

// fate says whether what is left of a pair is kept, and what is gone made again.
func (c *since) fate(gone syncer.Side) (kept, back bool) {
	if source, oneWay := c.rules.Direction.Source(); oneWay && gone != source {
		return true, c.rules.OneWay != merge.Ignore
	} else if !oneWay && (c.rules.Deletes == merge.Propagate || c.rules.Deletes == merge.Complete || c.rules.Deletes == "") {
		for _, f := range c.rules.Fields {
			left := gone.Other()
			if ownerOf(c.rules, f) != gone && !c.wanted(left, f.Name).Equal(c.before(left, f.Name)) || c.sim.rested.parked[spot{uid: c.uid, field: f.Name}] {
				return true, true
			}
		}
	}
	return c.rules.Deletes != merge.Propagate && c.rules.Deletes != "", false
}

// checkDecisions: what a person decided is what both sides show, unless somebody
// edited the field since.
func (s *sim) checkDecisions(found map[string]map[syncer.Side][]syncer.Record, parked map[spot]bool) {
	for i, d := range s.users.decisions {
		later := slices.ContainsFunc(s.users.edits, func(e edit) bool { return e.uid == d.uid && e.field == d.field && e.seq > d.seq }) ||
			slices.ContainsFunc(s.users.decisions[i+1:], func(o decision) bool { return o.uid == d.uid && o.field == d.field })
		sides := found[d.uid]
		if !d.sure || s.users.born[d.uid].shut || d.seq <= s.rested.seq || later || s.killed(d.uid) || s.watch.orphaned(d.uid) || len(sides[syncer.GHL]) != 1 || len(sides[syncer.Pagico]) != 1 {
			continue
		}
		s.must(!parked[spot{uid: d.uid, field: d.field}], "%s of %s waits still, though it was decided at %d", d.field, d.uid, d.seq)
		for _, side := range bothSides {
			got := sides[side][0].Fields[d.field]
			s.must(got.Equal(d.value), "%s of %s is %s on %s, not as decided at %d", d.field, d.uid, got, side, d.seq)
		}
	}
}

func (s *sim) killed(uid string) bool { return s.watch.killed(uid, "") }
