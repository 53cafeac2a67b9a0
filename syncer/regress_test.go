package syncer_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// Each test here is a world in which the simulation found a fault; the line
// above it says what the engine did.

// The contact was deleted on GHL although a task there was edited, whose twin
// had been deleted too: the edit went with the contact.
func TestEditedTaskSparesItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.Direction = merge.TwoWay })
	contact, task := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(task).Ref)
	b.pagico.Remove(b.twin(contact).Ref)
	b.ghl.Edit(task, syncer.Fields{"title": text("still needed")})
	b.sync()
	b.sync()
	require.Equal(t, text("still needed"), b.twin(task).Fields["title"])
	require.Len(t, b.pagico.All(syncer.KindContact), 1)
	b.quiet()
}

// The record was made again, but its twin's parent is another one by now: it
// waited for ever.
func TestRecordIsMadeAgainUnderTheParentItHad(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.pagico.Remove(b.twin(contact).Ref) // a one-way target: made again under a new id
	b.sync()
	b.ghl.Remove(task)
	b.pagico.Edit(twin, syncer.Fields{"title": text("still needed")})
	b.sync()
	require.Equal(t, text("still needed"), b.twin(twin).Fields["title"])
	b.quiet()
}

// The write that took effect without an answer overwrote a value that no log
// entry ever named.
func TestUnclearWriteIsWrittenDownWithWhatItOverwrote(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Countess"), "email": text("ada@example.com")})
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "update" {
			return syncertest.Fault{After: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.sync()
	b.pagico.SetFault(nil)
	b.sync()
	require.Contains(t, b.export(syncer.AuditJSONLines), `"lost":"Countess"`)
	b.quiet()
}

// An ignored edit went under with its record, and nothing told of it.
func TestIgnoredEditIsWrittenDown(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[0].Rules.OneWay = merge.Ignore })
	contact, _ := b.seed()
	b.sync()
	b.pagico.Edit(b.twin(contact).Ref, syncer.Fields{"name": text("Countess")})
	b.sync()
	b.ghl.Remove(contact)
	b.sync()
	require.Contains(t, b.export(syncer.AuditJSONLines), `"lost":"Countess"`)
}

// A deletion that was carried over took its own write for an edit, and made the
// record again.
func TestUnclearCompletionIsNoEdit(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Flows[1].Rules.Deletes = merge.Complete })
	_, task := b.seed()
	b.sync()
	b.pagico.Remove(b.twin(task).Ref)
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "update" {
			return syncertest.Fault{After: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.sync()
	b.ghl.SetFault(nil)
	b.sync()
	require.Empty(t, b.pagico.All(syncer.KindTask), "it is not made again")
	require.Equal(t, text("completed"), b.ghl.All(syncer.KindTask)[0].Fields["status"])
	require.Zero(t, b.sync().Writes)
}

// A task without a contact cannot be written on GHL: its deletion on Pagico
// failed eight times and stayed a dead letter.
func TestReadOnlyRecordsAreKeptWhenTheirTwinIsDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	task := b.ghl.Put(syncer.Record{Ref: syncer.Ref{Kind: syncer.KindTask}, ReadOnly: true, Fields: syncer.Fields{"title": text("Loose")}}).Ref
	b.sync()
	b.pagico.Remove(b.twin(task).Ref)
	report := b.sync()
	require.Empty(t, report.Failures)
	require.Equal(t, 1, report.Total().Unlinked)
	require.Len(t, b.ghl.All(syncer.KindTask), 1)
	b.quiet()
}

// One step that failed for good cut off the requests of all others.
func TestOneFailureDoesNotCutOffOthers(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Workers = 4 })
	for range 8 {
		b.seed()
	}
	n := 0
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" && c.Kind == syncer.KindContact {
			if n++; n == 2 {
				return syncertest.Fault{Before: syncer.ErrOverLimit}
			}
		}
		return syncertest.Fault{}
	})
	_, err := b.engine.Sync(t.Context(), syncer.SyncOptions{})
	require.ErrorIs(t, err, syncer.ErrOverLimit)
	b.pagico.SetFault(nil)
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindContact), 8)
	b.quiet()
}

