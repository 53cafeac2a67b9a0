// Package memo keeps one value that is expensive to load, until it is told to
// forget it.
package memo

import "context"

// Value loads a value once and hands it to everybody who asks. Make one with
// [New]. It is safe for concurrent use; while one caller loads, the others wait.
type Value[T any] struct {
	slot chan slot[T]
	load func(context.Context) (T, error)
}

type slot[T any] struct {
	value  T
	loaded bool
}

// New returns a Value that load fills. A load that fails leaves it empty, and
// the next caller tries again.
func New[T any](load func(context.Context) (T, error)) *Value[T] {
	v := &Value[T]{slot: make(chan slot[T], 1), load: load}
	v.slot <- slot[T]{}
	return v
}

// Get returns the value and loads it if need be. It returns early with the
// context's error when ctx ends while another caller loads.
func (v *Value[T]) Get(ctx context.Context) (T, error) {
	var zero T
	select {
	case <-ctx.Done():
		return zero, ctx.Err()
	case s := <-v.slot:
		defer func() { v.slot <- s }()
		if s.loaded {
			return s.value, nil
		}
		value, err := v.load(ctx)
		if err != nil {
			return zero, err
		}
		s = slot[T]{value, true}
		return value, nil
	}
}

// Set replaces the value.
func (v *Value[T]) Set(value T) {
	<-v.slot
	v.slot <- slot[T]{value, true}
}

// Forget empties it, so that the next Get loads again.
func (v *Value[T]) Forget() {
	<-v.slot
	v.slot <- slot[T]{}
}
