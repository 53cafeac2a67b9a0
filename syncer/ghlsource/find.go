package ghlsource

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// Find lists the tasks or notes of the contact, from the truth and not from the
// index, and returns those with the twin's marker. Without any it returns those
// that carry no marker, show the same fields, and are not known to be older than
// probe.After.
func (s *Source) Find(ctx context.Context, probe syncer.Probe) ([]syncer.Record, error) {
	var all iter.Seq2[syncer.Record, error]
	switch {
	case probe.Kind == syncer.KindTask && probe.Parent != "":
		all = s.tasksOf(ctx, probe.Parent)
	case probe.Kind == syncer.KindNote && probe.Parent != "":
		all = s.notesOf(ctx, probe.Parent)
	default:
		return nil, unsupportedf("finding a %s below %q", probe.Kind, probe.Parent)
	}
	var marked, alike []syncer.Record
	for rec, err := range all {
		switch {
		case errors.Is(err, syncer.ErrNotFound): // the contact is gone
			return nil, nil
		case err != nil:
			return nil, err
		case rec.Twin == "" && shows(rec, probe.Fields):
			alike = append(alike, rec)
		case rec.Twin != "" && rec.Twin == probe.Twin:
			marked = append(marked, rec)
		}
	}
	if len(marked) > 0 || len(alike) == 0 {
		return marked, nil
	}
	return s.notOlder(ctx, alike, probe)
}

func (s *Source) tasksOf(ctx context.Context, contactID string) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		for t, err := range s.client.Tasks.List(ctx, contactID) {
			if err != nil {
				yield(syncer.Record{}, readError("find task", err))
				return
			}
			rec, err := s.task(ctx, t, contactID)
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

func (s *Source) notesOf(ctx context.Context, contactID string) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		for n, err := range s.client.Notes.List(ctx, contactID) {
			if err != nil {
				yield(syncer.Record{}, readError("find note", err))
				return
			}
			if !yield(s.note(n, contactID), nil) {
				return
			}
		}
	}
}

// shows compares the fields that tell a record from others. Who it is assigned to
// and when the service made it do not.
func shows(rec syncer.Record, fields syncer.Fields) bool {
	for _, name := range []string{"title", "body", "dueDate", "content"} {
		if v, asked := fields[name]; asked && !rec.Fields[name].Equal(v) {
			return false
		}
	}
	return true
}

// notOlder drops the records that were there before the attempt. Only the index
// knows the age of a task; what it does not list yet is new.
func (s *Source) notOlder(ctx context.Context, records []syncer.Record, probe syncer.Probe) ([]syncer.Record, error) {
	added := map[string]time.Time{}
	if probe.Kind == syncer.KindTask {
		for rec, err := range s.searchTasks(ctx, ghl.TaskSearch{ContactIDs: []string{probe.Parent}, Limit: taskPage}) {
			if err != nil {
				return nil, err
			}
			added[rec.Ref.ID] = rec.CreatedAt
		}
	}
	var kept []syncer.Record
	for _, rec := range records {
		if rec.CreatedAt.IsZero() {
			rec.CreatedAt = added[rec.Ref.ID]
		}
		if rec.CreatedAt.IsZero() || !rec.CreatedAt.Before(probe.After) {
			kept = append(kept, rec)
		}
	}
	return kept, nil
}
