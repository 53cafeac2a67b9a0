package ghl_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// strict counts calls like the vendor, at the moment of their arrival, and refuses what is too much. It checks fixed
// windows, which begin with the first call, or sliding ones.
type strict struct {
	burst   int
	window  time.Duration
	daily   int
	sliding bool
	silent  bool // no headers
	latency func() time.Duration

	mu       sync.Mutex
	arrivals []time.Time
	dayStart time.Time
	dayCalls int
	refused  int
}

func (s *strict) used(now time.Time) int {
	n := 0
	if s.sliding {
		for i := len(s.arrivals) - 1; i >= 0 && now.Sub(s.arrivals[i]) < s.window; i-- {
			n++
		}
		return n
	}
	start := time.Time{}
	for _, at := range s.arrivals {
		if start.IsZero() || at.Sub(start) >= s.window {
			start, n = at, 0
		}
		n++
	}
	if now.Sub(start) >= s.window {
		return 0
	}
	return n
}

// arrive counts a call and says whether it is let in; foreign calls are made by others.
func (s *strict) arrive(h http.Header) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.dayStart.IsZero() || now.Sub(s.dayStart) >= 24*time.Hour {
		s.dayStart, s.dayCalls = now, 0
	}
	ok := s.used(now) < s.burst && s.dayCalls < s.daily
	if ok {
		s.arrivals = append(s.arrivals, now)
		s.dayCalls++
	} else {
		s.refused++
	}
	if h != nil && !s.silent {
		h.Set("X-RateLimit-Max", strconv.Itoa(s.burst))
		h.Set("X-RateLimit-Interval-Milliseconds", strconv.Itoa(int(s.window/time.Millisecond)))
		h.Set("X-RateLimit-Remaining", strconv.Itoa(s.burst-s.used(now)))
		h.Set("X-RateLimit-Limit-Daily", strconv.Itoa(s.daily))
		h.Set("X-RateLimit-Daily-Remaining", strconv.Itoa(s.daily-s.dayCalls))
		h.Set("X-RateLimit-Daily-Reset", strconv.Itoa(int(s.dayStart.Add(24*time.Hour).Sub(now)/time.Millisecond)))
	}
	return ok
}

func (s *strict) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.latency != nil {
		pause(s.latency()) // virtual time: the way there
	}
	resp := &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: r}
	if !s.arrive(resp.Header) {
		resp.StatusCode = 429
	}
	if s.latency != nil {
		pause(s.latency()) // and back
	}
	return resp, nil
}

func (s *strict) client(t *testing.T, l ghl.Limits) *ghl.Client {
	t.Helper()
	c, err := ghl.New(ghl.WithToken(testToken), ghl.WithHTTPClient(&http.Client{Transport: s}), ghl.WithLimits(l))
	require.NoError(t, err)
	return c
}

func ping(ctx context.Context, c *ghl.Client, opts ...ghl.CallOption) error {
	return c.Do(ctx, ghl.Request{Method: "GET", Path: "/ping"}, nil, opts...)
}

// run makes n calls from some goroutines and returns how long they took.
func run(t *testing.T, c *ghl.Client, n, workers int) time.Duration {
	t.Helper()
	start := time.Now()
	jobs := make(chan struct{}, n)
	for range n {
		jobs <- struct{}{}
	}
	close(jobs)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range jobs {
				assert.NoError(t, ping(t.Context(), c))
			}
		})
	}
	group.Wait()
	return time.Since(start)
}

func TestNeverRefusedAndNearTheIdeal(t *testing.T) {
	t.Parallel()
	for _, sliding := range []bool{true, false} {
		for _, silent := range []bool{true, false} {
			for _, workers := range []int{1, 8, 100} {
				for _, latency := range []time.Duration{0, 2 * time.Millisecond, 20 * time.Millisecond} {
					name := fmt.Sprintf("sliding=%t silent=%t workers=%d latency=%s", sliding, silent, workers, latency)
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) {
							s := &strict{burst: 100, window: 10 * time.Second, daily: 200_000, sliding: sliding, silent: silent}
							if latency > 0 {
								s.latency = func() time.Duration { return latency/2 + rand.N(latency) }
							}
							took := run(t, s.client(t, ghl.Limits{}), 1000, workers)
							assert.Zero(t, s.refused)
							ideal := 90 * time.Second // the first 100 at once, then 100 per window
							assert.GreaterOrEqual(t, took, ideal)
							// A few workers alone need longer than a moment for the last 100.
							last := time.Duration(100/workers) * 3 * latency
							assert.LessOrEqual(t, took, ideal*102/100+last)
						})
					})
				}
			}
		}
	}
}

