package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Keys of the small state that the engine keeps in the store.
const (
	stateIdentity = "identity:" // + side: the SourceID bound to the connection
	stateCursor   = "cursor:"   // + side:kind
	stateRules    = "rules"     // fingerprint of the flows of the last pass
	statePassed   = "passed"    // when the last pass ended
	stateAttempt  = "attempt:"  // + link: values whose write may have happened
	stateFailed   = "failed:"   // + step: how often it failed
	stateHalts    = "halts"     // the halts that stand
)

// pass is one run through scan, match, plan and guard. It writes nothing to
// any service.
type pass struct {
	*Engine
	plan    *Plan
	trigger string
	// override lifts guards that would cut planning short.
	override []HaltCode
	// rescan says that the rules changed, so that every pair is compared anew.
	rescan bool
	last   time.Time
	// pending holds the sources of creates that are not settled.
	pending map[string]bool
	// dying holds the parents, by their ref's text, whose deletion is proven.
	dying map[string]bool
	// twins maps records that this plan links or copies to their twin's id;
	// the id is empty while the twin is yet to be made.
	twins map[string]string
	// ends collects the deletions, which are applied last, children first.
	ends [][]Step
}

// buildPlan runs scan, match, plan and guard.
func (e *Engine) buildPlan(ctx context.Context, trigger string, override []HaltCode) (*Plan, error) {
	p := &pass{Engine: e, trigger: trigger, override: override,
		plan:    &Plan{Connection: e.cfg.Connection, serves: map[Side]SourceID{}},
		pending: map[string]bool{}, dying: map[string]bool{}, twins: map[string]string{}}
	if err := p.prepare(ctx); err != nil {
		return nil, err
	}
	links := 0
	for _, flow := range e.cfg.Flows {
		k, err := p.scanKind(ctx, flow)
		if err != nil {
			return nil, err
		}
		n, err := p.countActive(ctx, flow.Kind)
		if err != nil {
			return nil, err
		}
		links += n
		if p.guardEmptied(k, n) {
			continue
		}
		if err := p.planKind(ctx, k, n); err != nil {
			return nil, err
		}
	}
	p.plan.First = links == 0
	for _, steps := range slices.Backward(p.ends) {
		p.plan.Steps = append(p.plan.Steps, steps...)
	}
	p.guardFirst()
	p.plan.At = p.now()
	return p.plan, nil
}

// prepare checks who the sources serve and loads what the plan depends on.
func (p *pass) prepare(ctx context.Context) error {
	for _, side := range []Side{GHL, Pagico} {
		if err := p.identify(ctx, side); err != nil {
			return err
		}
	}
	return p.view(ctx, func(tx Tx) error {
		intents, err := tx.Intents()
		if err != nil {
			return err
		}
		for _, in := range intents {
			p.pending[in.Source.String()] = true
		}
		rules, err := tx.State(stateRules)
		if err != nil {
			return err
		}
		p.rescan = rules != nil && string(rules) != p.fingerprint
		passed, err := tx.State(statePassed)
		if err != nil || passed == nil {
			return err
		}
		p.last, err = time.Parse(time.RFC3339Nano, string(passed))
		return err
	})
}

// identify compares the account that a source serves with the one that the
// connection was bound to.
func (p *pass) identify(ctx context.Context, side Side) error {
	id, err := p.source(side).Identify(ctx)
	if err != nil {
		return fmt.Errorf("identify %s: %w", side, err)
	}
	p.plan.serves[side] = id
	return p.view(ctx, func(tx Tx) error {
		bound, err := tx.State(stateIdentity + string(side))
		if err != nil {
			return err
		}
		if bound != nil && string(bound) != string(id) {
			return &HaltError{Halts: []Halt{{Code: HaltIdentity, Side: side,
				Detail: fmt.Sprintf("the connection belongs to %s, but the token now serves %s; use another connection id for it", bound, id)}}}
		}
		return nil
	})
}

// planKind turns the scan of one kind into steps.
func (p *pass) planKind(ctx context.Context, k *kindScan, active int) error {
	ids, missing, err := p.toPlan(ctx, k)
	if err != nil {
		return err
	}
	var ends []Step
	for i, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.progress(Progress{Phase: "plan", Kind: k.flow.Kind, Done: i, Total: len(ids)})
		step, err := p.planLink(ctx, k, id, missing)
		switch {
		case err != nil:
			return err
		case step == nil:
		case step.Op == StepLink || step.Op == StepCreate || step.Op == StepUpdate:
			p.plan.Steps = append(p.plan.Steps, *step)
		default:
			ends = append(ends, *step)
		}
	}
	p.ends = append(p.ends, ends)
	p.guardDeletes(k.flow.Kind, ends, active)
	if err := p.planRevived(ctx, k); err != nil {
		return err
	}
	return p.planFresh(ctx, k)
}

