package syncer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// fails makes one kind of call fail.
func fails(op string, f syncertest.Fault) func(syncertest.Call) syncertest.Fault {
	return func(c syncertest.Call) syncertest.Fault {
		if c.Op == op {
			return f
		}
		return syncertest.Fault{}
	}
}

// A deletion whose answer was lost had happened, and a person brought the record
// back: the engine deleted it once more.
func TestRecordRestoredAfterAnUnclearDeletionStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.sync()
	mirror, twin := b.twin(contact).Ref, b.twin(task).Ref
	b.ghl.Remove(task)
	b.pagico.SetFault(fails("delete", syncertest.Fault{After: syncer.ErrUncertain}))
	b.sync()
	require.True(t, b.pagico.Restore(twin))
	b.pagico.SetFault(nil)
	b.sync()
	require.Equal(t, text("Call"), b.twin(twin).Fields["title"], "it is made again on ghl")
	b.quiet()

	// A one-way flow makes nothing again on the side that it comes from.
	b.ghl.Remove(contact)
	b.pagico.SetFault(fails("delete", syncertest.Fault{After: syncer.ErrUncertain}))
	b.sync()
	b.sync() // what belonged to it goes first
	require.Empty(t, b.pagico.All(syncer.KindContact))
	require.True(t, b.pagico.Restore(mirror))
	b.pagico.SetFault(nil)
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindContact), 1)
	require.Empty(t, b.ghl.All(syncer.KindContact))
	require.Zero(t, b.sync().Writes)
}

// The deletion on Pagico had happened, the process died, and a person brought the
// record back whose deletion had led to it: the engine took its own deletion for a
// person's and deleted the record again.
func TestCauseOfAnUnclearDeletionThatIsRestoredStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	b.ghl.Remove(task)
	b.pagico.SetFault(fails("delete", syncertest.Fault{After: syncer.ErrUncertain}))
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask))
	require.True(t, b.ghl.Restore(task))
	b.pagico.SetFault(nil)
	b.sync()
	require.Equal(t, text("Call"), b.twin(task).Fields["title"], "it is made again on pagico")
	b.quiet()

	// By then it counts as any other, and so does its next deletion.
	b.pagico.Remove(b.twin(task).Ref)
	b.sync()
	require.Empty(t, b.ghl.All(syncer.KindTask))
	b.quiet()
}

// The same where the request was lost: the record is deleted by the next pass.
func TestUnclearDeletionThatDidNotHappenIsRepeated(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	b.ghl.Remove(task)
	b.pagico.SetFault(fails("delete", syncertest.Fault{Before: syncer.ErrUncertain}))
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	b.pagico.SetFault(nil)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask))
	b.quiet()

	// Both are there again, and the note of the deletion is stale: a later one counts
	// as what it is.
	_, task = b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.ghl.Remove(task)
	b.pagico.SetFault(fails("delete", syncertest.Fault{Before: syncer.ErrUncertain}))
	b.sync()
	b.pagico.SetFault(nil)
	require.True(t, b.ghl.Restore(task))
	b.sync()
	b.quiet()
	b.pagico.Edit(twin, syncer.Fields{"title": text("edited")})
	b.sync()
	b.ghl.Remove(task)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask), "an edit from before the deletion does not count")
	b.quiet()
}

// After an older copy of the store was brought back, a record that had been made again
// since was made once more, or its twin was deleted.
func TestOlderStoreKnowsWhatWasMadeAgainByItsMarker(t *testing.T) {
	t.Parallel()
	for name, history := range map[string]func(b *bench, contact, task, twin syncer.Ref){
		"an edit beat the deletion": func(b *bench, _, task, twin syncer.Ref) {
			b.ghl.Remove(task)
			b.pagico.Edit(twin, syncer.Fields{"title": text("still needed")})
		},
		"and was taken back": func(b *bench, _, task, twin syncer.Ref) {
			b.ghl.Remove(task)
			b.pagico.Edit(twin, syncer.Fields{"title": text("still needed")})
			b.sync()
			b.pagico.Edit(twin, syncer.Fields{"title": text("Call")})
		},
		"the copy was deleted": func(b *bench, _, task, twin syncer.Ref) {
			b.pagico.Remove(twin)
			b.ghl.Edit(task, syncer.Fields{"title": text("still needed")})
		},
		"the task was moved": func(b *bench, _, _, twin syncer.Ref) {
			_, home := b.house("bob")
			b.pagico.Rehome(twin, home.ID)
		},
		"the contact's copy was deleted": func(b *bench, contact, _, _ syncer.Ref) {
			b.pagico.Remove(b.twin(contact).Ref)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, saved := range []bool{false, true} {
				b := newBench(t, remakes)
				contact, task := b.seed()
				b.sync()
				store := b.store.(*memstore.Store)
				before := store.Snapshot()
				history(b, contact, task, b.twin(task).Ref)
				b.sync()
				b.sync()
				contacts := len(b.ghl.All(syncer.KindContact))
				then := [2]syncer.Record{b.ghl.All(syncer.KindTask)[0], b.pagico.All(syncer.KindTask)[0]}
				store.Restore(before)
				if saved {
					plan := through(t, b.plan())
					require.Empty(t, b.apply(plan).Drifted)
					require.Zero(t, b.apply(plan).Writes)
				}
				b.sync()
				require.Len(t, b.ghl.All(syncer.KindContact), contacts)
				require.Len(t, b.pagico.All(syncer.KindContact), contacts)
				require.Equal(t, then[:1], b.ghl.All(syncer.KindTask))
				require.Equal(t, then[1:], b.pagico.All(syncer.KindTask))
				b.quiet()
			}
		})
	}
}

