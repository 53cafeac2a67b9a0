package syncer_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// past is a world at rest to which an undo is to lead back.
type past struct {
	sim *sim
	// seq is the last audit entry, people the last thing that people did.
	seq    int64
	people int
	found  map[string]map[syncer.Side][]syncer.Record
	// uids are the records that were there, or are after the undo.
	uids map[syncer.Ref]string
}

// rest settles the world and remembers it.
func (s *sim) rest() *past {
	s.pass(nil)
	s.settle()
	p := &past{sim: s, people: s.users.seq, found: s.found(), uids: map[syncer.Ref]string{}}
	for _, e := range s.entries() {
		p.seq = e.Seq
	}
	return p
}

func (s *sim) entries() []syncer.AuditEntry {
	var all []syncer.AuditEntry
	require.NoError(s.t, s.store.View(s.t.Context(), s.cfg.Connection, func(tx syncer.Tx) error {
		for e, err := range tx.Audit(0) {
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	}))
	return all
}

// edited reports whether a person wrote the field on the side since.
func (p *past) edited(uid string, side syncer.Side, field string) bool {
	return slices.ContainsFunc(p.sim.users.edits, func(e edit) bool {
		return e.seq > p.people && e.uid == uid && (side == "" || e.ref.Side == side) && (field == "" || e.field == field)
	})
}

// decided reports whether a person decided about a field that waited since.
func (p *past) decided(uid, field string) bool {
	return slices.ContainsFunc(p.sim.users.decisions, func(d decision) bool { return d.seq > p.people && d.uid == uid && d.field == field })
}

// removed reports whether a person deleted the record on the side since.
func (p *past) removed(uid string, side syncer.Side) bool {
	return uid != "" && slices.ContainsFunc(p.sim.users.deaths, func(d death) bool {
		return d.seq > p.people && d.uid == uid && (side == "" || d.ref.Side == side)
	})
}

// moved reports whether the record belongs to another contact than it did.
func (p *past) moved(uid string) bool {
	return slices.ContainsFunc(p.sim.users.moves, func(m move) bool { return m.uid == uid })
}

// parentGone reports whether the contact of a record is not on the side.
func (p *past) parentGone(uid string, side syncer.Side, now map[string]map[syncer.Side][]syncer.Record) bool {
	parent := p.sim.users.born[uid].parent()
	return parent != "" && len(now[parent][side]) == 0
}

// check: both sides show what they showed, but for what people did.
func (p *past) check(plan *syncer.Plan) {
	t, now := p.sim.t, p.sim.found()
	p.sim.checkNoDoubles()
	excused := p.excused(plan, now)
	for uid, born := range p.sim.users.born {
		for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
			was, is := p.found[uid][side], now[uid][side]
			switch {
			case len(was) == 0 && len(is) == 1:
				made := born.sides[side]
				moved := (born.sides[side.Other()] || len(p.found[uid][side.Other()]) == 1) && p.parentGone(uid, side.Other(), now) // it came back with its contact
				require.True(t, made || moved || p.moved(uid) || excused[uid], "%s on %s is left\n%s", uid, side, p.sim.story())
			case len(was) == 1 && len(is) == 0:
				gone := p.removed(uid, side) || p.parentGone(uid, side, now) || p.moved(uid)
				require.True(t, gone || excused[uid], "%s is not back on %s\n%s", uid, side, p.sim.story())
			case len(was) == 1 && !p.removed(uid, side):
				p.checkFields(uid, was[0], is[0], excused[uid])
			}
		}
	}
}

// checkFields: fields that no person wrote show what they showed.
func (p *past) checkFields(uid string, was, is syncer.Record, excused bool) {
	rules := p.sim.flow(was.Ref.Kind).Rules
	for _, rule := range rules.Fields {
		owner := ownerOf(rules, rule)
		owned := owner != "" && was.Ref.Same(is.Ref)
		leftSo := rules.OneWay == merge.Ignore && owner == was.Ref.Side.Other() // of what goes with its contact that is not written down
		if owned || leftSo || excused || p.edited(uid, was.Ref.Side, rule.Name) {
			continue
		}
		// A field that waited showed one thing here and another one there. Somebody settled
		// it, the engine followed, and taking that back keeps both in step.
		if other := p.found[uid][was.Ref.Side.Other()]; len(other) == 1 && !other[0].Fields[rule.Name].Equal(was.Fields[rule.Name]) &&
			(p.edited(uid, was.Ref.Side.Other(), rule.Name) || p.decided(uid, rule.Name)) {
			continue
		}
		require.Equal(p.sim.t, was.Fields[rule.Name].String(), is.Fields[rule.Name].String(), "%s of %s on %s\n%s",
			rule.Name, uid, was.Ref.Side, p.sim.story())
	}
}

