package pagicotest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OAuthClient is a program registered with the authorization server (contract §3.9).
type OAuthClient struct {
	ID string
	// Secret is empty for a public client, which PKCE alone protects.
	Secret string
	// RedirectURIs are compared as exact strings.
	RedirectURIs []string
	// Scopes are what the client may ask for; nil means all of [Scopes].
	Scopes []string
}

// WithOAuthClient registers an OAuth client. Without one every authorization is refused.
func WithOAuthClient(client OAuthClient) Option {
	return func(c *config) {
		if client.Scopes == nil {
			client.Scopes = Scopes()
		}
		c.clients = append(c.clients, client)
	}
}

// WithAccessTTL sets how long issued access tokens live; the default is an hour.
func WithAccessTTL(d time.Duration) Option { return func(c *config) { c.accessTTL = d } }

// WithRefreshGrace lets a refresh token that was already used be used again for a while, as some servers do for clients
// that lost the answer. The default is none: a second use revokes everything that came from the same authorization.
func WithRefreshGrace(d time.Duration) Option { return func(c *config) { c.refreshGrace = d } }

const codeTTL = time.Minute

// oauthState is what the authorization server remembers.
type oauthState struct {
	codes   map[string]*authCode
	refresh map[string]*refreshToken
}

// authCode is an authorization code; family names all tokens that come from it.
type authCode struct {
	client, redirect, challenge, family string
	scopes                              []string
	expires                             time.Time
	used                                bool
}

type refreshToken struct {
	Client, UserID, Family string
	Scopes                 []string
	UsedAt                 time.Time
}

func (s *Server) oauthClient(id string) (OAuthClient, bool) {
	at := slices.IndexFunc(s.cfg.clients, func(c OAuthClient) bool { return c.ID == id })
	if at < 0 {
		return OAuthClient{}, false
	}
	return s.cfg.clients[at], true
}

// authorize is the authorization endpoint. There is nobody to ask: the first user consents at once.
func (s *Server) authorize(c *call) (reply, *problem) {
	q := c.r.URL.Query()
	client, ok := s.oauthClient(q.Get("client_id"))
	if !ok {
		return reply{}, badRequest("unknown client_id")
	}
	target, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !slices.Contains(client.RedirectURIs, q.Get("redirect_uri")) && !s.broken(ClauseRedirectURI) {
		return reply{}, badRequest("redirect_uri is not registered for this client")
	}
	scopes := strings.Fields(q.Get("scope"))
	back := url.Values{}
	if state := q.Get("state"); state != "" && !s.broken(ClauseState) {
		back.Set("state", state)
	}
	switch {
	case q.Get("response_type") != "code":
		back.Set("error", "unsupported_response_type")
	case !validChallenge(q) && !s.broken(ClausePKCE):
		back.Set("error", "invalid_request")
		back.Set("error_description", "code_challenge with code_challenge_method=S256 is required")
	case slices.ContainsFunc(scopes, func(x string) bool { return !slices.Contains(client.Scopes, x) }):
		back.Set("error", "invalid_scope")
	default:
		code := s.newSecretID("code_")
		s.oauth.codes[code] = &authCode{
			client: client.ID, redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"),
			family: code, scopes: scopes, expires: s.now().Add(codeTTL),
		}
		back.Set("code", code)
	}
	query := target.Query()
	for name := range back {
		query.Set(name, back.Get(name))
	}
	target.RawQuery = query.Encode()
	return reply{http.StatusFound, http.Header{"Location": {target.String()}, "Cache-Control": {"no-store"}}, nil}, nil
}

func validChallenge(q url.Values) bool {
	return q.Get("code_challenge_method") == "S256" && len(q.Get("code_challenge")) == 43
}

// newSecretID draws a token that nobody guesses from another one's.
func (s *Server) newSecretID(prefix string) string {
	return s.newID(prefix, func(string) bool { return false }) + s.newID("", func(string) bool { return false })
}

// form reads the body as a form, as far as it is one.
func (c *call) form() (url.Values, bool) {
	form, err := url.ParseQuery(string(c.body))
	return form, err == nil
}

// token is the token endpoint (RFC 6749 §5, RFC 7636 §4.5).
func (s *Server) token(c *call) (reply, *problem) {
	form, ok := c.form()
	if !ok || !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return oauthError(http.StatusBadRequest, "invalid_request", "send a form"), nil
	}
	client, ok := s.clientOf(c, form)
	if !ok {
		return oauthError(http.StatusUnauthorized, "invalid_client", "unknown client or wrong secret"), nil
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		return s.redeem(client, form), nil
	case "refresh_token":
		return s.refresh(client, form), nil
	}
	return oauthError(http.StatusBadRequest, "unsupported_grant_type", ""), nil
}

// clientOf authenticates the OAuth client by Basic or by form.
func (s *Server) clientOf(c *call, form url.Values) (OAuthClient, bool) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, pass, ok := c.r.BasicAuth(); ok {
		// RFC 6749 §2.3.1: both are form-encoded inside Basic.
		id, _ = url.QueryUnescape(user)
		secret, _ = url.QueryUnescape(pass)
	}
	client, ok := s.oauthClient(id)
	return client, ok && subtle.ConstantTimeCompare([]byte(client.Secret), []byte(secret)) == 1
}