// A parent whose copy failed for good kept its children from nothing but
// themselves.
func TestChildrenOfAFailedParentSettle(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.seed()
	_, fine := b.seed()
	failures := 2
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" && c.Kind == syncer.KindContact && failures > 0 {
			failures--
			return syncertest.Fault{Before: errors.New("temporary")}
		}
		return syncertest.Fault{}
	})
	for range 3 {
		b.sync()
	}
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
	require.NotEmpty(t, b.twin(fine).Ref.ID)
	b.quiet()
}

func TestTwoEnginesOnOneStoreTakeTurns(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.seed()
	second, err := syncer.New(b.cfg)
	require.NoError(t, err)
	tried := false
	b.pagico.SetHook(func(c syncertest.Call) {
		if c.Op == "create" {
			_, err := second.Sync(t.Context(), syncer.SyncOptions{})
			require.ErrorIs(t, err, syncer.ErrLocked)
			tried = true
		}
	})
	b.sync()
	b.pagico.SetHook(nil)
	require.True(t, tried)
	report, err := second.Sync(t.Context(), syncer.SyncOptions{})
	require.NoError(t, err)
	require.Zero(t, report.Writes)
}

func TestDeadLettersWaitForAChange(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.MaxAttempts = 2 })
	_, bad := b.seed()
	b.seed()
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" && c.Kind == syncer.KindTask && c.Twin == bad.ID {
			return syncertest.Fault{Before: syncer.ErrRefused}
		}
		return syncertest.Fault{}
	})
	b.sync()
	require.True(t, b.sync().Failures[0].Dead)
	report := b.sync()
	require.Zero(t, report.Writes, "it is not tried again")
	require.Len(t, report.Failures, 1, "but told of")
	require.Len(t, b.pagico.All(syncer.KindTask), 1, "and holds nobody up")
	b.pagico.SetFault(nil)
	b.ghl.Edit(bad, syncer.Fields{"title": text("better")})
	b.sync()
	require.Len(t, b.pagico.All(syncer.KindTask), 2)
	b.quiet()
}

// Somebody edited the copy before it was found, and it was made twice.
func TestEditedOutcomeIsRecognisedByItsFingerprint(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) {
		c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithoutMarkers())
		c.Flows[1].Match, c.Flows[1].Fingerprint = nil, []string{"title", "dueDate"}
	})
	b.ghl = b.cfg.GHL.(*syncertest.Service)
	contact, _ := b.seed()
	b.sync()
	made := b.pagico.Add(syncer.KindTask, b.twin(contact).Ref.ID, syncer.Fields{"title": text("New"), "status": text("open")})
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" {
			return syncertest.Fault{After: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.sync(syncer.SyncOptions{NoWait: true})
	b.ghl.SetFault(nil)
	copied := b.ghl.All(syncer.KindTask)[1].Ref
	b.ghl.Edit(copied, syncer.Fields{"status": text("completed")})
	b.sync()
	require.Equal(t, copied.ID, b.twin(made).Ref.ID)
	require.Equal(t, text("completed"), b.twin(copied).Fields["status"])
	b.quiet()
}

// A new task of a contact that is made again in the same pass was planned, left
// out, and never copied.
func TestNewTaskOfAContactThatIsMadeAgainIsCopied(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	mirror := b.twin(contact).Ref
	task := b.pagico.Add(syncer.KindTask, mirror.ID, syncer.Fields{"title": text("New")})
	b.pagico.Remove(mirror)
	b.sync()
	require.Equal(t, contact.ID, b.twin(task).Ref.Parent)
	b.quiet()
}

