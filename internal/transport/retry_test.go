package transport_test

import (
	"errors"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

func TestParseRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		text string
		want time.Duration
		ok   bool
	}{
		{"", 0, false},
		{"7", 7 * time.Second, true},
		{" 1.5 ", 1500 * time.Millisecond, true},
		{"0", 0, true},
		{"-3", 0, false},
		{"NaN", 0, false},
		{"soon", 0, false},
		{"9223372036854775807", math.MaxInt64, true},
		{"1e400", math.MaxInt64, true},
		{"Wed, 01 Jul 2026 12:00:30 GMT", 30 * time.Second, true},
		{"Wednesday, 01-Jul-26 12:00:30 GMT", 30 * time.Second, true},
		{"Wed, 01 Jul 2026 11:00:00 GMT", 0, true},
	} {
		h := http.Header{}
		h.Set("Retry-After", tc.text)
		got, ok := transport.ParseRetryAfter(h, now)
		assert.Equal(t, tc.want, got, tc.text)
		assert.Equal(t, tc.ok, ok, tc.text)
	}
	h := http.Header{"Retry-After": {"Wed, 01 Jul 2026 12:00:30 GMT"}, "Date": {"Wed, 01 Jul 2026 12:00:20 GMT"}}
	got, ok := transport.ParseRetryAfter(h, now.Add(time.Hour))
	assert.True(t, ok)
	assert.Equal(t, 10*time.Second, got, "the server's own clock counts")
}

func TestRepeatsReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){
			fails(errors.New("connection reset")), answer(503, ""), answer(429, ""), answer(522, "<html>"), answer(200, `{"ok":1}`)}}
		c := client(t, s, nil)
		start := time.Now()
		resp, err := c.Do(t.Context(), get())
		require.NoError(t, err)
		assert.Equal(t, `{"ok":1}`, string(resp.Body))
		assert.Equal(t, 5, resp.Attempts)
		assert.True(t, resp.Doubt)
		assert.Equal(t, transport.Stats{Calls: 5, Retries: 4, RateLimited: 1}, c.Stats())
		// 0.5 + 1 + 2 + 4 s, each between half and all.
		assert.GreaterOrEqual(t, time.Since(start), 3750*time.Millisecond)
		assert.LessOrEqual(t, time.Since(start), 7500*time.Millisecond)
	})
}

func TestGivesUpWithTheLastAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){answer(503, `{"message":"busy"}`)}}
		resp, err := client(t, s, func(c *transport.Config) { c.Retry.MaxRetries = 2 }).Do(t.Context(), get())
		require.NoError(t, err)
		assert.Equal(t, 503, resp.Status)
		assert.Equal(t, `{"message":"busy"}`, string(resp.Body), "the body of the last answer is kept")
		assert.Equal(t, 3, s.count())
	})
}

func TestNegativeRetriesMeanNone(t *testing.T) {
	t.Parallel()
	s := &script{steps: []func(*http.Request) (*http.Response, error){answer(503, "")}}
	_, err := client(t, s, func(c *transport.Config) { c.Retry.MaxRetries = -1 }).Do(t.Context(), get())
	require.NoError(t, err)
	assert.Equal(t, 1, s.count())
}

func TestCreateIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"reset": fails(errors.New("connection reset by peer")),
		"502":   answer(502, ""),
		"500":   answer(500, ""),
		"504":   answer(504, ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &script{steps: []func(*http.Request) (*http.Response, error){step}}
			resp, err := client(t, s, nil).Do(t.Context(), post())
			assert.Equal(t, 1, s.count())
			if err != nil {
				te, ok := errors.AsType[*transport.Error](err)
				require.True(t, ok)
				assert.True(t, te.Sent)
				return
			}
			assert.GreaterOrEqual(t, resp.Status, 500)
		})
	}
}

func TestCreateIsRepeatedAfter429(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){answer(429, "", "Retry-After", "3"), answer(201, "{}")}}
		start := time.Now()
		resp, err := client(t, s, nil).Do(t.Context(), post())
		require.NoError(t, err)
		assert.Equal(t, 201, resp.Status)
		assert.False(t, resp.Doubt, "429 says that nothing was done")
		assert.GreaterOrEqual(t, time.Since(start), 3*time.Second)
		assert.Less(t, time.Since(start), 4*time.Second)
	})
}

func TestKeyedCreateIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){fails(errors.New("reset")), answer(201, "{}")}}
		req := post()
		req.Header = http.Header{"Idempotency-Key": {"k1"}}
		resp, err := client(t, s, nil).Do(t.Context(), req)
		require.NoError(t, err)
		assert.Equal(t, 201, resp.Status)
		assert.Equal(t, "k1", s.seen[1].Header.Get("Idempotency-Key"))
	})
}

func TestBodyIsSentWholeEveryTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		read := func(status int) func(*http.Request) (*http.Response, error) {
			return handler(func(w http.ResponseWriter, r *http.Request) {
				b := make([]byte, 100)
				n, _ := r.Body.Read(b)
				bodies = append(bodies, string(b[:n])+" "+r.Header.Get("Content-Type"))
				w.WriteHeader(status)
			})
		}
		s := &script{steps: []func(*http.Request) (*http.Response, error){read(429), read(429), read(200)}}
		_, err := client(t, s, nil).Do(t.Context(), post())
		require.NoError(t, err)
		want := `{"a":1} application/json`
		assert.Equal(t, []string{want, want, want}, bodies)
	})
}

func TestLongRetryAfterEndsTheCall(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"61", "86400", "9223372036854775807", "Fri, 31 Dec 2100 23:59:59 GMT"} {
		s := &script{steps: []func(*http.Request) (*http.Response, error){answer(429, "", "Retry-After", text)}}
		resp, err := client(t, s, nil).Do(t.Context(), get())
		require.NoError(t, err)
		assert.Equal(t, 429, resp.Status)
		assert.Equal(t, 1, s.count())
		assert.Greater(t, resp.RetryAfter, time.Minute, text)
	}
}

func TestRetryAfterWithTheShortestWait(t *testing.T) {
	t.Parallel()
	s := &script{steps: []func(*http.Request) (*http.Response, error){answer(429, "", "Retry-After", "0"), answer(200, "{}")}}
	shortest := func(c *transport.Config) { c.Retry.MinWait, c.Retry.MaxWait = 1, 1 }
	resp, err := client(t, s, shortest).Do(t.Context(), get())
	require.NoError(t, err)
	assert.Equal(t, 200, resp.Status)
}
