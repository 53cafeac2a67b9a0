package syncer_test

import (
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// undoTeeth are the flaws of an undo.
func undoTeeth() map[string]func(*rapid.T, func(*syncer.Engine)) {
	return map[string]func(*rapid.T, func(*syncer.Engine)){
		"makes a deleted record again without an intent": deletionIsTakenBackOnce,
		"forgets what an undo made again":                deletionIsTakenBackOnce,
		"takes its own deletion for a person's":          deletionIsTakenBackOnce,
	}
}

// deletionIsTakenBackOnce: whatever answer gets lost, and if the process dies in
// the moment after the create, the deleted record is there once in the end.
func deletionIsTakenBackOnce(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, _, twin := sabotaged(t, sabotage)
	seq := b.lastSeqOf(t)
	b.pagico.Remove(twin)
	if rapid.Bool().Draw(t, "the answer to the deletion is lost") {
		b.ghl.SetFault(failing("delete", 1, syncertest.Fault{After: syncer.ErrUncertain}))
	}
	b.mustSync(t)
	b.ghl.SetFault(nil)
	b.mustSync(t)
	require.Empty(t, b.ghl.All(syncer.KindTask))
	plan, err := b.engine.Undo(t.Context(), syncer.UndoOptions{After: seq})
	require.NoError(t, err)
	plan = through(t, plan)

	proc := &process{}
	if rapid.Bool().Draw(t, "the process dies") {
		b.ghl.SetFault(func(c syncertest.Call) (f syncertest.Fault) {
			if c.Op == "create" {
				proc.dead.Store(true)
				f.After = errCrash
			}
			return f
		})
	}
	cfg := b.cfg
	cfg.Store = mortalStore{b.store, proc}
	engine, err := syncer.New(cfg)
	require.NoError(t, err)
	sabotage(engine)
	_, err = engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
	require.Equal(t, proc.dead.Load(), err != nil)
	b.ghl.SetFault(nil)
	for range 2 {
		_, err = b.engine.Apply(t.Context(), plan, syncer.ApplyOptions{})
		require.NoError(t, err)
	}
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
}

func (b *bench) lastSeqOf(t *rapid.T) (seq int64) {
	require.NoError(t, b.store.View(t.Context(), b.cfg.Connection, func(tx syncer.Tx) error {
		for e, err := range tx.Audit(0) {
			if err != nil {
				return err
			}
			seq = e.Seq
		}
		return nil
	}))
	return seq
}
