package tokens

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Store is what a [Source] asks of a place for tokens. The public packages describe it for implementers.
type Store interface {
	Load(ctx context.Context, key string) (data []byte, revision int64, err error)
	Lease(ctx context.Context, key string, ttl time.Duration) (lease string, err error)
	Save(ctx context.Context, key string, data []byte, revision int64) (next int64, err error)
	Release(ctx context.Context, key, lease string) error
}

// Token is a pair of tokens. It prints without its secrets.
type Token struct {
	Access   string          `json:"access"`
	Refresh  string          `json:"refresh,omitempty"`
	Type     string          `json:"type,omitempty"`
	Expiry   time.Time       `json:"expiry,omitzero"` // zero: never
	Obtained time.Time       `json:"obtained,omitzero"`
	Extra    json.RawMessage `json:"extra,omitempty"` // what the service said besides
}

const masked = "tokens.Token(REDACTED)"

// String hides the secrets.
func (Token) String() string { return masked }

// GoString hides the secrets.
func (Token) GoString() string { return masked }

// early returns how long before its end the token should be renewed, at most a quarter of its life.
func (t Token) early(want time.Duration) time.Duration {
	if life := t.Expiry.Sub(t.Obtained); !t.Obtained.IsZero() && life > 0 {
		return min(want, life/4)
	}
	return want
}

// good reports whether the token lasts for another margin.
func (t Token) good(now time.Time, margin time.Duration) bool {
	return t.Access != "" && (t.Expiry.IsZero() || now.Before(t.Expiry.Add(-t.early(margin))))
}

// record is what a store keeps for one key.
type record struct {
	Version int `json:"v"`
	Token
	// Tries counts the exchanges of this token whose outcome is not known; it is written before each exchange.
	Tries   int       `json:"tries,omitempty"`
	TriedAt time.Time `json:"triedAt,omitzero"`
	// NotBefore is when the next exchange may be made after two unclear ones.
	NotBefore time.Time `json:"notBefore,omitzero"`
	// Void says why the token cannot be renewed any more, and VoidAt since when.
	Void   string    `json:"void,omitempty"`
	VoidAt time.Time `json:"voidAt,omitzero"`
}

const recordVersion = 1

// String hides the secrets.
func (record) String() string { return masked }

// GoString hides the secrets.
func (record) GoString() string { return masked }

func encode(r record) ([]byte, error) {
	r.Version = recordVersion
	return json.Marshal(r)
}

func decode(data []byte) (record, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return record{}, fmt.Errorf("%w: it is not a token record", ErrUnreadable) // the cause could quote a secret
	}
	if r.Version != recordVersion {
		return record{}, fmt.Errorf("%w: it has version %d, this module knows %d", ErrUnreadable, r.Version, recordVersion)
	}
	return r, nil
}

// Put stores a token that a person's new authorization has given, whatever is there.
func Put(ctx context.Context, s Store, key string, t Token) error {
	data, err := encode(record{Token: t})
	if err != nil {
		return fmt.Errorf("write the token: %w", err)
	}
	return replace(ctx, s, key, data)
}

// Delete removes the token of key; none is no error.
func Delete(ctx context.Context, s Store, key string) error { return replace(ctx, s, key, nil) }

func replace(ctx context.Context, s Store, key string, data []byte) error {
	for {
		// What is stored now need not be readable: it is replaced.
		_, rev, err := s.Load(ctx, key)
		if err != nil && !errors.Is(err, ErrUnreadable) {
			return fmt.Errorf("load the stored token: %w", err)
		}
		if data == nil && rev == 0 && err == nil {
			return nil
		}
		next, err := s.Save(ctx, key, data, rev)
		if err != nil {
			return fmt.Errorf("save the token: %w", err)
		}
		if next != 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// Get returns the stored token, also one that is void or expired. Its error matches [ErrNone] when there is none.
func Get(ctx context.Context, s Store, key string) (Token, error) {
	r, _, err := load(ctx, s, key)
	return r.Token, err
}

func load(ctx context.Context, s Store, key string) (record, int64, error) {
	data, rev, err := s.Load(ctx, key)
	if err != nil {
		return record{}, 0, fmt.Errorf("load the stored token: %w", err)
	}
	if len(data) == 0 {
		return record{}, rev, ErrNone
	}
	r, err := decode(data)
	return r, rev, err
}
