package syncer_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// attempts bounds how many worlds a flaw may survive; histories how many random
// ones, which are longer.
const (
	attempts  = 3000
	histories = 1500
)

// byHistories are the flaws that random histories alone catch, within the bound.
// The others show in small worlds only, made for them.
var byHistories = []string{
	"moves the base before the write",
	"makes a record without an intent",
	"deletes without the second proof",
	"forgets what it wrote itself",
	"forgets writes of unknown outcome",
	"decides by another policy",
	"copies records whose create is not settled",
	"takes the outcome of an unsettled create for a new record",
	"makes a record again whose create is not settled",
	"moves the cursor past what failed",
	"overlooks what changed around its write",
	"lets a deletion beat an edit",
	"does not write down what it overrides",
	"acts on a listing that lags",
	"lets any number of deletions pass",
	"deletes a contact along with what only GHL has",
	"does more than a plan says",
	"ends links without a trace",
	"writes on top of an old reading",
	"leaves children behind with a parent that was made again",
}

// TestTeeth switches on one deliberate fault after the other and proves that a
// property notices: a check that never fails proves nothing. With -v it says which
// one did, and at which seed.
func TestTeeth(t *testing.T) {
	t.Parallel()
	for _, flaw := range syncer.Flaws() {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			directed := -1
			if property, ok := teeth()[flaw]; ok {
				directed = firstCaught(flaw, property, attempts)
			}
			bound := histories
			listed := slices.Contains(byHistories, flaw)
			if !listed {
				bound /= 10 // by luck
			}
			random := firstCaught(flaw, generally, bound)
			t.Logf("an engine that %s is caught at seed %d of its own property, %d of random histories (-1: not)", flaw, directed, random)
			require.True(t, directed >= 0 || random >= 0, "no property notices an engine that %s", flaw)
			if listed {
				require.GreaterOrEqual(t, random, 0, "random histories do not notice an engine that %s", flaw)
			}
		})
	}
}

// firstCaught returns the first seed at which the property fails, and does not
// fail for the engine as it is; -1 for none.
func firstCaught(flaw string, property func(*rapid.T, func(*syncer.Engine)), seeds int) int {
	for seed := range seeds {
		if caught(seed, flaw, property) && !caught(seed, "", property) {
			return seed
		}
	}
	return -1
}

// TestTeethAreNotBitingAir runs the same properties on the engine as it is.
func TestTeethAreNotBitingAir(t *testing.T) {
	t.Parallel()
	for name, property := range teeth() {
		for seed := range 30 {
			require.False(t, caught(seed, "", property), "%s, seed %d", name, seed)
		}
	}
}

// caught reports whether the property fails for one world.
func caught(seed int, flaw string, property func(*rapid.T, func(*syncer.Engine))) (failed bool) {
	var once sync.Once
	rapid.Custom(func(t *rapid.T) int {
		rapid.Byte().Draw(t, "something, as rapid demands")
		once.Do(func() {
			// Only a failed check counts, not data that rapid rejects.
			defer func() { failed = strings.HasSuffix(fmt.Sprintf("%T", recover()), "stopTest") }()
			property(t, func(e *syncer.Engine) {
				if flaw != "" {
					syncer.Break(e, flaw)
				}
			})
		})
		return 0
	}).Example(seed)
	return failed
}

// generally is the whole simulation with all its checks.
func generally(t *rapid.T, sabotage func(*syncer.Engine)) {
	s := newSim(t, simOptions{faults: true, sabotage: sabotage})
	s.run()
	s.settle()
	s.checkAll()
}

// teeth are the properties for flaws that the simulation cannot show.
func teeth() map[string]func(*rapid.T, func(*syncer.Engine)) {
	all := map[string]func(*rapid.T, func(*syncer.Engine)){
		"forgets writes of unknown outcome":                           ownWriteIsNoEdit,
		"decides by another policy":                                   policiesHold,
		"lets a deletion beat an edit":                                editsBeatDeletes,
		"loses a decision made during a pass":                         decisionsHold,
		"lets any number of deletions pass":                           guardHolds,
		"does more than a plan says":                                  plansHold,
		"forgets what it wrote itself":                                pagicoEditSurvivesEcho,
		"takes the outcome of an unsettled create for a new record":   unsettledStaysAlone,
		"copies records whose create is not settled":                  unsettledStaysAlone,
		"makes a record without an intent":                            killedCreateIsFound,
		"makes a record again whose create is not settled":            unsettledRecreateStaysAlone,
		"acts on a listing that lags":                                 staleListingsChangeNothing,
		"deletes without the second proof":                            staleListingsChangeNothing,
		"overlooks what changed around its write":                     editsAroundAWriteSurvive,
		"writes on top of an old reading":                             editsAroundAWriteSurvive,
		"moves the cursor past what failed":                           failedCopiesAreListedAgain,
		"deletes a contact along with what only GHL has":              contactsWithLooseTasksStay,
		"deletes by what it found long ago":                           lateEditsBeatDeletes,
		"deletes a contact without a last look at what belongs to it": lateTasksKeepTheirContact,
		"forgets that it deleted a record to make it again":           movedTaskSurvivesACrash,
		"forgets a move that it could not follow":                     moveIsFollowedLater,
		"takes a record that it made again for a new one":             movedTaskIsNotCopied,
		"leaves children behind with a parent that was made again":    childrenFollowTheirParent,
	}
	maps.Copy(all, undoTeeth())
	return all
}

