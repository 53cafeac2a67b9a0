package ghl

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"strconv"
)

// LocationSearch narrows a search for locations; all fields are optional.
type LocationSearch struct {
	CompanyID string
	Email     string
	// Descending turns the order round.
	Descending bool
	// Limit is the page size, default and maximum 100.
	Limit int
}

// Search walks the locations that the token may see, in pages by offset. Rows hold fewer fields than Get.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/search-locations
//
//api:op GET /locations/search
func (s *LocationsService) Search(ctx context.Context, q LocationSearch, opts ...CallOption) iter.Seq2[Location, error] {
	return func(yield func(Location, error) bool) {
		query := url.Values{}
		setQuery(query, "companyId", q.CompanyID)
		setQuery(query, "email", q.Email)
		if q.Descending {
			query.Set("order", "desc")
		}
		bySkip(yield, skipper[Location]{limit: pageSize(q.Limit, 100, 100), id: func(l Location) string { return l.ID },
			page: func(limit, skip int) ([]Location, error) {
				query.Set("limit", strconv.Itoa(limit))
				query.Set("skip", strconv.Itoa(skip))
				resp, err := s.client.send(ctx, opLocationsSearch, args{query: query}, opts)
				if err != nil {
					return nil, err
				}
				return decodeList[Location](opLocationsSearch, resp, "locations")
			}})
	}
}

// LocationSettingsInput are the settings that can be written.
type LocationSettingsInput struct {
	AllowDuplicateContact     Opt[bool] `json:"allowDuplicateContact,omitzero"`
	AllowDuplicateOpportunity Opt[bool] `json:"allowDuplicateOpportunity,omitzero"`
	AllowFacebookNameMerge    Opt[bool] `json:"allowFacebookNameMerge,omitzero"`
	DisableContactTimezone    Opt[bool] `json:"disableContactTimezone,omitzero"`
}

// Prospect is the person behind a location. All fields are required.
type Prospect struct {
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     string `json:"email"`
}

// Twilio and Mailgun are credentials of a location; they are sent and never read back.
type Twilio struct {
	SID       string `json:"sid"`
	AuthToken string `json:"authToken"`
}

// Mailgun are the credentials for e-mail.
type Mailgun struct {
	APIKey string `json:"apiKey"`
	Domain string `json:"domain"`
}

// Snapshot is a set of templates to load into a location.
type Snapshot struct {
	ID       string `json:"id"`
	Override bool   `json:"override,omitempty"`
}

// LocationCreate is the body of [LocationsService.Create]. Name and CompanyID are required.
type LocationCreate struct {
	Name       string                     `json:"name"`
	CompanyID  string                     `json:"companyId"`
	Phone      string                     `json:"phone,omitempty"`
	Address    string                     `json:"address,omitempty"`
	City       string                     `json:"city,omitempty"`
	State      string                     `json:"state,omitempty"`
	Country    string                     `json:"country,omitempty"`
	PostalCode string                     `json:"postalCode,omitempty"`
	Website    string                     `json:"website,omitempty"`
	Timezone   string                     `json:"timezone,omitempty"`
	Prospect   Opt[Prospect]              `json:"prospectInfo,omitzero"`
	Settings   Opt[LocationSettingsInput] `json:"settings,omitzero"`
	// Social holds addresses by network, for example "facebookUrl".
	Social     map[string]string `json:"social,omitempty"`
	Twilio     Opt[Twilio]       `json:"twilio,omitzero"`
	Mailgun    Opt[Mailgun]      `json:"mailgun,omitzero"`
	SnapshotID string            `json:"snapshotId,omitempty"`
}

// LocationUpdate is the body of [LocationsService.Update]. CompanyID is required; absent fields stay as they are.
type LocationUpdate struct {
	CompanyID  string                     `json:"companyId"`
	Name       Opt[string]                `json:"name,omitzero"`
	Phone      Opt[string]                `json:"phone,omitzero"`
	Address    Opt[string]                `json:"address,omitzero"`
	City       Opt[string]                `json:"city,omitzero"`
	State      Opt[string]                `json:"state,omitzero"`
	Country    Opt[string]                `json:"country,omitzero"`
	PostalCode Opt[string]                `json:"postalCode,omitzero"`
	Website    Opt[string]                `json:"website,omitzero"`
	Timezone   Opt[string]                `json:"timezone,omitzero"`
	Prospect   Opt[Prospect]              `json:"prospectInfo,omitzero"`
	Settings   Opt[LocationSettingsInput] `json:"settings,omitzero"`
	Social     Opt[map[string]string]     `json:"social,omitzero"`
	Twilio     Opt[Twilio]                `json:"twilio,omitzero"`
	Mailgun    Opt[Mailgun]               `json:"mailgun,omitzero"`
	Snapshot   Opt[Snapshot]              `json:"snapshot,omitzero"`
}

// Create makes a location; it needs an agency token. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/create-location
//
//api:op POST /locations/
func (s *LocationsService) Create(ctx context.Context, body LocationCreate, opts ...CallOption) (Location, error) {
	if err := required(opLocationsCreate, "name", body.Name, "companyId", body.CompanyID); err != nil {
		return Location{}, err
	}
	return one[Location](ctx, s.client, opLocationsCreate, args{body: body}, opts, "location")
}

