package ghlpagico_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// bodyWord is a text that people write into bodies.
var bodyWord = regexp.MustCompile(`b\d+x`)

// words are the texts of people in a body, whatever it is dressed in.
func words(body string) string {
	return strings.Join(bodyWord.FindAllString(markers.ReplaceAllString(body, ""), -1), "\n")
}

// markers name twins by ids, which may look like anything.
var markers = regexp.MustCompile(`\[pagico:[^\]]*\]`)

// look shows every live record of both sides, as people see them.
func (w *world) look() []item {
	return append(lookGHL(w.ghl.Snapshot()), lookPagico(w.pagico.Snapshot())...)
}

func lookGHL(s ghltest.World) (all []item) {
	add := func(kind syncer.Kind, id, parent, title string, deleted bool, fields map[string]string) {
		if deleted {
			return
		}
		fields["title"] = title
		all = append(all, item{side: syncer.GHL, kind: kind, id: id, uid: uidOf(title), parent: parent, fields: fields})
	}
	for _, c := range s.Contacts {
		add(syncer.KindContact, c.ID, "", strings.TrimSpace(c.FirstName+" "+c.LastName), c.Deleted, map[string]string{"email": c.Email, "phone": c.Phone,
			"company": c.CompanyName, "address": c.Address1, "tags": tags(c.Tags)})
	}
	for _, t := range s.Tasks {
		status := "open"
		if t.Completed {
			status = "completed"
		}
		add(syncer.KindTask, t.ID, t.ContactID, t.Title, t.Deleted, map[string]string{"body": words(t.Body), "dueDate": t.DueDate.UTC().Format(time.RFC3339),
			"status": status, "assignee": map[string]string{"ua": "ann@example.com", "ub": "bob@example.com"}[t.AssignedTo]})
	}
	for _, n := range s.Notes {
		add(syncer.KindNote, n.ID, n.ContactID, n.Title, n.Deleted, map[string]string{"body": words(n.Body)})
	}
	for _, a := range s.Appointments {
		status := "confirmed"
		switch a.Status {
		case "cancelled":
			status = "cancelled"
		case "new":
			status = "new"
		}
		add(syncer.KindAppointment, a.ID, a.ContactID, a.Title, a.Deleted, map[string]string{"dueDate": a.StartTime.UTC().Format(time.RFC3339),
			"address": a.Address, "status": status})
	}
	return all
}

func tags(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(list, ",")
}

func lookPagico(s pagicotest.World) (all []item) {
	s = s.Live()
	add := func(kind syncer.Kind, id, parent, title string, fields map[string]string) {
		fields["title"] = title
		all = append(all, item{side: syncer.Pagico, kind: kind, id: id, uid: uidOf(title), parent: parent, fields: fields})
	}
	for _, c := range s.Contacts {
		address, _, _ := strings.Cut(c.Address, ",")
		add(syncer.KindContact, c.ID, "", c.Name, map[string]string{"email": c.Email, "phone": c.Phone, "company": c.Company,
			"address": address, "tags": tags(c.Tags)})
	}
	for _, t := range s.Tasks {
		add(syncer.KindTask, t.ID, t.ContactID, t.Title, map[string]string{"body": words(t.Notes), "dueDate": moments(t.DueDate), "status": t.Status,
			"assignee": map[string]string{"pa": "ann@example.com", "pc": "cid@example.com"}[t.AssigneeID]})
	}
	for _, n := range s.Notes {
		add(syncer.KindNote, n.ID, n.ContactID, n.Title, map[string]string{"body": words(n.Content)})
	}
	for _, e := range s.Events {
		status := map[string]string{"tentative": "new"}[e.Status]
		if status == "" {
			status = e.Status
		}
		add(syncer.KindAppointment, e.ID, e.ContactID, e.Title, map[string]string{"dueDate": moments(e.Start), "address": e.Location, "status": status})
	}
	return all
}

// moments writes instants without fractions, and leaves days as they are.
func moments(date string) string {
	at, err := time.Parse(time.RFC3339, date)
	if err != nil {
		return date
	}
	return at.UTC().Format(time.RFC3339)
}

// story tells what happened, once a failure asks for it.
func (w *world) story() fmt.Stringer { return story{w} }

type story struct{ *world }

// String tells all that is known.
func (w story) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d %+v\n", w.seed, w.plan)
	for _, e := range w.people.edits {
		fmt.Fprintf(&b, "%d edit %s %s %s %s: %q -> %q calls=%d at=%s during=%v\n", e.seq, e.uid, e.side, e.id, e.field, e.prev, e.value, e.calls, e.at.UTC().Format(time.StampMilli), e.during)
	}
	for _, d := range w.people.deaths {
		fmt.Fprintf(&b, "%d delete %s %s %s cascade=%v calls=%d\n", d.seq, d.uid, d.side, d.id, d.cascade, d.calls)
	}
	b.WriteString(strings.Join(w.people.tales, ""))
	for _, it := range w.look() {
		fmt.Fprintf(&b, "%s %s %s parent=%s %v\n", it.side, it.kind, it.id, it.parent, it.fields)
	}
	b.WriteString(strings.Join(w.notes, "\n") + "\n")
	for i, c := range w.edge.log {
		if c.writes() || c.status >= 300 || c.status == 0 {
			fmt.Fprintf(&b, "call %d %s %s %s %s %s -> %d\n", i, c.start.UTC().Format(time.StampMilli), c.side, c.method, c.path, c.body, c.status)
		}
	}
	return b.String() + w.audit(syncer.AuditCSV)
}
