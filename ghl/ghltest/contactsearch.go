package ghltest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

const searchBody = "locationId!:s pageLimit!:n page:n searchAfter:a filters:a sort:a query?:s"

// sortedRows is a cached search result, good while nothing was written. Its rows are shared and must not be changed.
type sortedRows struct {
	gen  uint64
	rows any // []Contact or []Task
}

// cachedRows returns a cached list of the same generation.
func cachedRows[T any](st *store, key string, gen uint64) ([]T, bool) {
	hit, ok := st.sorted[key]
	if !ok || hit.gen != gen {
		return nil, false
	}
	rows, ok := hit.rows.([]T)
	return rows, ok
}

// remember caches a sorted list. The cache is small: a walk asks for the same list again and again.
func remember[T any](st *store, key string, gen uint64, rows []T) {
	if len(st.sorted) > 64 {
		clear(st.sorted)
	}
	st.sorted[key] = sortedRows{gen: gen, rows: rows}
}

type sortKey struct {
	field string
	desc  bool
}

var sortFields = []string{"email", "dnd", "source", "firstNameLowerCase", "lastNameLowerCase", "dateAdded", "dateUpdated"}

func (s *Server) searchContacts(c *call) (any, *failure) {
	limit, page := int(num(c.body["pageLimit"])), int(num(c.body["page"]))
	cursor, _ := c.body["searchAfter"].([]any)
	query := str(c.body["query"])
	switch {
	case limit < 1:
		return nil, unprocessable("pageLimit must not be less than 1")
	case limit > 500:
		return nil, unprocessable("pageLimit must not be greater than 500")
	case c.body["page"] != nil && page < 1:
		return nil, unprocessable("page must not be less than 1")
	case page*limit > 10_000:
		return nil, fail(400, "page * pageLimit must not be greater than 10000, use searchAfter")
	case len([]rune(query)) > 75:
		return nil, unprocessable("query must be shorter than or equal to 75 characters")
	}
	keys, f := sortKeys(c.body["sort"])
	if f != nil {
		return nil, f
	}
	if cursor != nil && len(cursor) != len(keys)+1 {
		return nil, fail(400, "Invalid searchAfter")
	}
	rows, f := s.foundContacts(c, keys, query)
	if f != nil {
		return nil, f
	}
	total, start := len(rows), 0
	if cursor != nil {
		start = sliceStart(rows, func(r Contact) int { return compareKeys(contactKeys(r, keys), cursor, keys) })
	} else if page > 1 {
		start = (page - 1) * limit
	}
	out := []object{}
	for _, r := range rows[min(start, total):min(start+limit, total)] {
		out = append(out, s.contactRow(r, c.version, contactKeys(r, keys)))
	}
	return object{"contacts": out, "total": total}, nil
}

// foundContacts filters and sorts. Without index lag the list is cached until the next write.
func (s *Server) foundContacts(c *call, keys []sortKey, query string) ([]Contact, *failure) {
	filters, _ := c.body["filters"].([]any)
	want, f := parseFilters(filters, "AND")
	if f != nil {
		return nil, f
	}
	location := str(c.body["locationId"])
	cacheable := s.lag.Contacts == 0
	raw, err := json.Marshal([]any{"contacts", location, filters, query, fmt.Sprint(keys)})
	key := string(raw)
	gen := s.contacts.gen + s.collection(Opportunities).gen + s.appointments.gen
	if rows, ok := cachedRows[Contact](&s.store, key, gen); ok && err == nil && cacheable {
		return rows, nil
	}
	rows := slices.DeleteFunc(s.contacts.visible(s.indexed(c.now, s.lag.Contacts)), func(r Contact) bool {
		return r.LocationID != location || !matchesQuery(r, query) || !want(s, r)
	})
	sortRows(rows, func(r Contact) []any { return contactKeys(r, keys) }, keys)
	if cacheable && err == nil {
		remember(&s.store, key, gen, rows)
	}
	return rows, nil
}

