package ghlpagico_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// during does something as the living process, which is replaced when it dies
// of it.
func (w *world) during(do func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	w.proc.kill = cancel
	w.edge.pass++
	err := do(ctx)
	if w.proc.dead {
		w.start()
	}
	return err
}

// begin populates the world; what is on both sides is recognised before
// anybody edits it.
func (w *world) begin() {
	w.people.populate()
	if w.plan.matched {
		w.settle()
		return
	}
	w.sleep(time.Second)
}

func (w *world) sleep(d time.Duration) { <-time.After(d) }

// idle lets people work while no pass runs, and time go by.
func (w *world) idle() {
	w.rewind()
	if w.bound && w.draw.chance(6) {
		w.impostor(w.t.Context())
	}
	for range w.draw.between(1, 7) {
		w.people.act(w.draw, false)
		if w.draw.chance(40) {
			w.sleep(time.Duration(w.draw.between(1, w.plan.pace)) * time.Millisecond)
		}
	}
}

// troubled runs a pass, a plan, or single records, while things go wrong.
func (w *world) troubled() {
	end, before := w.trouble(), w.people.n
	var report *syncer.Report
	err := w.during(func(ctx context.Context) (err error) {
		switch {
		case w.draw.chance(25):
			return w.people.hint(ctx, w.draw)
		case w.draw.chance(15):
			before = 0 // a plan knows only what was there when it was made
			report, err = w.planned(ctx)
			return err
		}
		report, err = w.sync(ctx, syncer.SyncOptions{NoWait: w.draw.chance(50)})
		return err
	})
	end()
	w.note(report, err, before)
	if w.plan.calm && len(w.halts) == 0 {
		require.NoError(w.t, err, w.story())
	}
}

// calmDown ends all trouble: the search index catches up, and the last
// Retry-After passes.
func (w *world) calmDown() {
	w.ghl.SetLag(ghltest.Lag{})
	w.sleep(2 * time.Minute)
	if w.plan.delta {
		w.sleep(10 * time.Minute) // no listing of changes begins before the last troubles any more
	}
	w.notes = append(w.notes, "calm")
}

// maxPasses bounds a history.
const maxPasses = 40

// settle runs passes until one finds nothing to do; it may take four. People lift
// the guards that stand. What they restored although it had been made again is
// tried until it is set aside.
func (w *world) settle() {
	var lifted []syncer.HaltCode
	for n := 0; n < 4; n++ {
		before := w.people.n
		w.people.choose()
		var report *syncer.Report
		err := w.during(func(ctx context.Context) (err error) {
			report, err = w.sync(ctx, syncer.SyncOptions{Override: lifted})
			return err
		})
		w.note(report, err, before)
		if len(w.halts) > 0 && len(lifted) < 2 {
			lifted = append(lifted, w.halts...)
			n--
			continue
		}
		require.NoError(w.t, err, w.story())
		if w.people.retried(report) && w.passes < maxPasses {
			n--
			continue
		}
		if waits(report) {
			w.sleep(time.Minute) // what is missing just now may only have been moved
		}
		if w.people.settled(report) && report.Writes == 0 && !waits(report) {
			return
		}
	}
	w.t.Fatalf("not settled after four passes without trouble\n%s", w.story())
}

// replay: the audit log is whole, and the links can be rebuilt from it alone.
func (w *world) replay() {
	log := w.audit(syncer.AuditJSONLines)
	require.NoError(w.t, syncer.VerifyAudit(syncer.ReadAudit(strings.NewReader(log))), w.story())
	rebuilt, err := syncer.ReplayAudit(syncer.ReadAudit(strings.NewReader(log)))
	require.NoError(w.t, err)
	tell := func(l syncer.Link) string {
		return fmt.Sprint(l.ID, l.Kind, l.State, l.GHL, l.Pagico, l.Base, l.Origin)
	}
	var want, got []string
	for _, l := range rebuilt {
		got = append(got, tell(l))
	}
	require.NoError(w.t, w.store.View(w.t.Context(), "sim", func(tx syncer.Tx) error {
		for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask, syncer.KindNote, syncer.KindAppointment} {
			for l, err := range tx.Links(kind, 0) {
				if err != nil {
					return err
				}
				want = append(want, tell(l))
			}
		}
		return nil
	}))
	require.ElementsMatch(w.t, want, got, w.story())
}

