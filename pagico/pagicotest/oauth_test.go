package pagicotest_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

const redirect = "https://app.test/callback?tenant=1"

func oauthRig(t *testing.T, opts ...pagicotest.Option) *rig {
	t.Helper()
	return newRig(t, append(opts,
		pagicotest.WithOAuthClient(pagicotest.OAuthClient{ID: "app", Secret: "s3cr:t", RedirectURIs: []string{redirect}}),
		pagicotest.WithOAuthClient(pagicotest.OAuthClient{ID: "native", RedirectURIs: []string{"http://127.0.0.1/cb"}, Scopes: []string{"tasks:read", "offline_access"}}),
	)...)
}

// authorize asks for a code and returns the query of the redirect.
func (g *rig) authorize(change func(url.Values)) (answer, url.Values) {
	g.t.Helper()
	q := url.Values{
		"response_type": {"code"}, "client_id": {"app"}, "redirect_uri": {redirect}, "state": {"xyz"},
		"scope": {"tasks:read offline_access"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(verifierText)}, "code_challenge_method": {"S256"},
	}
	change(q)
	a := g.do(http.MethodGet, "/oauth/authorize?"+q.Encode(), "", "Authorization", "")
	u, err := url.Parse(a.header.Get("Location"))
	require.NoError(g.t, err)
	return a, u.Query()
}

const verifierText = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

func (g *rig) form(path string, values url.Values) answer {
	g.t.Helper()
	return g.do(http.MethodPost, path, values.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Authorization", "")
}

func (g *rig) redeem(code string, change func(url.Values)) answer {
	g.t.Helper()
	v := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {verifierText},
		"client_id": {"app"}, "client_secret": {"s3cr:t"},
	}
	change(v)
	return g.form("/oauth/token", v)
}

