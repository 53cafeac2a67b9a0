package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/internal/ghlspec"
)

// report is what the command prints; its JSON form has these keys.
type report struct {
	// Files are families ("v3 users") that only one copy has.
	Files difference `json:"files"`
	// Operations are operations ("v2 GET /users/{userId}") that only one copy has.
	Operations difference `json:"operations"`
	// Changed are operations of both copies whose fields differ.
	Changed []change `json:"changed"`
	// Table is the comparison of the newer copy with the operation table of package ghl.
	Table table `json:"table"`
}

type difference struct {
	Added   []string `json:"added"`
	Dropped []string `json:"dropped"`
}

type change struct {
	Operation string `json:"operation"`
	// SDK is the id of the operation in the table, empty when the SDK does not have it.
	SDK string `json:"sdk,omitempty"`
	difference
	// Fields are the fields of both whose type, need or list of values differs.
	Fields []fieldChange `json:"fields"`
}

type fieldChange struct {
	Field string        `json:"field"`
	Old   ghlspec.Field `json:"old"`
	New   ghlspec.Field `json:"new"`
}

type table struct {
	// Gone are rows of the table ("contacts.get: v3 GET /contacts/{contactId}") that the newer files do not have.
	Gone []string `json:"gone"`
	// Uncovered are operations of the newer files that the table does not have.
	Uncovered []string `json:"uncovered"`
}

// tidy replaces nil lists by empty ones, for those who read the JSON.
func (r *report) tidy() {
	lists := []*[]string{&r.Files.Added, &r.Files.Dropped, &r.Operations.Added, &r.Operations.Dropped, &r.Table.Gone, &r.Table.Uncovered}
	for i := range r.Changed {
		lists = append(lists, &r.Changed[i].Added, &r.Changed[i].Dropped)
		r.Changed[i].Fields = append([]fieldChange{}, r.Changed[i].Fields...)
	}
	for _, list := range lists {
		*list = append([]string{}, *list...)
	}
	r.Changed = append([]change{}, r.Changed...)
}

func (r *report) drifted() bool {
	return len(r.Files.Added)+len(r.Files.Dropped)+len(r.Operations.Added)+len(r.Operations.Dropped)+len(r.Changed)+len(r.Table.Gone) > 0
}

// compare fills the comparison of two copies. Placeholders of paths may change their names unnoticed.
func (r *report) compare(before, now *ghlspec.Spec) {
	for _, g := range ghlspec.Generations() {
		was, is := byRoute(before, g), byRoute(now, g)
		for _, route := range slices.Sorted(maps.Keys(is)) {
			old, ok := was[route]
			if !ok {
				r.Operations.Added = append(r.Operations.Added, is[route].Name())
				continue
			}
			c := change{Operation: is[route].Name()}
			c.fields(old.Fields(), is[route].Fields())
			if old.ID != is[route].ID {
				c.Added, c.Dropped = append(c.Added, "operationId "+is[route].ID), append(c.Dropped, "operationId "+old.ID)
			}
			if len(c.Added)+len(c.Dropped)+len(c.Fields) > 0 {
				r.Changed = append(r.Changed, c)
			}
		}
		for _, route := range minus(slices.Sorted(maps.Keys(was)), slices.Collect(maps.Keys(is))) {
			r.Operations.Dropped = append(r.Operations.Dropped, was[route].Name())
		}
	}
}

func (c *change) fields(was, is map[string]ghlspec.Field) {
	for _, name := range slices.Sorted(maps.Keys(is)) {
		old, ok := was[name]
		switch {
		case !ok:
			c.Added = append(c.Added, name)
		case old.Type != is[name].Type || old.Required != is[name].Required || !slices.Equal(old.Values, is[name].Values):
			c.Fields = append(c.Fields, fieldChange{name, old, is[name]})
		}
	}
	c.Dropped = minus(slices.Sorted(maps.Keys(was)), slices.Collect(maps.Keys(is)))
}

