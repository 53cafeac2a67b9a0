package ghlsource

import (
	"context"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

// Create makes a task or a note below the contact that is its parent. A task
// needs a title and a due date that is an instant. An assignee without a user here
// gives [syncer.ErrRefused]; see [Source.People]. The datetime of a note is set by
// the service.
func (s *Source) Create(ctx context.Context, rec syncer.Record, _ syncer.OpID) (syncer.Record, error) {
	kind, parent := rec.Ref.Kind, rec.Ref.Parent
	if kind != syncer.KindTask && kind != syncer.KindNote {
		return syncer.Record{}, unsupportedf("creating a %s", kind)
	}
	if parent == "" {
		return syncer.Record{}, refusedf("GHL takes a %s only with a contact", kind)
	}
	twin := rec.Twin
	if s.noMarkers {
		twin = ""
	}
	opt, done := noted(ctx)
	if kind == syncer.KindNote {
		body := ghl.NoteCreate{Title: rec.Fields["title"].AsText(), Body: s.body(kind, rec.Fields["content"], twin)}
		n, err := s.client.Notes.Create(ctx, parent, body, opt)
		done()
		if err != nil {
			return syncer.Record{}, createError("create note", err)
		}
		return s.note(n, parent), nil
	}
	body := ghl.TaskCreate{Title: rec.Fields["title"].AsText(), Body: s.body(kind, rec.Fields["body"], twin)}
	var err error
	if body.DueDate, err = instant(rec.Fields["dueDate"]); err != nil {
		return syncer.Record{}, err
	}
	if body.Completed, err = completed(rec.Fields["status"]); err != nil {
		return syncer.Record{}, err
	}
	if assignee := rec.Fields["assignee"]; !assignee.IsNone() {
		if body.AssignedTo, err = s.userID(ctx, assignee); err != nil {
			return syncer.Record{}, err
		}
	}
	t, err := s.client.Tasks.Create(ctx, parent, body, opt)
	done()
	if err != nil {
		return syncer.Record{}, createError("create task", err)
	}
	return s.task(ctx, t, parent)
}

// body is the body that shows a text, with the marker of a twin.
func (s *Source) body(kind syncer.Kind, text syncer.Value, twin string) string {
	return richText(s.addMarker(kind, canon.BodyText(text.AsText()), twin))
}

// instant reads a due date.
func instant(v syncer.Value) (time.Time, error) {
	if v.IsNone() {
		return time.Time{}, refusedf("a GHL task needs a due date")
	}
	at, ok := v.AsInstant()
	if !ok {
		return time.Time{}, refusedf("the due date %q is not an instant; GHL knows no others", v.AsText())
	}
	return at, nil
}

// completed reads a status.
func completed(v syncer.Value) (bool, error) {
	switch v.AsText() {
	case "completed":
		return true, nil
	case "open", "":
		return false, nil
	}
	return false, refusedf("the status %q: GHL tasks are open or completed", v.AsText())
}

// Update writes the given fields of a task or a note. It cannot tell that current
// is out of date. A field that the kind does not have, or that cannot be written,
// gives [syncer.ErrUnsupported]. When a body is written, the record's marker is
// written along with it.
func (s *Source) Update(ctx context.Context, current syncer.Record, set syncer.Fields, _ syncer.OpID) (syncer.Record, error) {
	switch {
	case current.Ref.Kind != syncer.KindTask && current.Ref.Kind != syncer.KindNote:
		return syncer.Record{}, unsupportedf("updating a %s", current.Ref.Kind)
	case current.Ref.Parent == "":
		return syncer.Record{}, unsupportedf("updating a %s without a contact", current.Ref.Kind)
	case len(set) == 0:
		return s.Get(ctx, current.Ref)
	case current.Ref.Kind == syncer.KindNote:
		return s.updateNote(ctx, current, set)
	}
	return s.updateTask(ctx, current, set)
}

func (s *Source) updateTask(ctx context.Context, current syncer.Record, set syncer.Fields) (syncer.Record, error) {
	body, err := s.taskChange(ctx, current, set)
	if err != nil {
		return syncer.Record{}, err
	}
	opt, done := noted(ctx)
	t, err := s.client.Tasks.Update(ctx, current.Ref.Parent, current.Ref.ID, body, opt)
	done()
	if err != nil {
		return syncer.Record{}, changeError("update task", err)
	}
	if t.ID != current.Ref.ID || t.Title == "" || t.DueDate.IsZero() { // not the whole task
		return s.Get(ctx, current.Ref)
	}
	return s.task(ctx, t, current.Ref.Parent)
}

func (s *Source) taskChange(ctx context.Context, current syncer.Record, set syncer.Fields) (ghl.TaskUpdate, error) {
	var body ghl.TaskUpdate
	for name, v := range set {
		switch name {
		case "title":
			body.Title = ghl.Set(v.AsText())
		case "body":
			body.Body = ghl.Set(s.body(current.Ref.Kind, v, current.Twin))
		case "dueDate":
			due, err := instant(v)
			if err != nil {
				return body, err
			}
			body.DueDate = ghl.Set(due)
		case "status":
			done, err := completed(v)
			if err != nil {
				return body, err
			}
			body.Completed = ghl.Set(done)
		case "assignee":
			// The empty text passes where null may be refused; neither is documented.
			id := ""
			if !v.IsNone() {
				var err error
				if id, err = s.userID(ctx, v); err != nil {
					return body, err
				}
			}
			body.AssignedTo = ghl.Set(id)
		default:
			return body, unsupportedf("field %q of a task", name)
		}
	}
	return body, nil
}

func (s *Source) updateNote(ctx context.Context, current syncer.Record, set syncer.Fields) (syncer.Record, error) {
	var body ghl.NoteUpdate
	for name, v := range set {
		switch name {
		case "title":
			body.Title = ghl.Set(v.AsText())
		case "content":
			body.Body = ghl.Set(s.body(current.Ref.Kind, v, current.Twin))
		default:
			return syncer.Record{}, unsupportedf("writing field %q of a note", name)
		}
	}
	opt, done := noted(ctx)
	n, err := s.client.Notes.Update(ctx, current.Ref.Parent, current.Ref.ID, body, opt)
	done()
	if err != nil {
		return syncer.Record{}, changeError("update note", err)
	}
	if n.ID != current.Ref.ID || n.Body == "" {
		return s.Get(ctx, current.Ref)
	}
	return s.note(n, current.Ref.Parent), nil
}

// Delete removes a task or a note. It cannot tell that current is out of date.
func (s *Source) Delete(ctx context.Context, current syncer.Record, _ syncer.OpID) error {
	ref := current.Ref
	opt, done := noted(ctx)
	var err error
	switch {
	case ref.Kind != syncer.KindTask && ref.Kind != syncer.KindNote:
		return unsupportedf("deleting a %s", ref.Kind)
	case ref.Parent == "":
		return unsupportedf("deleting a %s without a contact", ref.Kind)
	case ref.Kind == syncer.KindTask:
		err = s.client.Tasks.Delete(ctx, ref.Parent, ref.ID, opt)
	default:
		err = s.client.Notes.Delete(ctx, ref.Parent, ref.ID, opt)
	}
	done()
	if err != nil {
		return changeError("delete "+string(ref.Kind), err)
	}
	return nil
}
