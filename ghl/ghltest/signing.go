package ghltest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
)

// WebhookKey returns the Ed25519 key that signs the server's webhooks unless [Webhooks] names another. It is the same in every process,
// and of course not the vendor's.
func WebhookKey() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("ghltest webhook signing key"))
	return ed25519.NewKeyFromSeed(seed[:])
}

// WebhookPublicKeyPEM returns the public half of a key in the form in which the vendor publishes its own.
func WebhookPublicKeyPEM(key ed25519.PrivateKey) string {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "" // not possible for an Ed25519 key
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// SignWebhook returns the value of the X-GHL-Signature header: base64 of the Ed25519 signature over the raw body.
func SignWebhook(key ed25519.PrivateKey, body []byte) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(key, body))
}

// SignWebhookRSA returns the value of the legacy X-WH-Signature header: base64 of the RSA PKCS #1 v1.5 signature over the SHA-256 of
// the raw body.
func SignWebhookRSA(key *rsa.PrivateKey, body []byte) (string, error) {
	sum := sha256.Sum256(body)
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return base64.StdEncoding.EncodeToString(sig), err
}
