package pagico_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/pagico"
)

const oauthBase = "https://pagico.test/base/v1"

func newOAuth(t *testing.T, secret string, answers ...answer) (*pagico.OAuth, *backend) {
	t.Helper()
	b := &backend{answers: answers}
	o, err := pagico.NewOAuth(pagico.OAuthConfig{
		BaseURL: oauthBase, ClientID: "app", ClientSecret: secret, RedirectURL: "http://127.0.0.1:9000/back",
		HTTPClient: &http.Client{Transport: b},
	})
	require.NoError(t, err)
	return o, b
}

func TestAuthCodeURL(t *testing.T) {
	t.Parallel()
	o, _ := newOAuth(t, "")
	verifier := pagico.NewVerifier()

	address, err := o.AuthCodeURL("state-123", verifier)

	require.NoError(t, err)
	u, err := url.Parse(address)
	require.NoError(t, err)
	assert.Equal(t, "/base/v1/oauth/authorize", u.Path)
	q := u.Query()
	assert.Equal(t, "code", q.Get("response_type"))
	assert.Equal(t, "app", q.Get("client_id"))
	assert.Equal(t, "http://127.0.0.1:9000/back", q.Get("redirect_uri"))
	assert.Equal(t, "state-123", q.Get("state"))
	assert.Equal(t, "S256", q.Get("code_challenge_method"))
	assert.Equal(t, oauth2.S256ChallengeFromVerifier(verifier), q.Get("code_challenge"))
	assert.NotContains(t, address, verifier)
	assert.Equal(t, "contacts:read contacts:write events:read events:write notes:read notes:write projects:read "+
		"projects:write tasks:read tasks:write users:read webhooks:read webhooks:write offline_access", q.Get("scope"))

	_, err = o.AuthCodeURL("short", verifier)
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
	_, err = o.AuthCodeURL("state-123", "short")
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
}

func TestAuthorizeRequestMatchesOpenAPI(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	o, b := newOAuth(t, "", ok(`{"access_token":"at","token_type":"Bearer"}`))
	address, err := o.AuthCodeURL(pagico.NewState(), pagico.NewVerifier())
	require.NoError(t, err)
	u, err := url.Parse(address)
	require.NoError(t, err)
	assert.Equal(t, "oauth.authorize", c.check(t, seen{Method: "GET", Path: u.Path, Query: u.RawQuery, Header: http.Header{}}))

	_, err = o.Exchange(t.Context(), "code", pagico.NewVerifier())
	require.NoError(t, err)
	_, err = o.Refresh(t.Context(), "rt")
	require.NoError(t, err)
	require.NoError(t, o.Revoke(t.Context(), "rt"))
	for i, op := range []string{"oauth.token", "oauth.token", "oauth.revoke"} {
		assert.Equal(t, op, c.check(t, b.request(t, i)))
	}
}

func TestExchange(t *testing.T) {
	t.Parallel()
	o, b := newOAuth(t, "s3cr&t", ok(`{"access_token":"at_1","token_type":"Bearer","expires_in":3600,"refresh_token":"rt_1"}`))
	verifier := pagico.NewVerifier()

	tok, err := o.Exchange(t.Context(), "the-code", verifier)

	require.NoError(t, err)
	assert.Equal(t, "at_1", tok.AccessToken)
	assert.Equal(t, "rt_1", tok.RefreshToken)
	assert.True(t, tok.Valid())
	got := b.request(t, 0)
	assert.Equal(t, "/base/v1/oauth/token", got.Path)
	form, err := url.ParseQuery(got.Body)
	require.NoError(t, err)
	assert.Equal(t, "authorization_code", form.Get("grant_type"))
	assert.Equal(t, verifier, form.Get("code_verifier"))
	assert.Equal(t, "http://127.0.0.1:9000/back", form.Get("redirect_uri"))
	r := http.Request{Header: got.Header}
	user, password, _ := r.BasicAuth()
	assert.Equal(t, "app", user)
	assert.Equal(t, url.QueryEscape("s3cr&t"), password)
}

