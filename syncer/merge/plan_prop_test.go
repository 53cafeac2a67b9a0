package merge_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

func TestReplanningAnAppliedOutcomeYieldsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := genWorld(t)
		if w.pair.GHL == nil || w.pair.Pagico == nil {
			return
		}
		out := merge.Plan(w.pair, w.rules)
		again := merge.Plan(applied(w, out), w.rules)
		require.Empty(t, again.Changes, "%s\nfirst %+v", w, out)
		require.Empty(t, again.Agreed, "%s\nfirst %+v", w, out)
		if w.rules.OneWay != merge.Ignore {
			require.Empty(t, again.Discarded)
		}
		for _, c := range again.Conflicts {
			require.True(t, c.Parked, "only parked conflicts come back: %+v", c)
		}
	})
}

func TestPlanIsPure(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := genWorld(t)
		before := w.String()
		require.Equal(t, merge.Plan(w.pair, w.rules), merge.Plan(w.pair, w.rules))
		require.Equal(t, before, w.String())
	})
}

// swapped turns the world over: GHL becomes Pagico and the other way round.
func swapped(w world) world {
	turn := map[merge.Policy]merge.Policy{merge.GHLWins: merge.PagicoWins, merge.PagicoWins: merge.GHLWins}
	flip := map[merge.Direction]merge.Direction{merge.GHLToPagico: merge.PagicoToGHL, merge.PagicoToGHL: merge.GHLToPagico}
	o := world{rules: w.rules, pair: merge.Pair{GHL: w.pair.Pagico, Pagico: w.pair.GHL, Base: map[string]merge.Base{}}}
	for name, b := range w.pair.Base {
		o.pair.Base[name] = merge.Base{GHL: b.Pagico, Pagico: b.GHL}
	}
	o.rules.Fields = slices.Clone(w.rules.Fields)
	for i, f := range o.rules.Fields {
		if p, ok := turn[f.Policy]; ok {
			o.rules.Fields[i].Policy = p
		}
		if f.Owner != "" {
			o.rules.Fields[i].Owner = f.Owner.Other()
		}
	}
	if d, ok := flip[w.rules.Direction]; ok {
		o.rules.Direction = d
	}
	if lens := w.rules.Lens; lens != nil {
		o.rules.Lens = func(to merge.Side, field string, value, shown merge.Value) merge.Value {
			return lens(to.Other(), field, value, shown)
		}
	}
	return o
}

// effect is what an outcome does, without words and order.
type effect struct {
	action  merge.Action
	target  merge.Side
	writes  map[string]merge.Value
	agreed  []string
	parked  []string
	settled map[string]merge.Side
}

func effectOf(out merge.Outcome, swap bool) effect {
	side := func(s merge.Side) merge.Side {
		if swap && s != "" {
			return s.Other()
		}
		return s
	}
	e := effect{action: out.Action, target: side(out.Target), writes: map[string]merge.Value{}, settled: map[string]merge.Side{}}
	for _, c := range out.Changes {
		e.writes[string(side(c.To))+"."+c.Field] = c.New
	}
	for _, a := range out.Agreed {
		e.agreed = append(e.agreed, a.Field)
	}
	for _, c := range out.Conflicts {
		if c.Parked {
			e.parked = append(e.parked, c.Field)
		} else {
			e.settled[c.Field] = side(c.Winner)
		}
	}
	return e
}

func TestSwappingSidesSwapsTheOutcome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := genWorld(t)
		if w.pair.GHL != nil && w.pair.Pagico != nil {
			// Ties and unknown times go to GHL, whichever side that is.
			g, p := w.pair.GHL.Stamp.At, w.pair.Pagico.Stamp.At
			if g.IsZero() || p.IsZero() || g.Equal(p) {
				return
			}
		}
		straight, turned := merge.Plan(w.pair, w.rules), merge.Plan(swapped(w).pair, swapped(w).rules)
		require.Equal(t, effectOf(straight, false), effectOf(turned, true), w.String())
	})
}

