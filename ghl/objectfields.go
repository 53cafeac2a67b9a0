package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
)

// ObjectFieldsService calls the custom fields of custom objects and companies,
// https://marketplace.gohighlevel.com/docs/ghl/custom-fields/custom-fields-v-2-api. Those of contacts and opportunities are in
// CustomFieldsService.
type ObjectFieldsService struct{ service }

// ObjectField is the definition of a custom field of an object, or a folder of them.
type ObjectField struct {
	ID          string `json:"id"`
	LocationID  string `json:"locationId"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Placeholder string `json:"placeholder"`
	// ObjectKey is for example "custom_object.pet"; FieldKey adds the field's own key.
	ObjectKey         string        `json:"objectKey"`
	FieldKey          string        `json:"fieldKey"`
	DataType          string        `json:"dataType"`
	ParentID          string        `json:"parentId"`
	ShowInForms       bool          `json:"showInForms"`
	Options           []FieldOption `json:"options"`
	AcceptedFormats   string        `json:"acceptedFormats"`
	AllowCustomOption bool          `json:"allowCustomOption"`
	MaxFileLimit      int           `json:"maxFileLimit"`
	DateAdded         Time          `json:"dateAdded"`
	DateUpdated       Time          `json:"dateUpdated"`

	raw raw
}

// FieldOption is one choice of a field. URL is for image choices.
type FieldOption struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	URL   string `json:"url,omitempty"`
}

// RawJSON returns the field as it was received.
func (f ObjectField) RawJSON() json.RawMessage { return f.raw.copy() }

// UnmarshalJSON reads a field.
func (f *ObjectField) UnmarshalJSON(data []byte) error { return f.decode(slices.Clone(data)) }

type objectFieldFields ObjectField

func (f *ObjectField) decode(data json.RawMessage) error {
	w := struct {
		*objectFieldFields
		UnderscoreID string `json:"_id"`
	}{objectFieldFields: (*objectFieldFields)(f)}
	err := unmarshal(data, &w)
	f.ID, f.raw.data = cmp.Or(f.ID, w.UnderscoreID), data
	return err
}

// ObjectFieldCreate is the body of [ObjectFieldsService.Create]. LocationID, DataType, FieldKey, ObjectKey and ParentID are
// required.
type ObjectFieldCreate struct {
	LocationID        string        `json:"locationId"`
	ShowInForms       bool          `json:"showInForms"`
	DataType          string        `json:"dataType"`
	FieldKey          string        `json:"fieldKey"`
	ObjectKey         string        `json:"objectKey"`
	ParentID          string        `json:"parentId"`
	Name              string        `json:"name,omitempty"`
	Description       string        `json:"description,omitempty"`
	Placeholder       string        `json:"placeholder,omitempty"`
	Options           []FieldOption `json:"options,omitempty"`
	AcceptedFormats   string        `json:"acceptedFormats,omitempty"`
	MaxFileLimit      int           `json:"maxFileLimit,omitempty"`
	AllowCustomOption Opt[bool]     `json:"allowCustomOption,omitzero"`
}

// ObjectFieldUpdate is the body of [ObjectFieldsService.Update]. LocationID and ShowInForms are always sent; absent fields stay as
// they are. Options replace the whole list.
type ObjectFieldUpdate struct {
	LocationID      string             `json:"locationId"`
	ShowInForms     bool               `json:"showInForms"`
	Name            Opt[string]        `json:"name,omitzero"`
	Description     Opt[string]        `json:"description,omitzero"`
	Placeholder     Opt[string]        `json:"placeholder,omitzero"`
	Options         Opt[[]FieldOption] `json:"options,omitzero"`
	AcceptedFormats Opt[string]        `json:"acceptedFormats,omitzero"`
	MaxFileLimit    Opt[int]           `json:"maxFileLimit,omitzero"`
}

// Get reads one field.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/custom-fields/get-custom-field-by-id
//
//api:op GET /custom-fields/{id}
func (s *ObjectFieldsService) Get(ctx context.Context, id string, opts ...CallOption) (ObjectField, error) {
	return one[ObjectField](ctx, s.client, opObjectFieldsGet, args{params: []string{id}}, opts, "field")
}

// Create makes a field. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/custom-fields/create-custom-field
//
//api:op POST /custom-fields/
func (s *ObjectFieldsService) Create(ctx context.Context, body ObjectFieldCreate, opts ...CallOption) (ObjectField, error) {
	if err := required(opObjectFieldsCreate, "locationId", body.LocationID, "dataType", body.DataType, "fieldKey", body.FieldKey,
		"objectKey", body.ObjectKey, "parentId", body.ParentID); err != nil {
		return ObjectField{}, err
	}
	return one[ObjectField](ctx, s.client, opObjectFieldsCreate, args{body: body}, opts, "field")
}

// Update changes a field.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/custom-fields/update-custom-field
//
//api:op PUT /custom-fields/{id}
func (s *ObjectFieldsService) Update(ctx context.Context, id string, body ObjectFieldUpdate, opts ...CallOption) (ObjectField, error) {
	if err := required(opObjectFieldsUpdate, "locationId", body.LocationID); err != nil {
		return ObjectField{}, err
	}
	return one[ObjectField](ctx, s.client, opObjectFieldsUpdate, args{params: []string{id}, body: body}, opts, "field")
}

// Delete removes a field with its values.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/custom-fields/delete-custom-field
//
//api:op DELETE /custom-fields/{id}
func (s *ObjectFieldsService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opObjectFieldsDelete, args{params: []string{id}}, opts)
}

// List yields the fields of an object, for example "custom_object.pet" or "business"; the API has no pages here. Folders come
// with them when withFolders is set, after the fields.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/custom-fields/get-custom-fields-by-object-key
//
//api:op GET /custom-fields/object-key/{objectKey}
func (s *ObjectFieldsService) List(ctx context.Context, locationID, objectKey string, withFolders bool, opts ...CallOption) iter.Seq2[ObjectField, error] {
	return func(yield func(ObjectField, error) bool) {
		if err := required(opObjectFieldsList, "locationId", locationID); err != nil {
			yield(ObjectField{}, err)
			return
		}
		query := url.Values{"locationId": {locationID}}
		resp, err := s.client.send(ctx, opObjectFieldsList, args{params: []string{objectKey}, query: query}, opts)
		var fields, folders []ObjectField
		if err == nil {
			fields, err = decodeList[ObjectField](opObjectFieldsList, resp, "fields")
		}
		if err == nil && withFolders {
			folders, err = decodeList[ObjectField](opObjectFieldsList, resp, "folders")
		}
		yieldAll(yield, append(fields, folders...), err)
	}
}

// FieldFolder is a folder of fields.
type FieldFolder struct {
	ID         string `json:"id"`
	ObjectKey  string `json:"objectKey"`
	LocationID string `json:"locationId"`
	Name       string `json:"name"`

	raw raw
}

// RawJSON returns the folder as it was received.
func (f FieldFolder) RawJSON() json.RawMessage { return f.raw.copy() }

// UnmarshalJSON reads a folder.
func (f *FieldFolder) UnmarshalJSON(data []byte) error { return f.decode(slices.Clone(data)) }

func (f *FieldFolder) decode(data json.RawMessage) error {
	type fields FieldFolder
	err := unmarshal(data, (*fields)(f))
	f.raw.data = data
	return err
}

// FieldFolderCreate is the body of [ObjectFieldsService.CreateFolder]; all fields are required.
type FieldFolderCreate struct {
	ObjectKey  string `json:"objectKey"`
	Name       string `json:"name"`
	LocationID string `json:"locationId"`
}

// CreateFolder makes a folder. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/custom-fields/create-custom-field-folder
//
//api:op POST /custom-fields/folder
func (s *ObjectFieldsService) CreateFolder(ctx context.Context, body FieldFolderCreate, opts ...CallOption) (FieldFolder, error) {
	if err := required(opObjectFieldsCreateFolder, "objectKey", body.ObjectKey, "name", body.Name, "locationId", body.LocationID); err != nil {
		return FieldFolder{}, err
	}
	return one[FieldFolder](ctx, s.client, opObjectFieldsCreateFolder, args{body: body}, opts, "folder")
}

// FieldFolderUpdate is the body of [ObjectFieldsService.UpdateFolder]; both fields are required.
type FieldFolderUpdate struct {
	Name       string `json:"name"`
	LocationID string `json:"locationId"`
}

// UpdateFolder renames a folder.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/custom-fields/update-custom-field-folder
//
//api:op PUT /custom-fields/folder/{id}
func (s *ObjectFieldsService) UpdateFolder(ctx context.Context, id string, body FieldFolderUpdate, opts ...CallOption) (FieldFolder, error) {
	if err := required(opObjectFieldsUpdateFolder, "name", body.Name, "locationId", body.LocationID); err != nil {
		return FieldFolder{}, err
	}
	return one[FieldFolder](ctx, s.client, opObjectFieldsUpdateFolder, args{params: []string{id}, body: body}, opts, "folder")
}

// DeleteFolder removes a folder.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/custom-fields/delete-custom-field-folder
//
//api:op DELETE /custom-fields/folder/{id}
func (s *ObjectFieldsService) DeleteFolder(ctx context.Context, locationID, id string, opts ...CallOption) error {
	if err := required(opObjectFieldsDeleteFolder, "locationId", locationID); err != nil {
		return err
	}
	query := url.Values{"locationId": {locationID}}
	return s.client.remove(ctx, opObjectFieldsDeleteFolder, args{params: []string{id}, query: query}, opts)
}
