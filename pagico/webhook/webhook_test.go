package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/webhook"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	other  = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
	msgID  = "msg_p5jXN8AQM9LWM0D4loKWxJek"
)

// vectors are the two of contract §3.10; the first is that of the Standard Webhooks specification.
func vectors() []struct {
	at              int64
	body, signature string
} {
	return []struct {
		at              int64
		body, signature string
	}{
		{1614265330, `{"test": 2432232314}`, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
		{1772638200, `{"type":"task.updated","timestamp":"2026-03-04T15:30:00Z","data":{"id":"t_1"}}`, "v1,E25DNm26FgRawMk+nzkyObvLs+OVt6TEC/Z+R5httl0="},
	}
}

func verifier(t *testing.T, now time.Time, secrets ...string) *webhook.Verifier {
	t.Helper()
	v, err := webhook.NewVerifier(secrets, webhook.WithClock(func() time.Time { return now }))
	require.NoError(t, err)
	return v
}

func headers(at int64, signature string) http.Header {
	h := http.Header{}
	h.Set("webhook-id", msgID)
	h.Set("webhook-timestamp", strconv.FormatInt(at, 10))
	h.Set("webhook-signature", signature)
	return h
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range vectors() {
		now := time.Unix(v.at, 0)
		require.NoError(t, verifier(t, now, secret).Verify(headers(v.at, v.signature), []byte(v.body)))
		got, err := webhook.Sign(secret, msgID, now, []byte(v.body))
		require.NoError(t, err)
		assert.Equal(t, v.signature, got)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	v := vectors()[1]
	good := func() http.Header { return headers(v.at, v.signature) }
	with := func(name, value string) http.Header {
		h := good()
		h.Set(name, value)
		return h
	}
	for _, c := range []struct {
		name    string
		header  http.Header
		body    string
		now     int64
		secrets []string
		want    error
	}{
		{"good", good(), v.body, v.at, []string{secret}, nil},
		{"rotation: old and new secret", good(), v.body, v.at, []string{other, secret}, nil},
		{"rotation: two signatures", with("webhook-signature", "v1,AAAA "+v.signature), v.body, v.at, []string{secret}, nil},
		{"unknown versions are ignored", with("webhook-signature", "v1a,AAAA v2,x "+v.signature), v.body, v.at, []string{secret}, nil},
		{"5 minutes late", good(), v.body, v.at + 300, []string{secret}, nil},
		{"5 minutes early", good(), v.body, v.at - 300, []string{secret}, nil},
		{"later", good(), v.body, v.at + 301, []string{secret}, webhook.ErrTimestamp},
		{"earlier", good(), v.body, v.at - 301, []string{secret}, webhook.ErrTimestamp},
		{"other secret", good(), v.body, v.at, []string{other}, webhook.ErrSignature},
		{"other body", good(), v.body + " ", v.at, []string{secret}, webhook.ErrSignature},
		{"other id", with("webhook-id", "msg_2"), v.body, v.at, []string{secret}, webhook.ErrSignature},
		{"other time", with("webhook-timestamp", strconv.FormatInt(v.at+1, 10)), v.body, v.at, []string{secret}, webhook.ErrSignature},
		{"right bytes, wrong version", with("webhook-signature", strings.Replace(v.signature, "v1", "v1a", 1)), v.body, v.at, []string{secret}, webhook.ErrSignature},
		{"no version", with("webhook-signature", strings.TrimPrefix(v.signature, "v1,")), v.body, v.at, []string{secret}, webhook.ErrSignature},
		{"shortened", with("webhook-signature", v.signature[:20]), v.body, v.at, []string{secret}, webhook.ErrSignature},
		{"no id", with("webhook-id", ""), v.body, v.at, []string{secret}, webhook.ErrHeader},
		{"no signature", with("webhook-signature", " "), v.body, v.at, []string{secret}, webhook.ErrHeader},
		{"no time", with("webhook-timestamp", ""), v.body, v.at, []string{secret}, webhook.ErrHeader},
		{"time with a sign", with("webhook-timestamp", "+1772638200"), v.body, v.at, []string{secret}, webhook.ErrHeader},
		{"time out of range", with("webhook-timestamp", "9223372036854775807"), v.body, v.at, []string{secret}, webhook.ErrHeader},
		{"no headers", http.Header{}, v.body, v.at, []string{secret}, webhook.ErrHeader},
	} {
		err := verifier(t, time.Unix(c.now, 0), c.secrets...).Verify(c.header, []byte(c.body))
		assert.ErrorIs(t, err, c.want, c.name)
		assert.Equal(t, c.want == nil, err == nil, c.name)
	}
	require.ErrorIs(t, (&webhook.Verifier{}).Verify(good(), []byte(v.body)), webhook.ErrSecret)
	require.ErrorIs(t, (*webhook.Verifier)(nil).Verify(good(), []byte(v.body)), webhook.ErrSecret)
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!", "whsec_" + strings.Repeat("AAAA", 22)} {
		_, err := webhook.NewVerifier([]string{secret, bad})
		require.ErrorIs(t, err, webhook.ErrSecret, bad)
		if len(bad) > 10 {
			assert.NotContains(t, err.Error(), bad)
		}
		_, err = webhook.Sign(bad, "m", time.Now(), nil)
		require.ErrorIs(t, err, webhook.ErrSecret)
	}
	_, err := webhook.NewVerifier(nil)
	require.ErrorIs(t, err, webhook.ErrSecret)
}

const update = `{"type":"task.updated","timestamp":"2026-03-04T15:30:00Z",
 "data":{"id":"t_1","externalId":"ghl:loc1:task:9","title":"Call Ada","lastUpdated":"2026-03-04T15:29:59.412Z","etag":"\"7\"","new":1},
 "changed":["status","progress"],"actor":{"type":"integration","userId":"u_3","clientId":"our-client-id"},"more":true}`

var sentAt = time.Unix(1772638200, 0)

func delivery(t *testing.T, id, body string) *http.Request {
	t.Helper()
	r, err := webhook.NewRequest(t.Context(), "http://x.test/", secret, id, sentAt, []byte(body))
	require.NoError(t, err)
	return r
}

func TestParse(t *testing.T) {
	t.Parallel()
	v := verifier(t, sentAt, secret)
	e, err := v.Parse(delivery(t, "m1", update).Header, []byte(update))
	require.NoError(t, err)
	assert.Equal(t, "m1", e.ID)
	assert.Equal(t, webhook.TaskUpdated, e.Type)
	assert.True(t, e.Type.Known())
	assert.Equal(t, "task", e.Kind())
	assert.False(t, e.Deleted())
	assert.Equal(t, sentAt.UTC(), e.Timestamp)
	assert.Equal(t, webhook.Ref{ID: "t_1", ExternalID: "ghl:loc1:task:9", ETag: `"7"`, LastUpdated: time.Date(2026, 3, 4, 15, 29, 59, 412e6, time.UTC)}, e.Ref)
	assert.Equal(t, []string{"status", "progress"}, e.Changed)
	assert.Equal(t, webhook.Actor{Type: "integration", UserID: "u_3", ClientID: "our-client-id"}, e.Actor)
	var task struct{ Title string }
	require.NoError(t, e.Decode(&task))
	assert.Equal(t, "Call Ada", task.Title)
	require.Error(t, e.Decode(&[]int{}))

	gone := `{"type":"note.deleted","data":{"id":"n_1","externalId":null,"deletedAt":"2026-03-04T15:30:00Z"}}`
	e, err = v.Parse(delivery(t, "m2", gone).Header, []byte(gone))
	require.NoError(t, err)
	assert.True(t, e.Deleted())
	assert.Equal(t, sentAt.UTC(), e.Ref.DeletedAt)

	strange := `{"type":"task.exploded","data":{"id":"t"}}`
	e, err = v.Parse(delivery(t, "m3", strange).Header, []byte(strange))
	require.NoError(t, err)
	assert.False(t, e.Type.Known())

	for _, bad := range []string{``, `[]`, `null`, `{}`, `{"type":"task.updated"}`, `{"type":"task.updated","data":{}}`, `{"data":{"id":"x"}}`, `{"type":"a","data":[]}`} {
		_, err = v.Parse(delivery(t, "m4", bad).Header, []byte(bad))
		require.ErrorIs(t, err, webhook.ErrEvent, bad)
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	var got []string
	var fail error
	var logged bytes.Buffer
	h := webhook.NewHandler(verifier(t, sentAt, secret), func(_ context.Context, e webhook.Event) error {
		got = append(got, e.ID)
		return fail
	}, webhook.WithMaxBody(int64(len(update))), webhook.WithRetryAfter(90*time.Second), webhook.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))))
	send := func(r *http.Request) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	assert.Equal(t, 204, send(delivery(t, "m1", update)).Code)
	assert.Equal(t, 204, send(delivery(t, "m1", update)).Code)
	assert.Equal(t, []string{"m1"}, got, "a repeat is answered and dropped")

	fail = errors.New("disk full")
	w := send(delivery(t, "m2", update))
	assert.Equal(t, 429, w.Code)
	assert.Equal(t, "90", w.Header().Get("Retry-After"))
	fail = nil
	assert.Equal(t, 204, send(delivery(t, "m2", update)).Code)
	assert.Equal(t, []string{"m1", "m2", "m2"}, got, "a failure is no repeat")

	assert.Equal(t, 413, send(delivery(t, "m3", update+" ")).Code)
	assert.Equal(t, 400, send(delivery(t, "m3", `{}`)).Code)
	forged := delivery(t, "m3", update)
	forged.Header.Set(webhook.HeaderID, "m4")
	assert.Equal(t, 401, send(forged).Code)
	get := delivery(t, "m3", update)
	get.Method = http.MethodGet
	assert.Equal(t, 405, send(get).Code)
	assert.Len(t, got, 3)
	assert.NotContains(t, logged.String(), "Call Ada")

	closed := webhook.NewHandler(nil, func(context.Context, webhook.Event) error { t.Error("must not be called"); return nil })
	w = httptest.NewRecorder()
	closed.ServeHTTP(w, delivery(t, "m1", update))
	assert.Equal(t, 401, w.Code, "without a secret everything is refused")
}

