package ghlsource

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// record shows what all kinds have in common.
func record(kind syncer.Kind, id, parent, label string, added, updated ghl.Time) syncer.Record {
	rec := syncer.Record{Ref: syncer.Ref{Side: syncer.GHL, Kind: kind, ID: id, Parent: parent}, Label: label}
	if !added.IsZero() {
		rec.CreatedAt = added.UTC()
	}
	if !updated.IsZero() {
		rec.ModifiedAt = updated.UTC()
		rec.Version = rec.ModifiedAt.Format(time.RFC3339Nano)
	}
	return rec
}

func (s *Source) contact(c ghl.Contact) syncer.Record {
	first, last := canon.Line(cmp.Or(c.FirstNameRaw, c.FirstName)), canon.Line(cmp.Or(c.LastNameRaw, c.LastName))
	company, email, phone := canon.Line(c.CompanyName), canon.Email(c.Email), canon.Phone(c.Phone, s.callingCode)
	// The field "name" is no help: a search shows it in lower case, and reads often leave it out.
	name := canon.Line(first.AsText() + " " + last.AsText()).AsText()
	name = cmp.Or(name, company.AsText(), email.AsText(), phone.AsText(), "Contact "+c.ID)
	rec := record(syncer.KindContact, c.ID, "", name, c.DateAdded, c.DateUpdated)
	rec.Deleted = c.Deleted
	if c.Deleted {
		return rec
	}
	rec.Fields = syncer.Fields{
		"name": merge.Text(name), "firstName": first, "lastName": last, "email": email, "phone": phone, "company": company,
		"address": address(c), "tags": canon.Tags(c.Tags),
	}
	return rec
}

// address joins the parts of an address. A country alone is none: the service
// fills it in by itself.
func address(c ghl.Contact) syncer.Value {
	var parts []string
	for _, part := range []string{c.Address1, c.City, c.State, c.PostalCode} {
		if part = canon.Line(part).AsText(); part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return merge.None()
	}
	return canon.Line(strings.TrimSuffix(strings.Join(append(parts, c.Country), ", "), ", "))
}

// task shows a task of a contact, or one without.
func (s *Source) task(ctx context.Context, t ghl.Task, contactID string) (syncer.Record, error) {
	rec := record(syncer.KindTask, t.ID, cmp.Or(t.ContactID, contactID), t.Title, t.DateAdded, t.DateUpdated)
	rec.Deleted, rec.ReadOnly = t.Deleted, rec.Ref.Parent == ""
	if t.Deleted {
		return rec, nil
	}
	assignee, err := s.assignee(ctx, t.AssignedTo)
	if err != nil {
		return syncer.Record{}, err
	}
	body, twin := s.cutMarker(syncer.KindTask, plainText(t.Body))
	status := "open"
	if t.Completed {
		status = "completed"
	}
	rec.Twin = twin
	rec.Fields = syncer.Fields{
		"title": canon.Line(t.Title), "body": merge.Text(body), "dueDate": merge.Instant(t.DueDate.At(s.Location())),
		"status": merge.Text(status), "assignee": assignee,
	}
	return rec, nil
}

func (s *Source) note(n ghl.Note, contactID string) syncer.Record {
	text := plainText(n.Body)
	if n.BodyText != "" && (n.Body == "" || isHTML(n.Body)) {
		text = canon.BodyText(n.BodyText)
	}
	content, twin := s.cutMarker(syncer.KindNote, text)
	rec := record(syncer.KindNote, n.ID, cmp.Or(n.ContactID, contactID), cmp.Or(n.Title, content), n.DateAdded, ghl.Time{})
	rec.Twin = twin
	rec.Fields = syncer.Fields{"title": canon.Line(n.Title), "content": merge.Text(content), "datetime": merge.Instant(rec.CreatedAt)}
	return rec
}

// untitled is the title of an appointment that has none.
const untitled = "Appointment"

func (s *Source) appointment(a ghl.Appointment) syncer.Record {
	title := cmp.Or(canon.Line(a.Title).AsText(), untitled)
	rec := record(syncer.KindAppointment, a.ID, a.ContactID, title, a.DateAdded, a.DateUpdated)
	rec.Deleted = a.Deleted
	if a.Deleted {
		return rec
	}
	status := "confirmed"
	switch strings.ToLower(a.Status) {
	case "cancelled", "canceled", "noshow", "no_show", "invalid":
		status = "cancelled"
	case "new", "unconfirmed":
		status = "tentative"
	}
	zone := s.Location()
	rec.Fields = syncer.Fields{
		"title": merge.Text(title), "start": merge.Instant(a.StartTime.At(zone)), "end": merge.Instant(a.EndTime.At(zone)),
		"location": canon.Line(a.Address), "status": merge.Text(status),
	}
	return rec
}
