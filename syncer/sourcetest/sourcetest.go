package sourcetest

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// Hooks act on the service behind a source, not through the source. They fail
// the test themselves when they cannot do their work.
type Hooks struct {
	// NewParent makes a record that others can belong to and returns its id.
	NewParent func() string
	// Edit sets fields of a record as a person in the service would.
	Edit func(ref syncer.Ref, set syncer.Fields)
	// Remove deletes a record as a person in the service would. Given a parent,
	// it removes what belongs to it as well, if the service does so.
	Remove func(ref syncer.Ref)
	// LoseCreate lets the next create of the kind take effect and loses its answer.
	LoseCreate func(kind syncer.Kind)
	// DropCreate loses the next create of the kind before it takes effect.
	DropCreate func(kind syncer.Kind)
	// BreakLists makes every listing of the kind end in an error until mend is
	// called; records before the error may come or not.
	BreakLists func(kind syncer.Kind) (mend func())
	// Deny makes the service refuse the source's token until mend is called.
	Deny func() (mend func())
	// Stranger returns a source on the same service, set up for a tenant that
	// its token does not belong to.
	Stranger func() syncer.Source
	// Requests counts the requests that reached the service.
	Requests func() int
}

// Kind tells how to test one kind of record.
type Kind struct {
	Kind syncer.Kind
	// Fields are those of a new record. Every field must be shown as given.
	Fields syncer.Fields
	// Changed are other values of fields, each of which can be written alone.
	Changed syncer.Fields
	// Clearable names the fields that can be cleared.
	Clearable []string
	// Orphan says that records of this kind are made without a parent; Outlives that
	// they stay when their parent goes.
	Orphan, Outlives bool
}

// Features says what a source claims beyond the contract.
type Features struct {
	// Kinds are those that can be created, updated and deleted.
	Kinds []Kind
	// Markers: a new record shows the twin that it was made from.
	Markers bool
	// Guarded: updates and deletes of a record that has changed since it was
	// read return [syncer.ErrChanged].
	Guarded bool
}

// Run runs all checks. newSource is called once per subtest and returns a source
// on an empty service of its own; it may register cleanups.
func Run(t *testing.T, newSource func(t *testing.T) (syncer.Source, Hooks), f Features) {
	t.Helper()
	start := func(t *testing.T, k Kind) *bench {
		t.Helper()
		t.Parallel()
		source, hooks := newSource(t)
		return &bench{T: t, Source: source, Hooks: hooks, Features: f, kind: k}
	}
	t.Run("Identify", func(t *testing.T) { start(t, Kind{}).identify() })
	t.Run("Kinds", func(t *testing.T) { start(t, Kind{}).kinds() })
	t.Run("CapabilitiesHaveTheRightShape", func(t *testing.T) { start(t, Kind{}).shapes() })
	for _, k := range f.Kinds {
		t.Run(string(k.Kind), func(t *testing.T) {
			t.Parallel()
			for name, check := range map[string]func(*bench){
				"CreateShowsWhatWasGiven":     (*bench).create,
				"UpdateWritesOneField":        (*bench).update,
				"UpdateClears":                (*bench).clearing,
				"UpdateOfStaleRecord":         (*bench).stale,
				"DeleteRemoves":               (*bench).remove,
				"MissingIsNotFound":           (*bench).missing,
				"EditsOfOthersAreSeen":        (*bench).edits,
				"RemovalsOfOthersAreSeen":     (*bench).removals,
				"ParentTakesChildrenAlong":    (*bench).cascade,
				"LostAnswerMakesOneRecord":    (*bench).lostAnswer,
				"LostRequestMakesNone":        (*bench).lostRequest,
				"FindFindsOnlyTheTwin":        (*bench).findNothing,
				"FeedIsLazyAndMayBeLeft":      (*bench).feed,
				"FeedStopsAfterItsError":      (*bench).brokenFeed,
				"CancelledContextStopsIt":     (*bench).cancelled,
				"DeniedTokenIsErrDenied":      (*bench).denied,
				"ConcurrentUse":               (*bench).concurrent,
				"ArgumentsAreLeftAlone":       (*bench).arguments,
				"RecreatingAfterDeleteIsFine": (*bench).recreate,
				"CandidatesHoldTheTwin":       (*bench).candidates,
				"CandidatesFailAsListsDo":     (*bench).brokenCandidates,
				"MoveChangesTheParentAlone":   (*bench).moves,
				"MoveFailsAndChangesNothing":  (*bench).movesNotTo,
				"ChildrenAreThoseOfTheParent": (*bench).children,
			} {
				t.Run(name, func(t *testing.T) { check(start(t, k)) })
			}
		})
	}
}

// bench is one subtest at work.
type bench struct {
	*testing.T
	syncer.Source
	Hooks
	Features
	kind   Kind
	parent string
	made   int
}

