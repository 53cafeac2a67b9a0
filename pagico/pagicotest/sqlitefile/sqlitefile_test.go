package sqlitefile_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	_ "modernc.org/sqlite" // the driver

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest/sqlitefile"
)

func openFile(path string) (*sqlitefile.File, error) {
	// A path may hold characters that mean something in a URI.
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path}).String())
	if err != nil {
		return nil, err
	}
	return sqlitefile.Open(context.Background(), db)
}

func open(t *testing.T, path string, opts ...pagicotest.Option) (*pagicotest.Server, *sqlitefile.File) {
	t.Helper()
	file, err := openFile(path)
	require.NoError(t, err)
	srv, err := pagicotest.Open(file, opts...)
	require.NoError(t, err)
	return srv, file
}

func do(t *testing.T, srv *pagicotest.Server, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, srv.BaseURL()+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+pagicotest.DefaultToken)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := srv.Transport().RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(text)
}

func TestStateSurvivesARestart(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC)
	clock := pagicotest.WithClock(func() time.Time { return now })
	path := filepath.Join(t.TempDir(), "odd ?name#1.db")
	srv, file := open(t, path, clock)
	require.NoError(t, srv.Seed(pagicotest.World{
		Users:    []pagicotest.User{{ID: "u1", Name: "Ada", Inactive: true}},
		Projects: []pagicotest.Project{{ID: "p1", Title: "P", Archived: true, Tags: []string{"a"}}},
		Contacts: []pagicotest.Contact{{ID: "c1", Name: "Ada", CustomFields: []pagicotest.CustomField{{Name: "a", Value: "b"}}}},
		Tasks:    []pagicotest.Task{{ID: "t1", Title: "x", ProjectID: "p1", ExternalID: "e1", DueDate: "2026-03-04"}, {ID: "t2", Title: "gone"}},
	}))
	require.NoError(t, srv.DeleteTask("t2"))
	_, hook := do(t, srv, http.MethodPost, "/webhooks", `{"url":"https://hooks.test/","events":["task.*"]}`)
	_, first := do(t, srv, http.MethodPost, "/tasks", `{"title":"y","externalId":"e2"}`, "Idempotency-Key", `"k"`)
	_, event := do(t, srv, http.MethodPut, "/events/external:a", `{"title":"v","start":"2026-03-04"}`)
	srv.AddToken("second", pagicotest.Grant{ClientID: "app2"})
	before, deliveries := srv.Snapshot(), srv.Deliveries()
	require.Len(t, deliveries, 1)
	require.NoError(t, file.Close())

	srv, file = open(t, path, clock)
	defer func() { assert.NoError(t, file.Close()) }()
	assert.Equal(t, before, srv.Snapshot())
	assert.Equal(t, deliveries, srv.Deliveries())
	_, again := do(t, srv, http.MethodPost, "/tasks", `{"title":"y","externalId":"e2"}`, "Idempotency-Key", `"k"`)
	assert.Equal(t, first, again, "idempotency keys are remembered")
	status, _ := do(t, srv, http.MethodPost, "/tasks", `{"title":"y","externalId":"e2"}`)
	assert.Equal(t, http.StatusConflict, status, "external ids are remembered")
	_, put := do(t, srv, http.MethodPut, "/events/external:a", `{"title":"v","start":"2026-03-04"}`)
	assert.Equal(t, event, put)
	status, _ = do(t, srv, http.MethodGet, "/tasks", "", "Authorization", "Bearer second")
	assert.Equal(t, http.StatusOK, status)
	_, second := do(t, srv, http.MethodPost, "/webhooks", `{"url":"https://hooks.test/","events":["task.*"]}`)
	assert.NotEqual(t, hook, second, "ids and secrets do not repeat")
}

