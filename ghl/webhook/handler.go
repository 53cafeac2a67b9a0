package webhook

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// DefaultMaxBody is the largest delivery that a handler reads, in bytes.
const DefaultMaxBody = 1 << 20

// Func takes one event. It should store what is to be done and return; an error makes the vendor send the event again.
type Func func(ctx context.Context, e Event) error

// Handler is an [http.Handler] for the webhooks of a marketplace app. Its answers:
//
//   - 204: taken, or taken before;
//   - 401: the signature is missing or does not fit, or the event is too old;
//   - 405: not a POST;
//   - 413: larger than the limit;
//   - 429 with Retry-After: the function or the deduper failed, or the body could not be read; the vendor sends again.
//
// The order is: size, signature over the raw bytes, time, repeat, function. It is safe for concurrent use.
type Handler struct {
	verifier *Verifier
	fn       Func
	dedupe   Deduper
	flights  flights
	set      handling
}

// handling is what both handlers share.
type handling struct {
	maxBody    int64
	retryAfter time.Duration
	log        *slog.Logger
	dedupe     Deduper
}

func defaults() handling {
	return handling{maxBody: DefaultMaxBody, retryAfter: 30 * time.Second, log: slog.New(slog.DiscardHandler), dedupe: NewMemoryDeduper(100_000)}
}

// HandlerOption sets up a [Handler] or a [WorkflowHandler].
type HandlerOption func(*handling)

// WithMaxBody sets the largest body in bytes; the default is [DefaultMaxBody]. Zero or less keeps the default.
func WithMaxBody(n int64) HandlerOption {
	return func(h *handling) {
		if n > 0 {
			h.maxBody = n
		}
	}
}

// WithDeduper sets what recognizes repeats; the default is [NewMemoryDeduper] with 100,000 ids. Nil turns it off. Workflow
// webhooks carry no id, so a [WorkflowHandler] does not use it.
func WithDeduper(d Deduper) HandlerOption { return func(h *handling) { h.dedupe = d } }

// WithRetryAfter sets what a 429 asks the sender to wait, in whole seconds; the default is 30 s.
func WithRetryAfter(d time.Duration) HandlerOption { return func(h *handling) { h.retryAfter = d } }

// WithLogger sets where refused and failed deliveries are logged; the default is nowhere. Bodies and signatures are never
// logged.
func WithLogger(l *slog.Logger) HandlerOption {
	return func(h *handling) {
		if l != nil {
			h.log = l
		}
	}
}

// NewHandler returns a handler that verifies with v and gives each new event to fn. With a nil verifier every delivery is
// refused, and with a nil function every one is put off.
func NewHandler(v *Verifier, fn Func, opts ...HandlerOption) *Handler {
	h := &Handler{verifier: v, fn: fn, set: defaults()}
	for _, opt := range opts {
		opt(&h.set)
	}
	h.dedupe = h.set.dedupe
	return h
}

// ServeHTTP answers one delivery.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := h.set.read(w, r)
	if !ok {
		return
	}
	e, err := h.verifier.Parse(r.Header, body)
	if err != nil {
		h.set.refuse(w, r, http.StatusUnauthorized, err)
		return
	}
	if err := h.take(r.Context(), e); err != nil {
		h.set.log.ErrorContext(r.Context(), "webhook not taken, asking for a retry", "id", e.ID, "type", string(e.Type), "error", err)
		h.set.later(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

var errNoFunc = errors.New("webhook: there is no function to take events")

// take gives an event to the function, unless it was taken before.
func (h *Handler) take(ctx context.Context, e Event) error {
	if h.fn == nil {
		return errNoFunc
	}
	if h.dedupe == nil {
		return h.fn(ctx, e)
	}
	leave, err := h.flights.enter(ctx, e.ID)
	if err != nil {
		return err
	}
	defer leave()
	seen, err := h.dedupe.Seen(ctx, e.ID)
	if err != nil || seen {
		return err
	}
	if err := h.fn(ctx, e); err != nil {
		return err
	}
	// The event is taken, also when the sender has hung up meanwhile, and a repeat does no harm.
	if err := h.dedupe.Remember(context.WithoutCancel(ctx), e.ID); err != nil {
		h.set.log.WarnContext(ctx, "webhook id not remembered", "id", e.ID, "error", err)
	}
	return nil
}

// read takes the body within the limit; false means that the answer is given.
func (h *handling) read(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.maxBody))
	if err == nil {
		return body, true
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		h.refuse(w, r, http.StatusRequestEntityTooLarge, err)
		return nil, false
	}
	h.log.WarnContext(r.Context(), "webhook body broke off", "error", err)
	h.later(w)
	return nil, false
}

func (h *handling) later(w http.ResponseWriter) {
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int(h.retryAfter/time.Second))))
	w.WriteHeader(http.StatusTooManyRequests)
}

func (h *handling) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	if h.log != nil { // nil in a zero handler, which refuses everything
		h.log.WarnContext(r.Context(), "webhook refused", "status", status, "error", err)
	}
	w.WriteHeader(status)
}
