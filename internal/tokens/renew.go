package tokens

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

const (
	// secondTry is the pause between an unclear exchange and the second one.
	secondTry = time.Second
	// minWait and maxWait bound the wait after two unclear exchanges.
	minWait, maxWait = 30 * time.Second, 15 * time.Minute
	// minPoll and maxPoll bound how often a store is asked whether another process is done.
	minPoll, maxPoll = 20 * time.Millisecond, 250 * time.Millisecond
)

// errAgain means that the record changed under the lease and has to be looked at again.
var errAgain = errors.New("the stored token changed meanwhile")

// renew returns a usable record, by whoever makes it. Beside an error it returns what was stored, as far as it is known.
func (s *Source) renew(ctx context.Context, stale string) (record, error) {
	if err := s.storeLate(ctx); err != nil {
		return record{}, err
	}
	for poll := minPoll; ; poll = min(2*poll, maxPoll) {
		r, _, err := s.look(ctx, stale)
		if err != nil || s.fits(r, stale) {
			return r, err
		}
		start := time.Now()
		lease, err := s.cfg.Store.Lease(ctx, s.cfg.Key, s.cfg.Lease)
		if err != nil {
			return record{}, fmt.Errorf("take the lease of the token: %w", err)
		}
		if lease != "" {
			next, err := s.underLease(ctx, stale, start)
			// The lease is given back also when the time for the renewal is over.
			free, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Lease/4)
			if relErr := s.cfg.Store.Release(free, s.cfg.Key, lease); relErr != nil {
				s.cfg.Log.WarnContext(ctx, "token lease not released, it will run out", slog.Any("error", relErr))
			}
			cancel()
			switch {
			case err == nil:
				return next, nil
			case !errors.Is(err, errAgain):
				return r, withoutMark(err)
			}
		} else if r.good(time.Now(), skew) && r.Access != stale {
			return r, nil // somebody else renews it ahead of time
		}
		if err := pause(ctx, poll/2+rand.N(poll)); err != nil { //nolint:gosec // jitter needs no secrecy
			return record{}, fmt.Errorf("wait for the refresh by another process: %w", err)
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// look reads the record and refuses one that no exchange can help.
func (s *Source) look(ctx context.Context, stale string) (record, int64, error) {
	r, rev, err := load(ctx, s.cfg.Store, s.cfg.Key)
	switch {
	case errors.Is(err, ErrNone) && s.cfg.Mint:
		return record{}, rev, nil
	case errors.Is(err, ErrNone):
		return record{}, rev, ErrNone
	case err != nil:
		return record{}, rev, err
	case s.fits(r, stale):
		return r, rev, nil
	}
	usable := r.Access != stale && r.good(time.Now(), skew)
	switch {
	case r.Void != "" && usable:
		return r, rev, nil
	case r.Void != "":
		return r, rev, &AuthorizeAgain{Reason: r.Void, At: r.VoidAt}
	case r.Refresh == "" && !s.cfg.Mint:
		return r, rev, &AuthorizeAgain{Reason: "the stored token has ended and has no refresh token", At: r.Expiry}
	case time.Now().Before(r.NotBefore) && !usable:
		return r, rev, &waiting{tries: r.Tries, until: r.NotBefore}
	}
	return r, rev, nil
}

// fits reports whether the record needs no exchange now.
func (s *Source) fits(r record, stale string) bool {
	now := time.Now()
	if r.Access == stale || !r.good(now, skew) {
		return false
	}
	return r.good(now, s.cfg.Early) || r.Void != "" || now.Before(r.NotBefore)
}

// underLease reads the record again and makes the exchange, twice when the first outcome is unclear.
func (s *Source) underLease(ctx context.Context, stale string, start time.Time) (record, error) {
	for {
		r, rev, err := s.look(ctx, stale)
		if err != nil || s.fits(r, stale) {
			return r, err
		}
		next, err := s.attempt(ctx, r, rev)
		if err == nil || outcomeOf(err) != unclear {
			return next, err
		}
		if next.Tries > 1 || time.Since(start)+secondTry+s.limit() > s.cfg.Lease {
			return record{}, err
		}
		if err := pause(ctx, secondTry); err != nil {
			return record{}, err
		}
	}
}

// limit bounds one exchange.
func (s *Source) limit() time.Duration { return s.cfg.Lease * 2 / 5 }

// attempt marks the record, exchanges, and stores what came of it. After an unclear exchange it returns the marked record
// beside the error.
func (s *Source) attempt(ctx context.Context, r record, rev int64) (record, error) {
	marked := r
	if !s.cfg.Mint {
		marked.Tries, marked.TriedAt = r.Tries+1, time.Now().UTC()
		var err error
		if rev, err = s.save(ctx, marked, rev); err != nil {
			return record{}, err
		}
	}
	short, cancel := context.WithTimeout(ctx, s.limit())
	token, err := s.cfg.Exchange(short, r.Token)
	cancel()
	if err == nil && token.Access == "" {
		err = Unclear(errors.New("the answer has no access token"))
	}
	if err != nil {
		return s.settle(ctx, r, marked, rev, err)
	}
	if token.Refresh == "" {
		token.Refresh = r.Refresh
	}
	if token.Obtained.IsZero() {
		token.Obtained = time.Now().UTC()
	}
	return s.keep(ctx, marked, record{Token: token}, rev)
}

// save writes a record over the revision that was read.
func (s *Source) save(ctx context.Context, r record, rev int64) (int64, error) {
	data, err := encode(r)
	if err != nil {
		return 0, fmt.Errorf("write the token: %w", err)
	}
	next, err := s.cfg.Store.Save(ctx, s.cfg.Key, data, rev)
	if err != nil {
		return 0, fmt.Errorf("save the token: %w", err)
	}
	if next == 0 {
		return 0, errAgain
	}
	return next, nil
}

// settle writes down what a failed exchange means.
func (s *Source) settle(ctx context.Context, r, marked record, rev int64, cause error) (record, error) {
	s.cfg.Log.WarnContext(ctx, "token refresh failed", slog.String("error", cause.Error()), slog.Int("unclear", marked.Tries))
	if s.cfg.Mint {
		return record{}, withoutMark(cause)
	}
	now := time.Now().UTC()
	next, result := r, withoutMark(cause)
	switch outcomeOf(cause) {
	case refused:
		next = marked
		next.Void, next.VoidAt = voidReason(r, cause), now
		result = &AuthorizeAgain{Reason: next.Void, At: now}
	case unclear:
		next = marked
		if marked.Tries > 1 {
			next.NotBefore = now.Add(min(minWait<<min(marked.Tries-2, 10), maxWait))
		}
		result = cause
	case unchanged:
	}
	// The verdict is written down also when the time for the renewal is over.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.limit())
	defer cancel()
	if _, err := s.save(ctx, next, rev); err != nil {
		if err := s.stillStored(ctx, r, err); err != nil {
			return record{}, errors.Join(err, withoutMark(cause))
		}
		// The mark stays, and the next one to come tries the old token once.
		s.cfg.Log.WarnContext(ctx, "outcome of a token refresh not stored", slog.Any("error", err))
	}
	return next, result
}

// stillStored returns nil when the store holds the token of r, although it could not be written. A pair that somebody else
// stored meanwhile counts more than what became of the old one.
func (s *Source) stillStored(ctx context.Context, r record, cause error) error {
	if errors.Is(cause, errAgain) {
		return errAgain
	}
	current, _, err := load(ctx, s.cfg.Store, s.cfg.Key)
	switch {
	case err != nil:
		return errors.Join(cause, err)
	case current.Access != r.Access || current.Refresh != r.Refresh:
		return errAgain
	}
	return nil
}

func voidReason(r record, cause error) string {
	if r.Tries == 0 {
		return "the refresh token was refused (" + cause.Error() + ")"
	}
	return fmt.Sprintf("a refresh that began at %s was never completed, and the refresh token was then refused (%s)",
		r.TriedAt.Format(time.RFC3339), cause.Error())
}

// withoutMark keeps the outcome from being read a second time.
func withoutMark(err error) error {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.err
	}
	return err
}
