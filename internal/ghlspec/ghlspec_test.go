package ghlspec_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/ghlspec"
)

func load(t *testing.T) *ghlspec.Spec {
	t.Helper()
	s, err := ghlspec.Load("testdata", "users")
	require.NoError(t, err)
	return s
}

func lookup(t *testing.T, g ghlspec.Generation, method, path string) *ghlspec.Operation {
	t.Helper()
	op, ok := load(t).Lookup(g, method, path)
	require.True(t, ok)
	return op
}

func put(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPut, "https://example.com/users/u-1", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Version", "2021-07-28")
	return r
}

// places checks a request against its operation and returns where the findings are.
func places(t *testing.T, r *http.Request) []string {
	t.Helper()
	op, _, ok := load(t).Find(ghlspec.V2, r.Method, r.URL.EscapedPath())
	require.True(t, ok)
	found, err := op.CheckRequest(t.Context(), r)
	require.NoError(t, err)
	var out []string
	for _, f := range found {
		assert.NotEmpty(t, f.Detail)
		out = append(out, f.Place)
	}
	return out
}

func TestFaultsOfTheFilesAreRepaired(t *testing.T) {
	t.Parallel()
	v3 := lookup(t, ghlspec.V3, "GET", "/users/{id}")
	assert.Equal(t, ghlspec.Field{Type: "string"}, v3.Fields()["answer 200 message"], "a reference to a folder that is elsewhere")
	v2 := lookup(t, ghlspec.V2, "PUT", "/users/{id}")
	assert.Contains(t, v2.Fields(), "body examples", "a property of that name stays")
}

func TestMissingFamilies(t *testing.T) {
	t.Parallel()
	_, err := ghlspec.Load("testdata", "users", "contacts")
	require.ErrorIs(t, err, os.ErrNotExist)
	s, missing, err := ghlspec.Available("testdata", "users", "contacts")
	require.NoError(t, err)
	assert.Equal(t, []string{"v2 contacts", "v3 contacts"}, missing)
	assert.Len(t, s.Operations(ghlspec.V2), 4)
	_, _, err = ghlspec.Available("testdata", "contacts")
	require.Error(t, err)
}

func TestFindPrefersLiteralSegments(t *testing.T) {
	t.Parallel()
	s := load(t)
	op, params, ok := s.Find(ghlspec.V2, "GET", "/users/search")
	require.True(t, ok)
	assert.Equal(t, "search-users", op.ID)
	assert.Empty(t, params)
	op, params, ok = s.Find(ghlspec.V2, "GET", "/users/a%2Fb")
	require.True(t, ok)
	assert.Equal(t, "v2 GET /users/{userId}", op.Name())
	assert.Equal(t, map[string]string{"userId": "a/b"}, params)
	for _, path := range []string{"/users", "/users/", "/users/1/2", "/other/1"} {
		_, _, ok = s.Find(ghlspec.V2, "GET", path)
		assert.False(t, ok, path)
	}
	_, _, ok = s.Find(ghlspec.V3, "PUT", "/users/1")
	assert.False(t, ok)
}

func TestRequests(t *testing.T) {
	t.Parallel()
	assert.Empty(t, places(t, put(`{"id":"1","age":2,"kind":"robot","address":{"city":"a","street":"b"},"free":{"any":1}}`)))
	assert.Equal(t, []string{"body /id"}, places(t, put(`{}`)))
	assert.Equal(t, []string{"body /age"}, places(t, put(`{"id":"1","age":"2"}`)))
	assert.Equal(t, []string{"body /kind"}, places(t, put(`{"id":"1","kind":"plant"}`)))
	assert.Equal(t, []string{"body /nick"}, places(t, put(`{"id":"1","nick":"x"}`)), "properties that are not listed")
	assert.Equal(t, []string{"body /address/zip"}, places(t, put(`{"id":"1","address":{"zip":"x"}}`)))
	assert.Equal(t, []string{"body /friend/nick"}, places(t, put(`{"id":"1","friend":{"id":"2","nick":"x"}}`)))
	assert.NotEmpty(t, places(t, put(`{"id":`)))

	r := put(`{"id":"1"}`)
	r.Header.Del("Version")
	assert.Equal(t, []string{"header Version"}, places(t, r))
	r = put(`{"id":"1"}`)
	r.URL.RawQuery = "dry=perhaps&wet=1"
	assert.Equal(t, []string{"query dry", "query wet"}, places(t, r))
	r = httptest.NewRequest(http.MethodGet, "https://example.com/users/1", strings.NewReader(`{}`))
	assert.Equal(t, []string{"body"}, places(t, r), "a body where none is taken")
}

func TestTheBodyCanBeReadAgain(t *testing.T) {
	t.Parallel()
	r := put(`{"id":"1"}`)
	assert.Empty(t, places(t, r))
	assert.Empty(t, places(t, r))
}

