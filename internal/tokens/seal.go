package tokens

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Key encrypts tokens at rest: 32 bytes for AES-256, and a short name that is stored in the clear, so that keys can be
// replaced one by one. It prints without its secret.
type Key struct {
	ID     string
	Secret []byte
}

// String hides the secret.
func (k Key) String() string { return "key " + k.ID }

// GoString hides the secret.
func (k Key) GoString() string { return k.String() }

// sealVersion is the first byte of sealed data.
const sealVersion = 1

// sealContext separates these bytes from everything else that may be encrypted with the same key.
const sealContext = "ghl-pagico/tokens"

type sealed struct {
	inner Store
	order []string // the first one writes
	keys  map[string]cipher.AEAD
}

// Seal returns a store that encrypts what it gives to inner: AES-256-GCM with a random nonce, the tenant's key as additional
// data, so that data cannot be moved between tenants. The first key writes, all of them read.
func Seal(inner Store, keys ...Key) (Store, error) {
	if len(keys) == 0 {
		return nil, errors.New("no encryption key is given")
	}
	s := &sealed{inner: inner, keys: make(map[string]cipher.AEAD, len(keys))}
	for _, k := range keys {
		switch {
		case k.ID == "" || len(k.ID) > 64 || strings.ContainsFunc(k.ID, func(r rune) bool { return r <= ' ' || r > '~' }):
			return nil, errors.New("the id of an encryption key needs 1 to 64 visible ASCII characters")
		case len(k.Secret) != 32:
			return nil, fmt.Errorf("encryption key %q has %d bytes, AES-256 needs 32", k.ID, len(k.Secret))
		case s.keys[k.ID] != nil:
			return nil, fmt.Errorf("encryption key %q is given twice", k.ID)
		}
		block, err := aes.NewCipher(k.Secret)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		s.keys[k.ID], s.order = aead, append(s.order, k.ID)
	}
	return s, nil
}

// additional binds sealed data to its header and tenant.
func additional(header []byte, key string) []byte {
	out := append([]byte(sealContext), header...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(key))) //nolint:gosec // a key is short
	return append(out, key...)
}

func (s *sealed) seal(key string, data []byte) []byte {
	id := s.order[0]
	header := append([]byte{sealVersion, byte(len(id))}, id...)        //nolint:gosec // an id has at most 64 characters
	return s.keys[id].Seal(header, nil, data, additional(header, key)) //nolint:gosec // the AEAD draws its nonce itself
}

func (s *sealed) open(key string, data []byte) ([]byte, error) {
	if len(data) < 2 || data[0] != sealVersion || len(data) < 2+int(data[1]) {
		return nil, fmt.Errorf("%w: it is not encrypted by this module, or damaged", ErrUnreadable)
	}
	end := 2 + int(data[1])
	header, id := data[:end:end], string(data[2:end])
	aead := s.keys[id]
	if aead == nil {
		return nil, fmt.Errorf("%w: it is encrypted with key %q, which is not among the %d given", ErrUnreadable, printable(id), len(s.keys))
	}
	plain, err := aead.Open(nil, nil, data[end:], additional(header, key))
	if err != nil {
		return nil, fmt.Errorf("%w: key %q does not open it: it was changed, belongs to another tenant, or the key is not the one that wrote it",
			ErrUnreadable, printable(id))
	}
	return plain, nil
}

// printable keeps damaged bytes out of messages.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

// Load keeps the revision beside an error, so that unreadable data can be replaced.
func (s *sealed) Load(ctx context.Context, key string) ([]byte, int64, error) {
	data, rev, err := s.inner.Load(ctx, key)
	if err != nil || len(data) == 0 {
		return nil, rev, err
	}
	plain, err := s.open(key, data)
	return plain, rev, err
}

func (s *sealed) Save(ctx context.Context, key string, data []byte, rev int64) (int64, error) {
	if len(data) > 0 {
		data = s.seal(key, data)
	}
	return s.inner.Save(ctx, key, data, rev)
}

func (s *sealed) Lease(ctx context.Context, key string, ttl time.Duration) (string, error) {
	return s.inner.Lease(ctx, key, ttl)
}

func (s *sealed) Release(ctx context.Context, key, lease string) error {
	return s.inner.Release(ctx, key, lease)
}
