package pagicotest

import (
	"net/http"
	"strings"
)

// checkMatch applies If-Match to a write (RFC 9110 §13.1.1, strong comparison). rec is nil when there is no record.
func (s *Server) checkMatch(c *call, rec record) *problem {
	values := c.r.Header.Values("If-Match")
	if len(values) == 0 {
		if (s.cfg.needMatch || c.grant.RequireIfMatch) && c.route.action() != "put" && !s.broken(ClausePreconditionRequired) {
			return newProblem(http.StatusPreconditionRequired, "precondition-required", "Precondition required", "send If-Match")
		}
		return nil
	}
	if rec != nil && lists(values, *rec.common().ETag, false) || s.brokenFor(c.route.kind, ClauseIfMatch) {
		return nil
	}
	bad := newProblem(http.StatusPreconditionFailed, "precondition-failed", "Precondition failed", "the record has changed")
	if rec != nil {
		bad.header = http.Header{"Etag": {*rec.common().ETag}}
	}
	return bad
}

// notModified applies If-None-Match to a read (weak comparison).
func (s *Server) notModified(c *call, etag string) bool {
	return lists(c.r.Header.Values("If-None-Match"), etag, true) && !s.brokenFor(c.route.kind, ClauseNotModified)
}

// lists says whether a header of entity tags names etag.
func lists(values []string, etag string, weak bool) bool {
	for tag := range strings.SplitSeq(strings.Join(values, ","), ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || tag == etag || weak && strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
