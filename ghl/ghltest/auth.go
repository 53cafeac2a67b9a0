package ghltest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Token is an access token that the server takes. An empty LocationID and CompanyID means the default location. A token with
// CompanyID and no LocationID is an agency token. No scopes means every scope. A zero Expires never expires.
type Token struct {
	Value      string
	LocationID string
	CompanyID  string
	AppID      string // rate windows are counted per app and location; default the token itself
	Scopes     []string
	Expires    time.Time
	UserID     string
}

func (t *Token) agency() bool { return t.LocationID == "" }

// Token returns the first token of the default location.
func (s *Server) Token() string { return s.cfg.tokens[0].Value }

// LocationID returns the id of the default location.
func (s *Server) LocationID() string { return s.defaultLocation }

// CompanyID returns the id of the agency of the default location.
func (s *Server) CompanyID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.location().CompanyID
}

// AddToken makes the server take another token, or replaces one of the same value.
func (s *Server) AddToken(t Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addToken(t)
}

func (s *Server) addToken(t Token) {
	t.Scopes = slices.Clone(t.Scopes)
	if t.LocationID == "" && t.CompanyID == "" {
		t.LocationID = s.defaultLocation
	}
	if t.LocationID != "" {
		l, _ := s.locations.any(t.LocationID)
		t.CompanyID = cmp.Or(t.CompanyID, l.CompanyID)
	}
	t.AppID = cmp.Or(t.AppID, t.Value)
	s.tokens[t.Value] = &t
}

// RevokeToken makes the server refuse a token: 401 "Invalid JWT" or, for OAuth tokens, "Invalid token: access token is invalid".
func (s *Server) RevokeToken(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, value)
}

// ExpireToken makes a token expire now: 401 "Invalid token: access token expired".
func (s *Server) ExpireToken(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.tokens[value]; ok {
		next := *t
		next.Expires = s.now()
		s.tokens[value] = &next
	}
}

func unauthorized(message string) *failure {
	return &failure{status: http.StatusUnauthorized, message: message, bare: true}
}

// authenticate finds the token of a request.
func (s *Server) authenticate(r *http.Request) (*Token, *failure) {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	value = strings.TrimSpace(value)
	t, ok := s.tokens[value]
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, unauthorized("Invalid JWT")
	}
	switch {
	case ok && !t.Expires.IsZero() && !s.now().Before(t.Expires):
		return nil, unauthorized("Invalid token: access token expired")
	case ok:
		return t, nil
	case strings.HasPrefix(value, "pit-") || !strings.HasPrefix(value, oauthPrefix):
		return nil, unauthorized("Invalid JWT")
	}
	return nil, unauthorized("Invalid token: access token is invalid")
}

// authorize checks level, scope and location, in the order of the service: the scope before the location.
func (s *Server) authorize(c *call) *failure {
	t := c.token
	if t.agency() && c.op.level == levelLocation || !t.agency() && c.op.level == levelAgency {
		return unauthorized("This authClass type is not allowed to access this scope. Please use the right token type.")
	}
	if c.op.scope != "" && len(t.Scopes) > 0 && !slices.Contains(t.Scopes, c.op.scope) {
		return unauthorized("The token is not authorized for this scope.")
	}
	if !t.agency() && c.r.Header.Get("Location-Id") != "" {
		return foreignLocation()
	}
	for _, id := range []string{c.path["locationId"], str(c.peek["locationId"]), c.query.Get("locationId"), c.query.Get("location_id")} {
		if f := s.checkLocation(c, id); f != nil {
			return f
		}
	}
	return nil
}

// checkLocation refuses an id that the token has no access to. An empty id passes: the handler or the schema asks for it.
func (s *Server) checkLocation(c *call, id string) *failure {
	if id == "" || id == c.token.LocationID {
		return nil
	}
	if c.token.agency() {
		if l, ok := s.locations.any(id); ok && l.CompanyID == c.token.CompanyID {
			return nil
		}
	}
	return foreignLocation()
}

func foreignLocation() *failure {
	return &failure{status: http.StatusForbidden, message: "The token does not have access to this location.", bare: true}
}
