package sqlstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

func tokenKey(id string, fill byte) sqlstore.TokenKey {
	return sqlstore.TokenKey{ID: id, Secret: bytes.Repeat([]byte{fill}, 32)}
}

// eachDatabase runs a test on a new database of each kind.
func eachDatabase(t *testing.T, run func(t *testing.T, driver, dsn string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		run(t, "sqlite", sqlstore.SQLiteDSN(newFile(t)))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		run(t, "pgx", postgresDSN(t))
	})
}

func openTokens(t *testing.T, driver, dsn string, keys ...sqlstore.TokenKey) *sqlstore.Tokens {
	t.Helper()
	db := openDB
	if driver == "pgx" {
		db = openServer
	}
	s, err := sqlstore.New(t.Context(), db(t, dsn), dialectOf(driver))
	require.NoError(t, err)
	if len(keys) == 0 {
		keys = []sqlstore.TokenKey{tokenKey("k1", 1)}
	}
	tok, err := s.Tokens(t.Context(), keys...)
	require.NoError(t, err)
	return tok
}

func TestTokensCompareAndSwap(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, driver, dsn string) {
		t.Helper()
		ctx := t.Context()
		s, beside := openTokens(t, driver, dsn), openTokens(t, driver, dsn)
		data, rev, err := s.Load(ctx, "a")
		require.NoError(t, err)
		assert.Empty(t, data)
		assert.Zero(t, rev)
		first, err := s.Save(ctx, "a", []byte("one"), 0)
		require.NoError(t, err)
		assert.Positive(t, first)
		for _, wrong := range []int64{0, -1, first + 1} {
			lost, err := beside.Save(ctx, "a", []byte("other"), wrong)
			require.NoError(t, err)
			assert.Zero(t, lost)
		}
		second, err := beside.Save(ctx, "a", []byte("two"), first)
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
		assert.Equal(t, gone, rev)

		var won atomic.Int32
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				next, err := []*sqlstore.Tokens{s, beside}[i%2].Save(ctx, "race", []byte("x"), 0)
				assert.NoError(t, err)
				if next != 0 {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		assert.EqualValues(t, 1, won.Load())
	})
}

func TestTokensLease(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, driver, dsn string) {
		t.Helper()
		ctx := t.Context()
		s, beside := openTokens(t, driver, dsn), openTokens(t, driver, dsn)
		lease, err := s.Lease(ctx, "a", time.Hour)
		require.NoError(t, err)
		require.NotEmpty(t, lease)
		_, rev, err := s.Load(ctx, "a")
		require.NoError(t, err)
		assert.Zero(t, rev, "a lease is no token")
		for _, other := range []*sqlstore.Tokens{s, beside} {
			taken, err := other.Lease(ctx, "a", time.Hour)
			require.NoError(t, err)
			assert.Empty(t, taken)
		}
		require.NoError(t, beside.Release(ctx, "a", "unknown"))
		require.NoError(t, beside.Release(ctx, "a", ""))
		taken, err := beside.Lease(ctx, "a", time.Hour)
		require.NoError(t, err)
		assert.Empty(t, taken)
		saved, err := s.Save(ctx, "a", []byte("x"), 0)
		require.NoError(t, err)
		assert.Positive(t, saved)
		require.NoError(t, s.Release(ctx, "a", lease))
		require.NoError(t, s.Release(ctx, "a", lease))
		short, err := beside.Lease(ctx, "a", 0)
		require.NoError(t, err)
		require.NotEmpty(t, short)
		next, err := s.Lease(ctx, "a", time.Hour)
		require.NoError(t, err)
		require.NotEmpty(t, next, "the one before has run out")
		require.NoError(t, beside.Release(ctx, "a", short))
		taken, err = beside.Lease(ctx, "a", time.Hour)
		require.NoError(t, err)
		assert.Empty(t, taken)
	})
}

func TestTokensAreEncrypted(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	dsn := sqlstore.SQLiteDSN(path)
	s := openTokens(t, "sqlite", dsn)
	next, err := s.Save(t.Context(), "a", []byte("the-hush-token"), 0)
	require.NoError(t, err)
	assert.Positive(t, next)
	for _, name := range []string{path, path + "-wal"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.NotContains(t, string(text), "hush")
	}
	_, _, err = openTokens(t, "sqlite", dsn, tokenKey("k2", 2)).Load(t.Context(), "a")
	require.ErrorIs(t, err, sqlstore.ErrTokenUnreadable)
	require.ErrorContains(t, err, `key "k1"`)
	data, _, err := openTokens(t, "sqlite", dsn, tokenKey("k2", 2), tokenKey("k1", 1)).Load(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, "the-hush-token", string(data))

	db := openDB(t, dsn)
	_, err = db.ExecContext(t.Context(), "INSERT INTO sync_tokens SELECT 'b', revision, data, lease, until FROM sync_tokens WHERE name = 'a'")
	require.NoError(t, err)
	_, _, err = s.Load(t.Context(), "b")
	require.ErrorIs(t, err, sqlstore.ErrTokenUnreadable, "a token stays with its tenant")
	store, err := sqlstore.New(t.Context(), db, sqlstore.SQLite)
	require.NoError(t, err, "the engine's tables are beside")
	_, err = store.Tokens(t.Context())
	require.Error(t, err, "no key")
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", tokenKey("k", 7), tokenKey("k", 7), tokenKey("k", 7)), "7")
}

