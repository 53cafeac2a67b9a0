package storetest

import (
	"errors"
	"runtime"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

func updatePromises() []promise {
	return []promise{
		{"Update/what it wrote is there after the store was opened again", checkDurable},
		{"Update/its own writes are seen within it", checkOwnWrites},
		{"Update/an error leaves nothing behind", checkErrorRollsBack},
		{"Update/a panic leaves nothing behind", checkPanicRollsBack},
		{"Update/a goroutine that ends within it leaves nothing behind", checkGoexitRollsBack},
		{"Update/ids that were rolled back are given again without a gap", checkRollbackFreesNumbers},
		{"Update/a Tx ends with its call", checkKeptTx},
		{"Update/connections never mix", checkConnections},
	}
}

// writeAll writes one thing of each sort.
func writeAll(s suite, tx syncer.Tx, n int) {
	s.Helper()
	l := fullLink(n)
	require.NoError(s, tx.PutLink(&l))
	require.NoError(s, tx.PutIntent(fullIntent(syncer.OpID("op-"+l.GHL.ID), n)))
	_, err := tx.AppendAudit(fullEntry(n))
	require.NoError(s, err)
	require.NoError(s, tx.SetState("key-"+l.GHL.ID, []byte(l.GHL.ID)))
}

// everything reads all that a connection holds.
func everything(s suite, tx syncer.Tx) map[string]any {
	s.Helper()
	intents, err := tx.Intents()
	require.NoError(s, err)
	keys, err := tx.States("")
	require.NoError(s, err)
	active, err := tx.CountLinks(syncer.KindTask, syncer.LinkActive)
	require.NoError(s, err)
	all := map[string]any{
		"links": collect(s, tx.Links(syncer.KindTask, 0)), "intents": intents, "keys": keys, "active": active,
		"audit": collect(s, tx.Audit(0)),
	}
	for _, key := range keys {
		value, err := tx.State(key)
		require.NoError(s, err)
		all["state "+key] = value
	}
	return all
}

// holds returns all that a connection of a store holds.
func holds(s suite, store syncer.Store, conn syncer.ConnectionID) map[string]any {
	s.Helper()
	var all map[string]any
	s.viewOn(store, conn, func(tx syncer.Tx) { all = everything(s, tx) })
	return all
}

func checkDurable(s suite) {
	var before map[string]any
	for n := range 3 {
		s.update(func(tx syncer.Tx) {
			writeAll(s, tx, n+1)
			before = everything(s, tx)
		})
	}
	require.Len(s, before["links"], 3)
	store := s.features.reopen(s.T, s.store)
	assert.Equal(s, before, holds(s, store, home))

	s.updateOn(store, home, func(tx syncer.Tx) { writeAll(s, tx, 4) })
	s.viewOn(store, home, func(tx syncer.Tx) {
		require.NoError(s, syncer.VerifyAudit(tx.Audit(0)))
		links := collect(s, tx.Links(syncer.KindTask, 0))
		require.Len(s, links, 4)
		assert.Equal(s, syncer.LinkID(4), links[3].ID, "numbering goes on after the store was opened again")
	})
}

func checkOwnWrites(s suite) {
	s.update(func(tx syncer.Tx) {
		for n := range 2 {
			writeAll(s, tx, n+1)
			all := everything(s, tx)
			assert.Len(s, all["links"], n+1)
			assert.Len(s, all["intents"], n+1)
			assert.Len(s, all["audit"], n+1)
			assert.Len(s, all["keys"], n+1)
			assert.Equal(s, n+1, all["active"])
		}
	})
}

// change writes over, adds to and removes from what writeAll left behind.
func change(s suite, tx syncer.Tx) {
	s.Helper()
	l, err := tx.Link(1)
	require.NoError(s, err)
	l.State, l.GHL, l.Base = syncer.LinkEnded, ghlTask("moved"), nil
	require.NoError(s, tx.PutLink(&l))
	require.NoError(s, tx.DeleteIntent("op-g1"))
	require.NoError(s, tx.SetState("key-g1", nil))
	writeAll(s, tx, 2)
}

func checkErrorRollsBack(s suite) {
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 1) })
	before := holds(s, s.store, home)
	boom := errors.New("boom")
	err := s.store.Update(s.Context(), home, func(tx syncer.Tx) error {
		change(s, tx)
		return boom
	})
	require.ErrorIs(s, err, boom)
	assert.Equal(s, before, holds(s, s.store, home))
	assert.Equal(s, before, holds(s, s.features.reopen(s.T, s.store), home))
}

