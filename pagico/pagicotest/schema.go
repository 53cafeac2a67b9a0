package pagicotest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// timeLayout is how the server writes instants: UTC, milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z"

// field is one member of a resource, read from the struct's tags.
type field struct {
	name                              string
	index                             int
	write, required, null, omit, date bool
	not                               bool // the wire shows the opposite of the Go bool
	max                               int  // longest string in runes, 0 = any
	enum                              []string
	low, high                         *int
}

// schema is the ordered member list of one resource.
type schema struct {
	typ    reflect.Type
	fields []field
}

func newSchema(of any) *schema {
	typ := reflect.TypeOf(of)
	s := &schema{typ: typ}
	for i := range typ.NumField() {
		name := typ.Field(i).Tag.Get("json")
		if name == "" || name == "-" {
			continue
		}
		s.fields = append(s.fields, newField(name, i, typ.Field(i).Tag.Get("wire")))
	}
	return s
}

func newField(name string, index int, tag string) field {
	f := field{name: name, index: index}
	for word := range strings.SplitSeq(tag, ",") {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "write":
			f.write = true
		case "required":
			f.required = true
		case "null":
			f.null = true
		case "omit":
			f.omit = true
		case "date":
			f.date = true
		case "not":
			f.not = true
		case "max":
			f.max, _ = strconv.Atoi(value)
		case "enum":
			f.enum = strings.Split(value, "|")
		case "range":
			low, high, _ := strings.Cut(value, ":")
			f.low, f.high = bound(low), bound(high)
		}
	}
	return f
}

func bound(text string) *int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil
	}
	return &n
}

func (s *schema) has(name string) bool {
	for _, f := range s.fields {
		if f.name == name {
			return true
		}
	}
	return false
}

// decode puts the members of a body into rec, which is a create when create is set and a merge patch otherwise. It
// returns the names it took. Members it does not know and read-only ones are ignored; so are those that skip names.
func (s *schema) decode(rec record, members map[string]json.RawMessage, create bool, skip func(string) bool) (map[string]bool, []fieldError) {
	taken := make(map[string]bool, len(members))
	var bad []fieldError
	value := reflect.ValueOf(rec).Elem()
	for _, f := range s.fields {
		raw, ok := members[f.name]
		if !ok || !f.write {
			if create && f.required {
				bad = append(bad, fieldError{"#/" + f.name, "is required"})
			}
			continue
		}
		if skip(f.name) {
			continue
		}
		if err := f.set(value.Field(f.index), raw); err != nil {
			bad = append(bad, fieldError{"#/" + f.name, err.Error()})
			continue
		}
		taken[f.name] = true
	}
	return taken, bad
}

// set decodes one member; null means the empty value.
func (f *field) set(target reflect.Value, raw json.RawMessage) error {
	fresh := reflect.New(target.Type())
	if string(raw) == "null" {
		if f.required {
			return fmt.Errorf("must not be null")
		}
	} else if err := json.Unmarshal(raw, fresh.Interface()); err != nil {
		return fmt.Errorf("must be %s", f.shape(target.Type()))
	} else if f.not {
		fresh.Elem().SetBool(!fresh.Elem().Bool())
	}
	target.Set(fresh.Elem())
	return nil
}

func (f *field) shape(typ reflect.Type) string {
	switch {
	case typ == reflect.TypeFor[time.Time]():
		return "an RFC 3339 instant"
	case typ.Kind() == reflect.Bool:
		return "true or false"
	case typ.Kind() == reflect.Int:
		return "an integer"
	case typ.Kind() == reflect.Slice:
		return "an array of the documented shape"
	default:
		return "a string"
	}
}

