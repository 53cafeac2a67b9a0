package syncertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/ghl-pagico/sdk-go/syncer"
)

var (
	_ syncer.Source            = (*Service)(nil)
	_ syncer.RepeatableCreates = (*Service)(nil)
	_ syncer.Mover             = (*Service)(nil)
	_ syncer.Children          = (*Service)(nil)
)

// Side implements [syncer.Source].
func (s *Service) Side() syncer.Side { return s.side }

// Kinds implements [syncer.Source].
func (s *Service) Kinds() []syncer.Kind {
	return []syncer.Kind{syncer.KindContact, syncer.KindTask, syncer.KindNote, syncer.KindAppointment}
}

// CreateIsRepeatable implements [syncer.RepeatableCreates].
func (s *Service) CreateIsRepeatable(syncer.Kind) bool { return s.keyed }

// start runs the hook, locks the service and notes the call; the caller unlocks.
func (s *Service) start(ctx context.Context, c Call) (Fault, error) {
	c.Kind = c.Ref.Kind
	s.before(c)
	s.mu.Lock()
	return s.begin(ctx, c)
}

// Identify implements [syncer.Source].
func (s *Service) Identify(ctx context.Context) (syncer.SourceID, error) {
	_, err := s.start(ctx, Call{Op: "identify"})
	defer s.mu.Unlock()
	return s.id, err
}

// Changes implements [syncer.Source]: a full listing, or with [WithDeltas] and
// a cursor what changed since.
func (s *Service) Changes(ctx context.Context, kind syncer.Kind, since syncer.Cursor) *syncer.Feed {
	feed, next := &syncer.Feed{}, syncer.Cursor("")
	if s.deltas {
		feed.Delta, feed.Next = since != "", func() syncer.Cursor { return next }
	}
	feed.All = func(yield func(syncer.Record, error) bool) {
		records, at, err := s.list(ctx, kind, since)
		for _, rec := range records {
			if !yield(rec, nil) {
				return
			}
		}
		if err != nil {
			yield(syncer.Record{}, err)
			return
		}
		next = syncer.Cursor(strconv.Itoa(at))
	}
	return feed
}

// list snapshots a kind; a stale listing shows each record as it was before.
func (s *Service) list(ctx context.Context, kind syncer.Kind, since syncer.Cursor) ([]syncer.Record, int, error) {
	f, err := s.start(ctx, Call{Op: "changes", Ref: syncer.Ref{Side: s.side, Kind: kind}})
	defer s.mu.Unlock()
	if err != nil {
		return nil, 0, err
	}
	if s.deltas && since != "" {
		at, err := strconv.Atoi(string(since))
		if err != nil {
			return nil, 0, fmt.Errorf("syncertest: bad cursor %q", since)
		}
		return s.since(kind, at), s.version, f.After
	}
	if !f.Stale || s.deltas {
		return s.all(kind), s.version, f.After
	}
	return s.stale(kind), s.version, f.After
}

// since lists what changed after the version, deleted records included.
func (s *Service) since(kind syncer.Kind, version int) []syncer.Record {
	var records []syncer.Record
	for _, st := range s.records[kind] {
		if st.changed > version {
			records = append(records, st.now)
		}
	}
	return sorted(records)
}

// stale lists a kind as an index shows it that missed the latest change of
// every record, and all records made through Create that did not change since.
func (s *Service) stale(kind syncer.Kind) []syncer.Record {
	var records []syncer.Record
	for _, st := range s.records[kind] {
		rec := st.now
		if st.before != nil {
			rec = *st.before
		}
		if rec.Deleted || st.before == nil && st.created {
			continue
		}
		rec.Unconfirmed = true
		records = append(records, rec)
	}
	return sorted(records)
}

func sorted(records []syncer.Record) []syncer.Record {
	slices.SortFunc(records, func(a, b syncer.Record) int {
		return cmp.Or(cmp.Compare(len(a.Ref.ID), len(b.Ref.ID)), cmp.Compare(a.Ref.ID, b.Ref.ID))
	})
	return records
}

