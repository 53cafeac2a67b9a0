package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// maxReplans bounds how often a pair that keeps changing is planned again
// within one pass.
const maxReplans = 3

// pair links two records if they are not linked yet, writes the planned
// changes, moves the base to what was confirmed, and puts one of the records
// under another parent if that is planned.
func (a *applier) pair(ctx context.Context, s *Step) error {
	if s.Op == StepLink {
		if err := a.link(ctx, s); err != nil {
			return err
		}
	}
	var err error
	for range maxReplans {
		err = a.writePair(ctx, s)
		switch {
		case err != nil || s.Op != StepMove:
		case s.unsettled:
			err = fmt.Errorf("%w: %s", errDrifted, s.subject())
		default:
			err = a.move(ctx, s)
		}
		if a.strict || !errors.Is(err, errDrifted) && !errors.Is(err, ErrChanged) {
			return err
		}
		again, planErr := a.replan(ctx, s)
		if planErr != nil || again == nil {
			return planErr
		}
		s = again
	}
	return err
}

// link stores a new link with the fields on which both records agree. Should
// the engine stop right after, the next pass looks at the rest.
func (a *applier) link(ctx context.Context, s *Step) error {
	for _, side := range []Side{GHL, Pagico} {
		if err := a.load(ctx, s, side); err != nil {
			return err
		}
	}
	link := Link{Kind: s.Kind, State: LinkActive, GHL: s.GHL, Pagico: s.Pagico, Base: map[string]merge.Base{}, SyncedAt: a.now()}
	maps.Copy(link.Base, s.met)
	for _, agreed := range s.Agreed {
		link.Base[agreed.Field] = agreed.Base
	}
	err := a.commit(ctx, func(tx Tx) error {
		if err := tx.PutLink(&link); err != nil {
			return err
		}
		s.Link = link.ID
		entry := a.entry(s, "link", "done", "recognised by "+s.Match)
		entry.Fields = agreedFields(s.Agreed)
		entry.After = mark(link)
		_, err := tx.AppendAudit(entry)
		return errors.Join(err, lookAgain(tx, link), a.wakeChildren(tx, s.Kind))
	})
	if err == nil {
		a.report.count(s.Kind, Counts{Linked: 1})
	}
	return err
}

// replan compares the two records of a link once more.
func (a *applier) replan(ctx context.Context, s *Step) (*Step, error) {
	p := a.newPass(a.trigger)
	p.distrust = true
	p.wanted[s.Link] = s.Move != nil
	for _, side := range []Side{GHL, Pagico} {
		p.known[s.Ref(side).String()] = s.reading(side)
	}
	k := &kindScan{flow: a.flows[s.Kind], ghl: newSideScan(GHL), pagico: newSideScan(Pagico)}
	again, err := p.planLink(ctx, k, s.Link, map[Side]map[LinkID]bool{})
	if err == nil && (len(p.plan.Skipped) > 0 || again != nil && again.Op != StepUpdate && (again.Op != StepMove || s.Op != StepMove)) {
		// More than the writing of fields is left to the next pass.
		err = fmt.Errorf("%w: %s", errDrifted, s.subject())
	}
	return again, err
}

// writePair writes the changes of a step, each side once, and commits.
func (a *applier) writePair(ctx context.Context, s *Step) error {
	for _, side := range []Side{GHL, Pagico} {
		if err := a.load(ctx, s, side); err != nil {
			return err
		}
	}
	if s.onlyMoves() {
		return nil
	}
	after := map[Side]Record{GHL: s.ghl.rec, Pagico: s.pagico.rec}
	clean := map[Side]bool{GHL: true, Pagico: true}
	for _, side := range []Side{GHL, Pagico} { // before the note of earlier writes is replaced
		if slices.ContainsFunc(s.Changes, func(c merge.Change) bool { return c.To == side }) {
			if err := a.ready(ctx, s, side); err != nil {
				return err
			}
		}
	}
	if len(s.Changes) > 0 {
		if err := a.noteAttempts(ctx, s); err != nil {
			return err
		}
	}
	if a.has(flawBaseFirst) {
		if err := a.commitPair(ctx, s, after, clean); err != nil {
			return err
		}
	}
	var done []Side
	for _, side := range []Side{GHL, Pagico} {
		set := Fields{}
		for _, c := range s.Changes {
			if c.To == side {
				set[c.Field] = c.New
			}
		}
		if len(set) == 0 {
			continue
		}
		rec, err := a.write(ctx, s, side, "update", set)
		if err != nil {
			return errors.Join(err, a.commitHalf(ctx, s, done, after))
		}
		rec.Ref = keepParent(rec.Ref, s.Ref(side))
		before := s.reading(side).rec
		clean[side] = a.has(flawCleanAlways) || onlyChanged(a.flows[s.Kind], before, rec, set)
		if rec.Ref.Parent != before.Ref.Parent {
			// Somebody moved it just now: the next look decides about the parent that
			// both sides last agreed on.
			clean[side], rec.Ref.Parent = false, before.Ref.Parent
		}
		after[side] = rec
		done = append(done, side)
	}
	if err := a.commitPair(ctx, s, after, clean); err != nil {
		return err
	}
	for _, side := range done {
		s.setReading(side, &reading{rec: after[side], at: a.now()})
	}
	return nil
}

