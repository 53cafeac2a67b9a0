package pagicosource

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"strconv"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// Create makes a contact, task, note or appointment. The parent is the contact
// that it is put into; "" puts it into the inbox. An assignee without a user here
// gives [syncer.ErrRefused]; see [Source.People].
func (s *Source) Create(ctx context.Context, rec syncer.Record, op syncer.OpID) (syncer.Record, error) {
	switch rec.Ref.Kind {
	case syncer.KindTask:
		body, err := s.newTask(ctx, rec)
		if err != nil {
			return syncer.Record{}, err
		}
		return create(ctx, s, rec, op, maker[pagico.Task]{
			post: func(ctx context.Context, externalID string, opts ...pagico.CallOption) (pagico.Task, error) {
				body.ExternalID = externalID
				return s.client.Tasks.Create(ctx, body, opts...)
			}, get: s.client.Tasks.Get, show: s.task,
		})
	case syncer.KindContact:
		body := s.newContact(rec)
		return create(ctx, s, rec, op, maker[pagico.Contact]{
			post: func(ctx context.Context, externalID string, opts ...pagico.CallOption) (pagico.Contact, error) {
				body.ExternalID = externalID
				return s.client.Contacts.Create(ctx, body, opts...)
			}, get: s.client.Contacts.Get, show: s.contact,
		})
	case syncer.KindNote:
		body, err := s.newNote(rec)
		if err != nil {
			return syncer.Record{}, err
		}
		return create(ctx, s, rec, op, maker[pagico.Note]{
			post: func(ctx context.Context, externalID string, opts ...pagico.CallOption) (pagico.Note, error) {
				body.ExternalID = externalID
				return s.client.Notes.Create(ctx, body, opts...)
			}, get: s.client.Notes.Get, show: s.note,
		})
	case syncer.KindAppointment:
		return s.putAppointment(ctx, rec)
	}
	return syncer.Record{}, unsupportedf("creating a %s", rec.Ref.Kind)
}

// maker is what creating a kind of record takes.
type maker[T any] struct {
	post func(ctx context.Context, externalID string, opts ...pagico.CallOption) (T, error)
	get  func(ctx context.Context, id string, opts ...pagico.CallOption) (T, error)
	show func(ctx context.Context, item T) (syncer.Record, error)
}

// create posts under the first external id that no living record has.
func create[T any](ctx context.Context, s *Source, rec syncer.Record, op syncer.OpID, m maker[T]) (syncer.Record, error) {
	what := "create " + string(rec.Ref.Kind)
	for n := 1; ; n++ {
		externalID := s.externalID(rec.Ref.Kind, rec.Twin, n)
		item, err := m.once(ctx, externalID, idempotencyKey(op, n))
		if err == nil {
			return m.show(ctx, item)
		}
		if !errors.Is(err, pagico.ErrExternalIDConflict) || externalID == "" {
			return syncer.Record{}, writeError(what, err)
		}
		holder := pagico.External(externalID)
		if e, ok := errors.AsType[*pagico.Error](err); ok && e.ExistingID != "" {
			holder = e.ExistingID
		}
		item, getErr := m.get(ctx, holder)
		if getErr == nil {
			existing, showErr := m.show(ctx, item)
			if showErr != nil {
				return syncer.Record{}, showErr
			}
			if !existing.Deleted {
				return syncer.Record{}, wrap(what, nil, &syncer.ExistsError{Ref: existing.Ref, Err: err})
			}
		} else if !errors.Is(getErr, pagico.ErrNotFound) {
			return syncer.Record{}, readError(what, getErr)
		}
		if n == maxGenerations {
			return syncer.Record{}, wrap(what, syncer.ErrRefused, err)
		}
	}
}

