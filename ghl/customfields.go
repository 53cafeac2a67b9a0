package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/url"
	"slices"
)

// CustomFieldsService calls the custom fields of contacts and opportunities,
// https://marketplace.gohighlevel.com/docs/ghl/locations/custom-field. Those of other objects are in ObjectFieldsService.
type CustomFieldsService struct{ service }

// CustomField is the definition of a custom field.
type CustomField struct {
	ID         string `json:"id"`
	LocationID string `json:"locationId"`
	Name       string `json:"name"`
	// FieldKey is for example "contact.pincode".
	FieldKey    string `json:"fieldKey"`
	Placeholder string `json:"placeholder"`
	// DataType is for example TEXT, NUMERICAL, CHECKBOX, SINGLE_OPTIONS, DATE, FILE_UPLOAD, TEXTBOX_LIST.
	DataType             string            `json:"dataType"`
	Position             float64           `json:"position"`
	PicklistOptions      []string          `json:"picklistOptions"`
	PicklistImageOptions []json.RawMessage `json:"picklistImageOptions"`
	AllowsCustomOption   bool              `json:"isAllowedCustomOption"`
	AllowsMultipleFiles  bool              `json:"isMultiFileAllowed"`
	MaxFileLimit         int               `json:"maxFileLimit"`
	// Model is contact or opportunity.
	Model        string   `json:"model"`
	DocumentType string   `json:"documentType"`
	ParentID     string   `json:"parentId"`
	Standard     bool     `json:"standard"`
	Scopes       []string `json:"scopes"`
	DateAdded    Time     `json:"dateAdded"`

	raw raw
}

// RawJSON returns the field as it was received.
func (f CustomField) RawJSON() json.RawMessage { return f.raw.copy() }

// UnmarshalJSON reads a field.
func (f *CustomField) UnmarshalJSON(data []byte) error { return f.decode(slices.Clone(data)) }

type customFieldFields CustomField

func (f *CustomField) decode(data json.RawMessage) error {
	w := struct {
		*customFieldFields
		UnderscoreID string `json:"_id"`
	}{customFieldFields: (*customFieldFields)(f)}
	err := unmarshal(data, &w)
	f.ID, f.raw.data = cmp.Or(f.ID, w.UnderscoreID), data
	return err
}

// TextBox is one box of a field of type TEXTBOX_LIST.
type TextBox struct {
	Label        string `json:"label"`
	PrefillValue string `json:"prefillValue"`
}

// CustomFieldCreate is the body of [CustomFieldsService.Create]. Name and DataType are required. The names of some
// properties differ from those that are read.
type CustomFieldCreate struct {
	Name            string    `json:"name"`
	DataType        string    `json:"dataType"`
	Placeholder     string    `json:"placeholder,omitempty"`
	AcceptedFormats []string  `json:"acceptedFormat,omitempty"`
	MultipleFiles   Opt[bool] `json:"isMultipleFile,omitzero"`
	MaxFiles        int       `json:"maxNumberOfFiles,omitempty"`
	TextBoxes       []TextBox `json:"textBoxListOptions,omitempty"`
	Position        Opt[int]  `json:"position,omitzero"`
	Model           string    `json:"model,omitempty"`
}

// CustomFieldUpdate is the body of [CustomFieldsService.Update]. Name is required by the vendor; absent fields stay.
type CustomFieldUpdate struct {
	Name            string         `json:"name"`
	Placeholder     Opt[string]    `json:"placeholder,omitzero"`
	AcceptedFormats Opt[[]string]  `json:"acceptedFormat,omitzero"`
	MultipleFiles   Opt[bool]      `json:"isMultipleFile,omitzero"`
	MaxFiles        Opt[int]       `json:"maxNumberOfFiles,omitzero"`
	TextBoxes       Opt[[]TextBox] `json:"textBoxListOptions,omitzero"`
	Position        Opt[int]       `json:"position,omitzero"`
	Model           Opt[string]    `json:"model,omitzero"`
}