// sabotaged is a bench with a faulty engine and one task on both sides.
func sabotaged(t *rapid.T, sabotage func(*syncer.Engine), change ...func(*syncer.Config)) (b *bench, task, twin syncer.Ref) {
	b = buildBench(t, change...)
	sabotage(b.engine)
	_, task = b.seed()
	b.mustSync(t)
	return b, task, b.twinOf(t, task).Ref
}

func ownWriteIsNoEdit(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = merge.GHLWins })
	b.pagico.Edit(twin, syncer.Fields{"title": text("first edit")})
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "update" {
			return syncertest.Fault{After: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.mustSync(t)
	b.ghl.SetFault(nil)
	b.pagico.Edit(twin, syncer.Fields{"title": text("second edit")})
	b.mustSync(t)
	require.Equal(t, text("second edit"), b.twinOf(t, twin).Fields["title"], task.ID)
}

func pagicoEditSurvivesEcho(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = merge.GHLWins })
	b.ghl.Edit(task, syncer.Fields{"title": text("from ghl")})
	b.mustSync(t)
	b.pagico.Edit(twin, syncer.Fields{"title": text("from pagico")})
	b.mustSync(t)
	require.Equal(t, text("from pagico"), b.twinOf(t, twin).Fields["title"])
}

func policiesHold(t *rapid.T, sabotage func(*syncer.Engine)) {
	policy := rapid.SampledFrom([]merge.Policy{merge.GHLWins, merge.PagicoWins, merge.LastWriterWins, merge.Manual}).Draw(t, "policy")
	b, task, twin := sabotaged(t, sabotage, func(c *syncer.Config) { c.Flows[1].Rules.Fields[0].Policy = policy })
	editGHL := func() { b.ghl.Edit(task, syncer.Fields{"title": text("ghl")}) }
	editPagico := func() { b.pagico.Edit(twin, syncer.Fields{"title": text("pagico")}) }
	last := rapid.SampledFrom([]string{"ghl", "pagico"}).Draw(t, "last")
	if last == "ghl" {
		editPagico()
		editGHL()
	} else {
		editGHL()
		editPagico()
	}
	b.mustSync(t)
	want := map[merge.Policy][2]string{merge.GHLWins: {"ghl", "ghl"}, merge.PagicoWins: {"pagico", "pagico"},
		merge.LastWriterWins: {last, last}, merge.Manual: {"ghl", "pagico"}}[policy]
	require.Equal(t, want, [2]string{b.twinOf(t, twin).Fields["title"].AsText(), b.twinOf(t, task).Fields["title"].AsText()})
}

func editsBeatDeletes(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage)
	b.pagico.Remove(twin)
	b.ghl.Edit(task, syncer.Fields{"title": text("still needed")})
	b.mustSync(t)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
}

func decisionsHold(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage)
	b.ghl.Edit(task, syncer.Fields{"assignee": text("a@x")})
	b.pagico.Edit(twin, syncer.Fields{"assignee": text("b@x")})
	b.mustSync(t)
	waiting, err := b.engine.Waiting(t.Context())
	require.NoError(t, err)
	b.ghl.Edit(task, syncer.Fields{"title": text("meanwhile")})
	b.pagico.SetHook(func(c syncertest.Call) {
		if c.Op == "update" {
			require.NoError(t, b.engine.Decide(t.Context(), waiting[0].ID, "assignee", text("b@x"), "Grace"))
		}
	})
	b.mustSync(t)
	b.pagico.SetHook(nil)
	b.mustSync(t)
	require.Equal(t, text("b@x"), b.twinOf(t, twin).Fields["assignee"])
}

func guardHolds(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, _, twin := sabotaged(t, sabotage, func(c *syncer.Config) { c.Guards.MaxDeletes = -1 })
	b.pagico.Remove(twin)
	_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{})
	require.Error(t, err)
}

func plansHold(t *rapid.T, sabotage func(*syncer.Engine)) {
	b, task, twin := sabotaged(t, sabotage)
	b.ghl.Edit(task, syncer.Fields{"title": text("planned")})
	plan, err := b.engine.Plan(t.Context())
	require.NoError(t, err)
	b.pagico.Edit(twin, syncer.Fields{"title": text("after the plan")})
	_, err = b.engine.Apply(t.Context(), through(t, plan), syncer.ApplyOptions{})
	require.NoError(t, err)
	require.Equal(t, text("after the plan"), b.twinOf(t, task).Fields["title"])
}
