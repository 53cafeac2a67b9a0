package ghl

import "sync"

// Limiters hands out one [Limiter] per key, so that all clients of one app and location in a process are paced together
// wherever they are made. It is safe for concurrent use.
//
//	limiters, err := ghl.NewLimiters(ghl.Limits{})
//	client, err := ghl.New(ghl.WithToken(token), ghl.WithLimiter(limiters.For(appID+"/"+locationID)))
type Limiters struct {
	limits Limits
	mu     sync.Mutex
	byKey  map[string]*Limiter
}

// NewLimiters makes a set whose limiters all have the same limits. Its errors match ErrInvalidArgument.
func NewLimiters(l Limits) (*Limiters, error) {
	if err := l.validate(); err != nil {
		return nil, err
	}
	return &Limiters{limits: l, byKey: map[string]*Limiter{}}, nil
}

// For returns the limiter of a key, the same one every time. The key names what the vendor counts by: the app and the
// location or company. Limiters are kept as long as the set.
func (s *Limiters) For(key string) *Limiter {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.byKey[key]
	if l == nil {
		l = newLimiter(s.limits)
		s.byKey[key] = l
	}
	return l
}
