package ghl_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

var sentinels = map[string]error{"notFound": ghl.ErrNotFound, "duplicate": ghl.ErrDuplicate, "unauthorized": ghl.ErrUnauthorized,
	"scope": ghl.ErrScope, "version": ghl.ErrVersion, "location": ghl.ErrLocation, "rate": ghl.ErrRateLimited, "daily": ghl.ErrDailyLimit,
	"validation": ghl.ErrValidation, "uncertain": ghl.ErrUncertain, "answer": ghl.ErrAnswer, "invalid": ghl.ErrInvalidArgument}

// matching names the sentinels that an error matches, sorted by name.
func matching(err error) string {
	var out []string
	for _, name := range []string{"answer", "daily", "duplicate", "invalid", "location", "notFound", "rate", "scope", "unauthorized",
		"uncertain", "validation", "version"} {
		if errors.Is(err, sentinels[name]) {
			out = append(out, name)
		}
	}
	return strings.Join(out, " ")
}

func TestAnswersBecomeSentinels(t *testing.T) {
	t.Parallel()
	const html = `<!DOCTYPE html><html><title>502</title>` + "\n"
	for _, tc := range []struct {
		status           int
		body             string
		onRead, onCreate string
		message          string
	}{
		{400, `{"statusCode":400,"message":"Contact not found for id:x","error":"Bad Request"}`, "notFound", "notFound", "Contact not found for id:x"},
		{400, `{"message":"Contact with id tasks not found"}`, "notFound", "notFound", "Contact with id tasks not found"},
		{400, `{"statusCode":400,"message":"This location does not allow duplicated contacts.","meta":{"contactId":"c7","matchingField":"email"}}`, "duplicate", "duplicate", "This location does not allow duplicated contacts."},
		{400, `{"message":"Invalid field X"}`, "", "", "Invalid field X"},
		{400, `{"message":"Endpoint /oauth/locationToken not available in API version v3. This endpoint was removed in version v3. Please use a version before v3.","error":"Bad Request","statusCode":400}`, "version", "version", "Endpoint /oauth/locationToken not available in API version v3. This endpoint was removed in version v3. Please use a version before v3."},
		{401, `{"message":"Invalid JWT"}`, "unauthorized", "unauthorized", "Invalid JWT"},
		{401, `{"message":"Invalid token: access token is invalid"}`, "unauthorized", "unauthorized", "Invalid token: access token is invalid"},
		{401, ``, "unauthorized", "unauthorized", ""},
		{401, `{"message":"The token is not authorized for this scope."}`, "scope", "scope", "The token is not authorized for this scope."},
		{401, `{"message":"This authClass type is not allowed to access this scope. Please reach out to the support"}`, "scope", "scope", "This authClass type is not allowed to access this scope. Please reach out to the support"},
		{401, `{"message":"version header was not found."}`, "version", "version", "version header was not found."},
		{403, `{"statusCode":403,"message":"The token does not have access to this location."}`, "location", "location", "The token does not have access to this location."},
		{403, `{"message":"Forbidden resource"}`, "", "", "Forbidden resource"},
		{404, `{"message":"Task not found"}`, "notFound", "notFound", "Task not found"},
		{404, ``, "notFound", "notFound", ""},
		{404, `{"message":"Cannot GET /contacts/x/typo","error":"Not Found","statusCode":404}`, "", "", "Cannot GET /contacts/x/typo"},
		{404, html, "", "", ""},
		{422, `{"statusCode":422,"message":["property X should not exist","locationId must be a string"],"error":"Unprocessable Entity"}`, "validation", "uncertain validation", "property X should not exist"},
		{429, `{"message":"Too Many Requests"}`, "rate", "rate", "Too Many Requests"},
		{429, ``, "rate", "rate", ""},
		{500, html, "", "uncertain", ""},
		{502, ``, "", "uncertain", ""},
		{503, `"overloaded"`, "", "uncertain", "overloaded"},
		{522, `upstream timed out`, "", "uncertain", "upstream timed out"},
		{408, ``, "", "uncertain", ""},
		{400, `{"error":{"code":"NOT_INSTALLED","message":"App is not installed","details":["x"],"resolution":"install"}}`, "", "", "App is not installed"},
		{400, `{"message":{"message":"nested"}}`, "", "", "nested"},
		{400, `{"message":null,"error":"Bad Request","detail":"why"}`, "", "", "why"},
		{400, `{"message":"cut off her`, "", "", ""},
		{400, `[{"message":"a"},"b"]`, "", "", "a"},
		{400, `{"message":{"x":1}}`, "", "", `{"x":1}`},
	} {
		c, _ := serve(t, replies(tc.status, tc.body))
		_, err := c.Contacts.Get(t.Context(), "x")
		require.Error(t, err)
		assert.Equal(t, tc.onRead, matching(err), "read: %d %s", tc.status, tc.body)
		e, ok := errors.AsType[*ghl.Error](err)
		require.True(t, ok)
		assert.Equal(t, tc.message, e.Message, "%d %s", tc.status, tc.body)
		assert.Equal(t, tc.status, e.Status)
		assert.Equal(t, tc.body, e.Body())
		assert.NotContains(t, err.Error(), "\n")
		_, err = c.Contacts.Create(t.Context(), ghl.ContactCreate{LocationID: "L"})
		assert.Equal(t, tc.onCreate, matching(err), "create: %d %s", tc.status, tc.body)
	}
}

