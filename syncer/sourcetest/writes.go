package sourcetest

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

func (b *bench) create() {
	want := b.blueprint()
	rec, err := b.Create(b.Context(), want, b.op())
	require.NoError(b, err)
	assert.NotEmpty(b, rec.Ref.ID)
	want.Ref.ID = rec.Ref.ID
	assert.Equal(b, want.Ref, rec.Ref)
	b.shows(want.Fields, rec)
	if b.Markers {
		assert.Equal(b, want.Twin, rec.Twin)
	}
	b.same(rec, b.mustGet(rec.Ref))
	listed := b.list()
	require.Contains(b, listed, rec.Ref.ID)
	b.same(rec, listed[rec.Ref.ID])
	found, err := b.Find(b.Context(), b.probe(want))
	require.NoError(b, err)
	require.Len(b, found, 1)
	b.same(rec, found[0])
}

func (b *bench) update() {
	rec := b.mustCreate()
	want := maps.Clone(rec.Fields)
	for name, value := range b.kind.Changed {
		want[name] = value
		updated, err := b.Update(b.Context(), rec, syncer.Fields{name: value}, b.op())
		require.NoError(b, err, "field %s", name)
		expected := rec
		expected.Fields = want
		b.same(expected, updated)
		rec = b.mustGet(rec.Ref)
		b.same(expected, rec)
		again, err := b.Update(b.Context(), rec, syncer.Fields{name: value}, b.op())
		require.NoError(b, err, "field %s, again", name)
		b.same(expected, again)
		rec = again
	}
	nothing, err := b.Update(b.Context(), rec, nil, b.op())
	require.NoError(b, err)
	b.same(rec, nothing)
}

func (b *bench) clearing() {
	rec := b.mustCreate()
	for _, name := range b.kind.Clearable {
		require.False(b, rec.Fields[name].IsNone(), "field %s must be filled to be cleared", name)
		updated, err := b.Update(b.Context(), rec, syncer.Fields{name: merge.None()}, b.op())
		require.NoError(b, err, "field %s", name)
		assert.True(b, updated.Fields[name].IsNone(), "field %s", name)
		rec = b.mustGet(rec.Ref)
		assert.True(b, rec.Fields[name].IsNone(), "field %s", name)
		assert.Equal(b, updated.Twin, rec.Twin)
	}
}

func (b *bench) stale() {
	if !b.Guarded || b.Edit == nil {
		return
	}
	rec := b.mustCreate()
	for name, value := range b.kind.Changed {
		b.Edit(rec.Ref, syncer.Fields{name: value})
		_, err := b.Update(b.Context(), rec, syncer.Fields{name: b.kind.Fields[name]}, b.op())
		require.ErrorIs(b, err, syncer.ErrChanged)
		require.ErrorIs(b, b.Delete(b.Context(), rec, b.op()), syncer.ErrChanged)
		fresh := b.mustGet(rec.Ref)
		assert.Equal(b, value, fresh.Fields[name])
		_, err = b.Update(b.Context(), fresh, syncer.Fields{name: b.kind.Fields[name]}, b.op())
		require.NoError(b, err)
		break
	}
}

func (b *bench) remove() {
	kept, rec := b.mustCreate(), b.mustCreate()
	require.NoError(b, b.Delete(b.Context(), rec, b.op()))
	b.gone(rec.Ref)
	listed := b.list()
	assert.NotContains(b, listed, rec.Ref.ID)
	assert.Contains(b, listed, kept.Ref.ID)
	require.ErrorIs(b, b.Delete(b.Context(), rec, b.op()), syncer.ErrNotFound)
	b.same(kept, b.mustGet(kept.Ref))
}

func (b *bench) missing() {
	rec := b.mustCreate()
	ghost := rec
	ghost.Ref.ID, ghost.Twin = "nosuchrecord0000", "nosuchtwin"
	b.gone(ghost.Ref)
	for name, value := range b.kind.Changed {
		_, err := b.Update(b.Context(), ghost, syncer.Fields{name: value}, b.op())
		if !b.Guarded || err == nil {
			require.ErrorIs(b, err, syncer.ErrNotFound)
		} else {
			assert.Condition(b, func() bool { return isAny(err, syncer.ErrNotFound, syncer.ErrChanged) }, "%v", err)
		}
		break
	}
	require.ErrorIs(b, b.Delete(b.Context(), ghost, b.op()), syncer.ErrNotFound)
	b.same(rec, b.mustGet(rec.Ref))
}

