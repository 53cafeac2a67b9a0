package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Keys of the state that tells of parents.
const (
	// stateMove: + link: the parents for which both sides last agreed, kept for as
	// long as the records' parents are no twins.
	stateMove = "move:"
	// stateReplaced: + side/kind/id: a record to which others may belong whose link
	// has another one in its place by now.
	stateReplaced = "replaced:"
)

// moveNote is what is remembered of a link whose records' parents differ.
type moveNote struct {
	GHL    string `json:"ghl,omitempty"`
	Pagico string `json:"pagico,omitempty"`
	// Remaking is the side on which the record is being deleted in order to be made
	// again. Found gone there, it was not deleted by a person.
	Remaking Side `json:"remaking,omitempty"`
	// Refused is the parent that the service refused to put the record under, Why
	// its reason.
	Refused string `json:"refused,omitempty"`
	Why     string `json:"why,omitempty"`
	// Sent is a move that may have taken effect.
	Sent *sentMove `json:"sent,omitempty"`
}

// sentMove is a move whose answer is not known: for which parents both sides agree
// if it took effect, and on which side that shows.
type sentMove struct {
	To     Side   `json:"to"`
	GHL    string `json:"ghl,omitempty"`
	Pagico string `json:"pagico,omitempty"`
}

func moveKey(id LinkID) string { return fmt.Sprintf("%s%d", stateMove, id) }

func loadMoveNote(tx Tx, id LinkID) (*moveNote, error) {
	data, err := tx.State(moveKey(id))
	if err != nil || data == nil {
		return nil, err
	}
	n := &moveNote{}
	if err := json.Unmarshal(data, n); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStoreDamaged, moveKey(id), err)
	}
	return n, nil
}

// of returns the parent on a side.
func (n moveNote) of(side Side) string {
	if side == GHL {
		return n.GHL
	}
	return n.Pagico
}

// putMoveNote keeps the note of a link whose parents differ, and has every pass
// look at it. Nil forgets it.
func putMoveNote(tx Tx, l Link, n *moveNote) error {
	if n == nil {
		return tx.SetState(moveKey(l.ID), nil)
	}
	data, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("syncer: note a move: %w", err)
	}
	return errors.Join(lookAgain(tx, l), tx.SetState(moveKey(l.ID), data))
}

// linkNotes are what the store keeps beside a link.
type linkNotes struct {
	tried    attempts
	move     *moveNote
	deletion *deletion
	// standIn says why the link leads to another record than the store tells.
	standIn string
}

// loadLink reads a link and what is noted of it.
func (e *Engine) loadLink(ctx context.Context, id LinkID) (link Link, notes linkNotes, err error) {
	err = e.view(ctx, func(tx Tx) (err error) {
		if link, err = tx.Link(id); err != nil {
			return err
		}
		if notes.tried, err = loadAttempts(tx, id); err != nil {
			return err
		}
		if notes.deletion, err = loadDeletion(tx, id); err != nil || e.flows[link.Kind].Parent == "" {
			return err
		}
		notes.move, err = loadMoveNote(tx, id)
		return err
	})
	return link, notes, err
}

// agreed are the parents for which both sides of a link last agreed. A move of the
// engine's own that is seen to have taken effect is no person's.
func (n linkNotes) agreed(link Link, shown ...*reading) moveNote {
	if n.move == nil {
		return moveNote{GHL: link.GHL.Parent, Pagico: link.Pagico.Parent}
	}
	if sent := n.move.Sent; sent != nil {
		then := moveNote{GHL: sent.GHL, Pagico: sent.Pagico}
		for _, r := range shown {
			if r != nil && r.rec.Ref.Side == sent.To && r.rec.Ref.Parent == then.of(sent.To) {
				return then
			}
		}
	}
	return *n.move
}

// movedOn reports whether somebody put a record under another parent.
func (n linkNotes) movedOn(link Link, r *reading) bool {
	return r != nil && r.rec.Ref.Parent != n.agreed(link, r).of(r.rec.Ref.Side)
}

// note is what is to be remembered of a move that was not made yet.
func (m *Move) note() *moveNote {
	if m == nil {
		return nil
	}
	return &moveNote{GHL: m.GHL, Pagico: m.Pagico, Refused: m.refused, Why: m.why}
}
