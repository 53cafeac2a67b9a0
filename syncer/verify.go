package syncer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Verify compares both sides in full and writes nothing to them. It does not
// trust what the last pass remembered of the contents: every pair is listed on
// both sides and compared field by field. Where a listing may lag, pairs that
// differ in it are read again. The receipt is noted in the audit log.
//
// What it keeps in memory follows the records that show something else than was
// last acted on. A record that shows just that is put together again from the
// base of its link when its turn comes, which counts only if it has the hash of
// what was listed.
func (e *Engine) Verify(ctx context.Context) (*Receipt, error) {
	release, err := e.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	p := e.newPass("verify")
	if err := p.prepare(ctx); err != nil {
		return nil, err
	}
	p.rescan = true
	v := &verifier{pass: p, receipt: &Receipt{Connection: e.cfg.Connection, Kinds: map[Kind]int{}}, digest: sha256.New()}
	for _, flow := range e.cfg.Flows {
		if err := v.kind(ctx, flow); err != nil {
			return nil, err
		}
	}
	return v.seal(ctx)
}

// verifier fills one receipt.
type verifier struct {
	*pass
	receipt *Receipt
	// noted are the links whose records are known to have parents that differ.
	noted  map[LinkID]bool
	digest interface {
		Write(p []byte) (int, error)
		Sum(b []byte) []byte
	}
}

// kind compares all pairs of a kind, then looks at what has no pair.
func (v *verifier) kind(ctx context.Context, flow Flow) error {
	k, err := v.scanKind(ctx, flow)
	if err != nil {
		return err
	}
	if err := v.findNoted(ctx); err != nil {
		return err
	}
	compared := 0
	for ids, err := range v.activeLinks(ctx, flow.Kind) {
		if err != nil {
			return err
		}
		for _, link := range ids {
			if err := v.pair(ctx, k, link); err != nil {
				return err
			}
			compared++
		}
		v.progress(Progress{Phase: "verify", Kind: flow.Kind, Done: compared})
	}
	if err := v.restored(ctx, k); err != nil {
		return err
	}
	for _, side := range []Side{GHL, Pagico} {
		if err := v.unpaired(ctx, k, side); err != nil {
			return err
		}
	}
	return nil
}

// restored files the records that are there again although they were deleted
// among those that no link knows.
func (v *verifier) restored(ctx context.Context, k *kindScan) error {
	before := len(v.plan.Skipped)
	if err := v.planRevived(ctx, k); err != nil {
		return err
	}
	if unread := v.plan.Skipped[before:]; len(unread) > 0 {
		return fmt.Errorf("verify %s: %s", unread[0].Ref, unread[0].Reason)
	}
	return nil
}

// activeLinks yields the active links in batches, outside any transaction.
func (v *verifier) activeLinks(ctx context.Context, kind Kind) func(yield func([]Link, error) bool) {
	return func(yield func([]Link, error) bool) {
		after := LinkID(0)
		for {
			batch := make([]Link, 0, scanBatch)
			err := v.view(ctx, func(tx Tx) error {
				for l, err := range tx.Links(kind, after, LinkActive) {
					if err != nil {
						return err
					}
					if batch = append(batch, l); len(batch) == scanBatch {
						break
					}
				}
				return nil
			})
			if err == nil && len(batch) == 0 || !yield(batch, err) || err != nil {
				return
			}
			after = batch[len(batch)-1].ID
		}
	}
}

