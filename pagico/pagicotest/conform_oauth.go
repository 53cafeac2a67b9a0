package pagicotest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// oauthChecks are the clauses of §3.9.
func oauthChecks() []check {
	return []check{
		{ClauseInvalidToken, 0, (*suite).checkInvalidToken},
		{ClauseHeaderOnly, 0, (*suite).checkHeaderOnly},
		{ClauseScopes, needReadOnly, (*suite).checkScopes},
		{ClauseRedirectURI, needOAuth, (*suite).checkRedirectURI},
		{ClauseState, needOAuth, (*suite).checkState},
		{ClausePKCE, needOAuth, (*suite).checkPKCE},
		{ClauseCodeOnce, needOAuth, (*suite).checkCodeOnce},
		{ClauseRefreshOnce, needOAuth, (*suite).checkRefreshOnce},
		{ClauseAccessToken, needOAuth, (*suite).checkAccessToken},
		{ClauseRevoke, needOAuth, (*suite).checkRevoke},
	}
}

// authorize asks for a code; changes replace parameters, and empty ones leave them out.
func (s *suite) authorize(changes map[string]string) seen {
	s.Helper()
	params := map[string]string{
		"response_type": "code", "client_id": s.f.OAuth.ClientID, "redirect_uri": s.f.OAuth.RedirectURI, "state": "st",
		"scope": "tasks:read offline_access", "code_challenge": strings.Repeat("x", 43), "code_challenge_method": "S256",
	}
	maps.Copy(params, changes)
	q := url.Values{}
	for name, value := range params {
		if value != "" {
			q.Set(name, value)
		}
	}
	return s.send(request{op: pagico.OpOAuthAuthorize, query: q, header: map[string]string{"Authorization": ""}})
}

func (s *suite) redirected(a seen) url.Values {
	s.Helper()
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil || a.status/100 != 3 {
		s.fatalf("no redirect: %d %s", a.status, a.body)
	}
	return u.Query()
}

// code gets an authorization code and the verifier that belongs to it.
func (s *suite) code() (code, verifier string) {
	s.Helper()
	verifier = rand.Text() + rand.Text()
	sum := sha256.Sum256([]byte(verifier))
	back := s.redirected(s.authorize(map[string]string{"code_challenge": base64.RawURLEncoding.EncodeToString(sum[:])}))
	if back.Get("code") == "" {
		s.fatalf("no code: %v", back)
	}
	return back.Get("code"), verifier
}

func (s *suite) redeem(code, verifier string) seen {
	s.Helper()
	a := s.token(map[string]string{"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": s.f.OAuth.RedirectURI})
	if a.status != http.StatusOK || a.str("access_token") == "" || a.str("refresh_token") == "" {
		s.fatalf("no tokens: %d %s", a.status, a.body)
	}
	return a
}

func (s *suite) token(form map[string]string) seen {
	s.Helper()
	return s.form(pagico.OpOAuthToken, form)
}

// form posts a form with the client's credentials.
func (s *suite) form(op pagico.Operation, form map[string]string) seen {
	s.Helper()
	v := url.Values{"client_id": {s.f.OAuth.ClientID}}
	if s.f.OAuth.ClientSecret != "" {
		v.Set("client_secret", s.f.OAuth.ClientSecret)
	}
	for name, value := range form {
		v.Set(name, value)
	}
	return s.send(request{op: op, body: v.Encode(), header: map[string]string{"Authorization": "", "Content-Type": "application/x-www-form-urlencoded"}})
}

func (s *suite) checkInvalidToken() {
	a := s.send(request{op: pagico.OpTasksList, token: "no-such-token"})
	s.problem(a, 401, "invalid-token")
	if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
		s.Errorf("WWW-Authenticate is %q", a.header.Get("WWW-Authenticate"))
	}
}

func (s *suite) checkHeaderOnly() {
	a := s.send(request{op: pagico.OpMe, query: query("access_token", s.f.Token), header: map[string]string{"Authorization": ""}})
	s.problem(a, 401, "invalid-token")
}

func (s *suite) checkScopes() {
	s.same("status of a read", s.send(request{op: pagico.OpTasksList, token: s.f.ReadOnlyToken}).status, 200)
	a := s.send(request{op: pagico.OpTasksCreate, body: `{"title":"x"}`, token: s.f.ReadOnlyToken})
	s.problem(a, 403, "insufficient-scope")
	if a.status == 201 {
		s.discard("", pagico.OpTasksCreate, a.str("id"))
	}
	s.problem(s.send(request{op: pagico.OpNotesList, token: s.f.ReadOnlyToken}), 403, "insufficient-scope")
}

func (s *suite) checkRedirectURI() {
	a := s.authorize(map[string]string{"redirect_uri": s.f.OAuth.RedirectURI + "/more"})
	if a.status/100 == 3 {
		s.Errorf("another redirect_uri was accepted: %s", a.header.Get("Location"))
	}
	code, verifier := s.code()
	b := s.token(map[string]string{"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": s.f.OAuth.RedirectURI + "/more"})
	s.same("error", b.str("error"), "invalid_grant")
}

func (s *suite) checkState() {
	back := s.redirected(s.authorize(map[string]string{"state": "a b&c"}))
	s.same("state", back.Get("state"), "a b&c")
}

func (s *suite) checkPKCE() {
	back := s.redirected(s.authorize(map[string]string{"code_challenge": "", "code_challenge_method": ""}))
	s.same("error without a challenge", back.Get("error"), "invalid_request")
	back = s.redirected(s.authorize(map[string]string{"code_challenge": rand.Text() + rand.Text(), "code_challenge_method": "plain"}))
	s.same("error with a plain challenge", back.Get("error"), "invalid_request")
	code, _ := s.code()
	a := s.token(map[string]string{"grant_type": "authorization_code", "code": code, "code_verifier": rand.Text() + rand.Text(), "redirect_uri": s.f.OAuth.RedirectURI})
	s.same("error with another verifier", a.str("error"), "invalid_grant")
}

func (s *suite) checkCodeOnce() {
	code, verifier := s.code()
	s.redeem(code, verifier)
	a := s.token(map[string]string{"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": s.f.OAuth.RedirectURI})
	s.same("error", a.str("error"), "invalid_grant")
}

func (s *suite) checkRefreshOnce() {
	first := s.redeem(s.code())
	second := s.token(map[string]string{"grant_type": "refresh_token", "refresh_token": first.str("refresh_token")})
	s.same("status", second.status, 200)
	if second.str("access_token") == first.str("access_token") || second.str("access_token") == "" {
		s.Errorf("no new access token")
	}
	if second.str("refresh_token") == first.str("refresh_token") {
		return // a host need not rotate
	}
	again := s.token(map[string]string{"grant_type": "refresh_token", "refresh_token": first.str("refresh_token")})
	s.same("error of a second use", again.str("error"), "invalid_grant")
}

func (s *suite) checkAccessToken() {
	tokens := s.redeem(s.code())
	s.same("status", s.send(request{op: pagico.OpTasksList, token: tokens.str("access_token")}).status, 200)
	s.problem(s.send(request{op: pagico.OpNotesList, token: tokens.str("access_token")}), 403, "insufficient-scope")
}

func (s *suite) checkRevoke() {
	tokens := s.redeem(s.code())
	s.same("status", s.form(pagico.OpOAuthRevoke, map[string]string{"token": tokens.str("refresh_token")}).status, 200)
	a := s.token(map[string]string{"grant_type": "refresh_token", "refresh_token": tokens.str("refresh_token")})
	s.same("error", a.str("error"), "invalid_grant")
}
