package syncer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"sync/atomic"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/syncertest"
)

// twoSides are two services in memory that share the clock of the examples: it
// goes on by a second with every look.
func twoSides() (ghl, pagico *syncertest.Service, clock func() time.Time) {
	start := time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)
	var looks atomic.Int64 // the engine's workers look at the same time
	clock = func() time.Time { return start.Add(time.Duration(looks.Add(1)) * time.Second) }
	return syncertest.NewService(syncer.GHL, syncertest.WithClock(clock)),
		syncertest.NewService(syncer.Pagico, syncertest.WithClock(clock)), clock
}

// taskConfig keeps tasks in step, by default their titles and statuses.
func taskConfig(ghl, pagico syncer.Source, clock func() time.Time, fields ...merge.Field) syncer.Config {
	if len(fields) == 0 {
		fields = []merge.Field{{Name: "title"}, {Name: "status"}}
	}
	return syncer.Config{
		Connection: "example", GHL: ghl, Pagico: pagico, Store: memstore.New(), Now: clock,
		Flows: []syncer.Flow{{Kind: syncer.KindTask, Rules: merge.Rules{Fields: fields}}},
	}
}

func title(s string) syncer.Fields { return syncer.Fields{"title": merge.Text(s)} }

// Both sides change different fields of one task: both edits survive.
func Example() {
	ctx := context.Background()
	ghl, pagico, clock := twoSides()
	engine, err := syncer.New(taskConfig(ghl, pagico, clock))
	if err != nil {
		log.Fatal(err)
	}

	onGHL := ghl.Add(syncer.KindTask, "", title("Call Ada"))
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}
	onPagico := pagico.All(syncer.KindTask)[0].Ref

	ghl.Edit(onGHL, title("Call Ada Lovelace"))
	pagico.Edit(onPagico, syncer.Fields{"status": merge.Text("completed")})
	report, err := engine.Sync(ctx, syncer.SyncOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("writes:", report.Writes, "conflicts:", report.Conflicts)
	for _, side := range []*syncertest.Service{ghl, pagico} {
		task := side.All(syncer.KindTask)[0]
		fmt.Println(side.Side(), task.Fields["title"], task.Fields["status"])
	}
	// Output:
	// writes: 2 conflicts: 0
	// ghl Call Ada Lovelace completed
	// pagico Call Ada Lovelace completed
}

// A dry run shows what a pass would do. The plan can be kept in a file, looked
// at, and applied later: steps whose records have changed since are left out.
func ExampleEngine_Plan() {
	ctx := context.Background()
	ghl, pagico, clock := twoSides()
	engine, err := syncer.New(taskConfig(ghl, pagico, clock))
	if err != nil {
		log.Fatal(err)
	}
	ada := ghl.Add(syncer.KindTask, "", title("Call Ada"))
	ghl.Add(syncer.KindTask, "", title("Call Grace"))

	plan, err := engine.Plan(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, step := range plan.Steps {
		fmt.Println(step.Op, step.Target, step.Fields["title"])
	}
	var file bytes.Buffer
	if err := syncer.WritePlan(&file, plan); err != nil {
		log.Fatal(err)
	}

	ghl.Edit(ada, title("Call Ada today")) // after the review

	saved, err := syncer.ReadPlan(&file)
	if err != nil {
		log.Fatal(err)
	}
	report, err := engine.Apply(ctx, saved, syncer.ApplyOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("made:", report.Total().Created, "drifted:", len(report.Drifted))
	// Output:
	// create pagico Call Ada
	// create pagico Call Grace
	// made: 1 drifted: 1
}

// A field with the policy manual waits for a person when both sides changed it;
// everything else goes on.
func ExampleEngine_Decide() {
	ctx := context.Background()
	ghl, pagico, clock := twoSides()
	engine, err := syncer.New(taskConfig(ghl, pagico, clock, merge.Field{Name: "title", Policy: merge.Manual}))
	if err != nil {
		log.Fatal(err)
	}
	onGHL := ghl.Add(syncer.KindTask, "", title("Call Ada"))
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}
	ghl.Edit(onGHL, title("Call Ada on Monday"))
	pagico.Edit(pagico.All(syncer.KindTask)[0].Ref, title("Call Ada on Friday"))
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}

	waiting, err := engine.Waiting(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, link := range waiting {
		for field, parked := range link.Parked {
			fmt.Printf("%s: %s or %s?\n", field, parked.GHL, parked.Pagico)
			if err := engine.Decide(ctx, link.ID, field, parked.Pagico, "grace@example.com"); err != nil {
				log.Fatal(err)
			}
		}
	}
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ghl.All(syncer.KindTask)[0].Fields["title"])
	// Output:
	// title: Call Ada on Monday or Call Ada on Friday?
	// Call Ada on Friday
}

