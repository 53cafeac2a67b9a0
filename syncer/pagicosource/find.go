package pagicosource

import (
	"context"
	"errors"
	"iter"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// Find looks by external id: a create can have made at most one record under it.
// Without a location or a twin it lists what the parent holds and compares.
func (s *Source) Find(ctx context.Context, probe syncer.Probe) ([]syncer.Record, error) {
	byID, all := s.finder(ctx, probe)
	if byID == nil {
		return nil, unsupportedf("finding a %s", probe.Kind)
	}
	if s.externalID(probe.Kind, probe.Twin, 1) == "" {
		return fingerprint(all, probe)
	}
	for n := 1; n <= maxGenerations; n++ {
		rec, err := byID(pagico.External(s.externalID(probe.Kind, probe.Twin, n)))
		switch {
		case errors.Is(err, syncer.ErrNotFound):
			if n > 1 {
				return nil, nil // the first may be reserved by a tombstone, further ones are used in turn
			}
		case err != nil:
			return nil, err
		case !rec.Deleted:
			return []syncer.Record{rec}, nil
		}
	}
	return nil, nil
}

// finder reads one record of the probed kind by id, and lists those that the
// probe may mean.
func (s *Source) finder(ctx context.Context, probe syncer.Probe) (func(id string) (syncer.Record, error), iter.Seq2[syncer.Record, error]) {
	byID := func(id string) (syncer.Record, error) {
		return s.Get(ctx, syncer.Ref{Side: syncer.Pagico, Kind: probe.Kind, ID: id})
	}
	inbox := probe.Parent == ""
	switch probe.Kind {
	case syncer.KindTask:
		return byID, show(ctx, probe.Kind, s.client.Tasks.List(ctx, pagico.TaskQuery{ContactID: probe.Parent, Inbox: inbox, Limit: maxPage}), s.task)
	case syncer.KindContact:
		return byID, show(ctx, probe.Kind, s.client.Contacts.List(ctx, pagico.ContactQuery{Limit: maxPage}), s.contact)
	case syncer.KindNote:
		return byID, show(ctx, probe.Kind, s.client.Notes.List(ctx, pagico.NoteQuery{ContactID: probe.Parent, Inbox: inbox, Limit: maxPage}), s.note)
	case syncer.KindAppointment:
		return byID, show(ctx, probe.Kind, s.client.Events.List(ctx, pagico.EventQuery{ContactID: probe.Parent, Limit: maxPage}), s.appointment)
	}
	return nil, nil
}

func fingerprint(all iter.Seq2[syncer.Record, error], probe syncer.Probe) ([]syncer.Record, error) {
	var found []syncer.Record
	for rec, err := range all {
		if err != nil {
			return nil, err
		}
		if rec.Ref.Parent == probe.Parent && shows(rec, probe.Fields) && !rec.CreatedAt.Before(probe.After) {
			found = append(found, rec)
		}
	}
	return found, nil
}

func shows(rec syncer.Record, fields syncer.Fields) bool {
	for name, v := range fields {
		if !rec.Fields[name].Equal(v) {
			return false
		}
	}
	return true
}
