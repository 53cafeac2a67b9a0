package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
)

// LocationsService calls locations, which the product calls sub-accounts,
// https://marketplace.gohighlevel.com/docs/ghl/locations/sub-account-formerly-location-api.
type LocationsService struct{ service }

// Location is a sub-account.
type Location struct {
	ID         string `json:"id"`
	CompanyID  string `json:"companyId"`
	Name       string `json:"name"`
	Phone      string `json:"phone"`
	Email      string `json:"email"`
	FirstName  string `json:"firstName"`
	LastName   string `json:"lastName"`
	Address    string `json:"address"`
	City       string `json:"city"`
	State      string `json:"state"`
	Country    string `json:"country"`
	PostalCode string `json:"postalCode"`
	Website    string `json:"website"`
	Domain     string `json:"domain"`
	LogoURL    string `json:"logoUrl"`
	// Timezone is an IANA name, for example "Europe/Zurich"; see time.LoadLocation.
	Timezone  string           `json:"timezone"`
	Currency  string           `json:"currency"`
	BrandID   string           `json:"brandId"`
	DateAdded Time             `json:"dateAdded"`
	Settings  LocationSettings `json:"settings"`
	// Business, Social, Reseller and Permissions are objects as the vendor sends them.
	Business    json.RawMessage `json:"business"`
	Social      json.RawMessage `json:"social"`
	Reseller    json.RawMessage `json:"reseller"`
	Permissions json.RawMessage `json:"permissions"`

	raw raw
}

// LocationSettings decide among others how duplicates are found.
type LocationSettings struct {
	AllowDuplicateContact     bool `json:"allowDuplicateContact"`
	AllowDuplicateOpportunity bool `json:"allowDuplicateOpportunity"`
	AllowFacebookNameMerge    bool `json:"allowFacebookNameMerge"`
	DisableContactTimezone    bool `json:"disableContactTimezone"`
	// ContactUniqueIdentifiers are the fields by which contacts are matched, in order, for example "email", "phone".
	ContactUniqueIdentifiers []string        `json:"contactUniqueIdentifiers"`
	CRMSettings              json.RawMessage `json:"crmSettings"`
}

// RawJSON returns the location as it was received, with the fields that have no Go field.
func (l Location) RawJSON() json.RawMessage { return l.raw.copy() }

// UnmarshalJSON reads a location.
func (l *Location) UnmarshalJSON(data []byte) error { return l.decode(slices.Clone(data)) }

type locationFields Location

func (l *Location) decode(data json.RawMessage) error {
	w := struct {
		*locationFields
		UnderscoreID string `json:"_id"`
		Address1     string `json:"address1"`
	}{locationFields: (*locationFields)(l)}
	if err := unmarshal(data, &w); err != nil {
		return err
	}
	l.ID = cmp.Or(l.ID, w.UnderscoreID)
	l.Address = cmp.Or(l.Address, w.Address1)
	l.raw.data = data
	return nil
}

// Get reads a location. A token of another location is ErrLocation.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-location
//
//api:op GET /locations/{locationId}
func (s *LocationsService) Get(ctx context.Context, id string, opts ...CallOption) (Location, error) {
	return one[Location](ctx, s.client, opLocationsGet, args{params: []string{id}}, opts, "location")
}
