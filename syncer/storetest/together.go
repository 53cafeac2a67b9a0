package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

func lockPromises() []promise {
	return []promise{
		{"Lock/keeps others away until it is released", checkLock},
		{"Lock/only one of many gets it", checkLockRace},
		{"Lock/its holder goes on working", checkLockHolderWorks},
	}
}

func concurrencyPromises() []promise {
	return []promise{
		{"Concurrency/nothing is lost among goroutines", checkGoroutines},
		{"Concurrency/nothing is lost among two stores on the same data", checkTwoStores},
		{"Concurrency/connections work side by side", checkSideBySide},
	}
}

func checkLock(s suite) {
	first, second := s.store, s.features.beside(s.T, s.store)
	release, err := first.Lock(s.Context(), home)
	require.NoError(s, err)
	_, err = second.Lock(s.Context(), home)
	require.ErrorIs(s, err, syncer.ErrLocked)
	_, err = first.Lock(s.Context(), home)
	require.ErrorIs(s, err, syncer.ErrLocked, "also within one process")

	releaseOther, err := second.Lock(s.Context(), other)
	require.NoError(s, err, "each connection has a lock of its own")
	require.NoError(s, releaseOther())

	require.NoError(s, release())
	releaseSecond, err := second.Lock(s.Context(), home)
	require.NoError(s, err, "the lock is free after release")
	_ = release() // a second release must not free what the other one holds now
	_, err = first.Lock(s.Context(), home)
	require.ErrorIs(s, err, syncer.ErrLocked)
	require.NoError(s, releaseSecond())
	for range 3 {
		release, err := first.Lock(s.Context(), home)
		require.NoError(s, err)
		require.NoError(s, release())
	}
}

func checkLockRace(s suite) {
	stores := []syncer.Store{s.store, s.features.beside(s.T, s.store)}
	var won atomic.Int32
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			_, err := stores[n%2].Lock(s.Context(), home)
			if err == nil {
				won.Add(1)
				return
			}
			assert.ErrorIs(s, err, syncer.ErrLocked)
		})
	}
	all.Wait()
	assert.Equal(s, int32(1), won.Load())
}

func checkLockHolderWorks(s suite) {
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 1) })
	ctx, cancel := context.WithCancel(s.Context())
	release, err := s.store.Lock(ctx, home)
	require.NoError(s, err)
	cancel() // the lock belongs to the engine, not to the call that took it
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 2) })
	s.view(func(tx syncer.Tx) { assert.Len(s, collect(s, tx.Links(syncer.KindTask, 0)), 2) })
	_, err = s.store.Lock(s.Context(), home)
	require.ErrorIs(s, err, syncer.ErrLocked)
	require.NoError(s, release())
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 3) })
}

// count adds one to a number, reading it first, and leaves a link and an audit
// entry, so that a lost or doubled update shows in several ways.
func count(tx syncer.Tx) error {
	value, err := tx.State("n")
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(string(value)) // 0 at first
	n++
	l := link("g"+strconv.Itoa(n), "p"+strconv.Itoa(n))
	e := syncer.AuditEntry{Time: instant(0), Action: "link", Outcome: "done", Actor: "engine"}
	if err := tx.PutLink(&l); err != nil {
		return err
	}
	if int(l.ID) != n {
		return fmt.Errorf("link %d in update %d", l.ID, n)
	}
	e.Link = l.ID
	_, err = tx.AppendAudit(e)
	return errors.Join(err, tx.SetState("n", []byte(strconv.Itoa(n))))
}

// checkCounted expects what n calls of count leave behind.
func checkCounted(s suite, store syncer.Store, conn syncer.ConnectionID, n int) {
	s.Helper()
	s.viewOn(store, conn, func(tx syncer.Tx) {
		value, err := tx.State("n")
		require.NoError(s, err)
		assert.Equal(s, strconv.Itoa(n), string(value))
		links := collect(s, tx.Links(syncer.KindTask, 0))
		require.Len(s, links, n)
		assert.Equal(s, syncer.LinkID(n), links[n-1].ID)
		assert.Len(s, collect(s, tx.Audit(0)), n)
		require.NoError(s, syncer.VerifyAudit(tx.Audit(0)))
	})
}

const (
	workers = 8
	turns   = 12
)

func checkGoroutines(s suite) {
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range turns {
				assert.NoError(s, s.store.Update(s.Context(), home, count))
			}
		})
	}
	all.Wait()
	checkCounted(s, s.store, home, workers*turns)
	checkCounted(s, s.features.reopen(s.T, s.store), home, workers*turns)
}

func checkTwoStores(s suite) {
	stores := []syncer.Store{s.store, s.features.beside(s.T, s.store)}
	var all sync.WaitGroup
	for n := range workers {
		all.Go(func() {
			for range turns {
				assert.NoError(s, stores[n%2].Update(s.Context(), home, count))
			}
		})
	}
	all.Wait()
	checkCounted(s, stores[0], home, workers*turns)
	checkCounted(s, stores[1], home, workers*turns)
}

func checkSideBySide(s suite) {
	var all sync.WaitGroup
	for n := range workers {
		conn := syncer.ConnectionID("side " + strconv.Itoa(n))
		all.Go(func() {
			for range turns {
				assert.NoError(s, s.store.Update(s.Context(), conn, count))
				assert.NoError(s, s.store.View(s.Context(), conn, func(tx syncer.Tx) error {
					return syncer.VerifyAudit(tx.Audit(0))
				}))
			}
		})
	}
	all.Wait()
	for n := range workers {
		checkCounted(s, s.store, syncer.ConnectionID("side "+strconv.Itoa(n)), turns)
	}
}