// TestNoValueDisappearsUnaccounted checks, without knowing how Plan decides,
// that whatever a side shows is still shown after the outcome, or that the
// outcome tells what became of it.
func TestNoValueDisappearsUnaccounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := genWorld(t)
		if w.pair.GHL == nil || w.pair.Pagico == nil {
			return
		}
		out := merge.Plan(w.pair, w.rules)
		for _, c := range out.Changes {
			state := w.pair.GHL
			if c.To == merge.Pagico {
				state = w.pair.Pagico
			}
			require.True(t, c.Old.Equal(state.Fields[c.Field]), "Old tells what is overwritten")
			require.False(t, c.Old.Equal(c.New), "nothing is written for nothing")
			require.False(t, state.ReadOnly, "a read-only record is not written")
			base, known := w.pair.Base[c.Field]
			if known && c.Old.Equal(base.Of(c.To)) {
				continue // not an edit
			}
			if !known && c.Old.IsNone() {
				continue
			}
			told := slices.ContainsFunc(out.Conflicts, func(x merge.Conflict) bool { return x.Field == c.Field }) ||
				slices.ContainsFunc(out.Discarded, func(x merge.Change) bool { return x.Field == c.Field && x.To == c.To && x.New.Equal(c.Old) })
			require.True(t, told || owned(w.rules, c), "%q on %s disappears: %s\n%+v", c.Old, c.To, w, out)
		}
		unseen(t, w, out)
	})
}

// unseen checks that an edit is carried over, put back, or told of.
func unseen(t *rapid.T, w world, out merge.Outcome) {
	after := applied(w, out)
	for _, name := range names {
		base, known := w.pair.Base[name]
		for _, side := range []merge.Side{merge.GHL, merge.Pagico} {
			mine, theirs := w.pair.GHL.Fields[name], after.Pagico.Fields[name]
			kept := after.GHL.Fields[name]
			if side == merge.Pagico {
				mine, theirs, kept = w.pair.Pagico.Fields[name], after.GHL.Fields[name], after.Pagico.Fields[name]
			}
			if known && mine.Equal(base.Of(side)) || !known && mine.IsNone() || !kept.Equal(mine) {
				continue // no edit, or overwritten, which is checked above
			}
			want, express := mine, theirs
			if w.rules.Lens != nil {
				want = w.rules.Lens(side.Other(), name, mine, theirs)
				express = w.rules.Lens(side, name, theirs, mine)
			}
			told := slices.ContainsFunc(out.Conflicts, func(x merge.Conflict) bool { return x.Field == name })
			stays := w.rules.OneWay == merge.Ignore || !known // left on purpose, or known before the match
			require.True(t, theirs.Equal(want) || mine.Equal(express) || told || stays && ownedBy(w.rules, name, side.Other()),
				"%q on %s stays unseen on the other side: %s\n%+v", mine, side, w, out)
		}
	}
}

// owned reports whether the rules give the field to the side that wins in c.
func owned(r merge.Rules, c merge.Change) bool { return ownedBy(r, c.Field, c.To.Other()) }

func ownedBy(r merge.Rules, field string, side merge.Side) bool {
	switch r.Direction {
	case merge.GHLToPagico:
		return side == merge.GHL
	case merge.PagicoToGHL:
		return side == merge.Pagico
	}
	return slices.ContainsFunc(r.Fields, func(f merge.Field) bool { return f.Name == field && f.Owner == side })
}

