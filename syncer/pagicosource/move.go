package pagicosource

import (
	"context"
	"errors"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// CanMove implements [syncer.Mover]: a task, a note or an appointment can be put
// under another contact.
func (s *Source) CanMove(kind syncer.Kind) bool {
	return kind == syncer.KindTask || kind == syncer.KindNote || kind == syncer.KindAppointment
}

// Move implements [syncer.Mover], guarded by current.Version. A task or note that
// lies in a project gives [syncer.ErrUnsupported], for its project says which
// contact it belongs to. A task leaves its list, which lies in the old contact;
// nothing else of it changes.
func (s *Source) Move(ctx context.Context, current syncer.Record, parent string, _ syncer.OpID) (syncer.Record, error) {
	id := current.Ref.ID
	switch current.Ref.Kind {
	case syncer.KindTask:
		t, err := s.client.Tasks.Get(ctx, id)
		if err := movable(current, t.ETag, t.ProjectID, t.Deleted, err); err != nil {
			return syncer.Record{}, err
		}
		if t.ContactID == parent {
			return s.task(ctx, t)
		}
		body := pagico.TaskUpdate{ContactID: pagico.Set(parent)}
		if t.ListID != "" {
			body.ListID = pagico.Null[string]()
		}
		return patch(ctx, current, body, nil, s.client.Tasks.Update, s.task)
	case syncer.KindNote:
		n, err := s.client.Notes.Get(ctx, id)
		if err := movable(current, n.ETag, n.ProjectID, n.Deleted, err); err != nil {
			return syncer.Record{}, err
		}
		if n.ContactID == parent {
			return s.note(ctx, n)
		}
		return patch(ctx, current, pagico.NoteUpdate{ContactID: pagico.Set(parent)}, nil, s.client.Notes.Update, s.note)
	case syncer.KindAppointment:
		e, err := s.client.Events.Get(ctx, id)
		if err := movable(current, e.ETag, "", e.Deleted, err); err != nil {
			return syncer.Record{}, err
		}
		moved := current
		moved.Ref.Parent = parent
		return s.putAppointment(ctx, moved)
	}
	return syncer.Record{}, unsupportedf("moving a %s", current.Ref.Kind)
}

// movable says why a record that was read just now cannot be moved.
func movable(current syncer.Record, etag, project string, deleted bool, err error) error {
	what := "move " + string(current.Ref.Kind)
	switch {
	case err != nil:
		return readError(what, err)
	case deleted:
		return wrap(what, syncer.ErrNotFound, errors.New("it was deleted"))
	case current.Version != "" && etag != current.Version:
		return wrap(what, syncer.ErrChanged, errors.New("it is another version by now"))
	case project != "":
		return unsupportedf("it lies in a project, which says what %s it belongs to", syncer.KindContact)
	}
	return nil
}
