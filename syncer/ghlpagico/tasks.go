package ghlpagico

import (
	"cmp"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// The states of a task that the mapping has to tell apart.
const (
	open      = "open"
	completed = "completed"
	cancelled = "cancelled"
)

// maxTitle is Pagico's limit for titles, in characters (contract §3.3).
const maxTitle = 500

// taskMapping maps tasks between the sides.
type taskMapping struct {
	facts   *facts
	hour    int
	undated Undated
}

func taskFlow(cfg Tasks, f *facts) syncer.Flow {
	m := taskMapping{facts: f, hour: cfg.dueHour(), undated: cmp.Or(cfg.Undated, UndatedGivesDay)}
	fields := make([]merge.Field, 0, len(taskFields()))
	for _, name := range taskFields() {
		fields = append(fields, merge.Field{Name: name, Policy: cmp.Or(cfg.Policies[name], cfg.Policy, merge.LastWriterWins)})
	}
	remake := []syncer.Side{syncer.GHL}
	if cfg.MovedStay {
		remake = nil
	}
	return syncer.Flow{
		Kind: syncer.KindTask, Remake: remake, Parent: syncer.KindContact, NeedsParent: []syncer.Side{syncer.GHL},
		Version: fmt.Sprintf("1 %d %s", m.hour, m.undated),
		Rules: merge.Rules{Fields: fields, Direction: cfg.Direction, OneWay: cfg.OneWay, Deletes: cfg.Deletes,
			Lens: m.lens, StatusField: "status", CompletedValue: merge.Text(completed)},
		Fingerprint: []string{"title", "dueDate"},

		Match:    m.match,
		Accept:   m.accept,
		Complete: m.complete,
	}
}

// lens implements [merge.Lens].
func (m taskMapping) lens(to merge.Side, field string, value, shown merge.Value) merge.Value {
	switch field {
	case "title":
		return title(to, value, shown)
	case "status":
		return status(to, value, shown)
	case "dueDate":
		return m.dueDate(to, value, shown)
	case "assignee":
		if m.facts.people.on(to.Other(), shown).Equal(value) {
			return shown
		}
		return m.facts.people.on(to, value)
	}
	return value
}

// title cuts titles at Pagico's limit and never clears one.
func title(to merge.Side, value, shown merge.Value) merge.Value {
	if value.IsNone() {
		return shown
	}
	if to == merge.GHL && cut(shown.AsText()) == value.AsText() {
		return shown
	}
	if to == merge.Pagico {
		return merge.Text(cut(value.AsText()))
	}
	return value
}

// cut shortens a text to Pagico's limit.
func cut(s string) string {
	if utf8.RuneCountInString(s) <= maxTitle {
		return s
	}
	return string([]rune(s)[:maxTitle-1]) + "…"
}

// status keeps what Pagico can tell and GHL cannot.
func status(to merge.Side, value, shown merge.Value) merge.Value {
	done := isDone(value)
	if to == merge.GHL {
		if done {
			return merge.Text(completed)
		}
		return merge.Text(open)
	}
	if !shown.IsNone() && isDone(shown) == done {
		return shown
	}
	if done {
		return merge.Text(cmp.Or(value.AsText(), completed))
	}
	return merge.Text(cmp.Or(value.AsText(), open))
}

func isDone(status merge.Value) bool {
	return status.AsText() == completed || status.AsText() == cancelled
}

// dueDate turns days into instants for GHL, and keeps days in Pagico.
func (m taskMapping) dueDate(to merge.Side, value, shown merge.Value) merge.Value {
	if to == merge.GHL {
		if value.IsNone() {
			return shown
		}
		return m.instant(value)
	}
	if _, ok := shown.AsDay(); ok && !value.IsNone() {
		at, isInstant := value.AsInstant()
		if !isInstant {
			return value
		}
		local := at.In(m.facts.location())
		if m.instant(merge.Day(local.Date())).Equal(value) {
			return merge.Day(local.Date())
		}
	}
	return value
}

// instant is the moment at which a due date is shown in GHL.
func (m taskMapping) instant(due merge.Value) merge.Value {
	day, ok := due.AsDay()
	if !ok {
		return due
	}
	return merge.Instant(time.Date(day.Year(), day.Month(), day.Day(), m.hour, 0, 0, 0, m.facts.location()))
}

// match recognises a task by its contact, title and due date.
func (m taskMapping) match(rec syncer.Record, parent string) []syncer.MatchKey {
	if rec.Fields["title"].IsNone() || rec.Ref.Parent != "" && parent == "" {
		return nil
	}
	due := m.instant(rec.Fields["dueDate"])
	return []syncer.MatchKey{{Text: "contact " + parent + ", title " + cut(rec.Fields["title"].AsText()) + ", due " + due.AsText()}}
}

// accept tells tasks that cannot be copied.
func (m taskMapping) accept(rec syncer.Record, to syncer.Side) (string, bool) {
	if to == syncer.GHL && m.undated == UndatedIsSkipped && rec.Fields["dueDate"].IsNone() {
		return "it has no due date, and GHL tasks need one", false
	}
	return "", true
}

// complete gives a new task what its side cannot do without.
func (m taskMapping) complete(to syncer.Side, rec syncer.Record, fields syncer.Fields) (syncer.Fields, error) {
	if fields["title"].IsNone() {
		fields["title"] = merge.Text("(no title)")
	}
	if to == syncer.GHL && fields["dueDate"].IsNone() {
		local := rec.CreatedAt.In(m.facts.location())
		fields["dueDate"] = m.instant(merge.Day(local.Date()))
	}
	return fields, nil
}