// redeem exchanges a code, once.
func (s *Server) redeem(client OAuthClient, form url.Values) reply {
	code, ok := s.oauth.codes[form.Get("code")]
	switch {
	case !ok || code.client != client.ID || !s.now().Before(code.expires):
		return oauthError(http.StatusBadRequest, "invalid_grant", "the code is unknown or expired")
	case code.used && !s.broken(ClauseCodeOnce):
		s.revokeFamily(code.family)
		return oauthError(http.StatusBadRequest, "invalid_grant", "the code was used before")
	case code.redirect != form.Get("redirect_uri") && !s.broken(ClauseRedirectURI):
		return oauthError(http.StatusBadRequest, "invalid_grant", "redirect_uri differs from the authorization request")
	case !verifies(code.challenge, form.Get("code_verifier")) && !s.broken(ClausePKCE):
		return oauthError(http.StatusBadRequest, "invalid_grant", "code_verifier does not fit")
	}
	code.used = true
	user := ""
	if len(s.users) > 0 {
		user = s.users[0].ID
	}
	return s.issue(refreshToken{Client: client.ID, UserID: user, Family: code.family, Scopes: code.scopes})
}

func verifies(challenge, verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:]) == challenge
}

// refresh exchanges a refresh token for new tokens; the old one ends.
func (s *Server) refresh(client OAuthClient, form url.Values) reply {
	token, ok := s.oauth.refresh[form.Get("refresh_token")]
	if !ok || token.Client != client.ID {
		return oauthError(http.StatusBadRequest, "invalid_grant", "the refresh token is unknown or revoked")
	}
	if !token.UsedAt.IsZero() && s.now().Sub(token.UsedAt) >= s.cfg.refreshGrace && !s.broken(ClauseRefreshOnce) {
		s.revokeFamily(token.Family)
		return oauthError(http.StatusBadRequest, "invalid_grant", "the refresh token was used before")
	}
	scopes := token.Scopes
	if form.Has("scope") {
		scopes = strings.Fields(form.Get("scope"))
		if slices.ContainsFunc(scopes, func(x string) bool { return !slices.Contains(token.Scopes, x) }) {
			return oauthError(http.StatusBadRequest, "invalid_scope", "more than was granted")
		}
	}
	if token.UsedAt.IsZero() {
		token.UsedAt = s.now()
		s.touch(tableRefresh, form.Get("refresh_token"))
	}
	next := *token
	next.UsedAt, next.Scopes = time.Time{}, scopes
	return s.issue(next)
}

// tokenAnswer is a successful token answer (RFC 6749 §5.1).
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope"`
}

// issue makes an access token, and a refresh token when offline_access was granted.
func (s *Server) issue(t refreshToken) reply {
	access := s.newSecretID("at_")
	if s.broken(ClauseAccessToken) {
		access = "never-accepted"
		defer s.dropToken(access)
	}
	s.setToken(access, Grant{
		ClientID: t.Client, UserID: t.UserID, Scopes: slices.Clone(t.Scopes), Expires: s.now().Add(s.cfg.accessTTL), family: t.Family,
	})
	answer := tokenAnswer{
		AccessToken: access, TokenType: "Bearer", ExpiresIn: wholeSeconds(s.cfg.accessTTL), Scope: strings.Join(t.Scopes, " "),
	}
	if slices.Contains(t.Scopes, "offline_access") {
		answer.RefreshToken = s.newSecretID("rt_")
		s.oauth.refresh[answer.RefreshToken] = &t
		s.touch(tableRefresh, answer.RefreshToken)
	}
	rep := jsonReply(http.StatusOK, encodeJSON(answer))
	rep.header.Set("Cache-Control", "no-store")
	return rep
}

// revoke ends a token and all that came from the same authorization (RFC 7009); unknown tokens are no error.
func (s *Server) revoke(c *call) (reply, *problem) {
	form, ok := c.form()
	if !ok || form.Get("token") == "" {
		return oauthError(http.StatusBadRequest, "invalid_request", "send a form with token"), nil
	}
	client, ok := s.clientOf(c, form)
	if !ok {
		return oauthError(http.StatusUnauthorized, "invalid_client", "unknown client or wrong secret"), nil
	}
	if !s.broken(ClauseRevoke) {
		if t, ok := s.oauth.refresh[form.Get("token")]; ok && t.Client == client.ID {
			s.revokeFamily(t.Family)
		}
		if g, ok := s.tokens[form.Get("token")]; ok && g.ClientID == client.ID {
			s.dropToken(form.Get("token"))
		}
	}
	return reply{http.StatusOK, http.Header{"Cache-Control": {"no-store"}}, nil}, nil
}

// revokeFamily ends every token of one authorization. The caller holds mu.
func (s *Server) revokeFamily(family string) {
	for token, g := range s.tokens {
		if g.family == family {
			s.dropToken(token)
		}
	}
	for token, t := range s.oauth.refresh {
		if t.Family == family {
			delete(s.oauth.refresh, token)
			s.touch(tableRefresh, token)
		}
	}
}

func oauthError(status int, code, detail string) reply {
	body := map[string]string{"error": code}
	if detail != "" {
		body["error_description"] = detail
	}
	rep := jsonReply(status, encodeJSON(body))
	rep.header.Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		rep.header.Set("WWW-Authenticate", `Basic realm="pagico"`)
	}
	return rep
}

// discovery answers the metadata of RFC 8414 for the host that was asked.
func (s *Server) discovery(c *call) (reply, *problem) {
	scheme := "http"
	if c.r.TLS != nil || c.r.URL.Scheme == "https" {
		scheme = "https"
	}
	base := scheme + "://" + c.r.Host + BasePath
	at := func(operation string) string { return base + "/" + strings.Join(s.routeOf(operation).segments, "/") }
	return jsonReply(http.StatusOK, encodeJSON(map[string]any{
		"issuer":                 base,
		"authorization_endpoint": at("oauth.authorize"), "token_endpoint": at("oauth.token"), "revocation_endpoint": at("oauth.revoke"),
		"scopes_supported": Scopes(), "response_types_supported": []string{"code"},
		"grant_types_supported":                 []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"none", "client_secret_basic", "client_secret_post"},
	})), nil
}
