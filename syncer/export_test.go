package syncer

// Flaws are the names of all deliberate faults.
func Flaws() []string {
	all := []flaw{flawBaseFirst, flawNoIntent, flawNoProof, flawEcho, flawNoAttempts, flawPolicy, flawPending, flawOutcome, flawPendingLink,
		flawEarlyCursor, flawCleanAlways, flawDeleteWins, flawSilentLoss, flawTrustsIndex, flawForgetsDecision, flawNoGuard, flawCascade,
		flawPlanWrites, flawNoReplay, flawStaleWrite}
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = string(f)
	}
	return names
}

// Break switches a deliberate fault on.
func Break(e *Engine, name string) { e.flaws = map[flaw]bool{flaw(name): true} }
