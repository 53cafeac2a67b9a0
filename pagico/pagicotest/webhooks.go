package pagicotest

import (
	"net/url"
	"slices"
)

// eventTypes lists what a webhook may subscribe to, with the wildcard of each resource (contract §3.10).
func eventTypes() []string {
	var all []string
	for _, kind := range []string{"task", "project", "contact", "note", "list"} {
		all = append(all, kind+".*", kind+".created", kind+".updated", kind+".deleted")
	}
	return append(all, "task.completed", "task.reopened")
}

func checkWebhook(_ *Server, _, rec record, _ map[string]bool) []fieldError {
	h := rec.(*Webhook)
	var bad []fieldError
	if u, err := url.Parse(h.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		bad = append(bad, fieldError{"#/url", "must be an absolute http or https URL"})
	}
	if len(h.Events) == 0 {
		bad = append(bad, fieldError{"#/events", "must name at least one event type"})
	}
	for _, e := range h.Events {
		if !slices.Contains(eventTypes(), e) {
			bad = append(bad, fieldError{"#/events", "has an unknown event type"})
			break
		}
	}
	return bad
}
