package ghltest

import (
	"cmp"
	"slices"
	"strings"
)

const opportunityBody = "pipelineStageId:s status:e=open|won|lost|abandoned|all monetaryValue:n assignedTo:s forecastExpectedCloseDate^:any " +
	"forecastProbability^:any "

func opportunityOps() []operation {
	op := area("opportunities", "/opportunities")
	const read, write = "opportunities.readonly", "opportunities.write"
	return []operation{
		op("GET", "/lost-reason", "get-lost-reason", read, 200, "", (*Server).listLostReasons, "locationId"),
		op("GET", "/search", "search-opportunity", read, 200, "", (*Server).listOpportunities),
		op("POST", "/search", "search-opportunities-advanced", read, 200,
			"locationId!:s query:s limit:n page:n searchAfter:a additionalDetails:o filters:a sort:a", (*Server).searchOpportunities),
		op("GET", "/pipelines", "get-pipelines", read, 200, "", (*Server).listPipelines, "locationId"),
		op("GET", "/{id}", "get-opportunity", read, 200, "", (*Server).getOpportunity),
		op("DELETE", "/{id}", "delete-opportunity", write, 200, "", (*Server).deleteOpportunity),
		op("PUT", "/{id}", "update-opportunity", write, 200, opportunityBody+"pipelineId:s name:s customFields:a", (*Server).updateOpportunity),
		op("PUT", "/{id}/status", "update-opportunity-status", write, 200,
			"status!:e=open|won|lost|abandoned|all lostReasonId:s", (*Server).setOpportunityStatus),
		op("POST", "/upsert", "Upsert-opportunity", write, 200,
			opportunityBody+"id:s contactId:s lostReasonId:s pipelineId!:s locationId!:s name:s followers:any isRemoveAllFollowers:b followersActionType:e=add|remove",
			(*Server).upsertOpportunity),
		op("POST", "/{id}/followers", "add-followers-opportunity", write, 201, "followers!:as", (*Server).followOpportunity),
		op("DELETE", "/{id}/followers", "remove-followers-opportunity", write, 200, "followers:as", (*Server).unfollowOpportunity),
		op("POST", "/", "create-opportunity", write, 201,
			strings.Replace(opportunityBody, "status:", "status!:", 1)+"pipelineId!:s locationId!:s name!:s contactId!:s customFields:a", (*Server).createOpportunity),
	}
}

// opportunityWire is an opportunity with its contact embedded.
func (s *Server) opportunityWire(o Object) object {
	out := o.wire("createdAt", "updatedAt")
	for _, key := range []string{"lastStatusChangeAt", "lastStageChangeAt", "lastActionDate"} {
		if out[key] == nil {
			out[key] = stamp(o.DateAdded)
		}
	}
	for _, key := range []string{"source", "assignedTo"} {
		if _, ok := out[key]; !ok {
			out[key] = nil
		}
	}
	out["followers"] = list(strs(o.Fields["followers"]))
	if out["customFields"] == nil {
		out["customFields"] = []any{}
	}
	if out["monetaryValue"] == nil {
		out["monetaryValue"] = 0
	}
	if c, ok := s.contacts.any(str(o.Fields["contactId"])); ok {
		out["contact"] = object{"id": c.ID, "name": fullName(c), "companyName": orNull(c.CompanyName), "email": orNull(c.Email),
			"phone": orNull(c.Phone), "tags": list(c.Tags)}
	}
	return out
}

func (s *Server) opportunityRow(o Object) object {
	out := s.opportunityWire(o)
	out["relations"], out["sort"] = []any{}, opportunityKeys(o)
	for _, key := range []string{"notes", "tasks", "calendarEvents"} {
		out[key] = []any{}
	}
	return out
}

func opportunityKeys(o Object) []any { return []any{float64(o.DateAdded.UnixMilli()), o.ID} }

func (s *Server) opportunityOf(c *call) (Object, *failure) {
	return s.objectOf(c, Opportunities, "Opportunity", c.path["id"])
}

// checkStage refuses unknown pipelines and stages when the location has pipelines, and fills in the first stage.
func (s *Server) checkStage(location string, fields object) *failure {
	pipelines := s.listObjects(Pipelines, location, nil)
	if len(pipelines) == 0 {
		return nil
	}
	i := slices.IndexFunc(pipelines, func(p Object) bool { return p.ID == fields["pipelineId"] })
	if i < 0 {
		return fail(400, "The pipeline id is invalid.")
	}
	stages, _ := pipelines[i].Fields["stages"].([]any)
	if str(fields["pipelineStageId"]) == "" && len(stages) > 0 {
		fields["pipelineStageId"] = asObject(stages[0])["id"]
		return nil
	}
	if len(stages) > 0 && !slices.ContainsFunc(stages, func(st any) bool { return asObject(st)["id"] == fields["pipelineStageId"] }) {
		return fail(400, "The pipeline stage id is invalid.")
	}
	return nil
}

func normalFields(v any) []any {
	in, _ := v.([]any)
	out := []any{}
	for _, item := range in {
		f := asObject(item)
		value := f["field_value"]
		if v, ok := f["fieldValue"]; ok {
			value = v
		}
		out = append(out, object{"id": cmp.Or(str(f["id"]), str(f["key"])), "fieldValue": value})
	}
	return out
}

