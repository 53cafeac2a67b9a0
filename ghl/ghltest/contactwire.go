package ghltest

import (
	"strings"
)

// dndV3 maps the channel keys of v2 to those of v3.
var dndV3 = map[string]string{"Call": "call", "Email": "email", "SMS": "sms", "WhatsApp": "whatsApp", "GMB": "gmb", "FB": "fb"}

func dndFor(settings map[string]any, version string) map[string]any {
	if version != versionV3 {
		return settings
	}
	out := make(map[string]any, len(settings))
	for k, v := range settings {
		if low, ok := dndV3[k]; ok {
			k = low
		}
		out[k] = v
	}
	return out
}

func dndFromBody(in map[string]any) map[string]any {
	out := make(map[string]any, len(in))
	for k, v := range in {
		for up, low := range dndV3 {
			if k == low {
				k = up
			}
		}
		out[k] = v
	}
	return out
}

func set(o object, key, value string) {
	if value != "" {
		o[key] = value
	}
}

func fullName(c Contact) string { return strings.TrimSpace(c.FirstName + " " + c.LastName) }

func fieldValues(in []FieldValue) []object {
	out := make([]object, 0, len(in))
	for _, f := range in {
		out = append(out, object{"id": f.ID, "value": f.Value})
	}
	return out
}

func wrapEach(key string, in []string) []object {
	out := make([]object, 0, len(in))
	for _, v := range in {
		out = append(out, object{key: v})
	}
	return out
}

func actorWire(a *Actor) object {
	o := object{"source": a.Source, "channel": a.Channel, "timestamp": stamp(a.Timestamp)}
	set(o, "sourceId", a.SourceID)
	return o
}

// contactBase is what GET by id and the write answers share. A field without a value is left out.
func (s *Server) contactBase(c Contact, version string) object {
	o := object{
		"id": c.ID, "locationId": c.LocationID, "type": c.Type, "tags": list(c.Tags), "customFields": fieldValues(c.CustomFields),
		"additionalEmails": wrapEach("email", c.AdditionalEmails), "additionalPhones": wrapEach("phone", c.AdditionalPhones),
		"followers": list(c.Followers), "dateAdded": stamp(c.DateAdded), "dateUpdated": stamp(c.DateUpdated),
	}
	set(o, "firstName", c.FirstName)
	set(o, "lastName", c.LastName)
	set(o, "firstNameLowerCase", strings.ToLower(c.FirstName))
	set(o, "lastNameLowerCase", strings.ToLower(c.LastName))
	set(o, "fullNameLowerCase", strings.ToLower(fullName(c)))
	set(o, "email", c.Email)
	set(o, "emailLowerCase", strings.ToLower(c.Email))
	set(o, "phone", c.Phone)
	set(o, "address1", c.Address1)
	set(o, "city", c.City)
	set(o, "state", c.State)
	set(o, "postalCode", c.PostalCode)
	set(o, "country", c.Country)
	set(o, "website", c.Website)
	set(o, "companyName", c.CompanyName)
	set(o, "businessId", c.BusinessID)
	set(o, "source", c.Source)
	set(o, "assignedTo", c.AssignedTo)
	if c.DND != nil {
		o["dnd"] = *c.DND
	}
	if len(c.DNDSettings) > 0 {
		o["dndSettings"] = dndFor(c.DNDSettings, version)
	}
	if c.CreatedBy != nil {
		o["createdBy"] = actorWire(c.CreatedBy)
	}
	return o
}

// contactByID is the contact of GET, PUT and upsert answers, and of create answers under v3.
func (s *Server) contactByID(c Contact, version string) object {
	o := s.contactBase(c, version)
	set(o, "timezone", c.Timezone)
	set(o, "dateOfBirth", c.DateOfBirth)
	if len(c.InboundDNDSettings) > 0 {
		o["inboundDndSettings"] = c.InboundDNDSettings
	}
	if !s.cfg.quirks.OmitContactName {
		set(o, "name", fullName(c))
	}
	if !c.LastActivity.IsZero() {
		o["lastActivity"] = stamp(c.LastActivity)
	}
	if len(c.AttributionSource) > 0 {
		o["attributionSource"] = c.AttributionSource
		o["lastAttributionSource"] = c.AttributionSource
	}
	if s.cfg.quirks.LowerCaseNames {
		set(o, "firstNameRaw", c.FirstName)
		set(o, "lastNameRaw", c.LastName)
		set(o, "firstName", strings.ToLower(c.FirstName))
		set(o, "lastName", strings.ToLower(c.LastName))
	}
	return o
}

