package pagicotest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/webhook"
)

// webhookChecks are the clauses of §3.10.
func webhookChecks() []check {
	var all []check
	for _, kind := range []string{"task", "project", "contact", "note", "list"} {
		for _, action := range []string{"created", "updated", "deleted"} {
			all = append(all, check{ClauseEventType(kind + "." + action), needReceiver, func(s *suite) { s.eventType(kind, action) }})
		}
	}
	return append(all,
		check{ClauseEventType("task.completed"), needReceiver, (*suite).checkEventTypeTaskCompleted},
		check{ClauseEventType("task.reopened"), needReceiver, (*suite).checkEventTypeTaskReopened},
		check{ClauseOneOfCompleted, needReceiver, (*suite).checkOneOfCompleted},
		check{ClauseWildcard, needReceiver, (*suite).checkWildcard},
		check{ClauseFullData, needReceiver, (*suite).checkFullData},
		check{ClauseChanged, needReceiver, (*suite).checkChanged},
		check{ClauseActor, needReceiver, (*suite).checkActor},
		check{ClauseThinDelete, needReceiver, (*suite).checkThinDelete},
		check{ClauseSignature, needReceiver, (*suite).checkSignature},
		check{ClauseDeliveryTime, needReceiver, (*suite).checkDeliveryTime},
		check{ClauseDeliveryRetried, needReceiver | needClock, func(s *suite) { s.same("attempts", len(s.retried()), 3) }},
		check{ClauseSameMessageID, needReceiver | needClock, (*suite).checkSameMessageID},
		check{ClauseGoneDisables, needReceiver, (*suite).checkGoneDisables},
	)
}

// hooked is a subscription of one clause.
type hooked struct {
	s          *suite
	id, secret string
}

func (s *suite) subscribe(events string) *hooked {
	s.Helper()
	s.f.Receiver.Take(s.Context()) // what earlier clauses left
	a := s.create(pagico.OpWebhooksCreate, `{"url":`+text(s.f.Receiver.URL)+`,"events":[`+events+`]}`)
	return &hooked{s: s, id: a.str("id"), secret: a.str("secret")}
}

// of takes what was delivered about one record, verified.
func (h *hooked) of(id string) []webhook.Event {
	s := h.s
	s.Helper()
	verifier, err := webhook.NewVerifier([]string{h.secret}, webhook.WithClock(s.f.Receiver.Now))
	s.ok(err)
	var out []webhook.Event
	for _, r := range s.f.Receiver.Take(s.Context()) {
		body, err := io.ReadAll(r.Body)
		s.ok(err)
		e, err := verifier.Parse(r.Header, body)
		if err != nil {
			if strings.Contains(string(body), id) {
				s.Errorf("delivery does not verify: %v", err)
			}
			continue
		}
		if e.Ref.ID == id {
			out = append(out, e)
		}
	}
	return out
}

// one takes the single delivery about a record.
func (h *hooked) one(id string) webhook.Event {
	h.s.Helper()
	got := h.of(id)
	if len(got) != 1 {
		h.s.fatalf("%d deliveries, want 1: %v", len(got), types(got))
	}
	return got[0]
}

// types are in no promised order.
func types(events []webhook.Event) []string {
	out := []string{}
	for _, e := range events {
		out = append(out, string(e.Type))
	}
	slices.Sort(out)
	return out
}

// eventType makes one change to a record of a kind and wants its event and no other.
func (s *suite) eventType(kind, action string) {
	eventType := kind + "." + action
	h := s.subscribe(`"` + eventType + `"`)
	op := func(name string) pagico.Operation { return pagico.Operation(kind + "s." + name) }
	member := "title"
	if kind == "contact" {
		member = "name"
	}
	id := s.create(op("create"), `{"`+member+`":"x"}`).str("id")
	s.send(request{op: op("update"), id: id, body: `{"` + member + `":"y"}`})
	s.send(request{op: op("delete"), id: id})
	s.same("types", types(h.of(id)), []string{eventType})
}

// taskEvents changes one task once and wants exactly one type.
func (s *suite) taskEvents(events, more, patch, want string) {
	h := s.subscribe(events)
	id := s.task(more).str("id")
	s.patch(id, patch)
	s.same("types", types(h.of(id)), []string{want})
}

