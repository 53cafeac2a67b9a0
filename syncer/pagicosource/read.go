package pagicosource

import (
	"context"
	"iter"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// overlap is how far before the cursor a listing of changes begins: servers that
// stamp records while others are being written finish out of order (contract §3.5).
const overlap = 5 * time.Minute

// cursorPrefix tells our cursors from foreign ones.
const cursorPrefix = "since:"

// window is what a listing asks for.
type window struct {
	since   time.Time
	deleted bool
}

// Changes lists all records of a kind, or with [WithDelta] and a cursor those that
// changed since, tombstones included. A full listing covers everything, a listing
// of changes nothing.
func (s *Source) Changes(ctx context.Context, kind syncer.Kind, since syncer.Cursor) *syncer.Feed {
	w := window{}
	if at, ok := readCursor(since); ok && s.delta {
		w = window{since: at.Add(-overlap), deleted: true}
	}
	all := s.listing(ctx, kind, w)
	if !s.delta {
		return &syncer.Feed{All: all}
	}
	mark, next := time.Time{}, syncer.Cursor("")
	feed := &syncer.Feed{Next: func() syncer.Cursor { return next }}
	if !w.since.IsZero() {
		feed.Covers, feed.Delta = func(syncer.Ref) bool { return false }, true
		mark, next = w.since.Add(overlap), since
	}
	feed.All = func(yield func(syncer.Record, error) bool) {
		began := time.Now()
		for rec, err := range all {
			if err == nil && rec.ModifiedAt.After(mark) {
				mark = rec.ModifiedAt
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
		// What changed on pages that were read before counts as unseen.
		if w.since.IsZero() && mark.After(began) {
			mark = began
		}
		if !mark.IsZero() {
			next = syncer.Cursor(cursorPrefix + mark.UTC().Format(time.RFC3339Nano))
		}
	}
	return feed
}

func readCursor(c syncer.Cursor) (time.Time, bool) {
	text := string(c)
	if len(text) < len(cursorPrefix) || text[:len(cursorPrefix)] != cursorPrefix {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, text[len(cursorPrefix):])
	return at, err == nil
}

func (s *Source) listing(ctx context.Context, kind syncer.Kind, w window) iter.Seq2[syncer.Record, error] {
	switch kind {
	case syncer.KindTask:
		return show(ctx, kind, s.client.Tasks.List(ctx, pagico.TaskQuery{UpdatedSince: w.since, IncludeDeleted: w.deleted, Limit: maxPage}), s.task)
	case syncer.KindContact:
		return show(ctx, kind, s.client.Contacts.List(ctx, pagico.ContactQuery{UpdatedSince: w.since, IncludeDeleted: w.deleted, Limit: maxPage}), s.contact)
	case syncer.KindNote:
		return show(ctx, kind, s.client.Notes.List(ctx, pagico.NoteQuery{UpdatedSince: w.since, IncludeDeleted: w.deleted, Limit: maxPage}), s.note)
	case syncer.KindAppointment:
		return show(ctx, kind, s.client.Events.List(ctx, pagico.EventQuery{UpdatedSince: w.since, IncludeDeleted: w.deleted, Limit: maxPage}), s.appointment)
	case syncer.KindProject:
		return show(ctx, kind, s.client.Projects.List(ctx, pagico.ProjectQuery{UpdatedSince: w.since, IncludeDeleted: w.deleted, Limit: maxPage}), s.project)
	}
	return func(yield func(syncer.Record, error) bool) {
		yield(syncer.Record{}, unsupportedf("kind %q", kind))
	}
}

// show turns a list of the client into records.
func show[T any](ctx context.Context, kind syncer.Kind, list iter.Seq2[T, error],
	record func(context.Context, T) (syncer.Record, error),
) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		for item, err := range list {
			if err != nil {
				yield(syncer.Record{}, readError("list "+string(kind)+"s", err))
				return
			}
			rec, err := record(ctx, item)
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// Get reads one record.
func (s *Source) Get(ctx context.Context, ref syncer.Ref) (syncer.Record, error) {
	switch ref.Kind {
	case syncer.KindTask:
		return one(ctx, ref, s.client.Tasks.Get, s.task)
	case syncer.KindContact:
		return one(ctx, ref, s.client.Contacts.Get, s.contact)
	case syncer.KindNote:
		return one(ctx, ref, s.client.Notes.Get, s.note)
	case syncer.KindAppointment:
		return one(ctx, ref, s.client.Events.Get, s.appointment)
	case syncer.KindProject:
		return one(ctx, ref, s.client.Projects.Get, s.project)
	}
	return syncer.Record{}, unsupportedf("kind %q", ref.Kind)
}

func one[T any](ctx context.Context, ref syncer.Ref, get func(context.Context, string, ...pagico.CallOption) (T, error),
	record func(context.Context, T) (syncer.Record, error),
) (syncer.Record, error) {
	item, err := get(ctx, ref.ID)
	if err != nil {
		return syncer.Record{}, readError("get "+string(ref.Kind), err)
	}
	return record(ctx, item)
}
