package ghl_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestCalendarAdminMethods(t *testing.T) {
	t.Parallel()
	start := time.UnixMilli(1784505600000)
	checkMethods(t, []method{
		{op: "calendars.get", answer: `{"calendar":{"id":"k"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Calendars.Get(ctx, id)) }},
		{op: "calendars.create", answer: `{"calendar":{"id":"k"}}`,
			wantBody: `{"locationId":"L","name":"N","calendarType":"event","isActive":false,"teamMembers":[{"userId":"u","priority":0.5}],"openHours":[{"daysOfTheWeek":[1],"hours":[{"openHour":9,"openMinute":0,"closeHour":17,"closeMinute":30}]}]}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Calendars.Create(ctx, ghl.CalendarCreate{LocationID: "L", Name: "N", CalendarType: ghl.Set("event"),
					CalendarSettings: ghl.CalendarSettings{IsActive: ghl.Set(false), TeamMembers: ghl.Set([]ghl.TeamMemberInput{{UserID: "u", Priority: ghl.Set(0.5)}}),
						OpenHours: ghl.Set([]ghl.OpenHours{{DaysOfTheWeek: []int{1}, Hours: []ghl.Hours{{OpenHour: 9, CloseHour: 17, CloseMinute: 30}}}})}}))
			}},
		{op: "calendars.update", answer: `{"calendar":{"id":"k"}}`, wantBody: `{"name":"N","notes":null}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Calendars.Update(ctx, id, ghl.CalendarUpdate{Name: ghl.Set("N"), CalendarSettings: ghl.CalendarSettings{Notes: ghl.Null[string]()}}))
			}},
		{op: "calendars.delete", answer: `{"message":"gone","calendar":{},"traceId":"x"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Calendars.Delete(ctx, id) }},
		{op: "calendars.listGroups", answer: `{"groups":[{"id":"g"}]}`, wantQuery: "locationId=L",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Calendars.ListGroups(ctx, "L"))
			}},
		{op: "calendars.createGroup", answer: `{"group":{"id":"g"}}`, wantBody: `{"locationId":"L","name":"N","description":"d","slug":"s"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Calendars.CreateGroup(ctx, ghl.CalendarGroupCreate{LocationID: "L", Name: "N", Description: "d", Slug: "s"}))
			}},
		{op: "calendars.updateGroup", answer: `{"group":{"id":"g"}}`, wantBody: `{"name":"N","description":"d","slug":"s"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Calendars.UpdateGroup(ctx, id, ghl.CalendarGroupUpdate{Name: "N", Description: "d", Slug: "s"}))
			}},
		{op: "calendars.deleteGroup", answer: `{"success":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Calendars.DeleteGroup(ctx, id) }},
		{op: "calendars.setGroupStatus", answer: `{"success":true}`, wantBody: `{"isActive":false}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Calendars.SetGroupStatus(ctx, id, false)
			}},
		{op: "calendars.validateGroupSlug", answer: `{"available":true}`, wantBody: `{"locationId":"L","slug":"s"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Calendars.ValidateGroupSlug(ctx, "L", "s"))
			}},
		{op: "calendars.blockedSlots", answer: `{"events":[{"id":"b"}]}`, wantQuery: "endTime=1784509200000&locationId=L&startTime=1784505600000&userId=u",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Calendars.BlockedSlots(ctx, ghl.EventQuery{LocationID: "L", UserID: "u", Start: start, End: start.Add(time.Hour)}))
			}},
		{op: "calendars.createBlockSlot", answer: `{"id":"b"}`, wantBody: `{"locationId":"L","calendarId":"k","startTime":"2026-07-20T00:00:00Z"}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Calendars.CreateBlockSlot(ctx, ghl.BlockSlotInput{LocationID: "L", CalendarID: "k", StartTime: ghl.Set(start)}))
			}},
		{op: "calendars.updateBlockSlot", answer: `{"id":"b"}`, wantBody: `{"locationId":"L","assignedUserId":"u","title":"T"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Calendars.UpdateBlockSlot(ctx, id, ghl.BlockSlotInput{LocationID: "L", AssignedUserID: "u", Title: "T"}))
			}},
		{op: "calendars.freeSlots", answer: `{"2026-07-20":{"slots":[]},"traceId":"x"}`, wantQuery: "endDate=1784509200000&startDate=1784505600000&timezone=UTC&userIds=a&userIds=b",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Calendars.FreeSlots(ctx, id, ghl.FreeSlotQuery{Start: start, End: start.Add(time.Hour), Timezone: "UTC", UserIDs: []string{"a", "b"}}))
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Calendars.Create(ctx, ghl.CalendarCreate{Name: "N"}))
		},
		func(ctx context.Context, c *ghl.Client) error { return drained(c.Calendars.ListGroups(ctx, "")) },
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Calendars.CreateGroup(ctx, ghl.CalendarGroupCreate{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Calendars.UpdateGroup(ctx, "g", ghl.CalendarGroupUpdate{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Calendars.ValidateGroupSlug(ctx, "L", ""))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return drained(c.Calendars.BlockedSlots(ctx, ghl.EventQuery{LocationID: "L"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Calendars.CreateBlockSlot(ctx, ghl.BlockSlotInput{LocationID: "L"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Calendars.UpdateBlockSlot(ctx, "b", ghl.BlockSlotInput{LocationID: "L", CalendarID: "k", AssignedUserID: "u"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Calendars.FreeSlots(ctx, "k", ghl.FreeSlotQuery{Start: start, End: start.Add(32 * 24 * time.Hour)}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Calendars.FreeSlots(ctx, "k", ghl.FreeSlotQuery{Start: start, End: start}))
		},
	)
}

func TestFreeSlotsByDay(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"2026-07-21":{"slots":["2026-07-21T09:00:00+02:00"]},"traceId":"x","2026-07-20":{"slots":["2026-07-20T09:00:00+02:00","2026-07-20T10:00:00+02:00"]}}`))
	got, err := c.Calendars.FreeSlots(t.Context(), "k", ghl.FreeSlotQuery{Start: time.Unix(1, 0), End: time.Unix(2, 0), UserIDs: []string{"u"}})
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, "2026-07-20", got[0].Date)
	assert.Len(t, got[0].Slots, 2)
	assert.Equal(t, 7, got[0].Slots[0].UTC().Hour())
	assert.Equal(t, "u", x.requests()[0].URL.Query().Get("userId"))
}

