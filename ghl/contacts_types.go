package ghl

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// Contact is a person or company of a location. Every field may be empty: a read by id leaves out what has no value, a search
// sends null for it, and the fields differ between the operations.
//
// Times are instants; phones are E.164 as the vendor stores them; tags are lower case.
type Contact struct {
	ID         string `json:"id"`
	LocationID string `json:"locationId"`
	FirstName  string `json:"firstName"`
	LastName   string `json:"lastName"`
	// Name is the full name; a search sends it in lower case.
	Name string `json:"name"`
	// FirstNameRaw and LastNameRaw are the names as typed, sent by reads that lower the case of the others.
	FirstNameRaw string `json:"firstNameRaw"`
	LastNameRaw  string `json:"lastNameRaw"`
	Email        string `json:"email"`
	Phone        string `json:"phone"`
	PhoneLabel   string `json:"phoneLabel"`
	// AdditionalEmails and AdditionalPhones are the values beside the primary ones.
	AdditionalEmails []string `json:"-"`
	AdditionalPhones []string `json:"-"`
	// Address1 is the street; a search calls it "address".
	Address1     string `json:"address1"`
	City         string `json:"city"`
	State        string `json:"state"`
	PostalCode   string `json:"postalCode"`
	Country      string `json:"country"`
	Website      string `json:"website"`
	Timezone     string `json:"timezone"`
	CompanyName  string `json:"companyName"`
	BusinessID   string `json:"businessId"`
	BusinessName string `json:"businessName"`
	// Type is for example "lead".
	Type   string `json:"type"`
	Source string `json:"source"`
	// AssignedTo is a user id; Followers are user ids.
	AssignedTo   string             `json:"assignedTo"`
	Followers    []string           `json:"followers"`
	Tags         []string           `json:"tags"`
	CustomFields []CustomFieldValue `json:"-"`
	// DateOfBirth is YYYY-MM-DD or a full timestamp, as the vendor sends it.
	DateOfBirth        string      `json:"dateOfBirth"`
	Gender             string      `json:"gender"`
	DND                bool        `json:"dnd"`
	DNDSettings        DNDSettings `json:"dndSettings"`
	InboundDNDSettings DNDSettings `json:"inboundDndSettings"`
	DateAdded          Time        `json:"dateAdded"`
	// DateUpdated also moves for related activity, so a new value does not prove a changed field.
	DateUpdated         Time `json:"dateUpdated"`
	LastActivity        Time `json:"lastActivity"`
	LastSessionActivity Time `json:"lastSessionActivityAt"`
	Deleted             bool `json:"deleted"`
	BounceEmail         bool `json:"bounceEmail"`
	UnsubscribeEmail    bool `json:"unsubscribeEmail"`
	ValidEmail          bool `json:"validEmail"`
	ValidEmailDate      Time `json:"validEmailDate"`
	// CreatedBy is who made the contact, LastUpdatedBy who changed it last (answers to creates only).
	CreatedBy     Actor `json:"createdBy"`
	LastUpdatedBy Actor `json:"lastUpdatedBy"`
	// Opportunities are filled by a search only.
	Opportunities []ContactOpportunity `json:"opportunities"`
	// SearchAfter is the cursor of a search row; see ContactSearch.
	SearchAfter json.RawMessage `json:"searchAfter"`

	FirstNameLowerCase string `json:"firstNameLowerCase"`
	LastNameLowerCase  string `json:"lastNameLowerCase"`
	FullNameLowerCase  string `json:"fullNameLowerCase"`
	EmailLowerCase     string `json:"emailLowerCase"`

	AttributionSource     json.RawMessage `json:"attributionSource"`
	LastAttributionSource json.RawMessage `json:"lastAttributionSource"`
	Attributions          json.RawMessage `json:"attributions"`
	Attachments           json.RawMessage `json:"attachments"`
	SSN                   string          `json:"ssn"`
	Keyword               string          `json:"keyword"`
	VisitorID             string          `json:"visitorId"`
	BirthDay              json.RawMessage `json:"birthDay"`
	BirthMonth            json.RawMessage `json:"birthMonth"`
	Offers                json.RawMessage `json:"offers"`
	Products              json.RawMessage `json:"products"`

	raw raw
}

