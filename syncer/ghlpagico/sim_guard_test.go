package ghlpagico_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// sync runs a pass, and checks that it keeps to its guards.
func (w *world) sync(ctx context.Context, opts syncer.SyncOptions) (*syncer.Report, error) {
	from := len(w.edge.log)
	w.halts = nil
	report, err := w.connector.Sync(ctx, opts)
	w.halted(from, err)
	if w.plan.guard > 0 && len(opts.Override) == 0 {
		w.guarded(from)
	}
	return report, err
}

// halted takes down what a pass halted for, and checks that it wrote nothing.
func (w *world) halted(from int, err error) {
	if halt, ok := errors.AsType[*syncer.HaltError](err); ok {
		for _, h := range halt.Halts {
			w.halts = append(w.halts, h.Code)
		}
		w.unwritten(from, "a halted pass")
	}
}

// unwritten checks that nothing was written since.
func (w *world) unwritten(from int, by string) {
	for _, c := range w.edge.log[from:] {
		if c.writes() {
			w.t.Errorf("%s %s by %s\n%s", c.method, c.path, by, w.story())
		}
	}
}

// guarded checks that no more tasks were deleted than the guard allows, not
// counting those that went with their contact.
func (w *world) guarded(from int) {
	deleted := map[string]bool{}
	for _, c := range w.edge.log[from:] {
		i := slices.IndexFunc(w.people.deaths, func(d death) bool {
			b := w.people.born[d.uid]
			return !d.cascade && b.kind == syncer.KindTask && strings.HasSuffix(c.path, "/"+d.twinID) && d.twinID != "" && !w.people.dead(b.parent)
		})
		if c.method == http.MethodDelete && i >= 0 {
			deleted[c.path] = true
		}
	}
	if len(deleted) > w.plan.guard {
		w.t.Errorf("%d deletions in a pass that may make %d: %v\n%s", len(deleted), w.plan.guard, slices.Sorted(maps.Keys(deleted)), w.story())
	}
}

// planned plans, lets people look at the plan, and applies it.
func (w *world) planned(ctx context.Context) (*syncer.Report, error) {
	from := len(w.edge.log)
	w.halts = nil
	plan, err := w.connector.Plan(ctx)
	w.unwritten(from, "a dry run")
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	require.NoError(w.t, syncer.WritePlan(&file, plan))
	plan, err = syncer.ReadPlan(&file)
	require.NoError(w.t, err)
	for range w.draw.between(0, 4) {
		w.people.act(w.draw, false) //nolint:contextcheck // people do not act on behalf of the pass
	}
	from = len(w.edge.log)
	report, err := w.connector.Apply(ctx, plan, syncer.ApplyOptions{})
	w.halted(from, err)
	for _, c := range w.edge.log[from:] {
		if c.writes() && !slices.ContainsFunc(plan.Steps, c.within) {
			w.t.Errorf("%s %s %s %s is not in the plan\n%s", c.side, c.method, c.path, c.body, w.story())
		}
	}
	return report, err
}

// within reports whether the request is part of a step.
func (c call) within(s syncer.Step) bool {
	kinds := map[syncer.Kind]string{syncer.KindContact: "contacts", syncer.KindTask: "tasks", syncer.KindNote: "notes", syncer.KindAppointment: "events"}
	parts := strings.Split(c.path, "/")
	switch {
	case s.Kind == syncer.KindAppointment: // one call makes, changes and brings them back
		return c.side == syncer.Pagico && slices.Contains(parts, kinds[s.Kind])
	case s.Op == syncer.StepMove && s.Target == c.side && (c.method == http.MethodPost || parts[len(parts)-1] == s.Ref(c.side).ID):
		return true
	case c.method == http.MethodPost:
		return s.Op == syncer.StepCreate && s.Target == c.side && parts[len(parts)-1] == kinds[s.Kind]
	case parts[len(parts)-1] != s.Ref(c.side).ID || parts[len(parts)-2] != kinds[s.Kind]:
		return false
	case c.method == http.MethodDelete:
		return s.Op == syncer.StepDelete && s.Target == c.side
	}
	members := map[string]any{}
	if json.Unmarshal([]byte(c.body), &members) != nil {
		return false
	}
	for member := range members {
		field := member
		switch member {
		case "notes":
			field = "body"
		case "completed":
			field = "status"
		case "assigneeId", "assignedTo":
			field = "assignee"
		case "someday":
			field = "dueDate"
		}
		planned := false
		for _, change := range s.Changes {
			planned = planned || change.To == c.side && change.Field == field
		}
		if !planned {
			return false
		}
	}
	return true
}
