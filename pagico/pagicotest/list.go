package pagicotest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Page sizes of contract §3.5.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// list answers one page of a collection (contract §3.5).
func (s *Server) list(c *call) (reply, *problem) {
	query := c.r.URL.Query()
	keep, bad := s.filters(c, query)
	if bad != nil {
		return reply{}, bad
	}
	limit, bad := s.pageSize(query)
	if bad != nil {
		return reply{}, bad
	}
	t := s.tables[c.route.kind.name]
	order := &t.created
	if query.Has("updatedSince") && !s.broken(ClauseUpdatedOrder) {
		order = &t.updated
	}
	from, bad := s.openCursor(c, query)
	if bad != nil {
		return reply{}, bad
	}
	page := make([]json.RawMessage, 0, min(limit, 64))
	var next *string
	var last record
	for _, rec := range order.after(from) {
		if !keep(rec) {
			continue
		}
		if len(page) == limit {
			next = new(s.newCursor(c, query, order.placeOf(last)))
			break
		}
		page = append(page, s.render(c.route.kind, rec))
		last = rec
	}
	return jsonReply(http.StatusOK, encodeJSON(listBody{page, next})), nil
}

// listBody is the one envelope of the contract.
type listBody struct {
	Results    []json.RawMessage `json:"results"`
	NextCursor *string           `json:"nextCursor"`
}

func (s *Server) pageSize(query url.Values) (int, *problem) {
	top := maxLimit
	if s.broken(ClauseMaxLimit) {
		top = 100_000
	}
	if !query.Has("limit") {
		if s.broken(ClauseDefaultLimit) {
			return defaultLimit - 1, nil
		}
		return defaultLimit, nil
	}
	n, err := strconv.Atoi(query.Get("limit"))
	if err != nil || n < 1 || n > top {
		return 0, badRequest("limit must be 1 to %d", maxLimit)
	}
	return n, nil
}

// cursor is what a page token holds. It is signed, so that nobody can build one.
type cursor struct {
	Filter  string    `json:"f"`
	At      time.Time `json:"t"`
	ID      string    `json:"i"`
	Expires time.Time `json:"x"`
}

func (s *Server) newCursor(c *call, query url.Values, p place) string {
	body, err := json.Marshal(cursor{filterSum(c, query), p.at, p.id, s.now().Add(s.cfg.cursorTTL)})
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(append(s.cursorMAC(body), body...))
}

func (s *Server) openCursor(c *call, query url.Values) (place, *problem) {
	if !query.Has("cursor") {
		return place{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(query.Get("cursor"))
	var cur cursor
	if err != nil || len(raw) < cursorMACSize || !hmac.Equal(raw[:cursorMACSize], s.cursorMAC(raw[cursorMACSize:])) ||
		json.Unmarshal(raw[cursorMACSize:], &cur) != nil {
		return place{}, badRequest("the cursor is not one of this server's")
	}
	if cur.Filter != filterSum(c, query) && !s.broken(ClauseCursorBound) {
		return place{}, badRequest("the cursor belongs to a list with other filters")
	}
	if !s.now().Before(cur.Expires) && !s.broken(ClauseCursorExpired) {
		return place{}, newProblem(http.StatusGone, "cursor-expired", "Cursor expired", "start the list again")
	}
	if s.brokenFor(c.route.kind, ClauseCursorAdvances) {
		return place{}, nil
	}
	return place{cur.At, cur.ID}, nil
}

const cursorMACSize = 8

func (s *Server) cursorMAC(body []byte) []byte {
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, s.cfg.seed))
	mac.Write(body)
	return mac.Sum(nil)[:cursorMACSize]
}

// filterSum names the collection, the client and the filters, without the page's own parameters.
func filterSum(c *call, query url.Values) string {
	rest := url.Values{}
	for name, values := range query {
		if name != "cursor" && name != "limit" {
			rest[name] = values
		}
	}
	sum := sha256.Sum256([]byte(c.route.operation + "\n" + c.grant.ClientID + "\n" + rest.Encode()))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// filter builds a test from the value of one query parameter.
type filter func(s *Server, c *call, value string) (func(record) bool, error)

// filters joins the tests of all query parameters.
func (s *Server) filters(c *call, query url.Values) (func(record) bool, *problem) {
	var tests []func(record) bool
	deleted := false
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range query {
			if !yield(name) {
				return
			}
		}
	}) {
		value := query.Get(name)
		switch name {
		case "limit", "cursor":
			continue
		case "includeDeleted":
			b, err := strconv.ParseBool(value)
			if err != nil {
				return nil, badRequest("includeDeleted must be true or false")
			}
			deleted = b && !s.broken(ClauseIncludeDeleted)
			continue
		}
		build, ok := filterNamed(c.route.kind, name)
		if !ok {
			return nil, badRequest("unknown query parameter %q", name)
		}
		test, err := build(s, c, value)
		if err != nil {
			return nil, badRequest("%s: %v", name, err)
		}
		if !s.broken(ClauseFilter(c.route.kind.plural, name)) {
			tests = append(tests, test)
		}
	}
	return func(rec record) bool {
		if *rec.common().Deleted && !deleted && !s.broken(ClauseDeletedHidden) {
			return false
		}
		return !slices.ContainsFunc(tests, func(test func(record) bool) bool { return !test(rec) })
	}, nil
}

// render is a record as the wire shows it.
func (s *Server) render(k *kind, rec record) json.RawMessage {
	if t, ok := rec.(*Task); ok && t.AssigneeID != "" {
		if u, ok := s.user(t.AssigneeID); ok {
			t = t.clone().(*Task)
			t.Assignee = &Assignee{u.ID, u.Name, u.Email}
			rec = t
		}
	}
	if h, ok := rec.(*Webhook); ok && h.Secret != "" && !s.broken(ClauseSecretOnce) {
		h = h.clone().(*Webhook)
		h.Secret = ""
		rec = h
	}
	return k.schema.encode(rec, func(name string) bool { return s.broken(ClauseMember(k.name, name)) })
}

func isTrue(value string) bool { return strings.EqualFold(value, "true") }
