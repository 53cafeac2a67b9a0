package pagico_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// pacedBackend answers from a quotaServer, after a latency.
type pacedBackend struct {
	mu      sync.Mutex
	server  quotaServer
	latency time.Duration
	sent    int
}

func (p *pacedBackend) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	p.sent++
	there := p.latency / time.Duration(1+p.sent%3) // not always the same
	p.mu.Unlock()
	<-time.After(there) // virtual time: the tests run in a synctest bubble
	p.mu.Lock()
	a := p.server.answer(time.Now())
	p.mu.Unlock()
	<-time.After(p.latency)
	b := backend{answers: []answer{a}}
	return b.RoundTrip(r)
}

func TestNo429InNormalRunning(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 8, 40} {
		synctest.Test(t, func(t *testing.T) {
			server := &pacedBackend{server: quotaServer{quota: 50, window: 10}, latency: 70 * time.Millisecond}
			client, err := pagico.New("https://pagico.test", pagico.WithHTTPClient(&http.Client{Transport: server}))
			require.NoError(t, err)
			start := time.Now()
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for range 400 / workers {
						_, err := client.Tasks.Get(t.Context(), "t_1")
						assert.NoError(t, err)
					}
				})
			}
			wg.Wait()

			assert.Equal(t, 400, server.server.total)
			assert.Zero(t, server.server.refused, "%d workers", workers)
			assert.Zero(t, client.Stats().RateLimited)
			if workers > 1 {
				// 400 requests at 50 per 10 s fill 8 windows, and the last one starts after 70 s. In
				// the first one it is not known which requests the server has counted.
				assert.Less(t, time.Since(start), 85*time.Second, "%d workers", workers)
			}
		})
	}
}

func TestLimitsHoldBeforeTheFirstAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, b := setupWith(t, []pagico.Option{pagico.WithLimits(pagico.Limits{Requests: 3, Window: 10 * time.Second})}, ok(fullTask))
		start := time.Now()
		for range 7 {
			_, err := client.Tasks.Get(t.Context(), "t_1")
			require.NoError(t, err)
		}
		assert.Equal(t, 20*time.Second, time.Since(start))
		assert.Equal(t, 7, b.count())
	})
}

func TestLimiterRefusesWhatWouldTakeTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		spent := answer{status: 200, body: fullTask, header: map[string]string{"RateLimit": `"day";r=0;t=3600`}}
		client, b := setup(t, spent, ok(fullTask))
		_, err := client.Tasks.Get(t.Context(), "t_1")
		require.NoError(t, err)

		_, err = client.Tasks.Create(t.Context(), pagico.TaskCreate{Title: "x"})

		require.ErrorIs(t, err, pagico.ErrRateLimited)
		require.NotErrorIs(t, err, pagico.ErrUncertain)
		e, isError := errors.AsType[*pagico.Error](err)
		require.True(t, isError)
		assert.Equal(t, time.Hour, e.RetryAfter)
		assert.Equal(t, pagico.OpTasksCreate, e.Operation)
		assert.Equal(t, 1, b.count(), "nothing was sent")

		<-time.After(time.Hour) // virtual time
		_, err = client.Tasks.Get(t.Context(), "t_1")
		require.NoError(t, err)
	})
}

func TestLimiterWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, b := setup(t, answer{status: 200, body: fullTask, header: map[string]string{"RateLimit": `"m";r=0;t=50`}})
		_, err := client.Tasks.Get(t.Context(), "t_1")
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()

		_, err = client.Tasks.Get(ctx, "t_1")

		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
		assert.Equal(t, 1, b.count())
	})
}

func TestRetryAfterHoldsEverybodyBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// The headers promise room; Retry-After wins.
		client, b := setup(t, answer{status: 429, header: map[string]string{"Retry-After": "20", "RateLimit": `"m";r=9;t=1`}}, ok(fullTask))
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := client.Tasks.Get(t.Context(), "t_1")
			assert.NoError(t, err)
		})
		synctest.Wait()
		_, err := client.Tasks.Get(t.Context(), "t_2")
		require.NoError(t, err)
		wg.Wait()
		assert.GreaterOrEqual(t, time.Since(start), 20*time.Second)
		assert.Equal(t, 3, b.count())
		assert.Equal(t, int64(1), client.Stats().RateLimited)
	})
}

func TestClonesShareTheLimiterUnlessTheTokenDiffers(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, ok(fullTask))
	same, err := client.Clone(pagico.WithUserAgent("x"))
	require.NoError(t, err)
	other, err := client.Clone(pagico.WithToken("another"))
	require.NoError(t, err)
	third, err := client.Clone(pagico.WithToken("another"), pagico.WithLimiter(client.Limiter()))
	require.NoError(t, err)

	assert.Same(t, client.Limiter(), same.Limiter())
	assert.NotSame(t, client.Limiter(), other.Limiter())
	assert.Same(t, client.Limiter(), third.Limiter())
}

func TestLimiterLearnsThatAServerRoundsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &pacedBackend{server: quotaServer{quota: 5, window: 10, floor: true}, latency: 30 * time.Millisecond}
		client, err := pagico.New("https://pagico.test", pagico.WithHTTPClient(&http.Client{Transport: server}))
		require.NoError(t, err)
		for range 60 {
			_, err := client.Tasks.Get(t.Context(), "t_1")
			require.NoError(t, err)
		}
		assert.Equal(t, 60, server.server.total)
		assert.LessOrEqual(t, server.server.refused, 1, "once is enough to learn")
	})
}
