// Package pagico is a typed client of a REST contract for Pagico, the task and project
// manager. Pagico has published no REST reference. This package speaks a contract that
// this project wrote itself, from an integration brief and from Pagico's public
// documentation. It is unofficial and not endorsed by Pagico, there is no public host to
// aim it at, and host, paths, methods, header names and scopes are all configuration.
//
// The contract is described by the file openapi.yaml beside this package, served by
// package pagico/pagicotest, and cited in the comments here as "contract §3.x". What
// works with today's Pagico desktop app is in package pagico/urlscheme.
//
//	client, err := pagico.New("https://gateway.example/v1", pagico.WithToken(os.Getenv("PAGICO_TOKEN")))
//	if err != nil {
//		return err
//	}
//	task, err := client.Tasks.Create(ctx, pagico.TaskCreate{
//		Title:      "Call Ada",
//		DueDate:    pagico.AllDay(2026, time.March, 4),
//		ExternalID: "ghl:loc1:task:9",
//	})
//	for task, err := range client.Tasks.List(ctx, pagico.TaskQuery{Inbox: true}) {
//		…
//	}
//
// # Where to call
//
// [New] takes the base URL, which has no default; https is required except on loopback
// addresses. [Routes] say under which method and path each [Operation] is found, and can be
// changed in code ([WithRoutes]) or read from a file ([LoadRoutes], package
// pagico/routesfile for YAML). Operations can be taken away; [Client.Capabilities] tells
// what is left, and calling the rest gives [ErrNotSupported] without a request.
//
// # Credentials
//
// A client sends one bearer token: a fixed one ([WithToken]) or those of any
// oauth2.TokenSource ([WithTokenSource]). A source that is a [TokenRefresher] is asked for
// another token once per call after a 401. [OAuth] runs the authorization code flow with
// PKCE. The token goes to the host of the base URL only, and never into errors or logs.
//
// # Ids
//
// Ids are opaque. Wherever a method takes an id, [External] names the record by its
// external id instead, which is the caller's own: up to 255 characters, unique per OAuth
// client and kind of record. A create with a used external id fails with
// [ErrExternalIDConflict], and Error.ExistingID names the record that has it.
//
// # Containers, tasks and their status
//
// Projects and contacts are containers; lists, tasks and notes lie in one of them or, with
// neither projectId nor contactId, in the Inbox. A list is a checklist: its items are the
// tasks with its id as listId, and both lie in the same container.
//
// The status of a task is authoritative. Completing it sets its progress to 100 and its
// completion time; leaving that status clears the time and turns 100 into the progress
// given, or 0. Progress alone never changes the status. Someday and a due date exclude each
// other.
//
// # Days and instants
//
// A [Date] is a calendar day or an instant, and stays what it is; see there. All other
// times are instants, in UTC. The zero value stands for none.
//
// # Absent, null and value
//
// In update bodies a field is an [Opt]: absent keeps what is there, [Null] clears it, [Set]
// replaces it, arrays whole. In create bodies a field at its zero value is not sent and gets
// the server's default; the few whose zero value means something are an Opt there too. In
// answers null and absent read as the zero value; RawJSON of a record tells them apart
// and holds the members that have no Go field, which are never sent back. Enum values that
// this package does not know are kept as they are.
//
// # Lists
//
// Lists are iter.Seq2 values. They send nothing before they are ranged over, fetch page by
// page (50 records, at most 200 by Limit), stop after the first error, and can be ranged
// over again, from the start. Filters are combined with "and". A page that cannot be read
// is an error and never an empty page.
//
// Changes reads incrementally: it asks for what was updated since a [Watermark] minus an
// [Overlap], deletions included, and drops versions that were seen before. The new
// watermark is given out only after the whole run. Two records may be in the other order
// than they were changed in by less than the overlap; a record that is changed while it is
// being listed comes twice.
//
// # Two writers
//
// Every record has an ETag. With [IfMatch] a write takes effect only on that version and
// otherwise fails with [ErrPreconditionFailed]: read the record again and decide anew. With
// [IfNoneMatch] a read of an unchanged record fails with [ErrNotModified]. Some servers
// demand IfMatch and answer [ErrPreconditionRequired] without it.
//
// # What is repeated, and what is not
//
// Calls are repeated after broken connections, timeouts and the statuses 408, 425, 429 and
// 5xx other than 501, with a jittered exponential wait, and not before Retry-After
// ([RetryPolicy]). That is safe for reads, deletes and puts, for creates because they carry
// an Idempotency-Key that stays the same on every attempt, and for updates with [IfMatch].
// An update without it is repeated only where it certainly did not arrive or was refused
// with 429, because a repetition could undo somebody's change in between; when its answer is
// lost, the error is [ErrUncertain].
//
// When a create fails with ErrUncertain after all repetitions, call it again with the same
// body and [IdempotencyKey] set to the error's key, within 24 hours. An external id guards
// for good, and Upsert builds on it.
//
// # Limits
//
// The client learns the quota from the answers ([ParseRateLimit]) and holds requests back
// before it is used up, so that status 429 is not seen in normal running; see [Limits].
// Clients of one account should share a [Limiter].
//
// # Errors
//
// Every error is an [*Error] and matches the sentinels with errors.Is. Problem documents
// (RFC 9457) are read whole; of any other body the first 4 KiB are kept in Body. Texts hold
// neither bodies nor secrets.
package pagico