// RawJSON returns the contact as it was received, with the fields that have no Go field.
func (c Contact) RawJSON() json.RawMessage { return c.raw.copy() }

// UnmarshalJSON reads a contact in any of the shapes of the API.
func (c *Contact) UnmarshalJSON(data []byte) error { return c.decode(slices.Clone(data)) }

type contactFields Contact

type contactWire struct {
	*contactFields
	UnderscoreID     string            `json:"_id"`
	ContactName      string            `json:"contactName"`
	Address          string            `json:"address"`
	CreatedAt        Time              `json:"createdAt"`
	UpdatedAt        Time              `json:"updatedAt"`
	AdditionalEmails []json.RawMessage `json:"additionalEmails"`
	AdditionalPhones []json.RawMessage `json:"additionalPhones"`
	CustomFields     part              `json:"customFields"`
}

func (c *Contact) decode(data json.RawMessage) error {
	w := contactWire{contactFields: (*contactFields)(c)}
	if err := unmarshal(data, &w); err != nil {
		return err
	}
	c.ID = cmp.Or(c.ID, w.UnderscoreID)
	c.Name = cmp.Or(c.Name, w.ContactName)
	c.Address1 = cmp.Or(c.Address1, w.Address)
	c.DateAdded = c.DateAdded.or(w.CreatedAt)
	c.DateUpdated = c.DateUpdated.or(w.UpdatedAt)
	c.CustomFields = customFieldValues(json.RawMessage(w.CustomFields))
	c.AdditionalEmails = values(w.AdditionalEmails, "email")
	c.AdditionalPhones = values(w.AdditionalPhones, "phone")
	c.raw.data = data
	return nil
}

