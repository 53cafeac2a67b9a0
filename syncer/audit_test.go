package syncer_test

import (
	"bytes"
	"encoding/csv"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// busy is a bench on which all sorts of things happened.
func busy(t *testing.T) *bench {
	b := newBench(t)
	_, task := b.seed()
	_, gone := b.seed()
	b.sync()
	b.ghl.Edit(task, syncer.Fields{"title": text("=1+1"), "assignee": text("a@x")})
	b.pagico.Edit(b.twin(task).Ref, syncer.Fields{"assignee": text("b@x")})
	b.ghl.Remove(gone)
	b.sync()
	return b
}

func (b *bench) export(format syncer.AuditFormat) string {
	var out bytes.Buffer
	require.NoError(b.t, b.engine.ExportAudit(b.t.Context(), &out, format))
	return out.String()
}

func entriesOf(entries []syncer.AuditEntry) iter.Seq2[syncer.AuditEntry, error] {
	return func(yield func(syncer.AuditEntry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestAuditShowsTampering(t *testing.T) {
	t.Parallel()
	b := busy(t)
	var log []syncer.AuditEntry
	for e, err := range syncer.ReadAudit(strings.NewReader(b.export(syncer.AuditJSONLines))) {
		require.NoError(t, err)
		log = append(log, e)
	}
	require.Greater(t, len(log), 5)
	require.NoError(t, syncer.VerifyAudit(entriesOf(log)), "an export can be verified without the store")
	for i := range log {
		for name, tamper := range map[string]func(*syncer.AuditEntry){
			"reason":  func(e *syncer.AuditEntry) { e.Reason += "." },
			"actor":   func(e *syncer.AuditEntry) { e.Actor = "somebody" },
			"outcome": func(e *syncer.AuditEntry) { e.Outcome = "skipped" },
			"time":    func(e *syncer.AuditEntry) { e.Time = e.Time.Add(1000) },
			"link":    func(e *syncer.AuditEntry) { e.Link++ },
			"fields": func(e *syncer.AuditEntry) {
				e.Fields = append(slices.Clone(e.Fields), syncer.AuditField{Field: "x", Lost: text("y")})
			},
		} {
			forged := slices.Clone(log)
			tamper(&forged[i])
			require.Error(t, syncer.VerifyAudit(entriesOf(forged)), "%s of entry %d", name, i+1)
			// A forger who seals the entry anew breaks the one after it.
			sealed, err := forged[i].Seal(forged[i].Prev)
			require.NoError(t, err)
			forged[i] = sealed
			if i < len(log)-1 {
				require.Error(t, syncer.VerifyAudit(entriesOf(forged)), "%s of entry %d, sealed anew", name, i+1)
			}
		}
		if i < len(log)-1 {
			require.Error(t, syncer.VerifyAudit(entriesOf(slices.Delete(slices.Clone(log), i, i+1))), "entry %d removed", i+1)
			swapped := slices.Clone(log)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			require.Error(t, syncer.VerifyAudit(entriesOf(swapped)))
		}
	}
}

func TestAuditExportsAsATable(t *testing.T) {
	t.Parallel()
	b := busy(t)
	rows, err := csv.NewReader(strings.NewReader(b.export(syncer.AuditCSV))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, "seq", rows[0][0])
	formula := 0
	for _, row := range rows[1:] {
		require.Len(t, row, len(rows[0]))
		for _, cell := range row {
			require.False(t, strings.HasPrefix(cell, "="), "a spreadsheet would run %q", cell)
			if cell == "'=1+1" {
				formula++
			}
		}
	}
	require.Positive(t, formula)
	require.ErrorContains(t, b.engine.ExportAudit(t.Context(), &bytes.Buffer{}, "xml"), "unknown audit format")
	for _, err := range syncer.ReadAudit(strings.NewReader(`{"seq":1}` + "\n{")) {
		if err != nil {
			return
		}
	}
	t.Fatal("a cut-off export reads without an error")
}

func TestRelinkRebuildsALostStore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	_, other := b.seed()
	own := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Matched by key"), "dueDate": text("2026-05-05T00:00:00Z")})
	b.pagico.Add(syncer.KindContact, "", syncer.Fields{"name": text("Somebody else"), "email": text("else@example.com")})
	b.sync()
	want := map[syncer.Ref]string{}
	for _, ref := range []syncer.Ref{contact, task, other, own} {
		want[ref] = b.twin(ref).Ref.ID
	}
	b.ghl.Edit(other, syncer.Fields{"title": text("edited while the store was lost")})
	writes := b.ghl.Writes() + b.pagico.Writes()

	b.store = memstore.New()
	b.restart(func(c *syncer.Config) { c.Store = b.store })
	r, err := b.engine.Relink(t.Context())
	require.NoError(t, err)
	require.Equal(t, writes, b.ghl.Writes()+b.pagico.Writes(), "nothing is written to the services")
	require.Equal(t, map[syncer.Kind]int{syncer.KindContact: 2, syncer.KindTask: 3}, r.Linked)
	require.Equal(t, 5, r.ByMarker)
	require.Len(t, r.Differing, 1)
	require.Equal(t, "title", r.Differing[0].Field)
	require.Len(t, r.Unlinked, 0, "%+v", r)
	for ref, id := range want {
		require.Equal(t, id, b.twin(ref).Ref.ID)
	}
	again, err := b.engine.Relink(t.Context())
	require.NoError(t, err)
	require.Empty(t, again.Linked, "what is linked stays as it is")
	require.Zero(t, b.sync().Total().Created)
	b.quiet()
}

func TestParkedCreateWaitsForAPersonsChoice(t *testing.T) {
	t.Parallel()
	for _, choose := range []bool{true, false} {
		b := newBench(t, func(c *syncer.Config) {
			c.GHL = syncertest.NewService(syncer.GHL, syncertest.WithClock(c.Now), syncertest.WithoutMarkers())
		})
		b.ghl = b.cfg.GHL.(*syncertest.Service)
		contact, _ := b.seed()
		b.sync()
		mirror := b.twin(contact).Ref
		made := b.pagico.Add(syncer.KindTask, mirror.ID, syncer.Fields{"title": text("New")})
		b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault {
			if c.Op == "create" {
				return syncertest.Fault{After: syncer.ErrUncertain}
			}
			return syncertest.Fault{}
		})
		b.sync(syncer.SyncOptions{NoWait: true})
		b.ghl.SetFault(nil)
		double := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("New")})
		b.sync()
		waiting, err := b.engine.WaitingCreates(t.Context())
		require.NoError(t, err)
		require.Len(t, waiting, 1)
		require.Len(t, b.pagico.All(syncer.KindTask), 2, "nothing that could be the outcome is copied back")
		require.ErrorIs(t, b.engine.DecideCreate(t.Context(), "unknown", syncer.Ref{}, "Grace"), syncer.ErrNotWaiting)
		if !choose {
			require.NoError(t, b.engine.DecideCreate(t.Context(), waiting[0].ID, syncer.Ref{}, "Grace"))
			b.sync()
			continue
		}
		require.NoError(t, b.engine.DecideCreate(t.Context(), waiting[0].ID, double, "Grace"))
		b.sync()
		require.Equal(t, double.ID, b.twin(made).Ref.ID)
		require.Contains(t, b.export(syncer.AuditJSONLines), `"actor":"Grace"`)
		b.sync()
		b.quiet()
	}
}

