package ghl

import (
	"context"
	"encoding/json"
	"time"
)

// BulkTags changes the tags of many contacts; see [ContactsService.BulkTags].
type BulkTags struct {
	// LocationID, ContactIDs and Tags are required. How many contacts one call takes is not documented.
	LocationID string
	ContactIDs []string
	Tags       []string
	// Remove takes the tags off instead of adding them; RemoveAll takes off every tag.
	Remove    bool
	RemoveAll bool
}

// BulkResult is the answer to a bulk change.
type BulkResult struct {
	// ErrorCount is the number of contacts that were not changed; Responses say why, in a shape that is not documented.
	ErrorCount int
	Responses  []json.RawMessage
}

// BulkTags adds tags to many contacts or removes them. A part of the contacts may fail while the call succeeds; look at
// ErrorCount.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/create-association
//
//api:op POST /contacts/bulk/tags/update/{type}
func (s *ContactsService) BulkTags(ctx context.Context, q BulkTags, opts ...CallOption) (BulkResult, error) {
	op := operations[opContactsBulkTags].ID
	if err := required(opContactsBulkTags, "locationId", q.LocationID); err != nil {
		return BulkResult{}, err
	}
	if len(q.ContactIDs) == 0 || len(q.Tags) == 0 {
		return BulkResult{}, invalid(op, "contacts and tags are required")
	}
	kind := "add"
	if q.Remove || q.RemoveAll {
		kind = "remove"
	}
	body := struct {
		Contacts   []string `json:"contacts"`
		Tags       []string `json:"tags"`
		LocationID string   `json:"locationId"`
		RemoveAll  bool     `json:"removeAllTags,omitempty"`
	}{q.ContactIDs, q.Tags, q.LocationID, q.RemoveAll}
	resp, err := s.client.send(ctx, opContactsBulkTags, args{params: []string{kind}, body: body}, opts)
	if err != nil {
		return BulkResult{}, err
	}
	var out struct {
		ErrorCount int               `json:"errorCount"`
		Responses  []json.RawMessage `json:"responses"`
	}
	err = decodeInto(opContactsBulkTags, resp, &out)
	return BulkResult(out), err
}

// BulkBusiness puts contacts into a business; see [ContactsService.BulkBusiness].
type BulkBusiness struct {
	// LocationID and ContactIDs are required.
	LocationID string
	ContactIDs []string
	// BusinessID is the business; empty takes the contacts out of theirs.
	BusinessID string
}

// BulkBusiness puts contacts into a business, or takes them out of theirs, and answers the ids that were changed.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/add-remove-contact-from-business
//
//api:op POST /contacts/bulk/business
func (s *ContactsService) BulkBusiness(ctx context.Context, q BulkBusiness, opts ...CallOption) ([]string, error) {
	if err := required(opContactsBulkBusiness, "locationId", q.LocationID); err != nil {
		return nil, err
	}
	if len(q.ContactIDs) == 0 {
		return nil, invalid(operations[opContactsBulkBusiness].ID, "contacts are required")
	}
	body := struct {
		LocationID string      `json:"locationId"`
		IDs        []string    `json:"ids"`
		BusinessID Opt[string] `json:"businessId"`
	}{q.LocationID, q.ContactIDs, Null[string]()}
	if q.BusinessID != "" {
		body.BusinessID = Set(q.BusinessID)
	}
	resp, err := s.client.send(ctx, opContactsBulkBusiness, args{body: body}, opts)
	if err != nil {
		return nil, err
	}
	var out struct {
		IDs []string `json:"ids"`
	}
	err = decodeInto(opContactsBulkBusiness, resp, &out)
	return out.IDs, err
}

// Followers is the answer to adding and removing followers.
type Followers struct {
	// Followers are the user ids of all followers after the call; Changed are those that were added or removed.
	Followers []string
	Changed   []string
}

// AddFollowers lets users follow a contact; a user who follows already is left as is.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/add-followers-contact
//
//api:op POST /contacts/{contactId}/followers
func (s *ContactsService) AddFollowers(ctx context.Context, contactID string, userIDs []string, opts ...CallOption) (Followers, error) {
	return s.client.followers(ctx, opContactsAddFollowers, contactID, userIDs, nil, opts)
}

// RemoveFollowers ends the following of a contact by users.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/remove-followers-contact
//
//api:op DELETE /contacts/{contactId}/followers
func (s *ContactsService) RemoveFollowers(ctx context.Context, contactID string, userIDs []string, opts ...CallOption) (Followers, error) {
	return s.client.followers(ctx, opContactsRemoveFollowers, contactID, userIDs, nil, opts)
}

// AddToCampaign puts a contact into a campaign. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/add-contact-to-campaign
//
//api:op POST /contacts/{contactId}/campaigns/{campaignId}
func (s *ContactsService) AddToCampaign(ctx context.Context, contactID, campaignID string, opts ...CallOption) error {
	return s.client.act(ctx, opContactsAddToCampaign, args{params: []string{contactID, campaignID}, body: struct{}{}}, opts)
}

// RemoveFromCampaign takes a contact out of a campaign.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/remove-contact-from-campaign
//
//api:op DELETE /contacts/{contactId}/campaigns/{campaignId}
func (s *ContactsService) RemoveFromCampaign(ctx context.Context, contactID, campaignID string, opts ...CallOption) error {
	return s.client.remove(ctx, opContactsRemoveFromCampaign, args{params: []string{contactID, campaignID}}, opts)
}

// RemoveFromAllCampaigns takes a contact out of every campaign.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/remove-contact-from-every-campaign
//
//api:op DELETE /contacts/{contactId}/campaigns/removeAll
func (s *ContactsService) RemoveFromAllCampaigns(ctx context.Context, contactID string, opts ...CallOption) error {
	return s.client.remove(ctx, opContactsRemoveFromAllCampaigns, args{params: []string{contactID}}, opts)
}

// workflowBody is the body of the workflow calls; the time is optional.
type workflowBody struct {
	EventStartTime Opt[time.Time] `json:"eventStartTime,omitzero"`
}

func newWorkflowBody(at time.Time) workflowBody {
	if at.IsZero() {
		return workflowBody{}
	}
	return workflowBody{EventStartTime: Set(outgoing(at))}
}

// AddToWorkflow starts a workflow for a contact. at is the time of the event that the workflow refers to; the zero value
// leaves it out. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/add-contact-to-workflow
//
//api:op POST /contacts/{contactId}/workflow/{workflowId}
func (s *ContactsService) AddToWorkflow(ctx context.Context, contactID, workflowID string, at time.Time, opts ...CallOption) error {
	return s.client.act(ctx, opContactsAddToWorkflow, args{params: []string{contactID, workflowID}, body: newWorkflowBody(at)}, opts)
}

// RemoveFromWorkflow takes a contact out of a workflow. at is the time of the event that the workflow refers to; the zero value
// leaves it out.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/delete-contact-from-workflow
//
//api:op DELETE /contacts/{contactId}/workflow/{workflowId}
func (s *ContactsService) RemoveFromWorkflow(ctx context.Context, contactID, workflowID string, at time.Time, opts ...CallOption) error {
	return s.client.remove(ctx, opContactsRemoveFromWorkflow, args{params: []string{contactID, workflowID}, body: newWorkflowBody(at)}, opts)
}
