package transport_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// script is a RoundTripper that answers each request with the next step and remembers what it was asked.
type script struct {
	mu    sync.Mutex
	steps []func(*http.Request) (*http.Response, error)
	seen  []*http.Request
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	n := len(s.seen)
	s.seen = append(s.seen, r)
	step := s.steps[min(n, len(s.steps)-1)]
	s.mu.Unlock()
	return step(r)
}

func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// answer makes a step from a status, a body and header pairs.
func answer(status int, body string, header ...string) func(*http.Request) (*http.Response, error) {
	return handler(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

func handler(h http.HandlerFunc) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		rec := httptest.NewRecorder()
		h(rec, r)
		resp := rec.Result()
		resp.Request = r
		return resp, nil
	}
}

func fails(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// client makes a client whose requests go to the script; edit may change the configuration.
func client(t *testing.T, s *script, edit func(*transport.Config)) *transport.Client {
	t.Helper()
	cfg := transport.Config{Name: "test", BaseURL: "https://api.example.com/root", HTTPClient: &http.Client{Transport: s}}
	if edit != nil {
		edit(&cfg)
	}
	c, err := transport.New(cfg)
	require.NoError(t, err)
	return c
}

func get() *transport.Request {
	return &transport.Request{Method: http.MethodGet, Template: "/things/{id}", Params: []string{"1"}}
}

func post() *transport.Request {
	return &transport.Request{Method: http.MethodPost, Template: "/things", Body: []byte(`{"a":1}`)}
}
