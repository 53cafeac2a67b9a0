package pagico_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// endedSource has a token that is over.
func endedSource(t *testing.T, store pagico.TokenStore, log *bytes.Buffer, answers ...answer) (*pagico.TokenSource, *backend) {
	t.Helper()
	o, b := newOAuth(t, "hush-secret", answers...)
	src, err := o.TokenSource(pagico.TokenSourceConfig{Store: store, Account: "alice", Logger: slog.New(slog.NewTextHandler(log, nil))})
	require.NoError(t, err)
	require.NoError(t, src.Save(t.Context(), &oauth2.Token{AccessToken: "at-hush-1", RefreshToken: "rt-hush-1", Expiry: time.Now().Add(-time.Minute)}))
	return src, b
}

const nextPair = `{"access_token":"at-hush-2","token_type":"Bearer","expires_in":3600,"refresh_token":"rt-hush-2"}`

func TestTokenSourceRefreshesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := pagico.NewMemoryTokenStore()
		var log bytes.Buffer
		src, b := endedSource(t, store, &log, ok(nextPair))
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				tok, err := src.TokenContext(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, "at-hush-2", tok.AccessToken)
				assert.Empty(t, tok.RefreshToken)
			})
		}
		wg.Wait()
		require.Equal(t, 1, b.count())
		form, err := url.ParseQuery(b.request(t, 0).Body)
		require.NoError(t, err)
		assert.Equal(t, "rt-hush-1", form.Get("refresh_token"))

		// Another process finds the new pair.
		o, other := newOAuth(t, "hush-secret", ok(nextPair))
		beside, err := o.TokenSource(pagico.TokenSourceConfig{Store: store, Account: "alice"})
		require.NoError(t, err)
		tok, err := beside.Token()
		require.NoError(t, err)
		assert.Equal(t, "at-hush-2", tok.AccessToken)
		assert.Zero(t, other.count())
		require.NoError(t, src.Wait(t.Context()))
	})
}

func TestTokenSourceAfterRefusal(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answers []answer
		again   bool
		calls   int
	}{
		"void":           {[]answer{{status: 400, body: `{"error":"invalid_grant","error_description":"rt-hush-1 is void"}`}}, true, 1},
		"lost, and void": {[]answer{{err: errReset}, {status: 400, body: `{"error":"invalid_grant"}`}}, true, 2},
		"client":         {[]answer{{status: 401, body: `{"error":"invalid_client"}`}}, false, 1},
		"busy":           {[]answer{{status: 503, body: "<html>"}}, false, 2},
		"limited":        {[]answer{{status: 429}}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				src, b := endedSource(t, pagico.NewMemoryTokenStore(), &log, tc.answers...)
				var err error
				for range 5 {
					_, err = src.TokenContext(t.Context())
					require.Error(t, err)
					assert.Equal(t, tc.again, errors.Is(err, pagico.ErrAuthorizeAgain), "%v", err)
				}
				assert.Equal(t, tc.calls, b.count())
				assert.NotContains(t, fmt.Sprintf("%v %+v %s", err, err, &log), "hush")
			})
		})
	}
}

func TestCallsUseTheTokenSource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		src, grants := endedSource(t, pagico.NewMemoryTokenStore(), &log, ok(nextPair), ok(`{"access_token":"at-hush-3","token_type":"Bearer","expires_in":3600}`))
		b := &backend{answers: []answer{problem(401, "invalid-token", "revoked"), ok(`{"id":"t1","title":"x"}`)}}
		c, err := pagico.New("https://pagico.test/base/v1", pagico.WithTokenSource(src), pagico.WithHTTPClient(&http.Client{Transport: b}))
		require.NoError(t, err)
		_, err = c.Tasks.Get(t.Context(), "t1")
		require.NoError(t, err)
		assert.Equal(t, "Bearer at-hush-2", b.request(t, 0).Header.Get("Authorization"))
		assert.Equal(t, "Bearer at-hush-3", b.request(t, 1).Header.Get("Authorization"))
		assert.Equal(t, 2, grants.count())

		require.NoError(t, src.Remove(t.Context()))
		_, err = c.Tasks.Get(t.Context(), "t1")
		require.ErrorIs(t, err, pagico.ErrAuthorizeAgain)
		require.ErrorIs(t, err, pagico.ErrUnauthorized)
		assert.Equal(t, 2, b.count(), "nothing was sent")
	})
}

func TestTokenSourceRefusesBadSettings(t *testing.T) {
	t.Parallel()
	o, _ := newOAuth(t, "")
	for name, cfg := range map[string]pagico.TokenSourceConfig{
		"no store":   {Account: "a"},
		"no account": {Store: pagico.NewMemoryTokenStore()},
		"slash":      {Store: pagico.NewMemoryTokenStore(), Account: "a/b"},
		"lease":      {Store: pagico.NewMemoryTokenStore(), Account: "a", Lease: time.Millisecond},
	} {
		_, err := o.TokenSource(cfg)
		require.ErrorIs(t, err, pagico.ErrInvalidArgument, name)
	}
	src, err := o.TokenSource(pagico.TokenSourceConfig{Store: pagico.NewMemoryTokenStore(), Account: "a"})
	require.NoError(t, err)
	require.ErrorIs(t, src.Save(t.Context(), &oauth2.Token{}), pagico.ErrInvalidArgument)
	_, err = src.Refresh(t.Context(), nil)
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
}

func TestTokenFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key := pagico.TokenKey{ID: "2026", Secret: bytes.Repeat([]byte{3}, 32)}
	store, err := pagico.NewFileTokenStore(dir, key)
	require.NoError(t, err)
	var log bytes.Buffer
	src, _ := endedSource(t, store, &log, ok(nextPair))
	_, err = src.Token()
	require.NoError(t, err)

	o, _ := newOAuth(t, "")
	for name, tc := range map[string]struct {
		key  pagico.TokenKey
		want error
	}{
		"same key":     {key, nil},
		"other key":    {pagico.TokenKey{ID: "2027", Secret: bytes.Repeat([]byte{4}, 32)}, pagico.ErrTokenUnreadable},
		"other secret": {pagico.TokenKey{ID: "2026", Secret: bytes.Repeat([]byte{4}, 32)}, pagico.ErrTokenUnreadable},
	} {
		store, err := pagico.NewFileTokenStore(dir, tc.key)
		require.NoError(t, err)
		src, err := o.TokenSource(pagico.TokenSourceConfig{Store: store, Account: "alice"})
		require.NoError(t, err)
		_, err = src.Token()
		require.ErrorIs(t, err, tc.want, name)
		require.NotErrorIs(t, err, pagico.ErrAuthorizeAgain, name)
	}
	_, err = pagico.NewFileTokenStore(dir)
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
	_, err = pagico.EncryptTokenStore(nil, key)
	require.ErrorIs(t, err, pagico.ErrInvalidArgument)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", key, key, key), "3, 3")
}
