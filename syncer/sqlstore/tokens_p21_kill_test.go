package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/syncer/sqlstore"
)

var refresherKills = flag.Int("refresher.kills", 4, "how often a refreshing process is killed, per store")

const (
	refreshTask = "refresh"
	refreshURL  = "SQLSTORE_TEST_REFRESH_URL"
)

// openShared opens the store that processes share: a folder, or a database.
func openShared(ctx context.Context, driver, dsn string) (store ghl.TokenStore, done func() error, err error) {
	if driver == "file" {
		store, err = ghl.NewFileTokenStore(dsn, ghl.TokenKey(tokenKey("k1", 1)))
		return store, func() error { return nil }, err
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, nil, err
	}
	s, err := sqlstore.New(ctx, db, dialectOf(driver))
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	store, err = s.Tokens(ctx, tokenKey("k1", 1))
	return store, db.Close, err
}

// refreshUntilTold is a process that refreshes again and again, tells what it uses, and asks for
// help when it cannot get on.
func refreshUntilTold(ctx context.Context) (err error) {
	address := os.Getenv(refreshURL)
	store, done, err := openShared(ctx, os.Getenv(childDriver), os.Getenv(childDSN))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	app, err := ghl.NewOAuth(ghl.OAuthConfig{ClientID: "app-1", ClientSecret: "secret", Store: store, BaseURL: address, Lease: shortLease})
	if err != nil {
		return err
	}
	source := app.Location("L1")
	for {
		report := url.Values{}
		t, err := source.TokenContext(ctx)
		if err == nil {
			t, err = source.Refresh(ctx, t)
		}
		switch again, _ := errors.AsType[*ghl.AuthorizeAgainError](err); {
		case again != nil:
			report.Set("again", again.At.Format(time.RFC3339Nano))
		case err != nil:
			report.Set("error", err.Error())
			<-time.After(100 * time.Millisecond) // the same answer comes for two seconds
		default:
			report.Set("uses", t.AccessToken)
		}
		resp, err := http.PostForm(address+"/report", report)
		if err != nil {
			return err
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
			return err
		}
	}
}

// reaper is a token server that kills those who refresh, before, during and after its work.
type reaper struct {
	*httptest.Server
	t     *testing.T
	store *ghl.TokenSource
	save  func() // a person authorizes the app

	mu                                                       sync.Mutex
	random                                                   *rand.Rand
	processes                                                map[string]*exec.Cmd // alive, by number
	current                                                  p21Pair
	by                                                       string // whose request made it
	authorized                                               time.Time
	left                                                     int // kills to come
	requests, made, authorizations, errors, settled, slowest int
	killed                                                   time.Time
}

func newReaper(t *testing.T, driver, dsn string) *reaper {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := &reaper{t: t, processes: map[string]*exec.Cmd{}, random: rand.New(rand.NewPCG(seed, 0)), left: *refresherKills}
	store, done, err := openShared(t.Context(), driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, done()) })
	app, err := ghl.NewOAuth(ghl.OAuthConfig{ClientID: "app-1", ClientSecret: "secret", Store: store})
	require.NoError(t, err)
	r.store = app.Location("L1")
	r.save = func() {
		r.current = p21Pair{r.current.chain + 1, 1}
		r.authorized, r.by = time.Now(), ""
		assert.NoError(t, app.Save(t.Context(), ghl.OAuthToken{AccessToken: "at-" + r.current.String(), RefreshToken: "rt-" + r.current.String(),
			UserType: ghl.UserLocation, LocationID: "L1", Expiry: time.Now().Add(time.Hour)}))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{n}/oauth/token", r.token)
	mux.HandleFunc("POST /{n}/report", r.report)
	r.Server = httptest.NewServer(mux)
	t.Cleanup(r.Close)
	r.save()
	return r
}

// kill kills a process for good; the caller holds the lock.
func (r *reaper) kill(n string) {
	r.left--
	r.killed = time.Now()
	assert.NoError(r.t, r.processes[n].Process.Kill())
	delete(r.processes, n)
}

