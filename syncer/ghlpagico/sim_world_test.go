package ghlpagico_test

import (
	"net/http"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
)

// world is one connection, the people around it and all that happened.
type world struct {
	t         judge
	flaw      flaw
	seed      uint64
	draw      choices
	plan      simPlan
	ghl       *ghltest.Server
	pagico    *pagicotest.Server
	store     *memstore.Store
	proc      *process
	connector *ghlpagico.Connector
	people    *people
	edge      *edge
	round     int
	passes    int
	halts     []syncer.HaltCode // what the last pass halted for, for a person to lift
	bound     bool              // a pass has run to its end
	copies    []memstore.Snapshot
	rewound   bool     // an older copy of the store was brought back
	rewoundAt int      // what people had done by then
	oldLog    string   // the audit log as it was before
	notes     []string // what happened to the passes, for the story
}

// Another location, and a token of it; on Pagico it is another person's.
const elsewhere, foreign = "loc0000000000000ELSE", "foreign-token"

func newWorld(t judge, seed uint64, f flaw) *world {
	w := &world{t: t, flaw: f, seed: seed, draw: newChoices(seed, 1), store: memstore.New()}
	w.plan = newPlan(newChoices(seed, 2))
	limits := ghltest.NoLimits()
	if w.plan.calm {
		limits = ghltest.WithLimits(ghltest.RealLimits())
	}
	w.ghl = ghltest.New(ghltest.WithSeed(seed), limits, ghltest.WithClock(func() time.Time { return time.Now().Add(w.plan.ghlSkew) }))
	w.ghl.AddUser(ghltest.User{ID: "ua", FirstName: "Ann", Email: "ann@example.com"})
	w.ghl.AddUser(ghltest.User{ID: "ub", FirstName: "Bob", Email: "bob@example.com"})
	w.ghl.AddCalendar(ghltest.Calendar{ID: "cal1", Name: "Visits"})
	w.pagico = pagicotest.New(pagicotest.WithSeed(seed), pagicotest.WithLimits(pagicotest.NoLimits()), pagicotest.WithUsers(
		pagicotest.User{ID: "pa", Name: "Ann", Email: "ann@example.com"}, pagicotest.User{ID: "pc", Name: "Cid", Email: "cid@example.com"}))
	w.ghl.Seed(ghltest.World{Locations: []ghltest.Location{{ID: elsewhere}}})
	w.ghl.AddToken(ghltest.Token{Value: foreign, LocationID: elsewhere})
	w.pagico.AddToken(foreign, pagicotest.Grant{UserID: "pc"})
	w.edge = &edge{world: w}
	w.people = &people{world: w, wrote: map[string]map[string]bool{}, born: map[string]birth{}, hinted: map[string]int{}, moved: map[string][]move{}}
	w.start()
	return w
}

// start begins a new process on what the store holds.
func (w *world) start() {
	w.store.Restore(w.store.Snapshot()) // frees the locks of the dead
	w.proc = &process{}
	w.connector = w.connect(account{ghl: w.ghl.Token(), location: w.ghl.LocationID(), pagico: pagicotest.DefaultToken})
	w.flaw.spoil(w.connector.Engine)
}

// account is whom a connector works for.
type account struct{ ghl, location, pagico string }

// connect makes a connector on the store, as the living process has it.
func (w *world) connect(a account) *ghlpagico.Connector {
	g := []ghl.Option{ghl.WithToken(a.ghl), ghl.WithHTTPClient(w.client(syncer.GHL, w.ghl.Transport())),
		ghl.WithTimeout(clientTimeout), ghl.WithRetry(ghl.RetryPolicy{MinWait: 1, MaxWait: 1, MaxRetries: w.plan.retries})}
	if !w.plan.calm {
		g = append(g, ghl.WithLimits(ghl.NoLimits()))
	}
	client, err := ghl.New(g...)
	require.NoError(w.t, err)
	p, err := pagico.New("https://pagico.test/v1", pagico.WithToken(a.pagico), pagico.WithTimeout(clientTimeout),
		pagico.WithHTTPClient(w.client(syncer.Pagico, w.pagico.Transport())),
		pagico.WithRetry(pagico.RetryPolicy{MinWait: 1, MaxWait: 1, MaxRetries: w.plan.retries}))
	require.NoError(w.t, err)
	var store syncer.Store = mortalStore{w.store, w.proc}
	if w.flaw.store != nil {
		store = w.flaw.store(store)
	}
	connector, err := ghlpagico.New(w.plan.config(ghlpagico.Config{GHL: client, LocationID: a.location, Pagico: p,
		Store: store, Delta: w.plan.delta, Now: func() time.Time { return time.Now().Add(w.plan.skew) }}))
	require.NoError(w.t, err)
	return connector
}

// client is an HTTP client that reaches a service by way of the edge.
func (w *world) client(side syncer.Side, service http.RoundTripper) *http.Client {
	next := w.edge.to(side, service)
	if w.flaw.wire != nil {
		next = w.flaw.wire(next)
	}
	return &http.Client{Transport: next}
}
