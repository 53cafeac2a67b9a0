package ghltest

import (
	"cmp"
	"net/http"
)

func contactOps() []operation {
	const read, write = "contacts.readonly", "contacts.write"
	op := func(method, path, id, scope string, status int, body string, h handler) operation {
		return operation{family: "contacts", method: method, path: path, id: id, scope: scope, status: status,
			body: parseSchema(body), handle: h}
	}
	get := op("GET", "/contacts/", "get-contacts", read, 200, "", (*Server).listContacts)
	byBusiness := op("GET", "/contacts/business/{businessId}", "get-contacts-by-businessId", read, 200, "", (*Server).listByBusiness)
	byBusiness.query = []string{"locationId"}
	duplicate := op("GET", "/contacts/search/duplicate", "get-duplicate-contact", read, 200, "", (*Server).findDuplicate)
	duplicate.query = []string{"locationId"}
	return []operation{
		op("POST", "/contacts/search", "search-contacts-advanced", read, 200, searchBody, (*Server).searchContacts),
		duplicate, byBusiness, get,
		op("GET", "/contacts/{contactId}", "get-contact", read, 200, "", (*Server).getContact),
		op("PUT", "/contacts/{contactId}", "update-contact", write, 200, updateContactBody+" companyName:any", (*Server).updateContact),
		op("DELETE", "/contacts/{contactId}", "delete-contact", write, 200, "", (*Server).deleteContact),
		op("POST", "/contacts/upsert", "upsert-contact", write, 200, upsertContactBody, (*Server).upsertContact),
		op("POST", "/contacts/", "create-contact", write, 201, createContactBody, (*Server).createContact),
	}
}

// contactOf finds the contact of the path. The service answers 400 for a missing one.
func (s *Server) contactOf(c *call) (Contact, *failure) {
	return s.contactNamed(c, c.path["contactId"])
}

func (s *Server) contactNamed(c *call, id string) (Contact, *failure) {
	v, ok := version[Contact]{}, false
	if r, found := s.contacts.rows[id]; found {
		v, ok = r.asOf(c.asOf)
	}
	if !ok || v.gone {
		status := http.StatusBadRequest
		if !s.cfg.quirks.ContactNotFound400 {
			status = http.StatusNotFound
		}
		if len(id) < 12 { // not an id at all: a wrong route taken as one
			return Contact{}, fail(status, "Contact with id %s not found", id)
		}
		return Contact{}, fail(status, "Contact not found for id:%s", id)
	}
	if f := s.checkLocation(c, v.val.LocationID); f != nil {
		return Contact{}, f
	}
	return v.val, nil
}

func (s *Server) getContact(c *call) (any, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	return object{"contact": s.contactByID(contact, c.version)}, nil
}

// actor is who the token writes as.
func (c *call) actor() *Actor {
	if c.token.AppID == c.token.Value {
		return &Actor{Source: "INTEGRATION", Channel: "PRIVATE_INTEGRATION", Timestamp: c.now}
	}
	return &Actor{Source: "INTEGRATION", Channel: "OAUTH", SourceID: c.token.AppID, Timestamp: c.now}
}

func refuseDuplicate(c Contact, field string) *failure {
	return &failure{status: http.StatusBadRequest, message: "This location does not allow duplicated contacts.",
		meta: object{"contactId": c.ID, "contactName": fullName(c), "matchingField": field}}
}

func (s *Server) createContact(c *call) (any, *failure) {
	if msgs := checkContact(c.body); len(msgs) > 0 {
		return nil, unprocessable(msgs...)
	}
	contact := s.draft(c)
	l, _ := s.locations.any(contact.LocationID)
	if !l.AllowDuplicateContact {
		if other, field, ok := s.duplicate(contact.LocationID, "", contact.Email, contact.Phone); ok {
			return nil, refuseDuplicate(other, field)
		}
	}
	s.putContact(contact, c.now, false)
	return object{"contact": s.contactCreated(contact, c.version)}, nil
}

// draft makes the contact that a create body describes.
func (s *Server) draft(c *call) Contact {
	contact := Contact{ID: s.newID(), LocationID: str(c.body["locationId"]), Type: "lead", DateAdded: c.now, DateUpdated: c.now,
		CreatedBy: c.actor(), LastUpdatedBy: c.actor()}
	s.applyContact(&contact, c.body)
	return contact
}

