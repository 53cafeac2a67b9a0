package syncer_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/syncer"
)

// story tells what happened, for a failure.
func (s *sim) story() string {
	var b strings.Builder
	for _, line := range s.log {
		b.WriteString(line + "\n")
	}
	one := func(format string, args ...any) {
		b.WriteString(strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", "/") + "\n")
	}
	for _, side := range bothSides {
		for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask} {
			for _, rec := range s.service(side).All(kind) {
				one("%s parent=%s twin=%s %v", rec.Ref, rec.Ref.Parent, rec.Twin, rec.Fields)
			}
		}
	}
	for _, l := range s.links() {
		one("link %d %s %s-%s %s parked=%v", l.ID, l.State, l.GHL.ID, l.Pagico.ID, l.Reason, l.Parked)
	}
	fmt.Fprintf(&b, "rules %+v\ncontacts %s, settle %s, guards %+v\n%s", s.cfg.Flows[1].Rules, s.cfg.Flows[0].Rules.Direction, s.cfg.Settle, s.cfg.Guards, s.audit())
	return b.String()
}

// audit returns the whole log as text.
func (s *sim) audit() string {
	var b strings.Builder
	require.NoError(s.t, s.store.View(s.t.Context(), s.cfg.Connection, func(tx syncer.Tx) error {
		for e, err := range tx.Audit(0) {
			if err != nil {
				return err
			}
			var line strings.Builder
			fmt.Fprintf(&line, "%d %s %s %s ghl=%s pagico=%s %s %s", e.Seq, e.Action, e.Kind, e.Outcome, e.GHL.ID, e.Pagico.ID, e.Target, e.Reason)
			for _, f := range e.Fields {
				fmt.Fprintf(&line, "; %s@%s base=%s before=%s after=%s lost=%s rule=%s", f.Field, f.Side, f.Base, f.Before, f.After, f.Lost, f.Rule)
			}
			b.WriteString(strings.ReplaceAll(line.String(), "\n", "/") + "\n")
		}
		return nil
	}))
	return b.String()
}

// links returns all links of the connection.
func (s *sim) links(states ...syncer.LinkState) []syncer.Link {
	var links []syncer.Link
	require.NoError(s.t, s.store.View(s.t.Context(), s.cfg.Connection, func(tx syncer.Tx) error {
		for _, f := range s.cfg.Flows {
			for l, err := range tx.Links(f.Kind, 0, states...) {
				if err != nil {
					return err
				}
				links = append(links, l)
			}
		}
		return nil
	}))
	return links
}

// isLinked reports whether a record is, or was, in a link.
func (s *sim) isLinked(ref syncer.Ref) bool {
	return slices.ContainsFunc(s.links(), func(l syncer.Link) bool { return l.Ref(ref.Side).Same(ref) })
}

// isReplaced reports whether the engine made a record again as another one.
func (s *sim) isReplaced(ref syncer.Ref) bool {
	return slices.ContainsFunc(s.links(), func(l syncer.Link) bool {
		return l.State == syncer.LinkGone && l.Ref(ref.Side).Same(ref) && l.Ref(ref.Side.Other()).IsZero()
	})
}

// formerTwin is the other record of the link that a record had last, if that is gone.
func (s *sim) formerTwin(ref syncer.Ref) (twin syncer.Ref) {
	for _, l := range s.links() {
		if l.Ref(ref.Side).Same(ref) {
			twin = syncer.Ref{}
			if l.State == syncer.LinkGone {
				twin = l.Ref(ref.Side.Other())
			}
		}
	}
	return twin
}