// Get implements [syncer.Source]. On GHL a record is found only below the parent
// that it has now, if the ref names one.
func (s *Service) Get(ctx context.Context, ref syncer.Ref) (syncer.Record, error) {
	f, err := s.start(ctx, Call{Op: "get", Ref: ref})
	defer s.mu.Unlock()
	if err != nil {
		return syncer.Record{}, err
	}
	st := s.find(ref)
	if st == nil || s.side == syncer.GHL && ref.Parent != "" && ref.Parent != st.now.Ref.Parent {
		return syncer.Record{}, notFound(ref)
	}
	return st.now, f.After
}

// Create implements [syncer.Source].
func (s *Service) Create(ctx context.Context, rec syncer.Record, op syncer.OpID) (syncer.Record, error) {
	c := Call{Op: "create", Ref: rec.Ref, Twin: rec.Twin, Set: rec.Fields}
	f, err := s.start(ctx, c)
	defer s.mu.Unlock()
	if err != nil {
		return syncer.Record{}, err
	}
	if ref, made := s.made[op]; made && s.keyed {
		if st := s.find(ref); st != nil && !st.now.Fields.Equal(rec.Fields) {
			return syncer.Record{}, &syncer.ExistsError{Ref: st.now.Ref, Err: fmt.Errorf("syncertest: %s was made with other values", st.now.Ref)}
		} else if st != nil {
			return st.now, f.After
		}
	}
	if !s.hasParent(rec.Ref) {
		return syncer.Record{}, fmt.Errorf("%w: no contact %s", syncer.ErrRefused, rec.Ref.Parent)
	}
	if other, taken := s.madeFrom(rec); taken && s.unique {
		return syncer.Record{}, &syncer.ExistsError{Ref: other, Err: errTaken}
	}
	s.writes++
	twin := rec.Twin
	if s.bare {
		twin = ""
	}
	made := s.add(syncer.Record{Ref: rec.Ref, Fields: rec.Fields, Twin: twin})
	s.made[op] = made.Ref
	s.records[made.Ref.Kind][made.Ref.ID].created = true
	s.told(c, syncer.Record{}, made)
	s.answered(ctx, f)
	return made, f.After
}

var errTaken = errors.New("syncertest: the external id is taken")

// madeFrom returns the record that was made from the same twin.
func (s *Service) madeFrom(rec syncer.Record) (syncer.Ref, bool) {
	for _, other := range s.all(rec.Ref.Kind) {
		if rec.Twin != "" && other.Twin == rec.Twin {
			return other.Ref, true
		}
	}
	return syncer.Ref{}, false
}

// answered names the request of a write to the engine, unless its answer is lost.
func (s *Service) answered(ctx context.Context, f Fault) {
	if f.After == nil {
		syncer.NoteRequest(ctx, fmt.Sprintf("%s-request-%d", s.side, len(s.calls)))
	}
}

// told tells the observer of a record that a call changed.
func (s *Service) told(c Call, before, after syncer.Record) {
	if s.observe != nil {
		c.Kind, c.N = c.Ref.Kind, len(s.calls)
		s.observe(Effect{Call: c, Before: before, After: after})
	}
}

// current finds the record that a write is about.
func (s *Service) current(rec syncer.Record) (*stored, error) {
	st := s.find(rec.Ref)
	switch {
	case st == nil:
		return nil, notFound(rec.Ref)
	case s.keyed && rec.Version != st.now.Version:
		return nil, fmt.Errorf("%w: %s", syncer.ErrChanged, rec.Ref)
	case st.now.ReadOnly:
		return nil, fmt.Errorf("%w: %s is read-only", syncer.ErrRefused, rec.Ref)
	}
	return st, nil
}

