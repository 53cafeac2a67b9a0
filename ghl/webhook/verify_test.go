package webhook_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/webhook"
)

const taskBody = `{"type":"TaskCreate","locationId":"L1","versionId":"v1","appId":"a1","id":"t1","title":"Call Ada",
	"dueDate":"2026-07-20T10:00:00.000Z","timestamp":"2026-07-18T09:30:00.000Z","webhookId":"w1"}`

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

func sentAt() time.Time { return at("2026-07-18T09:30:01Z") }

// newKey makes a pair of keys that differs by its number.
func newKey(n byte) (ed25519.PublicKey, ed25519.PrivateKey) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
	public, _ := private.Public().(ed25519.PublicKey)
	return public, private
}

func newVerifier(t testing.TB, opts ...webhook.VerifierOption) *webhook.Verifier {
	t.Helper()
	public, _ := newKey(1)
	v, err := webhook.NewVerifier(append([]webhook.VerifierOption{webhook.WithKeys(public), webhook.WithClock(sentAt)}, opts...)...)
	require.NoError(t, err)
	return v
}

func signed(n byte, body string) http.Header {
	_, private := newKey(n)
	return header(webhook.HeaderSignature, webhook.Sign(private, []byte(body)))
}

// header makes headers as a server reads them.
func header(name string, values ...string) http.Header {
	h := http.Header{}
	for _, v := range values {
		h.Add(name, v)
	}
	return h
}

func TestPublishedKeys(t *testing.T) {
	t.Parallel()
	key, err := webhook.ParseKey(webhook.PublishedKey)
	require.NoError(t, err)
	assert.Equal(t, "8b61d1d6cacbe28d7c3bc0516bb815258ec6edbba96cddc7f40c09ac708388e8", hexOf(key))
	legacy, err := webhook.ParseLegacyKey(webhook.PublishedLegacyKey)
	require.NoError(t, err)
	assert.Equal(t, 4096, legacy.N.BitLen())

	v, err := webhook.NewVerifier()
	require.NoError(t, err)
	require.ErrorIs(t, v.Verify(signed(1, taskBody), []byte(taskBody)), webhook.ErrSignature, "the vendor's key is not the test's")

	for _, bad := range []string{"", "hello", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", webhook.PublishedKey + webhook.PublishedKey} {
		_, err := webhook.ParseKey(bad)
		require.ErrorIs(t, err, webhook.ErrKey)
	}
	_, err = webhook.ParseKey(webhook.PublishedLegacyKey)
	require.ErrorIs(t, err, webhook.ErrKey)
	_, err = webhook.ParseLegacyKey(webhook.PublishedKey)
	require.ErrorIs(t, err, webhook.ErrKey)
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

func TestVerifyFailsClosed(t *testing.T) {
	t.Parallel()
	v := newVerifier(t)
	good := signed(1, taskBody)
	require.NoError(t, v.Verify(good, []byte(taskBody)))
	sig := good.Get(webhook.HeaderSignature)
	raw, err := base64.StdEncoding.DecodeString(sig)
	require.NoError(t, err)
	legacy, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	old, err := webhook.SignLegacy(legacy, []byte(taskBody))
	require.NoError(t, err)
	for name, h := range map[string]http.Header{
		"none":          {},
		"empty":         header(webhook.HeaderSignature, ""),
		"N/A":           header(webhook.HeaderSignature, "N/A"),
		"n/a":           header(webhook.HeaderSignature, " n/a "),
		"not base64":    header(webhook.HeaderSignature, "!!"),
		"url base64":    header(webhook.HeaderSignature, base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{0xfb}, 64))),
		"short":         header(webhook.HeaderSignature, base64.StdEncoding.EncodeToString(raw[:63])),
		"long":          header(webhook.HeaderSignature, base64.StdEncoding.EncodeToString(append(raw, 0))),
		"two headers":   header(webhook.HeaderSignature, sig, sig),
		"other key":     signed(2, taskBody),
		"other body":    signed(1, taskBody+" "),
		"legacy only":   header(webhook.HeaderLegacySignature, old),
		"another place": header("X-Signature", sig),
	} {
		require.ErrorIs(t, v.Verify(h, []byte(taskBody)), webhook.ErrSignature, name)
		_, err := v.Parse(h, []byte(taskBody))
		require.ErrorIs(t, err, webhook.ErrSignature, name)
	}
	for name, v := range map[string]*webhook.Verifier{"nil": nil, "zero": {}} {
		require.ErrorIs(t, v.Verify(good, []byte(taskBody)), webhook.ErrKey, name)
	}
}

func TestKeysCanBeRotated(t *testing.T) {
	t.Parallel()
	second, _ := newKey(2)
	both := newVerifier(t, webhook.WithMoreKeys(second))
	for n := byte(1); n <= 3; n++ {
		err := both.Verify(signed(n, taskBody), []byte(taskBody))
		assert.Equal(t, n == 3, err != nil)
	}
	only := newVerifier(t, webhook.WithKeys(second))
	require.ErrorIs(t, only.Verify(signed(1, taskBody), []byte(taskBody)), webhook.ErrSignature)
	require.NoError(t, only.Verify(signed(2, taskBody), []byte(taskBody)))

	for name, opt := range map[string]webhook.VerifierOption{
		"none": webhook.WithKeys(), "short": webhook.WithKeys(second[:31]), "nil": webhook.WithMoreKeys(nil), "rsa": webhook.WithLegacyRSA(nil),
	} {
		_, err := webhook.NewVerifier(opt)
		require.ErrorIs(t, err, webhook.ErrKey, name)
	}
	for _, opt := range []webhook.VerifierOption{nil, webhook.WithClock(nil)} {
		_, err := webhook.NewVerifier(opt)
		require.Error(t, err)
	}
}