func (b *bench) edits() {
	if b.Edit == nil {
		return
	}
	rec := b.mustCreate()
	for name, value := range b.kind.Changed {
		b.Edit(rec.Ref, syncer.Fields{name: value})
		got := b.mustGet(rec.Ref)
		assert.Equal(b, value, got.Fields[name], "field %s", name)
		assert.NotEqual(b, rec.Content(), got.Content())
		b.same(got, b.list()[rec.Ref.ID])
		assert.Equal(b, rec.Twin, got.Twin)
	}
}

func (b *bench) removals() {
	if b.Remove == nil {
		return
	}
	rec := b.mustCreate()
	b.Remove(rec.Ref)
	b.gone(rec.Ref)
	assert.NotContains(b, b.list(), rec.Ref.ID)
	require.ErrorIs(b, b.Delete(b.Context(), rec, b.op()), syncer.ErrNotFound)
	for name, value := range b.kind.Changed {
		_, err := b.Update(b.Context(), rec, syncer.Fields{name: value}, b.op())
		assert.Condition(b, func() bool { return isAny(err, syncer.ErrNotFound, syncer.ErrChanged) }, "%v", err)
		break
	}
	b.gone(rec.Ref)
}

func (b *bench) cascade() {
	if b.Remove == nil || b.kind.Outlives || b.kind.Orphan {
		return
	}
	rec := b.mustCreate()
	b.Remove(syncer.Ref{Side: b.Side(), Kind: syncer.KindContact, ID: rec.Ref.Parent})
	b.gone(rec.Ref)
	want := b.blueprint()
	_, err := b.Create(b.Context(), want, b.op())
	assert.Condition(b, func() bool { return isAny(err, syncer.ErrNotFound, syncer.ErrRefused) }, "%v", err)
	found, err := b.Find(b.Context(), b.probe(want))
	require.NoError(b, err)
	assert.Empty(b, found)
}

func (b *bench) lostAnswer() {
	if b.LoseCreate == nil {
		return
	}
	want := b.blueprint()
	b.LoseCreate(b.kind.Kind)
	rec, err := b.Create(b.Context(), want, b.op())
	found, findErr := b.Find(b.Context(), b.probe(want))
	require.NoError(b, findErr)
	require.Len(b, found, 1)
	if err == nil { // the service lets a create be repeated
		b.same(rec, found[0])
	} else {
		require.ErrorIs(b, err, syncer.ErrUncertain)
	}
	b.shows(want.Fields, found[0])
	assert.Len(b, b.list(), 1)
}

func (b *bench) lostRequest() {
	if b.DropCreate == nil {
		return
	}
	want := b.blueprint()
	b.DropCreate(b.kind.Kind)
	rec, err := b.Create(b.Context(), want, b.op())
	if err != nil {
		found, findErr := b.Find(b.Context(), b.probe(want))
		require.NoError(b, findErr)
		require.Empty(b, found)
		assert.Empty(b, b.list())
		rec, err = b.Create(b.Context(), want, b.op())
		require.NoError(b, err)
	}
	b.shows(want.Fields, rec)
	assert.Len(b, b.list(), 1)
}

func (b *bench) findNothing() {
	one := b.blueprint()
	made, err := b.Create(b.Context(), one, b.op())
	require.NoError(b, err)
	other := b.blueprint()
	maps.Copy(other.Fields, b.kind.Changed)
	found, err := b.Find(b.Context(), b.probe(other))
	require.NoError(b, err)
	assert.Empty(b, found)
	if b.Markers {
		other.Fields = one.Fields // the same content, made from another twin
		found, err = b.Find(b.Context(), b.probe(other))
		require.NoError(b, err)
		assert.Empty(b, found)
	}
	if b.Remove != nil {
		b.Remove(made.Ref)
		found, err = b.Find(b.Context(), b.probe(one))
		require.NoError(b, err)
		assert.Empty(b, found)
	}
}

