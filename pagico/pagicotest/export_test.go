package pagicotest

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// RunRecorded runs one clause of the suite and returns what it had to complain about.
func RunRecorded(ctx context.Context, name Clause, client *pagico.Client, f Features) []string {
	all := clauses()
	at := slices.IndexFunc(all, func(c check) bool { return c.name == name })
	r := &recorded{ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer r.cleanup()
		runClause(r, all[at], client, f)
	}()
	<-done
	return r.complaints
}

// Needs says whether features let a clause run.
func Needs(name Clause, f Features) bool {
	all := clauses()
	at := slices.IndexFunc(all, func(c check) bool { return c.name == name })
	return all[at].needs.in(f)
}

// recorded is a test that may fail.
type recorded struct {
	ctx        context.Context
	complaints []string
	cleanups   []func()
}

func (r *recorded) Helper()                  {}
func (r *recorded) Context() context.Context { return r.ctx }
func (r *recorded) Errorf(format string, args ...any) {
	r.complaints = append(r.complaints, fmt.Sprintf(format, args...))
}
func (r *recorded) FailNow()          { runtime.Goexit() }
func (r *recorded) Cleanup(fn func()) { r.cleanups = append(r.cleanups, fn) }

func (r *recorded) cleanup() {
	for _, fn := range slices.Backward(r.cleanups) {
		fn()
	}
}
