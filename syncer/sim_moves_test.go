package syncer_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// moving is the action of putting a task under another contact.
const moving = 10

// move is a task that a person put under another contact, by uid; "" for none.
type move struct {
	seq      int
	side     syncer.Side
	uid      string
	from, to string
	during   bool
}

// drawMoving draws what people do in a world where tasks are moved a lot.
func drawMoving(t *rapid.T) action {
	a := drawAction(t)
	if rapid.IntRange(0, 2).Draw(t, "moves") > 0 {
		a.what = moving
	}
	return a
}

// rehome puts a task under another contact; on Pagico perhaps under none.
func (u *users) rehome(side syncer.Side, a action) {
	task, ok := u.pickOne(side, syncer.KindTask, a.pick)
	if !ok || task.ReadOnly {
		return
	}
	home, ok := u.pickOne(side, syncer.KindContact, a.field)
	if !ok {
		return
	}
	if side == syncer.Pagico && a.field == 4 {
		home = syncer.Record{}
	}
	if home.Ref.ID == task.Ref.Parent || side == syncer.GHL && u.sim.unsettled() {
		return
	}
	u.seq++
	uid := task.Fields["uid"].AsText()
	u.moves = append(u.moves, move{seq: u.seq, side: side, uid: uid, from: u.contactUID(side, task.Ref.Parent), to: home.Fields["uid"].AsText(), during: u.during})
	u.service(side).Rehome(task.Ref, home.Ref.ID)
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

// contactUID is the uid of a contact, "" if it is not there.
func (u *users) contactUID(side syncer.Side, id string) string {
	for _, c := range u.service(side).All(syncer.KindContact) {
		if c.Ref.ID == id {
			return c.Fields["uid"].AsText()
		}
	}
	return ""
}

// newMovingSim is a world in which GHL tasks can be made again.
func newMovingSim(t *rapid.T, faults bool, rules func(*rapid.T) merge.Rules) *sim {
	remake := rapid.IntRange(0, 3).Draw(t, "remake") > 0
	s := newSim(t, simOptions{faults: faults, rules: rules, tune: func(c *syncer.Config) {
		c.Flows = slices.Clone(c.Flows)
		c.Flows[1].Remake = nil
		if remake {
			c.Flows[1].Remake = []syncer.Side{syncer.GHL}
		}
	}})
	s.remakes, s.draw = remake, drawMoving
	s.users.addContact(syncer.GHL)
	s.users.addContact(syncer.GHL)
	s.pass(nil)
	return s
}

func TestMovesConverge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newMovingSim(t, rapid.Bool().Draw(t, "faults"), nil)
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
		s := newMovingSim(t, false, nil)
		for range rapid.IntRange(1, 6).Draw(t, "actions") {
			s.users.act(drawMoving(t), nil)
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
	found := s.found()
	for uid, b := range s.users.born {
		if b.kind == syncer.KindTask && !b.shut && len(found[uid][syncer.GHL]) == 1 && len(found[uid][syncer.Pagico]) == 1 {
			s.checkHome(uid, found[uid][syncer.GHL][0], found[uid][syncer.Pagico][0])
		}
		if b.kind == syncer.KindTask {
			s.checkMovedIsThere(uid, found)
		}
	}
}

// checkQuietMoves: one more pass writes nothing, and reads at most what waits.
func (s *sim) checkQuietMoves() {
	before := len(s.ghl.Calls()) + len(s.pagico.Calls())
	report := s.pass(nil)
	require.Zero(s.t, report.Writes, s.story())
	calls := len(s.ghl.Calls()) + len(s.pagico.Calls()) - before
	require.LessOrEqual(s.t, calls, 2*len(s.cfg.Flows)+2+2*len(report.Skipped), "a quiet pass asks too much\n%s", s.story())
}

// checkHome: twins belong to twins, and to those that people put them under last.
func (s *sim) checkHome(uid string, g, q syncer.Record) {
	on := map[syncer.Side]string{syncer.GHL: s.users.contactUID(syncer.GHL, g.Ref.Parent), syncer.Pagico: s.users.contactUID(syncer.Pagico, q.Ref.Parent)}
	found := s.found()
	both := func(contact string) bool {
		return contact != "" && len(found[contact][syncer.GHL]) == 1 && len(found[contact][syncer.Pagico]) == 1
	}
	link := syncer.Link{}
	for _, l := range s.links(syncer.LinkActive) {
		if l.GHL.Same(g.Ref) {
			link = l
		}
	}
	rules := s.cfg.Flows[1].Rules
	ignored := rules.OneWay == merge.Ignore && rules.Direction != merge.TwoWay
	if q.Ref.Parent == "" || ignored || len(link.Parked) > 0 || !both(on[syncer.GHL]) || !both(on[syncer.Pagico]) {
		return
	}
	moves := slices.DeleteFunc(slices.Clone(s.users.moves), func(m move) bool { return m.uid != uid })
	if len(moves) == 0 {
		return
	}
	if s.remakes {
		require.Equal(s.t, on[syncer.GHL], on[syncer.Pagico], "the contact of %s\n%s", uid, s.story())
	}
	last, sides := moves[len(moves)-1], map[syncer.Side]bool{}
	for _, m := range moves {
		sides[m.side] = true
	}
	if len(sides) == 1 && rules.Direction == merge.TwoWay && !s.killed(uid) && both(last.to) {
		require.Equal(s.t, last.to, on[last.side], "where %s was put last\n%s", uid, s.story())
	}
}

// checkMovedIsThere: a task that nobody deleted, and none of whose contacts anybody
// deleted, is on both sides where it can be.
func (s *sim) checkMovedIsThere(uid string, found map[string]map[syncer.Side][]syncer.Record) {
	b := s.users.born[uid]
	homes := []string{b.parent}
	for _, m := range s.users.moves {
		if m.uid == uid {
			homes = append(homes, m.from, m.to)
		}
	}
	if s.killed(uid) || slices.ContainsFunc(homes, s.killed) {
		return
	}
	for side := range b.sides {
		require.NotEmpty(s.t, found[uid][side], "%s vanished from %s\n%s", uid, side, s.story())
	}
	g := b.sides[syncer.GHL] && s.cfg.Flows[1].Rules.Direction.Allows(syncer.Pagico)
	if g && len(homes) == 1 {
		require.NotEmpty(s.t, found[uid][syncer.Pagico], "%s is not on pagico\n%s", uid, s.story())
	}
}

func (m move) String() string {
	return fmt.Sprintf("%d move %s on %s from %q to %q during=%v", m.seq, m.uid, m.side, m.from, m.to, m.during)
}
