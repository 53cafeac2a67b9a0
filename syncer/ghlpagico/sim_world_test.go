package ghlpagico_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// simPlan is what a seed decides once and for all.
type simPlan struct {
	calm          bool // no troubles, the real rate windows, and pacing
	rounds        int
	lag, latency  time.Duration
	ghlSkew, skew time.Duration // clocks of GHL and of the engine, against Pagico's
	direction     merge.Direction
	policy        merge.Policy
	body          merge.Policy
	undated       ghlpagico.Undated
	bare          bool // no markers
	matched       bool // part of the world is on both sides from the beginning
}

func newPlan(c choices) simPlan {
	p := simPlan{calm: c.chance(10), rounds: c.between(1, 5), bare: c.chance(25), matched: c.chance(50),
		lag:       oneOf(c, 0, 3*time.Second, 20*time.Second),
		latency:   time.Duration(c.between(1, 300)) * time.Millisecond,
		direction: oneOf(c, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.GHLToPagico, merge.PagicoToGHL),
		policy:    oneOf(c, merge.LastWriterWins, merge.LastWriterWins, merge.GHLWins, merge.PagicoWins),
		body:      oneOf(c, merge.LastWriterWins, merge.Merge),
		undated:   oneOf(c, ghlpagico.UndatedGivesDay, ghlpagico.UndatedGivesDay, ghlpagico.UndatedIsSkipped)}
	if c.chance(50) {
		p.ghlSkew = time.Duration(c.between(-50, 50)) * time.Second
		p.skew = time.Duration(c.between(-50, 50)) * time.Second
	}
	return p
}

// world is one connection, the people around it and all that happened.
type world struct {
	t         *testing.T
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
	notes     []string // what happened to the passes, for the story
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, seed: seed, draw: newChoices(seed, 1), store: memstore.New()}
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
	w.edge = &edge{world: w}
	w.people = &people{world: w, wrote: map[string]map[string]bool{}, born: map[string]birth{}}
	w.start()
	return w
}

// start begins a new process on what the store holds.
func (w *world) start() {
	w.store.Restore(w.store.Snapshot()) // frees the locks of the dead
	w.proc = &process{}
	g := []ghl.Option{ghl.WithToken(w.ghl.Token()), ghl.WithHTTPClient(&http.Client{Transport: w.edge.to(syncer.GHL, w.ghl.Transport())}),
		ghl.WithTimeout(clientTimeout), ghl.WithRetry(ghl.RetryPolicy{MinWait: 1, MaxWait: 1})}
	if !w.plan.calm {
		g = append(g, ghl.WithLimits(ghl.NoLimits()))
	}
	client, err := ghl.New(g...)
	require.NoError(w.t, err)
	p, err := pagico.New("https://pagico.test/v1", pagico.WithToken(pagicotest.DefaultToken), pagico.WithTimeout(clientTimeout),
		pagico.WithHTTPClient(&http.Client{Transport: w.edge.to(syncer.Pagico, w.pagico.Transport())}),
		pagico.WithRetry(pagico.RetryPolicy{MinWait: 1, MaxWait: 1}))
	require.NoError(w.t, err)
	w.connector, err = ghlpagico.New(ghlpagico.Config{GHL: client, LocationID: w.ghl.LocationID(), Pagico: p,
		Store: mortalStore{w.store, w.proc}, Workers: 1, WithoutMarkers: w.plan.bare,
		Now:    func() time.Time { return time.Now().Add(w.plan.skew) },
		Guards: syncer.Guards{MaxDeletes: 1000, MaxDeletePercent: 100, EmptyFrom: 1000},
		Tasks: ghlpagico.Tasks{Direction: w.plan.direction, Policy: w.plan.policy, Undated: w.plan.undated,
			Policies: map[string]merge.Policy{"body": w.plan.body}}})
	require.NoError(w.t, err)
}

// clientTimeout bounds one request.
const clientTimeout = 10 * time.Second

// errCrash is what everything answers once the process is dead.
var errCrash = errors.New("the process is dead")

// process can die: from then on neither store nor services answer it.
type process struct {
	dead bool
	kill func()
	// storeAt is the Update at which it dies, counted from 1; 0 for never.
	storeAt, updates int
	storeAfter       bool // that Update becomes durable before
}

func (p *process) die() {
	p.dead = true
	if p.kill != nil {
		p.kill()
	}
}

// mortalStore is a store as a process sees it that may die.
type mortalStore struct {
	syncer.Store
	proc *process
}

func (m mortalStore) View(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	if m.proc.dead {
		return errCrash
	}
	return m.Store.View(ctx, conn, fn)
}

func (m mortalStore) Update(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	if m.proc.dead {
		return errCrash
	}
	m.proc.updates++
	if m.proc.updates != m.proc.storeAt {
		return m.Store.Update(ctx, conn, fn)
	}
	if m.proc.storeAfter {
		if err := m.Store.Update(ctx, conn, fn); err != nil {
			return err
		}
	}
	m.proc.die()
	return errCrash
}

