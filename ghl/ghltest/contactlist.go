package ghltest

import (
	"net/url"
	"slices"
	"strconv"
)

// listContacts is the deprecated GET /contacts/: newest first, continued by startAfter (milliseconds) and startAfterId.
func (s *Server) listContacts(c *call) (any, *failure) {
	if c.version == versionV3 && !s.cfg.quirks.ListsUnderV3 {
		return nil, fail(400, "Endpoint GET /contacts/ not available in API version v3. This endpoint was removed in version v3. "+
			"Please use a version before v3.")
	}
	location, afterID := c.query.Get("locationId"), c.query.Get("startAfterId")
	if location == "" {
		if afterID != "" || c.query.Has("startAfter") {
			return nil, foreignLocation()
		}
		return nil, unprocessable("locationId should not be empty", "locationId must be a string")
	}
	limit, f := c.intQuery("limit", 20, 1, 100)
	if f != nil {
		return nil, f
	}
	keys := []sortKey{{"dateAdded", true}}
	c.body = object{"locationId": location}
	rows, f := s.foundContacts(c, keys, c.query.Get("query"))
	if f != nil {
		return nil, f
	}
	start := 0
	if afterID != "" || c.query.Has("startAfter") {
		ms, err := strconv.ParseFloat(c.query.Get("startAfter"), 64)
		if err != nil {
			return nil, unprocessable("startAfter must be a number conforming to the specified constraints")
		}
		cursor := []any{ms, afterID}
		start = sliceStart(rows, func(r Contact) int { return compareKeys(contactKeys(r, keys), cursor, keys) })
	}
	page := rows[start:min(start+limit, len(rows))]
	out := []object{}
	for _, r := range page {
		out = append(out, s.contactListRow(r))
	}
	meta := object{"total": len(rows), "currentPage": start/limit + 1, "nextPage": nil, "prevPage": nil,
		"startAfterId": nil, "startAfter": nil, "nextPageUrl": nil}
	if start > 0 {
		meta["prevPage"] = start / limit
	}
	if start+limit < len(rows) {
		last := page[len(page)-1]
		next := url.Values{"locationId": {location}, "limit": {strconv.Itoa(limit)}, "startAfterId": {last.ID},
			"startAfter": {strconv.FormatInt(last.DateAdded.UnixMilli(), 10)}}
		meta["startAfterId"], meta["startAfter"] = last.ID, last.DateAdded.UnixMilli()
		meta["nextPage"] = start/limit + 2
		meta["nextPageUrl"] = "https://services.leadconnectorhq.com/contacts/?" + next.Encode()
	} else {
		delete(meta, "startAfterId")
		delete(meta, "startAfter")
		delete(meta, "nextPageUrl")
	}
	return object{"contacts": out, "count": len(rows), "meta": meta}, nil
}

func (s *Server) listByBusiness(c *call) (any, *failure) {
	limit, f := c.intQuery("limit", 25, 1, 100)
	if f != nil {
		return nil, f
	}
	skip, f := c.intQuery("skip", 0, 0, 1<<30)
	if f != nil {
		return nil, f
	}
	business, query := c.path["businessId"], c.query.Get("query")
	rows := slices.DeleteFunc(s.contacts.live(), func(r Contact) bool {
		return r.LocationID != c.query.Get("locationId") || r.BusinessID != business || !matchesQuery(r, query)
	})
	out := []object{}
	for _, r := range rows[min(skip, len(rows)):min(skip+limit, len(rows))] {
		out = append(out, s.contactListRow(r))
	}
	return object{"contacts": out, "count": len(rows)}, nil
}

// intQuery reads a whole number of the query string.
func (c *call) intQuery(name string, fallback, low, high int) (int, *failure) {
	text := c.query.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, unprocessable(name + " must be a number conforming to the specified constraints")
	case n < low:
		return 0, unprocessable(name + " must not be less than " + strconv.Itoa(low))
	case n > high:
		return 0, unprocessable(name + " must not be greater than " + strconv.Itoa(high))
	}
	return n, nil
}
