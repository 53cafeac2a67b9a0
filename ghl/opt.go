package ghl

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Opt is an optional value of an update body with three states: absent (the zero value, the field is not sent and keeps
// what it has), null (the field is cleared), and a value.
//
//	ghl.ContactUpdate{FirstName: ghl.Set("Ada"), Website: ghl.Null[string]()}
//
// In a struct the field carries the omitzero option. Opt is a plain value, safe to copy and, when T is, to compare.
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

// Set returns an Opt that holds v. A nil slice or map is sent as an empty one, because null would mean something else.
func Set[T any](v T) Opt[T] { return Opt[T]{value: v, state: optValue} }

// Null returns an Opt that clears its field.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Get returns the value and whether there is one; null and absent give the zero value and false.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optValue }

// IsZero reports that the field is absent; encoding/json asks it for omitzero.
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// IsNull reports that the field is to be cleared.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// MarshalJSON writes the value, or null when there is none.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optValue {
		return []byte("null"), nil
	}
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

// UnmarshalJSON reads null as [Null] and anything else as a value. A key that is missing leaves the Opt absent.
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
