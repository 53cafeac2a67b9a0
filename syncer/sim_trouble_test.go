package syncer_test

import (
	"context"
	"errors"
	"fmt"

	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// The troubles of a pass.
const (
	troubleAct = iota
	troubleBefore
	troubleUncertainBefore
	troubleUncertainAfter
	troubleChanged
	troubleOverLimit
	troubleStale
	troubleCancel
	troubleCrashBefore
	troubleCrashAfter
	troubleStoreBefore
	troubleStoreAfter
)

// troubleNames are the troubles for people; an index is what is drawn.
var troubleNames = [...]string{"act", "fails", "fails unclear", "done unclear", "changed", "over limit", "stale", "cancel",
	"crash before", "crash after", "store crash before", "store crash after"}

// drawnTroubles are the troubles as often as they are to be drawn, by the calls
// that they may happen at; troubles of the store happen at none.
var drawnTroubles = map[string][]int{
	"create": {troubleAct, troubleAct, troubleUncertainAfter, troubleUncertainAfter, troubleUncertainAfter, troubleCrashAfter, troubleCrashAfter,
		troubleBefore, troubleUncertainBefore, troubleOverLimit, troubleCrashBefore, troubleCancel},
	"update": {troubleAct, troubleAct, troubleAct, troubleAct, troubleUncertainAfter, troubleUncertainAfter, troubleCrashAfter, troubleBefore,
		troubleUncertainBefore, troubleChanged, troubleOverLimit, troubleCrashBefore, troubleCancel},
	"delete":  {troubleAct, troubleAct, troubleUncertainAfter, troubleCrashAfter, troubleBefore, troubleChanged, troubleCrashBefore},
	"changes": {troubleStale, troubleStale, troubleStale, troubleAct, troubleBefore, troubleUncertainAfter},
	"get":     {troubleAct, troubleAct, troubleBefore, troubleCrashBefore},
	"find":    {troubleAct, troubleBefore, troubleCrashBefore},
	"":        {troubleAct, troubleAct, troubleStoreBefore, troubleStoreAfter, troubleBefore, troubleCrashBefore, troubleCrashAfter, troubleCancel},
}

// drawnOps are the calls as often as they are to be drawn; "" is any.
var drawnOps = []string{"update", "update", "create", "create", "changes", "delete", "get", "find", "", ""}

// trouble happens at one call, or one Update, of a pass.
type trouble struct {
	// at counts the calls from 0; with an op, the calls of that name alone; -1
	// means each of them.
	at   int
	op   string
	what int
	// action is what somebody does.
	action action
}

func (tr trouble) String() string {
	if tr.what == troubleAct {
		return fmt.Sprintf("%s@%s%d %+v", troubleNames[tr.what], tr.op, tr.at, tr.action)
	}
	return fmt.Sprintf("%s@%s%d", troubleNames[tr.what], tr.op, tr.at)
}

// hits reports whether the trouble happens at a call that is the all-th of a
// pass and the of-th of its name.
func (tr trouble) hits(c syncertest.Call, all, of int) bool {
	if tr.op == "" {
		return tr.at == all
	}
	return tr.op == c.Op && (tr.at == of || tr.at < 0)
}

func (s *sim) drawTroubles() []trouble {
	return rapid.SliceOfN(rapid.Custom(s.drawTrouble), 0, 4).Draw(s.t, "troubles")
}

func (s *sim) drawTrouble(t *rapid.T) trouble {
	tr := trouble{op: rapid.SampledFrom(drawnOps).Draw(t, "op")}
	if s.faults {
		tr.what = rapid.SampledFrom(drawnTroubles[tr.op]).Draw(t, "what")
	}
	least, most := -1, 2
	switch {
	case tr.what == troubleStale:
		most = 3
	case tr.op == "":
		least, most = 0, 25
	}
	tr.at = rapid.IntRange(least, most).Draw(t, "at")
	if tr.what == troubleAct {
		tr.action = s.drawDuring(t)
	}
	return tr
}

// passTroubles carries the troubles of one pass out.
type passTroubles struct {
	sim      *sim
	troubles []trouble
	cancel   func()
	calls    int
	byOp     map[string]int
}

// before lets users act between two calls.
func (p *passTroubles) before(c syncertest.Call) {
	for i, tr := range p.troubles {
		if tr.what != troubleAct || !tr.hits(c, p.calls, p.byOp[c.Op]) {
			continue
		}
		p.sim.users.act(tr.action, &c)
		if tr.at < 0 { // the first of all that come is enough
			p.troubles[i].op = "done"
		}
	}
}

// fault decides what goes wrong in a call.
func (p *passTroubles) fault(c syncertest.Call) syncertest.Fault {
	all, of := p.calls, p.byOp[c.Op]
	p.calls++
	p.byOp[c.Op]++
	if p.sim.proc.dead.Load() {
		return syncertest.Fault{Before: errCrash}
	}
	f := syncertest.Fault{}
	for _, tr := range p.troubles {
		if tr.hits(c, all, of) {
			p.spoil(&f, tr, c)
		}
	}
	return f
}

// spoil adds one trouble to what goes wrong in a call.
func (p *passTroubles) spoil(f *syncertest.Fault, tr trouble, c syncertest.Call) {
	write := c.Op == "create" || c.Op == "update" || c.Op == "delete"
	switch tr.what {
	case troubleBefore:
		f.Before = errors.New("temporary")
	case troubleUncertainBefore:
		f.Before = syncer.ErrUncertain
	case troubleUncertainAfter:
		f.After = syncer.ErrUncertain
	case troubleChanged:
		if c.Op == "update" || c.Op == "delete" {
			f.Before = syncer.ErrChanged
		}
	case troubleOverLimit:
		f.Before = syncer.ErrOverLimit
	case troubleStale:
		f.Stale = c.Op == "changes" && c.Ref.Side == syncer.GHL // whose listings are an index
	case troubleCancel:
		p.cancel()
		if write {
			f.After = context.Canceled
		}
	case troubleCrashBefore:
		p.sim.proc.dead.Store(true)
		f.Before = errCrash
	case troubleCrashAfter:
		p.sim.proc.dead.Store(true)
		f.After = errCrash
	}
}
