package ghl

import (
	"context"
	"iter"
	"net/url"
	"strconv"
	"strings"
)

// UserCreate is the body of [UsersService.Create]. CompanyID, FirstName, LastName, Email, Password, Type, Role and LocationIDs
// are required.
type UserCreate struct {
	CompanyID string `json:"companyId"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	// Type is "account" or "agency", Role "admin" or "user".
	Type                 string            `json:"type"`
	Role                 string            `json:"role"`
	LocationIDs          []string          `json:"locationIds"`
	Phone                string            `json:"phone,omitempty"`
	Permissions          map[string]bool   `json:"permissions,omitempty"`
	Scopes               []string          `json:"scopes,omitempty"`
	ScopesAssignedToOnly []string          `json:"scopesAssignedToOnly,omitempty"`
	ProfilePhoto         string            `json:"profilePhoto,omitempty"`
	TwilioPhone          map[string]string `json:"twilioPhone,omitempty"`
	PlatformLanguage     string            `json:"platformLanguage,omitempty"`
}

// UserUpdate is the body of [UsersService.Update]: absent fields stay as they are. The vendor no longer changes e-mail
// addresses here.
type UserUpdate struct {
	FirstName            Opt[string]            `json:"firstName,omitzero"`
	LastName             Opt[string]            `json:"lastName,omitzero"`
	Email                Opt[string]            `json:"email,omitzero"`
	Password             Opt[string]            `json:"password,omitzero"`
	Phone                Opt[string]            `json:"phone,omitzero"`
	Type                 Opt[string]            `json:"type,omitzero"`
	Role                 Opt[string]            `json:"role,omitzero"`
	CompanyID            Opt[string]            `json:"companyId,omitzero"`
	LocationIDs          Opt[[]string]          `json:"locationIds,omitzero"`
	Permissions          Opt[map[string]bool]   `json:"permissions,omitzero"`
	Scopes               Opt[[]string]          `json:"scopes,omitzero"`
	ScopesAssignedToOnly Opt[[]string]          `json:"scopesAssignedToOnly,omitzero"`
	ProfilePhoto         Opt[string]            `json:"profilePhoto,omitzero"`
	TwilioPhone          Opt[map[string]string] `json:"twilioPhone,omitzero"`
	PlatformLanguage     Opt[string]            `json:"platformLanguage,omitzero"`
}

// UsersByEmail asks for users by their addresses; CompanyID and Emails are required.
type UsersByEmail struct {
	CompanyID string
	Emails    []string
	Deleted   Opt[bool]
	// Projection names the fields of the rows, separated by commas, or is "all". Empty gives what the vendor gives by
	// default, which is said to be id and e-mail alone.
	Projection string
	// Limit is the page size, default and maximum 100.
	Limit int
}

// FilterByEmail walks the users of an agency with one of some addresses; it needs an agency token.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/users/filter-users-by-email
//
//api:op POST /users/search/filter-by-email
func (s *UsersService) FilterByEmail(ctx context.Context, q UsersByEmail, opts ...CallOption) iter.Seq2[User, error] {
	return func(yield func(User, error) bool) {
		if err := required(opUsersFilterByEmail, "companyId", q.CompanyID, "emails", strings.Join(q.Emails, "")); err != nil {
			yield(User{}, err)
			return
		}
		body := struct {
			CompanyID  string    `json:"companyId"`
			Emails     string    `json:"emails"`
			Deleted    Opt[bool] `json:"deleted,omitzero"`
			Projection string    `json:"projection,omitempty"`
			Skip       string    `json:"skip"`
			Limit      string    `json:"limit"`
		}{CompanyID: q.CompanyID, Emails: strings.Join(q.Emails, ","), Deleted: q.Deleted, Projection: q.Projection}
		bySkip(yield, skipper[User]{limit: pageSize(q.Limit, 100, 100), id: func(u User) string { return u.ID },
			page: func(limit, skip int) ([]User, error) {
				body.Skip, body.Limit = strconv.Itoa(skip), strconv.Itoa(limit)
				resp, err := s.client.send(ctx, opUsersFilterByEmail, args{body: body}, opts)
				if err != nil {
					return nil, err
				}
				return decodeList[User](opUsersFilterByEmail, resp, "users")
			}})
	}
}

// Get reads one user.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/users/get-user
//
//api:op GET /users/{userId}
func (s *UsersService) Get(ctx context.Context, id string, opts ...CallOption) (User, error) {
	return one[User](ctx, s.client, opUsersGet, args{params: []string{id}}, opts, "user")
}

// Create makes a user. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/users/create-user
//
//api:op POST /users/
func (s *UsersService) Create(ctx context.Context, body UserCreate, opts ...CallOption) (User, error) {
	if err := required(opUsersCreate, "companyId", body.CompanyID, "firstName", body.FirstName, "lastName", body.LastName,
		"email", body.Email, "password", body.Password, "type", body.Type, "role", body.Role); err != nil {
		return User{}, err
	}
	if len(body.LocationIDs) == 0 {
		return User{}, invalid(operations[opUsersCreate].ID, "locationIds is empty")
	}
	return one[User](ctx, s.client, opUsersCreate, args{body: body}, opts, "user")
}

// Update changes the fields that are set in body.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/users/update-user
//
//api:op PUT /users/{userId}
func (s *UsersService) Update(ctx context.Context, id string, body UserUpdate, opts ...CallOption) (User, error) {
	return one[User](ctx, s.client, opUsersUpdate, args{params: []string{id}, body: body}, opts, "user")
}

// Delete removes a user.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/users/delete-user
//
//api:op DELETE /users/{userId}
func (s *UsersService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opUsersDelete, args{params: []string{id}}, opts)
}

// ListByLocation yields the users of a location through the operation that the vendor has deprecated and version 3 does not
// have. It was seen to answer an empty list for a location that has users; Search is the better choice.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/users/get-user-by-location
//
//api:op GET /users/
func (s *UsersService) ListByLocation(ctx context.Context, locationID string, opts ...CallOption) iter.Seq2[User, error] {
	if err := required(opUsersListByLocation, "locationId", locationID); err != nil {
		return listError[User](err)
	}
	query := url.Values{"locationId": {locationID}}
	return listOnce[User](ctx, s.client, opUsersListByLocation, args{query: query}, opts, "users")
}
