package ghlpagico_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// people are those who work on both sides. They write down all that they do,
// which is what the oracle goes by. Every title begins with a name that stays
// with the record, such as "u12".
type people struct {
	world     *world
	n         int
	edits     []edit
	deaths    []death
	clashes   []clash
	decisions []decision
	tales     []string          // what else they did, for the story
	moved     map[string][]move // by record
	born      map[string]birth
	wrote     map[string]map[string]bool // by record and field
	hints     []syncer.Ref
	hinted    map[string]int // by id: what people had done when a hint was last followed
	recent    []string       // the records that they are busy with
	agreed    int            // up to here both sides took notice of all that was done
}

// agree notes that a whole pass saw all that people had done by then.
func (p *people) agree(until int) { p.agreed = max(p.agreed, until) }

// busyWith is how many records people come back to.
const busyWith = 4

// touch notes that people are busy with a record.
func (p *people) touch(uid string) {
	if !slices.Contains(p.recent, uid) {
		p.recent = append(p.recent, uid)
	}
	if len(p.recent) > busyWith {
		p.recent = p.recent[1:]
	}
}

// birth is where a record was made.
type birth struct {
	kind   syncer.Kind
	side   syncer.Side
	both   bool
	parent string // of the contact; "" for none
}

// edit is one value that a person wrote.
type edit struct {
	seq     int
	at      time.Time
	calls   int // requests made by then
	side    syncer.Side
	id, uid string
	field   string
	value   string
	prev    string // what was there
	during  bool
	agreed  int // what both sides knew of by then
}

// death is a record that a person deleted.
type death struct {
	seq, calls int
	side       syncer.Side
	id, uid    string
	cascade    bool // it went with its contact
	during     bool // while a pass ran
	twin       bool // the other side had it at that time
	twinID     string
	unsettled  bool // nobody knew for certain that it had been made
	undone     bool // it was restored
}

// item is a live record as a person sees it.
type item struct {
	side    syncer.Side
	kind    syncer.Kind
	id, uid string
	parent  string // id of the contact
	fields  map[string]string
}

// uidOf reads the name of a record from its title.
func uidOf(title string) string {
	uid, _, _ := strings.Cut(title, " ")
	return uid
}

// value makes a text that nobody wrote before.
func (p *people) value(prefix string) string {
	p.n++
	return fmt.Sprintf("%s%dx", prefix, p.n)
}

// note writes an edit down.
func (p *people) note(side syncer.Side, id, uid, field, value, prev string, during bool) {
	p.n++
	p.touch(uid)
	p.edits = append(p.edits, edit{seq: p.n, at: time.Now(), calls: len(p.world.edge.log), side: side, id: id, uid: uid, field: field,
		value: value, prev: prev, during: during, agreed: p.agreed})
	if p.wrote[uid] == nil {
		p.wrote[uid] = map[string]bool{}
	}
	p.wrote[uid][field+"="+value] = true
	p.hints = append(p.hints, syncer.Ref{Side: side, Kind: p.born[uid].kind, ID: id, Parent: p.parentOf(side, id)})
}

func (p *people) parentOf(side syncer.Side, id string) string {
	for _, it := range p.world.look() {
		if it.side == side && it.id == id {
			return it.parent
		}
	}
	return ""
}

// hint syncs single records as webhooks tell: some hints are lost, some come
// twice, late, in another order, or name what is not there.
func (p *people) hint(ctx context.Context, c choices) error {
	if c.chance(20) {
		p.hints = append(p.hints, syncer.Ref{Side: syncer.GHL, Kind: syncer.KindTask, ID: "nobody", Parent: "nothing"})
	}
	for len(p.hints) > 0 && !c.chance(15) {
		i := c.IntN(len(p.hints))
		ref := p.hints[i]
		if !c.chance(20) {
			p.hints = append(p.hints[:i], p.hints[i+1:]...)
		}
		if c.chance(20) {
			continue
		}
		p.hinted[ref.ID] = p.n
		if _, err := p.world.connector.SyncRecord(ctx, ref, syncer.SyncOptions{Trigger: "hint"}); err != nil {
			return err
		}
	}
	return nil
}

// populate makes the world that the history begins with.
func (p *people) populate() {
	c := p.world.draw
	for range c.between(1, 3) {
		p.addContact(syncer.GHL)
	}
	for range c.between(0, 4) {
		p.addTask(c, syncer.GHL)
	}
	if c.chance(70) {
		p.addNote(c, syncer.GHL)
		p.addAppointment(c)
	}
	if p.world.plan.matched {
		p.twins(c)
	}
	for range c.between(1, 3) {
		p.addTask(c, syncer.Pagico)
	}
}

// twins puts some of GHL's records on Pagico too, in part with other values.
func (p *people) twins(c choices) {
	contacts := map[string]string{}
	for _, it := range p.world.look() {
		if it.side != syncer.GHL || !c.chance(60) {
			continue
		}
		b := p.born[it.uid]
		switch it.kind {
		case syncer.KindContact:
			name := it.uid + " " + p.value("n")
			got, err := p.world.pagico.AddContact(pagicotest.Contact{Name: name, FirstName: it.uid, Email: it.fields["email"]})
			p.world.must(err)
			contacts[it.id], b.both = got.ID, true
			p.born[it.uid] = b
			p.note(syncer.Pagico, got.ID, it.uid, "title", name, "", false)
		case syncer.KindTask:
			if contacts[it.parent] == "" {
				continue
			}
			due := it.fields["dueDate"]
			body := p.value("b")
			got, err := p.world.pagico.AddTask(pagicotest.Task{ContactID: contacts[it.parent], Title: it.fields["title"], DueDate: due, Notes: body})
			p.world.must(err)
			b.both = true
			p.born[it.uid] = b
			p.note(syncer.Pagico, got.ID, it.uid, "body", body, "", false)
		}
	}
}

