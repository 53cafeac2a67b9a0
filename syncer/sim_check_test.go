package syncer_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// found are the records that are there in the end, by uid and side.
func (s *sim) found() map[string]map[syncer.Side][]syncer.Record {
	all := map[string]map[syncer.Side][]syncer.Record{}
	for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask} {
		for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
			for _, rec := range s.users.service(side).All(kind) {
				uid := rec.Fields["uid"].AsText()
				if all[uid] == nil {
					all[uid] = map[syncer.Side][]syncer.Record{}
				}
				all[uid][side] = append(all[uid][side], rec)
			}
		}
	}
	return all
}

// story tells what happened, for a failure.
func (s *sim) story() string {
	var b strings.Builder
	for _, e := range s.users.edits {
		fmt.Fprintf(&b, "%d edit %s (%s) %s=%s during=%v\n", e.seq, e.ref, e.uid, e.field, e.value, e.during)
	}
	for _, d := range s.users.deaths {
		fmt.Fprintf(&b, "%d delete %s (%s) during=%v\n", d.seq, d.ref, d.uid, d.during)
	}
	for _, m := range s.users.moves {
		fmt.Fprintln(&b, m)
	}
	for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask} {
			for _, rec := range s.users.service(side).All(kind) {
				fmt.Fprintf(&b, "%s parent=%s twin=%s %v\n", rec.Ref, rec.Ref.Parent, rec.Twin, rec.Fields)
			}
		}
	}
	for _, l := range s.links() {
		fmt.Fprintf(&b, "link %d %s %s-%s %s parked=%v\n", l.ID, l.State, l.GHL.ID, l.Pagico.ID, l.Reason, l.Parked)
	}
	fmt.Fprintf(&b, "rules %+v\ncontacts %s\n%s", s.cfg.Flows[1].Rules, s.cfg.Flows[0].Rules.Direction, s.audit())
	return b.String()
}

// checkNoDoubles: no side shows the same record twice.
func (s *sim) checkNoDoubles() {
	for uid, sides := range s.found() {
		for side, records := range sides {
			require.Len(s.t, records, 1, "%s is doubled on %s\n%s", uid, side, s.story())
		}
	}
}

// checkNoGhosts: whatever is shown was written by somebody.
func (s *sim) checkNoGhosts() {
	known := map[string]bool{"open": true, "completed": true, "started": true, "one": true, "two": true, "three": true, "four": true,
		"a": true, "b": true, "c": true, "d": true}
	for uid, sides := range s.found() {
		require.Contains(s.t, s.users.born, uid, "nobody made it\n%s", s.story())
		for _, records := range sides {
			for name, v := range records[0].Fields {
				parts := v.Items()
				if !v.IsSet() {
					parts = strings.Split(v.AsText(), "\n")
				}
				for _, part := range parts {
					require.True(s.t, known[part] || s.users.wrote[part], "%s shows %q, which nobody wrote\n%s", name, part, s.story())
				}
			}
		}
	}
}

// checkNoEditIsLost: every value that a person wrote is still shown, was
// replaced or deleted by people of the same side, or is in the audit log or the
// queue of conflicts.
func (s *sim) checkNoEditIsLost() {
	found, log := s.found(), s.audit()
	var parked []string
	for _, l := range s.links() {
		for _, p := range l.Parked {
			parked = append(parked, p.GHL.String(), p.Pagico.String())
		}
	}
	for _, e := range s.users.edits {
		shown := func(rec syncer.Record) bool { return holds(rec.Fields[e.field], e.value) }
		if s.wentWithContact(e) {
			continue
		}
		there := e.value == "" || slices.ContainsFunc(found[e.uid][syncer.GHL], shown) || slices.ContainsFunc(found[e.uid][syncer.Pagico], shown)
		if there || s.replaced(e) || told(log, e.value) || slices.ContainsFunc(parked, func(p string) bool { return told(p, e.value) }) {
			continue
		}
		s.t.Fatalf("edit %+v is lost\n%s", e, s.story())
	}
}

// wentWithContact tells the one moment for which nothing can be promised when
// contacts are deleted both ways: a task that is made or edited on GHL after the
// engine's last look at what belongs to its contact, and before the contact is
// deleted.
func (s *sim) wentWithContact(e edit) bool { return e.doomed && e.ref.Side == syncer.GHL }

// checkLoneEditsStand: a value that nobody else competed with is shown on both
// sides in the end.
func (s *sim) checkLoneEditsStand() {
	found := s.found()
	for i, e := range s.users.edits {
		b := s.users.born[e.uid]
		sides := found[e.uid]
		alone := !slices.ContainsFunc(s.users.edits[i+1:], func(o edit) bool { return o.uid == e.uid && o.field == e.field }) &&
			!slices.ContainsFunc(s.users.edits[:i], func(o edit) bool { return o.uid == e.uid && o.field == e.field && o.ref.Side != e.ref.Side })
		if !alone || e.value == "" || b.shut || len(b.sides) > 1 || s.killed(e.uid) || s.killed(b.parent) || len(sides[syncer.GHL]) != 1 || len(sides[syncer.Pagico]) != 1 {
			continue
		}
		flow := s.flow(b.kind)
		rule := flow.Rules.Fields[slices.IndexFunc(flow.Rules.Fields, func(f merge.Field) bool { return f.Name == e.field })]
		if owner := ownerOf(flow.Rules, rule); owner == e.ref.Side.Other() {
			continue
		}
		for _, records := range sides {
			require.True(s.t, holds(records[0].Fields[e.field], e.value), "lone edit %+v is undone\n%s", e, s.story())
		}
	}
}

