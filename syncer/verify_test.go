package syncer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// crowded is a bench with some pairs that are in step.
func crowded(t *testing.T, pairs int, change ...func(*syncer.Config)) (b *bench, tasks []syncer.Ref) {
	t.Helper()
	b = newBench(t, change...)
	contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
	for i := range pairs {
		tasks = append(tasks, b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text(fmt.Sprint("Task number ", i)), "status": text("open"),
			"body": text("one\ntwo"), "dueDate": text("2026-03-05T10:00:00Z"), "assignee": text("ann@x")}))
	}
	b.sync()
	return b, tasks
}

func (b *bench) verify() *syncer.Receipt {
	b.t.Helper()
	receipt, err := b.engine.Verify(b.t.Context())
	require.NoError(b.t, err)
	return receipt
}

// compared is how many task records a full comparison keeps, and how many not.
func (b *bench) compared() (kept, told int) {
	b.t.Helper()
	kept, told, err := syncer.Compared(b.t.Context(), b.engine, syncer.KindTask)
	require.NoError(b.t, err)
	return kept, told
}

// damage changes a link in the store, as no engine would.
func (b *bench) damage(ref syncer.Ref, change func(*syncer.Link)) {
	b.t.Helper()
	require.NoError(b.t, b.store.Update(b.t.Context(), b.cfg.Connection, func(tx syncer.Tx) error {
		l, err := tx.LinkOf(ref)
		if err != nil {
			return err
		}
		change(&l)
		return tx.PutLink(&l)
	}))
}

func TestFullComparisonKeepsOnlyWhatShowsSomethingNew(t *testing.T) {
	t.Parallel()
	b, tasks := crowded(t, 30)
	kept, told := b.compared()
	require.Equal(t, [2]int{0, 60}, [2]int{kept, told})
	b.ghl.Edit(tasks[3], syncer.Fields{"title": text("new")})
	b.pagico.Edit(b.twin(tasks[3]).Ref, syncer.Fields{"status": text("later")})
	b.pagico.Edit(b.twin(tasks[4]).Ref, syncer.Fields{"body": merge.None()})
	kept, told = b.compared()
	require.Equal(t, [2]int{3, 57}, [2]int{kept, told})
}

// TestVerifyFindsDriftOnEitherSide: an edit that no pass has seen, in any field, on
// any side.
func TestVerifyFindsDriftOnEitherSide(t *testing.T) {
	t.Parallel()
	for _, side := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		for _, field := range []string{"title", "body", "dueDate", "status", "assignee"} {
			for _, value := range []syncer.Value{text("planted"), merge.None()} {
				b, tasks := crowded(t, 5)
				ref, service := tasks[2], b.ghl
				if side == syncer.Pagico {
					ref, service = b.twin(ref).Ref, b.pagico
				}
				service.Edit(ref, syncer.Fields{field: value})
				receipt := b.verify()
				require.Len(t, receipt.Drifted, 1, "%s on %s", field, side)
				drift := receipt.Drifted[0]
				require.Equal(t, field, drift.Field)
				require.NotEmpty(t, drift.Label)
				shown := map[syncer.Side]syncer.Value{syncer.GHL: drift.GHL, syncer.Pagico: drift.Pagico}
				require.Equal(t, value, shown[side])
				require.NotEqual(t, value, shown[side.Other()])
				require.Equal(t, 5, receipt.Matched, "four tasks and the contact")
				require.Equal(t, 1, receipt.WouldWrite)
			}
		}
	}
}

