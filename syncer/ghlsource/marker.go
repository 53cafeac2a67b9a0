package ghlsource

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

// The marker is the last line of the body of a record that the engine made,
// such as
//
//	https://pagico.example/t/t_1 [pagico:task:t_1]
//
// The address in front is there for people and comes from [WithTwinURL].
const markerPrefix = "[pagico:"

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
	return markerPrefix + string(kind) + ":" + strings.ReplaceAll(url.PathEscape(twin), "&", "%26") + "]"
}

// cutMarker parts a canonical text from its marker. People may have typed
// around it, so it counts wherever it stands; with several, the last one.
func (s *Source) cutMarker(kind syncer.Kind, text string) (rest, twin string) {
	at, end, twin := lastMarker(kind, text)
	if twin == "" {
		return text, ""
	}
	before, after := text[:at], text[end:]
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
	return canon.BodyText(strings.TrimRightFunc(before+after, unicode.IsSpace)), twin
}

// lastMarker finds the last well-formed marker of a kind in a text.
func lastMarker(kind syncer.Kind, text string) (start, end int, twin string) {
	prefix := markerPrefix + string(kind) + ":"
	for end = len(text); ; end = start {
		start = strings.LastIndex(text[:end], prefix)
		if start < 0 {
			return 0, 0, ""
		}
		id := text[start+len(prefix):]
		length := strings.IndexAny(id, "] \t\n")
		if length < 1 || id[length] != ']' {
			continue
		}
		if twin, err := url.PathUnescape(id[:length]); err == nil {
			return start, start + len(prefix) + length + 1, twin
		}
	}
}

// isAddress reports whether the text is one web address, perhaps in the
// parentheses that [plainText] puts around the address of a link.
func isAddress(s string) bool {
	return strings.Contains(s, "://") && !strings.ContainsAny(s, " \t")
}
