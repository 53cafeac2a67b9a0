package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/examples/internal/local"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// editor changes both services as the people who use them would: on their
// screens, not through the API.
type editor struct {
	servers *local.Servers
	// pairs are tasks that both sides have and nobody has touched yet.
	pairs []pair
	errs  []error
	done  []string
}

// pair is a task on both sides.
type pair struct {
	ghl    ghltest.Task
	pagico pagicotest.Task
}

// editBothSides makes a day's worth of changes and tells what they were.
func editBothSides(servers *local.Servers) ([]string, error) {
	e := &editor{servers: servers, pairs: twins(servers)}
	if len(e.pairs) < 70 {
		return nil, fmt.Errorf("the world is too small to edit: %d tasks are on both sides, 70 are needed; use more -contacts", len(e.pairs))
	}
	e.ghlEdits()
	e.pagicoEdits()
	e.conflicts()
	e.contacts()
	return e.done, errors.Join(e.errs...)
}

// twins finds the tasks that Pagico got from GHL, by their external id.
func twins(servers *local.Servers) []pair {
	prefix := "ghl:" + servers.GHL.LocationID() + ":task:"
	var pairs []pair
	for _, t := range servers.Pagico.Snapshot().Live().Tasks {
		id, ours := strings.CutPrefix(t.ExternalID, prefix)
		if !ours {
			continue
		}
		if g, ok := servers.GHL.Task(id); ok && !g.Deleted && g.ContactID != "" {
			pairs = append(pairs, pair{ghl: g, pagico: t})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.ghl.ID, b.ghl.ID) })
	return pairs
}

// take hands out the next n untouched pairs.
func (e *editor) take(n int) []pair {
	taken := e.pairs[:n]
	e.pairs = e.pairs[n:]
	return taken
}

func (e *editor) ghl(p pair, edit func(*ghltest.Task)) {
	e.errs = append(e.errs, e.servers.GHL.EditTask(p.ghl.ID, edit))
}

func (e *editor) pagico(p pair, edit func(*pagicotest.Task)) {
	e.errs = append(e.errs, e.servers.Pagico.EditTask(p.pagico.ID, edit))
}

func (e *editor) say(what string) { e.done = append(e.done, what) }

// ghlEdits are those of the people in GHL.
func (e *editor) ghlEdits() {
	for _, p := range e.take(10) {
		e.ghl(p, func(t *ghltest.Task) { t.Title += " (moved)"; t.DueDate = t.DueDate.Add(24 * time.Hour) })
	}
	for _, p := range e.take(10) {
		e.ghl(p, func(t *ghltest.Task) { t.Completed = !t.Completed })
	}
	for _, p := range e.take(5) {
		e.errs = append(e.errs, e.servers.GHL.DeleteTask(p.ghl.ID))
	}
	for i, p := range e.take(5) {
		e.servers.GHL.AddTask(ghltest.Task{ContactID: p.ghl.ContactID, Title: fmt.Sprintf("Send the contract, part %d", i+1),
			Body: "<p>Ask for a <b>signature</b> 🖋️</p>", DueDate: time.Date(2026, 12, 1+i, 9, 30, 0, 0, time.UTC)})
	}
	e.say("GHL: 10 tasks renamed and moved, 10 completed or reopened, 5 deleted, 5 new")
}

// pagicoEdits are those of the people in Pagico.
func (e *editor) pagicoEdits() {
	for _, p := range e.take(10) {
		e.pagico(p, func(t *pagicotest.Task) {
			t.Title = "Called: " + t.Title
			t.Notes = "Left a message.\nTry again on Friday."
		})
	}
	for _, p := range e.take(5) {
		e.pagico(p, func(t *pagicotest.Task) { t.Status = "inProgress"; t.Progress = 40 })
	}
	for _, p := range e.take(5) {
		e.pagico(p, func(t *pagicotest.Task) { t.DueDate = "2026-12-24" })
	}
	for _, p := range e.take(5) {
		e.errs = append(e.errs, e.servers.Pagico.DeleteTask(p.pagico.ID))
	}
	for i, p := range e.take(5) {
		_, err := e.servers.Pagico.AddTask(pagicotest.Task{ContactID: p.pagico.ContactID, Title: fmt.Sprintf("Prepare workshop %d", i+1), DueDate: "2026-12-10"})
		e.errs = append(e.errs, err)
	}
	e.say("Pagico: 10 tasks rewritten, 5 in progress, 5 moved to an all-day date, 5 deleted, 5 new")
}

// conflicts are edits of the same tasks on both sides.
func (e *editor) conflicts() {
	for _, p := range e.take(5) {
		e.ghl(p, func(t *ghltest.Task) { t.Title = "From GHL: " + t.Title })
		e.pagico(p, func(t *pagicotest.Task) { t.Title = "From Pagico: " + t.Title })
	}
	for _, p := range e.take(5) {
		e.ghl(p, func(t *ghltest.Task) { t.DueDate = t.DueDate.Add(time.Hour) })
		e.pagico(p, func(t *pagicotest.Task) { t.Title += " – both edited" })
	}
	for _, p := range e.take(2) {
		e.ghl(p, func(t *ghltest.Task) { t.Title += " (still needed)" })
		e.errs = append(e.errs, e.servers.Pagico.DeleteTask(p.pagico.ID))
	}
	e.say("both: 5 tasks renamed on both sides, 5 edited in different fields, 2 edited in GHL and deleted in Pagico")
}

// contacts are edits of people, notes and appointments in GHL.
func (e *editor) contacts() {
	gone := e.take(1)[0].ghl.ContactID
	e.pairs = slices.DeleteFunc(e.pairs, func(p pair) bool { return p.ghl.ContactID == gone })
	e.errs = append(e.errs, e.servers.GHL.DeleteContact(gone))
	fresh := e.servers.GHL.AddContact(ghltest.Contact{FirstName: "Łucja", LastName: "Żółć", Email: "lucja.zolc@example.com", Tags: []string{"VIP"}})
	e.servers.GHL.AddNote(ghltest.Note{ContactID: fresh.ID, Body: "<p>Met at the fair.</p>"})
	e.servers.GHL.AddTask(ghltest.Task{ContactID: fresh.ID, Title: "Welcome call ☎️", DueDate: time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC)})
	for _, p := range e.take(3) {
		e.errs = append(e.errs, e.servers.GHL.EditContact(p.ghl.ContactID, func(c *ghltest.Contact) { c.CompanyName = "Renamed & Söhne AG" }))
	}
	for _, a := range e.servers.GHL.AppointmentsOf(e.take(1)[0].ghl.ContactID) {
		e.errs = append(e.errs, e.servers.GHL.EditAppointment(a.ID, func(x *ghltest.Appointment) { x.Status = "cancelled" }))
	}
	e.say("GHL: a contact deleted with all it had, a new one with a note and a task, 3 renamed companies")
}
