package ghlsource

import (
	"context"
	"errors"
	"iter"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
)

var _ syncer.Candidates = (*Source)(nil)

// maxAlike is up to how many contacts that share an address or a number are looked
// through for one twin.
const maxAlike = 200

// maxSearchValue is the length up to which the search takes a value.
const maxSearchValue = 75

// Candidates implements [syncer.Candidates]. It lists the tasks, notes or
// appointments of a contact with one request, from the truth. Contacts are looked
// for by e-mail address and phone number in the search index, with one request per
// 100 found, and with none when rec has neither. It ends with [syncer.ErrUnsupported] for
// records without a contact, which the API lists only along with all others, and
// when more than 200 contacts share the address or the number.
func (s *Source) Candidates(ctx context.Context, rec syncer.Record, parent string) (feed *syncer.Feed, by []string) {
	var all iter.Seq2[syncer.Record, error]
	switch kind := rec.Ref.Kind; {
	case kind == syncer.KindContact:
		all, by = s.contactsLike(ctx, rec), []string{"email", "phone"}
	case kind == syncer.KindTask && parent != "":
		all = s.tasksOf(ctx, parent)
	case kind == syncer.KindNote && parent != "":
		all = s.notesOf(ctx, parent)
	case kind == syncer.KindAppointment && parent != "":
		all = s.appointmentsOf(ctx, parent)
	default:
		all = failing(unsupportedf("looking for a %s without a contact", kind))
	}
	return &syncer.Feed{All: orGone(all)}, by
}

// orGone ends a list without an error when the contact that it belongs to is gone.
func orGone(all iter.Seq2[syncer.Record, error]) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		for rec, err := range all {
			if errors.Is(err, syncer.ErrNotFound) || !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

func failing(err error) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) { yield(syncer.Record{}, err) }
}

// contactsLike searches for the contacts with an e-mail address or phone number.
func (s *Source) contactsLike(ctx context.Context, rec syncer.Record) iter.Seq2[syncer.Record, error] {
	var alike []ghl.Filter
	for _, field := range []string{"email", "phone"} {
		value := rec.Fields[field].AsText()
		if len([]rune(value)) > maxSearchValue {
			return failing(unsupportedf("looking for a contact by a %s of more than %d characters", field, maxSearchValue))
		}
		if value != "" {
			alike = append(alike, ghl.Where(field, ghl.Equals, value))
		}
	}
	return func(yield func(syncer.Record, error) bool) {
		if len(alike) == 0 {
			return
		}
		query := ghl.ContactSearch{LocationID: s.location, PageLimit: contactPage, Filters: []ghl.Filter{ghl.Or(alike...)}}
		n := 0
		for c, err := range s.client.Contacts.Search(ctx, query) {
			if err != nil {
				yield(syncer.Record{}, readError("find contact", err))
				return
			}
			if n++; n > maxAlike {
				yield(syncer.Record{}, unsupportedf("looking for a contact among more than %d that share its e-mail address or phone number", maxAlike))
				return
			}
			found := s.contact(c)
			found.Unconfirmed = true
			if !yield(found, nil) {
				return
			}
		}
	}
}

func (s *Source) appointmentsOf(ctx context.Context, contactID string) iter.Seq2[syncer.Record, error] {
	return func(yield func(syncer.Record, error) bool) {
		if _, err := s.details.Get(ctx); err != nil { // times without a zone are in the location's
			yield(syncer.Record{}, err)
			return
		}
		for a, err := range s.client.Appointments.ListByContact(ctx, contactID) {
			if err != nil {
				yield(syncer.Record{}, readError("find appointment", err))
				return
			}
			rec := s.appointment(a)
			rec.Ref.Parent = contactID
			if !yield(rec, nil) {
				return
			}
		}
	}
}
