package pagicotest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// wireUser is a user as the contract shows it.
type wireUser struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	Active bool   `json:"active"`
}

func (u User) wire() []byte { return encodeJSON(wireUser{u.ID, u.Name, u.Email, !u.Inactive}) }

func (s *Server) me(c *call) (reply, *problem) {
	u, ok := s.user(c.grant.UserID)
	if !ok {
		return reply{}, notFound("user")
	}
	return jsonReply(http.StatusOK, u.wire()), nil
}

// listUsers answers users in order of id, narrowed by email.
func (s *Server) listUsers(c *call) (reply, *problem) {
	query := c.r.URL.Query()
	for name := range query {
		if name != "limit" && name != "cursor" && name != "email" {
			return reply{}, badRequest("unknown query parameter %q", name)
		}
	}
	limit, bad := s.pageSize(query)
	if bad != nil {
		return reply{}, bad
	}
	from, bad := s.openCursor(c, query)
	if bad != nil {
		return reply{}, bad
	}
	all := slices.SortedFunc(slices.Values(s.users), func(a, b User) int { return cmp.Compare(a.ID, b.ID) })
	page := []json.RawMessage{}
	var next *string
	last := ""
	for _, u := range all {
		if u.ID <= from.id || query.Has("email") && !strings.EqualFold(u.Email, query.Get("email")) && !s.broken(ClauseFilter("users", "email")) {
			continue
		}
		if len(page) == limit {
			next = new(s.newCursor(c, query, place{time.Time{}, last}))
			break
		}
		page = append(page, u.wire())
		last = u.ID
	}
	return jsonReply(http.StatusOK, encodeJSON(listBody{page, next})), nil
}
