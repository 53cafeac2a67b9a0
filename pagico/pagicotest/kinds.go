package pagicotest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// kind describes one resource of the contract.
type kind struct {
	name, plural, prefix string
	scope                string // tasks for both tasks and lists
	schema               *schema
	make                 func() record
	// check looks at what several members or several records can break together, and settles derived members. taken
	// names the members that the caller gave.
	check func(s *Server, old, rec record, taken map[string]bool) []fieldError
}

func newKinds() []*kind {
	return []*kind{
		{name: "project", plural: "projects", prefix: "p_", scope: "projects", schema: newSchema(Project{}),
			make: func() record { return &Project{} }, check: checkProject},
		{name: "contact", plural: "contacts", prefix: "c_", scope: "contacts", schema: newSchema(Contact{}),
			make: func() record { return &Contact{} }, check: checkContact},
		{name: "list", plural: "lists", prefix: "l_", scope: "tasks", schema: newSchema(List{}),
			make: func() record { return &List{} }, check: checkList},
		{name: "note", plural: "notes", prefix: "n_", scope: "notes", schema: newSchema(Note{}),
			make: func() record { return &Note{} }, check: checkNote},
		{name: "task", plural: "tasks", prefix: "t_", scope: "tasks", schema: newSchema(Task{}),
			make: func() record { return &Task{} }, check: checkTask},
		{name: "event", plural: "events", prefix: "e_", scope: "events", schema: newSchema(Event{}),
			make: func() record { return &Event{ReadOnly: true} }, check: checkEvent},
		{name: "webhook", plural: "webhooks", prefix: "w_", scope: "webhooks", schema: newSchema(Webhook{}),
			make: func() record { return &Webhook{} }, check: checkWebhook},
	}
}

func (s *Server) kind(name string) *kind {
	for _, k := range s.kinds {
		if k.name == name {
			return k
		}
	}
	return nil
}

// prepare brings a record to its stored form and reports what is wrong with it. The caller holds mu.
func (s *Server) prepare(k *kind, old, rec record, taken map[string]bool) []fieldError {
	return append(s.tolerate(k.schema.normalize(rec, !s.broken(ClauseUTC))), k.check(s, old, rec, taken)...)
}

// tolerate leaves out the errors of rules that are broken on purpose.
func (s *Server) tolerate(bad []fieldError) []fieldError {
	return slices.DeleteFunc(bad, func(e fieldError) bool {
		return s.broken(Clause("3.3/rule/" + strings.TrimPrefix(e.Pointer, "#/")))
	})
}

// fresh says whether a reference has to be looked up: one that stays may point at something deleted since, and a seed
// (nil taken) may name what comes later.
func fresh(old record, taken map[string]bool, member string) bool {
	return taken != nil && (old == nil || taken[member])
}

func checkTask(s *Server, old, rec record, taken map[string]bool) []fieldError {
	t := rec.(*Task)
	bad := s.checkContainer(t.ProjectID, t.ContactID)
	if t.Someday && t.DueDate != "" && !s.broken(ClauseSomedayDueDate) {
		bad = append(bad, fieldError{"#/someday", "must be false when dueDate is set"})
	}
	if t.AssigneeID != "" && fresh(old, taken, "assigneeId") {
		if _, ok := s.user(t.AssigneeID); !ok && !s.broken(ClauseAssigneeExists) {
			bad = append(bad, fieldError{"#/assigneeId", "is not a user of this account"})
		}
	}
	if t.ListID != "" && !s.broken(ClauseListInContainer) {
		list, ok := s.tables["list"].live(t.ListID)
		if !ok {
			bad = append(bad, fieldError{"#/listId", "is not a list"})
		} else if l := list.(*List); l.ProjectID != t.ProjectID || l.ContactID != t.ContactID {
			bad = append(bad, fieldError{"#/listId", "is a list in another project, contact or Inbox"})
		}
	}
	bad = append(bad, s.checkTags(t.Tags)...)
	bad = append(bad, s.checkLinks(t.Links)...)
	was := &Task{}
	if old != nil {
		was = old.(*Task)
	}
	s.settleStatus(was, t, taken["progress"])
	return bad
}

// settleStatus keeps progress and completedAt in step with status, which is authoritative (contract §3.3).
func (s *Server) settleStatus(was, t *Task, progressGiven bool) {
	switch t.Status {
	case "completed":
		if !s.broken(ClauseCompletedProgress) {
			t.Progress = 100
		}
		if t.CompletedAt.IsZero() && !s.broken(ClauseCompletedAt) {
			t.CompletedAt = s.now()
		}
	default:
		if !s.broken(ClauseReopenClearsTime) {
			t.CompletedAt = time.Time{}
		}
		leaving := was.Status == "completed"
		if leaving && progressGiven && s.broken(ClauseReopenGivenProgress) {
			t.Progress = 0
		}
		if leaving && !progressGiven && t.Progress == 100 && !s.broken(ClauseReopenProgress) {
			t.Progress = 0
		}
		if progressGiven && t.Progress == 100 && !leaving && s.broken(ClauseProgressKeepsStatus) {
			t.Status = "completed"
		}
	}
}

