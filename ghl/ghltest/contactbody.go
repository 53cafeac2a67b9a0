package ghltest

import (
	"slices"
	"strings"
)

const (
	contactNames  = "firstName?:s lastName?:s name?:s email?:s phone?:s address1?:s city?:s state?:s postalCode:s website?:s "
	contactCommon = contactNames + "timezone?:s dnd:b dndSettings:o inboundDndSettings:o tags:as customFields:a dateOfBirth?:any country:s "

	createContactBody = contactCommon + "locationId!:s gender:s source:s companyName?:s assignedTo:s"
	updateContactBody = contactCommon + "source?:s assignedTo?:s"
	upsertContactBody = createContactBody + " createNewIfDuplicateAllowed:b"
)

// checkContact looks at what the property table cannot: formats and the customFields items.
func checkContact(body object) []string {
	var msgs []string
	if e := str(body["email"]); e != "" && (!strings.Contains(e, "@") || strings.ContainsAny(e, " \t\n")) {
		msgs = append(msgs, "email must be an email")
	}
	if c := str(body["country"]); c != "" && len(c) != 2 {
		msgs = append(msgs, "country must be valid enum value")
	}
	if v := body["dateOfBirth"]; v != nil {
		if _, ok := normalBirthday(str(v)); !ok || !isType[string](v) {
			msgs = append(msgs, "dateOfBirth must be a valid date")
		}
	}
	fields, _ := body["customFields"].([]any)
	for i, item := range fields {
		f, ok := item.(map[string]any)
		if !ok {
			msgs = append(msgs, "each value in customFields must be an object")
			continue
		}
		if str(f["id"]) == "" && str(f["key"]) == "" {
			msgs = append(msgs, "customFields."+textOf(i)+".id should not be empty")
		}
	}
	for channel, v := range asObject(body["dndSettings"]) {
		if !slices.Contains([]string{"active", "inactive", "permanent"}, str(asObject(v)["status"])) {
			msgs = append(msgs, "dndSettings."+channel+".status must be one of the following values: active, inactive, permanent")
		}
	}
	slices.Sort(msgs)
	return msgs
}

func asObject(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// applyContact merges the properties that a body holds into a contact; null and "" clear a field.
func (s *Server) applyContact(c *Contact, body object) {
	text := func(key string, to *string) {
		if v, ok := body[key]; ok {
			*to = strings.TrimSpace(str(v))
		}
	}
	if v, ok := body["name"]; ok {
		c.FirstName, c.LastName, _ = strings.Cut(strings.TrimSpace(str(v)), " ")
		c.LastName = strings.TrimSpace(c.LastName)
	}
	text("firstName", &c.FirstName)
	text("lastName", &c.LastName)
	text("email", &c.Email)
	text("address1", &c.Address1)
	text("city", &c.City)
	text("state", &c.State)
	text("postalCode", &c.PostalCode)
	text("website", &c.Website)
	text("timezone", &c.Timezone)
	text("source", &c.Source)
	text("assignedTo", &c.AssignedTo)
	text("companyName", &c.CompanyName)
	text("gender", &c.Gender)
	text("country", &c.Country)
	if l, _ := s.locations.any(c.LocationID); c.Country == "" && s.cfg.quirks.CountryDefault {
		c.Country = l.Country
	}
	if v, ok := body["phone"]; ok {
		c.Phone = e164(str(v), c.Country)
	}
	if v, ok := body["dateOfBirth"]; ok {
		c.DateOfBirth, _ = normalBirthday(str(v))
	}
	if v, ok := body["tags"]; ok {
		c.Tags = lowerTags(strs(v))
		s.ensureTags(c.LocationID, c.Tags)
	}
	if v, ok := body["dnd"].(bool); ok {
		c.DND = &v
	}
	if v, ok := body["dndSettings"]; ok {
		c.DNDSettings = dndFromBody(asObject(v))
	}
	if v, ok := body["inboundDndSettings"]; ok {
		c.InboundDNDSettings = asObject(v)
	}
	fields, _ := body["customFields"].([]any)
	for _, f := range fields {
		s.applyField(c, asObject(f))
	}
}

// applyField writes one custom field; the value may be spelled field_value, fieldValue or value. A field that no definition
// is seeded for is kept under its id; an unknown key is ignored.
func (s *Server) applyField(c *Contact, f object) {
	id := str(f["id"])
	if id == "" {
		id = s.fieldByKey(c.LocationID, str(f["key"]))
	}
	if id == "" {
		return
	}
	var value any
	for _, key := range []string{"value", "fieldValue", "field_value"} {
		if v, ok := f[key]; ok {
			value = v
		}
	}
	c.CustomFields = slices.DeleteFunc(c.CustomFields, func(v FieldValue) bool { return v.ID == id })
	if value != nil && value != "" {
		c.CustomFields = append(c.CustomFields, FieldValue{ID: id, Value: value})
	}
}

func (s *Server) fieldByKey(locationID, key string) string {
	for _, f := range s.customFields.live() {
		if f.LocationID == locationID && (f.FieldKey == key || f.FieldKey == f.Model+"."+key) {
			return f.ID
		}
	}
	return ""
}

// holders lists the live contacts of a location that have an e-mail or phone, as primary or additional one, oldest first.
func (s *Server) holders(locationID, field, value string) []Contact {
	var out []Contact
	for _, id := range s.byAddress[strings.ToLower(value)] {
		c, ok := s.contacts.get(id)
		if !ok || c.LocationID != locationID {
			continue
		}
		mine := append([]string{c.Phone}, c.AdditionalPhones...)
		if field == "email" {
			mine = append([]string{c.Email}, c.AdditionalEmails...)
		}
		if slices.ContainsFunc(mine, func(m string) bool { return strings.EqualFold(m, value) }) {
			out = append(out, c)
		}
	}
	return out
}

// duplicate finds another contact that holds the e-mail or phone, in the order of the location's unique identifiers.
func (s *Server) duplicate(locationID, self, email, phone string) (Contact, string, bool) {
	l, _ := s.locations.any(locationID)
	for _, field := range l.ContactUniqueIdentifiers {
		value := email
		if field == "phone" {
			value = phone
		}
		if value == "" {
			continue
		}
		for _, c := range s.holders(locationID, field, value) {
			if c.ID != self {
				return c, field, true
			}
		}
	}
	return Contact{}, "", false
}
