package ghltest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// param reads a query parameter that v2 spells snake_case and v3 camelCase.
func (c *call) param(snake, camel string) string {
	if c.version == versionV3 {
		return c.query.Get(camel)
	}
	return c.query.Get(snake)
}

// listOpportunities is GET /opportunities/search: newest first, pages by page or by startAfter and startAfterId.
func (s *Server) listOpportunities(c *call) (any, *failure) {
	location := c.param("location_id", "locationId")
	if location == "" {
		name := "location_id"
		if c.version == versionV3 {
			name = "locationId"
		}
		return nil, unprocessable(name+" should not be empty", name+" must be a string")
	}
	limit, f := c.intQuery("limit", 20, 1, 100)
	if f != nil {
		return nil, f
	}
	page, f := c.intQuery("page", 1, 1, 1<<30)
	if f != nil {
		return nil, f
	}
	want := map[string]string{"pipelineId": c.param("pipeline_id", "pipelineId"), "pipelineStageId": c.param("pipeline_stage_id", "pipelineStageId"),
		"contactId": c.param("contact_id", "contactId"), "assignedTo": c.param("assigned_to", "assignedTo"), "status": c.query.Get("status")}
	if want["status"] == "all" {
		delete(want, "status")
	}
	rows := s.foundOpportunities(location, c.query.Get("q"), want)
	if id := c.query.Get("id"); id != "" {
		rows = slices.DeleteFunc(rows, func(o Object) bool { return o.ID != id })
	}
	if c.query.Get("order") == "added_asc" {
		slices.Reverse(rows)
	}
	begin := (page - 1) * limit
	if after := c.query.Get("startAfterId"); after != "" {
		begin = 1 + slices.IndexFunc(rows, func(o Object) bool { return o.ID == after })
	}
	cut := rows[min(begin, len(rows)):min(begin+limit, len(rows))]
	out := []object{}
	for _, o := range cut {
		out = append(out, s.opportunityRow(o))
	}
	meta := object{"total": len(rows), "currentPage": begin/limit + 1}
	if begin >= limit {
		meta["prevPage"] = begin / limit
	}
	if begin+limit < len(rows) {
		last := cut[len(cut)-1]
		meta["nextPage"], meta["startAfterId"], meta["startAfter"] = begin/limit+2, last.ID, last.DateAdded.UnixMilli()
		meta["nextPageUrl"] = "https://services.leadconnectorhq.com/opportunities/search?" + url.Values{"location_id": {location},
			"limit": {strconv.Itoa(limit)}, "startAfterId": {last.ID}, "startAfter": {strconv.FormatInt(last.DateAdded.UnixMilli(), 10)}}.Encode()
	}
	return object{"opportunities": out, "meta": meta, "aggregations": object{}}, nil
}

// foundOpportunities filters, newest first.
func (s *Server) foundOpportunities(location, query string, want map[string]string) []Object {
	rows := s.listObjects(Opportunities, location, func(o Object) bool {
		for key, value := range want {
			if value != "" && str(o.Fields[key]) != value {
				return false
			}
		}
		c, _ := s.contacts.any(str(o.Fields["contactId"]))
		text := strings.ToLower(str(o.Fields["name"]) + " " + fullName(c) + " " + c.Email + " " + c.Phone)
		return strings.Contains(text, strings.ToLower(query))
	})
	sortRows(rows, opportunityKeys, taskOrder)
	return rows
}

func (s *Server) searchOpportunities(c *call) (any, *failure) {
	limit, page := 20, 1
	if v, ok := c.body["limit"].(float64); ok {
		limit = int(v)
	}
	if v, ok := c.body["page"].(float64); ok {
		page = int(v)
	}
	if limit < 1 || limit > 500 || page < 1 {
		return nil, unprocessable("limit must not be greater than 500", "page must not be less than 1")
	}
	want := map[string]string{}
	filters, _ := c.body["filters"].([]any)
	for _, item := range filters {
		f := asObject(item)
		field := str(f["field"])
		known := map[string]string{"pipeline_id": "pipelineId", "pipeline_stage_id": "pipelineStageId", "contact_id": "contactId",
			"assigned_to": "assignedTo", "status": "status"}
		key, ok := known[field]
		if !ok || str(f["operator"]) != "eq" {
			return nil, fail(400, "Invalid field %s", field)
		}
		want[key] = str(f["value"])
	}
	rows := s.foundOpportunities(str(c.body["locationId"]), str(c.body["query"]), want)
	begin := (page - 1) * limit
	if cursor, ok := c.body["searchAfter"].([]any); ok && len(cursor) == 2 {
		begin = sliceStart(rows, func(o Object) int { return compareKeys(opportunityKeys(o), cursor, taskOrder) })
	}
	out := []object{}
	for _, o := range rows[min(begin, len(rows)):min(begin+limit, len(rows))] {
		out = append(out, s.opportunityRow(o))
	}
	status := http.StatusOK
	if s.cfg.quirks.OpportunitySearch201 {
		status = http.StatusCreated
	}
	return &reply{status, object{"opportunities": out, "total": len(rows), "aggregations": object{}, "traceId": c.trace}}, nil
}
