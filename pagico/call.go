package pagico

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// CallOption changes one call. Options of a list apply to each of its pages.
type CallOption func(*call) error

// call is what call options fill.
type call struct {
	header  http.Header
	key     string
	guarded bool // an If-Match makes a repetition safe
	meta    *ResponseMeta
	timeout time.Duration
}

// ResponseMeta is what an answer says besides its body; ask for it with [WithResponse].
type ResponseMeta struct {
	// Status is the HTTP status.
	Status int
	// Header holds the headers of the answer.
	Header http.Header
	// RequestID names the request in the server's log, or is "".
	RequestID string
	// ETag is the ETag header, quotes included, or "".
	ETag string
	// Attempts counts how often the request was sent.
	Attempts int
}

// WithResponse stores what the answer says into meta, for successes and refusals; without
// an answer meta is left as it is. A list stores the answer of its latest page.
func WithResponse(meta *ResponseMeta) CallOption {
	return func(c *call) error {
		if meta == nil {
			return invalid(opCall, "WithResponse needs a destination")
		}
		c.meta = meta
		return nil
	}
}

// IfMatch makes a write take effect only while the record still has this etag, as found
// in its ETag field; otherwise it fails with [ErrPreconditionFailed]. "*" matches any
// version. Missing quotes are added. Source: contract §3.6.
func IfMatch(etag string) CallOption {
	return func(c *call) error {
		c.guarded = true
		return c.setETag("If-Match", etag)
	}
}

// IfNoneMatch makes a Get fail with [ErrNotModified] while the record still has this
// etag. Missing quotes are added. Source: contract §3.5.
func IfNoneMatch(etag string) CallOption {
	return func(c *call) error { return c.setETag("If-None-Match", etag) }
}

// IdempotencyKey replaces the random key of a create. The same key with the same body
// creates once, however often it is sent within 24 hours; with another body it fails with
// [ErrIdempotencyKeyReused]. A key is 1 to 255 printable ASCII characters; a UUID is
// customary. Calls that are not creates ignore it. Source: contract §3.6.
func IdempotencyKey(key string) CallOption {
	return func(c *call) error {
		if !printableASCII(key) || len(key) > 255 {
			return invalid(opCall, "an idempotency key is 1 to 255 printable ASCII characters")
		}
		c.key = key
		return nil
	}
}

// WithCallTimeout replaces the time limit of one attempt for this call.
func WithCallTimeout(d time.Duration) CallOption {
	return func(c *call) error {
		if d <= 0 {
			return invalid(opCall, "WithCallTimeout: the duration is not positive")
		}
		c.timeout = d
		return nil
	}
}

// WithHeader adds a header to the request. Authorization and Host cannot be set this way.
func WithHeader(name, value string) CallOption {
	return func(c *call) error {
		canonical := http.CanonicalHeaderKey(name)
		if !validHeaderName(name) || badHeaderValue(value) || canonical == "Authorization" || canonical == "Host" {
			return invalid(opCall, "WithHeader: %q cannot be set", name)
		}
		c.header.Set(name, value)
		return nil
	}
}

func (c *call) setETag(header, etag string) error {
	if !printableASCII(etag) {
		return invalid(opCall, "%q is not an etag", etag)
	}
	c.header.Set(header, quoteETag(etag))
	return nil
}

func (c *call) apply(opts []CallOption) error {
	for _, opt := range opts {
		if opt == nil {
			return invalid(opCall, "a call option is nil")
		}
		if err := opt(c); err != nil {
			return err
		}
	}
	return nil
}

// quoteETag gives an entity tag its quotes when they are missing.
func quoteETag(etag string) string {
	if etag == "*" || strings.HasPrefix(etag, `"`) || strings.HasPrefix(etag, `W/"`) {
		return etag
	}
	return `"` + etag + `"`
}

func printableASCII(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// newKey returns a random UUID, version 4.
func newKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// format writes a key in the chosen style: as a structured string of RFC 8941, or bare.
func (style IdempotencyKeyStyle) format(key string) string {
	if style == KeyUnquoted {
		return key
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key) + `"`
}