// toPlan lists the links of a kind that need a look, in order, and for each
// side those whose record seems to be gone.
func (p *pass) toPlan(ctx context.Context, k *kindScan) ([]LinkID, map[Side]map[LinkID]bool, error) {
	missing := map[Side]map[LinkID]bool{GHL: {}, Pagico: {}}
	all := map[LinkID]bool{}
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		gone, err := p.missing(ctx, k, s)
		if err != nil {
			return nil, nil, err
		}
		for _, id := range gone {
			missing[side][id] = true
			all[id] = true
		}
		for id := range s.tombs {
			missing[side][id] = true
			all[id] = true
		}
		for id := range s.changed {
			all[id] = true
		}
	}
	return slices.Sorted(maps.Keys(all)), missing, nil
}

// planRevived looks again at records that are listed although they were
// deleted: an index may lag, or a person may have restored them.
func (p *pass) planRevived(ctx context.Context, k *kindScan) error {
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		for _, r := range s.revived {
			rec, gone, err := p.truth(ctx, side, r.rec.Ref)
			switch {
			case errors.Is(err, ErrDenied):
				return err
			case err != nil:
				p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Reason: err.Error(), Failed: true})
			case !gone:
				s.addFresh(&reading{rec: rec, at: p.now()})
			}
		}
	}
	return nil
}

// truth reads one record and says whether it is gone for certain.
func (e *Engine) truth(ctx context.Context, side Side, ref Ref) (rec Record, gone bool, err error) {
	rec, err = e.source(side).Get(ctx, ref)
	switch {
	case errors.Is(err, ErrNotFound):
		return Record{}, true, nil
	case err != nil:
		return Record{}, false, err
	case rec.Deleted:
		return Record{}, true, nil
	}
	rec.Unconfirmed = false
	return rec, false, nil
}

func (p *pass) skip(s Skip) { p.plan.Skipped = append(p.plan.Skipped, s) }

func (p *pass) cursor(ctx context.Context, side Side, kind Kind) (Cursor, error) {
	var c Cursor
	if p.rescan {
		return "", nil
	}
	err := p.view(ctx, func(tx Tx) error {
		data, err := tx.State(cursorKey(side, kind))
		c = Cursor(data)
		return err
	})
	return c, err
}

func cursorKey(side Side, kind Kind) string { return stateCursor + string(side) + ":" + string(kind) }

func (p *pass) countActive(ctx context.Context, kind Kind) (n int, err error) {
	err = p.view(ctx, func(tx Tx) error {
		n, err = tx.CountLinks(kind, LinkActive)
		return err
	})
	return n, err
}

// attempts are values that were sent to a side without a clear answer.
type attempts map[string]attempt

// attempt is one such value, with what the other side showed for it.
type attempt struct {
	To     Side  `json:"to"`
	Value  Value `json:"value"`
	Source Value `json:"source"`
}

func attemptKey(id LinkID) string { return fmt.Sprintf("%s%d", stateAttempt, id) }

func loadAttempts(tx Tx, id LinkID) (attempts, error) {
	data, err := tx.State(attemptKey(id))
	if err != nil || data == nil {
		return nil, err
	}
	var a attempts
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStoreDamaged, attemptKey(id), err)
	}
	return a, nil
}

// landed moves the base of every field whose unclear write turns out to have
// happened, so that the engine's own write is never taken for an edit.
func (a attempts) landed(base map[string]merge.Base, shown func(Side, string) (Value, bool)) map[string]merge.Base {
	if len(a) == 0 {
		return base
	}
	base = maps.Clone(base)
	if base == nil {
		base = map[string]merge.Base{}
	}
	for field, at := range a {
		if v, ok := shown(at.To, field); !ok || !v.Equal(at.Value) {
			continue
		}
		if at.To == GHL {
			base[field] = merge.Base{GHL: at.Value, Pagico: at.Source}
		} else {
			base[field] = merge.Base{GHL: at.Source, Pagico: at.Value}
		}
	}
	return base
}
