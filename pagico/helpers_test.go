package pagico_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

const testToken = "tok-1234567890"

// seen is one request as the backend got it.
type seen struct {
	Method, Path, Query string
	Header              http.Header
	Body                string
}

// backend is a scripted server: each request takes the next answer, and the last answer
// is given again when there are no more. It needs no socket, so it works in a synctest
// bubble.
type backend struct {
	mu       sync.Mutex
	answers  []answer
	requests []seen
}

type answer struct {
	status int
	header map[string]string
	body   string
	err    error // the connection breaks after the request was sent
}

func (b *backend) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests = append(b.requests, seen{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Clone(), string(body)})
	a := b.answers[min(len(b.requests), len(b.answers))-1]
	if a.err != nil {
		return nil, a.err
	}
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status)
	_, _ = w.WriteString(a.body)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

func (b *backend) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.requests)
}

// request returns the request with this index; negative counts from the end.
func (b *backend) request(t *testing.T, i int) seen {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if i < 0 {
		i += len(b.requests)
	}
	require.Less(t, i, len(b.requests), "the request was not sent")
	return b.requests[i]
}

// setup returns a client of a backend with these answers. The base path is not the root.
func setup(t *testing.T, answers ...answer) (*pagico.Client, *backend) {
	t.Helper()
	return setupWith(t, nil, answers...)
}

func setupWith(t *testing.T, opts []pagico.Option, answers ...answer) (*pagico.Client, *backend) {
	t.Helper()
	b := &backend{answers: answers}
	all := append([]pagico.Option{
		pagico.WithHTTPClient(&http.Client{Transport: b}),
		pagico.WithToken(testToken),
	}, opts...)
	c, err := pagico.New("https://pagico.test/base/v1", all...)
	require.NoError(t, err)
	return c, b
}

// ok answers 200 with a JSON body.
func ok(body string) answer { return answer{status: http.StatusOK, body: body} }

// problem answers with a problem document of the contract.
func problem(status int, kind, detail string) answer {
	body, _ := json.Marshal(map[string]any{
		"type": "urn:pagico-contract:problem:" + kind, "title": kind, "status": status, "detail": detail,
		"requestId": "req_1",
	})
	return answer{status: status, header: map[string]string{"Content-Type": "application/problem+json"}, body: string(body)}
}

// assertJSON compares documents, not bytes.
func assertJSON(t *testing.T, want, got string) {
	t.Helper()
	assert.JSONEq(t, want, got)
}

// fuzzClient repeats nothing, so that a fuzz run does not wait.
func fuzzClient(t *testing.T, b *backend) *pagico.Client {
	t.Helper()
	c, err := pagico.New("https://pagico.test/base/v1", pagico.WithHTTPClient(&http.Client{Transport: b}),
		pagico.WithRetry(pagico.RetryPolicy{MaxRetries: -1}))
	require.NoError(t, err)
	return c
}

// jsonText is s after a trip through JSON.
func jsonText(t *testing.T, s string) string {
	t.Helper()
	data, err := json.Marshal(s)
	require.NoError(t, err)
	var out string
	require.NoError(t, json.Unmarshal(data, &out))
	return out
}
