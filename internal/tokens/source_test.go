package tokens_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

const tenant = "app/location/L1"

var (
	errVoid  = errors.New("invalid_grant")
	errReset = errors.New("connection reset")
)

// authority is a token server whose refresh tokens work once.
type authority struct {
	mu     sync.Mutex
	serial int
	calls  int
	// next, when set, decides about the coming exchanges: it may refuse, or lose the answer.
	next []func(give func() (tokens.Token, error)) (tokens.Token, error)
	life time.Duration
	took time.Duration
}

func newAuthority() *authority {
	return &authority{serial: 1, life: 24 * time.Hour, took: 300 * time.Millisecond}
}

func (a *authority) current() tokens.Token {
	now := time.Now()
	return tokens.Token{Access: fmt.Sprintf("at%d", a.serial), Refresh: fmt.Sprintf("rt%d", a.serial), Obtained: now, Expiry: now.Add(a.life)}
}

func (a *authority) exchange(ctx context.Context, old tokens.Token) (tokens.Token, error) {
	a.mu.Lock()
	took := a.took
	a.calls++
	give := func() (tokens.Token, error) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if old.Refresh != fmt.Sprintf("rt%d", a.serial) {
			return tokens.Token{}, tokens.Refused(errVoid)
		}
		a.serial++
		return a.current(), nil
	}
	decide := func(give func() (tokens.Token, error)) (tokens.Token, error) { return give() }
	if len(a.next) > 0 {
		decide, a.next = a.next[0], a.next[1:]
	}
	a.mu.Unlock()
	select {
	case <-time.After(took): // virtual: every test that gets here runs in a bubble
		return decide(give)
	case <-ctx.Done():
		return lost(give)
	}
}

func (a *authority) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls
}

type answer = func(give func() (tokens.Token, error)) (tokens.Token, error)

// lost does the work and loses the answer; down loses the request's fate without doing it; fails is a clear failure.
func lost(give func() (tokens.Token, error)) (tokens.Token, error) {
	_, _ = give()
	return tokens.Token{}, tokens.Unclear(errReset)
}

func down(func() (tokens.Token, error)) (tokens.Token, error) {
	return tokens.Token{}, tokens.Unclear(errReset)
}

func fails(func() (tokens.Token, error)) (tokens.Token, error) { return tokens.Token{}, errReset }

// world is an authority and a store with a token that has ended.
type world struct {
	*authority
	store tokens.Store
}

func newWorld(t *testing.T, next ...answer) *world {
	t.Helper()
	w := &world{newAuthority(), tokens.NewMemory()}
	w.next = next
	tok := w.current()
	tok.Obtained, tok.Expiry = time.Now().Add(-25*time.Hour), time.Now().Add(-time.Hour)
	require.NoError(t, tokens.Put(t.Context(), w.store, tenant, tok))
	return w
}

// source is what one process has.
func (w *world) source() *tokens.Source {
	return tokens.New(tokens.Config{Store: w.store, Key: tenant, Exchange: w.exchange, Lease: time.Minute})
}

// idle lets virtual time pass.
func idle(d time.Duration) { <-time.After(d) }

func bubble(t *testing.T, run func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, run)
}

func TestOneExchangeForAll(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		var wg sync.WaitGroup
		for range 4 {
			s := w.source()
			for range 50 {
				wg.Go(func() {
					tok, err := s.Token(t.Context())
					assert.NoError(t, err)
					assert.Equal(t, "at2", tok.Access)
				})
			}
		}
		wg.Wait()
		assert.Equal(t, 1, w.count())
		tok, err := tokens.Get(t.Context(), w.store, tenant)
		require.NoError(t, err)
		assert.Equal(t, "rt2", tok.Refresh)
	})
}

func TestRenewsAheadOfTimeWithoutHoldingUpOthers(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		require.NoError(t, tokens.Put(t.Context(), w.store, tenant, w.current()))
		a, b := w.source(), w.source()
		for _, s := range []*tokens.Source{a, b} {
			_, err := s.Token(t.Context())
			require.NoError(t, err)
		}
		idle(24*time.Hour - 3*time.Minute)
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = a.Token(t.Context()) })
		synctest.Wait()
		for range 10 {
			for _, s := range []*tokens.Source{a, b} {
				tok, err := s.Token(t.Context())
				require.NoError(t, err)
				assert.Equal(t, "at1", tok.Access)
			}
		}
		assert.Zero(t, time.Since(start), "the old token is good for three minutes")
		wg.Wait()
		require.NoError(t, b.Wait(t.Context()))
		for _, s := range []*tokens.Source{a, b} {
			tok, err := s.Token(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "at2", tok.Access)
		}
		assert.Equal(t, 1, w.count())
	})
}

