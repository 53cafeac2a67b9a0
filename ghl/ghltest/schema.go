package ghltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// property is one allowed property of a request body.
type property struct {
	name     string
	kind     string // s n b o a as t any e
	required bool
	nullable bool
	onlyV3   bool
	before3  bool
	enum     []string
}

// schema is the set of allowed properties. A nil schema takes no body, an open one takes anything.
type schema struct {
	props []property
	open  bool
}

// parseSchema reads the short notation of the operation tables: words "name:kind", "name!" required, "name?" nullable, "name^" known to v3 alone, "name~" to the others alone; kinds
// s string, n number, b boolean, o object, a array, as array of strings, t ISO 8601 time, any, e=a|b|c enumeration. "*" is open.
func parseSchema(text string) *schema {
	if text == "" {
		return nil
	}
	sc := &schema{}
	for word := range strings.FieldsSeq(text) {
		if word == "*" {
			sc.open = true
			continue
		}
		name, kind, _ := strings.Cut(word, ":")
		p := property{kind: kind}
		if rest, ok := strings.CutPrefix(kind, "e="); ok {
			p.kind, p.enum = "e", strings.Split(rest, "|")
		}
		for strings.ContainsAny(name[len(name)-1:], "!?^~") {
			p.onlyV3 = p.onlyV3 || strings.HasSuffix(name, "^")
			p.before3 = p.before3 || strings.HasSuffix(name, "~")
			p.required = p.required || strings.HasSuffix(name, "!")
			p.nullable = p.nullable || strings.HasSuffix(name, "?")
			name = name[:len(name)-1]
		}
		p.name = name
		sc.props = append(sc.props, p)
	}
	return sc
}

// decodeBody parses and checks a JSON body the way the vendor's validation pipe does.
func (sc *schema) decodeBody(raw []byte, version string, q *Quirks) (object, *failure) {
	body := object{}
	if len(bytes.TrimSpace(raw)) > 0 {
		if err := json.Unmarshal(raw, &body); err != nil {
			if raw[0] != '{' && json.Valid(raw) {
				return nil, unprocessable("the body must be an object")
			}
			return nil, fail(400, "Unexpected token in JSON at position %d", badOffset(err))
		}
	}
	if body == nil {
		body = object{}
	}
	if msgs := sc.check(body, version, q); len(msgs) > 0 {
		return nil, unprocessable(msgs...)
	}
	return body, nil
}

func badOffset(err error) int64 {
	if se, ok := err.(*json.SyntaxError); ok { //nolint:errorlint // json returns it unwrapped
		return se.Offset
	}
	return 0
}

func (sc *schema) check(body object, version string, q *Quirks) []string {
	var msgs []string
	known := make(map[string]bool, len(sc.props))
	for _, p := range sc.props {
		known[p.name] = known[p.name] || p.in(version)
	}
	if !sc.open && q.StrictProperties {
		for _, name := range slices.Sorted(maps.Keys(body)) {
			if !known[name] {
				msgs = append(msgs, fmt.Sprintf("property %s should not exist", name))
			}
		}
	}
	for _, p := range sc.props {
		if p.in(version) {
			msgs = append(msgs, p.check(body, q)...)
		}
	}
	return msgs
}

// in reports that a version knows the property.
func (p property) in(version string) bool {
	if version == versionV3 {
		return !p.before3
	}
	return !p.onlyV3
}

func (p property) check(body object, q *Quirks) []string {
	v, present := body[p.name]
	if !present || v == nil {
		if p.required && (!present || !p.nullable) {
			if p.kind == "s" {
				return []string{p.name + " should not be empty", p.name + " must be a string"}
			}
			return []string{p.complaint()}
		}
		if present && !p.nullable && q.StrictNulls {
			return []string{p.complaint()}
		}
		return nil
	}
	if !p.accepts(v) {
		return []string{p.complaint()}
	}
	if p.required && v == "" {
		return []string{p.name + " should not be empty"}
	}
	return nil
}

func (p property) accepts(v any) bool {
	switch p.kind {
	case "s":
		return isType[string](v)
	case "n":
		return isType[float64](v)
	case "b":
		return isType[bool](v)
	case "o":
		return isType[map[string]any](v)
	case "a":
		return isType[[]any](v)
	case "as":
		list, ok := v.([]any)
		return ok && !slices.ContainsFunc(list, func(e any) bool { return !isType[string](e) })
	case "t":
		text, ok := v.(string)
		_, valid := parseTime(text)
		return ok && valid
	case "e":
		text, ok := v.(string)
		return ok && slices.Contains(p.enum, text)
	}
	return true
}

func (p property) complaint() string {
	switch p.kind {
	case "n":
		return p.name + " must be a number conforming to the specified constraints"
	case "b":
		return p.name + " must be a boolean value"
	case "o":
		return p.name + " must be an object"
	case "a":
		return p.name + " must be an array"
	case "as":
		return "each value in " + p.name + " must be a string"
	case "t":
		return p.name + " must be a valid ISO 8601 date string"
	case "e":
		return p.name + " must be one of the following values: " + strings.Join(p.enum, ", ")
	}
	return p.name + " must be a string"
}

func isType[T any](v any) bool {
	_, ok := v.(T)
	return ok
}
