package transport_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	for in, secret := range map[string]string{
		"Bearer abcdef123":                             "abcdef123",
		"Authorization: Basic dXNlcjpwYXNz":            "dXNlcjpwYXNz",
		`{"refresh_token":"abc","x":1}`:                "abc\"",
		`{"clientSecret": "long-secret-value"}`:        "long-secret-value",
		"code=4/xyz&state=1":                           "4/xyz",
		"token pit-0a1b2c3d-0000 refused":              "0a1b2c3d",
		"jwt eyJhbGciOi.eyJzdWIi.sig":                  "eyJzdWIi",
		"https://user:hunter2@h/p?api_key=k":           "hunter2",
		"dial https://h/p?anything=unknown-secret end": "unknown-secret",
		"_token=hidden-value":                          "hidden-value",
		"code: token=hidden-value":                     "hidden-value",
		`{"client-secret":"s","x":"y"}`:                `"s"`,
		"Authorization: Bearer  \tabc/def+ghi= end":    "def",
		"basic x eyJa bearer eyJabcdefgh.x and more":   "eyJabcdefgh",
	} {
		assert.NotContains(t, transport.Redact(in), secret, in)
	}
	for _, plain := range []string{"Invalid token: access token is invalid", "Contact not found for id:abc", "statusCode: 401", `{"code":"NOT_INSTALLED"}`} {
		assert.Equal(t, plain, transport.Redact(plain))
	}
}

// patterns say in another way, slow and as well tried, what is masked.
func patterns() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(?:bearer|basic)[ \t\n\r\f]+([a-z0-9._~+/=-]{4,})`),
		regexp.MustCompile(`\b(pit-[A-Za-z0-9-]{4,}|eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+)`),
		regexp.MustCompile(`(?i)\b(?:(?:[a-z0-9]+[_-])*(?:access_?token|refresh_?token|id_?token|client_?secret|api_?key|authorization|password|` +
			`passwd|secret|signature|code_?verifier|token)(?:["']?\s*=\s*["']?|["']\s*:\s*["']?|\s*:\s*["'])|code["']?\s*=\s*["']?)(?:(?:bearer|basic)\s+)?([^\s"'&,;}\]]+)`),
		regexp.MustCompile(`https?://[^\s"'<>?]+\?([^\s"'<>#]+)`),
	}
}

// FuzzRedact: whatever the text, the patterns find nothing in the result that is not masked, and a second time changes nothing.
func FuzzRedact(f *testing.F) {
	for _, seed := range []string{"Bearer abcdef123", "basic basic abcd", "token=a=token=b", `"token" : 'x y'`, "https://u:p@h/?a=b#c http://?x", "x-api_key=v",
		"code=1&code:2", "eyJabcdef.a.b.c eyJabcdef.", "pit-pit-1234", "secret: bearer", "secret = Bearer REDACTED", "a://b http://http://x?y",
		"password:\n\"p\"", "token:REDACTED", "authorization: basic\tx"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := transport.Redact(text)
		for _, p := range patterns() {
			for _, m := range p.FindAllStringSubmatch(got, -1) {
				assert.Equal(t, "REDACTED", m[1], "%q became %q", text, got)
			}
		}
		if !strings.Contains(text, "://") { // net/url writes some addresses in another way
			assert.Equal(t, got, transport.Redact(got))
		}
	})
}
