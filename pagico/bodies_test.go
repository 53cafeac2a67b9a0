package pagico_test

import (
	"testing"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// The bodies here set every field that can be set together.

func fullTaskUpdate() pagico.TaskUpdate {
	return pagico.TaskUpdate{
		Title: pagico.Set("x"), ExternalID: pagico.Set("e"), Notes: pagico.Null[string](),
		Status: pagico.Set(pagico.StatusCancelled), Progress: pagico.Set(100),
		StartDate: pagico.Set(pagico.AllDay(2026, 3, 1)), DueDate: pagico.Null[pagico.Date](), Someday: pagico.Set(true),
		Priority: pagico.Set(pagico.PriorityUrgent), Color: pagico.Set(0), AssigneeID: pagico.Set("u_1"),
		ProjectID: pagico.Null[string](), ContactID: pagico.Set("c_1"), ListID: pagico.Set("l_1"),
		Tags: pagico.Set([]string{}), Links: pagico.Set([]pagico.Link{{URL: "pagico://x"}}), Position: pagico.Set(-1),
	}
}

func fullTaskQuery() pagico.TaskQuery {
	return pagico.TaskQuery{
		UpdatedSince: time.Date(2026, 3, 4, 15, 0, 0, 5e6, time.UTC), IncludeDeleted: true, Status: pagico.StatusOpen,
		ProjectID: "p", ContactID: "c", ListID: "l", Inbox: true, AssigneeID: "u", DueAfter: pagico.AllDay(2026, 3, 1),
		DueBefore:  pagico.At(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)),
		ExternalID: "ghl:a&b", Limit: 200, Cursor: "abc",
	}
}

func fullProjectCreate() pagico.ProjectCreate {
	return pagico.ProjectCreate{
		Title: "P", ExternalID: "e", Notes: "n", Tags: []string{"a"}, Active: pagico.Set(false),
		ContactIDs: []string{"c_1"}, Links: []pagico.Link{{URL: "https://example.com", Title: "t", Rel: pagico.RelRelated}},
		ReadOnly: true,
	}
}

func fullProjectUpdate() pagico.ProjectUpdate {
	return pagico.ProjectUpdate{
		Title: pagico.Set("P"), ExternalID: pagico.Null[string](), Notes: pagico.Set("n"),
		Tags: pagico.Set([]string{"a"}), Active: pagico.Set(true), ContactIDs: pagico.Null[[]string](),
		Links: pagico.Set([]pagico.Link{}), ReadOnly: pagico.Set(false),
	}
}

func fullListCreate() pagico.ListCreate {
	return pagico.ListCreate{Title: "L", ExternalID: "e", ProjectID: "p_1", Position: pagico.Set(3)}
}

func fullListUpdate() pagico.ListUpdate {
	return pagico.ListUpdate{
		Title: pagico.Set("L"), ExternalID: pagico.Set("e"), ProjectID: pagico.Set("p_1"),
		ContactID: pagico.Null[string](), Position: pagico.Set(0),
	}
}

func fullContactCreate() pagico.ContactCreate {
	return pagico.ContactCreate{
		Name: "Ada", ExternalID: "e", FirstName: "Ada", LastName: "L", Email: "a@example.com", Phone: "+4930123456",
		Company: "C", Address: "A\nB", Tags: []string{"a"}, CustomFields: []pagico.CustomField{{Name: "Tel", Value: "1"}},
		ProjectIDs: []string{"p_1"}, Links: []pagico.Link{{URL: "https://example.com"}},
	}
}

func fullContactUpdate() pagico.ContactUpdate {
	return pagico.ContactUpdate{
		Name: pagico.Set("Ada"), ExternalID: pagico.Set("e"), FirstName: pagico.Null[string](),
		LastName: pagico.Set("L"), Email: pagico.Null[string](), Phone: pagico.Set("+4930123456"),
		Company: pagico.Set("C"), Address: pagico.Set("A"), Tags: pagico.Null[[]string](),
		CustomFields: pagico.Set([]pagico.CustomField{{Name: "Tel", Value: ""}}),
		ProjectIDs:   pagico.Set([]string{}), Links: pagico.Null[[]pagico.Link](),
	}
}

func fullNoteCreate() pagico.NoteCreate {
	return pagico.NoteCreate{
		Title: "N", Content: "c", ExternalID: "e", Datetime: time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC), ContactID: "c_1",
		ReadOnly: true,
	}
}

