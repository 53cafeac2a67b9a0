// Package syncer keeps two services in step, record by record and field by
// field, and can say why it did what it did.
//
// # Parts
//
// A [Source] is one service as the engine sees it: it lists, reads, creates,
// updates and deletes neutral [Record] values. A [Store] keeps what must
// survive: links, intents, the audit log. A [Flow] says how one kind of record
// is kept in step. The [Engine] joins them; it knows nothing of GHL or Pagico.
// Most users start from package ghlpagico, which brings all of it ready made.
//
// # A pass
//
// [Engine.Sync] runs the phases scan, match, plan, guard, apply, commit. The
// scan lists both sides and sets aside every record that shows what it showed
// when it was last acted on. Records without a link look for their twin by
// marker and by their flow's keys. Package merge decides, field by field, what
// both sides are to show; the result is a [Plan], a value that can be printed,
// reviewed and applied. Guards halt a pass that would delete or create too
// much. What a service has confirmed is stored together with its audit entry,
// in one transaction.
//
// # What is promised
//
// Nothing is lost: an edit that is overridden by a policy or a deletion is in
// the audit log. Nothing is doubled: before a record is made remotely an
// [Intent] is stored, and a create of unclear outcome is looked for before it
// is tried again. A deletion needs two proofs: absence from a complete
// listing, and a confirming read. A second pass over unchanged sides writes
// nothing.
//
// What cannot be promised: where a service knows no preconditions, an edit of
// the very field that is written, made between our reading and our write, is
// overwritten unseen. [Config.Freshness] bounds how old a reading may be when
// the write begins. Edits of other fields in that time show in the answer and
// are kept.
//
// # Errors
//
// Sources wrap the errors of this package: [ErrNotFound], [ErrUncertain],
// [ErrChanged], [ErrRefused], [ErrDenied], [ErrOverLimit], [ErrUnsupported].
// Guards return a [*HaltError], and [ErrLocked] says that another engine is at work
// on the connection. After any error a pass can be run again.
//
// # Times
//
// All times are UTC and by [Config.Now], but for those that records show, which are
// the services' own.
package syncer