// must takes down what must not happen. The goroutine goes on, for a pass may be
// waiting for it.
func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Errorf("%v\n%s", err, w.story())
	}
}

func (p *people) addContact(side syncer.Side) {
	uid := p.value("u")
	last, email := p.value("n"), p.value("e")+"@example.com"
	p.born[uid] = birth{kind: syncer.KindContact, side: side}
	id := ""
	if side == syncer.GHL {
		id = p.world.ghl.AddContact(ghltest.Contact{FirstName: uid, LastName: last, Email: email}).ID
	} else {
		got, err := p.world.pagico.AddContact(pagicotest.Contact{Name: uid + " " + last, FirstName: uid, LastName: last, Email: email})
		p.world.must(err)
		id = got.ID
	}
	p.note(side, id, uid, "title", uid+" "+last, "", false)
	p.note(side, id, uid, "email", email, "", false)
}

func (p *people) addTask(c choices, side syncer.Side) {
	contact, ok := p.pick(c, side, syncer.KindContact)
	if !ok && side == syncer.GHL {
		return
	}
	if c.chance(10) {
		contact = item{} // the inbox; on GHL, what only the screen can make
	}
	uid := p.value("u")
	title, body := uid+" "+p.value("t"), p.value("b")
	p.born[uid] = birth{kind: syncer.KindTask, side: side, parent: contact.uid}
	id, due := "", p.due(c, side)
	if side == syncer.GHL {
		at, err := time.Parse(time.RFC3339, due)
		p.world.must(err)
		id = p.world.ghl.AddTask(ghltest.Task{ContactID: contact.id, Title: title, Body: "<p>" + body + "</p>", DueDate: at, Completed: c.chance(15)}).ID
	} else {
		got, err := p.world.pagico.AddTask(pagicotest.Task{ContactID: contact.id, Title: title, Notes: body, DueDate: due,
			Status: oneOf(c, "open", "open", "inProgress", "completed", "cancelled")})
		p.world.must(err)
		id = got.ID
	}
	for field, value := range map[string]string{"title": title, "body": body, "dueDate": due} {
		p.wrote[uid] = mark(p.wrote[uid], field+"="+value)
	}
	p.note(side, id, uid, "title", title, "", false)
}

func mark(set map[string]bool, what string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	set[what] = true
	return set
}

func (p *people) addNote(c choices, side syncer.Side) {
	contact, ok := p.pick(c, side, syncer.KindContact)
	if !ok {
		return
	}
	uid := p.value("u")
	title, body := uid+" "+p.value("t"), p.value("b")
	p.born[uid] = birth{kind: syncer.KindNote, side: side, parent: contact.uid}
	id := ""
	if side == syncer.GHL {
		id = p.world.ghl.AddNote(ghltest.Note{ContactID: contact.id, Title: title, Body: body}).ID
	} else {
		got, err := p.world.pagico.AddNote(pagicotest.Note{ContactID: contact.id, Title: title, Content: body})
		p.world.must(err)
		id = got.ID
	}
	p.note(side, id, uid, "title", title, "", false)
	p.note(side, id, uid, "body", body, "", false)
}

func (p *people) addAppointment(c choices) {
	contact, ok := p.pick(c, syncer.GHL, syncer.KindContact)
	if !ok {
		return
	}
	uid := p.value("u")
	title := uid + " " + p.value("t")
	p.born[uid] = birth{kind: syncer.KindAppointment, side: syncer.GHL, parent: contact.uid}
	start := p.instant()
	id := p.world.ghl.AddAppointment(ghltest.Appointment{CalendarID: "cal1", ContactID: contact.id, Title: title, Status: "confirmed",
		StartTime: start, EndTime: start.Add(time.Hour)}).ID
	p.note(syncer.GHL, id, uid, "title", title, "", false)
	p.note(syncer.GHL, id, uid, "dueDate", start.Format(time.RFC3339), "", false)
}

// instant is a moment that nobody chose before.
func (p *people) instant() time.Time {
	p.n++
	return time.Date(2027, 1, 1, 0, 1, 0, 0, time.UTC).Add(time.Duration(p.n) * 25 * time.Hour)
}

// zone is the location's.
func zone() *time.Location {
	z, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		panic(err)
	}
	return z
}

// due is a due date that nobody chose before: on Pagico a day, a moment or none.
func (p *people) due(c choices, side syncer.Side) string {
	at := p.instant()
	switch {
	case side == syncer.Pagico && c.chance(15):
		return ""
	case side == syncer.Pagico && c.chance(60):
		return at.Format(time.DateOnly)
	case side == syncer.GHL && c.chance(50): // what Pagico shows as a day
		return time.Date(at.Year(), at.Month(), at.Day(), 9, 0, 0, 0, zone()).UTC().Format(time.RFC3339)
	}
	return at.Format(time.RFC3339)
}