// normalize fills defaults, rewrites dates and instants to the server's form and checks what one member alone can
// break.
func (s *schema) normalize(rec record, utc bool) []fieldError {
	var bad []fieldError
	value := reflect.ValueOf(rec).Elem()
	for _, f := range s.fields {
		target := value.Field(f.index)
		var err error
		switch v := target.Interface().(type) {
		case string:
			var settled string
			settled, err = f.text(v)
			if utc || !f.date {
				target.SetString(settled)
			}
		case int:
			err = f.number(v)
		case time.Time:
			target.Set(reflect.ValueOf(v.UTC().Truncate(time.Millisecond)))
		}
		if err != nil {
			bad = append(bad, fieldError{"#/" + f.name, err.Error()})
		}
	}
	return bad
}

func (f *field) text(v string) (string, error) {
	switch {
	case f.enum != nil && v == "":
		return f.enum[0], nil
	case f.enum != nil:
		if slices.Contains(f.enum, v) {
			return v, nil
		}
		return v, fmt.Errorf("must be one of %s", strings.Join(f.enum, ", "))
	case f.required && strings.TrimSpace(v) == "":
		return v, fmt.Errorf("must not be empty")
	case f.max > 0 && utf8.RuneCountInString(v) > f.max:
		return v, fmt.Errorf("must have at most %d characters", f.max)
	case f.date && v != "":
		d, err := parseDate(v)
		if err != nil {
			return v, err
		}
		return d.text, nil
	}
	return v, nil
}

func (f *field) number(v int) error {
	if f.low != nil && v < *f.low {
		return fmt.Errorf("must be at least %d", *f.low)
	}
	if f.high != nil && v > *f.high {
		return fmt.Errorf("must be at most %d", *f.high)
	}
	return nil
}

// date is a due or start value: the text as the server writes it and the instant used to compare (midnight UTC for an
// all-day date).
type date struct {
	text string
	at   time.Time
}

func parseDate(v string) (date, error) {
	if at, err := time.Parse(time.DateOnly, v); err == nil {
		return date{v, at}, nil
	}
	at, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return date{}, fmt.Errorf("must be YYYY-MM-DD or an RFC 3339 date-time")
	}
	at = at.UTC().Truncate(time.Millisecond)
	if at.Nanosecond() == 0 {
		return date{at.Format("2006-01-02T15:04:05Z"), at}, nil
	}
	return date{at.Format(timeLayout), at}, nil
}

// encode writes a record with its members in the contract's order.
func (s *schema) encode(rec record, skip func(string) bool) json.RawMessage {
	var b bytes.Buffer
	value := reflect.ValueOf(rec).Elem()
	b.WriteByte('{')
	for _, f := range s.fields {
		v := value.Field(f.index)
		if f.omit && v.IsZero() || skip(f.name) {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + f.name + `":`)
		b.Write(f.encode(v))
	}
	b.WriteByte('}')
	return b.Bytes()
}

func (f *field) encode(v reflect.Value) []byte {
	if f.null && v.IsZero() {
		return []byte("null")
	}
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); isPlain(s) {
			return []byte(`"` + s + `"`)
		}
	case reflect.Int:
		return strconv.AppendInt(nil, v.Int(), 10)
	case reflect.Bool:
		return strconv.AppendBool(nil, v.Bool() != f.not)
	case reflect.Slice:
		if v.Len() == 0 {
			return []byte("[]")
		}
	case reflect.Struct:
		if at, ok := reflect.TypeAssert[time.Time](v); ok {
			return []byte(`"` + at.UTC().Format(timeLayout) + `"`)
		}
	}
	return encodeJSON(v.Interface())
}

// isPlain says that a string is written in JSON as it is. Most are, and a list has many.
func isPlain(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// changed lists the writable members in which two records differ.
func (s *schema) changed(a, b record) []string {
	var names []string
	left, right := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for _, f := range s.fields {
		if !f.write && f.name != "externalId" && f.name != "readOnly" {
			continue
		}
		x, y := left.Field(f.index), right.Field(f.index)
		if x.Kind() == reflect.Slice && x.Len() == 0 && y.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(x.Interface(), y.Interface()) {
			names = append(names, f.name)
		}
	}
	return names
}

// encodeJSON marshals without escaping <, > and &, which the contract never asks for.
func encodeJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		// Every value that gets here is a plain struct, slice, string, number or bool.
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
