package ghlpagico_test

import (
	"context"
	"flag"
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// simTeeth bounds how many histories a flaw may survive.
var simTeeth = flag.Uint64("sim.teeth", 400, "number of simulated histories in which a deliberate flaw must show")

// TestSimTeeth puts one flaw after the other into clients, sources, store or
// engine, and proves that random histories notice: a simulation that never
// fails proves nothing.
func TestSimTeeth(t *testing.T) {
	t.Parallel()
	for _, f := range flaws() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			for seed := range *simTeeth {
				if said := bites(t, 1+seed, f); said != "" {
					t.Logf("noticed in history %d: %.300s", seed+1, said)
					return
				}
			}
			t.Fatalf("no history notices that %s", f.name)
		})
	}
}

// bites lives through one history with a flaw, and returns what went wrong.
func bites(t *testing.T, seed uint64, f flaw) (said string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{ctx: t.Context()}
		over := make(chan struct{})
		go func() {
			defer close(over)
			newWorld(r, seed, f).history()
		}()
		<-over
		said = r.said
	})
	return said
}

// recorder is a judge that takes failures down.
type recorder struct {
	ctx  context.Context
	said string
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }

// Errorf implements judge.
func (r *recorder) Errorf(format string, args ...any) {
	if r.said == "" {
		r.said = fmt.Sprintf(format, args...)
	}
}

// FailNow implements judge.
func (r *recorder) FailNow() {
	r.Errorf("failed")
	runtime.Goexit()
}

// Fatalf implements judge.
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// inside gives access to an unexported field. The flaws are put where nobody
// else can put them, so that no other code has to know of them.
func inside(of any, field string) reflect.Value {
	f := reflect.ValueOf(of).Elem().FieldByName(field)
	return reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
}

// spoil puts the flaw into an engine.
func (f flaw) spoil(e *syncer.Engine) {
	if f.engine != "" {
		flaws := inside(e, "flaws")
		flaws.Set(reflect.MakeMap(flaws.Type()))
		flaws.SetMapIndex(reflect.ValueOf(f.engine).Convert(flaws.Type().Key()), reflect.ValueOf(true))
	}
	cfg := inside(e, "cfg").Addr().Interface().(*syncer.Config)
	if f.ghl != nil {
		cfg.GHL = f.ghl(cfg.GHL.(ghlSource))
	}
	if f.pagico != nil {
		cfg.Pagico = f.pagico(cfg.Pagico.(pagicoSource))
	}
}
