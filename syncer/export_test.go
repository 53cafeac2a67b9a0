package syncer

import "context"

// Flaws are the names of all deliberate faults.
func Flaws() []string {
	all := []flaw{flawBaseFirst, flawNoIntent, flawNoProof, flawEcho, flawNoAttempts, flawPolicy, flawPending, flawOutcome, flawPendingLink,
		flawEarlyCursor, flawCleanAlways, flawDeleteWins, flawSilentLoss, flawTrustsIndex, flawForgetsDecision, flawNoGuard, flawCascade,
		flawPlanWrites, flawNoReplay, flawStaleWrite, flawMoveNote, flawMoveBase, flawNoTomb, flawLeftBehind, flawOldProof, flawNoLastLook,
		flawUndoIntent, flawUndoMark, flawDeleteNote}
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = string(f)
	}
	return names
}

// Break switches a deliberate fault on.
func Break(e *Engine, name string) { e.flaws = map[flaw]bool{flaw(name): true} }

// Compared scans one kind as Verify and a pass after a change of the rules do, and
// returns how many records of linked pairs are kept in memory for it, and how many
// are not.
func Compared(ctx context.Context, e *Engine, kind Kind) (kept, told int, err error) {
	p := e.newPass("test")
	if err := p.prepare(ctx); err != nil {
		return 0, 0, err
	}
	p.rescan = true
	k, err := p.scanKind(ctx, e.flows[kind])
	if err != nil {
		return 0, 0, err
	}
	return len(k.ghl.changed) + len(k.pagico.changed), k.ghl.same.count + k.pagico.same.count, nil
}
