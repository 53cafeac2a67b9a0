package ghltest

import (
	"maps"
	"time"
)

// area returns a maker of operations of one family and path prefix.
func area(family, prefix string) func(method, path, id, scope string, status int, body string, h handler, query ...string) operation {
	return func(method, path, id, scope string, status int, body string, h handler, query ...string) operation {
		return operation{family: family, method: method, path: prefix + path, id: id, scope: scope, status: status,
			body: parseSchema(body), handle: h, query: query}
	}
}

// objectOf finds a live entity of a collection that the token may see.
func (s *Server) objectOf(c *call, name Collection, noun, id string) (Object, *failure) {
	o, ok := s.collection(name).get(id)
	if !ok {
		return o, s.childNotFound(noun, id)
	}
	return o, s.checkLocation(c, o.LocationID)
}

// newObject stores an entity that a body describes. Property names in skip are not kept.
func (s *Server) newObject(c *call, name Collection, locationID string, fields object, skip ...string) Object {
	o := Object{ID: s.newID(), LocationID: locationID, Fields: kept(fields, skip), DateAdded: c.now, DateUpdated: c.now}
	s.putObject(name, o, c.now, false)
	return o
}

// mergeObject writes the properties of a body into an entity.
func (s *Server) mergeObject(c *call, name Collection, o Object, fields object, skip ...string) Object {
	o = o.clone()
	if o.Fields == nil {
		o.Fields = object{}
	}
	maps.Copy(o.Fields, kept(fields, skip))
	o.DateUpdated = c.now
	s.putObject(name, o, c.now, false)
	return o
}

func (s *Server) dropObject(c *call, name Collection, o Object) {
	o = o.clone()
	o.Deleted, o.DateUpdated = true, c.now
	s.putObject(name, o, c.now, false)
}

func kept(fields object, skip []string) object {
	out := object{}
	maps.Copy(out, fields)
	delete(out, "locationId")
	for _, k := range skip {
		delete(out, k)
	}
	return out
}

// wire is an entity with id and location; dates go under the given names, an empty name leaves one out.
func (o Object) wire(added, updated string) object {
	out := object{}
	maps.Copy(out, o.Fields)
	out["id"], out["locationId"] = o.ID, o.LocationID
	if added != "" {
		out[added] = stamp(o.DateAdded)
	}
	if updated != "" {
		out[updated] = stamp(o.DateUpdated)
	}
	return out
}

// listObjects lists the live entities of a location that pass the filter.
func (s *Server) listObjects(name Collection, locationID string, want func(Object) bool) []Object {
	var out []Object
	for _, o := range s.collection(name).live() {
		if o.LocationID == locationID && (want == nil || want(o)) {
			out = append(out, o)
		}
	}
	return out
}

func wires(in []Object, added, updated string) []object {
	out := []object{}
	for _, o := range in {
		out = append(out, o.wire(added, updated))
	}
	return out
}

// window reads skip and limit and cuts a list to them.
func window[T any](c *call, rows []T, fallback, most int) ([]T, *failure) {
	limit, f := c.intQuery("limit", fallback, 1, most)
	if f != nil {
		return nil, f
	}
	skip, f := c.intQuery("skip", 0, 0, 1<<30)
	if f != nil {
		return nil, f
	}
	return rows[min(skip, len(rows)):min(skip+limit, len(rows))], nil
}

// dated reads a time that a body holds as text; zero when it has none.
func dated(v any) time.Time {
	t, _ := parseTime(str(v))
	return t
}
