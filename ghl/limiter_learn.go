package ghl

import (
	"container/heap"
	"net/http"
	"slices"
	"time"

	xrate "golang.org/x/time/rate"
)

// ticket is the permission for one call.
type ticket struct {
	limiter *Limiter
	slot    *slot
	number  uint64
	at      time.Time // when the call was let through
	before  time.Time // what the slot said then
	until   time.Time // what the slot says now, unless others changed it
	alone   bool      // no other call was under way
}

// Done implements [transport.Ticket]: the slot begins to age, and the headers are read.
func (t *ticket) Done(status int, h http.Header) {
	l := t.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.flying--
	r := readRate(h)
	l.learnLimits(r, now)
	if back := now.Add(l.cycle()); t.slot.index >= 0 && t.slot.free.Equal(t.until) && back.Before(t.until) {
		t.slot.free = back
		heap.Fix(&l.slots, t.slot.index)
	}
	if status == 0 {
		if !l.known {
			l.probe = time.Time{} // the call that went alone brought nothing; the next one does
		}
		l.dispatch()
		return
	}
	l.learnDay(t, r, now)
	if status == http.StatusTooManyRequests {
		l.afterRefusal(now, r, h)
	} else {
		l.learnUse(t, r, now)
		l.known = true
	}
	l.dispatch()
}

// learnLimits follows the limits that the server names.
func (l *Limiter) learnLimits(r rate, now time.Time) {
	if r.burstKnown {
		if n := l.limits.share(adopt(l.limits.Burst, DefaultBurst, r.burst, true)); min(n, maxSlots) != l.burst {
			l.resize(n, now)
		}
	}
	if r.windowKnown {
		window := r.window
		if l.limits.Window != 0 {
			window = max(window, l.limits.Window)
		}
		l.window = window
	}
	if l.even != nil {
		l.even.SetLimit(xrate.Every(l.window / time.Duration(l.burst)))
	}
	if r.dailyKnown {
		limit := adopt(l.limits.Daily, DefaultDaily, r.daily, true)
		if limit != l.today.limit {
			l.today.remaining += limit - l.today.limit
			l.today.limit = limit
		}
	}
}

// learnDay takes over the server's count of the day. A call that was alone is exact. Of calls that overlap, the server may
// have counted any part when it answered, but never more than this limiter let through: what it counted beyond that, others
// used. So their headers can only lower the own count, and do so only for the calls of others.
func (l *Limiter) learnDay(t *ticket, r rate, now time.Time) {
	another := false
	if r.resetKnow {
		ends := now.Add(r.dayReset)
		another = ends.Sub(l.today.ends).Abs() > time.Hour
		l.today.ends = ends
	}
	if !r.dayKnown {
		return
	}
	left := r.dayRemaining
	if r.dailyKnown {
		left -= r.daily - l.today.limit // a stricter limit of our own
	}
	if another || t.alone && t.number == l.started {
		l.today.remaining = left - int(l.started-t.number) //nolint:gosec // the calls under way are few
		return
	}
	l.today.remaining = min(l.today.remaining, left)
}

// learnUse gives up slots for calls that others made: those that the server counts and this limiter did not make. Own
// calls that the server may have forgotten by now are counted on our side, so that the difference is never too high.
func (l *Limiter) learnUse(t *ticket, r rate, now time.Time) {
	if !r.burstKnown || !r.remKnown {
		return
	}
	others := r.burst - r.remaining
	for _, s := range l.slots {
		if s.free.After(t.at) {
			others--
		}
	}
	for ; others > 0 && !l.slots[0].free.After(now); others-- {
		s := l.slots[0]
		s.free = now.Add(l.cycle())
		heap.Fix(&l.slots, s.index)
	}
}

// Forecast says what a number of calls costs; see [Limiter.Forecast].
type Forecast struct {
	// Calls is the number asked for.
	Calls int
	// Wait is how long they take when nothing but the limits holds them up, and Done when that is over.
	Wait time.Duration
	Done time.Time
	// DayShare is the part of one day's calls that they use; above 1 they do not fit into a day.
	DayShare float64
	// DayRemaining is the number of calls left today as far as is known; Today reports that all fit into it.
	DayRemaining int
	Today        bool
}

// Forecast tells how long a number of calls takes under the limits and what share of the day it uses. It takes into
// account what was used before, and assumes that calls go out as fast as allowed and that nobody else calls meanwhile. A
// negative number counts as none.
func (l *Limiter) Forecast(calls int) Forecast {
	calls = max(calls, 0)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.newDay(now)
	f := Forecast{Calls: calls, Done: now, Today: true, DayRemaining: l.today.remaining}
	if l.limits.off {
		return f
	}
	perDay := l.limits.share(l.today.limit)
	f.DayShare = float64(calls) / float64(perDay)
	f.DayRemaining = max(l.today.remaining-(l.today.limit-perDay), 0)
	if f.Today = calls <= f.DayRemaining; f.Today {
		f.Done = l.finish(now, calls)
	} else {
		// The rest waits for the next days; only the last of them is a partial one.
		rest := calls - f.DayRemaining
		start := now
		if !l.today.ends.IsZero() {
			start = l.today.ends
		} else {
			start = start.Add(day)
		}
		f.Done = start.Add(time.Duration((rest-1)/perDay) * day).
			Add(time.Duration(((rest-1)%perDay)/l.burst) * l.window)
	}
	f.Wait = f.Done.Sub(now)
	return f
}

// finish returns when the last of some calls of today can start.
func (l *Limiter) finish(now time.Time, calls int) time.Time {
	if calls == 0 {
		return now
	}
	free := make([]time.Time, len(l.slots))
	for i, s := range l.slots {
		free[i] = s.free
		if free[i].Before(now) {
			free[i] = now
		}
	}
	slices.SortFunc(free, time.Time.Compare)
	last := calls - 1
	at := free[last%len(free)].Add(time.Duration(last/len(free)) * l.window)
	if at.Before(l.pause) {
		return l.pause
	}
	return at
}
