package ghlsource

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

// The marker is the last line of the body of a record that the engine made,
// such as
//
//	https://pagico.example/t/t_1 [pagico:task:t_1]
//
// The address in front is there for people and comes from [WithTwinURL].
var markerForm = regexp.MustCompile(`\[pagico:([a-z]+):([^\]\s]+)\]`)

// addMarker puts the marker of a twin below a canonical text.
func (s *Source) addMarker(kind syncer.Kind, text, twin string) string {
	if twin == "" {
		return text
	}
	mark := markerText(kind, twin)
	if s.twinURL != nil {
		if address := canon.BodyText(s.twinURL(kind, twin)); address != "" && !strings.ContainsAny(address, " \n\t") {
			mark = address + " " + mark
		}
	}
	if text == "" {
		return mark
	}
	return text + "\n\n" + mark
}

func markerText(kind syncer.Kind, twin string) string {
	return "[pagico:" + string(kind) + ":" + strings.ReplaceAll(url.PathEscape(twin), "&", "%26") + "]"
}

// cutMarker parts a canonical text from its marker. People may have typed
// around it, so it counts wherever it stands; with several, the last one.
func (s *Source) cutMarker(kind syncer.Kind, text string) (rest, twin string) {
	var found []int
	for _, m := range markerForm.FindAllStringSubmatchIndex(text, -1) {
		if text[m[2]:m[3]] == string(kind) {
			found = m
		}
	}
	if found == nil {
		return text, ""
	}
	twin, err := url.PathUnescape(text[found[4]:found[5]])
	if err != nil {
		return text, ""
	}
	before, after := text[:found[0]], text[found[1]:]
	start := strings.LastIndexByte(before, '\n') + 1
	lead := strings.TrimSpace(before[start:])
	switch {
	case isAddress(lead):
		before = before[:start]
	case s.twinURL != nil && s.twinURL(kind, twin) != "":
		before = strings.TrimRight(before, " ")
		before = strings.TrimSuffix(before, s.twinURL(kind, twin))
	}
	// The line that the marker stood on goes with it.
	if before == "" || strings.HasSuffix(before, "\n") {
		after = strings.TrimPrefix(strings.TrimLeft(after, " "), "\n")
	}
	return canon.BodyText(before + after), twin
}

// isAddress reports whether the text is one web address, perhaps in the
// parentheses that [plainText] puts around the address of a link.
func isAddress(s string) bool {
	return strings.Contains(s, "://") && !strings.ContainsAny(s, " \t")
}
