package ghl

import (
	"container/heap"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	xrate "golang.org/x/time/rate"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

const day = 24 * time.Hour

// Limiter paces calls so that neither window of the vendor's limits is overrun; see [Limits]. One limiter stands for one
// app and location and is shared by all clients that call it. It is safe for concurrent use.
//
// The burst window is kept exactly, as one slot per allowed call: a slot that was used comes back one window after its
// call was answered. So a burst goes out at once, the next when the first has aged, and no period of that length ever holds
// more calls, wherever the server begins to count. When the headers tell of calls made by others, slots are given up for
// them. The first call goes alone, and the others wait for its answer, at most one window, to learn what is left of a
// window that began before this process. When that window was used up already, this one call is refused with 429 and sent
// again after a window; nothing but asking can tell.
type Limiter struct {
	limits Limits
	even   *xrate.Limiter // nil unless Limits.Even

	mu      sync.Mutex
	slots   slotHeap
	queue   waiterHeap
	arrived uint64 // orders the waiters
	timer   *time.Timer
	pause   time.Time // nothing starts before, after a 429
	window  time.Duration
	burst   int // slots in use

	known   bool      // since the start or the last 429, an answer has been seen or a whole window has passed
	probe   time.Time // start of the call that went alone
	started uint64    // calls let through
	today   dayCount
	flying  int // calls let through and not answered yet
}

// dayCount follows the daily window.
type dayCount struct {
	limit     int
	remaining int
	ends      time.Time // zero until the first call of the day
}

// NewLimiter makes a limiter. Its errors match ErrInvalidArgument.
func NewLimiter(l Limits) (*Limiter, error) {
	if err := l.validate(); err != nil {
		return nil, err
	}
	return newLimiter(l), nil
}

// newLimiter makes a limiter of checked limits.
func newLimiter(l Limits) *Limiter {
	lim := &Limiter{limits: l}
	lim.window = l.Window
	if lim.window == 0 {
		lim.window = DefaultWindow
	}
	lim.today.limit = adopt(l.Daily, DefaultDaily, 0, false)
	lim.today.remaining = lim.today.limit
	lim.resize(l.share(adopt(l.Burst, DefaultBurst, 0, false)), time.Time{})
	if l.Even {
		lim.even = xrate.NewLimiter(xrate.Every(lim.window/time.Duration(lim.burst)), 1)
	}
	return lim
}

// gate makes the limiter usable by the transport.
type gate struct{ l *Limiter }

// Wait implements [transport.Gate].
func (g gate) Wait(ctx context.Context, priority int) (transport.Ticket, error) {
	if g.l.limits.off {
		return noTicket{}, nil
	}
	return g.l.wait(ctx, Priority(priority))
}

type noTicket struct{}

func (noTicket) Done(int, http.Header) {}

// waiter is a call that has not started yet.
type waiter struct {
	priority Priority
	order    uint64
	index    int // in the queue, -1 when it has left
	ready    chan struct{}
	ticket   *ticket
	err      error
}

func (l *Limiter) wait(ctx context.Context, p Priority) (transport.Ticket, error) {
	l.mu.Lock()
	if t := l.atOnce(p); t != nil {
		l.mu.Unlock()
		return t, nil
	}
	w := &waiter{priority: p, ready: make(chan struct{})}
	l.arrived++
	w.order = l.arrived
	heap.Push(&l.queue, w)
	l.dispatch()
	l.mu.Unlock()
	select {
	case <-w.ready:
		return w.result()
	default:
	}
	select {
	case <-w.ready:
		return w.result()
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.index >= 0 {
		heap.Remove(&l.queue, w.index)
	} else if w.ticket != nil {
		l.giveBack(w.ticket)
	}
	return nil, ctx.Err()
}

// atOnce lets a call go that nothing holds up, which is the usual case; nil means that it has to wait or is refused. The lock
// is held.
func (l *Limiter) atOnce(p Priority) *ticket {
	now := time.Now()
	l.catchUp(now)
	if len(l.queue) > 0 || l.spent(now, p) != nil || l.next(now).After(now) {
		return nil
	}
	return l.start(now)
}

func (w *waiter) result() (transport.Ticket, error) {
	if w.err != nil {
		return nil, w.err
	}
	return w.ticket, nil
}

// dispatch lets waiters go as far as the windows allow and sets the timer for the next one. The lock is held.
func (l *Limiter) dispatch() {
	now := time.Now()
	l.catchUp(now)
	for len(l.queue) > 0 {
		w := l.queue[0]
		if err := l.spent(now, w.priority); err != nil {
			heap.Pop(&l.queue)
			w.err = err
			close(w.ready)
			continue
		}
		if at := l.next(now); at.After(now) {
			l.wakeAt(now, at)
			return
		}
		heap.Pop(&l.queue)
		w.ticket = l.start(now)
		close(w.ready)
	}
}

// next returns the earliest moment at which a call may start.
func (l *Limiter) next(now time.Time) time.Time {
	at := l.slots[0].free
	if l.pause.After(at) {
		at = l.pause
	}
	if !l.known && !l.probe.IsZero() {
		if aged := l.probe.Add(l.cycle()); aged.After(at) {
			at = aged // earlier only when the answer comes
		}
	}
	if l.even != nil {
		if missing := 1 - l.even.TokensAt(now); missing > 0 {
			wait := time.Duration(missing/float64(l.even.Limit())*float64(time.Second)) + time.Microsecond
			if steady := now.Add(wait); steady.After(at) {
				at = steady
			}
		}
	}
	if at.Before(now) {
		return now
	}
	return at
}

// cycle is how long a slot rests after its call was answered: the window, and a thousandth for the rounding of clocks.
func (l *Limiter) cycle() time.Duration { return l.window + l.window/1000 }

// margin is the longest time that a call is assumed to need until the server counts it. It bounds what waiting for
// the answer costs: a slot comes back at most one window and this after its call was let through.
func (l *Limiter) margin() time.Duration { return max(l.window/20, 50*time.Millisecond) }

func (l *Limiter) start(now time.Time) *ticket {
	s := l.slots[0]
	before := s.free
	s.free = now.Add(l.cycle() + l.margin())
	heap.Fix(&l.slots, s.index)
	l.started++
	if l.today.ends.IsZero() {
		l.today.ends = now.Add(day)
	}
	l.today.remaining--
	if !l.known {
		l.probe = now
	}
	if l.even != nil {
		l.even.AllowN(now, 1)
	}
	l.flying++
	return &ticket{limiter: l, slot: s, number: l.started, at: now, before: before, until: s.free, alone: l.flying == 1}
}

// giveBack takes back a permission that was not used.
func (l *Limiter) giveBack(t *ticket) {
	if t.slot.index >= 0 && t.slot.free.Equal(t.until) {
		t.slot.free = t.before
		heap.Fix(&l.slots, t.slot.index)
	}
	l.today.remaining++
	l.flying--
	if !l.known {
		l.probe = time.Time{}
	}
	l.dispatch()
}

// wakeAt sets the timer. The lock is held.
func (l *Limiter) wakeAt(now, at time.Time) {
	if l.timer == nil {
		l.timer = time.AfterFunc(at.Sub(now), func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.dispatch()
		})
		return
	}
	l.timer.Reset(at.Sub(now))
}

// catchUp takes account of the time that has passed.
func (l *Limiter) catchUp(now time.Time) {
	l.newDay(now)
	if !l.known && !l.probe.IsZero() && !now.Before(l.probe.Add(l.cycle())) {
		l.known = true // what was used before the start has aged
	}
}

// newDay starts the daily count again when the day is over.
func (l *Limiter) newDay(now time.Time) {
	if !l.today.ends.IsZero() && !now.Before(l.today.ends) {
		l.today.ends = time.Time{}
		l.today.remaining = l.today.limit
	}
}

// spent returns an error when the day has no call left for this class.
func (l *Limiter) spent(now time.Time, p Priority) error {
	kept := float64(l.today.limit - l.limits.share(l.today.limit))
	if p == PriorityBackfill {
		kept += l.limits.Reserve * float64(l.limits.share(l.today.limit))
	}
	if float64(l.today.remaining) > kept {
		return nil
	}
	wait := day
	if !l.today.ends.IsZero() {
		wait = l.today.ends.Sub(now)
	}
	return &Error{Err: fmt.Errorf("the calls of the day are spent, next in %s", wait.Round(time.Second)),
		RetryAfter: wait, kinds: kindDailyLimit}
}

// maxSlots bounds the calls in a window that are kept track of, whatever a server claims to allow: a hundred times the
// published limit, in some hundred kilobytes.
const maxSlots = 100 * DefaultBurst

// resize changes the number of slots; new ones are free at once, and the longest free ones go first.
func (l *Limiter) resize(n int, free time.Time) {
	n = min(n, maxSlots)
	for len(l.slots) < n {
		heap.Push(&l.slots, &slot{free: free})
	}
	for len(l.slots) > n {
		heap.Pop(&l.slots)
	}
	l.burst = n
}

// afterRefusal pauses everything after a 429 and begins again with a single call.
func (l *Limiter) afterRefusal(now time.Time, r rate, h http.Header) {
	if r.dayKnown && r.dayRemaining == 0 {
		l.today.remaining = 0
		if !r.resetKnow && l.today.ends.IsZero() {
			l.today.ends = now.Add(day)
		}
		return
	}
	// Nothing says when the window began, and all of it always suffices. Other processes shall not come back together.
	wait := l.cycle() + rand.N(l.margin()) //nolint:gosec // jitter needs no secrecy
	if asked, ok := transport.ParseRetryAfter(h, now); ok && asked > 0 {
		wait = min(asked, transport.DefaultMaxRetryAfter)
	}
	if until := now.Add(wait); until.After(l.pause) {
		l.pause = until
	}
	l.known, l.probe = false, time.Time{}
}