func fullNoteUpdate() pagico.NoteUpdate {
	return pagico.NoteUpdate{
		Title: pagico.Null[string](), Content: pagico.Set("c"), ExternalID: pagico.Set("e"),
		Datetime: pagico.Set(time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)), ProjectID: pagico.Set("p_1"),
		ContactID: pagico.Null[string](), ReadOnly: pagico.Set(true),
	}
}

func fullEventPut() pagico.EventPut {
	return pagico.EventPut{
		Title: "E", Start: pagico.At(time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)),
		End:      pagico.At(time.Date(2026, 3, 4, 16, 0, 0, 0, time.UTC)),
		TimeZone: "Europe/Berlin", Location: "Room", Status: pagico.EventTentative, ContactID: "c_1", URL: "https://example.com/e",
	}
}

func fullWebhookUpdate() pagico.WebhookUpdate {
	return pagico.WebhookUpdate{
		URL: pagico.Set("https://example.com/h"), ExternalID: pagico.Set("e"),
		Events: pagico.Set([]string{"task.*", "note.created"}), Description: pagico.Null[string](), Enabled: pagico.Set(false),
	}
}

// run notes that these calls belong to op.
type run func(op pagico.Operation, calls ...error)

func callTasks(t *testing.T, c *pagico.Client, run run) {
	t.Helper()
	ctx := t.Context()
	_, err := c.Tasks.ListPage(ctx, fullTaskQuery())
	run(pagico.OpTasksList, err)
	_, err = c.Tasks.ListPage(ctx, pagico.TaskQuery{})
	run(pagico.OpTasksList, err)
	_, err = c.Tasks.Get(ctx, "t_1", pagico.IfNoneMatch(`"7"`))
	run(pagico.OpTasksGet, err)
	_, err = c.Tasks.GetByExternalID(ctx, "ghl:loc 1/ä")
	run(pagico.OpTasksGet, err)
	_, err = c.Tasks.Create(ctx, fullTaskCreate())
	run(pagico.OpTasksCreate, err)
	_, err = c.Tasks.Create(ctx, pagico.TaskCreate{Title: "x"})
	run(pagico.OpTasksCreate, err)
	_, err = c.Tasks.Create(ctx, pagico.TaskCreate{Title: "x", Someday: true, ContactID: "c"})
	run(pagico.OpTasksCreate, err)
	_, err = c.Tasks.Update(ctx, "t_1", fullTaskUpdate(), pagico.IfMatch("*"))
	run(pagico.OpTasksUpdate, err)
	_, err = c.Tasks.Update(ctx, "t_1", pagico.TaskUpdate{})
	run(pagico.OpTasksUpdate, err)
	_, err = c.Tasks.Complete(ctx, pagico.External("a"))
	run(pagico.OpTasksUpdate, err)
	run(pagico.OpTasksDelete, c.Tasks.Delete(ctx, "t_1"))
}

func callProjectsAndLists(t *testing.T, c *pagico.Client, run run) {
	t.Helper()
	ctx := t.Context()
	at := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	_, err := c.Projects.ListPage(ctx, pagico.ProjectQuery{UpdatedSince: at, IncludeDeleted: true, ExternalID: "e", Limit: 1, Cursor: "c"})
	run(pagico.OpProjectsList, err)
	_, err = c.Projects.Get(ctx, "p_1")
	run(pagico.OpProjectsGet, err)
	_, err = c.Projects.Create(ctx, fullProjectCreate())
	run(pagico.OpProjectsCreate, err)
	_, err = c.Projects.Create(ctx, pagico.ProjectCreate{Title: "P"})
	run(pagico.OpProjectsCreate, err)
	_, err = c.Projects.Update(ctx, "p_1", fullProjectUpdate())
	run(pagico.OpProjectsUpdate, err)
	run(pagico.OpProjectsDelete, c.Projects.Delete(ctx, "p_1", pagico.IfMatch("7")))
	_, err = c.Lists.ListPage(ctx, pagico.ListQuery{
		UpdatedSince: at, IncludeDeleted: true, ProjectID: "p", ContactID: "c", Inbox: true, ExternalID: "e", Limit: 9, Cursor: "c",
	})
	run(pagico.OpListsList, err)
	_, err = c.Lists.Get(ctx, "l_1")
	run(pagico.OpListsGet, err)
	_, err = c.Lists.Create(ctx, fullListCreate())
	run(pagico.OpListsCreate, err)
	_, err = c.Lists.Create(ctx, pagico.ListCreate{Title: "L"})
	run(pagico.OpListsCreate, err)
	_, err = c.Lists.Update(ctx, "l_1", fullListUpdate())
	run(pagico.OpListsUpdate, err)
	run(pagico.OpListsDelete, c.Lists.Delete(ctx, "l_1"))
}

