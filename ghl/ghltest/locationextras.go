package ghltest

import (
	"slices"
)

const (
	recurringBody  = "description:s contactIds:as owners:as ignoreTaskCreation:b "
	recurringRules = "yearly|monthly|weekly|daily|hourly"
)

// locationExtraOps are recurring tasks and templates.
func locationExtraOps() []operation {
	op := area("locations", "/locations/{locationId}")
	templates := op("GET", "/templates", "GET-all-or-email-sms-templates", "locations/templates.readonly", 200, "",
		(*Server).listTemplates, "originId")
	return []operation{
		op("GET", "/recurring-tasks/{id}", "get-recurring-task-by-id", "", 200, "", (*Server).getRecurring),
		op("PUT", "/recurring-tasks/{id}", "update-recurring-task", "", 200, recurringBody+"title:s rruleOptions:o", (*Server).updateRecurring),
		op("DELETE", "/recurring-tasks/{id}", "delete-recurring-task", "", 200, "", (*Server).deleteRecurring),
		op("POST", "/recurring-tasks", "create-recurring-task", "", 201, recurringBody+"title!:s rruleOptions!:o", (*Server).createRecurring),
		templates,
		op("DELETE", "/templates/{id}", "DELETE-an-email-sms-template", "", 200, "", (*Server).deleteTemplate),
	}
}

// recurringWire shows one contact and one owner where the body took lists.
func recurringWire(o Object) object {
	out := o.wire("createdAt", "updatedAt")
	out["deleted"], out["totalOccurrence"] = o.Deleted, 0
	out["description"] = str(o.Fields["description"])
	if l := strs(o.Fields["contactIds"]); len(l) > 0 {
		out["contactId"] = l[0]
	}
	if l := strs(o.Fields["owners"]); len(l) > 0 {
		out["assignedTo"] = l[0]
	}
	for _, key := range []string{"contactIds", "owners", "ignoreTaskCreation"} {
		delete(out, key)
	}
	return out
}

func checkRecurrence(body object) *failure {
	rules := asObject(body["rruleOptions"])
	if rules == nil {
		return nil
	}
	sc := parseSchema("intervalType!:e=" + recurringRules + " interval!:n startDate!:t endDate:t dayOfMonth:n " +
		"dayOfWeek:e=MO|TU|WE|TH|FR|SA|SU monthOfYear:n count:n createTaskIfOverDue:b dueAfterSeconds!:n")
	var msgs []string
	for _, m := range sc.check(rules, versionV3, &Quirks{StrictProperties: true}) {
		msgs = append(msgs, "rruleOptions."+m)
	}
	if len(msgs) > 0 {
		return unprocessable(msgs...)
	}
	return nil
}

func (s *Server) recurringOf(c *call) (Object, *failure) {
	return s.objectOf(c, RecurringTasks, "Recurring task", c.path["id"])
}

func (s *Server) createRecurring(c *call) (any, *failure) {
	if f := checkRecurrence(c.body); f != nil {
		return nil, f
	}
	return object{"recurringTask": recurringWire(s.newObject(c, RecurringTasks, c.path["locationId"], c.body))}, nil
}

func (s *Server) getRecurring(c *call) (any, *failure) {
	o, f := s.recurringOf(c)
	if f != nil {
		return nil, f
	}
	return object{"recurringTask": recurringWire(o)}, nil
}

func (s *Server) updateRecurring(c *call) (any, *failure) {
	if f := checkRecurrence(c.body); f != nil {
		return nil, f
	}
	o, f := s.recurringOf(c)
	if f != nil {
		return nil, f
	}
	return object{"recurringTask": recurringWire(s.mergeObject(c, RecurringTasks, o, c.body))}, nil
}

func (s *Server) deleteRecurring(c *call) (any, *failure) {
	o, f := s.recurringOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, RecurringTasks, o)
	return object{"id": o.ID, "success": true}, nil
}

func (s *Server) listTemplates(c *call) (any, *failure) {
	kind := c.query.Get("type")
	if kind != "" && !slices.Contains([]string{"sms", "email", "whatsapp"}, kind) {
		return nil, unprocessable("type must be one of the following values: sms, email, whatsapp")
	}
	rows := s.listObjects(Templates, c.path["locationId"], func(o Object) bool { return kind == "" || o.Fields["type"] == kind })
	page, f := window(c, rows, 25, 1000)
	if f != nil {
		return nil, f
	}
	return object{"templates": wires(page, "dateAdded", ""), "totalCount": len(rows)}, nil
}

func (s *Server) deleteTemplate(c *call) (any, *failure) {
	o, f := s.objectOf(c, Templates, "Template", c.path["id"])
	if f != nil {
		return nil, f
	}
	s.dropObject(c, Templates, o)
	return object{"succeeded": true}, nil
}
