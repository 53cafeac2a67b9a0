package onepass

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
)

// The functions of this file read one value into v, which is as new and can be set. Types that decode themselves see null;
// for all others it changes nothing, as in encoding/json.

func readSelf(r *Reader, v reflect.Value) {
	if self, ok := reflect.TypeAssert[ReaderFrom](v.Addr()); ok {
		self.ReadJSON(r)
	}
}

func readRawMessage(r *Reader, v reflect.Value) {
	if data := r.Raw(); data != nil {
		v.SetBytes(bytes.Clone(data))
	}
}

func readUnmarshaler(r *Reader, v reflect.Value) {
	data := r.Raw()
	if data == nil {
		return
	}
	if u, ok := reflect.TypeAssert[json.Unmarshaler](v.Addr()); !ok || u.UnmarshalJSON(data) != nil {
		r.failed = true
	}
}

// readOther leaves a value to encoding/json.
func readOther(r *Reader, v reflect.Value) {
	if data := r.Raw(); data != nil && json.Unmarshal(data, v.Addr().Interface()) != nil {
		r.failed = true
	}
}

func readText(r *Reader, v reflect.Value) {
	if !r.Null() {
		v.SetString(r.Text())
	}
}

func readFlag(r *Reader, v reflect.Value) {
	switch r.Peek() {
	case 't':
		v.SetBool(r.literal("true"))
	case 'f':
		v.SetBool(!r.literal("false"))
	default:
		if !r.Null() {
			r.failed = true
		}
	}
}

func readInt(r *Reader, v reflect.Value) {
	if r.Null() {
		return
	}
	r.Peek()
	n, err := strconv.ParseInt(string(r.number()), 10, 64)
	if err != nil || v.OverflowInt(n) {
		r.failed = true
		return
	}
	v.SetInt(n)
}

func readFloat(r *Reader, v reflect.Value) {
	if r.Null() {
		return
	}
	r.Peek()
	n, err := strconv.ParseFloat(string(r.number()), 64)
	if err != nil {
		r.failed = true
		return
	}
	v.SetFloat(n)
}

func (p planner) readStruct(t reflect.Type) func(*Reader, reflect.Value) {
	o := p[t]
	if o == nil {
		o = p.object(t)
	}
	if o.unusual {
		return readOther
	}
	return func(r *Reader, v reflect.Value) {
		if !r.Null() {
			o.read(r, v)
		}
	}
}

func (p planner) readSlice(t reflect.Type) func(*Reader, reflect.Value) {
	if t.Elem().Kind() == reflect.Uint8 {
		return readOther // base64
	}
	element := p.reader(t.Elem())
	return func(r *Reader, v reflect.Value) {
		if r.Null() {
			return
		}
		r.Enter('[')
		for r.More(']') {
			n := v.Len()
			if n == v.Cap() {
				v.Grow(max(n, 4))
			}
			v.SetLen(n + 1)
			element(r, v.Index(n))
		}
		if v.IsNil() && !r.failed {
			v.Set(reflect.MakeSlice(t, 0, 0))
		}
	}
}
