package ghltest

import "slices"

func calendarGroupOps() []operation {
	op := area("calendars", "/calendars/groups")
	const read, write = "calendars/groups.readonly", "calendars/groups.write"
	return []operation{
		op("GET", "", "get-groups", read, 200, "", (*Server).listGroups, "locationId"),
		op("POST", "", "create-calendar-group", write, 201, "locationId!:s name!:s description!:s slug!:s isActive:b", (*Server).createGroup),
		op("POST", "/validate-slug", "validate-groups-slug", write, 200, "locationId!:s slug!:s", (*Server).validateSlug),
		op("DELETE", "/{groupId}", "delete-group", write, 200, "", (*Server).deleteGroup),
		op("PUT", "/{groupId}", "edit-group", write, 200, "name!:s description!:s slug!:s", (*Server).editGroup),
		op("PUT", "/{groupId}/status", "disable-group", write, 200, "isActive!:b", (*Server).setGroupStatus),
	}
}

func (s *Server) groupOf(c *call) (Object, *failure) {
	return s.objectOf(c, CalendarGroups, "Calendar group", c.path["groupId"])
}

func (s *Server) slugFree(location, slug, self string) bool {
	return !slices.ContainsFunc(s.listObjects(CalendarGroups, location, nil), func(o Object) bool {
		return o.ID != self && o.Fields["slug"] == slug
	})
}

func (s *Server) listGroups(c *call) (any, *failure) {
	return object{"groups": wires(s.listObjects(CalendarGroups, c.query.Get("locationId"), nil), "", "")}, nil
}

func (s *Server) createGroup(c *call) (any, *failure) {
	location := str(c.body["locationId"])
	if !s.slugFree(location, str(c.body["slug"]), "") {
		return nil, fail(400, "The slug is already taken")
	}
	if _, ok := c.body["isActive"]; !ok {
		c.body["isActive"] = true
	}
	return object{"group": s.newObject(c, CalendarGroups, location, c.body).wire("", "")}, nil
}

func (s *Server) validateSlug(c *call) (any, *failure) {
	return object{"available": s.slugFree(str(c.body["locationId"]), str(c.body["slug"]), "")}, nil
}

func (s *Server) deleteGroup(c *call) (any, *failure) {
	o, f := s.groupOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, CalendarGroups, o)
	return object{"success": true}, nil
}

func (s *Server) editGroup(c *call) (any, *failure) {
	o, f := s.groupOf(c)
	if f != nil {
		return nil, f
	}
	if !s.slugFree(o.LocationID, str(c.body["slug"]), o.ID) {
		return nil, fail(400, "The slug is already taken")
	}
	return object{"group": s.mergeObject(c, CalendarGroups, o, c.body).wire("", "")}, nil
}

func (s *Server) setGroupStatus(c *call) (any, *failure) {
	o, f := s.groupOf(c)
	if f != nil {
		return nil, f
	}
	s.mergeObject(c, CalendarGroups, o, c.body)
	return object{"success": true}, nil
}
