package ghlspec

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Fields lists everything that the files say an operation has, one entry each: "query limit", "header Version",
// "body tags[]", "body customFields[].id", "answer 200 contact.id". The value is "required", or empty. Schemas that contain
// themselves are followed once.
func (o *Operation) Fields() map[string]string {
	out := map[string]string{}
	for _, list := range []openapi3.Parameters{o.item.Parameters, o.op.Parameters} {
		for _, ref := range list {
			if p := ref.Value; p != nil && p.In != "path" {
				out[p.In+" "+p.Name] = need(p.Required)
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

func need(required bool) string {
	if required {
		return "required"
	}
	return ""
}

func addFields(out map[string]string, where, at string, s *openapi3.Schema, above []*openapi3.Schema) {
	if s == nil || slices.Contains(above, s) {
		return
	}
	above = append(slices.Clone(above), s)
	for _, part := range parts(s) {
		if part.Items != nil {
			addFields(out, where, at+"[]", part.Items.Value, above)
		}
		for _, name := range slices.Sorted(maps.Keys(part.Properties)) {
			place := name
			if at != "" {
				place = at + "." + name
			}
			key := where + place
			if out[key] == "" {
				out[key] = need(slices.Contains(part.Required, name))
			}
			addFields(out, where, place, part.Properties[name].Value, above)
		}
	}
}