// name notes which record is which, by all that is known of them now.
func (p *past) name(now map[string]map[syncer.Side][]syncer.Record) {
	note := func(ref syncer.Ref, uid string) {
		ref.Parent = ""
		p.uids[ref] = uid
	}
	for _, world := range []map[string]map[syncer.Side][]syncer.Record{p.found, now} {
		for uid, sides := range world {
			for _, records := range sides {
				note(records[0].Ref, uid)
			}
		}
	}
	for _, e := range p.sim.users.edits {
		note(e.ref, e.uid)
	}
	for _, l := range p.sim.links() {
		for _, pair := range [][2]syncer.Ref{{l.GHL, l.Pagico}, {l.Pagico, l.GHL}} {
			pair[0].Parent = ""
			if uid, known := p.uids[pair[0]]; known {
				note(pair[1], uid)
			}
		}
	}
}

// excused are the records of which the plan says that they are left, each for a
// reason that people gave.
func (p *past) excused(plan *syncer.Plan, now map[string]map[syncer.Side][]syncer.Record) map[string]bool {
	p.name(now)
	all := map[string]bool{}
	parentRemoved := func(uid string) bool {
		return p.removed(p.sim.users.born[uid].parent(), "") || slices.ContainsFunc(p.sim.users.moves, func(m move) bool {
			return m.uid == uid && (p.removed(m.from, "") || p.removed(m.to, ""))
		})
	}
	for _, s := range plan.Skipped {
		s.Ref.Parent = ""
		uid, known := p.uids[s.Ref]
		require.True(p.sim.t, known, "%s is unknown\n%s", s.Ref, p.sim.story())
		parent := p.sim.users.born[uid].parent()
		good := false
		for text, given := range map[string]bool{
			"edited since":               p.edited(uid, "", ""),
			"deleted since":              p.removed(uid, "") || parentRemoved(uid),
			"deleted by others":          p.removed(uid, "") || parentRemoved(uid),
			"it belonged to is gone":     parentRemoved(uid),
			"link was ended":             p.removed(uid, "") || parentRemoved(uid) || p.sim.killed(uid),
			"that stay belong to it":     p.sim.users.born[uid].kind == syncer.KindContact,
			"its copy was made again":    p.removed(uid, ""),
			"under another contact":      p.moved(uid) || parentRemoved(uid) || p.sim.killed(parent),
			"it went with its contact":   p.moved(uid) || parentRemoved(uid),
			"its original is gone":       p.sim.killed(uid) || p.sim.killed(parent),
			"belongs to one side":        true,
			"cannot be written":          p.sim.users.born[uid].shut,
			"it belongs to no contact":   true,
			"an undo put its status":     true,
			"its flow does not write on": !p.sim.flow(p.sim.users.born[uid].kind).Rules.Direction.Allows(s.Ref.Side),
		} {
			good = good || given && strings.Contains(s.Reason, text)
		}
		require.True(p.sim.t, good, "left without a reason: %s %q\n%s", s.Ref, s.Reason, p.sim.story())
		if !strings.Contains(s.Reason, "belongs to one side") {
			all[uid] = true
		}
	}
	return all
}

// undoPlan plans the way back, through a file.
func (p *past) undoPlan() *syncer.Plan {
	p.name(p.sim.found())
	writes, log := p.sim.ghl.Writes()+p.sim.pagico.Writes(), p.sim.audit()
	plan, err := p.sim.engine.Undo(p.sim.t.Context(), syncer.UndoOptions{After: p.seq})
	require.NoError(p.sim.t, err)
	again, err := p.sim.engine.Undo(p.sim.t.Context(), syncer.UndoOptions{After: p.seq})
	require.NoError(p.sim.t, err)
	again.At = plan.At
	require.Equal(p.sim.t, plan.Hash(), again.Hash(), "the same world gives the same plan")
	require.Equal(p.sim.t, writes, p.sim.ghl.Writes()+p.sim.pagico.Writes(), "planning writes nothing")
	require.Equal(p.sim.t, log, p.sim.audit())
	return through(p.sim.t, plan)
}

// newUndoSim is a world in which people may put tasks under other contacts.
func newUndoSim(t *rapid.T, faults bool) *sim {
	if rapid.IntRange(0, 3).Draw(t, "moving world") == 0 {
		return newMovingSim(t, simOptions{faults: faults, plain: true})
	}
	return newSim(t, simOptions{faults: faults, plain: true})
}

