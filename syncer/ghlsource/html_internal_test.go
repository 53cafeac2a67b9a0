package ghlsource

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

func TestPlainText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                       "",
		"plain text":                             "plain text",
		"a < b and c > d":                        "a < b and c > d",
		"mail <john@example.com> today":          "mail <john@example.com> today",
		"Tom &amp; Jerry &lt;3":                  "Tom & Jerry <3",
		"https://x.example/?a=1&copy=2":          "https://x.example/?a=1&copy=2",
		"line one\nline two":                     "line one\nline two",
		"<p>line one</p><p>line two</p>":         "line one\nline two",
		"<p>one</p><p><br></p><p>two</p>":        "one\n\ntwo",
		"<div>one<br/>two<br>three</div>":        "one\ntwo\nthree",
		"<p>one<br></p>\n<p>two</p>":             "one\ntwo",
		"<p>a &amp; b&nbsp;c</p>":                "a & b c",
		"<p>a\n   b\tc</p>":                      "a b c",
		"<b>bold</b>, <i>it</i><u>s</u>":         "bold, its",
		"<P STYLE=\"color:red\">loud</P>":        "loud",
		"<ul><li>one</li><li>two</li></ul>":      "- one\n- two",
		"<ol><li>one</li><li>two</li></ol>":      "1. one\n2. two",
		"<ol start=\"3\"><li>c<li>d</ol>end":     "3. c\n4. d\nend",
		"<ul><li>a<ul><li>b</li></ul></li></ul>": "- a\n  - b",
		"<ul><li><p>a</p></li><li><p>b</p></ul>": "- a\n- b",
		"<h1>Title</h1>text<hr>more":             "Title\ntext\nmore",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>":        "a b\nc",
		`<p>see <a href="https://x.example/a?b=1&amp;c=2">the page</a>.</p>`:     "see the page (https://x.example/a?b=1&c=2).",
		`<a href="https://x.example/">https://x.example</a>`:                     "https://x.example",
		`<a href='https://x.example'></a><br>`:                                   "https://x.example",
		`<a href=https://x.example>x.example</a><br>`:                            "x.example",
		`<a href="mailto:ada@example.com">ada@example.com</a><br>`:               "ada@example.com",
		`<a href="mailto:ada@example.com">Ada</a><br>`:                           "Ada (ada@example.com)",
		`<a href="#top">up</a><br>`:                                              "up",
		`<a href="javascript:x()">go</a><br>`:                                    "go",
		`<p><img src="data:image/png;base64,AAAA" alt="a plan"></p>`:             "[a plan]",
		`<p><img src="https://x.example/a>b.png"></p>`:                           "[image]",
		"<style>p { color: red }</style><p>text</p><script>if (a<b) {}</script>": "text",
		"<!-- hidden <b>not bold</b> --><p>shown</p>":                            "shown",
		"<pre>a\n  b</pre>":                     "a\n  b",
		"<p>5 < 6 and 7 > 6</p>":                "5 < 6 and 7 > 6",
		"<p>open <b":                            "open",
		"<p it's>fine</p>":                      "fine",
		"<p>a <b <i>c</i></p>":                  "a <b c",
		"<p>unclosed \"quote":                   "unclosed \"quote",
		"<!DOCTYPE html><html><body>x</body>":   "x",
		"<o:p></o:p><p>Word</p>":                "Word",
		"&lt;p&gt;escaped&lt;/p&gt;":            "<p>escaped</p>",
		"<p>Grüße 🚗 &#128663; &#x1F697;</p>":    "Grüße 🚗 🚗 🚗",
		"</ul></li></ol></pre></a><p>stray</p>": "stray",
	} {
		assert.Equal(t, want, plainText(in), "%q", in)
	}
}

// What is written for a text reads back as that text.
func TestRichTextRoundTrip(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{"<b>", "</p>", "<", ">", "&", "&amp;", "&lt;", ";", "amp", "\n", " ", "a", "é", "🚗",
		"<!--", "-->", `"`, "'", "<a href='x'>", "<li>", "\u00a0", "https://x.example/?a=1&copy=2", "- ", "[pagico:task:t]"})
	rapid.Check(t, func(t *rapid.T) {
		text := canon.BodyText(strings.Join(rapid.SliceOf(pieces).Draw(t, "pieces"), ""))
		assert.Equal(t, text, plainText(richText(text)))
	})
}

func TestPlainTextSurvivesAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := plainText("<p>" + rapid.String().Draw(t, "body"))
		assert.Equal(t, canon.BodyText(text), text)
	})
	for _, hostile := range []string{"<!--", "<a ", "<a \"", "<style>", "<ul>", "<a>", "<br>", "<", "&#", "<pre>", "<td>"} {
		plainText("<p>" + strings.Repeat(hostile, 1<<15/len(hostile)))
	}
}

func FuzzPlainText(f *testing.F) {
	f.Add("<p>a <a href=\"https://x.example\">b</a></p>")
	f.Add("<ul><li>a<ol start=2><li>b</ul>")
	f.Fuzz(func(t *testing.T, body string) {
		text := plainText(body)
		if plainText(richText(text)) != text {
			t.Errorf("%q reads back as %q", text, plainText(richText(text)))
		}
	})
}

func BenchmarkPlainText(b *testing.B) {
	for name, body := range map[string]string{
		"plain": "Ask for the budget.\nThen propose two dates.\n\nhttps://pagico.example/t/t_1 [pagico:task:t_1]",
		"html":  "<p>Agenda:</p><ul><li>Prices &amp; terms</li><li>Delivery</li></ul><p>See <a href=\"https://example.com/\">this</a></p>",
	} {
		b.Run(name, func(b *testing.B) {
			s := &Source{}
			b.ReportAllocs()
			for b.Loop() {
				s.cutMarker("task", plainText(body))
			}
		})
	}
}