func (r *reaper) token(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, when := req.PathValue("n"), r.random.IntN(8)
	if r.processes[n] == nil {
		return // sent before its death
	}
	if r.left == 0 {
		when = 8 // all live
	}
	r.requests++
	if when == 0 {
		r.kill(n)
		return
	}
	if p21PairOf(req.FormValue("refresh_token")) != r.current {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"error":"invalid_grant"}`) // the process may be killed by now
		return
	}
	r.current.serial++
	r.made++
	r.by = n
	if when == 1 {
		r.kill(n)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"access_token":"at-%v","expires_in":3600,"refresh_token":"rt-%[1]v","userType":"Location","locationId":"L1"}`, r.current)
	if when < 5 {
		_ = http.NewResponseController(w).Flush()
		// From here on the process and its death race for the save.
		<-time.After(time.Duration(r.random.IntN(30)) * time.Millisecond)
		r.kill(n)
	}
}

// report hears what became of a refresh.
func (r *reaper) report(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.processes[req.PathValue("n")] == nil {
		return // sent before its death
	}
	stored, err := r.store.Stored(context.WithoutCancel(req.Context()))
	assert.NoError(r.t, err)
	holds := p21PairOf(stored.RefreshToken)
	if uses := req.FormValue("uses"); uses != "" {
		assert.False(r.t, holds.olderThan(p21PairOf(uses)), "%s is used before it is stored", uses)
	}
	if text := req.FormValue("error"); text != "" {
		r.t.Log(text)
		r.errors++
	}
	if at, err := time.Parse(time.RFC3339Nano, req.FormValue("again")); err == nil && at.After(r.authorized) {
		assert.NotEqual(r.t, r.current, holds, "the newest pair is stored")
		assert.Nil(r.t, r.processes[r.by], "the newest pair is lost, and the process that got it lives")
		r.slowest = max(r.slowest, int(time.Since(r.killed).Milliseconds()))
		r.authorizations++
		r.save()
	}
	if r.left == 0 {
		if r.settled++; r.settled > 20 && r.current == holds {
			w.WriteHeader(http.StatusGone)
		}
	}
}

// live keeps one process running, whatever happens to it, until it ends by itself.
func (r *reaper) live(ctx context.Context, first, driver, dsn string) {
	for life := 0; ; life++ {
		n := fmt.Sprint(first, "-", life)
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), childTask+"="+refreshTask, childDriver+"="+driver, childDSN+"="+dsn, refreshURL+"="+r.URL+"/"+n)
		cmd.Stderr = r.t.Output()
		r.mu.Lock()
		err := cmd.Start()
		r.processes[n] = cmd
		r.mu.Unlock()
		if !assert.NoError(r.t, err) {
			return
		}
		err = cmd.Wait()
		r.mu.Lock()
		killed := r.processes[n] == nil
		r.mu.Unlock()
		if !killed {
			assert.NoError(r.t, err)
			return
		}
	}
}

// TestP21KilledRefreshers kills processes amid their refreshes. Whoever is left
// gets on, or is told to authorize again when the newest pair died with its process.
func TestP21KilledRefreshers(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, driver, dsn string) {
		t.Helper()
		r := newReaper(t, driver, dsn)
		var all sync.WaitGroup
		for n := range 3 {
			all.Go(func() { r.live(t.Context(), fmt.Sprint(n), driver, dsn) })
		}
		all.Wait()
		stored, err := r.store.Stored(t.Context())
		require.NoError(t, err)
		assert.Equal(t, r.current, p21PairOf(stored.RefreshToken))
		assert.Zero(t, r.left)
		assert.LessOrEqual(t, r.requests-r.made, *refresherKills, "a request without a new pair needs a death")
		t.Logf("%d kills, %d refreshes, %d requests, %d pairs died with their process, reported within %d ms; %d other errors",
			*refresherKills, r.made, r.requests, r.authorizations, r.slowest, r.errors)
	}
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		run(t, "file", t.TempDir())
	})
	eachDatabase(t, run)
}
