package tokens

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// keep stores a new pair, whatever happened to the lease meanwhile, and returns the record that counts from now on. The pair
// is not used before it is stored. When the store fails for too long, the pair is kept in memory and stored by the
// next renewal.
func (s *Source) keep(ctx context.Context, old, next record, rev int64) (record, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Lease/2)
	defer cancel()
	for wait := minPoll; ; wait = min(2*wait, 8*maxPoll) {
		_, err := s.save(ctx, next, rev)
		if err == nil {
			return next, nil
		}
		current, at, loadErr := load(ctx, s.cfg.Store, s.cfg.Key)
		switch {
		case errors.Is(loadErr, ErrNone) && at > 0 && !s.cfg.Mint:
			return record{}, ErrNone // removed meanwhile: the app was uninstalled
		case errors.Is(loadErr, ErrNone):
			rev = at
		case loadErr != nil:
			err = errors.Join(err, loadErr)
		case current.Access == next.Access:
			return current, nil // an answer of the store was lost
		case current.Refresh == old.Refresh && current.Access == old.Access:
			rev = at // only marks were written: this pair is the newest
		default:
			return current, nil // a newer authorization
		}
		if errors.Is(err, errAgain) && ctx.Err() == nil {
			continue
		}
		if pause(ctx, wait) != nil {
			s.mu.Lock()
			s.late = &latePair{old, next}
			s.mu.Unlock()
			return record{}, fmt.Errorf("the new token is not used before it is stored: %w", err)
		}
		s.cfg.Log.WarnContext(ctx, "new token not stored yet", slog.Any("error", err))
	}
}

// storeLate stores a pair that an earlier renewal could not store.
func (s *Source) storeLate(ctx context.Context) error {
	s.mu.Lock()
	late := s.late
	s.late = nil
	s.mu.Unlock()
	if late == nil {
		return nil
	}
	// No revision is -1, so keep looks at the store before it writes.
	if _, err := s.keep(ctx, late.old, late.next, -1); err != nil && !errors.Is(err, ErrNone) {
		return err
	}
	return nil
}
