package pagicotest

import (
	"sync"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// writeChecks are the clauses of §3.6, and of §3.3 about external ids.
func writeChecks() []check {
	return []check{
		{ClauseETagHeader, 0, (*suite).checkETagHeader},
		{ClauseETagMoves, 0, (*suite).checkETagMoves},
		{ClauseIfMatch, 0, (*suite).checkIfMatch},
		{ClausePreconditionRequired, needStrict, (*suite).checkPreconditionRequired},
		{ClauseNullClears, 0, (*suite).checkNullClears},
		{ClauseAbsentKeeps, 0, (*suite).checkAbsentKeeps},
		{ClauseKeySameAnswer, 0, (*suite).checkKeySameAnswer},
		{ClauseKeyOtherBody, 0, (*suite).checkKeyOtherBody},
		{ClauseKeyInFlight, needSlow, (*suite).inFlight},
		{ClauseKeyForgotten, needClock, (*suite).checkKeyForgotten},
		{ClauseExternalConflict, 0, (*suite).checkExternalConflict},
		{ClauseExistingID, 0, (*suite).checkExistingID},
		{ClauseExternalPerClient, needOther, (*suite).checkExternalPerClient},
		{ClauseExternalPerResource, 0, (*suite).checkExternalPerResource},
	}
}

// inFlight repeats a request while the first one is still running.
func (s *suite) inFlight() {
	create := request{op: pagico.OpTasksCreate, body: `{"title":"x"}`, header: map[string]string{"Idempotency-Key": `"` + s.unique() + `"`}}
	entered, release := s.f.Slow(string(pagico.OpTasksCreate))
	var first seen
	var err error
	var wg sync.WaitGroup
	wg.Go(func() { first, err = s.try(s.Context(), create) })
	select {
	case <-entered:
	case <-s.Context().Done():
	}
	second := make(chan seen, 1)
	wg.Go(func() {
		a, tryErr := s.try(s.Context(), create)
		if tryErr == nil {
			second <- a
		}
		close(second)
	})
	a, answered := seen{}, false
	select {
	case a, answered = <-second:
	case <-time.After(5 * time.Second): // it waits for the first one, which is no answer to give
	}
	release()
	wg.Wait()
	s.ok(err)
	s.discard("", pagico.OpTasksCreate, first.str("id"))
	if !answered {
		s.fatalf("the repeat was not answered while the first request ran")
	}
	s.problem(a, 409, "idempotency-in-progress")
	if id := a.str("id"); id != "" {
		s.discard("", pagico.OpTasksCreate, id)
	}
}

func (s *suite) checkETagHeader() {
	a := s.task("")
	s.same("ETag of the create answer", a.header.Get("ETag"), a.str("etag"))
	b := s.send(request{op: pagico.OpTasksGet, id: a.str("id")})
	s.same("ETag of a read", b.header.Get("ETag"), a.str("etag"))
	if etag := a.str("etag"); len(etag) < 2 || etag[0] != '"' {
		s.Errorf("etag %s is not a strong entity tag", etag)
	}
}

func (s *suite) checkETagMoves() {
	a := s.task("")
	if b := s.patch(a.str("id"), `{"notes":"changed"}`); b.str("etag") == a.str("etag") {
		s.Errorf("a change kept the etag %s", a.str("etag"))
	}
}

func (s *suite) checkIfMatch() {
	a := s.task("")
	ctx, id, etag := s.Context(), a.str("id"), a.str("etag")
	_, err := s.client.Tasks.Update(ctx, id, pagico.TaskUpdate{Notes: pagico.Set("first")}, pagico.IfMatch(etag))
	s.ok(err)
	_, err = s.client.Tasks.Update(ctx, id, pagico.TaskUpdate{Notes: pagico.Set("second")}, pagico.IfMatch(etag))
	s.is(err, pagico.ErrPreconditionFailed)
	s.is(s.client.Tasks.Delete(ctx, id, pagico.IfMatch(etag)), pagico.ErrPreconditionFailed)
	got := s.send(request{op: pagico.OpTasksGet, id: id})
	s.same("notes", got.str("notes"), "first")
}

func (s *suite) checkPreconditionRequired() {
	a := s.createAs(s.f.StrictToken, pagico.OpTasksCreate, `{"title":"x"}`)
	b := s.send(request{op: pagico.OpTasksUpdate, id: a.str("id"), body: `{"title":"y"}`, token: s.f.StrictToken})
	s.problem(b, 428, "precondition-required")
	s.problem(s.send(request{op: pagico.OpTasksDelete, id: a.str("id"), token: s.f.StrictToken}), 428, "precondition-required")
}

func (s *suite) checkNullClears() {
	a := s.task(`,"dueDate":"2026-03-04","notes":"n","tags":["a"],"color":2`)
	b := s.patch(a.str("id"), `{"dueDate":null,"notes":null,"tags":null,"color":null}`)
	s.same("dueDate", b.json["dueDate"], nil)
	s.same("notes", b.str("notes"), "")
	s.same("tags", b.json["tags"], []string{})
	s.same("color", b.json["color"], 0)
}

func (s *suite) checkAbsentKeeps() {
	a := s.task(`,"dueDate":"2026-03-04","notes":"n","tags":["a"],"color":2,"priority":"high"`)
	b := s.patch(a.str("id"), `{"tags":["b"]}`)
	s.same("tags", b.json["tags"], []string{"b"})
	for _, name := range []string{"title", "dueDate", "notes", "color", "priority"} {
		s.same(name, b.json[name], a.json[name])
	}
}

func (s *suite) checkKeySameAnswer() {
	body, key := `{"title":"x"}`, s.unique()
	first := s.send(request{op: pagico.OpTasksCreate, body: body, header: map[string]string{"Idempotency-Key": `"` + key + `"`}})
	s.discard("", pagico.OpTasksCreate, first.str("id"))
	for _, form := range []string{`"` + key + `"`, key} {
		again := s.send(request{op: pagico.OpTasksCreate, body: body, header: map[string]string{"Idempotency-Key": form}})
		s.same("answer to a repeat", again.json, first.json)
		s.same("status of a repeat", again.status, first.status)
		if again.str("id") != first.str("id") {
			s.discard("", pagico.OpTasksCreate, again.str("id"))
		}
	}
}

func (s *suite) checkKeyOtherBody() {
	key := map[string]string{"Idempotency-Key": `"` + s.unique() + `"`}
	a := s.send(request{op: pagico.OpTasksCreate, body: `{"title":"x"}`, header: key})
	s.discard("", pagico.OpTasksCreate, a.str("id"))
	s.problem(s.send(request{op: pagico.OpTasksCreate, body: `{"title":"y"}`, header: key}), 422, "idempotency-key-reused")
}

func (s *suite) checkKeyForgotten() {
	create := request{op: pagico.OpTasksCreate, body: `{"title":"x"}`, header: map[string]string{"Idempotency-Key": `"` + s.unique() + `"`}}
	first := s.send(create)
	s.discard("", pagico.OpTasksCreate, first.str("id"))
	s.f.Clock(24*time.Hour - time.Second)
	second := s.send(create)
	s.discard("", pagico.OpTasksCreate, second.str("id"))
	s.same("id within 24 hours", second.str("id"), first.str("id"))
}

func (s *suite) checkExternalConflict() {
	body := `{"title":"x","externalId":` + text(s.unique()) + `}`
	first := s.create(pagico.OpTasksCreate, body)
	a := s.send(request{op: pagico.OpTasksCreate, body: body})
	s.problem(a, 409, "external-id-conflict")
	if a.status == 201 {
		s.discard("", pagico.OpTasksCreate, a.str("id"))
	}
	other := s.task("")
	b := s.send(request{op: pagico.OpTasksUpdate, id: other.str("id"), body: `{"externalId":` + text(first.str("externalId")) + `}`})
	s.problem(b, 409, "external-id-conflict")
}

func (s *suite) checkExistingID() {
	external := s.unique()
	first := s.task(`,"externalId":` + text(external))
	a := s.send(request{op: pagico.OpTasksCreate, body: `{"title":"x","externalId":` + text(external) + `}`})
	s.same("existingId", a.str("existingId"), first.str("id"))
	done, created, err := s.client.Tasks.Upsert(s.Context(), pagico.TaskCreate{Title: "new title", ExternalID: external})
	s.ok(err)
	s.same("created", created, false)
	s.same("id", done.ID, first.str("id"))
}

func (s *suite) checkExternalPerClient() {
	body := `{"title":"x","externalId":` + text(s.unique()) + `}`
	mine := s.create(pagico.OpTasksCreate, body)
	theirs := s.createAs(s.f.OtherClientToken, pagico.OpTasksCreate, body)
	if mine.str("id") == theirs.str("id") {
		s.Errorf("two clients share one external id")
	}
}

func (s *suite) checkExternalPerResource() {
	external := text(s.unique())
	s.create(pagico.OpTasksCreate, `{"title":"x","externalId":`+external+`}`)
	s.create(pagico.OpNotesCreate, `{"title":"x","externalId":`+external+`}`)
}
