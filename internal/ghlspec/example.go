package ghlspec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Example makes an answer of the operation's success in which every documented field is there. Strings are all different and
// so are numbers, so that a reader can find each of them again. It returns nil when the file describes no body.
func (o *Operation) Example() any {
	status, described := o.Success()
	if !described {
		return nil
	}
	m := &maker{}
	return m.value("", jsonSchema(o.op.Responses.Status(status)), nil)
}

type maker struct{ n int }

func (m *maker) next() int {
	m.n++
	return m.n
}

func (m *maker) value(name string, s *openapi3.Schema, above []*openapi3.Schema) any {
	if s == nil || slices.Contains(above, s) {
		return nil
	}
	above = append(slices.Clone(above), s)
	of := parts(s)
	if len(s.Enum) > 0 {
		return s.Enum[m.next()%len(s.Enum)]
	}
	switch kind(of) {
	case "array":
		for _, p := range of {
			if p.Items != nil {
				return []any{m.value(name, p.Items.Value, above)}
			}
		}
		return []any{}
	case "object":
		return m.object(name, s, above)
	case "boolean":
		return true
	case "integer", "number":
		if timeLike(name) {
			return 1_700_000_000_000 + 1000*m.next() // milliseconds, as the vendor writes them
		}
		return 1000 + m.next()
	case "string":
		return m.text(name, s)
	}
	return fmt.Sprintf("any %d", m.next())
}

// object fills the properties of the schema itself, of everything it is made of, and of the first of the alternatives.
func (m *maker) object(name string, s *openapi3.Schema, above []*openapi3.Schema) any {
	if timeLike(name) && len(s.Properties) == 0 {
		return m.text(name, s)
	}
	out := map[string]any{}
	list := []*openapi3.Schema{s}
	for _, ref := range s.AllOf {
		list = append(list, ref.Value)
	}
	for _, refs := range []openapi3.SchemaRefs{s.OneOf, s.AnyOf} {
		if len(refs) > 0 {
			list = append(list, refs[0].Value)
		}
	}
	for i, part := range list {
		if i > 0 {
			if nested, ok := m.value(name, part, above).(map[string]any); ok {
				maps.Copy(out, nested)
			}
			continue
		}
		for _, key := range sortedNames(part) {
			if v := m.value(key, part.Properties[key].Value, above); v != nil {
				out[key] = v
			}
		}
	}
	return out
}

func sortedNames(s *openapi3.Schema) []string {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (m *maker) text(name string, s *openapi3.Schema) string {
	n := m.next()
	if timeLike(name) || s.Format == "date-time" || s.Format == "date" {
		return fmt.Sprintf("2026-07-%02dT%02d:%02d:%02d.000Z", 1+n%28, n/28%24, n/28/24%60, 7)
	}
	return fmt.Sprintf("text %d", n)
}

// timeLike tells by its name that a field holds a moment; the files often type those as objects or plain strings.
func timeLike(name string) bool {
	for _, end := range []string{"Time", "Date", "Added", "Updated", "At", "dateAdded", "dateUpdated"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func kind(of []*openapi3.Schema) string {
	for _, s := range of {
		for _, k := range []string{"array", "object", "boolean", "integer", "number", "string"} {
			if s.Type.Includes(k) {
				return k
			}
		}
		if len(s.Properties) > 0 {
			return "object"
		}
		if s.Items != nil {
			return "array"
		}
	}
	return ""
}
