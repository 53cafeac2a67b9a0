package storetest

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

func viewPromises() []promise {
	return []promise{
		{"View/refuses writes", checkViewReadOnly},
		{"View/an empty connection is empty, not an error", checkViewEmpty},
		{"View/returns the error of its function", checkViewError},
		{"View/sees whole updates only", checkViewConsistent},
	}
}

func contextPromises() []promise {
	return []promise{
		{"Context/that has ended starts nothing", checkContextEnded},
		{"Context/that ends within an Update leaves all or nothing", checkContextEndsWithin},
		{"Context/that ends while an Update waits its turn starts nothing", checkContextEndsWaiting},
	}
}

func checkViewReadOnly(s suite) {
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 1) })
	before := holds(s, s.store, home)
	s.view(func(tx syncer.Tx) {
		l, err := tx.Link(1)
		require.NoError(s, err)
		fresh := link("g2", "p2")
		require.Error(s, tx.PutLink(&l))
		require.Error(s, tx.PutLink(&fresh))
		assert.Zero(s, fresh.ID)
		require.Error(s, tx.PutIntent(fullIntent("op-2", 2)))
		require.Error(s, tx.DeleteIntent("op-g1"))
		_, err = tx.AppendAudit(fullEntry(2))
		require.Error(s, err)
		require.Error(s, tx.SetState("key-g1", nil))
		require.Error(s, tx.SetState("key-g2", []byte("x")))
		assert.Equal(s, before, everything(s, tx), "the view is still good after refusing")
	})
	assert.Equal(s, before, holds(s, s.store, home))
}

func checkViewEmpty(s suite) {
	s.view(func(tx syncer.Tx) {
		all := everything(s, tx)
		assert.Empty(s, all["links"])
		assert.Empty(s, all["intents"])
		assert.Empty(s, all["audit"])
		_, err := tx.Link(1)
		require.ErrorIs(s, err, syncer.ErrNoLink)
		_, err = tx.LinkOf(ghlTask("g1"))
		require.ErrorIs(s, err, syncer.ErrNoLink)
		_, err = tx.Intent("op")
		require.ErrorIs(s, err, syncer.ErrNoIntent)
		value, err := tx.State("key")
		require.NoError(s, err)
		assert.Nil(s, value)
	})
}

func checkViewError(s suite) {
	boom := errors.New("boom")
	err := s.store.View(s.Context(), home, func(syncer.Tx) error { return boom })
	require.ErrorIs(s, err, boom)
}

// checkViewConsistent lets one writer keep five things equal, Update by Update,
// and readers check that they never differ within a View.
func checkViewConsistent(s suite) {
	const rounds = 60
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			for ended := false; !ended; {
				select {
				case <-done:
					ended = true // one last look
				default:
				}
				assert.NoError(s, s.store.View(s.Context(), home, func(tx syncer.Tx) error {
					counts, err := counters(tx)
					if err != nil {
						return err
					}
					for _, n := range counts {
						assert.Equal(s, counts[0], n, "a view saw half an update: %v", counts)
					}
					return nil
				}))
			}
		})
	}
	for n := range rounds {
		s.update(func(tx syncer.Tx) { writeCounters(s, tx, n+1) })
	}
	close(done)
	readers.Wait()
}

// writeCounters makes all numbers that counters returns n.
func writeCounters(s suite, tx syncer.Tx, n int) {
	s.Helper()
	id := strconv.Itoa(n)
	require.NoError(s, tx.SetState("first", []byte(id)))
	l := link("g"+id, "p"+id)
	require.NoError(s, tx.PutLink(&l))
	require.NoError(s, tx.PutIntent(syncer.Intent{ID: syncer.OpID(id), FirstAt: instant(0)}))
	_, err := tx.AppendAudit(syncer.AuditEntry{Time: instant(0), Action: "link", Outcome: "done", Actor: "engine"})
	require.NoError(s, err)
	require.NoError(s, tx.SetState("last", []byte(id)))
}

// counters reads five numbers, giving others the chance to run in between.
func counters(tx syncer.Tx) ([]int, error) {
	var counts []int
	number := func(key string) error {
		value, err := tx.State(key)
		n, _ := strconv.Atoi(string(value)) // 0 while there is none
		counts = append(counts, n)
		runtime.Gosched()
		return err
	}
	if err := number("last"); err != nil {
		return nil, err
	}
	entries := 0
	for _, err := range tx.Audit(0) {
		if err != nil {
			return nil, err
		}
		entries++
	}
	runtime.Gosched()
	intents, err := tx.Intents()
	if err != nil {
		return nil, err
	}
	links, err := tx.CountLinks(syncer.KindTask, syncer.LinkActive)
	if err != nil {
		return nil, err
	}
	counts = append(counts, entries, len(intents), links)
	return counts, number("first")
}

func checkContextEnded(s suite) {
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	never := func(syncer.Tx) error {
		s.Error("the function ran although the context had ended")
		return nil
	}
	require.ErrorIs(s, s.store.View(ctx, home, never), context.Canceled)
	require.ErrorIs(s, s.store.Update(ctx, home, never), context.Canceled)
	_, err := s.store.Lock(ctx, home)
	require.ErrorIs(s, err, context.Canceled)

	release, err := s.store.Lock(s.Context(), home)
	require.NoError(s, err, "the lock was not taken")
	require.NoError(s, release())
}

func checkContextEndsWithin(s suite) {
	s.update(func(tx syncer.Tx) { writeAll(s, tx, 1) })
	before := holds(s, s.store, home)
	ctx, cancel := context.WithCancel(s.Context())
	defer cancel()
	var after map[string]any
	err := s.store.Update(ctx, home, func(tx syncer.Tx) error {
		change(s, tx)
		after = everything(s, tx)
		cancel()
		_ = tx.SetState("ignored", nil) // a store may or may not refuse this
		return nil
	})
	if err == nil {
		assert.Equal(s, after, holds(s, s.store, home))
		return
	}
	require.ErrorIs(s, err, context.Canceled)
	assert.Equal(s, before, holds(s, s.store, home))
}

func checkContextEndsWaiting(s suite) {
	ctx, cancel := context.WithCancel(s.Context())
	defer cancel()
	ran := false
	result := make(chan error, 1)
	s.update(func(syncer.Tx) {
		go func() {
			result <- s.store.Update(ctx, home, func(syncer.Tx) error {
				ran = true
				return nil
			})
		}()
		cancel()
	})
	require.ErrorIs(s, <-result, context.Canceled)
	assert.False(s, ran)
}
