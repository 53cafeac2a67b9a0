package ghlpagico_test

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// mishap is something that may happen to one call of either service.
type mishap struct {
	nth, times  int
	create      bool   // hits creates only
	method      string // hits requests of this method only
	status      int
	header      http.Header
	page        string
	after, drop bool // after the commit
	delay, late time.Duration
	cut         int
}

// mishap draws trouble for one of the next calls.
func (c choices) mishap() mishap {
	m := mishap{nth: c.between(1, 60), times: 1}
	if c.chance(40) {
		m.create, m.nth = true, c.between(1, 4)
	}
	if !m.create && c.chance(50) {
		m.method, m.nth = http.MethodPut, c.between(1, 3)
	}
	what := c.IntN(10)
	if (m.create || m.method != "") && c.chance(50) {
		what = oneOf(c, 3, 5, 9) // it happened, and nobody heard of it
	}
	switch what {
	case 0:
		m.status, m.times = http.StatusTooManyRequests, c.between(1, 6)
	case 1:
		m.status, m.header = http.StatusTooManyRequests, http.Header{"Retry-After": {strconv.Itoa(c.between(1, 100))}}
	case 2:
		m.status, m.times = oneOf(c, 500, 502, 503, 504), c.between(1, 7)
	case 3:
		m.status, m.after, m.times = oneOf(c, 500, 502, 503), true, c.between(1, 7)
	case 4:
		m.drop, m.times = true, c.between(1, 7)
	case 5:
		m.drop, m.after, m.times = true, true, c.between(1, 7)
	case 6:
		m.status, m.page = oneOf(c, 502, 200), "<html><body>Bad gateway</body></html>"
	case 7:
		m.cut = c.between(1, 40)
	case 8:
		m.delay = time.Duration(c.between(1, 20)) * time.Second
	case 9:
		m.late = time.Duration(c.between(1, 20)) * time.Second
	}
	return m
}

func (m mishap) onGHL(c choices) ghltest.Fault {
	f := ghltest.Fault{Method: m.method, Nth: m.nth, Times: m.times, Status: m.status, Header: m.header, Body: m.page, AfterCommit: m.after, Drop: m.drop,
		Delay: m.delay, DelayAfter: m.late}
	if m.times > 1 { // a run of them
		nth, seen := m.nth, 0
		f.Nth, f.Where = 0, func(r ghltest.Request) bool {
			if m.create && r.Operation != "create-task" || m.method != "" && r.Method != m.method {
				return false
			}
			seen++
			return seen >= nth
		}
	}
	if m.cut > 0 && c.chance(50) {
		f.Truncate = m.cut
	} else {
		f.Cut = m.cut
	}
	if m.create {
		f.Operation = "create-task"
		if c.chance(30) {
			f = ghltest.RefuseAfterCommit("create-task", http.StatusUnprocessableEntity)
			f.Nth, f.Times = m.nth, 1
		}
	}
	return f
}

func (m mishap) onPagico(c choices) pagicotest.Fault {
	if m.method == http.MethodPut && c.chance(80) {
		m.method = http.MethodPatch
	}
	f := pagicotest.Fault{Method: m.method, Nth: m.nth, Times: m.times, Status: m.status, Header: m.header, Body: m.page, AfterCommit: m.after, Drop: m.drop,
		Delay: m.delay, Truncate: m.cut}
	if m.late > 0 { // it has no late answers; a lost one is the same to the caller
		f.Drop, f.AfterCommit = true, true
	}
	if m.cut > 0 && c.chance(50) {
		f.Drop, f.AfterCommit = true, true
	}
	if m.create {
		f.Operation = oneOf(c, "tasks.create", "contacts.create", "notes.create", "events.put")
	} else if c.chance(10) {
		f.StaleETag = true
	}
	if m.times > 1 {
		f.Nth = 0
	}
	return f
}

// trouble arms what goes wrong during the next pass, and returns how to end it.
func (w *world) trouble() (end func()) {
	c := w.draw
	w.ghl.SetLag(ghltest.Lag{Contacts: w.plan.lag, Tasks: w.plan.lag})
	w.edge.seen, w.edge.edits = 0, map[int]bool{}
	if c.chance(40) {
		w.edge.hot = c.between(10, 60)
	}
	if c.chance(60) {
		for range c.between(1, 5) {
			w.edge.edits[c.between(1, 60)] = true
		}
	}
	end = func() {
		w.ghl.ClearFaults()
		w.pagico.ClearFaults()
		w.edge.edits, w.edge.dies, w.edge.revokes, w.edge.hot = nil, 0, 0, 0
		w.proc.storeAt = 0
		w.ghl.AddToken(ghltest.Token{Value: w.ghl.Token()})
		w.pagico.AddToken(pagicotest.DefaultToken, pagicotest.Grant{})
	}
	if w.plan.calm {
		return end
	}
	for range c.between(0, 4) {
		m := c.mishap()
		if c.chance(50) {
			w.ghl.Inject(m.onGHL(c))
		} else {
			w.pagico.Inject(m.onPagico(c))
		}
	}
	switch c.IntN(8) {
	case 0, 1:
		w.edge.dies, w.edge.diesAfter = c.between(1, 60), c.chance(50)
	case 2:
		w.proc.updates, w.proc.storeAt, w.proc.storeAfter = 0, c.between(1, 25), c.chance(50)
	case 3:
		w.edge.revokes = c.between(1, 40)
	}
	return end
}
