package ghl

import (
	"encoding/json"
	"time"
)

// or returns t, or other when t is no time.
func (t Time) or(other Time) Time {
	if t.IsZero() && t.Text == "" {
		return other
	}
	return t
}

// ContactCreate is the body of [ContactsService.Create]. LocationID is required; empty fields are not sent.
type ContactCreate struct {
	LocationID  string `json:"locationId"`
	FirstName   string `json:"firstName,omitempty"`
	LastName    string `json:"lastName,omitempty"`
	Name        string `json:"name,omitempty"`
	Email       string `json:"email,omitempty"`
	Phone       string `json:"phone,omitempty"`
	Gender      string `json:"gender,omitempty"`
	Address1    string `json:"address1,omitempty"`
	City        string `json:"city,omitempty"`
	State       string `json:"state,omitempty"`
	PostalCode  string `json:"postalCode,omitempty"`
	Country     string `json:"country,omitempty"`
	Website     string `json:"website,omitempty"`
	Timezone    string `json:"timezone,omitempty"`
	CompanyName string `json:"companyName,omitempty"`
	Source      string `json:"source,omitempty"`
	AssignedTo  string `json:"assignedTo,omitempty"`
	// DateOfBirth is for example "1990-09-25".
	DateOfBirth        string             `json:"dateOfBirth,omitempty"`
	Tags               []string           `json:"tags,omitempty"`
	DND                Opt[bool]          `json:"dnd,omitzero"`
	DNDSettings        DNDSettings        `json:"dndSettings,omitempty"`
	InboundDNDSettings DNDSettings        `json:"inboundDndSettings,omitempty"`
	CustomFields       []CustomFieldInput `json:"customFields,omitempty"`
}

// ContactUpdate is the body of [ContactsService.Update]: absent fields stay as they are, null clears. The API has no
// companyName, gender and locationId here. Tags replace the whole list; use the tags service to add and remove.
type ContactUpdate struct {
	FirstName          Opt[string]             `json:"firstName,omitzero"`
	LastName           Opt[string]             `json:"lastName,omitzero"`
	Name               Opt[string]             `json:"name,omitzero"`
	Email              Opt[string]             `json:"email,omitzero"`
	Phone              Opt[string]             `json:"phone,omitzero"`
	Address1           Opt[string]             `json:"address1,omitzero"`
	City               Opt[string]             `json:"city,omitzero"`
	State              Opt[string]             `json:"state,omitzero"`
	PostalCode         Opt[string]             `json:"postalCode,omitzero"`
	Country            Opt[string]             `json:"country,omitzero"`
	Website            Opt[string]             `json:"website,omitzero"`
	Timezone           Opt[string]             `json:"timezone,omitzero"`
	Source             Opt[string]             `json:"source,omitzero"`
	AssignedTo         Opt[string]             `json:"assignedTo,omitzero"`
	DateOfBirth        Opt[string]             `json:"dateOfBirth,omitzero"`
	Tags               Opt[[]string]           `json:"tags,omitzero"`
	DND                Opt[bool]               `json:"dnd,omitzero"`
	DNDSettings        Opt[DNDSettings]        `json:"dndSettings,omitzero"`
	InboundDNDSettings Opt[DNDSettings]        `json:"inboundDndSettings,omitzero"`
	CustomFields       Opt[[]CustomFieldInput] `json:"customFields,omitzero"`
}

// ContactUpsert is the body of [ContactsService.Upsert]. LocationID and one of Email and Phone are required. Absent
// fields of an existing contact stay as they are, null clears, Tags replace the whole list.
type ContactUpsert struct {
	LocationID         string                  `json:"locationId"`
	FirstName          Opt[string]             `json:"firstName,omitzero"`
	LastName           Opt[string]             `json:"lastName,omitzero"`
	Name               Opt[string]             `json:"name,omitzero"`
	Email              Opt[string]             `json:"email,omitzero"`
	Phone              Opt[string]             `json:"phone,omitzero"`
	Gender             Opt[string]             `json:"gender,omitzero"`
	Address1           Opt[string]             `json:"address1,omitzero"`
	City               Opt[string]             `json:"city,omitzero"`
	State              Opt[string]             `json:"state,omitzero"`
	PostalCode         Opt[string]             `json:"postalCode,omitzero"`
	Country            Opt[string]             `json:"country,omitzero"`
	Website            Opt[string]             `json:"website,omitzero"`
	Timezone           Opt[string]             `json:"timezone,omitzero"`
	CompanyName        Opt[string]             `json:"companyName,omitzero"`
	Source             Opt[string]             `json:"source,omitzero"`
	AssignedTo         Opt[string]             `json:"assignedTo,omitzero"`
	DateOfBirth        Opt[string]             `json:"dateOfBirth,omitzero"`
	Tags               Opt[[]string]           `json:"tags,omitzero"`
	DND                Opt[bool]               `json:"dnd,omitzero"`
	DNDSettings        Opt[DNDSettings]        `json:"dndSettings,omitzero"`
	InboundDNDSettings Opt[DNDSettings]        `json:"inboundDndSettings,omitzero"`
	CustomFields       Opt[[]CustomFieldInput] `json:"customFields,omitzero"`
	// CreateNewIfDuplicateAllowed makes a new contact even when one matches, if the location allows duplicates.
	CreateNewIfDuplicateAllowed bool `json:"createNewIfDuplicateAllowed,omitzero"`
}

// UpsertResult is the answer of [ContactsService.Upsert].
type UpsertResult struct {
	// New reports that a contact was created; otherwise an existing one was updated.
	New     bool
	Contact Contact
}

// DuplicateQuery asks for the contact with an e-mail or a phone. LocationID and at least one of the others are required.
type DuplicateQuery struct {
	LocationID string
	Email      string
	// Number is the phone, best in E.164.
	Number string
}

// DuplicateMatch is the answer of [ContactsService.FindDuplicate].
type DuplicateMatch struct {
	// Found reports that there is such a contact; the other fields are empty otherwise.
	Found   bool
	Contact Contact
	// MatchingField is what matched, as the vendor names it.
	MatchingField string
}

// ContactList asks for a walk over all contacts of a location; see [ContactsService.List].
type ContactList struct {
	// LocationID is required.
	LocationID string
	// Query is a text to look for.
	Query string
	// Limit is the page size, default and maximum 100.
	Limit int
	// StartAfter and StartAfterID begin behind a contact: its time of creation and its id.
	StartAfter   time.Time
	StartAfterID string
}

// ContactPage is one page of a search.
type ContactPage struct {
	Contacts []Contact
	// Total is the number of all matches.
	Total int
	// SearchAfter is the cursor for the next page, nil when the page is empty or the server sent none.
	SearchAfter json.RawMessage
}

// CustomFieldInputs and the settings of channels are spelled differently in version 3.
func (u *ContactUpdate) spell(v APIVersion) { spellOpts(v, &u.CustomFields, &u.DNDSettings) }

func (u *ContactUpsert) spell(v APIVersion) { spellOpts(v, &u.CustomFields, &u.DNDSettings) }

func spellOpts(v APIVersion, fields *Opt[[]CustomFieldInput], dnd *Opt[DNDSettings]) {
	if list, ok := fields.Get(); ok {
		*fields = Set(spell(list, v))
	}
	if s, ok := dnd.Get(); ok {
		*dnd = Set(spellDND(s, v))
	}
}
