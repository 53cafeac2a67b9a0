package ghl_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestCalendarMethods(t *testing.T) {
	t.Parallel()
	for _, m := range []method{
		{op: "calendars.list", answer: `{"calendars":[{"id":"k1"}]}`, wantQuery: "locationId=L",
			call: func(ctx context.Context, c *ghl.Client, _ string) error { return drained(c.Calendars.List(ctx, "L")) }},
		{op: "calendars.list", answer: `{"calendars":[{"id":"k"}]}`, wantQuery: "groupId=g&locationId=L&showDrafted=false",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Calendars.ListBy(ctx, ghl.CalendarQuery{LocationID: "L", GroupID: "g", Drafted: ghl.Set(false)}))
			}},
		{op: "calendars.events", answer: `{"events":[{"id":"a1"}]}`, wantQuery: "calendarId=k1&endTime=1784537999000&locationId=L&startTime=1784505600000",
			call: func(ctx context.Context, c *ghl.Client, _ string) error {
				return drained(c.Calendars.Events(ctx, ghl.EventQuery{LocationID: "L", CalendarID: "k1",
					Start: time.UnixMilli(1784505600000), End: time.UnixMilli(1784537999000)}))
			}},
	} {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
}

func TestRequiredEventQuery(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"events":[]}`))
	now := time.Now()
	for _, q := range []ghl.EventQuery{
		{CalendarID: "k", Start: now, End: now},
		{LocationID: "L", Start: now, End: now},
		{LocationID: "L", CalendarID: "k", UserID: "u", Start: now, End: now},
		{LocationID: "L", CalendarID: "k", Start: now},
		{LocationID: "L", CalendarID: "k", Start: now, End: now.Add(-time.Hour)},
	} {
		require.ErrorIs(t, drained(c.Calendars.Events(t.Context(), q)), ghl.ErrInvalidArgument)
	}
	require.ErrorIs(t, drained(c.Calendars.List(t.Context(), "")), ghl.ErrInvalidArgument)
	require.ErrorIs(t, drained(c.Calendars.ListBy(t.Context(), ghl.CalendarQuery{GroupID: "g"})), ghl.ErrInvalidArgument)
	assert.Empty(t, x.requests())
	require.NoError(t, drained(c.Calendars.Events(t.Context(), ghl.EventQuery{LocationID: "L", GroupID: "g", End: time.UnixMilli(4102444800000)})))
	assert.Equal(t, "0", x.requests()[0].URL.Query().Get("startTime"), "no start means from the beginning")
}
