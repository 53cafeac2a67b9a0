package webhook

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Time is a moment in a payload: UTC with milliseconds, the location's own offset (appointments), or milliseconds or seconds
// since 1970. Reading never fails; a text that names no moment, such as a date of birth, is kept in Text and leaves the
// moment zero.
type Time struct {
	time.Time
	// Text is the value as it came.
	Text string
}

// UnmarshalJSON reads any of the forms; it never returns an error.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = Time{}
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" {
		return nil
	}
	text := string(data)
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return nil //nolint:nilerr // documented: reading never fails
		}
	}
	t.Text = strings.TrimSpace(text)
	if at, err := time.Parse(time.RFC3339Nano, t.Text); err == nil {
		t.Time = at
		return nil
	}
	if n, err := strconv.ParseInt(t.Text, 10, 64); err == nil && n > 0 && n < 1e15 {
		if n < 1e11 {
			n *= 1000
		}
		t.Time = time.UnixMilli(n).UTC()
	}
	return nil
}

// MarshalJSON writes the text as it came, else RFC 3339 with milliseconds, and null for no time.
func (t Time) MarshalJSON() ([]byte, error) {
	switch {
	case t.Text != "":
		return json.Marshal(t.Text)
	case t.IsZero():
		return []byte("null"), nil
	}
	return json.Marshal(t.Format("2006-01-02T15:04:05.000Z07:00"))
}