// pair compares the two records of one link.
func (v *verifier) pair(ctx context.Context, k *kindScan, link Link) error {
	v.receipt.Pairs++
	v.receipt.Kinds[link.Kind]++
	records := map[Side]Record{}
	for _, side := range []Side{GHL, Pagico} {
		r := k.side(side).changed[link.ID]
		if r == nil {
			r = k.side(side).recall(link)
		}
		if r != nil {
			records[side] = r.rec
			continue
		}
		if there, err := v.reread(ctx, link, side, records); err != nil || !there {
			return err
		}
	}
	drifts, move, err := v.differing(ctx, k.flow, link, records)
	for _, side := range []Side{GHL, Pagico} {
		if err != nil || len(drifts) == 0 || !records[side].Unconfirmed {
			continue
		}
		if there, err := v.reread(ctx, link, side, records); err != nil || !there {
			return err
		}
		drifts, move, err = v.differing(ctx, k.flow, link, records)
	}
	if err != nil {
		return err
	}
	if err := v.file(ctx, link, drifts); err != nil {
		return err
	}
	now := v.now()
	out := merge.Plan(merge.Pair{Base: link.Base, GHL: v.state(&reading{rec: records[GHL], at: now}),
		Pagico: v.state(&reading{rec: records[Pagico], at: now})}, k.flow.Rules)
	if len(out.Changes) > 0 || move {
		v.receipt.WouldWrite++
	}
	v.note(link.GHL.ID, link.Pagico.ID, records[GHL].Content().String(), records[Pagico].Content().String())
	return nil
}

// reread puts the truth about a link's record on side into records. When it is
// gone the other one is reported as missing its twin, if that is there itself.
func (v *verifier) reread(ctx context.Context, link Link, side Side, records map[Side]Record) (there bool, err error) {
	for _, rec := range records {
		link.SetRef(rec.Ref) // it may belong to another one by now
	}
	rec, gone, err := v.truth(ctx, side, link.Ref(side))
	if err != nil {
		return false, fmt.Errorf("verify %s: %w", link.Ref(side), err)
	}
	if !gone {
		records[side] = rec
		return true, nil
	}
	left := link.Ref(side.Other())
	_, gone, err = v.truth(ctx, left.Side, left)
	if err != nil {
		return false, fmt.Errorf("verify %s: %w", left, err)
	}
	if !gone {
		v.receipt.WouldWrite++
		v.receipt.Missing = append(v.receipt.Missing, Finding{Ref: left, Reason: "its twin " + link.Ref(side).String() + " is gone"})
	}
	return false, nil
}

// compare lists the fields in which neither side expresses the other.
func (v *verifier) compare(flow Flow, link Link, ghl, pagico Record) []Drift {
	var drifts []Drift
	for _, f := range flow.Rules.Fields {
		g, q := ghl.Fields[f.Name], pagico.Fields[f.Name]
		if flow.put(Pagico, f.Name, g, q).Equal(q) || flow.put(GHL, f.Name, q, g).Equal(g) {
			continue
		}
		// A record that was not kept has no label; the first field names it well enough.
		first := flow.Rules.Fields[0].Name
		name := cmp.Or(ghl.Label, pagico.Label, ghl.Fields[first].AsText(), pagico.Fields[first].AsText())
		drifts = append(drifts, Drift{Link: link.ID, Kind: link.Kind, Field: f.Name, GHL: g, Pagico: q, Label: name})
	}
	return drifts
}

// file tells fields that wait on purpose from those that drifted.
func (v *verifier) file(ctx context.Context, link Link, drifts []Drift) error {
	drifted := false
	flow := v.flows[link.Kind]
	for _, d := range drifts {
		parked, waits := link.Parked[d.Field]
		owner := flow.owner(d.Field)
		switch {
		case waits:
			d.Reason = parked.Reason
		case owner != "" && flow.Rules.OneWay == merge.Ignore:
			d.Reason = "edited on " + string(owner.Other()) + ", left so"
		case owner != "":
			last, err := v.lastTold(ctx, link, d.Field)
			if err != nil {
				return err
			}
			switch {
			case strings.HasPrefix(last.Rule, merge.RuleSettled) && last.Before.Equal(d.GHL) && last.After.Equal(d.Pagico):
				d.Reason = last.Rule
			case last.Rule == ruleAgreed && d.of(owner).IsNone():
				d.Reason = "known on " + string(owner.Other()) + " before the two were matched"
			}
		}
		if d.Reason != "" {
			v.receipt.Waiting = append(v.receipt.Waiting, d)
			continue
		}
		if base, known := link.Base[d.Field]; known && base.GHL.Equal(d.GHL) && base.Pagico.Equal(d.Pagico) {
			d.Reason = "both sides show what was last acted on, so that passes leave it until somebody edits it: has the mapping changed since?"
		}
		drifted = true
		v.receipt.Drifted = append(v.receipt.Drifted, d)
	}
	if !drifted {
		v.receipt.Matched++
	}
	return nil
}

