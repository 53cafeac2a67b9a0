package ghl

import (
	"bytes"
	"encoding/json"
	"iter"
)

// The functions of this file cut JSON into pieces without decoding it: a large answer is walked once and each record is
// then decoded, and so validated, by encoding/json on its own. They never fail; on text that is not JSON they stop early.

// skipSpace returns the position of the next byte that is not white space.
func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// skipString returns the position after the string that starts at i, or -1.
func skipString(data []byte, i int) int {
	i++
	for {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return -1
		}
		end := i + n
		slash := bytes.IndexByte(data[i:end], '\\')
		if slash < 0 {
			return end + 1
		}
		if i += slash + 2; i > len(data) { // what follows the backslash is no end
			return -1
		}
	}
}

// skipValue returns the position after the value that starts at i, or -1.
func skipValue(data []byte, i int) int {
	if i >= len(data) {
		return -1
	}
	switch data[i] {
	case '"':
		return skipString(data, i)
	case '{', '[':
		return skipNested(data, i)
	case '}', ']', ',', ':':
		return -1
	}
	for ; i < len(data); i++ {
		switch data[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			return i
		}
	}
	return i
}

func skipNested(data []byte, i int) int {
	depth := 0
	for i < len(data) {
		switch data[i] {
		case '"':
			if i = skipString(data, i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// walkObject calls visit with the keys (between their quotes, still escaped) and raw values of a JSON object, in order. It
// reports whether the whole text was one object with nothing but white space around it.
func walkObject(data []byte, visit func(key []byte, value json.RawMessage) bool) bool {
	i := skipSpace(data, 0)
	if i >= len(data) || data[i] != '{' {
		return false
	}
	for i = skipSpace(data, i+1); i < len(data) && data[i] == '"'; {
		end := skipString(data, i)
		if end < 0 {
			return false
		}
		key := data[i+1 : end-1]
		if i = skipSpace(data, end); i >= len(data) || data[i] != ':' {
			return false
		}
		i = skipSpace(data, i+1)
		if end = skipValue(data, i); end < 0 || !visit(key, data[i:end:end]) {
			return false
		}
		if i = skipSpace(data, end); i >= len(data) || data[i] != ',' {
			break
		}
		i = skipSpace(data, i+1)
	}
	return i < len(data) && data[i] == '}' && skipSpace(data, i+1) == len(data)
}

// walkArray does the same for the elements of a JSON array.
func walkArray(data []byte, visit func(value json.RawMessage) bool) bool {
	i := skipSpace(data, 0)
	if i >= len(data) || data[i] != '[' {
		return false
	}
	for i = skipSpace(data, i+1); i < len(data) && data[i] != ']'; {
		end := skipValue(data, i)
		if end < 0 || !visit(data[i:end:end]) {
			return false
		}
		if i = skipSpace(data, end); i >= len(data) || data[i] != ',' {
			break
		}
		i = skipSpace(data, i+1)
	}
	return i < len(data) && data[i] == ']' && skipSpace(data, i+1) == len(data)
}

// members yields the keys and raw values of a JSON object; it stops where the text stops being one.
func members(data []byte) iter.Seq2[string, json.RawMessage] {
	return func(yield func(string, json.RawMessage) bool) {
		walkObject(data, func(key []byte, value json.RawMessage) bool { return yield(unquote(key), value) })
	}
}

// elements yields the raw values of a JSON array; it stops where the text stops being one.
func elements(data []byte) iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) { walkArray(data, yield) }
}

// unquote decodes a key; keys without escapes, which is nearly all, cost no decoding.
func unquote(key []byte) string {
	if bytes.IndexByte(key, '\\') >= 0 {
		var s string
		if json.Unmarshal(append(append([]byte{'"'}, key...), '"'), &s) == nil {
			return s
		}
	}
	return string(key)
}
