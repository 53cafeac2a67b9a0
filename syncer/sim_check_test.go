package syncer_test

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// found are the records that are there, by uid and side.
func (s *sim) found() map[string]map[syncer.Side][]syncer.Record {
	all := map[string]map[syncer.Side][]syncer.Record{}
	for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask} {
		for _, side := range bothSides {
			for _, rec := range s.service(side).All(kind) {
				uid := uidOf(rec)
				if all[uid] == nil {
					all[uid] = map[syncer.Side][]syncer.Record{}
				}
				all[uid][side] = append(all[uid][side], rec)
			}
		}
	}
	return all
}

// checkNoDoubles: no side shows the same record twice.
func (s *sim) checkNoDoubles() {
	for uid, sides := range s.found() {
		for side, records := range sides {
			s.must(len(records) == 1 || s.watch.ghosts[uid], "%s is doubled on %s", uid, side)
		}
	}
}

// checkNoGhosts: whatever is shown was written by somebody.
func (s *sim) checkNoGhosts() {
	known := map[string]bool{"open": true, "completed": true, "started": true, "one": true, "two": true, "three": true, "four": true,
		"a": true, "b": true, "c": true, "d": true}
	for uid, sides := range s.found() {
		_, made := s.users.born[uid]
		s.must(made, "nobody made %s", uid)
		for _, records := range sides {
			for name, v := range records[0].Fields {
				parts := v.Items()
				if !v.IsSet() {
					parts = strings.Split(v.AsText(), "\n")
				}
				for _, part := range parts {
					s.must(known[part] || s.users.wrote[part], "%s of %s shows %q, which nobody wrote", name, uid, part)
				}
			}
		}
	}
}

// checkNoEditIsLost: every value that a person wrote is still shown, was
// replaced or deleted by people who saw it, or is in the audit log or the queue
// of conflicts. Nothing can be promised for a task that is made on GHL in the
// moment in which its contact is deleted.
func (s *sim) checkNoEditIsLost() {
	found, log := s.found(), s.audit()
	var parked []string
	for _, l := range s.links() {
		for _, p := range l.Parked {
			parked = append(parked, p.GHL.String(), p.Pagico.String())
		}
	}
	for _, e := range s.users.edits {
		shown := func(rec syncer.Record) bool { return holds(rec.Fields[e.field], e.part) }
		if e.part == "" || e.dropped || e.doomed && e.ref.Side == syncer.GHL {
			continue
		}
		there := slices.ContainsFunc(found[e.uid][syncer.GHL], shown) || slices.ContainsFunc(found[e.uid][syncer.Pagico], shown)
		if there || told(log, e.part) || slices.ContainsFunc(parked, func(p string) bool { return told(p, e.part) }) {
			continue
		}
		s.fail("edit %+v is lost", e)
	}
}

// told reports whether a text names the value, and not merely one that begins
// with it.
func told(text, value string) bool {
	for {
		i := strings.Index(text, value)
		if i < 0 {
			return false
		}
		text = text[i+len(value):]
		if text == "" || text[0] < '0' || text[0] > '9' {
			return true
		}
	}
}

// checkComplete: what nobody deleted is on both sides, where the rules allow.
func (s *sim) checkComplete() {
	found := s.found()
	for uid, b := range s.users.born {
		if s.killed(uid) || s.watch.orphaned(uid) || s.watch.ghosts[uid] {
			continue
		}
		rules := s.flow(b.kind).Rules
		for _, side := range bothSides {
			there := len(found[uid][side]) > 0
			if b.sides[side] {
				s.must(there, "%s vanished from %s", uid, side)
				continue
			}
			if s.users.odd[uid] > 0 {
				continue
			}
			possible := rules.Direction.Allows(side) && (b.kind == syncer.KindContact || s.parentOn(b, side))
			s.must(possible == there, "%s on %s: %v, not %v", uid, side, there, possible)
		}
	}
}

