package webhook

import (
	"context"
	"errors"
	"sync"
)

// Deduper remembers the ids of events that were taken. Implementations must be safe for concurrent use.
//
// The handler asks Seen before the function runs and calls Remember after it, never before: an event whose function was cut
// off by a crash comes again and is taken. So an id may be handed over twice in rare cases, and the function must bear that.
type Deduper interface {
	// Seen reports whether Remember was called with the id. After an error the delivery is put off.
	Seen(ctx context.Context, id string) (bool, error)
	// Remember keeps the id, at least as long as the sender may repeat it (days; the vendor allows a resend for 30). Twice is
	// no error. After an error the delivery still counts as taken.
	Remember(ctx context.Context, id string) error
}

// MemoryDeduper remembers the newest ids of one process. Make it with [NewMemoryDeduper].
type MemoryDeduper struct {
	mu    sync.Mutex
	limit int
	next  int
	ring  []string
	known map[string]struct{}
}

// NewMemoryDeduper returns a deduper for the newest n ids; n below 1 counts as 1.
func NewMemoryDeduper(n int) *MemoryDeduper {
	return &MemoryDeduper{limit: max(1, n), known: map[string]struct{}{}}
}

// Seen implements [Deduper]; it never fails.
func (d *MemoryDeduper) Seen(_ context.Context, id string) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.known[id]
	return ok, nil
}

// Remember implements [Deduper]; it never fails.
func (d *MemoryDeduper) Remember(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.known[id]; ok {
		return nil
	}
	d.known[id] = struct{}{}
	if len(d.ring) < d.limit {
		d.ring = append(d.ring, id)
		return nil
	}
	delete(d.known, d.ring[d.next])
	d.ring[d.next] = id
	d.next = (d.next + 1) % d.limit
	return nil
}

// errAside says that the same event is being handled by another call.
var errAside = errors.New("webhook: the delivery ended while another one of the same event was handled")

// flights lets one delivery of an event run at a time.
type flights struct {
	mu     sync.Mutex
	active map[string]chan struct{}
}

// enter waits until no other delivery of the event runs; leave must be called after it.
func (f *flights) enter(ctx context.Context, id string) (leave func(), err error) {
	for {
		f.mu.Lock()
		other := f.active[id]
		if other == nil {
			done := make(chan struct{})
			if f.active == nil {
				f.active = map[string]chan struct{}{}
			}
			f.active[id] = done
			f.mu.Unlock()
			return func() {
				f.mu.Lock()
				defer f.mu.Unlock()
				delete(f.active, id)
				close(done)
			}, nil
		}
		f.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, errAside
		}
	}
}
