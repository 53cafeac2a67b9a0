package pagicosource_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// oneWay is an engine between a GHL in memory and an app that takes links.
type oneWay struct {
	*syncer.Engine
	store syncer.Store
	links *pagicosource.Links
	app   *app
}

func newOneWay(t *testing.T, ghl syncer.Source, store syncer.Store, ledger string, a *app) oneWay {
	t.Helper()
	links, err := pagicosource.NewLinks(pagicosource.LinksConfig{Ledger: linkLedger(t, ledger), Opener: a, Location: location, Zone: zurich(t), MinGap: -1})
	require.NoError(t, err)
	engine, err := syncer.New(syncer.Config{Connection: "one-way", GHL: ghl, Pagico: links, Store: store, Flows: links.Flows(), Workers: 2})
	require.NoError(t, err)
	return oneWay{Engine: engine, store: store, links: links, app: a}
}

func (o oneWay) sync(t *testing.T) *syncer.Report {
	t.Helper()
	report, err := o.Sync(t.Context(), syncer.SyncOptions{})
	require.NoError(t, err)
	return report
}

func addTasks(ghl *syncertest.Service, n int) (refs []syncer.Ref) {
	for i := range n {
		refs = append(refs, ghl.Add(syncer.KindTask, "c1", syncer.Fields{"title": merge.Text("Task " + strconv.Itoa(i)), "status": merge.Text("open")}))
	}
	return refs
}

func TestFirstSyncOpensEachLinkOnceAndTheSecondNothing(t *testing.T) {
	t.Parallel()
	ghl := syncertest.NewService(syncer.GHL)
	addTasks(ghl, 5)
	ghl.Add(syncer.KindTask, "c1", syncer.Fields{"title": merge.Text("Done"), "status": merge.Text("completed")})
	ghl.Add(syncer.KindNote, "c1", syncer.Fields{"content": merge.Text("A note")})
	ledger := filepath.Join(t.TempDir(), "ledger")
	o := newOneWay(t, ghl, memstore.New(), ledger, &app{})
	report := o.sync(t)
	assert.True(t, report.Settled())
	assert.Equal(t, 6, report.Total().Created)
	want := map[string]int{"Task 0": 1, "Task 1": 1, "Task 2": 1, "Task 3": 1, "Task 4": 1, "A note": 1}
	assert.Equal(t, want, o.app.titles(t))
	for range 2 {
		report = o.sync(t)
		assert.True(t, report.Settled())
		assert.Zero(t, report.Writes)
	}
	assert.Equal(t, want, o.app.titles(t))
	assert.Zero(t, ghl.Writes(), "nothing goes the other way")

	t.Run("the store is lost", func(t *testing.T) {
		t.Parallel()
		anew := newOneWay(t, ghl, memstore.New(), ledger, o.app)
		report := anew.sync(t)
		assert.True(t, report.Settled())
		assert.Equal(t, 6, report.Total().Linked, "the ledger names the twins")
		assert.Equal(t, want, o.app.titles(t))
	})
	t.Run("the ledger is lost", func(t *testing.T) {
		t.Parallel()
		store := memstore.New()
		newOneWay(t, ghl, store, ledger, o.app).sync(t)
		blank := newOneWay(t, ghl, store, filepath.Join(t.TempDir(), "ledger"), o.app)
		_, err := blank.Sync(t.Context(), syncer.SyncOptions{})
		halt, ok := errors.AsType[*syncer.HaltError](err)
		require.True(t, ok)
		assert.Equal(t, syncer.HaltIdentity, halt.Halts[0].Code)
		assert.Equal(t, want, o.app.titles(t))
	})
}

func TestChangesInGHLAreReportedAndNotLost(t *testing.T) {
	t.Parallel()
	ghl := syncertest.NewService(syncer.GHL)
	refs := addTasks(ghl, 2)
	o := newOneWay(t, ghl, memstore.New(), filepath.Join(t.TempDir(), "ledger"), &app{})
	o.sync(t)
	require.True(t, ghl.Edit(refs[0], syncer.Fields{"title": merge.Text("Renamed"), "status": merge.Text("completed")}))
	require.True(t, ghl.Remove(refs[1]))
	report := o.sync(t)
	assert.Len(t, o.app.links, 2, "nothing is opened for a change")
	assert.True(t, report.Settled(), "and nothing fails again and again")
	assert.Equal(t, 2, report.Parked)
	assert.Equal(t, 1, report.Total().Unlinked)

	record, err := ghl.Get(t.Context(), refs[0])
	require.NoError(t, err)
	parked := o.parked(t, refs[0])
	require.Len(t, parked, 2)
	assert.Equal(t, "Renamed", parked["title"].GHL.AsText())
	assert.Equal(t, "Task 0", parked["title"].Pagico.AsText())
	assert.Equal(t, "the record on pagico cannot be written", parked["title"].Reason)

	report = o.sync(t)
	assert.Zero(t, report.Writes)
	assert.Len(t, o.parked(t, refs[0]), 2, "it waits for a person")

	require.True(t, ghl.Edit(refs[0], syncer.Fields{"status": merge.Text("open")}))
	record.Fields["status"] = merge.Text("open")
	resent, err := o.links.Resend(t.Context(), newTask(refs[0].ID, record.Fields))
	require.NoError(t, err)
	assert.Equal(t, "Renamed", resent.Fields["title"].AsText())
	report = o.sync(t)
	assert.True(t, report.Settled())
	assert.Empty(t, o.parked(t, refs[0]), "the app has it now")
	assert.Equal(t, map[string]int{"Task 0": 1, "Task 1": 1, "Renamed": 1}, o.app.titles(t))
}

