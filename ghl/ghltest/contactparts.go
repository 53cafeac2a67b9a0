package ghltest

import (
	"slices"
)

// contactPartOps are the operations on what hangs on a contact: tags, followers, campaigns, workflows, bulk changes.
func contactPartOps() []operation {
	const write = "contacts.write"
	op := func(method, path, id string, status int, body string, h handler) operation {
		return operation{family: "contacts", method: method, path: "/contacts" + path, id: id, scope: write, status: status,
			body: parseSchema(body), handle: h}
	}
	everyCampaign := op("DELETE", "/{contactId}/campaigns/removeAll", "remove-contact-from-every-campaign", 200, "", (*Server).leaveCampaign)
	everyCampaign.v3Path = "/contacts/{contactId}/campaigns/remove-all"
	bulkTags := op("POST", "/bulk/tags/update/{type}", "create-association", 201,
		"contacts!:as tags!:as locationId!:s removeAllTags:b", (*Server).bulkTags)
	bulkTags.scope = ""
	bulkBusiness := op("POST", "/bulk/business", "add-remove-contact-from-business", 200, "locationId!:s ids!:as businessId!?:s", (*Server).bulkBusiness)
	bulkBusiness.scope = ""
	return []operation{
		op("POST", "/{contactId}/tags", "add-tags", 201, "tags!:as", (*Server).addTags),
		op("DELETE", "/{contactId}/tags", "remove-tags", 200, "tags!:as", (*Server).removeTags),
		op("POST", "/{contactId}/followers", "add-followers-contact", 201, "followers!:as", (*Server).addFollowers),
		op("DELETE", "/{contactId}/followers", "remove-followers-contact", 200, "followers!:as", (*Server).removeFollowers),
		op("POST", "/{contactId}/campaigns/{campaignId}", "add-contact-to-campaign", 201, "*", (*Server).joinCampaign),
		op("DELETE", "/{contactId}/campaigns/{campaignId}", "remove-contact-from-campaign", 200, "", (*Server).leaveCampaign),
		op("POST", "/{contactId}/workflow/{workflowId}", "add-contact-to-workflow", 200, "eventStartTime:t", (*Server).joinWorkflow),
		op("DELETE", "/{contactId}/workflow/{workflowId}", "delete-contact-from-workflow", 200, "eventStartTime:t", (*Server).leaveWorkflow),
		everyCampaign, bulkTags, bulkBusiness,
	}
}

// editContact changes the contact of the path when edit reports a change.
func (s *Server) editContact(c *call, edit func(*Contact) bool) (Contact, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return contact, f
	}
	next := contact.clone()
	if !edit(&next) {
		return contact, nil
	}
	next.DateUpdated, next.LastUpdatedBy = c.now, c.actor()
	s.putContact(next, c.now, false)
	return next, nil
}

func (s *Server) addTags(c *call) (any, *failure) {
	var added []string
	contact, f := s.editContact(c, func(contact *Contact) bool {
		contact.Tags, added = plus(contact.Tags, lowerTags(strs(c.body["tags"])))
		s.ensureTags(contact.LocationID, added)
		return len(added) > 0
	})
	if f != nil {
		return nil, f
	}
	return object{"tags": list(contact.Tags), "tagsAdded": list(added)}, nil
}

func (s *Server) removeTags(c *call) (any, *failure) {
	var removed []string
	contact, f := s.editContact(c, func(contact *Contact) bool {
		contact.Tags, removed = minus(contact.Tags, lowerTags(strs(c.body["tags"])))
		return len(removed) > 0
	})
	if f != nil {
		return nil, f
	}
	return object{"tags": list(contact.Tags), "tagsRemoved": list(removed)}, nil
}

func plus(have, more []string) (all, added []string) {
	all = slices.Clone(have)
	for _, v := range more {
		if !slices.Contains(all, v) {
			all, added = append(all, v), append(added, v)
		}
	}
	return all, added
}

func minus(have, less []string) (rest, removed []string) {
	for _, v := range have {
		if slices.Contains(less, v) {
			removed = append(removed, v)
		} else {
			rest = append(rest, v)
		}
	}
	return rest, removed
}