func TestNilSettingsDoNoHarm(t *testing.T) {
	t.Parallel()
	v, err := webhook.NewVerifier([]string{secret}, webhook.WithClock(nil), webhook.WithTolerance(100*365*24*time.Hour))
	require.NoError(t, err)
	h := webhook.NewHandler(v, nil, webhook.WithLogger(nil))
	for _, want := range []int{429, 429} { // put off, and no repeat
		w := httptest.NewRecorder()
		h.ServeHTTP(w, delivery(t, "m1", update))
		assert.Equal(t, want, w.Code)
	}
}

func TestHandlerDropsOwnEchoes(t *testing.T) {
	t.Parallel()
	calls := 0
	count := func(context.Context, webhook.Event) error { calls++; return nil }
	for client, want := range map[string]int{"our-client-id": 0, "someone-else": 1, "": 1} {
		calls = 0
		h := webhook.NewHandler(verifier(t, sentAt, secret), count, webhook.WithOwnClient(client))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, delivery(t, "m1", update))
		assert.Equal(t, 204, w.Code)
		assert.Equal(t, want, calls, client)
	}
}

// brokenDeduper cannot store anything.
type brokenDeduper struct{}

func (brokenDeduper) Claim(context.Context, string) (bool, error) {
	return false, errors.New("store down")
}
func (brokenDeduper) Release(context.Context, string) error { return nil }

