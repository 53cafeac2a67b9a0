package syncer

import (
	"context"
	"errors"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// RelinkReport says what Relink found.
type RelinkReport struct {
	// Linked pairs by kind; of them ByMarker were recognised by the marker that
	// one of the records carries, ByKey by their flow's keys.
	Linked   map[Kind]int `json:"linked"`
	ByMarker int          `json:"byMarker"`
	ByKey    int          `json:"byKey"`
	// Differing lists the fields in which linked records differ. With the base
	// lost nobody knows who edited last: the next pass settles them by the
	// fields' policies, as when two records meet for the first time.
	Differing []Drift `json:"differing,omitempty"`
	// Unlinked records have no twin; the next pass copies them where their flow
	// allows. Ambiguous ones wait for a person.
	Unlinked []Finding `json:"unlinked,omitempty"`
	// Ambiguous records have several possible twins, or none although a marker
	// names one.
	Ambiguous []Finding `json:"ambiguous,omitempty"`
}

// Relink rebuilds the link table from the two services, for a store that was
// lost: from the markers and external ids of the copies that the engine made,
// and for all others from their flows' keys. It writes nothing to the services,
// and leaves existing links alone. Fields on which both records agree become
// the base. Guards against a pass do not apply.
//
// Deletions that happened while there was no store cannot be told from records
// that were never copied: the next pass copies what is left. Look at Unlinked
// before it runs.
func (e *Engine) Relink(ctx context.Context) (*RelinkReport, error) {
	release, err := e.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	plan, err := e.buildPlan(ctx, "relink", []HaltCode{HaltSideEmptied}, true)
	if err != nil {
		return nil, err
	}
	r := &RelinkReport{Linked: map[Kind]int{}}
	a := &applier{Engine: e, trigger: "relink", report: newReport(e.now()), failed: map[string]failCount{}}
	if err := a.start(ctx, plan); err != nil {
		return nil, err
	}
	for i := range plan.Steps {
		s := &plan.Steps[i]
		switch {
		case s.Op == StepLink:
			if err := a.relink(ctx, s, r); err != nil {
				return r, err
			}
		case s.Op == StepCreate && s.Link == 0:
			r.Unlinked = append(r.Unlinked, Finding{Ref: s.Ref(s.Target.Other()), Label: s.Label, Reason: s.Reason})
		}
	}
	for _, s := range plan.Skipped {
		f := Finding{Ref: s.Ref, Label: s.Label, Reason: s.Reason}
		if s.Ambiguous || s.stray {
			r.Ambiguous = append(r.Ambiguous, f)
		} else {
			r.Unlinked = append(r.Unlinked, f)
		}
	}
	return r, nil
}

// relink stores one link.
func (a *applier) relink(ctx context.Context, s *Step, r *RelinkReport) error {
	var err error
	if len(s.Changes)+len(s.Conflicts) == 0 {
		err = a.pair(ctx, s)
	} else {
		err = a.link(ctx, s)
	}
	if errors.Is(err, ErrLinked) {
		r.Ambiguous = append(r.Ambiguous, Finding{Ref: s.GHL, Label: s.Label, Reason: err.Error()})
		return nil
	}
	if err != nil {
		return err
	}
	r.Linked[s.Kind]++
	if s.Match == matchMarker {
		r.ByMarker++
	} else {
		r.ByKey++
	}
	var differing []string
	for _, c := range s.Changes {
		differing = append(differing, c.Field)
	}
	for _, c := range s.Conflicts {
		differing = append(differing, c.Field)
	}
	slices.Sort(differing)
	for _, field := range slices.Compact(differing) {
		r.Differing = append(r.Differing, Drift{Link: s.Link, Kind: s.Kind, Field: field, Label: s.Label,
			GHL: s.ghl.rec.Fields[field], Pagico: s.pagico.rec.Fields[field], Reason: reasonOf(s, field)})
	}
	return nil
}

// reasonOf says what the next pass makes of a differing field.
func reasonOf(s *Step, field string) string {
	if i := slices.IndexFunc(s.Conflicts, func(c merge.Conflict) bool { return c.Field == field }); i >= 0 {
		return s.Conflicts[i].Reason
	}
	i := slices.IndexFunc(s.Changes, func(c merge.Change) bool { return c.Field == field })
	return s.Changes[i].Rule
}
