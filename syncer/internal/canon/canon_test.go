package canon_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]merge.Value{
		"":                     merge.None(),
		" \t\n ":               merge.None(),
		" Call Ada ":           merge.Text("Call Ada"),
		"Call\r\nAda":          merge.Text("Call  Ada"),
		"Grüße\u00a0🚗":         merge.Text("Grüße 🚗"),
		"nul\x00byte":          merge.Text("nulbyte"),
		"broken \xff utf-8":    merge.Text("broken \uFFFD utf-8"),
		"two  spaces are kept": merge.Text("two  spaces are kept"),
	} {
		assert.Equal(t, want, canon.Line(in), "%q", in)
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]merge.Value{
		"":                        merge.None(),
		"\r\n \r\n":               merge.None(),
		"a\r\nb\rc":               merge.Text("a\nb\nc"),
		"a  \n\n\tb \t\n\n":       merge.Text("a\n\n\tb"),
		"\n\n  indented":          merge.Text("  indented"),
		"a\u00a0b\u2028c\u2029d":  merge.Text("a b\nc\nd"),
		"one\n\n\nthree line end": merge.Text("one\n\n\nthree line end"),
	} {
		assert.Equal(t, want, canon.Body(in), "%q", in)
	}
}

// Whatever is broken about a text, its canonical form is not.
func TestBodyForm(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{"a", " ", "\n", "\t", "\r", "\r\n", "\u00a0", "\u2028", "\x00", "\xff", "é", "\uFFFD", "\u3000"})
	rapid.Check(t, func(t *rapid.T) {
		text := canon.BodyText(strings.Join(rapid.SliceOf(pieces).Draw(t, "text"), ""))
		assert.Equal(t, strings.TrimRightFunc(strings.TrimLeft(text, "\n"), unicode.IsSpace), text)
		assert.NotRegexp(t, `[ \t\x{3000}]\n`, text)
		assert.False(t, strings.ContainsAny(text, "\r\x00\u00a0\u2028\u2029"), "%q", text)
		assert.True(t, utf8.ValidString(text))
	})
}

func TestBodyIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once := canon.BodyText(rapid.String().Draw(t, "text"))
		assert.Equal(t, once, canon.BodyText(once))
	})
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ in, code, want string }{
		{"", "41", ""},
		{"+41791234567", "", "+41791234567"},
		{" +41 79 123 45 67 ", "49", "+41791234567"},
		{"+41 (0)79 123 45 67", "", "+41791234567"},
		{"(+1) 415 555 0101", "", "+14155550101"},
		{"0041 79 123 45 67", "", "+41791234567"},
		{"079 123 45 67", "41", "+41791234567"},
		{"079 123 45 67", "", "0791234567"},
		{"(415) 555-0101", "1", "+14155550101"},
		{"1 415 555 0101", "1", "+14155550101"},
		{"112", "41", "112"},
		{"ask Ada", "41", "ask Ada"},
	} {
		assert.Equal(t, merge.Text(tc.want), canon.Phone(tc.in, tc.code), "%q", tc.in)
	}
}

func TestPeopleAndTags(t *testing.T) {
	t.Parallel()
	assert.Equal(t, merge.Text("ada@example.com"), canon.Email(" Ada@Example.COM "))
	assert.Equal(t, merge.Set("vip", "zürich"), canon.Tags([]string{"VIP", " vip", "Zürich", ""}))
	assert.Equal(t, merge.None(), canon.Tags(nil))
	assert.Equal(t, merge.None(), canon.Assignee("", "a@b"))
	assert.Equal(t, merge.Text("user:u1"), canon.Assignee("u1", " "))
	assert.Equal(t, merge.Text("a@b"), canon.Assignee("u1", "A@b"))
}