func TestRefreshTokensSurvive(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	client := pagicotest.WithOAuthClient(pagicotest.OAuthClient{ID: "app", RedirectURIs: []string{"https://app.test/"}})
	srv, file := open(t, path, client)
	verifier := oauth2.GenerateVerifier()
	q := url.Values{
		"response_type": {"code"}, "client_id": {"app"}, "redirect_uri": {"https://app.test/"}, "scope": {"tasks:read offline_access"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.BaseURL()+"/oauth/authorize?"+q.Encode(), nil)
	require.NoError(t, err)
	resp, err := srv.Transport().RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	back, err := resp.Location()
	require.NoError(t, err)
	conf := func(srv *pagicotest.Server) oauth2.Config {
		return oauth2.Config{ClientID: "app", RedirectURL: "https://app.test/", Endpoint: oauth2.Endpoint{TokenURL: srv.BaseURL() + "/oauth/token", AuthStyle: oauth2.AuthStyleInParams}}
	}
	with := func(srv *pagicotest.Server) *http.Client { return &http.Client{Transport: srv.Transport()} }
	ctx := contextWith(t, with(srv))
	cfg := conf(srv)
	token, err := cfg.Exchange(ctx, back.Query().Get("code"), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	require.NoError(t, file.Close())

	srv, file = open(t, path, client)
	defer func() { assert.NoError(t, file.Close()) }()
	status, _ := do(t, srv, http.MethodGet, "/tasks", "", "Authorization", "Bearer "+token.AccessToken)
	assert.Equal(t, http.StatusOK, status)
	cfg = conf(srv)
	fresh, err := cfg.TokenSource(contextWith(t, with(srv)), &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	require.NoError(t, err)
	assert.NotEqual(t, token.RefreshToken, fresh.RefreshToken)
	assert.NotEqual(t, token.AccessToken, fresh.AccessToken)
}

func TestOtherFilesAreRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	require.NoError(t, os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o600))
	foreign, newer := filepath.Join(dir, "foreign.db"), filepath.Join(dir, "newer.db")
	for path, setup := range map[string]string{
		foreign: `CREATE TABLE mine (a); INSERT INTO mine VALUES (1)`,
		newer:   `PRAGMA application_id = 1348560745; PRAGMA user_version = 2; CREATE TABLE entry (x)`,
	} {
		db, err := sql.Open("sqlite", path)
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), setup)
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}
	for path, want := range map[string]error{text: sqlitefile.ErrForeign, foreign: sqlitefile.ErrForeign, newer: sqlitefile.ErrNewer} {
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = openFile(path)
		require.ErrorIs(t, err, want, path)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, before, after, path)
	}
	_, err := openFile(filepath.Join(dir, "no", "such", "folder.db"))
	require.Error(t, err)
}

func TestOneProcessAtATime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	for range 2 { // a new file, then an old one
		_, file := open(t, path)
		_, err := openFile(path)
		require.ErrorIs(t, err, sqlitefile.ErrInUse)
		require.NoError(t, file.Close())
	}
}

// failing is a storage that can be told to fail.
type failing struct {
	pagicotest.Storage
	err error
}

func (f *failing) Save(entries []pagicotest.Entry) error {
	if f.err != nil {
		return f.err
	}
	return f.Storage.Save(entries)
}

func TestNothingIsPromisedThatWasNotSaved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	file, err := openFile(path)
	require.NoError(t, err)
	storage := &failing{Storage: file}
	srv, err := pagicotest.Open(storage)
	require.NoError(t, err)
	status, _ := do(t, srv, http.MethodPost, "/tasks", `{"title":"saved"}`)
	assert.Equal(t, http.StatusCreated, status)
	storage.err = errors.New("disk full")
	for range 2 {
		status, body := do(t, srv, http.MethodPost, "/tasks", `{"title":"lost"}`)
		assert.Equal(t, http.StatusInternalServerError, status)
		assert.Contains(t, body, "server-error")
		storage.err = nil // one failure is enough
	}
	require.NoError(t, file.Close())
	srv, file = open(t, path)
	defer func() { assert.NoError(t, file.Close()) }()
	require.Len(t, srv.Snapshot().Tasks, 1)
	assert.Equal(t, "saved", srv.Snapshot().Tasks[0].Title)
}

func contextWith(t *testing.T, client *http.Client) context.Context {
	t.Helper()
	return context.WithValue(t.Context(), oauth2.HTTPClient, client)
}
