package pagicotest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// authenticate finds the grant of the bearer token (RFC 6750, header only).
func (s *Server) authenticate(c *call) *problem {
	scheme, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if token == "" && s.broken(ClauseHeaderOnly) {
		scheme, token = "Bearer", c.r.URL.Query().Get("access_token")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	grant, ok := s.tokens[token]
	if !strings.EqualFold(scheme, "Bearer") {
		return invalidToken(`Bearer realm="pagico"`, "a bearer token is required")
	}
	expired := ok && !grant.Expires.IsZero() && !s.now().Before(grant.Expires)
	if (!ok || expired) && !s.broken(ClauseInvalidToken) {
		return invalidToken(`Bearer realm="pagico", error="invalid_token"`, "the access token is unknown, expired or revoked")
	}
	if !ok {
		grant = Grant{}.withDefaults()
	}
	if grant.UserID == "" && len(s.users) > 0 {
		grant.UserID = s.users[0].ID
	}
	c.grant, c.entry.ClientID = grant, grant.ClientID
	return nil
}

func invalidToken(challenge, detail string) *problem {
	p := newProblem(http.StatusUnauthorized, "invalid-token", "Invalid token", "%s", detail)
	p.header = http.Header{"Www-Authenticate": {challenge}}
	return p
}

func insufficientScope(scope string) *problem {
	p := newProblem(http.StatusForbidden, "insufficient-scope", "Insufficient scope", "the token lacks %s", scope)
	p.header = http.Header{"Www-Authenticate": {fmt.Sprintf(`Bearer realm="pagico", error="insufficient_scope", scope=%q`, scope)}}
	return p
}

func (s *Server) allows(g Grant, scope string) bool {
	return slices.Contains(g.Scopes, scope) || s.broken(ClauseScopes)
}

// AddToken lets one more bearer token in.
func (s *Server) AddToken(token string, g Grant) {
	s.mu.Lock()
	defer s.unlock()
	s.setToken(token, g.withDefaults())
}

// RevokeToken makes a bearer token invalid from now on.
func (s *Server) RevokeToken(token string) {
	s.mu.Lock()
	defer s.unlock()
	s.dropToken(token)
}

// setToken and dropToken change the token table. The caller holds mu.
func (s *Server) setToken(token string, g Grant) {
	s.tokens[token] = g
	s.touch(tableTokens, token)
}

func (s *Server) dropToken(token string) {
	delete(s.tokens, token)
	s.touch(tableTokens, token)
}
