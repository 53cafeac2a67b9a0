package ghltest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// oauthPrefix starts every access token that the token endpoint makes.
const oauthPrefix = "eyJ"

const (
	accessLife  = 86399 * time.Second
	refreshLife = 365 * 24 * time.Hour
)

// App is a marketplace app. Its app id is the part of ClientID before the first "-".
type App struct {
	ClientID, ClientSecret string
	Scopes                 []string // what a grant without scopes of its own gets; empty means every scope
	VersionID              string
}

func (a App) id() string {
	id, _, _ := strings.Cut(a.ClientID, "-")
	return id
}

// Grant is what a person agrees to on the consent page.
type Grant struct {
	ClientID   string
	LocationID string   // for a location (sub-account) installation
	CompanyID  string   // for an agency installation; default the location's company
	Locations  []string // agency installation: the approved locations, all when empty
	Scopes     []string
	UserID     string
}

func (g Grant) agency() bool { return g.LocationID == "" }

// session is one chain of refresh tokens.
type session struct {
	grant   Grant
	expires time.Time
}

// oauthState is what the token endpoint remembers. Refresh tokens are single use: a used one is gone at once.
type oauthState struct {
	codes    map[string]Grant
	refresh  map[string]session
	installs []Grant
}

func oauthOps() []operation {
	location := operation{family: "oauth", id: "get-location-access-token", method: "POST", path: "/oauth/locationToken",
		v3Path: "/oauth/location-token", scope: "oauth.write", level: levelAgency, form: true, handle: (*Server).locationToken}
	installed := operation{family: "oauth", id: "get-installed-location", method: "GET", path: "/oauth/installedLocations",
		v3Path: "/oauth/installed-locations", scope: "oauth.readonly", level: levelAgency, query: []string{"companyId", "appId"},
		handle: (*Server).installedLocations}
	return []operation{location, installed,
		{family: "oauth", id: "get-access-token", method: "POST", path: "/oauth/token", level: levelNone, noVersion: true, form: true,
			handle: (*Server).accessToken}}
}

// Authorize is a person agreeing on the consent page: it returns the code that the redirect carries, sends the INSTALL webhooks and lists
// the installation. The code is good for one use.
func (s *Server) Authorize(g Grant) (code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.LocationID == "" && g.CompanyID == "" {
		g.LocationID = s.defaultLocation
	}
	l, _ := s.locations.any(g.LocationID)
	g.CompanyID = cmp.Or(g.CompanyID, l.CompanyID)
	g.Scopes, g.Locations = slices.Clone(g.Scopes), slices.Clone(g.Locations)
	code = s.secret(20)
	s.oauth.codes[code] = g
	s.oauth.installs = append(s.oauth.installs, g)
	s.installed("INSTALL", g)
	return code
}

// Uninstall removes an app from a location, or with an empty location from the agency: its tokens and refresh tokens are refused from
// now on, and the UNINSTALL webhook goes out.
func (s *Server) Uninstall(clientID, locationID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hit := func(g Grant) bool { return g.ClientID == clientID && g.LocationID == locationID }
	for token, ses := range s.oauth.refresh {
		if hit(ses.grant) {
			delete(s.oauth.refresh, token)
		}
	}
	for value, t := range s.tokens {
		if t.AppID == clientID && t.LocationID == locationID {
			delete(s.tokens, value)
		}
	}
	for _, g := range s.oauth.installs {
		if hit(g) {
			s.installed("UNINSTALL", g)
			break
		}
	}
	s.oauth.installs = slices.DeleteFunc(s.oauth.installs, hit)
}

// RefreshTokens returns how many refresh tokens are good now: one per live chain.
func (s *Server) RefreshTokens() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.oauth.refresh)
}

func (s *Server) secret(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(idLetters[s.secrets.IntN(len(idLetters))])
	}
	return b.String()
}

func oauthError(status int, code, format string, args ...any) *failure {
	return &failure{status: status, raw: object{"error": code, "error_description": fmt.Sprintf(format, args...)}}
}

// tokenForm reads the token request: a form in v2, a form or JSON with camelCase names in v3.
func (c *call) tokenForm() (url.Values, *failure) {
	kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	form := url.Values{}
	switch {
	case kind == "application/x-www-form-urlencoded":
		v, err := url.ParseQuery(string(c.raw))
		if err != nil {
			return nil, fail(http.StatusBadRequest, "The form cannot be read")
		}
		form = v
	case kind == "application/json" && c.version == versionV3:
		var body object
		if json.Unmarshal(c.raw, &body) != nil {
			return nil, fail(http.StatusBadRequest, "Unexpected token in JSON")
		}
		for k, v := range body {
			form.Set(k, textOf(v))
		}
	}
	return form, nil
}

