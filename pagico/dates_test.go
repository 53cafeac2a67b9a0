package pagico_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

func TestDateKeepsWhatItIs(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]struct {
		out    string
		allDay bool
	}{
		"2026-03-04":                     {"2026-03-04", true},
		"0000-01-01":                     {"0000-01-01", true},
		"2024-02-29":                     {"2024-02-29", true},
		"2026-03-04T00:00:00Z":           {"2026-03-04T00:00:00Z", false},
		"2026-03-04t15:30:00z":           {"2026-03-04T15:30:00Z", false},
		"2026-03-04T17:30:00+02:00":      {"2026-03-04T15:30:00Z", false},
		"2026-03-04T23:30:00.123456789Z": {"2026-03-04T23:30:00.123456789Z", false},
		"2026-12-31T23:59:59-08:00":      {"2027-01-01T07:59:59Z", false},
		"2026-03-04T15:30:00.500000Z":    {"2026-03-04T15:30:00.5Z", false},
	} {
		d, err := pagico.ParseDate(in)
		require.NoError(t, err, in)
		assert.Equal(t, want.out, d.String())
		assert.Equal(t, want.allDay, d.IsAllDay(), in)
		assert.False(t, d.IsZero())
		again, err := pagico.ParseDate(d.String())
		require.NoError(t, err)
		assert.Equal(t, d, again)
		assert.True(t, d == again, "dates compare with ==")
	}
}

func TestDateRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"tomorrow", "2026-3-4", "2026-02-30", "2026-13-01", "20260304", "2026-03-04T15:30", "2026-03-04T15:30:00", " 2026-03-04",
		"2026-03-04 ", "2026-03-04 15:30:00Z", "2026-03-04T15:30:00,5Z", "2026-03-04T25:00:00Z", "0000-01-01T00:00:00+01:00",
		"9999-12-31T23:59:59-01:00", "2026-03-0４", "+2026-03-04",
	} {
		_, err := pagico.ParseDate(in)
		assert.ErrorIs(t, err, pagico.ErrInvalidArgument, in)
	}
}

func TestZeroDate(t *testing.T) {
	t.Parallel()
	var d pagico.Date
	assert.True(t, d.IsZero())
	assert.Empty(t, d.String())
	assert.True(t, d.Time(time.UTC).IsZero())
	assert.Equal(t, pagico.Date{}, pagico.At(time.Time{}))
	data, err := json.Marshal(d)
	require.NoError(t, err)
	assert.Equal(t, "null", string(data))
	for _, in := range []string{"null", `""`} {
		d = pagico.AllDay(2026, 1, 1)
		require.NoError(t, json.Unmarshal([]byte(in), &d))
		assert.True(t, d.IsZero(), in)
	}
	assert.False(t, pagico.AllDay(1, 1, 1).IsZero(), "the first day of year 1 is a day")
}

func TestDateTimeInAZone(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	havana, err := time.LoadLocation("America/Havana")
	require.NoError(t, err)

	day := pagico.AllDay(2026, time.March, 4)
	assert.Equal(t, "2026-03-04T00:00:00+01:00", day.Time(berlin).Format(time.RFC3339))
	assert.Equal(t, "2026-03-04T00:00:00Z", day.Time(nil).Format(time.RFC3339))
	// Clocks in Havana jump from 0:00 to 1:00 on this day.
	assert.Equal(t, "2026-03-08T01:00:00-04:00", pagico.AllDay(2026, time.March, 8).Time(havana).Format(time.RFC3339))

	late := pagico.At(time.Date(2026, 3, 4, 23, 30, 0, 0, time.UTC))
	y, m, d := late.Day(berlin)
	assert.Equal(t, pagico.AllDay(2026, time.March, 5), pagico.AllDay(y, m, d))
	y, m, d = late.Day(nil)
	assert.Equal(t, pagico.AllDay(2026, time.March, 4), pagico.AllDay(y, m, d))
	y, m, d = day.Day(havana)
	assert.Equal(t, day, pagico.AllDay(y, m, d), "a day is the same day everywhere")
}

func TestADayIsNeverAnInstant(t *testing.T) {
	t.Parallel()
	assert.NotEqual(t, pagico.AllDay(2026, 3, 4), pagico.At(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)))
	assert.Equal(t, pagico.At(time.Date(2026, 3, 4, 1, 0, 0, 0, time.FixedZone("x", 3600))),
		pagico.At(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)))
	assert.Equal(t, pagico.AllDay(2026, time.May, 1), pagico.AllDay(2026, time.April, 31))
}

func TestDateJSONWantsAString(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"12", "true", "{}", `["2026-03-04"]`} {
		var d pagico.Date
		assert.Error(t, json.Unmarshal([]byte(in), &d), in)
	}
	_, err := json.Marshal(pagico.AllDay(12345, 1, 1))
	assert.ErrorIs(t, err, pagico.ErrInvalidArgument)
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"", "2026-03-04", "2026-03-04T15:30:00Z", "2026-03-04T17:30:00.5+02:00", "0000-01-01T00:00:00Z", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := pagico.ParseDate(s)
		if err != nil {
			return
		}
		out, err := json.Marshal(d)
		if err != nil {
			t.Fatalf("%q parses and cannot be written: %v", s, err)
		}
		var back pagico.Date
		if err := json.Unmarshal(out, &back); err != nil || back != d {
			t.Fatalf("%q became %s and then %v (%v)", s, out, back, err)
		}
		if d.IsAllDay() != (len(d.String()) == len("2026-03-04")) {
			t.Fatalf("%q changed its kind: %s", s, d)
		}
		if d.IsAllDay() && d.String() != s {
			t.Fatalf("the day %q became %q", s, d)
		}
	})
}
