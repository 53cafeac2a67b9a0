package pagicotest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"strings"
)

// call is one request on its way through the server.
type call struct {
	r       *http.Request
	entry   Request  // what the log will hold
	logged  *Request // where the log holds it
	route   *route
	params  map[string]string
	allowed []string
	body    []byte
	bodyErr error
	tooBig  bool
	grant   Grant
	fault   *Fault
}

func (s *Server) newCall(r *http.Request) *call {
	c := &call{r: r}
	c.route, c.params, c.allowed = s.match(r.Method, r.URL)
	if r.Body != nil {
		c.body, c.bodyErr = io.ReadAll(io.LimitReader(r.Body, s.cfg.maxBody+1))
		c.tooBig = int64(len(c.body)) > s.cfg.maxBody
	}
	c.entry = Request{
		Time: s.now(), Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Header: redact(r.Header), Body: c.body,
	}
	if c.route != nil {
		c.entry.Operation = c.route.operation
	}
	s.log.start(c)
	c.fault = s.faults.take(c)
	return c
}

// answer runs the whole request: faults, checks, the operation, and the writing of the answer.
func (s *Server) answer(w http.ResponseWriter, c *call) {
	if c.fault != nil && !c.fault.AfterCommit && (c.fault.Drop || c.fault.Status != 0) {
		s.failEarly(w, c)
		return
	}
	var rep reply
	bad := s.admit(c)
	if bad == nil {
		rep, bad = s.run(c)
	}
	if bad != nil {
		rep = s.problemReply(c, bad)
	}
	s.addQuota(c, rep.header)
	s.write(w, c, rep)
}

// problemReply finishes an error answer.
func (s *Server) problemReply(c *call, bad *problem) reply {
	id := c.entry.RequestID
	if s.broken(ClauseProblemRequestID) {
		id = ""
	}
	if kind := strings.TrimPrefix(bad.Type, problemPrefix); s.broken(ClauseNotFound) && kind == "not-found" {
		bad = badRequest("%s", bad.Detail)
	}
	rep := bad.reply(c.r.URL.EscapedPath(), id)
	if s.broken(ClauseProblemType) {
		rep.header.Set("Content-Type", "application/json")
	}
	return rep
}

// admit does every check that comes before the operation itself, cheapest first.
func (s *Server) admit(c *call) *problem {
	if c.bodyErr != nil {
		return badRequest("the body could not be read")
	}
	if bad := s.storageProblem(); bad != nil {
		return bad
	}
	if c.route != nil && c.route.public() {
		if c.tooBig {
			return tooLarge(s.cfg.maxBody)
		}
		return nil
	}
	if bad := s.authenticate(c); bad != nil {
		return bad
	}
	if bad := s.spend(c); bad != nil {
		return bad
	}
	switch {
	case c.route == nil && len(c.allowed) > 0:
		bad := newProblem(http.StatusMethodNotAllowed, "invalid-request", "Method not allowed", "use one of the methods in Allow")
		bad.header = http.Header{"Allow": {strings.Join(c.allowed, ", ")}}
		return bad
	case c.route == nil:
		return notFound("resource")
	case !s.allows(c.grant, c.route.scope):
		return insufficientScope(c.route.scope)
	case c.tooBig && !s.broken(ClauseTooLarge):
		return tooLarge(s.cfg.maxBody)
	}
	return s.checkContentType(c)
}

func tooLarge(limit int64) *problem {
	return newProblem(http.StatusRequestEntityTooLarge, "too-large", "Body too large", "the limit is %d bytes", limit)
}

func (s *Server) checkContentType(c *call) *problem {
	want := ""
	switch c.route.action() {
	case "update":
		want = "application/merge-patch+json"
	case "create", "put":
		want = "application/json"
	default:
		return nil // nothing else has a body
	}
	got, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if (err != nil || got != want) && !s.broken(ClauseContentType) {
		return newProblem(http.StatusUnsupportedMediaType, "unsupported-media-type", "Unsupported media type", "send %s", want)
	}
	return nil
}

// run executes the operation, once per idempotency key.
func (s *Server) run(c *call) (reply, *problem) {
	entry, stored, bad := s.beginKey(c)
	if bad != nil || stored != nil {
		if stored != nil {
			return *stored, nil
		}
		return reply{}, bad
	}
	if !s.faults.before(s, c) {
		s.dropKey(entry)
		s.abort(c)
	}
	s.mu.Lock()
	rep, bad := c.route.handle(s, c)
	if bad != nil && entry != nil {
		rep, bad = s.problemReply(c, bad), nil
	}
	s.endKey(entry, rep)
	s.unlock()
	if failed := s.storageProblem(); failed != nil {
		return reply{}, failed
	}
	return rep, bad
}

// members reads the body as a JSON object.
func (s *Server) members(c *call) (map[string]json.RawMessage, *problem) {
	var members map[string]json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(c.body))
	if err := dec.Decode(&members); err != nil || members == nil {
		return nil, s.malformed()
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, s.malformed()
	}
	return members, nil
}

func (s *Server) malformed() *problem {
	if s.broken(ClauseMalformed) {
		return invalid([]fieldError{{"#", "must be one JSON object"}})
	}
	return badRequest("the body must be one JSON object")
}

func (c *call) actor() actor {
	return actor{Type: "integration", UserID: c.grant.UserID, ClientID: c.grant.ClientID}
}

// stampHeader writes what every answer has; Date is the server's clock, so that it agrees with lastUpdated.
func (s *Server) stampHeader(h http.Header, c *call) {
	h.Set("X-Request-Id", c.entry.RequestID)
	h.Set("Date", s.now().Format(http.TimeFormat))
}

func (s *Server) write(w http.ResponseWriter, c *call, rep reply) {
	rep = s.spoil(c, rep)
	maps.Copy(w.Header(), rep.header)
	s.stampHeader(w.Header(), c)
	c.entry.Status = rep.status
	if rep.status == http.StatusNotModified || rep.status == http.StatusNoContent {
		w.WriteHeader(rep.status)
		return
	}
	s.send(w, c, rep)
}