func waits(r *syncer.Report) bool {
	for _, s := range r.Skipped {
		if s.Pending || s.Failed {
			return true
		}
	}
	return false
}

// quiet: one more pass writes nothing, and Verify finds nothing.
func (w *world) quiet() {
	from := len(w.edge.log)
	report, err := w.connector.Sync(w.t.Context(), syncer.SyncOptions{})
	require.NoError(w.t, err, w.story())
	require.True(w.t, w.people.settled(report), w.story())
	receipt, err := w.connector.Verify(w.t.Context())
	require.NoError(w.t, err)
	left := len(receipt.Missing) + len(receipt.Drifted)
	receipt.Drifted = slices.DeleteFunc(receipt.Drifted, func(d syncer.Drift) bool { // it waits with the fields
		return d.Field == "contact" && slices.ContainsFunc(receipt.Waiting, func(x syncer.Drift) bool { return x.Link == d.Link })
	})
	for _, c := range w.edge.log[from:] {
		require.False(w.t, c.writes(), "%s %s in a pass with nothing to do\n%s", c.method, c.path, w.story())
	}
	excused := func(f syncer.Finding) bool { return w.rewound || w.people.brought(uidOf(f.Label)) }
	for _, findings := range []*[]syncer.Finding{&receipt.Orphaned, &receipt.Doubled, &receipt.Missing} {
		*findings = slices.DeleteFunc(*findings, excused)
	}
	require.True(w.t, receipt.Clean(), "%+v\n%s", receipt, w.story())
	require.LessOrEqual(w.t, receipt.WouldWrite, left, w.story())
	w.replay()
	if w.plan.calm {
		require.Zero(w.t, w.ghl.RateLimited(), "paced calls are never refused")
	}
}

// note takes down how a pass ended; before is what people had done when it began.
func (w *world) note(r *syncer.Report, err error, before int) {
	w.passes++
	w.bound = w.bound || r != nil && err == nil
	w.keep()
	text := fmt.Sprintf("pass %d: %v", w.passes, err)
	if r != nil {
		if err == nil && r.Pending == 0 {
			w.edge.confirmed = len(w.edge.log)
		}
		if err == nil && r.Settled() && !waits(r) && w.plan.lag == 0 {
			w.people.agree(before)
		}
		text += fmt.Sprintf(" writes=%d pending=%d requeued=%d failures=%+v skipped=%+v", r.Writes, r.Pending, r.Requeued, r.Failures, r.Skipped)
	}
	w.notes = append(w.notes, text)
}

// audit is the exported log.
func (w *world) audit(format syncer.AuditFormat) string {
	var b strings.Builder
	require.NoError(w.t, w.connector.ExportAudit(context.WithoutCancel(w.t.Context()), &b, format))
	return b.String()
}

// trace is all that was asked of the services, and the audit log.
func (w *world) trace() string {
	var b strings.Builder
	for _, r := range w.ghl.Requests() {
		fmt.Fprintf(&b, "ghl %d %s %s %s?%s %s %d %v\n", r.Seq, r.Time.Format(time.RFC3339Nano), r.Method, r.Path, r.Query, r.Body, r.Status, r.Committed)
	}
	for _, r := range w.pagico.Requests() {
		fmt.Fprintf(&b, "pagico %s %s %s?%s %s %d %v\n", r.Time.Format(time.RFC3339Nano), r.Method, r.Path, r.Query, r.Body, r.Status, r.Dropped)
	}
	return b.String() + w.audit(syncer.AuditJSONLines)
}
