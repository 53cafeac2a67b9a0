package syncer

// flaw names a deliberate fault of the engine. Tests switch one on and prove
// that a property catches it; nothing else ever does.
type flaw string

// The flaws, by what the faulty engine does.
const (
	flawBaseFirst       flaw = "moves the base before the write"
	flawNoIntent        flaw = "makes a record without an intent"
	flawNoProof         flaw = "deletes without the second proof"
	flawEcho            flaw = "forgets what it wrote itself"
	flawNoAttempts      flaw = "forgets writes of unknown outcome"
	flawPolicy          flaw = "decides by another policy"
	flawPending         flaw = "copies records whose create is not settled"
	flawOutcome         flaw = "takes the outcome of an unsettled create for a new record"
	flawPendingLink     flaw = "makes a record again whose create is not settled"
	flawEarlyCursor     flaw = "moves the cursor past what failed"
	flawCleanAlways     flaw = "overlooks what changed around its write"
	flawDeleteWins      flaw = "lets a deletion beat an edit"
	flawSilentLoss      flaw = "does not write down what it overrides"
	flawTrustsIndex     flaw = "acts on a listing that lags"
	flawForgetsDecision flaw = "loses a decision made during a pass"
	flawNoGuard         flaw = "lets any number of deletions pass"
	flawCascade         flaw = "deletes a contact along with what only GHL has"
	flawPlanWrites      flaw = "does more than a plan says"
	flawNoReplay        flaw = "ends links without a trace"
	flawUndoIntent      flaw = "makes a deleted record again without an intent"
	flawUndoMark        flaw = "forgets what an undo made again"
	flawDeleteNote      flaw = "takes its own deletion for a person's"
	flawStaleWrite      flaw = "writes on top of an old reading"
	flawMoveNote        flaw = "forgets that it deleted a record to make it again"
	flawMoveBase        flaw = "forgets a move that it could not follow"
	flawNoTomb          flaw = "takes a record that it made again for a new one"
	flawOldProof        flaw = "deletes by what it found long ago"
	flawNoLastLook      flaw = "deletes a contact without a last look at what belongs to it"
	flawLeftBehind      flaw = "leaves children behind with a parent that was made again"
)

func (e *Engine) has(f flaw) bool { return e.flaws[f] }
