package webhook

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
)

// Sign returns the value of X-GHL-Signature for a body, for tests of a receiver. A key of the wrong length gives "".
func Sign(key ed25519.PrivateKey, body []byte) string {
	if len(key) != ed25519.PrivateKeySize {
		return ""
	}
	return base64.StdEncoding.EncodeToString(ed25519.Sign(key, body))
}

// SignLegacy returns the value of X-WH-Signature for a body.
func SignLegacy(key *rsa.PrivateKey, body []byte) (string, error) {
	if key == nil {
		return "", fmt.Errorf("%w: it is nil", ErrKey)
	}
	sum := sha256.Sum256(body)
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrKey, err)
	}
	return base64.StdEncoding.EncodeToString(sig), nil
}

// NewRequest makes a signed POST as the vendor sends it, for tests of a receiver.
func NewRequest(ctx context.Context, url string, key ed25519.PrivateKey, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(HeaderSignature, Sign(key, body))
	return req, nil
}
