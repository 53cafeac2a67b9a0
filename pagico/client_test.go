package pagico_test

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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/pagico"
)

func TestNewBaseURL(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"https://host", "https://host/v1/", "https://host:8443/a/b", "http://127.0.0.1:80/v1", "http://localhost:1", "http://[::1]:2/v1", "http://a.localhost",
	} {
		_, err := pagico.New(good)
		require.NoError(t, err, good)
	}
	for _, bad := range []string{
		"", " ", "host/v1", "/v1", "ftp://host", "http://host/v1", "http://10.0.0.1", "https://", "https://user:pass@host", "https://host?x=1",
		"https://host#f", "https://ho st", "http://localhost.evil.test", "http://127.0.0.1.evil.test",
	} {
		_, err := pagico.New(bad)
		require.ErrorIs(t, err, pagico.ErrInvalidArgument, bad)
		assert.NotContains(t, err.Error(), "pass@")
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]pagico.Option{
		"nil":            nil,
		"empty token":    pagico.WithToken(" "),
		"token":          pagico.WithToken("a\nb"),
		"source":         pagico.WithTokenSource(nil),
		"client":         pagico.WithHTTPClient(nil),
		"agent":          pagico.WithUserAgent(""),
		"retry":          pagico.WithRetry(pagico.RetryPolicy{MinWait: -1}),
		"timeout":        pagico.WithTimeout(0),
		"max body":       pagico.WithMaxBody(0),
		"limits":         pagico.WithLimits(pagico.Limits{Requests: 5}),
		"limiter":        pagico.WithLimiter(nil),
		"key style":      pagico.WithIdempotencyKeyStyle(9),
		"header":         pagico.WithHeaders(http.Header{"A b": {"x"}}),
		"header value":   pagico.WithHeaders(http.Header{"A": {"x\r\ny"}}),
		"authorization":  pagico.WithHeaders(http.Header{"authorization": {"x"}}),
		"scope":          pagico.WithScopes("a b"),
		"unnamed routes": pagico.WithRoutes(pagico.Routes{Operations: map[pagico.Operation]pagico.Route{"x": {}}}),
	} {
		_, err := pagico.New("https://host", opt)
		require.ErrorIs(t, err, pagico.ErrInvalidArgument, name)
		_, isError := errors.AsType[*pagico.Error](err)
		assert.True(t, isError, name)
	}
}

func TestHeadersAndUserAgent(t *testing.T) {
	t.Parallel()
	client, b := setupWith(t, []pagico.Option{
		pagico.WithHeaders(http.Header{"X-Tenant": {"t1"}, "X-Version": {"1"}}), pagico.WithHeaders(http.Header{"X-Version": {"2"}}),
	}, ok(fullTask))
	_, err := client.Me(t.Context())
	require.NoError(t, err)
	clone, err := client.Clone(pagico.WithUserAgent("mine/1"), pagico.WithHeaders(http.Header{"X-Tenant": {"t2"}}))
	require.NoError(t, err)
	_, err = clone.Me(t.Context(), pagico.WithHeader("X-Version", "3"))
	require.NoError(t, err)
	_, err = client.Me(t.Context())
	require.NoError(t, err)

	assert.Equal(t, "ghl-pagico-sdk-go/"+pagico.Version, b.request(t, 0).Header.Get("User-Agent"))
	assert.Equal(t, "2", b.request(t, 0).Header.Get("X-Version"))
	assert.Equal(t, "application/json", b.request(t, 0).Header.Get("Accept"))
	assert.Equal(t, "mine/1", b.request(t, 1).Header.Get("User-Agent"))
	assert.Equal(t, "t2", b.request(t, 1).Header.Get("X-Tenant"))
	assert.Equal(t, "3", b.request(t, 1).Header.Get("X-Version"))
	assert.Equal(t, "t1", b.request(t, 2).Header.Get("X-Tenant"), "the clone changed nothing")
	assert.Equal(t, int64(2), client.Stats().Calls)
	assert.Equal(t, int64(1), clone.Stats().Calls)
}

func TestScopes(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, ok(fullTask))
	assert.Contains(t, client.Scopes(), "tasks:write")
	assert.Contains(t, client.Scopes(), "offline_access")
	client, err := client.Clone(pagico.WithScopes("todo.all"))
	require.NoError(t, err)
	assert.Equal(t, []string{"todo.all"}, client.Scopes())
}

// rotating is a token source that can replace a refused token.
type rotating struct {
	mu        sync.Mutex
	token     string
	refreshed int
	err       error
}

func (r *rotating) Token() (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &oauth2.Token{AccessToken: r.token}, nil
}

func (r *rotating) Refresh(_ context.Context, stale *oauth2.Token) (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return nil, r.err
	}
	if stale.AccessToken == r.token {
		r.refreshed++
		r.token += "+"
	}
	return &oauth2.Token{AccessToken: r.token}, nil
}

// stubborn has no other token than the refused one.
type stubborn struct{ *rotating }