// List yields the custom fields of a location. model is "contact", "opportunity" or "all"; empty means what the vendor takes for
// granted, contact.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-custom-fields
//
//api:op GET /locations/{locationId}/customFields
func (s *CustomFieldsService) List(ctx context.Context, locationID, model string, opts ...CallOption) iter.Seq2[CustomField, error] {
	query := url.Values{}
	setQuery(query, "model", model)
	return listOnce[CustomField](ctx, s.client, opCustomFieldsList, args{params: []string{locationID}, query: query}, opts, "customFields")
}

// Get reads one custom field.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-custom-field
//
//api:op GET /locations/{locationId}/customFields/{id}
func (s *CustomFieldsService) Get(ctx context.Context, locationID, id string, opts ...CallOption) (CustomField, error) {
	return one[CustomField](ctx, s.client, opCustomFieldsGet, args{params: []string{locationID, id}}, opts, "customField")
}

// Create makes a custom field. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/create-custom-field
//
//api:op POST /locations/{locationId}/customFields
func (s *CustomFieldsService) Create(ctx context.Context, locationID string, body CustomFieldCreate, opts ...CallOption) (CustomField, error) {
	if err := required(opCustomFieldsCreate, "name", body.Name, "dataType", body.DataType); err != nil {
		return CustomField{}, err
	}
	return one[CustomField](ctx, s.client, opCustomFieldsCreate, args{params: []string{locationID}, body: body}, opts, "customField")
}

// Update changes a custom field; its type cannot be changed.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/update-custom-field
//
//api:op PUT /locations/{locationId}/customFields/{id}
func (s *CustomFieldsService) Update(ctx context.Context, locationID, id string, body CustomFieldUpdate, opts ...CallOption) (CustomField, error) {
	if err := required(opCustomFieldsUpdate, "name", body.Name); err != nil {
		return CustomField{}, err
	}
	return one[CustomField](ctx, s.client, opCustomFieldsUpdate, args{params: []string{locationID, id}, body: body}, opts, "customField")
}

// Delete removes a custom field with its values.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/delete-custom-field
//
//api:op DELETE /locations/{locationId}/customFields/{id}
func (s *CustomFieldsService) Delete(ctx context.Context, locationID, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opCustomFieldsDelete, args{params: []string{locationID, id}}, opts)
}

// CustomFieldUpload is the body of [CustomFieldsService.Upload].
type CustomFieldUpload struct {
	// ID is the id of the contact, the opportunity or the custom field; required.
	ID string
	// MaxFiles bounds the number of files; 0 leaves it out.
	MaxFiles int
	// Files are the files; at least one. The name of each form field is the custom field's id, "_" and an id of the file.
	Files []File
}

// File is a file to upload. Content is read into memory once, so that the request can be repeated when that is safe.
type File struct {
	// Field is the name of the form field; Name the name of the file.
	Field, Name string
	Content     io.Reader
}

// Upload is the answer to an upload.
type Upload struct {
	// Files are the addresses by name.
	Files map[string]string
	// Meta holds what else the vendor says per file.
	Meta []json.RawMessage
	// TwilioMediaSIDs are the marks of attachments for a group message; see [AttachmentUpload].
	TwilioMediaSIDs []string
}

// Upload stores files for custom fields of type FILE_UPLOAD. It is sent once; after an unclear failure the error is
// ErrUncertain. Formats and sizes are bounded by the vendor (status 413 and 415).
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/upload-file-custom-fields
//
//api:op POST /locations/{locationId}/customFields/upload
func (s *CustomFieldsService) Upload(ctx context.Context, locationID string, u CustomFieldUpload, opts ...CallOption) (Upload, error) {
	if err := required(opCustomFieldsUpload, "id", u.ID); err != nil {
		return Upload{}, err
	}
	if len(u.Files) == 0 {
		return Upload{}, invalid(operations[opCustomFieldsUpload].ID, "a file is required")
	}
	f := form{}
	f.field("id", u.ID)
	f.number("maxFiles", u.MaxFiles)
	return s.client.upload(ctx, opCustomFieldsUpload, []string{locationID}, f, u.Files, opts)
}
