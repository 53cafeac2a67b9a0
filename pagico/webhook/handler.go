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

// DefaultMaxBody is the largest delivery a handler reads, in bytes.
const DefaultMaxBody = 1 << 20

// Func takes one event. It should store what is to be done and return; an error makes the sender try again later.
type Func func(ctx context.Context, e Event) error

// Handler is an [http.Handler] for deliveries. Its answers:
//
//   - 204: taken, a repeat, or an echo of our own change;
//   - 400: signed, but not an event;
//   - 401: a header is missing, the time is off, or no signature fits;
//   - 405: not a POST;
//   - 413: larger than the limit;
//   - 429 with Retry-After: the function or the deduper failed; the sender tries again.
//
// It is safe for concurrent use.
type Handler struct {
	verifier   *Verifier
	fn         Func
	dedupe     Deduper
	maxBody    int64
	retryAfter time.Duration
	ownClient  string
	log        *slog.Logger
}

// HandlerOption sets up a [Handler].
type HandlerOption func(*Handler)

// WithMaxBody sets the largest body in bytes; the default is [DefaultMaxBody]. Zero or less keeps the default.
func WithMaxBody(n int64) HandlerOption {
	return func(h *Handler) {
		if n > 0 {
			h.maxBody = n
		}
	}
}

// WithDeduper sets what drops repeats; the default is [NewMemoryDeduper] with 10,000 ids. nil turns it off.
func WithDeduper(d Deduper) HandlerOption { return func(h *Handler) { h.dedupe = d } }

// WithRetryAfter sets what a 429 asks the sender to wait, in whole seconds; the default is 30 s.
func WithRetryAfter(d time.Duration) HandlerOption { return func(h *Handler) { h.retryAfter = d } }

// WithOwnClient drops events that our own OAuth client caused. An empty id drops nothing.
func WithOwnClient(clientID string) HandlerOption { return func(h *Handler) { h.ownClient = clientID } }

// WithLogger sets where refused and failed deliveries are logged; the default is nowhere. Bodies are never logged.
func WithLogger(l *slog.Logger) HandlerOption {
	return func(h *Handler) {
		if l != nil {
			h.log = l
		}
	}
}

// NewHandler returns a handler that verifies with v and gives each new event to fn. With a nil verifier every delivery
// is refused, and with a nil function every one is put off.
func NewHandler(v *Verifier, fn Func, opts ...HandlerOption) *Handler {
	h := &Handler{
		verifier: v, fn: fn, dedupe: NewMemoryDeduper(10_000), maxBody: DefaultMaxBody,
		retryAfter: 30 * time.Second, log: slog.New(slog.DiscardHandler),
	}
	for _, opt := range opts {
		opt(h)
	}
	return h
}

// ServeHTTP answers one delivery.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.maxBody))
	if err != nil {
		status := http.StatusBadRequest
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			status = http.StatusRequestEntityTooLarge
		}
		h.refuse(w, r, status, err)
		return
	}
	e, err := h.verifier.Parse(r.Header, body)
	switch {
	case errors.Is(err, ErrEvent):
		h.refuse(w, r, http.StatusBadRequest, err)
	case err != nil:
		h.refuse(w, r, http.StatusUnauthorized, err)
	case h.ownClient != "" && e.Actor.ClientID == h.ownClient:
		w.WriteHeader(http.StatusNoContent)
	default:
		h.take(w, r, e)
	}
}

// take gives a verified event to the function, once.
func (h *Handler) take(w http.ResponseWriter, r *http.Request, e Event) {
	ctx := r.Context()
	if h.dedupe != nil {
		fresh, err := h.dedupe.Claim(ctx, e.ID)
		if err != nil {
			h.later(w, r, e, err)
			return
		}
		if !fresh {
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	if err := h.call(ctx, e); err != nil {
		h.later(w, r, e, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

var errNoFunc = errors.New("webhook: there is no function to take events")

// call runs the function and gives the claim back when it fails or panics, so that the retry is not taken for a repeat.
func (h *Handler) call(ctx context.Context, e Event) (err error) {
	done := false
	defer func() {
		if (err != nil || !done) && h.dedupe != nil {
			// The claim must go back even when the sender has hung up.
			err = errors.Join(err, h.dedupe.Release(context.WithoutCancel(ctx), e.ID))
		}
	}()
	err = errNoFunc
	if h.fn != nil {
		err = h.fn(ctx, e)
	}
	done = true
	return err
}

func (h *Handler) later(w http.ResponseWriter, r *http.Request, e Event, err error) {
	h.log.ErrorContext(r.Context(), "webhook not taken, asking for a retry", "id", e.ID, "type", e.Type, "error", err)
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int(h.retryAfter/time.Second))))
	w.WriteHeader(http.StatusTooManyRequests)
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	h.log.WarnContext(r.Context(), "webhook refused", "status", status, "error", err)
	w.WriteHeader(status)
}
