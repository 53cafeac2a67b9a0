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
// # Webhooks
//
// Changes queue signed deliveries for the subscriptions made at /webhooks. Nothing is sent by itself: [Server.Flush]
// makes one attempt for all that is due, in a fixed order, and [Server.RunDeliveries] does so in the background.
// Failed deliveries follow a schedule of ten attempts in about three days; 410 turns the webhook off.
// [WithWebhookClient] says how they are sent.
//
// # OAuth
//
// [WithOAuthClient] registers a client for the authorization code flow with PKCE at /v1/oauth/authorize and
// /v1/oauth/token (and at the root of the host). The first user consents to everything at once. Refresh tokens rotate,
// and a second use of one ends the whole authorization. [WithToken] needs no flow.
//
// # Running alone
//
// A server that is an [http.Handler] of a program can keep its state: [Open] with a [Storage], such as package
// pagicotest/sqlitefile, saves each change before it is answered. With [WithRoute] it takes other methods and paths.
//
// # Conformance
//
// [Conformance] checks any host that claims to speak the contract, one subtest per clause. [Reference] returns this
// server with all that the suite can use, and [Server.Break] makes it wrong in one clause, to see that a suite has
// teeth. Each name in [Clauses] is both a subtest and a switch.
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
//   - The quota of contract §3.8 is counted per OAuth client in fixed windows.
//   - An Idempotency-Key is optional unless [WithRequireIdempotencyKey] is set, and If-Match unless [WithRequireIfMatch].
//   - Every answer of an operation is kept under its key, refusals too, but not 401, 403, 413, 415 and 429.
//   - POST /webhooks/{id}/test sends an event of type webhook.test whose data is the webhook's id.
package pagicotest
