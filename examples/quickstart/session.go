package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
)

// session is one run against two services.
type session struct {
	connector *ghlpagico.Connector
	config    ghlpagico.Config
	progress  *progress
	summary   *summary
}

func newSession(config ghlpagico.Config, mode string, stderr io.Writer) (*session, error) {
	s := &session{progress: newProgress(stderr), summary: &summary{Mode: mode}}
	config.Progress = s.progress.show
	s.config = config
	var err error
	s.connector, err = ghlpagico.New(config)
	return s, err
}

// sync runs one pass and adds it to the summary.
func (s *session) sync(ctx context.Context) (*syncer.Report, error) {
	report, err := s.connector.Sync(ctx, syncer.SyncOptions{})
	s.progress.end()
	s.summary.calls(s.config.GHL, s.config.Pagico)
	if err != nil {
		return nil, err
	}
	s.summary.add(report)
	return report, nil
}

// quietPass runs a pass that should find nothing to do and returns its writes.
func (s *session) quietPass(ctx context.Context) (int, error) {
	report, err := s.sync(ctx)
	if err != nil {
		return 0, err
	}
	return report.Writes, nil
}

// firstCalls notes what the first sync cost.
func (s *session) firstCalls() {
	s.summary.GHLCalls, s.summary.PagicoCalls = s.summary.TotalGHLCalls, s.summary.TotalPagicoCalls
}

func (s *session) verify(ctx context.Context) error {
	receipt, err := s.connector.Verify(ctx)
	s.progress.end()
	s.summary.calls(s.config.GHL, s.config.Pagico)
	if err != nil {
		return err
	}
	s.summary.verified(receipt)
	return nil
}

// plan prints what a sync would do.
func (s *session) plan(ctx context.Context, out io.Writer) error {
	plan, err := s.connector.Plan(ctx)
	s.progress.end()
	s.summary.calls(s.config.GHL, s.config.Pagico)
	s.firstCalls()
	if err != nil {
		return err
	}
	steps := map[syncer.Kind]map[syncer.StepOp]int{}
	for _, step := range plan.Steps {
		if steps[step.Kind] == nil {
			steps[step.Kind] = map[syncer.StepOp]int{}
		}
		steps[step.Kind][step.Op]++
	}
	s.summary.counts(func(k syncer.Kind) int {
		return steps[k][syncer.StepLink] + steps[k][syncer.StepCreate] + steps[k][syncer.StepUpdate]
	})
	s.summary.PlannedSteps = new(len(plan.Steps))
	fmt.Fprintf(out, "plan: %d steps, %d of them write\n", len(plan.Steps), plan.Writes())
	fmt.Fprintf(out, "match: %d exact, %d probable, %d ambiguous, %d new\n", plan.Match.Exact, plan.Match.Probable, plan.Match.Ambiguous, plan.Match.New)
	for i, step := range plan.Steps {
		if i == maxPlanLines {
			fmt.Fprintf(out, "  … and %d more\n", len(plan.Steps)-i)
			break
		}
		fmt.Fprintf(out, "  %s\n", describe(step))
	}
	for _, h := range plan.Halts {
		fmt.Fprintf(out, "  a sync would halt: %s\n", h.Detail)
	}
	return nil
}

// maxPlanLines bounds the printed plan.
const maxPlanLines = 40

// describe writes a step as one line.
func describe(s syncer.Step) string {
	line := fmt.Sprintf("%s %s %q", s.Op, s.Kind, s.Label)
	if s.Target != "" {
		line += " on " + string(s.Target)
	}
	parts := []string{line}
	for _, c := range s.Changes {
		parts = append(parts, fmt.Sprintf("%s.%s: %.40q → %.40q (%s)", c.To, c.Field, c.Old.String(), c.New.String(), c.Rule))
	}
	if s.Match != "" {
		parts = append(parts, "same "+s.Match)
	}
	return strings.Join(parts, "; ")
}

// told is what a pass did, in one line.
func told(r *syncer.Report) string {
	t := r.Total()
	return fmt.Sprintf("linked %d, created %d, updated %d, deleted %d, conflicts %d, left alone %d, failed %d",
		t.Linked, t.Created+t.Adopted, t.Updated, t.Deleted, r.Conflicts, len(r.Skipped), len(r.Failures))
}
