package ghl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
)

// ContactsService calls the contacts area, https://marketplace.gohighlevel.com/docs/ghl/contacts/contacts.
type ContactsService struct{ service }

// Get reads one contact. A contact that does not exist or was deleted is ErrNotFound (the API answers 400). Unlike a
// search, this reads the record itself and never an index.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-contact
//
//api:op GET /contacts/{contactId}
func (s *ContactsService) Get(ctx context.Context, id string, opts ...CallOption) (Contact, error) {
	resp, err := s.client.send(ctx, opContactsGet, args{params: []string{id}}, opts)
	if err != nil {
		return Contact{}, err
	}
	return decodeOne[Contact](opContactsGet, resp, "contact")
}

// Create makes a contact. It is sent once: after an unclear failure the error is ErrUncertain, and the contact may exist.
// When the location forbids duplicates and the e-mail or phone is taken, the error is ErrDuplicate with the other contact's
// id. The server lowers the case of tags, turns phones into E.164 and fills the country when it is empty.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/create-contact
//
//api:op POST /contacts/
func (s *ContactsService) Create(ctx context.Context, body ContactCreate, opts ...CallOption) (Contact, error) {
	if err := required(opContactsCreate, "locationId", body.LocationID); err != nil {
		return Contact{}, err
	}
	body.CustomFields = spell(body.CustomFields, s.client.set.version)
	body.DNDSettings = spellDND(body.DNDSettings, s.client.set.version)
	resp, err := s.client.send(ctx, opContactsCreate, args{body: body}, opts)
	if err != nil {
		return Contact{}, err
	}
	return decodeOne[Contact](opContactsCreate, resp, "contact")
}

// Update changes the fields that are set in body and answers the contact. Tags, when set, replace all tags. A contact that
// does not exist is ErrNotFound; an unknown or malformed value is ErrValidation.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/update-contact
//
//api:op PUT /contacts/{contactId}
func (s *ContactsService) Update(ctx context.Context, id string, body ContactUpdate, opts ...CallOption) (Contact, error) {
	body.spell(s.client.set.version)
	resp, err := s.client.send(ctx, opContactsUpdate, args{params: []string{id}, body: body}, opts)
	if err != nil {
		return Contact{}, err
	}
	return decodeOne[Contact](opContactsUpdate, resp, "contact")
}

// Delete removes a contact with its tasks and notes. For 60 days a person can restore the contact alone. A contact
// that is already gone is ErrNotFound.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/delete-contact
//
//api:op DELETE /contacts/{contactId}
func (s *ContactsService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.remove(ctx, opContactsDelete, args{params: []string{id}}, opts)
}

// Upsert updates the contact with the same e-mail or phone, or creates one. Which of the two fields decides is a setting of
// the location (see Location.Settings); with the e-mail of one contact and the phone of another the first is updated
// and the second left alone. A match on an additional e-mail overwrites the primary one. It is sent once; see ErrUncertain.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/upsert-contact
//
//api:op POST /contacts/upsert
func (s *ContactsService) Upsert(ctx context.Context, body ContactUpsert, opts ...CallOption) (UpsertResult, error) {
	if err := required(opContactsUpsert, "locationId", body.LocationID); err != nil {
		return UpsertResult{}, err
	}
	email, _ := body.Email.Get()
	phone, _ := body.Phone.Get()
	if strings.TrimSpace(email+phone) == "" {
		return UpsertResult{}, invalid(operations[opContactsUpsert].ID, "email or phone is required")
	}
	body.spell(s.client.set.version)
	resp, err := s.client.send(ctx, opContactsUpsert, args{body: body}, opts)
	if err != nil {
		return UpsertResult{}, err
	}
	contact, err := decodeOne[Contact](opContactsUpsert, resp, "contact")
	if err != nil {
		return UpsertResult{}, err
	}
	isNew, _ := pick(resp.Body, "new")
	return UpsertResult{New: string(isNew) == "true", Contact: contact}, nil
}

// FindDuplicate looks for the contact with an e-mail or phone. It reads the index, which lags a few seconds behind.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-duplicate-contact
//
//api:op GET /contacts/search/duplicate
func (s *ContactsService) FindDuplicate(ctx context.Context, q DuplicateQuery, opts ...CallOption) (DuplicateMatch, error) {
	if err := required(opContactsFindDuplicate, "locationId", q.LocationID, "email or number", q.Email+q.Number); err != nil {
		return DuplicateMatch{}, err
	}
	query := url.Values{"locationId": {q.LocationID}}
	setQuery(query, "email", q.Email)
	setQuery(query, "number", q.Number)
	resp, err := s.client.send(ctx, opContactsFindDuplicate, args{query: query}, opts)
	if err != nil {
		return DuplicateMatch{}, err
	}
	found, whole := pick(resp.Body, "contact")
	if whole && (found == nil || string(found) == "{}") {
		return DuplicateMatch{}, nil
	}
	contact, err := decodeOne[Contact](opContactsFindDuplicate, resp, "contact")
	if err != nil {
		return DuplicateMatch{}, err
	}
	field, _ := pick(resp.Body, "matchingField")
	return DuplicateMatch{Found: true, Contact: contact, MatchingField: first(texts(field))}, nil
}

