package ghlpagico_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// field draws a field that people edit.
func (p *people) field(c choices, kind syncer.Kind) string {
	switch kind {
	case syncer.KindTask:
		return oneOf(c, "title", "title", "body", "body", "dueDate", "status", "status", "assignee")
	case syncer.KindContact:
		return oneOf(c, "title", "company", "address", "tags", "phone")
	case syncer.KindNote:
		return oneOf(c, "title", "body")
	}
	return oneOf(c, "title", "dueDate", "address", "status")
}

// edit changes one field of one record.
func (p *people) edit(c choices, side syncer.Side, kind syncer.Kind, during bool) {
	if it, ok := p.pick(c, side, kind); ok {
		p.change(c, it, p.field(c, kind), during)
	}
}

// change gives a field another value, and returns it.
func (p *people) change(c choices, it item, field string, during bool) (value string, done bool) {
	prev := it.fields[field]
	switch field {
	case "title":
		value = it.uid + " " + p.value("t")
	case "body":
		if value = p.value("b"); prev != "" && c.chance(30) {
			value = prev + "\n" + value
		}
	case "dueDate":
		value = p.due(c, it.side)
	case "status":
		value = oneOf(c, "open", "completed")
		if it.side == syncer.Pagico {
			value = oneOf(c, "open", "inProgress", "completed", "cancelled")
		}
		if it.kind == syncer.KindAppointment {
			value = oneOf(c, "confirmed", "cancelled", "new")
		}
	case "assignee":
		value = oneOf(c, "", "ann@example.com", map[syncer.Side]string{syncer.GHL: "bob@example.com", syncer.Pagico: "cid@example.com"}[it.side])
	case "phone":
		p.n++
		value = "+4144" + strings.Repeat("0", 7-len(itoa(p.n))) + itoa(p.n)
	default:
		value = p.value("v")
	}
	if value == prev || p.world.plan.bare && it.side == syncer.GHL && p.world.edge.unconfirmed(it.side, it.uid) {
		return "", false
	}
	var err error
	if it.side == syncer.GHL {
		err = p.onGHL(it, field, value)
	} else {
		err = p.onPagico(it, field, value)
	}
	if errors.Is(err, pagicotest.ErrReadOnly) {
		return "", false
	}
	p.world.must(err)
	p.note(it.side, it.id, it.uid, field, value, prev, during)
	return value, true
}

func itoa(n int) string { return strconv.Itoa(n) }

func html(text string) string { return "<p>" + strings.ReplaceAll(text, "\n", "</p><p>") + "</p>" }

func (p *people) onGHL(it item, field, value string) error {
	w := p.world.ghl
	switch it.kind {
	case syncer.KindTask:
		marked := p.world.plan.rewind || p.world.edge.unconfirmed(it.side, it.uid) // nobody takes the marker away
		return w.EditTask(it.id, func(t *ghltest.Task) {
			marker := markers.FindString(t.Body)
			editGHLTask(t, field, value)
			if marked && marker != "" && field == "body" {
				t.Body += "<p>" + marker + "</p>"
			}
		})
	case syncer.KindNote:
		return w.EditNote(it.id, func(n *ghltest.Note) {
			if field == "title" {
				n.Title = value
			} else {
				n.Body = html(value)
			}
		})
	case syncer.KindAppointment:
		return w.EditAppointment(it.id, func(a *ghltest.Appointment) {
			switch field {
			case "title":
				a.Title = value
			case "address":
				a.Address = value
			case "status":
				a.Status = value
			default:
				a.StartTime = moment(value)
				a.EndTime = a.StartTime.Add(time.Hour)
			}
		})
	}
	return w.EditContact(it.id, func(x *ghltest.Contact) {
		switch field {
		case "title":
			_, x.LastName, _ = strings.Cut(value, " ")
		case "company":
			x.CompanyName = value
		case "address":
			x.Address1 = value
		case "tags":
			x.Tags = append(x.Tags, value)
		case "phone":
			x.Phone = value
		}
	})
}

