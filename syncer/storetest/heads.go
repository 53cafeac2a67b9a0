package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

func headPromises() []promise {
	return []promise{
		{"LinkOf/prefers the active link, then the newest", checkLinkOfPreference},
		{"Heads/tells id, state and the content seen on that side", checkHeads},
		{"Heads/equals LinkOf for random links", checkHeadsRandom},
		{"Heads/takes hundreds of ids, unknown and repeated ones too", checkHeadsMany},
	}
}

func checkLinkOfPreference(s suite) {
	expect := func(want syncer.LinkID) {
		s.Helper()
		s.view(func(tx syncer.Tx) {
			for _, ref := range []syncer.Ref{ghlTask("g1"), pagicoTask("p1")} {
				l, err := tx.LinkOf(ref)
				require.NoError(s, err)
				assert.Equal(s, want, l.ID, ref)
				heads, err := tx.Heads(ref.Side, ref.Kind, []string{ref.ID})
				require.NoError(s, err)
				assert.Equal(s, want, heads[ref.ID].ID, ref)
			}
		})
	}
	for n, state := range []syncer.LinkState{syncer.LinkGone, syncer.LinkActive, syncer.LinkEnded, syncer.LinkGone} {
		l := link("g1", "p1")
		l.State = state
		s.put(&l)
		expect([]syncer.LinkID{1, 2, 2, 2}[n])
	}
	s.update(func(tx syncer.Tx) {
		l, err := tx.Link(2)
		require.NoError(s, err)
		l.State = syncer.LinkEnded
		require.NoError(s, tx.PutLink(&l))
	})
	expect(4)
	s.update(func(tx syncer.Tx) {
		l, err := tx.Link(1)
		require.NoError(s, err)
		l.State = syncer.LinkActive
		require.NoError(s, tx.PutLink(&l))
	})
	expect(1)
}

func checkHeads(s suite) {
	l := fullLink(1)
	s.put(&l)
	fresh := link("g2", "p2")
	fresh.State = syncer.LinkGone
	s.put(&fresh)
	s.view(func(tx syncer.Tx) {
		heads, err := tx.Heads(syncer.GHL, syncer.KindTask, []string{"g1", "g2", "p1"})
		require.NoError(s, err)
		require.Len(s, heads, 2)
		assert.Equal(s, l.ID, heads["g1"].ID)
		assert.Equal(s, syncer.LinkActive, heads["g1"].State)
		assert.Equal(s, l.SeenGHL, heads["g1"].Seen)
		assert.Equal(s, syncer.LinkGone, heads["g2"].State)
		assert.True(s, heads["g2"].Seen.IsZero(), "nothing was seen yet")

		heads, err = tx.Heads(syncer.Pagico, syncer.KindTask, []string{"p1"})
		require.NoError(s, err)
		assert.Equal(s, l.SeenPagico, heads["p1"].Seen)
		heads, err = tx.Heads(syncer.Pagico, syncer.KindNote, []string{"p1"})
		require.NoError(s, err)
		assert.Empty(s, heads)
		heads, err = tx.Heads(syncer.Pagico, syncer.KindTask, nil)
		require.NoError(s, err)
		assert.Empty(s, heads)
	})
}

// checkHeadsRandom compares Heads, LinkOf, CountLinks and the refusals of PutLink
// with a plain model while few records are linked in many ways.
func checkHeadsRandom(s suite) {
	r := rand.New(rand.NewPCG(1, 2))
	states := []syncer.LinkState{syncer.LinkActive, syncer.LinkEnded, syncer.LinkGone}
	var model []syncer.Link // by id-1
	s.update(func(tx syncer.Tx) {
		for range 300 {
			l := link(fmt.Sprintf("g%d", r.IntN(12)), fmt.Sprintf("p%d", r.IntN(12)))
			l.State = states[r.IntN(3)]
			l.SeenGHL = merge.Hash{byte(r.UintN(256) & 0xff)}
			if len(model) > 0 && r.IntN(2) == 0 {
				l.ID = syncer.LinkID(1 + r.IntN(len(model)))
			}
			err := tx.PutLink(&l)
			if taken(model, l) {
				require.ErrorIs(s, err, syncer.ErrLinked)
				continue
			}
			require.NoError(s, err)
			if int(l.ID) > len(model) {
				model = append(model, l)
			} else {
				model[l.ID-1] = l
			}
		}
		compareHeads(s, tx, model)
	})
	s.view(func(tx syncer.Tx) { compareHeads(s, tx, model) })
	require.Greater(s, len(model), 20)
}

// taken reports whether another active link of the model has one of l's records.
func taken(model []syncer.Link, l syncer.Link) bool {
	for _, m := range model {
		if l.State == syncer.LinkActive && m.State == syncer.LinkActive && m.ID != l.ID &&
			(m.GHL.Same(l.GHL) || m.Pagico.Same(l.Pagico)) {
			return true
		}
	}
	return false
}

func compareHeads(s suite, tx syncer.Tx, model []syncer.Link) {
	s.Helper()
	for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		ids := make([]string, 0, 12)
		for n := range 12 {
			ids = append(ids, fmt.Sprintf("%c%d", side[0], n))
		}
		heads, err := tx.Heads(side, syncer.KindTask, ids)
		require.NoError(s, err)
		for _, id := range ids {
			want, known := best(model, syncer.Ref{Side: side, Kind: syncer.KindTask, ID: id})
			got, err := tx.LinkOf(syncer.Ref{Side: side, Kind: syncer.KindTask, ID: id})
			head, ok := heads[id]
			require.Equal(s, known, ok, id)
			require.Equal(s, known, !errors.Is(err, syncer.ErrNoLink), id)
			if known {
				require.NoError(s, err)
				assert.Equal(s, want, got)
				assert.Equal(s, syncer.Head{ID: want.ID, State: want.State, Seen: want.Seen(side)}, head)
			}
		}
	}
	for _, state := range []syncer.LinkState{syncer.LinkActive, syncer.LinkEnded, syncer.LinkGone} {
		want := 0
		for _, l := range model {
			if l.State == state {
				want++
			}
		}
		got, err := tx.CountLinks(syncer.KindTask, state)
		require.NoError(s, err)
		assert.Equal(s, want, got, state)
	}
}

// best is the preference in plain words: active first, then the newest.
func best(model []syncer.Link, ref syncer.Ref) (syncer.Link, bool) {
	var found syncer.Link
	for _, l := range model {
		if l.Ref(ref.Side).Same(ref) && (found.State != syncer.LinkActive || l.State == syncer.LinkActive) {
			found = l
		}
	}
	return found, found.ID != 0
}

func checkHeadsMany(s suite) {
	s.update(func(tx syncer.Tx) {
		for n := range 700 {
			l := link(fmt.Sprintf("g%d", n), fmt.Sprintf("p%d", n))
			require.NoError(s, tx.PutLink(&l))
		}
	})
	s.view(func(tx syncer.Tx) {
		for _, size := range []int{1, 2, 99, 500, 999} {
			ids := make([]string, 0, 2*size)
			for n := range size {
				ids = append(ids, fmt.Sprintf("p%d", n), fmt.Sprintf("p%d", n))
			}
			heads, err := tx.Heads(syncer.Pagico, syncer.KindTask, ids)
			require.NoError(s, err)
			assert.Len(s, heads, min(size, 700))
			for id, h := range heads {
				assert.Equal(s, id, fmt.Sprintf("p%d", h.ID-1))
			}
		}
	})
}
