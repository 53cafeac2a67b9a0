package ghlpagico_test

import (
	"time"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// simPlan is what a seed decides once and for all.
type simPlan struct {
	calm          bool // no troubles, the real rate windows, and pacing
	rounds        int
	lag, latency  time.Duration
	pace          int           // the longest pause between what people do, in milliseconds
	retries       int           // of the clients
	ghlSkew, skew time.Duration // clocks of GHL and of the engine, against Pagico's
	direction     merge.Direction
	policies      map[string]merge.Policy // of tasks, by field
	undated       ghlpagico.Undated
	oneWay        merge.OneWay
	deletes       merge.DeletePolicy
	references    ghlpagico.References // contacts, notes and appointments
	guard         int                  // the most deletions of a kind in one pass; 0 for no guard
	delta         bool                 // Pagico lists changes only
	moves         bool                 // people put tasks to other contacts
	rewind        bool                 // people bring back older copies of the store
	bare          bool                 // no markers
	matched       bool                 // part of the world is on both sides from the beginning
}

func newPlan(c choices) simPlan {
	p := simPlan{calm: c.chance(10), rounds: c.between(1, 5), bare: c.chance(25), matched: c.chance(50),
		lag:       oneOf(c, 0, 3*time.Second, 20*time.Second),
		pace:      oneOf(c, 2000, 2000, 90_000, 400_000),
		retries:   oneOf(c, -1, 1, 4),
		latency:   time.Duration(c.between(1, 300)) * time.Millisecond,
		direction: oneOf(c, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.TwoWay, merge.GHLToPagico, merge.PagicoToGHL),
		undated:   oneOf(c, ghlpagico.UndatedGivesDay, ghlpagico.UndatedGivesDay, ghlpagico.UndatedIsSkipped),
		oneWay:    oneOf(c, merge.Revert, merge.Ignore),
		deletes:   oneOf(c, merge.Propagate, merge.Propagate, merge.Propagate, merge.Complete, merge.Unlink, merge.KeepTwin),
		delta:     c.chance(30),
		moves:     c.chance(40),
		policies:  map[string]merge.Policy{}}
	if c.chance(20) {
		p.guard = 3
	}
	if c.chance(10) && !p.bare { // without markers older copies know too little
		p.rewind = true
	}
	if c.chance(20) {
		p.references = ghlpagico.References{OneWay: oneOf(c, merge.Revert, merge.Ignore),
			Deletes: oneOf(c, merge.Propagate, merge.Unlink, merge.KeepTwin)}
	}
	if c.chance(50) {
		p.ghlSkew = time.Duration(c.between(-50, 50)) * time.Second
		p.skew = time.Duration(c.between(-50, 50)) * time.Second
	}
	for _, field := range taskFields() {
		p.policies[field] = oneOf(c, merge.LastWriterWins, merge.GHLWins, merge.PagicoWins, merge.Manual)
	}
	if c.chance(40) {
		p.policies["body"] = merge.Merge
	}
	return p
}

// taskFields are the fields that tasks have on both sides.
func taskFields() []string { return []string{"title", "body", "dueDate", "status", "assignee"} }

// config sets up a connector as planned.
func (p simPlan) config(cfg ghlpagico.Config) ghlpagico.Config {
	cfg.Connection, cfg.Workers, cfg.WithoutMarkers = "sim", 1, p.bare
	cfg.Guards = syncer.Guards{MaxDeletes: 1000, MaxDeletePercent: 100, EmptyFrom: 1000}
	if p.guard > 0 {
		cfg.Guards = syncer.Guards{MaxDeletes: p.guard, MaxDeletePercent: 100, EmptyFrom: 2 * p.guard}
	}
	cfg.Tasks = ghlpagico.Tasks{Direction: p.direction, Undated: p.undated, Policies: p.policies, OneWay: p.oneWay, Deletes: p.deletes}
	cfg.Contacts, cfg.Notes, cfg.Appointments = p.references, p.references, p.references
	return cfg
}
