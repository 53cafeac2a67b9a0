package ghl_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/ghl"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	token := ghl.WithToken(testToken)
	source := ghl.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "x"}))
	limiter, err := ghl.NewLimiter(ghl.Limits{})
	require.NoError(t, err)
	for name, opts := range map[string][]ghl.Option{
		"no credential":   {},
		"two credentials": {token, source},
		"empty token":     {ghl.WithToken("  ")},
		"line break":      {ghl.WithToken("s3cr3t\nX-Evil: 1")},
		"nil source":      {ghl.WithTokenSource(nil)},
		"nil option":      {token, nil},
		"base URL":        {token, ghl.WithBaseURL("services.example.com")},
		"empty base URL":  {token, ghl.WithBaseURL("")},
		"nil client":      {token, ghl.WithHTTPClient(nil)},
		"nil logger":      {token, ghl.WithLogger(nil)},
		"user agent":      {token, ghl.WithUserAgent("a\r\nb")},
		"retry":           {token, ghl.WithRetry(ghl.RetryPolicy{MinWait: -1})},
		"timeout":         {token, ghl.WithTimeout(0)},
		"max body":        {token, ghl.WithMaxBody(-1)},
		"limits":          {token, ghl.WithLimits(ghl.Limits{Share: 1.5})},
		"reserve":         {token, ghl.WithLimits(ghl.Limits{Reserve: 1})},
		"negative burst":  {token, ghl.WithLimits(ghl.Limits{Burst: -1})},
		"nil limiter":     {token, ghl.WithLimiter(nil)},
		"two limits":      {token, ghl.WithLimits(ghl.Limits{}), ghl.WithLimiter(limiter)},
		"version":         {token, ghl.WithAPIVersion("v4")},
	} {
		_, err := ghl.New(opts...)
		require.ErrorIs(t, err, ghl.ErrInvalidArgument, name)
		assert.NotContains(t, err.Error(), "s3cr3t")
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := ghl.New(ghl.WithToken(testToken))
	require.NoError(t, err)
	assert.Equal(t, "https://services.leadconnectorhq.com", c.BaseURL())
	c, x := serve(t, replies(200, `{"location":{"id":"L"}}`), ghl.WithBaseURL("https://proxy.example.com/ghl/"))
	_, err = c.Locations.Get(t.Context(), "L")
	require.NoError(t, err)
	sent := x.requests()[0]
	assert.Equal(t, "https://proxy.example.com/ghl/locations/L", sent.URL.String())
	assert.Equal(t, "application/json", sent.Header.Get("Accept"))
	assert.Contains(t, sent.Header.Get("User-Agent"), "ghl-pagico-sdk-go/"+ghl.Version)
}

func TestCallOptions(t *testing.T) {
	t.Parallel()
	c, x := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Ratelimit-Remaining", "93")
		_, _ = w.Write([]byte(`{"contact":{"id":"c"},"traceId":"t-9"}`))
	})
	var meta ghl.ResponseMeta
	_, err := c.Contacts.Get(t.Context(), "c", ghl.WithResponse(&meta), ghl.WithHeader("X-Extra", "1"), ghl.WithCallTimeout(time.Second),
		ghl.WithPriority(ghl.PriorityBackfill))
	require.NoError(t, err)
	assert.Equal(t, "t-9", meta.TraceID)
	assert.Equal(t, 200, meta.Status)
	assert.Equal(t, 1, meta.Attempts)
	assert.Equal(t, "93", meta.Header.Get("X-RateLimit-Remaining"))
	assert.Equal(t, "1", x.requests()[0].Header.Get("X-Extra"))
	for _, bad := range []ghl.CallOption{nil, ghl.WithPriority(9), ghl.WithCallTimeout(-1), ghl.WithHeader("authorization", "x"),
		ghl.WithHeader("Version", "x"), ghl.WithHeader("X", "a\nb"), ghl.WithHeader("", "")} {
		_, err := c.Contacts.Get(t.Context(), "c", bad)
		require.ErrorIs(t, err, ghl.ErrInvalidArgument)
	}
	assert.Len(t, x.requests(), 1)
}

