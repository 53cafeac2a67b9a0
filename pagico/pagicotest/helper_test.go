package pagicotest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// start is where every test's clock begins.
var start = time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)

// rig is a server with a clock that the test moves, and a plain HTTP client of it.
type rig struct {
	t   *testing.T
	srv *pagicotest.Server
	now time.Time
}

func newRig(t *testing.T, opts ...pagicotest.Option) *rig {
	t.Helper()
	g := &rig{t: t, now: start}
	all := append([]pagicotest.Option{pagicotest.WithClock(func() time.Time { return g.now })}, opts...)
	g.srv = pagicotest.New(all...)
	return g
}

// answer is one response, read to its end.
type answer struct {
	status int
	header http.Header
	text   string
	json   map[string]any
}

func (a answer) str(name string) string {
	s, _ := a.json[name].(string)
	return s
}

func (a answer) problem() string {
	return strings.TrimPrefix(a.str("type"), "urn:pagico-contract:problem:")
}

func (a answer) ids() []string {
	var ids []string
	results, _ := a.json["results"].([]any)
	for _, r := range results {
		ids = append(ids, r.(map[string]any)["id"].(string))
	}
	return ids
}

// do sends a request; headers come in pairs and replace the defaults.
func (g *rig) do(method, path, body string, headers ...string) answer {
	g.t.Helper()
	a, err := g.try(method, path, body, headers...)
	require.NoError(g.t, err)
	return a
}

func (g *rig) try(method, path, body string, headers ...string) (answer, error) {
	g.t.Helper()
	req, err := http.NewRequestWithContext(g.t.Context(), method, "http://pagico.test/v1"+path, strings.NewReader(body))
	require.NoError(g.t, err)
	req.Header.Set("Authorization", "Bearer "+pagicotest.DefaultToken)
	switch method {
	case http.MethodPatch:
		req.Header.Set("Content-Type", "application/merge-patch+json")
	case http.MethodPost, http.MethodPut:
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := g.srv.Transport().RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	if err == nil && strings.Contains(resp.Header.Get("Content-Type"), "json") {
		_ = json.Unmarshal(text, &a.json)
	}
	if err == nil {
		g.fits(req, a)
	}
	return a, err
}

// create posts and wants 201.
func (g *rig) create(path, body string) answer {
	g.t.Helper()
	a := g.do(http.MethodPost, path, body)
	require.Equal(g.t, http.StatusCreated, a.status, a.text)
	return a
}
