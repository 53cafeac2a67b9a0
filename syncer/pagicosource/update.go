package pagicosource

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// Update writes the given fields of a contact, task, note or appointment, guarded
// by current.Version. A field that the kind does not have gives
// [syncer.ErrUnsupported]. Setting a due date ends a task's being a Someday task,
// because the service allows only one of them.
func (s *Source) Update(ctx context.Context, current syncer.Record, set syncer.Fields, _ syncer.OpID) (syncer.Record, error) {
	if len(set) == 0 {
		return s.Get(ctx, current.Ref)
	}
	switch current.Ref.Kind {
	case syncer.KindTask:
		body, err := s.taskPatch(ctx, set)
		return patch(ctx, current, body, err, s.client.Tasks.Update, s.task)
	case syncer.KindContact:
		body, err := contactPatch(set)
		return patch(ctx, current, body, err, s.client.Contacts.Update, s.contact)
	case syncer.KindNote:
		body, err := notePatch(set)
		return patch(ctx, current, body, err, s.client.Notes.Update, s.note)
	case syncer.KindAppointment:
		return s.updateAppointment(ctx, current, set)
	}
	return syncer.Record{}, unsupportedf("updating a %s", current.Ref.Kind)
}

func patch[B, T any](ctx context.Context, current syncer.Record, body B, err error,
	send func(context.Context, string, B, ...pagico.CallOption) (T, error), show func(context.Context, T) (syncer.Record, error),
) (syncer.Record, error) {
	if err != nil {
		return syncer.Record{}, err
	}
	opts, done := noted(ctx, guard(current)...)
	item, err := send(ctx, current.Ref.ID, body, opts...)
	done()
	if err != nil {
		return syncer.Record{}, writeError("update "+string(current.Ref.Kind), err)
	}
	return show(ctx, item)
}

// guard makes a write take effect only on the version that was read.
func guard(current syncer.Record) []pagico.CallOption {
	if current.Version == "" {
		return nil
	}
	return []pagico.CallOption{pagico.IfMatch(current.Version)}
}

// text is the patch of a text: none clears it.
func text[T ~string](v syncer.Value) pagico.Opt[T] {
	if v.IsNone() {
		return pagico.Null[T]()
	}
	return pagico.Set(T(v.AsText()))
}

func (s *Source) taskPatch(ctx context.Context, set syncer.Fields) (pagico.TaskUpdate, error) {
	var body pagico.TaskUpdate
	for name, v := range set {
		switch name {
		case "title":
			body.Title = text[string](v)
		case "body":
			body.Notes = text[string](v)
		case "status":
			body.Status = text[pagico.Status](v)
		case "dueDate":
			due, err := toDate(v)
			if err != nil {
				return body, err
			}
			if body.DueDate = pagico.Null[pagico.Date](); !due.IsZero() {
				body.DueDate, body.Someday = pagico.Set(due), pagico.Set(false)
			}
		case "assignee":
			body.AssigneeID = pagico.Null[string]()
			if v.IsNone() {
				continue
			}
			id, err := s.userID(ctx, v)
			if err != nil {
				return body, err
			}
			body.AssigneeID = pagico.Set(id)
		default:
			return body, unsupportedf("field %q of a task", name)
		}
	}
	return body, nil
}

func contactPatch(set syncer.Fields) (pagico.ContactUpdate, error) {
	var body pagico.ContactUpdate
	for name, v := range set {
		switch name {
		case "name":
			body.Name = text[string](v)
		case "firstName":
			body.FirstName = text[string](v)
		case "lastName":
			body.LastName = text[string](v)
		case "email":
			body.Email = text[string](v)
		case "phone":
			body.Phone = text[string](v)
		case "company":
			body.Company = text[string](v)
		case "address":
			body.Address = text[string](v)
		case "tags":
			body.Tags = pagico.Set(append([]string{}, v.Items()...))
		default:
			return body, unsupportedf("field %q of a contact", name)
		}
	}
	return body, nil
}

