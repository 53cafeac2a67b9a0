package ghlsource

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// Pages that the service is known to accept.
const (
	contactPage = 100
	taskPage    = 500
)

// Changes lists all records of a kind; GHL has no listing of changes that tells
// everything, so cursors are not used. It covers every record. Deleted tasks and
// appointments may come as tombstones.
func (s *Source) Changes(ctx context.Context, kind syncer.Kind, _ syncer.Cursor) *syncer.Feed {
	feed := &syncer.Feed{}
	switch kind {
	case syncer.KindContact:
		feed.All = s.listContacts(ctx)
	case syncer.KindTask:
		feed.All = s.listTasks(ctx)
	case syncer.KindNote:
		feed.All = s.listNotes(ctx)
	case syncer.KindAppointment:
		feed.All = s.listAppointments(ctx)
	default:
		feed.All = func(yield func(syncer.Record, error) bool) {
			yield(syncer.Record{}, unsupportedf("kind %q", kind))
		}
	}
	return feed
}

func (s *Source) listContacts(ctx context.Context) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		ids := []string{}
		for c, err := range s.searchContacts(ctx) {
			if err != nil {
				yield(syncer.Record{}, err)
				return
			}
			rec := s.contact(c)
			rec.Unconfirmed = true
			if !rec.Deleted {
				ids = append(ids, c.ID)
			}
			if !yield(rec, nil) {
				return
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.contacts = ids
	}
}

// searchContacts walks all contacts by the one date that never changes, so that
// none is skipped or comes twice while others are edited.
func (s *Source) searchContacts(ctx context.Context) iter.Seq2[ghl.Contact, error] {
	return func(yield func(ghl.Contact, error) bool) {
		query := ghl.ContactSearch{LocationID: s.location, PageLimit: contactPage, Sort: []ghl.Sort{{Field: "dateAdded", Direction: "asc"}}}
		for c, err := range s.client.Contacts.Search(ctx, query) {
			if err != nil {
				err = readError("list contacts", err)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// contactIDs are the contacts of this pass; they are listed if need be.
func (s *Source) contactIDs(ctx context.Context) ([]string, error) {
	s.mu.Lock()
	ids := s.contacts
	s.mu.Unlock()
	if ids != nil {
		return ids, nil
	}
	for _, err := range s.listContacts(ctx) {
		if err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.contacts, nil
}

func (s *Source) searchTasks(ctx context.Context, query ghl.TaskSearch) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		for t, err := range s.client.Tasks.Search(ctx, s.location, query) {
			if err != nil {
				yield(syncer.Record{}, readError("list tasks", err))
				return
			}
			rec, err := s.task(ctx, t, "")
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

func (s *Source) listTasks(ctx context.Context) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		for rec, err := range s.searchTasks(ctx, ghl.TaskSearch{Limit: taskPage}) {
			rec.Unconfirmed = rec.Ref.Parent != ""
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

func (s *Source) listNotes(ctx context.Context) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		ids, err := s.contactIDs(ctx)
		if err != nil {
			yield(syncer.Record{}, err)
			return
		}
		notes := func(ctx context.Context, contactID string) ([]syncer.Record, error) {
			var out []syncer.Record
			for n, err := range s.client.Notes.List(ctx, contactID) {
				switch {
				case errors.Is(err, ghl.ErrNotFound): // the contact is gone, and its notes with it
					return nil, nil
				case err != nil:
					return nil, readError("list notes", err)
				}
				out = append(out, s.note(n, contactID))
			}
			return out, nil
		}
		inOrder(ctx, ids, s.width, notes)(yield)
	}
}

// always is a period that all appointments lie in.
func always() (start, end time.Time) { return time.UnixMilli(0), time.UnixMilli(4102444800000) }

func (s *Source) listAppointments(ctx context.Context) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		if _, err := s.details.Get(ctx); err != nil { // times without a zone are in the location's
			yield(syncer.Record{}, err)
			return
		}
		var calendars []string
		for c, err := range s.client.Calendars.List(ctx, s.location) {
			if err != nil {
				yield(syncer.Record{}, readError("list calendars", err))
				return
			}
			calendars = append(calendars, c.ID)
		}
		start, end := always()
		events := func(ctx context.Context, calendarID string) ([]syncer.Record, error) {
			var out []syncer.Record
			query := ghl.EventQuery{LocationID: s.location, CalendarID: calendarID, Start: start, End: end}
			for a, err := range s.client.Calendars.Events(ctx, query) {
				if err != nil {
					return nil, readError("list appointments", err)
				}
				out = append(out, s.appointment(a))
			}
			return out, nil
		}
		inOrder(ctx, calendars, s.width, events)(yield)
	}
}

// inOrder fetches for each id, some at a time, and yields the results in the order
// of the ids. It stops after the first error.
func inOrder[T any](ctx context.Context, ids []string, width int, fetch func(context.Context, string) ([]T, error)) iter.Seq2[T, error] {
	type result struct {
		items []T
		err   error
	}
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var workers sync.WaitGroup
		defer workers.Wait()
		defer cancel()
		under := make([]chan result, width)
		next := 0
		for i := range ids {
			for ; next < len(ids) && next < i+width; next++ {
				done, id := make(chan result, 1), ids[next]
				under[next%width] = done
				workers.Go(func() {
					items, err := fetch(ctx, id)
					done <- result{items, err}
				})
			}
			r := <-under[i%width]
			if r.err != nil {
				var zero T
				yield(zero, r.err)
				return
			}
			for _, item := range r.items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// Get reads one record. A task or note is read below its parent; one whose contact
// is gone is gone too. A task whose ref names no contact, such as one that a thin
// webhook tells of, is looked for in a new search of all tasks, and read below its
// contact if it has one.
func (s *Source) Get(ctx context.Context, ref syncer.Ref) (syncer.Record, error) {
	what := "get " + string(ref.Kind)
	switch ref.Kind {
	case syncer.KindContact:
		c, err := s.client.Contacts.Get(ctx, ref.ID)
		if err != nil {
			return syncer.Record{}, readError(what, err)
		}
		return s.contact(c), nil
	case syncer.KindTask:
		if ref.Parent == "" {
			return s.getLooseTask(ctx, ref.ID)
		}
		t, err := s.client.Tasks.Get(ctx, ref.Parent, ref.ID)
		if err != nil {
			return syncer.Record{}, readError(what, err)
		}
		return s.task(ctx, t, ref.Parent)
	case syncer.KindNote:
		n, err := s.client.Notes.Get(ctx, ref.Parent, ref.ID)
		if err != nil {
			return syncer.Record{}, readError(what, err)
		}
		return s.note(n, ref.Parent), nil
	case syncer.KindAppointment:
		if _, err := s.details.Get(ctx); err != nil {
			return syncer.Record{}, err
		}
		a, err := s.client.Appointments.Get(ctx, ref.ID)
		if err != nil {
			return syncer.Record{}, readError(what, err)
		}
		return s.appointment(a), nil
	}
	return syncer.Record{}, unsupportedf("kind %q", ref.Kind)
}

func (s *Source) getLooseTask(ctx context.Context, id string) (syncer.Record, error) {
	for rec, err := range s.searchTasks(ctx, ghl.TaskSearch{Limit: taskPage}) {
		if err != nil {
			return syncer.Record{}, err
		}
		switch {
		case rec.Ref.ID != id:
		case rec.Ref.Parent != "" && !rec.Deleted:
			return s.Get(ctx, rec.Ref)
		default:
			return rec, nil
		}
	}
	return syncer.Record{}, wrap("get task", syncer.ErrNotFound, errors.New("the search of all tasks does not list "+id))
}
