package syncer_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// bench is a connection of two services in memory.
type bench struct {
	t           *testing.T
	ghl, pagico *syncertest.Service
	store       syncer.Store
	cfg         syncer.Config
	engine      *syncer.Engine
	clock       *clock
}

// clock is a time that tests move by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

// jump moves the clock forward.
func (c *clock) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(time.Millisecond)
	return c.t
}

func contactFlow() syncer.Flow {
	return syncer.Flow{
		Kind: syncer.KindContact,
		Rules: merge.Rules{Direction: merge.GHLToPagico,
			Fields: []merge.Field{{Name: "name"}, {Name: "email"}}},
		Match: func(rec syncer.Record, _ string) []syncer.MatchKey {
			return []syncer.MatchKey{{Text: rec.Fields["email"].AsText()}}
		},
	}
}

func taskFlow() syncer.Flow {
	return syncer.Flow{
		Kind: syncer.KindTask, Parent: syncer.KindContact, NeedsParent: []syncer.Side{syncer.GHL},
		Rules: merge.Rules{Fields: []merge.Field{
			{Name: "title"}, {Name: "body", Policy: merge.Merge}, {Name: "dueDate"}, {Name: "status", Policy: merge.PagicoWins},
			{Name: "assignee", Policy: merge.Manual}}},
		Match: func(rec syncer.Record, parent string) []syncer.MatchKey {
			return []syncer.MatchKey{{Text: parent + "|" + rec.Fields["title"].AsText() + "|" + rec.Fields["dueDate"].AsText()}}
		},
	}
}

func newBench(t *testing.T, change ...func(*syncer.Config)) *bench {
	t.Helper()
	b := buildBench(t, change...)
	b.t = t
	return b
}

// restart replaces the engine by one with a changed configuration.
func (b *bench) restart(change func(*syncer.Config)) {
	b.cfg.Flows = slices.Clone(b.cfg.Flows)
	change(&b.cfg)
	engine, err := syncer.New(b.cfg)
	require.NoError(b.t, err)
	b.engine = engine
}

func buildBench(t require.TestingT, change ...func(*syncer.Config)) *bench {
	c := &clock{t: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	b := &bench{clock: c, store: memstore.New(),
		ghl:    syncertest.NewService(syncer.GHL, syncertest.WithClock(c.now)),
		pagico: syncertest.NewService(syncer.Pagico, syncertest.WithClock(c.now), syncertest.WithKeyedCreates())}
	b.cfg = syncer.Config{Connection: "test", GHL: b.ghl, Pagico: b.pagico, Store: b.store,
		Flows: []syncer.Flow{contactFlow(), taskFlow()}, Workers: 1, Settle: -1, Now: c.now}
	for _, f := range change {
		f(&b.cfg)
	}
	engine, err := syncer.New(b.cfg)
	require.NoError(t, err)
	b.engine = engine
	return b
}

func text(s string) syncer.Value { return merge.Text(s) }

func (b *bench) sync(opts ...syncer.SyncOptions) *syncer.Report {
	b.t.Helper()
	var o syncer.SyncOptions
	if len(opts) > 0 {
		o = opts[0]
	}
	report, err := b.engine.Sync(b.t.Context(), o)
	require.NoError(b.t, err)
	return report
}

// quiet checks that one more pass writes nothing and that both sides match.
func (b *bench) quiet() {
	b.t.Helper()
	require.Zero(b.t, b.sync().Writes, "a second pass writes nothing")
	receipt, err := b.engine.Verify(b.t.Context())
	require.NoError(b.t, err)
	require.True(b.t, receipt.Clean(), "%+v", receipt)
}

// twin returns the one record of a kind on the other side that is linked to ref.
func (b *bench) twin(ref syncer.Ref) syncer.Record {
	b.t.Helper()
	rec, err := b.findTwin(ref)
	require.NoError(b.t, err)
	return rec
}

func (b *bench) findTwin(ref syncer.Ref) (syncer.Record, error) {
	var link syncer.Link
	err := b.store.View(context.Background(), b.cfg.Connection, func(tx syncer.Tx) (err error) {
		link, err = tx.LinkOf(ref)
		return err
	})
	if err != nil {
		return syncer.Record{}, err
	}
	service := b.pagico
	if ref.Side == syncer.Pagico {
		service = b.ghl
	}
	return service.Get(context.Background(), link.Ref(ref.Side.Other()))
}

// seed makes a contact with one task on GHL.
func (b *bench) seed() (contact, task syncer.Ref) {
	contact = b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	task = b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Call"), "dueDate": text("2026-03-05T10:00:00Z"), "status": text("open"), "body": text("one\ntwo\nthree")})
	return contact, task
}

func TestFirstSyncCopiesAndSecondPassWritesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	report := b.sync()
	require.Equal(t, 1, report.Kinds[syncer.KindContact].Created)
	require.Equal(t, 1, report.Kinds[syncer.KindTask].Created)
	require.Equal(t, text("Call"), b.twin(task).Fields["title"])
	b.quiet()
}

