package ghl

import (
	"bytes"
	"cmp"
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
	rows, _, err := decodePage[T, P](id, resp, keys...)
	return rows, err
}

// decodePage is decodeList for bodies that say more: rest is the body with null in the place of the array, to be searched with
// pick without going through the array again.
func decodePage[T any, P resource[T]](id opID, resp *transport.Response, keys ...string) (rows []T, rest json.RawMessage, err error) {
	body := json.RawMessage(bytes.TrimSpace(resp.Body))
	list := listReader[T, P]{body: body, rest: body}
	if len(body) > 0 && body[0] == '[' {
		if !wholeText(body, list.readAt(0)) {
			list.fail(errNotArray)
		}
	} else if !wholeText(body, list.readMember(keys)) {
		list.fail(errNotObject)
	}
	if list.failed != nil {
		return nil, nil, unreadable(operations[id], resp, list.failed)
	}
	return list.rows, list.rest, nil
}

// listReader reads a list out of a body in one walk.
type listReader[T any, P resource[T]] struct {
	body, rest json.RawMessage
	rows       []T
	failed     error // the first one
}

func (l *listReader[T, P]) fail(err error) int {
	l.failed = cmp.Or(l.failed, err)
	return -1
}

// readMember reads the list under the first of keys in the object that the body is. Like the methods below, it returns the
// position after what it read, or -1.
func (l *listReader[T, P]) readMember(keys []string) int {
	best := len(keys)
	return walkObjectAt(l.body, 0, func(key []byte, at int) int {
		i := slices.IndexFunc(keys[:best], func(k string) bool { return k == string(key) })
		if i < 0 {
			return skipValue(l.body, at)
		}
		if at < len(l.body) && l.body[at] != '[' {
			if end := skipValue(l.body, at); end >= 0 && string(l.body[at:end]) == "null" {
				return end
			}
			return l.fail(errNotArray)
		}
		best, l.rows = i, nil
		end := l.readAt(at)
		if end >= 0 {
			l.rest = slices.Concat(l.body[:at], []byte("null"), l.body[end:])
		}
		return end
	})
}

// readAt reads the array that starts at i.
func (l *listReader[T, P]) readAt(i int) int {
	return walkArrayAt(l.body, i, func(at int) int {
		if l.body[at] == '[' { // some specifications promise a list of lists
			return walkArrayAt(l.body, at, l.readRow)
		}
		return l.readRow(at)
	})
}

func (l *listReader[T, P]) readRow(at int) int {
	end := skipValue(l.body, at)
	if end < 0 || string(l.body[at:end]) == "null" {
		return end
	}
	if l.body[at] != '{' {
		return l.fail(errRow)
	}
	n := len(l.rows)
	if n == 0 {
		l.rows = make([]T, 0, likely(l.body[at:], l.body[at:end]))
	}
	l.rows = append(l.rows, *new(T))
	if err := P(&l.rows[n]).decode(l.body[at:end:end]); err != nil {
		return l.fail(err)
	}
	return end
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
