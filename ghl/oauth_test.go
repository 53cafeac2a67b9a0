package ghl_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

const (
	testAppID    = "6578278e879ad2646715ba9c"
	testClientID = testAppID + "-lxyz"
	testSecret   = "app-secret-hush"
)

// oauthConfig is for a server that is called without sockets.
func oauthConfig(srv *ghltest.Server) ghl.OAuthConfig {
	return ghl.OAuthConfig{ClientID: testClientID, ClientSecret: testSecret, RedirectURL: "https://app.test/back",
		Scopes: []string{"contacts.readonly", "contacts.write"}, Store: ghl.NewMemoryTokenStore(), HTTPClient: srv.Client()}
}

func oauthServer(t *testing.T) *ghltest.Server {
	t.Helper()
	return ghltest.New(ghltest.WithApp(ghltest.App{ClientID: testClientID, ClientSecret: testSecret}))
}

func newOAuth(t *testing.T, cfg ghl.OAuthConfig) *ghl.OAuth {
	t.Helper()
	o, err := ghl.NewOAuth(cfg)
	require.NoError(t, err)
	return o
}

func TestAuthCodeURL(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"", ghl.WhiteLabelAuthorizeURL} {
		cfg := oauthConfig(oauthServer(t))
		cfg.AuthorizeURL = page
		o := newOAuth(t, cfg)
		state := ghl.NewOAuthState()
		address, err := o.AuthCodeURL(state)
		require.NoError(t, err)
		u, err := url.Parse(address)
		require.NoError(t, err)
		if page == "" {
			page = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation"
		}
		assert.Equal(t, page, "https://"+u.Host+u.Path)
		assert.Equal(t, url.Values{"response_type": {"code"}, "client_id": {testClientID}, "redirect_uri": {"https://app.test/back"},
			"scope": {"contacts.readonly contacts.write"}, "state": {state}}, u.Query())
		assert.Contains(t, address, "scope=contacts.readonly+contacts.write")
		assert.NotContains(t, address, testSecret)
		_, err = o.AuthCodeURL("short")
		require.ErrorIs(t, err, ghl.ErrInvalidArgument)
		assert.Equal(t, testAppID, o.AppID())
	}
}

func TestCallback(t *testing.T) {
	t.Parallel()
	o := newOAuth(t, oauthConfig(oauthServer(t)))
	code, err := o.Callback(url.Values{"state": {"s"}, "code": {"c"}}, "s")
	require.NoError(t, err)
	assert.Equal(t, "c", code)
	for _, q := range []url.Values{{"state": {"x"}, "code": {"c"}}, {"code": {"c"}}, {"state": {"s"}}, {}} {
		_, err = o.Callback(q, "s")
		require.ErrorIs(t, err, ghl.ErrInvalidArgument)
	}
	_, err = o.Callback(url.Values{"code": {"c"}, "state": {""}}, "")
	require.ErrorIs(t, err, ghl.ErrInvalidArgument)
	_, err = o.Callback(url.Values{"state": {"s"}, "error": {"access_denied"}}, "s")
	require.ErrorIs(t, err, ghl.ErrUnauthorized)
}

func TestNewOAuthRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*ghl.OAuthConfig){
		"no id":     func(c *ghl.OAuthConfig) { c.ClientID = " " },
		"no secret": func(c *ghl.OAuthConfig) { c.ClientSecret = "" },
		"no store":  func(c *ghl.OAuthConfig) { c.Store = nil },
		"level":     func(c *ghl.OAuthConfig) { c.UserType = "location" },
		"http":      func(c *ghl.OAuthConfig) { c.BaseURL = "http://api.test" },
		"password":  func(c *ghl.OAuthConfig) { c.BaseURL = "https://u:hush@api.test" },
		"page":      func(c *ghl.OAuthConfig) { c.AuthorizeURL = "ftp://x" },
		"version":   func(c *ghl.OAuthConfig) { c.APIVersion = "v4" },
		"early":     func(c *ghl.OAuthConfig) { c.Early = -1 },
		"lease":     func(c *ghl.OAuthConfig) { c.Lease = 1 },
	} {
		cfg := oauthConfig(oauthServer(t))
		change(&cfg)
		_, err := ghl.NewOAuth(cfg)
		require.ErrorIs(t, err, ghl.ErrInvalidArgument, name)
		assert.NotContains(t, err.Error(), "hush")
	}
	cfg := oauthConfig(oauthServer(t))
	cfg.BaseURL = "http://127.0.0.1:1"
	newOAuth(t, cfg)
}

