package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"strconv"
)

// BusinessesService calls businesses, the companies that contacts belong to,
// https://marketplace.gohighlevel.com/docs/ghl/businesses/businesses.
type BusinessesService struct{ service }

// Business is a company of a location. Its custom fields are reached through the objects API only.
type Business struct {
	ID          string          `json:"id"`
	LocationID  string          `json:"locationId"`
	Name        string          `json:"name"`
	Phone       string          `json:"phone"`
	Email       string          `json:"email"`
	Website     string          `json:"website"`
	Address     string          `json:"address"`
	City        string          `json:"city"`
	State       string          `json:"state"`
	PostalCode  string          `json:"postalCode"`
	Country     string          `json:"country"`
	Description string          `json:"description"`
	CreatedBy   json.RawMessage `json:"createdBy"`
	UpdatedBy   json.RawMessage `json:"updatedBy"`
	CreatedAt   Time            `json:"createdAt"`
	UpdatedAt   Time            `json:"updatedAt"`

	raw raw
}

// RawJSON returns the business as it was received.
func (b Business) RawJSON() json.RawMessage { return b.raw.copy() }

// UnmarshalJSON reads a business.
func (b *Business) UnmarshalJSON(data []byte) error { return b.decode(slices.Clone(data)) }

type businessFields Business

func (b *Business) decode(data json.RawMessage) error {
	w := struct {
		*businessFields
		UnderscoreID string `json:"_id"`
		DateAdded    Time   `json:"dateAdded"`
		DateUpdated  Time   `json:"dateUpdated"`
	}{businessFields: (*businessFields)(b)}
	err := unmarshal(data, &w)
	b.ID, b.raw.data = cmp.Or(b.ID, w.UnderscoreID), data
	b.CreatedAt, b.UpdatedAt = b.CreatedAt.or(w.DateAdded), b.UpdatedAt.or(w.DateUpdated)
	return err
}

// BusinessCreate is the body of [BusinessesService.Create]. Name and LocationID are required.
type BusinessCreate struct {
	Name        string `json:"name"`
	LocationID  string `json:"locationId"`
	Phone       string `json:"phone,omitempty"`
	Email       string `json:"email,omitempty"`
	Website     string `json:"website,omitempty"`
	Address     string `json:"address,omitempty"`
	City        string `json:"city,omitempty"`
	State       string `json:"state,omitempty"`
	PostalCode  string `json:"postalCode,omitempty"`
	Country     string `json:"country,omitempty"`
	Description string `json:"description,omitempty"`
}

// BusinessUpdate is the body of [BusinessesService.Update]: absent fields stay as they are.
type BusinessUpdate struct {
	Name        Opt[string] `json:"name,omitzero"`
	Phone       Opt[string] `json:"phone,omitzero"`
	Email       Opt[string] `json:"email,omitzero"`
	Website     Opt[string] `json:"website,omitzero"`
	Address     Opt[string] `json:"address,omitzero"`
	City        Opt[string] `json:"city,omitzero"`
	State       Opt[string] `json:"state,omitzero"`
	PostalCode  Opt[string] `json:"postalCode,omitzero"`
	Country     Opt[string] `json:"country,omitzero"`
	Description Opt[string] `json:"description,omitzero"`
}

// List walks the businesses of a location, 100 to a page, by offset.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/businesses/get-businesses-by-location
//
//api:op GET /businesses/
func (s *BusinessesService) List(ctx context.Context, locationID string, opts ...CallOption) iter.Seq2[Business, error] {
	return func(yield func(Business, error) bool) {
		if err := required(opBusinessesList, "locationId", locationID); err != nil {
			yield(Business{}, err)
			return
		}
		query := url.Values{"locationId": {locationID}}
		bySkip(yield, skipper[Business]{limit: 100, id: func(b Business) string { return b.ID },
			page: func(limit, skip int) ([]Business, error) {
				query.Set("limit", strconv.Itoa(limit))
				query.Set("skip", strconv.Itoa(skip))
				resp, err := s.client.send(ctx, opBusinessesList, args{query: query}, opts)
				if err != nil {
					return nil, err
				}
				return decodeList[Business](opBusinessesList, resp, "businesses")
			}})
	}
}

// Get reads one business.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/businesses/get-business
//
//api:op GET /businesses/{businessId}
func (s *BusinessesService) Get(ctx context.Context, id string, opts ...CallOption) (Business, error) {
	return one[Business](ctx, s.client, opBusinessesGet, args{params: []string{id}}, opts, "business", "buiseness")
}

// Create makes a business. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/businesses/create-business
//
//api:op POST /businesses/
func (s *BusinessesService) Create(ctx context.Context, body BusinessCreate, opts ...CallOption) (Business, error) {
	if err := required(opBusinessesCreate, "name", body.Name, "locationId", body.LocationID); err != nil {
		return Business{}, err
	}
	return one[Business](ctx, s.client, opBusinessesCreate, args{body: body}, opts, "buiseness", "business")
}

// Update changes the fields that are set in body.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/businesses/update-business
//
//api:op PUT /businesses/{businessId}
func (s *BusinessesService) Update(ctx context.Context, id string, body BusinessUpdate, opts ...CallOption) (Business, error) {
	return one[Business](ctx, s.client, opBusinessesUpdate, args{params: []string{id}, body: body}, opts, "buiseness", "business")
}

// Delete removes a business.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/businesses/delete-business
//
//api:op DELETE /businesses/{businessId}
func (s *BusinessesService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opBusinessesDelete, args{params: []string{id}}, opts)
}
