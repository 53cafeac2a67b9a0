package ghltest_test

import (
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

const formType = "application/x-www-form-urlencoded"

func oauthRig(t *testing.T, opts ...ghltest.Option) *rig {
	t.Helper()
	return newRig(t, append(opts, ghltest.WithApp(ghltest.App{ClientID: "app1-x", ClientSecret: "s3cret",
		Scopes: []string{"contacts.readonly", "oauth.write", "oauth.readonly"}}))...)
}

func tokenForm(pairs ...string) string {
	v := url.Values{"client_id": {"app1-x"}, "client_secret": {"s3cret"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func (r *rig) exchange(pairs ...string) answer {
	r.t.Helper()
	return r.do("POST", "/oauth/token", tokenForm(pairs...), "Content-Type", formType, "Version", "", "Authorization", "")
}

func TestCodeExchangeAndSingleUseRefresh(t *testing.T) {
	t.Parallel()
	r := oauthRig(t)
	r.seedPeople()
	code := r.Authorize(ghltest.Grant{ClientID: "app1-x", UserID: "u1"})
	a := r.exchange("grant_type", "authorization_code", "code", code)
	require.Equal(t, 200, a.Status, a.Raw)
	assert.Equal(t, "Bearer", a.Body["token_type"])
	assert.InDelta(t, 86399, a.Body["expires_in"], 0)
	assert.Equal(t, "Location", a.Body["userType"])
	assert.Equal(t, ghltest.DefaultLocationID, a.Body["locationId"])
	assert.Equal(t, ghltest.DefaultCompanyID, a.Body["companyId"])
	assert.Equal(t, "contacts.readonly oauth.write oauth.readonly", a.Body["scope"])
	assert.Equal(t, 400, r.exchange("grant_type", "authorization_code", "code", code).Status, "a code is good for one use")

	r.token = a.Body["access_token"].(string)
	assert.Equal(t, 200, r.get("/contacts/"+ada).Status)
	assert.Equal(t, 401, r.do("DELETE", "/contacts/"+ada, "").Status, "the scope was not granted")

	first := a.Body["refresh_token"].(string)
	b := r.exchange("grant_type", "refresh_token", "refresh_token", first)
	require.Equal(t, 200, b.Status)
	assert.NotEqual(t, first, b.Body["refresh_token"])
	again := r.exchange("grant_type", "refresh_token", "refresh_token", first)
	assert.Equal(t, 400, again.Status, "a refresh token is good for one use")
	assert.Equal(t, "invalid_grant", again.Body["error"])
	assert.NotEmpty(t, again.Body["error_description"])

	r.now = start.Add(86399 * time.Second)
	dead := r.get("/contacts/" + ada)
	assert.Equal(t, 401, dead.Status)
	assert.Contains(t, dead.Body["message"], "access token expired")
	r.token = "eyJunknown"
	assert.Equal(t, "Invalid token: access token is invalid", r.get("/contacts/" + ada).Body["message"])
	r.now = start.Add(366 * 24 * time.Hour)
	assert.Equal(t, 400, r.exchange("grant_type", "refresh_token", "refresh_token", b.Body["refresh_token"].(string)).Status, "a year at most")
}

func TestConcurrentRefreshHasOneWinner(t *testing.T) {
	t.Parallel()
	r := oauthRig(t)
	a := r.exchange("grant_type", "authorization_code", "code", r.Authorize(ghltest.Grant{ClientID: "app1-x"}))
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if r.exchange("grant_type", "refresh_token", "refresh_token", a.Body["refresh_token"].(string)).Status == 200 {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int32(1), won.Load())
	assert.Equal(t, 1, r.RefreshTokens())
}

func TestTokenEndpointRefusals(t *testing.T) {
	t.Parallel()
	r := oauthRig(t)
	a := r.do("POST", "/oauth/token", "grant_type=refresh_token", "Content-Type", formType)
	assert.Equal(t, 422, a.Status)
	assert.Contains(t, a.Body["message"], "client_id must be a string")
	assert.Equal(t, 422, r.do("POST", "/oauth/token", `{"client_id":"app1-x"}`).Status, "v2 takes no JSON")
	assert.Equal(t, 401, r.do("POST", "/oauth/token", "client_id=app1-x&client_secret=bad&grant_type=refresh_token", "Content-Type", formType).Status)
	assert.Equal(t, 400, r.exchange("grant_type", "client_credentials").Status)
	code := r.Authorize(ghltest.Grant{ClientID: "app1-x"})
	a = r.exchange("grant_type", "authorization_code", "code", code)
	require.NoError(t, r.EditLocation(ghltest.DefaultLocationID, func(l *ghltest.Location) { l.Deleted = true }))
	a = r.exchange("grant_type", "refresh_token", "refresh_token", a.Body["refresh_token"].(string))
	assert.Equal(t, 400, a.Status)
	assert.Equal(t, "Location is not active", a.Body["message"])
}

func TestAgencyTokenBecomesLocationToken(t *testing.T) {
	t.Parallel()
	r := oauthRig(t, ghltest.WithLocation(ghltest.Location{ID: "locONE", Name: "One"}), ghltest.WithLocation(ghltest.Location{ID: "locTWO", Name: "Two"}))
	r.Seed(ghltest.World{Contacts: []ghltest.Contact{{ID: ada, LocationID: "locTWO"}}})
	code := r.Authorize(ghltest.Grant{ClientID: "app1-x", CompanyID: ghltest.DefaultCompanyID, Locations: []string{"locTWO"}})
	a := r.exchange("grant_type", "authorization_code", "code", code)
	assert.Equal(t, "Company", a.Body["userType"])
	assert.NotContains(t, a.Body, "locationId")
	assert.Equal(t, []any{"locTWO"}, a.Body["approvedLocations"])
	company := a.Body["access_token"].(string)
	r.token = company
	exchange := func(path, location string) answer {
		return r.do("POST", path, "companyId="+ghltest.DefaultCompanyID+"&locationId="+location, "Content-Type", formType)
	}
	a = exchange("/oauth/locationToken", "locTWO")
	require.Equal(t, 200, a.Status, a.Raw)
	assert.NotContains(t, a.Body, "refresh_token")
	assert.Equal(t, "app1", a.Body["appId"])
	assert.Equal(t, 400, exchange("/oauth/locationToken", "locONE").Status, "not approved")
	assert.Equal(t, 404, exchange("/oauth/location-token", "locTWO").Status, "a kebab path under an old version")
	list := r.get("/oauth/installedLocations?companyId=" + ghltest.DefaultCompanyID + "&appId=app1&isInstalled=true")
	assert.Equal(t, []string{"locTWO"}, ids(t, list.Body["locations"], "_id"))

	r.version = "v3"
	v3 := exchange("/oauth/location-token", "locTWO")
	require.Equal(t, 200, v3.Status)
	assert.NotEmpty(t, v3.Body["accessToken"])
	assert.NotEmpty(t, v3.Body["refreshToken"])
	list = r.get("/oauth/installed-locations?companyId=" + ghltest.DefaultCompanyID + "&appId=app1&pageSize=1")
	assert.Len(t, list.Body["items"], 1)
	assert.Equal(t, true, dig(list.Body, "pagination", "hasNextPage"))
	assert.Equal(t, 400, r.get("/oauth/installedLocations?companyId="+ghltest.DefaultCompanyID+"&appId=app1").Status)

	r.version, r.token = "2021-07-28", a.Body["access_token"].(string)
	assert.Equal(t, 200, r.get("/contacts/"+ada).Status)
	assert.Equal(t, 401, r.get("/oauth/installedLocations?companyId=x&appId=app1").Status, "a location token is not enough")
	r.Uninstall("app1-x", "")
	r.token = company
	assert.Equal(t, 401, exchange("/oauth/locationToken", "locTWO").Status)
}

func TestV3TokenSpeaksCamelCase(t *testing.T) {
	t.Parallel()
	r := oauthRig(t)
	r.version = "v3"
	code := r.Authorize(ghltest.Grant{ClientID: "app1-x"})
	a := r.do("POST", "/oauth/token", `{"clientId":"app1-x","clientSecret":"s3cret","grantType":"authorization_code","code":"`+code+`"}`)
	require.Equal(t, 200, a.Status, a.Raw)
	assert.NotEmpty(t, a.Body["accessToken"])
	assert.NotContains(t, a.Body, "access_token")
	a = r.do("POST", "/oauth/token", "clientId=app1-x&clientSecret=s3cret&grantType=refresh_token&refreshToken="+a.Body["refreshToken"].(string), "Content-Type", formType)
	assert.Equal(t, 200, a.Status, a.Raw)
}

func TestRefreshLostOnTheWayIsSpent(t *testing.T) {
	t.Parallel()
	r := oauthRig(t)
	a := r.exchange("grant_type", "authorization_code", "code", r.Authorize(ghltest.Grant{ClientID: "app1-x"}))
	r.Inject(ghltest.Fault{Operation: "get-access-token", Drop: true, AfterCommit: true, Times: 1})
	_, err := r.raw("POST", "/oauth/token", tokenForm("grant_type", "refresh_token", "refresh_token", a.Body["refresh_token"].(string)), "Content-Type", formType)
	require.Error(t, err)
	assert.Equal(t, 400, r.exchange("grant_type", "refresh_token", "refresh_token", a.Body["refresh_token"].(string)).Status)
}