func TestRefreshKeepsTheNewestRefreshToken(t *testing.T) {
	t.Parallel()
	o, b := newOAuth(t, "", ok(`{"access_token":"at_2","token_type":"Bearer","refresh_token":"rt_2"}`),
		ok(`{"access_token":"at_3","token_type":"Bearer"}`))

	tok, err := o.Refresh(t.Context(), "rt_1")
	require.NoError(t, err)
	assert.Equal(t, "rt_2", tok.RefreshToken, "the server rotated")
	tok, err = o.Refresh(t.Context(), "rt_2")
	require.NoError(t, err)
	assert.Equal(t, "rt_2", tok.RefreshToken, "the server did not rotate")

	form, err := url.ParseQuery(b.request(t, 0).Body)
	require.NoError(t, err)
	assert.Equal(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"rt_1"}, "client_id": {"app"}}, form)
}

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		a    answer
		want error
	}{
		"void":      {answer{status: 400, body: `{"error":"invalid_grant","error_description":"void"}`}, pagico.ErrUnauthorized},
		"client":    {answer{status: 401, body: `{"error":"invalid_client"}`}, pagico.ErrUnauthorized},
		"scope":     {answer{status: 400, body: `{"error":"invalid_scope"}`}, pagico.ErrScope},
		"with 200":  {answer{status: 200, body: `{"error":"invalid_grant","refresh_token":"rt_secret"}`}, pagico.ErrUnauthorized},
		"busy":      {answer{status: 503, body: "<html>"}, pagico.ErrServer},
		"busy, too": {answer{status: 503, body: "<html>"}, pagico.ErrUncertain},
		"lost":      {answer{err: errReset}, pagico.ErrUncertain},
		"cause":     {answer{err: errReset}, errReset},
		"login":     {answer{status: 200, body: "<html>"}, pagico.ErrAnswer},
		"no token":  {answer{status: 200, body: `{"refresh_token":"rt_secret"}`}, pagico.ErrAnswer},
		"elsewhere": {answer{status: 307, header: map[string]string{"Location": "https://evil.test/"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, b := newOAuth(t, "hush-hush", tc.a)

			_, err := o.Refresh(t.Context(), "rt_secret")

			require.Error(t, err)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want)
			}
			assert.Equal(t, 1, b.count(), "a refresh token may rotate, so nothing is repeated")
			assert.NotContains(t, err.Error(), "rt_secret")
			assert.NotContains(t, err.Error(), "hush-hush")
			e, isError := errors.AsType[*pagico.Error](err)
			require.True(t, isError)
			assert.Empty(t, e.Body(), "the answer may hold tokens")
		})
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	o, b := newOAuth(t, "", answer{status: 200}, answer{status: 400, body: `{"error":"unsupported_token_type"}`}, answer{err: errReset})

	require.NoError(t, o.Revoke(t.Context(), "rt_1"))
	assert.Equal(t, "client_id=app&token=rt_1", b.request(t, 0).Body)
	require.ErrorIs(t, o.Revoke(t.Context(), "rt_1"), pagico.ErrInvalidRequest)
	require.ErrorIs(t, o.Revoke(t.Context(), "rt_1"), pagico.ErrUncertain)
	require.ErrorIs(t, o.Revoke(t.Context(), ""), pagico.ErrInvalidArgument)

	routes := pagico.DefaultRoutes()
	delete(routes.Operations, pagico.OpOAuthRevoke)
	o, err := pagico.NewOAuth(pagico.OAuthConfig{BaseURL: oauthBase, ClientID: "app", Routes: routes})
	require.NoError(t, err)
	require.ErrorIs(t, o.Revoke(t.Context(), "rt_1"), pagico.ErrNotSupported)
}

