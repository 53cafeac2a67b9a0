package ghltest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Webhooks configures the delivery of app webhooks. The server queues one entry per event; [Server.Flush] delivers what is due, and
// [Server.DeliverWebhooks] does so in the background.
type Webhooks struct {
	URL       string
	Client    *http.Client       // default http.DefaultClient
	Key       ed25519.PrivateKey // signs X-GHL-Signature; default [WebhookKey]
	LegacyKey *rsa.PrivateKey    // when set, X-WH-Signature is sent too
	Unsigned  bool               // send X-GHL-Signature: N/A
	AppID     string             // default "app00000000000000000test"
	VersionID string
	Events    []string          // the subscribed types; nil means all
	Headers   map[string]string // further headers
	Retries   int               // after the first attempt; default 12, as the vendor documents; negative means none
	Trouble   WebhookTrouble
}

// WebhookTrouble is what may happen to webhooks on their way. Probabilities are between 0 and 1 and thrown with the server's seed.
type WebhookTrouble struct {
	Lose      float64       // never delivered
	Duplicate float64       // queued twice, under the same webhookId
	Late      float64       // due only after LateBy
	LateBy    time.Duration // default 5 minutes
	Reorder   bool          // a flush delivers in random order
	Thin      bool          // all task, note and appointment payloads without contactId, body and title
}

// Webhook is one queued or delivered event.
type Webhook struct {
	ID, Type string
	Body     []byte
	Due      time.Time
	Attempts int
	Status   int // of the last attempt; 0 before the first one and after a connection error
	Done     bool
	Lost     bool
}

type webhookState struct {
	queue   []*Webhook
	history []*Webhook
	wake    chan struct{}
}

// SetWebhooks replaces the delivery configuration; nil stops queueing.
func (s *Server) SetWebhooks(w *Webhooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.hooks = w
}

// SetWebhookTrouble changes what happens to webhooks from now on.
func (s *Server) SetWebhookTrouble(t WebhookTrouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cfg.hooks != nil {
		next := *s.cfg.hooks
		next.Trouble = t
		s.cfg.hooks = &next
	}
}

// WebhookLog returns every event since the start, in the order in which they happened, lost ones too.
func (s *Server) WebhookLog() []Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Webhook, 0, len(s.hooks.history))
	for _, w := range s.hooks.history {
		out = append(out, *w)
	}
	return out
}

// PendingWebhooks returns how many deliveries are waiting, due or not.
func (s *Server) PendingWebhooks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.hooks.queue)
}

// Resend queues an event again, as the button in the vendor's log does.
func (s *Server) Resend(webhookID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.hooks.history {
		if w.ID == webhookID {
			again := *w
			again.Due, again.Attempts, again.Done, again.Lost = s.now(), 0, false, false
			s.hooks.queue = append(s.hooks.queue, &again)
			return nil
		}
	}
	return missing("webhook", webhookID)
}

// emit queues an event. The caller holds the lock.
func (s *Server) emit(kind, locationID string, fields object, now time.Time) {
	cfg := s.cfg.hooks
	if cfg == nil || len(cfg.Events) > 0 && !slices.Contains(cfg.Events, kind) {
		return
	}
	id := s.traceFrom(s.secrets)
	l, _ := s.locations.any(locationID)
	payload := object{"type": kind, "locationId": locationID, "companyId": l.CompanyID, "versionId": cmp.Or(cfg.VersionID, cfg.AppID, defaultApp),
		"appId": cmp.Or(cfg.AppID, defaultApp), "timestamp": stamp(now), "webhookId": id}
	if locationID == "" { // a company-level event
		delete(payload, "locationId")
		delete(payload, "companyId")
	}
	maps.Copy(payload, fields)
	// Not json.Marshal: JavaScript receivers check the signature over their own re-encoding, which escapes no < and >.
	var encoded result
	encoded.encode(payload)
	w := &Webhook{ID: id, Type: kind, Body: encoded.body, Due: now}
	s.hooks.history = append(s.hooks.history, w)
	t := cfg.Trouble
	if s.throw(t.Lose) {
		w.Lost = true
		return
	}
	if s.throw(t.Late) {
		w.Due = now.Add(cmp.Or(t.LateBy, 5*time.Minute))
	}
	s.hooks.queue = append(s.hooks.queue, w)
	if s.throw(t.Duplicate) {
		s.hooks.queue = append(s.hooks.queue, &Webhook{ID: id, Type: kind, Body: w.Body, Due: w.Due})
	}
	select {
	case s.hooks.wake <- struct{}{}:
	default:
	}
}

