package ghlspec

import (
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// parts returns the schema and everything that it is composed of.
func parts(s *openapi3.Schema) []*openapi3.Schema {
	if s == nil {
		return nil
	}
	out := []*openapi3.Schema{s}
	for _, refs := range []openapi3.SchemaRefs{s.AllOf, s.OneOf, s.AnyOf} {
		for _, ref := range refs {
			out = append(out, parts(ref.Value)...)
		}
	}
	return out
}

// property finds the schemas of one property, over all parts.
func property(of []*openapi3.Schema, name string) []*openapi3.Schema {
	var out []*openapi3.Schema
	for _, s := range of {
		if ref := s.Properties[name]; ref != nil {
			out = append(out, parts(ref.Value)...)
		}
	}
	return out
}

// open reports that an object may have properties that no part lists: it lists none, or says so.
func open(of []*openapi3.Schema) bool {
	listed := 0
	for _, s := range of {
		if s.AdditionalProperties.Schema != nil || s.AdditionalProperties.Has != nil && *s.AdditionalProperties.Has {
			return true
		}
		listed += len(s.Properties)
	}
	return listed == 0
}

// unlisted finds the properties of a value that the schema does not list.
func unlisted(where, at string, s *openapi3.Schema, v any) []Finding {
	return unlistedIn(where, at, parts(s), v)
}

func unlistedIn(where, at string, of []*openapi3.Schema, v any) []Finding {
	var found []Finding
	switch v := v.(type) {
	case map[string]any:
		free := open(of)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			sub := property(of, name)
			if len(sub) == 0 {
				if !free {
					found = append(found, Finding{where + at + "/" + name, "not listed"})
				}
				continue
			}
			found = append(found, unlistedIn(where, at+"/"+name, sub, v[name])...)
		}
	case []any:
		var items []*openapi3.Schema
		for _, s := range of {
			if s.Items != nil {
				items = append(items, parts(s.Items.Value)...)
			}
		}
		for i, e := range v {
			found = append(found, unlistedIn(where, at+"/"+strconv.Itoa(i), items, e)...)
		}
	}
	return found
}
