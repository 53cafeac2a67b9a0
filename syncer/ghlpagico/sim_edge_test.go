package ghlpagico_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// call is one request on its way to a service.
type call struct {
	side       syncer.Side
	method     string
	path       string
	body       string
	start, end time.Time
	status     int      // 0 when no answer came
	by         *process // that made it
}

// writes reports whether the request asks for a change. Searches are posts.
func (c call) writes() bool {
	return c.method != http.MethodGet && !strings.HasSuffix(c.path, "/search")
}

// edge stands between the clients and the services: it takes time, lets people
// act in the middle of a pass, and is where processes die.
type edge struct {
	world *world
	log   []call
	pass  int // passes begun
	// edits says at how many calls from now on people act, dies at which one the
	// process dies; 0 for never.
	edits     map[int]bool
	dies      int
	revokes   int // from this call on the tokens of both sides are refused
	diesAfter bool
	seen      int
	hot       int // percentage of writes that people interfere with
	confirmed int // calls until the end of the last whole pass without open questions
}

func (e *edge) to(side syncer.Side, next http.RoundTripper) http.RoundTripper {
	return roundTripper{e, side, next}
}

type roundTripper struct {
	edge *edge
	side syncer.Side
	next http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	e, w := r.edge, r.edge.world
	proc := w.proc
	if proc.dead {
		return nil, errCrash
	}
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	e.seen++
	at := len(e.log)
	e.log = append(e.log, call{by: proc, side: r.side, method: req.Method, path: req.URL.Path, body: string(body), start: time.Now()})
	w.sleep(w.plan.latency)
	if e.seen == e.revokes {
		w.ghl.RevokeToken(w.ghl.Token())
		w.pagico.RevokeToken(pagicotest.DefaultToken)
	}
	if e.edits[e.seen] {
		w.people.act(w.draw, true)
	}
	e.interfere(at)
	if e.seen == e.dies && !e.diesAfter {
		proc.die()
		return nil, errCrash
	}
	resp, err := r.next.RoundTrip(req)
	e.log[at].end = time.Now()
	if resp != nil {
		e.log[at].status = resp.StatusCode
	}
	if e.seen == e.dies {
		proc.die()
		return nil, errCrash
	}
	w.sleep(time.Microsecond)
	e.interfere(at)
	return resp, err
}

// interfere lets somebody edit, now and then, just the record that is being
// written.
func (e *edge) interfere(at int) {
	c, w := e.log[at], e.world
	if e.hot == 0 || !c.writes() || !w.draw.chance(e.hot) {
		return
	}
	for _, it := range w.look() {
		if it.side == c.side && strings.HasSuffix(c.path, "/"+it.id) {
			w.people.change(w.draw, it, w.people.field(w.draw, it.kind), true)
			return
		}
	}
}

// unconfirmed reports whether no whole pass has run since the task was made on
// the side. Until then it may have to be known by its marker, or without markers
// by what it shows, and would not be known again once somebody changed that.
func (e *edge) unconfirmed(side syncer.Side, uid string) bool {
	for _, c := range e.log[e.confirmed:] {
		if c.side == side && c.method == http.MethodPost && strings.HasSuffix(c.path, "/tasks") && strings.Contains(c.body, `"`+uid+" ") {
			return true
		}
	}
	return false
}
