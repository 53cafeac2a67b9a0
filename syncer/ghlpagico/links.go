package ghlpagico

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
)

// Links sets up the way to the Pagico app on this Mac, in place of a Pagico server:
// new tasks and notes of GHL are made in the app by pagico:// links, each at most once.
// Nothing comes back, nothing that was sent is changed or deleted, and contacts and
// appointments are not synced, because there are no links for them. What changes in
// GHL afterwards is parked for a person. See [pagicosource.Links].
type Links struct {
	// Ledger remembers what was opened, as precious as the store. Required; see
	// [urlscheme.OpenLedger].
	Ledger *urlscheme.Ledger
	// Zone is the time zone of the person who uses the app, in which dates are
	// written. Required.
	Zone *time.Location
	// Opener hands the links to the app. Nil means [urlscheme.Mac].
	Opener urlscheme.Opener
	// MinGap is the least time between two openings. Default 1 s; negative means none.
	MinGap time.Duration
	// Teammates maps the e-mail addresses of GHL users, in lower case, to the
	// containers of Pagico that take their tasks. Tasks of others go to the Inbox.
	Teammates map[string]string
	// Task may change the link of a task before it is written, such as its colour or
	// its container. Nil changes nothing. It must be safe for concurrent use.
	Task func(rec syncer.Record, task *urlscheme.AddTask)
}

// source makes the source of the app, and its flows.
func (l Links) source(cfg Config) (*pagicosource.Links, []syncer.Flow, error) {
	links, err := pagicosource.NewLinks(pagicosource.LinksConfig{Ledger: l.Ledger, Opener: l.Opener, Location: cfg.LocationID, Zone: l.Zone,
		TwinURL: cfg.GHLURL, Teammates: l.Teammates, MinGap: l.MinGap, Task: l.Task})
	if err != nil {
		return nil, nil, err
	}
	off := map[syncer.Kind]bool{syncer.KindTask: cfg.Tasks.Off, syncer.KindNote: cfg.Notes.Off}
	return links, slices.DeleteFunc(links.Flows(), func(f syncer.Flow) bool { return off[f.Kind] }), nil
}

// validate reports the first setting that does not go with links, by name.
func (l Links) validate(cfg Config) error {
	switch {
	case l.Ledger == nil:
		return errors.New("ghlpagico: Config.Links.Ledger is nil: open one with urlscheme.OpenLedger")
	case l.Zone == nil:
		return errors.New("ghlpagico: Config.Links.Zone is nil: name the time zone of the person who uses the app, such as time.Local")
	case cfg.Tasks.Off && cfg.Notes.Off:
		return errors.New("ghlpagico: Config.Tasks and Config.Notes are off, and Config.Links makes nothing else: leave one of them on")
	}
	oneWay := func(r References) bool {
		return (r.OneWay == "" || r.OneWay == merge.Ignore) && (r.Deletes == "" || r.Deletes == merge.KeepTwin)
	}
	t := cfg.Tasks
	for _, x := range []struct {
		name   string
		fits   bool
		reason string
	}{
		{"Pagico", cfg.Pagico == nil, "links go to the app on this Mac, a client to a server: leave one of them out"},
		{"PagicoURL", cfg.PagicoURL == nil, "the app does not tell where its records are"},
		{"Delta", !cfg.Delta, "the app tells nothing"},
		{"CallingCode", cfg.CallingCode == "", "there are no links that make contacts"},
		{"People", len(cfg.People) == 0, "use Config.Links.Teammates"},
		{"WithoutMarkers", !cfg.WithoutMarkers, "nothing is written to GHL"},
		{"Resolver", cfg.Resolver == nil, "nothing that was sent can be changed"},
		{"Contacts", cfg.Contacts == References{} || cfg.Contacts == References{Off: true}, "there are no links that make contacts"},
		{"Appointments", cfg.Appointments == References{} || cfg.Appointments == References{Off: true}, "there are no links that make appointments"},
		{"Notes", oneWay(cfg.Notes), "nothing that was sent can be changed: OneWay and Deletes can only be ignore"},
		{"Tasks.Direction", t.Direction == "" || t.Direction == merge.GHLToPagico, "nothing comes back from the app: it can only be ghlToPagico"},
		{"Tasks.OneWay", t.OneWay == "" || t.OneWay == merge.Ignore, "nothing that was sent can be changed: it can only be ignore"},
		{"Tasks.Deletes", t.Deletes == "" || t.Deletes == merge.KeepTwin, "nothing that was sent can be deleted: it can only be ignore"},
		{"Tasks.Policy", t.Policy == "", "nothing comes back from the app, so there are no conflicts to settle"},
		{"Tasks.Policies", len(t.Policies) == 0, "nothing comes back from the app, so there are no conflicts to settle"},
		{"Tasks.DueHour", t.DueHour == 0, "it is for days that come from Pagico"},
		{"Tasks.Midnight", !t.Midnight, "it is for days that come from Pagico"},
		{"Tasks.MovedStay", !t.MovedStay, "it is for tasks that are moved in Pagico"},
		{"Tasks.Undated", t.Undated == "", "it is for tasks that come from Pagico"},
	} {
		if !x.fits {
			return fmt.Errorf("ghlpagico: Config.%s does not go with Config.Links: %s", x.name, x.reason)
		}
	}
	return nil
}
