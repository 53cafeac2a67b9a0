package sourcetest

import (
	"context"
	"maps"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// maxLookups is up to how many requests a source may make to look for one twin
// among a handful of records.
const maxLookups = 20

// sought is a record of the other side that shows the given fields.
func (b *bench) sought(id string, fields syncer.Fields) syncer.Record {
	rec := syncer.Record{Ref: syncer.Ref{Side: b.Side().Other(), Kind: b.kind.Kind, ID: id}, Fields: fields}
	if !b.kind.Orphan {
		rec.Ref.Parent = "parent-there"
	}
	return rec
}

// lookUp collects the candidates for a record, each of which must come once.
func (b *bench) lookUp(source syncer.Candidates, rec syncer.Record) (found map[string]syncer.Record, by []string) {
	b.Helper()
	requests := func() int {
		if b.Requests == nil {
			return 0
		}
		return b.Requests()
	}
	before := requests()
	feed, by := source.Candidates(b.Context(), rec, b.parent)
	assert.Equal(b, before, requests(), "candidates must not be asked for before they are ranged over")
	found = map[string]syncer.Record{}
	for rec, err := range feed.All {
		require.NoError(b, err)
		assert.NotContains(b, found, rec.Ref.ID, "each candidate comes once")
		assert.Equal(b, b.kind.Kind, rec.Ref.Kind)
		assert.Equal(b, b.Side(), rec.Ref.Side)
		found[rec.Ref.ID] = rec
	}
	assert.LessOrEqual(b, requests()-before, maxLookups)
	return found, by
}

func (b *bench) candidates() {
	source, ok := b.Source.(syncer.Candidates)
	if !ok {
		return
	}
	first, second := b.mustCreate(), b.mustCreate()
	lookalike := b.sought("made-by-a-person", maps.Clone(b.kind.Fields))
	found, by := b.lookUp(source, lookalike)
	for _, rec := range []syncer.Record{first, second} {
		require.Contains(b, found, rec.Ref.ID)
		b.same(rec, found[rec.Ref.ID])
	}
	if b.kind.Orphan {
		require.NotEmpty(b, by, "a kind without parents is looked for by some fields")
		b.candidatesBy(source, by, first)
	} else {
		require.Empty(b, by, "all that a parent has are candidates")
		found, _ = b.lookUp(source, b.sought("another", maps.Clone(b.kind.Changed)))
		assert.Contains(b, found, first.Ref.ID, "whatever it shows")
		mine := b.parent
		b.parent = b.NewParent()
		found, _ = b.lookUp(source, lookalike)
		assert.NotContains(b, found, first.Ref.ID, "what belongs to another parent is no candidate")
		b.parent = mine
	}
	if b.Markers {
		stranger := b.sought(first.Twin, maps.Clone(b.kind.Changed))
		found, _ = b.lookUp(source, stranger)
		assert.Contains(b, found, first.Ref.ID, "a record that was made from the sought one is a candidate, whatever it shows")
	}
	if b.Remove != nil {
		b.Remove(second.Ref)
		found, _ = b.lookUp(source, lookalike)
		assert.Contains(b, found, first.Ref.ID)
		assert.True(b, found[second.Ref.ID].Deleted || found[second.Ref.ID].Ref.ID == "", "a removed record is no candidate")
	}
	feed, _ := source.Candidates(b.Context(), lookalike, b.parent)
	for _, err := range feed.All {
		require.NoError(b, err)
		break // leaving early does no harm
	}
}

// candidatesBy checks that each of the fields is enough to be found by.
func (b *bench) candidatesBy(source syncer.Candidates, by []string, made syncer.Record) {
	b.Helper()
	for _, name := range by {
		require.Contains(b, b.kind.Fields, name, "the suite needs a value of each field that records are looked for by")
		found, _ := b.lookUp(source, b.sought("like-it", syncer.Fields{name: made.Fields[name]}))
		assert.Contains(b, found, made.Ref.ID, "by %s alone", name)
		found, _ = b.lookUp(source, b.sought("unlike-it", syncer.Fields{name: b.kind.Changed[name]}))
		assert.NotContains(b, found, made.Ref.ID, "by another %s", name)
	}
	found, _ := b.lookUp(source, b.sought("nothing", nil))
	assert.NotContains(b, found, made.Ref.ID)
}

func (b *bench) brokenCandidates() {
	source, ok := b.Source.(syncer.Candidates)
	if !ok {
		return
	}
	b.mustCreate()
	rec := b.sought("made-by-a-person", maps.Clone(b.kind.Fields))
	failures := func(ctx context.Context, rec syncer.Record) (failed error) {
		feed, _ := source.Candidates(ctx, rec, b.parent)
		for _, err := range feed.All {
			require.NoError(b, failed, "something came after the error")
			failed = err
		}
		return failed
	}
	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	require.ErrorIs(b, failures(ctx, rec), context.Canceled)
	unknown := rec
	unknown.Ref.Kind = "no such kind"
	require.ErrorIs(b, failures(b.Context(), unknown), syncer.ErrUnsupported)
	if b.Deny != nil {
		mend := b.Deny()
		require.ErrorIs(b, failures(b.Context(), rec), syncer.ErrDenied)
		mend()
	}
	require.NoError(b, failures(b.Context(), rec))
}