func TestLegacyOnlyOnRequest(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	old, err := webhook.SignLegacy(private, []byte(taskBody))
	require.NoError(t, err)
	v := newVerifier(t, webhook.WithLegacyRSA(&private.PublicKey))
	body := []byte(taskBody)
	legacy := func(first ...string) http.Header {
		h := header(webhook.HeaderSignature, first...)
		h.Set(webhook.HeaderLegacySignature, old)
		return h
	}
	require.NoError(t, v.Verify(legacy(), body))
	require.NoError(t, v.Verify(legacy("N/A"), body))
	require.NoError(t, v.Verify(signed(1, taskBody), body))
	require.ErrorIs(t, v.Verify(legacy(signed(2, taskBody).Get(webhook.HeaderSignature)), body), webhook.ErrSignature,
		"a wrong new signature is not saved by a right old one")
	require.ErrorIs(t, v.Verify(legacy(), []byte(taskBody+" ")), webhook.ErrSignature)
	require.ErrorIs(t, v.Verify(header(webhook.HeaderLegacySignature, "N/A"), body), webhook.ErrSignature)
	require.ErrorIs(t, newVerifier(t, webhook.WithLegacyRSA()).Verify(legacy(), body), webhook.ErrSignature, "the published key")
	weak, err := webhook.NewVerifier(webhook.WithLegacyRSA(&rsa.PublicKey{}))
	require.ErrorIs(t, err, webhook.ErrKey)
	assert.Nil(t, weak)
	_, err = webhook.SignLegacy(nil, body)
	require.ErrorIs(t, err, webhook.ErrKey)
	assert.Empty(t, webhook.Sign(nil, body))
}

func TestReplayWindow(t *testing.T) {
	t.Parallel()
	body := func(stamp string) string { return `{"type":"TaskCreate","id":"t1","webhookId":"w1"` + stamp + `}` }
	for name, tc := range map[string]struct {
		stamp  string
		window time.Duration
		want   error
	}{
		"now":        {`,"timestamp":"2026-07-18T09:30:00.000Z"`, time.Hour, nil},
		"old":        {`,"timestamp":"2026-07-18T08:29:00.000Z"`, time.Hour, webhook.ErrReplay},
		"edge":       {`,"timestamp":"2026-07-18T08:30:01.000Z"`, time.Hour, nil},
		"future":     {`,"timestamp":"2026-07-18T09:45:00.000Z"`, time.Hour, webhook.ErrReplay},
		"skew":       {`,"timestamp":"2026-07-18T09:35:00.000Z"`, time.Hour, nil},
		"missing":    {``, time.Hour, nil},
		"unreadable": {`,"timestamp":"yesterday"`, time.Hour, nil},
		"off":        {`,"timestamp":"2020-01-01T00:00:00.000Z"`, 0, nil},
		"month":      {`,"timestamp":"2026-06-18T09:30:00.000Z"`, webhook.DefaultReplayWindow, nil},
		"two months": {`,"timestamp":"2026-05-18T09:30:00.000Z"`, webhook.DefaultReplayWindow, webhook.ErrReplay},
		"epoch":      {`,"timestamp":1500000000000`, time.Hour, webhook.ErrReplay},
	} {
		text := body(tc.stamp)
		e, err := newVerifier(t, webhook.WithReplayWindow(tc.window)).Parse(signed(1, text), []byte(text))
		require.ErrorIs(t, err, tc.want, name)
		assert.Equal(t, "w1", e.ID, name)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range samples() {
		f.Add([]byte(s))
	}
	for _, s := range []string{"", "null", "[]", "{}", `{"type":1}`, `{"type":"TaskCreate","id":{}}`, `[{"type":"SaasPlanCreate"}]`, taskBody, "\xff\xfe", `{"type":"`} {
		f.Add([]byte(s))
	}
	public, private := newKey(1)
	v, err := webhook.NewVerifier(webhook.WithKeys(public), webhook.WithReplayWindow(0))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte) {
		h := header(webhook.HeaderSignature, webhook.Sign(private, body))
		e, err := v.Parse(h, body)
		require.NoError(t, err)
		require.NotEmpty(t, e.ID)
		require.True(t, bytes.Equal(body, e.Raw))
		require.Equal(t, e.Payload != nil, e.Type.Known() && e.Payload != nil)
		webhook.DecodeWorkflow(body)
		if len(body) > 0 {
			changed := bytes.Clone(body)
			changed[len(changed)/2] ^= 1
			_, err = v.Parse(h, changed)
			require.ErrorIs(t, err, webhook.ErrSignature)
		}
	})
}
