// Package ghlpagico joins one GHL location with one Pagico account: it brings
// the two clients, their sources, the mapping between them and the sync engine
// together. It is what most programs import.
//
//	c, err := ghlpagico.New(ghlpagico.Config{
//		GHL: ghlClient, LocationID: "…", Pagico: pagicoClient, Store: store,
//	})
//	report, err := c.Sync(ctx, syncer.SyncOptions{})
//	receipt, err := c.Verify(ctx)
//
// # Access
//
// The GHL token belongs to the location and has the scopes contacts.readonly,
// contacts.write, locations.readonly, locations/tasks.readonly, users.readonly,
// calendars.readonly and calendars/events.readonly; the last two are for
// appointments, and [Config.Users] does without users.readonly. A missing scope ends
// a pass with [syncer.ErrDenied], before anything is written if it is one for reading.
// The Pagico token acts for one user, and may read and write contacts, tasks, notes
// and events, and read projects and users.
//
// # Flows
//
// Contacts go from GHL to Pagico, with their notes and appointments as read-only
// references: what is edited or deleted on the Pagico side is put back, unless
// [References.OneWay] says otherwise. Notes and contacts that people made in
// Pagico are left alone. A contact that is deleted in GHL stays in Pagico, by itself,
// while people keep notes or tasks of their own with it.
//
// Tasks go both ways, with title, body, due date, status and assignee. Each
// field has a conflict policy of its own. Fields that only one service has, such
// as Pagico's progress, colour and list, are never written.
//
// # Moving a task
//
// A task that somebody puts under another contact in Pagico is deleted in GHL and
// made again under that one, because GHL cannot move tasks ([Tasks.MovedStay]
// leaves it); one that is taken out of its contact, into the inbox or a project,
// stays with its contact in GHL. When a contact is deleted in Pagico and made
// again, the tasks that were left behind follow it.
//
// # How values are mapped
//
// Status: GHL knows done and not done. Pagico's inProgress counts as not done,
// cancelled as done; neither is overwritten as long as GHL's view of it stands.
//
// Due date: a day in Pagico is shown in GHL at [Tasks.DueHour] in the location's
// time zone, and stays a day in Pagico as long as GHL keeps that hour. GHL cannot
// do without a due date: an undated task is given the day on which it was made,
// or is left alone ([Tasks.Undated]); it stays undated in Pagico.
//
// People are matched by e-mail, or by [Config.People]. A task given to somebody
// whom the other service does not know is unassigned there, and stays so until
// its assignee is edited, also when that person is added later.
//
// Titles are cut at Pagico's limit of 500 characters; the longer GHL title stays.
//
// # First sync
//
// Contacts match by e-mail, then by phone; tasks by contact, title and due date.
// What could be several records is left alone and reported.
//
// # Without a Pagico server
//
// With [Config.Links] new tasks and notes of GHL are made in the Pagico app on this
// Mac, by pagico:// links, one way and each at most once:
//
//	ledger, err := urlscheme.OpenLedger(ctx, "pagico-links.jsonl")
//	c, err := ghlpagico.New(ghlpagico.Config{
//		GHL: ghlClient, LocationID: "…", Store: store,
//		Links: &ghlpagico.Links{Ledger: ledger, Zone: time.Local},
//	})
//
// The app tells nothing, so nothing is ever changed or deleted there: changes in GHL
// are parked ([syncer.Engine.Waiting]), and what may or may not have been opened waits
// for a person ([Connector.Links], [pagicosource.Links.Doubtful]). Openings keep a
// distance of a second.
//
// # Webhooks
//
// Passes alone are correct; webhooks make them fast. [Connector.GHLHint] and
// [Connector.PagicoHint] name the record that an event is about. Keep that name
// in a queue that outlives the process, answer, and sync the record later:
//
//	http.Handle("POST /hooks/ghl", webhook.NewHandler(verifier, func(ctx context.Context, e webhook.Event) error {
//		if ref, ok := c.GHLHint(e); ok {
//			return queue.Add(ctx, ref)
//		}
//		return nil
//	}))
//
//	report, err := c.SyncRecord(ctx, ref, syncer.SyncOptions{Trigger: "webhook"})
//
// An event that is lost, late, doubled, reordered or forged costs time and
// nothing else: both sides are read before anything is decided. Keep running
// passes, for GHL sends no event when a task's title, text or date changes.
package ghlpagico
