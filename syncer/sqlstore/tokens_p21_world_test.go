package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
)

const (
	p21Life      = time.Hour // of an access token
	p21LeaseTime = time.Minute
	p21Latency   = 300 * time.Millisecond
)

var errP21 = errors.New("connection reset by peer")

// p21Pair names a pair of tokens: each authorization by a person begins a chain,
// each refresh makes the next pair of its chain.
type p21Pair struct{ chain, serial int }

func (a p21Pair) String() string { return fmt.Sprintf("%d-%d", a.chain, a.serial) }

func (a p21Pair) olderThan(b p21Pair) bool {
	return a.chain < b.chain || a.chain == b.chain && a.serial < b.serial
}

// p21World is a token server, a store and the processes that share it. Its checks
// know what the server did and what the store held, and nothing of the code that
// refreshes.
type p21World struct {
	open     func() (ghl.TokenStore, error)
	location string
	began    time.Time
	procs    []*p21Proc
	person   *p21Proc         // authorizes, without trouble
	raw      *ghl.TokenSource // sees the store without trouble
	calls    sync.WaitGroup

	mu       p21Lock
	wrong    []string
	story    strings.Builder
	troubles []p21Trouble // of whoever comes first
	// The server.
	made      map[p21Pair]time.Time
	current   map[int]int // by chain: whose refresh token is good
	chain     int         // the newest
	refused   map[p21Pair]bool
	downUntil time.Time
	// The store.
	last   p21Pair
	stored map[p21Pair]bool
	// Counts: requests, those that made a pair, those in an outage, outages, troubles that struck.
	requests, rotations, down, outages, struck int
}

// p21Lock is a lock for which waiting does not stop virtual time, as it does for a
// sync.Mutex: a store that is asked under it may have to wait for a file.
type p21Lock chan struct{}

func (l p21Lock) Lock()   { l <- struct{}{} }
func (l p21Lock) Unlock() { <-l }

func newP21World(open func() (ghl.TokenStore, error), location string, h p21History) *p21World {
	w := &p21World{mu: make(p21Lock, 1), open: open, location: location, began: time.Now(), made: map[p21Pair]time.Time{}, current: map[int]int{},
		refused: map[p21Pair]bool{}, stored: map[p21Pair]bool{}}
	store, err := open()
	w.must(err)
	observer, err := ghl.NewOAuth(ghl.OAuthConfig{ClientID: "app-1", ClientSecret: "secret", Store: store})
	w.must(err)
	w.raw = observer.Location(location)
	w.person = w.start(-1)
	for n := range h.procs {
		w.procs = append(w.procs, w.start(n))
	}
	w.authorize()
	return w
}

// must is for what cannot fail.
func (w *p21World) must(err error) {
	if err != nil {
		panic(err)
	}
}

// tell writes the story of a failed run; the caller holds the lock.
func (w *p21World) tell(format string, args ...any) {
	fmt.Fprintf(&w.story, "%10.1fs  ", time.Since(w.began).Seconds())
	fmt.Fprintf(&w.story, format+"\n", args...)
}

// fail notes that a promise was broken; the caller holds the lock.
func (w *p21World) fail(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
	w.tell("WRONG: "+format, args...)
}

// authorize is a person who installs the app again.
func (w *p21World) authorize() {
	w.mu.Lock()
	w.chain++
	p := p21Pair{w.chain, 1}
	w.current[w.chain], w.made[p] = 1, time.Now()
	w.tell("a person authorizes: %v", p)
	w.mu.Unlock()
	w.must(w.person.oauth.Save(context.Background(), ghl.OAuthToken{AccessToken: "at-" + p.String(), RefreshToken: "rt-" + p.String(),
		UserType: ghl.UserLocation, LocationID: w.location, Expiry: time.Now().Add(p21Life)}))
}

// newest is the pair that must not be lost; the caller holds the lock.
func (w *p21World) newest() p21Pair { return p21Pair{w.chain, w.current[w.chain]} }

// look reads what is stored after every save; the caller holds the lock.
func (w *p21World) look(ctx context.Context) {
	t, err := w.raw.Stored(ctx)
	if err != nil {
		return // nothing yet
	}
	p, access := p21PairOf(t.RefreshToken), p21PairOf(t.AccessToken)
	if p != access {
		w.fail("the store mixes pairs: refresh token %v, access token %v", p, access)
	}
	if p.olderThan(w.last) {
		w.fail("the store went back from %v to %v", w.last, p)
	}
	if p != w.last {
		w.tell("stored: %v", p)
	}
	w.last, w.stored[p] = p, true
}

func p21PairOf(token string) (p p21Pair) {
	if _, err := fmt.Sscanf(token[strings.IndexByte(token, '-')+1:], "%d-%d", &p.chain, &p.serial); err != nil {
		return p21Pair{}
	}
	return p
}

// safe is the newest pair if the store holds it; the caller holds the lock.
func (w *p21World) safe() p21Pair {
	if n := w.newest(); w.last == n {
		return n
	}
	return p21Pair{}
}

// trade is the token server's work: a refresh token works once. The caller holds the lock.
func (w *p21World) trade(refresh string) (next p21Pair, ok bool) {
	p := p21PairOf(refresh)
	if !w.stored[p] {
		w.fail("the refresh token of %v was used before it was stored", p)
	}
	if w.current[p.chain] != p.serial {
		w.tell("server: %v is void", p)
		return p21Pair{}, false
	}
	if left := time.Until(w.made[p].Add(p21Life)); left > 5*time.Minute && !w.refused[p] {
		w.fail("%v was refreshed %v before its end", p, left)
	}
	w.rotations++
	next = p21Pair{p.chain, p.serial + 1}
	w.current[p.chain], w.made[next] = next.serial, time.Now()
	w.tell("server: %v becomes %v", p, next)
	return next, true
}