func TestHandlerWithoutAMemory(t *testing.T) {
	t.Parallel()
	h := webhook.NewHandler(verifier(t, sentAt, secret), func(context.Context, webhook.Event) error { t.Error("must not be called"); return nil },
		webhook.WithDeduper(brokenDeduper{}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, delivery(t, "m1", update))
	assert.Equal(t, 429, w.Code)
}

func TestPanicReleasesTheClaim(t *testing.T) {
	t.Parallel()
	d := webhook.NewMemoryDeduper(10)
	h := webhook.NewHandler(verifier(t, sentAt, secret), func(context.Context, webhook.Event) error { panic("bug") }, webhook.WithDeduper(d))
	assert.Panics(t, func() { h.ServeHTTP(httptest.NewRecorder(), delivery(t, "m1", update)) })
	fresh, err := d.Claim(t.Context(), "m1")
	require.NoError(t, err)
	assert.True(t, fresh)
}

func TestMemoryDeduper(t *testing.T) {
	t.Parallel()
	d := webhook.NewMemoryDeduper(2)
	claim := func(id string) bool {
		fresh, err := d.Claim(t.Context(), id)
		require.NoError(t, err)
		return fresh
	}
	assert.True(t, claim("a"))
	assert.True(t, claim("b"))
	assert.False(t, claim("a"))
	assert.True(t, claim("c"), "pushes a out")
	assert.True(t, claim("a"), "pushes b out")
	assert.False(t, claim("c"))
	require.NoError(t, d.Release(t.Context(), "c"))
	assert.True(t, claim("c"))
	assert.False(t, claim("c"))
	assert.True(t, claim("d"))
	assert.False(t, claim("c"), "still among the newest two")
	require.NoError(t, d.Release(t.Context(), "unknown"))
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors() {
		f.Add(msgID, strconv.FormatInt(v.at, 10), v.signature, []byte(v.body))
	}
	f.Add("m", "1772638200", "v1,AAAA v1a,x", []byte(update))
	f.Fuzz(func(t *testing.T, id, stamp, signature string, body []byte) {
		v := verifier(t, sentAt, secret)
		h := http.Header{}
		h.Set(webhook.HeaderID, id)
		h.Set(webhook.HeaderTimestamp, stamp)
		h.Set(webhook.HeaderSignature, signature)
		e, err := v.Parse(h, body)
		if err == nil && (e.ID != id || e.Type == "" || e.Ref.ID == "") {
			t.Fatalf("accepted an event without its parts: %+v", e)
		}
		// Nothing is accepted that was not signed with the secret.
		want, signErr := webhook.Sign(secret, id, sentAt, body)
		if signErr != nil {
			t.Fatal(signErr)
		}
		if err == nil && stamp == strconv.FormatInt(sentAt.Unix(), 10) && !strings.Contains(signature, strings.TrimPrefix(want, "v1,")) {
			t.Fatalf("accepted a foreign signature %q", signature)
		}
	})
}