// spelled returns the name of a token field under the call's version.
func (c *call) spelled(snake string) string {
	if c.version != versionV3 {
		return snake
	}
	parts := strings.Split(snake, "_")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
	}
	return strings.Join(parts, "")
}

func (s *Server) accessToken(c *call) (any, *failure) {
	form, f := c.tokenForm()
	if f != nil {
		return nil, f
	}
	field := func(name string) string { return form.Get(c.spelled(name)) }
	var msgs []string
	for _, name := range []string{"client_id", "client_secret", "grant_type"} {
		if field(name) == "" {
			msgs = append(msgs, c.spelled(name)+" should not be empty", c.spelled(name)+" must be a string")
		}
	}
	if len(msgs) > 0 {
		return nil, unprocessable(msgs...)
	}
	i := slices.IndexFunc(s.cfg.apps, func(a App) bool { return a.ClientID == field("client_id") })
	if i < 0 || s.cfg.apps[i].ClientSecret != field("client_secret") {
		return nil, oauthError(http.StatusUnauthorized, "invalid_client", "Invalid client credentials")
	}
	app := s.cfg.apps[i]
	switch field("grant_type") {
	case "authorization_code":
		g, ok := s.oauth.codes[field("code")]
		if !ok || g.ClientID != app.ClientID {
			return nil, oauthError(http.StatusBadRequest, "invalid_grant", "Invalid authorization code")
		}
		delete(s.oauth.codes, field("code"))
		return s.issue(c, app, g), nil
	case "refresh_token":
		ses, ok := s.oauth.refresh[field("refresh_token")]
		if !ok || ses.grant.ClientID != app.ClientID || !c.now.Before(ses.expires) {
			return nil, oauthError(http.StatusBadRequest, "invalid_grant", "This refresh token is invalid")
		}
		if l, ok := s.locations.any(ses.grant.LocationID); ok && l.Deleted {
			return nil, fail(http.StatusBadRequest, "Location is not active")
		}
		delete(s.oauth.refresh, field("refresh_token"))
		return s.issue(c, app, ses.grant), nil
	}
	return nil, oauthError(http.StatusBadRequest, "unsupported_grant_type", "Grant type %s is not supported", field("grant_type"))
}

// issue makes an access token and the next refresh token of the chain.
func (s *Server) issue(c *call, app App, g Grant) object {
	scopes := g.Scopes
	if len(scopes) == 0 {
		scopes = app.Scopes
	}
	access, refresh := oauthPrefix+s.secret(60), oauthPrefix+s.secret(60)
	s.addToken(Token{Value: access, LocationID: g.LocationID, CompanyID: g.CompanyID, AppID: app.ClientID, Scopes: scopes,
		Expires: c.now.Add(accessLife), UserID: g.UserID})
	s.oauth.refresh[refresh] = session{grant: g, expires: c.now.Add(refreshLife)}
	out := object{"access_token": access, "token_type": "Bearer", "expires_in": int(accessLife.Seconds()), "refresh_token": refresh,
		"scope": strings.Join(scopes, " "), "userType": "Location", "companyId": g.CompanyID, "userId": cmp.Or(g.UserID, "user0000000000000000"),
		"refreshTokenId": s.secret(24)}
	if g.agency() {
		out["userType"], out["isBulkInstallation"], out["installToFutureLocations"] = "Company", true, len(g.Locations) == 0
		out["approvedLocations"], out["approveAllLocations"] = s.approved(g), len(g.Locations) == 0
	} else {
		out["locationId"] = g.LocationID
	}
	return c.spell(out)
}

// spell turns snake_case keys into camelCase under v3.
func (c *call) spell(in object) object {
	out := object{}
	for k, v := range in {
		out[c.spelled(k)] = v
	}
	return out
}

// approved lists the locations that an agency installation covers.
func (s *Server) approved(g Grant) []string {
	if len(g.Locations) > 0 {
		return g.Locations
	}
	out := []string{}
	for _, l := range s.locations.live() {
		if l.CompanyID == g.CompanyID {
			out = append(out, l.ID)
		}
	}
	return out
}

