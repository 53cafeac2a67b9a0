package ghl

// total returns the announced number of matches, 0 when there is none.
func total(body []byte) int {
	n := 0
	if value, _ := pick(body, "total", "count"); value != nil {
		_ = unmarshal(value, &n) // a total that is no number is no total
	}
	return n
}

// skipper describes a list that is read in pages by offset.
type skipper[T any] struct {
	limit int
	page  func(limit, skip int) ([]T, error)
	id    func(T) string
	// total, when it is set, points to the number of all rows, which a page may change; 0 is unknown.
	total *int
}

// bySkip walks a list that is read by offset. It ends with an empty page, with one that repeats the page before, at the
// announced total where there is one, and with a short page otherwise, unless that is the first one and its length is round: such a page may mean that the server gives fewer rows
// than asked for, and one more request settles it. A row that moved from one page to the next is yielded once.
func bySkip[T any](yield func(T, error) bool, s skipper[T]) {
	var before map[string]bool
	limit := s.limit
	for skip := 0; ; {
		rows, err := s.page(s.limit, skip)
		fresh, seen := unseen(rows, before, s.id)
		if !yieldAll(yield, fresh, err) || len(fresh) == 0 {
			return
		}
		if s.total != nil && *s.total > 0 {
			if skip+len(rows) >= *s.total {
				return
			}
		} else if len(rows) < limit {
			if skip > 0 || len(rows)%5 != 0 {
				return
			}
			limit = len(rows)
		}
		skip += len(rows)
		before = seen
	}
}

// unseen returns the rows that were not on the page before, and the ids of this page.
func unseen[T any](rows []T, before map[string]bool, id func(T) string) ([]T, map[string]bool) {
	seen := make(map[string]bool, len(rows))
	fresh := make([]T, 0, len(rows))
	for _, row := range rows {
		key := id(row)
		if !before[key] || key == "" {
			fresh = append(fresh, row)
		}
		seen[key] = true
	}
	return fresh, seen
}
