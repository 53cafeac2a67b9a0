package ghlsource

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

func TestCutMarker(t *testing.T) {
	t.Parallel()
	plain := &Source{}
	linked := &Source{twinURL: func(_ syncer.Kind, id string) string { return "https://p.example/" + id }}
	for _, tc := range []struct {
		source           *Source
		body, rest, twin string
	}{
		{plain, "just text", "just text", ""},
		{plain, "text\n\n[pagico:task:t_1]", "text", "t_1"},
		{plain, "[pagico:task:t_1]", "", "t_1"},
		{plain, "text\n\nhttps://old.example/x [pagico:task:t_1]", "text", "t_1"},
		{plain, "text\r\n[pagico:task:t_1]  \r\n\r\n", "text", "t_1"},
		{plain, "<p>text</p><p>https://p.example/x [pagico:task:t_1]</p>", "text", "t_1"},
		{plain, "<p>text</p><p><a href=\"https://p.example/x\">Open</a> [pagico:task:t_1]</p>", "text\nOpen (https://p.example/x)", "t_1"},
		{plain, "text\n[pagico:task:t_1]\nadded below", "text\nadded below", "t_1"},
		{plain, "see [pagico:task:t_1]", "see", "t_1"},
		{plain, "a [pagico:note:n_1] b", "a [pagico:note:n_1] b", ""},
		{plain, "[pagico:task:one]\n[pagico:task:two]", "[pagico:task:one]", "two"},
		{plain, "text [pagico:task:] x", "text [pagico:task:] x", ""},
		{plain, "text [pagico:task:%zz]", "text [pagico:task:%zz]", ""},
		{plain, "[pagico:task:a%20b%5D%26lt;]", "", "a b]&lt;"},
		{linked, "text https://p.example/t_1 [pagico:task:t_1]", "text", "t_1"},
		{linked, "text https://other.example/t_1 [pagico:task:t_1]", "text https://other.example/t_1", "t_1"},
	} {
		rest, twin := tc.source.cutMarker(syncer.KindTask, plainText(tc.body))
		assert.Equal(t, tc.rest, rest, "%q", tc.body)
		assert.Equal(t, tc.twin, twin, "%q", tc.body)
	}
}

// Any text and any id survive the way to a body and back.
func TestMarkerRoundTrip(t *testing.T) {
	t.Parallel()
	sources := []*Source{{}, {twinURL: func(syncer.Kind, string) string { return "https://p.example/?a=1&lt=<b>" }},
		{twinURL: func(_ syncer.Kind, id string) string { return "not an address " + id }}}
	pieces := rapid.SampledFrom([]string{"<b>", "</p>", "<", ">", "&", "&amp;", "\n", " ", "a", "🚗", "https://x.example/?a=1&copy=2", "[pagico:note:n]", "]"})
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(sources).Draw(t, "source")
		want := canon.BodyText(strings.Join(rapid.SliceOf(pieces).Draw(t, "text"), ""))
		twin := rapid.StringMatching(`[ -~é]{1,20}`).Draw(t, "twin")
		rest, got := s.cutMarker(syncer.KindTask, plainText(richText(s.addMarker(syncer.KindTask, want, twin))))
		assert.Equal(t, twin, got)
		assert.Equal(t, want, rest)
	})
}
