package pagicotest

import (
	"cmp"
	"fmt"
	"slices"
)

// Seed adds the records of a world as they are, without sending webhooks. Ids, times, etags and enum members that are
// empty are filled in; records that the contract does not allow, or whose references are missing, are refused with an
// error that names them, and those before them stay. Links between projects and contacts and assignees are taken
// unchecked. Users, when given, replace the server's users.
func (s *Server) Seed(w World) error {
	s.mu.Lock()
	defer s.unlock()
	if len(w.Users) > 0 {
		s.users = slices.Clone(w.Users)
		s.touch(tableUsers, "")
	}
	return cmp.Or(
		seed(s, "project", w.Projects), seed(s, "contact", w.Contacts),
		seed(s, "list", w.Lists), seed(s, "note", w.Notes), seed(s, "task", w.Tasks),
		seed(s, "event", w.Events), seed(s, "webhook", w.Webhooks),
	)
}

func seed[T any, P recordOf[T]](s *Server, name string, records []T) error {
	k, t := s.kind(name), s.tables[name]
	for i := range records {
		rec := P(&records[i]).clone()
		m := rec.common()
		if *m.ID == "" {
			*m.ID = s.newID(k.prefix, func(id string) bool { return t.byID[id] != nil })
		} else if t.byID[*m.ID] != nil {
			return fmt.Errorf("pagicotest: seed: %s %q is there already", name, *m.ID)
		}
		if *m.ExternalID != "" && *m.ExternalClient == "" {
			*m.ExternalClient = s.cfg.firstClient
		}
		if _, used := t.byOwner[ownedID{*m.ExternalClient, *m.ExternalID}]; used && *m.ExternalID != "" {
			return fmt.Errorf("pagicotest: seed: %s externalId %q is used twice", name, *m.ExternalID)
		}
		s.stamp(rec)
		if bad := s.prepare(k, nil, rec, nil); len(bad) > 0 {
			return fmt.Errorf("pagicotest: seed: %s %q: %s %s", name, *m.ID, bad[0].Pointer, bad[0].Detail)
		}
		t.put(rec)
		s.touch(name, *m.ID)
	}
	return nil
}

// stamp fills the times and the etag of a seeded record.
func (s *Server) stamp(rec record) {
	m := rec.common()
	if m.LastUpdated.IsZero() {
		*m.LastUpdated = s.now()
		if !m.CreatedAt.IsZero() {
			*m.LastUpdated = *m.CreatedAt
		}
	}
	if m.CreatedAt.IsZero() {
		*m.CreatedAt = *m.LastUpdated
	}
	if *m.Deleted && m.DeletedAt.IsZero() {
		*m.DeletedAt = *m.LastUpdated
	}
	if *m.ETag == "" {
		*m.ETag = `"1"`
	}
	if t, ok := rec.(*Task); ok && t.Status == "completed" && t.CompletedAt.IsZero() {
		t.CompletedAt = *m.LastUpdated
	}
}

// Snapshot copies the whole state, tombstones included, in order of creation. See [World.Live].
func (s *Server) Snapshot() World {
	s.mu.Lock()
	defer s.mu.Unlock()
	return World{
		Users:    slices.Clone(s.users),
		Projects: all[Project](s, "project"), Contacts: all[Contact](s, "contact"), Lists: all[List](s, "list"),
		Notes: all[Note](s, "note"), Tasks: all[Task](s, "task"), Events: all[Event](s, "event"),
		Webhooks: all[Webhook](s, "webhook"),
	}
}

func all[T any, P recordOf[T]](s *Server, name string) []T {
	recs := s.tables[name].created.recs
	out := make([]T, 0, len(recs))
	for _, rec := range recs {
		out = append(out, *(rec.clone().(P)))
	}
	return out
}

func one[T any, P recordOf[T]](s *Server, name, id string) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rec, ok := s.tables[name].byID[id]
	if !ok {
		return *new(T), false
	}
	return *(rec.clone().(P)), true
}

// Task returns a task by id, also when it is a tombstone.
func (s *Server) Task(id string) (Task, bool) { return one[Task](s, "task", id) }

// Project returns a project by id, also when it is a tombstone.
func (s *Server) Project(id string) (Project, bool) { return one[Project](s, "project", id) }

// List returns a list by id, also when it is a tombstone.
func (s *Server) List(id string) (List, bool) { return one[List](s, "list", id) }

// Contact returns a contact by id, also when it is a tombstone.
func (s *Server) Contact(id string) (Contact, bool) { return one[Contact](s, "contact", id) }

// Note returns a note by id, also when it is a tombstone.
func (s *Server) Note(id string) (Note, bool) { return one[Note](s, "note", id) }

// Event returns an event by id, also when it is a tombstone.
func (s *Server) Event(id string) (Event, bool) { return one[Event](s, "event", id) }

// Webhook returns a webhook with its secret by id, also when it is a tombstone.
func (s *Server) Webhook(id string) (Webhook, bool) { return one[Webhook](s, "webhook", id) }
