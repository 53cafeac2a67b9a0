package transport_test

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// The address of a request is the one that net/url reads from the base, the path and the query written one after the other.
func TestAddress(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"https://h", "http://h:8080/v1", "https://h/a%2Fb", "https://h/ü", "https://h:/x"} {
		for _, path := range []string{"/", "/contacts/aZ09-_.", "//double", "/contacts/a%2F..%2Fb", "/with space", "/ü", "/~x", "/a?b=1", "/a?b=1#c", "/a:b"} {
			for _, query := range []url.Values{nil, {"q": {"x y", "&"}, "a": {""}}} {
				s := &script{steps: []step{answer(200, "{}")}}
				c, err := transport.New(transport.Config{Name: "test", BaseURL: base, HTTPClient: &http.Client{Transport: s}})
				require.NoError(t, err)
				_, err = c.Do(t.Context(), &transport.Request{Method: "GET", Template: path, Query: query})
				require.NoError(t, err)
				want, err := url.Parse(c.BaseURL() + path)
				require.NoError(t, err)
				if query != nil {
					want.RawQuery = strings.TrimPrefix(want.RawQuery+"&"+query.Encode(), "&")
				}
				assert.Equal(t, want.String(), s.seen[0].URL.String())
				assert.Equal(t, want.RequestURI(), s.seen[0].URL.RequestURI())
				assert.Equal(t, want.Host, s.seen[0].Host)
			}
		}
	}
	s := &script{steps: []step{answer(200, "{}")}}
	for _, bad := range []transport.Request{{Method: "GET", Template: "/%zz"}, {Method: "G T", Template: "/"}, {Method: "GET", Template: "x"}} {
		_, err := client(t, s, nil).Do(t.Context(), &bad)
		require.ErrorIs(t, err, transport.ErrInvalid)
	}
	assert.Zero(t, s.count())
}

// Every attempt carries all headers, also after a redirect; what the caller gave is not changed.
func TestHeaders(t *testing.T) {
	t.Parallel()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	s := &script{steps: []step{answer(302, "", "Location", "/root/next", "Set-Cookie", "c=1; Path=/"), answer(200, "{}")}}
	fixed := http.Header{"Accept": {"application/json"}, "User-Agent": {"test/1"}}
	c, err := transport.New(transport.Config{Name: "test", BaseURL: "https://api.example.com/root", Header: fixed,
		HTTPClient: &http.Client{Transport: s, Jar: jar}, Authorize: func(_ context.Context, h http.Header) error {
			h["Authorization"] = []string{"Bearer x"}
			return nil
		}})
	require.NoError(t, err)
	req := get()
	req.Header = http.Header{"version": {"v9"}, "User-Agent": {"mine"}}
	_, err = c.Do(t.Context(), req)
	require.NoError(t, err)
	require.Len(t, s.seen, 2)
	for _, seen := range s.seen {
		assert.Equal(t, []string{"application/json"}, seen.Header["Accept"])
		assert.Equal(t, []string{"mine"}, seen.Header["User-Agent"])
		assert.Equal(t, []string{"v9"}, seen.Header["Version"])
		assert.Equal(t, []string{"Bearer x"}, seen.Header["Authorization"])
	}
	assert.Equal(t, "c=1", s.seen[1].Header.Get("Cookie"))
	assert.Equal(t, http.Header{"Accept": {"application/json"}, "User-Agent": {"test/1"}}, fixed)
	assert.Equal(t, http.Header{"version": {"v9"}, "User-Agent": {"mine"}}, req.Header)
	s.steps = []step{answer(201, "{}")}
	body := post()
	body.ContentType = "text/plain"
	_, err = c.Do(t.Context(), body)
	require.NoError(t, err)
	assert.Equal(t, "text/plain", s.seen[2].Header.Get("Content-Type"))
}

// Bodies come whole, whatever their length is said to be and however they arrive, and each in memory of its own.
func TestBodies(t *testing.T) {
	t.Parallel()
	var held [][]byte
	var want []string
	var body io.Reader
	var length int64
	s := &script{steps: []step{func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(body), Request: r, ContentLength: length}, nil
	}}}
	c := client(t, s, func(cfg *transport.Config) { cfg.MaxBody = math.MaxInt64 })
	for i, size := range []int{0, 1, 511, 512, 513, 8 << 10, 8<<10 + 1, 100_000, 3 << 20, 7} {
		for _, said := range []int64{-1, int64(size), 0, 5, math.MaxInt64} {
			for _, slow := range []bool{false, true} {
				text := strings.Repeat(string(rune('a'+i)), size)
				body, length = strings.NewReader(text), said
				if slow {
					body = iotest.DataErrReader(iotest.HalfReader(body))
				}
				resp, err := c.Do(t.Context(), get())
				require.NoError(t, err)
				held, want = append(held, resp.Body), append(want, text)
			}
		}
	}
	for i := range held {
		require.True(t, bytes.Equal([]byte(want[i]), held[i]), "body %d", i)
	}
}
