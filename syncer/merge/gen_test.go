package merge_test

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// names are the fields of generated records.
var names = [...]string{"title", "body", "tags", "status"}

// genValue draws from few values, so that sides are often equal.
func genValue(field string) *rapid.Generator[merge.Value] {
	switch field {
	case "tags":
		return rapid.Custom(func(t *rapid.T) merge.Value {
			return merge.Set(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 3).Draw(t, "items")...)
		})
	case "body":
		return rapid.Custom(func(t *rapid.T) merge.Value {
			lines := rapid.SliceOfN(rapid.SampledFrom([]string{"one", "two", "three", "four"}), 0, 5).Draw(t, "lines")
			return merge.Text(strings.Join(lines, "\n"))
		})
	}
	return rapid.SampledFrom([]merge.Value{merge.None(), merge.Text("x"), merge.Text("Y"), merge.Text("z"), merge.Int(0), merge.Bool(false)})
}

// upper is a lossy lens: GHL shows texts in capitals, Pagico as they are. A
// Pagico text that reads the same in capitals is kept.
func upper(to merge.Side, field string, value, shown merge.Value) merge.Value {
	if field != "title" && field != "status" || value.IsNone() || value.AsText() == "" {
		return value
	}
	if to == merge.GHL {
		return merge.Text(strings.ToUpper(value.AsText()))
	}
	if strings.ToUpper(shown.AsText()) == value.AsText() {
		return shown
	}
	return value
}

// world is a generated pair with its rules.
type world struct {
	pair  merge.Pair
	rules merge.Rules
}

// genRules draws rules; owners and directions are part of it.
func genRules(t *rapid.T) merge.Rules {
	r := merge.Rules{
		Direction: rapid.SampledFrom([]merge.Direction{"", merge.TwoWay, merge.TwoWay, merge.GHLToPagico, merge.PagicoToGHL}).Draw(t, "direction"),
		OneWay:    rapid.SampledFrom([]merge.OneWay{"", merge.Revert, merge.Ignore}).Draw(t, "oneWay"),
		Deletes: rapid.SampledFrom([]merge.DeletePolicy{"", merge.Propagate, merge.Complete, merge.Unlink, merge.KeepTwin}).
			Draw(t, "deletes"),
	}
	for _, name := range names {
		r.Fields = append(r.Fields, merge.Field{Name: name,
			Policy: rapid.SampledFrom([]merge.Policy{"", merge.GHLWins, merge.PagicoWins, merge.LastWriterWins, merge.Merge, merge.Manual}).Draw(t, "policy"),
			Owner:  rapid.SampledFrom([]merge.Side{"", "", "", merge.GHL, merge.Pagico}).Draw(t, "owner")})
	}
	if rapid.Bool().Draw(t, "lens") {
		r.Lens = upper
	}
	return r
}

// genWorld draws one record that both sides agreed on, and lets each side edit
// it: related sides, or interesting cases would hardly ever occur.
func genWorld(t *rapid.T) world {
	w := world{rules: genRules(t)}
	w.pair.Base = map[string]merge.Base{}
	ghl, pagico := merge.Fields{}, merge.Fields{}
	for _, name := range names {
		pagico[name] = genValue(name).Draw(t, name)
		ghl[name] = pagico[name]
		if w.rules.Lens != nil {
			ghl[name] = w.rules.Lens(merge.GHL, name, pagico[name], merge.None())
		}
		if rapid.IntRange(0, 5).Draw(t, "known") > 0 {
			w.pair.Base[name] = merge.Base{GHL: ghl[name], Pagico: pagico[name]}
		}
	}
	for _, name := range names {
		if rapid.IntRange(0, 2).Draw(t, "edit ghl") == 0 {
			ghl[name] = genValue(name).Draw(t, "ghl "+name)
		}
		if rapid.IntRange(0, 2).Draw(t, "edit pagico") == 0 {
			pagico[name] = genValue(name).Draw(t, "pagico "+name)
		}
	}
	w.pair.GHL = &merge.State{Fields: ghl, Stamp: genStamp(t), ReadOnly: rapid.IntRange(0, 9).Draw(t, "read-only ghl") == 9}
	w.pair.Pagico = &merge.State{Fields: pagico, Stamp: genStamp(t), ReadOnly: rapid.IntRange(0, 9).Draw(t, "read-only pagico") == 9}
	switch rapid.IntRange(0, 9).Draw(t, "gone") {
	case 8:
		w.pair.GHL = nil
	case 9:
		w.pair.Pagico = nil
	}
	return w
}

func genStamp(t *rapid.T) merge.Stamp {
	s := merge.Stamp{Slack: time.Duration(rapid.IntRange(0, 3).Draw(t, "slack")) * time.Minute}
	if n := rapid.IntRange(0, 5).Draw(t, "at"); n > 0 {
		s.At = time.Date(2026, 1, 1, n, 0, 0, 0, time.UTC)
	}
	return s
}

// applied is the pair as it stands after the outcome was carried out and the
// base moved, as the engine does it.
func applied(w world, out merge.Outcome) merge.Pair {
	next := merge.Pair{Base: map[string]merge.Base{}, Settled: w.pair.Settled}
	maps.Copy(next.Base, w.pair.Base)
	show := func(s *merge.State, side merge.Side) *merge.State {
		shown := merge.State{Fields: merge.Fields{}, Stamp: s.Stamp, ReadOnly: s.ReadOnly}
		maps.Copy(shown.Fields, s.Fields)
		for _, c := range out.Changes {
			if c.To == side {
				shown.Fields[c.Field] = c.New
			}
		}
		return &shown
	}
	next.GHL, next.Pagico = show(w.pair.GHL, merge.GHL), show(w.pair.Pagico, merge.Pagico)
	for _, a := range out.Agreed {
		next.Base[a.Field] = a.Base
	}
	for _, c := range out.Changes {
		next.Base[c.Field] = merge.Base{GHL: next.GHL.Fields[c.Field], Pagico: next.Pagico.Fields[c.Field]}
	}
	return next
}

func (w world) String() string {
	show := func(s *merge.State) string {
		if s == nil {
			return "gone"
		}
		return fmt.Sprintf("%v read-only=%v %v", s.Fields, s.ReadOnly, s.Stamp)
	}
	return fmt.Sprintf("base %v\nghl %s\npagico %s\nrules %+v", w.pair.Base, show(w.pair.GHL), show(w.pair.Pagico), w.rules)
}
