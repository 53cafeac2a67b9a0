package merge

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// valueType tells the forms of a Value apart; the zero type is no value at all.
type valueType uint8

const (
	typeNone valueType = iota
	typeText
	typeInt
	typeBool
	typeSet
)

// Value is one canonical field value. Values are immutable and safe to share.
// The zero Value is [None].
type Value struct {
	_   [0]func() // values are compared by Equal, never by ==
	typ valueType
	// text is the text, or the digits of a number; truth values have "true" or
	// nothing. A pass keeps many values, so they are kept small.
	text string
	set  *[]string
}

// None returns the value of a field that is absent, null or empty.
func None() Value { return Value{} }

// Text returns a text value; the empty string gives [None]. Bytes that are not
// UTF-8 become U+FFFD, for no store and no JSON could keep them.
func Text(s string) Value {
	if s == "" {
		return None()
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	return Value{typ: typeText, text: s}
}

// Int returns a whole-number value. Zero is a value, not [None].
func Int(n int64) Value { return Value{typ: typeInt, text: strconv.FormatInt(n, 10)} }

// Bool returns a truth value. False is a value, not [None].
func Bool(b bool) Value {
	if b {
		return Value{typ: typeBool, text: "true"}
	}
	return Value{typ: typeBool}
}

// Set returns the set of the given strings: sorted, without repeats and without
// empty strings. No strings left gives [None].
func Set(items ...string) Value {
	kept := make([]string, 0, len(items))
	for _, item := range items {
		if item != "" {
			kept = append(kept, strings.ToValidUTF8(item, "\uFFFD"))
		}
	}
	if len(kept) == 0 {
		return None()
	}
	slices.Sort(kept)
	kept = slices.Compact(kept)
	return Value{typ: typeSet, set: &kept}
}

// Instant returns the text of t in UTC, cut to whole seconds. The zero time
// gives [None].
func Instant(t time.Time) Value {
	if t.IsZero() {
		return None()
	}
	return Text(t.UTC().Truncate(time.Second).Format(time.RFC3339))
}

// Day returns the text of an all-day date, 2006-01-02.
func Day(year int, month time.Month, day int) Value {
	return Text(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// IsNone reports whether the field is absent, null or empty.
func (v Value) IsNone() bool { return v.typ == typeNone }

// IsSet reports whether the value is a set of strings.
func (v Value) IsSet() bool { return v.typ == typeSet }

// Equal reports whether both values are the same.
func (v Value) Equal(other Value) bool {
	return v.typ == other.typ && v.text == other.text && slices.Equal(v.items(), other.items())
}

// AsText returns the text of a text value and "" for every other value.
func (v Value) AsText() string {
	if v.typ != typeText {
		return ""
	}
	return v.text
}

// AsInt returns the number of a whole-number value and 0 for every other value.
func (v Value) AsInt() int64 {
	if v.typ != typeInt {
		return 0
	}
	n, err := strconv.ParseInt(v.text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// AsBool reports whether the value is the truth value true.
func (v Value) AsBool() bool { return v.typ == typeBool && v.text != "" }

// Items returns the strings of a set in order; the caller may keep the slice.
// It returns nil for every other value.
func (v Value) Items() []string { return slices.Clone(v.items()) }

// items are the strings of a set, not to be changed.
func (v Value) items() []string {
	if v.set == nil {
		return nil
	}
	return *v.set
}

// AsInstant returns the instant of a text made by [Instant], and whether the
// value holds one.
func (v Value) AsInstant() (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, v.AsText())
	return t, err == nil
}

// AsDay returns midnight UTC of a text made by [Day], and whether the value
// holds one.
func (v Value) AsDay() (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, v.AsText())
	return t, err == nil
}

// String returns the value as a person would write it; [None] is "∅".
func (v Value) String() string {
	switch v.typ {
	case typeText, typeInt:
		return v.text
	case typeBool:
		return strconv.FormatBool(v.AsBool())
	case typeSet:
		return "{" + strings.Join(v.items(), ", ") + "}"
	default:
		return "∅"
	}
}

// MarshalJSON writes text as a string, numbers and truth values as such, sets
// as arrays and None as null.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.typ {
	case typeText:
		return json.Marshal(v.text)
	case typeInt:
		return []byte(v.text), nil
	case typeBool:
		return strconv.AppendBool(nil, v.AsBool()), nil
	case typeSet:
		return json.Marshal(v.items())
	default:
		return []byte("null"), nil
	}
}

// UnmarshalJSON reads what MarshalJSON writes and refuses everything else.
func (v *Value) UnmarshalJSON(data []byte) error {
	data = bytes.Trim(data, " \t\r\n")
	if len(data) == 0 {
		return fmt.Errorf("merge: empty JSON for a value")
	}
	switch data[0] {
	case 'n':
		if string(data) != "null" {
			return fmt.Errorf("merge: %q is no value", data)
		}
		*v = None()
		return nil
	case '"':
		var s string
		err := json.Unmarshal(data, &s)
		*v = Text(s)
		return err
	case '[':
		var items []string
		err := json.Unmarshal(data, &items)
		*v = Set(items...)
		return err
	case 't', 'f':
		var b bool
		err := json.Unmarshal(data, &b)
		*v = Bool(b)
		return err
	}
	var n int64
	if err := json.Unmarshal(data, &n); err != nil {
		return fmt.Errorf("merge: a value is text, a whole number, a truth value, an array of text or null: %w", err)
	}
	*v = Int(n)
	return nil
}

// Fields are the canonical values of one record by field name. A missing name
// and a name with [None] mean the same.
type Fields map[string]Value

// Equal reports whether both show the same value for every field.
func (f Fields) Equal(other Fields) bool {
	for name, v := range f {
		if !v.Equal(other[name]) {
			return false
		}
	}
	for name, v := range other {
		if !v.Equal(f[name]) {
			return false
		}
	}
	return true
}

// Hash is a short digest of what a record shows. Records that show the same
// have the same hash.
type Hash [16]byte

// IsZero reports whether no hash was ever taken.
func (h Hash) IsZero() bool { return h == Hash{} }

// AppendKey appends a form of the value that differs for values that are not
// equal, for hashing.
func (v Value) AppendKey(buf []byte) []byte {
	buf = append(buf, byte(v.typ))
	buf = binary.AppendUvarint(buf, uint64(len(v.text)))
	buf = append(buf, v.text...)
	buf = binary.AppendUvarint(buf, uint64(len(v.items())))
	for _, item := range v.items() {
		buf = binary.AppendUvarint(buf, uint64(len(item)))
		buf = append(buf, item...)
	}
	return buf
}

// MarshalText writes the hash in hexadecimal; the zero hash as empty text.
func (h Hash) MarshalText() ([]byte, error) {
	if h.IsZero() {
		return nil, nil
	}
	return hex.AppendEncode(nil, h[:]), nil
}

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) error {
	*h = Hash{}
	if len(text) == 0 {
		return nil
	}
	if hex.DecodedLen(len(text)) != len(h) {
		return fmt.Errorf("merge: a hash has %d hexadecimal digits, not %d", hex.EncodedLen(len(h)), len(text))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("merge: bad hash: %w", err)
	}
	return nil
}

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }
