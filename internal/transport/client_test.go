package transport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

type step = func(*http.Request) (*http.Response, error)

// A refused connection is known to have carried nothing, so even a create is tried again.
func TestCreateIsRepeatedWithoutConnection(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	c, err := transport.New(transport.Config{Name: "test", BaseURL: "http://" + address,
		Retry: transport.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond}})
	require.NoError(t, err)
	_, err = c.Do(t.Context(), post())
	te, ok := errors.AsType[*transport.Error](err)
	require.True(t, ok)
	assert.False(t, te.Sent)
	assert.Equal(t, 3, te.Attempts)
}

// The server takes the request and closes the connection: the create may have happened.
func TestCreateWithDroppedAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}))
	defer srv.Close()
	c, err := transport.New(transport.Config{Name: "test", BaseURL: srv.URL})
	require.NoError(t, err)
	_, err = c.Do(t.Context(), post())
	te, ok := errors.AsType[*transport.Error](err)
	require.True(t, ok)
	assert.True(t, te.Sent)
	assert.EqualValues(t, 1, calls.Load())
}

// A success whose body breaks off did its work; a create is not repeated, a read is.
func TestBrokenBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := func(r *http.Request) (*http.Response, error) {
			body := io.MultiReader(strings.NewReader(`{"half":`), &failing{})
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(body), Request: r, ContentLength: -1}, nil
		}
		s := &script{steps: []step{broken, answer(200, `{"half":1}`)}}
		_, err := client(t, s, nil).Do(t.Context(), post())
		te, ok := errors.AsType[*transport.Error](err)
		require.True(t, ok)
		assert.True(t, te.Sent)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Equal(t, 1, s.count())
		s = &script{steps: s.steps}
		resp, err := client(t, s, nil).Do(t.Context(), get())
		require.NoError(t, err)
		assert.Equal(t, `{"half":1}`, string(resp.Body))
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBodyLimits(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 1000)
	s := &script{steps: []step{answer(200, big)}}
	edit := func(c *transport.Config) { c.MaxBody, c.MaxErrorBody = 999, 10 }
	_, err := client(t, s, edit).Do(t.Context(), get())
	require.ErrorIs(t, err, transport.ErrBodyTooLarge)
	assert.Equal(t, 1, s.count())
	resp, err := client(t, &script{steps: []step{answer(404, big)}}, edit).Do(t.Context(), get())
	require.NoError(t, err)
	assert.Len(t, resp.Body, 10)
	assert.True(t, resp.Truncated)
	resp, err = client(t, &script{steps: []step{answer(200, big[:999])}}, edit).Do(t.Context(), get())
	require.NoError(t, err)
	assert.Len(t, resp.Body, 999)
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	authorize := func(c *transport.Config) {
		c.Authorize = func(_ context.Context, h http.Header) error {
			h.Set("Authorization", "Bearer s3cr3t-token")
			return nil
		}
	}
	for name, location := range map[string]string{"host": "https://evil.example.net/x?access_token=abc123",
		"scheme": "http://api.example.com/x", "subdomain": "https://a.api.example.com/", "port": "https://api.example.com:8443/",
		"bad": "http://[::1", "none": ""} {
		s := &script{steps: []step{answer(302, "", "Location", location), answer(200, "{}")}}
		_, err := client(t, s, authorize).Do(t.Context(), get())
		require.Error(t, err, name)
		assert.Equal(t, 1, s.count(), name)
		assert.NotContains(t, err.Error(), "abc123")
		require.ErrorIs(t, err, transport.ErrRedirect, name)
	}
	s := &script{steps: []step{answer(307, "", "Location", "/root/elsewhere"), answer(200, "{}")}}
	_, err := client(t, s, authorize).Do(t.Context(), get())
	require.NoError(t, err, "the same host is followed")
	assert.Equal(t, "Bearer s3cr3t-token", s.seen[1].Header.Get("Authorization"))
	s = &script{steps: s.steps}
	_, err = client(t, s, authorize).Do(t.Context(), post())
	require.ErrorIs(t, err, transport.ErrRedirect, "a write is never sent on")
	assert.Equal(t, 1, s.count())
	s = &script{steps: []step{answer(301, "", "Location", "/root/loop")}}
	_, err = client(t, s, authorize).Do(t.Context(), get())
	require.ErrorIs(t, err, transport.ErrRedirect, "loops end")
	assert.Less(t, s.count(), 10)
}

func TestReauthorizeOnce(t *testing.T) {
	t.Parallel()
	token, refreshes := "old", 0
	edit := func(c *transport.Config) {
		c.Retry.MaxRetries = -1
		c.Authorize = func(_ context.Context, h http.Header) error { h.Set("Authorization", "Bearer "+token); return nil }
		c.Reauthorize = func(_ context.Context, used string, resp *transport.Response) (bool, error) {
			refreshes++
			assert.Equal(t, "Bearer old", used)
			assert.Equal(t, "expired", string(resp.Body))
			token = "new"
			return true, nil
		}
	}
	s := &script{steps: []step{answer(401, "expired"), answer(201, "{}")}}
	resp, err := client(t, s, edit).Do(t.Context(), post())
	require.NoError(t, err)
	assert.Equal(t, 201, resp.Status)
	assert.Equal(t, "Bearer new", s.seen[1].Header.Get("Authorization"))
	token, refreshes = "old", 0
	s = &script{steps: []step{answer(401, "expired")}}
	resp, err = client(t, s, edit).Do(t.Context(), get())
	require.NoError(t, err)
	assert.Equal(t, 401, resp.Status)
	assert.Equal(t, 1, refreshes)
	assert.Equal(t, 2, s.count())
}

func TestHookErrorsEndTheCall(t *testing.T) {
	t.Parallel()
	boom := errors.New("no token")
	for name, edit := range map[string]func(*transport.Config){
		"authorize": func(c *transport.Config) {
			c.Authorize = func(context.Context, http.Header) error { return boom }
		},
		"gate": func(c *transport.Config) { c.Gate = gate{boom} },
		"reauthorize": func(c *transport.Config) {
			c.Reauthorize = func(context.Context, string, *transport.Response) (bool, error) { return false, boom }
		},
	} {
		s := &script{steps: []step{answer(401, "")}}
		_, err := client(t, s, edit).Do(t.Context(), post())
		require.ErrorIs(t, err, boom, name)
		te, ok := errors.AsType[*transport.Error](err)
		require.True(t, ok)
		assert.True(t, te.Hook, name)
		assert.False(t, te.Sent, name)
	}
}

type gate struct{ err error }

func (g gate) Wait(context.Context, int) (transport.Ticket, error) { return nil, g.err }

func TestAttemptTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hang := func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }
		s := &script{steps: []step{hang, answer(200, "{}")}}
		start := time.Now()
		_, err := client(t, s, nil).Do(t.Context(), get())
		require.NoError(t, err, "the caller's context is alive, so a read is repeated")
		assert.GreaterOrEqual(t, time.Since(start), 30*time.Second)
		s = &script{steps: []step{hang}}
		req := post()
		req.Timeout = 5 * time.Second
		start = time.Now()
		_, err = client(t, s, nil).Do(t.Context(), req)
		require.ErrorIs(t, err, transport.ErrAttemptTimeout)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 5*time.Second, time.Since(start))
		te, _ := errors.AsType[*transport.Error](err)
		assert.True(t, te.Sent)
	})
}

func TestContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s := &script{steps: []step{answer(503, "")}}
		_, err := client(t, s, nil).Do(ctx, get())
		require.ErrorIs(t, err, context.Canceled)
		assert.Zero(t, s.count())
		ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err = client(t, s, nil).Do(ctx, get())
		require.ErrorIs(t, err, context.DeadlineExceeded, "the wait between attempts ends with the context")
		assert.Equal(t, 100*time.Millisecond, time.Since(start))
	})
}

func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t-value-42"
	var log bytes.Buffer
	s := &script{steps: []step{fails(errors.New("Get https://h/?access_token=" + secret + " with Bearer " + secret + " failed"))}}
	c := client(t, s, func(c *transport.Config) {
		c.Retry.MaxRetries = -1
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.Authorize = func(_ context.Context, h http.Header) error { h.Set("Authorization", "Bearer "+secret); return nil }
	})
	req := get()
	req.Query = map[string][]string{"client_secret": {secret}, "code": {secret}}
	_, err := c.Do(t.Context(), req)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), secret)
	assert.NotContains(t, log.String(), secret)
	assert.Contains(t, log.String(), "/things/{id}")
}

func TestCallersClientIsCopied(t *testing.T) {
	t.Parallel()
	s := &script{steps: []step{answer(200, "{}")}}
	own := &http.Client{Transport: s, Timeout: time.Hour}
	c, err := transport.New(transport.Config{Name: "test", BaseURL: "https://h", HTTPClient: own})
	require.NoError(t, err)
	_, err = c.Do(t.Context(), get())
	require.NoError(t, err)
	assert.Same(t, s, own.Transport)
	assert.Nil(t, own.CheckRedirect)
	assert.Equal(t, time.Hour, own.Timeout)
}
