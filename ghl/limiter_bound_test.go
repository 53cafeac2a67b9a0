package ghl_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// boastful answers every request with the same headers.
type boastful struct{ http.Header }

func (b boastful) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: b.Header, Body: http.NoBody}, nil
}

// TestHugeAdvertisedLimitCostsNoMemory: a server that claims to allow a billion calls per window must not make the client
// reserve memory for a billion calls.
//
//nolint:paralleltest // it measures what the process allocates
func TestHugeAdvertisedLimitCostsNoMemory(t *testing.T) {
	h := http.Header{}
	h.Set("X-RateLimit-Max", "1000000000")
	h.Set("X-RateLimit-Remaining", "999999999")
	h.Set("X-RateLimit-Interval-Milliseconds", "10000")
	client, err := ghl.New(ghl.WithToken(strings.Repeat("t", 8)), ghl.WithHTTPClient(&http.Client{Transport: boastful{h}}))
	require.NoError(t, err)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, client.Do(t.Context(), ghl.Request{Method: http.MethodGet, Path: "/anything", Version: "2021-07-28"}, nil))
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
}