// apply applies a plan in peace.
func (s *sim) apply(plan *syncer.Plan) (report *syncer.Report) {
	s.clock.n.Add(time.Hour.Milliseconds()) // no create is under way any more
	s.amid(undoing, nil, func(ctx context.Context) (err error) {
		report, err = s.engine.Apply(ctx, plan, syncer.ApplyOptions{})
		return err
	})
	return report
}

// doubled reports whether the world shows a record twice, before anything is
// undone: what the user moved while its create was unclear, for one.
func (s *sim) doubled() bool {
	for _, sides := range s.found() {
		for _, records := range sides {
			if len(records) > 1 {
				return true
			}
		}
	}
	return false
}

// after: whatever was taken back, the world comes to rest, with nothing doubled,
// lost or left behind.
func (p *past) after() {
	s := p.sim
	s.settle()
	s.checkNoDoubles()
	s.checkNoGhosts()
	s.checkNoEditIsLost()
	s.checkInStep()
	s.checkReplay()
	s.checkQuietMoves()
}

func TestUndoShowsWhatWasShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newUndoSim(t, rapid.Bool().Draw(t, "faults"))
		s.run()
		p := s.rest()
		s.run()
		s.settle()
		if s.doubled() {
			return
		}
		plan := p.undoPlan()
		s.markCalls()
		report := s.apply(plan)
		require.Empty(t, report.Failures, s.story())
		require.Empty(t, report.Drifted, s.story())
		p.check(plan)
		again := s.apply(plan)
		require.Zero(t, again.Writes, "applied twice, it changes nothing\n%s", s.story())
		require.Empty(t, again.Drifted, s.story())
		p.after()
	})
}

// TestUndoResumesAfterACrash has the process die at every call, or transaction,
// of Apply in turn.
func TestUndoResumesAfterACrash(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newUndoSim(t, false)
		s.run()
		p := s.rest()
		s.run()
		s.settle()
		if s.doubled() {
			return
		}
		plan := p.undoPlan()
		what := rapid.SampledFrom([]int{troubleCrashBefore, troubleCrashAfter, troubleStoreBefore, troubleStoreAfter, troubleCancel,
			troubleUncertainBefore, troubleUncertainAfter}).Draw(t, "what")
		for at := range 60 {
			s.clock.n.Add(time.Hour.Milliseconds())
			old, calls := s.proc, len(s.ghl.Calls())+len(s.pagico.Calls())
			s.amid(undoing, []trouble{{at: at, what: what}}, func(ctx context.Context) error {
				_, err := s.engine.Apply(ctx, plan, syncer.ApplyOptions{})
				return err
			})
			if s.proc == old && at > len(s.ghl.Calls())+len(s.pagico.Calls())-calls {
				break
			}
			if rapid.IntRange(0, 3).Draw(t, "a pass in between") == 0 && what != troubleCancel {
				break
			}
		}
		report := s.apply(plan)
		require.Empty(t, report.Failures, s.story())
		require.Empty(t, report.Drifted, s.story())
		p.check(plan)
		p.after()
	})
}

// TestUndoOfAnyUndoIsSound undoes and undoes the undo, with people and passes in
// between: nothing is doubled, lost or left without a reason.
func TestUndoOfAnyUndoIsSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newUndoSim(t, true)
		s.run()
		pasts := []*past{s.rest()}
		for range rapid.IntRange(1, 3).Draw(t, "rounds") {
			s.run()
			s.settle()
			pasts = append(pasts, s.rest())
			if s.doubled() {
				return
			}
			p := rapid.SampledFrom(pasts).Draw(t, "back to")
			plan := p.undoPlan()
			s.amid(undoing, s.drawTroubles(), func(ctx context.Context) error {
				_, err := s.engine.Apply(ctx, plan, syncer.ApplyOptions{})
				return err
			})
			s.apply(plan)
			s.checkNoDoubles()
			p.after()
		}
	})
}

// TestUndoInPeace undoes everything, undoes that, and lands where it began.
func TestUndoInPeace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSim(t, simOptions{plain: true, rules: func(t *rapid.T) merge.Rules {
			r := simRules(t)
			r.Direction = merge.TwoWay
			return r
		}})
		s.run()
		p := s.rest()
		s.run()
		now := s.rest()
		s.apply(p.undoPlan())
		back := now.undoPlan()
		s.apply(back)
		now.check(back)
		now.after()
	})
}
