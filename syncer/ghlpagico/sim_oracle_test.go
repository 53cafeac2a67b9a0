package ghlpagico_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// oracle judges the end of a history by what people did and by what both
// services show. It knows nothing of the engine but its exported audit log.
type oracle struct {
	*world
	all   []item
	live  map[string]map[syncer.Side][]item
	audit []auditLine
	// waiting are the fields that wait for a person's decision, by record and
	// field.
	waiting map[string]string
}

// auditLine is the part of an audit entry that says what was overridden.
type auditLine struct {
	GHL    struct{ ID string } `json:"ghl"`
	Pagico struct{ ID string } `json:"pagico"`
	Fields []struct {
		Field        string
		Before, Lost json.RawMessage
	} `json:"fields"`
}

func newOracle(w *world) *oracle {
	o := &oracle{world: w, all: w.look(), live: map[string]map[syncer.Side][]item{}, waiting: map[string]string{}}
	for _, it := range o.all {
		if o.live[it.uid] == nil {
			o.live[it.uid] = map[syncer.Side][]item{}
		}
		o.live[it.uid][it.side] = append(o.live[it.uid][it.side], it)
	}
	for line := range strings.Lines(w.oldLog + w.audit(syncer.AuditJSONLines)) {
		var l auditLine
		require.NoError(w.t, json.Unmarshal([]byte(line), &l))
		o.audit = append(o.audit, l)
	}
	queue, err := w.connector.Waiting(w.t.Context())
	require.NoError(w.t, err)
	for _, l := range queue {
		for field, parked := range l.Parked {
			values := parked.GHL.String() + " " + parked.Pagico.String()
			o.waiting[l.GHL.ID+" "+field], o.waiting[l.Pagico.ID+" "+field] = values, values
		}
	}
	return o
}

// judge applies every law.
func (o *oracle) judge() {
	for _, uid := range slices.Sorted(maps.Keys(o.live)) {
		require.Contains(o.t, o.people.born, uid, "a ghost: nobody made it\n%s", o.story())
		for side, items := range o.live[uid] {
			require.LessOrEqual(o.t, len(items), 1+o.extra(uid), "%s is doubled on %s: %v\n%s", uid, side, items, o.story())
		}
	}
	for _, uid := range slices.Sorted(maps.Keys(o.people.born)) {
		o.judgePresence(uid)
		o.judgeValues(uid)
		o.judgeMoves(uid)
	}
	for _, e := range o.people.edits {
		o.judgeEdit(e)
	}
	o.judgeEditBeatsDelete()
	o.judgeUncontested()
	o.judgePolicies()
	o.judgeDecisions()
	o.judgeOneWay()
}

// extra is how many copies of a record there may be beside it: who restores what
// was made again has two of it, and so has who forgets that it was made again.
func (o *oracle) extra(uid string) (n int) {
	for _, d := range o.people.deaths {
		if d.uid == uid && d.undone {
			n++
		}
		if d.uid == uid && o.rewound {
			n++
		}
	}
	return n
}

// judgeValues: twins show the same, and only what people wrote.
func (o *oracle) judgeValues(uid string) {
	sides := o.live[uid]
	for _, items := range sides {
		for field, value := range items[0].fields {
			o.judgeGhost(uid, field, value)
		}
	}
	if len(sides[syncer.GHL]) != 1 || len(sides[syncer.Pagico]) != 1 || o.people.brought(uid) && !o.linked(sides[syncer.GHL][0], sides[syncer.Pagico][0]) {
		return
	}
	o.judgeHome(uid, sides[syncer.GHL][0], sides[syncer.Pagico][0])
	g, q := sides[syncer.GHL][0].fields, sides[syncer.Pagico][0].fields
	for field := range g {
		if _, waits := o.waiting[sides[syncer.GHL][0].id+" "+field]; waits || o.leftAsIs(uid, field) {
			continue
		}
		require.True(o.t, same(field, g[field], q[field]), "%s of %s differs: %q on GHL, %q on Pagico\n%s", field, uid, g[field], q[field], o.story())
	}
}

// judgeHome: twins belong to contacts that are twins. What belongs to no contact on
// one side, or on Pagico to one that GHL does not know, stays where it is.
func (o *oracle) judgeHome(uid string, g, q item) {
	if g.parent == "" || q.parent == "" || o.rewound || o.waits(g.id) || o.movesStay(uid) {
		return
	}
	homes := map[syncer.Side]string{}
	for _, it := range o.all {
		if it.id == g.parent || it.id == q.parent {
			homes[it.side] = it.uid
		}
	}
	if !o.twinned(homes[syncer.GHL]) || !o.twinned(homes[syncer.Pagico]) {
		return
	}
	require.Equal(o.t, homes[syncer.GHL], homes[syncer.Pagico], "%s is with %s on GHL and with %s on Pagico\n%s", uid, homes[syncer.GHL], homes[syncer.Pagico], o.story())
}

