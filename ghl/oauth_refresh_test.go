package ghl_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

var errCut = errors.New("connection reset by peer")

// tokenEndpoint answers POST /oauth/token by its steps, the last one again and again.
func tokenEndpoint(steps ...http.HandlerFunc) *exchange {
	n := 0
	return &exchange{handler: func(w http.ResponseWriter, r *http.Request) {
		step := steps[min(n, len(steps)-1)]
		n++
		step(w, r)
	}}
}

const grantText = `{"access_token":"at-hush-2","token_type":"Bearer","expires_in":86399,"refresh_token":"rt-hush-2","userType":"Location","locationId":"L1"}`

func grants(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}
}

// What a refused, odd or lost answer means for the refresh token; Unclear ones are tried a second time.
func TestRefreshOutcomes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		again  bool // authorize again
		calls  int
	}{
		"void":             {400, `{"error":"invalid_grant","error_description":"This refresh token is invalid rt-hush-1"}`, true, 1},
		"void, 401":        {401, `{"error":"Unauthorized","message":"Invalid refresh token","statusCode":401}`, true, 1},
		"void with 200":    {200, `{"error":"invalid_grant"}`, true, 1},
		"wrong secret":     {401, `{"error":"invalid_client","error_description":"Invalid client credentials"}`, false, 1},
		"inactive":         {400, `{"statusCode":400,"message":"Location is not active","error":"Bad Request"}`, false, 1},
		"busy":             {429, `{"message":"Too many"}`, false, 1},
		"blocked":          {403, `<html>cloudflare</html>`, false, 1},
		"lost path":        {404, `<html>`, false, 1},
		"redirect":         {307, ``, false, 1},
		"broken server":    {500, `{"message":"boom"}`, false, 2},
		"gateway":          {502, `<html>`, false, 2},
		"login page":       {200, `<html>login rt-hush</html>`, false, 2},
		"no token":         {200, `{"refresh_token":"rt-hush-2"}`, false, 2},
		"cut off":          {200, `{"access_token":"at-hush-2","refr`, false, 2},
		"bad request form": {422, `{"message":["client_id must be a string"],"statusCode":422}`, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubbleOf(t, func(t *testing.T) {
				x := tokenEndpoint(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "application/json")
					w.Header().Set("Location", "https://evil.test/")
					w.WriteHeader(tc.status)
					_, _ = w.Write([]byte(tc.body))
				})
				var log bytes.Buffer
				o := staleOAuth(t, x, &log)
				_, err := o.Location("L1").TokenContext(t.Context())
				require.Error(t, err)
				assert.Equal(t, tc.again, errors.Is(err, ghl.ErrAuthorizeAgain), "%v", err)
				assert.Len(t, x.requests(), tc.calls)
				for range 5 {
					_, second := o.Location("L1").TokenContext(t.Context())
					require.Error(t, second)
				}
				assert.Len(t, x.requests(), tc.calls, "never a loop")
				assert.NotContains(t, err.Error()+fmt.Sprintf("%+v", err)+log.String(), "hush")
			})
		})
	}
}

// staleOAuth has a token for location L1 that is over.
func staleOAuth(t *testing.T, hc http.RoundTripper, log *bytes.Buffer) *ghl.OAuth {
	t.Helper()
	o := newOAuth(t, ghl.OAuthConfig{ClientID: testClientID, ClientSecret: testSecret, RedirectURL: "https://app.test/back",
		Store: ghl.NewMemoryTokenStore(), HTTPClient: &http.Client{Transport: hc}, Logger: slog.New(slog.NewTextHandler(log, nil))})
	require.NoError(t, o.Save(t.Context(), ghl.OAuthToken{AccessToken: "at-hush-1", RefreshToken: "rt-hush-1", UserType: ghl.UserLocation, LocationID: "L1"}))
	return o
}

func TestRefreshRequest(t *testing.T) {
	t.Parallel()
	x := tokenEndpoint(grants(grantText))
	var log bytes.Buffer
	o := staleOAuth(t, x, &log)
	tok, err := o.Location("L1").TokenContext(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "at-hush-2", tok.AccessToken)
	require.Len(t, x.requests(), 1)
	r := x.requests()[0]
	assert.Equal(t, "POST https://services.leadconnectorhq.com/oauth/token", r.Method+" "+r.URL.String())
	assert.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
	assert.Empty(t, r.Header.Get("Authorization"))
	form, err := url.ParseQuery(r.body)
	require.NoError(t, err)
	assert.Equal(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"rt-hush-1"}, "client_id": {testClientID},
		"client_secret": {testSecret}, "user_type": {"Location"}, "redirect_uri": {"https://app.test/back"}}, form)
}

// An error of the token endpoint ends the call: the retry loop of the client must not ask again.
func TestTokenErrorsAreNotRetriedByCalls(t *testing.T) {
	t.Parallel()
	bubbleOf(t, func(t *testing.T) {
		n := 0
		var log bytes.Buffer
		o := staleOAuth(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			n++
			assert.Equal(t, "/oauth/token", r.URL.Path)
			return nil, errCut
		}), &log)
		c, err := ghl.New(ghl.WithTokenSource(o.Location("L1")), ghl.WithHTTPClient(&http.Client{Transport: http.NewFileTransport(nil)}))
		require.NoError(t, err)
		_, err = c.Contacts.Get(t.Context(), "c1")
		require.ErrorIs(t, err, errCut)
		require.NotErrorIs(t, err, ghl.ErrAuthorizeAgain)
		assert.Equal(t, 2, n, "unclear: the old token is tried once")
		assert.NotContains(t, err.Error()+log.String(), "hush")

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = o.Location("L1").TokenContext(ctx)
		require.Error(t, err)
	})
}

func TestStoreFaultIsNoReasonToAuthorizeAgain(t *testing.T) {
	t.Parallel()
	_, err := ghl.NewFileTokenStore(t.TempDir())
	require.ErrorIs(t, err, ghl.ErrInvalidArgument, "no key")
	_, err = ghl.NewFileTokenStore("", ghl.TokenKey{ID: "a", Secret: make([]byte, 32)})
	require.ErrorIs(t, err, ghl.ErrInvalidArgument)
	_, err = ghl.EncryptTokenStore(nil, ghl.TokenKey{ID: "a", Secret: make([]byte, 32)})
	require.ErrorIs(t, err, ghl.ErrInvalidArgument)

	dir := t.TempDir()
	write, err := ghl.NewFileTokenStore(dir, ghl.TokenKey{ID: "a", Secret: bytes.Repeat([]byte{1}, 32)})
	require.NoError(t, err)
	cfg := ghl.OAuthConfig{ClientID: testClientID, ClientSecret: testSecret, Store: write}
	require.NoError(t, newOAuth(t, cfg).Save(t.Context(), ghl.OAuthToken{RefreshToken: "rt-hush", LocationID: "L1"}))
	cfg.Store, err = ghl.NewFileTokenStore(dir, ghl.TokenKey{ID: "b", Secret: bytes.Repeat([]byte{2}, 32)})
	require.NoError(t, err)
	_, err = newOAuth(t, cfg).Location("L1").Token()
	require.ErrorIs(t, err, ghl.ErrTokenUnreadable)
	require.NotErrorIs(t, err, ghl.ErrAuthorizeAgain)
	require.ErrorContains(t, err, `key "a"`)
	assert.True(t, strings.HasPrefix(err.Error(), "ghl: "), err)
}