// Update implements [syncer.Source].
func (s *Service) Update(ctx context.Context, current syncer.Record, set syncer.Fields, _ syncer.OpID) (syncer.Record, error) {
	c := Call{Op: "update", Ref: current.Ref, Set: set}
	f, err := s.start(ctx, c)
	defer s.mu.Unlock()
	if err != nil {
		return syncer.Record{}, err
	}
	st, err := s.current(current)
	if err != nil {
		return syncer.Record{}, err
	}
	s.writes++
	before := st.now
	s.apply(st, set)
	s.told(c, before, st.now)
	s.answered(ctx, f)
	return st.now, f.After
}

// Delete implements [syncer.Source].
func (s *Service) Delete(ctx context.Context, current syncer.Record, _ syncer.OpID) error {
	c := Call{Op: "delete", Ref: current.Ref}
	f, err := s.start(ctx, c)
	defer s.mu.Unlock()
	if err != nil {
		return err
	}
	st, err := s.current(current)
	if err != nil {
		return err
	}
	s.writes++
	for _, gone := range s.remove(st) {
		s.told(c, *gone.before, gone.now)
	}
	s.answered(ctx, f)
	return f.After
}

// CanMove implements [syncer.Mover].
func (s *Service) CanMove(syncer.Kind) bool { return !s.rooted }

// Move implements [syncer.Mover].
func (s *Service) Move(ctx context.Context, current syncer.Record, parent string, _ syncer.OpID) (syncer.Record, error) {
	c := Call{Op: "move", Ref: current.Ref, To: parent}
	f, err := s.start(ctx, c)
	defer s.mu.Unlock()
	if err != nil {
		return syncer.Record{}, err
	}
	st, err := s.current(current)
	if err != nil {
		return syncer.Record{}, err
	}
	if s.rooted || s.find(syncer.Ref{Kind: syncer.KindContact, ID: parent}) == nil {
		return syncer.Record{}, fmt.Errorf("%w: no contact %s to move to", syncer.ErrRefused, parent)
	}
	s.writes++
	before := st.now
	if st.now.Ref.Parent != parent {
		s.rehome(st, parent)
	}
	s.told(c, before, st.now)
	s.answered(ctx, f)
	return st.now, f.After
}

// Children implements [syncer.Children].
func (s *Service) Children(ctx context.Context, parent syncer.Ref, kind syncer.Kind) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		records, err := s.children(ctx, parent, kind)
		for _, rec := range records {
			if !yield(rec, nil) {
				return
			}
		}
		if err != nil {
			yield(syncer.Record{}, err)
		}
	}
}

func (s *Service) children(ctx context.Context, parent syncer.Ref, kind syncer.Kind) ([]syncer.Record, error) {
	f, err := s.start(ctx, Call{Op: "children", Ref: syncer.Ref{Side: s.side, Kind: kind, Parent: parent.ID}})
	defer s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var children []syncer.Record
	for _, rec := range s.all(kind) {
		if rec.Ref.Parent == parent.ID {
			children = append(children, rec)
		}
	}
	return children, f.After
}

// Find implements [syncer.Source].
func (s *Service) Find(ctx context.Context, probe syncer.Probe) ([]syncer.Record, error) {
	f, err := s.start(ctx, Call{Op: "find", Ref: syncer.Ref{Side: s.side, Kind: probe.Kind, Parent: probe.Parent}, Twin: probe.Twin})
	defer s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var found []syncer.Record
	for _, rec := range s.all(probe.Kind) {
		same := rec.Twin == probe.Twin
		if s.bare {
			same = shows(rec, probe.Fields) && !rec.CreatedAt.Before(probe.After)
		}
		if same && rec.Ref.Parent == probe.Parent {
			found = append(found, rec)
		}
	}
	return found, f.After
}

// shows reports whether a record shows all the given values.
func shows(rec syncer.Record, fields syncer.Fields) bool {
	for name, v := range fields {
		if !rec.Fields[name].Equal(v) {
			return false
		}
	}
	return true
}
