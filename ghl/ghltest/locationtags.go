package ghltest

import (
	"slices"
	"strings"
)

func locationTagOps() []operation {
	op := area("locations", "/locations/{locationId}/tags")
	const read, write = "locations/tags.readonly", "locations/tags.write"
	return []operation{
		op("GET", "", "get-location-tags", read, 200, "", (*Server).listTags),
		op("POST", "", "create-tag", write, 200, "name!:s", (*Server).createTag),
		op("GET", "/{tagId}", "get-tag-by-id", read, 200, "", (*Server).getTag),
		op("PUT", "/{tagId}", "update-tag", write, 200, "name!:s", (*Server).updateTag),
		op("DELETE", "/{tagId}", "delete-tag", write, 200, "", (*Server).deleteTag),
	}
}

func tagWire(t Tag) object { return object{"id": t.ID, "name": t.Name, "locationId": t.LocationID} }

func (s *Server) tagOf(c *call) (Tag, *failure) {
	t, ok := s.tags.get(c.path["tagId"])
	if !ok || t.LocationID != c.path["locationId"] {
		return t, s.childNotFound("Tag", c.path["tagId"])
	}
	return t, nil
}

func (s *Server) listTags(c *call) (any, *failure) {
	out := []object{}
	for _, t := range s.tags.live() {
		if t.LocationID == c.path["locationId"] {
			out = append(out, tagWire(t))
		}
	}
	return object{"tags": out}, nil
}

func (s *Server) createTag(c *call) (any, *failure) {
	name, location := strings.ToLower(strings.TrimSpace(str(c.body["name"]))), c.path["locationId"]
	if s.tagNames[location+" "+name] && !s.cfg.quirks.DuplicateTagNames {
		return nil, fail(400, "The tag name is already exist.")
	}
	t := Tag{ID: s.newID(), LocationID: location, Name: name}
	s.putTag(t, false)
	return object{"tag": tagWire(t)}, nil
}

func (s *Server) getTag(c *call) (any, *failure) {
	t, f := s.tagOf(c)
	if f != nil {
		return nil, f
	}
	return object{"tag": tagWire(t)}, nil
}

// updateTag renames a tag, on the contacts that carry it too.
func (s *Server) updateTag(c *call) (any, *failure) {
	t, f := s.tagOf(c)
	if f != nil {
		return nil, f
	}
	old := t.Name
	t.Name = strings.ToLower(strings.TrimSpace(str(c.body["name"])))
	s.putTag(t, false)
	s.retag(c, t.LocationID, old, t.Name)
	return object{"tag": tagWire(t)}, nil
}

func (s *Server) deleteTag(c *call) (any, *failure) {
	t, f := s.tagOf(c)
	if f != nil {
		return nil, f
	}
	s.putTag(t, true)
	s.retag(c, t.LocationID, t.Name, "")
	return object{"succeded": true}, nil
}

// retag replaces or removes a tag on all contacts.
func (s *Server) retag(c *call, locationID, old, name string) {
	for _, contact := range s.contacts.live() {
		if contact.LocationID != locationID || !slices.Contains(contact.Tags, old) {
			continue
		}
		next := contact.clone()
		next.Tags, _ = minus(next.Tags, []string{old})
		if name != "" {
			next.Tags, _ = plus(next.Tags, []string{name})
		}
		next.DateUpdated = c.now
		s.putContact(next, c.now, false)
	}
}
