package transport

import (
	"cmp"
	"slices"
	"strings"
)

// The functions of this file each find the next part of a text that Redact replaces. They are written out instead of as
// regular expressions because an error keeps up to 64 KiB, for which those took tens of milliseconds.

// nextURL finds an address with http or https.
func nextURL(text string, from int) found {
	for at := from; ; {
		i := strings.Index(text[at:], "://")
		if i < 0 {
			return found{}
		}
		at += i
		start := max(at-len("https"), from)
		if before := text[start:at]; strings.HasSuffix(before, "http") {
			start = at - len("http")
		} else if before != "https" {
			at++
			continue
		}
		end := endOf(text, at+3, func(c byte) bool { return !space(c) && !strings.ContainsRune(`"'<>`, rune(c)) })
		if end > at+3 {
			return found{start, end, RedactURL(text[start:end])}
		}
		at++
	}
}

// nextCredential finds the words bearer and basic with what follows.
func nextCredential(text string, from int) found {
	for at := from; at < len(text); at++ {
		i := strings.IndexAny(text[at:], "bB")
		if i < 0 {
			break
		}
		at += i
		if at > 0 && word(text[at-1]) {
			continue
		}
		name := scheme(text[at:])
		blank := at + len(name)
		if name == "" || blank == len(text) || !space(text[blank]) {
			continue
		}
		start := endOf(text, blank, space)
		if end := endOf(text, start, credentialByte); end-start >= 4 {
			return found{at, end, name + " " + mask}
		}
		at = start - 1
	}
	return found{}
}

// scheme returns the word bearer or basic that a text starts with, or "".
func scheme(text string) string {
	for _, name := range [...]string{"bearer", "basic"} {
		if len(text) >= len(name) && strings.EqualFold(text[:len(name)], name) {
			return text[:len(name)]
		}
	}
	return ""
}

// nextToken finds private integration tokens and JSON web tokens, which show by themselves what they are.
func nextToken(text string, from int) found {
	for at := from; at < len(text); at++ {
		i := strings.IndexAny(text[at:], "pe")
		if i < 0 {
			break
		}
		at += i
		rest := text[at:]
		isWebToken := strings.HasPrefix(rest, "eyJ")
		if at > 0 && word(text[at-1]) || !isWebToken && !strings.HasPrefix(rest, "pit-") {
			continue
		}
		if !isWebToken {
			if end := endOf(text, at, func(c byte) bool { return c != '_' && nameByte(c) }); end-at >= len("pit-")+4 {
				return found{at, end, mask}
			}
			continue
		}
		first := endOf(text, at, nameByte)
		if second := dotted(text, first); second > 0 && first-at >= len("eyJ")+6 {
			return found{at, cmp.Or(dotted(text, second), second), mask}
		}
		at = first - 1 // no later start among the same bytes can do better
	}
	return found{}
}

// dotted returns the end of the part of a web token that begins at i with a dot, 0 when there is none.
func dotted(text string, i int) int {
	if i < len(text) && text[i] == '.' {
		if end := endOf(text, i+1, nameByte); end > i+1 {
			return end
		}
	}
	return 0
}

// nextPair finds the value of a parameter, a JSON member or a header whose name is one of a secret.
func nextPair(text string, from int) found {
	for at := from; ; at++ {
		i := strings.IndexAny(text[at:], "=:")
		if i < 0 {
			return found{}
		}
		at += i
		name, quoted := nameBefore(text[from:at])
		if text[at] == ':' && strings.EqualFold(name[max(len(name)-4, 0):], "code") || !secretName(name) {
			continue // with a colon it is an error code; an authorization code travels as code=…
		}
		start := endOf(text, at+1, space)
		if start < len(text) && (text[start] == '"' || text[start] == '\'') {
			start, quoted = start+1, true
		}
		if s := scheme(text[start:]); s != "" {
			if behind := endOf(text, start+len(s), space); behind > start+len(s) && behind < len(text) && valueByte(text[behind]) {
				start = behind
			}
		}
		end := endOf(text, start, valueByte)
		switch value := text[start:end]; {
		case value == "", value == mask:
		case text[at] == ':' && !quoted && len(value) < 12:
			// "token: access token is invalid" is prose, not a secret: values in texts are long or follow "=" or a quote.
		default:
			return found{start, end, mask}
		}
	}
}

// nameBefore returns the name that a text ends with, and whether a quote closes it.
func nameBefore(text string) (name string, quoted bool) {
	end := len(text)
	for end > 0 && space(text[end-1]) {
		end--
	}
	if end > 0 && (text[end-1] == '"' || text[end-1] == '\'') {
		end, quoted = end-1, true
	}
	const most = 64 // bytes of a name that matter
	start := end
	for start > 0 && end-start < most && nameByte(text[start-1]) {
		start--
	}
	return text[start:end], quoted
}

// secretName reports whether a name is, or ends with, one of those whose values are never shown.
func secretName(name string) bool {
	words := [...]string{"token", "accesstoken", "refreshtoken", "idtoken", "secret", "clientsecret", "apikey", "api_key", "authorization",
		"password", "passwd", "signature", "codeverifier", "code_verifier"}
	ends := func(word string) bool {
		cut := len(name) - len(word)
		return cut >= 0 && strings.EqualFold(name[cut:], word) && (cut == 0 || name[cut-1] == '_' || name[cut-1] == '-')
	}
	return slices.ContainsFunc(words[:], ends) || ends("code") && !strings.HasSuffix(name[:len(name)-len("code")], "_")
}

// endOf returns the position of the first byte from i on that is not in, or the length of text.
func endOf(text string, i int, in func(c byte) bool) int {
	for i < len(text) && in(text[i]) {
		i++
	}
	return i
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

func word(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// nameByte is one of those that names and the parts of JSON web tokens are made of.
func nameByte(c byte) bool { return word(c) || c == '-' }

func credentialByte(c byte) bool {
	return nameByte(c) || strings.IndexByte("._~+/=", c) >= 0 && c != '_'
}

func valueByte(c byte) bool { return !space(c) && strings.IndexByte(`"'&,;}]`, c) < 0 }