// twinned reports whether a contact is on both sides, and not just because it was
// restored after its twin was left alone.
func (o *oracle) twinned(uid string) bool {
	return o.has(uid, syncer.GHL) && o.has(uid, syncer.Pagico) &&
		(!o.people.brought(uid) || o.linked(o.live[uid][syncer.GHL][0], o.live[uid][syncer.Pagico][0]))
}

// waits reports whether any field of a record waits for a person.
func (o *oracle) waits(id string) bool {
	for key := range o.waiting {
		if strings.HasPrefix(key, id+" ") {
			return true
		}
	}
	return false
}

// movesStay reports whether somebody moved the record on the receiving side of a
// one-way flow that leaves such things alone.
func (o *oracle) movesStay(uid string) bool {
	_, oneWay := o.plan.direction.Source()
	return oneWay && o.plan.oneWay == merge.Ignore && len(o.people.moved[uid]) > 0
}

// linked reports whether two records are twins for the engine.
func (o *oracle) linked(a, b item) bool {
	found := false
	require.NoError(o.t, o.store.View(o.t.Context(), "sim", func(tx syncer.Tx) error {
		l, err := tx.LinkOf(syncer.Ref{Side: a.side, Kind: a.kind, ID: a.id})
		found = err == nil && l.State == syncer.LinkActive && l.Ref(b.side).ID == b.id
		return nil
	}))
	return found
}

// same reports whether two sides tell the same of a field.
func same(field, g, q string) bool {
	switch field {
	case "status":
		done := func(s string) string {
			if s == "inProgress" {
				return "open"
			}
			return s
		}
		return done(g) == done(q) || g == "completed" && q == "cancelled"
	case "dueDate":
		return g == q || q == "" || g == nineOn(q)
	case "assignee":
		return g == q || g == "" && q == "cid@example.com" || q == "" && g == "bob@example.com"
	}
	return g == q
}

// nineOn is how GHL shows an all-day date.
func nineOn(day string) string {
	at, err := time.ParseInLocation(time.DateOnly, day, zone())
	if err != nil {
		return day
	}
	return time.Date(at.Year(), at.Month(), at.Day(), 9, 0, 0, 0, zone()).UTC().Format(time.RFC3339)
}

// dayOf is the day that GHL shows as the moment; the moment itself if none.
func dayOf(moment string) string {
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return moment
	}
	if day := at.In(zone()).Format(time.DateOnly); nineOn(day) == moment {
		return day
	}
	return moment
}

// judgeGhost: a person wrote each value, or each part of it, into that field.
func (o *oracle) judgeGhost(uid, field, value string) {
	parts := []string{value}
	switch field {
	case "status", "assignee", "phone":
		return // few values, which cannot be told apart; or made canonical
	case "body":
		parts = strings.Split(value, "\n")
	case "tags":
		parts = strings.Split(value, ",")
	case "dueDate":
		if o.undatedDay(uid, value) {
			return
		}
	}
	for _, part := range parts {
		known := part == ""
		for wrote := range o.people.wrote[uid] {
			name, text, _ := strings.Cut(wrote, "=")
			known = known || name == field && (text == part || field == "body" && slices.Contains(strings.Split(text, "\n"), part) ||
				field == "dueDate" && dayOf(text) == dayOf(part))
		}
		require.True(o.t, known, "a ghost: %s of %s is %q, which nobody wrote\n%s", field, uid, part, o.story())
	}
}

// undatedDay reports whether the moment is the day on which an undated task was
// made.
func (o *oracle) undatedDay(uid, value string) bool {
	return dayOf(value) != value && slices.Contains(slices.Collect(maps.Keys(o.people.wrote[uid])), "dueDate=")
}

// judgeOneWay: nothing is written to a side that is not to be written.
func (o *oracle) judgeOneWay() {
	for _, c := range o.edge.log {
		if !c.writes() {
			continue
		}
		task := strings.Contains(c.path, "/tasks")
		allowed := task && o.plan.direction != merge.GHLToPagico
		if c.side == syncer.Pagico {
			allowed = !task || o.plan.direction != merge.PagicoToGHL
		}
		require.True(o.t, allowed, "%s %s %s\n%s", c.side, c.method, c.path, o.story())
	}
}