const defaultApp = "app00000000000000000test"

func (s *Server) throw(p float64) bool { return p > 0 && s.chance.Float64() < p }

// Flush delivers every webhook that is due, one after the other, and returns how many the receiver took. A refused one is due again
// after an exponential backoff, up to the configured number of retries. The error is the context's, or that of a request that cannot be made.
func (s *Server) Flush(ctx context.Context) (delivered int, err error) {
	for _, w := range s.takeDue() {
		if ctx.Err() != nil {
			s.putBack(w)
			err = ctx.Err()
			continue
		}
		status, sendErr := s.send(ctx, w)
		if sendErr != nil && errors.Is(sendErr, errRequest) {
			return delivered, sendErr
		}
		if s.settle(w, status) {
			delivered++
		}
	}
	return delivered, err
}

// DeliverWebhooks delivers in the background until ctx ends, and returns its error.
func (s *Server) DeliverWebhooks(ctx context.Context) error {
	for {
		if _, err := s.Flush(ctx); err != nil {
			return err
		}
		wait := time.NewTimer(s.nextDue())
		select {
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		case <-s.hooks.wake:
			wait.Stop()
		case <-wait.C:
		}
	}
}

func (s *Server) nextDue() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := time.Hour
	for _, w := range s.hooks.queue {
		wait = min(wait, max(0, w.Due.Sub(s.now())))
	}
	return wait + time.Millisecond
}

func (s *Server) takeDue() []*Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due, rest []*Webhook
	now := s.now()
	for _, w := range s.hooks.queue {
		if w.Due.After(now) {
			rest = append(rest, w)
		} else {
			due = append(due, w)
		}
	}
	s.hooks.queue = rest
	if s.cfg.hooks != nil && s.cfg.hooks.Trouble.Reorder {
		s.chance.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] })
	}
	return due
}

func (s *Server) putBack(w *Webhook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks.queue = append(s.hooks.queue, w)
}

var errRequest = errors.New("ghltest: the webhook request cannot be made")

// send makes one attempt. A connection error is status 0.
func (s *Server) send(ctx context.Context, w *Webhook) (int, error) {
	s.mu.Lock()
	cfg := s.cfg.hooks
	s.mu.Unlock()
	if cfg == nil {
		return http.StatusOK, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, cfg.URL, bytes.NewReader(w.Body))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errRequest, err)
	}
	for k, v := range cfg.Headers {
		req.Header.Set(k, v)
	}
	req.Header.Set("Content-Type", "application/json")
	if err := cfg.sign(req, w.Body); err != nil {
		return 0, fmt.Errorf("%w: %w", errRequest, err)
	}
	res, err := cmp.Or(cfg.Client, http.DefaultClient).Do(req)
	if err != nil {
		return 0, nil //nolint:nilerr // the receiver is down: a failed attempt, which is retried
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	return res.StatusCode, res.Body.Close()
}

func (cfg *Webhooks) sign(req *http.Request, body []byte) error {
	key := cfg.Key
	if key == nil {
		key = WebhookKey()
	}
	req.Header.Set("X-GHL-Signature", SignWebhook(key, body))
	if cfg.Unsigned {
		req.Header.Set("X-GHL-Signature", "N/A")
	}
	if cfg.LegacyKey == nil {
		return nil
	}
	sig, err := SignWebhookRSA(cfg.LegacyKey, body)
	req.Header.Set("X-WH-Signature", sig)
	return err
}

// settle records an attempt, and queues the webhook again when it failed and retries are left.
func (s *Server) settle(w *Webhook, status int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Attempts++
	w.Status = status
	w.Done = status >= 200 && status < 300
	retries := 12
	if s.cfg.hooks != nil && s.cfg.hooks.Retries != 0 {
		retries = max(0, s.cfg.hooks.Retries)
	}
	if !w.Done && w.Attempts <= retries {
		backoff := min(10*time.Second<<min(w.Attempts-1, 12), 6*time.Hour)
		w.Due = s.now().Add(backoff + time.Duration(s.chance.Int64N(int64(backoff/4))))
		s.hooks.queue = append(s.hooks.queue, w)
	}
	return w.Done
}