func (g *rig) refresh(token string) answer {
	g.t.Helper()
	return g.form("/oauth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"app"}, "client_secret": {"s3cr:t"}})
}

func (g *rig) tasksWith(token string) int {
	g.t.Helper()
	return g.do(http.MethodGet, "/tasks", "", "Authorization", "Bearer "+token).status
}

func same(url.Values) {}

func TestOAuthCodeFlow(t *testing.T) {
	t.Parallel()
	g := oauthRig(t)
	a, q := g.authorize(same)
	assert.Equal(t, http.StatusFound, a.status)
	assert.Equal(t, "xyz", q.Get("state"))
	assert.Equal(t, "1", q.Get("tenant"))
	tokens := g.redeem(q.Get("code"), same)
	require.Equal(t, 200, tokens.status, tokens.text)
	assert.Equal(t, "no-store", tokens.header.Get("Cache-Control"))
	assert.Equal(t, "Bearer", tokens.str("token_type"))
	assert.InDelta(t, 3600, tokens.json["expires_in"], 0)
	assert.Equal(t, 200, g.tasksWith(tokens.str("access_token")))
	assert.Equal(t, 403, g.do(http.MethodGet, "/notes", "", "Authorization", "Bearer "+tokens.str("access_token")).status)
	g.now = g.now.Add(time.Hour)
	assert.Equal(t, 401, g.tasksWith(tokens.str("access_token")))

	second := g.refresh(tokens.str("refresh_token"))
	require.Equal(t, 200, second.status, second.text)
	assert.NotEqual(t, tokens.str("refresh_token"), second.str("refresh_token"))
	assert.Equal(t, 200, g.tasksWith(second.str("access_token")))
	again := g.refresh(tokens.str("refresh_token"))
	assert.Equal(t, 400, again.status)
	assert.Equal(t, "invalid_grant", again.str("error"))
	assert.Equal(t, 401, g.tasksWith(second.str("access_token")), "a stolen refresh token ends the family")
	assert.Equal(t, 400, g.refresh(second.str("refresh_token")).status)
}

func TestOAuthRefusals(t *testing.T) {
	t.Parallel()
	g := oauthRig(t)
	for name, c := range map[string]struct {
		member, value string
		status        int
		err           string
	}{
		"unknown client":          {"client_id", "nobody", 400, ""},
		"other redirect":          {"redirect_uri", "https://app.test/callback", 400, ""},
		"no PKCE":                 {"code_challenge", "", 302, "invalid_request"},
		"plain PKCE":              {"code_challenge_method", "plain", 302, "invalid_request"},
		"unknown scope":           {"scope", "locations/tasks.readonly", 302, "invalid_scope"},
		"implicit is not offered": {"response_type", "token", 302, "unsupported_response_type"},
	} {
		a, q := g.authorize(func(v url.Values) { v.Set(c.member, c.value) })
		assert.Equal(t, c.status, a.status, name)
		assert.Equal(t, c.err, q.Get("error"), name)
		assert.Empty(t, q.Get("code"), name)
		if c.status == 302 {
			assert.Equal(t, "xyz", q.Get("state"), name)
		}
	}
	for name, c := range map[string]struct {
		member, value string
		status        int
		err           string
	}{
		"wrong verifier": {"code_verifier", "x", 400, "invalid_grant"},
		"other redirect": {"redirect_uri", "https://app.test/", 400, "invalid_grant"},
		"wrong secret":   {"client_secret", "x", 401, "invalid_client"},
		"other client":   {"client_id", "native", 401, "invalid_client"},
		"password grant": {"grant_type", "password", 400, "unsupported_grant_type"},
	} {
		_, q := g.authorize(same)
		a := g.redeem(q.Get("code"), func(v url.Values) { v.Set(c.member, c.value) })
		assert.Equal(t, c.status, a.status, name)
		assert.Equal(t, c.err, a.str("error"), name)
	}
	_, q := g.authorize(same)
	g.now = g.now.Add(time.Minute)
	assert.Equal(t, "invalid_grant", g.redeem(q.Get("code"), same).str("error"), "codes live a minute")

	_, q = g.authorize(same)
	tokens := g.redeem(q.Get("code"), same)
	assert.Equal(t, "invalid_grant", g.redeem(q.Get("code"), same).str("error"), "codes work once")
	assert.Equal(t, 401, g.tasksWith(tokens.str("access_token")), "and a second use ends what the first gave")
}

func TestOAuthRevocation(t *testing.T) {
	t.Parallel()
	g := oauthRig(t, pagicotest.WithRefreshGrace(time.Minute))
	_, q := g.authorize(same)
	tokens := g.redeem(q.Get("code"), same)
	graced := g.refresh(tokens.str("refresh_token"))
	require.Equal(t, 200, graced.status)
	require.Equal(t, 200, g.refresh(tokens.str("refresh_token")).status, "within the grace")
	app := url.Values{"client_id": {"app"}, "client_secret": {"s3cr:t"}}
	with := func(token string) url.Values {
		return url.Values{"token": {token}, "client_id": app["client_id"], "client_secret": app["client_secret"]}
	}
	assert.Equal(t, 200, g.form("/oauth/revoke", with(tokens.str("access_token"))).status)
	assert.Equal(t, 401, g.tasksWith(tokens.str("access_token")))
	assert.Equal(t, 200, g.tasksWith(graced.str("access_token")))
	assert.Equal(t, 200, g.form("/oauth/revoke", with(graced.str("refresh_token"))).status)
	assert.Equal(t, 401, g.tasksWith(graced.str("access_token")), "with the refresh token all goes")
	assert.Equal(t, 400, g.refresh(graced.str("refresh_token")).status)
	assert.Equal(t, 200, g.form("/oauth/revoke", with("unknown")).status)
	assert.Equal(t, 401, g.form("/oauth/revoke", url.Values{"token": {"x"}, "client_id": {"app"}}).status)
	assert.Equal(t, 400, g.form("/oauth/revoke", app).status)
}

func TestOAuthOnSockets(t *testing.T) {
	t.Parallel()
	srv := pagicotest.NewServer(t, pagicotest.WithOAuthClient(pagicotest.OAuthClient{ID: "a pp", Secret: "s:%", RedirectURIs: []string{redirect}}))
	cfg := oauth2.Config{ClientID: "a pp", ClientSecret: "s:%", RedirectURL: redirect, Scopes: []string{"tasks:read"}, Endpoint: oauth2.Endpoint{
		AuthURL: srv.BaseURL() + "/oauth/authorize", TokenURL: srv.BaseURL() + "/oauth/token", AuthStyle: oauth2.AuthStyleInHeader}}
	verifier := oauth2.GenerateVerifier()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cfg.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)), nil)
	require.NoError(t, err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	back, err := resp.Location()
	require.NoError(t, err)
	token, err := cfg.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	assert.Empty(t, token.RefreshToken, "no offline_access, no refresh token")
	req, err = http.NewRequestWithContext(t.Context(), http.MethodGet, srv.BaseURL()+"/tasks", nil)
	require.NoError(t, err)
	resp, err = cfg.Client(t.Context(), token).Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, 200, resp.StatusCode)
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	g := oauthRig(t)
	a := g.do(http.MethodGet, "/.well-known/oauth-authorization-server", "", "Authorization", "")
	require.Equal(t, 200, a.status)
	assert.Equal(t, "http://pagico.test/v1", a.str("issuer"))
	assert.Equal(t, "http://pagico.test/v1/oauth/token", a.str("token_endpoint"))
	for _, path := range []string{"/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/v1"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://pagico.test"+path, nil)
		require.NoError(t, err)
		resp, err := g.srv.Transport().RoundTrip(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, 200, resp.StatusCode, path)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://pagico.test/tasks", nil)
	require.NoError(t, err)
	resp, err := g.srv.Transport().RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, 401, resp.StatusCode)
}
