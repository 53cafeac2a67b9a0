package ghlpagico

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// zurich has offsets of one and two hours.
func zurich(t *testing.T) *facts {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	f := &facts{people: newPeople(map[string]string{"ann@ghl.example": "ann@pagico.example"})}
	f.zone.Store(zone)
	f.people.setGHL(map[string]string{"1": "ann@ghl.example", "2": "bob@example.com", "3": "only.ghl@example.com"})
	f.people.setPagico(map[string]string{"1": "ann@pagico.example", "2": "bob@example.com", "3": "only.pagico@example.com"})
	return f
}

func mapping(t *testing.T) taskMapping {
	t.Helper()
	return taskMapping{facts: zurich(t), hour: 9, undated: UndatedGivesDay}
}

func TestTaskLensTable(t *testing.T) {
	t.Parallel()
	m := mapping(t)
	long := strings.Repeat("ä", 600)
	for name, c := range map[string]struct {
		to                 merge.Side
		field              string
		value, shown, want string
	}{
		"a day is shown at nine, winter time":          {merge.GHL, "dueDate", "2026-01-15", "", "2026-01-15T08:00:00Z"},
		"a day is shown at nine, summer time":          {merge.GHL, "dueDate", "2026-07-15", "", "2026-07-15T07:00:00Z"},
		"an instant stays":                             {merge.GHL, "dueDate", "2026-07-15T10:30:00Z", "2026-07-14T10:30:00Z", "2026-07-15T10:30:00Z"},
		"no date cannot be shown":                      {merge.GHL, "dueDate", "", "2026-07-14T10:30:00Z", "2026-07-14T10:30:00Z"},
		"a day stays a day while the hour is kept":     {merge.Pagico, "dueDate", "2026-07-16T07:00:00Z", "2026-07-15", "2026-07-16"},
		"a day becomes an instant at another hour":     {merge.Pagico, "dueDate", "2026-07-16T12:00:00Z", "2026-07-15", "2026-07-16T12:00:00Z"},
		"an instant at nine stays an instant":          {merge.Pagico, "dueDate", "2026-07-16T07:00:00Z", "2026-07-15T07:00:00Z", "2026-07-16T07:00:00Z"},
		"in progress is not done":                      {merge.GHL, "status", "inProgress", "open", "open"},
		"cancelled is done":                            {merge.GHL, "status", "cancelled", "open", "completed"},
		"open keeps in progress":                       {merge.Pagico, "status", "open", "inProgress", "inProgress"},
		"completed keeps cancelled":                    {merge.Pagico, "status", "completed", "cancelled", "cancelled"},
		"reopened":                                     {merge.Pagico, "status", "open", "completed", "open"},
		"completed":                                    {merge.Pagico, "status", "completed", "inProgress", "completed"},
		"a person with two addresses":                  {merge.Pagico, "assignee", "ann@ghl.example", "", "ann@pagico.example"},
		"and back":                                     {merge.GHL, "assignee", "ann@pagico.example", "", "ann@ghl.example"},
		"the same address":                             {merge.Pagico, "assignee", "bob@example.com", "", "bob@example.com"},
		"somebody unknown is nobody":                   {merge.Pagico, "assignee", "only.ghl@example.com", "bob@example.com", ""},
		"nobody keeps somebody whom Pagico never knew": {merge.GHL, "assignee", "", "only.ghl@example.com", "only.ghl@example.com"},
		"nobody removes somebody known":                {merge.GHL, "assignee", "", "bob@example.com", ""},
		"a long title is cut":                          {merge.Pagico, "title", long, "", strings.Repeat("ä", 499) + "…"},
		"a cut title leaves the long one":              {merge.GHL, "title", strings.Repeat("ä", 499) + "…", long, long},
		"a title is never cleared":                     {merge.Pagico, "title", "", "kept", "kept"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := m.lens(c.to, c.field, merge.Text(c.value), merge.Text(c.shown))
			require.Equal(t, c.want, got.AsText())
		})
	}
}

// TestP18LensLaws: what was put is shown unchanged when put again, and a value
// put to one side and back leaves the first side as it is.
func TestP18LensLaws(t *testing.T) {
	t.Parallel()
	m := mapping(t)
	texts := map[string][]string{
		"title":    {"", "Call", strings.Repeat("x", 600), strings.Repeat("x", 499) + "…"},
		"status":   {"open", "completed", "inProgress", "cancelled"},
		"dueDate":  {"", "2026-03-29", "2026-10-25", "2026-03-29T07:00:00Z", "2026-10-25T08:00:00Z", "2026-05-05T11:11:11Z"},
		"assignee": {"", "ann@ghl.example", "ann@pagico.example", "bob@example.com", "only.ghl@example.com", "only.pagico@example.com", "user:9"},
		"body":     {"", "a", "a\nb"},
	}
	rapid.Check(t, func(t *rapid.T) {
		field := rapid.SampledFrom(taskFields()).Draw(t, "field")
		draw := func(name string) merge.Value {
			return merge.Text(rapid.SampledFrom(texts[field]).Draw(t, name))
		}
		to := rapid.SampledFrom([]merge.Side{merge.GHL, merge.Pagico}).Draw(t, "to")
		value, shown := draw("value"), draw("shown")
		if to == merge.Pagico {
			if field == "status" {
				value = m.lens(merge.GHL, field, value, merge.None())
			}
			if field == "dueDate" {
				value = m.instant(value)
			}
		}
		if to == merge.GHL && field == "title" {
			value = merge.Text(cut(value.AsText())) // what Pagico can show
		}
		put := m.lens(to, field, value, shown)
		if again := m.lens(to, field, value, put); !again.Equal(put) {
			t.Fatalf("put twice: %v, then %v", put, again)
		}
		if back := m.lens(to.Other(), field, put, value); !put.IsNone() && field != "assignee" && !back.Equal(value) && !value.IsNone() {
			t.Fatalf("put %v, shown as %v, came back as %v", value, put, back)
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, Config{}.validate(), "Config.GHL is nil")
	require.ErrorContains(t, Tasks{DueHour: 24}.validate(), "DueHour is 24")
	require.ErrorContains(t, Tasks{Undated: "never"}.validate(), "creationDay or skip")
	require.ErrorContains(t, Tasks{Policies: map[string]merge.Policy{"colour": merge.GHLWins}}.validate(), `names "colour"`)
}

// TestSeveralUsersWithOneAddress: what one Pagico user is on GHL must not depend on the
// order of a map.
func TestSeveralUsersWithOneAddress(t *testing.T) {
	t.Parallel()
	for range 20 {
		p := newPeople(map[string]string{"Zoe@x.ch": "team@y.ch", " ann@x.ch": "Team@y.ch", "bob@x.ch": "bob@y.ch"})
		p.setGHL(map[string]string{"1": "zoe@x.ch", "2": "ann@x.ch", "3": "bob@x.ch"})
		p.setPagico(map[string]string{"1": "team@y.ch", "2": "bob@y.ch"})
		require.Equal(t, merge.Text("ann@x.ch"), p.on(merge.GHL, merge.Text("team@y.ch")))
		require.Equal(t, merge.Text("team@y.ch"), p.on(merge.Pagico, merge.Text("zoe@x.ch")))
		require.Equal(t, merge.Text("bob@x.ch"), p.on(merge.GHL, merge.Text("bob@y.ch")))
	}
}