// A record came back that had been made again meanwhile, and its copy was the other
// one's twin by then: every pass tried to copy it, and failed.
func TestOriginalThatComesBackIsReportedOnce(t *testing.T) {
	t.Parallel()
	for _, surplus := range []string{"the first", "the second"} {
		b := newBench(t, func(c *syncer.Config) {
			c.Pagico = syncertest.NewService(syncer.Pagico, syncertest.WithClock(c.Now), syncertest.WithKeyedCreates(), syncertest.WithUniqueTwins())
		})
		b.pagico = b.cfg.Pagico.(*syncertest.Service)
		contact, task := b.seed()
		b.sync()
		twin := b.twin(task).Ref
		b.ghl.Remove(task)
		b.pagico.Edit(twin, syncer.Fields{"title": text("still needed")})
		b.sync()
		again := b.twin(twin).Ref
		require.True(t, b.ghl.Restore(task))
		b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("another one")})
		report := b.sync()
		require.Empty(t, report.Failures)
		require.Equal(t, 1, report.Total().Created, "the other one is copied")
		for range 10 { // as many as would make a dead letter of it
			report = b.sync()
			require.True(t, report.Settled(), "%+v", report)
			require.Zero(t, report.Writes)
			require.Len(t, report.Skipped, 1)
			require.Equal(t, task, report.Skipped[0].Ref)
			require.Equal(t, "its copy pagico/task/p2 is the twin of ghl/task/g3 by now: one of these two is to be deleted", report.Skipped[0].Reason)
		}
		require.Len(t, b.verify().Doubled, 1)
		require.Equal(t, 1, strings.Count(b.export(syncer.AuditJSONLines), `"skipped"`))
		if surplus == "the first" {
			b.ghl.Remove(task)
			b.quiet()
			require.Equal(t, again.ID, b.twin(twin).Ref.ID)
			continue
		}
		b.ghl.Remove(again)
		b.sync()
		require.Equal(t, task.ID, b.twin(twin).Ref.ID)
		require.Equal(t, text("Call"), b.twin(task).Fields["title"], "it shows what is left")
		require.Contains(t, b.export(syncer.AuditJSONLines), `"before":"still needed","after":"Call"`)
		require.Len(t, b.pagico.All(syncer.KindTask), 2)
		b.quiet()
	}
}

// What had been made again was deleted while somebody edited its twin, and the first one
// was brought back: the twin was copied a third time, and the first one too.
func TestOriginalTakesThePlaceOfWhatWasMadeAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	for _, title := range []string{"still needed", "needed once more"} {
		b.ghl.Remove(b.twin(twin).Ref)
		b.pagico.Edit(twin, syncer.Fields{"title": text(title)})
		if title == "still needed" {
			b.sync()
		}
	}
	require.True(t, b.ghl.Restore(task))
	b.sync()
	require.Equal(t, task.ID, b.twin(twin).Ref.ID)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	require.Len(t, b.pagico.All(syncer.KindTask), 1)
	b.quiet()
}

// Both records of a pair that was deleted were brought back, with no marker or key by
// which they could be recognised: each was taken for a new one.
func TestTwinsThatComeBackAreTwinsAgain(t *testing.T) {
	t.Parallel()
	for _, direction := range []merge.Direction{merge.TwoWay, merge.GHLToPagico, merge.PagicoToGHL} {
		for _, how := range []string{"pass", "hint", "stale"} {
			b := newBench(t, func(c *syncer.Config) {
				c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithoutMarkers())
				c.Pagico = syncertest.NewService(syncer.Pagico, syncertest.WithClock(c.Now), syncertest.WithKeyedCreates(), syncertest.WithoutMarkers())
				c.Flows[1].Match = nil
			})
			b.ghl, b.pagico = b.cfg.GHL.(*syncertest.Service), b.cfg.Pagico.(*syncertest.Service)
			_, task := b.seed()
			b.sync()
			twin := b.twin(task).Ref
			b.restart(func(c *syncer.Config) { c.Flows[1].Rules.Direction = direction })
			b.ghl.Remove(task)
			b.pagico.Remove(twin)
			b.sync()
			require.True(t, b.ghl.Restore(task))
			require.True(t, b.pagico.Restore(twin))
			if direction == merge.TwoWay {
				b.ghl.Edit(task, syncer.Fields{"title": text("edited on ghl")})
				b.pagico.Edit(twin, syncer.Fields{"dueDate": text("2026-04-01T00:00:00Z")})
			}
			switch how {
			case "hint":
				b.record(twin)
			case "stale":
				b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
				b.sync()
				b.ghl.SetFault(nil)
			}
			b.sync()
			require.Equal(t, task.ID, b.twin(twin).Ref.ID, "%s, %s", direction, how)
			require.Len(t, b.ghl.All(syncer.KindTask), 1)
			require.Len(t, b.pagico.All(syncer.KindTask), 1)
			if direction == merge.TwoWay {
				require.Equal(t, text("edited on ghl"), b.twin(task).Fields["title"])
				require.Equal(t, text("2026-04-01T00:00:00Z"), b.twin(twin).Fields["dueDate"])
			}
			b.quiet()
		}
	}
}

// One of two twins that came back was put under another contact before a pass saw it:
// both stayed where they were, for they met for the first time.
func TestTwinThatComesBackIsFollowed(t *testing.T) {
	t.Parallel()
	b := newBench(t, remakes)
	_, task := b.seed()
	b.sync()
	other, home := b.house("bob")
	twin := b.twin(task).Ref
	b.ghl.Remove(task)
	b.sync()
	require.True(t, b.ghl.Restore(task))
	require.True(t, b.pagico.Restore(twin))
	b.pagico.Rehome(twin, home.ID)
	b.sync()
	b.sync()
	require.Equal(t, other.ID, b.twin(twin).Ref.Parent)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	b.quiet()
}