// parentOn reports whether a task's contact can be on the side.
func (s *sim) parentOn(b birth, side syncer.Side) bool {
	if b.parent() == "" {
		return side == syncer.Pagico
	}
	contact := s.users.born[b.parent()]
	return contact.sides[side] || s.cfg.Flows[0].Rules.Direction.Allows(side)
}

// checkInStep: both records of every pair show the same, except where a field
// waits for a person or the rules leave it alone.
func (s *sim) checkInStep() {
	byRef := map[string]syncer.Record{}
	for _, sides := range s.found() {
		for _, records := range sides {
			for _, rec := range records {
				byRef[rec.Ref.String()] = rec
			}
		}
	}
	for _, l := range s.links(syncer.LinkActive) {
		g, okG := byRef[l.GHL.String()]
		q, okP := byRef[l.Pagico.String()]
		rules := s.flow(l.Kind).Rules
		s.must(okG && okP, "link %d leads nowhere", l.ID)
		for _, f := range rules.Fields {
			_, oneWay := rules.Direction.Source()
			if _, waits := l.Parked[f.Name]; waits || g.ReadOnly || rules.OneWay == merge.Ignore && (f.Owner != "" || oneWay) {
				continue
			}
			// What only the receiving side knew at the first match stays.
			if owner := ownerOf(rules, f); owner != "" && owned(g, q, owner).Fields[f.Name].IsNone() {
				continue
			}
			s.must(g.Fields[f.Name].Equal(q.Fields[f.Name]), "%s of link %d differs", f.Name, l.ID)
		}
	}
}

func ownerOf(r merge.Rules, f merge.Field) syncer.Side {
	if source, oneWay := r.Direction.Source(); oneWay {
		return source
	}
	return f.Owner
}

func owned(g, q syncer.Record, owner syncer.Side) syncer.Record {
	if owner == syncer.GHL {
		return g
	}
	return q
}

// checkQuiet: one more pass writes nothing and asks for nothing but listings.
func (s *sim) checkQuiet() {
	before := len(s.ghl.Calls()) + len(s.pagico.Calls())
	report := s.pass(nil)
	s.must(report.Writes == 0, "a second pass writes")
	calls := len(s.ghl.Calls()) + len(s.pagico.Calls()) - before
	listings := 2*len(s.cfg.Flows) + 2
	s.must(calls <= listings+2*len(report.Skipped)+len(s.users.odd), "a quiet pass asks too much")
}

// checkAll: everything that holds once the world is at rest.
func (s *sim) checkAll() {
	s.checkNoDoubles()
	s.checkNoGhosts()
	s.checkNoEditIsLost()
	s.checkComplete()
	s.checkInStep()
	s.checkReplay()
	s.checkQuiet()
}

// checkReplay: the log alone gives the links.
func (s *sim) checkReplay() {
	var rebuilt []syncer.Link
	require.NoError(s.t, s.store.View(s.t.Context(), s.cfg.Connection, func(tx syncer.Tx) (err error) {
		if err := syncer.VerifyAudit(tx.Audit(0)); err != nil {
			return err
		}
		rebuilt, err = syncer.ReplayAudit(tx.Audit(0))
		return err
	}))
	known := map[syncer.LinkID]syncer.Link{}
	for _, l := range s.links() {
		known[l.ID] = l
	}
	s.must(len(rebuilt) == len(known), "%d links replayed of %d", len(rebuilt), len(known))
	for _, l := range rebuilt {
		want := known[l.ID]
		same := want.Kind == l.Kind && want.State == l.State && want.GHL == l.GHL && want.Pagico == l.Pagico && want.Origin == l.Origin
		s.must(same, "link %d replays as %+v", l.ID, l)
		for field, base := range want.Base {
			s.must(base.GHL.Equal(l.Base[field].GHL) && base.Pagico.Equal(l.Base[field].Pagico), "base of %s of link %d replays as %v", field, l.ID, l.Base[field])
		}
	}
}
