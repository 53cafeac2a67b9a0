package pagicotest

import (
	"crypto/sha256"
	"net/http"
	"strings"
	"time"
)

// keyID is an idempotency key of one client.
type keyID struct{ client, key string }

// keyEntry is what happened under an idempotency key.
type keyEntry struct {
	id      keyID
	request [sha256.Size]byte // method, path and body
	started time.Time
	done    bool
	answer  reply
}

// beginKey opens the request's idempotency key. It returns the stored answer when the same request was answered
// before, and no entry when the request has no key.
func (s *Server) beginKey(c *call) (*keyEntry, *reply, *problem) {
	if action := c.route.action(); action != "create" && action != "test" {
		return nil, nil, nil
	}
	key, ok := parseKey(c.r.Header.Values("Idempotency-Key"))
	switch {
	case !ok:
		return nil, nil, badRequest("Idempotency-Key must be one quoted string or token of at most 255 characters")
	case key == "" && s.cfg.needKey:
		return nil, nil, badRequest("Idempotency-Key is required")
	case key == "":
		return nil, nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := keyID{c.grant.ClientID, key}
	sum := sha256.Sum256([]byte(c.r.Method + " " + c.r.URL.EscapedPath() + "\n" + string(c.body)))
	old := s.keys[id]
	keep := s.cfg.keyTTL
	if s.broken(ClauseKeyForgotten) {
		keep = time.Hour
	}
	if old != nil && s.now().Sub(old.started) >= keep {
		old = nil
	}
	switch {
	case old == nil:
		s.pruneKeys()
		entry := &keyEntry{id: id, request: sum, started: s.now()}
		s.keys[id] = entry
		return entry, nil, nil
	case old.request != sum && !s.broken(ClauseKeyOtherBody):
		return nil, nil, newProblem(http.StatusUnprocessableEntity, "idempotency-key-reused", "Idempotency key reused",
			"the key was used with another request")
	case !old.done && s.broken(ClauseKeyInFlight):
		return nil, nil, nil
	case !old.done:
		return nil, nil, newProblem(http.StatusConflict, "idempotency-in-progress", "Request in progress",
			"the first request with this key is still running")
	case s.brokenFor(c.route.kind, ClauseKeySameAnswer):
		return nil, nil, nil
	}
	again := reply{old.answer.status, old.answer.header.Clone(), old.answer.body}
	again.header.Set("Idempotent-Replayed", "true")
	return nil, &again, nil
}

// endKey keeps the answer for repeats. The caller holds mu.
func (s *Server) endKey(entry *keyEntry, rep reply) {
	if entry == nil {
		return
	}
	entry.done = true
	s.touch(tableKeys, storedKeyName(entry.id))
	entry.answer = reply{rep.status, rep.header.Clone(), rep.body}
}

// dropKey forgets a key whose request ended before anything was done.
func (s *Server) dropKey(entry *keyEntry) {
	if entry == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, entry.id)
}

// pruneKeys drops expired keys now and then. The caller holds mu.
func (s *Server) pruneKeys() {
	if len(s.keys)%1024 != 1023 {
		return
	}
	now := s.now()
	for id, e := range s.keys {
		if now.Sub(e.started) >= s.cfg.keyTTL {
			delete(s.keys, id)
			s.touch(tableKeys, storedKeyName(id))
		}
	}
}

// parseKey accepts the quoted form of draft-ietf-httpapi-idempotency-key-header-07 and the plain one. No header gives
// an empty key.
func parseKey(values []string) (key string, ok bool) {
	if len(values) == 0 {
		return "", true
	}
	key = strings.TrimSpace(values[0])
	if inner, quoted := strings.CutPrefix(key, `"`); quoted {
		inner, quoted = strings.CutSuffix(inner, `"`)
		if !quoted || strings.ContainsAny(inner, `"\`) {
			return "", false
		}
		key = inner
	}
	if len(values) > 1 || key == "" || len(key) > 255 || strings.ContainsAny(key, " \t\",") {
		return "", false
	}
	return key, true
}
