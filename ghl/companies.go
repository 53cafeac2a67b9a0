package ghl

import (
	"context"
	"encoding/json"
	"slices"
)

// CompaniesService calls agencies, which the API calls companies,
// https://marketplace.gohighlevel.com/docs/ghl/companies/companies.
type CompaniesService struct{ service }

// Company is an agency. RawJSON holds its many settings that have no Go field.
type Company struct {
	ID                 string  `json:"id"`
	Name               string  `json:"name"`
	Email              string  `json:"email"`
	Phone              string  `json:"phone"`
	LogoURL            string  `json:"logoUrl"`
	Website            string  `json:"website"`
	Domain             string  `json:"domain"`
	SpareDomain        string  `json:"spareDomain"`
	Subdomain          string  `json:"subdomain"`
	Address            string  `json:"address"`
	City               string  `json:"city"`
	State              string  `json:"state"`
	PostalCode         string  `json:"postalCode"`
	Country            string  `json:"country"`
	Timezone           string  `json:"timezone"`
	Currency           string  `json:"currency"`
	RelationshipNumber string  `json:"relationshipNumber"`
	Plan               float64 `json:"plan"`
	CustomerType       string  `json:"customerType"`
	Status             string  `json:"status"`
	LocationCount      int     `json:"locationCount"`
	IsReselling        bool    `json:"isReselling"`
	PremiumUpgraded    bool    `json:"premiumUpgraded"`
	IsEnterprise       bool    `json:"isEnterpriseAccount"`
	IsSandbox          bool    `json:"isSandboxAccount"`
	BusinessNiche      string  `json:"businessNiche"`
	BusinessCategory   string  `json:"businessCategory"`

	raw raw
}

// RawJSON returns the company as it was received.
func (c Company) RawJSON() json.RawMessage { return c.raw.copy() }

// UnmarshalJSON reads a company.
func (c *Company) UnmarshalJSON(data []byte) error { return c.decode(slices.Clone(data)) }

func (c *Company) decode(data json.RawMessage) error {
	type fields Company
	err := unmarshal(data, (*fields)(c))
	c.raw.data = data
	return err
}

// Get reads the agency of an agency token.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/companies/get-company
//
//api:op GET /companies/{companyId}
func (s *CompaniesService) Get(ctx context.Context, id string, opts ...CallOption) (Company, error) {
	return one[Company](ctx, s.client, opCompaniesGet, args{params: []string{id}}, opts, "company")
}
