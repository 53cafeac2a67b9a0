package pagico_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

func TestProblemIsReadWhole(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, answer{status: 422, header: map[string]string{"Content-Type": "application/problem+json"}, body: `{
		"type":"urn:pagico-contract:problem:validation-error","title":"Validation failed","status":422,
		"detail":"dueDate and someday exclude each other","instance":"/v1/tasks","requestId":"req_01H",
		"errors":[{"pointer":"#/someday","detail":"must be false when dueDate is set"},{"pointer":3},"x"],"extra":{"a":1}}`})

	_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"}, pagico.IdempotencyKey("k"))

	require.ErrorIs(t, err, pagico.ErrValidation)
	e, isError := errors.AsType[*pagico.Error](err)
	require.True(t, isError)
	assert.Equal(t, pagico.OpTasksCreate, e.Operation)
	assert.Equal(t, "urn:pagico-contract:problem:validation-error", e.Type)
	assert.Equal(t, "Validation failed", e.Title)
	assert.Equal(t, 422, e.Status)
	assert.Equal(t, "/v1/tasks", e.Instance)
	assert.Equal(t, "req_01H", e.RequestID)
	assert.Equal(t, []pagico.FieldError{{Pointer: "#/someday", Detail: "must be false when dueDate is set"}}, e.Errors)
	assert.Equal(t, "k", e.IdempotencyKey)
	assert.Equal(t, "pagico: tasks.create: 422 Unprocessable Entity (validation-error): dueDate and someday exclude each other; "+
		"#/someday: must be false when dueDate is set [request req_01H]", err.Error())
	require.NotErrorIs(t, err, pagico.ErrUncertain)
}

func TestProblemTypesBecomeSentinels(t *testing.T) {
	t.Parallel()
	for kind, tc := range map[string]struct {
		status int
		want   error
	}{
		"invalid-request":         {400, pagico.ErrInvalidRequest},
		"invalid-token":           {401, pagico.ErrUnauthorized},
		"insufficient-scope":      {403, pagico.ErrScope},
		"not-found":               {404, pagico.ErrNotFound},
		"external-id-conflict":    {409, pagico.ErrExternalIDConflict},
		"idempotency-in-progress": {409, pagico.ErrIdempotencyInProgress},
		"cursor-expired":          {410, pagico.ErrCursorExpired},
		"precondition-failed":     {412, pagico.ErrPreconditionFailed},
		"too-large":               {413, pagico.ErrTooLarge},
		"unsupported-media-type":  {415, pagico.ErrUnsupportedMedia},
		"validation-error":        {422, pagico.ErrValidation},
		"idempotency-key-reused":  {422, pagico.ErrIdempotencyKeyReused},
		"precondition-required":   {428, pagico.ErrPreconditionRequired},
		"rate-limited":            {429, pagico.ErrRateLimited},
		"not-supported":           {501, pagico.ErrNotSupported},
		"server-error":            {500, pagico.ErrServer},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			client, _ := setupWith(t, []pagico.Option{pagico.WithRetry(pagico.RetryPolicy{MaxRetries: -1})}, problem(tc.status, kind, "why"))

			_, err := client.Tasks.Get(t.Context(), "t_1")

			require.ErrorIs(t, err, tc.want)
			for _, other := range sentinels() {
				assert.Equal(t, other == tc.want, errors.Is(err, other), "%v", other) //nolint:errorlint // identity is meant
			}
		})
	}
}

func sentinels() []error {
	return []error{
		pagico.ErrInvalidRequest, pagico.ErrUnauthorized, pagico.ErrScope, pagico.ErrNotFound, pagico.ErrExternalIDConflict,
		pagico.ErrIdempotencyInProgress, pagico.ErrIdempotencyKeyReused, pagico.ErrCursorExpired, pagico.ErrPreconditionFailed,
		pagico.ErrPreconditionRequired, pagico.ErrTooLarge, pagico.ErrUnsupportedMedia, pagico.ErrValidation, pagico.ErrRateLimited,
		pagico.ErrNotSupported, pagico.ErrServer, pagico.ErrNotModified, pagico.ErrUncertain, pagico.ErrAnswer, pagico.ErrInvalidArgument,
	}
}

func TestStatusDecidesWithoutAProblem(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{
		304: pagico.ErrNotModified, 400: pagico.ErrInvalidRequest, 401: pagico.ErrUnauthorized, 403: pagico.ErrScope, 404: pagico.ErrNotFound,
		410: pagico.ErrNotFound, 412: pagico.ErrPreconditionFailed, 413: pagico.ErrTooLarge, 415: pagico.ErrUnsupportedMedia,
		422: pagico.ErrValidation, 428: pagico.ErrPreconditionRequired, 429: pagico.ErrRateLimited, 500: pagico.ErrServer,
		501: pagico.ErrNotSupported, 502: pagico.ErrServer, 520: pagico.ErrServer,
	} {
		for _, body := range []string{"", "<html><h1>no</h1></html>", `{"type":"about:blank"}`, `{"type":"urn:x:y"}`, `{"type":`, "null"} {
			client, _ := setupWith(t, []pagico.Option{pagico.WithRetry(pagico.RetryPolicy{MaxRetries: -1})}, answer{status: status, body: body})
			_, err := client.Tasks.Get(t.Context(), "t_1")
			require.ErrorIs(t, err, want, "%d %q", status, body)
		}
	}
}

