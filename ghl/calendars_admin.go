package ghl

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
)

// Get reads one calendar.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-calendar
//
//api:op GET /calendars/{calendarId}
func (s *CalendarsService) Get(ctx context.Context, id string, opts ...CallOption) (Calendar, error) {
	return one[Calendar](ctx, s.client, opCalendarsGet, args{params: []string{id}}, opts, "calendar")
}

// Create makes a calendar. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/create-calendar
//
//api:op POST /calendars/
func (s *CalendarsService) Create(ctx context.Context, body CalendarCreate, opts ...CallOption) (Calendar, error) {
	if err := required(opCalendarsCreate, "locationId", body.LocationID, "name", body.Name); err != nil {
		return Calendar{}, err
	}
	return one[Calendar](ctx, s.client, opCalendarsCreate, args{body: body}, opts, "calendar")
}

// Update changes the fields that are set in body.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/update-calendar
//
//api:op PUT /calendars/{calendarId}
func (s *CalendarsService) Update(ctx context.Context, id string, body CalendarUpdate, opts ...CallOption) (Calendar, error) {
	return one[Calendar](ctx, s.client, opCalendarsUpdate, args{params: []string{id}, body: body}, opts, "calendar")
}

// Delete removes a calendar.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/delete-calendar
//
//api:op DELETE /calendars/{calendarId}
func (s *CalendarsService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opCalendarsDelete, args{params: []string{id}}, opts)
}

// CalendarGroup is a group of calendars.
type CalendarGroup struct {
	ID          string `json:"id"`
	LocationID  string `json:"locationId"`
	Name        string `json:"name"`
	Description string `json:"description"`
	// Slug is the group's part of the booking address.
	Slug     string `json:"slug"`
	IsActive bool   `json:"isActive"`

	raw raw
}

// RawJSON returns the group as it was received.
func (g CalendarGroup) RawJSON() json.RawMessage { return g.raw.copy() }

// UnmarshalJSON reads a group.
func (g *CalendarGroup) UnmarshalJSON(data []byte) error { return g.decode(slices.Clone(data)) }

func (g *CalendarGroup) decode(data json.RawMessage) error {
	type fields CalendarGroup
	err := unmarshal(data, (*fields)(g))
	g.raw.data = data
	return err
}

// CalendarGroupCreate is the body of [CalendarsService.CreateGroup]. LocationID, Name, Description and Slug are required.
type CalendarGroupCreate struct {
	LocationID  string    `json:"locationId"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Slug        string    `json:"slug"`
	IsActive    Opt[bool] `json:"isActive,omitzero"`
}

// CalendarGroupUpdate is the body of [CalendarsService.UpdateGroup]. All fields are required.
type CalendarGroupUpdate struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Slug        string `json:"slug"`
}

// ListGroups yields the calendar groups of a location; the API has no pages here.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/get-groups
//
//api:op GET /calendars/groups
func (s *CalendarsService) ListGroups(ctx context.Context, locationID string, opts ...CallOption) iter.Seq2[CalendarGroup, error] {
	if err := required(opCalendarsListGroups, "locationId", locationID); err != nil {
		return listError[CalendarGroup](err)
	}
	query := url.Values{"locationId": {locationID}}
	return listOnce[CalendarGroup](ctx, s.client, opCalendarsListGroups, args{query: query}, opts, "groups")
}

// CreateGroup makes a group. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/create-calendar-group
//
//api:op POST /calendars/groups
func (s *CalendarsService) CreateGroup(ctx context.Context, body CalendarGroupCreate, opts ...CallOption) (CalendarGroup, error) {
	if err := required(opCalendarsCreateGroup, "locationId", body.LocationID, "name", body.Name,
		"description", body.Description, "slug", body.Slug); err != nil {
		return CalendarGroup{}, err
	}
	return one[CalendarGroup](ctx, s.client, opCalendarsCreateGroup, args{body: body}, opts, "group")
}

// UpdateGroup changes a group.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/edit-group
//
//api:op PUT /calendars/groups/{groupId}
func (s *CalendarsService) UpdateGroup(ctx context.Context, groupID string, body CalendarGroupUpdate, opts ...CallOption) (CalendarGroup, error) {
	if err := required(opCalendarsUpdateGroup, "name", body.Name, "description", body.Description, "slug", body.Slug); err != nil {
		return CalendarGroup{}, err
	}
	return one[CalendarGroup](ctx, s.client, opCalendarsUpdateGroup, args{params: []string{groupID}, body: body}, opts, "group")
}

// DeleteGroup removes a group.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/delete-group
//
//api:op DELETE /calendars/groups/{groupId}
func (s *CalendarsService) DeleteGroup(ctx context.Context, groupID string, opts ...CallOption) error {
	return s.client.remove(ctx, opCalendarsDeleteGroup, args{params: []string{groupID}}, opts)
}

// SetGroupStatus turns a group on or off.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/disable-group
//
//api:op PUT /calendars/groups/{groupId}/status
func (s *CalendarsService) SetGroupStatus(ctx context.Context, groupID string, active bool, opts ...CallOption) error {
	body := struct {
		IsActive bool `json:"isActive"`
	}{active}
	return s.client.act(ctx, opCalendarsSetGroupStatus, args{params: []string{groupID}, body: body}, opts)
}

// ValidateGroupSlug reports whether a slug is free for a group.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/calendars/validate-groups-slug
//
//api:op POST /calendars/groups/validate-slug
func (s *CalendarsService) ValidateGroupSlug(ctx context.Context, locationID, slug string, opts ...CallOption) (bool, error) {
	if err := required(opCalendarsValidateGroupSlug, "locationId", locationID, "slug", slug); err != nil {
		return false, err
	}
	body := struct {
		LocationID string `json:"locationId"`
		Slug       string `json:"slug"`
	}{locationID, slug}
	resp, err := s.client.send(ctx, opCalendarsValidateGroupSlug, args{body: body}, opts)
	if err != nil {
		return false, err
	}
	var out struct {
		Available bool `json:"available"`
	}
	err = decodeInto(opCalendarsValidateGroupSlug, resp, &out)
	return out.Available, err
}
