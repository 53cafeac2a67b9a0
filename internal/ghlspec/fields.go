package ghlspec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Field is what the files say about one parameter or property.
type Field struct {
	// Type is the JSON type, several when alternatives differ ("object|string"), empty when the file does not say.
	Type string `json:"type,omitempty"`
	// Required reports that it must be there, in at least one of the alternatives.
	Required bool `json:"required,omitempty"`
	// Values are the allowed ones, sorted; empty when there is no list.
	Values []string `json:"values,omitempty"`
}

// Fields lists everything that the files say an operation has, one entry each: "query limit", "header Version",
// "body tags", "body customFields[].id", "answer 200 contact.id". Schemas that contain themselves are followed once.
func (o *Operation) Fields() map[string]Field {
	out := map[string]Field{}
	for _, list := range []openapi3.Parameters{o.item.Parameters, o.op.Parameters} {
		for _, ref := range list {
			if p := ref.Value; p != nil && p.In != "path" {
				out[p.In+" "+p.Name] = describe(Field{}, p.Schema, p.Required)
			}
		}
	}
	if o.op.RequestBody != nil && o.op.RequestBody.Value != nil {
		for _, media := range o.op.RequestBody.Value.Content {
			if media.Schema != nil {
				addFields(out, "body ", "", media.Schema.Value, nil)
			}
		}
	}
	for status, response := range o.op.Responses.Map() {
		if schema := jsonSchema(response); schema != nil && len(status) == 3 && status[0] == '2' {
			addFields(out, "answer "+status+" ", "", schema, nil)
		}
	}
	return out
}

// describe adds one description of a field to what is known of it.
func describe(f Field, ref *openapi3.SchemaRef, required bool) Field {
	f.Required = f.Required || required
	if ref == nil || ref.Value == nil {
		return f
	}
	types := strings.FieldsFunc(f.Type, func(r rune) bool { return r == '|' })
	for _, part := range parts(ref.Value) {
		if part.Type != nil {
			types = append(types, part.Type.Slice()...)
		}
		for _, v := range part.Enum {
			f.Values = append(f.Values, fmt.Sprint(v))
		}
	}
	slices.Sort(types)
	slices.Sort(f.Values)
	f.Type, f.Values = strings.Join(slices.Compact(types), "|"), slices.Compact(f.Values)
	return f
}

func addFields(out map[string]Field, where, at string, s *openapi3.Schema, above []*openapi3.Schema) {
	if s == nil || slices.Contains(above, s) {
		return
	}
	above = append(slices.Clone(above), s)
	for _, part := range parts(s) {
		if part.Items != nil {
			addFields(out, where, at+"[]", part.Items.Value, above)
		}
		for _, name := range slices.Sorted(maps.Keys(part.Properties)) {
			place := strings.TrimPrefix(at+"."+name, ".")
			out[where+place] = describe(out[where+place], part.Properties[name], slices.Contains(part.Required, name))
			addFields(out, where, place, part.Properties[name].Value, above)
		}
	}
}
