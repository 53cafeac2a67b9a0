package tokens

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

type memory struct {
	mu   sync.Mutex
	rows map[string]*row
}

type row struct {
	data  []byte
	rev   int64
	lease string
	until time.Time
}

// NewMemory returns a store in memory, for one process.
func NewMemory() Store { return &memory{rows: map[string]*row{}} }

// row returns the entry of key; the caller holds the lock.
func (m *memory) row(key string) *row {
	r := m.rows[key]
	if r == nil {
		r = &row{}
		m.rows[key] = r
	}
	return r
}

func (m *memory) Load(ctx context.Context, key string) ([]byte, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[key]
	if r == nil {
		return nil, 0, ctx.Err()
	}
	return slices.Clone(r.data), r.rev, ctx.Err()
}

func (m *memory) Lease(ctx context.Context, key string, ttl time.Duration) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, now := m.row(key), time.Now()
	if r.lease != "" && now.Before(r.until) {
		return "", nil
	}
	r.lease, r.until = rand.Text(), now.Add(ttl)
	return r.lease, nil
}

func (m *memory) Save(ctx context.Context, key string, data []byte, rev int64) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.row(key)
	if r.rev != rev {
		return 0, nil
	}
	r.data, r.rev = slices.Clone(data), rev+1
	return r.rev, nil
}

func (m *memory) Release(_ context.Context, key, lease string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.rows[key]; r != nil && r.lease == lease {
		r.lease = ""
	}
	return nil
}