func TestCallback(t *testing.T) {
	t.Parallel()
	o, _ := newOAuth(t, "")

	code, err := o.Callback(url.Values{"state": {"s"}, "code": {"c"}}, "s")
	require.NoError(t, err)
	assert.Equal(t, "c", code)

	_, err = o.Callback(url.Values{"state": {"x"}, "code": {"c"}}, "s")
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
	_, err = o.Callback(url.Values{"code": {"c"}}, "")
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
	_, err = o.Callback(url.Values{"state": {"s"}}, "s")
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
	_, err = o.Callback(url.Values{"state": {"s"}, "error": {"access_denied"}, "error_description": {"no"}}, "s")
	require.ErrorIs(t, err, pagico.ErrUnauthorized)
	assert.ErrorContains(t, err, "no")
}

func TestNewOAuthRefuses(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]pagico.OAuthConfig{
		"no base":   {ClientID: "app"},
		"http":      {BaseURL: "http://pagico.test/v1", ClientID: "app"},
		"no client": {BaseURL: oauthBase},
		"http endpoint": {BaseURL: oauthBase, ClientID: "app", Metadata: pagico.OAuthMetadata{
			AuthorizationEndpoint: "https://a.test", TokenEndpoint: "http://a.test",
		}},
	} {
		_, err := pagico.NewOAuth(cfg)
		require.ErrorIs(t, err, pagico.ErrInvalidArgument, name)
	}
}

func TestDiscoverOAuth(t *testing.T) {
	t.Parallel()
	for _, at := range []string{
		"/.well-known/oauth-authorization-server/base/v1", "/base/v1/.well-known/oauth-authorization-server",
		"/.well-known/oauth-authorization-server",
	} {
		var srv *httptest.Server
		srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != at {
				http.NotFound(w, r)
				return
			}
			_, _ = w.Write([]byte(strings.ReplaceAll(`{"issuer":"HOST/base/v1","authorization_endpoint":"HOST/a","token_endpoint":"HOST/t",
				"revocation_endpoint":"HOST/r","code_challenge_methods_supported":["S256"]}`, "HOST", srv.URL)))
		}))
		t.Cleanup(srv.Close)

		meta, err := pagico.DiscoverOAuth(t.Context(), srv.URL+"/base/v1/", srv.Client())

		require.NoError(t, err, at)
		assert.Equal(t, srv.URL+"/t", meta.TokenEndpoint)
		o, err := pagico.NewOAuth(pagico.OAuthConfig{BaseURL: srv.URL, ClientID: "app", Metadata: meta})
		require.NoError(t, err)
		address, err := o.AuthCodeURL("state-123", pagico.NewVerifier())
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(address, srv.URL+"/a?"))
	}
}

func TestDiscoverOAuthRefuses(t *testing.T) {
	t.Parallel()
	const good = `{"issuer":"https://pagico.test/base/v1","authorization_endpoint":"https://x.test/a","token_endpoint":"https://x.test/t"}`
	for name, tc := range map[string]struct {
		a    answer
		want error
	}{
		"none":          {answer{status: 404}, pagico.ErrNotSupported},
		"other issuer":  {ok(strings.Replace(good, "pagico.test/base/v1", "evil.test", 1)), pagico.ErrAnswer},
		"http endpoint": {ok(strings.Replace(good, "https://x.test/t", "http://x.test/t", 1)), pagico.ErrAnswer},
		"no endpoint":   {ok(`{"issuer":"https://pagico.test/base/v1"}`), pagico.ErrAnswer},
		"html":          {ok("<html>"), pagico.ErrAnswer},
		"broken":        {answer{err: errReset}, errReset},
		"server":        {answer{status: 500}, pagico.ErrServer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &backend{answers: []answer{tc.a}}
			_, err := pagico.DiscoverOAuth(t.Context(), oauthBase, &http.Client{Transport: b})
			require.ErrorIs(t, err, tc.want)
			require.NotErrorIs(t, err, pagico.ErrUncertain)
			_, isError := errors.AsType[*pagico.Error](err)
			assert.True(t, isError)
		})
	}
}
