package ghl_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// bubbleOf runs a test in virtual time.
func bubbleOf(t *testing.T, run func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, run)
}

// tokenServer is a server on a socket whose refresh tokens work once and whose contacts need the newest access token.
type tokenServer struct {
	*httptest.Server
	mu        sync.Mutex
	serial    int
	refreshes int
	contacts  int
	ready     *sync.WaitGroup // the processes that start together
	// hang, when set, is closed as soon as an exchange is done, whose answer then never comes.
	hang chan struct{}
}

func newTokenServer(t *testing.T, processes int) *tokenServer {
	t.Helper()
	s := &tokenServer{serial: 1}
	s.expect(processes)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /contacts/{id}", s.contact)
	mux.HandleFunc("GET /start", func(http.ResponseWriter, *http.Request) { // all processes start together
		s.mu.Lock()
		ready := s.ready
		s.mu.Unlock()
		ready.Done()
		ready.Wait()
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// expect says how many processes are to start together from now on.
func (s *tokenServer) expect(processes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = new(sync.WaitGroup)
	s.ready.Add(processes)
}

func (s *tokenServer) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.refreshes++
	good := r.FormValue("refresh_token") == fmt.Sprint("rt-hush-", s.serial)
	if good {
		s.serial++
	}
	serial, hang := s.serial, s.hang
	s.hang = nil
	s.mu.Unlock()
	if hang != nil {
		close(hang)
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if !good {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"error":"invalid_grant","error_description":"This refresh token is invalid"}`)
		return
	}
	_, _ = fmt.Fprintf(w, `{"access_token":"at-hush-%d","refresh_token":"rt-hush-%d","expires_in":86399,"userType":"Location","locationId":"L1"}`, serial, serial)
}

func (s *tokenServer) contact(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != fmt.Sprint("Bearer at-hush-", s.serial) {
		http.Error(w, `{"message":"Invalid JWT"}`, http.StatusUnauthorized)
		return
	}
	s.contacts++
	_, _ = fmt.Fprintf(w, `{"contact":{"id":%q}}`, r.PathValue("id"))
}

func (s *tokenServer) counts() (refreshes, contacts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refreshes, s.contacts
}

const (
	childEnv   = "GHL_TEST_OAUTH_CHILD"
	childURL   = "GHL_TEST_OAUTH_URL"
	childStore = "GHL_TEST_OAUTH_STORE"
)

// processOAuth is what every process of the app has.
func processOAuth(address, dir string) (*ghl.OAuth, error) {
	store, err := ghl.NewFileTokenStore(dir, ghl.TokenKey{ID: "k1", Secret: bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		return nil, err
	}
	return ghl.NewOAuth(ghl.OAuthConfig{ClientID: testClientID, ClientSecret: testSecret, Store: store, BaseURL: address, Lease: 20 * time.Second})
}

// TestOAuthChild is the main function of the other processes; by itself it does nothing.
func TestOAuthChild(t *testing.T) {
	t.Parallel()
	want := os.Getenv(childEnv)
	if want == "" {
		return
	}
	o, err := processOAuth(os.Getenv(childURL), os.Getenv(childStore))
	require.NoError(t, err)
	c, err := ghl.New(ghl.WithTokenSource(o.Location("L1")), ghl.WithBaseURL(os.Getenv(childURL)), ghl.WithLimits(ghl.NoLimits()))
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, os.Getenv(childURL)+"/start", http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := c.Contacts.Get(t.Context(), "c1")
			if want == "again" {
				assert.ErrorIs(t, err, ghl.ErrAuthorizeAgain)
				return
			}
			assert.NoError(t, err)
		})
	}
	wg.Wait()
}

// startChild starts this test binary again.
func startChild(ctx context.Context, want, address, dir string) (*exec.Cmd, *bytes.Buffer, error) {
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestOAuthChild$", "-test.v")
	cmd.Env = append(os.Environ(), childEnv+"="+want, childURL+"="+address, childStore+"="+dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	return cmd, &out, cmd.Start()
}

func staleFile(t *testing.T, s *tokenServer) (dir string) {
	t.Helper()
	dir = t.TempDir()
	o, err := processOAuth(s.URL, dir)
	require.NoError(t, err)
	require.NoError(t, o.Save(t.Context(), ghl.OAuthToken{AccessToken: "at-hush-0", RefreshToken: "rt-hush-1", UserType: ghl.UserLocation,
		LocationID: "L1", Expiry: time.Now().Add(-time.Hour)}))
	return dir
}

// runChildren runs processes that all expect the same.
func runChildren(t *testing.T, n int, want, address, dir string) {
	t.Helper()
	var wg sync.WaitGroup
	for range n {
		cmd, out, err := startChild(t.Context(), want, address, dir)
		require.NoError(t, err)
		wg.Go(func() {
			assert.NoError(t, cmd.Wait(), "%s", out)
			assert.Contains(t, out.String(), "PASS: TestOAuthChild")
			assert.NotContains(t, out.String(), "hush")
		})
	}
	wg.Wait()
}

func TestFourProcessesRefreshOnce(t *testing.T) {
	t.Parallel()
	s := newTokenServer(t, 4)
	runChildren(t, 4, "success", s.URL, staleFile(t, s))
	refreshes, contacts := s.counts()
	assert.Equal(t, 1, refreshes)
	assert.Equal(t, 200, contacts)
}

func TestRefresherKilledBetweenExchangeAndSave(t *testing.T) {
	t.Parallel()
	s := newTokenServer(t, 1) // the victim starts alone
	dir := staleFile(t, s)
	exchanged := make(chan struct{})
	s.mu.Lock()
	s.hang = exchanged
	s.mu.Unlock()
	victim, out, err := startChild(t.Context(), "success", s.URL, dir)
	require.NoError(t, err)
	<-exchanged
	require.NoError(t, victim.Process.Kill())
	require.Error(t, victim.Wait())
	assert.NotContains(t, out.String(), "PASS: TestOAuthChild")

	s.expect(3)
	start := time.Now()
	runChildren(t, 3, "again", s.URL, dir)
	refreshes, contacts := s.counts()
	assert.Equal(t, 2, refreshes, "the victim's, and one try with the old token")
	assert.Zero(t, contacts)
	t.Logf("reported %v after the kill", time.Since(start))

	// Months later, in a new process: still known, without a request.
	o, err := processOAuth(s.URL, dir)
	require.NoError(t, err)
	_, err = o.Location("L1").TokenContext(t.Context())
	again, ok := errors.AsType[*ghl.AuthorizeAgainError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "location L1", again.Tenant)
	assert.True(t, strings.Contains(again.Reason, "never completed"), again.Reason)
	refreshes, _ = s.counts()
	assert.Equal(t, 2, refreshes)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 2, "a token and a lock: %v", left)
}
