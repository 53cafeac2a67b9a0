package storetest

import (
	"errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

func linkPromises() []promise {
	return []promise{
		{"PutLink/every field comes back as it was", checkLinkRoundTrip},
		{"PutLink/nil and empty maps stay what they were", checkLinkMaps},
		{"PutLink/numbers links from 1 and sets the id", checkLinkIDs},
		{"PutLink/replaces the link of the same id", checkLinkReplace},
		{"PutLink/refuses an id that no link has", checkLinkUnknownID},
		{"PutLink/refuses a record on the wrong side", checkLinkWrongSide},
		{"PutLink/shares no memory with the caller", checkLinkCopies},
		{"PutLink/ErrLinked when another active link has a record", checkLinked},
		{"PutLink/ErrLinked only among active links", checkLinkedActiveOnly},
		{"PutLink/a record is free again once its link has let it go", checkLinkFreed},
	}
}

func checkLinkRoundTrip(s suite) {
	want := fullLink(1)
	s.put(&want)
	requireFull(s, want)
	half := link("g2", "")
	half.State, half.Reason = syncer.LinkEnded, "made away"
	s.put(&half)
	s.view(func(tx syncer.Tx) {
		got, err := tx.Link(want.ID)
		require.NoError(s, err)
		assert.Equal(s, want, got)
		got, err = tx.LinkOf(want.GHL)
		require.NoError(s, err)
		assert.Equal(s, want, got)
		got, err = tx.LinkOf(syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: "p1", Parent: "moved"})
		require.NoError(s, err, "a record is the same whatever its parent")
		assert.Equal(s, want, got)
		got, err = tx.Link(half.ID)
		require.NoError(s, err)
		assert.Equal(s, half, got)
		assert.Equal(s, []syncer.Link{want, half}, collect(s, tx.Links(syncer.KindTask, 0)))
	})
}

func checkLinkMaps(s suite) {
	without := link("g1", "p1")
	empty := link("g2", "p2")
	empty.Base, empty.Parked = map[string]merge.Base{}, map[string]syncer.Parked{}
	s.put(&without)
	s.put(&empty)
	s.view(func(tx syncer.Tx) {
		got, err := tx.Link(without.ID)
		require.NoError(s, err)
		assert.Nil(s, got.Base, "records that never agreed have no base")
		got, err = tx.Link(empty.ID)
		require.NoError(s, err)
		assert.NotNil(s, got.Base)
		assert.Empty(s, got.Base)
		assert.Empty(s, got.Parked)
	})
}

func checkLinkIDs(s suite) {
	for n := range 3 {
		l := link(string(rune('a'+n)), string(rune('a'+n)))
		s.put(&l)
		assert.Equal(s, syncer.LinkID(n+1), l.ID)
	}
	s.update(func(tx syncer.Tx) {
		l, err := tx.Link(3)
		require.NoError(s, err)
		l.State = syncer.LinkGone
		require.NoError(s, tx.PutLink(&l))
		fresh := link("c", "c")
		require.NoError(s, tx.PutLink(&fresh))
		assert.Equal(s, syncer.LinkID(4), fresh.ID, "the id of a link that is gone is not given again")
	})
}

func checkLinkReplace(s suite) {
	first, second := fullLink(1), fullLink(2)
	s.put(&first)
	s.put(&second)
	next := link("g1", "other")
	next.ID, next.Kind, next.State, next.SeenGHL = first.ID, syncer.KindNote, syncer.LinkEnded, merge.Hash{9}
	s.put(&next)
	s.view(func(tx syncer.Tx) {
		got, err := tx.Link(first.ID)
		require.NoError(s, err)
		assert.Equal(s, next, got, "nothing of the old link remains")
		_, err = tx.LinkOf(pagicoTask("p1"))
		require.ErrorIs(s, err, syncer.ErrNoLink, "the record that was let go has no link")
		got, err = tx.LinkOf(pagicoTask("other"))
		require.NoError(s, err)
		assert.Equal(s, next, got)
		assert.Equal(s, []syncer.Link{second}, collect(s, tx.Links(syncer.KindTask, 0)))
		assert.Equal(s, []syncer.Link{next}, collect(s, tx.Links(syncer.KindNote, 0)))
		for state, want := range map[syncer.LinkState]int{syncer.LinkActive: 1, syncer.LinkEnded: 0} {
			n, err := tx.CountLinks(syncer.KindTask, state)
			require.NoError(s, err)
			assert.Equal(s, want, n, state)
		}
	})
}

func checkLinkUnknownID(s suite) {
	l := link("g1", "p1")
	s.put(&l)
	for _, id := range []syncer.LinkID{2, 99, -1} {
		unknown := link("g2", "p2")
		unknown.ID = id
		s.update(func(tx syncer.Tx) { require.ErrorIs(s, tx.PutLink(&unknown), syncer.ErrNoLink) })
	}
	s.view(func(tx syncer.Tx) { assert.Len(s, collect(s, tx.Links(syncer.KindTask, 0)), 1) })
}

