package ghl

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Time is a moment as the API writes it. It reads every form that was seen:
//
//	2026-07-20T10:00:00.000Z       contacts, tasks, notes: UTC with milliseconds
//	2026-07-20T12:00:00+02:00      appointments: the location's offset, which is kept
//	2021-07-16 11:00:00            appointments of a contact: local time of the location, without zone
//	1784272317939                  conversations: milliseconds since 1970 (ten digits or fewer: seconds)
//
// Reading never fails: an unreadable text gives a zero time and is kept in Text. The zero value means "no time".
type Time struct {
	// Time is the moment. When ZoneUnknown is set it holds the wall clock reading in UTC, which is not the true
	// moment; use At to place it.
	time.Time
	// ZoneUnknown reports that the text named no zone. The reading is local time of the location.
	ZoneUnknown bool
	// Text is the text that could not be read, otherwise empty.
	Text string
}

// timeLayout is how the API itself writes moments.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// At returns the moment in UTC, placing a reading without zone into loc (the location's IANA zone, see Location.Timezone).
// A nil loc means UTC.
func (t Time) At(loc *time.Location) time.Time {
	if t.IsZero() || !t.ZoneUnknown || loc == nil {
		return t.UTC()
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), loc).UTC()
}

// MarshalJSON writes RFC 3339 with milliseconds, the zoneless form for a time without zone, and null for no time.
func (t Time) MarshalJSON() ([]byte, error) {
	switch {
	case t.IsZero() && t.Text != "":
		return json.Marshal(t.Text)
	case t.IsZero():
		return []byte("null"), nil
	case t.ZoneUnknown:
		return json.Marshal(t.Format("2006-01-02 15:04:05.999"))
	}
	return json.Marshal(t.Format(timeLayout))
}

// UnmarshalJSON reads any of the forms; it never returns an error.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = Time{}
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" {
		return nil
	}
	if data[0] != '"' {
		*t = ParseTime(string(data))
		return nil
	}
	if bytes.IndexByte(data, '\\') < 0 && len(data) >= 2 {
		text := data[1 : len(data)-1]
		if t.UnmarshalText(text) != nil { // the usual form, without a copy of the text
			*t = ParseTime(string(text))
		}
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		s = string(data)
	}
	*t = ParseTime(s)
	return nil
}

// ParseTime reads one of the forms of [Time]. An unreadable text is kept in Text.
func ParseTime(s string) Time {
	s = strings.TrimSpace(s)
	if s == "" || s == "0" {
		return Time{}
	}
	if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return Time{Time: at}
	}
	if at, ok := parseEpoch(s); ok {
		return Time{Time: at}
	}
	for _, layout := range [...]string{"2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00"} {
		if at, err := time.Parse(layout, s); err == nil {
			return Time{Time: at}
		}
	}
	for _, layout := range [...]string{"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04",
		"2006-01-02 15:04", time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			return Time{Time: at, ZoneUnknown: !at.IsZero()}
		}
	}
	return Time{Text: s}
}

// parseEpoch reads seconds or milliseconds since 1970, also with a fraction or an exponent as some encoders write them.
func parseEpoch(s string) (time.Time, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f, ferr := strconv.ParseFloat(s, 64)
		if ferr != nil || !(f > -1e15 && f < 1e15) {
			return time.Time{}, false
		}
		n = int64(f)
	}
	const maxSeconds = 9_999_999_999 // ten digits; as milliseconds this would be April 1970
	switch {
	case n > 253402300799999 || n < -62135596800000:
		return time.Time{}, false
	case n >= -maxSeconds && n <= maxSeconds:
		return time.Unix(n, 0).UTC(), true
	}
	return time.UnixMilli(n).UTC(), true
}

// outgoing prepares a moment for a request body: UTC, cut to milliseconds.
func outgoing(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// outgoingOpt does the same for an optional moment.
func outgoingOpt(o Opt[time.Time]) Opt[time.Time] {
	if t, ok := o.Get(); ok {
		return Set(outgoing(t))
	}
	return o
}