// List walks all contacts of a location, newest first, through the operation that the vendor has deprecated and version 3
// does not have; Search is the better choice. Pages of up to 100.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-contacts
//
//api:op GET /contacts/
func (s *ContactsService) List(ctx context.Context, q ContactList, opts ...CallOption) iter.Seq2[Contact, error] {
	return func(yield func(Contact, error) bool) {
		if err := required(opContactsList, "locationId", q.LocationID); err != nil {
			yield(Contact{}, err)
			return
		}
		query := url.Values{"locationId": {q.LocationID}, "limit": {strconv.Itoa(pageSize(q.Limit, 100, 100))}}
		setQuery(query, "query", q.Query)
		setQuery(query, "startAfterId", q.StartAfterID)
		if !q.StartAfter.IsZero() {
			query.Set("startAfter", strconv.FormatInt(q.StartAfter.UnixMilli(), 10))
		}
		for {
			resp, err := s.client.send(ctx, opContactsList, args{query: query}, opts)
			if err != nil {
				yield(Contact{}, err)
				return
			}
			rows, rest, err := decodePage[Contact](opContactsList, resp, "contacts")
			if !yieldAll(yield, rows, err) || len(rows) == 0 {
				return
			}
			meta, _ := pick(rest, "meta")
			after, _ := pick(meta, "startAfter")
			afterID, _ := pick(meta, "startAfterId")
			id := first(texts(afterID))
			if id == "" || id == query.Get("startAfterId") {
				return
			}
			query.Set("startAfterId", id)
			query.Set("startAfter", first(texts(after)))
		}
	}
}

// ContactsByBusiness asks for the contacts of a business; both ids are required.
type ContactsByBusiness struct {
	LocationID string
	BusinessID string
	// Query is a text to look for; Limit the page size, default and maximum 100.
	Query string
	Limit int
}

// ByBusiness walks the contacts of a business.
//
// Vendor page: https://marketplace.gohighlevel.com/docs/ghl/contacts/get-contacts-by-business-id
//
//api:op GET /contacts/business/{businessId}
func (s *ContactsService) ByBusiness(ctx context.Context, q ContactsByBusiness, opts ...CallOption) iter.Seq2[Contact, error] {
	return func(yield func(Contact, error) bool) {
		if err := required(opContactsByBusiness, "locationId", q.LocationID, "businessId", q.BusinessID); err != nil {
			yield(Contact{}, err)
			return
		}
		query := url.Values{"locationId": {q.LocationID}}
		setQuery(query, "query", q.Query)
		bySkip(yield, skipper[Contact]{limit: pageSize(q.Limit, 100, 100), id: func(c Contact) string { return c.ID },
			page: func(limit, skip int) ([]Contact, error) {
				query.Set("limit", strconv.Itoa(limit))
				query.Set("skip", strconv.Itoa(skip))
				resp, err := s.client.send(ctx, opContactsByBusiness, args{params: []string{q.BusinessID}, query: query}, opts)
				if err != nil {
					return nil, err
				}
				return decodeList[Contact](opContactsByBusiness, resp, "contacts")
			}})
	}
}

// setQuery sets a parameter unless it is empty.
func setQuery(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}

// yieldAll passes rows on; false means that the walk is over.
func yieldAll[T any](yield func(T, error) bool, rows []T, err error) bool {
	if err != nil {
		var zero T
		yield(zero, err)
		return false
	}
	for _, row := range rows {
		if !yield(row, nil) {
			return false
		}
	}
	return true
}

// pageSize returns a page size within 1 and most.
func pageSize(asked, usual, most int) int {
	if asked <= 0 {
		return usual
	}
	return min(asked, most)
}

// errNoCursor makes the error of a list that the server has not finished and gives no way to go on with.
func errNoCursor(id opID) error {
	return &Error{Operation: operations[id].ID, kinds: kindAnswer,
		Err: errors.New("the server announces more rows, but the last one has no cursor")}
}

// errCursor ends a walk whose server hands out the same cursor again and again.
func errCursor(id opID, cursor json.RawMessage) error {
	return &Error{Operation: operations[id].ID, kinds: kindAnswer,
		Err: fmt.Errorf("the server repeats the cursor %s", oneLine(string(cursor)))}
}