// values reads a list of texts or of objects that hold the text under key.
func values(list []json.RawMessage, key string) []string {
	var out []string
	for _, el := range list {
		if el = bytes.TrimSpace(el); len(el) > 0 && el[0] == '{' {
			el, _ = pick(el, key, "value")
		}
		if v := first(texts(el)); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// Actor names who did something: for a call of an OAuth app, Source is "INTEGRATION", Channel "OAUTH" and SourceID the client
// id.
type Actor struct {
	Source    string `json:"source"`
	Channel   string `json:"channel"`
	SourceID  string `json:"sourceId"`
	UserID    string `json:"userId"`
	ID        string `json:"id"`
	Name      string `json:"name"`
	Timestamp Time   `json:"timestamp"`
}

// ContactOpportunity is the short form of an opportunity inside a search row.
type ContactOpportunity struct {
	ID              string  `json:"id"`
	PipelineID      string  `json:"pipelineId"`
	PipelineStageID string  `json:"pipelineStageId"`
	Status          string  `json:"status"`
	MonetaryValue   float64 `json:"monetaryValue"`
}

// CustomFieldValue is the value of one custom field. Rows have the field's id and no key. Value is any JSON: text, number,
// flag, list, or an object for files and lists of text boxes.
type CustomFieldValue struct {
	ID    string
	Key   string
	Value json.RawMessage
}

// UnmarshalJSON reads the value under any of its names: value, fieldValue, field_value.
func (v *CustomFieldValue) UnmarshalJSON(data []byte) error {
	v.read(slices.Clone(data))
	return nil
}

// read takes the value out of data, which it keeps.
func (v *CustomFieldValue) read(data json.RawMessage) {
	*v = CustomFieldValue{}
	v.readAt(data, skipSpace(data, 0))
}

// readAt takes the value out of the object that starts at i and returns the position after it, or -1.
func (v *CustomFieldValue) readAt(data json.RawMessage, i int) int {
	return walkObjectAt(data, i, func(key []byte, at int) int {
		end := skipValue(data, at)
		if end < 0 {
			return -1
		}
		value := data[at:end:end]
		switch string(key) {
		case "id", "_id":
			v.ID = cmp.Or(v.ID, scalar(value))
		case "key", "fieldKey", "field_key":
			v.Key = cmp.Or(v.Key, scalar(value))
		case "value", "fieldValue", "field_value", "fieldValueString", "fieldValueNumber", "fieldValueArray":
			if v.Value == nil && string(value) != "null" {
				v.Value = value
			}
		}
		return end
	})
}

// customFieldValues reads a list of values, or a single one, from data, which they keep.
func customFieldValues(data json.RawMessage) []CustomFieldValue {
	var out []CustomFieldValue
	add := func(at int) int {
		if data[at] != '{' {
			return skipValue(data, at)
		}
		var v CustomFieldValue
		end := v.readAt(data, at)
		if end >= 0 && out == nil {
			out = make([]CustomFieldValue, 0, likely(data, data[at:end]))
		}
		out = append(out, v)
		return end
	}
	if len(data) > 0 && data[0] == '[' {
		walkArrayAt(data, 0, add)
	} else if len(data) > 0 && data[0] == '{' {
		add(0)
	}
	return out
}

// Text returns the value as text: a JSON string without its quotes, anything else as JSON; "" when there is none.
func (v CustomFieldValue) Text() string {
	if len(v.Value) > 0 && (v.Value[0] == '{' || v.Value[0] == '[') {
		return string(v.Value)
	}
	return first(texts(v.Value))
}

// CustomFieldInput sets one custom field of a contact or an opportunity by ID or by Key. Value is written as JSON:
// a string, a number, a []string for check boxes, and so on, as the field's type wants.
type CustomFieldInput struct {
	ID    string
	Key   string
	Value any

	v3 bool
}

// MarshalJSON writes the value under the name of the client's API version.
func (f CustomFieldInput) MarshalJSON() ([]byte, error) {
	m := map[string]any{}
	if f.ID != "" {
		m["id"] = f.ID
	}
	if f.Key != "" {
		m["key"] = f.Key
	}
	if f.v3 {
		m["fieldValue"] = f.Value
	} else {
		m["field_value"] = f.Value
	}
	return json.Marshal(m)
}

// spell returns the inputs for an API version.
func spell(fields []CustomFieldInput, v APIVersion) []CustomFieldInput {
	if v != V3 || fields == nil {
		return fields
	}
	out := slices.Clone(fields)
	for i := range out {
		out[i].v3 = true
	}
	return out
}

// DNDSettings are the do-not-disturb settings by channel. The keys are "Call", "Email", "SMS", "WhatsApp", "GMB", "FB",
// "RCS", and "all" for inbound; other spellings of them are read as these.
type DNDSettings map[string]DNDSetting

// DNDSetting is the setting of one channel.
type DNDSetting struct {
	// Status is "active" (do not disturb), "inactive" or "permanent".
	Status  string `json:"status"`
	Message string `json:"message,omitempty"`
	Code    string `json:"code,omitempty"`
}

// dndName returns the spelling of the date versions for a channel, or key itself when it is not known.
func dndName(key string) string {
	for _, name := range [...]string{"Call", "Email", "SMS", "WhatsApp", "GMB", "FB", "RCS", "all"} {
		if strings.EqualFold(name, key) {
			return name
		}
	}
	return key
}

// dndNameV3 returns the spelling of version 3.
func dndNameV3(key string) string {
	if name := dndName(key); name == "WhatsApp" {
		return "whatsApp"
	}
	return strings.ToLower(key)
}

// UnmarshalJSON reads both spellings; channels whose setting is not an object are left out.
func (s *DNDSettings) UnmarshalJSON(data []byte) error {
	*s = nil
	for key, value := range members(data) {
		var one DNDSetting
		if len(value) == 0 || value[0] != '{' || unmarshal(value, &one) != nil {
			continue
		}
		if *s == nil {
			*s = DNDSettings{}
		}
		(*s)[dndName(key)] = one
	}
	return nil
}

// spellDND returns the settings for an API version.
func spellDND(s DNDSettings, v APIVersion) DNDSettings {
	if v != V3 || s == nil {
		return s
	}
	out := make(DNDSettings, len(s))
	for key, one := range s {
		out[dndNameV3(key)] = one
	}
	return out
}
