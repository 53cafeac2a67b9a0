package pagicotest

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// memberChecks are the rows of the tables of §3.3 and §3.4, one clause per member: a record is made by the typed client
// with every member it can write, and read back.
func memberChecks() []check {
	var all []check
	for _, k := range newKinds() {
		for _, f := range k.schema.fields {
			if k.name == "webhook" && f.name == "secret" {
				continue // the create answer has it; see ClauseSecretOnce
			}
			all = append(all, check{ClauseMember(k.name, f.name), 0, func(s *suite) { s.member(k.name, f.name) }})
		}
	}
	return all
}

// member makes a full record and looks at one member of it, as the typed client read it.
func (s *suite) member(kind, name string) {
	raw, want := s.fullRecord(kind)
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		s.fatalf("the record is no object: %v", err)
	}
	value, there := got[name]
	if !there {
		s.fatalf("%s has no %s: %s", kind, name, raw)
	}
	if expected, known := want[name]; known {
		s.same(name, value, expected)
		return
	}
	switch name {
	case "id", "etag":
		if str, ok := value.(string); !ok || str == "" {
			s.Errorf("%s is %v", name, value)
		}
	case "createdAt", "lastUpdated":
		s.instant(seen{json: got}, name)
	default:
		s.Errorf("the suite does not know %s.%s", kind, name)
	}
}

// tombstone are the members of a living record that has no marks.
func tombstone(external string, own map[string]any) map[string]any {
	want := map[string]any{"externalId": external, "deleted": false, "deletedAt": nil}
	maps.Copy(want, own)
	return want
}

func (s *suite) fullRecord(kind string) (json.RawMessage, map[string]any) {
	switch kind {
	case "task":
		return s.fullTask()
	case "project":
		return s.fullProject()
	case "contact":
		return s.fullContact()
	case "list":
		return s.fullList()
	case "note":
		return s.fullNote()
	case "event":
		return s.fullEvent()
	}
	return s.fullWebhook()
}

func (s *suite) fullTask() (json.RawMessage, map[string]any) {
	ctx, external := s.Context(), s.unique()
	me, err := s.client.Me(ctx)
	s.ok(err)
	p := s.create(pagico.OpProjectsCreate, `{"title":"x"}`).str("id")
	l := s.create(pagico.OpListsCreate, `{"title":"x","projectId":`+text(p)+`}`).str("id")
	made, err := s.client.Tasks.Create(ctx, pagico.TaskCreate{
		Title: "Call Ada ☎", ExternalID: external, Notes: "line 1\nline 2 < & >", Status: pagico.StatusInProgress, Progress: 40,
		StartDate: pagico.AllDay(2026, time.March, 1), DueDate: pagico.At(time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)),
		Priority: pagico.PriorityHigh, Color: 3, AssigneeID: me.ID, ProjectID: p, ListID: l, Tags: []string{"Alpha", "beta"},
		Links: []pagico.Link{{URL: "https://a.example/9", Title: "In the CRM", Rel: "source"}}, Position: pagico.Set(7),
	})
	s.ok(err)
	s.discard("", pagico.OpTasksCreate, made.ID)
	got, err := s.client.Tasks.Get(ctx, made.ID)
	s.ok(err)
	return got.RawJSON(), tombstone(external, map[string]any{
		"title": "Call Ada ☎", "notes": "line 1\nline 2 < & >", "status": "inProgress", "progress": 40, "startDate": "2026-03-01",
		"dueDate": "2026-03-04T15:30:00Z", "someday": false, "priority": "high", "color": 3, "assigneeId": me.ID,
		"assignee": map[string]any{"id": me.ID, "name": me.Name, "email": me.Email}, "projectId": p, "contactId": nil, "listId": l,
		"tags": []string{"Alpha", "beta"}, "links": []any{map[string]any{"url": "https://a.example/9", "title": "In the CRM", "rel": "source"}},
		"position": 7, "readOnly": false, "completedAt": nil,
	})
}

