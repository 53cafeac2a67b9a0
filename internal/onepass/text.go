package onepass

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// skipString reads a string.
func (r *Reader) skipString() {
	for i := r.at + 1; ; {
		if i = plainEnd(r.data, i); i == len(r.data) {
			break
		}
		switch c := r.data[i]; {
		case c == '"':
			r.at = i + 1
			return
		case c == '\\':
			n := escape(r.data[i:])
			if n == 0 {
				r.failed = true
				return
			}
			i += n
		case c < ' ':
			r.failed = true
			return
		default: // outside of ASCII; encoding/json takes any byte here
			i++
		}
	}
	r.failed = true
}

// escape returns the length of the escape that data starts with, 0 when it is none.
func escape(data []byte) int {
	if len(data) < 2 {
		return 0
	}
	switch data[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(data[2:]); ok {
			return 6
		}
	}
	return 0
}

func hex4(data []byte) (rune, bool) {
	if len(data) < 4 {
		return 0, false
	}
	var v rune
	for _, c := range data[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = (c | 0x20) - 'a' + 10
		default:
			return 0, false
		}
		v = v<<4 | rune(c)
	}
	return v, true
}

// Text reads a string. Bytes that are not UTF-8 are a surprise.
func (r *Reader) Text() string {
	if r.Peek() != '"' {
		r.failed = true
		return ""
	}
	start := r.at + 1
	if end := plainEnd(r.data, start); end < len(r.data) && r.data[end] == '"' {
		r.at = end + 1
		return string(r.data[start:end])
	}
	r.skipString()
	if r.failed {
		return ""
	}
	body := r.data[start : r.at-1]
	if !utf8.Valid(body) {
		r.failed = true
		return ""
	}
	return unescape(body)
}

// unescape returns the meaning of the inside of a string that was read before.
func unescape(body []byte) string {
	var b strings.Builder
	for {
		plain, rest, escaped := bytes.Cut(body, []byte{'\\'})
		if !escaped && b.Len() == 0 {
			return string(plain)
		}
		if b.Len() == 0 {
			b.Grow(len(body))
		}
		b.Write(plain)
		if !escaped {
			return b.String()
		}
		c := rest[0]
		body = rest[1:]
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			v, n := codePoint(body)
			b.WriteRune(v)
			body = body[n:]
			continue
		}
		b.WriteByte(c)
	}
}

// codePoint reads what follows after a backslash and a u: four digits, or the two halves of a pair. It returns how long that is.
func codePoint(body []byte) (rune, int) {
	v, _ := hex4(body)
	if !utf16.IsSurrogate(v) {
		return v, 4
	}
	if low, ok := bytes.CutPrefix(body[4:], []byte(`\u`)); ok {
		second, _ := hex4(low)
		if pair := utf16.DecodeRune(v, second); pair != utf8.RuneError {
			return pair, 10
		}
	}
	return utf8.RuneError, 4
}
