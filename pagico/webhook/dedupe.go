package webhook

import (
	"context"
	"sync"
)

// Deduper remembers which deliveries were taken. Implementations must be safe for concurrent use.
//
// The handler claims an id before the function runs. A claim that a crash leaves behind makes the retry look like a
// repeat, so a durable Deduper should forget claims of a crashed process, or the program should poll.
type Deduper interface {
	// Claim marks an id as taken and reports whether it was new. Of two calls at the same time with one id, one gets
	// true. After an error the id counts as not taken.
	Claim(ctx context.Context, id string) (fresh bool, err error)
	// Release forgets an id, because its event could not be handled. Releasing an unknown id is no error.
	Release(ctx context.Context, id string) error
}

// MemoryDeduper remembers the newest ids of one process. A sender retries for about three days, so a service that
// restarts should bring a durable Deduper, or do what an event asks in a way that bears repeats.
type MemoryDeduper struct {
	mu    sync.Mutex
	limit int
	next  int
	ring  []string
	known map[string]int // id to its place in ring
}

// NewMemoryDeduper returns a deduper for the newest n ids; n below 1 counts as 1.
func NewMemoryDeduper(n int) *MemoryDeduper {
	return &MemoryDeduper{limit: max(1, n), known: map[string]int{}}
}

// Claim implements [Deduper]; it never fails.
func (d *MemoryDeduper) Claim(_ context.Context, id string) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.known[id]; ok {
		return false, nil
	}
	if len(d.ring) < d.limit {
		d.known[id] = len(d.ring)
		d.ring = append(d.ring, id)
		return true, nil
	}
	// A released id left its place in the ring; the place may since hold another claim of the same id.
	if at, ok := d.known[d.ring[d.next]]; ok && at == d.next {
		delete(d.known, d.ring[d.next])
	}
	d.ring[d.next], d.known[id] = id, d.next
	d.next = (d.next + 1) % d.limit
	return true, nil
}

// Release implements [Deduper]; it never fails.
func (d *MemoryDeduper) Release(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.known, id)
	return nil
}
