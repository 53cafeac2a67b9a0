package syncer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// Engine keeps one connection in step. It is safe for concurrent use: calls that
// read the services or write to them, Plan and Verify included, wait for one
// another, and fail with [ErrLocked] while another engine is at work on the same
// connection in the same store. The others, such as Waiting, Decide and Explain,
// run beside them.
type Engine struct {
	cfg         Config
	flows       map[Kind]Flow
	fingerprint string
	// turn is held by the call that plans or writes.
	turn chan struct{}
	// identified says that both sources were asked who they serve; it belongs
	// to the holder of the turn.
	identified bool
	// flaws are deliberate faults, set by tests alone, which prove with them that
	// they would notice.
	flaws map[flaw]bool
}

// New returns an engine for the configuration, or the error of [Config.Validate].
// It makes no request and writes nothing.
func New(cfg Config) (*Engine, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	e := &Engine{cfg: cfg, flows: map[Kind]Flow{}, turn: make(chan struct{}, 1)}
	for _, f := range cfg.Flows {
		e.flows[f.Kind] = f
	}
	e.fingerprint = rulesFingerprint(cfg)
	return e, nil
}

// rulesFingerprint changes when pairs that were in step may no longer be, when
// what waits for a person may be decided, and when a plan may be another one.
func rulesFingerprint(cfg Config) string {
	type shape struct {
		Kind, Parent Kind
		Version      string
		Remake       []Side
		Direction    merge.Direction
		OneWay       merge.OneWay
		Deletes      merge.DeletePolicy
		Fields       []merge.Field
	}
	shapes := make([]shape, len(cfg.Flows))
	for i, f := range cfg.Flows {
		r := f.Rules
		shapes[i] = shape{f.Kind, f.Parent, f.Version, f.Remake, r.Direction, r.OneWay, r.Deletes, r.Fields}
	}
	data, err := json.Marshal(struct {
		Flows    []shape
		Resolver bool
	}{shapes, cfg.Resolver != nil})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// SyncOptions change one pass.
type SyncOptions struct {
	// Override lifts the named guards for this pass only.
	Override []HaltCode
	// Trigger is written into the audit log; default "pass".
	Trigger string
	// NoWait returns without waiting for creates with an unclear answer; they
	// are settled by a later pass.
	NoWait bool
}

// Plan works out what a pass would do, and writes nothing: not to the
// services, and not to the store. Guards that stand against the plan are in
// its Halts.
func (e *Engine) Plan(ctx context.Context) (*Plan, error) {
	release, err := e.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return e.buildPlan(ctx, "plan", nil, false)
}

// Sync runs one pass: it settles creates of unclear outcome, plans, checks the
// guards, applies, and stores what was confirmed. It returns a [*HaltError],
// and has written nothing, when a guard stands against the pass. Failures of
// single records do not end the pass; they are in the report. [ErrDenied],
// [ErrOverLimit], an error of a listing or of the store, and the end of ctx do;
// the report then says what was done until there. After any error, or none, it can
// simply be called again.
func (e *Engine) Sync(ctx context.Context, opts SyncOptions) (report *Report, err error) {
	release, err := e.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if opts.Trigger == "" {
		opts.Trigger = "pass"
	}
	report = newReport(e.cfg.Now())
	defer func() {
		report.Ended = e.cfg.Now().UTC()
		e.cfg.Logger.Info("pass ended", "trigger", opts.Trigger, "done", report.Total().String(), "writes", report.Writes,
			"failed", len(report.Failures), "left", report.Requeued, "pending", report.Pending, "skipped", len(report.Skipped), "error", err)
	}()
	for round := range 3 {
		waiting, err := e.pass(ctx, opts, report)
		if err != nil || waiting == 0 || opts.NoWait {
			return report, err
		}
		refuted, err := e.settleAll(ctx, opts.Trigger, report)
		if err != nil || refuted == 0 || round == 2 {
			return report, err
		}
	}
	return report, nil
}

// pass settles what is ripe, plans and applies. It returns how many creates
// are left with an unclear outcome.
func (e *Engine) pass(ctx context.Context, opts SyncOptions, report *Report) (waiting int, err error) {
	ended := report.round()
	defer func() { ended(err) }()
	_, err = e.settleRipe(ctx, opts.Trigger, report)
	var plan *Plan
	if err == nil {
		plan, err = e.buildPlan(ctx, opts.Trigger, opts.Override, true)
	}
	if halt, ok := errors.AsType[*HaltError](err); ok {
		return 0, errors.Join(halt, e.noteHalts(ctx, halt.Halts, opts.Trigger))
	}
	if err != nil {
		return 0, err
	}
	if standing := against(plan.Halts, opts.Override); len(standing) > 0 {
		halt := &HaltError{Halts: standing}
		return 0, errors.Join(halt, e.noteHalts(ctx, standing, opts.Trigger))
	}
	err = e.apply(ctx, plan, opts.Trigger, false, report)
	if err != nil {
		return 0, err
	}
	if err := e.finish(ctx, plan, report); err != nil {
		return 0, err
	}
	return report.Pending, nil
}

// finish stores the marks of a pass that ran to its end.
func (e *Engine) finish(ctx context.Context, plan *Plan, report *Report) error {
	return e.update(ctx, func(tx Tx) error {
		intents, err := tx.Intents()
		if err != nil {
			return err
		}
		for _, in := range intents {
			if in.State != IntentParked {
				report.Pending++
			}
		}
		if e.done(plan, report) {
			for _, c := range plan.cursors {
				if err := tx.SetState(cursorKey(c.side, c.kind), []byte(c.next)); err != nil {
					return err
				}
			}
			if err := tx.SetState(stateRules, []byte(e.fingerprint)); err != nil {
				return err
			}
		}
		if err := errors.Join(putQuiet(tx, plan, e.done(plan, report)), putOrphans(tx, plan)); err != nil {
			return err
		}
		if err := tx.SetState(stateHalts, nil); err != nil {
			return err
		}
		return tx.SetState(statePassed, []byte(e.now().Format(time.RFC3339Nano)))
	})
}

// done reports whether a pass left nothing that has to be listed once more.
func (e *Engine) done(plan *Plan, report *Report) bool {
	if e.has(flawEarlyCursor) {
		return true
	}
	if report.Requeued > 0 || report.Pending > 0 {
		return false
	}
	for _, f := range report.Failures {
		if !f.Dead {
			return false
		}
	}
	for _, s := range plan.Skipped {
		if s.Failed || s.Pending {
			return false
		}
	}
	return true
}

// putQuiet forgets the wish for another look at links that are in step, and
// notes on which sides records stay without a twin, where only changes are
// listed. That none do is not known before all that was planned is done.
func putQuiet(tx Tx, plan *Plan, done bool) error {
	for _, q := range plan.quiet {
		key := againKey(q.kind, q.id)
		if data, err := tx.State(key); err != nil || data == nil {
			if err != nil {
				return err
			}
			continue
		}
		if err := tx.SetState(key, nil); err != nil {
			return err
		}
	}
	for _, m := range plan.left {
		if !slices.ContainsFunc(plan.cursors, func(c cursorMove) bool { return c.side == m.side && c.kind == m.kind }) {
			continue
		}
		var err error
		switch {
		case m.any:
			err = tx.SetState(leftKey(m.side, m.kind), []byte("1"))
		case m.full && done:
			err = tx.SetState(leftKey(m.side, m.kind), nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin takes the engine's turn and the store's lock.
func (e *Engine) begin(ctx context.Context) (release func(), err error) {
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	unlock, err := e.cfg.Store.Lock(ctx, e.cfg.Connection)
	if err != nil {
		<-e.turn
		return nil, err
	}
	return func() {
		if err := unlock(); err != nil {
			e.cfg.Logger.Warn("cannot release the store's lock", "error", err)
		}
		<-e.turn
	}, nil
}

func (e *Engine) source(side Side) Source {
	if side == GHL {
		return e.cfg.GHL
	}
	return e.cfg.Pagico
}

func (e *Engine) now() time.Time { return e.cfg.Now().UTC() }

func (e *Engine) view(ctx context.Context, fn func(Tx) error) error {
	return e.cfg.Store.View(ctx, e.cfg.Connection, fn)
}

func (e *Engine) update(ctx context.Context, fn func(Tx) error) error {
	return e.cfg.Store.Update(ctx, e.cfg.Connection, fn)
}

func (e *Engine) progress(p Progress) {
	if e.cfg.Progress != nil {
		e.cfg.Progress(p)
	}
}
