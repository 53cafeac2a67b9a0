package pagico_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

var errReset = errors.New("connection reset by peer")

func TestCreateRepeatsWithOneKeyAfterLostAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, b := setup(t, answer{err: errReset}, problem(503, "server-error", "busy"), answer{status: 201, body: fullTask})

		var meta pagico.ResponseMeta
		task, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"}, pagico.WithResponse(&meta))

		require.NoError(t, err)
		assert.Equal(t, "t_1", task.ID)
		require.Equal(t, 3, b.count())
		key := b.request(t, 0).Header.Get("Idempotency-Key")
		assert.Regexp(t, `^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$`, key)
		assert.Equal(t, key, b.request(t, 1).Header.Get("Idempotency-Key"))
		assert.Equal(t, key, b.request(t, 2).Header.Get("Idempotency-Key"))
		assert.Equal(t, 3, meta.Attempts)
		assert.Equal(t, 201, meta.Status)
		assert.Equal(t, pagico.Stats{Calls: 3, Retries: 2}, client.Stats())
	})
}

func TestEachCreateHasItsOwnKey(t *testing.T) {
	t.Parallel()
	client, b := setup(t, answer{status: 201, body: fullTask})

	for range 2 {
		_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"})
		require.NoError(t, err)
	}

	assert.NotEqual(t, b.request(t, 0).Header.Get("Idempotency-Key"), b.request(t, 1).Header.Get("Idempotency-Key"))
}

func TestIdempotencyKeyStyles(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		style pagico.IdempotencyKeyStyle
		key   string
		want  string
	}{
		"quoted":   {pagico.KeyQuoted, "op-1", `"op-1"`},
		"escaped":  {pagico.KeyQuoted, `a"b\c`, `"a\"b\\c"`},
		"unquoted": {pagico.KeyUnquoted, "op-1", "op-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, b := setupWith(t, []pagico.Option{pagico.WithIdempotencyKeyStyle(tc.style)}, answer{status: 201, body: fullTask})

			_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"}, pagico.IdempotencyKey(tc.key))

			require.NoError(t, err)
			assert.Equal(t, tc.want, b.request(t, 0).Header.Get("Idempotency-Key"))
		})
	}
}

func TestKeyedCreateWaitsForItsOwnFirstAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, b := setup(t, answer{err: errReset}, problem(409, "idempotency-in-progress", "still running"),
			answer{status: 201, body: fullTask})

		_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"})

		require.NoError(t, err)
		assert.Equal(t, b.request(t, 0).Header.Get("Idempotency-Key"), b.request(t, 2).Header.Get("Idempotency-Key"))
	})
}

func TestSomebodyElsesRunningKeyIsReported(t *testing.T) {
	t.Parallel()
	client, b := setup(t, problem(409, "idempotency-in-progress", "still running"))

	_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"}, pagico.IdempotencyKey("k"))

	require.ErrorIs(t, err, pagico.ErrIdempotencyInProgress)
	assert.Equal(t, 1, b.count())
}

func TestUnguardedUpdateIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]answer{
		"lost answer": {err: errReset},
		"bad gateway": {status: 502, body: "<html>bad gateway</html>"},
		"timeout":     {status: 504},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, b := setup(t, first, ok(fullTask))

			_, err := client.Tasks.Update(t.Context(), "t_1", pagico.TaskUpdate{Title: pagico.Set("x")})

			require.ErrorIs(t, err, pagico.ErrUncertain)
			assert.Equal(t, 1, b.count())
		})
	}
}

func TestGuardedUpdateIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, b := setup(t, answer{err: errReset}, ok(fullTask))

		_, err := client.Tasks.Update(t.Context(), "t_1", pagico.TaskUpdate{Title: pagico.Set("x")}, pagico.IfMatch(`"6"`))

		require.NoError(t, err)
		assert.Equal(t, 2, b.count())
		assert.Equal(t, `"6"`, b.request(t, 1).Header.Get("If-Match"))
	})
}

func TestGuardedUpdateThatMetItselfIsUncertain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		changed := problem(412, "precondition-failed", "changed")
		client, _ := setup(t, answer{err: errReset}, changed)
		_, err := client.Tasks.Update(t.Context(), "t_1", pagico.TaskUpdate{Title: pagico.Set("x")}, pagico.IfMatch(`"6"`))
		require.ErrorIs(t, err, pagico.ErrPreconditionFailed)
		require.ErrorIs(t, err, pagico.ErrUncertain, "the first attempt may have made the change")

		client, _ = setup(t, changed)
		_, err = client.Tasks.Update(t.Context(), "t_1", pagico.TaskUpdate{Title: pagico.Set("x")}, pagico.IfMatch(`"6"`))
		require.ErrorIs(t, err, pagico.ErrPreconditionFailed)
		require.NotErrorIs(t, err, pagico.ErrUncertain)
	})
}

func TestDeleteThatFindsNothingOnTheSecondTrySucceeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := setup(t, answer{err: errReset}, problem(404, "not-found", "gone"))
		require.NoError(t, client.Tasks.Delete(t.Context(), "t_1"))

		client, _ = setup(t, problem(404, "not-found", "gone"))
		require.ErrorIs(t, client.Tasks.Delete(t.Context(), "t_1"), pagico.ErrNotFound)
	})
}