func checkPanicRollsBack(s suite) {
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 1) })
	before := holds(s, s.store, home)
	require.PanicsWithValue(s, "boom", func() {
		_ = s.store.Update(s.Context(), home, func(tx syncer.Tx) error {
			change(s, tx)
			panic("boom")
		})
	})
	assert.Equal(s, before, holds(s, s.store, home))
	require.PanicsWithValue(s, "boom", func() {
		_ = s.store.View(s.Context(), home, func(syncer.Tx) error { panic("boom") })
	})
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 2) })
	assert.Len(s, holds(s, s.store, home)["links"], 2, "the store goes on after a panic")
}

func checkGoexitRollsBack(s suite) {
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 1) })
	before := holds(s, s.store, home)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.store.Update(s.Context(), home, func(tx syncer.Tx) error {
			l := link("g9", "p9")
			assert.NoError(s, tx.PutLink(&l))
			runtime.Goexit()
			return nil
		})
	}()
	<-done
	assert.Equal(s, before, holds(s, s.store, home))
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 2) })
}

func checkRollbackFreesNumbers(s suite) {
	boom := errors.New("boom")
	lost := link("g1", "p1")
	err := s.store.Update(s.Context(), home, func(tx syncer.Tx) error {
		require.NoError(s, tx.PutLink(&lost))
		_, err := tx.AppendAudit(fullEntry(1))
		require.NoError(s, err)
		return boom
	})
	require.ErrorIs(s, err, boom)
	kept := link("g2", "p2")
	s.update(func(tx syncer.Tx) {
		require.NoError(s, tx.PutLink(&kept))
		e, err := tx.AppendAudit(fullEntry(2))
		require.NoError(s, err)
		assert.Equal(s, int64(1), e.Seq)
		assert.Empty(s, e.Prev)
	})
	assert.Equal(s, syncer.LinkID(1), kept.ID)
}

func checkKeptTx(s suite) {
	var kept syncer.Tx
	s.update(func(tx syncer.Tx) { kept = tx })
	checkUseless(s, kept)
	s.view(func(tx syncer.Tx) { kept = tx })
	checkUseless(s, kept)
	assert.Empty(s, holds(s, s.store, home)["links"])
}

func checkUseless(s suite, tx syncer.Tx) {
	s.Helper()
	l := link("g1", "p1")
	require.Error(s, tx.PutLink(&l))
	require.Error(s, tx.SetState("key", []byte("value")))
	_, err := tx.AppendAudit(fullEntry(1))
	require.Error(s, err)
	_, err = tx.Intents()
	require.Error(s, err)
	_, err = tx.State("key")
	require.Error(s, err)
	require.Error(s, firstError(tx.Links(syncer.KindTask, 0)))
	require.Error(s, firstError(tx.Audit(0)))
}

func checkConnections(s suite) {
	s.updateOn(s.store, home, func(tx syncer.Tx) { writeAll(s, tx, 1) })
	empty := holds(s, s.store, other)
	assert.Empty(s, empty["links"])
	assert.Empty(s, empty["intents"])
	assert.Empty(s, empty["audit"])
	assert.Empty(s, empty["keys"])
	assert.Zero(s, empty["active"])

	before := holds(s, s.store, home)
	s.updateOn(s.store, other, func(tx syncer.Tx) {
		_, err := tx.Link(1)
		require.ErrorIs(s, err, syncer.ErrNoLink)
		_, err = tx.LinkOf(ghlTask("g1"))
		require.ErrorIs(s, err, syncer.ErrNoLink)
		_, err = tx.Intent("op-g1")
		require.ErrorIs(s, err, syncer.ErrNoIntent)
		heads, err := tx.Heads(syncer.GHL, syncer.KindTask, []string{"g1"})
		require.NoError(s, err)
		assert.Empty(s, heads)
		require.NoError(s, tx.DeleteIntent("op-g1"))
		require.NoError(s, tx.SetState("key-g1", []byte("other")))
		l := link("g1", "p1")
		require.NoError(s, tx.PutLink(&l), "the same records may be linked in another connection")
		assert.Equal(s, syncer.LinkID(1), l.ID, "each connection counts on its own")
		e, err := tx.AppendAudit(fullEntry(9))
		require.NoError(s, err)
		assert.Equal(s, int64(1), e.Seq)
	})
	assert.Equal(s, before, holds(s, s.store, home))
}
