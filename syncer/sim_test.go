package syncer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// errCrash is what everything answers once the process is dead.
var errCrash = errors.New("the process is dead")

// process can die: from then on neither store nor services answer it.
type process struct {
	dead atomic.Bool
	// storeAt is the Update at which it dies, counted from 1; 0 for never.
	storeAt, updates int
	// storeAfter lets that Update become durable before.
	storeAfter bool
}

// mortalStore is a store as a process sees it that may die.
type mortalStore struct {
	syncer.Store
	proc *process
}

func (m mortalStore) View(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	if m.proc.dead.Load() {
		return errCrash
	}
	return m.Store.View(ctx, conn, fn)
}

func (m mortalStore) Update(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	if m.proc.dead.Load() {
		return errCrash
	}
	m.proc.updates++
	if m.proc.updates != m.proc.storeAt {
		return m.Store.Update(ctx, conn, fn)
	}
	m.proc.dead.Store(true)
	if m.proc.storeAfter {
		if err := m.Store.Update(ctx, conn, fn); err != nil {
			return err
		}
	}
	return errCrash
}

// ticker is a clock that moves with every look at it.
type ticker struct{ n atomic.Int64 }

func (c *ticker) now() time.Time {
	return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(c.n.Add(1)) * time.Millisecond)
}

// sim is one connection, its users and its troubles.
type sim struct {
	t           *rapid.T
	clock       *ticker
	ghl, pagico *syncertest.Service
	store       *memstore.Store
	proc        *process
	cfg         syncer.Config
	engine      *syncer.Engine
	users       *users
	faults      bool
	// matchless tasks have no keys to recognise their twins by; focus has all
	// people busy with the same few fields.
	matchless, focus bool
	mark             map[syncer.Side]int
	tune             func(*syncer.Config)
	sabotage         func(*syncer.Engine)
	// draw draws what people do; remakes says that GHL tasks are made again to be
	// moved.
	draw    func(*rapid.T) action
	remakes bool
}

// simRules are the rules of the simulated tasks, drawn at random.
func simRules(t *rapid.T) merge.Rules {
	policies := rapid.SampledFrom([]merge.Policy{merge.LastWriterWins, merge.GHLWins, merge.PagicoWins, merge.Manual})
	return merge.Rules{
		Fields: []merge.Field{
			{Name: "uid"},
			{Name: "title", Policy: policies.Draw(t, "title policy")},
			{Name: "status", Policy: policies.Draw(t, "status policy")},
			{Name: "body", Policy: merge.Merge}, {Name: "tags", Policy: merge.Merge},
			{Name: "own", Owner: rapid.SampledFrom([]merge.Side{merge.GHL, merge.Pagico}).Draw(t, "owner")},
		},
		Direction: rapid.SampledFrom([]merge.Direction{merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.GHLToPagico, merge.PagicoToGHL}).Draw(t, "direction"),
		OneWay:    rapid.SampledFrom([]merge.OneWay{merge.Revert, merge.Ignore}).Draw(t, "one way"),
		Deletes:   rapid.SampledFrom([]merge.DeletePolicy{merge.Propagate, merge.Propagate, merge.Complete, merge.Unlink, merge.KeepTwin}).Draw(t, "deletes"),
	}
}

// flowing takes the owner off a field whose kind flows the other way: the rules
// would be refused.
func flowing(r merge.Rules) merge.Rules {
	source, oneWay := r.Direction.Source()
	for i, f := range r.Fields {
		if oneWay && f.Owner == source.Other() {
			r.Fields[i].Owner = ""
		}
	}
	return r
}

func byUID(rec syncer.Record, _ string) []syncer.MatchKey {
	return []syncer.MatchKey{{Text: rec.Fields["uid"].AsText()}}
}

// simFlows are contacts and their tasks.
func simFlows(t *rapid.T, tasks merge.Rules) []syncer.Flow {
	return []syncer.Flow{
		{Kind: syncer.KindContact, Match: byUID, Rules: merge.Rules{
			Direction: rapid.SampledFrom([]merge.Direction{merge.GHLToPagico, merge.TwoWay}).Draw(t, "contacts"),
			Fields:    []merge.Field{{Name: "uid"}, {Name: "title"}}}},
		{Kind: syncer.KindTask, Parent: syncer.KindContact, NeedsParent: []syncer.Side{syncer.GHL}, Match: byUID, Rules: tasks, Fingerprint: []string{"uid"}},
	}
}

