package pagico

import (
	"context"
	"errors"
	"time"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

// TokenStore keeps tokens for a [TokenSource]. All processes that act for one account must share one store, because a refresh
// token works once.
//
// A key names a tenant; data is opaque, and secret. Its revision counts the changes of a key, from 0 for one that was never
// saved; it never goes back, also not when the data is removed.
//
// An implementation must be safe for concurrent use, by any number of processes. Every method may be called again after an
// error, with the same arguments; an error of Save or Lease leaves it open whether the change was made, and the caller
// looks again with Load. It has only types of the standard library, so that one implementation serves package ghl too.
// [NewMemoryTokenStore], [NewFileTokenStore] and Store.Tokens of package syncer/sqlstore are implementations;
// [EncryptTokenStore] encrypts any other one.
type TokenStore interface {
	// Load returns the data of key as the latest Save left it, and its revision. A key without data gives nil data, and
	// revision 0 when it never had any.
	Load(ctx context.Context, key string) (data []byte, revision int64, err error)
	// Lease gives the right to refresh the token of key to one caller at a time, for ttl at most, and returns a name for
	// Release. It does not wait: while somebody else has the lease, it returns "" and no error. A lease whose holder is gone
	// must become free by itself when ttl is over, or before. It guards nothing else: Load and Save work without it.
	Lease(ctx context.Context, key string, ttl time.Duration) (lease string, err error)
	// Save replaces the data of key if its revision is still the given one, durably before it returns, and returns the next
	// revision, which is greater. If the revision is another one it changes nothing and returns 0 and no error. Empty data
	// removes what was there and keeps the revision.
	Save(ctx context.Context, key string, data []byte, revision int64) (next int64, err error)
	// Release gives a lease back. A lease that is unknown, over, or already given back is no error, and nobody else's lease
	// is touched.
	Release(ctx context.Context, key, lease string) error
}

// TokenKey encrypts stored tokens with AES-256-GCM. It prints without its secret.
type TokenKey struct {
	// ID names the key, 1 to 64 visible ASCII characters. It is stored in the clear, so that keys can be replaced: give the
	// new key first and the old one after it, until every token was refreshed.
	ID string
	// Secret has 32 random bytes.
	Secret []byte
}

// String hides the secret.
func (k TokenKey) String() string { return "key " + k.ID }

// GoString hides the secret.
func (k TokenKey) GoString() string { return k.String() }

// ErrTokenUnreadable means that a stored token cannot be read: it is damaged, was moved from another tenant, or is encrypted
// with a key that is not among the given ones. The text says which. A new authorization replaces it.
var ErrTokenUnreadable = tokens.ErrUnreadable

var errNoStore = errors.New("the token store is nil")

// NewMemoryTokenStore keeps tokens in this process. They are lost when it ends, and then every account has to be
// authorized again: use it for tests.
func NewMemoryTokenStore() TokenStore { return tokens.NewMemory() }

// NewFileTokenStore keeps tokens in files of one folder on the local disk, for the processes of one machine. The folder is
// made with mode 0700, the files have mode 0600, are replaced as a whole, synced before they count, and encrypted with the
// first key; all keys read. The lease of a process that is killed is free at once. Network disks are not suitable, because
// their locks are not reliable. Errors match [ErrInvalidArgument] for bad keys.
func NewFileTokenStore(dir string, keys ...TokenKey) (TokenStore, error) {
	inner, err := tokens.NewFile(dir)
	if err != nil {
		return nil, invalid(opOAuth, "%w", err)
	}
	return EncryptTokenStore(inner, keys...)
}

// EncryptTokenStore returns a store that encrypts the data that it gives to inner: AES-256-GCM with a random nonce and the
// tenant as additional data. The first key writes, all keys read. Errors match [ErrInvalidArgument].
func EncryptTokenStore(inner TokenStore, keys ...TokenKey) (TokenStore, error) {
	if inner == nil {
		return nil, invalid(opOAuth, "%w", errNoStore)
	}
	list := make([]tokens.Key, len(keys))
	for i, k := range keys {
		list[i] = tokens.Key(k)
	}
	out, err := tokens.Seal(inner, list...)
	if err != nil {
		return nil, invalid(opOAuth, "%w", err)
	}
	return out, nil
}
