package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// p21Proc is one process: its store and its network are hit by troubles. After its
// death none of its calls gets through.
type p21Proc struct {
	w      *p21World
	n      int
	store  ghl.TokenStore
	oauth  *ghl.OAuth
	source *ghl.TokenSource
	ctx    context.Context //nolint:containedctx // it is the life of the process
	end    context.CancelFunc

	// What follows is guarded by the lock of the world.
	dead     bool
	troubles []p21Trouble
	got      p21Pair // the newest pair whose answer arrived
}

// idle lets virtual time pass.
func idle(d time.Duration) { <-time.After(d) }

func (w *p21World) start(n int) *p21Proc {
	p := &p21Proc{w: w, n: n}
	p.ctx, p.end = context.WithCancel(context.Background())
	var err error
	p.store, err = w.open()
	w.must(err)
	p.oauth, err = ghl.NewOAuth(ghl.OAuthConfig{ClientID: "app-1", ClientSecret: "secret", Store: p, Lease: p21LeaseTime,
		HTTPClient: &http.Client{Transport: p}})
	w.must(err)
	p.source = p.oauth.Location(w.location)
	return p
}

// kill ends the process; the caller holds the lock of the world.
func (p *p21Proc) kill() {
	p.dead, p.got = true, p21Pair{}
	p.w.tell("process %d is killed", p.n)
	p.end()
}

// alive ends the goroutine of a dead process.
func (p *p21Proc) alive() {
	p.w.mu.Lock()
	dead := p.dead
	p.w.mu.Unlock()
	if dead {
		runtime.Goexit()
	}
}

func (p *p21Proc) die() {
	p.w.mu.Lock()
	p.kill()
	p.w.mu.Unlock()
	runtime.Goexit()
}

// pause is a process that the system stops for a while.
func (p *p21Proc) pause(d time.Duration) {
	idle(d)
	p.alive()
}

// hit returns the trouble that waits at a point.
func (p *p21Proc) hit(at p21Point) (t p21Trouble) {
	p.alive()
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	for _, list := range []*[]p21Trouble{&p.troubles, &p.w.troubles} {
		if t, found := p21Take(list, at); found {
			if t.what != "" {
				p.w.struck++
				p.w.tell("process %d: %v", p.n, t)
			}
			return t
		}
	}
	return p21Trouble{}
}

// p21Take takes the next trouble at a point; it is none as long as it is to be passed.
func p21Take(list *[]p21Trouble, at p21Point) (t p21Trouble, found bool) {
	for i := range *list {
		next := &(*list)[i]
		if next.at != at {
			continue
		}
		if next.skip > 0 {
			next.skip--
			return p21Trouble{}, true
		}
		t = *next
		if next.times--; next.times == 0 {
			*list = slices.Delete(*list, i, i+1)
		}
		return t, true
	}
	return p21Trouble{}, false
}

// pass takes an operation of the store through its troubles.
func (p *p21Proc) pass(ctx context.Context, at p21Point, do func() error) error {
	t := p.hit(at)
	switch t.what {
	case "die before":
		p.die()
	case "pause before":
		p.pause(t.pause)
	case "fail":
		return errP21
	}
	p.w.mu.Lock()
	err := do()
	if at == p21Save || at == p21Keep {
		p.w.look(context.WithoutCancel(ctx))
	}
	p.w.mu.Unlock()
	switch t.what {
	case "die after":
		p.die()
	case "pause after":
		p.pause(t.pause)
	case "deaf":
		return errP21
	}
	return err
}

// saving tells the save of a new pair from the others.
func (p *p21Proc) saving() p21Point {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if p.got != (p21Pair{}) && !p.w.stored[p.got] {
		return p21Keep
	}
	return p21Save
}

