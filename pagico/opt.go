package pagico

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
)

// Opt is an optional field of an update body. It has three states, which a merge
// patch (RFC 7396) tells apart on the wire:
//
//   - absent, the zero value: the member is left out and the server keeps what it has;
//
//   - null, made with [Null]: the member is sent as null and the server clears the field;
//
//   - a value, made with [Set]: the member is sent and replaces the field whole.
//
//     pagico.TaskUpdate{Title: pagico.Set("Call Ada"), DueDate: pagico.Null[pagico.Date]()}
//
// Fields of type Opt carry the omitzero JSON option, so an update body built from its
// zero value sends nothing at all. Opt is a plain value, safe to copy and, when T is, to
// compare.
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optValue
)

var errAbsentOpt = errors.New("pagico: an absent optional field has no JSON form; use omitzero")

// Set returns an Opt that holds v. The zero value of T is a value like any other: Set("")
// sends an empty string, Set(false) sends false. A nil slice or map is sent as an empty
// one, because null means something else.
func Set[T any](v T) Opt[T] { return Opt[T]{value: v, state: optValue} }

// Null returns an Opt that clears its field.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// IsZero reports whether the field is absent. encoding/json calls it for omitzero.
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// IsNull reports whether the field is present and null.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// Get returns the value, and whether there is one. It is false for absent and for null.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optValue }

// MarshalJSON writes null or the value. An absent field cannot be written: that is an
// error, which only happens where a field of this type lacks the omitzero option.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	switch o.state {
	case optNull:
		return []byte("null"), nil
	case optValue:
		return o.marshalValue()
	default:
		return nil, errAbsentOpt
	}
}

func (o Opt[T]) marshalValue() ([]byte, error) {
	switch v := reflect.ValueOf(&o.value).Elem(); v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return []byte("[]"), nil
		}
	case reflect.Map:
		if v.IsNil() {
			return []byte("{}"), nil
		}
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads null as the null state and anything else as a value. A member
// that is not in the document leaves the field absent.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*o = Null[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*o = Set(v)
	return nil
}
