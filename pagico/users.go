package pagico

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
)

// User is a person who can be an assignee. Source: contract §3.4.
type User struct {
	// ID is the server's opaque id.
	ID string `json:"id"`
	// Name is as shown.
	Name string `json:"name,omitempty"`
	// Email is how users of two systems are matched.
	Email string `json:"email,omitempty"`
	// Active is false for a user who has left.
	Active bool `json:"active"`

	raw json.RawMessage
}

// RawJSON returns the document as the server sent it, with members this package does
// not know. It is nil for a value that was not decoded. Do not change it.
func (u User) RawJSON() json.RawMessage { return u.raw }

// UnmarshalJSON reads a user and keeps the document for RawJSON.
func (u *User) UnmarshalJSON(data []byte) error { return decodeRecord(data, u) }

func (u *User) plain() (any, *json.RawMessage) {
	type plain User
	return (*plain)(u), &u.raw
}

func (u *User) mark() mark { return mark{id: u.ID} }

// UserQuery pages users. Source: contract §3.2 and §3.5.
type UserQuery struct {
	// Email keeps the user with this address.
	Email string
	// Limit is the page size, at most 200; 0 means the server's default of 50.
	Limit int
	// Cursor starts at a page that an earlier [Page] named.
	Cursor string
}

func (q UserQuery) values() url.Values {
	v := values{}
	v.text("email", q.Email)
	v.page(q.Limit, q.Cursor)
	return url.Values(v)
}

// UsersService reads users. It is safe for concurrent use.
type UsersService service

// List returns the users, page after page, until there are no more, the loop ends, or an
// error comes, which is the last thing yielded. It can be ranged over again.
//
//api:op GET /users
func (s *UsersService) List(ctx context.Context, q UserQuery, opts ...CallOption) iter.Seq2[User, error] {
	return all[User](ctx, s.client, OpUsersList, q.values(), opts)
}

// ListPage returns one page of the users.
//
//api:op GET /users
func (s *UsersService) ListPage(ctx context.Context, q UserQuery, opts ...CallOption) (Page[User], error) {
	return list[User](ctx, s.client, OpUsersList, q.values(), opts)
}

// Me returns the user on whose behalf the token acts. It is the cheapest way to check a
// token. Errors: [ErrUnauthorized], [ErrScope].
//
//api:op GET /me
func (c *Client) Me(ctx context.Context, opts ...CallOption) (User, error) {
	return one[User](ctx, c, request{op: OpMe}, opts)
}
