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
// # Flows
//
// Contacts go from GHL to Pagico, with their notes and appointments as read-only
// references: what is edited or deleted on the Pagico side is put back, unless
// [References.OneWay] says otherwise. Notes and contacts that people made in
// Pagico are left alone.
//
// Tasks go both ways, with title, body, due date, status and assignee. Each
// field has a conflict policy of its own. Fields that only one service has, such
// as Pagico's progress, colour and list, are never written.
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
// whom the other service does not know is unassigned there.
//
// Titles are cut at Pagico's limit of 500 characters; the longer GHL title stays.
//
// # First sync
//
// Contacts match by e-mail, then by phone; tasks by contact, title and due date.
// What could be several records is left alone and reported.
package ghlpagico
