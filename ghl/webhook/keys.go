package webhook

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// PublishedKey is the vendor's Ed25519 key for X-GHL-Signature, as the webhook integration guide shows it.
const PublishedKey = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=
-----END PUBLIC KEY-----
`

// PublishedLegacyKey is the vendor's RSA key for X-WH-Signature, as the page on webhook authentication shows it.
const PublishedLegacyKey = `-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSC
Frm602qYV0MaAiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6
dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfB
csedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC9/GepgLT9SM4nCpv
uxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF
3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKU
J062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXp
IocmaiFeAO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzN
h/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhC
HULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ
PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAyk
T1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==
-----END PUBLIC KEY-----
`

// ErrKey marks a public key that cannot be used, or a verifier without one.
var ErrKey = errors.New("webhook: unusable key")

func parsePEM(text string) (any, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil {
		return nil, fmt.Errorf("%w: it is not in PEM form", ErrKey)
	}
	if block.Type != "PUBLIC KEY" || len(rest) > 0 {
		return nil, fmt.Errorf("%w: it is not one PUBLIC KEY block", ErrKey)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return key, nil
}

// ParseKey reads an Ed25519 public key in the form in which the vendor publishes its own (PEM, "PUBLIC KEY"). Errors match
// [ErrKey].
func ParseKey(text string) (ed25519.PublicKey, error) {
	key, err := parsePEM(text)
	if err != nil {
		return nil, err
	}
	out, ok := key.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: it is not an Ed25519 key", ErrKey)
	}
	return out, nil
}

// ParseLegacyKey reads an RSA public key in the same form. Errors match [ErrKey].
func ParseLegacyKey(text string) (*rsa.PublicKey, error) {
	key, err := parsePEM(text)
	if err != nil {
		return nil, err
	}
	out, ok := key.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: it is not an RSA key", ErrKey)
	}
	return out, nil
}