func callContactsAndNotes(t *testing.T, c *pagico.Client, run run) {
	t.Helper()
	ctx := t.Context()
	at := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	_, err := c.Contacts.ListPage(ctx, pagico.ContactQuery{
		UpdatedSince: at, IncludeDeleted: true, Email: "a+b@example.com", Phone: "+49", ExternalID: "e", Limit: 50, Cursor: "c",
	})
	run(pagico.OpContactsList, err)
	_, err = c.Contacts.Get(ctx, "c_1")
	run(pagico.OpContactsGet, err)
	_, err = c.Contacts.Create(ctx, fullContactCreate())
	run(pagico.OpContactsCreate, err)
	_, err = c.Contacts.Create(ctx, pagico.ContactCreate{Name: "A"})
	run(pagico.OpContactsCreate, err)
	_, err = c.Contacts.Update(ctx, "c_1", fullContactUpdate())
	run(pagico.OpContactsUpdate, err)
	run(pagico.OpContactsDelete, c.Contacts.Delete(ctx, "c_1"))
	_, err = c.Notes.ListPage(ctx, pagico.NoteQuery{
		UpdatedSince: at, IncludeDeleted: true, ProjectID: "p", ContactID: "c", Inbox: true, ExternalID: "e", Limit: 9, Cursor: "c",
	})
	run(pagico.OpNotesList, err)
	_, err = c.Notes.Get(ctx, "n_1")
	run(pagico.OpNotesGet, err)
	_, err = c.Notes.Create(ctx, fullNoteCreate())
	run(pagico.OpNotesCreate, err)
	_, err = c.Notes.Create(ctx, pagico.NoteCreate{Content: "x"})
	run(pagico.OpNotesCreate, err)
	_, err = c.Notes.Update(ctx, "n_1", fullNoteUpdate())
	run(pagico.OpNotesUpdate, err)
	run(pagico.OpNotesDelete, c.Notes.Delete(ctx, "n_1"))
}

func callEvents(t *testing.T, c *pagico.Client, run run) {
	t.Helper()
	ctx := t.Context()
	at := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	_, err := c.Events.ListPage(ctx, pagico.EventQuery{
		UpdatedSince: at, IncludeDeleted: true, Status: pagico.EventConfirmed, ContactID: "c", ExternalID: "e", Limit: 9, Cursor: "c",
	})
	run(pagico.OpEventsList, err)
	_, err = c.Events.Get(ctx, "e_1")
	run(pagico.OpEventsGet, err)
	_, err = c.Events.GetByExternalID(ctx, "ghl:loc1:appointment:4")
	run(pagico.OpEventsGet, err)
	_, err = c.Events.Put(ctx, "ghl:loc1:appointment:4", fullEventPut())
	run(pagico.OpEventsPut, err)
	_, err = c.Events.Put(ctx, "ghl/1", pagico.EventPut{Title: "E", Start: pagico.AllDay(2026, 3, 4)})
	run(pagico.OpEventsPut, err)
	run(pagico.OpEventsDelete, c.Events.Delete(ctx, "ghl:loc1:appointment:4"))
}

func callRest(t *testing.T, c *pagico.Client, run run) {
	t.Helper()
	ctx := t.Context()
	_, err := c.Me(ctx)
	run(pagico.OpMe, err)
	_, err = c.Users.ListPage(ctx, pagico.UserQuery{Email: "a@example.com", Limit: 2, Cursor: "c"})
	run(pagico.OpUsersList, err)
	_, err = c.Webhooks.ListPage(ctx, pagico.WebhookQuery{Limit: 2, Cursor: "c"})
	run(pagico.OpWebhooksList, err)
	_, err = c.Webhooks.Get(ctx, "w_1")
	run(pagico.OpWebhooksGet, err)
	_, err = c.Webhooks.Create(ctx, pagico.WebhookCreate{
		URL: "https://example.com/h", ExternalID: "e", Events: []string{"task.*"}, Description: "d", Enabled: pagico.Set(true),
	})
	run(pagico.OpWebhooksCreate, err)
	_, err = c.Webhooks.Create(ctx, pagico.WebhookCreate{URL: "https://example.com/h", Events: []string{"task.created"}})
	run(pagico.OpWebhooksCreate, err)
	_, err = c.Webhooks.Update(ctx, "w_1", fullWebhookUpdate())
	run(pagico.OpWebhooksUpdate, err)
	run(pagico.OpWebhooksDelete, c.Webhooks.Delete(ctx, "w_1"))
	run(pagico.OpWebhooksTest, c.Webhooks.Test(ctx, "w_1"))
}
