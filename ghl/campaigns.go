package ghl

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
)

// CampaignsService calls campaigns, https://marketplace.gohighlevel.com/docs/ghl/campaigns/campaigns.
type CampaignsService struct{ service }

// Campaign is a campaign of a location.
type Campaign struct {
	ID         string `json:"id"`
	LocationID string `json:"locationId"`
	Name       string `json:"name"`
	Status     string `json:"status"`

	raw raw
}

// RawJSON returns the campaign as it was received.
func (c Campaign) RawJSON() json.RawMessage { return c.raw.copy() }

// UnmarshalJSON reads a campaign.
func (c *Campaign) UnmarshalJSON(data []byte) error { return c.decode(slices.Clone(data)) }

func (c *Campaign) decode(data json.RawMessage) error {
	type fields Campaign
	err := unmarshal(data, (*fields)(c))
	c.raw.data = data
	return err
}

// List yields the campaigns of a location; status, for example "published", narrows them, empty means all. The API has no
// pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/campaigns/get-campaigns
//
//api:op GET /campaigns/
func (s *CampaignsService) List(ctx context.Context, locationID, status string, opts ...CallOption) iter.Seq2[Campaign, error] {
	if err := required(opCampaignsList, "locationId", locationID); err != nil {
		return listError[Campaign](err)
	}
	query := url.Values{"locationId": {locationID}}
	setQuery(query, "status", status)
	return listOnce[Campaign](ctx, s.client, opCampaignsList, args{query: query}, opts, "campaigns")
}
