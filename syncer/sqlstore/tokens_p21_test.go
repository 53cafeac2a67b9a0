package sqlstore_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// TestP21NewestRefreshTokenIsNeverLost lets several processes of one app share a
// store while they, the store and the token server fail in every way, in virtual
// time. What it expects is told by the checks of p21World, which knows which
// pairs the server made and which of them it still takes.
func TestP21NewestRefreshTokenIsNeverLost(t *testing.T) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		store := ghl.NewMemoryTokenStore()
		p21Check(t, 1, func() (ghl.TokenStore, error) { return store, nil })
	})
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		p21Check(t, 10, func() (ghl.TokenStore, error) {
			s, err := ghl.NewFileTokenStore(dir, ghl.TokenKey(tokenKey("k1", 1)))
			return unforked{s}, err
		})
	})
	eachDatabase(t, func(t *testing.T, driver, dsn string) {
		t.Helper()
		store := newRealTime(t, driver, dsn)
		p21Check(t, 10, func() (ghl.TokenStore, error) { return store, nil })
	})
}

// unforked keeps other tests from starting processes amid its operations. A process that
// is about to start holds all locks of files with its parent, and to wait for one takes
// virtual time that no history has planned.
type unforked struct{ ghl.TokenStore }

func (s unforked) Save(ctx context.Context, key string, data []byte, rev int64) (int64, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return s.TokenStore.Save(ctx, key, data, rev)
}

func (s unforked) Lease(ctx context.Context, key string, ttl time.Duration) (string, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return s.TokenStore.Lease(ctx, key, ttl)
}

func (s unforked) Release(ctx context.Context, key, lease string) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return s.TokenStore.Release(ctx, key, lease)
}

// p21Check runs histories on a store that open opens for each process; on one that is slow, only one in so many.
func p21Check(t *testing.T, oneIn int, open func() (ghl.TokenStore, error)) {
	t.Helper()
	var histories atomic.Int64
	rapid.Check(t, func(r *rapid.T) {
		if rapid.IntRange(1, oneIn).Draw(r, "played") > 1 {
			return
		}
		h := p21Draw(r)
		var w *p21World
		synctest.Test(t, func(*testing.T) {
			w = newP21World(open, fmt.Sprint("L", histories.Add(1)), h)
			w.run(h)
		})
		if len(w.wrong) > 0 {
			r.Fatalf("%s\n%s", strings.Join(w.wrong, "\n"), w.story.String())
		}
	})
}

// p21Mode says what may go wrong in a history.
type p21Mode int

const (
	p21Quiet p21Mode = iota // nothing
	p21Kills                // processes are killed
	p21Anything
)

// p21History is what happens, step by step.
type p21History struct {
	mode  p21Mode
	procs int
	steps []p21Step
}

// p21Step is a span of time, then troubles that wait for their victim, then calls.
type p21Step struct {
	after     time.Duration
	restart   bool // start anew what was killed
	kill      int  // this process, or -1
	outage    time.Duration
	authorize bool // a person authorizes the app again
	refuse    bool // the API refuses the access token before its end
	troubles  []p21Trouble
	callers   []int // per process: how many ask for a token
	patience  time.Duration
}

// p21Point is where a process can be hit.
type p21Point string

const (
	p21Load     p21Point = "load"
	p21Lease    p21Point = "lease"
	p21Save     p21Point = "save" // of a mark or a verdict
	p21Keep     p21Point = "keep" // the save of a new pair
	p21Release  p21Point = "release"
	p21Exchange p21Point = "exchange"
)

// p21Trouble hits a process, or with -1 the first that comes, at a point, after it was passed skip times.
type p21Trouble struct {
	proc, skip, times int
	at                p21Point
	what              string
	pause             time.Duration
}

func (t p21Trouble) String() string {
	return fmt.Sprintf("%s at %s (%v)", t.what, t.at, t.pause)
}

// The troubles by what they leave of an operation.
var (
	p21Deaths   = []string{"die before", "die after"}
	p21Lasting  = []string{"fail", "deaf", "busy", "down"}
	p21Common   = append([]string{"pause before", "pause after", "fail", "fail", "deaf"}, p21Deaths...)
	p21Stops    = []string{"pause before", "pause after", "pause after"}
	p21Requests = append([]string{"busy", "busy", "down", "blocked", "no line", "cut before", "cut after", "login page", "boom after", "torn after",
		"hang before", "hang after"}, append(p21Stops, p21Deaths...)...)
)

func p21Draw(r *rapid.T) p21History {
	h := p21History{mode: rapid.SampledFrom([]p21Mode{p21Anything, p21Anything, p21Kills, p21Quiet}).Draw(r, "mode"),
		procs: rapid.IntRange(2, 4).Draw(r, "processes")}
	for range rapid.IntRange(1, 8).Draw(r, "steps") {
		h.steps = append(h.steps, h.drawStep(r))
	}
	return h
}

func (h p21History) drawStep(r *rapid.T) p21Step {
	often := func(percent int, what string) bool { return rapid.IntRange(1, 100).Draw(r, what) <= percent }
	s := p21Step{
		after: rapid.SampledFrom([]time.Duration{0, 200 * time.Millisecond, 2 * time.Second, 30 * time.Second, 70 * time.Second,
			10 * time.Minute, p21Life - 4*time.Minute, p21Life, p21Life}).Draw(r, "after"),
		refuse: often(15, "refuse"), kill: -1,
		patience: rapid.SampledFrom([]time.Duration{4 * time.Minute, time.Second}).Draw(r, "patience"),
	}
	for range h.procs {
		s.callers = append(s.callers, rapid.IntRange(0, 3).Draw(r, "callers"))
	}
	if h.mode == p21Quiet {
		return s
	}
	s.restart = often(80, "restart")
	if often(12, "kill") {
		s.kill = rapid.IntRange(0, h.procs-1).Draw(r, "victim")
	}
	if h.mode == p21Anything {
		s.authorize = often(4, "authorize")
		if often(8, "outage") {
			s.outage = rapid.SampledFrom([]time.Duration{time.Minute, 10 * time.Minute}).Draw(r, "length")
		}
	}
	for range rapid.IntRange(0, 3).Draw(r, "troubles") {
		s.troubles = append(s.troubles, h.drawTrouble(r))
	}
	return s
}

func (h p21History) drawTrouble(r *rapid.T) p21Trouble {
	t := p21Trouble{
		proc: rapid.IntRange(0, h.procs-1).Draw(r, "process"),
		skip: rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(r, "skip"),
		at: rapid.SampledFrom([]p21Point{p21Exchange, p21Exchange, p21Exchange, p21Keep, p21Keep, p21Keep, p21Save, p21Load, p21Lease,
			p21Release}).Draw(r, "point"),
		times: 1,
	}
	kinds := p21Deaths
	if h.mode == p21Anything {
		if kinds = p21Common; t.at == p21Exchange {
			kinds = p21Requests
		}
		t.pause = rapid.SampledFrom([]time.Duration{5 * time.Second, 40 * time.Second, 90 * time.Second, 10 * time.Minute}).Draw(r, "pause")
	}
	t.what = rapid.SampledFrom(kinds).Draw(r, "trouble")
	if slices.Contains(p21Lasting, t.what) {
		t.times = rapid.SampledFrom([]int{1, 3, 60, 60}).Draw(r, "times")
	}
	return t
}
