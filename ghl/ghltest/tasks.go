package ghltest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	createTaskBody = "title!:s dueDate!:t completed!:b body:s assignedTo:s"
	updateTaskBody = "title:s dueDate:t completed:b body:s assignedTo:s"
	taskSearchBody = "contactId:as completed:b assignedTo:as query:s limit:n skip:n businessId:s searchAfter:a"
)

func taskOps() []operation {
	const read, write = "contacts.readonly", "contacts.write"
	op := func(method, path, id, scope string, status int, body string, h handler) operation {
		return operation{family: "contacts", method: method, path: "/contacts/{contactId}/tasks" + path, id: id, scope: scope,
			status: status, body: parseSchema(body), handle: h}
	}
	return []operation{
		op("GET", "", "get-all-tasks", read, 200, "", (*Server).listTasks),
		op("POST", "", "create-task", write, 201, createTaskBody, (*Server).createTask),
		op("GET", "/{taskId}", "get-task", read, 200, "", (*Server).getTask),
		op("PUT", "/{taskId}", "update-task", write, 200, updateTaskBody, (*Server).updateTask),
		op("DELETE", "/{taskId}", "delete-task", write, 200, "", (*Server).deleteTask),
		op("PUT", "/{taskId}/completed", "update-task-completed", write, 200, "completed!:b", (*Server).updateTask),
		{family: "locations", method: "POST", path: "/locations/{locationId}/tasks/search", id: "task-search",
			scope: "locations/tasks.readonly", body: parseSchema(taskSearchBody), handle: (*Server).searchTasks},
	}
}

// taskWire is a task below its contact: no dates, no location, and no key for what was never set.
func taskWire(t Task) object {
	o := object{"id": t.ID, "title": t.Title, "dueDate": stamp(t.DueDate), "completed": t.Completed}
	set(o, "body", t.Body)
	set(o, "assignedTo", t.AssignedTo)
	set(o, "contactId", t.ContactID)
	return o
}

func (s *Server) childNotFound(kind, id string) *failure {
	if s.cfg.quirks.ChildNotFound400 {
		return fail(http.StatusBadRequest, "%s not found for id:%s", kind, id)
	}
	return fail(http.StatusNotFound, "%s not found for id:%s", kind, id)
}

// taskOf finds the task of the path below its contact.
func (s *Server) taskOf(c *call) (Task, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return Task{}, f
	}
	id := c.path["taskId"]
	if r, ok := s.tasks.rows[id]; ok {
		if v, ok := r.asOf(c.asOf); ok && !v.gone && v.val.ContactID == contact.ID {
			return v.val, nil
		}
	}
	return Task{}, s.childNotFound("Task", id)
}

func (s *Server) listTasks(c *call) (any, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	out := []object{}
	for _, id := range s.children["task "+contact.ID] {
		if v, ok := s.tasks.rows[id].asOf(c.asOf); ok && !v.gone && v.val.ContactID == contact.ID {
			out = append(out, taskWire(v.val))
		}
	}
	return object{"tasks": out}, nil
}

func (s *Server) getTask(c *call) (any, *failure) {
	t, f := s.taskOf(c)
	if f != nil {
		return nil, f
	}
	return object{"task": taskWire(t)}, nil
}

func applyTask(t *Task, body object) *failure {
	if v, ok := body["title"]; ok {
		if str(v) == "" {
			return unprocessable("title should not be empty")
		}
		t.Title = str(v)
	}
	if v, ok := body["body"]; ok {
		t.Body = str(v)
	}
	if v, ok := body["assignedTo"]; ok {
		t.AssignedTo = str(v)
	}
	if v, ok := body["dueDate"]; ok {
		due, valid := parseTime(str(v))
		if !valid {
			return unprocessable("dueDate must be a valid ISO 8601 date string")
		}
		t.DueDate = due
	}
	if v, ok := body["completed"].(bool); ok && v != t.Completed {
		t.Completed, t.Status = v, ""
	}
	return nil
}

func (s *Server) createTask(c *call) (any, *failure) {
	contact, f := s.contactOf(c)
	if f != nil {
		return nil, f
	}
	t := Task{LocationID: contact.LocationID, ContactID: contact.ID, BusinessID: contact.BusinessID, DateAdded: c.now, DateUpdated: c.now}
	if f := applyTask(&t, c.body); f != nil {
		return nil, f
	}
	t.ID = s.newID()
	s.putTask(t, c.now, false)
	s.taskWritten(t, c.now)
	return object{"task": taskWire(t)}, nil
}

func (s *Server) updateTask(c *call) (any, *failure) {
	t, f := s.taskOf(c)
	if f != nil {
		return nil, f
	}
	if f := applyTask(&t, c.body); f != nil {
		return nil, f
	}
	t.DateUpdated = c.now
	s.putTask(t, c.now, false)
	s.taskWritten(t, c.now)
	return object{"task": taskWire(t)}, nil
}

