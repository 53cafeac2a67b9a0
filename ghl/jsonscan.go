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
	for quote := 0; i <= len(data); {
		if quote < i { // the one found before was escaped
			n := bytes.IndexByte(data[i:], '"')
			if n < 0 {
				break
			}
			quote = i + n
		}
		slash := bytes.IndexByte(data[i:quote], '\\')
		if slash < 0 {
			return quote + 1
		}
		i += slash + 2
	}
	return -1
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

// walkObjectAt goes through the object that starts at i and calls visit with each key (between its quotes, still escaped) and
// where its value starts. visit returns the position after the value, so that it can look into the value on the way, or -1
// to stop. The result is the position after the object, or -1.
func walkObjectAt(data []byte, i int, visit func(key []byte, at int) int) int {
	if i >= len(data) || data[i] != '{' {
		return -1
	}
	for i = skipSpace(data, i+1); i < len(data) && data[i] == '"'; {
		end := skipString(data, i)
		if end < 0 {
			return -1
		}
		key := data[i+1 : end-1]
		if i = skipSpace(data, end); i >= len(data) || data[i] != ':' {
			return -1
		}
		if end = visit(key, skipSpace(data, i+1)); end < 0 {
			return -1
		}
		if i = skipSpace(data, end); i >= len(data) || data[i] != ',' {
			break
		}
		i = skipSpace(data, i+1)
	}
	if i < len(data) && data[i] == '}' {
		return i + 1
	}
	return -1
}

// walkArrayAt does the same for the elements of an array.
func walkArrayAt(data []byte, i int, visit func(at int) int) int {
	if i >= len(data) || data[i] != '[' {
		return -1
	}
	for i = skipSpace(data, i+1); i < len(data) && data[i] != ']'; {
		end := visit(i)
		if end < 0 {
			return -1
		}
		if i = skipSpace(data, end); i >= len(data) || data[i] != ',' {
			break
		}
		i = skipSpace(data, i+1)
	}
	if i < len(data) && data[i] == ']' {
		return i + 1
	}
	return -1
}

// walkObject calls visit with the keys and raw values of a JSON object, in order. It reports whether the whole text was one
// object with nothing but white space around it.
func walkObject(data []byte, visit func(key []byte, value json.RawMessage) bool) bool {
	return wholeText(data, walkObjectAt(data, skipSpace(data, 0), func(key []byte, at int) int {
		end := skipValue(data, at)
		if end < 0 || !visit(key, data[at:end:end]) {
			return -1
		}
		return end
	}))
}

// walkArray does the same for the elements of a JSON array.
func walkArray(data []byte, visit func(value json.RawMessage) bool) bool {
	return wholeText(data, walkArrayAt(data, skipSpace(data, 0), func(at int) int {
		end := skipValue(data, at)
		if end < 0 || !visit(data[at:end:end]) {
			return -1
		}
		return end
	}))
}

// wholeText reports whether a value that ended at end, -1 when it did not, was all of the text.
func wholeText(data []byte, end int) bool { return end >= 0 && skipSpace(data, end) == len(data) }

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