// lastTold is what the audit log says last of a field: that it was left as it was
// when two records met, for one. The base would say so too; but a wrong base is
// what is looked for here.
func (v *verifier) lastTold(ctx context.Context, link Link, field string) (last AuditField, err error) {
	err = v.view(ctx, func(tx Tx) error {
		for e, err := range tx.AuditOf(link.ID) {
			if err != nil {
				return err
			}
			for _, f := range e.Fields {
				if f.Field == field {
					last = f
				}
			}
		}
		return nil
	})
	return last, err
}

func (d Drift) of(side Side) Value {
	if side == GHL {
		return d.GHL
	}
	return d.Pagico
}

// unpaired judges the records of a side that no link knows.
func (v *verifier) unpaired(ctx context.Context, k *kindScan, side Side) error {
	s := k.side(side)
	for _, id := range s.order {
		r := s.fresh[id]
		f := Finding{Ref: r.rec.Ref, Label: r.rec.Label}
		if r.rec.Unconfirmed {
			_, gone, err := v.truth(ctx, side, r.rec.Ref)
			if err != nil {
				return fmt.Errorf("verify %s: %w", r.rec.Ref, err)
			}
			if gone {
				continue
			}
		}
		twin, reason, err := v.strayOf(ctx, r.rec)
		if err != nil {
			return err
		}
		if f.Reason = reason; reason != "" {
			if err := v.stray(ctx, f, twin); err != nil {
				return err
			}
			continue
		}
		if !k.flow.Rules.Direction.Allows(side.Other()) {
			continue
		}
		reason, err = v.leftAlone(ctx, k, r.rec)
		if err != nil {
			return err
		}
		if f.Reason = reason; reason != "" {
			v.receipt.LeftAlone = append(v.receipt.LeftAlone, f)
			continue
		}
		f.Reason = "it has no twin"
		v.receipt.WouldWrite++
		v.receipt.Missing = append(v.receipt.Missing, f)
	}
	return nil
}

// leftAlone says why a record has no twin on purpose, or "".
func (v *verifier) leftAlone(ctx context.Context, k *kindScan, rec Record) (string, error) {
	reason, err := v.cannotCopy(ctx, k.flow, rec, rec.Ref.Side.Other())
	if err != nil || reason != "" {
		return reason, err
	}
	_, err = k.flow.newFields(rec.Ref.Side.Other(), rec)
	if skip, ok := errors.AsType[*SkipError](err); ok {
		return skip.Reason, nil
	}
	return "", nil
}

// stray files a record that names a twin to which no link leads.
func (v *verifier) stray(ctx context.Context, f Finding, twin Ref) error {
	linked, err := v.hasTwin(ctx, twin)
	if err != nil {
		return err
	}
	if linked {
		v.receipt.Doubled = append(v.receipt.Doubled, f)
	} else {
		v.receipt.Orphaned = append(v.receipt.Orphaned, f)
	}
	return nil
}

// note adds to the receipt's digest.
func (v *verifier) note(parts ...string) {
	for _, part := range parts {
		// Writing to a digest never fails.
		_, _ = v.digest.Write(append([]byte(part), 0))
	}
}

// seal finishes the receipt and writes it into the audit log.
func (v *verifier) seal(ctx context.Context) (*Receipt, error) {
	r := v.receipt
	r.At = v.now()
	findings, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("syncer: seal receipt: %w", err)
	}
	v.note(string(findings))
	r.Hash = hex.EncodeToString(v.digest.Sum(nil))
	outcome := "done"
	if !r.Clean() {
		outcome = "failed"
	}
	return r, v.update(ctx, func(tx Tx) error {
		_, err := tx.AppendAudit(AuditEntry{Time: r.At, Action: "verify", Trigger: v.trigger, Outcome: outcome, Actor: engineActor,
			Reason: fmt.Sprintf("%d of %d pairs match; %d drifted, %d missing, %d orphaned, %d doubled; receipt %s",
				r.Matched, r.Pairs, len(r.Drifted), len(r.Missing), len(r.Orphaned), len(r.Doubled), r.Hash)})
		return err
	})
}
