package pagicotest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// externalPrefix marks a path segment that holds an external id instead of an id (contract §3.2).
const externalPrefix = "external:"

// find resolves the {id} of the path among live records.
func (s *Server) find(c *call) (record, *problem) {
	t := s.tables[c.route.kind.name]
	id := c.params["id"]
	if external, ok := strings.CutPrefix(id, externalPrefix); ok && !s.brokenFor(c.route.kind, ClauseExternalPath) {
		id = t.byOwner[ownedID{c.grant.ClientID, external}]
	}
	if rec, ok := t.live(id); ok {
		return rec, nil
	}
	return nil, notFound(c.route.kind.name)
}

func (s *Server) get(c *call) (reply, *problem) {
	for name, values := range c.r.URL.Query() {
		if name != "includeDeleted" || len(values) != 1 || !isTrue(values[0]) && values[0] != "false" {
			return reply{}, badRequest("unknown query parameter %q", name)
		}
	}
	rec, bad := s.find(c)
	if bad != nil {
		tomb, ok := s.tables[c.route.kind.name].byID[c.params["id"]]
		if !ok || !isTrue(c.r.URL.Query().Get("includeDeleted")) {
			return reply{}, bad
		}
		rec = tomb
	}
	rep := s.shown(c.route.kind, rec, http.StatusOK)
	if s.notModified(c, *rec.common().ETag) {
		rep.status, rep.body = http.StatusNotModified, nil
		rep.header.Del("Content-Type")
	}
	return rep, nil
}

// shown answers with a record and its ETag header.
func (s *Server) shown(k *kind, rec record, status int) reply {
	rep := jsonReply(status, s.render(k, rec))
	if !s.brokenFor(k, ClauseETagHeader) {
		rep.header.Set("ETag", *rec.common().ETag)
	}
	return rep
}

func (s *Server) create(c *call) (reply, *problem) {
	k := c.route.kind
	members, bad := s.members(c)
	if bad != nil {
		return reply{}, bad
	}
	if bad := s.unknown(k, members); bad != nil {
		return reply{}, bad
	}
	rec := k.make()
	taken, errs := k.schema.decode(rec, members, true, s.unwritable(k))
	errs = append(s.tolerate(errs), s.prepare(k, nil, rec, taken)...)
	if len(errs) > 0 && !s.broken(ClauseValidation) {
		return reply{}, invalid(dedupe(errs))
	}
	if bad := s.claim(c, k, nil, rec); bad != nil {
		return reply{}, bad
	}
	s.insert(k, rec, c.actor())
	rep := s.shown(k, rec, http.StatusCreated)
	if h, ok := rec.(*Webhook); ok {
		rep.body = k.schema.encode(h, func(name string) bool { return s.broken(ClauseMember(k.name, name)) })
	}
	if !s.broken(ClauseLocation) {
		rep.header.Set("Location", BasePath+"/"+strings.Join(s.routeOf(k.plural+".get").filled(*rec.common().ID), "/"))
	}
	if s.broken(ClauseCreated201) {
		rep.status = http.StatusOK
	}
	return rep, nil
}

// unknown refuses members that the contract does not name, which the contract forbids.
func (s *Server) unknown(k *kind, members map[string]json.RawMessage) *problem {
	for name := range members {
		if !k.schema.has(name) && s.broken(ClauseUnknownIgnored) {
			return invalid([]fieldError{{"#/" + name, "is unknown"}})
		}
	}
	return nil
}

// insert gives a new record its id and stores it.
func (s *Server) insert(k *kind, rec record, by actor) {
	t := s.tables[k.name]
	*rec.common().ID = s.newID(k.prefix, func(id string) bool { return t.byID[id] != nil })
	if h, ok := rec.(*Webhook); ok {
		h.Secret = s.newSecret()
	}
	s.commit(k, nil, rec, by)
}

// claim checks that the external id is free and makes the caller its owner.
func (s *Server) claim(c *call, k *kind, old, rec record) *problem {
	m := rec.common()
	if old != nil && *old.common().ExternalID == *m.ExternalID {
		return nil
	}
	*m.ExternalClient = ""
	if *m.ExternalID == "" {
		return nil
	}
	*m.ExternalClient = c.grant.ClientID
	holder, used := s.holder(c, k, *m.ExternalID)
	if !used || holder == *m.ID || s.brokenFor(k, ClauseExternalConflict) {
		return nil
	}
	if s.broken(ClauseExistingID) {
		holder = ""
	}
	return externalConflict(holder)
}