func (b *bench) recreate() {
	want := b.blueprint()
	first, err := b.Create(b.Context(), want, b.op())
	require.NoError(b, err)
	if _, err := b.Create(b.Context(), want, b.op()+"-twice"); err != nil {
		ref, ok := exists(err)
		require.True(b, ok, "%v", err)
		assert.Equal(b, first.Ref, ref)
		assert.Len(b, b.list(), 1)
	}
	for id, rec := range b.list() {
		require.NoError(b, b.Delete(b.Context(), rec, b.op()+syncer.OpID(id)))
	}
	again, err := b.Create(b.Context(), want, b.op()+"-again")
	require.NoError(b, err)
	assert.NotEqual(b, first.Ref.ID, again.Ref.ID)
	assert.Equal(b, first.Twin, again.Twin)
	b.same(again, b.mustGet(again.Ref))
}

func (b *bench) denied() {
	if b.Deny == nil {
		return
	}
	rec := b.mustCreate()
	mend := b.Deny()
	_, err := b.Get(b.Context(), rec.Ref)
	require.ErrorIs(b, err, syncer.ErrDenied)
	_, err = b.Create(b.Context(), b.blueprint(), b.op())
	require.ErrorIs(b, err, syncer.ErrDenied)
	require.ErrorIs(b, b.Delete(b.Context(), rec, b.op()), syncer.ErrDenied)
	for _, err = range b.Changes(b.Context(), b.kind.Kind, "").All {
		if err != nil {
			break
		}
	}
	require.ErrorIs(b, err, syncer.ErrDenied)
	mend()
	b.same(rec, b.mustGet(rec.Ref))
}

func (b *bench) cancelled() {
	rec := b.mustCreate()
	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	_, err := b.Identify(ctx)
	require.ErrorIs(b, err, context.Canceled)
	_, err = b.Get(ctx, rec.Ref)
	require.ErrorIs(b, err, context.Canceled)
	for _, err = range b.Changes(ctx, b.kind.Kind, "").All {
		if err != nil {
			break
		}
	}
	require.ErrorIs(b, err, context.Canceled)
	before := len(b.list())
	_, err = b.Create(ctx, b.blueprint(), b.op())
	require.ErrorIs(b, err, context.Canceled)
	require.NotErrorIs(b, err, syncer.ErrUncertain, "nothing was sent")
	assert.Len(b, b.list(), before)
}

func (b *bench) concurrent() {
	const users = 6
	plans := make([]syncer.Record, users)
	ops := make([]syncer.OpID, users)
	for i := range plans {
		plans[i], ops[i] = b.blueprint(), b.op()
	}
	var wg sync.WaitGroup
	for i := range plans {
		wg.Go(func() {
			rec, err := b.Create(b.Context(), plans[i], ops[i])
			if !assert.NoError(b, err) {
				return
			}
			_, err = b.Get(b.Context(), rec.Ref)
			assert.NoError(b, err)
			for _, err := range b.Changes(b.Context(), b.kind.Kind, "").All {
				assert.NoError(b, err)
			}
			_, err = b.Identify(b.Context())
			assert.NoError(b, err)
		})
	}
	wg.Wait()
	assert.Len(b, b.list(), users)
}

func (b *bench) arguments() {
	want := b.blueprint()
	given := maps.Clone(want.Fields)
	rec, err := b.Create(b.Context(), want, b.op())
	require.NoError(b, err)
	assert.Equal(b, given, want.Fields)
	before := maps.Clone(rec.Fields)
	for name, value := range b.kind.Changed {
		set := syncer.Fields{name: value}
		_, err = b.Update(b.Context(), rec, set, b.op())
		require.NoError(b, err)
		assert.Equal(b, syncer.Fields{name: value}, set)
		break
	}
	assert.Equal(b, before, rec.Fields)
	if !rec.ModifiedAt.IsZero() {
		assert.Equal(b, time.UTC, rec.ModifiedAt.Location())
	}
}