func (s *Server) updateContact(c *call) (any, *failure) {
	if _, ok := c.body["companyName"]; ok && !s.cfg.quirks.UpdateAcceptsCompanyName && s.cfg.quirks.StrictProperties {
		return nil, unprocessable("property companyName should not exist")
	}
	if msgs := checkContact(c.body); len(msgs) > 0 {
		return nil, unprocessable(msgs...)
	}
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	next := contact.clone()
	s.applyContact(&next, c.body)
	l, _ := s.locations.any(next.LocationID)
	if !l.AllowDuplicateContact && (next.Email != contact.Email || next.Phone != contact.Phone) {
		email, phone := changed(contact.Email, next.Email), changed(contact.Phone, next.Phone)
		if other, field, ok := s.duplicate(next.LocationID, next.ID, email, phone); ok {
			return nil, refuseDuplicate(other, field)
		}
	}
	next.DateUpdated, next.LastUpdatedBy = c.now, c.actor()
	s.putContact(next, c.now, false)
	return s.succeeded(c, object{"contact": s.contactByID(next, c.version)}), nil
}

func changed(before, after string) string {
	if before == after {
		return ""
	}
	return after
}

// succeeded adds the success flag in the spellings that the service uses.
func (s *Server) succeeded(c *call, o object) object {
	if c.version == versionV3 || s.cfg.quirks.BothSpellings {
		o["succeeded"] = true
	}
	if c.version != versionV3 || s.cfg.quirks.BothSpellings {
		o["succeded"] = true
	}
	return o
}

func (s *Server) deleteContact(c *call) (any, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	s.removeContact(contact, c.now)
	return s.succeeded(c, object{}), nil
}

// upsertContact matches by the location's unique identifiers in their order. With the e-mail of one contact and the phone of another
// the first is updated and the second value silently ignored (vendor issue 37).
func (s *Server) upsertContact(c *call) (any, *failure) {
	if msgs := checkContact(c.body); len(msgs) > 0 {
		return nil, unprocessable(msgs...)
	}
	location := str(c.body["locationId"])
	l, _ := s.locations.any(location)
	email := str(c.body["email"])
	phone := e164(str(c.body["phone"]), cmp.Or(str(c.body["country"]), l.Country))
	if email == "" && phone == "" {
		return nil, unprocessable("email or phone should not be empty")
	}
	found, field, ok := s.duplicate(location, "", email, phone)
	fresh, _ := c.body["createNewIfDuplicateAllowed"].(bool)
	if !ok || fresh && l.AllowDuplicateContact {
		contact := s.draft(c)
		s.putContact(contact, c.now, false)
		return s.succeeded(c, object{"new": true, "contact": s.contactByID(contact, c.version)}), nil
	}
	next := found.clone()
	s.applyContact(&next, c.body)
	if !s.cfg.quirks.UpsertOverwritesPrimary && field == "email" && found.Email != "" && email != found.Email {
		next.Email = found.Email
	}
	if _, _, taken := s.duplicate(location, next.ID, "", changed(found.Phone, next.Phone)); taken {
		next.Phone = found.Phone
	}
	if _, _, taken := s.duplicate(location, next.ID, changed(found.Email, next.Email), ""); taken {
		next.Email = found.Email
	}
	next.DateUpdated, next.LastUpdatedBy = c.now, c.actor()
	s.putContact(next, c.now, false)
	return s.succeeded(c, object{"new": false, "contact": s.contactByID(next, c.version)}), nil
}

func (s *Server) findDuplicate(c *call) (any, *failure) {
	location, email := c.query.Get("locationId"), c.query.Get("email")
	l, _ := s.locations.any(location)
	if email != "" {
		if found := s.holders(location, "email", email); len(found) > 0 {
			return object{"contact": s.contactByID(found[0], c.version), "matchingField": "contactId"}, nil
		}
	}
	if number := e164(c.query.Get("number"), l.Country); number != "" {
		if found := s.holders(location, "phone", number); len(found) > 0 {
			return object{"contact": s.contactByID(found[0], c.version), "matchingField": "phone"}, nil
		}
	}
	return object{"contact": nil}, nil
}
