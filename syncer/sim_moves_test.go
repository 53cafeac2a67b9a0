package syncer_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// move is a task that a person put under another contact, by uid; "" for none.
type move struct {
	seq      int
	side     syncer.Side
	uid      string
	from, to string
	during   bool
}

// moving draws moves most of the time, and otherwise something else.
func moving(draw func(*rapid.T) action) func(*rapid.T) action {
	return func(t *rapid.T) action {
		a := draw(t)
		if rapid.IntRange(0, 2).Draw(t, "moves") > 0 {
			a.what = "move"
		}
		return a
	}
}

// rehome puts a task under another contact; on Pagico perhaps under none.
func (u *users) rehome(side syncer.Side, a action, during *syncertest.Call) {
	task, ok := u.find(side, syncer.KindTask, a, during)
	// Two records that have yet to meet stay where they are.
	if !ok || task.ReadOnly || !u.sim.isLinked(task.Ref) && len(u.sim.found()[uidOf(task)][side.Other()]) > 0 {
		return
	}
	home, ok := u.find(side, syncer.KindContact, action{pick: a.field}, nil)
	if !ok {
		return
	}
	if side == syncer.Pagico && a.field == 4 {
		home = syncer.Record{}
	}
	if home.Ref.ID == task.Ref.Parent || side == syncer.GHL && (u.sim.unsettled() || during != nil && u.sim.unindexed(task)) {
		return
	}
	u.seq++
	m := move{seq: u.seq, side: side, uid: uidOf(task), from: u.contactUID(side, task.Ref.Parent), to: uidOf(home), during: during != nil}
	u.moves = append(u.moves, m)
	u.last = m.uid
	u.odd[m.uid] = u.seq
	b := u.born[m.uid]
	b.parents = append(b.parents, m.to)
	u.born[m.uid] = b
	u.sim.service(side).Rehome(task.Ref, home.Ref.ID)
	u.sim.note("%s", m)
}

// unsettled reports whether a create on GHL has no clear outcome. What it made is
// looked for under its contact; put under another one before, it is made twice.
func (s *sim) unsettled() (open bool) {
	require.NoError(s.t, s.store.View(s.t.Context(), s.cfg.Connection, func(tx syncer.Tx) error {
		intents, err := tx.Intents()
		open = slices.ContainsFunc(intents, func(in syncer.Intent) bool { return in.Target == syncer.GHL })
		return err
	}))
	return open
}

// unindexed reports whether a listing that lags does not show a task at all, because
// nobody has touched it since it was made. Put under another contact in that moment, it
// cannot be told from a deleted one.
func (s *sim) unindexed(task syncer.Record) bool {
	return s.watch.lagging && task.ModifiedAt.Sub(task.CreatedAt) <= time.Millisecond
}

// isEnded reports whether a record is left alone since its twin was deleted, also when
// that one was brought back.
func (s *sim) isEnded(ref syncer.Ref) bool {
	return slices.ContainsFunc(s.links(syncer.LinkEnded), func(l syncer.Link) bool { return l.Ref(ref.Side).Same(ref) })
}

// contactUID is the uid of a contact, "" if it is not there.
func (u *users) contactUID(side syncer.Side, id string) string {
	for _, c := range u.sim.service(side).All(syncer.KindContact) {
		if c.Ref.ID == id {
			return uidOf(c)
		}
	}
	return ""
}

// newMovingSim is a world in which people put tasks under other contacts a lot,
// and GHL tasks can be made again.
func newMovingSim(t *rapid.T, o simOptions) *sim {
	remake := rapid.IntRange(0, 3).Draw(t, "remake") > 0
	o.tune = func(c *syncer.Config) {
		c.Flows = slices.Clone(c.Flows)
		c.Flows[1].Remake = nil
		if remake {
			c.Flows[1].Remake = []syncer.Side{syncer.GHL}
		}
	}
	s := newSim(t, o)
	s.remakes, s.draw, s.drawDuring = remake, moving(s.draw), moving(s.drawDuring)
	s.users.addContact(syncer.GHL, false)
	s.users.addContact(syncer.GHL, false)
	s.pass(nil)
	return s
}

func TestMovesConverge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newMovingSim(t, simOptions{faults: rapid.Bool().Draw(t, "faults")})
		s.run()
		s.settle()
		s.checkMoves()
	})
}

// TestMovesSurviveACrashAnywhere lets the process die at every call, and at every
// transaction, of a pass that has moves to make.
func TestMovesSurviveACrashAnywhere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newMovingSim(t, simOptions{})
		for range rapid.IntRange(1, 6).Draw(t, "actions") {
			s.users.act(s.draw(t), nil)
		}
		crashes := rapid.SampledFrom([]int{troubleCrashBefore, troubleCrashAfter, troubleStoreBefore, troubleStoreAfter}).Draw(t, "crashes")
		for at := 0; ; at++ {
			old := s.proc
			s.pass([]trouble{{at: at, what: crashes}})
			if s.proc == old {
				break
			}
		}
		s.settle()
		s.checkMoves()
	})
}

// checkMoves: everything that holds once a world with moves is at rest.
func (s *sim) checkMoves() {
	s.checkNoDoubles()
	s.checkNoGhosts()
	s.checkNoEditIsLost()
	s.checkInStep()
	s.checkReplay()
	s.checkQuietMoves()
	s.checkHomes()
	found := s.found()
	for uid, b := range s.users.born {
		if b.kind == syncer.KindTask {
			s.checkMovedIsThere(uid, found)
		}
	}
}