func (s *suite) fullProject() (json.RawMessage, map[string]any) {
	ctx, external := s.Context(), s.unique()
	c := s.create(pagico.OpContactsCreate, `{"name":"x"}`).str("id")
	made, err := s.client.Projects.Create(ctx, pagico.ProjectCreate{
		Title: "Move", ExternalID: external, Notes: "n", Tags: []string{"a"}, Active: pagico.Set(false), ContactIDs: []string{c},
		Links: []pagico.Link{{URL: "https://a.example/1"}},
	})
	s.ok(err)
	s.discard("", pagico.OpProjectsCreate, made.ID)
	got, err := s.client.Projects.Get(ctx, made.ID)
	s.ok(err)
	return got.RawJSON(), tombstone(external, map[string]any{
		"title": "Move", "notes": "n", "tags": []string{"a"}, "active": false, "contactIds": []string{c},
		"links": []any{map[string]any{"url": "https://a.example/1"}}, "readOnly": false,
	})
}

func (s *suite) fullContact() (json.RawMessage, map[string]any) {
	ctx, external := s.Context(), s.unique()
	p := s.create(pagico.OpProjectsCreate, `{"title":"x"}`).str("id")
	made, err := s.client.Contacts.Create(ctx, pagico.ContactCreate{
		Name: "Ada Lovelace", ExternalID: external, FirstName: "Ada", LastName: "Lovelace", Email: "ada@example.com", Phone: "+15550100",
		Company: "Engines", Address: "1 Main St\nLondon", Tags: []string{"vip"}, CustomFields: []pagico.CustomField{{Name: "Fax", Value: "1"}},
		ProjectIDs: []string{p}, Links: []pagico.Link{{URL: "https://a.example/c"}},
	})
	s.ok(err)
	s.discard("", pagico.OpContactsCreate, made.ID)
	got, err := s.client.Contacts.Get(ctx, made.ID)
	s.ok(err)
	return got.RawJSON(), tombstone(external, map[string]any{
		"name": "Ada Lovelace", "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "phone": "+15550100",
		"company": "Engines", "address": "1 Main St\nLondon", "tags": []string{"vip"},
		"customFields": []any{map[string]any{"name": "Fax", "value": "1"}}, "projectIds": []string{p},
		"links": []any{map[string]any{"url": "https://a.example/c"}},
	})
}

func (s *suite) fullList() (json.RawMessage, map[string]any) {
	ctx, external := s.Context(), s.unique()
	c := s.create(pagico.OpContactsCreate, `{"name":"x"}`).str("id")
	made, err := s.client.Lists.Create(ctx, pagico.ListCreate{Title: "Steps", ExternalID: external, ContactID: c, Position: pagico.Set(2)})
	s.ok(err)
	s.discard("", pagico.OpListsCreate, made.ID)
	got, err := s.client.Lists.Get(ctx, made.ID)
	s.ok(err)
	return got.RawJSON(), tombstone(external, map[string]any{"title": "Steps", "projectId": nil, "contactId": c, "position": 2})
}

func (s *suite) fullNote() (json.RawMessage, map[string]any) {
	ctx, external := s.Context(), s.unique()
	p := s.create(pagico.OpProjectsCreate, `{"title":"x"}`).str("id")
	at := time.Date(2026, 3, 4, 10, 0, 0, 0, time.FixedZone("", 3600))
	made, err := s.client.Notes.Create(ctx, pagico.NoteCreate{Title: "Call", Content: "Said yes.", ExternalID: external, Datetime: at, ProjectID: p})
	s.ok(err)
	s.discard("", pagico.OpNotesCreate, made.ID)
	got, err := s.client.Notes.Get(ctx, made.ID)
	s.ok(err)
	if !got.Datetime.Equal(at) {
		s.Errorf("datetime is %s, want %s", got.Datetime, at)
	}
	return got.RawJSON(), tombstone(external, map[string]any{
		"title": "Call", "content": "Said yes.", "projectId": p, "contactId": nil, "readOnly": false, "datetime": rawMember(got.RawJSON(), "datetime"),
	})
}

// rawMember keeps the host's own spelling of an instant that was compared as a time.
func rawMember(raw json.RawMessage, name string) any {
	var m map[string]any
	if json.Unmarshal(raw, &m) != nil || m[name] == nil {
		return "an instant"
	}
	return m[name]
}

