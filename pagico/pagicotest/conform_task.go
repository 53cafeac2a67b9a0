package pagicotest

import (
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// taskChecks are the rules of §3.3 between members, and those for single members.
func taskChecks() []check {
	return append(ruleChecks(),
		check{ClauseCompletedProgress, 0, (*suite).checkCompletedProgress},
		check{ClauseCompletedAt, 0, (*suite).checkCompletedAt},
		check{ClauseReopenClearsTime, 0, (*suite).checkReopenClearsTime},
		check{ClauseReopenProgress, 0, (*suite).checkReopenProgress},
		check{ClauseReopenGivenProgress, 0, (*suite).checkReopenGivenProgress},
		check{ClauseProgressKeepsStatus, 0, (*suite).checkProgressKeepsStatus},
		check{ClauseSomedayDueDate, 0, (*suite).checkSomedayDueDate},
		check{ClauseOneContainer, 0, (*suite).checkOneContainer},
		check{ClauseContainerExists, 0, (*suite).checkContainerExists},
		check{ClauseListInContainer, 0, (*suite).checkListInContainer},
		check{ClauseAssigneeExists, 0, (*suite).checkAssigneeExists},
		check{ClauseLinkURL, 0, (*suite).checkLinkURL},
		check{ClauseLinkRel, 0, (*suite).checkLinkRel},
		check{ClauseLastUpdatedMoves, 0, (*suite).checkLastUpdatedMoves},
		check{ClauseLastUpdatedRises, 0, (*suite).checkLastUpdatedRises},
	)
}

// ClauseRule is the clause that a member of a task has its bounds (contract §3.3).
func ClauseRule(member string) Clause { return Clause("3.3/rule/" + member) }

// ruleChecks give each bounded member of a task values just outside its bounds.
func ruleChecks() []check {
	var all []check
	for _, rule := range []struct {
		member string
		bad    []string
	}{
		{"title", []string{`{}`, `{"title":""}`, `{"title":null}`, `{"title":"` + strings.Repeat("é", 501) + `"}`}},
		{"externalId", []string{`{"title":"x","externalId":"` + strings.Repeat("é", 256) + `"}`}},
		{"status", []string{`{"title":"x","status":"done"}`}},
		{"priority", []string{`{"title":"x","priority":"1"}`}},
		{"progress", []string{`{"title":"x","progress":-1}`, `{"title":"x","progress":101}`, `{"title":"x","progress":0.5}`}},
		{"color", []string{`{"title":"x","color":-1}`}},
		{"startDate", []string{`{"title":"x","startDate":"tomorrow"}`, `{"title":"x","startDate":"2026-02-30"}`}},
		{"dueDate", []string{`{"title":"x","dueDate":"tomorrow"}`, `{"title":"x","dueDate":"2026-03-04T10:00:00"}`}},
	} {
		all = append(all, check{ClauseRule(rule.member), 0, func(s *suite) {
			for _, body := range rule.bad {
				s.refused(pagico.OpTasksCreate, "", body, "#/"+rule.member)
			}
		}})
	}
	return all
}

func (s *suite) instant(a seen, name string) time.Time {
	s.Helper()
	at, err := time.Parse(time.RFC3339, a.str(name))
	if err != nil || !strings.HasSuffix(a.str(name), "Z") {
		s.fatalf("%s is %q, want an RFC 3339 instant in UTC", name, a.str(name))
	}
	return at
}

func (s *suite) checkCompletedProgress() {
	a := s.task(`,"status":"completed"`)
	s.same("progress of a task created completed", a.json["progress"], 100)
	b := s.patch(s.task(`,"progress":30`).str("id"), `{"status":"completed","progress":50}`)
	s.same("progress after completion", b.json["progress"], 100)
}

func (s *suite) checkCompletedAt() {
	a := s.patch(s.task("").str("id"), `{"status":"completed"}`)
	if a.str("completedAt") == "" {
		s.Errorf("completedAt is not set")
	}
}

func (s *suite) checkReopenClearsTime() {
	a := s.patch(s.task(`,"status":"completed"`).str("id"), `{"status":"open"}`)
	s.same("completedAt", a.json["completedAt"], nil)
}

func (s *suite) checkReopenProgress() {
	a := s.patch(s.task(`,"status":"completed"`).str("id"), `{"status":"inProgress"}`)
	s.same("progress", a.json["progress"], 0)
}

func (s *suite) checkReopenGivenProgress() {
	a := s.patch(s.task(`,"status":"completed"`).str("id"), `{"status":"inProgress","progress":60}`)
	s.same("progress", a.json["progress"], 60)
}

func (s *suite) checkProgressKeepsStatus() {
	a := s.patch(s.task("").str("id"), `{"progress":100}`)
	s.same("status", a.str("status"), "open")
}

func (s *suite) checkSomedayDueDate() {
	s.refused(pagico.OpTasksCreate, "", `{"title":"x","someday":true,"dueDate":"2026-03-04"}`, "#/someday")
	s.refused(pagico.OpTasksUpdate, s.task(`,"someday":true`).str("id"), `{"dueDate":"2026-03-04"}`, "#/someday")
}

func (s *suite) checkOneContainer() {
	p, c := s.create(pagico.OpProjectsCreate, `{"title":"x"}`), s.create(pagico.OpContactsCreate, `{"name":"x"}`)
	s.refused(pagico.OpTasksCreate, "", `{"title":"x","projectId":`+text(p.str("id"))+`,"contactId":`+text(c.str("id"))+`}`, "#/contactId")
}

func (s *suite) checkContainerExists() {
	s.refused(pagico.OpTasksCreate, "", `{"title":"x","projectId":"no-such-project"}`, "#/projectId")
}

func (s *suite) checkListInContainer() {
	p := s.create(pagico.OpProjectsCreate, `{"title":"x"}`)
	l := s.create(pagico.OpListsCreate, `{"title":"x","projectId":`+text(p.str("id"))+`}`)
	s.refused(pagico.OpTasksCreate, "", `{"title":"x","listId":`+text(l.str("id"))+`}`, "#/listId")
	s.task(`,"listId":` + text(l.str("id")) + `,"projectId":` + text(p.str("id")))
}

func (s *suite) checkAssigneeExists() {
	s.refused(pagico.OpTasksCreate, "", `{"title":"x","assigneeId":"nobody"}`, "#/assigneeId")
}

func (s *suite) checkLinkURL() {
	for _, url := range []string{"javascript:alert(1)", "/relative", ""} {
		s.refused(pagico.OpTasksCreate, "", `{"title":"x","links":[{"url":`+text(url)+`}]}`, "#/links/0/url")
	}
	s.task(`,"links":[{"url":"pagico://x"},{"url":"http://a.example/"}]`)
}

func (s *suite) checkLinkRel() {
	s.refused(pagico.OpTasksCreate, "", `{"title":"x","links":[{"url":"https://a.example/","rel":"owner"}]}`, "#/links/0/rel")
}

func (s *suite) checkLastUpdatedMoves() {
	a := s.task("")
	b := s.patch(a.str("id"), `{"notes":"changed"}`)
	if !s.instant(b, "lastUpdated").After(s.instant(a, "lastUpdated")) {
		s.Errorf("lastUpdated went from %s to %s", a.str("lastUpdated"), b.str("lastUpdated"))
	}
}

func (s *suite) checkLastUpdatedRises() {
	// Changes faster than the clock ticks still have an order.
	last := s.task("")
	for _, notes := range []string{"1", "2", "3", "4", "5"} {
		next := s.patch(last.str("id"), `{"notes":"`+notes+`"}`)
		if !s.instant(next, "lastUpdated").After(s.instant(last, "lastUpdated")) {
			s.fatalf("lastUpdated went from %s to %s", last.str("lastUpdated"), next.str("lastUpdated"))
		}
		last = next
	}
}