// simOptions narrow what is drawn.
type simOptions struct {
	rules    func(*rapid.T) merge.Rules
	faults   bool
	tune     func(*syncer.Config)
	sabotage func(*syncer.Engine)
}

// newSim draws a connection: its rules, what its services can do, and a world
// that was perturbed twice, once for either side.
func newSim(t *rapid.T, o simOptions) *sim {
	s := &sim{t: t, clock: &ticker{}, store: memstore.New(), draw: drawAction, faults: o.faults, tune: o.tune, sabotage: o.sabotage}
	if o.rules == nil {
		o.rules = simRules
	}
	ghl := []syncertest.Option{syncertest.WithClock(s.clock.now)}
	if rapid.Bool().Draw(t, "no markers on ghl") {
		ghl = append(ghl, syncertest.WithoutMarkers())
	}
	pagico := []syncertest.Option{syncertest.WithClock(s.clock.now), syncertest.WithKeyedCreates()}
	if rapid.Bool().Draw(t, "deltas on pagico") {
		pagico = append(pagico, syncertest.WithDeltas())
	}
	s.ghl, s.pagico = syncertest.NewService(syncer.GHL, ghl...), syncertest.NewService(syncer.Pagico, pagico...)
	flows := simFlows(t, flowing(o.rules(t)))
	if s.matchless = rapid.IntRange(0, 2).Draw(t, "matchless") == 0; s.matchless {
		flows[1].Match = nil
	}
	s.focus = rapid.Bool().Draw(t, "focus")
	settle := rapid.SampledFrom([]time.Duration{-1, 10 * time.Second}).Draw(t, "settle")
	s.cfg = syncer.Config{Connection: "sim", GHL: s.ghl, Pagico: s.pagico, Flows: flows,
		Workers: 1, Settle: settle, ClockSlack: time.Nanosecond, Freshness: time.Nanosecond, MaxAttempts: 1000, Now: s.clock.now,
		Guards: syncer.Guards{MaxDeletes: 1000, MaxDeletePercent: 100, EmptyFrom: 1000}}
	s.users = newUsers(s)
	s.start()
	s.users.populate()
	return s
}

// start begins a new process on the same store.
func (s *sim) start() {
	s.store.Restore(s.store.Snapshot()) // frees the locks of the dead
	s.proc = &process{}
	cfg := s.cfg
	cfg.Store = mortalStore{s.store, s.proc}
	if s.tune != nil {
		s.tune(&cfg)
	}
	engine, err := syncer.New(cfg)
	require.NoError(s.t, err)
	if s.sabotage != nil {
		s.sabotage(engine)
	}
	s.engine = engine
}

// run lets users and engine act in turns.
func (s *sim) run() {
	for range rapid.IntRange(1, 10).Draw(s.t, "turns") {
		if rapid.Bool().Draw(s.t, "pass") {
			s.pass(s.drawTroubles())
			continue
		}
		s.users.act(s.draw(s.t), nil)
	}
}

// settle runs passes without trouble until one finds nothing to do.
func (s *sim) settle() {
	for range 6 {
		s.clock.n.Add(time.Hour.Milliseconds()) // no create is under way any more
		report := s.pass(nil)
		if report.Settled() && report.Writes == 0 {
			return
		}
	}
	s.t.Fatalf("not settled after 6 passes without trouble: %+v\n%s", s.pass(nil), s.story())
}

// pass runs one pass amid the given troubles. Errors are fine only then.
func (s *sim) pass(troubles []trouble) (report *syncer.Report) {
	s.amid(troubles, func(ctx context.Context) (err error) {
		report, err = s.engine.Sync(ctx, syncer.SyncOptions{NoWait: len(troubles) > 0})
		return err
	})
	return report
}

