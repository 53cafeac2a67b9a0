package syncer_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// shown is everything that both services show to people.
func (b *bench) shown() (all []string) {
	for _, service := range []syncer.Side{syncer.GHL, syncer.Pagico} {
		for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask} {
			for _, rec := range b.services()[service].All(kind) {
				line := fmt.Sprint(rec.Ref, " under ", rec.Ref.Parent)
				for _, name := range slices.Sorted(maps.Keys(rec.Fields)) {
					line += fmt.Sprintf(" %s=%q", name, rec.Fields[name].AsText())
				}
				all = append(all, line)
			}
		}
	}
	return all
}

// edits are the files that differ from data in one place: each bit of each byte
// turned, each byte doubled, left out, or made white space, and each cut.
func edits(data []byte, yield func(where string, file []byte)) {
	for i := range data {
		for bit := range 8 {
			file := bytes.Clone(data)
			file[i] ^= 1 << bit
			yield(fmt.Sprintf("bit %d of byte %d", bit, i), file)
		}
		for _, with := range []string{"", string(data[i:i+1]) + " ", string(data[i:i+1]) + "\n", string(data[i:i+1]) + "\r", "\x00", " "} {
			if file := slices.Concat(data[:i], []byte(with), data[i+1:]); !bytes.Equal(file, data) {
				yield(fmt.Sprintf("byte %d as %q", i, with), file)
			}
		}
		yield(fmt.Sprintf("cut at %d", i), data[:i])
	}
	yield("a byte order mark", slices.Concat([]byte("\ufeff"), data))
	yield("twice", slices.Concat(data, data))
	yield("a second plan", append(bytes.Clone(data), "{}\n"...))
}

// A plan that creates, updates, deletes and completes, with every edit of one byte.
func TestPlanFileEditedAnywhereIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, first := b.seed()
	_, second := b.seed()
	b.sync()
	b.seed()
	b.ghl.Edit(first, syncer.Fields{"title": text("Ünïcode \"and\" <more>")})
	b.pagico.Remove(b.twin(second).Ref)
	plan, err := b.engine.Plan(t.Context())
	require.NoError(t, err)
	require.Len(t, plan.Steps, 4)
	var file bytes.Buffer
	require.NoError(t, syncer.WritePlan(&file, plan))
	before, writes, files := b.shown(), b.ghl.Writes()+b.pagico.Writes(), 0
	edits(file.Bytes(), func(where string, edited []byte) {
		files++
		p, err := syncer.ReadPlan(bytes.NewReader(edited))
		if err == nil {
			_, err = b.engine.Apply(t.Context(), p, syncer.ApplyOptions{})
		}
		require.ErrorIs(t, err, syncer.ErrPlanFile, where)
		require.NotContains(t, err.Error(), "ada@example.com", where)
	})
	require.Greater(t, files, 15*1000)
	require.Equal(t, before, b.shown())
	require.Equal(t, writes, b.ghl.Writes()+b.pagico.Writes())

	p, err := syncer.ReadPlan(bytes.NewReader(file.Bytes()))
	require.NoError(t, err)
	require.Equal(t, plan.Writes(), b.apply(p).Writes, "the file itself is whole")
	b.quiet()
}

// lateCase is a plan with one step, and what people do before it is applied.
type lateCase struct {
	op     syncer.StepOp
	change func(*syncer.Config)
	// fresh leaves the first sync to the plan.
	fresh bool
	// prepare makes the world that is planned on; it may return the plan itself.
	prepare func(b *bench, task, twin syncer.Ref) *syncer.Plan
	late    map[string]func(b *bench, task, twin syncer.Ref)
}

// tasks are how many tasks people made.
func (c lateCase) tasks() int {
	if c.op == syncer.StepRetract || c.op == syncer.StepLink {
		return 2
	}
	return 1
}

func completes(c *syncer.Config) { c.Flows[1].Rules.Deletes = merge.Complete }
func unlinks(c *syncer.Config)   { c.Flows[1].Rules.Deletes = merge.Unlink }

