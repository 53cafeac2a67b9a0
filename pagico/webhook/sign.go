package webhook

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Sign returns the value of the webhook-signature header for one delivery: "v1," and base64. The secret is "whsec_" and
// the base64 of 24 to 64 bytes, else the error is [ErrSecret].
func Sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := decodeSecret(secret)
	if err != nil {
		return "", err
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	return "v1," + base64.StdEncoding.EncodeToString(sum(key, id, stamp, body)), nil
}

// NewRequest makes a signed POST, as the sender would, for tests of a receiver.
func NewRequest(ctx context.Context, url, secret, id string, at time.Time, body []byte) (*http.Request, error) {
	signature, err := Sign(secret, id, at, body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(HeaderID, id)
	req.Header.Set(HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(HeaderSignature, signature)
	return req, nil
}