func TestGoneListIsAnExpiredCursor(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, answer{status: 410})

	_, err := client.Tasks.ListPage(t.Context(), pagico.TaskQuery{Cursor: "old"})

	require.ErrorIs(t, err, pagico.ErrCursorExpired)
}

func TestExistingID(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, answer{status: 409, body: `{"type":"urn:pagico-contract:problem:external-id-conflict","existingId":"t_9"}`})

	_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x", ExternalID: "e"})

	e, isError := errors.AsType[*pagico.Error](err)
	require.True(t, isError)
	assert.Equal(t, "t_9", e.ExistingID)
}

func TestErrorBodyIsBoundedAndOutOfTheMessage(t *testing.T) {
	t.Parallel()
	secretPart := "card 4111 1111 1111 1111"
	client, _ := setup(t, answer{status: 404, header: map[string]string{"Content-Type": "text/html"}, body: secretPart + strings.Repeat("x", 10000)})

	_, err := client.Tasks.Get(t.Context(), "t_1")

	e, isError := errors.AsType[*pagico.Error](err)
	require.True(t, isError)
	assert.Len(t, e.Body(), 4096)
	assert.True(t, strings.HasPrefix(e.Body(), secretPart))
	assert.NotContains(t, err.Error(), "4111")
	assert.Equal(t, "pagico: tasks.get: 404 Not Found", err.Error())
}

func TestErrorTextCannotForgeLogLines(t *testing.T) {
	t.Parallel()
	body, err := json.Marshal(map[string]any{"detail": "a\nlevel=ERROR msg=forged\x00" + strings.Repeat("ä", 400), "requestId": "r\n1"})
	require.NoError(t, err)
	client, _ := setup(t, answer{status: 400, body: string(body)})

	_, err = client.Tasks.Get(t.Context(), "t_1")

	assert.NotContains(t, err.Error(), "\n")
	assert.NotContains(t, err.Error(), "\x00")
	assert.Less(t, len(err.Error()), 500)
}

func TestRequestIDFromTheHeader(t *testing.T) {
	t.Parallel()
	routes := pagico.DefaultRoutes()
	routes.HeaderNames.RequestID = "X-Trace"
	client, _ := setupWith(t, []pagico.Option{pagico.WithRoutes(routes)},
		answer{status: 404, header: map[string]string{"X-Trace": "tr_1"}}, answer{status: 404, header: map[string]string{"X-Request-Id": "rq_1"}})
	for _, want := range []string{"tr_1", "rq_1"} {
		var meta pagico.ResponseMeta
		_, err := client.Tasks.Get(t.Context(), "t_1", pagico.WithResponse(&meta))
		e, isError := errors.AsType[*pagico.Error](err)
		require.True(t, isError)
		assert.Equal(t, want, e.RequestID)
		assert.Equal(t, want, meta.RequestID)
		assert.Equal(t, 404, meta.Status)
	}
}

func TestRetryAfterIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, b := setup(t, answer{status: 429, header: map[string]string{"Retry-After": "7200"}})

		_, err := client.Tasks.Get(t.Context(), "t_1")

		require.ErrorIs(t, err, pagico.ErrRateLimited)
		e, isError := errors.AsType[*pagico.Error](err)
		require.True(t, isError)
		assert.Equal(t, 2*time.Hour, e.RetryAfter)
		assert.Equal(t, 1, b.count(), "a wait this long is the caller's business")

		_, err = client.Tasks.Get(t.Context(), "t_1")
		require.ErrorIs(t, err, pagico.ErrRateLimited)
		assert.Equal(t, 1, b.count(), "and until then nothing is sent")
	})
}

func TestNotModified(t *testing.T) {
	t.Parallel()
	client, b := setup(t, answer{status: 304, header: map[string]string{"ETag": `"7"`}})

	_, err := client.Tasks.Get(t.Context(), "t_1", pagico.IfNoneMatch(`"7"`))

	require.ErrorIs(t, err, pagico.ErrNotModified)
	assert.Equal(t, `"7"`, b.request(t, 0).Header.Get("If-None-Match"))
}

func TestCancelledContextIsSeenThroughTheError(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(fullTask))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	_, err := client.Tasks.Create(ctx, pagico.TaskCreate{Title: "x"})

	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, pagico.ErrUncertain)
	assert.Zero(t, b.count())
}

func FuzzProblem(f *testing.F) {
	for _, body := range []string{
		`{"type":"urn:pagico-contract:problem:not-found","title":"x","errors":[{"pointer":"#/a","detail":"b"}]}`,
		`{"type":3,"errors":{}}`, `[]`, `null`, `{`, "<html>", "", `{"errors":[null,1,"x",{"pointer":null}]}`, "\xff\xfe",
	} {
		f.Add(404, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		status = 300 + (status%300+300)%300
		if status < 400 {
			return // redirects are another matter
		}
		b := &backend{answers: []answer{{status: status, body: body}}}
		client := fuzzClient(t, b)
		_, err := client.Tasks.Get(t.Context(), "t_1")
		e, isError := errors.AsType[*pagico.Error](err)
		if !isError || e.Status != status {
			t.Fatalf("status %d became %v", status, err)
		}
		if text := err.Error(); strings.ContainsAny(text, "\n\r\x00") || len(text) > 2000 {
			t.Fatalf("the text is not one short line: %q", text)
		}
		if len(e.Body()) > 3*4096 {
			t.Fatal("the kept body is too long")
		}
	})
}
