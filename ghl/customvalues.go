package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
)

// CustomValuesService calls the custom values of a location, which templates refer to,
// https://marketplace.gohighlevel.com/docs/ghl/locations/custom-value.
type CustomValuesService struct{ service }

// CustomValue is a named text of a location.
type CustomValue struct {
	ID         string `json:"id"`
	LocationID string `json:"locationId"`
	Name       string `json:"name"`
	// FieldKey is how templates refer to it, for example "{{ custom_values.x }}".
	FieldKey     string `json:"fieldKey"`
	Value        string `json:"value"`
	DocumentType string `json:"documentType"`

	raw raw
}

// RawJSON returns the value as it was received.
func (v CustomValue) RawJSON() json.RawMessage { return v.raw.copy() }

// UnmarshalJSON reads a custom value.
func (v *CustomValue) UnmarshalJSON(data []byte) error { return v.decode(slices.Clone(data)) }

type customValueFields CustomValue

func (v *CustomValue) decode(data json.RawMessage) error {
	w := struct {
		*customValueFields
		UnderscoreID string `json:"_id"`
	}{customValueFields: (*customValueFields)(v)}
	err := unmarshal(data, &w)
	v.ID, v.raw.data = cmp.Or(v.ID, w.UnderscoreID), data
	return err
}

// CustomValueInput is the body of creating and changing a custom value. Name is required; Value may be empty.
type CustomValueInput struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// List yields all custom values of a location; the API has no pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-custom-values
//
//api:op GET /locations/{locationId}/customValues
func (s *CustomValuesService) List(ctx context.Context, locationID string, opts ...CallOption) iter.Seq2[CustomValue, error] {
	return listOnce[CustomValue](ctx, s.client, opCustomValuesList, args{params: []string{locationID}}, opts, "customValues")
}

// Get reads one custom value.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-custom-value
//
//api:op GET /locations/{locationId}/customValues/{id}
func (s *CustomValuesService) Get(ctx context.Context, locationID, id string, opts ...CallOption) (CustomValue, error) {
	return one[CustomValue](ctx, s.client, opCustomValuesGet, args{params: []string{locationID, id}}, opts, "customValue")
}

// Create makes a custom value. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/create-custom-value
//
//api:op POST /locations/{locationId}/customValues
func (s *CustomValuesService) Create(ctx context.Context, locationID string, body CustomValueInput, opts ...CallOption) (CustomValue, error) {
	if err := required(opCustomValuesCreate, "name", body.Name); err != nil {
		return CustomValue{}, err
	}
	return one[CustomValue](ctx, s.client, opCustomValuesCreate, args{params: []string{locationID}, body: body}, opts, "customValue")
}

// Update changes name and value of a custom value; both are sent.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/update-custom-value
//
//api:op PUT /locations/{locationId}/customValues/{id}
func (s *CustomValuesService) Update(ctx context.Context, locationID, id string, body CustomValueInput, opts ...CallOption) (CustomValue, error) {
	if err := required(opCustomValuesUpdate, "name", body.Name); err != nil {
		return CustomValue{}, err
	}
	return one[CustomValue](ctx, s.client, opCustomValuesUpdate, args{params: []string{locationID, id}, body: body}, opts, "customValue")
}

// Delete removes a custom value.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/delete-custom-value
//
//api:op DELETE /locations/{locationId}/customValues/{id}
func (s *CustomValuesService) Delete(ctx context.Context, locationID, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opCustomValuesDelete, args{params: []string{locationID, id}}, opts)
}
