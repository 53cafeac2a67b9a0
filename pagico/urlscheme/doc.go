// Package urlscheme writes pagico:// links, with which the Pagico app makes a
// task or a note, opens them, and keeps a ledger so that none is opened twice. It
// needs no server, no account and no network. It works one way only: nothing comes
// back from the app, and nothing that it holds can be read, changed or deleted.
//
//	ledger, err := urlscheme.OpenLedger(ctx, "pagico-links.jsonl")
//	…
//	due, err := urlscheme.Day(2026, time.September, 14)
//	…
//	link, err := urlscheme.AddTask{
//		Title:  "Call the notary",
//		Due:    due,
//		Origin: urlscheme.Origin{ID: "9NkT25Vor1v4aQatFsv2"},
//	}.Link()
//	…
//	_, err = ledger.Send(ctx, urlscheme.Mac{}, urlscheme.Item{ID: "ghl:task:9NkT25Vor1v4aQatFsv2", Link: link})
//
// This package is unofficial: Pagico is its maker's trademark.
//
// # What the vendor documents
//
// The vendor's help page on the URL scheme
// (https://notes17.zendesk.com/hc/en-us/articles/360004829454-Pagico-URL-Scheme), of
// which only the beginning was at hand, says: the scheme exists on macOS, from Pagico 8.14 on. A link is
// pagico://command?name=value&name=value with every value encoded as a URI
// component. Opening one launches the app, and works while the database is locked
// by its password. Two commands are described with their parameters:
//
//   - addTask: title (required), notes, start, due, color (a number from 0: 0 none,
//     1 grey, and so on by the palette of the database), containerId (a project or
//     contact; without it the task goes to the Inbox). start and due may be plain
//     English; the vendor's example is due=tomorrow%203pm.
//   - addNote: title (required), body, datetime (the note's Timestamp). It may have
//     more.
//
// The manual of 2011 says that dates are read as GNU date reads them.
//
// # What this project chose
//
//   - Parameters always come in the order above, and empty ones are left out.
//   - Values are encoded byte by byte in UTF-8: letters, digits and - . _ ~ stay,
//     everything else is % and two upper-case hexadecimal digits, a space %20 and a
//     line feed %0A.
//   - Invalid UTF-8 and NUL are refused; other control characters are removed,
//     except line feeds. The text comes from a CRM and is not to be trusted: it can
//     end up nowhere but inside a value.
//   - Dates are written as 2006-01-02 or 2006-01-02 15:04, in the zone of the user,
//     which the caller names. Nothing of a date depends on a language.
//   - A link has at most [DefaultMaxBytes] bytes. Notes that are too long are cut,
//     at the end of a character, and end with [CutMark]; everything else that is too
//     long is an error.
//   - The id and the address of the GHL record stand on lines of their own at the end
//     of the notes, so that a person can find the way back: see [Origin].
//
// # What is unknown
//
// The commands for a project, a contact, the preview panel and a container exist,
// but their names and parameters were not at hand; they are not guessed. [Command]
// writes them for those who know them. Also unknown: the greatest length of a link,
// how many links in a row the app takes, how it shows line feeds, what it does with a local time that a change of
// clocks makes twice, a container for addNote, a Someday task by a link, and whether
// other systems than macOS know the scheme. No parameter is documented for an
// assignee, a priority, tags, a status, a repetition or a list. The app returns no id.
//
// # At most once
//
// That the opener succeeded only means that the system took the link, not that the
// app made anything. [Ledger.Send] writes down that a link is about to be opened,
// and makes that durable, before it opens it. Whatever happens afterwards, a crash
// included, the same id is never opened again, except by [Ledger.Resend]. What is
// left in doubt is listed as [Doubtful], for a person to look: [Ledger.Confirm] or
// [Ledger.Resend] ends the doubt.
package urlscheme
