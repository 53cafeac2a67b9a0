package merge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// one plans a single field "f" whose base was the same text on both sides.
func one(f merge.Field, rules merge.Rules, base, ghl, pagico string, at ...time.Time) merge.Outcome {
	f.Name = "f"
	rules.Fields = []merge.Field{f}
	p := merge.Pair{Base: map[string]merge.Base{"f": {GHL: merge.Text(base), Pagico: merge.Text(base)}},
		GHL: &merge.State{Fields: merge.Fields{"f": merge.Text(ghl)}}, Pagico: &merge.State{Fields: merge.Fields{"f": merge.Text(pagico)}}}
	if len(at) == 2 {
		p.GHL.Stamp.At, p.Pagico.Stamp.At = at[0], at[1]
	}
	return merge.Plan(p, rules)
}

func TestOneField(t *testing.T) {
	t.Parallel()
	early, late := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		field             merge.Field
		rules             merge.Rules
		base, ghl, pagico string
		at                []time.Time
		to                merge.Side // written, "" for none
		want              string
		parked            bool
	}{
		"nothing":                   {base: "a", ghl: "a", pagico: "a"},
		"ghl changed":               {base: "a", ghl: "b", pagico: "a", to: merge.Pagico, want: "b"},
		"pagico changed":            {base: "a", ghl: "a", pagico: "b", to: merge.GHL, want: "b"},
		"ghl cleared":               {base: "a", ghl: "", pagico: "a", to: merge.Pagico, want: ""},
		"same on both":              {base: "a", ghl: "b", pagico: "b"},
		"ghlWins":                   {field: merge.Field{Policy: merge.GHLWins}, base: "a", ghl: "b", pagico: "c", to: merge.Pagico, want: "b"},
		"pagicoWins":                {field: merge.Field{Policy: merge.PagicoWins}, base: "a", ghl: "b", pagico: "c", to: merge.GHL, want: "c"},
		"last writer":               {base: "a", ghl: "b", pagico: "c", at: []time.Time{early, late}, to: merge.GHL, want: "c"},
		"last writer is ghl":        {base: "a", ghl: "b", pagico: "c", at: []time.Time{late, early}, to: merge.Pagico, want: "b"},
		"last writer, time unknown": {base: "a", ghl: "b", pagico: "c", to: merge.Pagico, want: "b"},
		"manual":                    {field: merge.Field{Policy: merge.Manual}, base: "a", ghl: "b", pagico: "c", parked: true},
		"owner":                     {field: merge.Field{Owner: merge.GHL}, base: "a", ghl: "a", pagico: "c", to: merge.Pagico, want: "a"},
		"owner, ignored":            {field: merge.Field{Owner: merge.GHL}, rules: merge.Rules{OneWay: merge.Ignore}, base: "a", ghl: "a", pagico: "c"},
		"owner moves an ignored":    {field: merge.Field{Owner: merge.GHL}, rules: merge.Rules{OneWay: merge.Ignore}, base: "a", ghl: "b", pagico: "c", to: merge.Pagico, want: "b"},
		"one way":                   {rules: merge.Rules{Direction: merge.PagicoToGHL}, base: "a", ghl: "b", pagico: "a", to: merge.GHL, want: "a"},
	} {
		out := one(c.field, c.rules, c.base, c.ghl, c.pagico, c.at...)
		if c.to == "" {
			assert.Empty(t, out.Changes, name)
		} else if assert.Len(t, out.Changes, 1, name) {
			assert.Equal(t, c.to, out.Changes[0].To, name)
			assert.Equal(t, merge.Text(c.want), out.Changes[0].New, name)
			assert.NotEmpty(t, out.Changes[0].Rule, name)
		}
		parked := false
		for _, x := range out.Conflicts {
			parked = parked || x.Parked
		}
		assert.Equal(t, c.parked, parked, name)
	}
}

func TestTheLaterStampWinsAndTheReasonNamesTheErrorBar(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		ghl, pagico merge.Stamp
		winner      merge.Side
		reason      string
	}{
		"closer than the slack": {merge.Stamp{At: at, Slack: time.Hour}, merge.Stamp{At: at.Add(time.Minute), Slack: time.Second},
			merge.Pagico, "pagico changed 1m0s later, give or take 1h0m1s"},
		"no slack":     {merge.Stamp{At: at.Add(time.Second)}, merge.Stamp{At: at}, merge.GHL, "ghl changed 1s later"},
		"same instant": {merge.Stamp{At: at}, merge.Stamp{At: at}, merge.GHL, "same instant, ghl is taken"},
		"unknown":      {merge.Stamp{}, merge.Stamp{At: at}, merge.GHL, "a time is unknown, ghl is taken"},
	} {
		out := merge.Plan(merge.Pair{
			Base: map[string]merge.Base{"f": {GHL: merge.Text("a"), Pagico: merge.Text("a")}},
			GHL:  &merge.State{Fields: merge.Fields{"f": merge.Text("b")}, Stamp: c.ghl}, Pagico: &merge.State{Fields: merge.Fields{"f": merge.Text("c")}, Stamp: c.pagico},
		}, merge.Rules{Fields: []merge.Field{{Name: "f", Policy: merge.LastWriterWins}}})
		require.Len(t, out.Conflicts, 1, name)
		require.Equal(t, c.winner, out.Conflicts[0].Winner, name)
		require.Equal(t, "policy lastWriterWins: "+c.reason, out.Conflicts[0].Reason, name)
	}
}