func (s *suite) fullEvent() (json.RawMessage, map[string]any) {
	ctx, external := s.Context(), s.unique()
	c := s.create(pagico.OpContactsCreate, `{"name":"x"}`).str("id")
	made, err := s.client.Events.Put(ctx, external, pagico.EventPut{
		Title: "Visit", Start: pagico.At(time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)), End: pagico.At(time.Date(2026, 3, 4, 16, 0, 0, 0, time.UTC)),
		TimeZone: "Europe/Berlin", Location: "Office", Status: pagico.EventTentative, ContactID: c, URL: "https://a.example/e",
	})
	s.ok(err)
	s.discard("", pagico.OpEventsPut, external)
	got, err := s.client.Events.Get(ctx, made.ID)
	s.ok(err)
	return got.RawJSON(), tombstone(external, map[string]any{
		"title": "Visit", "start": "2026-03-04T15:00:00Z", "end": "2026-03-04T16:00:00Z", "timeZone": "Europe/Berlin", "location": "Office",
		"status": "tentative", "contactId": c, "url": "https://a.example/e", "readOnly": true,
	})
}

func (s *suite) fullWebhook() (json.RawMessage, map[string]any) {
	ctx, external := s.Context(), s.unique()
	events := []string{"contact.created", "task.*"}
	made, err := s.client.Webhooks.Create(ctx, pagico.WebhookCreate{
		URL: "https://hooks.example/in", Events: events, ExternalID: external, Description: "d", Enabled: pagico.Set(false),
	})
	s.ok(err)
	s.discard("", pagico.OpWebhooksCreate, made.ID)
	got, err := s.client.Webhooks.Get(ctx, made.ID)
	s.ok(err)
	slices.Sort(got.Events)
	return got.RawJSON(), tombstone(external, map[string]any{
		"url": "https://hooks.example/in", "events": events, "description": "d", "enabled": false,
	})
}

// resourceChecks are the other rules of §3.4.
func resourceChecks() []check {
	return []check{
		{ClauseEventReadOnly, 0, (*suite).checkEventReadOnly},
		{ClauseEventReplaced, 0, (*suite).checkEventReplaced},
		{ClauseEventOwner, needOther, (*suite).checkEventOwner},
		{ClauseNoteTitleOrContent, 0, (*suite).checkNoteTitleOrContent},
		{ClauseSecretOnce, 0, (*suite).checkSecretOnce},
	}
}

func (s *suite) checkEventReadOnly() {
	e := s.putEvent(s.unique(), `{"title":"x","start":"2026-03-04","readOnly":false}`)
	s.same("readOnly", e.json["readOnly"], true)
}

func (s *suite) checkEventReplaced() {
	external := s.unique()
	s.putEvent(external, `{"title":"x","start":"2026-03-04","location":"Office","url":"https://a.example/"}`)
	e := s.putEvent(external, `{"title":"x","start":"2026-03-05"}`)
	s.same("location", e.str("location"), "")
	s.same("url", e.json["url"], nil)
}

func (s *suite) checkEventOwner() {
	e := s.putEvent(s.unique(), `{"title":"x","start":"2026-03-04"}`)
	for _, try := range []request{
		{op: pagico.OpEventsDelete, id: e.str("externalId"), token: s.f.OtherClientToken},
		{op: pagico.OpEventsGet, id: e.str("id"), token: s.f.OtherClientToken, method: "DELETE"},
	} {
		if a := s.send(try); a.status/100 == 2 {
			s.Errorf("another client's delete answered %d", a.status)
		}
	}
	s.same("ids", s.send(request{op: pagico.OpEventsList, query: query("externalId", e.str("externalId"))}).ids(), []string{e.str("id")})
}

func (s *suite) checkNoteTitleOrContent() {
	s.refused(pagico.OpNotesCreate, "", `{}`, "#/content")
	s.create(pagico.OpNotesCreate, `{"content":"x"}`)
	s.create(pagico.OpNotesCreate, `{"title":"x"}`)
}

func (s *suite) checkSecretOnce() {
	made := s.create(pagico.OpWebhooksCreate, `{"url":"https://hooks.example/x","events":["task.*"],"enabled":false}`)
	if made.str("secret") == "" {
		s.Errorf("the create answer has no secret")
	}
	a := s.send(request{op: pagico.OpWebhooksGet, id: made.str("id")})
	s.same("secret", a.json["secret"], nil)
	a = s.send(request{op: pagico.OpWebhooksUpdate, id: made.str("id"), body: `{"description":"d"}`})
	s.same("secret", a.json["secret"], nil)
}