func checkLinkWrongSide(s suite) {
	swapped := link("g1", "p1")
	swapped.GHL, swapped.Pagico = swapped.Pagico, swapped.GHL
	noSide := link("g1", "p1")
	noSide.GHL.Side = ""
	s.update(func(tx syncer.Tx) {
		require.Error(s, tx.PutLink(&swapped))
		require.Error(s, tx.PutLink(&noSide))
		assert.Empty(s, collect(s, tx.Links(syncer.KindTask, 0)))
	})
}

func checkLinkCopies(s suite) {
	given := fullLink(1)
	want := fullLink(1)
	s.put(&given)
	want.ID = given.ID
	clear(given.Base)
	given.Parked["text"] = syncer.Parked{}
	s.update(func(tx syncer.Tx) {
		got, err := tx.Link(want.ID)
		require.NoError(s, err)
		require.Equal(s, want, got)
		clear(got.Base)
		clear(got.Parked)
		for l, err := range tx.Links(syncer.KindTask, 0) {
			require.NoError(s, err)
			clear(l.Base)
		}
	})
	s.view(func(tx syncer.Tx) {
		got, err := tx.Link(want.ID)
		require.NoError(s, err)
		assert.Equal(s, want, got)
	})
}

func checkLinked(s suite) {
	first, second := link("g1", "p1"), link("g2", "p2")
	s.put(&first)
	s.put(&second)
	for name, l := range map[string]syncer.Link{
		"ghl": link("g1", "p3"), "pagico": link("g3", "p1"), "both": link("g1", "p2"), "alone": link("g1", ""),
	} {
		s.update(func(tx syncer.Tx) {
			require.ErrorIs(s, tx.PutLink(&l), syncer.ErrLinked, name)
			assert.Zero(s, l.ID, "no id is given when nothing was stored")
			moved := l
			moved.ID = second.ID
			if name != "both" {
				moved.Pagico = first.Pagico
			}
			require.ErrorIs(s, tx.PutLink(&moved), syncer.ErrLinked, name)
			assert.Equal(s, []syncer.Link{first, second}, collect(s, tx.Links(syncer.KindTask, 0)), name)
		})
	}
	s.view(func(tx syncer.Tx) {
		assert.Equal(s, []syncer.Link{first, second}, collect(s, tx.Links(syncer.KindTask, 0)))
	})
	// The transaction goes on after a refusal, and later writes of it count.
	err := s.store.Update(s.Context(), home, func(tx syncer.Tx) error {
		again := link("g1", "p9")
		if err := tx.PutLink(&again); !errors.Is(err, syncer.ErrLinked) {
			return err
		}
		return tx.SetState("note", []byte("refused"))
	})
	require.NoError(s, err)
	s.view(func(tx syncer.Tx) {
		value, err := tx.State("note")
		require.NoError(s, err)
		assert.Equal(s, "refused", string(value))
	})
}

func checkLinkedActiveOnly(s suite) {
	for _, state := range []syncer.LinkState{syncer.LinkEnded, syncer.LinkGone, syncer.LinkActive, syncer.LinkEnded, syncer.LinkGone} {
		l := link("g1", "p1")
		l.State = state
		s.put(&l)
	}
	s.update(func(tx syncer.Tx) {
		active, err := tx.Link(3)
		require.NoError(s, err)
		active.Reason = "stored again"
		require.NoError(s, tx.PutLink(&active), "a link does not stand in its own way")
		ended, err := tx.Link(1)
		require.NoError(s, err)
		ended.State = syncer.LinkActive
		require.ErrorIs(s, tx.PutLink(&ended), syncer.ErrLinked, "a link may not become active beside another one")

		otherKind := link("g1", "p1")
		otherKind.GHL.Kind, otherKind.Pagico.Kind = syncer.KindNote, syncer.KindNote
		require.NoError(s, tx.PutLink(&otherKind), "ids of two kinds may be equal")
		sides := link("p2", "g2")
		require.NoError(s, tx.PutLink(&sides))
		crossed := link("g2", "p2")
		require.NoError(s, tx.PutLink(&crossed), "ids of two sides may be equal")
	})
}

func checkLinkFreed(s suite) {
	first := link("g1", "p1")
	s.put(&first)
	s.update(func(tx syncer.Tx) {
		first.Pagico = pagicoTask("p2")
		require.NoError(s, tx.PutLink(&first))
		second := link("g2", "p1")
		require.NoError(s, tx.PutLink(&second), "p1 was let go by the first link")
		first.State = syncer.LinkEnded
		require.NoError(s, tx.PutLink(&first))
		third := link("g1", "p3")
		require.NoError(s, tx.PutLink(&third), "g1 was let go when its link ended")
	})
}