func (s *Server) deleteTask(c *call) (any, *failure) {
	t, f := s.taskOf(c)
	if f != nil {
		return nil, f
	}
	t.Deleted, t.DateUpdated = true, c.now
	s.putTask(t, c.now, false)
	s.taskWritten(t, c.now)
	return s.succeeded(c, object{}), nil
}

func (s *Server) taskWritten(t Task, now time.Time) {
	if s.cfg.quirks.TaskBumpsContact {
		s.bumpContact(t.ContactID, now)
	}
}

// searchTasks is the task search of a location: newest first by dateAdded, no total, rows with _id.
func (s *Server) searchTasks(c *call) (any, *failure) {
	limit, skip := 25, 0
	if v, ok := c.body["limit"].(float64); ok {
		limit = int(v)
	}
	if v, ok := c.body["skip"].(float64); ok {
		skip = int(v)
	}
	switch {
	case limit < 1:
		return nil, unprocessable("limit must not be less than 1")
	case limit > 500:
		return nil, unprocessable("limit must not be greater than 500")
	case skip < 0:
		return nil, unprocessable("skip must not be less than 0")
	}
	rows := s.foundTasks(c)
	start := skip
	if cursor, ok := c.body["searchAfter"].([]any); ok {
		if len(cursor) != 2 {
			return nil, fail(400, "Invalid searchAfter")
		}
		start += sliceStart(rows, func(t Task) int { return compareKeys(taskKeys(t), cursor, taskOrder) })
	}
	out := []object{}
	for _, t := range rows[min(start, len(rows)):min(start+limit, len(rows))] {
		out = append(out, s.taskRow(t))
	}
	status := http.StatusOK
	if s.cfg.quirks.TaskSearch201 {
		status = http.StatusCreated
	}
	return &reply{status, object{"tasks": out, "traceId": c.trace}}, nil
}

var taskOrder = []sortKey{{"dateAdded", true}}

func taskKeys(t Task) []any { return []any{float64(t.DateAdded.UnixMilli()), t.ID} }

// foundTasks sorts all tasks of the location once per write, and filters that list.
func (s *Server) foundTasks(c *call) []Task {
	location := c.path["locationId"]
	key := "tasks " + location
	rows, ok := cachedRows[Task](&s.store, key, s.tasks.gen)
	if !ok || s.lag.Tasks > 0 {
		listed := s.tasks.visible
		if s.cfg.quirks.TaskSearchListsDeleted {
			listed = s.tasks.visibleOrGone
		}
		rows = slices.DeleteFunc(listed(s.indexed(c.now, s.lag.Tasks)), func(t Task) bool { return t.LocationID != location })
		sortRows(rows, taskKeys, taskOrder)
		if s.lag.Tasks == 0 {
			remember(&s.store, key, s.tasks.gen, rows)
		}
	}
	contacts, owners := strs(c.body["contactId"]), strs(c.body["assignedTo"])
	completed, byState := c.body["completed"].(bool)
	query, business := strings.ToLower(str(c.body["query"])), str(c.body["businessId"])
	if len(contacts)+len(owners)+len(query)+len(business) == 0 && !byState {
		return rows
	}
	return slices.DeleteFunc(slices.Clone(rows), func(t Task) bool {
		return len(contacts) > 0 && !slices.Contains(contacts, t.ContactID) ||
			len(owners) > 0 && !slices.Contains(owners, t.AssignedTo) ||
			byState && t.Completed != completed || business != "" && t.BusinessID != business ||
			!strings.Contains(strings.ToLower(t.Title), query)
	})
}

// taskRow is a row of the task search.
func (s *Server) taskRow(t Task) object {
	state := "to_do"
	if t.Completed {
		state = "completed"
	}
	group := state
	if t.Status != "" {
		state = t.Status
	}
	o := object{"_id": t.ID, "title": t.Title, "dueDate": stamp(t.DueDate), "completed": t.Completed, "status": state,
		"statusGroup": group, "locationId": t.LocationID, "dateAdded": stamp(t.DateAdded), "dateUpdated": stamp(t.DateUpdated),
		"updatedAt": stamp(t.DateUpdated), "deleted": t.Deleted, "contactDetails": nil, "searchAfter": taskKeys(t)}
	set(o, "body", t.Body)
	set(o, "assignedTo", t.AssignedTo)
	set(o, "contactId", t.ContactID)
	if c, ok := s.contacts.get(t.ContactID); ok {
		details := object{"_id": c.ID}
		set(details, "firstName", c.FirstName)
		set(details, "lastName", c.LastName)
		o["contactDetails"] = details
	}
	if u, ok := s.users.get(t.AssignedTo); ok {
		o["assignedToUserDetails"] = object{"id": u.ID, "firstName": u.FirstName, "lastName": u.LastName, "profilePhoto": orNull(u.ProfilePhoto)}
	}
	return o
}