func (p *p21Proc) Load(ctx context.Context, key string) (data []byte, rev int64, err error) {
	err = p.pass(ctx, p21Load, func() (err error) {
		data, rev, err = p.store.Load(ctx, key)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return data, rev, nil
}

func (p *p21Proc) Save(ctx context.Context, key string, data []byte, rev int64) (next int64, err error) {
	err = p.pass(ctx, p.saving(), func() (err error) {
		next, err = p.store.Save(ctx, key, data, rev)
		return err
	})
	if err != nil {
		return 0, err
	}
	return next, nil
}

func (p *p21Proc) Lease(ctx context.Context, key string, ttl time.Duration) (lease string, err error) {
	err = p.pass(ctx, p21Lease, func() (err error) {
		lease, err = p.store.Lease(ctx, key, ttl)
		return err
	})
	if err != nil {
		return "", err
	}
	return lease, nil
}

func (p *p21Proc) Release(ctx context.Context, key, lease string) error {
	return p.pass(ctx, p21Release, func() error { return p.store.Release(ctx, key, lease) })
}

// RoundTrip is the way to the token server and back.
func (p *p21Proc) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	t := p.hit(p21Exchange)
	idle(p21Latency)
	if answer, err := p.goThere(r.Context(), t); answer != nil || err != nil {
		return answer, err
	}
	p.w.mu.Lock()
	p.w.requests++
	next, ok := p.w.trade(form.Get("refresh_token"))
	p.w.mu.Unlock()
	text := fmt.Sprintf(`{"access_token":"at-%v","token_type":"Bearer","expires_in":%d,"refresh_token":"rt-%v","userType":"Location","locationId":"%s"}`,
		next, int(p21Life.Seconds()), next, p.w.location)
	answer := p21Answer(http.StatusOK, "application/json", text)
	if !ok {
		answer = p21Answer(http.StatusBadRequest, "application/json", `{"error":"invalid_grant","error_description":"This refresh token is invalid"}`)
	}
	if lost, err := p.comeBack(r.Context(), t, text); lost != nil || err != nil {
		return lost, err
	}
	if ok {
		p.w.mu.Lock()
		p.got = next
		p.w.mu.Unlock()
	}
	return answer, nil
}

// goThere is what can happen before the server does anything.
func (p *p21Proc) goThere(ctx context.Context, t p21Trouble) (*http.Response, error) {
	p.w.mu.Lock()
	if time.Now().Before(p.w.downUntil) {
		p.w.requests++
		p.w.down++
		p.w.mu.Unlock()
		return nil, errP21
	}
	p.w.mu.Unlock()
	answer := func(status int, kind, text string) (*http.Response, error) {
		p.w.mu.Lock()
		defer p.w.mu.Unlock()
		p.w.requests++
		return p21Answer(status, kind, text), nil
	}
	switch t.what {
	case "die before":
		p.die()
	case "pause before":
		p.pause(t.pause)
	case "no line":
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errP21}
	case "cut before":
		return nil, errP21
	case "hang before":
		<-ctx.Done()
		p.alive()
		return nil, ctx.Err()
	case "busy":
		return answer(http.StatusTooManyRequests, "application/json", `{"message":"Too many requests"}`)
	case "down":
		return answer(http.StatusServiceUnavailable, "text/html", "<html>down</html>")
	case "blocked":
		return answer(http.StatusForbidden, "text/html", "<html>blocked</html>")
	case "login page":
		return answer(http.StatusOK, "text/html", "<html>log in</html>")
	}
	return nil, nil
}

// comeBack is what can happen to an answer.
func (p *p21Proc) comeBack(ctx context.Context, t p21Trouble, text string) (*http.Response, error) {
	switch t.what {
	case "die after":
		p.die()
	case "pause after":
		p.pause(t.pause)
	case "cut after":
		return nil, errP21
	case "hang after":
		<-ctx.Done()
		p.alive()
		return nil, ctx.Err()
	case "boom after":
		return p21Answer(http.StatusInternalServerError, "text/html", "<html>boom</html>"), nil
	case "torn after":
		return p21Answer(http.StatusOK, "application/json", text[:len(text)/2]), nil
	}
	return nil, nil
}

func p21Answer(status int, kind, text string) *http.Response {
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text))}
}

// ask is a caller who needs a token. In peace it must get one.
func (p *p21Proc) ask(patience time.Duration, peace bool) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	p.w.mu.Lock()
	before, mine := p.w.safe(), p.got
	p.w.mu.Unlock()
	t, err := p.source.TokenContext(ctx)
	if err == nil && p.isRefused(t.AccessToken) {
		stale := t.AccessToken
		if t, err = p.source.Refresh(ctx, t); err == nil && t.AccessToken == stale {
			err = errors.New("the refused token was given out again")
		}
	}
	w := p.w
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case p.dead:
	case err == nil:
		if used := p21PairOf(t.AccessToken); !w.stored[used] {
			w.fail("process %d used %v before it was stored", p.n, used)
		}
	case errors.Is(err, ghl.ErrAuthorizeAgain) && before != (p21Pair{}) && before == w.safe():
		w.fail("process %d shall authorize again, but %v is good: %v", p.n, before, err)
	case errors.Is(err, ghl.ErrAuthorizeAgain) && mine == w.newest() && w.safe() != mine:
		w.fail("process %d shall authorize again, but it was given %v: %v", p.n, mine, err)
	case peace && (patience > p21LeaseTime || !errors.Is(err, context.DeadlineExceeded)):
		w.fail("process %d got no token: %v", p.n, err)
	default:
		w.tell("process %d: %v", p.n, err)
	}
	return err
}

// insist asks again and again.
func (p *p21Proc) insist(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end) && p.ctx.Err() == nil; {
		_ = p.ask(time.Minute, false)
		idle(10 * time.Second)
	}
}

func (p *p21Proc) isRefused(access string) bool {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return p.w.refused[p21PairOf(access)]
}
