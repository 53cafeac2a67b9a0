package urlscheme

import (
	"fmt"
	"time"
)

// The two forms of a date.
const (
	dayForm    = "2006-01-02"
	minuteForm = "2006-01-02 15:04"
)

// Date is a day, or a minute of a day, on the clock of the person who uses the app.
// It has no zone. The zero Date is none. Dates can be compared with ==.
type Date struct{ text string }

// Day returns a whole day. It returns [ErrInvalid] for a day that is not in the
// calendar, and for years before 1 and after 9999.
func Day(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day {
		return Date{}, fmt.Errorf("%w: there is no day %d-%d-%d", ErrInvalid, year, month, day)
	}
	return dated(t, dayForm)
}

// At returns the minute in which t falls on the clocks of zone, the user's own; what
// is left of the minute is dropped. It returns [ErrInvalid] without a zone, because
// the app would show another time, and for years before 1 and after 9999. An hour that
// the clocks show twice is written the same both times.
func At(t time.Time, zone *time.Location) (Date, error) {
	if zone == nil {
		return Date{}, fmt.Errorf("%w: a time needs the user's time zone", ErrInvalid)
	}
	return dated(t.In(zone), minuteForm)
}

func dated(t time.Time, form string) (Date, error) {
	if t.Year() < 1 || t.Year() > 9999 {
		return Date{}, fmt.Errorf("%w: the year %d", ErrInvalid, t.Year())
	}
	return Date{t.Format(form)}, nil
}

// ParseDate reads what [Date.String] writes, and nothing else.
func ParseDate(s string) (Date, error) {
	for _, form := range []string{dayForm, minuteForm} {
		t, err := time.Parse(form, s)
		if err == nil && t.Year() > 0 && t.Format(form) == s {
			return Date{s}, nil
		}
	}
	return Date{}, fmt.Errorf("%w: a date is %s or %s", ErrInvalid, dayForm, minuteForm)
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d.text == "" }

// String returns 2006-01-02 or 2006-01-02 15:04, or "" for no date.
func (d Date) String() string { return d.text }
