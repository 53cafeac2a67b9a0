// Package pagicosource shows a Pagico account to the sync engine: it is the
// [syncer.Source] of the side Pagico, on top of package pagico.
//
//	client, err := pagico.New(baseURL, pagico.WithToken(token))
//	source, err := pagicosource.New(client, pagicosource.WithLocation("loc_123"))
//
// # Kinds and fields
//
//   - contact: name, firstName, lastName, email, phone, company, address, tags
//   - task: title, body, dueDate, status, assignee
//   - note: title, content, datetime
//   - appointment (an event of the contract): title, start, end, location, status, url
//   - project: title; read only, see Parents
//
// Texts have line feeds only and no white space at their ends. Instants are UTC
// in whole seconds; the due date of a task may be a day instead. E-mail addresses
// and tags are in lower case, phone numbers in the manner of E.164. The status of
// a task is open, inProgress, completed or cancelled. A person is shown by e-mail,
// or as "user:" and an id when the e-mail is not known. Empty, null and absent
// are the same. Progress, colour, lists, custom fields and all else that is not
// in the list above is never sent, so it is never changed.
//
// # Parents
//
// The parent of a task or note is its contact. A task in a project that is linked
// with exactly one contact belongs to that contact; one in the inbox, or in any
// other project, has no parent.
//
// A record can be moved to another contact ([Source.Move]); what lies in a project
// stays there.
//
// # Twins
//
// A record that the engine creates carries the external id
// ghl:{location}:{kind}:{id}, and a link if [WithTwinURL] is given. Creates are
// sent with an idempotency key made from the operation's id. When the external id
// is taken, Create returns a [syncer.ExistsError]; when its holder was deleted,
// and the service keeps the external id all the same, "#2" and so on is added,
// which still names the same twin.
//
// # Writing
//
// Updates and deletes are guarded by the etag of the record that was read, so
// somebody's change in between gives [syncer.ErrChanged] and nothing is lost.
// Appointments are written whole by their external id, which makes them safe to
// repeat; appointments and notes that other programs mirror are read-only.
//
// # Reading
//
// Changes lists everything, or with [WithDelta] what changed since the cursor.
// Users and projects are read once per pass, when first needed. Listings come
// from the truth and not from an index. [Source.Candidates] looks for the twin of a
// single record, with a few requests.
//
// # Without a server
//
// [Links] is another source, for the app alone: it makes tasks and notes by opening
// pagico:// links, one way and each at most once, and reads nothing back.
package pagicosource