func TestFormsWithFiles(t *testing.T) {
	t.Parallel()
	form := func(caption bool) *http.Request {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, err := w.CreateFormFile("photo", "a.png")
		require.NoError(t, err)
		_, err = part.Write([]byte("png"))
		require.NoError(t, err)
		if caption {
			require.NoError(t, w.WriteField("caption", "text"))
		}
		require.NoError(t, w.Close())
		r := httptest.NewRequest(http.MethodPost, "https://example.com/users/1/photo", &body)
		r.Header.Set("Content-Type", w.FormDataContentType())
		return r
	}
	assert.Empty(t, places(t, form(true)), "files are described in words only")
	assert.Equal(t, []string{"body /caption"}, places(t, form(false)))
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	get := lookup(t, ghlspec.V2, "GET", "/users/{userId}")
	assert.Empty(t, get.CheckAnswer(200, []byte(`{"id":"1"}`)))
	assert.Equal(t, "answer status", get.CheckAnswer(202, []byte(`{"id":"1"}`))[0].Place)
	assert.Equal(t, "answer /id", get.CheckAnswer(200, []byte(`{}`))[0].Place)
	assert.Equal(t, "answer /nick", get.CheckAnswer(200, []byte(`{"id":"1","nick":"x"}`))[0].Place)
	assert.Equal(t, "answer", get.CheckAnswer(200, []byte(`<html>`))[0].Place)
	update := lookup(t, ghlspec.V2, "PUT", "/users/{userId}")
	assert.Empty(t, update.CheckAnswer(201, []byte(`whatever`)), "a body without a schema")
	status, described := update.Success()
	assert.Equal(t, 201, status)
	assert.False(t, described)
}

func TestExampleHasEveryFieldAndNoValueTwice(t *testing.T) {
	t.Parallel()
	get := lookup(t, ghlspec.V2, "GET", "/users/{userId}")
	data, err := json.Marshal(get.Example())
	require.NoError(t, err)
	var user struct {
		ID, Kind, DateAdded string
		Age                 int
		Active              bool
		Examples            []string
		Address             struct{ City, Street string }
	}
	require.NoError(t, json.Unmarshal(data, &user))
	texts := map[string]bool{}
	for _, s := range []string{user.ID, user.Examples[0], user.Address.City, user.Address.Street} {
		assert.NotEmpty(t, s)
		texts[s] = true
	}
	assert.Len(t, texts, 4)
	assert.NotZero(t, user.Age)
	assert.True(t, user.Active)
	assert.Contains(t, []string{"person", "robot"}, user.Kind)
	assert.Contains(t, user.DateAdded, "2026-", "a moment that the file calls an object")
	assert.Nil(t, lookup(t, ghlspec.V2, "PUT", "/users/{userId}").Example())
}

func TestFieldsAndSentSpellAlike(t *testing.T) {
	t.Parallel()
	update := lookup(t, ghlspec.V2, "PUT", "/users/{userId}")
	fields := update.Fields()
	assert.Equal(t, ghlspec.Field{Type: "string", Required: true}, fields["body id"])
	assert.Equal(t, ghlspec.Field{Type: "string", Values: []string{"person", "robot"}}, fields["body kind"])
	assert.Equal(t, ghlspec.Field{Type: "boolean"}, fields["query dry"])
	assert.Contains(t, fields, "body friend")
	assert.NotContains(t, fields, "body friend.friend", "schemas in themselves are followed once")
	r := put(`{"id":"1","examples":["a"],"address":{"city":"b"}}`)
	r.URL.RawQuery = "dry=true"
	for place := range ghlspec.Sent(r, []byte(`{"id":"1","examples":["a"],"address":{"city":"b"}}`)) {
		if !strings.HasPrefix(place, "header ") || place == "header Version" {
			assert.Contains(t, fields, place)
		}
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GHL_OPENAPI_DIR", dir)
	_, err := ghlspec.Folder()
	require.Error(t, err)
	require.NotErrorIs(t, err, ghlspec.ErrNoFiles, "a folder that is named and wrong is not the same as none")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "apps"), 0o750))
	got, err := ghlspec.Folder()
	require.NoError(t, err)
	assert.Equal(t, dir, got)

	root := t.TempDir()
	inside := filepath.Join(root, "repo", "ghl")
	require.NoError(t, os.MkdirAll(inside, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(root, "repo", "go.mod"), []byte("module example.com/m\n"), 0o600))
	t.Setenv("GHL_OPENAPI_DIR", "")
	t.Chdir(inside)
	_, err = ghlspec.Folder()
	require.ErrorIs(t, err, ghlspec.ErrNoFiles)
	require.NoError(t, os.MkdirAll(filepath.Join(root, "shared", "ghl-openapi", "apps"), 0o750))
	got, err = ghlspec.Folder()
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(root, "shared", "ghl-openapi"), got)
}