// compareTable fills the comparison with the table. Rows of families that were not asked for are left out.
func (r *report) compareTable(now *ghlspec.Spec, rows []ghl.Operation, families []string) {
	sdk := map[string]string{}
	for _, row := range rows {
		for _, g := range ghlspec.Generations() {
			path := row.Path
			if g == ghlspec.V3 {
				path = row.V3Path
			}
			if path == "" {
				continue
			}
			sdk[string(g)+" "+ghlspec.Route(row.HTTPMethod, path)] = row.ID
			if _, ok := now.Lookup(g, row.HTTPMethod, path); !ok && slices.Contains(families, firstSegment(path)) {
				r.Table.Gone = append(r.Table.Gone, fmt.Sprintf("%s: %s %s %s", row.ID, g, row.HTTPMethod, path))
			}
		}
	}
	for _, g := range ghlspec.Generations() {
		for _, op := range now.Operations(g) {
			if sdk[string(g)+" "+ghlspec.Route(op.Method, op.Path)] == "" {
				r.Table.Uncovered = append(r.Table.Uncovered, op.Name())
			}
		}
	}
	for i, c := range r.Changed {
		g, rest, _ := strings.Cut(c.Operation, " ")
		method, path, _ := strings.Cut(rest, " ")
		r.Changed[i].SDK = sdk[g+" "+ghlspec.Route(method, path)]
	}
}

// firstSegment is also the name of the family: its paths all begin with it.
func firstSegment(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}

func byRoute(s *ghlspec.Spec, g ghlspec.Generation) map[string]*ghlspec.Operation {
	out := map[string]*ghlspec.Operation{}
	for _, op := range s.Operations(g) {
		out[ghlspec.Route(op.Method, op.Path)] = op
	}
	return out
}

func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// text writes the report for people: "+" is new, "-" is gone, "~" differs, "?" is not in the SDK.
func (r *report) text(w io.Writer) error {
	var b strings.Builder
	section(&b, "Files", "+ ", r.Files.Added, "- ", r.Files.Dropped)
	section(&b, "Operations", "+ ", r.Operations.Added, "- ", r.Operations.Dropped)
	for _, c := range r.Changed {
		section(&b, c.Operation+" ("+cmp.Or(c.SDK, "not in the SDK")+")", "+ ", c.Added, "- ", c.Dropped, "~ ", differing(c.Fields))
	}
	section(&b, "Rows of the operation table that the files do not have", "- ", r.Table.Gone)
	section(&b, "Operations that the SDK does not have", "? ", r.Table.Uncovered)
	if !r.drifted() {
		b.WriteString("No drift.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// section writes a heading and lists, each with its mark before it; nothing when all lists are empty.
func section(b *strings.Builder, heading string, marksAndLists ...any) {
	var lines strings.Builder
	for i := 0; i+1 < len(marksAndLists); i += 2 {
		mark, _ := marksAndLists[i].(string)
		list, _ := marksAndLists[i+1].([]string)
		for _, item := range list {
			lines.WriteString("  " + mark + item + "\n")
		}
	}
	if lines.Len() > 0 {
		_, _ = fmt.Fprintf(b, "%s\n%s\n", heading, lines.String())
	}
}

func differing(fields []fieldChange) []string {
	var out []string
	for _, f := range fields {
		text := f.Field + ":"
		if f.Old.Type != f.New.Type {
			text += fmt.Sprintf(" type %s, was %s;", cmp.Or(f.New.Type, "any"), cmp.Or(f.Old.Type, "any"))
		}
		if f.Old.Required != f.New.Required {
			text += map[bool]string{true: " now required;", false: " now optional;"}[f.New.Required]
		}
		if added := minus(f.New.Values, f.Old.Values); len(added) > 0 {
			text += " takes " + strings.Join(added, ", ") + ";"
		}
		if gone := minus(f.Old.Values, f.New.Values); len(gone) > 0 {
			text += " no longer takes " + strings.Join(gone, ", ") + ";"
		}
		out = append(out, strings.TrimSuffix(text, ";"))
	}
	return out
}