func TestFirstSyncLinksWhatMatches(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	p := b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada L."), "email": text("ada@example.com")})
	own := b.pagico.Add(syncer.KindTask, p.ID, syncer.Fields{"title": text("Call"), "dueDate": text("2026-03-05T10:00:00Z"), "status": text("completed"), "body": text("one\ntwo\nthree")})
	report := b.sync()
	require.Equal(t, 2, report.Match.Exact)
	require.Zero(t, report.Total().Created)
	require.Equal(t, own.ID, b.twin(task).Ref.ID)
	require.Equal(t, text("completed"), b.twin(own).Fields["status"], "pagicoWins decides the status")
	b.quiet()
}

func TestEditsTravelBothWaysAndMergeByField(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task)
	b.ghl.Edit(task, syncer.Fields{"title": text("Call back")})
	b.pagico.Edit(twin.Ref, syncer.Fields{"status": text("inProgress"), "dueDate": text("2026-03-06T10:00:00Z")})
	b.sync()
	got := b.twin(task).Fields
	require.Equal(t, text("Call back"), got["title"])
	require.Equal(t, text("inProgress"), b.twin(twin.Ref).Fields["status"])
	require.Equal(t, text("2026-03-06T10:00:00Z"), b.twin(twin.Ref).Fields["dueDate"])
	b.quiet()
}

func TestConflictPolicies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.ghl.Edit(task, syncer.Fields{"title": text("from ghl"), "status": text("completed"), "body": text("ONE\ntwo\nthree"), "assignee": text("a@x")})
	b.pagico.Edit(twin, syncer.Fields{"title": text("from pagico"), "status": text("open2"), "body": text("one\ntwo\nTHREE"), "assignee": text("b@x")})
	report := b.sync()
	require.Equal(t, 4, report.Conflicts)
	require.Equal(t, 1, report.Parked)
	ghl := b.twin(twin).Fields
	require.Equal(t, text("from pagico"), ghl["title"], "the last writer wins")
	require.Equal(t, text("open2"), ghl["status"], "pagicoWins")
	require.Equal(t, text("ONE\ntwo\nTHREE"), ghl["body"], "both edits are joined")
	require.Equal(t, text("a@x"), ghl["assignee"], "manual leaves the field alone")
	b.quiet()

	waiting, err := b.engine.Waiting(t.Context())
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.NoError(t, b.engine.Decide(t.Context(), waiting[0].ID, "assignee", text("b@x"), "Grace"))
	b.sync()
	require.Equal(t, text("b@x"), b.twin(twin).Fields["assignee"])
	b.quiet()
	x, err := b.engine.Explain(t.Context(), waiting[0].ID, "title")
	require.NoError(t, err)
	require.Contains(t, x.String(), "from ghl", "the overridden edit is kept")
	require.Contains(t, x.String(), "lastWriterWins")
}