func TestOwnerAlwaysWins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := genWorld(t)
		if w.pair.GHL == nil || w.pair.Pagico == nil {
			return
		}
		out := merge.Plan(w.pair, w.rules)
		after := applied(w, out)
		for _, name := range names {
			for _, side := range []merge.Side{merge.GHL, merge.Pagico} {
				if !ownedBy(w.rules, name, side) {
					continue
				}
				before, now, other := w.pair.GHL, after.GHL, after.Pagico
				if side == merge.Pagico {
					before, now, other = w.pair.Pagico, after.Pagico, after.GHL
				}
				require.True(t, now.Fields[name].Equal(before.Fields[name]), "the owner is not written")
				base, known := w.pair.Base[name]
				if !known || before.Fields[name].Equal(base.Of(side)) || other.ReadOnly {
					continue
				}
				want := before.Fields[name]
				if w.rules.Lens != nil {
					want = w.rules.Lens(side.Other(), name, want, other.Fields[name])
				}
				require.True(t, other.Fields[name].Equal(want), "the owner's change arrives: %s\n%+v", w, out)
			}
		}
	})
}

func TestEditBeatsDelete(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := genWorld(t)
		w.rules.Direction = merge.TwoWay
		left, side := w.pair.GHL, merge.GHL
		if rapid.Bool().Draw(t, "ghl is gone") {
			left, side = w.pair.Pagico, merge.Pagico
			w.pair.GHL = nil
		} else {
			w.pair.Pagico = nil
		}
		if left == nil {
			require.Equal(t, merge.ActionClose, merge.Plan(w.pair, w.rules).Action)
			return
		}
		edited := false
		for _, name := range names {
			base := w.pair.Base[name].Of(side)
			edited = edited || !left.Fields[name].Equal(base) && !ownedBy(w.rules, name, side.Other())
		}
		out := merge.Plan(w.pair, w.rules)
		switch {
		case w.rules.Deletes == merge.Unlink:
			require.Equal(t, merge.ActionUnlink, out.Action)
		case w.rules.Deletes == merge.KeepTwin:
			require.Equal(t, merge.ActionKeep, out.Action)
		case edited:
			require.Equal(t, merge.ActionRecreate, out.Action, w.String())
			require.Equal(t, side.Other(), out.Target)
		case left.ReadOnly:
			require.Equal(t, merge.ActionUnlink, out.Action, "what cannot be written is kept")
		default:
			require.Contains(t, []merge.Action{merge.ActionDelete, merge.ActionComplete}, out.Action)
			require.Equal(t, side, out.Target)
		}
	})
}

func TestLensLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names[:]).Draw(t, "field")
		v, shown := genValue(name).Draw(t, "value"), genValue(name).Draw(t, "shown")
		to := rapid.SampledFrom([]merge.Side{merge.GHL, merge.Pagico}).Draw(t, "to")
		once := upper(to, name, v, shown)
		require.True(t, upper(to, name, v, once).Equal(once), "asked again with its own answer, it answers the same")
	})
}

func TestDecisionHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := genWorld(t)
		if w.pair.GHL == nil || w.pair.Pagico == nil {
			return
		}
		w.rules.Lens = nil
		parked := slices.DeleteFunc(slices.Clone(merge.Plan(w.pair, w.rules).Conflicts), func(c merge.Conflict) bool { return !c.Parked })
		w.pair.Settled = map[string]merge.Value{}
		for _, c := range parked {
			w.pair.Settled[c.Field] = rapid.SampledFrom([]merge.Value{c.GHL, c.Pagico, merge.Text("third")}).Draw(t, "decision")
		}
		after := applied(w, merge.Plan(w.pair, w.rules))
		for _, c := range parked {
			want := w.pair.Settled[c.Field]
			writable := (!w.pair.GHL.ReadOnly || c.GHL.Equal(want)) && (!w.pair.Pagico.ReadOnly || c.Pagico.Equal(want))
			if !writable || ownedBy(w.rules, c.Field, merge.GHL) || ownedBy(w.rules, c.Field, merge.Pagico) {
				continue
			}
			require.True(t, after.GHL.Fields[c.Field].Equal(want) && after.Pagico.Fields[c.Field].Equal(want), w.String())
		}
	})
}