// run plays a history and then lets everything settle.
func (w *p21World) run(h p21History) {
	for _, s := range h.steps {
		idle(s.after)
		w.prepare(s)
		for n, callers := range s.callers {
			for range callers {
				p := w.procs[n]
				w.calls.Go(func() { _ = p.ask(s.patience, h.mode == p21Quiet) })
			}
		}
	}
	w.settle(h.mode)
	w.calls.Wait()
	w.epoch()
}

func (w *p21World) prepare(s p21Step) {
	if s.authorize {
		w.authorize()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.restart {
		w.restart()
	}
	if s.kill >= 0 && !w.procs[s.kill].dead {
		w.struck++
		w.procs[s.kill].kill()
	}
	for _, t := range s.troubles {
		if t.proc < 0 {
			w.troubles = append(w.troubles, t)
			continue
		}
		p := w.procs[t.proc]
		p.troubles = append(p.troubles, t)
	}
	if s.outage > 0 {
		w.downUntil = time.Now().Add(s.outage)
		w.outages++
		w.tell("the server is down for %v", s.outage)
		for _, p := range w.procs {
			w.calls.Go(func() { p.insist(s.outage) })
		}
	}
	if s.refuse {
		w.refused[w.last] = true
		w.tell("the API refuses %v", w.last)
	}
}

// restart starts anew what was killed; the caller holds the lock.
func (w *p21World) restart() {
	for n, p := range w.procs {
		if p.dead {
			w.tell("process %d starts again", n)
			w.procs[n] = w.start(n)
		}
	}
}

// settle ends all troubles. From then on everybody gets on, or everybody is told
// to authorize again, which must be true.
func (w *p21World) settle(mode p21Mode) {
	bound := 30 * time.Minute // the longest pause, then the longest wait after an outage
	switch mode {
	case p21Quiet:
		bound = 5 * time.Second
	case p21Kills:
		bound = p21LeaseTime + 5*time.Second
	case p21Anything:
	}
	w.mu.Lock()
	w.tell("no more troubles")
	w.downUntil = time.Time{}
	w.troubles = nil
	for _, p := range w.procs {
		p.troubles = nil
	}
	w.mu.Unlock()
	idle(time.Second) // what the dead had sent arrives
	begin := time.Now()
	good, again := w.round()
	for !w.settled(good, again) && time.Since(begin) < 2*bound {
		idle(3 * time.Second)
		good, again = w.round()
	}
	w.mu.Lock()
	if took := time.Since(begin); took > bound {
		w.fail("it took %v to settle", took)
	}
	switch lost := w.lost(); {
	case again == len(w.procs) && !lost:
		w.fail("the newest pair %v was thrown away", w.newest())
	case good < len(w.procs) && again < len(w.procs):
		w.fail("%d get on and %d are to authorize again", good, again)
	case good == len(w.procs) && w.safe() == p21Pair{}:
		w.fail("%v is stored, %v is the newest", w.last, w.newest())
	}
	w.bounds()
	w.mu.Unlock()
	if again > 0 {
		w.authorize()
	}
}

// settled reports whether all get on with what is stored, or none.
func (w *p21World) settled(good, again int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return again == len(w.procs) || good == len(w.procs) && w.safe() != p21Pair{}
}

// lost reports whether nobody has the newest pair; the caller holds the lock.
func (w *p21World) lost() bool {
	for _, p := range w.procs {
		if p.got == w.newest() {
			return false
		}
	}
	return w.safe() == p21Pair{}
}

// bounds checks that no call was made without a reason; the caller holds the lock.
func (w *p21World) bounds() {
	if most := w.rotations + w.struck + w.down; w.requests > most {
		w.fail("%d requests for %d new pairs and %d troubles", w.requests, w.rotations, w.struck)
	}
	// Two at once, then after half a minute, a minute, and so on; a new authorization begins anew.
	if most := 8*(w.outages+w.chain) + w.struck; w.down > most {
		w.fail("%d requests in %d outages", w.down, w.outages)
	}
}

// epoch waits for those that were stopped, and lets a token end in peace: one request serves all.
func (w *p21World) epoch() {
	idle(15 * time.Minute)
	w.mu.Lock()
	requests, rotations, end := w.requests, w.rotations, w.made[w.newest()].Add(p21Life+15*time.Minute) // an answer may have come late
	w.mu.Unlock()
	idle(time.Until(end))
	good, _ := w.round()
	w.mu.Lock()
	defer w.mu.Unlock()
	if good != len(w.procs) || w.requests != requests+1 || w.rotations != rotations+1 {
		w.fail("in peace %d processes got on with %d requests", good, w.requests-requests)
	}
}

// round lets all processes ask at once; one that died of a late trouble starts again. The API takes the newest access
// token only, so that nobody gets on with an old one.
func (w *p21World) round() (good, again int) {
	w.mu.Lock()
	w.restart()
	for p := range w.made {
		w.refused[p] = w.refused[p] || p != w.newest()
	}
	w.mu.Unlock()
	errs := make([]error, len(w.procs))
	var all sync.WaitGroup
	for n, p := range w.procs {
		all.Go(func() { errs[n] = p.ask(4*time.Minute, false) })
	}
	all.Wait()
	for _, err := range errs {
		switch {
		case err == nil:
			good++
		case errors.Is(err, ghl.ErrAuthorizeAgain):
			again++
		}
	}
	return good, again
}
