package syncer_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// oneSided are flows in which a title waits although one side owns it, because
// the record on the other side cannot be written.
func oneSided() map[string]func(*syncer.Config) {
	return map[string]func(*syncer.Config){
		"one way": func(c *syncer.Config) { c.Flows[1].Rules.Direction = merge.GHLToPagico },
		"owner":   func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Owner = merge.GHL },
		"ignored": func(c *syncer.Config) {
			c.Flows[1].Rules.Direction, c.Flows[1].Rules.OneWay = merge.GHLToPagico, merge.Ignore
		},
	}
}

// setLock makes a Pagico record one that nobody can write, or one that can be.
func (b *bench) setLock(ref syncer.Ref, locked bool) {
	rec, err := b.pagico.Get(b.t.Context(), ref)
	require.NoError(b.t, err)
	rec.ReadOnly = locked
	b.pagico.Put(rec)
}

func (b *bench) waiting() []syncer.Link {
	b.t.Helper()
	waiting, err := b.engine.Waiting(b.t.Context())
	require.NoError(b.t, err)
	return waiting
}

func TestDecideTakesTheOwnersSide(t *testing.T) {
	t.Parallel()
	for name, config := range oneSided() {
		b := newBench(t, config)
		_, task := b.seed()
		b.sync()
		twin := b.twin(task).Ref
		b.setLock(twin, true)
		b.ghl.Edit(task, titled("Call back"))
		b.sync()
		require.Len(t, b.waiting(), 1, name)
		link := b.waiting()[0].ID

		for _, other := range []syncer.Value{text("Call"), text("something else"), merge.None()} {
			err := b.engine.Decide(t.Context(), link, "title", other, "Grace")
			require.ErrorIs(t, err, syncer.ErrOwned)
			require.EqualError(t, err, `syncer: the field belongs to the other side: link 2, field "title" flows from ghl, which shows "Call back": decide for that, or edit it there`)
		}
		require.Zero(t, b.sync().Writes)
		require.Len(t, b.waiting(), 1, "it still waits")

		require.NoError(t, b.engine.Decide(t.Context(), link, "title", text("Call back"), "Grace"))
		require.Zero(t, b.sync().Writes, "nothing can be written")
		require.Empty(t, b.waiting(), name)
		require.Equal(t, text("Call"), b.twin(task).Fields["title"])
		b.quiet()
		receipt, err := b.engine.Verify(t.Context())
		require.NoError(t, err)
		require.Len(t, receipt.Waiting, 1, "Verify tells of it")
		require.ErrorIs(t, b.engine.Decide(t.Context(), link, "title", text("Call back"), "Grace"), syncer.ErrNotParked)

		b.ghl.Edit(task, titled("Call today"))
		b.sync()
		require.Len(t, b.waiting(), 1, "another edit is another matter")
		b.setLock(twin, false)
		b.sync()
		require.Empty(t, b.waiting())
		require.Equal(t, text("Call today"), b.twin(task).Fields["title"])
		b.quiet()
	}
}

// A decision does not hide what is edited after it.
func TestDecideForTheOwnerIsNotForcedOnALaterEdit(t *testing.T) {
	t.Parallel()
	b := newBench(t, oneSided()["one way"])
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.setLock(twin, true)
	b.ghl.Edit(task, titled("Call back"))
	b.sync()
	b.decide(text("Call back"))
	b.ghl.Edit(task, titled("Call today"))
	b.sync()
	require.Equal(t, text("Call today"), b.waiting()[0].Parked["title"].GHL)
	b.decide(text("Call today"))
	b.sync()
	require.Empty(t, b.waiting())
	b.quiet()
}

// Verify takes only the two values for settled that somebody decided on.
func TestVerifyIsNotBlindAfterADecision(t *testing.T) {
	t.Parallel()
	b := newBench(t, oneSided()["one way"])
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.setLock(twin, true)
	b.ghl.Edit(task, titled("Call back"))
	b.sync()
	b.decide(text("Call back"))
	b.sync()
	b.quiet()
	b.ghl.Edit(task, titled("unseen"))
	receipt, err := b.engine.Verify(t.Context())
	require.NoError(t, err)
	require.Len(t, receipt.Drifted, 1)
}

// In a two-way flow without an owner a record that cannot be written waits, too:
// the decision for what it shows is carried to the other side.
func TestDecideForARecordThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	b.setLock(b.twin(task).Ref, true)
	b.ghl.Edit(task, titled("Call back"))
	b.sync()
	b.decide(text("Call back"))
	b.sync()
	require.Contains(t, b.waiting()[0].Parked["title"].Reason, "the decision of Grace could not be carried out")
	b.decide(text("Call"))
	b.sync()
	require.Empty(t, b.waiting())
	require.Equal(t, text("Call"), b.ghl.All(syncer.KindTask)[0].Fields["title"])
	b.quiet()
}

// resolver answers for a person.
type resolver func(merge.Conflict) (syncer.Value, bool)

func (r resolver) Resolve(_ context.Context, _ syncer.Link, c merge.Conflict) (syncer.Value, bool, error) {
	v, ok := r(c)
	return v, ok, nil
}

func TestResolverDecidesForTheOwner(t *testing.T) {
	t.Parallel()
	b := newBench(t, oneSided()["one way"], func(c *syncer.Config) {
		c.Resolver = resolver(func(c merge.Conflict) (syncer.Value, bool) { return c.GHL, true })
	})
	_, task := b.seed()
	b.sync()
	b.setLock(b.twin(task).Ref, true)
	b.ghl.Edit(task, titled("Call back"))
	b.sync()
	require.Empty(t, b.waiting())
	b.quiet()
}

// TestOtherRulesSettleWhatWaits: whoever tires of deciding by hand gives the field
// a policy, an owner or a resolver, and the next pass goes by that.
func TestOtherRulesSettleWhatWaits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*syncer.Config)
		want   string
	}{
		"policy":    {func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = merge.GHLWins }, "from ghl"},
		"owner":     {func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Owner = merge.Pagico }, "from pagico"},
		"direction": {func(c *syncer.Config) { c.Flows[1].Rules.Direction = merge.GHLToPagico }, "from ghl"},
		"resolver": {func(c *syncer.Config) {
			c.Resolver = resolver(func(c merge.Conflict) (syncer.Value, bool) { return c.Pagico, true })
		}, "from pagico"},
	} {
		b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = merge.Manual })
		_, task := b.seed()
		b.sync()
		b.ghl.Edit(task, titled("from ghl"))
		b.pagico.Edit(b.twin(task).Ref, titled("from pagico"))
		require.Equal(t, 1, b.sync().Parked, name)
		plan, err := b.engine.Plan(t.Context())
		require.NoError(t, err)
		b.restart(func(cfg *syncer.Config) {
			cfg.Flows[1].Rules.Fields = slices.Clone(cfg.Flows[1].Rules.Fields)
			c.change(cfg)
		})
		_, err = b.engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
		require.ErrorIs(t, err, syncer.ErrOtherRules, name)
		require.Equal(t, 1, b.sync().Writes, name)
		require.Empty(t, b.waiting(), name)
		require.Equal(t, text(c.want), b.twin(task).Fields["title"], name)
		b.quiet()
	}
}
