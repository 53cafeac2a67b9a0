// Package ghltest is a GoHighLevel (GHL) service in memory, for tests and sandboxes.
//
// A [Server] keeps state, answers in the vendor's wire shapes, and behaves as the real service was seen to behave rather than as its
// reference says: contact task search answers 201 with _id rows, a missing contact is 400, a deleted appointment stays
// readable, tags are lowered, phones become E.164, a task's due date gets milliseconds.
// It is strict as well: an unknown JSON property is 422, a missing Version header 401, a foreign location 403.
//
// # Running it
//
//	s := ghltest.New(ghltest.WithSeed(7))
//	s.Seed(ghltest.World{Contacts: []ghltest.Contact{{ID: "c1", FirstName: "Ada", Email: "ada@example.com"}}})
//	client := s.Client()          // in process, no socket; works in a testing/synctest bubble
//	url := s.Start()              // or on a loopback port
//	defer s.Close()
//
// Requests need "Authorization: Bearer " + s.Token() and a Version header, as the real service does.
//
// # The other side of the screen
//
// AddTask, EditTask, DeleteContact and their siblings are what a user does in the GHL screen: no token, no rate window, but
// dates, index lag and webhooks as usual. [Server.Seed] and [Server.Snapshot] read and write the whole world.
//
// # Faults
//
// [Server.Inject] arms a [Fault]: a status, an HTML page, a delay, a dropped connection before or after the write, a truncated answer.
// [Server.SetLag] delays the search index. [Server.Before] lets somebody else write between a client's read and its write.
//
// # Limits, log, quirks
//
// The rate windows are the real ones unless [WithLimits] or [NoLimits] says otherwise, and every answer carries their headers.
// [Server.Requests], [Server.Calls] and [Server.RateLimited] tell what was asked. Each habit of the real service that surprises is a
// named switch of [Quirks].
//
// # OAuth
//
// [WithApp] registers an app and [Server.Authorize] plays the consent page. The token endpoint rotates refresh tokens: each is good for one
// use, without grace, so that a client that loses the answer has lost the installation. Agency tokens are exchanged for location tokens.
//
// # Webhooks
//
// [WithWebhooks] names a receiver. Changes made through the API or the screen queue signed events as the vendor documents them, with the
// gaps of the real ones; [Server.Flush] delivers them one by one, [Server.DeliverWebhooks] in the background, and [WebhookTrouble] loses,
// doubles, delays, reorders and thins them. [SignWebhook] signs a body of your own.
//
// # Operations
//
// [Operations] lists what is served: every v2 operation of contacts, locations, calendars, users, businesses, oauth, opportunities,
// custom fields, campaigns, workflows and companies, and those of conversations that move conversations and messages. They answer under
// every published API version; v3 picks the renamed paths and spellings.
//
// # Determinism
//
// With one seed, one clock and one order of requests, all ids, trace ids and answers are the same, byte for byte.
package ghltest