func TestErrorFields(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, replies(400, `{"statusCode":400,"message":"This location does not allow duplicated contacts.","error":"Bad Request",
		"meta":{"contactName":"A","contactId":"c7","matchingField":"email"},"traceId":"t-1"}`))
	_, err := c.Contacts.Create(t.Context(), ghl.ContactCreate{LocationID: "L"})
	e, ok := errors.AsType[*ghl.Error](err)
	require.True(t, ok)
	assert.Equal(t, "c7", e.ContactID)
	assert.Equal(t, "email", e.MatchingField)
	assert.Equal(t, "Bad Request", e.Code)
	assert.Equal(t, "contacts.create", e.Operation)
	assert.Equal(t, "ghl: contacts.create: status 400 This location does not allow duplicated contacts. (trace t-1)", err.Error())
}

func TestDailyRefusalByServer(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Daily-Remaining", "0")
		w.Header().Set("X-RateLimit-Daily-Reset", "3600000")
		w.WriteHeader(429)
	})
	_, err := c.Contacts.Get(t.Context(), "c")
	assert.Equal(t, "daily rate", matching(err))
	e, _ := errors.AsType[*ghl.Error](err)
	assert.Equal(t, time.Hour, e.RetryAfter)
}

func TestRetryAfterBeyondTheCap(t *testing.T) {
	t.Parallel()
	c, x := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "300")
		w.WriteHeader(429)
	}, ghl.WithRetry(ghl.RetryPolicy{}))
	_, err := c.Contacts.Get(t.Context(), "c")
	require.ErrorIs(t, err, ghl.ErrRateLimited)
	e, _ := errors.AsType[*ghl.Error](err)
	assert.Equal(t, 5*time.Minute, e.RetryAfter)
	assert.Len(t, x.requests(), 1)
}

// A success that cannot be read is an error; for a create it is an unknown outcome.
func TestUnreadableSuccess(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `{`, `{"contact":{"id":"c"`, `{"contact":{"id":"c"}`, `<html>login</html>`, `null`, `[]`, `"text"`, `{}`,
		`{"contact":[]}`, `{"contact":"c"}`, `{"contact":null}`, `{"contact":{"id":}}`, `{"contact":{"id":"c"}} trailing`} {
		c, _ := serve(t, replies(200, body))
		_, err := c.Contacts.Get(t.Context(), "c")
		assert.Equal(t, "answer", matching(err), body)
		_, err = c.Contacts.Create(t.Context(), ghl.ContactCreate{LocationID: "L"})
		assert.Equal(t, "answer uncertain", matching(err), body)
	}
	for _, body := range []string{``, `{"contacts":{}}`, `{"contacts":[{"id":"1"},`, `{"contacts":["x"]}`, `{"contacts":[{"id":"1"}{"id":"2"}]}`, `<html>`} {
		c, _ := serve(t, replies(200, body))
		assert.Equal(t, "answer", matching(drained(c.Contacts.Search(t.Context(), ghl.ContactSearch{LocationID: "L"}))), body)
	}
}

