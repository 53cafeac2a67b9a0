// Package pagicotest is the reference server of the Pagico contract: an in-process HTTP server that keeps state and
// behaves as §3 of the contract says, for tests of this module and of anyone who uses it.
//
// Pagico publishes no REST reference. The contract is this project's own, written from Pagico's public documentation,
// and is not endorsed by Pagico; see package pagico. This server shares no code with that client, so that each checks
// the other.
//
// # Starting one
//
//	srv := pagicotest.NewServer(t)                       // on a loopback port, closed with the test
//	client, err := pagico.New(srv.BaseURL(), pagico.WithToken(pagicotest.DefaultToken))
//
// Without a socket, for example inside a testing/synctest bubble:
//
//	srv := pagicotest.New(pagicotest.WithClock(time.Now), pagicotest.WithSeed(7))
//	httpClient := &http.Client{Transport: srv.Transport()}
//
// The base path is /v1 on any host name.
//
// # State
//
// [Server.Seed] fills the server, [Server.Snapshot] copies its state out, tombstones included, and methods such as
// [Server.EditTask] change it as a person in the Pagico app would: they move lastUpdated and the etag, and they send
// webhooks. A change that changes nothing moves neither.
//
// # Determinism
//
// Ids, cursors, secrets and random faults come from one generator ([WithSeed]), times from one clock ([WithClock]).
// The same seed, clock and sequence of calls give the same answers byte for byte.
//
// # Faults
//
// [Server.Inject] makes chosen requests fail: an answer of any status and body, a delay, a connection lost before or
// after the change was committed, a body cut short, a stale etag. [Server.Before] runs code just before an operation,
// for races that have to happen. [Server.Requests] lists what was asked.
//
// # Where the contract leaves a choice
//
//   - An unknown query parameter is refused with 400, so that a misspelled filter never returns everything.
//   - Members of a body that the server does not know, or that are read-only, are ignored.
//   - A deleted record answers 404; GET with includeDeleted=true shows its tombstone. Its externalId is free again.
//   - Deleting a project, a contact or a list deletes what it holds; moving a list moves its tasks.
//   - externalId belongs to the OAuth client that wrote it last, and external:{externalId} finds only one's own.
//   - Lists are ordered by createdAt and id, or by lastUpdated and id when updatedSince is given.
//   - dueAfter is inclusive and dueBefore is not; an all-day date counts as midnight UTC.
//   - One user's quota is counted per OAuth client in fixed windows.
package pagicotest