// retried lets a receiver fail twice over a day and returns the three requests of one message.
func (s *suite) retried() []*http.Request {
	s.Helper()
	s.subscribe(`"task.created"`)
	s.f.Receiver.Answer(http.StatusInternalServerError)
	s.Cleanup(func() { s.f.Receiver.Answer(http.StatusNoContent) })
	id := s.task("").str("id")
	got := s.about(id)
	s.f.Clock(24 * time.Hour)
	got = append(got, s.about(id)...)
	s.f.Receiver.Answer(http.StatusNoContent)
	s.f.Clock(24 * time.Hour)
	got = append(got, s.about(id)...)
	s.f.Clock(24 * time.Hour)
	return append(got, s.about(id)...)
}

// about takes the requests about one record, unverified.
func (s *suite) about(id string) []*http.Request {
	s.Helper()
	var out []*http.Request
	for _, r := range s.f.Receiver.Take(s.Context()) {
		body, err := io.ReadAll(r.Body)
		s.ok(err)
		var p struct{ Data struct{ ID string } }
		if json.Unmarshal(body, &p) == nil && p.Data.ID == id {
			out = append(out, r)
		}
	}
	return out
}

func (s *suite) checkEventTypeTaskCompleted() {
	s.taskEvents(`"task.completed"`, "", `{"status":"completed"}`, "task.completed")
}

func (s *suite) checkEventTypeTaskReopened() {
	s.taskEvents(`"task.reopened"`, `,"status":"completed"`, `{"status":"open"}`, "task.reopened")
}

func (s *suite) checkOneOfCompleted() {
	s.taskEvents(`"task.completed","task.updated"`, "", `{"status":"completed","notes":"n"}`, "task.completed")
}

func (s *suite) checkWildcard() {
	h := s.subscribe(`"task.*"`)
	id := s.task("").str("id")
	s.patch(id, `{"notes":"n"}`)
	s.same("types", types(h.of(id)), []string{"task.created", "task.updated"})
}

func (s *suite) checkFullData() {
	h := s.subscribe(`"task.updated"`)
	id := s.task(`,"externalId":` + text(s.unique())).str("id")
	now := s.patch(id, `{"notes":"n","status":"inProgress"}`)
	e := h.one(id)
	var data map[string]any
	s.ok(e.Decode(&data))
	s.same("data", data, now.json)
}

func (s *suite) checkChanged() {
	h := s.subscribe(`"task.updated"`)
	id := s.task("").str("id")
	s.patch(id, `{"notes":"n","progress":40}`)
	changed := slices.Clone(h.one(id).Changed)
	slices.Sort(changed)
	s.same("changed", changed, []string{"notes", "progress"})
}

func (s *suite) checkActor() {
	h := s.subscribe(`"task.created"`)
	e := h.one(s.task("").str("id"))
	if e.Actor.Type != "integration" || e.Actor.ClientID == "" {
		s.Errorf("actor is %+v, want an integration with its clientId", e.Actor)
	}
}

func (s *suite) checkThinDelete() {
	h := s.subscribe(`"task.deleted"`)
	external := s.unique()
	id := s.task(`,"externalId":` + text(external)).str("id")
	s.send(request{op: pagico.OpTasksDelete, id: id})
	var data map[string]any
	s.ok(h.one(id).Decode(&data))
	if at, ok := data["deletedAt"].(string); !ok || at == "" {
		s.Errorf("deletedAt is %v", data["deletedAt"])
	}
	delete(data, "deletedAt")
	s.same("data", data, map[string]any{"id": id, "externalId": external})
}

func (s *suite) checkSignature() {
	h := s.subscribe(`"task.created"`)
	id := s.task("").str("id")
	h.one(id)
}

func (s *suite) checkDeliveryTime() {
	h := s.subscribe(`"task.created"`)
	id := s.task("").str("id")
	h.one(id)
}

func (s *suite) checkSameMessageID() {
	got := s.retried()
	if len(got) < 2 {
		s.fatalf("%d attempts, want several", len(got))
	}
	for _, r := range got {
		s.same(webhook.HeaderID, r.Header.Get(webhook.HeaderID), got[0].Header.Get(webhook.HeaderID))
	}
}

func (s *suite) checkGoneDisables() {
	h := s.subscribe(`"task.created"`)
	s.f.Receiver.Answer(http.StatusGone)
	s.Cleanup(func() { s.f.Receiver.Answer(http.StatusNoContent) })
	s.task("")
	s.f.Receiver.Take(s.Context())
	s.same("enabled", s.send(request{op: pagico.OpWebhooksGet, id: h.id}).json["enabled"], false)
}