// checkHomes: twins belong to twins.
func (s *sim) checkHomes() {
	found := s.found()
	for uid, b := range s.users.born {
		g, q := found[uid][syncer.GHL], found[uid][syncer.Pagico]
		if b.kind != syncer.KindTask || b.shut || s.watch.ghosts[uid] || len(g) != 1 || len(q) != 1 {
			continue
		}
		s.checkHome(uid, g[0], q[0])
		// What belonged to its twin's twin, and was not moved, still does.
		was, parent := s.rested.shown[uid][syncer.Pagico], s.users.born[uid].parent()
		twins, before := found[parent][syncer.Pagico], s.rested.shown[parent][syncer.Pagico]
		if !s.rested.linked[uid] || s.rested.void || s.killed(uid) || s.users.moved(uid) || len(was) != 1 || len(before) != 1 || len(twins) != 1 || was[0].Ref.Parent != before[0].Ref.ID {
			continue
		}
		lost := 0 // of its contacts; a task cannot tell which of several it follows
		for _, d := range s.users.deaths {
			if d.uid == parent && d.seq > s.rested.seq {
				lost++
			}
		}
		if lost < 2 && s.flow(b.kind).Rules.Direction.Allows(syncer.Pagico) && len(found[parent][syncer.GHL]) == 1 {
			s.must(q[0].Ref.Parent == twins[0].Ref.ID, "%s belongs to %s on pagico, not to %s", uid, q[0].Ref.Parent, twins[0].Ref.ID)
		}
	}
}

// moved reports whether somebody put a record under another contact.
func (u *users) moved(uid string) bool {
	return slices.ContainsFunc(u.moves, func(m move) bool { return m.uid == uid })
}

// checkQuietMoves: one more pass writes nothing, and reads at most what waits.
func (s *sim) checkQuietMoves() {
	before := len(s.ghl.Calls()) + len(s.pagico.Calls())
	report := s.pass(nil)
	s.must(report.Writes == 0, "a second pass writes")
	calls := len(s.ghl.Calls()) + len(s.pagico.Calls()) - before
	s.must(calls <= 2*len(s.cfg.Flows)+2+2*len(report.Skipped), "a quiet pass asks too much")
}

// checkHome: twins belong to twins, and to those that people put them under last.
func (s *sim) checkHome(uid string, g, q syncer.Record) {
	on := map[syncer.Side]string{syncer.GHL: s.users.contactUID(syncer.GHL, g.Ref.Parent), syncer.Pagico: s.users.contactUID(syncer.Pagico, q.Ref.Parent)}
	found := s.found()
	both := func(contact string) bool {
		return contact != "" && len(found[contact][syncer.GHL]) == 1 && len(found[contact][syncer.Pagico]) == 1 && !s.isEnded(found[contact][syncer.GHL][0].Ref)
	}
	link := syncer.Link{}
	for _, l := range s.links(syncer.LinkActive) {
		if l.GHL.Same(g.Ref) {
			link = l
		}
	}
	rules := s.cfg.Flows[1].Rules
	ignored := rules.OneWay == merge.Ignore && rules.Direction != merge.TwoWay
	if q.Ref.Parent == "" || ignored || s.isEnded(g.Ref) || len(link.Parked) > 0 || !both(on[syncer.GHL]) || !both(on[syncer.Pagico]) {
		return
	}
	moves := slices.DeleteFunc(slices.Clone(s.users.moves), func(m move) bool { return m.uid != uid })
	if len(moves) == 0 {
		return
	}
	if s.remakes {
		s.must(on[syncer.GHL] == on[syncer.Pagico], "%s has the contact %s on ghl, and %s on pagico", uid, on[syncer.GHL], on[syncer.Pagico])
	}
	last, sides := moves[len(moves)-1], map[syncer.Side]bool{}
	for _, m := range moves {
		sides[m.side] = true
	}
	if len(sides) == 1 && rules.Direction == merge.TwoWay && !s.killed(uid) && !s.killed(last.to) && both(last.to) {
		s.must(last.to == on[last.side], "%s has the contact %s on %s, where it was put under %s last", uid, on[last.side], last.side, last.to)
	}
}

// checkMovedIsThere: a task that nobody deleted, and none of whose contacts anybody
// deleted, is on both sides where it can be.
func (s *sim) checkMovedIsThere(uid string, found map[string]map[syncer.Side][]syncer.Record) {
	b := s.users.born[uid]
	homes := slices.Clone(b.parents)
	for _, m := range s.users.moves {
		if m.uid == uid {
			homes = append(homes, m.from, m.to)
		}
	}
	if s.killed(uid) || slices.ContainsFunc(homes, s.killed) {
		return
	}
	for side := range b.sides {
		s.must(len(found[uid][side]) > 0, "%s vanished from %s", uid, side)
	}
	g := b.sides[syncer.GHL] && s.cfg.Flows[1].Rules.Direction.Allows(syncer.Pagico)
	if g && len(homes) <= 1 {
		s.must(len(found[uid][syncer.Pagico]) > 0, "%s is not on pagico", uid)
	}
}

func (m move) String() string {
	return fmt.Sprintf("%d move %s on %s from %q to %q during=%v", m.seq, m.uid, m.side, m.from, m.to, m.during)
}
