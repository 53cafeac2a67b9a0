package transport

import (
	"net/url"
	"strings"
)

const mask = "REDACTED"

// Redact masks what looks like a secret in a text: bearer and basic credentials, private integration tokens, JSON web
// tokens, the values of parameters such as access_token, client_secret, password or code, and the query of every URL. It
// is meant for error and log texts; it is no substitute for leaving secrets out. Its time grows with the length of the
// text and hardly with what is in it.
func Redact(text string) string {
	text = replaceEach(text, nextURL)
	text = replaceEach(text, nextCredential)
	text = replaceEach(text, nextToken)
	return replaceEach(text, nextPair)
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

// found is a part of a text and what to write in its place; end is 0 when there is none.
type found struct {
	start, end int
	by         string
}

// replaceEach replaces everything that next finds. next looks for the first part that starts at from or behind it.
func replaceEach(text string, next func(text string, from int) found) string {
	f := next(text, 0)
	if f.end == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	from := 0
	for ; f.end > 0; f = next(text, from) {
		b.WriteString(text[from:f.start])
		b.WriteString(f.by)
		from = f.end
	}
	b.WriteString(text[from:])
	return b.String()
}
