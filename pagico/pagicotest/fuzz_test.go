package pagicotest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// FuzzTaskBodies sends any body to create and update. Whatever comes, the answer is a success or a problem, and what is
// stored keeps the rules of contract §3.3.
func FuzzTaskBodies(f *testing.F) {
	for _, body := range []string{
		`{"title":"x"}`, `{"status":"completed","progress":3}`, `{"status":"open"}`, `{"someday":true,"dueDate":"2026-03-04"}`,
		`{"title":null}`, `{"progress":1e2}`, `{"dueDate":"2026-03-04T10:00:00+14:00"}`, `{"links":[{"url":"https://a.b/"}]}`,
		`{"projectId":"p1","contactId":"c1"}`, `{"listId":"l1","projectId":"p1"}`, `[]`, `{`, "{\"title\":\"\xff\"}", `{"externalId":"e"}`,
	} {
		f.Add(body, `{"status":"completed"}`)
	}
	f.Fuzz(func(t *testing.T, create, patch string) {
		g := newRig(t)
		if err := g.srv.Seed(pagicotest.World{
			Projects: []pagicotest.Project{{ID: "p1", Title: "P"}}, Contacts: []pagicotest.Contact{{ID: "c1", Name: "C"}},
			Lists: []pagicotest.List{{ID: "l1", Title: "L", ProjectID: "p1"}}, Tasks: []pagicotest.Task{{ID: "t1", Title: "x"}},
		}); err != nil {
			t.Fatal(err)
		}
		for _, a := range []answer{
			g.do(http.MethodPost, "/tasks", create), g.do(http.MethodPatch, "/tasks/t1", patch), g.do(http.MethodPatch, "/tasks/t1", create),
		} {
			if a.status >= 500 || a.status >= 400 && a.problem() == "" {
				t.Fatalf("answered %d %s", a.status, a.text)
			}
		}
		for _, task := range g.srv.Snapshot().Tasks {
			done := task.Status == "completed"
			switch {
			case done != !task.CompletedAt.IsZero(), done && task.Progress != 100, task.Progress < 0, task.Progress > 100,
				task.Someday && task.DueDate != "", task.ProjectID != "" && task.ContactID != "", strings.TrimSpace(task.Title) == "",
				task.ListID != "" && task.ProjectID != "p1":
				t.Fatalf("a rule is broken: %+v", task)
			}
		}
	})
}

// FuzzListQueries sends any query to a list: a page or a problem comes back.
func FuzzListQueries(f *testing.F) {
	for _, query := range []string{
		"", "limit=3", "limit=-1", "cursor=AAAA", "cursor=%00", "updatedSince=2026-03-04T15:30:00Z", "dueAfter=2026-03-04&dueBefore=x",
		"status=open&status=completed", "inbox=true&inbox=false", "includeDeleted=1", "%zz", "a=b;c=d",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, _ := url.ParseQuery(query) // what can be read of it
		g := newRig(t)
		a := g.do(http.MethodGet, "/tasks?"+values.Encode(), "")
		if a.status != http.StatusOK && (a.status != http.StatusBadRequest || a.problem() != "invalid-request") {
			t.Fatalf("answered %d %s", a.status, a.text)
		}
	})
}
