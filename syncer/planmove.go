package syncer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// planMove decides, for two records that are there, whether one is to follow the
// other to another parent. A record without a parent follows nobody and is
// followed by nobody: GHL cannot put it anywhere, and Pagico keeps it in a project.
func (p *pass) planMove(ctx context.Context, flow Flow, link Link, notes linkNotes, step *Step) error {
	if flow.Parent == "" {
		return nil
	}
	agreed := notes.agreed(link, step.ghl, step.pagico)
	now := moveNote{GHL: step.ghl.rec.Ref.Parent, Pagico: step.pagico.rec.Ref.Parent}
	unmoved := now.GHL == agreed.GHL && now.Pagico == agreed.Pagico
	if now.GHL == "" || now.Pagico == "" || unmoved && !p.wanted[link.ID] && notes.move == nil {
		return nil
	}
	if twin, err := p.twinOf(ctx, Ref{Side: GHL, Kind: flow.Parent, ID: now.GHL}); err != nil || twin.id == now.Pagico {
		return err
	}
	discarded := step.Discarded
	leader, reason, err := p.leader(ctx, flow, link, agreed, now, step)
	if err != nil || leader == "" {
		return err
	}
	if leader == Pagico && flow.Rules.Direction.Allows(Pagico) {
		ended, err := p.isEnded(ctx, Ref{Side: Pagico, Kind: flow.Parent, ID: now.Pagico})
		if err != nil {
			return err
		}
		if ended {
			p.overridden(flow, step, Pagico, agreed, now, ", put back")
			leader, reason = GHL, reason+", which was deleted on ghl: put back"
		}
	}
	to := leader.Other()
	twin, err := p.twinOf(ctx, Ref{Side: leader, Kind: flow.Parent, ID: now.of(leader)})
	if leader == GHL && p.sparesParent(flow, step) { // or it would go with the one it was put under
		twin = twinParent{unsettled: true}
	}
	if err != nil || !flow.Rules.Direction.Allows(to) {
		return err
	}
	m := &Move{From: now.of(to), To: twin.id, GHL: agreed.GHL, Pagico: agreed.Pagico, unsettled: twin.unsettled}
	if notes.move != nil {
		m.refused, m.why = notes.move.Refused, notes.move.Why
	}
	m.Waits, m.Remake = p.moveWaits(flow, step, to, twin, m, unmoved)
	step.Move, step.Target, step.Reason = m, to, reason
	if m.Waits != "" {
		step.Reason += "; " + m.Waits
		step.Discarded = discarded // nothing is overridden yet
	}
	return nil
}

// isEnded reports whether a parent that had a twin was deleted, or is by this plan.
func (p *pass) isEnded(ctx context.Context, ref Ref) (bool, error) {
	if p.ending[ref.String()] {
		return true, nil
	}
	link, err := p.linkOf(ctx, ref)
	return link.State == LinkGone, err
}

// leader says which side's parent holds where they differ, "" if both may stay.
func (p *pass) leader(ctx context.Context, flow Flow, link Link, agreed, now moveNote, step *Step) (Side, string, error) {
	moved := map[Side]bool{GHL: now.GHL != agreed.GHL, Pagico: now.Pagico != agreed.Pagico}
	source, oneWay := flow.Rules.Direction.Source()
	because := func(side Side) string { return fmt.Sprintf("put under another %s on %s", flow.Parent, side) }
	switch {
	case !moved[GHL] && !moved[Pagico] && !flow.Rules.Direction.Allows(Pagico):
		return "", "", nil // it stays where it is, whatever became of its parent
	case !moved[GHL] && !moved[Pagico]:
		replaced, err := p.parentReplaced(ctx, flow, link, now.Pagico)
		if err != nil || !replaced {
			return "", "", err
		}
		return GHL, fmt.Sprintf("its %s was deleted on pagico and made again", flow.Parent), nil
	case oneWay && moved[source.Other()] && flow.Rules.OneWay == merge.Ignore && !moved[source]:
		p.overridden(flow, step, source.Other(), agreed, now, ", left so")
		return "", "", nil
	case oneWay && !moved[source]:
		p.overridden(flow, step, source.Other(), agreed, now, ", put back")
		return source, because(source.Other()) + ": put back", nil
	case oneWay:
		return source, because(source), nil
	case moved[GHL] && moved[Pagico]:
		p.overridden(flow, step, Pagico, agreed, now, ", overridden")
		return GHL, because(GHL) + ", and under a third one on pagico: ghl holds", nil
	case moved[GHL]:
		return GHL, because(GHL), nil
	}
	return Pagico, because(Pagico), nil
}

// overridden has the audit log keep the parent that a person chose in vain.
func (p *pass) overridden(flow Flow, step *Step, side Side, agreed, now moveNote, what string) {
	step.Discarded = append(step.Discarded, merge.Change{Field: string(flow.Parent), To: side, Old: merge.Text(agreed.of(side)),
		New: merge.Text(now.of(side)), Rule: ruleMoved + string(side) + what})
}

