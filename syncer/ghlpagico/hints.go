package ghlpagico

import (
	ghlhook "github.com/ghl-pagico/sdk-go/ghl/webhook"
	pagicohook "github.com/ghl-pagico/sdk-go/pagico/webhook"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// GHLHint names the record that a webhook of GHL is about, for [syncer.Engine.SyncRecord]. The ref is small: keep it in a
// queue, answer the webhook, and sync later; what the event itself says is not used.
//
// It reports false where a hint leads nowhere: for events of other locations, of kinds that are not synced, and without a
// record's id, and for a note whose payload does not name its contact, without which GHL does not show it. A task without
// its contact is looked up in the location's task search. The next pass finds all that has no hint.
func (c *Connector) GHLHint(e ghlhook.Event) (syncer.Ref, bool) {
	ref := syncer.Ref{Side: syncer.GHL, Kind: syncer.Kind(e.Ref.Kind), ID: e.Ref.ID}
	if ref.Kind != syncer.KindContact {
		ref.Parent = e.Ref.ContactID
	}
	ok := e.LocationID == c.location && ref.ID != "" && c.kinds[ref.Kind] && (ref.Kind != syncer.KindNote || ref.Parent != "")
	if !ok {
		return syncer.Ref{}, false
	}
	return ref, true
}

// PagicoHint names the record that a webhook of Pagico is about, for [syncer.Engine.SyncRecord]. It reports false for kinds
// that are not synced. What the engine writes comes back as an event, too; webhook.WithOwnClient keeps those away, and
// without it each costs a read.
func (c *Connector) PagicoHint(e pagicohook.Event) (syncer.Ref, bool) {
	kind := syncer.Kind(e.Kind())
	if kind == "event" {
		kind = syncer.KindAppointment
	}
	if e.Ref.ID == "" || !c.kinds[kind] {
		return syncer.Ref{}, false
	}
	return syncer.Ref{Side: syncer.Pagico, Kind: kind, ID: e.Ref.ID}, true
}
