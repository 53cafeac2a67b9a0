package ghltest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

type object = map[string]any

// start is a moment of the tests' own clock.
var start = time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Raw    string
	Body   object
}

// rig is a server and a way to call it.
type rig struct {
	t *testing.T
	*ghltest.Server
	token, version string
	now            time.Time
	slept          time.Duration
}

func newRig(t *testing.T, opts ...ghltest.Option) *rig {
	t.Helper()
	r := &rig{t: t, version: "2021-07-28", now: start}
	opts = append([]ghltest.Option{ghltest.NoLimits(), ghltest.WithClock(func() time.Time { return r.now })}, opts...)
	r.Server = ghltest.New(opts...)
	r.token = r.Token()
	return r
}

// raw sends a request and returns the transport's error.
func (r *rig) raw(method, path, body string, header ...string) (answer, error) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.URL()+path, strings.NewReader(body))
	require.NoError(r.t, err)
	req.Header.Set("Authorization", "Bearer "+r.token)
	req.Header.Set("Content-Type", "application/json")
	if r.version != "" {
		req.Header.Set("Version", r.version)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := r.Client().Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	a := answer{Status: res.StatusCode, Header: res.Header, Raw: string(raw)}
	_ = json.Unmarshal(raw, &a.Body)
	return a, err
}

func (r *rig) do(method, path, body string, header ...string) answer {
	r.t.Helper()
	a, err := r.raw(method, path, body, header...)
	require.NoError(r.t, err)
	return a
}

func (r *rig) get(path string) answer { r.t.Helper(); return r.do(http.MethodGet, path, "") }

// ok sends a request that must succeed with the given status.
func (r *rig) ok(status int, method, path, body string) object {
	r.t.Helper()
	a := r.do(method, path, body)
	require.Equal(r.t, status, a.Status, "%s %s: %s", method, path, a.Raw)
	require.NotEmpty(r.t, a.Body["traceId"], "every answer carries a trace id: %s", a.Raw)
	return a.Body
}

// dig follows keys and indexes into a decoded answer.
func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			o, _ := v.(object)
			v = o[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

func ids(t *testing.T, v any, key string) []string {
	t.Helper()
	rows, ok := v.([]any)
	require.True(t, ok, "not a list: %v", v)
	out := make([]string, 0, len(rows))
	for _, row := range rows {
		out = append(out, dig(row, key).(string))
	}
	return out
}

func loc(path string) string { return strings.ReplaceAll(path, "LOC", ghltest.DefaultLocationID) }

const (
	ada = "contactADA0000000001"
	bob = "contactBOB0000000002"
)

// seedPeople puts two contacts into the world.
func (r *rig) seedPeople() {
	r.Seed(ghltest.World{Contacts: []ghltest.Contact{
		{ID: ada, FirstName: "Ada", LastName: "Lovelace", Email: "Ada@Example.com", Phone: "+41791234567", Tags: []string{"VIP", "new"},
			DateAdded: start.Add(-48 * time.Hour)},
		{ID: bob, FirstName: "Bob", DateAdded: start.Add(-24 * time.Hour)},
	}})
}
