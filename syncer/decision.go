package syncer

// decidedOtherwise names a field for which a person has decided something else
// than the step is about to write; "" if there is none.
func (a *applier) decidedOtherwise(s *Step, link Link) string {
	for _, c := range s.Changes {
		was, parked := link.Parked[c.Field]
		if !parked || !was.Decided || s.ghl == nil || s.pagico == nil ||
			!s.ghl.rec.Fields[c.Field].Equal(was.GHL) || !s.pagico.rec.Fields[c.Field].Equal(was.Pagico) {
			continue // a decision is about two values
		}
		want := was.Decision
		if lens := a.flows[s.Kind].Rules.Lens; lens != nil {
			want = lens(c.To, c.Field, want, c.Old)
		}
		if !want.Equal(c.New) {
			return c.Field
		}
	}
	return ""
}