// contactCreated is the contact of a v2 create answer.
func (s *Server) contactCreated(c Contact, version string) object {
	if version == versionV3 {
		return s.contactByID(c, version)
	}
	o := s.contactBase(c, version)
	o["deleted"], o["bounceEmail"], o["unsubscribeEmail"] = false, false, false
	if c.DateOfBirth != "" {
		o["dateOfBirth"] = c.DateOfBirth + "T00:00:00.000Z"
		if t, ok := parseTime(c.DateOfBirth); ok {
			o["birthDay"], o["birthMonth"] = t.Day(), int(t.Month())
		}
	}
	if c.LastUpdatedBy != nil {
		o["lastUpdatedBy"] = actorWire(c.LastUpdatedBy)
	}
	return o
}

// contactRow is a row of contacts/search: every key is there, null without a value, and some have other names.
func (s *Server) contactRow(c Contact, version string, cursor []any) object {
	o := object{
		"id": c.ID, "locationId": c.LocationID, "firstName": orNull(c.FirstName), "lastName": orNull(c.LastName),
		"firstNameLowerCase": orNull(strings.ToLower(c.FirstName)), "lastNameLowerCase": orNull(strings.ToLower(c.LastName)),
		"contactName": orNull(strings.ToLower(fullName(c))), "email": orNull(c.Email), "phone": orNull(c.Phone), "phoneLabel": nil,
		"additionalEmails": wrapEach("email", c.AdditionalEmails), "additionalPhones": wrapEach("phone", c.AdditionalPhones),
		"address": orNull(c.Address1), "city": orNull(c.City), "state": orNull(c.State), "postalCode": orNull(c.PostalCode),
		"country": orNull(c.Country), "website": orNull(c.Website), "timezone": orNull(c.Timezone),
		"companyName": orNull(c.CompanyName), "businessId": orNull(c.BusinessID), "businessName": orNull(s.businessName(c.BusinessID)),
		"type": c.Type, "source": orNull(c.Source), "assignedTo": orNull(c.AssignedTo), "followers": list(c.Followers),
		"tags": list(c.Tags), "customFields": fieldValues(c.CustomFields), "dateOfBirth": orNull(c.DateOfBirth),
		"dnd": c.DND != nil && *c.DND, "dndSettings": orEmpty(dndFor(c.DNDSettings, version)),
		"inboundDndSettings": orEmpty(c.InboundDNDSettings), "dateAdded": stamp(c.DateAdded), "dateUpdated": stamp(c.DateUpdated),
		"attributionSource": orEmpty(c.AttributionSource), "lastAttributionSource": object{}, "validEmail": nil,
		"opportunities": s.contactOpportunities(c.ID), "searchAfter": cursor,
	}
	return o
}

// contactListRow is a row of the old GET /contacts/ list.
func (s *Server) contactListRow(c Contact) object {
	return object{
		"id": c.ID, "locationId": c.LocationID, "contactName": orNull(strings.ToLower(fullName(c))),
		"firstName": orNull(c.FirstName), "lastName": orNull(c.LastName), "companyName": orNull(c.CompanyName),
		"email": orNull(c.Email), "phone": orNull(c.Phone), "dnd": c.DND != nil && *c.DND, "type": c.Type,
		"source": orNull(c.Source), "assignedTo": orNull(c.AssignedTo), "city": orNull(c.City), "state": orNull(c.State),
		"postalCode": orNull(c.PostalCode), "address1": orNull(c.Address1), "country": orNull(c.Country),
		"website": orNull(c.Website), "timezone": orNull(c.Timezone), "dateOfBirth": orNull(c.DateOfBirth),
		"dateAdded": stamp(c.DateAdded), "dateUpdated": stamp(c.DateUpdated), "businessId": orNull(c.BusinessID),
		"tags": list(c.Tags), "followers": list(c.Followers), "customFields": fieldValues(c.CustomFields),
		"additionalEmails": wrapEach("email", c.AdditionalEmails), "attributions": []any{},
	}
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return object{}
	}
	return m
}

func (s *Server) businessName(id string) string {
	b, _ := s.collection(Businesses).get(id)
	return str(b.Fields["name"])
}

func (s *Server) contactOpportunities(contactID string) []object {
	out := []object{}
	for _, id := range s.children["opportunity "+contactID] {
		o, ok := s.collection(Opportunities).get(id)
		if !ok || str(o.Fields["contactId"]) != contactID {
			continue
		}
		out = append(out, object{"id": o.ID, "pipelineId": o.Fields["pipelineId"], "pipelineStageId": o.Fields["pipelineStageId"],
			"status": o.Fields["status"], "monetaryValue": o.Fields["monetaryValue"]})
	}
	return out
}