// amid does something amid the given troubles, and starts a new process if the
// old one died of them.
func (s *sim) amid(troubles []trouble, do func(context.Context) error) {
	s.markCalls()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	p := &passTroubles{sim: s, troubles: troubles, cancel: cancel, byOp: map[string]int{}}
	for _, service := range []*syncertest.Service{s.ghl, s.pagico} {
		service.SetHook(p.before)
		service.SetFault(p.fault)
	}
	s.proc.updates, s.proc.storeAt = 0, 0
	for _, tr := range troubles {
		if tr.what == troubleStoreBefore || tr.what == troubleStoreAfter {
			s.proc.storeAt, s.proc.storeAfter = tr.at+1, tr.what == troubleStoreAfter
		}
	}
	err := do(ctx)
	for _, service := range []*syncertest.Service{s.ghl, s.pagico} {
		service.SetHook(nil)
		service.SetFault(nil)
	}
	if len(troubles) == 0 {
		require.NoError(s.t, err)
	}
	if s.proc.dead.Load() {
		s.start()
	}
}

// markCalls notes how many calls the services have seen.
func (s *sim) markCalls() {
	s.mark = map[syncer.Side]int{syncer.GHL: len(s.ghl.Calls()), syncer.Pagico: len(s.pagico.Calls())}
}

// The troubles of a pass.
const (
	troubleEdit = iota
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
	troubleKinds
)

// trouble happens at one call, or one Update, of a pass.
type trouble struct {
	// at counts the calls from 0; with an op, the calls of that name alone.
	at   int
	op   string
	what int
	// action is what somebody does.
	action action
}

func (tr trouble) String() string { return fmt.Sprintf("%d@%s%d %v", tr.what, tr.op, tr.at, tr.action) }

// hits reports whether the trouble happens at a call that is the all-th of a
// pass and the of-th of its name.
func (tr trouble) hits(c syncertest.Call, all, of int) bool {
	if tr.op == "" {
		return tr.at == all
	}
	return tr.op == c.Op && tr.at == of
}

func (s *sim) drawTroubles() []trouble {
	kinds := 1 // edits only
	if s.faults {
		kinds = troubleKinds
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) trouble {
		tr := trouble{op: rapid.SampledFrom([]string{"", "", "update", "create", "delete", "changes", "get"}).Draw(t, "op"),
			what: rapid.IntRange(0, kinds-1).Draw(t, "what")}
		if tr.what == troubleStale {
			tr.op = "changes"
		}
		most := 4
		if tr.op == "" {
			most = 25
		}
		tr.at = rapid.IntRange(0, most).Draw(t, "at")
		if tr.what == troubleEdit {
			tr.action = s.draw(t)
		}
		return tr
	}), 0, 4).Draw(s.t, "troubles")
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
	for _, tr := range p.troubles {
		if tr.what == troubleEdit && tr.hits(c, p.calls, p.byOp[c.Op]) {
			p.sim.users.act(tr.action, &c)
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
	write := c.Op == "create" || c.Op == "update" || c.Op == "delete"
	f := syncertest.Fault{}
	for _, tr := range p.troubles {
		if !tr.hits(c, all, of) {
			continue
		}
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
			f.Stale = c.Op == "changes"
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
	return f
}

// audit returns the whole log as text.
func (s *sim) audit() string {
	var b strings.Builder
	require.NoError(s.t, s.store.View(s.t.Context(), s.cfg.Connection, func(tx syncer.Tx) error {
		for e, err := range tx.Audit(0) {
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%d %s %s %s ghl=%s pagico=%s %s %s", e.Seq, e.Action, e.Kind, e.Outcome, e.GHL.ID, e.Pagico.ID, e.Target, e.Reason)
			for _, f := range e.Fields {
				fmt.Fprintf(&b, "; %s@%s base=%s before=%s after=%s lost=%s rule=%s", f.Field, f.Side, f.Base, f.Before, f.After, f.Lost, f.Rule)
			}
			b.WriteByte('\n')
		}
		return nil
	}))
	return b.String()
}

// links returns all links of the connection.
func (s *sim) links(states ...syncer.LinkState) []syncer.Link {
	var links []syncer.Link
	require.NoError(s.t, s.store.View(s.t.Context(), s.cfg.Connection, func(tx syncer.Tx) error {
		for _, f := range s.cfg.Flows {
			for l, err := range tx.Links(f.Kind, 0, states...) {
				if err != nil {
					return err
				}
				links = append(links, l)
			}
		}
		return nil
	}))
	return links
}
