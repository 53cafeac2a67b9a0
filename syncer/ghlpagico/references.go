package ghlpagico

import (
	"cmp"

	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// flows lists the flows that are switched on, parents first.
func flows(cfg Config, f *facts) []syncer.Flow {
	var list []syncer.Flow
	if !cfg.Contacts.Off {
		list = append(list, contactFlow(cfg.Contacts))
	}
	if !cfg.Tasks.Off {
		list = append(list, taskFlow(cfg.Tasks, f))
	}
	if !cfg.Notes.Off {
		list = append(list, noteFlow(cfg.Notes))
	}
	if !cfg.Appointments.Off {
		list = append(list, appointmentFlow(cfg.Appointments))
	}
	return list
}

// reference is the flow of a kind that is mirrored from GHL.
func reference(kind syncer.Kind, cfg References, fields ...string) syncer.Flow {
	flow := syncer.Flow{Kind: kind, Version: "1",
		Rules: merge.Rules{Direction: merge.GHLToPagico, OneWay: cfg.OneWay, Deletes: cfg.Deletes}}
	for _, name := range fields {
		flow.Rules.Fields = append(flow.Rules.Fields, merge.Field{Name: name})
	}
	return flow
}

func contactFlow(cfg References) syncer.Flow {
	flow := reference(syncer.KindContact, cfg, "name", "firstName", "lastName", "email", "phone", "company", "address", "tags")
	flow.Match = func(rec syncer.Record, _ string) []syncer.MatchKey {
		return []syncer.MatchKey{key("e-mail ", rec.Fields["email"], false), key("phone ", rec.Fields["phone"], true)}
	}
	flow.Rules.Lens = keepRequired("name")
	flow.Complete = func(_ syncer.Side, _ syncer.Record, fields syncer.Fields) (syncer.Fields, error) {
		if fields["name"].IsNone() {
			fields["name"] = merge.Text(cmp.Or(fields["email"].AsText(), fields["phone"].AsText(), fields["company"].AsText(), "(no name)"))
		}
		return fields, nil
	}
	return flow
}

func key(name string, v merge.Value, probable bool) syncer.MatchKey {
	if v.IsNone() {
		return syncer.MatchKey{}
	}
	return syncer.MatchKey{Text: name + v.AsText(), Probable: probable}
}

func noteFlow(cfg References) syncer.Flow {
	flow := reference(syncer.KindNote, cfg, "title", "content", "datetime")
	flow.Parent = syncer.KindContact
	flow.Accept = func(rec syncer.Record, _ syncer.Side) (string, bool) {
		if rec.Fields["title"].IsNone() && rec.Fields["content"].IsNone() {
			return "the note is empty", false
		}
		return "", true
	}
	return flow
}

func appointmentFlow(cfg References) syncer.Flow {
	flow := reference(syncer.KindAppointment, cfg, "title", "start", "end", "location", "status", "url")
	flow.Parent = syncer.KindContact
	flow.Rules.Lens = keepRequired("title", "start", "url") // only Pagico has the last one, and keeps it
	flow.Accept = func(rec syncer.Record, _ syncer.Side) (string, bool) {
		if rec.Fields["start"].IsNone() {
			return "the appointment has no start", false
		}
		return "", true
	}
	flow.Complete = func(_ syncer.Side, _ syncer.Record, fields syncer.Fields) (syncer.Fields, error) {
		if fields["title"].IsNone() {
			fields["title"] = merge.Text("(no title)")
		}
		return fields, nil
	}
	return flow
}

// keepRequired is a lens that never clears the named fields, such as those without
// which the other side refuses a record, and cuts titles at its limit.
func keepRequired(required ...string) merge.Lens {
	return func(to merge.Side, field string, value, shown merge.Value) merge.Value {
		for _, name := range required {
			if field == name && value.IsNone() {
				return shown
			}
		}
		if field == "title" || field == "name" {
			return title(to, value, shown)
		}
		return value
	}
}
