package ghlpagico_test

import (
	"context"
	"errors"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// impostor runs a pass and a hint with the token of somebody else: of another
// location, with or without the location's id changed along, or of another
// person's Pagico account. Nothing may be written, and it must be said.
func (w *world) impostor(ctx context.Context) {
	a := account{ghl: foreign, location: w.ghl.LocationID(), pagico: pagicotest.DefaultToken}
	switch w.draw.IntN(3) {
	case 0:
		a.location = elsewhere
	case 1:
		a.ghl, a.pagico = w.ghl.Token(), foreign
	}
	from := len(w.edge.log)
	connector := w.connect(a)
	_, err := connector.Sync(ctx, syncer.SyncOptions{Override: []syncer.HaltCode{syncer.HaltIdentity}})
	_, hintErr := connector.SyncRecord(ctx, syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask, ID: "t_1"}, syncer.SyncOptions{})
	for _, err := range []error{err, hintErr} {
		halt, halted := errors.AsType[*syncer.HaltError](err)
		if !errors.Is(err, syncer.ErrDenied) && (!halted || !halt.Has(syncer.HaltIdentity)) {
			w.t.Errorf("an impostor is told %v\n%s", err, w.story())
		}
	}
	w.unwritten(from, "an impostor")
}

// keep makes a copy of the store, once it knows whom it serves.
func (w *world) keep() {
	if w.plan.rewind && w.bound {
		w.copies = append(w.copies, w.store.Snapshot())
	}
}

// rewind brings back an older copy of the store, which takes people longer than
// an index lags.
func (w *world) rewind() {
	if len(w.copies) == 0 || !w.draw.chance(25) {
		return
	}
	w.oldLog += w.audit(syncer.AuditJSONLines)
	w.store.Restore(oneOf(w.draw, w.copies...))
	w.start()
	w.rewound, w.rewoundAt = true, w.people.n
	w.sleep(2 * time.Minute)
	w.notes = append(w.notes, "an older copy of the store is back")
}
