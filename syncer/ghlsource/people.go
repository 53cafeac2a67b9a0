package ghlsource

import (
	"context"
	"maps"
	"strings"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

// people is the directory of a location.
type people struct {
	email map[string]string // by id, in lower case
	id    map[string]string // by e-mail in lower case
}

func (s *Source) loadPeople(ctx context.Context) (people, error) {
	p := people{email: map[string]string{}, id: map[string]string{}}
	if s.users != nil {
		for id, email := range s.users {
			p.add(id, email, false)
		}
		return p, nil
	}
	d, err := s.details.Get(ctx)
	if err != nil {
		return people{}, err
	}
	if d.company == "" { // without it the service cannot be asked; people are then shown by id
		return p, nil
	}
	for u, err := range s.client.Users.Search(ctx, ghl.UserSearch{CompanyID: d.company, LocationID: s.location}) {
		if err != nil {
			return people{}, readError("list users", err)
		}
		p.add(u.ID, u.Email, u.Deleted)
	}
	return p, nil
}

// add notes a user. Of several with one address the one who is not deleted
// counts, else the one with the smaller id, so that the choice does not change.
func (p people) add(id, address string, deleted bool) {
	email := canon.Email(address).AsText()
	p.email[id] = email
	if other, taken := p.id[email]; email != "" && !deleted && (!taken || id < other) {
		p.id[email] = id
	}
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
		return "", refusedf("no user of the GHL location has the e-mail address %s", name)
	}
	return id, nil
}

// assignee shows who a task is given to.
func (s *Source) assignee(ctx context.Context, userID string) (syncer.Value, error) {
	if userID == "" {
		return syncer.Value{}, nil
	}
	p, err := s.people.Get(ctx)
	if err != nil {
		return syncer.Value{}, err
	}
	return canon.Assignee(userID, p.email[userID]), nil
}
