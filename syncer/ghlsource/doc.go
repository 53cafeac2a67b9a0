// Package ghlsource shows a GoHighLevel (GHL) location to the sync engine: it is
// the [syncer.Source] of the side GHL, on top of package ghl.
//
//	client, err := ghl.New(ghl.WithToken(token))
//	source, err := ghlsource.New(client, "loc_123")
//
// # Kinds and fields
//
//   - contact: name, firstName, lastName, email, phone, company, address, tags;
//     read only
//   - task: title, body, dueDate, status, assignee
//   - note: title, content, datetime; datetime is when the note was made and
//     cannot be written
//   - appointment: title, start, end, location, status; read only
//
// Bodies are shown as plain text, whether they hold HTML or not: blocks and list
// items on lines of their own, links with their address. Texts have line feeds
// only and no white space at their ends. Instants, due dates included, are UTC in
// whole seconds. E-mail addresses and tags are in lower case, phone numbers in the
// manner of E.164. The status of a task is open or completed, that of an
// appointment confirmed, tentative (new, unconfirmed) or cancelled (cancelled,
// noshow, invalid). A person is shown by e-mail, or as "user:" and an id when the
// e-mail is not known. The name of a contact without one is its company, e-mail
// or phone. Empty, null and absent are the same.
//
// # Truth and index
//
// Contacts and tasks are listed from a search index that lags some seconds behind;
// such records are marked Unconfirmed, and Get reads the record itself. Tasks
// without a contact have no such read: they are searched for again, and they are
// read-only, because the API cannot write them. Only the index knows when a task
// was created and changed, so those times are missing from what Get returns.
//
// # Requests
//
// A reading of contacts takes one request per 100, of tasks one per 500, of
// appointments one per calendar and one for their list, of notes one per contact,
// because the API lists notes no other way. Notes use the contacts that were
// listed in the same pass; [Source.Identify] begins a pass. Users are read once per
// pass, when first needed. Looking for the twin of a single record
// ([Source.Candidates]) takes one request.
//
// # Markers
//
// GHL keeps no id for others on tasks and notes, so a record that the engine
// creates carries a line at the end of its body, such as
//
//	https://pagico.example/t/t_1 [pagico:task:t_1]
//
// which people can follow and [Source.Find] recognises. It never counts as
// content, survives updates, and is left alone on records that people made. See
// [WithTwinURL] and [WithoutMarkers].
//
// # Writing
//
// The API has no idempotency keys and no conditional writes. A create whose
// outcome is not known, a 422 included, returns [syncer.ErrUncertain] and is never
// repeated here. Updates send only the fields that change and never notice that
// somebody changed the record in between.
package ghlsource
