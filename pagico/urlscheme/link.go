package urlscheme

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Scheme begins every link.
const Scheme = "pagico://"

// DefaultMaxBytes is the greatest length of a link unless [WithMaxBytes] says
// otherwise. The app's own limit is unknown; this one is a careful choice.
const DefaultMaxBytes = 8000

// Errors of links.
var (
	// ErrInvalid: a value cannot be put into a link, or a link is not one.
	ErrInvalid = errors.New("urlscheme: invalid")
	// ErrTooLong: the link would be too long even with its notes cut.
	ErrTooLong = errors.New("urlscheme: the link is too long")
)

// Link is a pagico:// link, in ASCII. [Parse] reads it.
type Link string

// Hash is a digest of the link, 64 hexadecimal digits: the same for the same link.
func (l Link) Hash() string {
	sum := sha256.Sum256([]byte(l))
	return hex.EncodeToString(sum[:])
}

// Option changes how a link is written.
type Option func(*limits) error

type limits struct{ maxBytes int }

// WithMaxBytes sets the greatest length of the link in bytes; n must be positive.
func WithMaxBytes(n int) Option {
	return func(l *limits) error {
		if n <= 0 {
			return fmt.Errorf("%w: a greatest length of %d bytes", ErrInvalid, n)
		}
		l.maxBytes = n
		return nil
	}
}

func newLimits(opts []Option) (limits, error) {
	l := limits{maxBytes: DefaultMaxBytes}
	for _, opt := range opts {
		if err := opt(&l); err != nil {
			return l, err
		}
	}
	return l, nil
}

// Param is one parameter of a command.
type Param struct {
	// Name begins with a letter; letters and digits follow.
	Name string
	// Value is plain text; it is encoded when the link is written.
	Value string
}

// Command is any command of the scheme: the way to those that have no type here.
// Nothing is known of its meaning, so nothing but the form is checked.
type Command struct {
	// Name of the command, letters only.
	Name string
	// Params in the order in which they are written. Names are unique.
	Params []Param
}

// Get returns the value of a parameter, empty when it is not there.
func (c Command) Get(name string) string {
	for _, p := range c.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// Link writes the command. Empty values are left out, control characters other than
// line feeds removed. It returns [ErrInvalid] when the name or a parameter's name
// does not have its form, a name is there twice, no value is left, or a value is not
// UTF-8 or holds NUL; and [ErrTooLong] beyond the greatest length: nothing is cut.
func (c Command) Link(opts ...Option) (Link, error) {
	l, err := newLimits(opts)
	if err != nil {
		return "", err
	}
	link, err := c.write()
	if err != nil {
		return "", err
	}
	if len(link) > l.maxBytes {
		return "", fmt.Errorf("%w: %d bytes of at most %d", ErrTooLong, len(link), l.maxBytes)
	}
	return link, nil
}

func (c Command) write() (Link, error) {
	if !isToken(c.Name) {
		return "", fmt.Errorf("%w: the name of a command has letters only", ErrInvalid)
	}
	var b strings.Builder
	b.WriteString(Scheme + c.Name)
	sep := byte('?')
	for i, p := range c.Params {
		if !isParamName(p.Name) {
			return "", fmt.Errorf("%w: the name of parameter %d is not a letter followed by letters and digits", ErrInvalid, i+1)
		}
		if slices.ContainsFunc(c.Params[:i], func(before Param) bool { return before.Name == p.Name }) {
			return "", fmt.Errorf("%w: the parameter %s is there twice", ErrInvalid, p.Name)
		}
		value, err := clean(p.Name, p.Value)
		if err != nil {
			return "", err
		}
		if value == "" {
			continue
		}
		b.WriteByte(sep)
		b.WriteString(p.Name + "=" + encode(value))
		sep = '&'
	}
	if sep == '?' {
		return "", fmt.Errorf("%w: a link needs a parameter that is not empty", ErrInvalid)
	}
	return Link(b.String()), nil
}

// encode escapes all but the unreserved characters of RFC 3986.
func encode(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}

// clean refuses what no link can carry and removes control characters.
func clean(name, value string) (string, error) {
	if !utf8.ValidString(value) {
		return "", fmt.Errorf("%w: %s is not UTF-8", ErrInvalid, name)
	}
	if strings.ContainsRune(value, 0) {
		return "", fmt.Errorf("%w: %s holds a NUL character", ErrInvalid, name)
	}
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, value), nil
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isToken(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) {
			return false
		}
	}
	return s != ""
}

func isParamName(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && (i == 0 || !isDigit(s[i])) {
			return false
		}
	}
	return s != ""
}
