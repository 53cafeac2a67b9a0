package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// Features tells the suite what a store can do beyond the contract.
type Features struct {
	// Reopen ends the use of s and returns a store with the data that s left on
	// disk, as a new process would open it. When it is nil the store is taken
	// to live in memory, and durability is checked on s itself.
	Reopen func(t *testing.T, s syncer.Store) syncer.Store
	// Beside opens the data of s a second time while s stays in use, as a second
	// process would. When it is nil, s itself takes the part of the second store.
	Beside func(t *testing.T, s syncer.Store) syncer.Store
}

func (f Features) reopen(t *testing.T, s syncer.Store) syncer.Store {
	if f.Reopen == nil {
		return s
	}
	return f.Reopen(t, s)
}

func (f Features) beside(t *testing.T, s syncer.Store) syncer.Store {
	if f.Beside == nil {
		return s
	}
	return f.Beside(t, s)
}

// suite is what a subtest gets: an empty store and what can be done with it.
type suite struct {
	*testing.T
	store    syncer.Store
	features Features
}

// promise is one subtest.
type promise struct {
	name  string
	check func(s suite)
}

// Run checks every promise on a fresh store from open, which must be empty and
// closed by t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) syncer.Store, features Features) {
	t.Helper()
	for _, group := range [][]promise{
		updatePromises(), viewPromises(), contextPromises(), linkPromises(), headPromises(), listPromises(),
		intentPromises(), auditPromises(), statePromises(), bytePromises(), lockPromises(), concurrencyPromises(),
	} {
		for _, p := range group {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				p.check(suite{T: t, store: open(t), features: features})
			})
		}
	}
}

// The connections that the subtests use.
const (
	home  syncer.ConnectionID = "location-1/account-1"
	other syncer.ConnectionID = "location-2/account-1"
)

// update runs fn on the connection home and expects success.
func (s suite) update(fn func(tx syncer.Tx)) {
	s.Helper()
	s.updateOn(s.store, home, fn)
}

func (s suite) updateOn(store syncer.Store, conn syncer.ConnectionID, fn func(tx syncer.Tx)) {
	s.Helper()
	require.NoError(s, store.Update(s.Context(), conn, func(tx syncer.Tx) error {
		fn(tx)
		return nil
	}))
}

// view runs fn on the connection home and expects success.
func (s suite) view(fn func(tx syncer.Tx)) {
	s.Helper()
	s.viewOn(s.store, home, fn)
}

func (s suite) viewOn(store syncer.Store, conn syncer.ConnectionID, fn func(tx syncer.Tx)) {
	s.Helper()
	require.NoError(s, store.View(s.Context(), conn, func(tx syncer.Tx) error {
		fn(tx)
		return nil
	}))
}

// put stores the link in an Update of its own.
func (s suite) put(l *syncer.Link) {
	s.Helper()
	s.update(func(tx syncer.Tx) { require.NoError(s, tx.PutLink(l)) })
}
