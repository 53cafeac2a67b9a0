package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a delivery (Standard Webhooks 1.0.0).
const (
	// HeaderID names the message; it is the same on every retry.
	HeaderID = "webhook-id"
	// HeaderTimestamp is the time of this attempt in Unix seconds.
	HeaderTimestamp = "webhook-timestamp"
	// HeaderSignature holds space-separated signatures, each a version, a comma and base64.
	HeaderSignature = "webhook-signature"
)

// DefaultTolerance is how far a delivery's time may be from the clock, both ways.
const DefaultTolerance = 5 * time.Minute

// Errors of verification. Every one means: do not trust the body.
var (
	// ErrSecret is returned for a secret that is not "whsec_" and the base64 of 24 to 64 bytes, or for none at all.
	ErrSecret = errors.New("webhook: bad secret")
	// ErrHeader is returned when a header is missing or malformed.
	ErrHeader = errors.New("webhook: missing or malformed header")
	// ErrTimestamp is returned when the delivery is too old or too far in the future.
	ErrTimestamp = errors.New("webhook: timestamp outside tolerance")
	// ErrSignature is returned when no signature fits any secret.
	ErrSignature = errors.New("webhook: no signature fits")
)

const (
	secretPrefix = "whsec_"
	minSecret    = 24
	maxSecret    = 64
	maxID        = 255
)

// Verifier checks deliveries. It is safe for concurrent use; the zero value refuses everything.
type Verifier struct {
	keys      [][]byte
	tolerance time.Duration
	now       func() time.Time
}

// VerifierOption sets up a [Verifier].
type VerifierOption func(*Verifier)

// WithTolerance sets how far a delivery's time may be from the clock; the default is [DefaultTolerance]. Zero or less
// keeps the default.
func WithTolerance(d time.Duration) VerifierOption {
	return func(v *Verifier) {
		if d > 0 {
			v.tolerance = d
		}
	}
}

// WithClock sets the clock; the default is time.Now, also for nil.
func WithClock(now func() time.Time) VerifierOption {
	return func(v *Verifier) {
		if now != nil {
			v.now = now
		}
	}
}

// NewVerifier returns a verifier that accepts any of the given secrets. At least one is needed; a bad one gives
// [ErrSecret].
func NewVerifier(secrets []string, opts ...VerifierOption) (*Verifier, error) {
	v := &Verifier{tolerance: DefaultTolerance, now: time.Now}
	for i, secret := range secrets {
		key, err := decodeSecret(secret)
		if err != nil {
			return nil, fmt.Errorf("secret %d of %d: %w", i+1, len(secrets), err)
		}
		v.keys = append(v.keys, key)
	}
	if len(v.keys) == 0 {
		return nil, fmt.Errorf("%w: none given", ErrSecret)
	}
	for _, opt := range opts {
		opt(v)
	}
	return v, nil
}

// Verify checks a delivery's headers against its raw body. The errors are [ErrSecret] (no secret was configured),
// [ErrHeader], [ErrTimestamp] and [ErrSignature].
func (v *Verifier) Verify(h http.Header, body []byte) error {
	if v == nil || len(v.keys) == 0 {
		return fmt.Errorf("%w: none configured", ErrSecret)
	}
	id, stamp := h.Get(HeaderID), h.Get(HeaderTimestamp)
	signatures := strings.Fields(strings.Join(h.Values(HeaderSignature), " "))
	switch {
	case id == "" || len(id) > maxID:
		return fmt.Errorf("%w: %s", ErrHeader, HeaderID)
	case len(signatures) == 0:
		return fmt.Errorf("%w: %s", ErrHeader, HeaderSignature)
	}
	at, err := parseTimestamp(stamp)
	if err != nil {
		return err
	}
	if age := v.now().Sub(at); age > v.tolerance || age < -v.tolerance {
		return ErrTimestamp
	}
	if !v.anyFits(signatures, id, stamp, body) {
		return ErrSignature
	}
	return nil
}

// anyFits compares in constant time and tries every pair, so that timing does not tell which one fits.
func (v *Verifier) anyFits(signatures []string, id, stamp string, body []byte) bool {
	fits := false
	for _, key := range v.keys {
		want := sum(key, id, stamp, body)
		for _, s := range signatures {
			version, text, _ := strings.Cut(s, ",")
			got, err := base64.StdEncoding.Strict().DecodeString(text)
			if version == "v1" && err == nil && hmac.Equal(got, want) {
				fits = true
			}
		}
	}
	return fits
}

// parseTimestamp wants plain decimal digits, so that one time has one spelling.
func parseTimestamp(text string) (time.Time, error) {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(seconds, 10) != text || seconds < 0 || seconds > 1<<40 {
		return time.Time{}, fmt.Errorf("%w: %s", ErrHeader, HeaderTimestamp)
	}
	return time.Unix(seconds, 0), nil
}

func decodeSecret(secret string) ([]byte, error) {
	text, ok := strings.CutPrefix(secret, secretPrefix)
	if !ok {
		return nil, fmt.Errorf("%w: it must start with %s", ErrSecret, secretPrefix)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: not base64 after %s", ErrSecret, secretPrefix)
	}
	if len(key) < minSecret || len(key) > maxSecret {
		return nil, fmt.Errorf("%w: %d bytes, want %d to %d", ErrSecret, len(key), minSecret, maxSecret)
	}
	return key, nil
}

func sum(key []byte, id, stamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return mac.Sum(nil)
}