func (s stubborn) Refresh(context.Context, *oauth2.Token) (*oauth2.Token, error) { return s.Token() }

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	src := &rotating{token: "a"}
	client, b := setupWith(t, []pagico.Option{pagico.WithTokenSource(src)}, problem(401, "invalid-token", "expired"), ok(fullTask))

	_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"})

	require.NoError(t, err)
	assert.Equal(t, "Bearer a", b.request(t, 0).Header.Get("Authorization"))
	assert.Equal(t, "Bearer a+", b.request(t, 1).Header.Get("Authorization"))
	assert.Equal(t, b.request(t, 0).Header.Get("Idempotency-Key"), b.request(t, 1).Header.Get("Idempotency-Key"))

	client, b = setupWith(t, []pagico.Option{pagico.WithTokenSource(src)}, problem(401, "invalid-token", "expired"))
	_, err = client.Tasks.Get(t.Context(), "t_1")
	require.ErrorIs(t, err, pagico.ErrUnauthorized)
	assert.Equal(t, 2, b.count(), "once per call")

	src.token = "b"
	client, b = setupWith(t, []pagico.Option{pagico.WithTokenSource(stubborn{src})}, problem(401, "invalid-token", "expired"))
	_, err = client.Tasks.Get(t.Context(), "t_1")
	require.ErrorIs(t, err, pagico.ErrUnauthorized)
	assert.Equal(t, 1, b.count(), "the same token need not be tried again")

	client, _ = setupWith(t, []pagico.Option{pagico.WithTokenSource(src)}, problem(401, "invalid-token", "expired"))
	src.err = &oauth2.RetrieveError{Response: &http.Response{StatusCode: 400}, ErrorCode: "invalid_grant"}
	_, err = client.Tasks.Get(t.Context(), "t_1")
	require.ErrorIs(t, err, pagico.ErrUnauthorized)
}

func TestStaticTokenIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	client, b := setup(t, problem(401, "invalid-token", "expired"))

	_, err := client.Me(t.Context())

	require.ErrorIs(t, err, pagico.ErrUnauthorized)
	assert.Equal(t, 1, b.count())
}

func TestTokenStaysOutOfLogsAndErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		client, _ := setupWith(t, []pagico.Option{pagico.WithLogger(logger)}, answer{err: errReset}, problem(400, "invalid-request", "no"))

		_, err := client.Contacts.ListPage(t.Context(), pagico.ContactQuery{Email: "ada@example.com"})

		require.Error(t, err)
		assert.NotEmpty(t, logged.String())
		for _, secret := range []string{testToken, "ada@example.com", "ada%40example.com"} {
			assert.NotContains(t, logged.String(), secret)
			assert.NotContains(t, err.Error(), secret)
		}
	})
}

func TestDo(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(`{"a":1}`))
	var out struct{ A int }

	require.NoError(t, client.Do(t.Context(), pagico.Request{Method: "get", Path: "/x/{id}", PathParams: []string{"a/b"}}, &out))

	assert.Equal(t, 1, out.A)
	assert.Equal(t, "GET /base/v1/x/a%2Fb", b.request(t, 0).Method+" "+b.request(t, 0).Path)

	var raw json.RawMessage
	require.NoError(t, client.Do(t.Context(), pagico.Request{Method: "POST", Path: "/x", Body: map[string]int{"b": 2}}, &raw))
	assertJSON(t, `{"a":1}`, string(raw))
	assertJSON(t, `{"b":2}`, b.request(t, 1).Body)
	assert.NotEmpty(t, b.request(t, 1).Header.Get("Idempotency-Key"))
	require.NoError(t, client.Do(t.Context(), pagico.Request{Method: "PATCH", Path: "/x", Body: 1}, nil))
	assert.Equal(t, "application/merge-patch+json", b.request(t, 2).Header.Get("Content-Type"))

	require.ErrorIs(t, client.Do(t.Context(), pagico.Request{Path: "/x"}, nil), pagico.ErrInvalidArgument)
	require.ErrorIs(t, client.Do(t.Context(), pagico.Request{Method: "GET", Path: "x"}, nil), pagico.ErrInvalidArgument)
	require.ErrorIs(t, client.Do(t.Context(), pagico.Request{Method: "GET", Path: "/x/{id}"}, nil), pagico.ErrInvalidArgument)
	var wrong []string
	require.ErrorIs(t, client.Do(t.Context(), pagico.Request{Method: "GET", Path: "/x"}, &wrong), pagico.ErrAnswer)
}

func TestDoRepeatsOnlyWhatIsSafe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, tc := range map[string]struct {
			r    pagico.Request
			want int
		}{
			"get":              {pagico.Request{Method: "GET", Path: "/x"}, 2},
			"keyed post":       {pagico.Request{Method: "POST", Path: "/x"}, 2},
			"patch":            {pagico.Request{Method: "PATCH", Path: "/x"}, 1},
			"repeatable patch": {pagico.Request{Method: "PATCH", Path: "/x", Repeatable: true}, 2},
		} {
			client, b := setup(t, answer{err: errReset}, ok("{}"))
			err := client.Do(t.Context(), tc.r, nil)
			assert.Equal(t, tc.want, b.count(), name)
			assert.Equal(t, tc.want == 1, errors.Is(err, pagico.ErrUncertain), name)
		}
	})
}
