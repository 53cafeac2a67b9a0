package memo_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer/internal/memo"
)

func TestLoadsOnce(t *testing.T) {
	t.Parallel()
	var loads atomic.Int32
	v := memo.New(func(context.Context) (int, error) { return int(loads.Add(1)), nil })
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			got, err := v.Get(t.Context())
			assert.NoError(t, err)
			assert.Equal(t, 1, got)
		})
	}
	wg.Wait()
	v.Forget()
	got, err := v.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, got)
	v.Set(40)
	got, err = v.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 40, got)
}

func TestFailureIsNotKept(t *testing.T) {
	t.Parallel()
	fail := errors.New("no")
	calls := 0
	v := memo.New(func(context.Context) (string, error) {
		if calls++; calls == 1 {
			return "", fail
		}
		return "yes", nil
	})
	_, err := v.Get(t.Context())
	require.ErrorIs(t, err, fail)
	got, err := v.Get(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "yes", got)
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		v := memo.New(func(context.Context) (int, error) { <-release; return 1, nil })
		go func() { _, _ = v.Get(t.Context()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := v.Get(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		close(release)
		got, err := v.Get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, got)
	})
}