// write updates one record of a step, as it was read last.
func (a *applier) write(ctx context.Context, s *Step, side Side, what string, set Fields) (Record, error) {
	if err := a.ready(ctx, s, side); err != nil {
		return Record{}, err
	}
	current := s.reading(side).rec
	a.report.wrote()
	return a.source(side).Update(ctx, current, set, a.opID(what, s.Ref(side).String(), current.Content().String(), current.Version))
}

// commitHalf keeps what was confirmed when the other side's write failed.
func (a *applier) commitHalf(ctx context.Context, s *Step, done []Side, after map[Side]Record) error {
	if len(done) == 0 {
		return nil
	}
	half := *s
	half.Agreed, half.Conflicts = nil, nil
	half.Changes = slices.DeleteFunc(slices.Clone(s.Changes), func(c merge.Change) bool {
		return slices.ContainsFunc(s.Changes, func(x merge.Change) bool { return x.Field == c.Field && !slices.Contains(done, x.To) })
	})
	for _, c := range s.Conflicts {
		if slices.ContainsFunc(half.Changes, func(x merge.Change) bool { return x.Field == c.Field }) {
			half.Conflicts = append(half.Conflicts, c)
		}
	}
	half.Discarded = slices.DeleteFunc(slices.Clone(s.Discarded), func(d merge.Change) bool { return !slices.Contains(done, d.To) })
	half.Partial, half.half = true, true
	return a.commitPair(ctx, &half, after, map[Side]bool{})
}

// onlyChanged reports whether nothing but the written fields moved between
// our reading and the answer to our write.
func onlyChanged(flow Flow, before, after Record, set Fields) bool {
	for _, f := range flow.Rules.Fields {
		if _, written := set[f.Name]; !written && !before.Fields[f.Name].Equal(after.Fields[f.Name]) {
			return false
		}
	}
	return true
}

// noteAttempts stores which values are about to be written, so that they are
// recognised later even if the answer gets lost. Earlier writes that are seen
// to have happened become the base first, for their note is replaced.
func (a *applier) noteAttempts(ctx context.Context, s *Step) error {
	if a.has(flawNoAttempts) {
		return nil
	}
	tried := attempts{}
	for _, c := range s.Changes {
		var source Value
		if r := s.reading(c.To.Other()); r != nil {
			source = r.rec.Fields[c.Field]
		}
		tried[c.Field] = attempt{To: c.To, Value: c.New, Old: c.Old, Source: source, At: a.now()}
	}
	data, err := json.Marshal(tried)
	if err != nil {
		return fmt.Errorf("syncer: note attempt: %w", err)
	}
	late := ""
	err = a.commit(ctx, func(tx Tx) error {
		link, err := tx.Link(s.Link)
		if err != nil {
			return err
		}
		if late = a.decidedOtherwise(s, link); late != "" {
			return nil
		}
		if err := a.commitLanded(tx, s, &link); err != nil {
			return err
		}
		if err := a.forgetAttempts(tx, s, s.Link); err != nil {
			return err
		}
		return errors.Join(lookAgain(tx, link), tx.SetState(attemptKey(s.Link), data))
	})
	if err == nil && late != "" {
		err = fmt.Errorf("%w: a person decided %s otherwise", errDrifted, late)
	}
	return err
}

// commitLanded moves the base of earlier writes that are seen to have happened.
func (a *applier) commitLanded(tx Tx, s *Step, link *Link) error {
	if len(s.landed) == 0 {
		return nil
	}
	link.Base = maps.Clone(link.Base)
	if link.Base == nil {
		link.Base = map[string]merge.Base{}
	}
	for _, x := range s.landed {
		link.Base[x.Field] = x.Base
	}
	if err := tx.PutLink(link); err != nil {
		return err
	}
	entry := a.entry(s, actionAgree, "done", "an earlier write of unknown outcome is seen to have happened")
	entry.Fields, entry.After = agreedFields(s.landed), mark(*link)
	_, err := tx.AppendAudit(entry)
	return err
}