// TestVerifyDoesNotBelieveADamagedStore: what a link remembers is altered in one
// way or the other, with and without a drift that it might hide.
func TestVerifyDoesNotBelieveADamagedStore(t *testing.T) {
	t.Parallel()
	other := merge.Base{GHL: text("other"), Pagico: text("other")}
	damages := map[string]func(l *syncer.Link, ghl, pagico syncer.Record){
		"value of one side": func(l *syncer.Link, _, _ syncer.Record) {
			l.Base["title"] = merge.Base{GHL: text("other"), Pagico: l.Base["title"].Pagico}
		},
		"values of both":   func(l *syncer.Link, _, _ syncer.Record) { l.Base["title"] = other },
		"field lost":       func(l *syncer.Link, _, _ syncer.Record) { delete(l.Base, "title") },
		"field made up":    func(l *syncer.Link, _, _ syncer.Record) { l.Base["nickname"] = other },
		"base lost":        func(l *syncer.Link, _, _ syncer.Record) { l.Base = nil },
		"hash of one side": func(l *syncer.Link, _, _ syncer.Record) { l.SeenGHL[3] ^= 1 },
		"hashes lost":      func(l *syncer.Link, _, _ syncer.Record) { l.SeenGHL, l.SeenPagico = merge.Hash{}, merge.Hash{} },
		"hashes of now":    func(l *syncer.Link, g, p syncer.Record) { l.SeenGHL, l.SeenPagico = g.Content(), p.Content() },
		"base, hashes of now": func(l *syncer.Link, g, p syncer.Record) {
			l.Base["title"], l.SeenGHL, l.SeenPagico = other, g.Content(), p.Content()
		},
		"all as on ghl now": func(l *syncer.Link, g, p syncer.Record) {
			l.Base["title"] = merge.Base{GHL: g.Fields["title"], Pagico: g.Fields["title"]}
			l.SeenGHL, l.SeenPagico = g.Content(), p.Content()
		},
		"all as it is now": func(l *syncer.Link, g, p syncer.Record) {
			l.Base["title"] = merge.Base{GHL: g.Fields["title"], Pagico: p.Fields["title"]}
			l.SeenGHL, l.SeenPagico = g.Content(), p.Content()
		},
	}
	for name, damage := range damages {
		for _, drifted := range []bool{false, true} {
			b, tasks := crowded(t, 3)
			if drifted {
				b.ghl.Edit(tasks[1], syncer.Fields{"title": text("planted")})
			}
			ghl, err := b.ghl.Get(t.Context(), tasks[1])
			require.NoError(t, err)
			pagico := b.twin(tasks[1])
			b.damage(tasks[1], func(l *syncer.Link) { damage(l, ghl, pagico) })
			receipt := b.verify()
			if !drifted {
				require.True(t, receipt.Clean(), "%s: %+v", name, receipt)
				continue
			}
			require.Len(t, receipt.Drifted, 1, name)
			require.Equal(t, ghl.Fields["title"], receipt.Drifted[0].GHL, name)
			require.Equal(t, pagico.Fields["title"], receipt.Drifted[0].Pagico, name)
			require.NotEmpty(t, receipt.Drifted[0].Label, name)
		}
	}
}

// TestVerifyThroughALossyLens: Pagico shows titles cut and in capitals, so both
// sides show different values of the same thing.
func TestVerifyThroughALossyLens(t *testing.T) {
	t.Parallel()
	cut := func(v syncer.Value) syncer.Value {
		return merge.Text(strings.ToUpper(v.AsText()[:min(8, len(v.AsText()))]))
	}
	b, tasks := crowded(t, 4, func(c *syncer.Config) {
		c.Flows[1].Rules.Lens = func(to merge.Side, field string, value, shown merge.Value) merge.Value {
			switch {
			case field != "title":
				return value
			case to == syncer.Pagico:
				return cut(value)
			case cut(shown).Equal(value):
				return shown
			}
			return value
		}
	})
	require.Equal(t, text("TASK NUM"), b.twin(tasks[0]).Fields["title"])
	kept, told := b.compared()
	require.Equal(t, [2]int{0, 8}, [2]int{kept, told}, "what is lost on the way is in the base")
	require.True(t, b.verify().Clean())

	b.ghl.Edit(tasks[0], syncer.Fields{"title": text("Task number zero")})
	require.True(t, b.verify().Clean(), "Pagico expresses that already")
	b.ghl.Edit(tasks[1], syncer.Fields{"title": text("Other")})
	b.pagico.Edit(b.twin(tasks[2]).Ref, syncer.Fields{"title": text("THAT")})
	receipt := b.verify()
	require.Len(t, receipt.Drifted, 2)
	require.Equal(t, text("Other"), receipt.Drifted[0].GHL)
	require.Equal(t, text("TASK NUM"), receipt.Drifted[0].Pagico)
	require.Equal(t, text("Task number 2"), receipt.Drifted[1].GHL)
	require.Equal(t, text("THAT"), receipt.Drifted[1].Pagico)
	b.sync()
	b.quiet()
}