func (s *Server) createOpportunity(c *call) (any, *failure) {
	location := str(c.body["locationId"])
	contact, f := s.contactNamed(c, str(c.body["contactId"]))
	if f != nil {
		return nil, f
	}
	if f := s.checkStage(location, c.body); f != nil {
		return nil, f
	}
	l, _ := s.locations.any(location)
	if !l.AllowDuplicateOpportunity && slices.ContainsFunc(s.contactOpportunities(contact.ID), func(o object) bool {
		return o["pipelineId"] == c.body["pipelineId"]
	}) {
		return nil, fail(400, "Can not create duplicate opportunity for the contact.")
	}
	return object{"opportunity": s.opportunityWire(s.addOpportunity(c, location))}, nil
}

func (s *Server) addOpportunity(c *call, location string) Object {
	if v, ok := c.body["customFields"]; ok {
		c.body["customFields"] = normalFields(v)
	}
	c.body["internalSource"] = object{"type": "oauth", "id": str(c.actor().SourceID), "apiVersion": "v2", "channel": "OAUTH", "source": "INTEGRATION"}
	c.body["status"] = cmp.Or(str(c.body["status"]), "open")
	return s.newObject(c, Opportunities, location, c.body, "isRemoveAllFollowers", "followersActionType", "id")
}

func (s *Server) getOpportunity(c *call) (any, *failure) {
	o, f := s.opportunityOf(c)
	if f != nil {
		return nil, f
	}
	return object{"opportunity": s.opportunityWire(o)}, nil
}

// changeOpportunity merges a body and stamps status and stage changes.
func (s *Server) changeOpportunity(c *call, o Object, body object) Object {
	if v, ok := body["customFields"]; ok {
		body["customFields"] = normalFields(v)
	}
	for key, mark := range map[string]string{"status": "lastStatusChangeAt", "pipelineStageId": "lastStageChangeAt"} {
		if v, ok := body[key]; ok && v != o.Fields[key] {
			body[mark] = stamp(c.now)
		}
	}
	body["lastActionDate"] = stamp(c.now)
	return s.mergeObject(c, Opportunities, o, body, "isRemoveAllFollowers", "followersActionType", "id", "contactId")
}

func (s *Server) updateOpportunity(c *call) (any, *failure) {
	o, f := s.opportunityOf(c)
	if f != nil {
		return nil, f
	}
	if c.body["pipelineId"] != nil || c.body["pipelineStageId"] != nil {
		next := kept(o.Fields, nil)
		for _, key := range []string{"pipelineId", "pipelineStageId"} {
			if v, ok := c.body[key]; ok {
				next[key] = v
			}
		}
		if f := s.checkStage(o.LocationID, next); f != nil {
			return nil, f
		}
	}
	return object{"opportunity": s.opportunityWire(s.changeOpportunity(c, o, c.body))}, nil
}

func (s *Server) setOpportunityStatus(c *call) (any, *failure) {
	o, f := s.opportunityOf(c)
	if f != nil {
		return nil, f
	}
	s.changeOpportunity(c, o, c.body)
	if c.version == versionV3 {
		return object{"success": true}, nil
	}
	return s.succeeded(c, object{}), nil
}

func (s *Server) deleteOpportunity(c *call) (any, *failure) {
	o, f := s.opportunityOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, Opportunities, o)
	if c.version == versionV3 || s.cfg.quirks.DeleteOpportunitySuccess {
		return object{"success": true}, nil
	}
	return object{"succeded": true}, nil
}

// upsertOpportunity updates the one of the id, else the contact's one in the pipeline, else creates.
func (s *Server) upsertOpportunity(c *call) (any, *failure) {
	location := str(c.body["locationId"])
	found := s.listObjects(Opportunities, location, func(o Object) bool {
		if id := str(c.body["id"]); id != "" {
			return o.ID == id
		}
		return o.Fields["contactId"] == c.body["contactId"] && o.Fields["pipelineId"] == c.body["pipelineId"]
	})
	if len(found) > 0 {
		return object{"opportunity": s.opportunityWire(s.changeOpportunity(c, found[0], c.body)), "new": false}, nil
	}
	if _, f := s.contactNamed(c, str(c.body["contactId"])); f != nil {
		return nil, f
	}
	if f := s.checkStage(location, c.body); f != nil {
		return nil, f
	}
	return object{"opportunity": s.opportunityWire(s.addOpportunity(c, location)), "new": true}, nil
}

func (s *Server) followOpportunity(c *call) (any, *failure) {
	o, f := s.opportunityOf(c)
	if f != nil {
		return nil, f
	}
	all, added := plus(strs(o.Fields["followers"]), strs(c.body["followers"]))
	s.mergeObject(c, Opportunities, o, object{"followers": anys(all)})
	return object{"followers": list(all), "followersAdded": list(added)}, nil
}

func (s *Server) unfollowOpportunity(c *call) (any, *failure) {
	o, f := s.opportunityOf(c)
	if f != nil {
		return nil, f
	}
	less := strs(c.body["followers"])
	if c.query.Get("isRemoveAllFollowers") == "true" {
		less = strs(o.Fields["followers"])
	}
	rest, removed := minus(strs(o.Fields["followers"]), less)
	s.mergeObject(c, Opportunities, o, object{"followers": anys(rest)})
	return object{"followers": list(rest), "followersRemoved": list(removed)}, nil
}

func (s *Server) listPipelines(c *call) (any, *failure) {
	return object{"pipelines": wires(s.listObjects(Pipelines, c.query.Get("locationId"), nil), "dateAdded", "dateUpdated")}, nil
}

func (s *Server) listLostReasons(c *call) (any, *failure) {
	rows := s.listObjects(LostReasons, c.query.Get("locationId"), nil)
	page, f := window(c, rows, 100, 1000)
	if f != nil {
		return nil, f
	}
	return object{"lostReasons": wires(page, "createdAt", "updatedAt"), "total": len(rows)}, nil
}
