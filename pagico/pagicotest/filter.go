package pagicotest

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// filterNamed finds a list parameter of contract §3.5; a kind has the ones that its members allow.
func filterNamed(k *kind, name string) (filter, bool) {
	switch name {
	case "updatedSince":
		return updatedSince, true
	case "externalId":
		return externalID, true
	case "inbox":
		return inbox, k.schema.has("projectId")
	case "dueAfter":
		return dueAfter, k.name == "task"
	case "dueBefore":
		return dueBefore, k.name == "task"
	case "status", "projectId", "contactId", "listId", "assigneeId":
		return member(name), k.schema.has(name)
	case "email", "phone":
		return member(name), k.name == "contact"
	}
	return nil, false
}

func updatedSince(s *Server, _ *call, value string) (func(record) bool, error) {
	since, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return nil, errors.New("must be an RFC 3339 instant")
	}
	return func(rec record) bool {
		at := *rec.common().LastUpdated
		return at.After(since) || at.Equal(since) && !s.broken(ClauseUpdatedInclusive)
	}, nil
}

func externalID(_ *Server, c *call, value string) (func(record) bool, error) {
	return func(rec record) bool {
		m := rec.common()
		return *m.ExternalID == value && *m.ExternalClient == c.grant.ClientID
	}, nil
}

func inbox(_ *Server, _ *call, value string) (func(record) bool, error) {
	if value != "true" && value != "false" {
		return nil, errors.New("must be true or false")
	}
	return func(rec record) bool {
		p, ok := rec.(placed)
		if !ok {
			return false
		}
		project, contact := p.container()
		return (project == "" && contact == "") == isTrue(value)
	}, nil
}

func dueAfter(_ *Server, _ *call, value string) (func(record) bool, error) {
	limit, err := parseDate(value)
	return func(rec record) bool {
		due, err := parseDate(rec.(*Task).DueDate)
		return err == nil && !due.at.Before(limit.at)
	}, err
}

func dueBefore(_ *Server, _ *call, value string) (func(record) bool, error) {
	limit, err := parseDate(value)
	return func(rec record) bool {
		due, err := parseDate(rec.(*Task).DueDate)
		return err == nil && due.at.Before(limit.at)
	}, err
}

// member compares one member; email ignores case and phone ignores everything but digits and a plus.
func member(name string) filter {
	return func(_ *Server, _ *call, value string) (func(record) bool, error) {
		return func(rec record) bool {
			got := memberValue(rec, name)
			switch name {
			case "email":
				return got != "" && strings.EqualFold(got, value)
			case "phone":
				return digits(got) != "" && digits(got) == digits(value)
			}
			return got == value
		}, nil
	}
}

func memberValue(rec record, name string) string {
	if p, ok := rec.(placed); ok {
		project, contact := p.container()
		switch name {
		case "projectId":
			return project
		case "contactId":
			return contact
		}
	}
	switch r := rec.(type) {
	case *Task:
		return map[string]string{"status": r.Status, "listId": r.ListID, "assigneeId": r.AssigneeID}[name]
	case *Event:
		return map[string]string{"status": r.Status, "contactId": r.ContactID}[name]
	case *Contact:
		return map[string]string{"email": r.Email, "phone": r.Phone}[name]
	}
	return ""
}

func digits(phone string) string {
	return string(slices.DeleteFunc([]rune(phone), func(r rune) bool { return r != '+' && (r < '0' || r > '9') }))
}