// TestVerifyReadsWhatAnIndexMayHaveMissed: GHL's listing shows a task as both sides
// last agreed on it, but by now both show the same new title.
func TestVerifyReadsWhatAnIndexMayHaveMissed(t *testing.T) {
	t.Parallel()
	b, tasks := crowded(t, 3)
	b.ghl.Edit(tasks[1], syncer.Fields{"title": text("new")})
	b.pagico.Edit(b.twin(tasks[1]).Ref, syncer.Fields{"title": text("new")})
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	kept, _ := b.compared()
	require.Equal(t, 1, kept, "the one that Pagico shows")
	require.True(t, b.verify().Clean())
}

// TestVerifyReadsWhatAnIndexOfEitherSideShowsLate: a listing of Pagico that lags does not look
// like a drift either, and a record that is gone by now is missing, not drifted.
func TestVerifyReadsWhatAnIndexOfEitherSideShowsLate(t *testing.T) {
	t.Parallel()
	b, tasks := crowded(t, 3)
	b.ghl.Edit(tasks[1], syncer.Fields{"title": text("new")})
	b.sync()
	b.pagico.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindTask} })
	require.True(t, b.verify().Clean())

	twin := b.twin(tasks[1]).Ref
	b.pagico.Edit(twin, syncer.Fields{"title": text("newer")})
	b.pagico.Remove(twin)
	receipt := b.verify()
	require.Empty(t, receipt.Drifted)
	require.Len(t, receipt.Missing, 1)
	require.Equal(t, tasks[1].ID, receipt.Missing[0].Ref.ID)

	b.ghl.Remove(tasks[1])
	require.True(t, b.verify().Clean(), "both are gone, so nothing is missing")
}

// TestVerifySeesRestoredRecords: a person took a deletion back, and no pass has run since.
func TestVerifySeesRestoredRecords(t *testing.T) {
	t.Parallel()
	b, tasks := crowded(t, 3)
	rec, err := b.ghl.Get(t.Context(), tasks[1])
	require.NoError(t, err)
	b.ghl.Remove(tasks[1])
	b.sync()
	require.True(t, b.verify().Clean())
	b.ghl.Put(rec)
	receipt := b.verify()
	require.Len(t, receipt.Missing, 1)
	require.Equal(t, 1, receipt.WouldWrite)
	require.Equal(t, 1, b.sync().Writes)
	b.quiet()
}

// TestChangedRulesReadWhatAnIndexMayHaveMissed is the same for a pass after the
// rules changed: the value that is put back is the one of now.
func TestChangedRulesReadWhatAnIndexMayHaveMissed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	b.ghl.Edit(contact, syncer.Fields{"name": text("Countess")})
	b.pagico.Edit(b.twin(contact).Ref, syncer.Fields{"name": text("scribble")})
	b.ghl.SetFault(func(c syncertest.Call) syncertest.Fault { return syncertest.Fault{Stale: c.Kind == syncer.KindContact} })
	b.restart(func(c *syncer.Config) { c.Flows[0].Version = "2" })
	plan, err := b.engine.Plan(t.Context())
	require.NoError(t, err)
	require.Len(t, plan.Steps, 1)
	require.Equal(t, text("Countess"), plan.Steps[0].Changes[0].New)
}