// blueprint is a record to be created, with a twin of its own.
func (b *bench) blueprint() syncer.Record {
	b.Helper()
	b.made++
	if b.parent == "" && !b.kind.Orphan {
		require.NotNil(b, b.NewParent, "a kind with parents needs the hook NewParent")
		b.parent = b.NewParent()
	}
	return syncer.Record{
		Ref:    syncer.Ref{Side: b.Side(), Kind: b.kind.Kind, Parent: b.parent},
		Fields: maps.Clone(b.kind.Fields),
		Twin:   fmt.Sprintf("twin-%d", b.made),
	}
}

// op is an id like those of the engine.
func (b *bench) op() syncer.OpID { return syncer.OpID(fmt.Sprintf("op-%s-%d", b.kind.Kind, b.made)) }

// mustCreate makes a record.
func (b *bench) mustCreate() syncer.Record {
	b.Helper()
	want := b.blueprint()
	rec, err := b.Create(b.Context(), want, b.op())
	require.NoError(b, err)
	return rec
}

// mustGet reads a record that exists.
func (b *bench) mustGet(ref syncer.Ref) syncer.Record {
	b.Helper()
	rec, err := b.Get(b.Context(), ref)
	require.NoError(b, err)
	require.False(b, rec.Deleted)
	return rec
}

// list reads a whole feed, without tombstones.
func (b *bench) list() map[string]syncer.Record {
	b.Helper()
	feed := b.Changes(b.Context(), b.kind.Kind, "")
	live := map[string]syncer.Record{}
	for rec, err := range feed.All {
		require.NoError(b, err)
		assert.Equal(b, b.kind.Kind, rec.Ref.Kind)
		assert.Equal(b, b.Side(), rec.Ref.Side)
		if !rec.Deleted {
			live[rec.Ref.ID] = rec
		}
	}
	return live
}

// gone checks that a record is proven gone.
func (b *bench) gone(ref syncer.Ref) {
	b.Helper()
	rec, err := b.Get(b.Context(), ref)
	if err == nil {
		assert.True(b, rec.Deleted, "%s is still there", ref)
		return
	}
	require.ErrorIs(b, err, syncer.ErrNotFound)
}

// same compares what two records show.
func (b *bench) same(want, got syncer.Record) {
	b.Helper()
	assert.Equal(b, want.Ref, got.Ref)
	b.shows(want.Fields, got)
	assert.Equal(b, want.Twin, got.Twin)
	assert.Equal(b, want.Content(), got.Content())
}

func (b *bench) shows(want syncer.Fields, got syncer.Record) {
	b.Helper()
	for name, v := range want {
		assert.Equal(b, v, got.Fields[name], "field %s", name)
	}
}

func (b *bench) identify() {
	first, err := b.Identify(b.Context())
	require.NoError(b, err)
	require.NotEmpty(b, first)
	again, err := b.Identify(b.Context())
	require.NoError(b, err)
	assert.Equal(b, first, again)
	if b.Requests != nil {
		before := b.Requests()
		_, err = b.Identify(b.Context())
		require.NoError(b, err)
		assert.Greater(b, b.Requests(), before, "Identify must ask the service")
	}
	if b.Stranger != nil {
		_, err = b.Stranger().Identify(b.Context())
		require.ErrorIs(b, err, syncer.ErrDenied)
	}
	if b.Deny != nil {
		mend := b.Deny()
		_, err = b.Identify(b.Context())
		require.ErrorIs(b, err, syncer.ErrDenied)
		mend()
		_, err = b.Identify(b.Context())
		require.NoError(b, err)
	}
}

func (b *bench) kinds() {
	for _, k := range b.Features.Kinds {
		assert.Contains(b, b.Source.Kinds(), k.Kind)
	}
	err := error(nil)
	for _, err = range b.Changes(b.Context(), "no such kind", "").All {
		break
	}
	require.ErrorIs(b, err, syncer.ErrUnsupported)
	_, err = b.Get(b.Context(), syncer.Ref{Side: b.Side(), Kind: "no such kind", ID: "x", Parent: "y"})
	require.ErrorIs(b, err, syncer.ErrUnsupported)
	_, err = b.Create(b.Context(), syncer.Record{Ref: syncer.Ref{Side: b.Side(), Kind: "no such kind"}}, "op")
	require.ErrorIs(b, err, syncer.ErrUnsupported)
	require.ErrorIs(b, b.Delete(b.Context(), syncer.Record{Ref: syncer.Ref{Side: b.Side(), Kind: "no such kind", ID: "x", Parent: "y"}}, "op"), syncer.ErrUnsupported)
}

// probe asks for the record of a blueprint.
func (b *bench) probe(rec syncer.Record) syncer.Probe {
	return syncer.Probe{Kind: rec.Ref.Kind, Parent: rec.Ref.Parent, Twin: rec.Twin, Fields: rec.Fields, After: time.Now().Add(-time.Hour)}
}

// exists reports whether the error says that the record was there before.
func exists(err error) (syncer.Ref, bool) {
	e, ok := errors.AsType[*syncer.ExistsError](err)
	if !ok {
		return syncer.Ref{}, false
	}
	return e.Ref, true
}
