package tokens

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Defaults of a [Config].
const (
	DefaultEarly = 5 * time.Minute
	DefaultLease = time.Minute
	// failurePause is how long a failed exchange is not repeated by the same process.
	failurePause = 2 * time.Second
	// skew is how long before its end a token is not used any more.
	skew = 10 * time.Second
)

// Config sets up a [Source].
type Config struct {
	Store Store
	Key   string
	// Exchange trades the old token for the next one. It is called under a context that outlives the caller's. Its errors
	// are marked with [Refused] and [Unclear]; an error without a mark means that the old token was not used up.
	Exchange func(ctx context.Context, old Token) (Token, error)
	// Mint says that Exchange needs no old token and that repeating it does no harm.
	Mint bool
	// Early is how long before its end a token is renewed; Lease how long one process may work on it. An exchange may take
	// two fifths of Lease, so that two of them fit.
	Early, Lease time.Duration
	// Log hears of failed exchanges. It is told no secrets.
	Log *slog.Logger
}

// Source gives the valid token of one key. It is safe for concurrent use.
type Source struct {
	cfg Config

	mu     sync.Mutex
	known  record
	flight *flight
	late   *latePair // obtained and not stored yet
	failed error
	until  time.Time // failed is answered until then
}

// flight is a renewal under way in this process.
type flight struct {
	done  chan struct{}
	token Token
	err   error
}

// latePair is a pair that could not be stored.
type latePair struct{ old, next record }

// New returns a source. It does no I/O.
func New(cfg Config) *Source {
	if cfg.Early <= 0 {
		cfg.Early = DefaultEarly
	}
	if cfg.Lease <= 0 {
		cfg.Lease = DefaultLease
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Source{cfg: cfg}
}

// Token returns a token that is valid now, and renews it first when its end is near.
func (s *Source) Token(ctx context.Context) (Token, error) {
	t, joined, err := s.token(ctx)
	if joined && final(err) {
		t, _, err = s.token(ctx)
	}
	return t, err
}

// final reports whether only a person can help. A renewal that was under way before its caller came may have found that
// out before a person did help.
func final(err error) bool { return errors.Is(err, ErrAuthorizeAgain) || errors.Is(err, ErrNone) }

// token also reports whether the renewal was under way before.
func (s *Source) token(ctx context.Context) (t Token, joined bool, err error) {
	s.mu.Lock()
	now := time.Now()
	known := s.known.Token
	if known.good(now, s.cfg.Early) {
		s.mu.Unlock()
		return known, false, nil
	}
	usable := known.good(now, skew)
	joined = s.flight != nil
	if usable && (joined || now.Before(s.until)) {
		s.mu.Unlock()
		return known, false, nil // one caller is enough to renew ahead of time
	}
	f, err := s.join(ctx, "")
	s.mu.Unlock()
	if err != nil {
		return Token{}, false, err
	}
	t, err = f.wait(ctx)
	if err != nil && usable && ctx.Err() == nil && !errors.Is(err, ErrNone) {
		return known, false, nil
	}
	return t, joined, err
}

// Refresh returns another token than the one whose access token is stale, because a server refused that one. It makes an
// exchange only when the stored token is still that one.
func (s *Source) Refresh(ctx context.Context, stale string) (Token, error) {
	for first := true; ; first = false {
		s.mu.Lock()
		if known := s.known.Token; known.Access != stale && known.good(time.Now(), skew) {
			s.mu.Unlock()
			return known, nil
		}
		joined := s.flight != nil
		f, err := s.join(ctx, stale)
		s.mu.Unlock()
		if err != nil {
			return Token{}, err
		}
		t, err := f.wait(ctx)
		switch {
		case joined && err == nil && t.Access == stale: // the renewal that was under way only looked at the clock
		case joined && first && final(err):
		default:
			return t, err
		}
	}
}

// Forget drops what the source remembers, so that the next call reads the store.
func (s *Source) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known, s.failed, s.until, s.late = record{}, nil, time.Time{}, nil
}

// Wait returns when no renewal is under way, or with the error of ctx.
func (s *Source) Wait(ctx context.Context) error {
	s.mu.Lock()
	f := s.flight
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join returns the renewal under way, or starts one. The caller holds the lock.
func (s *Source) join(ctx context.Context, stale string) (*flight, error) {
	if s.flight != nil {
		return s.flight, nil
	}
	if time.Now().Before(s.until) {
		return nil, s.failed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f := &flight{done: make(chan struct{})}
	s.flight = f
	// The exchange must not end halfway because one caller has lost patience.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*s.cfg.Lease)
	go func() {
		defer cancel()
		r, err := s.renew(ctx, stale)
		s.land(f, r, err, stale)
	}()
	return f, nil
}

// land tells everybody the result of a renewal. A token that could not be renewed ahead of time is used until its end.
func (s *Source) land(f *flight, r record, err error, stale string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed, s.until = nil, time.Time{}
	if err != nil {
		_, again := errors.AsType[*AuthorizeAgain](err)
		if !again && !errors.Is(err, ErrNone) {
			s.failed, s.until = err, time.Now().Add(failurePause)
		}
		if r.Access != stale && r.good(time.Now(), skew) {
			err = nil
		}
	}
	if f.err = err; err == nil {
		s.known, f.token = r, r.Token
	}
	s.flight = nil
	close(f.done)
}

func (f *flight) wait(ctx context.Context) (Token, error) {
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		select {
		case <-f.done:
			return f.token, f.err
		default:
			return Token{}, fmt.Errorf("wait for the token: %w", ctx.Err())
		}
	}
}