func moment(value string) time.Time {
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		panic(err)
	}
	return at
}

func editGHLTask(t *ghltest.Task, field, value string) {
	switch field {
	case "title":
		t.Title = value
	case "body":
		t.Body = html(value)
	case "dueDate":
		t.DueDate = moment(value)
	case "status":
		t.Completed, t.Status = value == "completed", ""
	case "assignee":
		t.AssignedTo = map[string]string{"ann@example.com": "ua", "bob@example.com": "ub"}[value]
	}
}

func (p *people) onPagico(it item, field, value string) error {
	w := p.world.pagico
	switch it.kind {
	case syncer.KindTask:
		return w.EditTask(it.id, func(t *pagicotest.Task) {
			switch field {
			case "title":
				t.Title = value
			case "body":
				t.Notes = value
			case "dueDate":
				t.DueDate = value
			case "status":
				t.Status = value
			case "assignee":
				t.AssigneeID = map[string]string{"ann@example.com": "pa", "cid@example.com": "pc"}[value]
			}
		})
	case syncer.KindNote:
		return w.EditNote(it.id, func(n *pagicotest.Note) {
			if field == "title" {
				n.Title = value
			} else {
				n.Content = value
			}
		})
	case syncer.KindAppointment:
		return pagicotest.ErrReadOnly
	}
	return w.EditContact(it.id, func(x *pagicotest.Contact) {
		switch field {
		case "title":
			x.Name = value
		case "company":
			x.Company = value
		case "address":
			x.Address = value
		case "tags":
			x.Tags = append(x.Tags, value)
		case "phone":
			x.Phone = value
		}
	})
}

// remove deletes a record and writes down what goes with it.
func (p *people) remove(c choices, side syncer.Side, kind syncer.Kind, during bool) {
	if it, ok := p.pick(c, side, kind); ok {
		p.kill(it, during)
	}
}

func (p *people) kill(it item, during bool) {
	world := p.world.look()
	var err error
	switch w := p.world; {
	case it.side == syncer.GHL && it.kind == syncer.KindTask:
		err = w.ghl.DeleteTask(it.id)
	case it.side == syncer.GHL && it.kind == syncer.KindNote:
		err = w.ghl.DeleteNote(it.id)
	case it.side == syncer.GHL && it.kind == syncer.KindAppointment:
		err = w.ghl.DeleteAppointment(it.id)
	case it.side == syncer.GHL:
		err = w.ghl.DeleteContact(it.id)
	case it.kind == syncer.KindTask:
		err = w.pagico.DeleteTask(it.id)
	case it.kind == syncer.KindNote:
		err = w.pagico.DeleteNote(it.id)
	case it.kind == syncer.KindAppointment:
		return
	default:
		err = w.pagico.DeleteContact(it.id)
	}
	if errors.Is(err, pagicotest.ErrReadOnly) {
		return
	}
	p.world.must(err)
	p.n++
	for _, x := range world {
		if x.side != it.side || x.id != it.id && (it.kind != syncer.KindContact || x.parent != it.id) {
			continue
		}
		d := death{seq: p.n, calls: len(p.world.edge.log), side: x.side, id: x.id, uid: x.uid, cascade: x.id != it.id, during: during,
			unsettled: p.world.edge.unconfirmed(x.side, x.uid)}
		for _, y := range world {
			if y.uid == x.uid && y.side != x.side {
				d.twin, d.twinID = true, y.id
			}
		}
		p.deaths = append(p.deaths, d)
	}
	p.hints = append(p.hints, syncer.Ref{Side: it.side, Kind: it.kind, ID: it.id, Parent: it.parent})
}

// dead reports whether a person deleted the record on either side.
func (p *people) dead(uid string) bool {
	return slices.ContainsFunc(p.deaths, func(d death) bool { return d.uid == uid && !d.cascade })
}
