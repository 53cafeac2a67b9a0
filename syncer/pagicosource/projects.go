package pagicosource

import (
	"context"
	"maps"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// projects tells the contact of every project that is linked with exactly one.
type projects struct {
	contact map[string]string
	// mark is the time of the latest change that was read.
	mark time.Time
}

func (s *Source) loadProjects(ctx context.Context) (projects, error) {
	return s.addProjects(ctx, projects{contact: map[string]string{}}, pagico.ProjectQuery{Limit: maxPage})
}

// refreshProjects reads what changed since the projects were read.
func (s *Source) refreshProjects(ctx context.Context) (projects, error) {
	known, err := s.projects.Get(ctx)
	if err != nil {
		return projects{}, err
	}
	query := pagico.ProjectQuery{IncludeDeleted: true, Limit: maxPage}
	if !known.mark.IsZero() {
		query.UpdatedSince = known.mark.Add(-overlap)
	}
	known.contact = maps.Clone(known.contact)
	if known, err = s.addProjects(ctx, known, query); err != nil {
		return projects{}, err
	}
	s.projects.Set(known)
	return known, nil
}

// addProjects notes what a listing shows.
func (s *Source) addProjects(ctx context.Context, known projects, query pagico.ProjectQuery) (projects, error) {
	for p, err := range s.client.Projects.List(ctx, query) {
		if err != nil {
			return projects{}, readError("list projects", err)
		}
		delete(known.contact, p.ID)
		if len(p.ContactIDs) == 1 && !p.Deleted {
			known.contact[p.ID] = p.ContactIDs[0]
		}
		if p.LastUpdated.After(known.mark) {
			known.mark = p.LastUpdated
		}
	}
	return known, nil
}

// parent is the contact that something in a container belongs to.
func (s *Source) parent(ctx context.Context, contactID, projectID string) (string, error) {
	if contactID != "" || projectID == "" {
		return contactID, nil
	}
	known, err := s.projects.Get(ctx)
	if err != nil {
		return "", err
	}
	return known.contact[projectID], nil
}
