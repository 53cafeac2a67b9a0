package pagicotest

import (
	"errors"
	"fmt"
)

// ErrNotFound is returned by the methods that look a record up by id when it is missing or deleted.
var ErrNotFound = errors.New("pagicotest: no such record")

// ErrReadOnly is returned when a user tries to change a mirrored record.
var ErrReadOnly = errors.New("pagicotest: the record is read-only for users")

// AddTask adds a task as a user in Pagico would and returns it as stored, with its id. Invalid records are refused.
func (s *Server) AddTask(t Task) (Task, error) { return addAs(s, "task", &t) }

// EditTask lets a user change a task: fn changes a copy, which is checked and stored. Unknown or deleted ids give
// [ErrNotFound], read-only records [ErrReadOnly], broken rules another error; then nothing is changed. The server is locked while
// fn runs, so fn must not call it, not even through a client: both would wait for each other forever.
func (s *Server) EditTask(id string, fn func(*Task)) error { return editAs(s, "task", id, fn) }

// DeleteTask deletes a task as a user would and leaves a tombstone.
func (s *Server) DeleteTask(id string) error { return s.deleteAs("task", id) }

// AddProject adds a project as a user would; see [Server.AddTask].
func (s *Server) AddProject(p Project) (Project, error) { return addAs(s, "project", &p) }

// EditProject lets a user change a project; see [Server.EditTask].
func (s *Server) EditProject(id string, fn func(*Project)) error { return editAs(s, "project", id, fn) }

// DeleteProject deletes a project and what it holds.
func (s *Server) DeleteProject(id string) error { return s.deleteAs("project", id) }

// AddList adds a list as a user would; see [Server.AddTask].
func (s *Server) AddList(l List) (List, error) { return addAs(s, "list", &l) }

// EditList lets a user change a list; its tasks move with it. See [Server.EditTask].
func (s *Server) EditList(id string, fn func(*List)) error { return editAs(s, "list", id, fn) }

// DeleteList deletes a list and its tasks.
func (s *Server) DeleteList(id string) error { return s.deleteAs("list", id) }

// AddContact adds a contact as a user would; see [Server.AddTask].
func (s *Server) AddContact(c Contact) (Contact, error) { return addAs(s, "contact", &c) }

// EditContact lets a user change a contact; see [Server.EditTask].
func (s *Server) EditContact(id string, fn func(*Contact)) error { return editAs(s, "contact", id, fn) }

// DeleteContact deletes a contact and what it holds.
func (s *Server) DeleteContact(id string) error { return s.deleteAs("contact", id) }

// AddNote adds a note as a user would; see [Server.AddTask].
func (s *Server) AddNote(n Note) (Note, error) { return addAs(s, "note", &n) }

// EditNote lets a user change a note; see [Server.EditTask].
func (s *Server) EditNote(id string, fn func(*Note)) error { return editAs(s, "note", id, fn) }

// DeleteNote deletes a note as a user would and leaves a tombstone.
func (s *Server) DeleteNote(id string) error { return s.deleteAs("note", id) }

// SetUsers replaces the users of the account; tasks keep the assignee ids they have.
func (s *Server) SetUsers(users ...User) {
	s.mu.Lock()
	defer s.unlock()
	s.users = append([]User(nil), users...)
	s.touch(tableUsers, "")
}

// recordOf ties a resource struct to its pointer's methods.
type recordOf[T any] interface {
	*T
	record
}

func addAs[T any, P recordOf[T]](s *Server, name string, rec P) (T, error) {
	s.mu.Lock()
	defer s.unlock()
	k := s.kind(name)
	added := rec.clone().(P)
	m := added.common()
	*m.ID, *m.ETag, *m.Deleted = "", "", false
	*m.ExternalID, *m.ExternalClient = "", "" // a person has no external ids
	if bad := s.prepare(k, nil, added, map[string]bool{}); len(bad) > 0 {
		return *new(T), fmt.Errorf("pagicotest: add %s: %s %s", name, bad[0].Pointer, bad[0].Detail)
	}
	s.insert(k, added, s.person())
	return *(added.clone().(P)), nil
}

func editAs[T any, P recordOf[T]](s *Server, name, id string, fn func(*T)) error {
	s.mu.Lock()
	defer s.unlock()
	k := s.kind(name)
	old, ok := s.tables[name].live(id)
	if !ok {
		return fmt.Errorf("%w: %s %q", ErrNotFound, name, id)
	}
	if readOnly(old) {
		return fmt.Errorf("%w: %s %q", ErrReadOnly, name, id)
	}
	edited := old.clone().(P)
	fn((*T)(edited))
	restoreFixed(old, edited)
	taken := map[string]bool{}
	for _, member := range k.schema.changed(old, edited) {
		taken[member] = true
	}
	if bad := s.prepare(k, old, edited, taken); len(bad) > 0 {
		return fmt.Errorf("pagicotest: edit %s: %s %s", name, bad[0].Pointer, bad[0].Detail)
	}
	s.replace(k, old, edited, s.person())
	return nil
}

// restoreFixed undoes changes to what only the server or an OAuth client sets.
func restoreFixed(old, edited record) {
	to, from := edited.common(), old.common()
	*to.ID, *to.ETag, *to.Deleted = *from.ID, *from.ETag, *from.Deleted
	*to.CreatedAt, *to.LastUpdated, *to.DeletedAt = *from.CreatedAt, *from.LastUpdated, *from.DeletedAt
	*to.ExternalID, *to.ExternalClient = *from.ExternalID, *from.ExternalClient
}

func readOnly(rec record) bool {
	switch r := rec.(type) {
	case *Task:
		return r.ReadOnly
	case *Project:
		return r.ReadOnly
	case *Note:
		return r.ReadOnly
	case *Event:
		return true
	}
	return false
}

func (s *Server) deleteAs(name, id string) error {
	s.mu.Lock()
	defer s.unlock()
	rec, ok := s.tables[name].live(id)
	if !ok {
		return fmt.Errorf("%w: %s %q", ErrNotFound, name, id)
	}
	if readOnly(rec) {
		return fmt.Errorf("%w: %s %q", ErrReadOnly, name, id)
	}
	s.remove(s.kind(name), rec, s.person())
	return nil
}

// person is the actor of changes made in the app.
func (s *Server) person() actor {
	a := actor{Type: "user"}
	if len(s.users) > 0 {
		a.UserID = s.users[0].ID
	}
	return a
}
