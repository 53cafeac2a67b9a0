package ghltest

import (
	"cmp"
	"slices"
	"strings"
)

func userOps() []operation {
	return []operation{
		{family: "users", method: "GET", path: "/users/search", id: "search-users", scope: "users.readonly", level: levelBoth,
			query: []string{"companyId"}, handle: (*Server).searchUsers},
	}
}

func userWire(u User) object {
	o := object{"id": u.ID, "name": strings.TrimSpace(u.FirstName + " " + u.LastName), "firstName": u.FirstName, "lastName": u.LastName,
		"email": u.Email, "phone": u.Phone, "extension": u.Extension, "permissions": orEmpty(u.Permissions), "scopes": list(u.Scopes),
		"roles":   object{"type": u.Type, "role": u.Role, "locationIds": list(u.LocationIDs), "restrictSubAccount": false},
		"deleted": u.Deleted, "lcPhone": object{}}
	set(o, "platformLanguage", u.PlatformLanguage)
	set(o, "profilePhoto", u.ProfilePhoto)
	return o
}

// visibleUsers are the users that a token may see.
func (s *Server) visibleUsers(c *call) []User {
	return slices.DeleteFunc(s.users.live(), func(u User) bool {
		if c.token.agency() {
			return u.CompanyID != c.token.CompanyID
		}
		return !slices.Contains(u.LocationIDs, c.token.LocationID)
	})
}

func (s *Server) searchUsers(c *call) (any, *failure) {
	limit, f := c.intQuery("limit", 25, 1, 100)
	if f != nil {
		return nil, f
	}
	skip, f := c.intQuery("skip", 0, 0, 1<<30)
	if f != nil {
		return nil, f
	}
	if c.query.Get("companyId") != c.token.CompanyID {
		return nil, fail(403, "The token does not have access to this company.")
	}
	query, location := strings.ToLower(c.query.Get("query")), c.query.Get("locationId")
	ids := splitList(c.query.Get("ids"))
	kind, role := c.query.Get("type"), c.query.Get("role")
	rows := slices.DeleteFunc(s.visibleUsers(c), func(u User) bool {
		text := strings.ToLower(u.FirstName + " " + u.LastName + " " + u.Email + " " + u.Phone)
		return !strings.Contains(text, query) || location != "" && !slices.Contains(u.LocationIDs, location) ||
			len(ids) > 0 && !slices.Contains(ids, u.ID) || kind != "" && u.Type != kind || role != "" && u.Role != role
	})
	slices.SortFunc(rows, func(a, b User) int {
		r := cmp.Or(strings.Compare(a.FirstName+" "+a.LastName, b.FirstName+" "+b.LastName), strings.Compare(a.ID, b.ID))
		if c.query.Get("sortDirection") == "desc" {
			return -r
		}
		return r
	})
	out := []object{}
	for _, u := range rows[min(skip, len(rows)):min(skip+limit, len(rows))] {
		out = append(out, userWire(u))
	}
	return object{"users": out, "count": len(rows)}, nil
}

func splitList(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