// parentReplaced reports whether a Pagico parent is not there any more, and its
// link leads to another one or is about to. It is looked into only where a mark
// says that it may be so.
func (p *pass) parentReplaced(ctx context.Context, flow Flow, link Link, parent string) (bool, error) {
	was := Ref{Side: Pagico, Kind: flow.Parent, ID: parent}
	if p.remade[was.String()] {
		return true, nil
	}
	if !p.wanted[link.ID] {
		return false, nil
	}
	known, err := p.linkOf(ctx, was)
	if err != nil || known.State == LinkActive {
		return false, err
	}
	return p.isGone(ctx, was)
}

// twinParent is the twin of a parent, as far as it is known.
type twinParent struct {
	id string
	// coming says that this plan makes it.
	coming bool
	// unsettled says that its create has no clear outcome yet.
	unsettled bool
}

// twinOf finds the twin of a parent.
func (p *pass) twinOf(ctx context.Context, ref Ref) (twinParent, error) {
	if id, planned := p.twins[ref.String()]; planned {
		return twinParent{id: id, coming: id == ""}, nil
	}
	if _, unsettled := p.pending[ref.String()]; unsettled {
		return twinParent{unsettled: true}, nil
	}
	if p.ending[ref.String()] {
		return twinParent{}, nil
	}
	link, err := p.linkOf(ctx, ref)
	twin := link.Ref(ref.Side.Other())
	_, unsettled := p.pendingLinks[link.ID]
	switch {
	case err != nil || link.State != LinkActive:
		return twinParent{}, err
	case unsettled:
		return twinParent{unsettled: true}, nil
	case p.remade[twin.String()]:
		return twinParent{coming: true}, nil
	}
	return twinParent{id: twin.ID}, nil
}

// moveWaits says why a record cannot be moved for now, or whether it has to be
// made again to be moved.
func (p *pass) moveWaits(flow Flow, step *Step, to Side, twin twinParent, m *Move, unmoved bool) (waits string, remake bool) {
	mover, ok := p.source(to).(Mover)
	can := ok && mover.CanMove(flow.Kind)
	switch {
	case twin.unsettled:
		return fmt.Sprintf("it waits until that %s is made", flow.Parent), false
	case twin.id == "" && !twin.coming:
		return fmt.Sprintf("that %s has no twin on %s, where it stays", flow.Parent, to), false
	case step.reading(to).rec.ReadOnly:
		return fmt.Sprintf("the record on %s cannot be written", to), false
	case can && m.refused != "" && m.refused == m.To:
		return m.why, false
	case can:
		return "", false
	case unmoved || !slices.Contains(flow.Remake, to):
		return fmt.Sprintf("%s cannot move it, and it stays there", to), false
	case slices.ContainsFunc(step.Conflicts, func(c merge.Conflict) bool { return c.Parked }):
		return "it waits for a decision about its fields", false
	}
	return "", true
}

// orphans lists the active links of a kind whose records belong to one whose link
// has, or is about to have, another one in its place. They are looked at whatever
// the listings say.
func (p *pass) orphans(ctx context.Context, flow Flow) ([]LinkID, error) {
	if flow.Parent == "" || p.has(flawLeftBehind) {
		return nil, nil
	}
	var ids []LinkID
	err := p.view(ctx, func(tx Tx) error {
		replaced, err := p.replaced(tx, flow.Parent)
		if err != nil || len(replaced) == 0 {
			return err
		}
		for l, err := range tx.Links(flow.Kind, 0, LinkActive) {
			if err != nil {
				return err
			}
			for _, side := range []Side{GHL, Pagico} {
				parent := Ref{Side: side, Kind: flow.Parent, ID: l.Ref(side).Parent}
				if replaced[parent.String()] && flow.Rules.Direction.Allows(side) {
					ids = append(ids, l.ID)
					p.plan.orphans = append(p.plan.orphans, orphan{link: l.ID, parent: parent})
					break
				}
			}
		}
		return nil
	})
	return ids, err
}

// replaced are the records of a kind, by their ref's text, whose link has another
// one in their place, or gets it by this plan.
func (p *pass) replaced(tx Tx, kind Kind) (map[string]bool, error) {
	replaced := map[string]bool{}
	for _, side := range []Side{GHL, Pagico} {
		prefix := Ref{Side: side, Kind: kind}.String()
		for ref := range p.remade {
			if strings.HasPrefix(ref, prefix) {
				replaced[ref] = true
			}
		}
		keys, err := tx.States(stateReplaced + prefix)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			replaced[strings.TrimPrefix(key, stateReplaced)] = true
		}
	}
	for ref := range replaced {
		p.plan.replaced[ref] = true
	}
	return replaced, nil
}

// putOrphans has the next pass look again at the links whose records still belong
// to one that was replaced, and forgets that it was.
func putOrphans(tx Tx, plan *Plan) error {
	quiet := map[LinkID]bool{}
	for _, q := range plan.quiet {
		quiet[q.id] = true
	}
	for _, o := range plan.orphans {
		link, err := tx.Link(o.link)
		if err != nil {
			return err
		}
		if link.State != LinkActive || link.Ref(o.parent.Side).Parent != o.parent.ID || quiet[o.link] {
			continue
		}
		if err := lookAgain(tx, link); err != nil {
			return err
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(plan.replaced)) {
		if err := tx.SetState(stateReplaced+ref, nil); err != nil {
			return err
		}
	}
	return nil
}
