package ghl_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

const testToken = "pit-00000000-1111-2222-3333-444444444444"

// exchange is a RoundTripper that lets a handler answer and remembers the requests with their bodies.
type exchange struct {
	mu      sync.Mutex
	handler http.HandlerFunc
	// answer, when it is set, answers in the handler's place, and no request is remembered: a request keeps its answer alive.
	answer func(*http.Request) *http.Response
	seen   []seen
}

type seen struct {
	*http.Request
	body string
}

func (x *exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
	}
	if x.answer != nil {
		return x.answer(r), nil
	}
	x.mu.Lock()
	x.seen = append(x.seen, seen{r, string(body)})
	x.mu.Unlock()
	rec := httptest.NewRecorder()
	x.handler(rec, r)
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

func (x *exchange) requests() []seen {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.seen)
}

// serve makes a client without limits whose requests go to handler.
func serve(t *testing.T, handler http.HandlerFunc, opts ...ghl.Option) (*ghl.Client, *exchange) {
	t.Helper()
	x := &exchange{handler: handler}
	all := append([]ghl.Option{ghl.WithToken(testToken), ghl.WithLimits(ghl.NoLimits()),
		ghl.WithRetry(ghl.RetryPolicy{MaxRetries: -1}), ghl.WithHTTPClient(&http.Client{Transport: x})}, opts...)
	c, err := ghl.New(all...)
	require.NoError(t, err)
	return c, x
}

// replies makes a handler that gives one answer to everything.
func replies(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// inTurn makes a handler that gives the bodies one after the other, each with status 200, and the last one again and again.
func inTurn(bodies ...string) http.HandlerFunc {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = io.WriteString(w, bodies[min(n, len(bodies)-1)])
		n++
	}
}

func operation(t *testing.T, id string) ghl.Operation {
	t.Helper()
	for _, op := range ghl.Operations() {
		if op.ID == id {
			return op
		}
	}
	require.Fail(t, "no operation "+id)
	return ghl.Operation{}
}

// drain collects a list.
func drain[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for v, err := range seq {
		if err != nil {
			return out, err
		}
		out = append(out, v)
	}
	return out, nil
}

func drained[T any](seq iter.Seq2[T, error]) error {
	_, err := drain(seq)
	return err
}

// errorOf drops the value of a result.
func errorOf[T any](_ T, err error) error { return err }

// method is a test of one client method; id stands for every path parameter.
type method struct {
	op     string
	call   func(ctx context.Context, c *ghl.Client, id string) error
	answer string
	// path is the path when it is not the template with id in every place; such methods have no ids to escape.
	path string
	// multipart says that the body is a form, which other tests look at.
	multipart bool
	// wantBody is the request body, "" when there is none.
	wantBody string
	// wantQuery is the encoded query, "" when there is none.
	wantQuery string
}

// checkMethod runs one method against every kind of answer: a success, an error of the vendor, no answer, a context that
// is over, and identifiers that must be escaped or refused.
func checkMethod(t *testing.T, m method) {
	t.Helper()
	op := operation(t, m.op)
	c, x := serve(t, replies(http.StatusOK, m.answer))
	require.NoError(t, m.call(t.Context(), c, "id-1"), "%s: success", m.op)
	sent := x.requests()[0]
	assert.Equal(t, op.HTTPMethod, sent.Method, m.op)
	assert.Equal(t, cmp.Or(m.path, expand(op.Path, "id-1")), sent.URL.EscapedPath(), m.op)
	assert.Equal(t, op.Version, sent.Header.Get("Version"), m.op)
	assert.Equal(t, "Bearer "+testToken, sent.Header.Get("Authorization"), m.op)
	assert.Equal(t, m.wantQuery, sent.URL.Query().Encode(), m.op)
	if m.wantBody != "" {
		assert.JSONEq(t, m.wantBody, sent.body, m.op)
	} else if !m.multipart {
		assert.Empty(t, sent.body, m.op)
	}

	c, _ = serve(t, replies(http.StatusBadRequest, `{"statusCode":400,"message":"Contact not found for id:id-1","traceId":"t-1"}`))
	err := m.call(t.Context(), c, "id-1")
	require.ErrorIs(t, err, ghl.ErrNotFound, m.op)
	e, ok := errors.AsType[*ghl.Error](err)
	require.True(t, ok, m.op)
	assert.Equal(t, m.op, e.Operation)
	assert.Equal(t, "t-1", e.TraceID, m.op)

	boom := errors.New("connection reset by peer")
	c, err = ghl.New(ghl.WithToken(testToken), ghl.WithLimits(ghl.NoLimits()), ghl.WithRetry(ghl.RetryPolicy{MaxRetries: -1}),
		ghl.WithHTTPClient(&http.Client{Transport: broken{boom}}))
	require.NoError(t, err)
	err = m.call(t.Context(), c, "id-1")
	require.ErrorIs(t, err, boom, m.op)
	assert.Equal(t, !op.Repeatable, errors.Is(err, ghl.ErrUncertain), "%s: a create may have happened, nothing else", m.op)

	checkRefusals(t, m, op)
}

func checkRefusals(t *testing.T, m method, op ghl.Operation) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, x := serve(t, replies(http.StatusOK, m.answer))
	err := m.call(ctx, c, "id-1")
	require.ErrorIs(t, err, context.Canceled, m.op)
	require.NotErrorIs(t, err, ghl.ErrUncertain, "%s: nothing was sent", m.op)
	assert.Empty(t, x.requests(), m.op)
	if !strings.Contains(op.Path, "{") || m.path != "" {
		return
	}
	for _, bad := range []string{"", " ", ".", ".."} {
		require.ErrorIs(t, m.call(t.Context(), c, bad), ghl.ErrInvalidArgument, "%s %q", m.op, bad)
	}
	assert.Empty(t, x.requests(), m.op)
	require.NoError(t, m.call(t.Context(), c, "a/../b?c#d"), m.op)
	assert.Equal(t, expand(op.Path, "a%2F..%2Fb%3Fc%23d"), x.requests()[0].URL.EscapedPath(), m.op)
}

// expand replaces every placeholder of a path.
func expand(path, id string) string {
	for {
		before, after, found := strings.Cut(path, "{")
		if !found {
			return path
		}
		_, after, _ = strings.Cut(after, "}")
		path = before + id + after
	}
}

// checkMethods runs several, side by side.
func checkMethods(t *testing.T, methods []method) {
	t.Helper()
	for _, m := range methods {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			checkMethod(t, m)
		})
	}
}

// refusedEarly checks that calls fail with ErrInvalidArgument and that nothing was sent.
func refusedEarly(t *testing.T, calls ...func(ctx context.Context, c *ghl.Client) error) {
	t.Helper()
	c, x := serve(t, replies(http.StatusOK, `{}`))
	for i, call := range calls {
		require.ErrorIs(t, call(t.Context(), c), ghl.ErrInvalidArgument, "call %d", i)
	}
	assert.Empty(t, x.requests())
}

type broken struct{ err error }

func (b broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, b.err }
