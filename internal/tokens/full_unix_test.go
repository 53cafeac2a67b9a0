//go:build linux || darwin

package tokens_test

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

const fullDiskChild = "TOKENS_TEST_FULL_DISK"

// fileSize lets the files of this process grow to so many bytes; -1 gives them all the room again.
func fileSize(t *testing.T, most int64) {
	t.Helper()
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	limit.Cur = min(uint64(most), limit.Max) //nolint:gosec // -1 becomes the greatest number
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
}

// TestFullDisk runs in a process of its own, because the limit that plays a full disk is one of processes.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDiskChild$", "-test.v")
	cmd.Env = append(os.Environ(), fullDiskChild+"="+t.TempDir())
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "PASS: TestFullDiskChild")
}

// TestFullDiskChild is the main function of that process; by itself it does nothing.
func TestFullDiskChild(t *testing.T) { //nolint:paralleltest // it limits its process
	dir := os.Getenv(fullDiskChild)
	if dir == "" {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	store := seal(t, fileStore(t, dir), testKey("k1", 1))
	require.NoError(t, tokens.Put(t.Context(), store, tenant, tokens.Token{Access: "at1", Refresh: "rt-hush", Expiry: time.Now()}))
	calls := 0
	source := tokens.New(tokens.Config{Store: store, Key: tenant, Lease: 2 * time.Second,
		Exchange: func(context.Context, tokens.Token) (tokens.Token, error) {
			calls++
			fileSize(t, 0)
			return tokens.Token{Access: "at2", Refresh: "rt2-hush", Expiry: time.Now().Add(time.Hour)}, nil
		}})
	for _, room := range []int64{0, 10, 100} {
		fileSize(t, room)
		_, err := tokens.New(tokens.Config{Store: store, Key: tenant, Exchange: func(context.Context, tokens.Token) (tokens.Token, error) {
			calls++
			return tokens.Token{}, errVoid
		}}).Token(t.Context())
		require.ErrorIs(t, err, syscall.EFBIG)
		require.ErrorContains(t, err, dir, "it names the place")
		assert.NotContains(t, err.Error(), "hush")
		assert.Zero(t, calls, "no exchange whose result could not be stored")
	}
	fileSize(t, -1)
	_, err := source.Token(t.Context())
	require.ErrorIs(t, err, syscall.EFBIG, "full since the exchange")
	require.ErrorContains(t, err, "not used before it is stored")
	require.NotErrorIs(t, err, tokens.ErrAuthorizeAgain)
	fileSize(t, -1)
	assert.Eventually(t, func() bool {
		tok, err := source.Token(t.Context())
		return err == nil && tok.Access == "at2"
	}, time.Minute, 50*time.Millisecond, "with room, the pair is stored")
	assert.Equal(t, 1, calls)
	stored, err := tokens.Get(t.Context(), store, tenant)
	require.NoError(t, err)
	assert.Equal(t, "rt2-hush", stored.Refresh)
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	hidden, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	assert.Len(t, append(left, hidden...), 2, "the token and its lock: %v %v", left, hidden)
}