func lateCases() map[string]lateCase {
	editTask := func(b *bench, task, _ syncer.Ref) { b.ghl.Edit(task, syncer.Fields{"title": text("late")}) }
	editTwin := func(b *bench, _, twin syncer.Ref) { b.pagico.Edit(twin, syncer.Fields{"title": text("late")}) }
	dropTask := func(b *bench, task, _ syncer.Ref) { b.ghl.Remove(task) }
	dropTwin := func(b *bench, _, twin syncer.Ref) { b.pagico.Remove(twin) }
	backTask := func(b *bench, task, _ syncer.Ref) { b.ghl.Restore(task) }
	type people = map[string]func(b *bench, task, twin syncer.Ref)
	removed := func(b *bench, task, _ syncer.Ref) *syncer.Plan {
		b.ghl.Remove(task)
		return nil
	}
	undone := func(seq func(b *bench, task, twin syncer.Ref)) func(b *bench, task, twin syncer.Ref) *syncer.Plan {
		return func(b *bench, task, twin syncer.Ref) *syncer.Plan {
			last := b.lastSeq()
			seq(b, task, twin)
			b.sync()
			return b.undo(last)
		}
	}
	return map[string]lateCase{
		"create": {op: syncer.StepCreate, prepare: func(*bench, syncer.Ref, syncer.Ref) *syncer.Plan { return nil }, fresh: true,
			late: people{"edited": editTask, "removed": dropTask}},
		"link": {op: syncer.StepLink, fresh: true, prepare: func(b *bench, _, _ syncer.Ref) *syncer.Plan {
			b.pagico.Add(syncer.KindTask, b.pagico.All(syncer.KindContact)[0].Ref.ID, syncer.Fields{"title": text("Call"), "status": text("completed")})
			return nil
		}, late: people{"edited": editTask, "removed": dropTask, "target edited": func(b *bench, _, _ syncer.Ref) {
			b.pagico.Edit(b.pagico.All(syncer.KindTask)[0].Ref, syncer.Fields{"title": text("late")})
		}}},
		"retract": {op: syncer.StepRetract, prepare: undone(func(b *bench, task, _ syncer.Ref) {
			b.ghl.Add(syncer.KindTask, b.parentOf(task), syncer.Fields{"title": text("Write"), "status": text("open")})
		}), late: people{"edited": func(b *bench, _, _ syncer.Ref) {
			b.pagico.Edit(b.pagico.All(syncer.KindTask)[1].Ref, syncer.Fields{"title": text("late")})
		}}},
		"update": {op: syncer.StepUpdate, prepare: func(b *bench, task, _ syncer.Ref) *syncer.Plan {
			b.ghl.Edit(task, syncer.Fields{"dueDate": text("2026-04-01T00:00:00Z")})
			return nil
		}, late: people{"source edited": editTask, "target edited": editTwin, "source removed": dropTask, "target removed": dropTwin}},
		"move": {op: syncer.StepMove, prepare: func(b *bench, task, _ syncer.Ref) *syncer.Plan {
			other, _ := b.house("bob")
			b.ghl.Rehome(task, other.ID)
			return nil
		}, late: people{"edited": editTask, "target edited": editTwin, "removed": dropTask, "target removed": dropTwin}},
		"delete": {op: syncer.StepDelete, prepare: removed, late: people{"edited": editTwin, "restored": backTask, "gone": dropTwin}},
		"complete": {op: syncer.StepComplete, change: completes, prepare: removed,
			late: people{"edited": editTwin, "restored": backTask, "gone": dropTwin}},
		"unlink": {op: syncer.StepUnlink, change: unlinks, prepare: removed, late: people{"edited": editTwin, "restored": backTask}},
		"close": {op: syncer.StepClose, prepare: func(b *bench, task, twin syncer.Ref) *syncer.Plan {
			b.pagico.Remove(twin)
			return removed(b, task, twin)
		}, late: people{"restored": backTask, "other restored": func(b *bench, _, twin syncer.Ref) { b.pagico.Restore(twin) }}},
		"restore": {op: syncer.StepRestore, prepare: undone(dropTask), late: people{
			"contact gone": func(b *bench, _, _ syncer.Ref) { b.pagico.Remove(b.pagico.All(syncer.KindContact)[0].Ref) }}},
		"reopen": {op: syncer.StepReopen, change: completes, prepare: undone(dropTask), late: people{"edited": editTwin, "gone": dropTwin}},
	}
}

// Whatever kind of step: what people did after the plan stands, nothing else is
// written, and the next passes bring both sides in step.
func TestPlanAppliedAfterTheWorldChanged(t *testing.T) {
	t.Parallel()
	for name, c := range lateCases() {
		for what, late := range c.late {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				change := c.change
				if change == nil {
					change = func(*syncer.Config) {}
				}
				b := newBench(t, change)
				contact := b.ghl.Add(syncer.KindContact, "", syncer.Fields{"name": text("Ada"), "email": text("ada@example.com")})
				b.sync()
				task := b.ghl.Add(syncer.KindTask, contact.ID, syncer.Fields{"title": text("Call"), "status": text("open")})
				var twin syncer.Ref
				if !c.fresh {
					b.sync()
					twin = b.twin(task).Ref
				}
				plan := c.prepare(b, task, twin)
				if plan == nil {
					plan = b.plan()
				}
				require.Len(t, plan.Steps, 1)
				require.Equal(t, c.op, plan.Steps[0].Op)
				late(b, task, twin)
				before, writes := b.shown(), b.ghl.Writes()+b.pagico.Writes()
				report := b.apply(plan)
				t.Log(report)
				require.Equal(t, before, b.shown())
				require.Equal(t, writes, b.ghl.Writes()+b.pagico.Writes())
				for range 3 {
					b.sync()
				}
				b.quiet()
				for side, service := range b.services() {
					require.LessOrEqual(t, len(service.All(syncer.KindTask)), c.tasks(), "%s: %q", side, b.shown())
				}
			})
		}
	}
}