func TestBigBodies(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 10<<20)
	c, _ := serve(t, replies(500, `{"message":"`+big+`"}`))
	_, err := c.Contacts.Get(t.Context(), "c")
	e, ok := errors.AsType[*ghl.Error](err)
	require.True(t, ok)
	assert.Less(t, len(err.Error()), 1000)
	assert.LessOrEqual(t, len(e.Body()), 64<<10)
	c, _ = serve(t, replies(200, `{"contact":{"id":"`+big+`"}}`))
	got, err := c.Contacts.Get(t.Context(), "c")
	require.NoError(t, err)
	assert.Len(t, got.ID, 10<<20)
	c, _ = serve(t, replies(200, `{"contact":{"id":"`+big+`"}}`), ghl.WithMaxBody(1<<20))
	_, err = c.Contacts.Create(t.Context(), ghl.ContactCreate{LocationID: "L"})
	require.ErrorIs(t, err, ghl.ErrUncertain)
}

// A body that breaks off after a success status leaves a create unknown.
func TestBrokenAnswer(t *testing.T) {
	t.Parallel()
	half := roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 201, Header: http.Header{}, Request: r, ContentLength: 100,
			Body: io.NopCloser(io.MultiReader(strings.NewReader(`{"note":`), broken2{}))}, nil
	})
	c, err := ghl.New(ghl.WithToken(testToken), ghl.WithHTTPClient(&http.Client{Transport: half}))
	require.NoError(t, err)
	_, err = c.Notes.Create(t.Context(), "c", ghl.NoteCreate{Body: "x"})
	require.ErrorIs(t, err, ghl.ErrUncertain)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.EqualValues(t, 1, c.Stats().Calls)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type broken2 struct{}

func (broken2) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestRedirectToAnotherHost(t *testing.T) {
	t.Parallel()
	c, x := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://evil.example.net/?access_token="+testToken, http.StatusFound)
	})
	_, err := c.Contacts.Get(t.Context(), "c")
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "pit-")
	assert.Contains(t, err.Error(), "evil.example.net")
	assert.Len(t, x.requests(), 1)
}

func TestSecretsStayOutOfErrors(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, replies(401, `{"message":"bad token `+testToken+` in Authorization: Bearer `+testToken+`","access_token":"`+testToken+`"}`))
	_, err := c.Contacts.Get(t.Context(), "c")
	e, ok := errors.AsType[*ghl.Error](err)
	require.True(t, ok)
	assert.NotContains(t, err.Error(), testToken)
	assert.NotContains(t, e.Body(), testToken)
	c, err = ghl.New(ghl.WithToken(testToken), ghl.WithRetry(ghl.RetryPolicy{MaxRetries: -1}),
		ghl.WithHTTPClient(&http.Client{Transport: broken{errors.New("proxy refused Bearer " + testToken)}}))
	require.NoError(t, err)
	_, err = c.Contacts.Get(t.Context(), "c")
	assert.NotContains(t, err.Error(), testToken)
}

func TestDeadlineIsVisible(t *testing.T) {
	t.Parallel()
	c, err := ghl.New(ghl.WithToken(testToken), ghl.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})}), ghl.WithTimeout(time.Millisecond))
	require.NoError(t, err)
	_, err = c.Notes.Create(t.Context(), "c", ghl.NoteCreate{Body: "x"})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, ghl.ErrUncertain)
}
