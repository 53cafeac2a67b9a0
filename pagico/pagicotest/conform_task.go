package pagicotest

import (
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// taskChecks are the rules of §3.3 between members, and those for single members.
func taskChecks() []check {
	return append(ruleChecks(),
		check{ClauseCompletedProgress, 0, func(s *suite) {
			a := s.task(`,"status":"completed"`)
			s.same("progress of a task created completed", a.json["progress"], 100)
			b := s.patch(s.task(`,"progress":30`).str("id"), `{"status":"completed","progress":50}`)
			s.same("progress after completion", b.json["progress"], 100)
		}},
		check{ClauseCompletedAt, 0, func(s *suite) {
			a := s.patch(s.task("").str("id"), `{"status":"completed"}`)
			if a.str("completedAt") == "" {
				s.Errorf("completedAt is not set")
			}
		}},
		check{ClauseReopenClearsTime, 0, func(s *suite) {
			a := s.patch(s.task(`,"status":"completed"`).str("id"), `{"status":"open"}`)
			s.same("completedAt", a.json["completedAt"], nil)
		}},
		check{ClauseReopenProgress, 0, func(s *suite) {
			a := s.patch(s.task(`,"status":"completed"`).str("id"), `{"status":"inProgress"}`)
			s.same("progress", a.json["progress"], 0)
		}},
		check{ClauseReopenGivenProgress, 0, func(s *suite) {
			a := s.patch(s.task(`,"status":"completed"`).str("id"), `{"status":"inProgress","progress":60}`)
			s.same("progress", a.json["progress"], 60)
		}},
		check{ClauseProgressKeepsStatus, 0, func(s *suite) {
			a := s.patch(s.task("").str("id"), `{"progress":100}`)
			s.same("status", a.str("status"), "open")
		}},
		check{ClauseSomedayDueDate, 0, func(s *suite) {
			s.refused(pagico.OpTasksCreate, "", `{"title":"x","someday":true,"dueDate":"2026-03-04"}`, "#/someday")
			s.refused(pagico.OpTasksUpdate, s.task(`,"someday":true`).str("id"), `{"dueDate":"2026-03-04"}`, "#/someday")
		}},
		check{ClauseOneContainer, 0, func(s *suite) {
			p, c := s.create(pagico.OpProjectsCreate, `{"title":"x"}`), s.create(pagico.OpContactsCreate, `{"name":"x"}`)
			s.refused(pagico.OpTasksCreate, "", `{"title":"x","projectId":`+text(p.str("id"))+`,"contactId":`+text(c.str("id"))+`}`, "#/contactId")
		}},
		check{ClauseContainerExists, 0, func(s *suite) {
			s.refused(pagico.OpTasksCreate, "", `{"title":"x","projectId":"no-such-project"}`, "#/projectId")
		}},
		check{ClauseListInContainer, 0, func(s *suite) {
			p := s.create(pagico.OpProjectsCreate, `{"title":"x"}`)
			l := s.create(pagico.OpListsCreate, `{"title":"x","projectId":`+text(p.str("id"))+`}`)
			s.refused(pagico.OpTasksCreate, "", `{"title":"x","listId":`+text(l.str("id"))+`}`, "#/listId")
			s.task(`,"listId":` + text(l.str("id")) + `,"projectId":` + text(p.str("id")))
		}},
		check{ClauseAssigneeExists, 0, func(s *suite) {
			s.refused(pagico.OpTasksCreate, "", `{"title":"x","assigneeId":"nobody"}`, "#/assigneeId")
		}},
		check{ClauseLinkURL, 0, func(s *suite) {
			for _, url := range []string{"javascript:alert(1)", "/relative", ""} {
				s.refused(pagico.OpTasksCreate, "", `{"title":"x","links":[{"url":`+text(url)+`}]}`, "#/links/0/url")
			}
			s.task(`,"links":[{"url":"pagico://x"},{"url":"http://a.example/"}]`)
		}},
		check{ClauseLinkRel, 0, func(s *suite) {
			s.refused(pagico.OpTasksCreate, "", `{"title":"x","links":[{"url":"https://a.example/","rel":"owner"}]}`, "#/links/0/rel")
		}},
		check{ClauseLastUpdatedMoves, 0, func(s *suite) {
			a := s.task("")
			b := s.patch(a.str("id"), `{"notes":"changed"}`)
			if !s.instant(b, "lastUpdated").After(s.instant(a, "lastUpdated")) {
				s.Errorf("lastUpdated went from %s to %s", a.str("lastUpdated"), b.str("lastUpdated"))
			}
		}},
		check{ClauseLastUpdatedRises, 0, func(s *suite) {
			// Changes faster than the clock ticks still have an order.
			last := s.task("")
			for _, notes := range []string{"1", "2", "3", "4", "5"} {
				next := s.patch(last.str("id"), `{"notes":"`+notes+`"}`)
				if !s.instant(next, "lastUpdated").After(s.instant(last, "lastUpdated")) {
					s.fatalf("lastUpdated went from %s to %s", last.str("lastUpdated"), next.str("lastUpdated"))
				}
				last = next
			}
		}},
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