func TestDeletesNeedProofAndEditBeatsDelete(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Remove(twin)
	b.sync()
	require.Empty(t, b.ghl.All(syncer.KindTask))
	b.quiet()

	_, task = b.seed()
	b.sync()
	twin = b.twin(task).Ref
	b.pagico.Remove(twin)
	b.ghl.Edit(task, syncer.Fields{"title": text("still needed")})
	b.sync()
	require.Equal(t, text("still needed"), b.twin(task).Fields["title"])
	b.quiet()
}

func TestContactGoneTakesItsChildren(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	b.ghl.Remove(contact)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask))
	require.Empty(t, b.pagico.All(syncer.KindContact))
	b.quiet()
}

func TestCreateOfUnknownOutcomeIsAdopted(t *testing.T) {
	t.Parallel()
	for _, fault := range []syncertest.Fault{{After: syncer.ErrUncertain}, {Before: syncer.ErrUncertain}} {
		b := newBench(t)
		b.seed()
		b.sync()
		contact := b.pagico.All(syncer.KindContact)[0].Ref
		task := b.pagico.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("New"), "dueDate": text("2026-04-01T10:00:00Z")})
		failed := false
		b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
			if c.Op == "create" && !failed {
				failed = true
				return fault
			}
			return syncertest.Fault{}
		})
		report := b.sync()
		require.True(t, failed)
		require.True(t, report.Settled(), "%+v", report)
		require.Len(t, b.ghl.All(syncer.KindTask), 2)
		require.Equal(t, text("New"), b.twin(task).Fields["title"])
		b.quiet()
	}
}

func TestOwnWriteOfUnknownOutcomeIsNotTakenForAnEdit(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = merge.GHLWins })
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Edit(twin, syncer.Fields{"title": text("first edit")})
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "update" {
			return syncertest.Fault{After: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.sync()
	b.ghl.SetFault(nil)
	b.pagico.Edit(twin, syncer.Fields{"title": text("second edit")})
	b.sync()
	require.Equal(t, text("second edit"), b.twin(twin).Fields["title"])
	b.quiet()
}

func TestGuardsHaltBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for range 12 {
		b.seed()
	}
	b.sync()
	for _, task := range b.pagico.All(syncer.KindTask) {
		b.pagico.Remove(task.Ref)
	}
	writes := b.ghl.Writes()
	_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{})
	var halt *syncer.HaltError
	require.ErrorAs(t, err, &halt)
	require.True(t, halt.Has(syncer.HaltSideEmptied))
	require.Equal(t, writes, b.ghl.Writes())
	halts, err := b.engine.Halts(t.Context())
	require.NoError(t, err)
	require.Len(t, halts, 1)
	b.sync(syncer.SyncOptions{Override: []syncer.HaltCode{syncer.HaltSideEmptied, syncer.HaltMassDelete}})
	require.Empty(t, b.ghl.All(syncer.KindTask))
	b.quiet()

	b.ghl.SetID("ghl:somebody-else")
	_, err = b.engine.Sync(t.Context(), syncer.SyncOptions{Override: []syncer.HaltCode{syncer.HaltIdentity}})
	require.ErrorAs(t, err, &halt)
	require.True(t, halt.Has(syncer.HaltIdentity))
}

func TestPlanWritesNothingAndEqualsTheRun(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.seed()
	plan, err := b.engine.Plan(t.Context())
	require.NoError(t, err)
	require.Len(t, plan.Steps, 2)
	require.Zero(t, b.ghl.Writes()+b.pagico.Writes())
	require.Equal(t, plan.Writes(), b.sync().Writes)
}

func TestStaleListingChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Edit(twin, syncer.Fields{"title": text("newer")})
	b.sync()
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	b.sync()
	b.ghl.SetFault(nil)
	require.Equal(t, text("newer"), b.twin(twin).Fields["title"])
	b.pagico.Remove(twin)
	b.sync()
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask), "a deleted record that is still listed is not copied back")
}
