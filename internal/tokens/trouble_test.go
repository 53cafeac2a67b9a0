package tokens_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/tokens"
)

var errDisk = errors.New("disk full")

// faulty is a store with faults on demand.
type faulty struct {
	tokens.Store
	mu sync.Mutex
	// save decides about the coming saves, in order.
	save []func(do func() (int64, error)) (int64, error)
}

func (f *faulty) Save(ctx context.Context, key string, data []byte, rev int64) (int64, error) {
	f.mu.Lock()
	decide := func(do func() (int64, error)) (int64, error) { return do() }
	if len(f.save) > 0 {
		decide, f.save = f.save[0], f.save[1:]
	}
	f.mu.Unlock()
	return decide(func() (int64, error) { return f.Store.Save(ctx, key, data, rev) })
}

func works(do func() (int64, error)) (int64, error) { return do() }
func full(func() (int64, error)) (int64, error)     { return 0, errDisk }
func deaf(do func() (int64, error)) (int64, error) {
	_, _ = do()
	return 0, errDisk
}

func TestPairIsStoredBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		f := &faulty{Store: w.store, save: []func(func() (int64, error)) (int64, error){works, full, full, deaf}}
		w.store = f
		tok, err := w.source().Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "at2", tok.Access)
		stored, err := tokens.Get(t.Context(), f.Store, tenant)
		require.NoError(t, err)
		assert.Equal(t, "rt2", stored.Refresh)
		assert.Equal(t, 1, w.count())
	})
}

func TestPairOutlivesAnOutageOfTheStore(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		f := &faulty{Store: w.store, save: []func(func() (int64, error)) (int64, error){works}}
		for range 1000 {
			f.save = append(f.save, full)
		}
		w.store = f
		s := w.source()
		for range 3 {
			_, err := s.Token(t.Context())
			require.ErrorIs(t, err, errDisk, "a pair that is not stored is not used")
			idle(10 * time.Second)
		}
		f.mu.Lock()
		f.save = nil
		f.mu.Unlock()
		tok, err := s.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "at2", tok.Access, "kept in memory and stored as soon as that was possible")
		assert.Equal(t, 1, w.count())
	})
}

func TestNoExchangeWithoutAMark(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		w.store = &faulty{Store: w.store, save: []func(func() (int64, error)) (int64, error){full}}
		_, err := w.source().Token(t.Context())
		require.ErrorIs(t, err, errDisk)
		assert.Zero(t, w.count())
	})
}

func TestNewAuthorizationMeanwhileWins(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		fresh := tokens.Token{Access: "fresh", Refresh: "rt-fresh", Expiry: time.Now().Add(time.Hour)}
		for name, step := range map[string]answer{
			"success": func(give func() (tokens.Token, error)) (tokens.Token, error) {
				assert.NoError(t, tokens.Put(t.Context(), w.store, tenant, fresh))
				return give()
			},
			"refusal": func(func() (tokens.Token, error)) (tokens.Token, error) {
				assert.NoError(t, tokens.Put(t.Context(), w.store, tenant, fresh))
				return tokens.Token{}, tokens.Refused(errVoid)
			},
		} {
			w = newWorld(t, step)
			tok, err := w.source().Token(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, "fresh", tok.Access, name)
		}
	})
}

func TestUninstalledMeanwhile(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		var w *world
		w = newWorld(t, func(give func() (tokens.Token, error)) (tokens.Token, error) {
			assert.NoError(t, tokens.Delete(t.Context(), w.store, tenant))
			return give()
		})
		_, err := w.source().Token(t.Context())
		require.ErrorIs(t, err, tokens.ErrNone)
		_, err = tokens.Get(t.Context(), w.store, tenant)
		require.ErrorIs(t, err, tokens.ErrNone, "a late pair does not bring a removed token back")
	})
}

func TestUnreadableTokenIsAnError(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t)
		_, rev, err := w.store.Load(t.Context(), tenant)
		require.NoError(t, err)
		_, err = w.store.Save(t.Context(), tenant, []byte(`{"v":1,"access":"at-secret"`), rev)
		require.NoError(t, err)
		_, err = w.source().Token(t.Context())
		require.ErrorIs(t, err, tokens.ErrUnreadable)
		assert.NotContains(t, err.Error(), "secret")
		assert.Zero(t, w.count())
	})
}

// A process is stopped before its exchange for longer than a renewal may take. Meanwhile another one has refreshed.
func TestRefusalAfterALongStopIsNotTheLastWord(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		w := newWorld(t, func(give func() (tokens.Token, error)) (tokens.Token, error) {
			idle(10 * time.Minute)
			return give()
		})
		stopped := w.source()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := stopped.Token(t.Context())
			assert.NotErrorIs(t, err, tokens.ErrAuthorizeAgain)
		})
		synctest.Wait()
		tok, err := w.source().Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "at2", tok.Access)
		wg.Wait()
		idle(3 * time.Second)
		tok, err = stopped.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "at2", tok.Access)
	})
}

// The refusal cannot be written down, because the disk is full just then.
func TestRefusalThatIsNotStored(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		fresh := tokens.Token{Access: "fresh", Refresh: "rt-fresh", Expiry: time.Now().Add(time.Hour)}
		var w *world
		w = newWorld(t, func(func() (tokens.Token, error)) (tokens.Token, error) {
			assert.NoError(t, tokens.Put(t.Context(), w.store, tenant, fresh))
			return tokens.Token{}, tokens.Refused(errVoid)
		})
		w.store = &faulty{Store: w.store, save: []func(func() (int64, error)) (int64, error){works, works, full}}
		tok, err := w.source().Token(t.Context())
		require.NoError(t, err, "somebody authorized meanwhile")
		assert.Equal(t, "fresh", tok.Access)

		w = newWorld(t)
		w.serial = 7
		w.store = &faulty{Store: w.store, save: []func(func() (int64, error)) (int64, error){works, full}}
		for range 3 {
			_, err = w.source().Token(t.Context())
			require.ErrorIs(t, err, tokens.ErrAuthorizeAgain, "it is the stored token that is void")
		}
		assert.Equal(t, 2, w.count())
	})
}

// slowRelease is a store that takes long to give a lease back.
type slowRelease struct{ tokens.Store }

func (s slowRelease) Release(ctx context.Context, key, lease string) error {
	idle(10 * time.Second)
	return s.Store.Release(ctx, key, lease)
}

func TestVerdictFromBeforeANewAuthorizationIsNotGivenAfterIt(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		for name, ask := range map[string]func(*tokens.Source) (tokens.Token, error){
			"token":   func(s *tokens.Source) (tokens.Token, error) { return s.Token(t.Context()) },
			"refresh": func(s *tokens.Source) (tokens.Token, error) { return s.Refresh(t.Context(), "at1") },
		} {
			w := newWorld(t)
			w.serial = 7
			w.store = slowRelease{w.store}
			s := w.source()
			var wg sync.WaitGroup
			wg.Go(func() {
				_, err := ask(s)
				assert.ErrorIs(t, err, tokens.ErrAuthorizeAgain, name)
			})
			idle(time.Second) // the token was refused by now
			require.NoError(t, tokens.Put(t.Context(), w.store, tenant, w.current()))
			tok, err := ask(s)
			require.NoError(t, err, name)
			assert.Equal(t, "at7", tok.Access, name)
			wg.Wait()
		}
	})
}
