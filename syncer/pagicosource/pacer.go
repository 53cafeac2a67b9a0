package pagicosource

import (
	"context"
	"time"
)

// defaultGap is the least time between two openings, unless another one is chosen.
const defaultGap = time.Second

// pacer lets one caller in at a time, each a while after the one before has left.
// It is safe for concurrent use.
type pacer struct {
	gap  time.Duration
	turn chan struct{}
	// left is when the last opening ended; it belongs to the caller whose turn it is.
	left time.Time
}

func newPacer(gap time.Duration) *pacer {
	return &pacer{gap: gap, turn: make(chan struct{}, 1)}
}

// enter waits for its turn. It returns the context's error when ctx ends before.
// The caller says at the end whether it opened anything.
func (p *pacer) enter(ctx context.Context) (leave func(opened bool), err error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	wait := time.Until(p.left.Add(p.gap))
	if p.left.IsZero() || p.gap < 0 {
		wait = 0
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		<-p.turn
		return nil, err
	}
	return func(opened bool) {
		if opened {
			p.left = time.Now()
		}
		<-p.turn
	}, nil
}
