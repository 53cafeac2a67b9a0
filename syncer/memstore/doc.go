// Package memstore keeps the state of the sync engine in memory.
//
// It fulfils the whole contract of [syncer.Store] except that nothing outlives
// the process. Use it in tests, in simulations and for one-off runs; package
// sqlstore keeps the same state in a database.
//
// # Versions
//
// Every Update makes a new version of a connection's state and shares what it
// did not touch with the version before. A View keeps the version it started
// on, so it never waits for an Update and never holds one up, and rolling back
// means forgetting the new version. Each connection costs memory for its links,
// intents, audit entries and small values only; 50,000 links are no problem.
//
// # Crashes
//
// [Store.Snapshot] notes the state of all connections at once, at hardly any
// cost, and [Store.Restore] puts it back, in the same store or in another one.
// A simulation lets an engine "die" by restoring a snapshot taken before the
// last Update calls: what was written since is lost, as a torn disk would lose
// it, and all locks are free.
package memstore
