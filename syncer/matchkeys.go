package syncer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// matchKeys pairs the remaining records by their flow's keys, strongest first.
func (p *pass) matchKeys(ctx context.Context, k *kindScan) error {
	if err := p.dropTwinsOfHeld(ctx, k); err != nil {
		return err
	}
	if k.flow.Match == nil || len(k.ghl.fresh) == 0 || len(k.pagico.fresh) == 0 {
		return nil
	}
	keys := map[Side]map[string][]MatchKey{GHL: {}, Pagico: {}}
	ranks := 0
	for _, side := range []Side{GHL, Pagico} {
		for id, r := range k.side(side).fresh {
			found, err := p.matchKeysOf(ctx, k.flow, r.rec)
			if err != nil {
				return err
			}
			keys[side][id] = found
			ranks = max(ranks, len(keys[side][id]))
		}
	}
	for rank := range ranks {
		groups := map[string]*matchGroup{}
		var texts []string
		for _, side := range []Side{GHL, Pagico} {
			for _, id := range k.side(side).order {
				if k.side(side).fresh[id] == nil || len(keys[side][id]) <= rank || keys[side][id][rank].Text == "" {
					continue
				}
				key := keys[side][id][rank]
				g := groups[key.Text]
				if g == nil {
					g = &matchGroup{probable: key.Probable}
					groups[key.Text] = g
					texts = append(texts, key.Text)
				}
				g.add(side, k.side(side).fresh[id])
			}
		}
		slices.Sort(texts)
		for _, text := range texts {
			if err := p.matchGroup(ctx, k, groups[text], text); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropTwinsOfHeld sets aside what shares a key with a record that waits for an
// unsettled create: should that record turn out to be a person's own, the two
// are twins, and a copy made now would be a double.
func (p *pass) dropTwinsOfHeld(ctx context.Context, k *kindScan) error {
	if k.flow.Match == nil || p.has(flawPending) {
		return nil
	}
	for _, side := range []Side{GHL, Pagico} {
		s, held := k.side(side), map[string]bool{}
		for _, h := range k.side(side.Other()).held {
			keys, err := p.matchKeysOf(ctx, k.flow, h.rec)
			if err != nil {
				return err
			}
			for _, key := range keys {
				if key.Text != "" {
					held[key.Text] = held[key.Text] || h.waits
				}
			}
		}
		for _, id := range s.order {
			r := s.fresh[id]
			if r == nil || len(held) == 0 {
				continue
			}
			keys, err := p.matchKeysOf(ctx, k.flow, r.rec)
			if err != nil {
				return err
			}
			for _, key := range keys {
				if waits, shared := held[key.Text]; shared {
					p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Reason: reasonUnsettled, Pending: waits})
					s.leave(id)
					break
				}
			}
		}
	}
	return nil
}

// matchKeysOf asks the flow for a record's keys.
func (p *pass) matchKeysOf(ctx context.Context, flow Flow, rec Record) ([]MatchKey, error) {
	parent, err := p.ghlParent(ctx, flow, rec.Ref)
	if err != nil {
		return nil, err
	}
	return flow.Match(rec, parent), nil
}

// matchGroup holds the unlinked records that share a key.
type matchGroup struct {
	ghl, pagico []*reading
	probable    bool
}

func (g *matchGroup) add(side Side, r *reading) {
	if side == GHL {
		g.ghl = append(g.ghl, r)
	} else {
		g.pagico = append(g.pagico, r)
	}
}

// matchGroup pairs the members of a group: the most alike first. What is left
// on both sides is ambiguous; what is left on one side has no twin.
func (p *pass) matchGroup(ctx context.Context, k *kindScan, g *matchGroup, key string) error {
	if len(g.ghl) == 0 || len(g.pagico) == 0 {
		return nil
	}
	byID := func(a, b *reading) int { return strings.Compare(a.rec.Ref.ID, b.rec.Ref.ID) }
	slices.SortFunc(g.ghl, byID)
	slices.SortFunc(g.pagico, byID)
	pairs := g.alike(k.flow)
	if len(pairs) == 0 && len(g.ghl) == 1 && len(g.pagico) == 1 {
		pairs = [][2]*reading{{g.ghl[0], g.pagico[0]}}
	}
	for _, pair := range pairs {
		k.ghl.drop(pair[0].rec.Ref.ID)
		k.pagico.drop(pair[1].rec.Ref.ID)
		g.ghl = slices.DeleteFunc(g.ghl, func(r *reading) bool { return r == pair[0] })
		g.pagico = slices.DeleteFunc(g.pagico, func(r *reading) bool { return r == pair[1] })
		if g.probable {
			p.plan.Match.Probable++
		} else {
			p.plan.Match.Exact++
		}
		if err := p.planMatch(ctx, k.flow, pair[0], pair[1], key, Link{}); err != nil {
			return err
		}
	}
	if len(g.ghl) == 0 || len(g.pagico) == 0 {
		return nil
	}
	for _, r := range slices.Concat(g.ghl, g.pagico) {
		p.plan.Match.Ambiguous++
		p.skip(Skip{Ref: r.rec.Ref, Label: r.rec.Label, Ambiguous: true,
			Reason: fmt.Sprintf("%d records on ghl and %d on pagico share %s", len(g.ghl), len(g.pagico), key)})
		k.side(r.rec.Ref.Side).leave(r.rec.Ref.ID)
	}
	return nil
}

// alike pairs the members that show the same for every field, then those that
// share the first field.
func (g *matchGroup) alike(flow Flow) [][2]*reading {
	var pairs [][2]*reading
	used := map[*reading]bool{}
	names := flow.fieldNames()
	for _, compared := range [][]string{names, names[:1]} {
		for _, a := range g.ghl {
			for _, b := range g.pagico {
				if used[a] || used[b] || !expresses(flow.Rules, compared, a.rec, b.rec) {
					continue
				}
				used[a], used[b] = true, true
				pairs = append(pairs, [2]*reading{a, b})
			}
		}
	}
	return pairs
}

// expresses reports whether both records show the same for the named fields.
func expresses(rules merge.Rules, names []string, ghl, pagico Record) bool {
	for _, name := range names {
		g, q := ghl.Fields[name], pagico.Fields[name]
		if rules.Lens != nil {
			g = rules.Lens(Pagico, name, g, q)
		}
		if !g.Equal(q) {
			return false
		}
	}
	return true
}