func TestChangedRulesCompareEveryPair(t *testing.T) {
	t.Parallel()
	b, tasks := crowded(t, 10, func(c *syncer.Config) { c.Flows[0].Rules.OneWay = merge.Ignore })
	contact := b.pagico.All(syncer.KindContact)[0].Ref
	b.pagico.Edit(contact, syncer.Fields{"name": text("Countess")})
	b.sync()
	require.Equal(t, text("Countess"), b.pagico.All(syncer.KindContact)[0].Fields["name"], "left so")

	b.restart(func(c *syncer.Config) { c.Flows[0].Rules.OneWay = merge.Revert })
	require.Equal(t, 1, b.sync().Writes)
	require.Equal(t, text("Ada"), b.pagico.All(syncer.KindContact)[0].Fields["name"], "put back")

	b.pagico.Remove(b.twin(tasks[3]).Ref)
	b.ghl.Edit(tasks[4], syncer.Fields{"title": text("new")})
	b.restart(func(c *syncer.Config) { c.Flows[1].Version = "2" })
	report := b.sync()
	require.Equal(t, 2, report.Writes, "one deletion, one title")
	require.Len(t, b.ghl.All(syncer.KindTask), 9)
	require.Equal(t, text("new"), b.twin(tasks[4]).Fields["title"])
	b.quiet()
}

// indexed is a service as GHL is one: its listings may lag, and only they tell when
// a record was changed.
type indexed struct{ *syncertest.Service }

func (s indexed) Changes(ctx context.Context, kind syncer.Kind, since syncer.Cursor) *syncer.Feed {
	feed := s.Service.Changes(ctx, kind, since)
	all := feed.All
	feed.All = func(yield func(syncer.Record, error) bool) {
		for rec, err := range all {
			rec.Unconfirmed = true
			if !yield(rec, err) {
				return
			}
		}
	}
	return feed
}

func (s indexed) Get(ctx context.Context, ref syncer.Ref) (syncer.Record, error) {
	rec, err := s.Service.Get(ctx, ref)
	rec.ModifiedAt, rec.CreatedAt = time.Time{}, time.Time{}
	return rec, err
}

// TestChangedRulesKnowWhoWasLast: a field that had no rule before differs, and the
// later writer wins it, although only the listing tells the time.
func TestChangedRulesKnowWhoWasLast(t *testing.T) {
	t.Parallel()
	for _, last := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		b, tasks := crowded(t, 3, func(c *syncer.Config) {
			c.GHL = indexed{c.GHL.(*syncertest.Service)}
			c.Flows[1].Rules.Fields = c.Flows[1].Rules.Fields[:4] // no assignee
		})
		edit := map[syncer.Side]func(){
			syncer.GHL:    func() { b.ghl.Edit(tasks[1], syncer.Fields{"assignee": text("ghl")}) },
			syncer.Pagico: func() { b.pagico.Edit(b.twin(tasks[1]).Ref, syncer.Fields{"assignee": text("pagico")}) },
		}
		edit[last.Other()]()
		b.clock.jump(time.Minute)
		edit[last]()
		b.clock.jump(time.Hour)
		b.sync()
		b.restart(func(c *syncer.Config) {
			c.Flows[1].Rules.Fields = []merge.Field{{Name: "title"}, {Name: "body"}, {Name: "dueDate"}, {Name: "status"}, {Name: "assignee"}}
		})
		b.sync()
		require.Equal(t, text(string(last)), b.twin(tasks[1]).Fields["assignee"])
		require.Equal(t, text("ann@x"), b.twin(tasks[0]).Fields["assignee"], "set on ghl only")
		b.quiet()
	}
}

// TestChangedRulesNoteWhatNeitherSideHas: a field that had no rule before is empty
// on both sides. From then on it is owned, and an edit of the copy is put back.
func TestChangedRulesNoteWhatNeitherSideHas(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contact, _ := b.seed()
	b.sync()
	b.restart(func(c *syncer.Config) {
		c.Flows[0].Rules.Fields = []merge.Field{{Name: "name"}, {Name: "email"}, {Name: "phone"}}
	})
	require.Zero(t, b.sync().Writes)
	b.pagico.Edit(b.twin(contact).Ref, syncer.Fields{"phone": text("+41441234567")})
	require.Equal(t, 1, b.sync().Writes)
	require.Equal(t, merge.None(), b.twin(contact).Fields["phone"])
}