const (
	tokensChild = "SQLSTORE_TEST_TOKENS_CHILD"
	tokensURL   = "SQLSTORE_TEST_TOKENS_URL"
)

// A kill leaves a lease behind whose end the others have to wait for; nobody waits for the end of the long one.
const (
	longLease  = time.Minute
	shortLease = 6 * time.Second
)

// httpSource is a source whose exchange is a request to the test.
func httpSource(s tokens.Store, address string, lease time.Duration) *tokens.Source {
	return tokens.New(tokens.Config{Store: s, Key: "app/location/L1", Lease: lease,
		Exchange: func(ctx context.Context, old tokens.Token) (tokens.Token, error) {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/token?refresh="+url.QueryEscape(old.Refresh), http.NoBody)
			if err != nil {
				return tokens.Token{}, err
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return tokens.Token{}, tokens.Unclear(err)
			}
			defer resp.Body.Close()
			next, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusOK {
				return tokens.Token{}, tokens.Refused(errors.New("refused"))
			}
			return tokens.Token{Access: "at" + string(next), Refresh: string(next), Expiry: time.Now().Add(time.Hour)}, nil
		}})
}

// TestTokensChild is the main function of the other processes; by itself it does nothing.
func TestTokensChild(t *testing.T) {
	t.Parallel()
	want := os.Getenv(tokensChild)
	if want == "" {
		return
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	s := openTokens(t, os.Getenv(childDriver), os.Getenv(childDSN))
	lease := longLease
	if want != "success" {
		lease = shortLease
	}
	src := httpSource(s, os.Getenv(tokensURL), lease)
	if want != "victim" {
		resp, err := http.Get(os.Getenv(tokensURL) + "/start")
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			tok, err := src.Token(t.Context())
			if want == "again" {
				assert.ErrorIs(t, err, tokens.ErrAuthorizeAgain)
				return
			}
			assert.NoError(t, err)
			assert.Equal(t, "at2", tok.Access)
		})
	}
	wg.Wait()
}

// barrier lets processes go on when all of them have arrived.
type barrier struct {
	mu      sync.Mutex
	missing int
	open    chan struct{}
}

func (b *barrier) arrive() {
	b.mu.Lock()
	if b.missing--; b.missing == 0 {
		close(b.open)
	}
	b.mu.Unlock()
	<-b.open
}

// grantServer trades refresh tokens, each once.
type grantServer struct {
	*httptest.Server
	serial, calls atomic.Int64
	start         barrier
	hang          chan struct{} // closed after an exchange whose answer never comes
}

func newGrantServer(t *testing.T, processes int, hang chan struct{}) *grantServer {
	t.Helper()
	g := &grantServer{hang: hang}
	g.serial.Store(1)
	g.start.missing, g.start.open = processes, make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /start", func(http.ResponseWriter, *http.Request) { g.start.arrive() })
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		first := g.calls.Add(1) == 1
		old := g.serial.Load()
		if r.FormValue("refresh") != fmt.Sprint(old) || !g.serial.CompareAndSwap(old, old+1) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if first && g.hang != nil {
			close(g.hang)
			<-r.Context().Done()
			return
		}
		_, _ = fmt.Fprint(w, old+1) // the process may be killed by now
	})
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

func tokensProcess(t *testing.T, want, driver, dsn, address string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTokensChild$", "-test.v")
	cmd.Env = append(os.Environ(), tokensChild+"="+want, tokensURL+"="+address, childDriver+"="+driver, childDSN+"="+dsn)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	return cmd, &out
}

func tokensProcesses(t *testing.T, n int, want, driver, dsn, address string) {
	t.Helper()
	var wg sync.WaitGroup
	for range n {
		cmd, out := tokensProcess(t, want, driver, dsn, address)
		wg.Go(func() {
			assert.NoError(t, cmd.Wait(), "%s", out)
			assert.Contains(t, out.String(), "PASS: TestTokensChild")
		})
	}
	wg.Wait()
}

func staleToken(t *testing.T, s tokens.Store) {
	t.Helper()
	require.NoError(t, tokens.Put(t.Context(), s, "app/location/L1", tokens.Token{Access: "at1", Refresh: "1", Expiry: time.Now().Add(-time.Hour)}))
}

func TestFourProcessesRefreshOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, driver, dsn string) {
		t.Helper()
		g := newGrantServer(t, 4, nil)
		staleToken(t, openTokens(t, driver, dsn))
		tokensProcesses(t, 4, "success", driver, dsn, g.URL)
		assert.EqualValues(t, 1, g.calls.Load())
	})
}

func TestRefresherKilledBetweenExchangeAndSave(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, driver, dsn string) {
		t.Helper()
		g := newGrantServer(t, 3, make(chan struct{}))
		s := openTokens(t, driver, dsn)
		staleToken(t, s)
		victim, out := tokensProcess(t, "victim", driver, dsn, g.URL)
		<-g.hang
		require.NoError(t, victim.Process.Kill())
		require.Error(t, victim.Wait())
		assert.False(t, strings.Contains(out.String(), "PASS: TestTokensChild"))

		tokensProcesses(t, 3, "again", driver, dsn, g.URL)
		assert.EqualValues(t, 2, g.calls.Load(), "the victim's, and one try with the old token")
		_, err := httpSource(s, "http://127.0.0.1:1", shortLease).Token(t.Context())
		require.ErrorIs(t, err, tokens.ErrAuthorizeAgain, "known without a request")
	})
}
