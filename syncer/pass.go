package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
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
	stateAgain    = "again:"    // + kind:link: look again, whatever the listings say
)

// pass is one run through scan, match, plan and guard. It writes nothing to
// any service.
type pass struct {
	*Engine
	plan    *Plan
	trigger string
	// override lifts guards that would cut planning short.
	override []HaltCode
	// lean leaves out of the steps what can be worked out again when they are
	// applied, because nobody else sees them.
	lean bool
	// rescan says that the rules changed, so that every pair is compared anew.
	rescan bool
	// distrust has every record read anew, whatever is remembered of it.
	distrust bool
	last     time.Time
	// pending holds the creates that are not settled, by source, and the links
	// that such a create is to complete.
	pending      map[string]Intent
	pendingLinks map[LinkID]bool
	// taken names the copies of records, by ref, that are another one's twin.
	taken map[string]string
	// wanted are the links that ask for another look.
	wanted map[LinkID]bool
	// linked says of which kinds this pass links or copies records.
	linked map[Kind]bool
	// remade holds records that are made again; what belonged to them went with
	// them, or stays behind.
	remade map[string]bool
	// dying holds the parents, by their ref's text, whose deletion is proven.
	dying map[string]bool
	// ending holds both records of the links that this plan ends.
	ending map[string]bool
	// loose holds the GHL records to which others belong that have no twin.
	loose map[string]bool
	// unsure holds the GHL records that are not deleted before it is known what
	// belongs to them.
	unsure map[string]bool
	// twins maps records to which others may belong and that this plan links or copies to their twin's id;
	// the id is empty while the twin is yet to be made.
	twins map[string]string
	// known are earlier readings of records that are read again, by ref.
	known map[string]*reading
	// left says of Pagico records whether they were deleted after this pass had
	// listed them, by ref.
	left map[string]bool
	// children are the records that belong to others, by side and kind and then by
	// their parent's id, where they had to be listed in full.
	children map[Ref]map[string][]Record
	// partly holds the kinds of which GHL listed only the changes.
	partly map[Kind]bool
	// ends collects the deletions, which are applied last, children first.
	ends [][]Step
}

// buildPlan runs scan, match, plan and guard.
func (e *Engine) buildPlan(ctx context.Context, trigger string, override []HaltCode, lean bool) (*Plan, error) {
	p := e.newPass(trigger)
	p.override, p.lean = override, lean
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
	p.dropUnsure()
	if err := p.spareParents(ctx); err != nil {
		return nil, err
	}
	p.plan.First = links == 0
	for _, steps := range slices.Backward(p.ends) {
		p.plan.Steps = append(p.plan.Steps, steps...)
	}
	p.guardFirst()
	p.plan.At = p.now()
	return p.plan, nil
}

// newPass returns a pass that knows nothing yet.
func (e *Engine) newPass(trigger string) *pass {
	return &pass{Engine: e, trigger: trigger, plan: &Plan{Connection: e.cfg.Connection, Serves: map[Side]SourceID{}, Rules: e.fingerprint, replaced: map[string]bool{}},
		pending: map[string]Intent{}, pendingLinks: map[LinkID]bool{}, wanted: map[LinkID]bool{}, linked: map[Kind]bool{}, remade: map[string]bool{},
		dying: map[string]bool{}, ending: map[string]bool{}, loose: map[string]bool{}, unsure: map[string]bool{}, twins: map[string]string{}, known: map[string]*reading{}, left: map[string]bool{}, children: map[Ref]map[string][]Record{}, partly: map[Kind]bool{}}
}

// prepare checks who the sources serve and loads what the plan depends on.
func (p *pass) prepare(ctx context.Context) error {
	if err := p.identifyBoth(ctx); err != nil {
		return err
	}
	p.identified = true
	return p.load(ctx)
}

func (p *pass) identifyBoth(ctx context.Context) error {
	for _, side := range []Side{GHL, Pagico} {
		if err := p.identify(ctx, side); err != nil {
			return err
		}
	}
	return nil
}

