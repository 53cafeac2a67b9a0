package tokens_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

func testKey(id string, fill byte) tokens.Key {
	return tokens.Key{ID: id, Secret: bytes.Repeat([]byte{fill}, 32)}
}

func seal(t *testing.T, inner tokens.Store, keys ...tokens.Key) tokens.Store {
	t.Helper()
	s, err := tokens.Seal(inner, keys...)
	require.NoError(t, err)
	return s
}

func fileStore(t *testing.T, dir string) tokens.Store {
	t.Helper()
	s, err := tokens.NewFile(dir)
	require.NoError(t, err)
	return s
}

// stores are all kinds of stores that this package has.
func stores(t *testing.T) map[string]tokens.Store {
	t.Helper()
	return map[string]tokens.Store{
		"memory":      tokens.NewMemory(),
		"file":        fileStore(t, t.TempDir()),
		"sealed file": seal(t, fileStore(t, t.TempDir()), testKey("k1", 1)),
	}
}

func TestStoreComparesAndSwaps(t *testing.T) {
	t.Parallel()
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			data, rev, err := s.Load(ctx, "a")
			require.NoError(t, err)
			assert.Empty(t, data)
			assert.Zero(t, rev)

			first, err := s.Save(ctx, "a", []byte("one"), 0)
			require.NoError(t, err)
			assert.Positive(t, first)
			lost, err := s.Save(ctx, "a", []byte("other"), 0)
			require.NoError(t, err)
			assert.Zero(t, lost, "somebody was first")
			lost, err = s.Save(ctx, "a", []byte("other"), -1)
			require.NoError(t, err)
			assert.Zero(t, lost)
			second, err := s.Save(ctx, "a", []byte("two"), first)
			require.NoError(t, err)
			assert.Greater(t, second, first)
			data, rev, err = s.Load(ctx, "a")
			require.NoError(t, err)
			assert.Equal(t, "two", string(data))
			assert.Equal(t, second, rev)

			gone, err := s.Save(ctx, "a", nil, second)
			require.NoError(t, err)
			assert.Positive(t, gone)
			data, rev, err = s.Load(ctx, "a")
			require.NoError(t, err)
			assert.Empty(t, data)
			assert.Equal(t, gone, rev, "a late writer of an older revision must not bring it back")
			data, rev, err = s.Load(ctx, "b")
			require.NoError(t, err)
			assert.Empty(t, data, "keys do not mix")
			assert.Zero(t, rev)
		})
	}
}

func TestStoreGivesOneLease(t *testing.T) {
	t.Parallel()
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			var got atomic.Int32
			var mu sync.Mutex
			lease := ""
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					l, err := s.Lease(ctx, "a", time.Hour)
					assert.NoError(t, err)
					if l != "" {
						got.Add(1)
						mu.Lock()
						lease = l
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			require.EqualValues(t, 1, got.Load())
			other, err := s.Lease(ctx, "b", time.Hour)
			require.NoError(t, err)
			require.NotEmpty(t, other, "keys do not mix")
			require.NoError(t, s.Release(ctx, "b", other))

			require.NoError(t, s.Release(ctx, "a", "unknown"))
			taken, err := s.Lease(ctx, "a", time.Hour)
			require.NoError(t, err)
			require.Empty(t, taken, "only its holder releases a lease")
			require.NoError(t, s.Release(ctx, "a", lease))
			require.NoError(t, s.Release(ctx, "a", lease), "twice is no error")
			again, err := s.Lease(ctx, "a", time.Nanosecond)
			require.NoError(t, err)
			require.NotEmpty(t, again)
			next, err := s.Lease(ctx, "a", time.Hour)
			require.NoError(t, err)
			require.NotEmpty(t, next, "a lease that has run out is free")
			require.NoError(t, s.Release(ctx, "a", again), "too late, and no harm")
			taken, err = s.Lease(ctx, "a", time.Hour)
			require.NoError(t, err)
			require.Empty(t, taken)
			require.NoError(t, s.Release(ctx, "a", next))
		})
	}
}

func TestFileIsPrivateAndEncrypted(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "tokens")
	s := seal(t, fileStore(t, dir), testKey("k1", 1))
	require.NoError(t, tokens.Put(t.Context(), s, "ghl/app/location/secret-id", tokens.Token{Access: "at-secret", Refresh: "rt-secret"}))
	lease, err := s.Lease(t.Context(), "ghl/app/location/secret-id", time.Hour)
	require.NoError(t, err)
	require.NotEmpty(t, lease)

	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), e.Name())
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		assert.NotContains(t, string(text), "secret")
		assert.NotContains(t, e.Name(), "secret")
	}
	require.NoError(t, s.Release(t.Context(), "ghl/app/location/secret-id", lease))
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	assert.Len(t, left, 2, "the token and its lock: %v", left)
}

func tokenFile(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.token"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0]
}

func TestDamagedFilesAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := seal(t, fileStore(t, dir), testKey("k1", 1))
	require.NoError(t, tokens.Put(t.Context(), s, "a", tokens.Token{Access: "at-secret"}))
	good, err := os.ReadFile(tokenFile(t, dir))
	require.NoError(t, err)
	parts := strings.Split(strings.TrimSpace(string(good)), " ")
	for name, text := range map[string]string{
		"empty":         "",
		"another file":  "hello",
		"cut off":       string(good[:len(good)/2]),
		"changed":       strings.Replace(string(good), parts[2][20:24], flip(parts[2][20:24]), 1),
		"changed key":   parts[0] + " 1 AQ" + flip(parts[2][2:6]) + parts[2][6:],
		"bad revision":  parts[0] + " x " + parts[2],
		"negative":      parts[0] + " -4 " + parts[2],
		"other version": "ghl-pagico-tokens/9 1 " + parts[2],
		"plain text":    parts[0] + " 1 eyJhY2Nlc3MiOiJhdC1zZWNyZXQifQ==",
	} {
		require.NoError(t, os.WriteFile(tokenFile(t, dir), []byte(text), 0o600))
		_, err := tokens.Get(t.Context(), s, "a")
		require.ErrorIs(t, err, tokens.ErrUnreadable, name)
		assert.NotContains(t, err.Error(), "secret", name)
	}
	require.NoError(t, tokens.Put(t.Context(), s, "a", tokens.Token{Access: "new"}), "a new authorization replaces it")
	tok, err := tokens.Get(t.Context(), s, "a")
	require.NoError(t, err)
	assert.Equal(t, "new", tok.Access)
}

func flip(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 'A' {
			return 'B'
		}
		return 'A'
	}, s)
}

func TestSealedDataStaysWithItsTenant(t *testing.T) {
	t.Parallel()
	inner := tokens.NewMemory()
	s := seal(t, inner, testKey("k1", 1))
	require.NoError(t, tokens.Put(t.Context(), s, "a", tokens.Token{Access: "of a"}))
	data, _, err := inner.Load(t.Context(), "a")
	require.NoError(t, err)
	_, err = inner.Save(t.Context(), "b", data, 0)
	require.NoError(t, err)
	_, err = tokens.Get(t.Context(), s, "b")
	require.ErrorIs(t, err, tokens.ErrUnreadable)
	require.ErrorContains(t, err, "another tenant")
}

func TestKeyRotation(t *testing.T) {
	t.Parallel()
	inner := tokens.NewMemory()
	older, newer := testKey("2025", 1), testKey("2026", 2)
	require.NoError(t, tokens.Put(t.Context(), seal(t, inner, older), "a", tokens.Token{Access: "x"}))

	both := seal(t, inner, newer, older)
	tok, err := tokens.Get(t.Context(), both, "a")
	require.NoError(t, err)
	assert.Equal(t, "x", tok.Access)
	_, err = tokens.Get(t.Context(), seal(t, inner, newer), "a")
	require.ErrorIs(t, err, tokens.ErrUnreadable)
	require.ErrorContains(t, err, `key "2025"`)
	_, err = tokens.Get(t.Context(), seal(t, inner, testKey("2025", 9)), "a")
	require.ErrorIs(t, err, tokens.ErrUnreadable, "the same name with other bytes")

	require.NoError(t, tokens.Put(t.Context(), both, "a", tok))
	_, err = tokens.Get(t.Context(), seal(t, inner, newer), "a")
	require.NoError(t, err, "the first key writes")
}

func TestSealRefusesBadKeys(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]tokens.Key{
		"none":      nil,
		"short":     {{ID: "a", Secret: []byte("hush-hush")}},
		"no id":     {testKey("", 1)},
		"odd id":    {testKey("a b", 1)},
		"same id":   {testKey("a", 1), testKey("a", 2)},
		"long name": {testKey(strings.Repeat("x", 65), 1)},
	} {
		_, err := tokens.Seal(tokens.NewMemory(), keys...)
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), "hush")
	}
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", testKey("k", 7), testKey("k", 7), testKey("k", 7), testKey("k", 7)), "7")
}

func TestTokensPrintNoSecrets(t *testing.T) {
	t.Parallel()
	tok := tokens.Token{Access: "at-secret", Refresh: "rt-secret"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(format, tok), "secret")
		assert.NotContains(t, fmt.Sprintf(format, &tok), "secret")
		assert.NotContains(t, fmt.Sprintf(format, []tokens.Token{tok}), "secret")
	}
}

// Each bit of a token file is turned, and it is cut at each byte: it is refused, or shows the same token.
func TestTokenFileDamagedAnywhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := seal(t, fileStore(t, dir), testKey("k1", 1))
	want := tokens.Token{Access: "at-secret", Refresh: "rt-secret"}
	require.NoError(t, tokens.Put(t.Context(), s, "a", want))
	path := tokenFile(t, dir)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	same := 0
	try := func(text []byte, where string) {
		require.NoError(t, os.WriteFile(path, text, 0o600))
		tok, err := tokens.Get(t.Context(), s, "a")
		if err == nil {
			same++
			require.Equal(t, want, tok, where)
			return
		}
		require.ErrorIs(t, err, tokens.ErrUnreadable, where)
		require.NotContains(t, err.Error(), "secret", where)
	}
	for i := range good {
		for bit := range 8 {
			text := bytes.Clone(good)
			text[i] ^= 1 << bit
			try(text, fmt.Sprintf("bit %d of byte %d", bit, i))
		}
		try(good[:i], fmt.Sprintf("cut at %d", i))
	}
	assert.Less(t, same, 10, "only the number of the revision may be another")
}