// Two records that match were not linked yet when a create of another one ended
// without an answer. One of them could be its outcome and was set aside, the
// other one was copied at once: both were doubled.
func TestTwinOfAPossibleOutcomeWaitsToo(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) {
		c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithoutMarkers())
		c.Flows[0].Rules.Direction, c.Flows[0].Fingerprint = merge.TwoWay, []string{"email"}
	})
	b.ghl = b.cfg.GHL.(*syncertest.Service)
	b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Grace"), "email": text("grace@example.com")})
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
		if c.Op == "create" {
			return syncertest.Fault{Before: syncer.ErrUncertain}
		}
		return syncertest.Fault{}
	})
	b.sync(syncer.SyncOptions{NoWait: true})
	b.ghl.SetFault(nil)
	ada := b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	same := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	report, err := b.engine.SyncRecord(t.Context(), ada, syncer.SyncOptions{})
	require.NoError(t, err)
	require.Zero(t, report.Writes)
	require.Len(t, report.Skipped, 1)
	b.sync()
	b.sync()
	require.Equal(t, same.ID, b.twin(ada).Ref.ID)
	require.Len(t, b.pagico.All(syncer.KindContact), 2)
	require.Len(t, b.ghl.All(syncer.KindContact), 2)
	b.quiet()
}

// A task that was left alone for want of a linked contact was never copied when
// a hint, and not a pass, linked the contact: no listing of changes shows it.
func TestChildrenAreCopiedWhenAHintLinksTheirParent(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) {
		c.Pagico = syncertest.NewService(syncer.Pagico, syncertest.WithClock(c.Now), syncertest.WithDeltas())
	})
	b.pagico = b.cfg.Pagico.(*syncertest.Service)
	ada := b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	task := b.pagico.Add(syncer.KindTask, ada.ID, syncer.Fields{"title": text("Call"), "status": text("open")})
	b.sync()
	b.sync()
	require.Empty(t, b.ghl.All(syncer.KindTask), "its contact is not known on GHL")
	contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	_, err := b.engine.SyncRecord(t.Context(), contact, syncer.SyncOptions{})
	require.NoError(t, err)
	b.sync()
	require.Equal(t, contact.ID, b.twin(task).Ref.Parent)
	b.quiet()
}

// versionless is a service that cannot tell one version of a record from another.
type versionless struct{ *syncertest.Service }

func (u versionless) Changes(ctx context.Context, kind syncer.Kind, since syncer.Cursor) *syncer.Feed {
	feed := u.Service.Changes(ctx, kind, since)
	all := feed.All
	feed.All = func(yield func(syncer.Record, error) bool) {
		for rec, err := range all {
			rec.Version = ""
			if !yield(rec, err) {
				return
			}
		}
	}
	return feed
}

func (u versionless) Get(ctx context.Context, ref syncer.Ref) (syncer.Record, error) {
	rec, err := u.Service.Get(ctx, ref)
	rec.Version = ""
	return rec, err
}

func (u versionless) Update(ctx context.Context, current syncer.Record, set syncer.Fields, op syncer.OpID) (syncer.Record, error) {
	now, err := u.Service.Get(ctx, current.Ref)
	if err != nil {
		return syncer.Record{}, err
	}
	return u.Service.Update(ctx, now, set, op)
}

// Only GHL was read again when a reading got old: an edit on the other side,
// where its service knows no versions either, was overwritten unseen.
func TestOldReadingsOfEitherSideAreReadAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *syncer.Config) { c.Pagico = versionless{c.Pagico.(*syncertest.Service)} })
	_, first := b.seed()
	_, second := b.seed()
	b.sync()
	edited := b.twin(second).Ref
	b.ghl.Edit(first, syncer.Fields{"status": text("completed")})
	b.ghl.Edit(second, syncer.Fields{"status": text("completed")})
	done := false
	b.pagico.SetHook(func(c syncertest.Call) {
		if c.Op == "update" && !done {
			done = true
			b.clock.jump(10 * time.Second)
			b.pagico.Edit(edited, syncer.Fields{"status": text("inProgress")})
		}
	})
	b.sync()
	b.pagico.SetHook(nil)
	require.True(t, done)
	b.sync()
	require.Equal(t, text("inProgress"), b.twin(edited).Fields["status"], "pagicoWins decides")
	b.quiet()
}
