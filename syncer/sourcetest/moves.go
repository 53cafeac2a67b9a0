package sourcetest

import (
	"slices"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// mover is the source, if it moves records of the kind at hand.
func (b *bench) mover() syncer.Mover {
	m, ok := b.Source.(syncer.Mover)
	if !ok || !m.CanMove(b.kind.Kind) || b.NewParent == nil {
		return nil
	}
	return m
}

func (b *bench) moves() {
	m := b.mover()
	if m == nil {
		return
	}
	rec, home := b.mustCreate(), b.NewParent()
	before := rec
	moved, err := m.Move(b.Context(), rec, home, b.op())
	require.NoError(b, err)
	assert.Equal(b, before, rec, "what it is given is left alone")
	want := rec
	want.Ref.Parent = home
	b.same(want, moved)
	b.same(want, b.mustGet(rec.Ref))
	b.same(want, b.list()[rec.Ref.ID])
	assert.NotEqual(b, rec.Content(), moved.Content(), "the engine sees that it moved")
	again, err := m.Move(b.Context(), moved, home, b.op())
	require.NoError(b, err, "again")
	b.same(want, again)
	assert.Len(b, b.list(), 1)
	found, err := b.Find(b.Context(), syncer.Probe{Kind: rec.Ref.Kind, Parent: home, Twin: rec.Twin, Fields: rec.Fields})
	require.NoError(b, err)
	assert.Len(b, found, 1)
}

func (b *bench) movesNotTo() {
	m := b.mover()
	if m == nil {
		return
	}
	rec, home := b.mustCreate(), b.NewParent()
	_, err := m.Move(b.Context(), rec, "nosuchparent0000", b.op())
	assert.Condition(b, func() bool { return isAny(err, syncer.ErrNotFound, syncer.ErrRefused) }, "%v", err)
	b.same(rec, b.mustGet(rec.Ref))
	if b.Guarded && b.Edit != nil {
		for name, value := range b.kind.Changed {
			b.Edit(rec.Ref, syncer.Fields{name: value})
			_, err := m.Move(b.Context(), rec, home, b.op())
			require.ErrorIs(b, err, syncer.ErrChanged)
			assert.Equal(b, rec.Ref.Parent, b.mustGet(rec.Ref).Ref.Parent)
			break
		}
	}
	ghost := b.mustGet(rec.Ref)
	require.NoError(b, b.Delete(b.Context(), ghost, b.op()))
	_, err = m.Move(b.Context(), ghost, home, b.op())
	assert.Condition(b, func() bool { return isAny(err, syncer.ErrNotFound, syncer.ErrChanged) }, "%v", err)
	b.gone(rec.Ref)
}

// children are the ids that the source lists below a parent.
func (b *bench) childrenOf(c syncer.Children, parent string) []string {
	b.Helper()
	var ids []string
	for rec, err := range c.Children(b.Context(), syncer.Ref{Side: b.Side(), Kind: syncer.KindContact, ID: parent}, b.kind.Kind) {
		require.NoError(b, err)
		assert.Equal(b, parent, rec.Ref.Parent)
		if !rec.Deleted {
			ids = append(ids, rec.Ref.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func (b *bench) children() {
	c, ok := b.Source.(syncer.Children)
	if !ok || b.kind.Orphan {
		return
	}
	one, two := b.mustCreate(), b.mustCreate()
	first := b.parent
	b.parent = ""
	other := b.mustCreate()
	want := []string{one.Ref.ID, two.Ref.ID}
	slices.Sort(want)
	assert.Equal(b, want, b.childrenOf(c, first))
	assert.Equal(b, []string{other.Ref.ID}, b.childrenOf(c, b.parent))
	feed := c.Children(b.Context(), syncer.Ref{Side: b.Side(), Kind: syncer.KindContact, ID: first}, b.kind.Kind)
	for range 2 { // it can be left early, and ranged over again
		for rec, err := range feed {
			require.NoError(b, err)
			b.same(b.mustGet(rec.Ref), rec)
			break
		}
	}
	if b.Remove != nil && !b.kind.Outlives {
		b.Remove(syncer.Ref{Side: b.Side(), Kind: syncer.KindContact, ID: first})
		assert.Empty(b, b.childrenOf(c, first), "nothing belongs to what is gone")
	}
	if b.Deny != nil {
		mend := b.Deny()
		defer mend()
		err := error(nil)
		for _, err = range c.Children(b.Context(), syncer.Ref{Side: b.Side(), Kind: syncer.KindContact, ID: b.parent}, b.kind.Kind) {
			break
		}
		require.ErrorIs(b, err, syncer.ErrDenied)
	}
}