func TestClone(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"contact":{"id":"c"}}`))
	same, err := c.Clone(ghl.WithUserAgent("other"))
	require.NoError(t, err)
	assert.Same(t, c.Limiter(), same.Limiter())
	other, err := c.Clone(ghl.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "tenant-2"})))
	require.NoError(t, err)
	assert.NotSame(t, c.Limiter(), other.Limiter(), "another credential may be another location")
	_, err = other.Contacts.Get(t.Context(), "c")
	require.NoError(t, err)
	_, err = same.Contacts.Get(t.Context(), "c")
	require.NoError(t, err)
	assert.Equal(t, "Bearer tenant-2", x.requests()[0].Header.Get("Authorization"))
	assert.Equal(t, "Bearer "+testToken, x.requests()[1].Header.Get("Authorization"))
	assert.Equal(t, "other", x.requests()[1].Header.Get("User-Agent"))
	joined, err := c.Clone(ghl.WithToken("t3"), ghl.WithLimiter(c.Limiter()))
	require.NoError(t, err)
	assert.Same(t, c.Limiter(), joined.Limiter())
	_, err = c.Clone(ghl.WithToken(""))
	require.ErrorIs(t, err, ghl.ErrInvalidArgument)
	assert.Zero(t, c.Stats().Calls)
	assert.EqualValues(t, 1, other.Stats().Calls)
}

func TestStats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			n++
			w.WriteHeader([]int{429, 503, 200}[n-1])
			_, _ = w.Write([]byte(`{"contact":{"id":"c"}}`))
		}, ghl.WithRetry(ghl.RetryPolicy{}))
		_, err := c.Contacts.Get(t.Context(), "c")
		require.NoError(t, err)
		assert.Equal(t, ghl.Stats{Calls: 3, Retries: 2, RateLimited: 1}, c.Stats())
	})
}

// rotating is a token source whose tokens can be refused; Refresh gives a new one once per stale token.
type rotating struct {
	mu        sync.Mutex
	current   string
	refreshes int
	fail      error
}

func (r *rotating) Token() (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &oauth2.Token{AccessToken: r.current}, nil
}

func (r *rotating) Refresh(_ context.Context, stale *oauth2.Token) (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return nil, r.fail
	}
	if stale.AccessToken == r.current {
		r.refreshes++
		r.current = "fresh"
	}
	return &oauth2.Token{AccessToken: r.current}, nil
}

func TestRefreshOnce(t *testing.T) {
	t.Parallel()
	src := &rotating{current: "stale"}
	c, x := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer fresh" {
			w.WriteHeader(401)
			_, _ = w.Write([]byte(`{"message":"Invalid JWT"}`))
			return
		}
		_, _ = w.Write([]byte(`{"task":{"id":"t"}}`))
	})
	c, err := c.Clone(ghl.WithTokenSource(src), ghl.WithLimits(ghl.NoLimits()))
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			_, err := c.Tasks.Create(t.Context(), "c", ghl.TaskCreate{Title: "x", DueDate: time.Unix(1, 0)})
			assert.NoError(t, err, "a refused token carried nothing out, so even a create is sent again")
		})
	}
	group.Wait()
	assert.Equal(t, 1, src.refreshes)
	assert.LessOrEqual(t, len(x.requests()), 40)
}

func TestNoRefreshForScopeAndVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"The token is not authorized for this scope.": ghl.ErrScope,
		"version header was not found.":               ghl.ErrVersion,
		"version header is invalid":                   ghl.ErrVersion,
	} {
		src := &rotating{current: "stale"}
		c, x := serve(t, replies(401, `{"statusCode":401,"message":"`+text+`"}`))
		c, err := c.Clone(ghl.WithTokenSource(src))
		require.NoError(t, err)
		_, err = c.Contacts.Get(t.Context(), "c")
		require.ErrorIs(t, err, want)
		require.NotErrorIs(t, err, ghl.ErrUnauthorized)
		assert.Zero(t, src.refreshes)
		assert.Len(t, x.requests(), 1)
	}
}

func TestTokenSourceErrors(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(401, `{"message":"Invalid JWT"}`))
	boom := errors.New("vault is closed")
	failing, err := c.Clone(ghl.WithTokenSource(sourceFunc(func() (*oauth2.Token, error) { return nil, boom })))
	require.NoError(t, err)
	_, err = failing.Contacts.Create(t.Context(), ghl.ContactCreate{LocationID: "L"})
	require.ErrorIs(t, err, boom)
	require.NotErrorIs(t, err, ghl.ErrUncertain)
	empty, err := c.Clone(ghl.WithTokenSource(sourceFunc(func() (*oauth2.Token, error) { return nil, nil }))) //nolint:nilnil // a bad source
	require.NoError(t, err)
	_, err = empty.Contacts.Get(t.Context(), "c")
	require.ErrorIs(t, err, ghl.ErrUnauthorized)
	assert.Empty(t, x.requests())
	refused, err := c.Clone(ghl.WithTokenSource(&rotating{current: "stale", fail: &oauth2.RetrieveError{Response: &http.Response{StatusCode: 400}, ErrorCode: "invalid_grant"}}))
	require.NoError(t, err)
	_, err = refused.Contacts.Get(t.Context(), "c")
	require.ErrorIs(t, err, ghl.ErrUnauthorized)
	assert.Len(t, x.requests(), 1)
}

type sourceFunc func() (*oauth2.Token, error)

func (f sourceFunc) Token() (*oauth2.Token, error) { return f() }

func TestDo(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{"forms":[{"id":"f"}]}`))
	var out struct{ Forms []struct{ ID string } }
	require.NoError(t, c.Do(t.Context(), ghl.Request{Method: "GET", Path: "/forms/{formId}", PathParams: []string{"a/b"}}, &out))
	assert.Equal(t, "f", out.Forms[0].ID)
	assert.Equal(t, "/forms/a%2Fb", x.requests()[0].URL.EscapedPath())
	assert.Equal(t, "2021-07-28", x.requests()[0].Header.Get("Version"))
	var raw json.RawMessage
	require.NoError(t, c.Do(t.Context(), ghl.Request{Method: "get", Path: "/calendars/"}, &raw))
	assert.JSONEq(t, `{"forms":[{"id":"f"}]}`, string(raw))
	assert.Equal(t, "2021-04-15", x.requests()[1].Header.Get("Version"), "a row of the table brings its version")
	require.NoError(t, c.Do(t.Context(), ghl.Request{Method: "POST", Path: "/x", Body: map[string]int{"a": 1}, Version: "2023-02-21"}, nil))
	assert.Equal(t, "2023-02-21", x.requests()[2].Header.Get("Version"))
	require.ErrorIs(t, c.Do(t.Context(), ghl.Request{Method: "GET", Path: "x"}, nil), ghl.ErrInvalidArgument)
	require.ErrorIs(t, c.Do(t.Context(), ghl.Request{Path: "/x"}, nil), ghl.ErrInvalidArgument)
	require.ErrorIs(t, c.Do(t.Context(), ghl.Request{Method: "POST", Path: "/x", Body: func() {}}, nil), ghl.ErrInvalidArgument)
	assert.Len(t, x.requests(), 3)
	var number int
	err := c.Do(t.Context(), ghl.Request{Method: "POST", Path: "/x"}, &number)
	require.ErrorIs(t, err, ghl.ErrAnswer)
	require.ErrorIs(t, err, ghl.ErrUncertain)
	require.ErrorIs(t, c.Do(t.Context(), ghl.Request{Method: "GET", Path: "/x"}, &number), ghl.ErrAnswer)
}

func TestDoUnderV3(t *testing.T) {
	t.Parallel()
	c, x := serve(t, replies(200, `{}`), ghl.WithAPIVersion(ghl.V3))
	for path, want := range map[string]string{
		"/contacts/{contactId}/campaigns/removeAll":  "2021-07-28",
		"/contacts/{contactId}/campaigns/remove-all": "v3",
		"/contacts/{contactId}":                      "v3",
		"/anything/{id}":                             "v3",
	} {
		n := len(x.requests())
		require.NoError(t, c.Do(t.Context(), ghl.Request{Method: "DELETE", Path: path, PathParams: []string{"c"}}, nil))
		assert.Equal(t, want, x.requests()[n].Header.Get("Version"), path)
	}
}

func TestLogsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c, _ := serve(t, replies(500, `{"message":"no"}`), ghl.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	_, err := c.Contacts.FindDuplicate(t.Context(), ghl.DuplicateQuery{LocationID: "L", Email: "someone@example.com"})
	require.Error(t, err)
	assert.Contains(t, log.String(), "/contacts/search/duplicate")
	for _, secret := range []string{testToken, "pit-", "someone"} {
		assert.NotContains(t, log.String()+err.Error(), secret)
	}
}