func (o oneWay) parked(t *testing.T, ref syncer.Ref) map[string]syncer.Parked {
	t.Helper()
	var parked map[string]syncer.Parked
	require.NoError(t, o.store.View(t.Context(), "one-way", func(tx syncer.Tx) error {
		link, err := tx.LinkOf(ref)
		parked = link.Parked
		return err
	}))
	return parked
}

func TestFailingAppIsTriedAgainAndDoubtIsNot(t *testing.T) {
	t.Parallel()
	ghl := syncertest.NewService(syncer.GHL)
	refs := addTasks(ghl, 1)
	o := newOneWay(t, ghl, memstore.New(), filepath.Join(t.TempDir(), "ledger"), &app{err: urlscheme.ErrNotOpened, lose: true})
	assert.Len(t, o.sync(t).Failures, 1)
	assert.Len(t, o.sync(t).Failures, 1, "the opener was sure, so it is tried again")
	o.app.err = errors.New("exit status 1")
	for range 3 {
		report := o.sync(t)
		assert.False(t, report.Settled())
		require.NotEmpty(t, report.Failures, "doubt is reported in every pass")
		assert.Contains(t, report.Failures[0].Reason, "look into the app")
		o.app.err = nil
	}
	assert.Empty(t, o.app.links, "and never opened again")
	doubtful, err := o.links.Doubtful(t.Context())
	require.NoError(t, err)
	require.Len(t, doubtful, 1)
	assert.Equal(t, refs[0].ID, doubtful[0].Twin)
	o.app.lose = false
	_, err = o.links.Resend(t.Context(), doubtful[0])
	require.NoError(t, err)
	for range 2 {
		assert.True(t, o.sync(t).Settled())
	}
	assert.Equal(t, map[string]int{"Task 0": 1}, o.app.titles(t))
}

// image is everything that outlives a crash.
type image struct {
	store  memstore.Snapshot
	ledger []byte
	links  []urlscheme.Link
}

// camera takes an image after every commit of the store and around every opening.
type camera struct {
	*memstore.Store
	ledger string
	app    *app

	mu     sync.Mutex
	images []image
}

func (c *camera) Update(ctx context.Context, conn syncer.ConnectionID, fn func(syncer.Tx) error) error {
	err := c.Store.Update(ctx, conn, fn)
	c.app.mu.Lock()
	defer c.app.mu.Unlock()
	c.take()
	return err
}

// take needs the app's lock.
func (c *camera) take() {
	c.mu.Lock()
	defer c.mu.Unlock()
	ledger, err := os.ReadFile(c.ledger)
	if err == nil {
		c.images = append(c.images, image{c.Snapshot(), ledger, append([]urlscheme.Link(nil), c.app.links...)})
	}
}

// TestCrashAnywhereOpensAtMostOnce goes on from every state in which a first sync
// can be cut off. No link is opened twice; what was opened, or is in doubt, is known;
// and once a person has looked into the app, everything is there exactly once.
func TestCrashAnywhereOpensAtMostOnce(t *testing.T) {
	t.Parallel()
	ghl := syncertest.NewService(syncer.GHL)
	addTasks(ghl, 4)
	dir := t.TempDir()
	a := &app{}
	c := &camera{Store: memstore.New(), ledger: filepath.Join(dir, "ledger"), app: a}
	a.before, a.after = c.take, c.take
	newOneWay(t, ghl, c, c.ledger, a).sync(t)
	require.Greater(t, len(c.images), 16)
	inDoubt, unopened := 0, 0
	for i, img := range c.images {
		path := filepath.Join(dir, strconv.Itoa(i))
		require.NoError(t, os.WriteFile(path, img.ledger, 0o600))
		store := memstore.New()
		store.Restore(img.store)
		o := newOneWay(t, ghl, store, path, &app{links: img.links})
		o.sync(t)
		doubtful, err := o.links.Doubtful(t.Context())
		require.NoError(t, err)
		report := o.sync(t)
		reported := map[string]bool{}
		for _, f := range report.Failures {
			reported[f.Ref.ID] = true
		}
		assert.Len(t, reported, len(doubtful), "what is in doubt is reported, and nothing else")
		assert.Zero(t, report.Writes)
		made := o.app.titles(t)
		for _, rec := range doubtful {
			inDoubt++
			assert.True(t, reported[rec.Twin])
			if made[rec.Label] > 0 {
				require.NoError(t, o.links.Confirm(t.Context(), rec.Ref))
				continue
			}
			unopened++
			_, err := o.links.Resend(t.Context(), rec)
			require.NoError(t, err)
		}
		o.sync(t)
		report = o.sync(t)
		assert.True(t, report.Settled())
		assert.Zero(t, report.Writes)
		assert.Equal(t, map[string]int{"Task 0": 1, "Task 1": 1, "Task 2": 1, "Task 3": 1}, o.app.titles(t), "image %d", i)
	}
	assert.Positive(t, unopened, "some images were taken between the ledger and the opening")
	assert.Greater(t, inDoubt, unopened, "and some right after it")
	t.Logf("%d images, %d links in doubt, %d of them not opened", len(c.images), inDoubt, unopened)
}
