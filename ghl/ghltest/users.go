package ghltest

import (
	"cmp"
	"slices"
	"strings"
)

const userBody = "phone:s permissions:o scopes:as scopesAssignedToOnly:as profilePhoto:s twilioPhone:o platformLanguage:s "

func userOps() []operation {
	op := area("users", "/users")
	at := func(l level, o operation) operation { o.level = l; return o }
	const read, write = "users.readonly", "users.write"
	return []operation{
		at(levelBoth, op("GET", "/search", "search-users", read, 200, "", (*Server).searchUsers, "companyId")),
		at(levelAgency, op("POST", "/search/filter-by-email", "filter-users-by-email", read, 200,
			"companyId!:s emails!:s deleted:b skip:any limit:any projection:s", (*Server).usersByEmail)),
		at(levelBoth, op("GET", "/{userId}", "get-user", read, 200, "", (*Server).getUser)),
		at(levelBoth, op("PUT", "/{userId}", "update-user", write, 200,
			userBody+"companyId:s firstName:s lastName:s email:s password:s type:s role:s locationIds:as", (*Server).updateUser)),
		at(levelBoth, op("DELETE", "/{userId}", "delete-user", write, 200, "", (*Server).deleteUser)),
		op("GET", "/", "get-user-by-location", read, 200, "", (*Server).usersByLocation, "locationId"),
		at(levelBoth, op("POST", "/", "create-user", write, 201,
			userBody+"companyId!:s firstName!:s lastName!:s email!:s password!:s type!:s role!:s locationIds!:as", (*Server).createUser)),
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

// sees says whether a token may see a user.
func (c *call) sees(u User) bool {
	if c.token.agency() {
		return u.CompanyID == c.token.CompanyID
	}
	return slices.Contains(u.LocationIDs, c.token.LocationID)
}

func (s *Server) visibleUsers(c *call) []User {
	return slices.DeleteFunc(s.users.live(), func(u User) bool { return !c.sees(u) })
}

func (s *Server) userOf(c *call) (User, *failure) {
	u, ok := s.users.get(c.path["userId"])
	if !ok {
		return u, s.childNotFound("User", c.path["userId"])
	}
	if !c.sees(u) {
		return u, foreignLocation()
	}
	return u, nil
}

func (s *Server) searchUsers(c *call) (any, *failure) {
	if c.query.Get("companyId") != c.token.CompanyID {
		return nil, &failure{status: 403, message: "The token does not have access to this company.", bare: true}
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
	page, f := window(c, rows, 25, 100)
	if f != nil {
		return nil, f
	}
	return object{"users": usersWire(page), "count": len(rows)}, nil
}

func usersWire(in []User) []object {
	out := []object{}
	for _, u := range in {
		out = append(out, userWire(u))
	}
	return out
}

func splitList(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func (s *Server) usersByEmail(c *call) (any, *failure) {
	if f := s.ownCompany(c); f != nil {
		return nil, f
	}
	emails := splitList(strings.ToLower(str(c.body["emails"])))
	rows := slices.DeleteFunc(s.visibleUsers(c), func(u User) bool { return !slices.Contains(emails, strings.ToLower(u.Email)) })
	return object{"users": usersWire(rows), "count": len(rows)}, nil
}

func (s *Server) usersByLocation(c *call) (any, *failure) {
	if c.version == versionV3 && !s.cfg.quirks.ListsUnderV3 {
		return nil, fail(400, "Endpoint GET /users/ not available in API version v3. This endpoint was removed in version v3. "+
			"Please use a version before v3.")
	}
	if s.cfg.quirks.UsersByLocationEmpty {
		return object{"users": []object{}}, nil
	}
	location := c.query.Get("locationId")
	rows := slices.DeleteFunc(s.visibleUsers(c), func(u User) bool { return !slices.Contains(u.LocationIDs, location) })
	return object{"users": usersWire(rows)}, nil
}

func (s *Server) getUser(c *call) (any, *failure) {
	u, f := s.userOf(c)
	if f != nil {
		return nil, f
	}
	return userWire(u), nil
}

func applyUser(u *User, body object) {
	for key, to := range map[string]*string{"firstName": &u.FirstName, "lastName": &u.LastName, "phone": &u.Phone, "type": &u.Type,
		"role": &u.Role, "profilePhoto": &u.ProfilePhoto, "platformLanguage": &u.PlatformLanguage} {
		if v, ok := body[key]; ok {
			*to = str(v)
		}
	}
	if v, ok := body["locationIds"]; ok {
		u.LocationIDs = strs(v)
	}
	if v, ok := body["scopes"]; ok {
		u.Scopes = strs(v)
	}
	if v := asObject(body["permissions"]); v != nil {
		u.Permissions = v
	}
}

func (s *Server) createUser(c *call) (any, *failure) {
	if f := s.ownCompany(c); f != nil {
		return nil, f
	}
	email := str(c.body["email"])
	if slices.ContainsFunc(s.users.live(), func(u User) bool { return strings.EqualFold(u.Email, email) }) {
		return nil, fail(400, "A user with the email %s already exists", email)
	}
	u := User{ID: s.newID(), CompanyID: c.token.CompanyID, Email: email}
	applyUser(&u, c.body)
	for _, id := range u.LocationIDs {
		if f := s.checkLocation(c, id); f != nil {
			return nil, f
		}
	}
	s.seedUser(u)
	s.userChanged("UserCreate", u, c.now)
	return userWire(u), nil
}

// updateUser no longer honours a new e-mail address.
func (s *Server) updateUser(c *call) (any, *failure) {
	u, f := s.userOf(c)
	if f != nil {
		return nil, f
	}
	u = u.clone()
	applyUser(&u, c.body)
	s.users.put(u.ID, u, false, c.now, 0)
	s.userChanged("UserUpdate", u, c.now)
	return userWire(u), nil
}

func (s *Server) deleteUser(c *call) (any, *failure) {
	u, f := s.userOf(c)
	if f != nil {
		return nil, f
	}
	u = u.clone()
	u.Deleted = true
	s.users.put(u.ID, u, true, c.now, 0)
	s.userChanged("UserDelete", u, c.now)
	return s.succeeded(c, object{"message": "Queued deleting user with e-mail " + u.Email + " and name " +
		strings.TrimSpace(u.FirstName+" "+u.LastName) + ". Will take a few minutes"}), nil
}
