package pagicotest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// send is one request without the checks of a rig.
func send(b *testing.B, srv *pagicotest.Server, method, path, body string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, "http://pagico.test/v1"+path, strings.NewReader(body))
	require.NoError(b, err)
	req.Header.Set("Authorization", "Bearer "+pagicotest.DefaultToken)
	req.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/merge-patch+json")
	}
	resp, err := srv.Transport().RoundTrip(req)
	require.NoError(b, err)
	require.Less(b, resp.StatusCode, 300)
	require.NoError(b, resp.Body.Close())
}

func seeded(b *testing.B, n int) *pagicotest.Server {
	b.Helper()
	srv := pagicotest.New()
	tasks := make([]pagicotest.Task, n)
	for i := range tasks {
		tasks[i] = pagicotest.Task{ID: fmt.Sprintf("t%06d", i), Title: "x", ExternalID: fmt.Sprint(i)}
	}
	require.NoError(b, srv.Seed(pagicotest.World{Tasks: tasks}))
	return srv
}

func BenchmarkPageOf200Among50000(b *testing.B) {
	srv := seeded(b, 50_000)
	for b.Loop() {
		send(b, srv, http.MethodGet, "/tasks?limit=200", "")
	}
}

func BenchmarkUpdateAmong50000(b *testing.B) {
	srv := seeded(b, 50_000)
	i := 0
	for b.Loop() {
		i++
		send(b, srv, http.MethodPatch, "/tasks/t000007", fmt.Sprintf(`{"position":%d}`, i))
	}
}

func BenchmarkCreate(b *testing.B) {
	srv := pagicotest.New()
	for b.Loop() {
		send(b, srv, http.MethodPost, "/tasks", `{"title":"x"}`)
	}
}
