package ghl

import (
	"context"
	"iter"
)

// one performs an operation that answers one resource under one of keys.
func one[T any, P resource[T]](ctx context.Context, c *Client, id opID, a args, opts []CallOption, keys ...string) (T, error) {
	resp, err := c.send(ctx, id, a, opts)
	if err != nil {
		var zero T
		return zero, err
	}
	return decodeOne[T, P](id, resp, keys...)
}

// listOnce yields the rows of an operation that answers everything at once. Nothing is sent before it is ranged over, and it
// can be ranged over again.
func listOnce[T any, P resource[T]](ctx context.Context, c *Client, id opID, a args, opts []CallOption, keys ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		resp, err := c.send(ctx, id, a, opts)
		var rows []T
		if err == nil {
			rows, err = decodeList[T, P](id, resp, keys...)
		}
		yieldAll(yield, rows, err)
	}
}

// listError yields one error.
func listError[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, err)
	}
}