func TestTokenIsUsedToItsEndWhenItCannotBeRenewed(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t, fails, fails, fails)
		require.NoError(t, tokens.Put(t.Context(), w.store, tenant, w.current()))
		idle(24*time.Hour - 3*time.Minute)
		s := w.source()
		for range 20 {
			tok, err := s.Token(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "at1", tok.Access)
		}
		assert.Equal(t, 1, w.count(), "not again at once")
		idle(3 * time.Minute)
		_, err := s.Token(t.Context())
		require.ErrorIs(t, err, errReset)
		_, err = s.Token(t.Context())
		require.ErrorIs(t, err, errReset)
		assert.Equal(t, 2, w.count())
		idle(time.Hour)
		_, err = s.Token(t.Context())
		require.ErrorIs(t, err, errReset)
		idle(time.Hour)
		tok, err := s.Token(t.Context())
		require.NoError(t, err, "a clear failure loses nothing")
		assert.Equal(t, "at2", tok.Access)
	})
}

func TestRefusalIsFinal(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		w.serial = 7 // the stored token is not the one that counts
		for range 3 {
			_, err := w.source().Token(t.Context())
			require.ErrorIs(t, err, tokens.ErrAuthorizeAgain)
			idle(24 * time.Hour)
		}
		assert.Equal(t, 1, w.count())
		require.NoError(t, tokens.Put(t.Context(), w.store, tenant, w.current()))
		tok, err := w.source().Token(t.Context())
		require.NoError(t, err, "a new authorization mends it")
		assert.Equal(t, "at7", tok.Access)
	})
}

func TestUnclearExchange(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t, down)
		tok, err := w.source().Token(t.Context())
		require.NoError(t, err, "the old token was still good")
		assert.Equal(t, "at2", tok.Access)
		assert.Equal(t, 2, w.count())
	})
}

func TestLostAnswerAsksForAuthorization(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t, lost)
		s := w.source()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := s.Token(t.Context())
				assert.ErrorIs(t, err, tokens.ErrAuthorizeAgain)
			})
		}
		wg.Wait()
		assert.Equal(t, 2, w.count(), "the old token is tried once")
		for range 10 {
			idle(time.Hour)
			_, err := s.Token(t.Context())
			require.ErrorIs(t, err, tokens.ErrAuthorizeAgain)
			_, err = s.Refresh(t.Context(), "at1")
			require.ErrorIs(t, err, tokens.ErrAuthorizeAgain)
		}
		assert.Equal(t, 2, w.count())
	})
}

func TestOutageIsNotALoop(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		for range 100 {
			w.next = append(w.next, down)
		}
		end := time.Now().Add(time.Hour)
		sources := []*tokens.Source{w.source(), w.source()}
		for time.Now().Before(end) {
			for _, s := range sources {
				_, err := s.Token(t.Context())
				require.Error(t, err)
				require.NotErrorIs(t, err, tokens.ErrAuthorizeAgain, "nobody said that the token is void")
			}
			idle(time.Second)
		}
		assert.LessOrEqual(t, w.count(), 10)
		w.mu.Lock()
		w.next = nil
		w.mu.Unlock()
		idle(15 * time.Minute)
		tok, err := sources[0].Token(t.Context())
		require.NoError(t, err, "nothing was lost")
		assert.Equal(t, "at2", tok.Access)
	})
}

// killed is a process that dies at the exchange: its goroutine ends, and its lease stays.
func killed(give func() (tokens.Token, error)) (tokens.Token, error) {
	_, _ = give()
	runtime.Goexit()
	return tokens.Token{}, nil
}

func killedBefore(func() (tokens.Token, error)) (tokens.Token, error) {
	runtime.Goexit()
	return tokens.Token{}, nil
}

