package syncertest

import (
	"maps"
	"slices"
	"strconv"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// Add stores a record as a person would make it and returns its ref.
func (s *Service) Add(kind syncer.Kind, parent string, fields syncer.Fields) syncer.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(syncer.Record{Ref: syncer.Ref{Kind: kind, Parent: parent}, Fields: fields}).Ref
}

// Put stores a record as it is given; an empty ID is filled in.
func (s *Service) Put(rec syncer.Record) syncer.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(rec)
}

func (s *Service) add(rec syncer.Record) syncer.Record {
	rec.Ref.Side = s.side
	if rec.Ref.ID == "" {
		s.next++
		rec.Ref.ID = string(s.side[0]) + strconv.Itoa(s.next)
	}
	rec.Fields = maps.Clone(rec.Fields)
	rec.CreatedAt = s.now().UTC()
	kind := s.records[rec.Ref.Kind]
	if kind == nil {
		kind = map[string]*stored{}
		s.records[rec.Ref.Kind] = kind
	}
	st := &stored{}
	kind[rec.Ref.ID] = st
	s.store(st, rec)
	return st.now
}

// store replaces what a record shows.
func (s *Service) store(st *stored, rec syncer.Record) {
	if st.now.Ref.ID != "" {
		before := st.now
		st.before = &before
	}
	s.version++
	rec.Version = strconv.Itoa(s.version)
	rec.ModifiedAt = s.now().UTC()
	rec.Label = rec.Fields["title"].AsText()
	rec.Unconfirmed = false
	st.now, st.changed = rec, s.version
}

// Edit changes fields of a record as a person would. It reports whether the
// record was there.
func (s *Service) Edit(ref syncer.Ref, set syncer.Fields) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.find(ref)
	if st == nil {
		return false
	}
	s.apply(st, set)
	return true
}

func (s *Service) apply(st *stored, set syncer.Fields) {
	rec := st.now
	rec.Fields = maps.Clone(rec.Fields)
	if rec.Fields == nil {
		rec.Fields = syncer.Fields{}
	}
	for name, v := range set {
		if v.IsNone() {
			delete(rec.Fields, name)
		} else {
			rec.Fields[name] = v
		}
	}
	s.store(st, rec)
}

// Remove deletes a record as a person would. On GHL the records of a deleted
// contact go with it. It reports whether the record was there.
func (s *Service) Remove(ref syncer.Ref) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.find(ref)
	if st == nil {
		return false
	}
	s.remove(st)
	return true
}

// remove deletes a record, and returns all that went with it.
func (s *Service) remove(st *stored) []*stored {
	rec := st.now
	rec.Deleted = true
	s.store(st, rec)
	gone := []*stored{st}
	if s.side != syncer.GHL || rec.Ref.Kind != syncer.KindContact {
		return gone
	}
	for _, kind := range slices.Sorted(maps.Keys(s.records)) {
		for _, child := range s.all(kind) {
			if child.Ref.Parent == rec.Ref.ID {
				gone = append(gone, s.remove(s.find(child.Ref))...)
			}
		}
	}
	return gone
}

// Restore brings a deleted record back as it was, as a person would from a bin.
// A record whose contact is gone cannot be brought back. It reports whether it
// was done.
func (s *Service) Restore(ref syncer.Ref) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.records[ref.Kind][ref.ID]
	if st == nil || !st.now.Deleted || !s.hasParent(st.now.Ref) {
		return false
	}
	rec := st.now
	rec.Deleted = false
	s.store(st, rec)
	return true
}

// Rehome puts a record under another parent as a person would; an empty parent
// means none. It reports whether the record was there.
func (s *Service) Rehome(ref syncer.Ref, parent string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.find(ref)
	if st == nil {
		return false
	}
	s.rehome(st, parent)
	return true
}

func (s *Service) rehome(st *stored, parent string) {
	rec := st.now
	rec.Ref.Parent = parent
	s.store(st, rec)
}

// hasParent reports whether the contact that a ref names, if any, is there.
func (s *Service) hasParent(ref syncer.Ref) bool {
	return ref.Parent == "" || s.find(syncer.Ref{Kind: syncer.KindContact, ID: ref.Parent}) != nil
}
