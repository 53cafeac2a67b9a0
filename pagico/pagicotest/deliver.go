package pagicotest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

// retrySchedule is how long after each failed attempt the next one follows: ten attempts over about three days.
func retrySchedule() []time.Duration {
	return []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
		10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	}
}

// deliveryTimeout is how long a receiver may take.
const deliveryTimeout = 15 * time.Second

// WithWebhookClient sets the client that deliveries are sent with. The default has a timeout of 15 seconds and follows
// no redirects. Give one with its own Transport to deliver in-process, to lose messages, or to send them twice.
func WithWebhookClient(client *http.Client) Option { return func(c *config) { c.webhooks = client } }

func defaultWebhookClient() *http.Client {
	return &http.Client{
		Timeout:       deliveryTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Flush makes one attempt for every delivery that is due by the server's clock, in the order they were queued, and
// returns how many attempts it made. Nothing is ever sent except by Flush and [Server.RunDeliveries]. It returns the
// context's error when that ends first.
func (s *Server) Flush(ctx context.Context) (int, error) {
	s.flushing.Lock() // one attempt at a time per message
	defer s.flushing.Unlock()
	s.mu.Lock()
	var due []*Delivery
	now := s.now()
	for _, d := range s.deliveries {
		if !d.Done && !d.Next.After(now) {
			due = append(due, d)
		}
	}
	s.mu.Unlock()
	for i, d := range due {
		if err := ctx.Err(); err != nil {
			return i, err
		}
		s.attempt(ctx, d)
	}
	return len(due), ctx.Err()
}

// RunDeliveries sends deliveries when they are due until the context ends, for a server that runs alone.
func (s *Server) RunDeliveries(ctx context.Context) error {
	for {
		if _, err := s.Flush(ctx); err != nil {
			return err
		}
		timer := time.NewTimer(s.untilNext())
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-s.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// untilNext is the time to the next due delivery, at most a minute.
func (s *Server) untilNext() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait, now := time.Minute, s.now()
	for _, d := range s.deliveries {
		if !d.Done {
			wait = min(wait, max(time.Millisecond, d.Next.Sub(now)))
		}
	}
	return wait
}

// Deliveries lists the messages in the order they were queued: those still to be sent and the newest 10,000 that are
// done.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Delivery, 0, len(s.deliveries))
	for _, d := range s.deliveries {
		c := *d
		c.Body = bytes.Clone(d.Body)
		out = append(out, c)
	}
	return out
}

// ResetDeliveries forgets every message, also those that are not yet delivered.
func (s *Server) ResetDeliveries() {
	s.mu.Lock()
	defer s.unlock()
	s.forgetDeliveries(func(*Delivery) bool { return true })
}

// attempt sends one message once and settles what follows.
func (s *Server) attempt(ctx context.Context, d *Delivery) {
	s.mu.Lock()
	hook, ok := s.tables["webhook"].live(d.WebhookID)
	if !ok || hook.(*Webhook).Disabled {
		d.Done = true
		s.touch(tableDeliveries, d.key())
		s.unlock()
		return
	}
	h := *hook.(*Webhook)
	id, body, at := d.MessageID, d.Body, s.now()
	if s.broken(ClauseSameMessageID) && d.Attempts > 0 {
		id = s.newID("msg_", func(string) bool { return false })
	}
	s.mu.Unlock()

	status, wait := s.post(ctx, h, id, at, body)

	s.mu.Lock()
	defer s.unlock()
	s.touch(tableDeliveries, d.key())
	d.Attempts++
	d.Status = status
	schedule := retrySchedule()
	switch {
	case status >= 200 && status < 300:
		d.Done, d.Delivered = true, true
	case status == http.StatusGone && !s.broken(ClauseGoneDisables):
		d.Done = true
		s.disable(h.ID)
	case d.Attempts > len(schedule) || s.broken(ClauseDeliveryRetried):
		d.Done = true
	default:
		d.Next = s.now().Add(max(wait, schedule[d.Attempts-1]))
	}
}

// disable turns a webhook off. The caller holds mu.
func (s *Server) disable(id string) {
	if old, ok := s.tables["webhook"].live(id); ok {
		rec := old.clone().(*Webhook)
		rec.Disabled = true
		s.replace(s.kind("webhook"), old, rec, actor{})
	}
}

// post sends one attempt. It returns 0 when there was no answer, and the receiver's Retry-After.
func (s *Server) post(ctx context.Context, h Webhook, id string, at time.Time, body []byte) (status int, wait time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return 0, 0
	}
	signature := sign(h.Secret, id, at, body)
	if s.broken(ClauseSignature) {
		signature = sign(h.Secret, id, at, []byte("another body"))
	}
	if s.broken(ClauseDeliveryTime) {
		at = at.Add(-time.Hour)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	req.Header.Set("webhook-signature", signature)
	resp, err := s.cfg.webhooks.Do(req)
	if err != nil {
		return 0, 0
	}
	defer func() { _ = resp.Body.Close() }()
	// The body is of no interest; reading a little of it lets the connection be used again.
	_, _ = io.CopyN(io.Discard, resp.Body, 4096)
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		wait = min(time.Duration(seconds)*time.Second, time.Hour)
	}
	return resp.StatusCode, wait
}

// testWebhook queues a test message (contract §3.2, webhooks.test).
func (s *Server) testWebhook(c *call) (reply, *problem) {
	rec, bad := s.find(c)
	if bad != nil {
		return reply{}, bad
	}
	h := rec.(*Webhook)
	id := s.newID("msg_", func(string) bool { return false })
	by := c.actor()
	body := encodeJSON(payload{
		Type: "webhook.test", Timestamp: s.now().Format(timeLayout), Actor: &by, Data: encodeJSON(map[string]string{"id": h.ID}),
	})
	s.queue(&Delivery{MessageID: id, WebhookID: h.ID, Type: "webhook.test", Body: body, Next: s.now()})
	return jsonReply(http.StatusAccepted, encodeJSON(map[string]string{"messageId": id})), nil
}
