// Package storetest checks that a [syncer.Store] keeps the promises of its
// contract, one subtest per promise. Every store of this module passes it; run
// it on your own:
//
//	func TestStore(t *testing.T) {
//		t.Parallel()
//		storetest.Run(t, func(t *testing.T) syncer.Store {
//			return openMyStore(t) // empty, closed by t.Cleanup
//		}, storetest.Features{})
//	}
//
// The subtests run in parallel, each on a store of its own. They need no clock
// and no network, and no subtest depends on the speed of the machine.
//
// # Stricter than the contract
//
// The suite also asks for some things that the contract leaves to good sense,
// because the engine's safety rests on them: PutLink refuses an id that no link
// has and a record on the wrong side, a Tx that was kept beyond its call
// returns errors, ids of any bytes are kept apart exactly, releasing a lock a
// second time does not free the lock of the next holder, and ranging over Links
// ends although links are added meanwhile.
package storetest
