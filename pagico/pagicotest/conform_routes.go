package pagicotest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// routeChecks are the rows of §3.2.
func routeChecks() []check {
	var all []check
	for _, area := range []struct{ name, body, patch string }{
		{"tasks", `{"title":"x"}`, `{"title":"y"}`}, {"projects", `{"title":"x"}`, `{"title":"y"}`},
		{"lists", `{"title":"x"}`, `{"title":"y"}`}, {"contacts", `{"name":"x"}`, `{"name":"y"}`},
		{"notes", `{"title":"x"}`, `{"title":"y"}`},
		{"webhooks", `{"url":"https://hooks.example/x","events":["task.*"]}`, `{"description":"y"}`},
	} {
		for _, action := range []string{"list", "get", "create", "update", "delete"} {
			op := pagico.Operation(area.name + "." + action)
			all = append(all, check{ClauseRoute(string(op)), 0, func(s *suite) { s.crud(area.name, action, area.body, area.patch) }})
		}
	}
	return append(all,
		check{ClauseRoute("events.list"), 0, func(s *suite) { s.eventRoute("list") }},
		check{ClauseRoute("events.get"), 0, func(s *suite) { s.eventRoute("get") }},
		check{ClauseRoute("events.put"), 0, func(s *suite) { s.eventRoute("put") }},
		check{ClauseRoute("events.delete"), 0, func(s *suite) { s.eventRoute("delete") }},
		check{ClauseRoute("me"), 0, (*suite).checkRouteMe},
		check{ClauseRoute("users.list"), 0, (*suite).checkRouteUsersList},
		check{ClauseRoute("webhooks.test"), 0, (*suite).checkRouteWebhooksTest},
		check{ClauseRoute("oauth.authorize"), needOAuth, func(s *suite) { s.code() }},
		check{ClauseRoute("oauth.token"), needOAuth, func(s *suite) { s.redeem(s.code()) }},
		check{ClauseRoute("oauth.revoke"), needOAuth, (*suite).checkRouteOauthRevoke},
		check{ClauseRoute("oauth.discovery"), needOAuth, (*suite).checkRouteOauthDiscovery},
		check{ClauseCreated201, 0, func(s *suite) { s.same("status", s.task("").status, http.StatusCreated) }},
		check{ClauseLocation, 0, (*suite).checkLocation},
		check{ClauseDelete204, 0, (*suite).checkDelete204},
		check{ClauseTombstoneKept, 0, (*suite).checkTombstoneKept},
		check{ClauseExternalPath, 0, (*suite).checkExternalPath},
	)
}

// crud exercises one of the five operations of a resource by a raw request, after whatever it needs.
func (s *suite) crud(area, action, body, patch string) {
	op := func(name string) pagico.Operation { return pagico.Operation(area + "." + name) }
	if action == "list" {
		a := s.send(request{op: op("list")})
		s.same("status", a.status, 200)
		if _, ok := a.json["results"].([]any); !ok {
			s.Errorf("no results: %s", a.body)
		}
		return
	}
	made := s.create(op("create"), body)
	id := made.str("id")
	switch action {
	case "get":
		a := s.send(request{op: op("get"), id: id})
		s.same("status", a.status, 200)
		s.same("id", a.str("id"), id)
	case "update":
		a := s.send(request{op: op("update"), id: id, body: patch})
		s.same("status", a.status, 200)
		s.same("id", a.str("id"), id)
	case "delete":
		s.same("status", s.send(request{op: op("delete"), id: id}).status, http.StatusNoContent)
		s.same("status of a second look", s.send(request{op: op("get"), id: id}).status, http.StatusNotFound)
	}
}

func (s *suite) eventRoute(action string) {
	external := s.unique()
	e := s.putEvent(external, `{"title":"x","start":"2026-03-04"}`)
	switch action {
	case "list":
		s.same("ids", s.send(request{op: pagico.OpEventsList, query: query("externalId", external)}).ids(), []string{e.str("id")})
	case "get":
		got, err := s.client.Events.Get(s.Context(), e.str("id"))
		s.ok(err)
		s.same("externalId", got.ExternalID, external)
	case "put":
		again := s.putEvent(external, `{"title":"y","start":"2026-03-04"}`)
		s.same("id", again.str("id"), e.str("id"))
	case "delete":
		s.ok(s.client.Events.Delete(s.Context(), external))
		_, err := s.client.Events.Get(s.Context(), e.str("id"))
		s.is(err, pagico.ErrNotFound)
	}
}

// putEvent mirrors an event and wants it done.
func (s *suite) putEvent(external, body string) seen {
	s.Helper()
	a := s.send(request{op: pagico.OpEventsPut, id: external, body: body})
	if a.status/100 != 2 {
		s.fatalf("PUT answered %d %s", a.status, a.body)
	}
	s.discard("", pagico.OpEventsPut, external)
	return a
}

func (s *suite) checkRouteMe() {
	me, err := s.client.Me(s.Context())
	s.ok(err)
	if me.ID == "" {
		s.Errorf("me has no id")
	}
}

func (s *suite) checkRouteUsersList() {
	for _, err := range s.client.Users.List(s.Context(), pagico.UserQuery{}) {
		s.ok(err)
	}
}

func (s *suite) checkRouteWebhooksTest() {
	hook := s.create(pagico.OpWebhooksCreate, `{"url":"https://hooks.example/x","events":["task.*"],"enabled":false}`)
	s.ok(s.client.Webhooks.Test(s.Context(), hook.str("id")))
}

func (s *suite) checkRouteOauthRevoke() {
	s.same("status", s.form(pagico.OpOAuthRevoke, map[string]string{"token": "unknown"}).status, 200)
}

func (s *suite) checkRouteOauthDiscovery() {
	a := s.send(request{op: pagico.OpOAuthDiscovery})
	s.same("status", a.status, 200)
	for _, name := range []string{"issuer", "authorization_endpoint", "token_endpoint"} {
		if a.str(name) == "" {
			s.Errorf("no %s", name)
		}
	}
}

func (s *suite) checkLocation() {
	a := s.task("")
	path := strings.ReplaceAll(s.client.Routes().Operations[pagico.OpTasksGet].Path, "{id}", url.PathEscape(a.str("id")))
	if got := a.header.Get("Location"); !strings.HasSuffix(got, path) {
		s.Errorf("Location is %q, want the path of the new task", got)
	}
}

func (s *suite) checkDelete204() {
	a := s.send(request{op: pagico.OpTasksDelete, id: s.task("").str("id")})
	s.same("status", a.status, http.StatusNoContent)
	s.same("body", string(a.body), "")
}

func (s *suite) checkTombstoneKept() {
	id := s.task("").str("id")
	since := s.updatedSince(id)
	s.send(request{op: pagico.OpTasksDelete, id: id})
	for _, r := range s.all(pagico.OpTasksList, map[string]string{"includeDeleted": "true", "updatedSince": since}) {
		if r["id"] == id && r["deleted"] == true && r["deletedAt"] != nil {
			return
		}
	}
	s.Errorf("the deleted task is not listed as a tombstone")
}

func (s *suite) checkExternalPath() {
	external := s.unique() + "/%ü:"
	id := s.task(`,"externalId":` + text(external)).str("id")
	got, err := s.client.Tasks.GetByExternalID(s.Context(), external)
	s.ok(err)
	s.same("id", got.ID, id)
}