// locationToken exchanges an agency token for a token of one location.
func (s *Server) locationToken(c *call) (any, *failure) {
	form, f := c.tokenForm()
	if f != nil {
		return nil, f
	}
	company, location := form.Get("companyId"), form.Get("locationId")
	if company == "" || location == "" {
		return nil, unprocessable("companyId must be a string", "locationId must be a string")
	}
	if company != c.token.CompanyID {
		return nil, &failure{status: http.StatusForbidden, message: "The token does not have access to this company.", bare: true}
	}
	i := slices.IndexFunc(s.oauth.installs, func(g Grant) bool {
		return g.ClientID == c.token.AppID && (g.LocationID == location || g.agency() && slices.Contains(s.approved(g), location))
	})
	if i < 0 {
		return nil, fail(http.StatusBadRequest, "App is not installed in location %s", location)
	}
	if _, ok := s.locations.get(location); !ok {
		return nil, fail(http.StatusBadRequest, "Location is not active")
	}
	access := oauthPrefix + s.secret(60)
	s.addToken(Token{Value: access, LocationID: location, AppID: c.token.AppID, Scopes: c.token.Scopes, Expires: c.now.Add(accessLife)})
	app := App{ClientID: c.token.AppID}
	out := object{"access_token": access, "token_type": "Bearer", "expires_in": int(accessLife.Seconds()), "locationId": location,
		"scope": strings.Join(c.token.Scopes, " "), "userId": cmp.Or(c.token.UserID, "user0000000000000000"), "planId": "", "appId": app.id(),
		"versionId": app.id()}
	if c.version == versionV3 || s.cfg.quirks.LocationTokenRefresh {
		refresh := oauthPrefix + s.secret(60)
		s.oauth.refresh[refresh] = session{expires: c.now.Add(refreshLife),
			grant: Grant{ClientID: c.token.AppID, LocationID: location, CompanyID: company, Scopes: c.token.Scopes}}
		out["refresh_token"] = refresh
	}
	return c.spell(out), nil
}

func (s *Server) installedLocations(c *call) (any, *failure) {
	app := c.query.Get("appId")
	if c.query.Get("companyId") != c.token.CompanyID {
		return nil, &failure{status: http.StatusForbidden, message: "The token does not have access to this company.", bare: true}
	}
	rows := []object{}
	for _, l := range s.locations.live() {
		if l.CompanyID != c.token.CompanyID || c.query.Get("locationId") != "" && c.query.Get("locationId") != l.ID ||
			!strings.Contains(strings.ToLower(l.Name), strings.ToLower(c.query.Get("query"))) {
			continue
		}
		on := slices.ContainsFunc(s.oauth.installs, func(g Grant) bool {
			return App{ClientID: g.ClientID}.id() == app && (g.LocationID == l.ID || g.agency() && slices.Contains(s.approved(g), l.ID))
		})
		if want := c.query.Get("isInstalled"); want == "true" && !on || want == "false" && on {
			continue
		}
		rows = append(rows, object{"_id": l.ID, "name": l.Name, "address": l.Address, "isInstalled": on})
	}
	if c.version == versionV3 {
		return installedV3(c, rows)
	}
	page, f := window(c, rows, 20, 500)
	if f != nil {
		return nil, f
	}
	return object{"locations": page, "count": len(rows), "installToFutureLocations": true}, nil
}

// installedV3 pages by opaque tokens, which are offsets here.
func installedV3(c *call, rows []object) (any, *failure) {
	size, f := c.intQuery("pageSize", 20, 1, 500)
	if f != nil {
		return nil, f
	}
	begin, f := c.intQuery("pageToken", 0, 0, 1<<30)
	if f != nil {
		return nil, &failure{status: 400, raw: object{"error": object{"code": "INVALID_ARGUMENT", "message": "The page token is not valid.",
			"details": object{}, "resolution": "Use the token of the previous answer."}}}
	}
	end := min(begin+size, len(rows))
	page := rows[min(begin, len(rows)):end]
	meta := object{"totalRecords": len(rows), "hasNextPage": end < len(rows), "hasPrevPage": begin > 0, "currentPageSize": len(page)}
	if end < len(rows) {
		meta["nextPageToken"] = fmt.Sprint(end)
	}
	if begin > 0 {
		meta["prevPageToken"] = fmt.Sprint(max(0, begin-size))
	}
	return object{"items": page, "pagination": meta, "metadata": object{}, "installToFutureLocations": true}, nil
}
