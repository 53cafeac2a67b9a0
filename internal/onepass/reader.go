package onepass

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth bounds the nesting that is followed.
const maxDepth = 200

// Reader walks over one JSON text from front to back and checks all of it on the way. After the first surprise it has
// failed for good: every method then does nothing and returns its zero value, so that only the end of a walk needs a check.
type Reader struct {
	data   []byte
	at     int
	depth  int
	fresh  bool // inside brackets that nothing was read from yet
	failed bool
}

// NewReader starts at the front of data, which is never changed.
func NewReader(data []byte) Reader { return Reader{data: data} }

// Fail gives up.
func (r *Reader) Fail() { r.failed = true }

// Failed reports whether this reader has given up.
func (r *Reader) Failed() bool { return r.failed }

// End reports whether all went well and nothing but white space is left.
func (r *Reader) End() bool { return r.Peek() == 0 && !r.failed && r.at == len(r.data) }

// Left returns the number of bytes that were not read yet.
func (r *Reader) Left() int { return len(r.data) - r.at }

// Peek returns the first byte of what comes next, after white space; 0 at the end of the text.
func (r *Reader) Peek() byte {
	if r.failed {
		return 0
	}
	for r.at < len(r.data) {
		switch c := r.data[r.at]; c {
		case ' ', '\n', '\r', '\t':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// Enter steps into an object or an array, which open is the first byte of.
func (r *Reader) Enter(open byte) {
	if r.Peek() != open || r.depth == maxDepth {
		r.failed = true
		return
	}
	r.at++
	r.depth++
	r.fresh = true
}

// More reports whether another member or element comes, and goes to it. At the closing byte it steps out.
func (r *Reader) More(closing byte) bool {
	fresh := r.fresh
	r.fresh = false
	switch c := r.Peek(); {
	case r.failed:
		return false
	case c == closing:
		r.at++
		r.depth--
		return false
	case fresh:
		return true
	case c == ',':
		r.at++
		return true
	}
	r.failed = true
	return false
}

// Key reads the key of a member and the colon. Keys with escapes and keys that are not ASCII are a surprise.
func (r *Reader) Key() []byte {
	if r.Peek() != '"' {
		r.failed = true
		return nil
	}
	start := r.at + 1
	end := plainEnd(r.data, start)
	if end == len(r.data) || r.data[end] != '"' {
		r.failed = true
		return nil
	}
	r.at = end + 1
	r.colon()
	return r.data[start:end]
}

func (r *Reader) colon() {
	if r.Peek() != ':' {
		r.failed = true
		return
	}
	r.at++
}

// Raw reads a value of any kind and returns its text, which is a part of the reader's.
func (r *Reader) Raw() []byte {
	r.Peek()
	start := r.at
	r.Skip()
	if r.failed {
		return nil
	}
	return r.data[start:r.at:r.at]
}

// Null reads null, if that is what comes next, and reports whether it was.
func (r *Reader) Null() bool { return r.Peek() == 'n' && r.literal("null") }

// Skip reads a value of any kind.
func (r *Reader) Skip() {
	switch c := r.Peek(); c {
	case '"':
		r.skipString()
	case '{':
		for r.Enter('{'); r.More('}'); r.Skip() {
			if r.Peek() != '"' {
				r.failed = true
				return
			}
			r.skipString()
			r.colon()
		}
	case '[':
		for r.Enter('['); r.More(']'); {
			r.Skip()
		}
	case 't':
		r.literal("true")
	case 'f':
		r.literal("false")
	case 'n':
		r.literal("null")
	default:
		r.number()
	}
}

func (r *Reader) literal(text string) bool {
	if end := r.at + len(text); end <= len(r.data) && string(r.data[r.at:end]) == text {
		r.at = end
		return true
	}
	r.failed = true
	return false
}

// number reads a number and returns its text.
func (r *Reader) number() []byte {
	start := r.at
	if r.next() == '-' {
		r.at++
	}
	if r.next() == '0' {
		r.at++
	} else {
		r.digits()
	}
	if r.next() == '.' {
		r.at++
		r.digits()
	}
	if c := r.next(); c == 'e' || c == 'E' {
		r.at++
		if c = r.next(); c == '+' || c == '-' {
			r.at++
		}
		r.digits()
	}
	if r.failed {
		return nil
	}
	return r.data[start:r.at]
}

// next returns the byte at the position, 0 at the end of the text.
func (r *Reader) next() byte {
	if r.at < len(r.data) {
		return r.data[r.at]
	}
	return 0
}

// digits reads at least one digit.
func (r *Reader) digits() {
	start := r.at
	for c := r.next(); '0' <= c && c <= '9'; c = r.next() {
		r.at++
	}
	if r.at == start {
		r.failed = true
	}
}

// plainEnd returns the position from i on of the first byte that is not plain inside a string: a quote, a backslash, a
// control character or one outside of ASCII; or the length of data. It looks at eight bytes at a time.
func plainEnd(data []byte, i int) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(data); i += 8 {
		x := binary.LittleEndian.Uint64(data[i:])
		quote, slash := x^ones*'"', x^ones*'\\'
		// In each byte the high bit is set when the byte is, in this order: below a blank, a quote, a backslash, above
		// 127. A borrow can set it wrongly only in the bytes above one that is right.
		if found := ((x-ones*' ')&^x | (quote-ones)&^quote | (slash-ones)&^slash | x) & high; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for i < len(data) && data[i] >= ' ' && data[i] != '"' && data[i] != '\\' && data[i] < 0x80 {
		i++
	}
	return i
}
