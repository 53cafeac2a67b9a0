package merge

// planField decides one field of a pair whose records both exist.
func planField(p Pair, r Rules, f Field, out *Outcome) {
	base, known := p.Base[f.Name]
	ghl, pagico := p.GHL.Fields[f.Name], p.Pagico.Fields[f.Name]
	ghlChanged := !known || !ghl.Equal(base.GHL)
	pagicoChanged := !known || !pagico.Equal(base.Pagico)
	if !ghlChanged && !pagicoChanged {
		return
	}
	if owner := r.owner(f); owner != "" {
		planOwned(p, r, f, owner, out)
		return
	}
	switch {
	case agree(r, f.Name, ghl, pagico):
		out.Agreed = append(out.Agreed, Agreement{Field: f.Name, Base: Base{GHL: ghl, Pagico: pagico}})
	case !pagicoChanged:
		take(p, r, f.Name, GHL, "changed on ghl", out)
	case !ghlChanged:
		take(p, r, f.Name, Pagico, "changed on pagico", out)
	case !known && pagico.IsNone():
		take(p, r, f.Name, GHL, "set on ghl only", out)
	case !known && ghl.IsNone():
		take(p, r, f.Name, Pagico, "set on pagico only", out)
	default:
		settle(p, r, f, out)
	}
}

// agree reports whether each side already expresses what the other shows.
func agree(r Rules, field string, ghl, pagico Value) bool {
	return r.put(Pagico, field, ghl, pagico).Equal(pagico) && r.put(GHL, field, pagico, ghl).Equal(ghl)
}

// planOwned lets the owner's value hold. When two records have just met, what
// only the other side knows is kept.
func planOwned(p Pair, r Rules, f Field, owner Side, out *Outcome) {
	base, known := p.Base[f.Name]
	other := owner.Other()
	own, shown := p.of(owner).Fields[f.Name], p.of(other).Fields[f.Name]
	ownerChanged := !known || !own.Equal(base.Of(owner))
	edited := known && !shown.Equal(base.Of(other))
	if edited && !ownerChanged && r.OneWay == Ignore {
		return
	}
	want := r.put(other, f.Name, own, shown)
	if want.Equal(shown) || !known && own.IsNone() {
		out.Agreed = append(out.Agreed, agreement(p, f.Name))
		return
	}
	rule := "changed on " + string(owner)
	if edited {
		out.Discarded = append(out.Discarded,
			Change{Field: f.Name, To: other, Old: base.Of(other), New: shown, Rule: "edited on " + string(other)})
		rule = "owned by " + string(owner) + ": put back"
	}
	write(p, f.Name, other, want, rule, out)
}

// agreement records that both sides may stay as they are.
func agreement(p Pair, field string) Agreement {
	return Agreement{Field: field, Base: Base{GHL: p.GHL.Fields[field], Pagico: p.Pagico.Fields[field]}}
}

// take carries the value of one side over to the other.
func take(p Pair, r Rules, field string, from Side, rule string, out *Outcome) {
	to := from.Other()
	shown := p.of(to).Fields[field]
	want := r.put(to, field, p.of(from).Fields[field], shown)
	if want.Equal(shown) {
		out.Agreed = append(out.Agreed, agreement(p, field))
		return
	}
	write(p, field, to, want, rule, out)
}

// write adds a change, or parks the field when the record cannot be written.
func write(p Pair, field string, to Side, want Value, rule string, out *Outcome) {
	state := p.of(to)
	shown := state.Fields[field]
	if state.ReadOnly {
		out.Conflicts = append(out.Conflicts, Conflict{Field: field, Base: p.Base[field],
			GHL: p.GHL.Fields[field], Pagico: p.Pagico.Fields[field], Policy: Manual, Parked: true,
			Reason: "the record on " + string(to) + " cannot be written"})
		return
	}
	out.Changes = append(out.Changes, Change{Field: field, To: to, Old: shown, New: want, Rule: rule})
}

// settle decides a field that was changed on both sides.
func settle(p Pair, r Rules, f Field, out *Outcome) {
	c := Conflict{Field: f.Name, Base: p.Base[f.Name], GHL: p.GHL.Fields[f.Name], Pagico: p.Pagico.Fields[f.Name], Policy: f.Policy}
	if c.Policy == "" {
		c.Policy = LastWriterWins
	}
	if value, decided := p.Settled[f.Name]; decided {
		c.Reason = "settled by a decision"
		express(p, r, f.Name, value, c.Reason, out)
		out.Conflicts = append(out.Conflicts, c)
		return
	}
	switch c.Policy {
	case GHLWins:
		c.Winner, c.Reason = GHL, "policy ghlWins"
	case PagicoWins:
		c.Winner, c.Reason = Pagico, "policy pagicoWins"
	case LastWriterWins:
		c.Winner, c.Reason = lastWriter(p.GHL.Stamp, p.Pagico.Stamp)
	case Merge:
		if value, ok := mergeValues(c.Base, c.GHL, c.Pagico); ok {
			c.Reason = "policy merge: both edits joined"
			express(p, r, f.Name, value, c.Reason, out)
			out.Conflicts = append(out.Conflicts, c)
			return
		}
		c.Parked, c.Reason = true, "policy merge: the edits overlap"
	default:
		c.Parked, c.Reason = true, "policy manual"
	}
	if c.Winner != "" {
		take(p, r, f.Name, c.Winner, c.Reason, out)
	}
	out.Conflicts = append(out.Conflicts, c)
}

// express makes both sides show value.
func express(p Pair, r Rules, field string, value Value, rule string, out *Outcome) {
	changed := false
	for _, side := range []Side{GHL, Pagico} {
		shown := p.of(side).Fields[field]
		if want := r.put(side, field, value, shown); !want.Equal(shown) {
			write(p, field, side, want, rule, out)
			changed = true
		}
	}
	if !changed {
		out.Agreed = append(out.Agreed, agreement(p, field))
	}
}

// lastWriter picks the side with the later stamp and says how sure that is.
func lastWriter(ghl, pagico Stamp) (Side, string) {
	if ghl.At.IsZero() || pagico.At.IsZero() {
		return GHL, "policy lastWriterWins: a time is unknown, ghl is taken"
	}
	apart := pagico.At.Sub(ghl.At)
	if apart == 0 {
		return GHL, "policy lastWriterWins: same instant, ghl is taken"
	}
	winner := Pagico
	if apart < 0 {
		winner, apart = GHL, -apart
	}
	reason := "policy lastWriterWins: " + string(winner) + " changed " + apart.String() + " later"
	if slack := ghl.Slack + pagico.Slack; slack > 0 {
		reason += ", give or take " + slack.String()
	}
	return winner, reason
}
