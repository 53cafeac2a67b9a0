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
	if value, decided := p.Settled[f.Name]; decided && !agree(r, f.Name, ghl, pagico) {
		c := conflict(p, f)
		c.Reason = RuleSettled
		express(p, r, c, value, out)
		return
	}
	switch {
	case agree(r, f.Name, ghl, pagico):
		out.Agreed = append(out.Agreed, Agreement{Field: f.Name, Base: Base{GHL: ghl, Pagico: pagico}})
	case !pagicoChanged:
		take(p, r, f, GHL, "changed on ghl", out)
	case !ghlChanged:
		take(p, r, f, Pagico, "changed on pagico", out)
	case !known && pagico.IsNone():
		take(p, r, f, GHL, "set on ghl only", out)
	case !known && ghl.IsNone():
		take(p, r, f, Pagico, "set on pagico only", out)
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
	lost := Change{Field: f.Name, To: other, Old: base.Of(other), New: shown, Rule: "edited on " + string(other)}
	if edited && !ownerChanged && r.OneWay == Ignore {
		lost.Rule += ", left so"
		out.Discarded = append(out.Discarded, lost)
		return
	}
	want := r.put(other, f.Name, own, shown)
	if want.Equal(shown) || !known && own.IsNone() {
		out.Agreed = append(out.Agreed, agreement(p, f.Name))
		return
	}
	if shut(p, other) {
		c := conflict(p, f)
		if value, decided := p.Settled[f.Name]; decided && value.Equal(own) {
			c.Winner, c.Reason = owner, RuleSettled+"; the record on "+string(other)+" cannot be written and stays as it is"
			out.Conflicts = append(out.Conflicts, c)
			out.Agreed = append(out.Agreed, agreement(p, f.Name))
			return
		}
		park(c, other, out)
		return
	}
	rule := "changed on " + string(owner)
	if edited {
		lost.Rule += ", overridden"
		out.Discarded = append(out.Discarded, lost)
		if !ownerChanged {
			rule = belongs(r, owner) + ": put back"
		}
	}
	write(p, f.Name, other, want, rule, out)
}

// belongs says why the owner's value holds.
func belongs(r Rules, owner Side) string {
	if _, oneWay := r.Direction.Source(); oneWay {
		return "flows from " + string(owner) + " only"
	}
	return "owned by " + string(owner)
}

// agreement records that both sides may stay as they are.
func agreement(p Pair, field string) Agreement {
	return Agreement{Field: field, Base: Base{GHL: p.GHL.Fields[field], Pagico: p.Pagico.Fields[field]}}
}

// take carries the value of one side over to the other.
func take(p Pair, r Rules, f Field, from Side, rule string, out *Outcome) {
	to := from.Other()
	shown := p.of(to).Fields[f.Name]
	want := r.put(to, f.Name, p.of(from).Fields[f.Name], shown)
	switch {
	case want.Equal(shown):
		out.Agreed = append(out.Agreed, agreement(p, f.Name))
	case shut(p, to):
		park(conflict(p, f), to, out)
	default:
		write(p, f.Name, to, want, rule, out)
	}
}

// write adds a change.
func write(p Pair, field string, to Side, want Value, rule string, out *Outcome) {
	out.Changes = append(out.Changes, Change{Field: field, To: to, Old: p.of(to).Fields[field], New: want, Rule: rule})
}

// shut reports whether the record on side cannot be written.
func shut(p Pair, side Side) bool { return p.of(side).ReadOnly }

// park leaves a field to a person because side would have to be written and
// cannot be.
func park(c Conflict, side Side, out *Outcome) {
	c.Policy, c.Winner, c.Parked = Manual, "", true
	c.Reason = "the record on " + string(side) + " cannot be written"
	out.Conflicts = append(out.Conflicts, c)
}

// conflict describes a field before anything is decided.
func conflict(p Pair, f Field) Conflict {
	c := Conflict{Field: f.Name, Base: p.Base[f.Name], GHL: p.GHL.Fields[f.Name], Pagico: p.Pagico.Fields[f.Name], Policy: f.Policy}
	if c.Policy == "" {
		c.Policy = LastWriterWins
	}
	return c
}

// settle decides a field that was changed on both sides.
func settle(p Pair, r Rules, f Field, out *Outcome) {
	c := conflict(p, f)
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
			express(p, r, c, value, out)
			return
		}
		c.Parked, c.Reason = true, "policy merge: the edits overlap"
	default:
		c.Parked, c.Reason = true, "policy manual"
	}
	parked := len(out.Conflicts)
	if c.Winner != "" {
		take(p, r, f, c.Winner, c.Reason, out)
	}
	if parked == len(out.Conflicts) {
		out.Conflicts = append(out.Conflicts, c)
	}
}

// express makes both sides show value, or parks the field when a side that
// would have to be written cannot be.
func express(p Pair, r Rules, c Conflict, value Value, out *Outcome) {
	var changes []Change
	for _, side := range []Side{GHL, Pagico} {
		shown := p.of(side).Fields[c.Field]
		want := r.put(side, c.Field, value, shown)
		if want.Equal(shown) {
			continue
		}
		if shut(p, side) {
			park(c, side, out)
			return
		}
		changes = append(changes, Change{Field: c.Field, To: side, Old: shown, New: want, Rule: c.Reason})
	}
	out.Changes = append(out.Changes, changes...)
	out.Conflicts = append(out.Conflicts, c)
	if len(changes) == 0 {
		out.Agreed = append(out.Agreed, agreement(p, c.Field))
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