// once posts with a key. An answer that was stored for the key earlier may be out
// of date: a refusal whose cause is gone, or a record that was deleted since. Such
// an answer also says that no record is left of the earlier attempt, so a fresh
// key is safe; should that attempt live after all, the external id stops it.
func (m maker[T]) once(ctx context.Context, externalID, key string) (T, error) {
	var answer pagico.ResponseMeta
	opts := []pagico.CallOption{pagico.WithResponse(&answer)}
	defer func() { syncer.NoteRequest(ctx, answer.RequestID) }()
	if key == "" {
		return m.post(ctx, externalID, opts...)
	}
	item, err := m.post(ctx, externalID, append(opts, pagico.IdempotencyKey(key))...)
	stale := errors.Is(err, pagico.ErrIdempotencyKeyReused)
	if answer.Header.Get("Idempotent-Replayed") == "true" && !errors.Is(err, pagico.ErrUncertain) {
		stale = err != nil || m.gone(ctx, item)
	}
	if !stale || externalID == "" {
		return item, err
	}
	syncer.NoteRequest(ctx, answer.RequestID)
	return m.post(ctx, externalID, opts...)
}

// gone reports whether a record that was just said to be created is known not to exist.
func (m maker[T]) gone(ctx context.Context, item T) bool {
	rec, err := m.show(ctx, item)
	if err != nil {
		return false
	}
	_, err = m.get(ctx, rec.Ref.ID)
	return errors.Is(err, pagico.ErrNotFound)
}

// plainKey is a key that needs no quoting in any form of the header.
var plainKey = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,200}$`)

// idempotencyKey is the key of the n-th generation of a create.
func idempotencyKey(op syncer.OpID, n int) string {
	key := string(op)
	switch {
	case key == "":
		return ""
	case !plainKey.MatchString(key):
		sum := sha256.Sum256([]byte(key))
		key = hex.EncodeToString(sum[:])
	}
	if n > 1 {
		key += "." + strconv.Itoa(n)
	}
	return key
}

func (s *Source) newTask(ctx context.Context, rec syncer.Record) (pagico.TaskCreate, error) {
	due, err := toDate(rec.Fields["dueDate"])
	if err != nil {
		return pagico.TaskCreate{}, err
	}
	body := pagico.TaskCreate{Title: rec.Fields["title"].AsText(), Notes: rec.Fields["body"].AsText(), DueDate: due,
		Status: pagico.Status(rec.Fields["status"].AsText()), ContactID: rec.Ref.Parent, Links: s.links(rec.Ref.Kind, rec.Twin)}
	if assignee := rec.Fields["assignee"]; !assignee.IsNone() {
		body.AssigneeID, err = s.userID(ctx, assignee)
	}
	return body, err
}

func (s *Source) newContact(rec syncer.Record) pagico.ContactCreate {
	f := rec.Fields
	return pagico.ContactCreate{Name: f["name"].AsText(), FirstName: f["firstName"].AsText(), LastName: f["lastName"].AsText(),
		Email: f["email"].AsText(), Phone: f["phone"].AsText(), Company: f["company"].AsText(), Address: f["address"].AsText(),
		Tags: f["tags"].Items(), Links: s.links(rec.Ref.Kind, rec.Twin)}
}

func (s *Source) newNote(rec syncer.Record) (pagico.NoteCreate, error) {
	body := pagico.NoteCreate{Title: rec.Fields["title"].AsText(), Content: rec.Fields["content"].AsText(),
		ContactID: rec.Ref.Parent, ReadOnly: rec.Twin != "" && !s.editableNotes}
	if v := rec.Fields["datetime"]; !v.IsNone() {
		at, ok := v.AsInstant()
		if !ok {
			return body, refusedf("%q is not an instant", v.AsText())
		}
		body.Datetime = at
	}
	return body, nil
}

// CreateIsRepeatable implements [syncer.RepeatableCreates]: with a location, a
// repeated create is recognised by its key and by its external id.
func (s *Source) CreateIsRepeatable(syncer.Kind) bool { return s.location != "" }
