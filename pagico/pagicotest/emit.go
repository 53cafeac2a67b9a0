package pagicotest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Delivery is one message on its way to one webhook (contract §3.10).
type Delivery struct {
	// MessageID is the webhook-id header, the same on every attempt.
	MessageID string
	WebhookID string
	// Type is the event, such as task.updated.
	Type string
	// Body is what is signed and sent.
	Body []byte
	// Attempts counts the attempts so far, Status is the last HTTP status, or 0 when the receiver could not be reached.
	Attempts, Status int
	// Next is when the next attempt is due; it means nothing when Done.
	Next time.Time
	// Done says that no attempt follows: Delivered, or given up.
	Done, Delivered bool

	seq int // place in the queue
}

// key names a delivery in a storage; it sorts as the queue does.
func (d *Delivery) key() string { return fmt.Sprintf("%012d", d.seq) }

// payload is the body of a delivery.
type payload struct {
	Type      string          `json:"type"`
	Timestamp string          `json:"timestamp"`
	Data      json.RawMessage `json:"data"`
	Changed   []string        `json:"changed,omitempty"`
	Actor     *actor          `json:"actor,omitempty"`
}

// thinData is what a delete shows.
type thinData struct {
	ID         string  `json:"id"`
	ExternalID *string `json:"externalId"`
	DeletedAt  string  `json:"deletedAt"`
}

// emit queues the events of one change for every webhook that wants them. The caller holds mu.
func (s *Server) emit(k *kind, old, rec record, by actor) {
	if k.name == "event" || k.name == "webhook" {
		return
	}
	action, also := s.action(old, rec)
	types := []string{k.name + "." + action}
	if also != "" {
		types = append(types, k.name+"."+also)
	}
	for _, eventType := range types {
		s.enqueue(eventType, func() []byte { return s.payload(k, eventType, old, rec, by) })
	}
}

// action names what happened; a completion or reopening is not also an update.
func (s *Server) action(old, rec record) (action, also string) {
	switch m := rec.common(); {
	case old == nil:
		return "created", ""
	case *m.Deleted:
		return "deleted", ""
	}
	t, ok := rec.(*Task)
	if !ok || (t.Status == "completed") == (old.(*Task).Status == "completed") {
		return "updated", ""
	}
	if s.broken(ClauseOneOfCompleted) {
		also = "updated"
	}
	if t.Status == "completed" {
		return "completed", also
	}
	return "reopened", also
}

func (s *Server) payload(k *kind, eventType string, old, rec record, by actor) []byte {
	p := payload{Type: eventType, Timestamp: s.now().Format(timeLayout), Data: s.render(k, rec), Actor: &by}
	m := rec.common()
	switch {
	case *m.Deleted && !s.broken(ClauseThinDelete):
		thin := thinData{ID: *m.ID, DeletedAt: m.DeletedAt.Format(timeLayout)}
		if *m.ExternalID != "" {
			thin.ExternalID = m.ExternalID
		}
		p.Data = encodeJSON(thin)
	case old != nil && !s.broken(ClauseChanged):
		p.Changed = k.schema.changed(old, rec)
	}
	if s.broken(ClauseFullData) {
		p.Data = encodeJSON(map[string]string{"id": *m.ID})
	}
	if s.broken(ClauseActor) {
		p.Actor = nil
	}
	return encodeJSON(p)
}

// enqueue adds a message for each webhook that subscribes to the type.
func (s *Server) enqueue(eventType string, body func() []byte) {
	if s.broken(ClauseEventType(eventType)) {
		return
	}
	id := ""
	for _, rec := range s.tables["webhook"].created.recs {
		h := rec.(*Webhook)
		if h.Deleted || h.Disabled || !s.subscribes(h, eventType) {
			continue
		}
		if id == "" {
			id = s.newID("msg_", func(string) bool { return false })
		}
		s.queue(&Delivery{MessageID: id, WebhookID: h.ID, Type: eventType, Body: body(), Next: s.now()})
	}
}

func (s *Server) queue(d *Delivery) {
	s.queued++
	d.seq = s.queued
	s.deliveries = append(s.deliveries, d)
	s.touch(tableDeliveries, d.key())
	if len(s.deliveries) >= 2*keptDeliveries {
		s.forgetDeliveries(func(old *Delivery) bool { return old.Done && old.seq <= s.queued-keptDeliveries })
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// keptDeliveries is how many messages are remembered after they are done, the newest ones.
const keptDeliveries = 10_000

func (s *Server) forgetDeliveries(which func(*Delivery) bool) {
	s.deliveries = slices.DeleteFunc(s.deliveries, func(d *Delivery) bool {
		if !which(d) {
			return false
		}
		s.touch(tableDeliveries, d.key())
		return true
	})
}

func (s *Server) subscribes(h *Webhook, eventType string) bool {
	kind, _, _ := strings.Cut(eventType, ".")
	return slices.Contains(h.Events, eventType) || slices.Contains(h.Events, kind+".*") && !s.broken(ClauseWildcard)
}

// newSecret draws a signing key of 32 bytes. The caller holds mu.
func (s *Server) newSecret() string {
	key := make([]byte, 0, 32)
	for len(key) < cap(key) {
		key = binary.LittleEndian.AppendUint64(key, s.rng.Uint64())
	}
	return "whsec_" + base64.StdEncoding.EncodeToString(key)
}

// sign makes the webhook-signature header (Standard Webhooks 1.0.0).
func sign(secret, id string, at time.Time, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
