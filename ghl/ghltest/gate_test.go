package ghltest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

func TestVersionHeader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	r.version = ""
	a := r.get("/contacts/" + ada)
	assert.Equal(t, 401, a.Status)
	assert.Equal(t, "version header was not found.", a.Body["message"])
	r.version = "2020-01-01"
	a = r.get("/contacts/" + ada)
	assert.Equal(t, 401, a.Status)
	assert.Equal(t, "version header is invalid", a.Body["message"])
	for _, v := range []string{"v3", "2023-02-21", "2021-07-28", "2021-04-15", "legacy"} {
		r.version = v
		assert.Equal(t, 200, r.get("/contacts/"+ada).Status, v)
		assert.Equal(t, 200, r.get(loc("/contacts/?locationId=LOC")).Status, v)
	}
}

func TestVersionPicksTheRouter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.seedPeople()
	kebab, camel := "/contacts/"+ada+"/campaigns/remove-all", "/contacts/"+ada+"/campaigns/removeAll"
	assert.Equal(t, 200, r.do("DELETE", camel, "").Status)
	r.version = "v3"
	assert.Equal(t, 200, r.do("DELETE", kebab, "").Status)
	a := r.do("DELETE", camel, "")
	assert.Equal(t, 400, a.Status)
	assert.Contains(t, a.Body["message"], "not available in API version v3")
	assert.Contains(t, a.Body["message"], "Please use a version before v3.")
	assert.Equal(t, "Bad Request", a.Body["error"])
}

func TestUnknownRouteIs404(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.do("POST", "/contacts/search/nowhere/x/y", "{}")
	assert.Equal(t, 404, a.Status)
	assert.Equal(t, "Cannot POST /contacts/search/nowhere/x/y", a.Body["message"])
	assert.Equal(t, 404, r.get("/contacts//tasks").Status)
	a = r.get("/contacts/a%2Fb%20c")
	assert.Equal(t, 400, a.Status, "an escaped slash belongs to the id")
	assert.Equal(t, "Contact with id a/b c not found", a.Body["message"])
}

func TestTokens(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLocation(ghltest.Location{ID: "locONE"}), ghltest.WithLocation(ghltest.Location{ID: "locTWO"}),
		ghltest.WithTokens(ghltest.Token{Value: "pit-one", LocationID: "locONE"}, ghltest.Token{Value: "pit-two", LocationID: "locTWO"},
			ghltest.Token{Value: "pit-read", LocationID: "locTWO", Scopes: []string{"contacts.readonly"}},
			ghltest.Token{Value: "pit-old", LocationID: "locONE", Expires: start}, ghltest.Token{Value: "pit-agency", CompanyID: ghltest.DefaultCompanyID}))
	r.Seed(ghltest.World{Contacts: []ghltest.Contact{{ID: ada, LocationID: "locONE"}}})
	refused := func(token, method, path, body string, status int, message string, header ...string) {
		t.Helper()
		r.token = token
		a := r.do(method, path, body, header...)
		assert.Equal(t, status, a.Status, a.Raw)
		assert.Equal(t, message, a.Body["message"])
	}
	const foreign = "The token does not have access to this location."
	refused("pit-wrong", "GET", "/contacts/"+ada, "", 401, "Invalid JWT")
	refused("pit-old", "GET", "/contacts/"+ada, "", 401, "Invalid token: access token expired")
	refused("pit-two", "GET", "/contacts/"+ada, "", 403, foreign)
	refused("pit-two", "GET", "/contacts/?locationId=locONE", "", 403, foreign)
	refused("pit-two", "POST", "/contacts/", `{"locationId":"locONE"}`, 403, foreign)
	refused("pit-two", "GET", "/locations/locONE", "", 403, foreign)
	refused("pit-one", "GET", "/contacts/"+ada, "", 403, foreign, "Location-Id", "locONE")
	refused("pit-read", "POST", "/contacts/", `{"locationId":"locONE"}`, 401, "The token is not authorized for this scope.")
	r.token = "pit-agency"
	assert.Equal(t, 401, r.get("/contacts/"+ada).Status, "contacts want a location token")
	assert.Equal(t, 200, r.get("/locations/locONE").Status, "locations take both")
	r.token = "pit-one"
	assert.Equal(t, 200, r.get("/contacts/"+ada).Status)
	r.ExpireToken("pit-one")
	assert.Equal(t, 401, r.get("/contacts/"+ada).Status)
	a := r.do("GET", "/contacts/"+ada, "", "Authorization", "")
	assert.Equal(t, 401, a.Status)
}

func TestRateHeadersAndFixedWindow(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLimits(ghltest.RealLimits()))
	r.seedPeople()
	a := r.get("/contacts/" + ada)
	for name, want := range map[string]string{"X-RateLimit-Max": "100", "X-RateLimit-Interval-Milliseconds": "10000",
		"X-RateLimit-Remaining": "99", "X-RateLimit-Limit-Daily": "200000", "X-RateLimit-Daily-Remaining": "199999",
		"X-RateLimit-Daily-Reset": "86400000"} {
		assert.Equal(t, want, a.Header.Get(name), name)
	}
	r.now = start.Add(9 * time.Second)
	for range 99 {
		require.Equal(t, 200, r.get("/contacts/"+ada).Status)
	}
	a = r.get("/contacts/" + ada)
	assert.Equal(t, 429, a.Status)
	assert.Empty(t, a.Header.Get("Retry-After"), "the real service is not known to send it")
	assert.Equal(t, "0", a.Header.Get("X-RateLimit-Remaining"))
	assert.Equal(t, "86391000", a.Header.Get("X-RateLimit-Daily-Reset"))
	assert.Equal(t, 1, r.RateLimited())
	r.now = start.Add(10 * time.Second)
	assert.Equal(t, "99", r.get("/contacts/"+ada).Header.Get("X-RateLimit-Remaining"), "a fixed window starts anew")
	assert.Equal(t, 102, r.Calls("get-contact"))
}

func TestSlidingWindowAndDailyLimit(t *testing.T) {
	t.Parallel()
	r := newRig(t, ghltest.WithLimits(ghltest.Limits{Burst: 2, Daily: 5, Sliding: true, RetryAfter: 1500 * time.Millisecond}))
	r.seedPeople()
	status := func(at time.Duration) int { r.now = start.Add(at); return r.get("/contacts/" + ada).Status }
	assert.Equal(t, 200, status(0))
	assert.Equal(t, 200, status(9*time.Second))
	assert.Equal(t, 429, status(9*time.Second))
	assert.Equal(t, 200, status(10*time.Second))
	assert.Equal(t, 429, status(11*time.Second), "two calls in any ten seconds")
	assert.Equal(t, 200, status(20*time.Second))
	assert.Equal(t, 200, status(30*time.Second))
	assert.Equal(t, 429, status(time.Hour), "the day is spent")
	a := r.get("/contacts/" + ada)
	assert.Equal(t, "2", a.Header.Get("Retry-After"), "whole seconds, rounded up")
	assert.Equal(t, "0", a.Header.Get("X-RateLimit-Daily-Remaining"))
	assert.Equal(t, 200, status(24*time.Hour))
}

func TestRealSocketServesToo(t *testing.T) {
	t.Parallel()
	s := ghltest.NewServer(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+loc("/locations/LOC"), nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+s.Token())
	req.Header.Set("Version", "2021-07-28")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, 200, res.StatusCode)
	assert.Equal(t, "application/json; charset=utf-8", res.Header.Get("Content-Type"))
	assert.NotEmpty(t, res.Header.Get("X-RateLimit-Remaining"))
}
