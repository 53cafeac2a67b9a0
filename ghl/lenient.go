package ghl

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
)

// unmarshal decodes data into v. Where the vendor sends another JSON type than it documents (a number for a string, a text
// for a flag, one value for a list), the value is converted when that is possible and left out when it is not. Only text
// that is not JSON is an error.
//
// The first try is the plain decoder; the conversion costs only those who need it.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); !ok {
		return err
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return err
	}
	target := reflect.TypeOf(v).Elem()
	fixed, err := json.Marshal(coerce(tree, target))
	if err != nil {
		return err
	}
	return json.Unmarshal(fixed, v)
}

// coerce converts a decoded value so that encoding/json accepts it for t; nil means "leave it out".
func coerce(v any, t reflect.Type) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if v == nil || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return v
	}
	switch t.Kind() {
	case reflect.Struct:
		return coerceStruct(v, t)
	case reflect.Slice:
		return coerceSlice(v, t)
	case reflect.Map:
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		for k, el := range m {
			m[k] = coerce(el, t.Elem())
		}
		return m
	case reflect.String:
		return coerceString(v)
	case reflect.Bool:
		return coerceBool(v)
	case reflect.Int, reflect.Int64, reflect.Float64:
		return coerceNumber(v, t.Kind() != reflect.Float64)
	}
	return v
}

func coerceStruct(v any, t reflect.Type) any {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	types := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && name != "" {
			types[name] = f.Type
		}
	}
	for key, el := range m {
		if t, ok := types[key]; ok {
			m[key] = coerce(el, t)
			continue
		}
		for name, t := range types { // encoding/json ignores the case of keys
			if strings.EqualFold(name, key) {
				m[key] = coerce(el, t)
			}
		}
	}
	return m
}

func coerceSlice(v any, t reflect.Type) any {
	list, ok := v.([]any)
	if !ok {
		if one := coerce(v, t.Elem()); one != nil && one != "" {
			return []any{one}
		}
		return nil
	}
	out := make([]any, 0, len(list))
	for _, el := range list {
		if el = coerce(el, t.Elem()); el != nil {
			out = append(out, el)
		}
	}
	return out
}

func coerceString(v any) any {
	switch x := v.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	}
	return nil
}

func coerceBool(v any) any {
	switch x := v.(type) {
	case bool:
		return x
	case string:
		if b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(x))); err == nil {
			return b
		}
	case json.Number:
		return x.String() != "0"
	}
	return nil
}

func coerceNumber(v any, whole bool) any {
	var text string
	switch x := v.(type) {
	case string:
		text = strings.TrimSpace(x)
	case json.Number:
		text = x.String()
	default:
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil
	}
	if whole {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		if f >= -1<<63 && f < 1<<63 {
			return int64(f)
		}
		return nil
	}
	return f
}
