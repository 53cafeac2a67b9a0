package pagico

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// mark is what all records have in common.
type mark struct {
	id          string
	etag        *string // nil when the record has none
	lastUpdated time.Time
	deleted     bool
}

// record is a pointer to a record of type T.
type record[T any] interface {
	*T
	mark() mark
	decodable
}

// decodable is a record that keeps the document it was read from.
type decodable interface {
	// plain returns the record as a type without methods, and where its document goes.
	plain() (any, *json.RawMessage)
}

// decodeRecord reads a document into dst and keeps a copy of it.
func decodeRecord(data []byte, dst decodable) error {
	plain, raw := dst.plain()
	if err := json.Unmarshal(data, plain); err != nil {
		return err
	}
	*raw = bytes.Clone(data)
	return nil
}

var (
	errNoID     = errors.New("a record has no id")
	errNotJSON  = errors.New("the body is not JSON")
	errSamePage = errors.New("the server names the same page as the next one")
)

// list reads one page.
func list[T any, P record[T]](ctx context.Context, c *Client, op Operation, q url.Values, opts []CallOption) (Page[T], error) {
	r := request{op: op, query: q}
	resp, err := c.do(ctx, r, opts)
	if err != nil {
		return Page[T]{}, err
	}
	page, err := decodePage[T, P](resp.Body)
	if err != nil {
		return Page[T]{}, badAnswer(r, resp, err)
	}
	return page, nil
}

// all walks the pages of a list. The state lives in the iteration, so the sequence can
// be ranged over again.
func all[T any, P record[T]](ctx context.Context, c *Client, op Operation, q url.Values, opts []CallOption) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		cursor := q.Get("cursor")
		for {
			query := url.Values{}
			maps.Copy(query, q)
			if cursor != "" {
				query.Set("cursor", cursor)
			}
			page, err := list[T, P](ctx, c, op, query, opts)
			if err != nil {
				yield(zero, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.NextCursor == "" {
				return
			}
			if page.NextCursor == cursor {
				yield(zero, &Error{Operation: op, Err: errSamePage, is: ErrAnswer})
				return
			}
			cursor = page.NextCursor
		}
	}
}

// get reads one record.
func get[T any, P record[T]](ctx context.Context, c *Client, op Operation, id string, opts []CallOption) (T, error) {
	return one[T, P](ctx, c, request{op: op, id: id}, opts)
}

// create posts a new record with an idempotency key.
func create[T any, P record[T]](ctx context.Context, c *Client, op Operation, body any, opts []CallOption) (T, error) {
	return one[T, P](ctx, c, request{op: op, body: body, write: true, keyed: true}, opts)
}

// update sends a merge patch.
func update[T any, P record[T]](ctx context.Context, c *Client, op Operation, id string, body any, opts []CallOption) (T, error) {
	return one[T, P](ctx, c, request{op: op, id: id, body: body, write: true, patch: true}, opts)
}

// remove deletes a record. When an earlier attempt of the same call may have done it,
// not finding the record any more is the success.
func remove(ctx context.Context, c *Client, op Operation, id string, opts []CallOption) error {
	err := act(ctx, c, request{op: op, id: id, write: true}, opts)
	if e, ok := errors.AsType[*Error](err); ok && e.doubt && errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// act sends a request without a result. An answer whose body is not JSON, the page of a
// proxy for one, does not say that anything was done.
func act(ctx context.Context, c *Client, r request, opts []CallOption) error {
	resp, err := c.do(ctx, r, opts)
	if err != nil {
		return err
	}
	if body := bytes.TrimSpace(resp.Body); len(body) > 0 && !json.Valid(body) && string(body) != http.StatusText(resp.Status) {
		return badAnswer(r, resp, errNotJSON)
	}
	return nil
}

// one sends r and reads the record in the answer.
func one[T any, P record[T]](ctx context.Context, c *Client, r request, opts []CallOption) (T, error) {
	var out T
	resp, err := c.do(ctx, r, opts)
	if err != nil {
		return out, err
	}
	if err := decodeRecord(resp.Body, P(&out)); err != nil {
		return out, badAnswer(r, resp, err)
	}
	m := P(&out).mark()
	if m.id == "" {
		return out, badAnswer(r, resp, errNoID)
	}
	if m.etag != nil && *m.etag == "" {
		*m.etag = resp.Header.Get("ETag")
	}
	return out, nil
}

// values builds a query; empty values are left out.
type values url.Values

func (v values) text(name, value string) {
	if value != "" {
		url.Values(v).Set(name, value)
	}
}

func (v values) flag(name string, on bool) {
	if on {
		url.Values(v).Set(name, "true")
	}
}

func (v values) updatedSince(t time.Time) {
	if !t.IsZero() {
		url.Values(v).Set("updatedSince", t.UTC().Format(time.RFC3339Nano))
	}
}

func (v values) page(limit int, cursor string) {
	if limit > 0 {
		url.Values(v).Set("limit", strconv.Itoa(limit))
	}
	v.text("cursor", cursor)
}