func TestAppointmentWriteMethods(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 7, 20, 12, 0, 0, 0, time.FixedZone("", 7200))
	checkMethods(t, []method{
		{op: "appointments.create", answer: `{"id":"a","status":"booked"}`,
			wantBody: `{"calendarId":"k","locationId":"L","contactId":"c","startTime":"2026-07-20T10:00:00Z","toNotify":false}`,
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return errorOf(c.Appointments.Create(ctx, ghl.AppointmentCreate{CalendarID: "k", LocationID: "L", ContactID: "c", StartTime: start, ToNotify: ghl.Set(false)}))
			}},
		{op: "appointments.update", answer: `{"id":"a"}`, wantBody: `{"startTime":"2026-07-20T10:00:00Z","appointmentStatus":"cancelled"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Appointments.Update(ctx, id, ghl.AppointmentUpdate{StartTime: ghl.Set(start), Status: ghl.Set("cancelled")}))
			}},
		{op: "appointments.delete", answer: `{"succeeded":true}`, wantBody: `{}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return c.Appointments.Delete(ctx, id) }},
		{op: "appointments.listNotes", answer: `{"notes":[],"hasMore":false}`, wantQuery: "limit=20&offset=0",
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.Appointments.ListNotes(ctx, id))
			}},
		{op: "appointments.createNote", answer: `{"note":{"id":"n"}}`, wantBody: `{"body":"x","userId":"u"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Appointments.CreateNote(ctx, id, ghl.AppointmentNoteInput{Body: "x", UserID: "u"}))
			}},
		{op: "appointments.updateNote", answer: `{"note":{"id":"n"}}`, wantBody: `{"body":"x"}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return errorOf(c.Appointments.UpdateNote(ctx, id, id, ghl.AppointmentNoteInput{Body: "x"}))
			}},
		{op: "appointments.deleteNote", answer: `{"success":true}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return c.Appointments.DeleteNote(ctx, id, id)
			}},
	})
	refusedEarly(t,
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Appointments.Create(ctx, ghl.AppointmentCreate{CalendarID: "k", LocationID: "L", ContactID: "c"}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Appointments.Create(ctx, ghl.AppointmentCreate{StartTime: start}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Appointments.CreateNote(ctx, "a", ghl.AppointmentNoteInput{}))
		},
		func(ctx context.Context, c *ghl.Client) error {
			return errorOf(c.Appointments.UpdateNote(ctx, "a", "n", ghl.AppointmentNoteInput{Body: strings.Repeat("ü", 5001)}))
		},
	)
}

func TestAppointmentNotePages(t *testing.T) {
	t.Parallel()
	c, x := serve(t, inTurn(`{"notes":[{"id":"1"},{"id":"2"}],"hasMore":true}`, `{"notes":[{"id":"3"}],"hasMore":false}`))
	rows, err := drain(c.Appointments.ListNotes(t.Context(), "a"))
	require.NoError(t, err)
	assert.Len(t, rows, 3)
	assert.Equal(t, "2", x.requests()[1].URL.Query().Get("offset"))
}
