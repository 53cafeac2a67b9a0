package ghltest

import (
	"slices"
	"strings"
	"time"
)

// searchField returns how to read a field of contacts/search.
func searchField(name string) (func(*Server, Contact) []any, bool) {
	if id, ok := strings.CutPrefix(name, "customFields."); ok {
		id, option, _ := strings.Cut(id, ".")
		return func(_ *Server, c Contact) []any { return customValuesOf(c, id, option) }, id != ""
	}
	if key, ok := strings.CutPrefix(name, "opportunities."); ok {
		return func(s *Server, c Contact) []any {
			var out []any
			for _, o := range s.contactOpportunities(c.ID) {
				out = append(out, o[key])
			}
			return out
		}, slices.Contains([]string{"pipelineId", "pipelineStageId", "status"}, key)
	}
	if get, ok := textFields()[name]; ok {
		return func(_ *Server, c Contact) []any { return []any{get(c)} }, true
	}
	get, ok := otherFields()[name]
	return get, ok
}

func textFields() map[string]func(Contact) string {
	return map[string]func(Contact) string{
		"id":                 func(c Contact) string { return c.ID },
		"address":            func(c Contact) string { return c.Address1 },
		"assignedTo":         func(c Contact) string { return c.AssignedTo },
		"city":               func(c Contact) string { return c.City },
		"country":            func(c Contact) string { return c.Country },
		"companyName":        func(c Contact) string { return c.CompanyName },
		"email":              func(c Contact) string { return c.Email },
		"firstNameLowerCase": func(c Contact) string { return strings.ToLower(c.FirstName) },
		"lastNameLowerCase":  func(c Contact) string { return strings.ToLower(c.LastName) },
		"phone":              func(c Contact) string { return c.Phone },
		"postalCode":         func(c Contact) string { return c.PostalCode },
		"source":             func(c Contact) string { return c.Source },
		"state":              func(c Contact) string { return c.State },
		"timezone":           func(c Contact) string { return c.Timezone },
		"type":               func(c Contact) string { return c.Type },
		"website":            func(c Contact) string { return c.Website },
	}
}

func otherFields() map[string]func(*Server, Contact) []any {
	none := func(*Server, Contact) []any { return nil }
	return map[string]func(*Server, Contact) []any{
		"businessName":  func(s *Server, c Contact) []any { return []any{s.businessName(c.BusinessID)} },
		"dateAdded":     func(_ *Server, c Contact) []any { return []any{c.DateAdded} },
		"dateUpdated":   func(_ *Server, c Contact) []any { return []any{c.DateUpdated} },
		"dnd":           func(_ *Server, c Contact) []any { return []any{c.DND != nil && *c.DND} },
		"followers":     func(_ *Server, c Contact) []any { return anys(c.Followers) },
		"tags":          func(_ *Server, c Contact) []any { return anys(c.Tags) },
		"opportunities": func(s *Server, c Contact) []any { return anys(s.contactOpportunities(c.ID)) },
		"activeWorkflows": func(_ *Server, c Contact) []any {
			return anys(c.Workflows)
		},
		"lastAppointment": func(s *Server, c Contact) []any {
			var last time.Time
			for _, a := range s.childAppointments(c.ID) {
				if a.StartTime.After(last) {
					last = a.StartTime
				}
			}
			if last.IsZero() {
				return nil
			}
			return []any{last}
		},
		"finishedWorkflows": none, "isValidWhatsapp": none, "lastEmailClickedDate": none, "lastEmailOpenedDate": none, "validEmail": none,
	}
}

func anys[T any](in []T) []any {
	out := make([]any, 0, len(in))
	for _, v := range in {
		out = append(out, v)
	}
	return out
}

func customValuesOf(c Contact, id, option string) []any {
	for _, f := range c.CustomFields {
		if f.ID != id {
			continue
		}
		switch v := f.Value.(type) {
		case []any:
			return v
		case map[string]any:
			if option != "" {
				return []any{v[option]}
			}
			return []any{v}
		default:
			return []any{v}
		}
	}
	return nil
}
