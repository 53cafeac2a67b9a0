package ghl

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/ghl-pagico/sdk-go/internal/onepass"
)

// Answers are read in two ways. The quick one walks over the text once and gives up at anything that is not as usual; see
// package onepass. The other one, of decode.go, then reads the same text from the start, takes what the vendor sends in
// other shapes than documented, and finds the words for what cannot be read. Both give the same result where the quick one
// does not give up.

// text is an object that a resource reads itself from: what comes next in reader, or data when there is none.
type text struct {
	data   json.RawMessage
	reader *onepass.Reader
}

// ownText is a text that the caller may change afterwards.
func ownText(data []byte) text { return text{data: slices.Clone(data)} }

var errNotUsual = errors.New("the text is not as usual")

// read reads from into w, the struct that holds the fields of a resource, and returns its bytes, which may be kept and must
// not be changed.
func read[W any](from text, plan *onepass.Plan[W], w *W) (json.RawMessage, error) {
	if from.reader == nil {
		return from.data, unmarshal(from.data, w)
	}
	data, ok := plan.Read(from.reader, w)
	if !ok {
		return nil, errNotUsual
	}
	return data, nil
}

// quickOne is decodeOne for usual bodies; false means to read in the other way.
func quickOne[T any, P resource[T]](body []byte, keys []string, out *T) bool {
	r := onepass.NewReader(body)
	best := len(keys)
	for r.Enter('{'); r.More('}'); {
		i := rank(r.Key(), keys[:best])
		switch {
		case i == best:
			r.Skip()
		case !r.Null():
			var fresh T
			*out, best = fresh, i
			if P(out).decode(text{reader: &r}) != nil {
				return false
			}
		}
	}
	return r.End() && best < len(keys)
}

// rank returns the place of key among keys, or their number.
func rank(key []byte, keys []string) int {
	for i, k := range keys {
		if k == string(key) {
			return i
		}
	}
	return len(keys)
}

// quickList is decodeList for usual bodies; false means to read in the other way.
func quickList[T any, P resource[T]](body []byte, keys []string) ([]T, bool) {
	r := onepass.NewReader(body)
	if r.Peek() == '[' {
		out := quickRows[T, P](&r)
		return out, r.End()
	}
	var out []T
	best := len(keys)
	for r.Enter('{'); r.More('}'); {
		i := rank(r.Key(), keys[:best])
		switch {
		case i == best:
			r.Skip()
		case !r.Null():
			out, best = quickRows[T, P](&r), i
		}
	}
	return out, r.End()
}

// mostRoom bounds the rows that room is made for before they were seen.
const mostRoom = 500

// quickRows reads the array that comes next.
func quickRows[T any, P resource[T]](r *onepass.Reader) []T {
	var out []T
	for r.Enter('['); r.More(']'); {
		if r.Null() {
			continue
		}
		n, left := len(out), r.Left()
		out = append(out, *new(T))
		if P(&out[n]).decode(text{reader: r}) != nil {
			return nil
		}
		if n == 0 { // the others will be about as long
			out = slices.Grow(out, min(r.Left()/(left-r.Left()), mostRoom))
		}
	}
	return out
}
