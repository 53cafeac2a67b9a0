package pagicosource

import (
	"context"
	"maps"
	"strings"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

// maxPage is the largest page of the contract (§3.5).
const maxPage = 200

// people is the directory of an account.
type people struct {
	email map[string]string // by id, in lower case
	id    map[string]string // by e-mail in lower case
}

func (s *Source) loadPeople(ctx context.Context) (people, error) {
	p := people{email: map[string]string{}, id: map[string]string{}}
	for u, err := range s.client.Users.List(ctx, pagico.UserQuery{Limit: maxPage}) {
		if err != nil {
			return people{}, readError("list users", err)
		}
		email := canon.Email(u.Email).AsText()
		p.email[u.ID] = email
		if email == "" {
			continue
		}
		if _, taken := p.id[email]; !taken || u.Active {
			p.id[email] = u.ID
		}
	}
	return p, nil
}

// People returns the e-mail address, in lower case, of every user who can be an
// assignee, by user id; it is empty for a user without one. The caller may keep
// the map. It is read once per pass.
func (s *Source) People(ctx context.Context) (map[string]string, error) {
	p, err := s.people.Get(ctx)
	if err != nil {
		return nil, err
	}
	return maps.Clone(p.email), nil
}

// userID finds the user that an assignee names.
func (s *Source) userID(ctx context.Context, assignee syncer.Value) (string, error) {
	name := assignee.AsText()
	if id, ok := strings.CutPrefix(name, canon.UserPrefix); ok {
		return id, nil
	}
	p, err := s.people.Get(ctx)
	if err != nil {
		return "", err
	}
	id, ok := p.id[strings.ToLower(name)]
	if !ok {
		return "", refusedf("no user of the Pagico account has the e-mail address %s", name)
	}
	return id, nil
}

// assignee shows who a task is given to.
func (s *Source) assignee(ctx context.Context, t pagico.Task) (syncer.Value, error) {
	if t.AssigneeID == "" || t.Assignee.ID == t.AssigneeID && t.Assignee.Email != "" {
		return canon.Assignee(t.AssigneeID, t.Assignee.Email), nil
	}
	p, err := s.people.Get(ctx)
	if err != nil {
		return syncer.Value{}, err
	}
	return canon.Assignee(t.AssigneeID, p.email[t.AssigneeID]), nil
}
