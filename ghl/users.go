package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// UsersService calls the users of an agency and its locations, https://marketplace.gohighlevel.com/docs/ghl/users/users.
type UsersService struct{ service }

// User is a person who works with the product.
type User struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	FirstName string   `json:"firstName"`
	LastName  string   `json:"lastName"`
	Email     string   `json:"email"`
	Phone     string   `json:"phone"`
	Extension string   `json:"extension"`
	Scopes    []string `json:"scopes"`
	Roles     UserRole `json:"roles"`
	Deleted   bool     `json:"deleted"`
	// Permissions are flags by name; the vendor adds names without notice.
	Permissions map[string]bool `json:"permissions"`
	// LCPhone is the number per location id.
	LCPhone          map[string]string `json:"lcPhone"`
	PlatformLanguage string            `json:"platformLanguage"`

	raw raw
}

// UserRole says where and as what a user works.
type UserRole struct {
	// Type is "account" or "agency"; Role is "admin" or "user".
	Type               string   `json:"type"`
	Role               string   `json:"role"`
	LocationIDs        []string `json:"locationIds"`
	RestrictSubAccount bool     `json:"restrictSubAccount"`
}

// RawJSON returns the user as it was received, with the fields that have no Go field.
func (u User) RawJSON() json.RawMessage { return u.raw.copy() }

// UnmarshalJSON reads a user.
func (u *User) UnmarshalJSON(data []byte) error { return u.decode(slices.Clone(data)) }

type userFields User

func (u *User) decode(data json.RawMessage) error {
	w := struct {
		*userFields
		UnderscoreID string `json:"_id"`
	}{userFields: (*userFields)(u)}
	if err := unmarshal(data, &w); err != nil {
		return err
	}
	u.ID = cmp.Or(u.ID, w.UnderscoreID)
	u.raw.data = data
	return nil
}

// UserSearch asks for users. CompanyID is required by the vendor.
type UserSearch struct {
	CompanyID  string
	LocationID string
	// Query looks in name, e-mail and phone.
	Query string
	// Type is "account" or "agency", Role "admin" or "user".
	Type, Role string
	IDs        []string
	// Sort is a field; Descending turns the order round.
	Sort       string
	Descending bool
	// TwoWaySync keeps the users with (true) or without (false) the two-way synchronization of their mail.
	TwoWaySync Opt[bool]
	// Limit is the page size, default and maximum 100.
	Limit int
}

func (q UserSearch) values() url.Values {
	v := url.Values{"companyId": {q.CompanyID}}
	setQuery(v, "locationId", q.LocationID)
	setQuery(v, "query", q.Query)
	setQuery(v, "type", q.Type)
	setQuery(v, "role", q.Role)
	setQuery(v, "ids", strings.Join(q.IDs, ","))
	setQuery(v, "sort", q.Sort)
	if q.Descending {
		v.Set("sortDirection", "desc")
	}
	setBool(v, "enabled2waySync", q.TwoWaySync)
	return v
}

// Search walks the users that match, in pages by offset.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/users/search-users
//
//api:op GET /users/search
func (s *UsersService) Search(ctx context.Context, q UserSearch, opts ...CallOption) iter.Seq2[User, error] {
	return func(yield func(User, error) bool) {
		if err := required(opUsersSearch, "companyId", q.CompanyID); err != nil {
			yield(User{}, err)
			return
		}
		query := q.values()
		bySkip(yield, skipper[User]{limit: pageSize(q.Limit, 100, 100), id: func(u User) string { return u.ID },
			page: func(limit, skip int) ([]User, error) {
				query.Set("limit", strconv.Itoa(limit))
				query.Set("skip", strconv.Itoa(skip))
				resp, err := s.client.send(ctx, opUsersSearch, args{query: query}, opts)
				if err != nil {
					return nil, err
				}
				return decodeList[User](opUsersSearch, resp, "users")
			}})
	}
}
