package ghl

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
)

// Operator compares a field of a contact; see [Filter].
type Operator string

// The operators. Exists and NotExists take no value; Between takes a [Range].
const (
	Equals      Operator = "eq"
	NotEquals   Operator = "not_eq"
	Contains    Operator = "contains"
	NotContains Operator = "not_contains"
	Exists      Operator = "exists"
	NotExists   Operator = "not_exists"
	Between     Operator = "range"
)

// Filter is one condition of a search, or a group of them. Build it with [Where], [And] and [Or].
//
// Fields are for example id, email, phone, tags, dateAdded, dateUpdated, assignedTo, source, and customFields.{fieldId} (the id of the
// field, not its key). Values are at most 75 characters. An unknown field is answered with 400.
type Filter struct {
	Field    string   `json:"field,omitempty"`
	Operator Operator `json:"operator,omitempty"`
	Value    any      `json:"value,omitempty"`
	// Group is "AND" or "OR" and joins Filters; a group has no Field.
	Group   string   `json:"group,omitempty"`
	Filters []Filter `json:"filters,omitempty"`
}

// Range bounds a date (RFC 3339 text or time.Time) or a number; nil bounds are open.
type Range struct {
	GT  any `json:"gt,omitempty"`
	GTE any `json:"gte,omitempty"`
	LT  any `json:"lt,omitempty"`
	LTE any `json:"lte,omitempty"`
}

// Where is one condition; value is nil for Exists and NotExists.
func Where(field string, op Operator, value any) Filter {
	return Filter{Field: field, Operator: op, Value: value}
}

// And holds when all filters do.
func And(filters ...Filter) Filter { return Filter{Group: "AND", Filters: filters} }

// Or holds when any of filters does.
func Or(filters ...Filter) Filter { return Filter{Group: "OR", Filters: filters} }

// Sort orders a search by a field: email, dnd, source, firstNameLowerCase, lastNameLowerCase, dateAdded or dateUpdated.
type Sort struct {
	Field string `json:"field"`
	// Direction is "asc" or "desc".
	Direction string `json:"direction"`
}

// ContactSearch asks for contacts. LocationID is required.
//
// The search reads an index that lags a few seconds behind writes; a deleted contact may still be found for a while.
type ContactSearch struct {
	LocationID string `json:"locationId"`
	// PageLimit is the page size, default 100, maximum 500.
	PageLimit int `json:"pageLimit"`
	// SearchAfter begins behind a row: the SearchAfter of that row, or of a page. The filters and the sort must be the same.
	// There is no limit to how far this reaches.
	SearchAfter json.RawMessage `json:"searchAfter,omitempty"`
	// Page is a page number from 1, for SearchPage only; page times PageLimit must not exceed 10,000. It excludes SearchAfter.
	Page int `json:"page,omitempty"`
	// Filters must all hold.
	Filters []Filter `json:"filters,omitempty"`
	// Sort is the order; without it, dateAdded descending. For a walk over data that changes take dateUpdated ascending: a row
	// that changes meanwhile comes again at the end, and none is missed.
	Sort []Sort `json:"sort,omitempty"`
	// Query is a text to look for, at most 75 characters.
	Query string `json:"query,omitempty"`
}

func (q *ContactSearch) check() error {
	if err := required(opContactsSearch, "locationId", q.LocationID); err != nil {
		return err
	}
	op := operations[opContactsSearch].ID
	switch {
	case q.PageLimit < 0 || q.PageLimit > 500:
		return invalid(op, "PageLimit is not between 1 and 500")
	case len([]rune(q.Query)) > 75:
		return invalid(op, "Query is longer than 75 characters")
	case q.Page < 0:
		return invalid(op, "Page is negative")
	case q.Page > 0 && len(q.SearchAfter) > 0:
		return invalid(op, "Page and SearchAfter exclude each other")
	}
	q.PageLimit = pageSize(q.PageLimit, 100, 500)
	if q.Page*q.PageLimit > 10_000 {
		return invalid(op, "Page times PageLimit is more than 10000; use SearchAfter")
	}
	return nil
}

// SearchPage reads one page of contacts.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/search-contacts-advanced
//
//api:op POST /contacts/search
func (s *ContactsService) SearchPage(ctx context.Context, q ContactSearch, opts ...CallOption) (ContactPage, error) {
	if err := q.check(); err != nil {
		return ContactPage{}, err
	}
	resp, err := s.client.send(ctx, opContactsSearch, args{body: q}, opts)
	if err != nil {
		return ContactPage{}, err
	}
	rows, rest, err := decodePage[Contact](opContactsSearch, resp, "contacts")
	if err != nil {
		return ContactPage{}, err
	}
	page := ContactPage{Contacts: rows, Total: total(rest)}
	if len(rows) > 0 && string(rows[len(rows)-1].SearchAfter) != "null" {
		page.SearchAfter = rows[len(rows)-1].SearchAfter
	}
	return page, nil
}

// Search walks all contacts that match, page by page through the cursor, so that there is no limit of 10,000. It
// ends after an empty page, or after a short one when as many rows as the announced total were seen. ErrLocation,
// ErrScope, and a 400 for an unknown field are typical errors.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/search-contacts-advanced
//
//api:op POST /contacts/search
func (s *ContactsService) Search(ctx context.Context, q ContactSearch, opts ...CallOption) iter.Seq2[Contact, error] {
	return func(yield func(Contact, error) bool) {
		at := q
		if at.Page != 0 {
			yield(Contact{}, invalid(operations[opContactsSearch].ID, "Page is for SearchPage; use SearchAfter"))
			return
		}
		limit := pageSize(q.PageLimit, 100, 500)
		for seen := 0; ; {
			page, err := s.SearchPage(ctx, at, opts...)
			if !yieldAll(yield, page.Contacts, err) || len(page.Contacts) == 0 {
				return
			}
			seen += len(page.Contacts)
			if len(page.Contacts) < limit && page.Total > 0 && seen >= page.Total {
				return
			}
			if page.SearchAfter == nil { // a server without cursors: pages by number, up to their limit
				if seen >= page.Total && len(page.Contacts) < limit {
					return
				}
				at.SearchAfter, at.Page = nil, max(at.Page, 1)+1
				continue
			}
			if bytes.Equal(page.SearchAfter, at.SearchAfter) {
				yield(Contact{}, errCursor(opContactsSearch, page.SearchAfter))
				return
			}
			at.SearchAfter = page.SearchAfter
		}
	}
}
