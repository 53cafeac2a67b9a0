package pagicosource_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
)

// slowApp notes when each link came, and takes its time.
type slowApp struct {
	mu    sync.Mutex
	takes time.Duration
	err   error
	at    []time.Time
}

func (a *slowApp) Open(context.Context, urlscheme.Link) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = append(a.at, time.Now())
	<-time.After(a.takes) // on the bubble's clock
	return a.err
}

func plainTask(twin string) syncer.Record {
	return newTask(twin, syncer.Fields{"title": merge.Text(twin)})
}

// paced runs a test on virtual time with an app and a gap.
func paced(t *testing.T, gap time.Duration, a *slowApp, test func(t *testing.T, links *pagicosource.Links)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		links, _ := startLinks(t, func(cfg *pagicosource.LinksConfig) { cfg.Opener, cfg.MinGap = a, gap })
		test(t, links)
	})
}

func TestOpeningsKeepTheirDistance(t *testing.T) {
	t.Parallel()
	for gap, want := range map[time.Duration]time.Duration{0: time.Second, 3 * time.Second: 3 * time.Second, -1: 0} {
		a := &slowApp{takes: 2 * time.Second}
		paced(t, gap, a, func(t *testing.T, links *pagicosource.Links) {
			var workers sync.WaitGroup
			for i := range 5 {
				workers.Go(func() {
					_, err := links.Create(t.Context(), plainTask(strconv.Itoa(i)), "op")
					assert.NoError(t, err)
				})
			}
			began := time.Now()
			workers.Wait()
			require.Len(t, a.at, 5)
			assert.Equal(t, began, a.at[0], "the first one waits for nothing")
			for i := range 4 {
				assert.Equal(t, a.takes+want, a.at[i+1].Sub(a.at[i]), "the gap begins when an opening ends")
			}
			<-time.After(time.Minute)
			_, err := links.Create(t.Context(), plainTask("late"), "op")
			require.NoError(t, err)
			assert.Equal(t, time.Now(), a.at[5].Add(a.takes), "nor does one that comes late")
		})
	}
}

// TestWaitingEndsWithItsContext: nothing is opened for a caller that has gone, nothing is
// left in doubt, and the next one is not held up.
func TestWaitingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	a := &slowApp{}
	paced(t, time.Hour, a, func(t *testing.T, links *pagicosource.Links) {
		_, err := links.Create(t.Context(), plainTask("first"), "op")
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var queue sync.WaitGroup
		for _, twin := range []string{"a", "b"} { // one waits for the gap, one behind it
			queue.Go(func() {
				began := time.Now()
				_, err := links.Create(ctx, plainTask(twin), "op")
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				assert.ErrorIs(t, err, urlscheme.ErrNotOpened)
				assert.NotErrorIs(t, err, syncer.ErrUncertain)
				assert.Equal(t, time.Minute, time.Since(began))
			})
		}
		queue.Wait()
		assert.Len(t, a.at, 1)
		doubtful, err := links.Doubtful(t.Context())
		require.NoError(t, err)
		assert.Empty(t, doubtful)
		_, err = links.Create(t.Context(), plainTask("a"), "op")
		require.NoError(t, err)
		assert.Equal(t, time.Hour, a.at[1].Sub(a.at[0]))

		gone, cancel := context.WithCancel(t.Context())
		cancel()
		<-time.After(2 * time.Hour)
		for range 50 { // also when there is nothing to wait for
			_, err = links.Create(gone, plainTask("b"), "op")
			require.ErrorIs(t, err, context.Canceled)
		}
		assert.Len(t, a.at, 2)
	})
}

// TestOnlyOpeningsTakeTime: what was opened before, or cannot be opened, holds up nobody,
// and what is in doubt does.
func TestOnlyOpeningsTakeTime(t *testing.T) {
	t.Parallel()
	a := &slowApp{}
	paced(t, time.Minute, a, func(t *testing.T, links *pagicosource.Links) {
		_, err := links.Create(t.Context(), plainTask("a"), "op")
		require.NoError(t, err)
		<-time.After(time.Minute)
		_, err = links.Create(t.Context(), plainTask("a"), "op")
		require.ErrorIs(t, err, urlscheme.ErrSent)
		a.err = urlscheme.ErrNotOpened
		_, err = links.Create(t.Context(), plainTask("b"), "op")
		require.ErrorIs(t, err, urlscheme.ErrNotOpened)
		a.err = errors.New("exit status 1")
		_, err = links.Create(t.Context(), plainTask("c"), "op")
		require.ErrorIs(t, err, syncer.ErrUncertain)
		a.err = nil
		_, err = links.Resend(t.Context(), plainTask("c"))
		require.NoError(t, err)
		require.Len(t, a.at, 4)
		assert.Equal(t, time.Minute, a.at[1].Sub(a.at[0]))
		assert.Equal(t, a.at[1], a.at[2])
		assert.Equal(t, time.Minute, a.at[3].Sub(a.at[2]))
	})
}