func TestReadOnlyRecordsAreParkedOnce(t *testing.T) {
	t.Parallel()
	for _, policy := range []merge.Policy{merge.GHLWins, merge.PagicoWins, merge.LastWriterWins, merge.Merge, merge.Manual} {
		out := merge.Plan(merge.Pair{Base: map[string]merge.Base{"f": {GHL: merge.Text("a\nb\nc"), Pagico: merge.Text("a\nb\nc")}},
			GHL:    &merge.State{Fields: merge.Fields{"f": merge.Text("A\nb\nc")}, ReadOnly: true},
			Pagico: &merge.State{Fields: merge.Fields{"f": merge.Text("a\nb\nC")}}},
			merge.Rules{Fields: []merge.Field{{Name: "f", Policy: policy}}})
		require.Len(t, out.Conflicts, 1, policy)
		if policy == merge.GHLWins || policy == merge.LastWriterWins {
			require.Len(t, out.Changes, 1, policy)
			continue
		}
		require.True(t, out.Conflicts[0].Parked, policy)
		require.Empty(t, out.Changes, "half of a join is not written")
	}
}

func TestOnlyTheOwnersValueSettlesAnOwnedField(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]merge.Rules{
		"owner":   {Fields: []merge.Field{{Name: "f", Owner: merge.GHL}}},
		"one way": {Fields: []merge.Field{{Name: "f"}}, Direction: merge.GHLToPagico},
	} {
		for value, settles := range map[string]bool{"new": true, "old": false, "other": false} {
			pair := merge.Pair{
				Base:    map[string]merge.Base{"f": {GHL: merge.Text("old"), Pagico: merge.Text("old")}},
				GHL:     &merge.State{Fields: merge.Fields{"f": merge.Text("new")}},
				Pagico:  &merge.State{Fields: merge.Fields{"f": merge.Text("old")}, ReadOnly: true},
				Settled: map[string]merge.Value{"f": merge.Text(value)},
			}
			out := merge.Plan(pair, rules)
			require.Empty(t, out.Changes)
			require.Len(t, out.Conflicts, 1)
			require.Equal(t, !settles, out.Conflicts[0].Parked, "%s %s", name, value)
			if settles {
				require.Equal(t, []merge.Agreement{{Field: "f", Base: merge.Base{GHL: merge.Text("new"), Pagico: merge.Text("old")}}}, out.Agreed)
			}
			pair.Pagico.ReadOnly = false
			out = merge.Plan(pair, rules)
			require.Len(t, out.Changes, 1, "what can be written is written, whatever was decided")
		}
	}
}

func TestUnknownRulesAreRefused(t *testing.T) {
	t.Parallel()
	good := merge.Rules{Fields: []merge.Field{{Name: "f"}}}
	require.NoError(t, good.Validate())
	harmless := merge.Rules{Fields: []merge.Field{{Name: "f", Owner: merge.GHL}}, Direction: merge.GHLToPagico}
	require.NoError(t, harmless.Validate())
	completes := merge.Rules{Fields: good.Fields, Deletes: merge.Complete, StatusField: "f"}
	require.NoError(t, completes.Validate())
	for want, r := range map[string]merge.Rules{
		"no name":        {Fields: []merge.Field{{}}},
		"two rules":      {Fields: []merge.Field{{Name: "f"}, {Name: "f"}}},
		"unknown policy": {Fields: []merge.Field{{Name: "f", Policy: "x"}}},
		`field "f" is owned by pagico, but direction ghlToPagico takes everything from ghl: leave the owner out, or use twoWay`: {
			Fields: []merge.Field{{Name: "f", Owner: merge.Pagico}}, Direction: merge.GHLToPagico},
		`field "f" is owned by ghl, but direction pagicoToGHL`: {
			Fields: []merge.Field{{Name: "f", Owner: merge.GHL}}, Direction: merge.PagicoToGHL},
		"unknown owner": {Fields: []merge.Field{{Name: "f", Owner: "x"}}},
		"direction":     {Direction: "x"},
		"one-way":       {OneWay: "x"},
		"delete policy": {Deletes: "x"},
		`Deletes is complete, but there is no field "status" to complete by: name it in StatusField, or use`: {Fields: good.Fields, Deletes: merge.Complete},
		`no field "state"`: {Fields: good.Fields, Deletes: merge.Complete, StatusField: "state"},
	} {
		require.ErrorContains(t, r.Validate(), want)
	}
}
