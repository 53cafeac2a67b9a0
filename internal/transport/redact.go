package transport

import (
	"net/url"
	"regexp"
	"strings"
)

const mask = "REDACTED"

// secretNames are the parts of parameter, JSON and header names whose values are never shown.
const secretNames = `access_?token|refresh_?token|id_?token|client_?secret|api_?key|authorization|password|passwd|secret|signature|code_?verifier|token`

// The patterns are compiled once and never change.
var (
	secretPair = regexp.MustCompile(`(?i)\b((?:[a-z0-9]*[_-])*(?:` + secretNames + `))(["']?\s*[=:]\s*["']?)((?:bearer|basic)\s+)?([^\s"'&,;}\]]+)`)
	codePair   = regexp.MustCompile(`(?i)\b(code["']?\s*=\s*["']?)[^\s"'&,;}\]]+`) // with a colon it is an error code
	bearer     = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{4,}`)
	knownToken = regexp.MustCompile(`\bpit-[A-Za-z0-9-]{4,}|\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?`)
	anyURL     = regexp.MustCompile(`https?://[^\s"'<>]+`)
)

// Redact masks what looks like a secret in a text: bearer and basic credentials, private integration tokens, JSON web
// tokens, the values of parameters such as access_token, client_secret, password or code, and the query of every URL. It
// is meant for error and log texts; it is no substitute for leaving secrets out.
func Redact(text string) string {
	if strings.Contains(text, "://") {
		text = anyURL.ReplaceAllStringFunc(text, RedactURL)
	}
	text = bearer.ReplaceAllString(text, "${1} "+mask)
	text = knownToken.ReplaceAllString(text, mask)
	text = codePair.ReplaceAllString(text, "${1}"+mask)
	return secretPair.ReplaceAllStringFunc(text, maskPair)
}

func maskPair(pair string) string {
	m := secretPair.FindStringSubmatch(pair)
	value := m[4]
	// "token: access token is invalid" is prose, not a secret: values in texts are long or follow "=" or a quote.
	if strings.TrimSpace(m[2]) == ":" && len(value) < 12 || value == mask {
		return pair
	}
	return m[1] + m[2] + m[3] + mask
}

// RedactURL masks the password and drops the query and the fragment of a URL.
func RedactURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		before, _, _ := strings.Cut(raw, "?")
		return before
	}
	if u.RawQuery != "" {
		u.RawQuery = mask
	}
	u.Fragment, u.RawFragment = "", ""
	return u.Redacted()
}
