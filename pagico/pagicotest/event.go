package pagicotest

import (
	"net/http"
	"strings"
)

// putEvent creates or replaces the event with the caller's external id (contract §3.2). Members that the body leaves
// out are emptied: the mirror owns them all.
func (s *Server) putEvent(c *call) (reply, *problem) {
	k := c.route.kind
	external, ok := strings.CutPrefix(c.params["id"], externalPrefix)
	if !ok || external == "" {
		return reply{}, badRequest("an event is put by external:{externalId}")
	}
	old, _ := s.find(c)
	if bad := s.checkMatch(c, old); bad != nil {
		return reply{}, bad
	}
	members, bad := s.members(c)
	if bad != nil {
		return reply{}, bad
	}
	rec := k.make().(*Event)
	if old != nil {
		if s.broken(ClauseEventReplaced) {
			rec = old.clone().(*Event)
		}
		was := old.(*Event)
		rec.ID, rec.ETag, rec.CreatedAt, rec.LastUpdated = was.ID, was.ETag, was.CreatedAt, was.LastUpdated
	}
	rec.ExternalID, rec.ExternalClient = external, c.grant.ClientID
	taken, errs := k.schema.decode(rec, members, true, s.unwritable(k))
	errs = append(s.tolerate(errs), s.prepare(k, nil, rec, taken)...)
	if len(errs) > 0 && !s.broken(ClauseValidation) {
		return reply{}, invalid(dedupe(errs))
	}
	if old == nil {
		s.insert(k, rec, c.actor())
		rep := s.shown(k, rec, http.StatusCreated)
		rep.header.Set("Location", BasePath+"/"+strings.Join(s.routeOf(k.plural+".get").filled(rec.ID), "/"))
		return rep, nil
	}
	return s.shown(k, s.replace(k, old, rec, c.actor()), http.StatusOK), nil
}
