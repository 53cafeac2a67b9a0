package syncer_test

import (
	"context"
	"errors"
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
	watch       *watch
	rested      *restMark
	faults      bool
	// matchless tasks have no keys to recognise their twins by.
	matchless bool
	// draw and drawDuring draw what people do between passes, and while one runs;
	// remakes says that GHL tasks are made again to be moved.
	draw, drawDuring func(*rapid.T) action
	remakes          bool
	// turns are what may happen in a history, and how much.
	turns     []string
	turnsMost int
	// least is how many contacts and tasks there are from the beginning.
	least int
	// focus is the field that all people are busy with; empty for any.
	focus string
	// plan is a saved plan, planned is when it was made.
	plan     *syncer.Plan
	planned  int
	mark     map[syncer.Side]int
	log      []string
	blames   []string
	tune     func(*syncer.Config)
	sabotage func(*syncer.Engine)
}

// simFields are the fields of a simulated task that people edit.
var simFields = [...]string{"title", "status", "body", "tags", "own"}

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
		Direction: rapid.SampledFrom([]merge.Direction{merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.GHLToPagico, merge.PagicoToGHL}).Draw(t, "direction"),
		OneWay:    rapid.SampledFrom([]merge.OneWay{merge.Revert, merge.Ignore}).Draw(t, "one way"),
		Deletes:   rapid.SampledFrom([]merge.DeletePolicy{merge.Propagate, merge.Propagate, merge.Propagate, merge.Complete, merge.Unlink, merge.KeepTwin}).Draw(t, "deletes"),
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
		{Kind: syncer.KindContact, Match: byUID, Fingerprint: []string{"uid"}, Rules: merge.Rules{
			Direction: rapid.SampledFrom([]merge.Direction{merge.GHLToPagico, merge.TwoWay}).Draw(t, "contacts"),
			Fields:    []merge.Field{{Name: "uid"}, {Name: "title"}}}},
		{Kind: syncer.KindTask, Parent: syncer.KindContact, NeedsParent: []syncer.Side{syncer.GHL}, Match: byUID, Rules: tasks, Fingerprint: []string{"uid"}},
	}
}

// simOptions narrow what is drawn.
type simOptions struct {
	rules  func(*rapid.T) merge.Rules
	faults bool
	// plain lets people edit, make and delete, and the engine make passes, and no
	// more.
	plain    bool
	tune     func(*syncer.Config)
	sabotage func(*syncer.Engine)
}

// newSim draws a connection: its rules, what its services can do, and a world
// that was perturbed twice, once for either side.
func newSim(t *rapid.T, o simOptions) *sim {
	s := &sim{t: t, clock: &ticker{}, store: memstore.New(), draw: drawAction, drawDuring: drawActionDuring, turns: turns, turnsMost: 17, least: 1,
		faults: o.faults, tune: o.tune, sabotage: o.sabotage}
	if o.rules == nil {
		o.rules = simRules
	}
	if o.plain {
		s.turns, s.turnsMost, s.least, s.draw, s.drawDuring = []string{"act", "pass"}, 10, 0, drawPlain, drawPlain
	}
	s.drawServices()
	flows := simFlows(t, flowing(o.rules(t)))
	if s.matchless = rapid.Bool().Draw(t, "matchless"); s.matchless {
		flows[1].Match = nil
	}
	if s.remakes = rapid.Bool().Draw(t, "remakes") && !o.plain; s.remakes {
		flows[1].Remake = []syncer.Side{syncer.GHL}
	}
	s.focus = rapid.SampledFrom(append([]string{"", ""}, simFields[:]...)).Draw(t, "focus")
	settle := rapid.SampledFrom([]time.Duration{-1, 10 * time.Second}).Draw(t, "settle")
	most := 1000
	if !o.plain {
		most = rapid.SampledFrom([]int{1000, 1000, 1000, 1, -1}).Draw(t, "most deletes")
	}
	s.cfg = syncer.Config{Connection: "sim", GHL: s.ghl, Pagico: s.pagico, Flows: flows,
		Workers: 1, Settle: settle, ClockSlack: time.Nanosecond, Freshness: time.Nanosecond, MaxAttempts: 1000, Now: s.clock.now,
		Guards: syncer.Guards{MaxDeletes: most, MaxDeletePercent: 100, EmptyFrom: 1000}}
	s.begin()
	s.users.populate()
	return s
}

// drawServices draws what both services can do.
func (s *sim) drawServices() {
	ghl := []syncertest.Option{syncertest.WithClock(s.clock.now)}
	if rapid.Bool().Draw(s.t, "no markers on ghl") {
		ghl = append(ghl, syncertest.WithoutMarkers())
	}
	if rapid.IntRange(0, 5).Draw(s.t, "deltas on ghl") == 5 {
		ghl = append(ghl, syncertest.WithDeltas())
	}
	pagico := []syncertest.Option{syncertest.WithClock(s.clock.now), syncertest.WithKeyedCreates()}
	if rapid.Bool().Draw(s.t, "deltas on pagico") {
		pagico = append(pagico, syncertest.WithDeltas())
	}
	if rapid.Bool().Draw(s.t, "external ids on pagico") {
		pagico = append(pagico, syncertest.WithUniqueTwins())
	}
	s.ghl, s.pagico = syncertest.NewService(syncer.GHL, ghl...), syncertest.NewService(syncer.Pagico, pagico...)
}

// begin makes users and engine of a connection that is configured.
func (s *sim) begin() {
	s.users, s.watch, s.rested = newUsers(s), newWatch(s), &restMark{clean: true}
	s.ghl.SetObserver(s.watch.effect)
	s.pagico.SetObserver(s.watch.effect)
	s.start()
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

func (s *sim) service(side syncer.Side) *syncertest.Service {
	if side == syncer.GHL {
		return s.ghl
	}
	return s.pagico
}

// look returns a record that is there, without a call that anybody would see.
func (s *sim) look(ref syncer.Ref) (syncer.Record, bool) {
	for _, rec := range s.service(ref.Side).All(ref.Kind) {
		if rec.Ref.ID == ref.ID {
			return rec, true
		}
	}
	return syncer.Record{}, false
}

func (s *sim) flow(kind syncer.Kind) syncer.Flow {
	for _, f := range s.cfg.Flows {
		if f.Kind == kind {
			return f
		}
	}
	return syncer.Flow{}
}

var bothSides = []syncer.Side{syncer.GHL, syncer.Pagico}