func holds(v syncer.Value, part string) bool {
	return slices.Contains(v.Items(), part) || slices.Contains(strings.Split(v.AsText(), "\n"), part)
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

// replaced reports whether people of the same side overwrote or deleted it.
func (s *sim) replaced(e edit) bool {
	later := slices.ContainsFunc(s.users.edits, func(o edit) bool {
		return o.seq > e.seq && o.ref.Same(e.ref) && o.field == e.field
	})
	gone := slices.ContainsFunc(s.users.deaths, func(d death) bool { return d.seq > e.seq && d.ref.Same(e.ref) })
	return later || gone
}

// checkComplete: what nobody deleted is on both sides, where the rules allow.
func (s *sim) checkComplete() {
	found := s.found()
	for uid, b := range s.users.born {
		if s.killed(uid) || s.killed(b.parent) {
			continue
		}
		rules := s.cfg.Flows[0].Rules
		if b.kind == syncer.KindTask {
			rules = s.cfg.Flows[1].Rules
		}
		for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
			there := len(found[uid][side]) > 0
			if b.sides[side] {
				require.True(s.t, there, "%s vanished from %s\n%s", uid, side, s.story())
				continue
			}
			possible := rules.Direction.Allows(side) && (b.kind == syncer.KindContact || s.parentOn(b, side))
			require.Equal(s.t, possible, there, "%s on %s\n%s", uid, side, s.story())
		}
	}
}

// parentOn reports whether a task's contact can be on the side.
func (s *sim) parentOn(b birth, side syncer.Side) bool {
	if b.parent == "" {
		return side == syncer.Pagico
	}
	contact := s.users.born[b.parent]
	return contact.sides[side] || s.cfg.Flows[0].Rules.Direction.Allows(side)
}

func (s *sim) killed(uid string) bool {
	return uid != "" && slices.ContainsFunc(s.users.deaths, func(d death) bool { return d.uid == uid })
}

// checkInStep: both records of every pair show the same, except where a field
// waits for a person or the rules leave it alone.
func (s *sim) checkInStep() {
	rules := s.cfg.Flows[1].Rules
	_, oneWay := rules.Direction.Source()
	byRef := map[syncer.Ref]syncer.Record{}
	for _, sides := range s.found() {
		for _, records := range sides {
			for _, rec := range records {
				byRef[syncer.Ref{Side: rec.Ref.Side, Kind: rec.Ref.Kind, ID: rec.Ref.ID}] = rec
			}
		}
	}
	for _, l := range s.links(syncer.LinkActive) {
		g, okG := byRef[syncer.Ref{Side: syncer.GHL, Kind: l.Kind, ID: l.GHL.ID}]
		q, okP := byRef[syncer.Ref{Side: syncer.Pagico, Kind: l.Kind, ID: l.Pagico.ID}]
		require.True(s.t, okG && okP, "link %d leads nowhere\n%s", l.ID, s.story())
		for _, f := range s.flow(l.Kind).Rules.Fields {
			if _, waits := l.Parked[f.Name]; waits || rules.OneWay == merge.Ignore && (f.Owner != "" || oneWay) {
				continue
			}
			// What only the receiving side knew at the first match stays.
			if owner := ownerOf(s.flow(l.Kind).Rules, f); owner != "" && owned(g, q, owner).Fields[f.Name].IsNone() {
				continue
			}
			require.Equal(s.t, g.Fields[f.Name].String(), q.Fields[f.Name].String(), "%s of link %d differs\n%s", f.Name, l.ID, s.story())
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

func (s *sim) flow(kind syncer.Kind) syncer.Flow {
	for _, f := range s.cfg.Flows {
		if f.Kind == kind {
			return f
		}
	}
	return syncer.Flow{}
}

// checkQuiet: one more pass writes nothing and asks for nothing but listings.
func (s *sim) checkQuiet() {
	before := len(s.ghl.Calls()) + len(s.pagico.Calls())
	report := s.pass(nil)
	require.Zero(s.t, report.Writes, s.story())
	calls := slices.Concat(s.ghl.Calls(), s.pagico.Calls())
	listings := 2*len(s.cfg.Flows) + 2
	require.LessOrEqual(s.t, len(calls)-before, listings+len(report.Skipped), "a quiet pass asks too much\n%s", s.story())
}

// checkAll: everything that holds once the world is at rest.
func (s *sim) checkAll() {
	s.checkNoDoubles()
	s.checkNoGhosts()
	s.checkNoEditIsLost()
	s.checkLoneEditsStand()
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
	require.Len(s.t, rebuilt, len(known), s.story())
	for _, l := range rebuilt {
		want := known[l.ID]
		require.Equal(s.t, []any{want.Kind, want.State, want.GHL, want.Pagico, want.Origin}, []any{l.Kind, l.State, l.GHL, l.Pagico, l.Origin}, s.story())
		for field, base := range want.Base {
			require.Equal(s.t, base, l.Base[field], "base of %s of link %d\n%s", field, l.ID, s.story())
		}
	}
}
