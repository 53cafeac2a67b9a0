package pagico

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ghl-pagico/sdk-go/internal/onepass"
)

// Page is one page of a list.
type Page[T any] struct {
	// Items are the records, in the server's order.
	Items []T
	// NextCursor names the next page, or is "" on the last one. It is opaque, bound to
	// the filters of the query, and good for at least 24 hours.
	NextCursor string
}

// Reading a page without results as an empty list would look as if everything had been
// deleted.
var errNoResults = errors.New(`the member "results" is missing`)

// quickPage reads a page in one pass. False means to read it with decodePage, which takes more and says what is wrong.
func quickPage[T any, P record[T]](body []byte) (Page[T], bool) {
	var page Page[T]
	var results, cursor bool // seen
	r := onepass.NewReader(body)
	for r.Enter('{'); r.More('}'); {
		switch key := string(r.Key()); {
		case key == "results" && !results:
			page.Items, results = quickItems[T, P](&r), true
		case key == "nextCursor" && !cursor:
			if cursor = true; !r.Null() {
				page.NextCursor = r.Text()
			}
		case key == "results", key == "nextCursor":
			return page, false // twice
		default:
			r.Skip()
		}
	}
	return page, r.End() && results
}

// mostRoom bounds the items that room is made for before they were seen.
const mostRoom = 200

func quickItems[T any, P record[T]](r *onepass.Reader) []T {
	items := []T{}
	for r.Enter('['); r.More(']'); {
		n, left := len(items), r.Left()
		items = append(items, *new(T))
		item := P(&items[n])
		doc, ok := item.quick(r)
		if !ok || item.mark().id == "" {
			r.Fail()
			return nil
		}
		_, raw := item.plain()
		*raw = bytes.Clone(doc)
		if n == 0 { // the others will be about as long
			items = slices.Grow(items, min(r.Left()/(left-r.Left()), mostRoom))
		}
	}
	return items
}

// decodePage reads a page item by item, so that each item is scanned once and its document
// can be cut out of the page.
func decodePage[T any, P record[T]](body []byte) (Page[T], error) {
	var page Page[T]
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := expect(dec, json.Delim('{')); err != nil {
		return page, err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return page, err
		}
		switch name {
		case "results":
			page.Items, err = decodeItems[T, P](dec, body)
		case "nextCursor":
			var next *string
			if err = dec.Decode(&next); next != nil {
				page.NextCursor = *next
			}
		default:
			err = dec.Decode(new(json.RawMessage))
		}
		if err != nil {
			return page, fmt.Errorf("%v: %w", name, err)
		}
	}
	if err := expect(dec, json.Delim('}')); err != nil {
		return page, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return page, errors.New("there is more after the page")
	}
	if page.Items == nil {
		return page, errNoResults
	}
	return page, nil
}

func decodeItems[T any, P record[T]](dec *json.Decoder, body []byte) ([]T, error) {
	if err := expect(dec, json.Delim('[')); err != nil {
		return nil, err
	}
	items := make([]T, 0, 50)
	for dec.More() {
		start := dec.InputOffset()
		var item T
		plain, raw := P(&item).plain()
		if err := dec.Decode(plain); err != nil {
			return nil, fmt.Errorf("item %d: %w", len(items), err)
		}
		if P(&item).mark().id == "" {
			return nil, fmt.Errorf("item %d: %w", len(items), errNoID)
		}
		*raw = bytes.Clone(bytes.TrimLeft(body[start:dec.InputOffset()], ", \t\r\n"))
		items = append(items, item)
	}
	return items, expect(dec, json.Delim(']'))
}

func expect(dec *json.Decoder, want json.Delim) error {
	tok, err := dec.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err == nil && tok != want {
		err = fmt.Errorf("%q expected", want.String())
	}
	return err
}