func TestLostCreateSaysWhichKeyToRepeat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, b := setupWith(t, []pagico.Option{pagico.WithRetry(pagico.RetryPolicy{MaxRetries: 2})}, answer{err: io.ErrUnexpectedEOF})

		_, err := client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"}, pagico.IdempotencyKey("op-7"))

		require.ErrorIs(t, err, pagico.ErrUncertain)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		e, isError := errors.AsType[*pagico.Error](err)
		require.True(t, isError)
		assert.Zero(t, e.Status)
		assert.Equal(t, "op-7", e.IdempotencyKey)
		assert.Equal(t, pagico.OpTasksCreate, e.Operation)
		assert.Equal(t, 3, b.count())
		assert.NotContains(t, err.Error(), testToken)
	})
}

func TestLostReadIsNotUncertain(t *testing.T) {
	t.Parallel()
	client, _ := setupWith(t, []pagico.Option{pagico.WithRetry(pagico.RetryPolicy{MaxRetries: -1})}, answer{err: errReset})

	_, err := client.Tasks.Get(t.Context(), "t_1")

	require.ErrorIs(t, err, errReset)
	require.NotErrorIs(t, err, pagico.ErrUncertain)
}

func TestCallsThatSendNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background() //nolint:usetesting // shared by closures
	for name, call := range map[string]func(*pagico.Client) error{
		"empty id":          func(c *pagico.Client) error { _, err := c.Tasks.Get(ctx, ""); return err },
		"blank id":          func(c *pagico.Client) error { _, err := c.Tasks.Get(ctx, " "); return err },
		"dots":              func(c *pagico.Client) error { _, err := c.Tasks.Get(ctx, ".."); return err },
		"empty external id": func(c *pagico.Client) error { _, err := c.Tasks.GetByExternalID(ctx, ""); return err },
		"no event id": func(c *pagico.Client) error {
			_, err := c.Events.Put(ctx, "", pagico.EventPut{})
			return err
		},
		"bad etag": func(c *pagico.Client) error { return c.Tasks.Delete(ctx, "t", pagico.IfMatch("a\r\nb")) },
		"empty etag": func(c *pagico.Client) error {
			_, err := c.Tasks.Get(ctx, "t", pagico.IfNoneMatch(""))
			return err
		},
		"bad key": func(c *pagico.Client) error {
			_, err := c.Tasks.Create(ctx, pagico.TaskCreate{}, pagico.IdempotencyKey("ü"))
			return err
		},
		"bad year": func(c *pagico.Client) error {
			_, err := c.Tasks.Create(ctx, pagico.TaskCreate{DueDate: pagico.AllDay(12345, 1, 1)})
			return err
		},
		"nil response": func(c *pagico.Client) error { _, err := c.Me(ctx, pagico.WithResponse(nil)); return err },
		"upsert without external id": func(c *pagico.Client) error {
			_, _, err := c.Tasks.Upsert(ctx, pagico.TaskCreate{Title: "x"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, b := setup(t, ok(fullTask))

			err := call(client)

			require.ErrorIs(t, err, pagico.ErrInvalidArgument)
			assert.Regexp(t, `^pagico: [a-z.]+: `, err.Error())
			assert.Zero(t, b.count())
		})
	}
}

func TestPathParametersAreOneSegment(t *testing.T) {
	t.Parallel()
	client, b := setup(t, ok(fullTask))
	for _, tc := range []struct{ id, want string }{
		{"a/b?c#d", "/base/v1/tasks/a%2Fb%3Fc%23d"},
		{"../contacts/c_1", "/base/v1/tasks/..%2Fcontacts%2Fc_1"},
		{pagico.External("ghl:loc 1:task/9%"), "/base/v1/tasks/external:ghl:loc%201:task%2F9%25"},
		{pagico.External(".."), "/base/v1/tasks/external:.."},
	} {
		_, err := client.Tasks.Get(t.Context(), tc.id)
		require.NoError(t, err)
		assert.Equal(t, tc.want, b.request(t, -1).Path)
	}
}

func TestAnswersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]answer{
		"truncated":  ok(`{"id":"t_1","tit`),
		"html":       {status: 200, header: map[string]string{"Content-Type": "text/html"}, body: "<html>login</html>"},
		"empty":      {status: 200},
		"no id":      ok(`{}`),
		"wrong type": ok(`{"id":"t_1","progress":"many"}`),
		"bad date":   ok(`{"id":"t_1","dueDate":"tomorrow"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := setup(t, a)

			_, err := client.Tasks.Get(t.Context(), "t_1")

			e, isError := errors.AsType[*pagico.Error](err)
			require.True(t, isError, "%v", err)
			assert.Equal(t, 200, e.Status)
			assert.Equal(t, a.body, e.Body())
		})
	}
}

func TestListsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no results":   `{"nextCursor":null}`,
		"null results": `{"results":null}`,
		"html":         `<html>`,
		"bare array":   `[]`,
		"item no id":   `{"results":[{"title":"x"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := setup(t, ok(body))

			_, err := client.Tasks.ListPage(t.Context(), pagico.TaskQuery{})

			require.Error(t, err, "an unreadable list must never look like an empty one")
		})
	}
}

func TestCallEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := setup(t, answer{status: http.StatusServiceUnavailable, header: map[string]string{"Retry-After": "30"}})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()

		_, err := client.Tasks.Get(ctx, "t_1")

		require.Error(t, err)
		assert.LessOrEqual(t, time.Since(start), 10*time.Second)
	})
}
