package ghl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// raw keeps the JSON that a resource was decoded from, so that fields without a Go field are not lost.
type raw struct{ data json.RawMessage }

func (r raw) copy() json.RawMessage { return slices.Clone(r.data) }

// resource is a pointer to a response type that decodes itself from raw JSON. The bytes may be kept and are not changed.
type resource[T any] interface {
	*T
	decode(data json.RawMessage) error
}

// pick returns the value of the first of keys that is present and not null, and whether the text is one whole object.
func pick(body []byte, keys ...string) (value json.RawMessage, whole bool) {
	best := len(keys)
	whole = walkObject(body, func(key []byte, v json.RawMessage) bool {
		for i, k := range keys[:best] {
			if string(key) == k && string(v) != "null" {
				best, value = i, v
				break
			}
		}
		return true
	})
	return value, whole
}

var (
	errNotObject = errors.New("the body is not a complete JSON object")
	errNotJSON   = errors.New("the body is not JSON")
	errNotArray  = errors.New("the body is not a complete JSON array")
	errRow       = errors.New("a row of the list is not an object")
)

// decodeOne reads one resource from the first of keys, or from the whole object when none of them is there and it has an id.
func decodeOne[T any, P resource[T]](id opID, resp *transport.Response, keys ...string) (T, error) {
	var out T
	op := operations[id]
	value, whole := pick(resp.Body, keys...)
	if !whole {
		return out, unreadable(op, resp, errNotObject)
	}
	if value == nil {
		if bare, _ := pick(resp.Body, "id", "_id"); bare == nil {
			return out, unreadable(op, resp, fmt.Errorf("the body has no %s", strings.Join(keys, " or ")))
		}
		value = resp.Body
	}
	err := errNotObject
	if value[0] == '{' {
		err = P(&out).decode(value)
	}
	if err != nil {
		var zero T
		return zero, unreadable(op, resp, err)
	}
	return out, nil
}

// decodeList reads the resources of the array under the first of keys. An array without a wrapper is taken too; a missing
// key or null is an empty list.
func decodeList[T any, P resource[T]](id opID, resp *transport.Response, keys ...string) ([]T, error) {
	op := operations[id]
	value := json.RawMessage(bytes.TrimSpace(resp.Body))
	if len(value) == 0 || value[0] != '[' {
		var whole bool
		if value, whole = pick(resp.Body, keys...); !whole {
			return nil, unreadable(op, resp, errNotObject)
		}
	}
	if value == nil {
		return nil, nil
	}
	var out []T
	var failed error
	whole := walkArray(value, func(el json.RawMessage) bool {
		if out == nil {
			out = make([]T, 0, likely(value, el))
		}
		if el[0] == '[' { // some specifications promise a list of lists
			walkArray(el, func(inner json.RawMessage) bool { return appendDecoded[T, P](&out, inner, &failed) })
			return failed == nil
		}
		return appendDecoded[T, P](&out, el, &failed)
	})
	if failed == nil && !whole {
		failed = errNotArray
	}
	if failed != nil {
		return nil, unreadable(op, resp, failed)
	}
	return out, nil
}

func appendDecoded[T any, P resource[T]](out *[]T, data json.RawMessage, failed *error) bool {
	if string(data) == "null" {
		return true
	}
	if data[0] != '{' {
		*failed = errRow
		return false
	}
	var el T
	if *failed = P(&el).decode(data); *failed != nil {
		return false
	}
	*out = append(*out, el)
	return true
}

// mostRoom bounds the elements that room is made for before they were seen.
const mostRoom = 500

// likely estimates how many elements a list has, from its text and that of the first one.
func likely(list, first json.RawMessage) int { return min(len(list)/len(first)+1, mostRoom) }

// decodeInto reads the whole body, an object, into a plain struct.
func decodeInto(id opID, resp *transport.Response, out any) error {
	err := errNotObject
	if body := bytes.TrimSpace(resp.Body); len(body) > 0 && body[0] == '{' {
		err = unmarshal(body, out)
	}
	if err != nil {
		return unreadable(operations[id], resp, err)
	}
	return nil
}

// done checks the answer of an operation that has no result: nothing, JSON, or the text of the status. A page or a piece of
// an answer may come from anything between here and the service, and does not say that something was done.
func done(op Operation, resp *transport.Response) error {
	body := bytes.TrimSpace(resp.Body)
	if len(body) == 0 || json.Valid(body) || string(body) == http.StatusText(resp.Status) {
		return nil
	}
	return unreadable(op, resp, errNotJSON)
}

// part is a piece of the text that is being decoded, not a copy; it is for types whose decode method keeps that text.
type part []byte

// UnmarshalJSON never returns an error.
func (p *part) UnmarshalJSON(data []byte) error {
	*p = data
	return nil
}

// scalar returns a string, number or flag as text; anything else gives "".
func scalar(data json.RawMessage) string {
	switch {
	case len(data) == 0 || data[0] == '{' || data[0] == '[' || string(data) == "null":
		return ""
	case data[0] != '"':
		return string(data)
	case bytes.IndexByte(data, '\\') < 0 && utf8.Valid(data):
		return string(data[1 : len(data)-1])
	}
	return first(texts(data))
}