func (s *Server) addFollowers(c *call) (any, *failure) {
	var added []string
	contact, f := s.editContact(c, func(contact *Contact) bool {
		contact.Followers, added = plus(contact.Followers, strs(c.body["followers"]))
		return len(added) > 0
	})
	if f != nil {
		return nil, f
	}
	return object{"followers": list(contact.Followers), "followersAdded": list(added)}, nil
}

func (s *Server) removeFollowers(c *call) (any, *failure) {
	var removed []string
	contact, f := s.editContact(c, func(contact *Contact) bool {
		contact.Followers, removed = minus(contact.Followers, strs(c.body["followers"]))
		return len(removed) > 0
	})
	if f != nil {
		return nil, f
	}
	return object{"followers": list(contact.Followers), "followersRemoved": list(removed)}, nil
}

func (s *Server) joinCampaign(c *call) (any, *failure) {
	return s.membership(c, func(contact *Contact) { contact.Campaigns, _ = plus(contact.Campaigns, []string{c.path["campaignId"]}) })
}

// leaveCampaign leaves one campaign, or all of them when the path names none.
func (s *Server) leaveCampaign(c *call) (any, *failure) {
	return s.membership(c, func(contact *Contact) {
		if id := c.path["campaignId"]; id != "" {
			contact.Campaigns, _ = minus(contact.Campaigns, []string{id})
		} else {
			contact.Campaigns = nil
		}
	})
}

func (s *Server) joinWorkflow(c *call) (any, *failure) {
	return s.membership(c, func(contact *Contact) { contact.Workflows, _ = plus(contact.Workflows, []string{c.path["workflowId"]}) })
}

func (s *Server) leaveWorkflow(c *call) (any, *failure) {
	return s.membership(c, func(contact *Contact) {
		contact.Workflows, _ = minus(contact.Workflows, []string{c.path["workflowId"]})
	})
}

// membership changes what is not part of the contact itself: no dateUpdated, no webhook.
func (s *Server) membership(c *call, edit func(*Contact)) (any, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	contact = contact.clone()
	edit(&contact)
	s.putContact(contact, c.now, true)
	return s.succeeded(c, object{}), nil
}

func (s *Server) bulkTags(c *call) (any, *failure) {
	kind := c.path["type"]
	if kind != "add" && kind != "remove" {
		return nil, fail(400, "type must be one of the following values: add, remove")
	}
	tags, failed := lowerTags(strs(c.body["tags"])), 0
	responses := []object{}
	for _, id := range strs(c.body["contacts"]) {
		contact, f := s.contactNamed(c, id)
		if f != nil || contact.LocationID != str(c.body["locationId"]) {
			failed++
			responses = append(responses, object{"contactId": id, "message": "Contact not found", "type": "error"})
			continue
		}
		next, diff := contact.clone(), []string(nil)
		if all, _ := c.body["removeAllTags"].(bool); all && kind == "remove" {
			tags = contact.Tags
		}
		if kind == "add" {
			next.Tags, diff = plus(contact.Tags, tags)
			s.ensureTags(contact.LocationID, diff)
		} else {
			next.Tags, diff = minus(contact.Tags, tags)
		}
		if len(diff) > 0 {
			next.DateUpdated = c.now
			s.putContact(next, c.now, false)
		}
		responses = append(responses, object{"contactId": id, "message": "Tags updated", "type": "success", "oldTags": list(contact.Tags),
			"tagsAdded": list(diffIf(kind == "add", diff)), "tagsRemoved": list(diffIf(kind == "remove", diff))})
	}
	return s.succeeded(c, object{"errorCount": failed, "responses": responses}), nil
}

func diffIf(yes bool, diff []string) []string {
	if yes {
		return diff
	}
	return nil
}

func (s *Server) bulkBusiness(c *call) (any, *failure) {
	business := str(c.body["businessId"])
	ids := []string{}
	for _, id := range strs(c.body["ids"]) {
		contact, f := s.contactNamed(c, id)
		if f != nil {
			return nil, f
		}
		next := contact.clone()
		next.BusinessID, next.DateUpdated = business, c.now
		s.putContact(next, c.now, false)
		ids = append(ids, id)
	}
	return object{"success": true, "ids": ids}, nil
}
