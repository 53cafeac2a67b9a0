package pagicotest

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// query builds a query from pairs.
func query(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

// all walks every page of a list.
func (s *suite) all(op pagico.Operation, filters map[string]string) []map[string]any {
	s.Helper()
	q := query("limit", "200")
	for name, value := range filters {
		q.Set(name, value)
	}
	var out []map[string]any
	for range 1000 {
		a := s.send(request{op: op, query: q})
		if a.status != 200 {
			s.fatalf("list answered %d %s", a.status, a.body)
		}
		out = append(out, a.results()...)
		next := a.str("nextCursor")
		if next == "" {
			return out
		}
		q.Set("cursor", next)
	}
	s.fatalf("the list does not end")
	return nil
}

func (s *suite) updatedSince(id string) string {
	s.Helper()
	return s.send(request{op: pagico.OpTasksGet, id: id}).str("lastUpdated")
}

// some makes n tasks in a project of their own and returns the project and the ids in order of creation.
func (s *suite) some(n int) (project string, ids []string) {
	s.Helper()
	project = s.create(pagico.OpProjectsCreate, `{"title":"x"}`).str("id")
	for i := range n {
		a := s.send(request{op: pagico.OpTasksCreate, body: `{"title":"` + strconv.Itoa(i) + `","projectId":` + text(project) + `}`})
		if a.str("id") == "" {
			s.fatalf("create answered %d %s", a.status, a.body)
		}
		ids = append(ids, a.str("id"))
		s.discard("", pagico.OpTasksCreate, a.str("id"))
	}
	return project, ids
}

func sorted(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

// idsOf are the ids of records.
func idsOf(records []map[string]any) []string {
	ids := []string{}
	for _, r := range records {
		id, _ := r["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

// listChecks are the clauses of §3.5 about pages and incremental reading.
func listChecks() []check {
	return []check{
		{ClauseDefaultLimit, 0, (*suite).checkDefaultLimit},
		{ClauseMaxLimit, 0, (*suite).checkMaxLimit},
		{ClauseCursorAdvances, 0, (*suite).checkCursorAdvances},
		{ClauseCursorBound, 0, (*suite).checkCursorBound},
		{ClauseCursorExpired, needClock, (*suite).checkCursorExpired},
		{ClauseUpdatedInclusive, 0, (*suite).checkUpdatedInclusive},
		{ClauseUpdatedOrder, 0, (*suite).checkUpdatedOrder},
		{ClauseIncludeDeleted, 0, (*suite).checkIncludeDeleted},
		{ClauseDeletedHidden, 0, (*suite).checkDeletedHidden},
		{ClauseNotModified, 0, (*suite).checkNotModified},
	}
}

// filterChecks have one clause per list parameter of §3.5. Each makes records that fit and records that do not.
func filterChecks() []check {
	var all []check
	add := func(plural, name string, run func(*suite)) {
		all = append(all, check{ClauseFilter(plural, name), 0, run})
	}
	for _, f := range []struct{ plural, name string }{
		{"tasks", "projectId"}, {"tasks", "contactId"}, {"tasks", "listId"}, {"tasks", "assigneeId"}, {"tasks", "status"}, {"tasks", "inbox"},
		{"tasks", "dueAfter"}, {"tasks", "dueBefore"}, {"lists", "projectId"}, {"lists", "contactId"}, {"notes", "projectId"}, {"notes", "contactId"},
		{"contacts", "email"}, {"contacts", "phone"}, {"events", "contactId"}, {"events", "status"},
	} {
		add(f.plural, f.name, func(s *suite) { s.filter(f.plural, f.name) })
	}
	for _, plural := range []string{"tasks", "projects", "lists", "contacts", "notes"} {
		add(plural, "externalId", func(s *suite) {
			op := pagico.Operation(plural + ".create")
			member := map[string]string{"contacts": "name"}[plural]
			if member == "" {
				member = "title"
			}
			a := s.create(op, `{"`+member+`":"x","externalId":`+text(s.unique())+`}`)
			s.create(op, `{"`+member+`":"x","externalId":`+text(s.unique())+`}`)
			s.narrows(plural, "externalId", a.str("externalId"), a.str("id"), "")
		})
		add(plural, "updatedSince", func(s *suite) {
			op, member := pagico.Operation(plural+".create"), "title"
			if plural == "contacts" {
				member = "name"
			}
			old := s.create(op, `{"`+member+`":"x"}`)
			young := s.create(op, `{"`+member+`":"x"}`)
			since := s.instant(old, "lastUpdated").Add(time.Millisecond)
			if !s.instant(young, "lastUpdated").After(s.instant(old, "lastUpdated")) {
				young = s.send(request{op: pagico.Operation(plural + ".update"), id: young.str("id"), body: `{"` + member + `":"y"}`})
			}
			s.narrows(plural, "updatedSince", since.Format(time.RFC3339Nano), young.str("id"), old.str("id"))
		})
	}
	add("users", "email", func(s *suite) {
		me, err := s.client.Me(s.Context())
		s.ok(err)
		got := s.send(request{op: pagico.OpUsersList, query: query("email", me.Email)})
		s.same("ids", got.ids(), []string{me.ID})
		got = s.send(request{op: pagico.OpUsersList, query: query("email", "nobody@nowhere.example")})
		s.same("ids", got.ids(), []string{})
	})
	return all
}

// narrows wants a list narrowed by one parameter to hold one record and not the other.
func (s *suite) narrows(plural, name, value, in, out string) {
	s.Helper()
	got := idsOf(s.all(pagico.Operation(plural+".list"), map[string]string{name: value}))
	if !slices.Contains(got, in) {
		s.Errorf("%s=%s leaves out a record that fits", name, value)
	}
	if slices.Contains(got, out) || out == "" && len(got) != 1 {
		s.Errorf("%s=%s lets a record in that does not fit", name, value)
	}
}

// filter makes one record that fits and one that does not.
func (s *suite) filter(plural, name string) {
	op := pagico.Operation(plural + ".create")
	p := s.create(pagico.OpProjectsCreate, `{"title":"x"}`).str("id")
	c := s.create(pagico.OpContactsCreate, `{"name":"x"}`).str("id")
	in, out, value := "", "", ""
	switch name {
	case "projectId":
		in, out, value = `,"projectId":`+text(p), `,"contactId":`+text(c), p
	case "contactId":
		in, out, value = `,"contactId":`+text(c), "", c
	case "inbox":
		in, out, value = "", `,"contactId":`+text(c), "true"
	case "listId":
		l := s.create(pagico.OpListsCreate, `{"title":"x"}`).str("id")
		in, value = `,"listId":`+text(l), l
	case "assigneeId":
		me, err := s.client.Me(s.Context())
		s.ok(err)
		in, value = `,"assigneeId":`+text(me.ID), me.ID
	case "status":
		in, value = `,"status":"cancelled"`, "cancelled"
	case "dueAfter": // inclusive
		in, out, value = `,"dueDate":"2030-03-04"`, `,"dueDate":"2030-03-03"`, "2030-03-04"
	case "dueBefore": // exclusive
		in, out, value = `,"dueDate":"2030-03-03"`, `,"dueDate":"2030-03-04"`, "2030-03-04"
	case "email":
		in, out, value = `,"email":"`+s.run+`@example.com"`, `,"email":"other@example.com"`, s.run+"@EXAMPLE.com"
	case "phone":
		in, out, value = `,"phone":"+1 555 0100 77"`, `,"phone":"+1 555 0100 78"`, "+1555010077"
	}
	if plural == "events" {
		base := `{"title":"x","start":"2026-03-04"`
		s.narrows(plural, name, value, s.putEvent(s.unique(), base+in+`}`).str("id"), s.putEvent(s.unique(), base+out+`}`).str("id"))
		return
	}
	title := map[bool]string{true: `{"name":"x"`, false: `{"title":"x"`}[plural == "contacts"]
	s.narrows(plural, name, value, s.create(op, title+in+`}`).str("id"), s.create(op, title+out+`}`).str("id"))
}

func (s *suite) checkDefaultLimit() {
	project, _ := s.some(51)
	a := s.send(request{op: pagico.OpTasksList, query: query("projectId", project)})
	s.same("records on a page", len(a.results()), 50)
	if a.str("nextCursor") == "" {
		s.Errorf("no nextCursor although there is one more")
	}
}

func (s *suite) checkMaxLimit() {
	s.same("status of limit=200", s.send(request{op: pagico.OpTasksList, query: query("limit", "200")}).status, 200)
	s.problem(s.send(request{op: pagico.OpTasksList, query: query("limit", "201")}), 400, "invalid-request")
}

func (s *suite) checkCursorAdvances() {
	project, ids := s.some(5)
	a := s.send(request{op: pagico.OpTasksList, query: query("projectId", project, "limit", "2")})
	b := s.send(request{op: pagico.OpTasksList, query: query("projectId", project, "limit", "2", "cursor", a.str("nextCursor"))})
	c := s.send(request{op: pagico.OpTasksList, query: query("projectId", project, "limit", "2", "cursor", b.str("nextCursor"))})
	got := slices.Concat(a.ids(), b.ids(), c.ids())
	s.same("ids", sorted(got), sorted(ids))
	s.same("last nextCursor", c.json["nextCursor"], nil)
	typed := []string{}
	for task, err := range s.client.Tasks.List(s.Context(), pagico.TaskQuery{ProjectID: project, Limit: 2}) {
		s.ok(err)
		typed = append(typed, task.ID)
	}
	s.same("ids by the typed client", typed, got)
}

func (s *suite) checkCursorBound() {
	project, _ := s.some(3)
	a := s.send(request{op: pagico.OpTasksList, query: query("projectId", project, "limit", "2")})
	s.problem(s.send(request{op: pagico.OpTasksList, query: query("status", "open", "limit", "2", "cursor", a.str("nextCursor"))}), 400, "invalid-request")
	s.problem(s.send(request{op: pagico.OpTasksList, query: query("cursor", "never-issued")}), 400, "invalid-request")
}

func (s *suite) checkCursorExpired() {
	project, _ := s.some(3)
	q := query("projectId", project, "limit", "2")
	q.Set("cursor", s.send(request{op: pagico.OpTasksList, query: q}).str("nextCursor"))
	s.f.Clock(24*time.Hour - time.Second)
	s.same("status within 24 hours", s.send(request{op: pagico.OpTasksList, query: q}).status, 200)
	s.f.Clock(7 * 24 * time.Hour)
	s.problem(s.send(request{op: pagico.OpTasksList, query: q}), 410, "cursor-expired")
	_, err := s.client.Tasks.ListPage(s.Context(), pagico.TaskQuery{ProjectID: project, Limit: 2, Cursor: q.Get("cursor")})
	s.is(err, pagico.ErrCursorExpired)
}

func (s *suite) checkUpdatedInclusive() {
	project, ids := s.some(2)
	since := s.updatedSince(ids[1])
	got := idsOf(s.all(pagico.OpTasksList, map[string]string{"projectId": project, "updatedSince": since}))
	if !slices.Contains(got, ids[1]) {
		s.Errorf("a record updated at updatedSince is missing")
	}
}

func (s *suite) checkUpdatedOrder() {
	project, ids := s.some(3)
	since := s.updatedSince(ids[0])
	last := s.patch(ids[0], `{"notes":"changed last"}`)
	// Within one tick of the server's clock the id would decide.
	for n := 0; n < 100 && last.str("lastUpdated") == s.updatedSince(ids[2]); n++ {
		last = s.patch(ids[0], `{"notes":"changed last, `+strconv.Itoa(n)+`"}`)
	}
	got := s.all(pagico.OpTasksList, map[string]string{"projectId": project, "updatedSince": since})
	s.same("records", len(got), 3)
	s.same("last id", got[len(got)-1]["id"], last.str("id"))
	for i := 1; i < len(got); i++ {
		a, b := s.instant(seen{json: got[i-1]}, "lastUpdated"), s.instant(seen{json: got[i]}, "lastUpdated")
		if b.Before(a) || b.Equal(a) && idsOf(got)[i] < idsOf(got)[i-1] {
			s.Errorf("not ordered by lastUpdated and id")
		}
	}
}

func (s *suite) checkIncludeDeleted() {
	project, ids := s.some(2)
	s.send(request{op: pagico.OpTasksDelete, id: ids[0]})
	got := idsOf(s.all(pagico.OpTasksList, map[string]string{"projectId": project, "includeDeleted": "true"}))
	s.same("ids", sorted(got), sorted(ids))
}

func (s *suite) checkDeletedHidden() {
	project, ids := s.some(2)
	s.send(request{op: pagico.OpTasksDelete, id: ids[0]})
	s.same("ids", idsOf(s.all(pagico.OpTasksList, map[string]string{"projectId": project})), []string{ids[1]})
}

func (s *suite) checkNotModified() {
	a := s.task("")
	get := request{op: pagico.OpTasksGet, id: a.str("id"), header: map[string]string{"If-None-Match": a.str("etag")}}
	b := s.send(get)
	s.same("status", b.status, 304)
	s.same("body", string(b.body), "")
	_, err := s.client.Tasks.Get(s.Context(), a.str("id"), pagico.IfNoneMatch(a.str("etag")))
	s.is(err, pagico.ErrNotModified)
	s.patch(a.str("id"), `{"notes":"changed"}`)
	s.same("status after a change", s.send(get).status, 200)
}