// during does something as the living process, which is replaced when it dies
// of it.
func (w *world) during(do func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	w.proc.kill = cancel
	w.edge.pass++
	err := do(ctx)
	if w.proc.dead {
		w.start()
	}
	return err
}

// begin populates the world; what is on both sides is recognised before
// anybody edits it.
func (w *world) begin() {
	w.people.populate()
	if w.plan.matched {
		w.settle()
		return
	}
	w.sleep(time.Second)
}

func (w *world) sleep(d time.Duration) { <-time.After(d) }

// idle lets people work while no pass runs, and time go by.
func (w *world) idle() {
	for range w.draw.between(1, 7) {
		w.people.act(w.draw, false)
		if w.draw.chance(40) {
			w.sleep(time.Duration(w.draw.between(1, 90_000)) * time.Millisecond)
		}
	}
}

// troubled runs a pass, or single records, while things go wrong.
func (w *world) troubled() {
	end := w.trouble()
	var report *syncer.Report
	err := w.during(func(ctx context.Context) (err error) {
		if w.draw.chance(25) {
			return w.people.hint(ctx, w.draw)
		}
		report, err = w.connector.Sync(ctx, syncer.SyncOptions{NoWait: w.draw.chance(50)})
		return err
	})
	end()
	w.note(report, err)
	if w.plan.calm {
		require.NoError(w.t, err, w.story())
	}
}

// calmDown ends all trouble: the search index catches up, and the last
// Retry-After passes.
func (w *world) calmDown() {
	w.ghl.SetLag(ghltest.Lag{})
	w.sleep(2 * time.Minute)
	w.notes = append(w.notes, "calm")
}

// settle runs passes until one finds nothing to do; it may take four.
func (w *world) settle() {
	for range 4 {
		var report *syncer.Report
		err := w.during(func(ctx context.Context) (err error) {
			report, err = w.connector.Sync(ctx, syncer.SyncOptions{})
			return err
		})
		w.note(report, err)
		require.NoError(w.t, err, w.story())
		if report.Settled() && report.Writes == 0 && !waits(report) {
			return
		}
	}
	w.t.Fatalf("not settled after four passes without trouble\n%s", w.story())
}

func waits(r *syncer.Report) bool {
	for _, s := range r.Skipped {
		if s.Pending || s.Failed {
			return true
		}
	}
	return false
}

// quiet: one more pass writes nothing, and Verify finds nothing.
func (w *world) quiet() {
	from := len(w.edge.log)
	report, err := w.connector.Sync(w.t.Context(), syncer.SyncOptions{})
	require.NoError(w.t, err)
	require.True(w.t, report.Settled(), w.story())
	receipt, err := w.connector.Verify(w.t.Context())
	require.NoError(w.t, err)
	for _, c := range w.edge.log[from:] {
		require.False(w.t, c.writes(), "%s %s in a pass with nothing to do\n%s", c.method, c.path, w.story())
	}
	require.True(w.t, receipt.Clean(), "%+v\n%s", receipt, w.story())
	require.Zero(w.t, receipt.WouldWrite, w.story())
	if w.plan.calm {
		require.Zero(w.t, w.ghl.RateLimited(), "paced calls are never refused")
	}
}

func (w *world) note(r *syncer.Report, err error) {
	w.passes++
	text := fmt.Sprintf("pass %d: %v", w.passes, err)
	if r != nil {
		if err == nil && r.Pending == 0 {
			w.edge.confirmed = len(w.edge.log)
		}
		text += fmt.Sprintf(" writes=%d pending=%d requeued=%d failures=%+v skipped=%+v", r.Writes, r.Pending, r.Requeued, r.Failures, r.Skipped)
	}
	w.notes = append(w.notes, text)
}

// audit is the exported log.
func (w *world) audit(format syncer.AuditFormat) string {
	var b strings.Builder
	require.NoError(w.t, w.connector.ExportAudit(context.WithoutCancel(w.t.Context()), &b, format))
	return b.String()
}

// trace is all that was asked of the services, and the audit log.
func (w *world) trace() string {
	var b strings.Builder
	for _, r := range w.ghl.Requests() {
		fmt.Fprintf(&b, "ghl %d %s %s %s?%s %s %d %v\n", r.Seq, r.Time.Format(time.RFC3339Nano), r.Method, r.Path, r.Query, r.Body, r.Status, r.Committed)
	}
	for _, r := range w.pagico.Requests() {
		fmt.Fprintf(&b, "pagico %s %s %s?%s %s %d %v\n", r.Time.Format(time.RFC3339Nano), r.Method, r.Path, r.Query, r.Body, r.Status, r.Dropped)
	}
	return b.String() + w.audit(syncer.AuditJSONLines)
}
