package ghl

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"
)

// RecurringTasksService calls the rules that make tasks again and again,
// https://marketplace.gohighlevel.com/docs/ghl/locations/recurring-tasks. The API has no list of them.
type RecurringTasksService struct{ service }

// RecurringTask is a rule that makes ordinary tasks by a schedule.
type RecurringTask struct {
	ID          string `json:"id"`
	LocationID  string `json:"locationId"`
	Title       string `json:"title"`
	Description string `json:"description"`
	// ContactID and AssignedTo are single here, although bodies take several.
	ContactID       string     `json:"contactId"`
	AssignedTo      string     `json:"assignedTo"`
	CreatedAt       Time       `json:"createdAt"`
	UpdatedAt       Time       `json:"updatedAt"`
	Deleted         bool       `json:"deleted"`
	TotalOccurrence int        `json:"totalOccurrence"`
	Rule            Recurrence `json:"rruleOptions"`

	raw raw
}

// Recurrence is a schedule.
type Recurrence struct {
	// IntervalType is yearly, monthly, weekly, daily or hourly; Interval counts them.
	IntervalType string `json:"intervalType"`
	Interval     int    `json:"interval"`
	// StartDate is required, EndDate optional; both are texts as the vendor takes them (RFC 3339).
	StartDate string `json:"startDate"`
	EndDate   string `json:"endDate,omitempty"`
	// DayOfMonth is 1 to 31, DayOfWeek MO to SU, MonthOfYear 1 to 12; 0 and "" mean none.
	DayOfMonth  int    `json:"dayOfMonth,omitempty"`
	DayOfWeek   string `json:"dayOfWeek,omitempty"`
	MonthOfYear int    `json:"monthOfYear,omitempty"`
	// Count ends the schedule after so many tasks; 0 means no end.
	Count               int  `json:"count,omitempty"`
	CreateTaskIfOverdue bool `json:"createTaskIfOverDue,omitempty"`
	// DueAfterSeconds is the time from the making of a task to its due date.
	DueAfterSeconds int `json:"dueAfterSeconds"`
}

// Starting returns the schedule with its start, in UTC.
func (r Recurrence) Starting(at time.Time) Recurrence {
	r.StartDate = outgoing(at).Format(timeLayout)
	return r
}

// RawJSON returns the rule as it was received.
func (t RecurringTask) RawJSON() json.RawMessage { return t.raw.copy() }

// UnmarshalJSON reads a rule.
func (t *RecurringTask) UnmarshalJSON(data []byte) error { return t.decode(slices.Clone(data)) }

type recurringTaskFields RecurringTask

func (t *RecurringTask) decode(data json.RawMessage) error {
	w := struct {
		*recurringTaskFields
		UnderscoreID string `json:"_id"`
	}{recurringTaskFields: (*recurringTaskFields)(t)}
	err := unmarshal(data, &w)
	t.ID, t.raw.data = cmp.Or(t.ID, w.UnderscoreID), data
	return err
}

// RecurringTaskCreate is the body of [RecurringTasksService.Create]. Title and Rule are required.
type RecurringTaskCreate struct {
	Title       string     `json:"title"`
	Description string     `json:"description,omitempty"`
	ContactIDs  []string   `json:"contactIds,omitempty"`
	Owners      []string   `json:"owners,omitempty"`
	Rule        Recurrence `json:"rruleOptions"`
	// IgnoreTaskCreation makes the rule without its first task.
	IgnoreTaskCreation bool `json:"ignoreTaskCreation,omitempty"`
}

// RecurringTaskUpdate is the body of [RecurringTasksService.Update]: absent fields stay as they are.
type RecurringTaskUpdate struct {
	Title              Opt[string]     `json:"title,omitzero"`
	Description        Opt[string]     `json:"description,omitzero"`
	ContactIDs         Opt[[]string]   `json:"contactIds,omitzero"`
	Owners             Opt[[]string]   `json:"owners,omitzero"`
	Rule               Opt[Recurrence] `json:"rruleOptions,omitzero"`
	IgnoreTaskCreation Opt[bool]       `json:"ignoreTaskCreation,omitzero"`
}

// Get reads one rule.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/get-recurring-task-by-id
//
//api:op GET /locations/{locationId}/recurring-tasks/{id}
func (s *RecurringTasksService) Get(ctx context.Context, locationID, id string, opts ...CallOption) (RecurringTask, error) {
	return one[RecurringTask](ctx, s.client, opRecurringTasksGet, args{params: []string{locationID, id}}, opts, "recurringTask")
}

// Create makes a rule. It is sent once; after an unclear failure the error is ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/create-recurring-task
//
//api:op POST /locations/{locationId}/recurring-tasks
func (s *RecurringTasksService) Create(ctx context.Context, locationID string, body RecurringTaskCreate, opts ...CallOption) (RecurringTask, error) {
	if err := required(opRecurringTasksCreate, "title", body.Title, "rruleOptions.intervalType", body.Rule.IntervalType,
		"rruleOptions.startDate", body.Rule.StartDate); err != nil {
		return RecurringTask{}, err
	}
	return one[RecurringTask](ctx, s.client, opRecurringTasksCreate, args{params: []string{locationID}, body: body}, opts, "recurringTask")
}

// Update changes the fields that are set in body.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/update-recurring-task
//
//api:op PUT /locations/{locationId}/recurring-tasks/{id}
func (s *RecurringTasksService) Update(ctx context.Context, locationID, id string, body RecurringTaskUpdate, opts ...CallOption) (RecurringTask, error) {
	return one[RecurringTask](ctx, s.client, opRecurringTasksUpdate, args{params: []string{locationID, id}, body: body}, opts, "recurringTask")
}

// Delete removes a rule; tasks that it has made stay.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/locations/delete-recurring-task
//
//api:op DELETE /locations/{locationId}/recurring-tasks/{id}
func (s *RecurringTasksService) Delete(ctx context.Context, locationID, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opRecurringTasksDelete, args{params: []string{locationID, id}}, opts)
}