func TestKilledBetweenExchangeAndSave(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t, killed)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := w.source().Token(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		start := time.Now()
		s := w.source()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := s.Token(t.Context())
				assert.ErrorIs(t, err, tokens.ErrAuthorizeAgain)
				assert.ErrorContains(t, err, "never completed")
			})
		}
		wg.Wait()
		assert.LessOrEqual(t, time.Since(start), time.Minute+time.Second, "one lease")
		assert.Equal(t, 2, w.count())
	})
}

func TestKilledBeforeTheExchange(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t, killedBefore)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := w.source().Token(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		tok, err := w.source().Token(t.Context())
		require.NoError(t, err, "the old token still works, and one try shows it")
		assert.Equal(t, "at2", tok.Access)
	})
}

func TestStoppedProcessBringsThePairLate(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t, func(give func() (tokens.Token, error)) (tokens.Token, error) {
			tok, err := give()
			idle(3 * time.Minute) // longer than its lease
			return tok, err
		})
		slow := w.source()
		var wg sync.WaitGroup
		wg.Go(func() {
			tok, err := slow.Token(t.Context())
			assert.NoError(t, err)
			assert.Equal(t, "at2", tok.Access)
		})
		synctest.Wait()
		other := w.source()
		_, err := other.Token(t.Context())
		require.ErrorIs(t, err, tokens.ErrAuthorizeAgain)
		wg.Wait()
		tok, err := other.Token(t.Context())
		require.NoError(t, err, "the newest pair is never thrown away")
		assert.Equal(t, "at2", tok.Access)
	})
}

func TestCallerWhoGivesUpSpoilsNothing(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		s := w.source()
		_, err := s.Token(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, s.Wait(t.Context()))
		tok, err := w.source().Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "at2", tok.Access)
		assert.Equal(t, 1, w.count())
	})
}

func TestRefreshAfterRefusal(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		require.NoError(t, tokens.Put(t.Context(), w.store, tenant, w.current()))
		var wg sync.WaitGroup
		for range 4 {
			s := w.source()
			_, err := s.Token(t.Context())
			require.NoError(t, err)
			for range 50 {
				wg.Go(func() {
					tok, err := s.Refresh(t.Context(), "at1")
					assert.NoError(t, err)
					assert.Equal(t, "at2", tok.Access)
				})
			}
		}
		wg.Wait()
		assert.Equal(t, 1, w.count())
	})
}

func TestMintNeedsNoToken(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		calls := 0
		s := tokens.New(tokens.Config{Store: tokens.NewMemory(), Key: tenant, Mint: true,
			Exchange: func(context.Context, tokens.Token) (tokens.Token, error) {
				if calls++; calls == 2 {
					return tokens.Token{}, tokens.Unclear(errReset)
				}
				return tokens.Token{Access: fmt.Sprint("at", calls), Expiry: time.Now().Add(time.Hour)}, nil
			}})
		tok, err := s.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "at1", tok.Access)
		idle(2 * time.Hour)
		_, err = s.Token(t.Context())
		require.ErrorIs(t, err, errReset)
		idle(time.Minute)
		tok, err = s.Token(t.Context())
		require.NoError(t, err, "repeating does no harm here")
		assert.Equal(t, "at3", tok.Access)
	})
}

func TestNoToken(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		s := tokens.New(tokens.Config{Store: tokens.NewMemory(), Key: tenant, Exchange: newAuthority().exchange})
		_, err := s.Token(t.Context())
		require.ErrorIs(t, err, tokens.ErrNone)
		require.NoError(t, tokens.Put(t.Context(), tokens.NewMemory(), tenant, tokens.Token{Access: "x"}))
		require.NoError(t, tokens.Delete(t.Context(), tokens.NewMemory(), tenant), "nothing to delete")
	})
}

func TestEndedTokenWithoutRefreshToken(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		store := tokens.NewMemory()
		require.NoError(t, tokens.Put(t.Context(), store, tenant, tokens.Token{Access: "x", Expiry: time.Now().Add(time.Hour)}))
		s := tokens.New(tokens.Config{Store: store, Key: tenant, Exchange: newAuthority().exchange})
		_, err := s.Token(t.Context())
		require.NoError(t, err)
		idle(2 * time.Hour)
		_, err = s.Token(t.Context())
		require.ErrorIs(t, err, tokens.ErrAuthorizeAgain)
	})
}
