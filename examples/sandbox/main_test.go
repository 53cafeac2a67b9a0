package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

func TestSandboxServesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	r, stop := start(t)
	ask := func(url, token string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Version", "2021-07-28")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	require.Equal(t, http.StatusOK, ask(r.GHL+"/locations/"+r.LocationID, r.GHLToken))
	require.Equal(t, http.StatusOK, ask(r.Pagico+"/me", r.PagicoToken))
	require.Equal(t, http.StatusUnauthorized, ask(r.Pagico+"/me", "wrong"))
	require.Zero(t, stop())
}

// start runs a sandbox and returns where it is, and a way to stop it.
func start(t *testing.T, args ...string) (ready, func() int) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"-ghl", "127.0.0.1:0", "-pagico", "127.0.0.1:0", "-contacts", "3"}, args...), in, io.Discard)
	}()
	var r ready
	require.NoError(t, json.NewDecoder(out).Decode(&r))
	return r, func() int { stop(); return <-code }
}

func TestPagicoStateOutlivesTheSandbox(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pagico.db")
	r, stop := start(t, "-pagico-state", file)
	client, err := pagico.New(r.Pagico, pagico.WithToken(r.PagicoToken))
	require.NoError(t, err)
	task, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "kept"})
	require.NoError(t, err)
	require.Zero(t, stop())

	r, stop = start(t, "-pagico-state", file)
	client, err = pagico.New(r.Pagico, pagico.WithToken(r.PagicoToken))
	require.NoError(t, err)
	again, err := client.Tasks.Get(t.Context(), task.ID)
	require.NoError(t, err)
	require.Equal(t, "kept", again.Title)
	require.Zero(t, stop())
}

func TestSandboxRefusesBadFlags(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	require.Equal(t, 2, run(t.Context(), []string{"-contacts", "many"}, io.Discard, &stderr))
	require.Equal(t, 1, run(t.Context(), []string{"-ghl", "127.0.0.1:0", "-pagico", "127.0.0.1:0", "-contacts", "-1"}, io.Discard, &stderr))
	require.Equal(t, 1, run(t.Context(), []string{"-ghl", "nowhere"}, io.Discard, &stderr))
	require.Contains(t, stderr.String(), "-contacts -1: use 0 or more")
}