func TestDecisionMadeDuringAPassIsHeeded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.ghl.Edit(task, syncer.Fields{"assignee": text("a@x")})
	b.pagico.Edit(twin, syncer.Fields{"assignee": text("b@x")})
	b.sync()
	waiting, err := b.engine.Waiting(t.Context())
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	b.ghl.Edit(task, syncer.Fields{"title": text("meanwhile")})
	b.pagico.SetHook(func(c syncertest.Call) {
		if c.Op == "update" {
			require.NoError(t, b.engine.Decide(t.Context(), waiting[0].ID, "assignee", text("b@x"), "Grace"))
		}
	})
	b.sync()
	b.pagico.SetHook(nil)
	b.sync()
	require.Equal(t, text("b@x"), b.twin(twin).Fields["assignee"])
	b.quiet()
}

func TestDecisionOnValuesThatChangedSinceIsNotForced(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, task := b.seed()
	b.sync()
	twin := b.twin(task).Ref
	b.ghl.Edit(task, syncer.Fields{"assignee": text("a@x")})
	b.pagico.Edit(twin, syncer.Fields{"assignee": text("b@x")})
	b.sync()
	waiting, err := b.engine.Waiting(t.Context())
	require.NoError(t, err)
	require.NoError(t, b.engine.Decide(t.Context(), waiting[0].ID, "assignee", text("b@x"), "Grace"))
	b.ghl.Edit(task, syncer.Fields{"assignee": text("c@x")})
	b.sync()
	require.Equal(t, text("c@x"), b.twin(twin).Fields["assignee"], "the later edit is not overruled")
	waiting, err = b.engine.Waiting(t.Context())
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.Equal(t, text("c@x"), waiting[0].Parked["assignee"].GHL)
	require.Contains(t, waiting[0].Parked["assignee"].Reason, "Grace")
	require.Zero(t, b.sync().Writes)
}

func TestVerifyIsNotBlindToAWrongBase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, task := b.seed()
	b.sync()
	for _, ref := range []syncer.Ref{contact, task} {
		field := map[syncer.Kind]string{syncer.KindContact: "name", syncer.KindTask: "title"}[ref.Kind]
		b.ghl.Edit(ref, syncer.Fields{field: merge.None()})
		// A faulty engine would note the new values as agreed on.
		require.NoError(t, b.store.Update(t.Context(), "test", func(tx syncer.Tx) error {
			l, err := tx.LinkOf(ref)
			if err != nil {
				return err
			}
			base := l.Base[field]
			base.GHL = merge.None()
			l.Base[field] = base
			rec, err := b.ghl.Get(t.Context(), ref)
			l.SeenGHL = rec.Content()
			if err != nil {
				return err
			}
			return tx.PutLink(&l)
		}))
	}
	require.Zero(t, b.sync().Writes, "the pass believes its base")
	receipt, err := b.engine.Verify(t.Context())
	require.NoError(t, err)
	require.Len(t, receipt.Drifted, 2, "%+v", receipt)
}
