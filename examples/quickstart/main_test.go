package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/examples/internal/local"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// nothing is an environment without settings.
func nothing(string) string { return "" }

// runIt runs the program and returns its status and what it printed.
func runIt(t *testing.T, getenv func(string) string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, getenv, &out, &errs)
	return code, out.String(), errs.String()
}

// result decodes the last line of standard output.
func result(t *testing.T, stdout string) map[string]any {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &m), stdout)
	return m
}

func TestDemoTellsTheWholeStory(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "state.db")
	code, stdout, stderr := runIt(t, nothing, "-json", "-contacts", "120", "-seed", "3", "-db", db)
	require.Equal(t, exitOK, code, stderr)
	require.Equal(t, 1, strings.Count(stdout, "\n"), "standard output is one line of JSON")
	m := result(t, stdout)
	for _, key := range []string{"drifted", "missing", "doubled", "orphaned", "rateLimited", "secondPassWrites", "failures"} {
		require.Zero(t, m[key], key)
	}
	require.EqualValues(t, 120, m["contacts"])
	require.GreaterOrEqual(t, m["tasks"], 360.0)
	require.GreaterOrEqual(t, m["notes"], 180.0)
	require.Positive(t, m["conflicts"])
	require.Positive(t, m["deleted"])
	// One call per contact for its notes, and a few pages.
	require.LessOrEqual(t, m["ghlCalls"], 1.1*(120+20))
	require.FileExists(t, db)
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "state.db")
	code, stdout, stderr := runIt(t, nothing, "-dry-run", "-contacts", "20", "-db", db)
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stdout, "plan:")
	require.Contains(t, stdout, "match:")
	require.NoFileExists(t, db)
}

// services starts a small sandbox and returns the settings that lead to it.
func services(t *testing.T) (*local.Servers, map[string]string) {
	t.Helper()
	s, err := local.Start(t.Context(), local.Options{GHLAddr: "127.0.0.1:0", PagicoAddr: "127.0.0.1:0", Contacts: 12, Seed: 1, Rate: local.RateOff})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, map[string]string{"GHL_BASE_URL": s.GHLURL, "GHL_TOKEN": s.GHL.Token(), "GHL_LOCATION_ID": s.GHL.LocationID(),
		"PAGICO_BASE_URL": s.PagicoURL, "PAGICO_TOKEN": pagicotest.DefaultToken}
}

func TestServicesAreOnlyReadWithoutApply(t *testing.T) {
	t.Parallel()
	s, env := services(t)
	before, beforePagico := s.GHL.Snapshot(), s.Pagico.Snapshot()
	db := filepath.Join(t.TempDir(), "state.db")
	code, stdout, stderr := runIt(t, func(k string) string { return env[k] }, "-db", db)
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stdout, "run again with -apply")
	after := s.GHL.Snapshot()
	require.Equal(t, [2]any{before.Contacts, before.Tasks}, [2]any{after.Contacts, after.Tasks})
	require.Equal(t, beforePagico, s.Pagico.Snapshot())
	require.NoFileExists(t, db)
}

func TestServicesAreSyncedWithApplyAndResumed(t *testing.T) {
	t.Parallel()
	s, env := services(t)
	db := filepath.Join(t.TempDir(), "state.db")
	getenv := func(k string) string { return env[k] }
	code, stdout, stderr := runIt(t, getenv, "-apply", "-json", "-db", db)
	require.Equal(t, exitOK, code, stderr)
	require.Positive(t, result(t, stdout)["created"])
	after := s.Pagico.Snapshot()
	code, stdout, stderr = runIt(t, getenv, "-apply", "-json", "-db", db)
	require.Equal(t, exitOK, code, stderr)
	m := result(t, stdout)
	require.Zero(t, m["created"])
	require.EqualValues(t, 0, m["secondPassWrites"])
	require.EqualValues(t, 12, m["contacts"])
	require.Equal(t, after, s.Pagico.Snapshot(), "the second run finds nothing to do")
}

func TestBadSettingsGiveOneLineAndWriteNothing(t *testing.T) {
	t.Parallel()
	s, good := services(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := "http://" + closed.Addr().String()
	require.NoError(t, closed.Close())
	damaged := filepath.Join(t.TempDir(), "damaged.db")
	require.NoError(t, os.WriteFile(damaged, []byte(strings.Repeat("not a database ", 300)), 0o600))
	for name, c := range map[string]struct{ key, value, want, db string }{
		"missing variable":      {key: "PAGICO_TOKEN", want: "PAGICO_TOKEN not set"},
		"wrong GHL token":       {key: "GHL_TOKEN", value: "pit-wrong", want: "check GHL_TOKEN"},
		"wrong Pagico token":    {key: "PAGICO_TOKEN", value: "wrong", want: "check PAGICO_TOKEN"},
		"another location":      {key: "GHL_LOCATION_ID", value: "elsewhere", want: "check GHL_LOCATION_ID"},
		"GHL unreachable":       {key: "GHL_BASE_URL", value: nobody, want: "GHL cannot be used"},
		"Pagico unreachable":    {key: "PAGICO_BASE_URL", value: nobody + "/v1", want: "Pagico cannot be used"},
		"no URL":                {key: "PAGICO_BASE_URL", value: "::", want: "pagico:"},
		"damaged state":         {key: "GHL_TOKEN", value: good["GHL_TOKEN"], want: damaged + " (it was left as it is; restore a copy", db: damaged},
		"state is a folder":     {key: "GHL_TOKEN", value: good["GHL_TOKEN"], want: "state file", db: t.TempDir()},
		"state cannot be made":  {key: "GHL_TOKEN", value: good["GHL_TOKEN"], want: "folder of the state file", db: filepath.Join(damaged, "x", "s.db")},
		"secret stays a secret": {key: "GHL_TOKEN", value: "pit-very-secret", want: "GHL refuses"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := s.Pagico.Snapshot()
			db := c.db
			if db == "" {
				db = filepath.Join(t.TempDir(), "state.db")
			}
			env := maps.Clone(good)
			env[c.key] = c.value
			code, stdout, stderr := runIt(t, func(k string) string { return env[k] }, "-apply", "-db", db)
			require.Equal(t, exitFailed, code)
			require.Empty(t, stdout)
			require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			require.Contains(t, stderr, c.want)
			require.NotContains(t, stderr, "very-secret")
			require.Equal(t, before, s.Pagico.Snapshot())
			if c.db == "" {
				require.NoFileExists(t, db)
			}
		})
	}
}

func TestWrongFlags(t *testing.T) {
	t.Parallel()
	code, _, stderr := runIt(t, nothing, "-no-such-flag")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "no-such-flag")
	code, _, stderr = runIt(t, nothing, "-rate", "sometimes")
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "use off or real")
}
