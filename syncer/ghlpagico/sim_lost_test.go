package ghlpagico_test

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// judgeEdit: the value of every edit is shown, or was replaced by somebody who
// saw it, or is in the audit log as overridden, or went with its record.
func (o *oracle) judgeEdit(e edit) {
	value := e.value
	if e.field == "body" {
		value = value[strings.LastIndexByte(value, '\n')+1:]
	}
	switch {
	case e.seq < o.rewoundAt: // a note of what was about to be overwritten may be gone
		return
	case len(o.live[e.uid]) == 0, o.gone(e), o.replaced(e, value), o.unguarded(e):
		return
	case o.orphaned(e.uid), e.side == syncer.Pagico && o.presence(e.uid).wentWithContact(): // its contact is gone
		return
	}
	if values, waits := o.waiting[e.id+" "+e.field]; waits && (strings.Contains(values, value) || e.field == "dueDate") {
		return
	}
	for _, it := range slices.Concat(o.live[e.uid][syncer.GHL], o.live[e.uid][syncer.Pagico]) {
		shown := it.fields[e.field]
		if contains(e.field, shown, value) || e.field == "status" && same(e.field, shown, value) {
			return
		}
	}
	if e.field == "assignee" || e.field == "status" || value == "" {
		// Values without a name of their own: the log has to name the record.
		require.True(o.t, o.logged(e.id, e.field, value), "edit %+v is lost\n%s", e, o.story())
		return
	}
	require.True(o.t, o.logged("", e.field, value), "edit %+v is lost\n%s", e, o.story())
}

// contains reports whether a shown value holds what was written.
func contains(field, shown, value string) bool {
	switch field {
	case "body":
		return slices.Contains(strings.Split(shown, "\n"), value)
	case "tags":
		return slices.Contains(strings.Split(shown, ","), value)
	case "dueDate":
		return dayOf(shown) == dayOf(value)
	}
	return shown == value
}

// gone reports whether the record that was edited was deleted later on.
func (o *oracle) gone(e edit) bool {
	return slices.ContainsFunc(o.people.deaths, func(d death) bool { return d.seq > e.seq && d.side == e.side && d.id == e.id })
}

// replaced reports whether somebody overwrote the value: on the same record, or
// on its twin while the twin showed it.
func (o *oracle) replaced(e edit, value string) bool {
	return slices.ContainsFunc(o.people.edits, func(x edit) bool {
		if x.seq <= e.seq || x.uid != e.uid || x.field != e.field {
			return false
		}
		return x.side == e.side && x.id == e.id && e.field != "tags" || contains(e.field, x.prev, value) ||
			(e.field == "status" || e.field == "assignee") && same(e.field, x.prev, value)
	})
}

// logged reports whether the audit log tells of the value that it was
// overridden.
func (o *oracle) logged(id, field, value string) bool {
	names := map[string][]string{"title": {"title", "name", "lastName"}, "body": {"body", "content"}, "dueDate": {"dueDate", "start"},
		"address": {"address", "location"}}[field]
	if names == nil {
		names = []string{field}
	}
	for _, l := range o.audit {
		if id != "" && l.GHL.ID != id && l.Pagico.ID != id {
			continue
		}
		for _, f := range l.Fields {
			if !slices.Contains(names, f.Field) {
				continue
			}
			if value == "" {
				return true
			}
			for _, text := range []string{string(f.Before), string(f.Lost)} {
				if strings.Contains(text, value) || field == "dueDate" && (strings.Contains(text, dayOf(value)) || strings.Contains(text, nineOn(value))) ||
					field == "status" && (value == "new" && strings.Contains(text, "tentative") || value != "" && strings.Contains(text, value)) {
					return true
				}
			}
		}
	}
	return false
}

// freshness is how old a reading may be when it is written over.
const freshness = 5 * time.Second

// unguarded tells the one moment for which nothing can be promised: GHL knows no
// preconditions, so an edit between the last reading and the write of the very
// same field goes under.
func (o *oracle) unguarded(e edit) bool {
	if e.side != syncer.GHL || !e.during {
		return false
	}
	member := `"` + map[string]string{"status": "completed", "assignee": "assignedTo"}[e.field] + `":`
	if member == `"":` {
		member = `"` + e.field + `":`
	}
	for i, c := range o.edge.log {
		if c.side != syncer.GHL || !strings.HasSuffix(c.path, "/tasks/"+e.id) {
			continue
		}
		if c.method != http.MethodDelete && (c.method != http.MethodPut || !strings.Contains(c.body, member)) {
			continue
		}
		end := c.end
		if end.IsZero() {
			end = c.start.Add(o.plan.latency)
		}
		if !e.at.After(end) && !e.at.Before(o.lastRead(i)) {
			return true
		}
	}
	return false
}

// lastRead is when the record of a write was read last before, or the earliest
// moment at which it may have been.
func (o *oracle) lastRead(i int) time.Time {
	write := o.edge.log[i]
	first := i
	for j := i - 1; j >= 0; j-- {
		c := o.edge.log[j]
		if c.side != syncer.GHL || c.path != write.path {
			continue
		}
		if c.method != write.method || c.body != write.body {
			if c.status == http.StatusOK && c.start.After(o.edge.log[first].start.Add(-freshness)) {
				return c.start
			}
			break
		}
		first = j // the same write, repeated
	}
	return o.edge.log[first].start.Add(-freshness)
}

// judgeEditBeatsDelete: when one side deletes a record and the other side edits
// it before the next request, the record lives.
func (o *oracle) judgeEditBeatsDelete() {
	if o.rewound || o.plan.direction != merge.TwoWay || o.plan.deletes == merge.Unlink || o.plan.deletes == merge.KeepTwin {
		return
	}
	for _, d := range o.people.deaths {
		b := o.people.born[d.uid]
		if b.kind != syncer.KindTask || d.cascade || !o.mirrored(d.uid) || o.orphaned(d.uid) || o.presence(d.uid).strandedOnPagico() ||
			o.people.wasMoved(d.uid, syncer.GHL, true) || o.people.wasMoved(d.uid, syncer.Pagico, true) {
			continue
		}
		if slices.ContainsFunc(o.people.deaths, func(x death) bool { return x.uid == d.uid && x.seq != d.seq }) {
			continue
		}
		edited := slices.ContainsFunc(o.people.edits, func(e edit) bool {
			return e.uid == d.uid && e.side != d.side && e.calls == d.calls && (b.parent != "" || d.side == syncer.Pagico && o.plan.lag == 0) && strings.Contains("title body", e.field) && !o.unguarded(e)
		})
		if left := o.live[d.uid][syncer.Pagico]; o.plan.undated == ghlpagico.UndatedIsSkipped && len(left) > 0 && left[0].fields["dueDate"] == "" {
			continue // GHL cannot show it any more
		}
		if edited {
			onGHL := o.has(d.uid, syncer.GHL) || o.presence(d.uid).stranded(syncer.Pagico) // its contact is gone there
			require.True(o.t, onGHL && o.has(d.uid, syncer.Pagico), "%s was edited on one side and deleted on the other; the edit wins\n%s", d.uid, o.story())
		}
	}
}
