package ghltest

import (
	"cmp"
	"time"
)

// freeSlots offers Monday to Friday, 9 to 17 o'clock in the location's zone, in steps of the slot length, less what is booked.
// The answer has one key per day.
func (s *Server) freeSlots(c *call) (any, *failure) {
	cal, f := s.calendarNamed(c, c.path["calendarId"])
	if f != nil {
		return nil, f
	}
	from, f := c.millis("startDate")
	if f != nil {
		return nil, f
	}
	to, f := c.millis("endDate")
	if f != nil {
		return nil, f
	}
	if to.Before(from) || to.Sub(from) > 31*24*time.Hour {
		return nil, fail(400, "Date range between start and end date must be less than 31 days")
	}
	zone, shown := s.zone(cal.LocationID), s.zone(cal.LocationID)
	if name := c.query.Get("timezone"); name != "" {
		z, err := time.LoadLocation(name)
		if err != nil {
			return nil, unprocessable("timezone must be a valid IANA time zone")
		}
		shown = z
	}
	length := time.Duration(cmp.Or(cal.SlotDuration, 30)) * time.Minute
	out := object{}
	for day := startOfDay(from.In(zone)); day.Before(to); day = startOfDay(day.Add(36 * time.Hour)) {
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		slots := s.daySlots(cal, day, from, to, length, shown)
		if len(slots) > 0 {
			out[day.Format("2006-01-02")] = object{"slots": slots}
		}
	}
	return out, nil
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func (s *Server) daySlots(cal Calendar, day, from, to time.Time, length time.Duration, shown *time.Location) []string {
	var out []string
	open := time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, day.Location())
	closing := time.Date(day.Year(), day.Month(), day.Day(), 17, 0, 0, 0, day.Location())
	for at := open; !at.Add(length).After(closing); at = at.Add(length) {
		if at.Before(from) || at.After(to) {
			continue
		}
		if s.slotFree(Appointment{CalendarID: cal.ID, StartTime: at, EndTime: at.Add(length)}) == nil {
			out = append(out, at.In(shown).Format(time.RFC3339))
		}
	}
	return out
}