func checkProject(s *Server, old, rec record, taken map[string]bool) []fieldError {
	p := rec.(*Project)
	bad := append(s.checkTags(p.Tags), s.checkLinks(p.Links)...)
	if fresh(old, taken, "contactIds") {
		bad = append(bad, s.checkIDs("contact", "contactIds", p.ContactIDs)...)
	}
	return bad
}

func checkContact(s *Server, old, rec record, taken map[string]bool) []fieldError {
	c := rec.(*Contact)
	bad := append(s.checkTags(c.Tags), s.checkLinks(c.Links)...)
	for i, f := range c.CustomFields {
		if strings.TrimSpace(f.Name) == "" {
			bad = append(bad, fieldError{fmt.Sprintf("#/customFields/%d/name", i), "must not be empty"})
		}
	}
	if fresh(old, taken, "projectIds") {
		bad = append(bad, s.checkIDs("project", "projectIds", c.ProjectIDs)...)
	}
	return bad
}

func checkList(s *Server, _, rec record, _ map[string]bool) []fieldError {
	l := rec.(*List)
	return s.checkContainer(l.ProjectID, l.ContactID)
}

func checkNote(s *Server, _, rec record, _ map[string]bool) []fieldError {
	n := rec.(*Note)
	bad := s.checkContainer(n.ProjectID, n.ContactID)
	if strings.TrimSpace(n.Title+n.Content) == "" && !s.broken(ClauseNoteTitleOrContent) {
		bad = append(bad, fieldError{"#/content", "title or content is required"})
	}
	return bad
}

func checkEvent(s *Server, _, rec record, _ map[string]bool) []fieldError {
	e := rec.(*Event)
	e.ReadOnly = !s.broken(ClauseEventReadOnly)
	bad := s.checkContainer("", e.ContactID)
	if e.TimeZone != "" {
		if _, err := time.LoadLocation(e.TimeZone); err != nil {
			bad = append(bad, fieldError{"#/timeZone", "must be an IANA time zone name"})
		}
	}
	start, err := parseDate(e.Start)
	if end, err2 := parseDate(e.End); err == nil && err2 == nil && end.at.Before(start.at) {
		bad = append(bad, fieldError{"#/end", "must not be before start"})
	}
	return bad
}

// checkContainer wants at most one of the two, and it must exist.
func (s *Server) checkContainer(projectID, contactID string) []fieldError {
	if projectID != "" && contactID != "" && !s.broken(ClauseOneContainer) {
		return []fieldError{{"#/contactId", "must be null when projectId is set"}}
	}
	var bad []fieldError
	if projectID != "" && !s.broken(ClauseContainerExists) {
		bad = append(bad, s.checkIDs("project", "projectId", []string{projectID})...)
	}
	if contactID != "" && !s.broken(ClauseContainerExists) {
		bad = append(bad, s.checkIDs("contact", "contactId", []string{contactID})...)
	}
	return bad
}

func (s *Server) checkIDs(kind, member string, ids []string) []fieldError {
	for _, id := range ids {
		if _, ok := s.tables[kind].live(id); !ok {
			return []fieldError{{"#/" + member, "is not a " + kind + " of this account"}}
		}
	}
	return nil
}

func (s *Server) checkTags(tags []string) []fieldError {
	for i, tag := range tags {
		if strings.TrimSpace(tag) == "" {
			return []fieldError{{fmt.Sprintf("#/tags/%d", i), "must not be empty"}}
		}
	}
	return nil
}

func (s *Server) checkLinks(links []Link) []fieldError {
	for i, l := range links {
		u, err := url.Parse(l.URL)
		ok := err == nil && (u.Scheme == "pagico" || (u.Scheme == "http" || u.Scheme == "https") && u.Host != "")
		if !ok && !s.broken(ClauseLinkURL) {
			return []fieldError{{fmt.Sprintf("#/links/%d/url", i), "must be an absolute http, https or pagico URL"}}
		}
		if !slices.Contains([]string{"", "source", "related"}, l.Rel) && !s.broken(ClauseLinkRel) {
			return []fieldError{{fmt.Sprintf("#/links/%d/rel", i), "must be source or related"}}
		}
	}
	return nil
}

// child is a record that lies in another one.
type child struct {
	kind *kind
	rec  record
}

// held lists what a project, a contact or a list holds, in order of creation. The caller holds mu.
func (s *Server) held(k *kind, rec record) []child {
	id := *rec.common().ID
	var out []child
	for _, inner := range s.kinds {
		for _, r := range s.tables[inner.name].created.recs {
			if *r.common().Deleted {
				continue
			}
			if t, ok := r.(*Task); ok && k.name == "list" && t.ListID == id {
				out = append(out, child{inner, r})
				continue
			}
			if e, ok := r.(*Event); ok && k.name == "contact" && e.ContactID == id {
				out = append(out, child{inner, r})
				continue
			}
			p, ok := r.(placed)
			if !ok {
				continue
			}
			project, contact := p.container()
			if k.name == "project" && project == id || k.name == "contact" && contact == id {
				out = append(out, child{inner, r})
			}
		}
	}
	return out
}