func TestInstallLocationAndCall(t *testing.T) {
	t.Parallel()
	srv := oauthServer(t)
	o := newOAuth(t, oauthConfig(srv))
	code := srv.Authorize(ghltest.Grant{ClientID: testClientID, LocationID: srv.LocationID(), UserID: "u1", Scopes: []string{"contacts.readonly"}})

	tok, err := o.Install(t.Context(), code)

	require.NoError(t, err)
	assert.Equal(t, ghl.UserLocation, tok.UserType)
	assert.Equal(t, srv.LocationID(), tok.LocationID)
	assert.Equal(t, srv.CompanyID(), tok.CompanyID)
	assert.Equal(t, "u1", tok.UserID)
	assert.Equal(t, []string{"contacts.readonly"}, tok.Scopes)
	assert.NotEmpty(t, tok.RefreshToken)
	_, err = o.Install(t.Context(), code)
	require.ErrorIs(t, err, ghl.ErrUnauthorized, "a code works once")

	src := o.Location(srv.LocationID())
	assert.Same(t, src, o.Location(srv.LocationID()))
	stored, err := src.Stored(t.Context())
	require.NoError(t, err)
	assert.Equal(t, tok.Scopes, stored.Scopes)
	assert.Equal(t, tok.RefreshToken, stored.RefreshToken)
	contact := srv.AddContact(ghltest.Contact{FirstName: "Ada"})
	c, err := ghl.New(ghl.WithTokenSource(src), ghl.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	_, err = c.Contacts.Get(t.Context(), contact.ID)
	require.NoError(t, err)

	srv.ExpireToken(tok.AccessToken)
	_, err = c.Contacts.Get(t.Context(), contact.ID)
	require.NoError(t, err, "the refused token was replaced")
	after, err := src.Stored(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, tok.RefreshToken, after.RefreshToken)
	assert.Equal(t, 1, srv.RefreshTokens())
	assert.Equal(t, srv.CompanyID(), after.CompanyID)
	given, err := src.Token()
	require.NoError(t, err)
	assert.Empty(t, given.RefreshToken, "nobody else may use it up")
}

// A 401 has three meanings, and only one of them is worth a refresh.
func TestMissingScopeMakesNoRefresh(t *testing.T) {
	t.Parallel()
	srv := oauthServer(t)
	o := newOAuth(t, oauthConfig(srv))
	_, err := o.Install(t.Context(), srv.Authorize(ghltest.Grant{ClientID: testClientID, LocationID: srv.LocationID(), Scopes: []string{"contacts.readonly"}}))
	require.NoError(t, err)
	c, err := ghl.New(ghl.WithTokenSource(o.Location(srv.LocationID())), ghl.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	calls := srv.Calls("get-access-token")
	err = c.Contacts.Delete(t.Context(), srv.AddContact(ghltest.Contact{FirstName: "Ada"}).ID)
	require.ErrorIs(t, err, ghl.ErrScope)
	assert.Equal(t, calls, srv.Calls("get-access-token"))
}

func TestAgencyInstallation(t *testing.T) {
	t.Parallel()
	for _, version := range []ghl.APIVersion{ghl.V2, ghl.V3} {
		srv := oauthServer(t)
		cfg := oauthConfig(srv)
		cfg.UserType, cfg.APIVersion = ghl.UserCompany, version
		o := newOAuth(t, cfg)
		tok, err := o.Install(t.Context(), srv.Authorize(ghltest.Grant{ClientID: testClientID, CompanyID: srv.CompanyID()}))
		require.NoError(t, err, version)
		assert.Equal(t, ghl.UserCompany, tok.UserType)
		assert.True(t, tok.IsBulkInstallation)
		assert.Contains(t, tok.ApprovedLocations, srv.LocationID())
		refreshTokens := srv.RefreshTokens()

		one, err := o.LocationToken(t.Context(), srv.CompanyID(), srv.LocationID())
		require.NoError(t, err, version)
		assert.Equal(t, srv.LocationID(), one.LocationID)
		assert.Equal(t, srv.CompanyID(), one.CompanyID)
		assert.NotEmpty(t, one.AccessToken)
		assert.False(t, one.Expiry.IsZero())

		src := o.LocationOf(srv.CompanyID(), srv.LocationID())
		c, err := ghl.New(ghl.WithTokenSource(src), ghl.WithHTTPClient(srv.Client()))
		require.NoError(t, err)
		id := srv.AddContact(ghltest.Contact{FirstName: "Ada"}).ID
		_, err = c.Contacts.Get(t.Context(), id)
		require.NoError(t, err)
		minted, err := src.Stored(t.Context())
		require.NoError(t, err)
		srv.ExpireToken(minted.AccessToken)
		_, err = c.Contacts.Get(t.Context(), id)
		require.NoError(t, err, "the agency's token makes another one")
		if version == ghl.V2 {
			assert.Equal(t, refreshTokens, srv.RefreshTokens(), "no refresh token was used")
		}

		rows, err := drain(o.InstalledLocations(t.Context(), srv.CompanyID(), ghl.InstalledLocationsQuery{Installed: ghl.Set(true), Limit: 1}))
		require.NoError(t, err)
		require.NotEmpty(t, rows)
		assert.Equal(t, srv.LocationID(), rows[0].ID)
		assert.True(t, rows[0].IsInstalled)

		_, err = o.LocationToken(t.Context(), srv.CompanyID(), "elsewhere")
		require.Error(t, err)
		_, err = o.LocationToken(t.Context(), "", "x")
		require.ErrorIs(t, err, ghl.ErrInvalidArgument)
		require.ErrorIs(t, drained(o.InstalledLocations(t.Context(), "", ghl.InstalledLocationsQuery{})), ghl.ErrInvalidArgument)
	}
}

func TestInstallEvents(t *testing.T) {
	t.Parallel()
	srv := oauthServer(t)
	cfg := oauthConfig(srv)
	o := newOAuth(t, cfg)
	event := func(text string) ghl.InstallEvent {
		var e ghl.InstallEvent
		require.NoError(t, json.Unmarshal([]byte(text), &e))
		return e
	}
	install := event(`{"type":"INSTALL","appId":"` + testAppID + `","installType":"Location","locationId":"` + srv.LocationID() +
		`","companyId":"` + srv.CompanyID() + `","trial":{}}`)
	src, err := o.HandleInstall(t.Context(), install)
	require.NoError(t, err)
	assert.Nil(t, src, "the code brings the token")

	_, err = o.Install(t.Context(), srv.Authorize(ghltest.Grant{ClientID: testClientID, CompanyID: srv.CompanyID()}))
	require.NoError(t, err)
	for range 2 {
		src, err = o.HandleInstall(t.Context(), install)
		require.NoError(t, err)
		require.NotNil(t, src)
		_, err = src.Token()
		require.NoError(t, err)
	}
	_, err = o.HandleInstall(t.Context(), event(`{"type":"UNINSTALL","appId":"`+testAppID+`","locationId":"`+srv.LocationID()+`"}`))
	require.NoError(t, err)
	_, err = src.Stored(t.Context())
	require.ErrorIs(t, err, ghl.ErrAuthorizeAgain)
	_, err = o.Company(srv.CompanyID()).Token()
	require.NoError(t, err, "the agency stays")
	_, err = o.HandleInstall(t.Context(), event(`{"type":"UNINSTALL","appId":"`+testAppID+`","companyId":"`+srv.CompanyID()+`"}`))
	require.NoError(t, err)
	_, err = o.Company(srv.CompanyID()).Token()
	require.ErrorIs(t, err, ghl.ErrAuthorizeAgain)
	require.ErrorIs(t, err, ghl.ErrUnauthorized)
	_, err = src.Token()
	require.ErrorIs(t, err, ghl.ErrAuthorizeAgain, "without the agency's token there is none for the location")

	for _, bad := range []string{`{"type":"INSTALL","appId":"other","locationId":"x"}`, `{"type":"UNINSTALL","appId":"` + testAppID + `"}`,
		`{"type":"ContactCreate","appId":"` + testAppID + `","locationId":"x"}`} {
		_, err = o.HandleInstall(t.Context(), event(bad))
		require.ErrorIs(t, err, ghl.ErrInvalidArgument)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	scopes, err := ghl.RequiredScopes("contacts.get", "Contacts.Create", "contacts.get", "oauth.token", "calendars.list")
	require.NoError(t, err)
	assert.Equal(t, []string{"calendars.readonly", "contacts.readonly", "contacts.write"}, scopes)
	_, err = ghl.RequiredScopes("contacts.explode")
	require.ErrorIs(t, err, ghl.ErrInvalidArgument)

	require.NoError(t, ghl.CheckScopes(scopes, "contacts.get", "contacts.create"))
	err = ghl.CheckScopes([]string{"contacts.readonly"}, "contacts.get", "contacts.create", "contacts.update", "calendars.list")
	require.ErrorIs(t, err, ghl.ErrScope)
	require.ErrorContains(t, err, "calendars.readonly (for calendars.list); contacts.write (for contacts.create, contacts.update)")
	assert.NotContains(t, err.Error(), "contacts.readonly")
	require.ErrorIs(t, ghl.CheckScopes(nil, "x"), ghl.ErrInvalidArgument)
}

func TestSaveImportsATokenAndRefusesNone(t *testing.T) {
	t.Parallel()
	srv := oauthServer(t)
	first := newOAuth(t, oauthConfig(srv))
	tok, err := first.Token(t.Context(), srv.Authorize(ghltest.Grant{ClientID: testClientID, LocationID: srv.LocationID()}))
	require.NoError(t, err)

	o := newOAuth(t, oauthConfig(srv))
	require.NoError(t, o.Save(t.Context(), ghl.OAuthToken{RefreshToken: tok.RefreshToken, UserType: ghl.UserLocation, LocationID: tok.LocationID}))
	got, err := o.Location(tok.LocationID).Token()
	require.NoError(t, err)
	assert.NotEqual(t, tok.AccessToken, got.AccessToken)
	require.ErrorIs(t, o.Save(t.Context(), ghl.OAuthToken{LocationID: "x"}), ghl.ErrInvalidArgument)
	require.ErrorIs(t, o.Save(t.Context(), ghl.OAuthToken{RefreshToken: "x"}), ghl.ErrInvalidArgument)
	_, err = o.Location("").Token()
	require.ErrorIs(t, err, ghl.ErrInvalidArgument)
	_, err = o.Location("a/b").Token()
	require.ErrorIs(t, err, ghl.ErrInvalidArgument)
}

func TestOAuthTokenHidesSecrets(t *testing.T) {
	t.Parallel()
	tok := ghl.OAuthToken{AccessToken: "at-hush", RefreshToken: "rt-hush", LocationID: "L1"}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", tok, "pointer", &tok, "key", ghl.TokenKey{ID: "k", Secret: []byte("hush")})
	text := log.String() + fmt.Sprintf("%v %+v %#v %s %v", tok, tok, tok, &tok, ghl.TokenKey{ID: "k", Secret: []byte("hush")})
	assert.NotContains(t, text, "hush")
	assert.Contains(t, text, "L1")
}