// A guard halts a pass that would delete much. Nothing is written until
// somebody has looked and lifts the guard for one pass.
func ExampleHaltError() {
	ctx := context.Background()
	ghl, pagico, clock := twoSides()
	engine, err := syncer.New(taskConfig(ghl, pagico, clock))
	if err != nil {
		log.Fatal(err)
	}
	for n := range 40 {
		ghl.Add(syncer.KindTask, "", title(fmt.Sprintf("Task %d", n)))
	}
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}
	for _, task := range ghl.All(syncer.KindTask)[:20] {
		ghl.Remove(task.Ref)
	}

	_, err = engine.Sync(ctx, syncer.SyncOptions{})
	if halt, ok := errors.AsType[*syncer.HaltError](err); ok {
		fmt.Println(halt.Halts[0].Code, halt.Halts[0].Count, "of", len(pagico.All(syncer.KindTask)))
	}
	report, err := engine.Sync(ctx, syncer.SyncOptions{Override: []syncer.HaltCode{syncer.HaltMassDelete}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("deleted:", report.Total().Deleted)
	// Output:
	// massDelete 20 of 40
	// deleted: 20
}

// Undo makes a plan that takes back what the engine wrote since a point in time.
func ExampleEngine_Undo() {
	ctx := context.Background()
	ghl, pagico, clock := twoSides()
	engine, err := syncer.New(taskConfig(ghl, pagico, clock))
	if err != nil {
		log.Fatal(err)
	}
	ref := ghl.Add(syncer.KindTask, "", title("Call Ada"))
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}
	before := clock()
	ghl.Edit(ref, title("Cal Ada!!"))
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}

	plan, err := engine.Undo(ctx, syncer.UndoOptions{Since: before})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := engine.Apply(ctx, plan, syncer.ApplyOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ghl.All(syncer.KindTask)[0].Fields["title"], "|", pagico.All(syncer.KindTask)[0].Fields["title"])
	// Output: Call Ada | Call Ada
}

// A webhook is only a hint: SyncRecord reads both sides of the record that it
// names and does what a pass would do for them.
func ExampleEngine_SyncRecord() {
	ctx := context.Background()
	ghl, pagico, clock := twoSides()
	engine, err := syncer.New(taskConfig(ghl, pagico, clock))
	if err != nil {
		log.Fatal(err)
	}
	ref := ghl.Add(syncer.KindTask, "", title("Call Ada"))
	for _, hint := range []string{"on time", "late", "twice"} {
		report, err := engine.SyncRecord(ctx, ref, syncer.SyncOptions{Trigger: "webhook " + hint})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(hint, report.Writes)
	}
	fmt.Println(len(pagico.All(syncer.KindTask)))
	// Output:
	// on time 1
	// late 0
	// twice 0
	// 1
}

// Verify compares both sides in full and gives a receipt.
func ExampleEngine_Verify() {
	ctx := context.Background()
	ghl, pagico, clock := twoSides()
	engine, err := syncer.New(taskConfig(ghl, pagico, clock))
	if err != nil {
		log.Fatal(err)
	}
	ghl.Add(syncer.KindTask, "", title("Call Ada"))
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}
	pagico.Edit(pagico.All(syncer.KindTask)[0].Ref, title("Call Grace"))

	receipt, err := engine.Verify(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("clean:", receipt.Clean(), "matched:", receipt.Matched, "of", receipt.Pairs)
	for _, d := range receipt.Drifted {
		fmt.Printf("%s: %s on ghl, %s on pagico\n", d.Field, d.GHL, d.Pagico)
	}
	// Output:
	// clean: false matched: 0 of 1
	// title: Call Ada on ghl, Call Grace on pagico
}

// The audit log is a chain of hashes: exported, it can be checked by anybody.
func ExampleVerifyAudit() {
	ctx := context.Background()
	ghl, pagico, clock := twoSides()
	engine, err := syncer.New(taskConfig(ghl, pagico, clock))
	if err != nil {
		log.Fatal(err)
	}
	ghl.Add(syncer.KindTask, "", title("Call Ada"))
	if _, err := engine.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := engine.ExportAudit(ctx, &file, syncer.AuditJSONLines); err != nil {
		log.Fatal(err)
	}
	forged := bytes.Replace(file.Bytes(), []byte("Call Ada"), []byte("Call Eve"), 1)

	fmt.Println("exported:", syncer.VerifyAudit(syncer.ReadAudit(&file)) == nil)
	fmt.Println("forged:", syncer.VerifyAudit(syncer.ReadAudit(bytes.NewReader(forged))) == nil)
	// Output:
	// exported: true
	// forged: false
}