func notePatch(set syncer.Fields) (pagico.NoteUpdate, error) {
	var body pagico.NoteUpdate
	for name, v := range set {
		switch name {
		case "title":
			body.Title = text[string](v)
		case "content":
			body.Content = text[string](v)
		case "datetime":
			body.Datetime = pagico.Null[time.Time]()
			if v.IsNone() {
				continue
			}
			at, ok := v.AsInstant()
			if !ok {
				return body, refusedf("%q is not an instant", v.AsText())
			}
			body.Datetime = pagico.Set(at)
		default:
			return body, unsupportedf("field %q of a note", name)
		}
	}
	return body, nil
}

// appointmentFields are the fields of an appointment.
var appointmentFields = []string{"title", "start", "end", "location", "status", "url"}

// updateAppointment writes the whole appointment, because that is how the service
// takes it: what was read, with the given fields changed.
func (s *Source) updateAppointment(ctx context.Context, current syncer.Record, set syncer.Fields) (syncer.Record, error) {
	for name := range set {
		if !slices.Contains(appointmentFields, name) {
			return syncer.Record{}, unsupportedf("field %q of an appointment", name)
		}
	}
	if current.Version == "" { // without it, a deleted appointment would come back
		read, err := s.Get(ctx, current.Ref)
		if err != nil {
			return syncer.Record{}, err
		}
		current = read
	}
	whole := current
	whole.Fields = maps.Clone(current.Fields)
	if whole.Fields == nil {
		whole.Fields = syncer.Fields{}
	}
	maps.Copy(whole.Fields, set)
	return s.putAppointment(ctx, whole)
}

func (s *Source) putAppointment(ctx context.Context, rec syncer.Record) (syncer.Record, error) {
	externalID := s.externalID(rec.Ref.Kind, rec.Twin, 1)
	if externalID == "" {
		return syncer.Record{}, unsupportedf("writing an appointment that has no twin")
	}
	f := rec.Fields
	start, err := toDate(f["start"])
	if err != nil {
		return syncer.Record{}, err
	}
	end, err := toDate(f["end"])
	if err != nil {
		return syncer.Record{}, err
	}
	body := pagico.EventPut{Title: f["title"].AsText(), Start: start, End: end, TimeZone: s.timeZone, Location: f["location"].AsText(),
		Status: pagico.EventStatus(f["status"].AsText()), ContactID: rec.Ref.Parent, URL: f["url"].AsText()}
	if body.URL == "" {
		body.URL = s.address(rec.Ref.Kind, rec.Twin)
	}
	opts, done := noted(ctx, guard(rec)...)
	item, err := s.client.Events.Put(ctx, externalID, body, opts...)
	done()
	if err != nil {
		return syncer.Record{}, writeError("write appointment", err)
	}
	return s.appointment(ctx, item)
}

// Delete removes a contact, task, note or appointment, guarded by current.Version.
// The service deletes what a contact holds along with it.
func (s *Source) Delete(ctx context.Context, current syncer.Record, _ syncer.OpID) error {
	var err error
	id := current.Ref.ID
	opts, done := noted(ctx, guard(current)...)
	switch current.Ref.Kind {
	case syncer.KindTask:
		err = s.client.Tasks.Delete(ctx, id, opts...)
	case syncer.KindContact:
		err = s.client.Contacts.Delete(ctx, id, opts...)
	case syncer.KindNote:
		err = s.client.Notes.Delete(ctx, id, opts...)
	case syncer.KindAppointment:
		externalID := s.externalID(current.Ref.Kind, current.Twin, 1)
		if externalID == "" {
			return unsupportedf("deleting an appointment that has no twin")
		}
		err = s.client.Events.Delete(ctx, externalID, opts...)
	default:
		return unsupportedf("deleting a %s", current.Ref.Kind)
	}
	done()
	if err != nil {
		return writeError("delete "+string(current.Ref.Kind), err)
	}
	return nil
}
