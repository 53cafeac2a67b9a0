package transport_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

func TestExpandPath(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		template string
		params   []string
		want     string
	}{
		{"/contacts/", nil, "/contacts/"},
		{"/contacts/{contactId}", []string{"abc"}, "/contacts/abc"},
		{"/contacts/{contactId}/tasks/{taskId}", []string{"a/b", "c?d#e"}, "/contacts/a%2Fb/tasks/c%3Fd%23e"},
		{"/x/{id}", []string{"../../etc"}, "/x/..%2F..%2Fetc"},
		{"/x/{id}", []string{"%2e%2e"}, "/x/%252e%252e"},
		{"/x/{id}/completed", []string{"ü €"}, "/x/%C3%BC%20%E2%82%AC/completed"},
		{"/x/{id}", []string{"..."}, "/x/..."},
	} {
		got, err := transport.ExpandPath(tc.template, tc.params...)
		require.NoError(t, err, tc.template)
		assert.Equal(t, tc.want, got)
	}
}

func TestExpandPathRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		template string
		params   []string
	}{
		{"/x/{id}", []string{""}},
		{"/x/{id}", []string{" \t"}},
		{"/x/{id}", []string{"."}},
		{"/x/{id}", []string{".."}},
		{"/x/{id}", nil},
		{"/x/{id}", []string{"a", "b"}},
		{"/x/{id", []string{"a"}},
	} {
		_, err := transport.ExpandPath(tc.template, tc.params...)
		require.ErrorIs(t, err, transport.ErrInvalid, "%s %q", tc.template, tc.params)
	}
}

func TestBadPathSendsNothing(t *testing.T) {
	t.Parallel()
	s := &script{steps: []func(*http.Request) (*http.Response, error){answer(200, "{}")}}
	_, err := client(t, s, nil).Do(t.Context(), &transport.Request{Method: "GET", Template: "/things/{id}", Params: []string{".."}})
	require.ErrorIs(t, err, transport.ErrInvalid)
	assert.Zero(t, s.count())
}

func TestPathReachesServerEncoded(t *testing.T) {
	t.Parallel()
	s := &script{steps: []func(*http.Request) (*http.Response, error){answer(200, "{}")}}
	req := get()
	req.Params = []string{"a/../b"}
	req.Query = map[string][]string{"q": {"x y"}}
	_, err := client(t, s, nil).Do(t.Context(), req)
	require.NoError(t, err)
	assert.Equal(t, "/root/things/a%2F..%2Fb?q=x+y", s.seen[0].URL.RequestURI())
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "api.example.com", "ftp://x", "https://", "https://u:p@h", "https://h?x=1", "https://h#f", "http://[::1", "//h"} {
		_, err := transport.New(transport.Config{Name: "test", BaseURL: bad})
		require.ErrorIs(t, err, transport.ErrInvalid, bad)
		assert.NotContains(t, err.Error(), "u:p")
	}
	c, err := transport.New(transport.Config{Name: "test", BaseURL: "https://h/v1//"})
	require.NoError(t, err)
	assert.Equal(t, "https://h/v1", c.BaseURL())
}
