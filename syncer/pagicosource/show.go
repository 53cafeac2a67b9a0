package pagicosource

import (
	"cmp"
	"context"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// common are the members that every resource has.
type common struct {
	kind                 syncer.Kind
	id, externalID, etag string
	created, updated     time.Time
	deleted, readOnly    bool
	contactID, projectID string
	label                string
}

// record shows what all kinds have in common.
func (s *Source) record(ctx context.Context, c common) (syncer.Record, error) {
	parent, err := s.parent(ctx, c.contactID, c.projectID)
	if err != nil {
		return syncer.Record{}, err
	}
	twin := s.twin(c.kind, c.externalID)
	return syncer.Record{
		Ref:     syncer.Ref{Side: syncer.Pagico, Kind: c.kind, ID: c.id, Parent: parent},
		Version: c.etag, ModifiedAt: c.updated.UTC(), CreatedAt: c.created.UTC(), Deleted: c.deleted, Twin: twin,
		// What this client mirrors is read-only for people, and ours to write.
		ReadOnly: c.readOnly && twin == "",
		Label:    c.label,
	}, nil
}

func (s *Source) task(ctx context.Context, t pagico.Task) (syncer.Record, error) {
	rec, err := s.record(ctx, common{kind: syncer.KindTask, id: t.ID, externalID: t.ExternalID, etag: t.ETag, created: t.CreatedAt,
		updated: t.LastUpdated, deleted: t.Deleted, readOnly: t.ReadOnly, contactID: t.ContactID, projectID: t.ProjectID, label: t.Title})
	if err != nil || t.Deleted {
		return rec, err
	}
	assignee, err := s.assignee(ctx, t)
	if err != nil {
		return syncer.Record{}, err
	}
	rec.Fields = syncer.Fields{
		"title":    canon.Line(t.Title),
		"body":     canon.Body(t.Notes),
		"dueDate":  date(t.DueDate),
		"status":   merge.Text(string(cmp.Or(t.Status, pagico.StatusOpen))),
		"assignee": assignee,
	}
	return rec, nil
}

func (s *Source) contact(ctx context.Context, c pagico.Contact) (syncer.Record, error) {
	rec, err := s.record(ctx, common{kind: syncer.KindContact, id: c.ID, externalID: c.ExternalID, etag: c.ETag, created: c.CreatedAt,
		updated: c.LastUpdated, deleted: c.Deleted, label: c.Name})
	if err != nil || c.Deleted {
		return rec, err
	}
	rec.Fields = syncer.Fields{
		"name":      canon.Line(c.Name),
		"firstName": canon.Line(c.FirstName),
		"lastName":  canon.Line(c.LastName),
		"email":     canon.Email(c.Email),
		"phone":     canon.Phone(c.Phone, s.callingCode),
		"company":   canon.Line(c.Company),
		"address":   canon.Line(c.Address),
		"tags":      canon.Tags(c.Tags),
	}
	return rec, nil
}

func (s *Source) note(ctx context.Context, n pagico.Note) (syncer.Record, error) {
	rec, err := s.record(ctx, common{kind: syncer.KindNote, id: n.ID, externalID: n.ExternalID, etag: n.ETag, created: n.CreatedAt,
		updated: n.LastUpdated, deleted: n.Deleted, readOnly: n.ReadOnly, contactID: n.ContactID, projectID: n.ProjectID, label: n.Title})
	if err != nil || n.Deleted {
		return rec, err
	}
	rec.Fields = syncer.Fields{
		"title":    canon.Line(n.Title),
		"content":  canon.Body(n.Content),
		"datetime": merge.Instant(n.Datetime),
	}
	return rec, nil
}

func (s *Source) appointment(ctx context.Context, e pagico.Event) (syncer.Record, error) {
	rec, err := s.record(ctx, common{kind: syncer.KindAppointment, id: e.ID, externalID: e.ExternalID, etag: e.ETag, created: e.CreatedAt,
		updated: e.LastUpdated, deleted: e.Deleted, readOnly: true, contactID: e.ContactID, label: e.Title})
	if err != nil || e.Deleted {
		return rec, err
	}
	rec.Fields = syncer.Fields{
		"title":    canon.Line(e.Title),
		"start":    date(e.Start),
		"end":      date(e.End),
		"location": canon.Line(e.Location),
		"status":   merge.Text(string(cmp.Or(e.Status, pagico.EventConfirmed))),
		"url":      canon.Line(e.URL),
	}
	return rec, nil
}

func (s *Source) project(ctx context.Context, p pagico.Project) (syncer.Record, error) {
	rec, err := s.record(ctx, common{kind: syncer.KindProject, id: p.ID, externalID: p.ExternalID, etag: p.ETag, created: p.CreatedAt,
		updated: p.LastUpdated, deleted: p.Deleted, readOnly: p.ReadOnly, label: p.Title})
	if err != nil || p.Deleted {
		return rec, err
	}
	if len(p.ContactIDs) == 1 {
		rec.Ref.Parent = p.ContactIDs[0]
	}
	rec.Fields = syncer.Fields{"title": canon.Line(p.Title)}
	return rec, nil
}

// date shows a day or an instant.
func date(d pagico.Date) syncer.Value {
	switch {
	case d.IsZero():
		return merge.None()
	case d.IsAllDay():
		return merge.Day(d.Day(nil))
	}
	return merge.Instant(d.Time(nil))
}

// toDate reads what date shows.
func toDate(v syncer.Value) (pagico.Date, error) {
	if v.IsNone() {
		return pagico.Date{}, nil
	}
	if day, ok := v.AsDay(); ok {
		return pagico.AllDay(day.Date()), nil
	}
	if at, ok := v.AsInstant(); ok {
		return pagico.At(at), nil
	}
	return pagico.Date{}, refusedf("%q is neither a day nor an instant", v.AsText())
}