// Update changes the fields that are set in body; it needs an agency token.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/put-location
//
//api:op PUT /locations/{locationId}
func (s *LocationsService) Update(ctx context.Context, id string, body LocationUpdate, opts ...CallOption) (Location, error) {
	if err := required(opLocationsUpdate, "companyId", body.CompanyID); err != nil {
		return Location{}, err
	}
	return one[Location](ctx, s.client, opLocationsUpdate, args{params: []string{id}, body: body}, opts, "location")
}

// Delete removes a location with everything in it; it needs an agency token. deleteTwilioAccount removes its
// telephone account too.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/delete-location
//
//api:op DELETE /locations/{locationId}
func (s *LocationsService) Delete(ctx context.Context, id string, deleteTwilioAccount bool, opts ...CallOption) error {
	query := url.Values{"deleteTwilioAccount": {strconv.FormatBool(deleteTwilioAccount)}}
	return s.client.remove(ctx, opLocationsDelete, args{params: []string{id}, query: query}, opts)
}

// Timezones returns the names of the time zones that a location can have.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-timezones
//
//api:op GET /locations/{locationId}/timezones
func (s *LocationsService) Timezones(ctx context.Context, locationID string, opts ...CallOption) ([]string, error) {
	resp, err := s.client.send(ctx, opLocationsTimezones, args{params: []string{locationID}}, opts)
	if err != nil {
		return nil, err
	}
	list := json.RawMessage(bytes.TrimSpace(resp.Body))
	if len(list) > 0 && list[0] == '{' {
		list, _ = pick(list, "timeZones", "timezones")
	}
	rows := []json.RawMessage{}
	if !walkArray(list, func(el json.RawMessage) bool { rows = append(rows, el); return true }) {
		return nil, unreadable(operations[opLocationsTimezones], resp, errNotArray)
	}
	return values(rows, "name"), nil
}

// Template is a text or e-mail template.
type Template struct {
	ID         string `json:"id"`
	LocationID string `json:"locationId"`
	Name       string `json:"name"`
	// Type is sms, email or whatsapp.
	Type           string          `json:"type"`
	DateAdded      Time            `json:"dateAdded"`
	Content        TemplateContent `json:"template"`
	URLAttachments []string        `json:"urlAttachments"`

	raw raw
}

// TemplateContent is what a template sends: Body for texts, Subject and HTML for e-mail.
type TemplateContent struct {
	Body        string            `json:"body"`
	Subject     string            `json:"subject"`
	HTML        string            `json:"html"`
	Attachments []json.RawMessage `json:"attachments"`
}

// RawJSON returns the template as it was received.
func (t Template) RawJSON() json.RawMessage { return t.raw.copy() }

// UnmarshalJSON reads a template.
func (t *Template) UnmarshalJSON(data []byte) error { return t.decode(slices.Clone(data)) }

func (t *Template) decode(data json.RawMessage) error {
	type fields Template
	err := unmarshal(data, (*fields)(t))
	t.raw.data = data
	return err
}

// TemplateQuery asks for templates. OriginID is required by the vendor, which does not say what it is.
type TemplateQuery struct {
	OriginID string
	// Type is sms, email or whatsapp; empty means all.
	Type    string
	Deleted Opt[bool]
	// Limit is the page size, default and maximum 100.
	Limit int
}

// Templates walks the templates of a location, in pages by offset.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-all-or-email-sms-templates
//
//api:op GET /locations/{locationId}/templates
func (s *LocationsService) Templates(ctx context.Context, locationID string, q TemplateQuery, opts ...CallOption) iter.Seq2[Template, error] {
	return func(yield func(Template, error) bool) {
		if err := required(opLocationsTemplates, "originId", q.OriginID); err != nil {
			yield(Template{}, err)
			return
		}
		query := url.Values{"originId": {q.OriginID}}
		setQuery(query, "type", q.Type)
		setBool(query, "deleted", q.Deleted)
		bySkip(yield, skipper[Template]{limit: pageSize(q.Limit, 100, 100), id: func(t Template) string { return t.ID },
			page: func(limit, skip int) ([]Template, error) {
				query.Set("limit", strconv.Itoa(limit))
				query.Set("skip", strconv.Itoa(skip))
				resp, err := s.client.send(ctx, opLocationsTemplates, args{params: []string{locationID}, query: query}, opts)
				if err != nil {
					return nil, err
				}
				return decodeList[Template](opLocationsTemplates, resp, "templates")
			}})
	}
}

// DeleteTemplate removes a template.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/delete-an-email-sms-template
//
//api:op DELETE /locations/{locationId}/templates/{id}
func (s *LocationsService) DeleteTemplate(ctx context.Context, locationID, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opLocationsDeleteTemplate, args{params: []string{locationID, id}}, opts)
}

// setBool sets a flag when it has a value.
func setFloat(q url.Values, name string, o Opt[float64]) {
	if v, ok := o.Get(); ok {
		q.Set(name, strconv.FormatFloat(v, 'f', -1, 64))
	}
}

func setBool(q url.Values, name string, o Opt[bool]) {
	if v, ok := o.Get(); ok {
		q.Set(name, strconv.FormatBool(v))
	}
}