// sortRows sorts by precomputed keys, the id last.
func sortRows[T any](rows []T, keysOf func(T) []any, keys []sortKey) {
	type keyed struct {
		row  T
		keys []any
	}
	all := make([]keyed, len(rows))
	for i, r := range rows {
		all[i] = keyed{r, keysOf(r)}
	}
	slices.SortFunc(all, func(a, b keyed) int { return compareKeys(a.keys, b.keys, keys) })
	for i := range all {
		rows[i] = all[i].row
	}
}

// sliceStart finds the first row behind a cursor; after says how a row compares with it.
func sliceStart[T any](rows []T, after func(T) int) int {
	start, _ := slices.BinarySearchFunc(rows, 0, func(r T, _ int) int {
		if after(r) <= 0 {
			return -1
		}
		return 1
	})
	return start
}

func sortKeys(v any) ([]sortKey, *failure) {
	in, _ := v.([]any)
	if len(in) == 0 {
		return []sortKey{{"dateAdded", true}}, nil
	}
	var keys []sortKey
	for _, item := range in {
		o := asObject(item)
		field, direction := str(o["field"]), strings.ToLower(str(o["direction"]))
		if !slices.Contains(sortFields, field) {
			return nil, fail(400, "Invalid sort field %s", field)
		}
		if direction != "asc" && direction != "desc" {
			return nil, fail(400, "Invalid sort direction %s", direction)
		}
		keys = append(keys, sortKey{field, direction == "desc"})
	}
	return keys, nil
}

// contactKeys are the values a row is sorted by, and its searchAfter: dates as epoch milliseconds, the id last.
func contactKeys(c Contact, keys []sortKey) []any {
	out := make([]any, 0, len(keys)+1)
	for _, k := range keys {
		switch k.field {
		case "email":
			out = append(out, strings.ToLower(c.Email))
		case "dnd":
			out = append(out, c.DND != nil && *c.DND)
		case "source":
			out = append(out, c.Source)
		case "firstNameLowerCase":
			out = append(out, strings.ToLower(c.FirstName))
		case "lastNameLowerCase":
			out = append(out, strings.ToLower(c.LastName))
		case "dateUpdated":
			out = append(out, float64(c.DateUpdated.UnixMilli()))
		default:
			out = append(out, float64(c.DateAdded.UnixMilli()))
		}
	}
	return append(out, c.ID)
}

func compareKeys(a, b []any, keys []sortKey) int {
	for i := range a {
		var other any
		if i < len(b) {
			other = b[i]
		}
		r := compareValues(a[i], other)
		if r != 0 {
			if i < len(keys) && keys[i].desc || i == len(keys) && len(keys) > 0 && keys[0].desc {
				return -r
			}
			return r
		}
	}
	return 0
}

