package ghl_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestAppointmentMethods(t *testing.T) {
	t.Parallel()
	for _, m := range []method{
		{op: "appointments.listByContact", answer: `{"events":[{"id":"a1"}]}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error {
				return drained(c.Appointments.ListByContact(ctx, id))
			}},
		{op: "appointments.get", answer: `{"appointment":{"id":"a1"}}`,
			call: func(ctx context.Context, c *ghl.Client, id string) error { return errorOf(c.Appointments.Get(ctx, id)) }},
	} {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
}

func TestAppointmentShapes(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`{"appointment":{"id":"a1","appoinmentStatus":"confirmed","startTime":"2026-07-20T12:00:00+02:00","deleted":true,"createdBy":{"source":"third_party","userId":null}},"traceId":"x"}`,
		`{"event":{"id":"a1","appointmentStatus":"confirmed","startTime":"2026-07-20T12:00:00+02:00","deleted":true,"createdBy":{"source":"third_party"}}}`,
		`{"id":"a1","appointmentStatus":"confirmed","startTime":"2026-07-20T12:00:00+02:00","deleted":true,"createdBy":{"source":"third_party"}}`,
	} {
		c, _ := serve(t, replies(200, answer))
		a, err := c.Appointments.Get(t.Context(), "a1")
		require.NoError(t, err)
		assert.Equal(t, "confirmed", a.Status)
		assert.True(t, a.Deleted)
		assert.Equal(t, "third_party", a.CreatedBy.Source)
		_, offset := a.StartTime.Zone()
		assert.Equal(t, 7200, offset, "the offset of the location is kept")
	}
	var a ghl.Appointment
	require.NoError(t, json.Unmarshal([]byte(`{"id":"a2","startTime":"2021-07-16 11:00:00","status":"booked"}`), &a))
	assert.True(t, a.StartTime.ZoneUnknown)
	zurich, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	assert.Equal(t, time.Date(2021, 7, 16, 9, 0, 0, 0, time.UTC), a.StartTime.At(zurich))
}
