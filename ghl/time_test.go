package ghl_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestTimeForms(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		`"2026-07-20T10:00:00.000Z"`:      ten,
		`"2026-07-20T10:00:00Z"`:          ten,
		`"2026-07-20T12:00:00+02:00"`:     ten,
		`"2026-07-20T12:00:00+0200"`:      ten,
		`"2026-07-20T12:00:00.000+0200"`:  ten,
		`1784541600000`:                   ten,
		`"1784541600000"`:                 ten,
		`1.7845416e12`:                    ten,
		`1784541600`:                      ten,
		`" 2026-07-20T10:00:00.123456Z "`: ten.Add(123456 * time.Microsecond),
	} {
		var got ghl.Time
		require.NoError(t, json.Unmarshal([]byte(in), &got))
		assert.True(t, want.Equal(got.Time), "%s: %s", in, got.Time)
		assert.False(t, got.ZoneUnknown, in)
		assert.Equal(t, want, got.At(time.FixedZone("x", 3600)), "a known zone is not changed")
	}
	for _, in := range []string{`"2026-07-20 10:00:00"`, `"2026-07-20T10:00:00"`, `"2026-07-20T10:00"`, `"2026-07-20 10:00:00.000"`} {
		var got ghl.Time
		require.NoError(t, json.Unmarshal([]byte(in), &got))
		assert.True(t, got.ZoneUnknown, in)
		assert.Equal(t, ten.Add(-2*time.Hour), got.At(time.FixedZone("", 7200)), in)
		assert.Equal(t, ten, got.At(nil))
		out, err := json.Marshal(got)
		require.NoError(t, err)
		assert.Equal(t, `"2026-07-20 10:00:00"`, string(out), "a time without zone never gains one")
	}
	for _, in := range []string{`null`, `""`, `"  "`, `0`, `"0"`} {
		var got ghl.Time
		require.NoError(t, json.Unmarshal([]byte(in), &got))
		assert.True(t, got.IsZero(), in)
		assert.Empty(t, got.Text)
	}
	for _, in := range []string{`"tomorrow"`, `true`, `{"seconds":1}`, `[1]`, `"2026-13-45T00:00:00Z"`, `99999999999999999999`} {
		var got ghl.Time
		require.NoError(t, json.Unmarshal([]byte(in), &got))
		assert.True(t, got.IsZero(), in)
		assert.NotEmpty(t, got.Text, in)
	}
}

func TestTimeWrites(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]ghl.Time{
		`"2026-07-20T10:00:00.000Z"`:      ghl.ParseTime("2026-07-20T10:00:00Z"),
		`"2026-07-20T12:00:00.000+02:00"`: ghl.ParseTime("2026-07-20T12:00:00+02:00"),
		`null`:                            {},
		`"tomorrow"`:                      ghl.ParseTime("tomorrow"),
	} {
		out, err := json.Marshal(in)
		require.NoError(t, err)
		assert.Equal(t, want, string(out))
	}
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{`"2026-07-20T10:00:00.000Z"`, `"2021-07-16 11:00:00"`, `1784272317939`, `"1784272317939"`, `1e300`, `-1`, `"\u0000"`,
		`"2026-07-20T12:00:00+02:00"`, `null`, `{}`, `"0001-01-01T00:00:00Z"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		var first, second ghl.Time
		require.NoError(t, json.Unmarshal(data, &first))
		out, err := json.Marshal(first)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &second))
		assert.Equal(t, first.ZoneUnknown, second.ZoneUnknown)
		assert.Equal(t, first.Truncate(time.Millisecond).UnixMilli(), second.Truncate(time.Millisecond).UnixMilli())
	})
}