// load reads what the plan depends on from the store.
func (p *pass) load(ctx context.Context) error {
	return p.view(ctx, func(tx Tx) error {
		intents, err := tx.Intents()
		if err != nil {
			return err
		}
		for _, in := range intents {
			p.pending[in.Source.String()] = in
			if in.Link != 0 {
				p.pendingLinks[in.Link] = in.State != IntentParked
			}
		}
		if p.taken, err = loadTaken(tx); err != nil {
			return err
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
	p.plan.Serves[side] = id
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
	if err == nil {
		err = p.planRevived(ctx, k)
	}
	if err != nil {
		return err
	}
	var ends, remakes []Step
	done := 0
	for id := range ids.all {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.progress(Progress{Phase: "plan", Kind: k.flow.Kind, Done: done, Total: ids.count})
		done++
		step, err := p.planLink(ctx, k, id, missing)
		switch {
		case err != nil:
			return err
		case step == nil:
		case step.Op == StepLink || step.Op == StepCreate || step.Op == StepUpdate || step.Op == StepMove:
			p.plan.Steps = append(p.plan.Steps, *step)
			if step.Op == StepMove && step.Move.Remake {
				remakes = append(remakes, *step)
			}
		default:
			ends = append(ends, *step)
		}
	}
	p.ends = append(p.ends, ends)
	p.guardDeletes(k.flow.Kind, active, append(remakes, ends...)...)
	return p.planFresh(ctx, k)
}

// toPlan lists the links of a kind that need a look, in order, and for each
// side those whose record seems to be gone.
func (p *pass) toPlan(ctx context.Context, k *kindScan) (*bitset, map[Side]map[LinkID]bool, error) {
	missing := map[Side]map[LinkID]bool{GHL: {}, Pagico: {}}
	all := &bitset{}
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		gone, err := p.missing(ctx, k, s)
		if err != nil {
			return nil, nil, err
		}
		for _, id := range gone {
			missing[side][id] = true
			all.set(id)
		}
		for id := range s.tombs {
			missing[side][id] = true
			all.set(id)
		}
		for id := range s.changed {
			all.set(id)
		}
		all.add(&s.same)
	}
	again, err := p.again(ctx, k.flow.Kind)
	if err != nil {
		return nil, nil, err
	}
	orphans, err := p.orphans(ctx, k.flow)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range append(again, orphans...) {
		all.set(id)
		p.wanted[id] = true
	}
	return all, missing, nil
}

// noteLoose notes that a GHL record, if it is one, belongs to another and has no
// twin.
func (p *pass) noteLoose(flow Flow, ref Ref) {
	if ref.Side == GHL && ref.Parent != "" {
		p.loose[Ref{Side: GHL, Kind: flow.Parent, ID: ref.Parent}.String()] = true
	}
}

// again lists the links that ask for another look.
func (p *pass) again(ctx context.Context, kind Kind) (ids []LinkID, err error) {
	prefix := stateAgain + string(kind) + ":"
	err = p.view(ctx, func(tx Tx) error {
		keys, err := tx.States(prefix)
		if err != nil {
			return err
		}
		for _, key := range keys {
			n, err := strconv.ParseInt(strings.TrimPrefix(key, prefix), 10, 64)
			if err != nil {
				return fmt.Errorf("%w: %s: %w", ErrStoreDamaged, key, err)
			}
			link, err := tx.Link(LinkID(n))
			if err != nil {
				return err
			}
			if link.State == LinkActive {
				ids = append(ids, link.ID)
			}
		}
		return nil
	})
	return ids, err
}

func againKey(kind Kind, id LinkID) string { return fmt.Sprintf("%s%s:%d", stateAgain, kind, id) }

// lookAgain notes that the next pass is to compare the link, even when neither
// listing shows a change.
func lookAgain(tx Tx, l Link) error { return tx.SetState(againKey(l.Kind, l.ID), []byte("1")) }

// planRevived looks again at records that are listed although they were
// deleted: an index may lag, or a person may have restored them.
func (p *pass) planRevived(ctx context.Context, k *kindScan) error {
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		for _, r := range s.revived {
			rec, gone, err := p.truth(ctx, side, r.rec.Ref)
			if err == nil && !gone && k.flow.Rules.Direction.Allows(side.Other()) {
				err = p.reviveTwin(ctx, k, r.was, side.Other())
			}
			switch {
			case fatal(ctx, err):
				return err
			case err != nil:
				p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Reason: err.Error(), Failed: true})
			case !gone:
				s.addFresh(&reading{rec: rec, at: p.now(), was: r.was})
				p.noteLoose(k.flow, rec.Ref)
			}
		}
		s.revived = nil
	}
	return nil
}

// reviveTwin looks for the former twin of a record that was brought back and may be
// copied: people may have brought that one back too, which a listing that lags does not
// show yet.
func (p *pass) reviveTwin(ctx context.Context, k *kindScan, was LinkID, side Side) error {
	link, _, err := p.loadLink(ctx, was)
	ref := link.Ref(side)
	if err != nil || ref.IsZero() || k.side(side).fresh[ref.ID] != nil {
		return err
	}
	if known, err := p.linkOf(ctx, ref); err != nil || known.ID != was {
		return err
	}
	r, err := p.read(ctx, ref)
	if err == nil && r != nil {
		r.was = was
		k.side(side).addFresh(r)
	}
	return err
}

// fatal reports whether a failed reading ends the pass.
func fatal(ctx context.Context, err error) bool {
	return errors.Is(err, ErrDenied) || errors.Is(err, ErrOverLimit) || err != nil && ctx.Err() != nil
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