func compareValues(a, b any) int {
	x, xok := a.(float64)
	y, yok := b.(float64)
	if xok && yok {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	return strings.Compare(textOf(a), textOf(b))
}

func num(v any) float64 {
	f, _ := v.(float64)
	return f
}

func matchesQuery(c Contact, query string) bool {
	q := strings.ToLower(strings.TrimSpace(query))
	if q == "" {
		return true
	}
	for _, text := range []string{fullName(c), c.Email, c.Phone, c.CompanyName} {
		if strings.Contains(strings.ToLower(text), q) {
			return true
		}
	}
	return false
}

// filter is a parsed condition of contacts/search.
type filter func(*Server, Contact) bool

// parseFilters reads a list of conditions and nested groups.
func parseFilters(in []any, group string) (filter, *failure) {
	var all []filter
	for _, item := range in {
		o := asObject(item)
		if g := str(o["group"]); g != "" {
			nested, _ := o["filters"].([]any)
			if g != "AND" && g != "OR" {
				return nil, fail(400, "Invalid group %s", g)
			}
			fn, f := parseFilters(nested, g)
			if f != nil {
				return nil, f
			}
			all = append(all, fn)
			continue
		}
		fn, f := parseFilter(o)
		if f != nil {
			return nil, f
		}
		all = append(all, fn)
	}
	return func(s *Server, c Contact) bool {
		for _, fn := range all {
			if fn(s, c) != (group == "AND") {
				return group == "OR"
			}
		}
		return group == "AND" || len(all) == 0
	}, nil
}

func parseFilter(o object) (filter, *failure) {
	field, operator, value := str(o["field"]), str(o["operator"]), o["value"]
	get, ok := searchField(field)
	if !ok {
		return nil, fail(400, "Invalid field %s", field)
	}
	if len([]rune(str(value))) > 75 {
		return nil, unprocessable("value must be shorter than or equal to 75 characters")
	}
	missesPhone := func(s *Server, c Contact) bool {
		return field == "phone" && s.cfg.quirks.PhoneSearchMisses && len(c.AdditionalEmails) > 0
	}
	switch operator {
	case "eq", "not_eq":
		return func(s *Server, c Contact) bool {
			return (anyEqual(get(s, c), value) && !missesPhone(s, c)) == (operator == "eq")
		}, nil
	case "contains", "not_contains":
		if field == "email" {
			return nil, fail(400, "Invalid operator %s for field %s", operator, field)
		}
		return func(s *Server, c Contact) bool {
			return (anyContains(get(s, c), value) && !missesPhone(s, c)) == (operator == "contains")
		}, nil
	case "exists", "not_exists":
		return func(s *Server, c Contact) bool {
			return slices.ContainsFunc(get(s, c), func(v any) bool { return v != nil && v != "" }) == (operator == "exists")
		}, nil
	case "range":
		bounds, ok := parseBounds(value)
		if !ok {
			return nil, fail(400, "Invalid range for field %s", field)
		}
		return func(s *Server, c Contact) bool { return slices.ContainsFunc(get(s, c), bounds) }, nil
	}
	return nil, fail(400, "Invalid operator %s", operator)
}

func anyEqual(have []any, want any) bool {
	wanted := []any{want}
	if l, ok := want.([]any); ok {
		wanted = l
	}
	return slices.ContainsFunc(have, func(h any) bool {
		return slices.ContainsFunc(wanted, func(w any) bool {
			if t, ok := h.(time.Time); ok {
				other, valid := parseTime(textOf(w))
				return valid && t.Equal(other)
			}
			return h != nil && h != "" && strings.EqualFold(textOf(h), textOf(w))
		})
	})
}

func anyContains(have []any, want any) bool {
	w := strings.ToLower(textOf(want))
	return slices.ContainsFunc(have, func(h any) bool { return strings.Contains(strings.ToLower(textOf(h)), w) })
}

// parseBounds reads {gt, gte, lt, lte} of a date or number.
func parseBounds(v any) (func(any) bool, bool) {
	o, ok := v.(map[string]any)
	if !ok || len(o) == 0 {
		return nil, false
	}
	type bound struct {
		name string
		at   float64
	}
	var bounds []bound
	for _, name := range []string{"gt", "gte", "lt", "lte"} {
		if raw, has := o[name]; has {
			at, ok := scale(raw)
			if !ok {
				return nil, false
			}
			bounds = append(bounds, bound{name, at})
		}
	}
	return func(have any) bool {
		h, ok := scale(have)
		for _, b := range bounds {
			switch b.name {
			case "gt":
				ok = ok && h > b.at
			case "gte":
				ok = ok && h >= b.at
			case "lt":
				ok = ok && h < b.at
			default:
				ok = ok && h <= b.at
			}
		}
		return ok
	}, len(bounds) > 0
}

// scale puts dates and numbers on one axis; dates are epoch milliseconds.
func scale(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case time.Time:
		return float64(v.UnixMilli()), !v.IsZero()
	case string:
		t, ok := parseTime(v)
		return float64(t.UnixMilli()), ok
	}
	return 0, false
}
