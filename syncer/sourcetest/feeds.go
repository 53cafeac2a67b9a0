package sourcetest

import (
	"errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

func (b *bench) feed() {
	made := map[string]syncer.Record{}
	for range 3 {
		rec := b.mustCreate()
		made[rec.Ref.ID] = rec
	}
	before := 0
	if b.Requests != nil {
		before = b.Requests()
	}
	feed := b.Changes(b.Context(), b.kind.Kind, "")
	if b.Requests != nil {
		assert.Equal(b, before, b.Requests(), "a feed must not ask before it is ranged over")
	}
	for _, err := range feed.All {
		require.NoError(b, err)
		break
	}
	whole := b.Changes(b.Context(), b.kind.Kind, "")
	seen := map[string]int{}
	for rec, err := range whole.All {
		require.NoError(b, err)
		seen[rec.Ref.ID]++
	}
	for id, rec := range made {
		assert.Equal(b, 1, seen[id], id)
		assert.True(b, whole.Covers == nil || whole.Covers(rec.Ref), "a first reading covers everything")
	}
	ghost := syncer.Ref{Side: b.Side(), Kind: b.kind.Kind, ID: "nosuchrecord0000", Parent: b.parent}
	assert.True(b, whole.Covers == nil || whole.Covers(ghost))
	if whole.Next == nil {
		return
	}
	later := b.Changes(b.Context(), b.kind.Kind, whole.Next())
	for rec, err := range later.All {
		require.NoError(b, err)
		assert.Contains(b, made, rec.Ref.ID)
	}
	if b.Edit != nil {
		b.changesAfter(later.Next(), made)
	}
}

// changesAfter checks that a listing of changes tells an edit, and a removal
// unless it covers the record.
func (b *bench) changesAfter(cursor syncer.Cursor, made map[string]syncer.Record) {
	b.Helper()
	var edited, removed syncer.Record
	for _, rec := range made {
		edited, removed = rec, edited
	}
	for name, value := range b.kind.Changed {
		b.Edit(edited.Ref, syncer.Fields{name: value})
		break
	}
	b.Remove(removed.Ref)
	feed := b.Changes(b.Context(), b.kind.Kind, cursor)
	told := map[string]syncer.Record{}
	for rec, err := range feed.All {
		require.NoError(b, err)
		told[rec.Ref.ID] = rec
	}
	require.Contains(b, told, edited.Ref.ID)
	assert.NotEqual(b, edited.Content(), told[edited.Ref.ID].Content())
	if feed.Covers != nil && !feed.Covers(removed.Ref) {
		assert.True(b, told[removed.Ref.ID].Deleted, "a removal must be told when it cannot be missed")
	}
}

func (b *bench) brokenFeed() {
	if b.BreakLists == nil {
		return
	}
	rec := b.mustCreate()
	mend := b.BreakLists(b.kind.Kind)
	failures := 0
	for _, err := range b.Changes(b.Context(), b.kind.Kind, "").All {
		if err != nil {
			failures++
			continue
		}
		assert.Zero(b, failures, "a record after the error")
	}
	assert.Equal(b, 1, failures)
	mend()
	assert.Contains(b, b.list(), rec.Ref.ID)
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
