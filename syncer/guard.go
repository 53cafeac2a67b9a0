package syncer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// guardEmptied halts when a side that had many records lists none at all. It
// returns true when the kind is not to be planned at all.
func (p *pass) guardEmptied(k *kindScan, active int) bool {
	if active < p.cfg.Guards.EmptyFrom {
		return false
	}
	emptied := false
	for _, side := range []Side{GHL, Pagico} {
		s := k.side(side)
		if s.total > 0 || s.delta || s.covers != nil {
			continue
		}
		p.halt(Halt{Code: HaltSideEmptied, Kind: k.flow.Kind, Side: side, Count: active, Limit: p.cfg.Guards.EmptyFrom,
			Detail: fmt.Sprintf("%s lists no %ss at all, yet %d are linked; check the account, or override to accept the deletions", side, k.flow.Kind, active)})
		emptied = true
	}
	return emptied && !slices.Contains(p.override, HaltSideEmptied)
}

// guardDeletes halts when one pass would delete too much, to move records by
// making them again included. Records that go with their deleted parent do not
// count.
func (p *pass) guardDeletes(kind Kind, active int, steps ...Step) {
	count := 0
	for _, s := range steps {
		if (s.Op == StepDelete || s.Op == StepComplete) && !s.ByParent || s.Op == StepMove && s.Move.Remake {
			count++
		}
	}
	g := p.cfg.Guards
	limit := max(g.MaxDeletes, 0)
	if byShare := max(active*g.MaxDeletePercent/100, 9); g.MaxDeletes >= 0 && byShare < limit {
		limit = byShare
	}
	if count > limit && !p.has(flawNoGuard) {
		p.halt(Halt{Code: HaltMassDelete, Kind: kind, Count: count, Limit: limit,
			Detail: fmt.Sprintf("the pass would delete %d of %d linked %ss, more than the %d allowed; check what happened, or override", count, active, kind, limit)})
	}
}

// guardFirst halts when the first pass would make too many records.
func (p *pass) guardFirst() {
	if !p.plan.First {
		return
	}
	creates := 0
	for _, s := range p.plan.Steps {
		if s.Op == StepCreate {
			creates++
		}
	}
	if limit := p.cfg.Guards.MaxFirstCreates; creates > limit {
		p.halt(Halt{Code: HaltFirstSync, Count: creates, Limit: limit,
			Detail: fmt.Sprintf("the first pass would make %d records, more than the %d allowed; read the match report, then override", creates, limit)})
	}
}

func (p *pass) halt(h Halt) { p.plan.Halts = append(p.plan.Halts, h) }

// noteHalts makes halts visible: in the store, the audit log and the log.
func (e *Engine) noteHalts(ctx context.Context, halts []Halt, trigger string) error {
	data, err := json.Marshal(halts)
	if err != nil {
		return fmt.Errorf("syncer: note halts: %w", err)
	}
	return e.update(ctx, func(tx Tx) error {
		before, err := tx.State(stateHalts)
		if err != nil {
			return err
		}
		if string(before) == string(data) {
			return nil
		}
		for _, h := range halts {
			e.cfg.Logger.Error("sync halted", "code", h.Code, "kind", h.Kind, "detail", h.Detail)
			_, err := tx.AppendAudit(AuditEntry{Time: e.now(), Action: "halt", Kind: h.Kind, Trigger: trigger,
				Outcome: "skipped", Reason: string(h.Code) + ": " + h.Detail, Actor: engineActor})
			if err != nil {
				return err
			}
		}
		return tx.SetState(stateHalts, data)
	})
}

// Halts returns the halts that stand since the last pass, none when it ran.
func (e *Engine) Halts(ctx context.Context) ([]Halt, error) {
	var halts []Halt
	err := e.view(ctx, func(tx Tx) error {
		data, err := tx.State(stateHalts)
		if err != nil || data == nil {
			return err
		}
		return json.Unmarshal(data, &halts)
	})
	return halts, err
}
