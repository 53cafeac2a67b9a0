package pagicotest

import (
	"strconv"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// problemChecks are the clauses of §3.1, §3.7 and §3.8.
func problemChecks() []check {
	return []check{
		{ClauseUnknownIgnored, 0, (*suite).checkUnknownIgnored},
		{ClauseUTC, 0, (*suite).checkUTC},
		{ClauseProblemType, 0, (*suite).checkProblemType},
		{ClauseProblemRequestID, 0, (*suite).checkProblemRequestID},
		{ClauseNotFound, 0, (*suite).checkNotFound},
		{ClauseMalformed, 0, (*suite).checkMalformed},
		{ClauseValidation, 0, (*suite).checkValidation},
		{ClauseContentType, 0, (*suite).checkContentType},
		{ClauseTooLarge, needMaxBody, (*suite).checkTooLarge},
		{ClauseRateLimited, needLimited, func(s *suite) { s.problem(s.exhaust(), 429, "rate-limited") }},
		{ClauseRetryAfter, needLimited, (*suite).checkRetryAfter},
		{ClauseRateLimitFields, needLimited, (*suite).checkRateLimitFields},
	}
}

// exhaust uses a small quota up and returns the answer to one request too many.
func (s *suite) exhaust() seen {
	s.Helper()
	var a seen
	for range 21 {
		if a = s.send(request{op: pagico.OpTasksList, token: s.f.LimitedToken}); a.status == 429 {
			return a
		}
	}
	s.Errorf("no 429 after 21 requests")
	return a
}

func (s *suite) checkUnknownIgnored() {
	a := s.task(`,"somethingNew":{"a":[1]},"etag":"mine","id":"mine"`)
	s.same("somethingNew", a.json["somethingNew"], nil)
	if a.str("id") == "mine" {
		s.Errorf("the server let a client choose the id")
	}
}

func (s *suite) checkUTC() {
	a := s.task(`,"dueDate":"2026-03-04T18:00:00+02:00","startDate":"2026-03-04"`)
	s.instant(a, "createdAt")
	if !s.instant(a, "dueDate").Equal(time.Date(2026, 3, 4, 16, 0, 0, 0, time.UTC)) {
		s.Errorf("dueDate is %s", a.str("dueDate"))
	}
	s.same("startDate, an all-day date", a.str("startDate"), "2026-03-04")
}

func (s *suite) checkProblemType() {
	a := s.send(request{op: pagico.OpTasksGet, id: "no-such-task"})
	if !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") {
		s.Errorf("Content-Type is %q", a.header.Get("Content-Type"))
	}
	s.same("status member", a.json["status"], 404)
}

func (s *suite) checkProblemRequestID() {
	_, err := s.client.Tasks.Get(s.Context(), "no-such-task")
	if a := s.send(request{op: pagico.OpTasksGet, id: "no-such-task"}); a.str("requestId") == "" {
		s.Errorf("no requestId: %s (%v)", a.body, err)
	}
}

func (s *suite) checkNotFound() {
	s.problem(s.send(request{op: pagico.OpTasksGet, id: "no-such-task"}), 404, "not-found")
	_, err := s.client.Tasks.Get(s.Context(), "no-such-task")
	s.is(err, pagico.ErrNotFound)
}

func (s *suite) checkMalformed() {
	for _, body := range []string{`{"title":`, `[]`, `"x"`} {
		s.problem(s.send(request{op: pagico.OpTasksCreate, body: body}), 400, "invalid-request")
	}
}

func (s *suite) checkValidation() {
	_, err := s.client.Tasks.Create(s.Context(), pagico.TaskCreate{Title: "x", Someday: true, DueDate: pagico.AllDay(2026, time.March, 4)})
	s.is(err, pagico.ErrValidation)
}

func (s *suite) checkContentType() {
	a := s.send(request{op: pagico.OpTasksCreate, body: `{"title":"x"}`, header: map[string]string{"Content-Type": "text/plain"}})
	s.problem(a, 415, "unsupported-media-type")
	if a.status == 201 {
		s.discard("", pagico.OpTasksCreate, a.str("id"))
	}
	a = s.send(request{op: pagico.OpTasksUpdate, id: s.task("").str("id"), body: `{"title":"y"}`, header: map[string]string{"Content-Type": "text/plain"}})
	s.problem(a, 415, "unsupported-media-type")
}

func (s *suite) checkTooLarge() {
	a := s.send(request{op: pagico.OpTasksCreate, body: `{"title":"x","notes":"` + strings.Repeat("x", s.f.MaxBody) + `"}`})
	s.problem(a, 413, "too-large")
	if a.status == 201 {
		s.discard("", pagico.OpTasksCreate, a.str("id"))
	}
}

func (s *suite) checkRetryAfter() {
	a := s.exhaust()
	if n, err := strconv.Atoi(a.header.Get("Retry-After")); a.status == 429 && (err != nil || n < 1) {
		s.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
	}
}

func (s *suite) checkRateLimitFields() {
	if s.f.Clock != nil {
		s.f.Clock(time.Hour)
	}
	a := s.send(request{op: pagico.OpTasksList, token: s.f.LimitedToken})
	if policy := a.header.Get("RateLimit-Policy"); !strings.HasPrefix(policy, `"`) || !strings.Contains(policy, ";q=") || !strings.Contains(policy, ";w=") {
		s.Errorf("RateLimit-Policy is %q", policy)
	}
	if left := a.header.Get("RateLimit"); !strings.HasPrefix(left, `"`) || !strings.Contains(left, ";r=") || !strings.Contains(left, ";t=") {
		s.Errorf("RateLimit is %q", left)
	}
}
