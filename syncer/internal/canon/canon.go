// Package canon brings the values of both services to one canonical form, so
// that the same thing shown by either of them compares as equal.
package canon

import (
	"strings"
	"unicode"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Line returns a text of one line: trimmed, line breaks and other control
// characters turned into spaces.
func Line(s string) merge.Value { return merge.Text(line(s)) }

func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == 0:
			return -1
		case unicode.IsControl(r), r == '\u00a0', r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(s)
}

// Body returns a text of several lines; see [BodyText].
func Body(s string) merge.Value { return merge.Text(BodyText(s)) }

// BodyText brings a text of several lines to its canonical form: line feeds
// only, no-break spaces as spaces, no white space at the ends of lines, no
// blank lines at the beginning and at the end.
func BodyText(s string) string {
	if isBody(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u00a0", " ", "\x00", "").Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(l, unicode.IsSpace)
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	return strings.Join(lines, "\n")
}

// isBody reports whether a text has its canonical form already, as most have.
func isBody(s string) bool {
	before := '\n'
	for _, r := range s {
		switch {
		case r == '\n' && (before == '\n' && !strings.HasPrefix(s, "\n") || !unicode.IsSpace(before)):
		case r == '\n', r == 0, r == '\r', r == '\u00a0', r == '\u2028', r == '\u2029', r == unicode.ReplacementChar:
			return false
		}
		before = r
	}
	return s == "" || !unicode.IsSpace(before)
}

// Email returns an address in lower case.
func Email(s string) merge.Value { return merge.Text(strings.ToLower(line(s))) }

// Tags returns tags as a set in lower case.
func Tags(tags []string) merge.Value {
	items := make([]string, len(tags))
	for i, tag := range tags {
		items[i] = strings.ToLower(line(tag))
	}
	return merge.Set(items...)
}

// minPhoneDigits tells a phone number from a short code or an extension.
const minPhoneDigits = 7

// Phone returns a phone number in the manner of E.164: a plus and digits. A
// number that does not say its country gets callingCode (such as "41"), less
// one leading zero; with no callingCode it stays bare digits. What is no number
// at all stays as it was typed.
func Phone(s, callingCode string) merge.Value {
	s = line(s)
	digits := onlyDigits(s)
	switch {
	case len(digits) < minPhoneDigits:
		return merge.Text(s)
	case strings.HasPrefix(s, "+"), strings.HasPrefix(s, "(+"):
		// "+41 (0)79 …" is a common way to write both forms at once.
		return merge.Text("+" + onlyDigits(strings.Replace(s, "(0)", "", 1)))
	case strings.HasPrefix(digits, "00"):
		return merge.Text("+" + digits[2:])
	case callingCode == "":
		return merge.Text(digits)
	case callingCode == "1" && len(digits) == 11 && digits[0] == '1':
		return merge.Text("+" + digits)
	}
	return merge.Text("+" + callingCode + strings.TrimPrefix(digits, "0"))
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// UserPrefix starts an assignee whose e-mail address is not known.
const UserPrefix = "user:"

// Assignee returns a person by e-mail, or by id when the e-mail is not known.
func Assignee(id, email string) merge.Value {
	switch {
	case id == "":
		return merge.None()
	case strings.TrimSpace(email) == "":
		return merge.Text(UserPrefix + id)
	}
	return Email(email)
}
