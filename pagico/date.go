package pagico

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// allDayLayout is the wire form of a day without a time.
const allDayLayout = "2006-01-02"

// Date is the start or due date of a task: either a calendar day without a time
// ("all day", wire form YYYY-MM-DD) or an instant (wire form RFC 3339 with a zone).
// It keeps which of the two it is, because a day has no time zone and turning it into
// an instant and back would move it for somebody.
//
// Instants are held and written in UTC, to the nanosecond. The zero Date means "no
// date"; the server's null and an absent member both read as it. Dates are comparable
// with == and usable as map keys: equal days are equal, equal instants are equal, a
// day never equals an instant.
//
// Source: contract §3.1.
type Date struct {
	t      time.Time // UTC; midnight for a day
	allDay bool
}

// AllDay returns the calendar day y-m-d. Values out of range are normalised as
// [time.Date] does: 31 April is 1 May. The wire form has four year digits, so a
// year outside 0 to 9999 fails when the date is written.
func AllDay(year int, month time.Month, day int) Date {
	return Date{t: time.Date(year, month, day, 0, 0, 0, 0, time.UTC), allDay: true}
}

// At returns the instant t. The zone of t is not kept: the wire form is UTC. The zero
// time gives the zero Date.
func At(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return Date{t: t.Round(0).UTC()}
}

// ParseDate reads YYYY-MM-DD as a day and an RFC 3339 date-time as an instant. The
// empty string is the zero Date. Anything else is an error that wraps
// [ErrInvalidArgument].
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	if len(s) == len(allDayLayout) {
		t, err := time.Parse(allDayLayout, s)
		if err != nil {
			return Date{}, fmt.Errorf("pagico: date %q is not a calendar day: %w", s, ErrInvalidArgument)
		}
		return Date{t: t, allDay: true}, nil
	}
	// RFC 3339 allows lower-case t and z; the standard library does not. It takes a
	// comma before the fraction, which RFC 3339 does not.
	t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(s))
	if err != nil || strings.ContainsRune(s, ',') {
		return Date{}, fmt.Errorf("pagico: date %q is neither YYYY-MM-DD nor RFC 3339: %w", s, ErrInvalidArgument)
	}
	d := At(t)
	if err := d.checkYear(); err != nil {
		return Date{}, err
	}
	return d, nil
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// IsAllDay reports whether d is a calendar day without a time.
func (d Date) IsAllDay() bool { return d.allDay }

// Time returns d as an instant. For an instant it is that instant, shown in loc. A day
// becomes its first moment in loc (midnight, or the first moment after a clock change
// that skips midnight). A nil loc means UTC. The zero Date gives the zero time.
func (d Date) Time(loc *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	if loc == nil {
		loc = time.UTC
	}
	if !d.allDay {
		return d.t.In(loc)
	}
	return startOfDay(d.t, loc)
}

// startOfDay finds the first instant of t's calendar day in loc. Where clocks jump
// over midnight, time.Date may answer with an instant of the day before.
func startOfDay(t time.Time, loc *time.Location) time.Time {
	y, m, day := t.Date()
	start := time.Date(y, m, day, 0, 0, 0, 0, loc)
	if start.Day() == day {
		return start
	}
	if _, end := start.ZoneBounds(); !end.IsZero() {
		return end
	}
	return start
}

// Day returns the calendar day of d: the day itself, or the day on which the instant
// falls in loc. A nil loc means UTC.
func (d Date) Day(loc *time.Location) (year int, month time.Month, day int) {
	if d.allDay || loc == nil {
		return d.t.Date()
	}
	return d.t.In(loc).Date()
}

// String returns the wire form: YYYY-MM-DD, RFC 3339 in UTC, or "" for the zero Date.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.allDay:
		return d.t.Format(allDayLayout)
	default:
		return d.t.Format(time.RFC3339Nano)
	}
}

// MarshalJSON writes the wire form, and null for the zero Date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	if err := d.checkYear(); err != nil {
		return nil, err
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads what [ParseDate] reads; null is the zero Date.
func (d *Date) UnmarshalJSON(data []byte) error {
	var s string
	if len(data) > 2 && data[0] == '"' && data[len(data)-1] == '"' && !bytes.ContainsFunc(data, outsideDates) {
		s = string(data[1 : len(data)-1])
	} else if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("pagico: a date is a JSON string or null: %w", err)
	}
	parsed, err := ParseDate(s)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// outsideDates reports a character that no date has and that may mean something in a JSON string.
func outsideDates(c rune) bool { return c == '\\' || c < ' ' || c > '~' }

func (d Date) checkYear() error {
	if y := d.t.Year(); y < 0 || y > 9999 {
		return fmt.Errorf("pagico: year %d has no four-digit form: %w", y, ErrInvalidArgument)
	}
	return nil
}
