package pagicosource

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

// Up to so many records are looked through for one twin: contacts that share an
// address or a number, records that belong to one contact, and projects that are
// linked with it.
const (
	maxAlike    = 200
	maxChildren = 2000
	maxProjects = 20
)

// Candidates implements [syncer.Candidates]. It looks for the record with the
// external id of rec (two requests, none without a location), and then for
// contacts by e-mail address (one request) and by phone number in each of the ways
// in which people type it (three to six), or for the tasks, notes or appointments of
// the contact parent, those in its projects included (one request for the contact,
// one for the projects that changed, and one for each project that is linked with
// this contact alone; more when there are more than 200 records).
//
// It ends with [syncer.ErrUnsupported] for records without a contact, because tasks
// in projects of several contacts have none either, and when there are more than
// 200 contacts, 2,000 other candidates, or 20 projects of the contact.
func (s *Source) Candidates(ctx context.Context, rec syncer.Record, parent string) (feed *syncer.Feed, by []string) {
	kind := rec.Ref.Kind
	switch {
	case kind == syncer.KindContact:
		return &syncer.Feed{All: few(maxAlike, s.twinOf(ctx, rec.Ref), s.contactsLike(ctx, rec))}, []string{"email", "phone"}
	case parent != "" && slices.Contains([]syncer.Kind{syncer.KindTask, syncer.KindNote, syncer.KindAppointment}, kind):
		return &syncer.Feed{All: few(maxChildren, s.twinOf(ctx, rec.Ref), s.childrenOf(ctx, kind, parent))}, nil
	}
	return &syncer.Feed{All: few(0, func(yield func(syncer.Record, error) bool) {
		yield(syncer.Record{}, unsupportedf("looking for a %s without a contact", kind))
	})}, nil
}

// few joins lists, leaves out what came before, and ends with an error when there
// are more than limit records.
func few(limit int, lists ...iter.Seq2[syncer.Record, error]) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		seen := map[string]bool{}
		for _, list := range lists {
			for rec, err := range list {
				if err == nil && seen[rec.Ref.ID] {
					continue
				}
				if seen[rec.Ref.ID] = true; err == nil && len(seen) > limit {
					err = unsupportedf("looking for a twin among more than %d records", limit)
				}
				if !yield(rec, err) || err != nil {
					return
				}
			}
		}
	}
}

// twinOf finds the record that was made from a record of GHL.
func (s *Source) twinOf(ctx context.Context, ref syncer.Ref) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		if s.externalID(ref.Kind, ref.ID, 1) == "" {
			return
		}
		found, err := s.Find(ctx, syncer.Probe{Kind: ref.Kind, Twin: ref.ID})
		if err != nil {
			yield(syncer.Record{}, err)
			return
		}
		for _, rec := range found {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// contactsLike lists the contacts that share the e-mail address or the phone number.
func (s *Source) contactsLike(ctx context.Context, rec syncer.Record) iter.Seq2[syncer.Record, error] {
	var queries []pagico.ContactQuery
	if email := rec.Fields["email"].AsText(); email != "" {
		queries = append(queries, pagico.ContactQuery{Email: email, Limit: maxPage})
	}
	for _, phone := range canon.PhoneForms(rec.Fields["phone"].AsText(), s.callingCode) {
		queries = append(queries, pagico.ContactQuery{Phone: phone, Limit: maxPage})
	}
	return func(yield func(syncer.Record, error) bool) {
		for _, query := range queries {
			for rec, err := range show(ctx, syncer.KindContact, s.client.Contacts.List(ctx, query), s.contact) {
				if !yield(rec, err) || err != nil {
					return
				}
			}
		}
	}
}

// childrenOf lists what belongs to a contact, directly or by a project.
func (s *Source) childrenOf(ctx context.Context, kind syncer.Kind, contactID string) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		for rec, err := range s.children(ctx, kind, contactID, "") {
			if !yield(rec, err) || err != nil {
				return
			}
		}
		if kind == syncer.KindAppointment {
			return // they are in no projects
		}
		known, err := s.refreshProjects(ctx)
		if err != nil {
			yield(syncer.Record{}, err)
			return
		}
		its := maps.Clone(known.contact) // the original is kept for others
		maps.DeleteFunc(its, func(_, of string) bool { return of != contactID })
		if len(its) > maxProjects {
			yield(syncer.Record{}, unsupportedf("looking for a twin in more than %d projects of a contact", maxProjects))
			return
		}
		for _, project := range slices.Sorted(maps.Keys(its)) {
			for rec, err := range s.children(ctx, kind, "", project) {
				if !yield(rec, err) || err != nil {
					return
				}
			}
		}
	}
}

// children lists what is in one container.
func (s *Source) children(ctx context.Context, kind syncer.Kind, contactID, projectID string) iter.Seq2[syncer.Record, error] {
	switch kind {
	case syncer.KindTask:
		return show(ctx, kind, s.client.Tasks.List(ctx, pagico.TaskQuery{ContactID: contactID, ProjectID: projectID, Limit: maxPage}), s.task)
	case syncer.KindNote:
		return show(ctx, kind, s.client.Notes.List(ctx, pagico.NoteQuery{ContactID: contactID, ProjectID: projectID, Limit: maxPage}), s.note)
	}
	return show(ctx, kind, s.client.Events.List(ctx, pagico.EventQuery{ContactID: contactID, Limit: maxPage}), s.appointment)
}