// holder finds the live record that has an external id of the caller.
func (s *Server) holder(c *call, k *kind, external string) (id string, ok bool) {
	for owned, id := range s.tables[k.name].byOwner {
		if s.broken(ClauseExternalPerClient) && owned.externalID == external {
			return id, true
		}
		if !s.broken(ClauseExternalPerClient) {
			break
		}
	}
	for _, t := range s.tables {
		if id, ok := t.byOwner[ownedID{c.grant.ClientID, external}]; ok && (t.kind == k || s.broken(ClauseExternalPerResource)) {
			return id, true
		}
	}
	return "", false
}

// update applies a merge patch (RFC 7396): absent keeps, null clears.
func (s *Server) update(c *call) (reply, *problem) {
	k := c.route.kind
	old, bad := s.find(c)
	if bad != nil {
		return reply{}, bad
	}
	if bad := s.checkMatch(c, old); bad != nil {
		return reply{}, bad
	}
	members, bad := s.members(c)
	if bad != nil {
		return reply{}, bad
	}
	if s.broken(ClauseNullClears) {
		for name, raw := range members {
			if string(raw) == "null" {
				delete(members, name)
			}
		}
	}
	rec := old.clone()
	if s.brokenFor(k, ClauseAbsentKeeps) {
		rec = blankFrom(k, old)
	}
	taken, errs := k.schema.decode(rec, members, false, s.unwritable(k))
	errs = append(s.tolerate(errs), s.prepare(k, old, rec, taken)...)
	if len(errs) > 0 && !s.broken(ClauseValidation) {
		return reply{}, invalid(dedupe(errs))
	}
	if bad := s.claim(c, k, old, rec); bad != nil {
		return reply{}, bad
	}
	return s.shown(k, s.replace(k, old, rec, c.actor()), http.StatusOK), nil
}

// replace stores a changed record, and moves what it holds when it is a list that moved. A record that did not change
// stays as it was.
func (s *Server) replace(k *kind, old, rec record, by actor) record {
	if len(k.schema.changed(old, rec)) == 0 {
		return old
	}
	s.commit(k, old, rec, by)
	list, ok := rec.(*List)
	if !ok {
		return rec
	}
	for _, c := range s.held(k, rec) {
		was := c.rec.(*Task)
		if was.ProjectID == list.ProjectID && was.ContactID == list.ContactID {
			continue
		}
		t := was.clone().(*Task)
		t.ProjectID, t.ContactID = list.ProjectID, list.ContactID
		s.commit(c.kind, was, t, by)
	}
	return rec
}

func (s *Server) delete(c *call) (reply, *problem) {
	rec, bad := s.find(c)
	if bad != nil {
		return reply{}, bad
	}
	if e, ok := rec.(*Event); ok && e.ExternalClient != c.grant.ClientID && !s.broken(ClauseEventOwner) {
		return reply{}, newProblem(http.StatusForbidden, "insufficient-scope", "Not yours", "only the client that put an event may delete it")
	}
	if bad := s.checkMatch(c, rec); bad != nil {
		return reply{}, bad
	}
	s.remove(c.route.kind, rec, c.actor())
	if s.broken(ClauseDelete204) {
		return jsonReply(http.StatusOK, []byte("{}")), nil
	}
	return reply{status: http.StatusNoContent, header: http.Header{}}, nil
}

// unwritable names the members that are broken on purpose: they are taken from no body.
func (s *Server) unwritable(k *kind) func(string) bool {
	return func(name string) bool { return s.broken(ClauseMember(k.name, name)) }
}

// blankFrom keeps only what a client cannot write; it is how a PUT would behave.
func blankFrom(k *kind, old record) record {
	rec := k.make()
	to, from := rec.common(), old.common()
	*to.ID, *to.ETag, *to.CreatedAt, *to.LastUpdated = *from.ID, *from.ETag, *from.CreatedAt, *from.LastUpdated
	return rec
}

func dedupe(errs []fieldError) []fieldError {
	var out []fieldError
	seen := map[string]bool{}
	for _, e := range errs {
		if !seen[e.Pointer] {
			seen[e.Pointer] = true
			out = append(out, e)
		}
	}
	return out
}

func (s *Server) routeOf(operation string) *route {
	for _, r := range s.routes {
		if r.operation == operation {
			return r
		}
	}
	return &route{}
}

// filled puts an id into a route's path.
func (r *route) filled(id string) []string {
	out := make([]string, len(r.segments))
	for i, segment := range r.segments {
		out[i] = segment
		if prefix, _, variable := strings.Cut(segment, "{"); variable {
			out[i] = prefix + url.PathEscape(id)
		}
	}
	return out
}
