package pagico

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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

// maxItems is how many items a page has at most, by the contract.
const maxItems = 200

func decodeItems[T any, P record[T]](dec *json.Decoder, body []byte) ([]T, error) {
	if err := expect(dec, json.Delim('[')); err != nil {
		return nil, err
	}
	items := []T{}
	for dec.More() {
		n, start := len(items), dec.InputOffset()
		items = append(items, *new(T))
		item := P(&items[n])
		plain, raw := item.plain()
		if err := dec.Decode(plain); err != nil {
			return nil, fmt.Errorf("item %d: %w", n, err)
		}
		if item.mark().id == "" {
			return nil, fmt.Errorf("item %d: %w", n, errNoID)
		}
		doc := bytes.TrimLeft(body[start:dec.InputOffset()], ", \t\r\n")
		*raw = bytes.Clone(doc)
		if n == 0 { // the others are about as long
			items = slices.Grow(items, min(len(body)/len(doc), maxItems))
		}
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
