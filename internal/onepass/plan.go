package onepass

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Plan knows how to read objects into values of type T, a struct. Make it with [For]. It is safe for concurrent use.
type Plan[T any] struct{ object func() *object }

// For makes the plan of a type. What the type looks like is worked out with the first read.
func For[T any]() *Plan[T] {
	return &Plan[T]{sync.OnceValue(func() *object {
		return planner{}.object(reflect.TypeFor[T]())
	})}
}

// Read reads the object that comes next into v and returns its text, which is a part of the reader's. It reports whether all
// went well; otherwise r has failed, and v may be changed in part.
//
// v must be as new, except that pointers to embedded structs are set, to structs as new.
func (p *Plan[T]) Read(r *Reader, v *T) ([]byte, bool) {
	r.Peek()
	start := r.at
	p.object().read(r, reflect.ValueOf(v).Elem())
	if r.failed {
		return nil, false
	}
	return r.data[start:r.at:r.at], true
}

// ReaderFrom is what a type implements that reads itself. On a surprise it lets r fail.
type ReaderFrom interface {
	ReadJSON(r *Reader)
}

// object is the plan of a struct.
type object struct {
	fields map[string]*field
	folded map[string]bool // the names in lower case
	// unusual structs are not read here.
	unusual bool
}

// maxFields bounds the fields of a struct, so that those that were seen fit into a few words.
const maxFields = 128

type field struct {
	number int
	index  []int
	read   func(r *Reader, v reflect.Value)
}

// read reads the members of an object.
func (o *object) read(r *Reader, v reflect.Value) {
	if o.unusual {
		r.failed = true
		return
	}
	var seen [maxFields / 64]uint64
	for r.Enter('{'); r.More('}'); {
		key := r.Key()
		f := o.fields[string(key)]
		if f == nil {
			if o.another(key) {
				r.failed = true
			}
			r.Skip()
			continue
		}
		word, bit := f.number/64, uint64(1)<<(f.number%64)
		if seen[word]&bit != 0 {
			r.failed = true // encoding/json merges the two in ways of its own
		}
		seen[word] |= bit
		f.read(r, descend(v, f.index))
	}
}

// another reports whether encoding/json, which ignores the case of keys, would find a field for the key.
func (o *object) another(key []byte) bool {
	var lower [64]byte
	if len(key) > len(lower) {
		return false
	}
	for i, c := range key {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	return o.folded[string(lower[:len(key)])]
}

// descend returns a field of v, through embedded structs.
func descend(v reflect.Value, index []int) reflect.Value {
	for i, n := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		v = v.Field(n)
	}
	return v
}

// planner makes the plans of a type and of those inside it.
type planner map[reflect.Type]*object

// object makes the plan of a struct.
func (p planner) object(t reflect.Type) *object {
	o := &object{fields: map[string]*field{}, folded: map[string]bool{}}
	p[t] = o
	if t.Kind() != reflect.Struct || !o.collect(t, nil) || len(o.fields) > maxFields {
		o.unusual = true
		return o
	}
	for _, f := range o.fields {
		f.read = p.reader(t.FieldByIndex(f.index).Type)
	}
	return o
}

// collect gathers the fields of a struct and of those embedded in it. It reports whether they are usual ones.
func (o *object) collect(t reflect.Type, above []int) bool {
	var embedded []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Tag.Get("json") == "-":
			continue
		case f.Anonymous && name == "":
			embedded = append(embedded, f)
			continue
		case !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		if strings.Contains(options, "string") || len(name) > 64 {
			return false
		}
		if _, hidden := o.fields[name]; hidden {
			continue // by an outer one
		}
		folded := strings.ToLower(name)
		if o.folded[folded] {
			return false // two names that differ by case
		}
		o.folded[folded] = true
		o.fields[name] = &field{number: len(o.fields), index: append(slices.Clip(above), i)}
	}
	if len(embedded) > 1 {
		return false // which one hides the other would have to be worked out
	}
	for _, f := range embedded {
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() != reflect.Struct || !o.collect(inner, append(slices.Clip(above), f.Index[0])) {
			return false
		}
	}
	return true
}

// reader returns the function that reads a value of a type.
func (p planner) reader(t reflect.Type) func(*Reader, reflect.Value) {
	pointer := reflect.PointerTo(t)
	switch {
	case pointer.Implements(reflect.TypeFor[ReaderFrom]()):
		return readSelf
	case t == reflect.TypeFor[json.RawMessage]():
		return readRawMessage
	case pointer.Implements(reflect.TypeFor[json.Unmarshaler]()):
		return readUnmarshaler
	case pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()), t == reflect.TypeFor[json.Number]():
		return readOther
	}
	switch t.Kind() {
	case reflect.String:
		return readText
	case reflect.Bool:
		return readFlag
	case reflect.Int, reflect.Int64:
		return readInt
	case reflect.Float64:
		return readFloat
	case reflect.Struct:
		return p.readStruct(t)
	case reflect.Slice:
		return p.readSlice(t)
	}
	return readOther
}
