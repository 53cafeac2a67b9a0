package syncertest

import (
	"context"
	"fmt"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// Side implements [syncer.Source].
func (s *Service) Side() syncer.Side { return s.side }

// Kinds implements [syncer.Source].
func (s *Service) Kinds() []syncer.Kind {
	return []syncer.Kind{syncer.KindContact, syncer.KindTask, syncer.KindNote, syncer.KindAppointment}
}

// CreateIsRepeatable implements [syncer.RepeatableCreates].
func (s *Service) CreateIsRepeatable(syncer.Kind) bool { return s.keyed }

// Identify implements [syncer.Source].
func (s *Service) Identify(ctx context.Context) (syncer.SourceID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.begin(ctx, "identify", syncer.Ref{}); err != nil {
		return "", err
	}
	return s.id, nil
}

// Changes implements [syncer.Source]: a full listing, whatever the cursor.
func (s *Service) Changes(ctx context.Context, kind syncer.Kind, _ syncer.Cursor) *syncer.Feed {
	return &syncer.Feed{All: func(yield func(syncer.Record, error) bool) {
		records, err := s.list(ctx, kind)
		for _, rec := range records {
			if !yield(rec, nil) {
				return
			}
		}
		if err != nil {
			yield(syncer.Record{}, err)
		}
	}}
}

// list snapshots a kind; a stale listing shows each record as it was before.
func (s *Service) list(ctx context.Context, kind syncer.Kind) ([]syncer.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.begin(ctx, "changes", syncer.Ref{Side: s.side, Kind: kind})
	if err != nil {
		return nil, err
	}
	if !f.Stale {
		return s.all(kind), f.After
	}
	var records []syncer.Record
	for _, st := range s.records[kind] {
		if st.before != nil && !st.before.Deleted {
			rec := *st.before
			rec.Unconfirmed = true
			records = append(records, rec)
		}
	}
	return records, f.After
}

// Get implements [syncer.Source].
func (s *Service) Get(ctx context.Context, ref syncer.Ref) (syncer.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.begin(ctx, "get", ref)
	if err != nil {
		return syncer.Record{}, err
	}
	st := s.find(ref)
	if st == nil {
		return syncer.Record{}, notFound(ref)
	}
	return st.now, f.After
}

// Create implements [syncer.Source].
func (s *Service) Create(ctx context.Context, rec syncer.Record, op syncer.OpID) (syncer.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.begin(ctx, "create", rec.Ref)
	if err != nil {
		return syncer.Record{}, err
	}
	if ref, made := s.made[op]; made && s.keyed {
		if st := s.find(ref); st != nil {
			return st.now, f.After
		}
	}
	if rec.Ref.Parent != "" && s.find(syncer.Ref{Kind: syncer.KindContact, ID: rec.Ref.Parent}) == nil {
		return syncer.Record{}, fmt.Errorf("%w: no contact %s", syncer.ErrRefused, rec.Ref.Parent)
	}
	s.writes++
	made := s.add(syncer.Record{Ref: rec.Ref, Fields: rec.Fields, Twin: rec.Twin})
	s.made[op] = made.Ref
	return made, f.After
}

// Update implements [syncer.Source].
func (s *Service) Update(ctx context.Context, current syncer.Record, set syncer.Fields, _ syncer.OpID) (syncer.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.begin(ctx, "update", current.Ref)
	if err != nil {
		return syncer.Record{}, err
	}
	st := s.find(current.Ref)
	if st == nil {
		return syncer.Record{}, notFound(current.Ref)
	}
	if s.keyed && current.Version != st.now.Version {
		return syncer.Record{}, fmt.Errorf("%w: %s", syncer.ErrChanged, current.Ref)
	}
	s.writes++
	s.apply(st, set)
	return st.now, f.After
}

// Delete implements [syncer.Source].
func (s *Service) Delete(ctx context.Context, current syncer.Record, _ syncer.OpID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.begin(ctx, "delete", current.Ref)
	if err != nil {
		return err
	}
	st := s.find(current.Ref)
	if st == nil {
		return notFound(current.Ref)
	}
	if s.keyed && current.Version != st.now.Version {
		return fmt.Errorf("%w: %s", syncer.ErrChanged, current.Ref)
	}
	s.writes++
	s.remove(st)
	return f.After
}

// Find implements [syncer.Source].
func (s *Service) Find(ctx context.Context, probe syncer.Probe) ([]syncer.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.begin(ctx, "find", syncer.Ref{Side: s.side, Kind: probe.Kind, Parent: probe.Parent})
	if err != nil {
		return nil, err
	}
	var found []syncer.Record
	for _, rec := range s.all(probe.Kind) {
		if rec.Ref.Parent == probe.Parent && rec.Twin == probe.Twin {
			found = append(found, rec)
		}
	}
	return found, f.After
}
