package webhook

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The headers of a delivery.
const (
	// HeaderSignature holds base64 of the Ed25519 signature over the raw body, or "N/A".
	HeaderSignature = "X-GHL-Signature"
	// HeaderLegacySignature holds base64 of the RSA signature (PKCS #1 v1.5, SHA-256) over the raw body, or "N/A".
	HeaderLegacySignature = "X-WH-Signature"
)

// DefaultReplayWindow is how old an event may be. The vendor retries for long and keeps events 30 days for a resend by hand,
// and it is not known whether that renews the timestamp, so a short window would lose events.
const DefaultReplayWindow = 31 * 24 * time.Hour

// clockSkew is how far the time of an event may be ahead of the clock.
const clockSkew = 10 * time.Minute

// minRSA is the smallest RSA key that is accepted, in bits.
const minRSA = 2048

// Errors of verification. Every one means: do not trust the body.
var (
	// ErrSignature means that the signature is missing, "N/A", malformed, or fits no key.
	ErrSignature = errors.New("webhook: signature refused")
	// ErrReplay means that the event is older than the replay window, or more than ten minutes in the future.
	ErrReplay = errors.New("webhook: timestamp outside the replay window")
)

// Verifier checks deliveries. It is safe for concurrent use; nil and the zero value refuse everything. Make it with
// [NewVerifier].
type Verifier struct {
	keys   []ed25519.PublicKey
	legacy []*rsa.PublicKey
	window time.Duration
	now    func() time.Time
}

// VerifierOption sets up a [Verifier].
type VerifierOption func(*Verifier) error

// WithKeys accepts these keys and not the published one.
func WithKeys(keys ...ed25519.PublicKey) VerifierOption {
	return func(v *Verifier) error {
		v.keys = nil
		return WithMoreKeys(keys...)(v)
	}
}

// WithMoreKeys accepts these keys besides the others, for a change of keys without a gap.
func WithMoreKeys(keys ...ed25519.PublicKey) VerifierOption {
	return func(v *Verifier) error {
		if len(keys) == 0 {
			return fmt.Errorf("%w: none given", ErrKey)
		}
		for i, key := range keys {
			if len(key) != ed25519.PublicKeySize {
				return fmt.Errorf("%w: key %d of %d has %d bytes, an Ed25519 key has %d", ErrKey, i+1, len(keys), len(key), ed25519.PublicKeySize)
			}
			v.keys = append(v.keys, slices.Clone(key))
		}
		return nil
	}
}

// WithLegacyRSA also accepts the old header X-WH-Signature, when X-GHL-Signature is missing or "N/A". Without keys it takes the
// vendor's published one. The vendor gave the header up on 1 September 2026.
func WithLegacyRSA(keys ...*rsa.PublicKey) VerifierOption {
	return func(v *Verifier) error {
		if len(keys) == 0 {
			key, err := ParseLegacyKey(PublishedLegacyKey)
			if err != nil {
				return err
			}
			keys = []*rsa.PublicKey{key}
		}
		for _, key := range keys {
			if key == nil || key.N == nil || key.N.BitLen() < minRSA {
				return fmt.Errorf("%w: an RSA key is missing or shorter than %d bits", ErrKey, minRSA)
			}
		}
		v.legacy = append(v.legacy, keys...)
		return nil
	}
}

// WithReplayWindow sets how old an event may be, by its timestamp; the default is [DefaultReplayWindow]. Zero or less turns the
// check off. An event without a timestamp is accepted: some documented ones have none, and the signature keeps anybody
// from taking it away.
func WithReplayWindow(d time.Duration) VerifierOption {
	return func(v *Verifier) error {
		v.window = max(d, 0)
		return nil
	}
}

// WithClock sets the clock of the replay window; the default is time.Now.
func WithClock(now func() time.Time) VerifierOption {
	return func(v *Verifier) error {
		if now == nil {
			return errors.New("webhook: the clock is nil")
		}
		v.now = now
		return nil
	}
}

// NewVerifier returns a verifier that accepts the vendor's published key, unless an option says otherwise. Errors match
// [ErrKey].
func NewVerifier(opts ...VerifierOption) (*Verifier, error) {
	published, err := ParseKey(PublishedKey)
	if err != nil {
		return nil, err
	}
	v := &Verifier{keys: []ed25519.PublicKey{published}, window: DefaultReplayWindow, now: time.Now}
	for _, opt := range opts {
		if opt == nil {
			return nil, errors.New("webhook: an option is nil")
		}
		if err := opt(v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Verify checks the signature of a delivery over its raw body. The errors are [ErrKey] (the verifier has none) and
// [ErrSignature]. It does not look at the time, which is inside the body; see [Verifier.Parse].
func (v *Verifier) Verify(h http.Header, body []byte) error {
	if v == nil || len(v.keys) == 0 {
		return fmt.Errorf("%w: the verifier has none", ErrKey)
	}
	sig, found, err := signature(h, HeaderSignature)
	if err != nil {
		return err
	}
	if found {
		return v.verifyEd25519(sig, body)
	}
	if len(v.legacy) > 0 {
		sig, found, err := signature(h, HeaderLegacySignature)
		if err != nil {
			return err
		}
		if found {
			return v.verifyRSA(sig, body)
		}
	}
	return fmt.Errorf("%w: there is none", ErrSignature)
}

// signature reads one header; "N/A" is how the vendor says that there is none.
func signature(h http.Header, name string) (sig []byte, found bool, err error) {
	values := h.Values(name)
	if len(values) > 1 {
		return nil, false, fmt.Errorf("%w: several headers %s", ErrSignature, name)
	}
	if len(values) == 0 {
		return nil, false, nil
	}
	text := strings.TrimSpace(values[0])
	if text == "" || strings.EqualFold(text, "N/A") {
		return nil, false, nil
	}
	sig, err = base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, false, fmt.Errorf("%w: %s is not base64", ErrSignature, name)
	}
	return sig, true, nil
}

func (v *Verifier) verifyEd25519(sig, body []byte) error {
	for _, key := range v.keys {
		if ed25519.Verify(key, body, sig) {
			return nil
		}
	}
	return fmt.Errorf("%w: %s fits none of %d keys", ErrSignature, HeaderSignature, len(v.keys))
}

func (v *Verifier) verifyRSA(sig, body []byte) error {
	sum := sha256.Sum256(body)
	for _, key := range v.legacy {
		if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: %s fits none of %d keys", ErrSignature, HeaderLegacySignature, len(v.legacy))
}

// Parse verifies a delivery, reads it and checks its time. The errors are those of [Verifier.Verify], and [ErrReplay], beside
// which the event is returned. A signed body that is not a known event is no error: see [Event].
func (v *Verifier) Parse(h http.Header, body []byte) (Event, error) {
	if err := v.Verify(h, body); err != nil {
		return Event{}, err
	}
	e := Decode(body)
	if v.window > 0 && !e.Timestamp.IsZero() {
		age := v.now().Sub(e.Timestamp)
		if age > v.window || age < -clockSkew {
			return e, fmt.Errorf("%w: the event is %s old", ErrReplay, age.Round(time.Second))
		}
	}
	return e, nil
}