// A process that starts in the middle of a window, and others who use the same token, are seen through the headers.
func TestOtherCallersAreSeen(t *testing.T) {
	t.Parallel()
	for _, sliding := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := &strict{burst: 100, window: 10 * time.Second, daily: 200_000, sliding: sliding, latency: func() time.Duration { return time.Millisecond }}
			for range 60 {
				require.True(t, s.arrive(nil))
			}
			c := s.client(t, ghl.Limits{})
			run(t, c, 300, 50)
			assert.Zero(t, s.refused, "the calls before the start count")
			pause(15 * time.Second)
			require.NoError(t, ping(t.Context(), c))
			for range 50 {
				require.True(t, s.arrive(nil))
			}
			require.NoError(t, ping(t.Context(), c))
			run(t, c, 100, 50)
			assert.Zero(t, s.refused, "the calls of others count")
		})
	}
}

func TestLimitsFollowTheHeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &strict{burst: 10, window: time.Second, daily: 1000, sliding: true}
		took := run(t, s.client(t, ghl.Limits{}), 100, 20)
		assert.Zero(t, s.refused)
		assert.LessOrEqual(t, took, 9200*time.Millisecond, "an unset limit follows the server")
		took = run(t, s.client(t, ghl.Limits{Burst: 5, Window: 2 * time.Second}), 20, 20)
		assert.GreaterOrEqual(t, took, 6*time.Second, "a set limit is an upper bound")
	})
}

func TestShareAndEven(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &strict{burst: 100, window: 10 * time.Second, daily: 1000, sliding: true}
		took := run(t, s.client(t, ghl.Limits{Share: 0.8}), 160, 160)
		assert.GreaterOrEqual(t, took, 10*time.Second, "80 of 100 at once")
		assert.LessOrEqual(t, took, 10200*time.Millisecond)
		pause(time.Minute)
		took = run(t, s.client(t, ghl.Limits{Even: true}), 51, 51)
		assert.InDelta(t, 5, took.Seconds(), 0.1, "one call in a tenth of a second")
		assert.Zero(t, s.refused)
	})
}

func TestAfter429(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// The limiter believes in 100, the server allows 20 and says nothing.
		s := &strict{burst: 20, window: 10 * time.Second, daily: 1000, silent: true}
		c := s.client(t, ghl.Limits{Burst: 25})
		run(t, c, 60, 5)
		assert.Less(t, s.refused, 25, "a refusal stops all, not only the call that met it")
		assert.EqualValues(t, s.refused, c.Stats().RateLimited)
	})
}

func TestDailyLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &strict{burst: 100, window: 10 * time.Second, daily: 30}
		c := s.client(t, ghl.Limits{})
		run(t, c, 30, 3)
		err := ping(t.Context(), c)
		require.ErrorIs(t, err, ghl.ErrDailyLimit)
		e, ok := errors.AsType[*ghl.Error](err)
		require.True(t, ok)
		assert.InDelta(t, 24*time.Hour, e.RetryAfter, float64(time.Minute))
		assert.Zero(t, s.refused, "refused here, not there")
		assert.EqualValues(t, 30, c.Stats().Calls)
		create := errorOf(c.Notes.Create(t.Context(), "c", ghl.NoteCreate{Body: "x"}))
		require.ErrorIs(t, create, ghl.ErrDailyLimit)
		require.NotErrorIs(t, create, ghl.ErrUncertain)
		pause(e.RetryAfter)
		require.NoError(t, ping(t.Context(), c), "the next day has calls again")
	})
}

func TestReserveIsKeptFromBackfill(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &strict{burst: 100, window: 10 * time.Second, daily: 20}
		c := s.client(t, ghl.Limits{Reserve: 0.25})
		for range 15 {
			require.NoError(t, ping(t.Context(), c, ghl.WithPriority(ghl.PriorityBackfill)))
		}
		require.ErrorIs(t, ping(t.Context(), c, ghl.WithPriority(ghl.PriorityBackfill)), ghl.ErrDailyLimit)
		require.NoError(t, ping(t.Context(), c))
	})
}

func TestUrgentCallsGoFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &strict{burst: 1, window: time.Second, daily: 1000, sliding: true}
		c := s.client(t, ghl.Limits{Burst: 1, Window: time.Second})
		require.NoError(t, ping(t.Context(), c))
		var mu sync.Mutex
		var order []ghl.Priority
		var group sync.WaitGroup
		for _, p := range []ghl.Priority{ghl.PriorityBackfill, ghl.PriorityVerify, ghl.PriorityNormal, ghl.PriorityWrite, ghl.PriorityUrgent} {
			group.Go(func() {
				assert.NoError(t, ping(t.Context(), c, ghl.WithPriority(p)))
				mu.Lock()
				defer mu.Unlock()
				order = append(order, p)
			})
			synctest.Wait()
		}
		group.Wait()
		assert.Equal(t, []ghl.Priority{ghl.PriorityUrgent, ghl.PriorityWrite, ghl.PriorityNormal, ghl.PriorityVerify, ghl.PriorityBackfill}, order)
	})
}

func TestWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &strict{burst: 1, window: time.Hour, daily: 1000}
		c := s.client(t, ghl.Limits{Burst: 1, Window: time.Hour})
		require.NoError(t, ping(t.Context(), c))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, ping(ctx, c), context.DeadlineExceeded)
		assert.Equal(t, time.Minute, time.Since(start))
		assert.EqualValues(t, 1, c.Stats().Calls)
		pause(time.Hour)
		require.NoError(t, ping(t.Context(), c), "a wait that was given up takes nothing with it")
	})
}

// The first call goes alone, but one that hangs does not stop the others.
func TestFirstCallMayHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &strict{burst: 100, window: 10 * time.Second, daily: 1000}
		var once sync.Once
		s.latency = func() time.Duration {
			d := time.Millisecond
			once.Do(func() { d = 20 * time.Second })
			return d
		}
		took := run(t, s.client(t, ghl.Limits{}), 50, 10)
		assert.Less(t, took, 25*time.Second)
	})
}

func TestSharedLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &strict{burst: 100, window: 10 * time.Second, daily: 200_000, sliding: true}
		a := s.client(t, ghl.Limits{})
		b, err := a.Clone(ghl.WithUserAgent("second"))
		require.NoError(t, err)
		var group sync.WaitGroup
		for _, c := range []*ghl.Client{a, b} {
			group.Go(func() { run(t, c, 150, 150) })
		}
		group.Wait()
		assert.Zero(t, s.refused)
	})
}

func TestLimitersByKey(t *testing.T) {
	t.Parallel()
	set, err := ghl.NewLimiters(ghl.Limits{Burst: 10})
	require.NoError(t, err)
	assert.Same(t, set.For("app/L1"), set.For("app/L1"))
	assert.NotSame(t, set.For("app/L1"), set.For("app/L2"))
	_, err = ghl.NewLimiters(ghl.Limits{Share: 2})
	require.ErrorIs(t, err, ghl.ErrInvalidArgument)
}

func TestForecast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, err := ghl.NewLimiter(ghl.Limits{})
		require.NoError(t, err)
		f := l.Forecast(40_100)
		assert.Equal(t, 4000*time.Second, f.Wait)
		assert.Equal(t, time.Now().Add(4000*time.Second), f.Done)
		assert.InDelta(t, 0.2005, f.DayShare, 1e-9)
		assert.True(t, f.Today)
		assert.Equal(t, 200_000, f.DayRemaining)
		f = l.Forecast(200_001)
		assert.False(t, f.Today)
		assert.Equal(t, 24*time.Hour, f.Wait)
		assert.Zero(t, l.Forecast(-1).Wait)
		s := &strict{burst: 100, window: 10 * time.Second, daily: 200_000, sliding: true}
		c := s.client(t, ghl.Limits{})
		run(t, c, 100, 10)
		f = c.Limiter().Forecast(1)
		assert.InDelta(t, 10, f.Wait.Seconds(), 0.1, "what was used counts")
		assert.Equal(t, 199_900, f.DayRemaining, "calls that overlap are not taken for calls of others")
		require.NoError(t, ping(t.Context(), c))
		assert.Equal(t, 199_899, c.Limiter().Forecast(1).DayRemaining, "a call that was alone is exact")
		off, err := ghl.NewLimiter(ghl.NoLimits())
		require.NoError(t, err)
		assert.Zero(t, off.Forecast(1_000_000).Wait)
	})
}

// pause lets virtual time pass.
func pause(d time.Duration) { <-time.After(d) }
